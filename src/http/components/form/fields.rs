//! Lines of text, and lists that fold out.

use maud::{Markup, Render, html};
use serde::Deserialize;

use super::{Beside, ErrorMessage, Hint, Label, group};
use crate::http::components::{Component, modified};

/// One line to fill in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Input {
    /// Its id; its name unless it says.
    pub id: Option<String>,
    /// The name under which it is sent.
    pub name: String,
    /// `text` unless it says.
    pub r#type: Option<String>,
    /// What it is called.
    pub label: Label,
    /// How to fill it in.
    pub hint: Option<Hint>,
    /// What is wrong with it.
    pub error_message: Option<ErrorMessage>,
    /// What it holds.
    pub value: Option<String>,
    /// Further classes, such as a width.
    pub classes: Option<String>,
    /// What a browser may fill it with (WCAG 1.3.5).
    pub autocomplete: Option<String>,
    /// Which keys a small screen shows.
    pub inputmode: Option<String>,
    /// Whether the browser looks for mistakes of spelling.
    pub spellcheck: Option<bool>,
    /// What else describes it.
    pub described_by: Option<String>,
    /// Whether the cursor is in it when the page opens.
    #[serde(skip)]
    pub autofocus: bool,
}

impl Render for Input {
    fn render(&self) -> Markup {
        let id = self.id.as_deref().unwrap_or(&self.name);
        let beside = Beside::new(id, self.hint.as_ref(), self.error_message.as_ref());
        let wrong = self.error_message.is_some();
        group(
            wrong,
            &html! {
                (self.label.of(id))
                (beside)
                input class=(modified("govuk-input", "error", wrong, self.classes.as_deref())) id=(id) name=(self.name) type=(self.r#type.as_deref().unwrap_or("text"))
                    spellcheck=[self.spellcheck] value=[&self.value]
                    aria-describedby=[beside.described_by(self.described_by.as_deref())]
                    autocomplete=[&self.autocomplete] inputmode=[&self.inputmode] autofocus[self.autofocus];
            },
        )
    }
}

impl Component for Input {
    const NAME: &'static str = "input";
}

/// Several lines to fill in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Textarea {
    /// Its id; its name unless it says.
    pub id: Option<String>,
    /// The name under which it is sent.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// How to fill it in.
    pub hint: Option<Hint>,
    /// What is wrong with it.
    pub error_message: Option<ErrorMessage>,
    /// What it holds.
    pub value: Option<String>,
    /// How many lines it shows; 5 unless it says.
    pub rows: Option<u32>,
    /// Further classes.
    pub classes: Option<String>,
    /// Whether the browser looks for mistakes of spelling.
    pub spellcheck: Option<bool>,
    /// What a browser may fill it with.
    pub autocomplete: Option<String>,
    /// Whether the cursor is in it when the page opens.
    #[serde(skip)]
    pub autofocus: bool,
}

impl Render for Textarea {
    fn render(&self) -> Markup {
        let id = self.id.as_deref().unwrap_or(&self.name);
        let beside = Beside::new(id, self.hint.as_ref(), self.error_message.as_ref());
        let wrong = self.error_message.is_some();
        group(
            wrong,
            &html! {
                (self.label.of(id))
                (beside)
                textarea class=(modified("govuk-textarea", "error", wrong, self.classes.as_deref())) id=(id) name=(self.name)
                    rows=(self.rows.unwrap_or(5)) spellcheck=[self.spellcheck] aria-describedby=[beside.described_by(None)]
                    autocomplete=[&self.autocomplete] autofocus[self.autofocus] {
                    // A browser drops one line break at the start: this is the one.
                    @if self.value.as_deref().is_some_and(|value| value.starts_with('\n')) { "\n" }
                    (self.value.as_deref().unwrap_or_default())
                }
            },
        )
    }
}

impl Component for Textarea {
    const NAME: &'static str = "textarea";
}

/// One of a list that folds out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Select {
    /// Its id; its name unless it says.
    pub id: Option<String>,
    /// The name under which it is sent.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// How to choose.
    pub hint: Option<Hint>,
    /// What is wrong with it.
    pub error_message: Option<ErrorMessage>,
    /// What there is.
    pub items: Vec<SelectItem>,
    /// The value that is chosen.
    pub value: Option<String>,
    /// Further classes.
    pub classes: Option<String>,
}

/// One of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SelectItem {
    /// What is sent; the text unless it says.
    pub value: Option<String>,
    /// What it says.
    pub text: String,
}

impl Render for Select {
    fn render(&self) -> Markup {
        let id = self.id.as_deref().unwrap_or(&self.name);
        let beside = Beside::new(id, self.hint.as_ref(), self.error_message.as_ref());
        let wrong = self.error_message.is_some();
        let chosen =
            |item: &SelectItem| self.value.as_deref().is_some_and(|value| value == item.value.as_ref().unwrap_or(&item.text));
        group(
            wrong,
            &html! {
                (self.label.of(id))
                (beside)
                select class=(modified("govuk-select", "error", wrong, self.classes.as_deref())) id=(id) name=(self.name) aria-describedby=[beside.described_by(None)] {
                    @for item in &self.items {
                        option value=[&item.value] selected[chosen(item)] { (item.text) }
                    }
                }
            },
        )
    }
}

impl Component for Select {
    const NAME: &'static str = "select";
}
