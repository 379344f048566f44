//! Taking back what was published: a tombstone with the reason stays in its place.

use maud::html;
use poem::{Response, Route, get, handler, web::Path};

use super::{again, opened, revision};
use crate::{
    error::{Error, Result},
    http::{
        components::{Button, Textarea, WarningText},
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place},
        page::{Member, Reader},
        words::say,
    },
    library::{self, model::Example},
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[("/drafts/{example}/withdrawal", &["GET", "HEAD", "POST"])];

/// Where a withdrawal leads.
const DONE: &str = "/drafts?done=withdrawn";

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/drafts/:example/withdrawal", get(ask).post(withdraw))
}

#[handler]
async fn ask(Member(reader): Member, Path(example): Path<String>) -> poem::Result<Response> {
    let example = opened(&reader, &example).await?;
    // What nobody has read is not withdrawn.
    if example.published.is_none() {
        return Err(Error::NotFound.into());
    }
    let fields = Fields::default().with("revision", example.revision.to_string());
    Ok(page(&reader, &Form::new(&reader, fields), &example))
}

#[handler]
async fn withdraw(Member(reader): Member, sent: Sent, Path(example): Path<String>) -> poem::Result<Response> {
    let example = match opened(&reader, &example).await {
        Err(cause) if done_already(&sent, &cause) => return Ok(on_to(DONE)),
        found => found?,
    };
    match withdrawn(&sent, &example).await {
        Ok(()) => Ok(on_to(DONE)),
        Err(cause) if done_already(&sent, &cause) => Ok(on_to(DONE)),
        Err(cause) => Ok(page(&reader, &again(&sent, cause, &example)?, &example)),
    }
}

/// Whether it was pressed twice. Where somebody else was quicker, with another reason, what was typed was not saved.
fn done_already(sent: &Sent, cause: &Error) -> bool {
    let reason = format!(" {}", sent.fields.text("reason").trim());
    matches!(cause, Error::Gone(said) if said.ends_with(&reason))
}

async fn withdrawn(sent: &Sent, example: &Example) -> Result<()> {
    let seen = sent.fields.number("revision")?;
    library::withdraw(&sent.reader.app, &sent.reader.actor, example.id, seen, sent.fields.text("reason")).await
}

fn page(reader: &Reader, form: &Form, example: &Example) -> Response {
    let title = example.published.as_ref().map(|content| content.title.as_str()).unwrap_or_default();
    let before = html! {
        p class="govuk-body-l" { (title) }
        p class="govuk-body" { (say("library.withdraw-means")) }
        (WarningText {
            text: say("library.withdraw-warning").to_owned(),
            icon_fallback_text: Some(say("library.warning").to_owned()),
            classes: None,
        })
    };
    let reason =
        Textarea { hint: Some(say("library.withdraw-reason-hint").into()), ..form.area("reason", "library.withdraw-reason", 4) };
    let fields = html! {
        (revision(form))
        (reason)
        (Button {
            text: say("library.withdraw-button").to_owned(),
            classes: Some("govuk-button--warning".to_owned()),
            prevent_double_click: Some(true),
            ..Button::default()
        })
    };
    let page = Page::form(say("library.withdraw-title"), Place::Library, (reader, form), &before, &fields);
    page.back(say("library.back-to-draft"), format!("/drafts/{}", example.id)).show()
}
