//! Forms: what is filled in, what is pressed, and what is wrong. Each field names its hint and its error in
//! `aria-describedby`, the hint first.
//!
//! * this file: what every field has beside it: a label, a hint, an error; and the fieldset around several
//! * `fields`: lines of text, and lists that fold out
//! * `choices`: boxes and buttons of which one or more are chosen
//! * `acting`: what is pressed, and what is wrong when it was

mod acting;
mod choices;
mod fields;

use maud::{Markup, Render, html};
use serde::Deserialize;

pub use acting::{Button, ErrorSummary, Wrong};
pub use choices::{Checkboxes, Choice, Choices, Radios};
pub use fields::{Input, Select, SelectItem, Textarea};

use super::{Component, class, modified};

/// What a field is called.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Label {
    /// The text.
    pub text: String,
    /// Further classes, such as a size.
    pub classes: Option<String>,
    /// The id of the field.
    pub r#for: Option<String>,
    /// Whether it is the heading of its page too.
    pub is_page_heading: bool,
}

impl<T: Into<String>> From<T> for Label {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Label {
    fn of(&self, id: &str) -> Markup {
        Self { r#for: Some(id.to_owned()), ..self.clone() }.render()
    }
}

impl Render for Label {
    fn render(&self) -> Markup {
        let label = html! { label class=(class("govuk-label", self.classes.as_deref())) for=[&self.r#for] { (self.text) } };
        html! {
            @if self.text.is_empty() {} @else if self.is_page_heading { h1 class="govuk-label-wrapper" { (label) } } @else { (label) }
        }
    }
}

impl Component for Label {
    const NAME: &'static str = "label";
}

/// How to fill a field in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hint {
    /// Its id, for the field that it describes.
    pub id: Option<String>,
    /// The text.
    pub text: String,
    /// Further classes.
    pub classes: Option<String>,
}

impl<T: Into<String>> From<T> for Hint {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Render for Hint {
    fn render(&self) -> Markup {
        html! { div id=[&self.id] class=(class("govuk-hint", self.classes.as_deref())) { (self.text) } }
    }
}

impl Component for Hint {
    const NAME: &'static str = "hint";
}

/// What is wrong with a field.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ErrorMessage {
    /// Its id, for the field that it describes.
    pub id: Option<String>,
    /// What is wrong, and what to do.
    pub text: String,
    /// Further classes.
    pub classes: Option<String>,
}

impl<T: Into<String>> From<T> for ErrorMessage {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Render for ErrorMessage {
    fn render(&self) -> Markup {
        html! {
            p id=[&self.id] class=(class("govuk-error-message", self.classes.as_deref())) {
                span class="govuk-visually-hidden" { "Error:" } " " (self.text)
            }
        }
    }
}

impl Component for ErrorMessage {
    const NAME: &'static str = "error-message";
}

/// A hint and an error with the ids by which a field names them.
struct Beside {
    hint: Option<Hint>,
    error: Option<ErrorMessage>,
}

impl Beside {
    fn new(id: &str, hint: Option<&Hint>, error: Option<&ErrorMessage>) -> Self {
        Self {
            hint: hint.map(|hint| Hint { id: Some(format!("{id}-hint")), ..hint.clone() }),
            error: error.map(|error| ErrorMessage { id: Some(format!("{id}-error")), ..error.clone() }),
        }
    }

    fn described_by(&self, before: Option<&str>) -> Option<String> {
        let hint = self.hint.as_ref().and_then(|hint| hint.id.as_deref());
        let error = self.error.as_ref().and_then(|error| error.id.as_deref());
        let ids: Vec<&str> = before.into_iter().chain(hint).chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

impl Render for Beside {
    fn render(&self) -> Markup {
        html! { @if let Some(hint) = &self.hint { (hint) } @if let Some(error) = &self.error { (error) } }
    }
}

fn group(wrong: bool, content: &Markup) -> Markup {
    html! { div class=(modified("govuk-form-group", "error", wrong, None)) { (content) } }
}

/// What several fields are about.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Fieldset {
    /// Its heading.
    pub legend: Legend,
    /// The ids of what describes it.
    pub described_by: Option<String>,
    /// Further classes.
    pub classes: Option<String>,
}

/// The heading of a fieldset.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Legend {
    /// The text.
    pub text: String,
    /// Further classes, such as a size.
    pub classes: Option<String>,
    /// Whether it is the heading of its page too.
    pub is_page_heading: bool,
}

impl<T: Into<String>> From<T> for Legend {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Fieldset {
    /// The fieldset around its fields.
    #[must_use]
    pub fn around(&self, fields: &Markup) -> Markup {
        html! {
            fieldset class=(class("govuk-fieldset", self.classes.as_deref())) aria-describedby=[&self.described_by] {
                legend class=(class("govuk-fieldset__legend", self.legend.classes.as_deref())) {
                    @if self.legend.is_page_heading {
                        h1 class="govuk-fieldset__heading" { (self.legend.text) }
                    } @else {
                        (self.legend.text)
                    }
                }
                (fields)
            }
        }
    }
}

impl Render for Fieldset {
    fn render(&self) -> Markup {
        self.around(&Markup::default())
    }
}

impl Component for Fieldset {
    const NAME: &'static str = "fieldset";
}
