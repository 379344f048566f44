//! Publishing: what it means, the text as the world will read it, and what readers may miss in it.

use maud::{Markup, html};
use poem::{Response, Route, get, handler, web::Path};

use super::{again, opened, revision, set_apart, unpublished};
use crate::{
    error::Result,
    http::{
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, button, narrow},
        page::{Member, Reader},
        words::say,
    },
    library::{
        self,
        model::{Content, Example},
        pages::reading::previewed,
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[("/drafts/{example}/publication", &["GET", "HEAD", "POST"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/drafts/:example/publication", get(ask).post(publish))
}

#[handler]
async fn ask(Member(reader): Member, Path(example): Path<String>) -> poem::Result<Response> {
    let example = opened(&reader, &example).await?;
    if !unpublished(&example) {
        return Ok(nothing_new(&reader, &example));
    }
    let fields = Fields::default().with("revision", example.revision.to_string());
    Ok(page(&reader, &Form::new(&reader, fields), &example).await?)
}

#[handler]
async fn publish(Member(reader): Member, sent: Sent, Path(example): Path<String>) -> poem::Result<Response> {
    let example = opened(&reader, &example).await?;
    match published(&sent, &example).await {
        Ok(()) => Ok(on_to(&format!("/practice-examples/{}", example.id))),
        Err(cause) => {
            let form = again(&sent, cause, &example)?.mended_at(format!("/drafts/{}", example.id));
            Ok(page(&reader, &form, &example).await?)
        }
    }
}

async fn published(sent: &Sent, example: &Example) -> Result<()> {
    let seen = sent.fields.number("revision")?;
    // Pressed twice: publishing is one step, and the text that it was about is out.
    if !unpublished(example) && example.revision == seen.saturating_add(1) {
        return Ok(());
    }
    library::publish(&sent.reader.app, &sent.reader.actor, example.id, seen).await?;
    Ok(())
}

async fn page(reader: &Reader, form: &Form, example: &Example) -> Result<Response> {
    let text = previewed(&reader.app, &example.draft).await?;
    let before = html! {
        p class="govuk-body" { (say("library.publish-means")) }
        p class="govuk-body" { (say("library.publish-later")) }
        p class="govuk-body" { (say("library.publish-check")) }
        (missing(&example.draft))
        (set_apart(say("library.as-readers"), &example.draft.title, &text))
    };
    let fields = html! { (revision(form)) (button(say("library.publish-button"))) };
    let page = Page::form(say("library.publish-title"), Place::Library, (reader, form), &before, &fields);
    Ok(page.back(say("library.back-to-draft"), format!("/drafts/{}", example.id)).show())
}

/// What readers often look for and will not find. None of it is needed.
fn missing(content: &Content) -> Markup {
    let parts = [
        ("library.childs-experience", content.childs_experience.is_none()),
        ("library.context", content.context.is_none()),
        ("library.what-we-did", content.what_we_did.is_none()),
        ("library.difference-made", content.difference_made.is_none()),
        ("library.what-did-not-work", content.what_did_not_work.is_none()),
        ("library.what-it-took", content.what_it_took.is_none()),
        ("library.reached", content.reached.is_none()),
        ("library.evidence", content.evidence.is_empty()),
        ("library.sources", content.sources.is_empty()),
        ("library.themes", content.themes.is_empty()),
        ("library.maturity", content.maturity.is_none()),
        ("library.contact", content.contact.is_none()),
        ("library.licence", content.licence.is_none()),
        ("library.review-by", content.review_by.is_none()),
    ];
    let missing: Vec<&str> = parts.into_iter().filter(|(_, missing)| *missing).map(|(part, _)| say(part)).collect();
    html! {
        @if !missing.is_empty() {
            h2 class="govuk-heading-m" { (say("library.missing")) }
            p class="govuk-body" { (say("library.missing-why")) }
            ul class="govuk-list govuk-list--bullet" { @for part in missing { li { (part) } } }
        }
    }
}

/// There is nothing that the world does not read already.
fn nothing_new(reader: &Reader, example: &Example) -> Response {
    let main = html! {
        h1 class="govuk-heading-l" { (say("library.publish-title")) }
        p class="govuk-body" { (say("library.nothing-new")) }
        p class="govuk-body" {
            a class="govuk-link" href={ "/practice-examples/" (example.id) } { (say("library.to-public")) }
        }
    };
    let page = Page::new(say("library.publish-title"), Place::Library, narrow(&main)).of(reader);
    page.back(say("library.back-to-draft"), format!("/drafts/{}", example.id)).show()
}
