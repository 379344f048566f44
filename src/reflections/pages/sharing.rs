//! A snapshot for a named person, until a day: made, read with what came back, brought up to date, taken back.

use std::collections::BTreeSet;

use maud::{Markup, PreEscaped, html};
use poem::{Response, Route, get, handler, post, web::Path};

use super::{colleagues, content, disclosure, guard, named, title};
use crate::{
    app::App,
    error::{Error, Result},
    http::{
        components::{Button, Input, InsetText, Textarea},
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, button},
        page::{Member, Reader},
        times,
        words::{say, tell},
    },
    id::{PersonId, ReflectionId, ShareId},
    reflections::{
        self,
        model::{Reflection, Response as Answer, Share},
        sharing::{self, NewShare, ShareUpdate, Shared},
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/reflections/{reflection}/shares", &["GET", "HEAD", "POST"]),
    ("/reflections/{reflection}/shares/{share}", &["GET", "HEAD", "POST"]),
    ("/reflections/{reflection}/shares/{share}/withdrawal", &["POST"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at("/reflections/:reflection/shares", get(list).post(share_it))
        .at("/reflections/:reflection/shares/:share", get(read).post(update))
        .at("/reflections/:reflection/shares/:share/withdrawal", post(withdraw))
}

/// The shares of a reflection that can be read now, each with its reader's name.
///
/// # Errors
/// `NotFound` for anybody but its author.
pub async fn open_now(reader: &Reader, id: ReflectionId) -> Result<Vec<(Share, String)>> {
    let (app, now) = (&reader.app, reader.app.clock.now());
    let shares = sharing::list(app, &reader.actor, id).await?;
    Ok(shares.into_iter().filter(|(share, _)| share.open(now)).collect())
}

/// The names of those who read them, each once.
pub fn names<'a>(shares: impl IntoIterator<Item = &'a (Share, String)>) -> String {
    let names: BTreeSet<&str> = shares.into_iter().map(|(_, name)| name.as_str()).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

#[handler]
async fn list(Member(reader): Member, Path(id): Path<String>) -> poem::Result<Response> {
    let reflection = reflections::get(&reader.app, &reader.actor, named(&id)?).await?;
    Ok(list_page(&reader, &reflection, &Form::new(&reader, Fields::default())).await?.show())
}

async fn list_page(reader: &Reader, reflection: &Reflection, form: &Form) -> Result<Page> {
    let (app, actor, id) = (&reader.app, &reader.actor, reflection.id);
    let shares = sharing::list(app, actor, id).await?;
    let now = app.clock.now();
    let colleagues = colleagues::called(app, actor).await?;
    let main = html! {
        (form.summary())
        h1 class="govuk-heading-l" { (say("reflections.shares-title")) }
        p class="govuk-body" { strong { (title(reflection)) } }
        div class="govuk-grid-row" {
            div class="govuk-grid-column-two-thirds" {
                @if !shares.is_empty() {
                    h2 class="govuk-heading-m" { (say("reflections.shared-with")) }
                    ul class="govuk-list govuk-list--spaced" {
                        @for (share, name) in &shares {
                            li {
                                a class="govuk-link" href={ "/reflections/" (id) "/shares/" (share.id) } { (name) }
                                @if let Some(called) = colleagues::find(&colleagues, share.reader) { br; (called) }
                                ", " @if share.open(now) { (say("reflections.until")) " " (times::date(share.last_day())) }
                                @else { (say("reflections.closed")) }
                            }
                        }
                    }
                }
                h2 class="govuk-heading-m" { (say("reflections.share-title")) }
                (guard::before_sharing(reflection))
                (share_form(form, &colleagues))
            }
            div class="govuk-grid-column-one-third" { (disclosure::of(reader, id).await?) }
        }
    };
    let page = Page::new(say("reflections.shares-title"), Place::Reflections, main).of(reader).with(form);
    Ok(page.back(say("reflections.back-to-it"), format!("/reflections/{id}")))
}

fn share_form(form: &Form, colleagues: &[(String, String)]) -> Markup {
    if colleagues.is_empty() {
        return html! { p class="govuk-body" { (say("reflections.no-colleagues")) } };
    }
    let nobody = (String::new(), say("reflections.choose-person").to_owned());
    let choices: Vec<_> = std::iter::once(nobody).chain(colleagues.iter().cloned()).collect();
    html! {
        p class="govuk-body" { (say("reflections.snapshot-why")) }
        form method="post" action=(form.address()) novalidate {
            (form.hidden())
            (form.select("person_id", "reflections.with-whom", &choices))
            (Input { hint: Some(say("reflections.until-hint").into()), ..form.day("until", "reflections.until-when") })
            (Textarea { hint: Some(say("reflections.note-hint").into()), ..form.area("note", "reflections.note", 3) })
            (button(say("reflections.share-button")))
        }
    }
}

#[handler]
async fn share_it(sent: Sent, Path(id): Path<String>) -> poem::Result<Response> {
    let id = named(&id)?;
    match make(&sent, id).await {
        Ok(made) => Ok(on_to(&format!("/reflections/{id}/shares/{}", made.share.id))),
        Err(cause) => {
            let reflection = reflections::get(&sent.reader.app, &sent.reader.actor, id).await?;
            Ok(list_page(&sent.reader, &reflection, &sent.again(cause)?).await?.show())
        }
    }
}

async fn make(sent: &Sent, id: ReflectionId) -> Result<Shared> {
    let nobody = || Error::invalid("/person_id", "required", say("reflections.choose-person-first"));
    let person = sent.fields.parsed::<PersonId>("person_id", say("reflections.choose-person-first"))?.ok_or_else(nobody)?;
    let input = NewShare { person, until: sent.fields.day("until")?, note: sent.fields.said("note") };
    sharing::share(&sent.reader.app, &sent.reader.actor, id, &sent.once, input).await
}

fn ids((reflection, share): &(String, String)) -> Result<(ReflectionId, ShareId)> {
    Ok((named(reflection)?, share.parse().map_err(|_| Error::NotFound)?))
}

#[handler]
async fn read(Member(reader): Member, Path(path): Path<(String, String)>) -> poem::Result<Response> {
    let (reflection, share) = ids(&path)?;
    let shared = sharing::get(&reader.app, &reader.actor, reflection, share).await?;
    let form = Form::new(&reader, Fields::default().with("revision", shared.share.revision.to_string()));
    Ok(share_page(&reader, &shared, &form).await?.show())
}

async fn share_page(reader: &Reader, shared: &Shared, form: &Form) -> Result<Page> {
    let (app, share) = (&reader.app, &shared.share);
    let colleagues = colleagues::called(app, &reader.actor).await?;
    let open = share.open(app.clock.now());
    let present = reflections::get(app, &reader.actor, share.reflection).await?;
    let told = |words| tell(words, &[("name", &shared.reader_name), ("day", &times::date(share.last_day()))]);
    let main = html! {
        (form.summary())
        h1 class="govuk-heading-l" { (told("reflections.share-with")) }
        @if let Some(called) = colleagues::find(&colleagues, share.reader) { p class="govuk-body app-secondary" { (called) } }
        (InsetText { text: if open { told("reflections.can-read-until") } else { told("reflections.can-read-no-more") }, ..InsetText::default() })
        @if let Some(note) = &shared.snapshot.note {
            h2 class="govuk-heading-m" { (say("reflections.note")) }
            p class="govuk-body app-as-typed" { (note) }
        }
        (responses(app, shared, say("reflections.responses")).await?)
        h2 class="govuk-heading-m" { (say("reflections.what-they-see")) }
        @if let Some(title) = &shared.snapshot.content.title { h3 class="govuk-heading-s" { (title) } }
        (content(app, &shared.snapshot.content).await?)
        @if open {
            @if present.revision != share.of_revision { (guard::before_sharing(&present)) (push_form(form, share.revision)) }
            (change_form(form, share.revision))
        }
        (withdraw_form(form, &format!("/reflections/{}/shares/{}/withdrawal", share.reflection, share.id), &shared.reader_name))
    };
    let main = crate::http::layout::narrow(&main);
    let page = Page::new(say("reflections.share-page-title"), Place::Reflections, main).of(reader).with(form);
    Ok(page.back(say("reflections.shares-title"), format!("/reflections/{}/shares", share.reflection)))
}

/// What came back, the newest first.
pub async fn responses(app: &App, shared: &Shared, heading: &str) -> Result<Markup> {
    let mut rendered: Vec<(&Answer, String)> = Vec::new();
    for response in &shared.responses {
        rendered.push((response, app.markdown.preview(&response.body).await?));
    }
    Ok(html! {
        @if !rendered.is_empty() {
            h2 class="govuk-heading-m" { (heading) }
            @for (response, text) in rendered {
                div class="app-card" {
                    p class="govuk-body-s app-secondary" { (shared.reader_name) ", " (times::moment(response.written_at)) }
                    div class="app-prose" { (PreEscaped(text)) }
                }
            }
        }
    })
}

fn push_form(form: &Form, revision: i64) -> Markup {
    html! {
        form class="app-no-print" method="post" action=(form.address()) {
            (form.hidden())
            input type="hidden" name="revision" value=(revision);
            input type="hidden" name="push" value="yes";
            p class="govuk-body" { (say("reflections.push-why")) }
            (Button { text: say("reflections.push").to_owned(), classes: Some("govuk-button--secondary".to_owned()), ..Button::default() })
        }
    }
}

fn change_form(form: &Form, revision: i64) -> Markup {
    html! {
        h2 class="govuk-heading-m app-no-print" { (say("reflections.share-change-title")) }
        form class="app-no-print" method="post" action=(form.address()) novalidate {
            (form.hidden())
            input type="hidden" name="revision" value=(revision);
            (Input { hint: Some(say("reflections.until-change-hint").into()), ..form.day("until", "reflections.until-when") })
            (Textarea { hint: Some(say("reflections.note-change-hint").into()), ..form.area("note", "reflections.note", 3) })
            (Button { text: say("frame.save").to_owned(), classes: Some("govuk-button--secondary".to_owned()), ..Button::default() })
        }
    }
}

fn withdraw_form(form: &Form, action: &str, name: &str) -> Markup {
    html! {
        h2 class="govuk-heading-m app-no-print" { (say("reflections.withdraw-title")) }
        form class="app-no-print" method="post" action={ (action) (form.address()) } {
            (form.hidden())
            p class="govuk-body" { (tell("reflections.withdraw-why", &[("name", name)])) }
            (Button { text: say("reflections.withdraw").to_owned(), classes: Some("govuk-button--warning".to_owned()), ..Button::default() })
        }
    }
}

#[handler]
async fn update(sent: Sent, Path(path): Path<(String, String)>) -> poem::Result<Response> {
    let (reflection, share) = ids(&path)?;
    match change(&sent, (reflection, share)).await {
        Ok(_) => Ok(on_to(&format!("/reflections/{reflection}/shares/{share}"))),
        Err(cause) => {
            let shared = sharing::get(&sent.reader.app, &sent.reader.actor, reflection, share).await?;
            Ok(share_page(&sent.reader, &shared, &sent.again(cause)?).await?.show())
        }
    }
}

async fn change(sent: &Sent, ids: (ReflectionId, ShareId)) -> Result<Shared> {
    let fields = &sent.fields;
    let input = ShareUpdate { push: fields.text("push") == "yes", until: fields.day("until")?, note: fields.said("note") };
    sharing::update(&sent.reader.app, &sent.reader.actor, ids, fields.number("revision")?, input).await
}

#[handler]
async fn withdraw(sent: Sent, Path(path): Path<(String, String)>) -> poem::Result<Response> {
    let (reflection, share) = ids(&path)?;
    match sharing::withdraw(&sent.reader.app, &sent.reader.actor, reflection, share).await {
        // Pressed twice: it is taken back.
        Ok(()) | Err(Error::NotFound) => Ok(on_to(&format!("/reflections/{reflection}/shares"))),
        Err(cause) => Err(cause.into()),
    }
}
