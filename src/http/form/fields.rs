//! The fields of a form: each with what was typed into it, its label from the words of pages, and what is wrong with it.

use crate::http::{
    components::{Checkboxes, Choice, Choices, Fieldset, Input, Legend, Radios, Select, SelectItem, Textarea},
    form::Form,
    words::say,
};

impl Form {
    /// A line of text.
    #[must_use]
    pub fn line(&self, name: &str, label: &'static str) -> Input {
        Input {
            id: Some(name.to_owned()),
            name: name.to_owned(),
            label: say(label).into(),
            value: self.value(name),
            error_message: self.error(name),
            ..Input::default()
        }
    }

    /// An address for e-mail.
    #[must_use]
    pub fn email(&self, name: &str, label: &'static str) -> Input {
        Input {
            r#type: Some("email".to_owned()),
            autocomplete: Some("username".to_owned()),
            spellcheck: Some(false),
            ..self.line(name, label)
        }
    }

    /// A password: `current-password` or `new-password`. It comes back empty.
    #[must_use]
    pub fn password(&self, name: &str, label: &'static str, autocomplete: &str) -> Input {
        Input {
            r#type: Some("password".to_owned()),
            autocomplete: Some(autocomplete.to_owned()),
            value: None,
            hint: (autocomplete == "new-password").then(|| say("frame.new-password-hint").into()),
            ..self.line(name, label)
        }
    }

    /// A day of the calendar. What is none stays to be seen and mended: a field for days would show nothing of it.
    #[must_use]
    pub fn day(&self, name: &str, label: &'static str) -> Input {
        let kind = if self.fields.day(name).is_ok() { "date" } else { "text" };
        Input { r#type: Some(kind.to_owned()), classes: Some("govuk-input--width-10".to_owned()), ..self.line(name, label) }
    }

    /// Text of any length.
    #[must_use]
    pub fn area(&self, name: &str, label: &'static str, rows: u32) -> Textarea {
        Textarea {
            id: Some(name.to_owned()),
            name: name.to_owned(),
            label: say(label).into(),
            value: self.value(name),
            error_message: self.error(name),
            rows: Some(rows),
            ..Textarea::default()
        }
    }

    /// Buttons of which one is chosen: what is sent, and what it says.
    #[must_use]
    pub fn radios(&self, name: &str, legend: &'static str, choices: &[(String, String)]) -> Radios {
        Radios(self.choices(name, legend, choices))
    }

    /// Boxes of which any may be ticked: what is sent, and what it says.
    #[must_use]
    pub fn boxes(&self, name: &str, legend: &'static str, choices: &[(String, String)]) -> Checkboxes {
        Checkboxes(self.choices(name, legend, choices))
    }

    fn choices(&self, name: &str, legend: &'static str, choices: &[(String, String)]) -> Choices {
        let chosen = self.fields.all(name);
        let item = |(value, text): &(String, String)| Choice {
            value: value.clone(),
            text: text.clone(),
            checked: chosen.contains(value),
            ..Choice::default()
        };
        Choices {
            name: name.to_owned(),
            id_prefix: Some(name.to_owned()),
            fieldset: Some(Fieldset {
                legend: Legend { text: say(legend).to_owned(), ..Legend::default() },
                ..Fieldset::default()
            }),
            error_message: self.error(name),
            items: choices.iter().map(item).collect(),
            ..Choices::default()
        }
    }

    /// A list that folds out: what is sent, and what it says.
    #[must_use]
    pub fn select(&self, name: &str, label: &'static str, choices: &[(String, String)]) -> Select {
        let item = |(value, text): &(String, String)| SelectItem { value: Some(value.clone()), text: text.clone() };
        Select {
            id: Some(name.to_owned()),
            name: name.to_owned(),
            label: say(label).into(),
            value: self.value(name),
            error_message: self.error(name),
            items: choices.iter().map(item).collect(),
            ..Select::default()
        }
    }
}
