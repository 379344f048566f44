//! What is pressed, and what is wrong when it was.

use maud::{Markup, Render, html};
use serde::Deserialize;

use crate::http::components::{Component, class};

/// What somebody does.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Button {
    /// What it says.
    pub text: String,
    /// Where it leads, if it is a link that looks like one.
    pub href: Option<String>,
    /// `submit` unless it says.
    pub r#type: Option<String>,
    /// The name under which it is sent.
    pub name: Option<String>,
    /// What is sent under that name.
    pub value: Option<String>,
    /// Its id.
    pub id: Option<String>,
    /// Further classes, such as `govuk-button--secondary`.
    pub classes: Option<String>,
    /// Whether a second press in the same second counts.
    pub prevent_double_click: Option<bool>,
}

impl Render for Button {
    fn render(&self) -> Markup {
        let classes = class("govuk-button", self.classes.as_deref());
        html! {
            @if let Some(href) = &self.href {
                a href=(href) role="button" draggable="false" class=(classes) data-module="govuk-button" id=[&self.id] { (self.text) }
            } @else {
                button type=(self.r#type.as_deref().unwrap_or("submit")) value=[&self.value] name=[&self.name]
                    data-prevent-double-click=[self.prevent_double_click] class=(classes) data-module="govuk-button" id=[&self.id] {
                    (self.text)
                }
            }
        }
    }
}

impl Component for Button {
    const NAME: &'static str = "button";
}

/// Everything that is wrong with a form, at its top, each with a way to its field.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ErrorSummary {
    /// Its heading.
    pub title_text: String,
    /// A word before the list.
    pub description_text: Option<String>,
    /// What is wrong.
    pub error_list: Vec<Wrong>,
    /// Further classes.
    pub classes: Option<String>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wrong {
    /// What it is, and what to do.
    pub text: String,
    /// The way to its field.
    pub href: Option<String>,
}

impl Render for ErrorSummary {
    fn render(&self) -> Markup {
        html! {
            div class=(class("govuk-error-summary", self.classes.as_deref())) data-module="govuk-error-summary" {
                div role="alert" {
                    h2 class="govuk-error-summary__title" { (self.title_text) }
                    div class="govuk-error-summary__body" {
                        @if let Some(description) = &self.description_text { p { (description) } }
                        @if !self.error_list.is_empty() {
                            ul class="govuk-list govuk-error-summary__list" {
                                @for wrong in &self.error_list {
                                    li {
                                        @if let Some(href) = &wrong.href { a href=(href) { (wrong.text) } } @else { (wrong.text) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Component for ErrorSummary {
    const NAME: &'static str = "error-summary";
}
