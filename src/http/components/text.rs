//! What stands in a page's own content.

use maud::{Markup, Render, html};
use serde::Deserialize;

use super::{Component, Said, class};

/// Where something stands, in a word or two.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tag {
    /// The word.
    pub text: String,
    /// Further classes, such as a colour.
    pub classes: Option<String>,
}

impl Render for Tag {
    fn render(&self) -> Markup {
        html! { strong class=(class("govuk-tag", self.classes.as_deref())) { (self.text) } }
    }
}

impl Component for Tag {
    const NAME: &'static str = "tag";
}

/// What is folded away until somebody wants it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Details {
    /// Its id.
    pub id: Option<String>,
    /// What it says while it is folded.
    pub summary_text: String,
    /// What it says then, if that is text.
    pub text: Option<String>,
    /// Whether it is open at first.
    pub open: bool,
    /// Further classes.
    pub classes: Option<String>,
}

impl Details {
    /// The same with markup inside.
    #[must_use]
    pub fn around(&self, content: &Markup) -> Markup {
        html! {
            details id=[&self.id] class=(class("govuk-details", self.classes.as_deref())) open[self.open] {
                summary class="govuk-details__summary" {
                    span class="govuk-details__summary-text" { (self.summary_text) }
                }
                div class="govuk-details__text" { (content) }
            }
        }
    }
}

impl Render for Details {
    fn render(&self) -> Markup {
        self.around(&html! { (self.text.as_deref().unwrap_or_default()) })
    }
}

impl Component for Details {
    const NAME: &'static str = "details";
}

/// What stands apart from the text around it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InsetText {
    /// Its id.
    pub id: Option<String>,
    /// What it says.
    pub text: String,
    /// Further classes.
    pub classes: Option<String>,
}

impl Render for InsetText {
    fn render(&self) -> Markup {
        html! { div id=[&self.id] class=(class("govuk-inset-text", self.classes.as_deref())) { (self.text) } }
    }
}

impl Component for InsetText {
    const NAME: &'static str = "inset-text";
}

/// What must not be missed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WarningText {
    /// What it says.
    pub text: String,
    /// The word that stands for the sign.
    pub icon_fallback_text: Option<String>,
    /// Further classes.
    pub classes: Option<String>,
}

impl Render for WarningText {
    fn render(&self) -> Markup {
        html! {
            div class=(class("govuk-warning-text", self.classes.as_deref())) {
                span class="govuk-warning-text__icon" aria-hidden="true" { "!" }
                strong class="govuk-warning-text__text" {
                    span class="govuk-visually-hidden" { (self.icon_fallback_text.as_deref().unwrap_or("Warning")) }
                    " " (self.text)
                }
            }
        }
    }
}

impl Component for WarningText {
    const NAME: &'static str = "warning-text";
}

/// Facts with their names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SummaryList {
    /// The facts.
    pub rows: Vec<SummaryRow>,
    /// Further classes.
    pub classes: Option<String>,
}

/// One of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SummaryRow {
    /// Its name.
    pub key: Said,
    /// What it is.
    pub value: Said,
    /// What can be done about it.
    pub actions: Option<SummaryActions>,
    /// Further classes.
    pub classes: Option<String>,
}

/// What can be done about a fact.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SummaryActions {
    /// One by one.
    pub items: Vec<SummaryAction>,
}

/// One of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SummaryAction {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: String,
    /// What it is about, for those who do not see the row.
    pub visually_hidden_text: Option<String>,
}

impl Render for SummaryAction {
    fn render(&self) -> Markup {
        html! {
            a class="govuk-link" href=(self.href) {
                (self.text)
                @if let Some(about) = &self.visually_hidden_text { span class="govuk-visually-hidden" { " " (about) } }
            }
        }
    }
}

impl SummaryRow {
    /// A fact that nothing can be done about.
    pub fn new(key: &str, value: impl Into<Said>) -> Self {
        Self { key: key.into(), value: value.into(), ..Self::default() }
    }

    fn render(&self, beside_actions: bool) -> Markup {
        let mut classes = "govuk-summary-list__row".to_owned();
        if beside_actions && self.actions.is_none() {
            classes.push_str(" govuk-summary-list__row--no-actions");
        }
        let actions = self.actions.as_ref().map(|actions| actions.items.as_slice()).unwrap_or_default();
        html! {
            div class=(class(&classes, self.classes.as_deref())) {
                dt class="govuk-summary-list__key" { (self.key) }
                dd class="govuk-summary-list__value" { (self.value) }
                @match actions {
                    [] => {},
                    [only] => dd class="govuk-summary-list__actions" { (only) },
                    several => dd class="govuk-summary-list__actions" {
                        ul class="govuk-summary-list__actions-list" {
                            @for action in several { li class="govuk-summary-list__actions-list-item" { (action) } }
                        }
                    }
                }
            }
        }
    }
}

impl Render for SummaryList {
    fn render(&self) -> Markup {
        let actions = self.rows.iter().any(|row| row.actions.as_ref().is_some_and(|actions| !actions.items.is_empty()));
        html! {
            dl class=(class("govuk-summary-list", self.classes.as_deref())) { @for row in &self.rows { (row.render(actions)) } }
        }
    }
}

impl Component for SummaryList {
    const NAME: &'static str = "summary-list";
}
