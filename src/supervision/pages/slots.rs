//! When and where to meet: planned, moved and cancelled. Times are those of the clock on the wall in London.

use std::str::FromStr;

use chrono::NaiveTime;
use maud::{Markup, html};
use poem::{Response, Route, get, handler, web::Path};

use super::{agreements, sessions};
use crate::{
    error::{Checks, Error, Result, Violation},
    http::{
        components::{Button, Input, Textarea, WarningText},
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, button},
        page::{Member, Reader},
        times::{in_london, moment, on_the_wall},
        words::{say, tell},
    },
    id::{AgreementId, SupervisionSessionId},
    supervision::{
        model::{Agreement, Session, Slot},
        sessions::{cancel, plan, shift},
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/supervision/agreements/{agreement}/sessions/new", &["GET", "HEAD", "POST"]),
    ("/supervision/sessions/{session}/time", &["GET", "HEAD", "POST"]),
    ("/supervision/sessions/{session}/cancellation", &["GET", "HEAD", "POST"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at("/supervision/agreements/:agreement/sessions/new", get(ask_when).post(make))
        .at("/supervision/sessions/:session/time", get(ask_when_instead).post(save))
        .at("/supervision/sessions/:session/cancellation", get(ask_why).post(call_off))
}

#[handler]
async fn ask_when(Member(reader): Member, Path(agreement): Path<String>) -> poem::Result<Response> {
    let under = agreements::read(&reader, &agreement).await?;
    let form = Form::new(&reader, Fields::default().with("minutes", "60"));
    Ok(plan_page(&reader, &under, &form).await?)
}

#[handler]
async fn make(sent: Sent, Path(agreement): Path<String>) -> poem::Result<Response> {
    let under = agreements::read(&sent.reader, &agreement).await?;
    match plans(&sent, under.id).await {
        Ok(session) => Ok(on_to(&sessions::address(session.id))),
        Err(cause) => Ok(plan_page(&sent.reader, &under, &sent.again(cause)?).await?),
    }
}

async fn plans(sent: &Sent, under: AgreementId) -> Result<Session> {
    let slot = typed(&sent.fields)?;
    plan(&sent.reader.app, &sent.reader.actor, under, &sent.once, slot).await.map_err(beside_the_day)
}

async fn plan_page(reader: &Reader, under: &Agreement, form: &Form) -> Result<Response> {
    let name = agreements::with_whom(reader, under).await?;
    let before = html! { p class="govuk-body" { (tell("supervision.plan-with", &[("name", name.as_str())])) } };
    let fields = html! {
        (when_and_where(form))
        (button(say("supervision.plan")))
    };
    let page = Page::form(say("supervision.plan-title"), Place::Supervision, (reader, form), &before, &fields);
    Ok(page.back(say("supervision.agreement-title"), agreements::address(under.id)).show())
}

fn when_and_where(form: &Form) -> Markup {
    // A browser's own control would drop what is no time; as text it stays, to be put right.
    let reads = form.fields.parsed::<NaiveTime>("time", "").is_ok();
    let kind = if reads { "time" } else { "text" };
    html! {
        (form.day("day", "supervision.day"))
        (Input {
            r#type: Some(kind.to_owned()),
            classes: Some("govuk-input--width-10".to_owned()),
            hint: Some(say("supervision.time-hint").into()),
            ..form.line("time", "supervision.time")
        })
        (Input {
            classes: Some("govuk-input--width-3".to_owned()),
            inputmode: Some("numeric".to_owned()),
            ..form.line("minutes", "supervision.minutes")
        })
        (Input { hint: Some(say("supervision.place-hint").into()), ..form.line("place", "supervision.place") })
    }
}

/// What was typed of when and where, or everything that is wrong with it.
fn typed(fields: &Fields) -> Result<Slot> {
    let mut checks = Checks::default();
    let day = checks.parsed("/day", read(fields, "day", say("frame.wrong-day")));
    let time = checks.parsed("/time", read(fields, "time", say("supervision.wrong-time")));
    let minutes = checks.parsed("/minutes", read(fields, "minutes", say("supervision.wrong-minutes")));
    let left_out = || ("no_such_time", say("supervision.no-such-time").to_owned());
    let starts_at = match (day, time) {
        (Some(day), Some(time)) => checks.parsed("/time", in_london(day, time).ok_or_else(left_out)),
        _ => None,
    };
    checks.done()?;
    let (Some(starts_at), Some(minutes)) = (starts_at, minutes) else { return Err(Error::internal("a slot without a time")) };
    Ok(Slot { starts_at, minutes, place: fields.said("place") })
}

fn read<T: FromStr>(fields: &Fields, name: &str, how: &str) -> std::result::Result<T, (&'static str, String)> {
    fields.text(name).trim().parse().map_err(|_| ("malformed", how.to_owned()))
}

/// What is wrong with when it begins, beside the day.
fn beside_the_day(cause: Error) -> Error {
    let reworded = |wrong: Violation| {
        if wrong.pointer == "/starts_at" { Violation::new("/day", wrong.code, wrong.detail) } else { wrong }
    };
    match cause {
        Error::Invalid(wrong) => Error::Invalid(wrong.into_iter().map(reworded).collect()),
        other => other,
    }
}

#[handler]
async fn ask_when_instead(Member(reader): Member, Path(session): Path<String>) -> poem::Result<Response> {
    let session = sessions::read(&reader, &session).await?;
    let (day, time) = on_the_wall(session.slot.starts_at);
    let fields = Fields::default()
        .with("day", day)
        .with("time", time)
        .with("minutes", session.slot.minutes.to_string())
        .with_some("place", session.slot.place.as_deref());
    Ok(move_page(&reader, &session, &Form::new(&reader, fields)).show())
}

#[handler]
async fn save(sent: Sent, Path(session): Path<String>) -> poem::Result<Response> {
    let id = sessions::read(&sent.reader, &session).await?.id;
    match moves(&sent, id).await {
        Ok(_) => Ok(on_to(&sessions::address(id))),
        Err(cause) => {
            let now = sessions::read(&sent.reader, &session).await?;
            Ok(move_page(&sent.reader, &now, &sent.again(cause)?).show())
        }
    }
}

async fn moves(sent: &Sent, id: SupervisionSessionId) -> Result<Session> {
    let (slot, reason) = (typed(&sent.fields)?, sent.fields.text("reason").to_owned());
    let seen = sent.fields.number("revision")?;
    shift(&sent.reader.app, &sent.reader.actor, id, seen, (slot, reason)).await.map_err(beside_the_day)
}

fn move_page(reader: &Reader, session: &Session, form: &Form) -> Page {
    let when = moment(session.slot.starts_at);
    let before = html! { p class="govuk-body" { (tell("supervision.planned-for", &[("when", when.as_str())])) } };
    let fields = html! {
        input type="hidden" name="revision" value=(session.revision);
        (when_and_where(form))
        (reason(form, "supervision.move-reason"))
        (button(say("supervision.move")))
    };
    let page = Page::form(say("supervision.move-title"), Place::Supervision, (reader, form), &before, &fields);
    page.back(say("supervision.session-title"), sessions::address(session.id))
}

fn reason(form: &Form, label: &'static str) -> Markup {
    html! { (Textarea { hint: Some(say("supervision.reason-hint").into()), ..form.area("reason", label, 3) }) }
}

#[handler]
async fn ask_why(Member(reader): Member, Path(session): Path<String>) -> poem::Result<Response> {
    let session = sessions::read(&reader, &session).await?;
    Ok(cancel_page(&reader, &session, &Form::new(&reader, Fields::default())).show())
}

#[handler]
async fn call_off(sent: Sent, Path(session): Path<String>) -> poem::Result<Response> {
    let id = sessions::read(&sent.reader, &session).await?.id;
    match cancels(&sent, id).await {
        Ok(_) => Ok(on_to(&sessions::address(id))),
        Err(cause) => {
            let now = sessions::read(&sent.reader, &session).await?;
            Ok(cancel_page(&sent.reader, &now, &sent.again(cause)?).show())
        }
    }
}

async fn cancels(sent: &Sent, id: SupervisionSessionId) -> Result<Session> {
    let seen = sent.fields.number("revision")?;
    cancel(&sent.reader.app, &sent.reader.actor, id, seen, sent.fields.text("reason")).await
}

fn cancel_page(reader: &Reader, session: &Session, form: &Form) -> Page {
    let when = moment(session.slot.starts_at);
    let before = html! {
        p class="govuk-body" { (tell("supervision.cancel-why", &[("when", when.as_str())])) }
        (WarningText { text: say("supervision.cancel-warning").to_owned(), ..WarningText::default() })
    };
    let fields = html! {
        input type="hidden" name="revision" value=(session.revision);
        (reason(form, "supervision.cancel-reason"))
        div class="govuk-button-group" {
            (Button {
                text: say("supervision.cancel").to_owned(),
                classes: Some("govuk-button--warning".to_owned()),
                prevent_double_click: Some(true),
                ..Button::default()
            })
            a class="govuk-link" href=(sessions::address(session.id)) { (say("supervision.keep")) }
        }
    };
    let page = Page::form(say("supervision.cancel-title"), Place::Supervision, (reader, form), &before, &fields);
    page.back(say("supervision.session-title"), sessions::address(session.id))
}
