//! Codes from an authenticator app: set up, recovered from, turned off. A secret and recovery codes are shown in the answer to
//! the press that made them, and on no page that one can come back to.

use std::fmt::Write as _;

use maud::{Markup, html};
use poem::{Response, Route, get, handler, post};
use qrcode::{Color, QrCode};

use super::kinds;
use crate::{
    access::Role,
    error::{Error, Result},
    http::{
        components::{Button, Details, Hint, Input, InsetText, SummaryList, SummaryRow, WarningText},
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, button, final_button, link_button, narrow},
        page::{Member, Reader},
        words::{say, tell},
    },
    people::codes::{self, Offer, State},
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    (CODES, &["GET", "HEAD", "POST"]),
    ("/account/codes/confirmation", &["POST"]),
    ("/account/codes/recovery", &["GET", "HEAD", "POST"]),
    ("/account/codes/removal", &["GET", "HEAD", "POST"]),
];

/// Where somebody sees how they stand with codes, and begins.
pub const CODES: &str = "/account/codes";

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at(CODES, get(show).post(begin))
        .at("/account/codes/confirmation", post(confirm))
        .at("/account/codes/recovery", get(ask_renewal).post(renew))
        .at("/account/codes/removal", get(ask_removal).post(remove))
}

#[handler]
async fn show(Member(reader): Member) -> poem::Result<Response> {
    let state = codes::state(&reader.app, &reader.actor).await?;
    Ok(state_page(&reader, &state))
}

fn state_page(reader: &Reader, state: &State) -> Response {
    let form = Form::new(reader, Fields::default());
    let main = html! {
        h1 class="govuk-heading-l" { (say("codes.title")) }
        @if state.on { (on(state)) } @else {
            p class="govuk-body" { (say("codes.why")) }
            (notice(&state.required_for))
        }
        form method="post" action=(CODES) {
            (form.hidden())
            @if state.on { (secondary(say("codes.another"))) } @else { (button(say("codes.begin"))) }
        }
    };
    Page::new(say("codes.title"), Place::Account, narrow(&main)).of(reader).back(say("frame.account"), "/account").show()
}

fn on(state: &State) -> Markup {
    let rows = vec![
        SummaryRow::new(say("codes.signing-in"), say("codes.with-a-code")),
        SummaryRow::new(say("codes.recovery-left"), state.recovery_left.to_string()),
    ];
    html! {
        (SummaryList { rows, ..SummaryList::default() })
        ul class="govuk-list govuk-list--spaced" {
            li { a class="govuk-link" href="/account/codes/recovery" { (say("codes.renewal-title")) } }
            @if state.required_for.is_empty() {
                li { a class="govuk-link" href="/account/codes/removal" { (say("codes.removal-title")) } }
            }
        }
        @if !state.required_for.is_empty() {
            p class="govuk-body" { (tell("codes.stay-on", &[("roles", kinds::roles_in_words(&state.required_for).as_str())])) }
        }
    }
}

/// Says which roles wait until codes are set up, where any do.
pub(super) fn notice(waiting: &[Role]) -> Markup {
    html! {
        @if !waiting.is_empty() {
            (InsetText { text: tell("codes.roles-wait", &[("roles", kinds::roles_in_words(waiting).as_str())]), ..InsetText::default() })
        }
    }
}

#[handler]
async fn begin(sent: Sent) -> poem::Result<Response> {
    let offer = codes::begin(&sent.reader.app, &sent.reader.actor).await?;
    Ok(offer_page(&sent.reader, &offer, &Form::new(&sent.reader, Fields::default())))
}

fn offer_page(reader: &Reader, offer: &Offer, form: &Form) -> Response {
    let main = html! {
        (form.summary())
        h1 class="govuk-heading-l" { (say("codes.offer-title")) }
        (InsetText { text: say("codes.ends-the-rest").to_owned(), ..InsetText::default() })
        ol class="govuk-list govuk-list--number govuk-list--spaced" {
            li { (say("codes.install")) }
            li { (say("codes.scan")) }
            li { (say("codes.type-it")) }
        }
        (picture(&offer.uri))
        (Details { summary_text: say("codes.cannot-scan").to_owned(), ..Details::default() }.around(&by_hand(offer)))
        form method="post" action="/account/codes/confirmation" novalidate {
            (form.hidden())
            (Input { hint: Some(say("codes.first-hint").into()), ..field(form, "code") })
            (button(say("codes.confirm")))
        }
    };
    let page = Page::new(say("codes.offer-title"), Place::Account, narrow(&main)).of(reader).with(form);
    page.back(say("codes.title"), CODES).show()
}

fn by_hand(offer: &Offer) -> Markup {
    let letters: Vec<char> = offer.secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    html! {
        p class="govuk-body" { (say("codes.by-hand")) }
        p class="govuk-body" { code id="secret" { (groups.join(" ")) } }
        p class="govuk-body" { a class="govuk-link" href=(offer.uri) { (say("codes.open-here")) } }
    }
}

/// A text as a QR code, drawn square by square: a picture from elsewhere would have to be let in, and this needs no style.
/// Nothing where a text is too long for one; it stands beside it in letters too.
fn picture(text: &str) -> Markup {
    /// The empty squares around it that a reader needs (ISO/IEC 18004).
    const MARGIN: usize = 4;
    let Ok(squares) = QrCode::new(text) else { return Markup::default() };
    let width = squares.width();
    let side = width + 2 * MARGIN;
    let mut dark = String::new();
    for (at, color) in squares.into_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let _infallible = write!(dark, "M{} {}h1v1h-1z", at % width + MARGIN, at / width + MARGIN);
        }
    }
    html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label=(say("codes.picture")) width="240" height="240"
            viewBox={ "0 0 " (side) " " (side) } shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#ffffff" {}
            path d=(dark) fill="#000000" {}
        }
    }
}

#[handler]
async fn confirm(sent: Sent) -> poem::Result<Response> {
    let (app, actor) = (&sent.reader.app, &sent.reader.actor);
    match codes::confirm(app, actor, sent.fields.text("code")).await {
        Ok(recovery) => Ok(recovery_page(&sent.reader, say("codes.done"), &recovery)),
        // It was pressed twice, or another page began anew: how one stands now says which.
        Err(Error::Conflict(_)) => Ok(on_to(CODES)),
        Err(cause) => {
            let form = sent.again(cause)?;
            let offer = codes::offered(app, actor).await?;
            Ok(offer_page(&sent.reader, &offer, &form))
        }
    }
}

/// The one page that ever shows recovery codes, under what has just been done.
fn recovery_page(reader: &Reader, done: &str, recovery: &[String]) -> Response {
    let main = html! {
        h1 class="govuk-heading-l" { (done) }
        h2 class="govuk-heading-m" { (say("codes.recovery-title")) }
        p class="govuk-body" { (say("codes.recovery-why")) }
        (WarningText { text: say("codes.recovery-once").to_owned(), ..WarningText::default() })
        ul class="govuk-list" id="recovery" { @for code in recovery { li { code { (code) } } } }
        (link_button(say("codes.recovery-onwards"), CODES))
    };
    Page::new(done, Place::Account, narrow(&main)).of(reader).show()
}

#[handler]
async fn ask_renewal(Member(reader): Member) -> poem::Result<Response> {
    only_while_on(&reader).await?;
    let form = Form::new(&reader, Fields::default());
    let before = html! { p class="govuk-body" { (say("codes.renewal-why")) } };
    let fields = final_button(say("codes.renewal-button"), CODES);
    Ok(Page::form(say("codes.renewal-title"), Place::Account, (&reader, &form), &before, &fields).show())
}

#[handler]
async fn renew(sent: Sent) -> poem::Result<Response> {
    let recovery = codes::renew_recovery(&sent.reader.app, &sent.reader.actor).await?;
    Ok(recovery_page(&sent.reader, say("codes.renewed"), &recovery))
}

#[handler]
async fn ask_removal(Member(reader): Member) -> poem::Result<Response> {
    only_while_on(&reader).await?;
    Ok(removal_page(&reader, &Form::new(&reader, Fields::default())))
}

fn removal_page(reader: &Reader, form: &Form) -> Response {
    let before = html! { p class="govuk-body" { (say("codes.removal-why")) } };
    let fields = final_button(say("codes.removal-button"), CODES);
    let page = Page::form(say("codes.removal-title"), Place::Account, (reader, form), &before, &fields);
    page.back(say("codes.title"), CODES).show()
}

#[handler]
async fn remove(sent: Sent) -> poem::Result<Response> {
    match codes::turn_off(&sent.reader.app, &sent.reader.actor).await {
        // Whoever has none any more need not be told so.
        Ok(()) | Err(Error::NotFound) => Ok(on_to(CODES)),
        Err(cause) => Ok(removal_page(&sent.reader, &sent.again(cause)?)),
    }
}

async fn only_while_on(reader: &Reader) -> Result<()> {
    let state = codes::state(&reader.app, &reader.actor).await?;
    if state.on { Ok(()) } else { Err(Error::NotFound) }
}

fn secondary(text: &str) -> Markup {
    let classes = Some("govuk-button--secondary".to_owned());
    html! { (Button { text: text.to_owned(), classes, prevent_double_click: Some(true), ..Button::default() }) }
}

/// The field for a code, as somebody signs in. It is folded away from those who have none, until the service asks for it.
pub(super) fn asked(form: &Form, name: &str) -> Markup {
    let open = form.error(name).is_some() || !form.fields.text(name).trim().is_empty();
    let hint: Hint = if open { say("codes.asked-hint").into() } else { say("codes.hint").into() };
    let field = html! { (Input { hint: Some(hint), ..field(form, name) }) };
    if open { field } else { Details { summary_text: say("codes.have-app").to_owned(), ..Details::default() }.around(&field) }
}

/// A field for a code. It comes back empty: each is good for once.
fn field(form: &Form, name: &str) -> Input {
    Input {
        value: None,
        autocomplete: Some("one-time-code".to_owned()),
        inputmode: Some("numeric".to_owned()),
        spellcheck: Some(false),
        classes: Some("govuk-input--width-20".to_owned()),
        ..form.line(name, "codes.code")
    }
}
