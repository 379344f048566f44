//! Forms: labels, fields, buttons, and what is wrong with them. Each field names its hint and its error in
//! `aria-describedby`, the hint first.

use maud::{Markup, Render, html};
use serde::Deserialize;

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
}

impl Render for Input {
    fn render(&self) -> Markup {
        let id = self.id.as_deref().unwrap_or(&self.name);
        let beside = Beside::new(id, self.hint.as_ref(), self.error_message.as_ref());
        let mut classes = class("govuk-input", self.classes.as_deref());
        if self.error_message.is_some() {
            classes.push_str(" govuk-input--error");
        }
        group(
            self.error_message.is_some(),
            &html! {
                (self.label.of(id))
                (beside)
                input class=(classes) id=(id) name=(self.name) type=(self.r#type.as_deref().unwrap_or("text"))
                    spellcheck=[self.spellcheck] value=[&self.value]
                    aria-describedby=[beside.described_by(self.described_by.as_deref())]
                    autocomplete=[&self.autocomplete] inputmode=[&self.inputmode];
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
                    autocomplete=[&self.autocomplete] {
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
        let mut classes = class("govuk-select", self.classes.as_deref());
        if self.error_message.is_some() {
            classes.push_str(" govuk-select--error");
        }
        let chosen =
            |item: &SelectItem| self.value.as_deref().is_some_and(|value| value == item.value.as_ref().unwrap_or(&item.text));
        group(
            self.error_message.is_some(),
            &html! {
                (self.label.of(id))
                (beside)
                select class=(classes) id=(id) name=(self.name) aria-describedby=[beside.described_by(None)] {
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

/// One of several boxes or buttons.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What it says.
    pub text: String,
    /// More about it.
    pub hint: Option<Hint>,
    /// Whether it is chosen.
    pub checked: bool,
}

/// Boxes of which any may be ticked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Checkboxes {
    /// The start of their ids; their name unless it says.
    pub id_prefix: Option<String>,
    /// The name under which each is sent.
    pub name: String,
    /// What they are about.
    pub fieldset: Option<Fieldset>,
    /// How to choose.
    pub hint: Option<Hint>,
    /// What is wrong with them.
    pub error_message: Option<ErrorMessage>,
    /// The boxes.
    pub items: Vec<Choice>,
    /// Further classes.
    pub classes: Option<String>,
}

impl Render for Checkboxes {
    fn render(&self) -> Markup {
        let group = Group { own: "govuk-checkboxes", kind: "checkbox", prefix: self.id_prefix.as_deref(), name: &self.name };
        group.render(
            self.fieldset.as_ref(),
            &Beside::new(group.prefix(), self.hint.as_ref(), self.error_message.as_ref()),
            &self.items,
            self.classes.as_deref(),
        )
    }
}

impl Component for Checkboxes {
    const NAME: &'static str = "checkboxes";
}

/// Buttons of which one may be chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Radios {
    /// The start of their ids; their name unless it says.
    pub id_prefix: Option<String>,
    /// The name under which the one is sent.
    pub name: String,
    /// What they are about.
    pub fieldset: Option<Fieldset>,
    /// How to choose.
    pub hint: Option<Hint>,
    /// What is wrong with them.
    pub error_message: Option<ErrorMessage>,
    /// The buttons.
    pub items: Vec<Choice>,
    /// Further classes.
    pub classes: Option<String>,
}

impl Render for Radios {
    fn render(&self) -> Markup {
        let group = Group { own: "govuk-radios", kind: "radio", prefix: self.id_prefix.as_deref(), name: &self.name };
        group.render(
            self.fieldset.as_ref(),
            &Beside::new(group.prefix(), self.hint.as_ref(), self.error_message.as_ref()),
            &self.items,
            self.classes.as_deref(),
        )
    }
}

impl Component for Radios {
    const NAME: &'static str = "radios";
}

/// What boxes and buttons have in common.
struct Group<'a> {
    own: &'static str,
    kind: &'static str,
    prefix: Option<&'a str>,
    name: &'a str,
}

impl Group<'_> {
    fn prefix(&self) -> &str {
        self.prefix.unwrap_or(self.name)
    }

    fn render(&self, fieldset: Option<&Fieldset>, beside: &Beside, items: &[Choice], classes: Option<&str>) -> Markup {
        // Without a fieldset to say it, each box names what describes them all.
        let described_by = if fieldset.is_none() && self.kind == "checkbox" { beside.described_by(None) } else { None };
        let fields = html! {
            (beside)
            div class=(class(self.own, classes)) data-module=(self.own) {
                @for (at, item) in items.iter().enumerate() { (self.choice(at, item, described_by.as_deref())) }
            }
        };
        let fields = match fieldset {
            None => fields,
            Some(fieldset) => {
                let described_by = beside.described_by(fieldset.described_by.as_deref());
                Fieldset { described_by, ..fieldset.clone() }.around(&fields)
            }
        };
        group(beside.error.is_some(), &fields)
    }

    fn choice(&self, at: usize, item: &Choice, described_by: Option<&str>) -> Markup {
        let id = if at == 0 { self.prefix().to_owned() } else { format!("{}-{}", self.prefix(), at + 1) };
        let hint = item.hint.as_ref().map(|hint| Hint {
            id: Some(format!("{id}-item-hint")),
            classes: Some(class(&format!("{}__hint", self.own), hint.classes.as_deref())),
            ..hint.clone()
        });
        let ids: Vec<&str> = described_by.into_iter().chain(hint.as_ref().and_then(|hint| hint.id.as_deref())).collect();
        let described_by = (!ids.is_empty()).then(|| ids.join(" "));
        html! {
            div class=(format!("{}__item", self.own)) {
                input class=(format!("{}__input", self.own)) id=(id) name=(self.name) type=(self.kind) value=(item.value)
                    checked[item.checked] aria-describedby=[described_by];
                label class=(format!("govuk-label {}__label", self.own)) for=(id) { (item.text) }
                @if let Some(hint) = &hint { (hint) }
            }
        }
    }
}

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
