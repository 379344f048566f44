//! What editors write: nothing of it is seen by the world until they publish it. Who may do what is for the verbs to say:
//! whoever does not write for an organisation finds nothing here.
//!
//! * this file: the addresses, and what the pages share
//! * `drafts`: what an organisation writes, the list
//! * `draft`: a new one, and another text of an old one
//! * `publication`: what publishing means, and doing it
//! * `withdrawal`: taking back what was published
//! * `questions`: the fields of a draft
//! * `typing`: a draft as fields hold it, and what was typed as a draft

mod draft;
mod drafts;
mod publication;
mod questions;
mod typing;
mod withdrawal;

use maud::{Markup, html};
use poem::Route;

use crate::{
    access::Role,
    error::{Error, Result},
    http::{
        components::NotificationBanner,
        form::{Form, Sent},
        page::Reader,
        words::say,
    },
    id::{ExampleId, OrganisationId},
    library::{self, View, model::Example},
    people,
};

/// The addresses of these pages with their methods.
pub fn addresses() -> Vec<(&'static str, &'static [&'static str])> {
    [drafts::ADDRESSES, draft::ADDRESSES, publication::ADDRESSES, withdrawal::ADDRESSES].concat()
}

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    withdrawal::mount(publication::mount(draft::mount(drafts::mount(routes))))
}

/// An organisation for which somebody writes, and its name.
type Publisher = (OrganisationId, String);

/// The organisations for which somebody writes.
///
/// # Errors
/// `NotFound` when there are none.
async fn publishers(reader: &Reader) -> Result<Vec<Publisher>> {
    let names = people::organisations::names(&reader.app, reader.places(Role::Editor).into_iter()).await?;
    if names.is_empty() { Err(Error::NotFound) } else { Ok(names.into_iter().collect()) }
}

/// The example that an address names, as its writers see it.
///
/// # Errors
/// `NotFound` for everybody else; `Gone` when it was withdrawn.
async fn opened(reader: &Reader, id: &str) -> Result<Example> {
    let id: ExampleId = id.parse().map_err(|_| Error::NotFound)?;
    library::get(&reader.app, &reader.actor, id, View::Draft).await?.unless_withdrawn()
}

/// Whether what is being worked on is not what the world reads.
fn unpublished(example: &Example) -> bool {
    example.published.as_ref() != Some(&example.draft)
}

/// What has just been done, if the address says so.
fn notice(done: &str) -> Markup {
    let text = match done {
        "saved" => say("library.saved"),
        "withdrawn" => say("library.withdrawn"),
        _ => return Markup::default(),
    };
    html! {
        (NotificationBanner {
            text: text.to_owned(),
            title_text: Some(say("library.done").to_owned()),
            r#type: Some("success".to_owned()),
            ..NotificationBanner::default()
        })
    }
}

/// An example as its readers see it, set apart from the page around it.
fn set_apart(heading: &str, title: &str, text: &Markup) -> Markup {
    html! {
        section class="app-preview" aria-labelledby="set-apart" {
            h2 class="govuk-heading-m" id="set-apart" { (heading) }
            h2 class="govuk-heading-l" { (title) }
            (text)
        }
    }
}

/// The form again, with what is wrong. Where somebody was quicker, the page shows the example as it is now, and the form is
/// about that from then on.
fn again(sent: &Sent, cause: Error, example: &Example) -> Result<Form> {
    let stale = matches!(cause, Error::Stale { .. });
    let form = sent.again(typing::pointed(cause))?;
    Ok(if stale { form.replace("revision", example.revision.to_string()) } else { form })
}

/// The revision that a form is about.
fn revision(form: &Form) -> Markup {
    html! { input type="hidden" name="revision" value=(form.fields.text("revision")); }
}
