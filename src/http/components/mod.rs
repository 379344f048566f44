//! The components of GOV.UK Frontend that our pages use, as typed data that renders itself. The names are the design
//! system's own, and so are the fields, so that a test can hold each against the fixtures that the npm package ships
//! (`tests/it/components.rs`).
//!
//! * `form`: labels, fields, buttons, what is wrong with them
//! * `frame`: what stands around a page's own content
//! * `text`: what stands in it

mod form;
mod frame;
mod text;

use maud::{Markup, PreEscaped, Render, html};
use serde::Deserialize;

pub use form::{
    Button, Checkboxes, Choice, Choices, ErrorMessage, ErrorSummary, Fieldset, Hint, Input, Label, Legend, Radios, Select,
    SelectItem, Textarea, Wrong,
};
pub use frame::{
    BackLink, Breadcrumbs, Crumb, GenericHeader, NavigationItem, NotificationBanner, Pagination, PaginationLink,
    ServiceNavigation, SkipLink,
};
pub use text::{Details, InsetText, SummaryAction, SummaryActions, SummaryList, SummaryRow, Tag, WarningText};

/// A component that the design system has under a name.
pub trait Component: Render + for<'a> Deserialize<'a> {
    /// The folder of its fixtures.
    const NAME: &'static str;
}

/// What a component says: text, which is escaped, or markup of our own making.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Said {
    text: Option<String>,
    #[serde(deserialize_with = "markup")]
    html: Option<Markup>,
}

impl From<&str> for Said {
    fn from(text: &str) -> Self {
        Self { text: Some(text.to_owned()), html: None }
    }
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self { text: Some(text), html: None }
    }
}

impl From<Markup> for Said {
    fn from(html: Markup) -> Self {
        Self { text: None, html: Some(html) }
    }
}

impl Render for Said {
    fn render(&self) -> Markup {
        html! { @if let Some(html) = &self.html { (html) } @else if let Some(text) = &self.text { (text) } }
    }
}

/// The markup in a fixture. Nothing else is ever read this way.
fn markup<'a, D: serde::Deserializer<'a>>(from: D) -> Result<Option<Markup>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(PreEscaped))
}

/// The component's own class with further ones.
fn class(own: &str, further: Option<&str>) -> String {
    match further {
        Some(further) => format!("{own} {further}"),
        None => own.to_owned(),
    }
}

/// The same with a modifier, if it applies.
fn modified(own: &str, modifier: &str, applies: bool, further: Option<&str>) -> String {
    let own = if applies { format!("{own} {own}--{modifier}") } else { own.to_owned() };
    class(&own, further)
}
