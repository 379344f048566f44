//! Writing: a new reflection, and another text of an old one. One click, type, one click.

use chrono::Duration;
use maud::{Markup, html};
use poem::{
    Response, Route, get, handler,
    web::{Path, Query},
};
use serde::Deserialize;

use super::{
    disclosure, named,
    sheet::{self, Around},
};
use crate::{
    error::{Error, Result},
    http::{
        components::NotificationBanner,
        form::{Fields, Form, Sent, on_to},
        layout::Page,
        page::{Member, Reader},
        paging::{FROM_THE_NEWEST, Paging},
        times,
        words::{say, tell},
    },
    id::ReflectionId,
    reflections::{
        self,
        drafts::{self, WorkingCopy},
        model::{Change, Content, Filter, Reflection},
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] =
    &[("/reflections/new", &["GET", "HEAD", "POST"]), ("/reflections/{reflection}/text", &["GET", "HEAD", "POST"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/reflections/new", get(begin).post(write)).at("/reflections/:reflection/text", get(open).post(revise))
}

/// With what a new sheet begins.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Beginning {
    begun: Option<String>,
    prompt_set: Option<String>,
}

#[handler]
async fn begin(Member(reader): Member, Query(beginning): Query<Beginning>) -> poem::Result<Response> {
    let fields = match beginning.begun {
        None => Fields::default().with_some("prompt_set", beginning.prompt_set),
        Some(begun) => {
            let id = named(&begun)?;
            match drafts::get(&reader.app, &reader.actor, id).await {
                Ok(copy) => begun_before(&copy, id),
                // Back from where it was saved: it is there.
                Err(Error::NotFound) => {
                    let saved = reflections::get(&reader.app, &reader.actor, id).await?;
                    return Ok(on_to(&format!("/reflections/{}", saved.id)));
                }
                Err(cause) => return Err(cause.into()),
            }
        }
    };
    let around = Around { disclosure: disclosure::of_new(&reader).await?, begins: true, ..Around::default() };
    Ok(new_page(&reader, &Form::new(&reader, fields), around).await?.show())
}

/// The sheet of what was begun and never saved.
fn begun_before(copy: &WorkingCopy, id: ReflectionId) -> Fields {
    let fields = sheet::continued(&Content::default(), &copy.content);
    fields.with("begun", id.to_string()).with("copy", copy.revision.to_string())
}

async fn new_page(reader: &Reader, form: &Form, around: Around) -> Result<Page> {
    let around = Around { keep_at: "/reflections/begun".to_owned(), ..around };
    sheet::page(reader, say("reflections.new-title"), form, around).await
}

#[handler]
async fn write(sent: Sent) -> poem::Result<Response> {
    let reader = &sent.reader;
    let around = Around { disclosure: disclosure::of_new(reader).await?, ..Around::default() };
    let outcome = match shown(&sent).await {
        Ok(Some(preview)) => {
            return Ok(new_page(reader, &sent.as_it_is(), Around { preview, ..around }).await?.show());
        }
        Ok(None) => save(&sent).await,
        Err(cause) => Err(cause),
    };
    match outcome {
        Ok(made) => Ok(on_to(&format!("/reflections/{}", made.id))),
        Err(cause) => {
            let (form, around) = not_saved(&sent, cause, around).await?;
            Ok(new_page(reader, &form, around).await?.show())
        }
    }
}

async fn save(sent: &Sent) -> Result<Reflection> {
    let (app, actor) = (&sent.reader.app, &sent.reader.actor);
    let input = sheet::typed(&sent.fields)?;
    match sent.fields.said("begun") {
        None => match just_written(sent, &input).await? {
            Some(saved) => Ok(saved),
            None => reflections::write(app, actor, &sent.once, input).await,
        },
        Some(begun) => {
            let begun = (named(&begun)?, sent.fields.number("copy").ok());
            reflections::write_up(app, actor, &sent.once, begun, input).await
        }
    }
}

/// How long the same words, sent again, are taken for the same reflection.
const JUST: Duration = Duration::hours(1);

/// The very same, if it is what its sender wrote last, and just now: they went back to the page from which they had sent it.
async fn just_written(sent: &Sent, input: &Content) -> Result<Option<Reflection>> {
    let one = Paging { limit: 1, before: FROM_THE_NEWEST.to_owned() };
    let newest = reflections::list(&sent.reader.app, &sent.reader.actor, &Filter::default(), &one).await?;
    let since = sent.reader.app.clock.now() - JUST;
    Ok(newest.items.into_iter().find(|saved| saved.content == *input && saved.revision == 1 && saved.created_at > since))
}

/// The sheet again, with what another window kept meanwhile beside it. Sent once more, this one is saved.
async fn not_saved(sent: &Sent, cause: Error, around: Around) -> Result<(Form, Around)> {
    match &cause {
        // What was begun is gone: the text on the sheet is a reflection of its own.
        Error::Conflict(_) => Ok((sent.again(cause)?.replace("begun", "").replace("copy", ""), around)),
        Error::Stale { .. } => {
            let id = named(sent.fields.text("begun"))?;
            let copy = drafts::get(&sent.reader.app, &sent.reader.actor, id).await?;
            let other = Some((sheet::continued(&Content::default(), &copy.content), times::clock(copy.saved_at)));
            Ok((sent.again(cause)?.replace("copy", copy.revision.to_string()), Around { other, ..around }))
        }
        _ => Ok((sent.again(cause)?, around)),
    }
}

/// What the sheet shows when nothing is to be saved: a preview, or the questions of another prompt set.
async fn shown(sent: &Sent) -> Result<Option<Option<Markup>>> {
    match sent.fields.text("do") {
        "preview" => {
            let preview = super::rendered(&sent.reader.app, sent.fields.text("body")).await.map_err(sheet::of_the_body)?;
            Ok(Some(Some(preview)))
        }
        "prompts" => Ok(Some(None)),
        _ => Ok(None),
    }
}

#[handler]
async fn open(Member(reader): Member, Path(id): Path<String>) -> poem::Result<Response> {
    let id = named(&id)?;
    let (app, actor) = (&reader.app, &reader.actor);
    let saved = reflections::get(app, actor, id).await?;
    let copy = match drafts::get(app, actor, id).await {
        Err(Error::NotFound) => None,
        copy => Some(copy?),
    };
    let (fields, notice) = match &copy {
        None => (sheet::filled(&saved.content), None),
        Some(copy) => {
            let text = tell("reflections.not-saved-yet", &[("time", &times::moment(copy.saved_at))]);
            let notice = html! { (NotificationBanner { text, ..NotificationBanner::default() }) };
            (sheet::continued(&saved.content, &copy.content), Some(notice))
        }
    };
    let moved = copy.as_ref().is_some_and(|copy| copy.based_on != saved.revision);
    let other = moved.then(|| (sheet::filled(&saved.content), times::clock(saved.updated_at)));
    let fields =
        fields.with("revision", saved.revision.to_string()).with_some("copy", copy.map(|copy| copy.revision.to_string()));
    let around = Around { disclosure: disclosure::of(&reader, id).await?, notice, other, ..Around::default() };
    Ok(text_page(&reader, id, &Form::new(&reader, fields), around).await?.show())
}

async fn text_page(reader: &Reader, id: ReflectionId, form: &Form, around: Around) -> Result<Page> {
    let around = Around { keep_at: format!("/reflections/{id}/working-copy"), ..around };
    let page = sheet::page(reader, say("reflections.change-title"), form, around).await?;
    Ok(page.back(say("reflections.back-to-it"), format!("/reflections/{id}")))
}

#[handler]
async fn revise(sent: Sent, Path(id): Path<String>) -> poem::Result<Response> {
    let (reader, id) = (&sent.reader, named(&id)?);
    let around = Around { disclosure: disclosure::of(reader, id).await?, ..Around::default() };
    let outcome = match shown(&sent).await {
        Ok(Some(preview)) => {
            return Ok(text_page(reader, id, &sent.as_it_is(), Around { preview, ..around }).await?.show());
        }
        Ok(None) => save_change(&sent, id).await,
        Err(cause) => Err(cause),
    };
    match outcome {
        Ok(_) => Ok(on_to(&format!("/reflections/{id}"))),
        Err(cause) => {
            let (form, around) = not_revised(&sent, id, cause, around).await?;
            Ok(text_page(reader, id, &form, around).await?.show())
        }
    }
}

async fn save_change(sent: &Sent, id: ReflectionId) -> Result<Reflection> {
    let (app, actor) = (&sent.reader.app, &sent.reader.actor);
    let typed = sheet::typed(&sent.fields)?;
    let change = Change { instead_of: sent.fields.number("copy").ok(), ..sheet::change(typed.clone()) };
    let saved = reflections::revise(app, actor, id, sent.fields.number("revision")?, change).await;
    if matches!(saved, Err(Error::Stale { .. })) {
        let present = reflections::get(app, actor, id).await?;
        // Pressed twice: it says that already.
        if present.content == typed {
            return Ok(present);
        }
    }
    saved
}

/// The sheet again, with what was saved meanwhile beside it. Sent once more, this one becomes the present text; the other is
/// kept as the revision before it.
async fn not_revised(sent: &Sent, id: ReflectionId, cause: Error, around: Around) -> Result<(Form, Around)> {
    if !matches!(cause, Error::Stale { .. }) {
        return Ok((sent.again(cause)?, around));
    }
    let saved = reflections::get(&sent.reader.app, &sent.reader.actor, id).await?;
    let other = Some((sheet::filled(&saved.content), times::clock(saved.updated_at)));
    Ok((sent.again(cause)?.replace("revision", saved.revision.to_string()), Around { other, ..around }))
}
