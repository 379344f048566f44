//! Boxes and buttons of which one or more are chosen.

use maud::{Markup, Render, html};
use serde::Deserialize;

use super::{Beside, ErrorMessage, Fieldset, Hint, group};
use crate::http::components::{Component, class};

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

/// What there is to choose from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Choices {
    /// The start of their ids; their name unless it says.
    pub id_prefix: Option<String>,
    /// The name under which each that is chosen is sent.
    pub name: String,
    /// What they are about.
    pub fieldset: Option<Fieldset>,
    /// How to choose.
    pub hint: Option<Hint>,
    /// What is wrong with them.
    pub error_message: Option<ErrorMessage>,
    /// One by one.
    pub items: Vec<Choice>,
    /// Further classes.
    pub classes: Option<String>,
}

/// Boxes of which any may be ticked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Checkboxes(pub Choices);

impl Render for Checkboxes {
    fn render(&self) -> Markup {
        // Without a fieldset to say it, each box names what describes them all.
        self.0.render("govuk-checkboxes", "checkbox", self.0.fieldset.is_none())
    }
}

impl Component for Checkboxes {
    const NAME: &'static str = "checkboxes";
}

/// Buttons of which one may be chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Radios(pub Choices);

impl Render for Radios {
    fn render(&self) -> Markup {
        self.0.render("govuk-radios", "radio", false)
    }
}

impl Component for Radios {
    const NAME: &'static str = "radios";
}

impl Choices {
    fn prefix(&self) -> &str {
        self.id_prefix.as_deref().unwrap_or(&self.name)
    }

    fn render(&self, own: &str, kind: &str, each_names_all: bool) -> Markup {
        let beside = Beside::new(self.prefix(), self.hint.as_ref(), self.error_message.as_ref());
        let all = if each_names_all { beside.described_by(None) } else { None };
        let fields = html! {
            (beside)
            div class=(class(own, self.classes.as_deref())) data-module=(own) {
                @for (at, item) in self.items.iter().enumerate() { (self.choice((own, kind), at, item, all.as_deref())) }
            }
        };
        let fields = match &self.fieldset {
            None => fields,
            Some(fieldset) => {
                let described_by = beside.described_by(fieldset.described_by.as_deref());
                Fieldset { described_by, ..fieldset.clone() }.around(&fields)
            }
        };
        group(self.error_message.is_some(), &fields)
    }

    fn choice(&self, (own, kind): (&str, &str), at: usize, item: &Choice, all: Option<&str>) -> Markup {
        let id = if at == 0 { self.prefix().to_owned() } else { format!("{}-{}", self.prefix(), at + 1) };
        let hint = item.hint.as_ref().map(|hint| Hint {
            id: Some(format!("{id}-item-hint")),
            classes: Some(class(&format!("{own}__hint"), hint.classes.as_deref())),
            ..hint.clone()
        });
        let ids: Vec<&str> = all.into_iter().chain(hint.as_ref().and_then(|hint| hint.id.as_deref())).collect();
        let described_by = (!ids.is_empty()).then(|| ids.join(" "));
        html! {
            div class=(format!("{own}__item")) {
                input class=(format!("{own}__input")) id=(id) name=(self.name) type=(kind) value=(item.value)
                    checked[item.checked] aria-describedby=[described_by];
                label class=(format!("govuk-label {own}__label")) for=(id) { (item.text) }
                @if let Some(hint) = &hint { (hint) }
            }
        }
    }
}
