//! One reflection, and what can be done with it.

use maud::{Markup, html};
use poem::{Request, Response, Route, get, handler, post, web::Path};

use super::{
    content, disclosure, guard, named,
    sharing::{names, open_now},
    title,
};
use crate::{
    error::{Error, Result},
    http::{
        components::{Button, NotificationBanner, WarningText},
        edge::accepts_html,
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, link_button},
        page::{Member, Reader},
        times,
        words::{say, tell},
    },
    id::ReflectionId,
    reflections::{
        self,
        drafts::{self, WorkingCopy},
        model::Reflection,
        returning,
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/reflections/{reflection}", &["GET", "HEAD"]),
    ("/reflections/{reflection}/mark", &["POST"]),
    ("/reflections/{reflection}/deletion", &["GET", "HEAD", "POST"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at("/reflections/:reflection", get(read))
        .at("/reflections/:reflection/mark", post(mark))
        .at("/reflections/:reflection/deletion", get(ask).post(delete))
}

#[handler]
async fn read(Member(reader): Member, request: &Request, Path(id): Path<String>) -> poem::Result<Response> {
    let id = named(&id)?;
    if !accepts_html(request) {
        return Ok(on_to(&format!("/api/v1/reflections/{id}")));
    }
    let (app, actor) = (&reader.app, &reader.actor);
    let reflection = reflections::get(app, actor, id).await?;
    let copy = match drafts::get(app, actor, id).await {
        Err(Error::NotFound) => None,
        copy => Some(copy?),
    };
    let marked = returning::is_marked(app, actor, id).await?;
    let open = open_now(&reader, id).await?;
    let behind = names(open.iter().filter(|(share, _)| share.of_revision != reflection.revision));
    let main = html! {
        @if let Some(copy) = &copy { (not_saved_yet(&reader, id, copy)) }
        h1 class="govuk-heading-l" { (title(&reflection)) }
        div class="govuk-grid-row" {
            div class="govuk-grid-column-two-thirds" {
                @if !behind.is_empty() { (shown_before(id, &behind)) }
                (guard::warning(&reader, &reflection, &names(&open)))
                (content(app, &reflection.content).await?)
                (when(&reflection))
                (what_can_be_done(&reader, id, marked))
            }
            div class="govuk-grid-column-one-third app-no-print" { (disclosure::of(&reader, id).await?) }
        }
    };
    let page = Page::new(say("reflections.one-title"), Place::Reflections, main).of(&reader);
    Ok(page.back(say("frame.reflections"), "/reflections").show())
}

/// What was typed and not saved: to go on with, or to throw away.
fn not_saved_yet(reader: &Reader, id: ReflectionId, copy: &WorkingCopy) -> Markup {
    let text = tell("reflections.typed-more", &[("time", &times::moment(copy.saved_at))]);
    let form = Form::new(reader, Fields::default());
    html! {
        (NotificationBanner { text, ..NotificationBanner::default() })
        div class="govuk-button-group" {
            (link_button(say("reflections.go-on-typing"), format!("/reflections/{id}/text")))
            form method="post" action={ "/reflections/" (id) "/working-copy/removal" } {
                (form.hidden())
                input type="hidden" name="copy" value=(copy.revision);
                (second(say("reflections.throw-away")))
            }
        }
    }
}

/// What was changed, or reworded, is not what the readers of a share see until its author says so.
fn shown_before(id: ReflectionId, names: &str) -> Markup {
    html! {
        div class="govuk-inset-text app-no-print" {
            p class="govuk-body" { (tell("reflections.shown-before", &[("names", names)])) }
            p class="govuk-body" { a class="govuk-link" href={ "/reflections/" (id) "/shares" } { (say("reflections.shown-before-go")) } }
        }
    }
}

fn second(text: &str) -> Markup {
    html! { (Button { text: text.to_owned(), classes: Some("govuk-button--secondary".to_owned()), ..Button::default() }) }
}

fn when(reflection: &Reflection) -> Markup {
    html! {
        p class="govuk-body-s app-secondary" {
            (tell("reflections.written", &[("time", &times::moment(reflection.created_at))]))
            @if reflection.revision > 1 {
                " " (tell("reflections.changed", &[("time", &times::moment(reflection.updated_at))]))
                " " a class="govuk-link" href={ "/reflections/" (reflection.id) "/revisions" } { (say("reflections.earlier")) }
            }
        }
    }
}

fn what_can_be_done(reader: &Reader, id: ReflectionId, marked: bool) -> Markup {
    let form = Form::new(reader, Fields::default());
    html! {
        div class="govuk-button-group app-no-print" {
            (link_button(say("reflections.change"), format!("/reflections/{id}/text")))
            (Button {
                text: say("reflections.share").to_owned(),
                href: Some(format!("/reflections/{id}/shares")),
                classes: Some("govuk-button--secondary".to_owned()),
                ..Button::default()
            })
            form method="post" action={ "/reflections/" (id) "/mark" } {
                (form.hidden())
                @if marked {
                    input type="hidden" name="mark" value="no";
                    (second(say("reflections.unmark")))
                } @else {
                    input type="hidden" name="mark" value="yes";
                    (second(say("reflections.mark")))
                }
            }
            a class="govuk-link" href={ "/reflections/" (id) "/deletion" } { (say("reflections.delete")) }
        }
    }
}

#[handler]
async fn mark(sent: Sent, Path(id): Path<String>) -> poem::Result<Response> {
    let (app, actor, id) = (&sent.reader.app, &sent.reader.actor, named(&id)?);
    if sent.fields.text("mark") == "no" {
        returning::unmark(app, actor, id).await?;
    } else {
        returning::mark(app, actor, id).await?;
    }
    Ok(on_to(&format!("/reflections/{id}")))
}

#[handler]
async fn ask(Member(reader): Member, Path(id): Path<String>) -> poem::Result<Response> {
    let id = named(&id)?;
    let reflection = reflections::get(&reader.app, &reader.actor, id).await?;
    let form = Form::new(&reader, Fields::default().with("revision", reflection.revision.to_string()));
    Ok(deletion_page(&reader, &reflection, &form).await?.show())
}

/// Deleting says what goes with it, and that nobody can bring it back.
async fn deletion_page(reader: &Reader, reflection: &Reflection, form: &Form) -> Result<Page> {
    let readers = names(&open_now(reader, reflection.id).await?);
    let before = html! {
        p class="govuk-body" { strong { (title(reflection)) } }
        (WarningText { text: say("reflections.delete-warning").to_owned(), ..WarningText::default() })
        @if !readers.is_empty() {
            p class="govuk-body" { (tell("reflections.delete-shares", &[("names", &readers)])) }
        }
    };
    let fields = html! {
        input type="hidden" name="revision" value=(form.fields.text("revision"));
        div class="govuk-button-group" {
            (Button {
                text: say("reflections.delete-button").to_owned(),
                classes: Some("govuk-button--warning".to_owned()),
                ..Button::default()
            })
            a class="govuk-link" href={ "/reflections/" (reflection.id) } { (say("reflections.keep")) }
        }
    };
    let page = Page::form(say("reflections.delete-title"), Place::Reflections, (reader, form), &before, &fields);
    Ok(page.back(say("reflections.back-to-it"), format!("/reflections/{}", reflection.id)))
}

#[handler]
async fn delete(sent: Sent, Path(id): Path<String>) -> poem::Result<Response> {
    let (app, actor, id) = (&sent.reader.app, &sent.reader.actor, named(&id)?);
    let outcome = match sent.fields.number("revision") {
        Ok(seen) => reflections::delete(app, actor, id, seen).await,
        Err(cause) => Err(cause),
    };
    match outcome {
        Ok(()) => Ok(on_to("/reflections")),
        Err(cause) => {
            let reflection = reflections::get(app, actor, id).await?;
            let form = sent.again(cause)?.replace("revision", reflection.revision.to_string());
            Ok(deletion_page(&sent.reader, &reflection, &form).await?.show())
        }
    }
}
