//! The frame of every page: its title, the way past the navigation, the header, the ways through the service, the footer.

use std::sync::Arc;

use maud::{DOCTYPE, Markup, html};
use poem::{IntoResponse, Response, http::StatusCode, web::Html};

use super::{
    assets,
    components::{BackLink, Button, GenericHeader, NavigationItem, ServiceNavigation, SkipLink},
    form::{Form, TOKEN},
    page::Reader,
    words::{language, say},
};
use crate::{
    access::{Actor, Role},
    look::Look,
};

/// The parts of the service that the navigation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// What matters now.
    Home,
    /// One's own writing.
    Reflections,
    /// What others have shared with one.
    Shared,
    /// Agreements and sessions.
    Supervision,
    /// The library.
    Library,
    /// People, roles, systems.
    Administration,
    /// One's own account.
    Account,
    /// None of them.
    Elsewhere,
}

/// A page: what is its own.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    place: Place,
    before: Option<Markup>,
    main: Markup,
    reader: Option<Reader>,
    look: Arc<Look>,
    status: StatusCode,
}

impl Page {
    /// A page. Its title is where one is, as the browser's tab says it: never a word that somebody wrote for themselves.
    #[must_use]
    pub fn new(title: impl Into<String>, place: Place, main: Markup) -> Self {
        Self { title: title.into(), place, before: None, main, reader: None, look: Arc::default(), status: StatusCode::OK }
    }

    /// The page for somebody: with the ways that are theirs.
    #[must_use]
    pub fn of(self, reader: &Reader) -> Self {
        Self { reader: Some(reader.clone()), look: Arc::clone(&reader.app.look), ..self }
    }

    /// The page with a way back above its content.
    #[must_use]
    pub fn back(self, text: &str, href: impl Into<String>) -> Self {
        let back = BackLink { text: Some(text.to_owned()), href: Some(href.into()), classes: None };
        Self { before: Some(html! { (back) }), ..self }
    }

    /// The page around a form: its status is the form's, and its title says that something is wrong.
    #[must_use]
    pub fn with(self, form: &Form) -> Self {
        let title = if form.is_wrong() { format!("{} {}", say("frame.error"), self.title) } else { self.title };
        Self { title, status: form.status(), ..self }
    }

    /// A page that is one form: its heading, what stands before the form, and what is in it.
    #[must_use]
    pub fn form(title: &str, place: Place, (reader, form): (&Reader, &Form), before: &Markup, fields: &Markup) -> Self {
        let main = html! {
            (form.summary())
            h1 class="govuk-heading-l" { (title) }
            (before)
            form method="post" action=(form.address()) novalidate { (form.hidden()) (fields) }
        };
        Self::new(title, place, narrow(&main)).of(reader).with(form)
    }

    /// The page in its frame.
    #[must_use]
    pub fn render(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(language()) class="govuk-template" {
                head {
                    meta charset="utf-8";
                    title { (self.title) " – " (self.look.name) }
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="theme-color" content=(self.look.colour);
                    link rel="icon" type="image/svg+xml" href=(assets::address("icon.svg"));
                    link rel="stylesheet" href=(assets::address("main.css"));
                    @if let Some(style) = &self.look.style { link rel="stylesheet" href=(assets::own(style)); }
                    link rel="alternate" type="application/atom+xml" title=(say("frame.library")) href="/practice-examples.atom";
                    script type="module" src=(assets::address("main.js")) {}
                }
                body class="govuk-template__body" {
                    (SkipLink { text: say("frame.skip").to_owned(), href: Some("#main-content".to_owned()), classes: None })
                    header class="govuk-template__header" {
                        (header(&self.look))
                        // First, so that whoever has no mouse is as near to it as anybody.
                        @if let Some(reader) = self.signed_in() { (at_hand(reader)) }
                        (ServiceNavigation {
                            navigation: self.ways(),
                            menu_button_text: Some(say("frame.menu").to_owned()),
                            ..ServiceNavigation::default()
                        })
                        @if let Some(reader) = self.signed_in() { (about_to_end(reader)) }
                    }
                    div class="govuk-width-container" {
                        @if let Some(before) = &self.before { nav aria-label=(say("frame.back")) { (before) } }
                        main class="govuk-main-wrapper" id="main-content" { (self.main) }
                    }
                    footer class="govuk-template__footer" { (footer()) }
                }
            }
        }
    }

    fn signed_in(&self) -> Option<&Reader> {
        self.reader.as_ref().filter(|reader| reader.signed_in())
    }

    fn ways(&self) -> Vec<NavigationItem> {
        let library = (Place::Library, say("frame.library"), "/practice-examples");
        let ways = match self.signed_in() {
            None => vec![library, (Place::Account, say("frame.sign-in"), "/sign-in")],
            Some(reader) => {
                let mut ways = vec![
                    (Place::Home, say("frame.home"), "/"),
                    (Place::Reflections, say("frame.reflections"), "/reflections"),
                    (Place::Shared, say("frame.shared"), "/shared-with-me"),
                    (Place::Supervision, say("frame.supervision"), "/supervision"),
                    library,
                ];
                if !reader.places(Role::Administrator).is_empty() {
                    ways.push((Place::Administration, say("frame.administration"), "/administration"));
                }
                ways.push((Place::Account, say("frame.account"), "/account"));
                ways
            }
        };
        let item = |(place, text, href): (Place, &str, &str)| NavigationItem {
            text: text.to_owned(),
            href: Some(href.to_owned()),
            current: false,
            active: place == self.place,
        };
        ways.into_iter().map(item).collect()
    }

    /// The page as an answer.
    #[must_use]
    pub fn answer(&self, status: StatusCode) -> Response {
        Html(self.render().into_string()).with_status(status).into_response()
    }

    /// The page as the answer that it is: in order, or what its form says.
    #[must_use]
    pub fn show(&self) -> Response {
        self.answer(self.status)
    }
}

/// Content as wide as is easy to read.
#[must_use]
pub fn narrow(content: &Markup) -> Markup {
    html! { div class="govuk-grid-row" { div class="govuk-grid-column-two-thirds" { (content) } } }
}

/// A button that does something.
#[must_use]
pub fn button(text: &str) -> Markup {
    html! { (Button { text: text.to_owned(), prevent_double_click: Some(true), ..Button::default() }) }
}

/// A button beside it that does something else.
#[must_use]
pub fn second_button(text: &str, name: &str, value: &str) -> Markup {
    html! {
        (Button {
            text: text.to_owned(),
            classes: Some("govuk-button--secondary".to_owned()),
            name: Some(name.to_owned()),
            value: Some(value.to_owned()),
            ..Button::default()
        })
    }
}

/// A button for what cannot be taken back, and beside it the way not to press it.
#[must_use]
pub fn final_button(text: &str, instead: impl Into<String>) -> Markup {
    html! {
        div class="govuk-button-group" {
            (Button {
                text: text.to_owned(),
                classes: Some("govuk-button--warning".to_owned()),
                prevent_double_click: Some(true),
                ..Button::default()
            })
            a class="govuk-link" href=(instead.into()) { (say("frame.cancel")) }
        }
    }
}

/// A link that looks like a button: it leads to a page that does something.
#[must_use]
pub fn link_button(text: &str, href: impl Into<String>) -> Markup {
    html! { (Button { text: text.to_owned(), href: Some(href.into()), ..Button::default() }) }
}

/// What is one click away on every page: writing, and leaving.
fn at_hand(reader: &Reader) -> Markup {
    html! {
        div class="app-at-hand govuk-width-container" {
            a class="govuk-button govuk-!-margin-bottom-0" role="button" draggable="false" href="/reflections/new" { (say("frame.write")) }
            form method="post" action="/sign-out" {
                input type="hidden" name=(TOKEN) value=(reader.token());
                button class="app-link-button" type="submit" { (say("frame.sign-out")) }
            }
        }
    }
}

/// What the page's script shows when the session is about to end, and once it has.
fn about_to_end(reader: &Reader) -> Markup {
    let Actor::Person(person) = &reader.actor else { return Markup::default() };
    html! {
        @if let Some(minutes) = person.credential.rests {
            div class="app-session" role="alert" hidden data-idle-minutes=(minutes) data-ended=(say("frame.has-ended")) {
                div class="govuk-width-container" {
                    p class="govuk-body" { (say("frame.about-to-end")) }
                    button class="govuk-button govuk-button--secondary" type="button" { (say("frame.stay")) }
                }
            }
        }
    }
}

/// The name, with the picture before it where there is one. It says nothing that the name does not.
fn header(look: &Look) -> Markup {
    let both = look.logo.as_ref().map(|logo| {
        html! { img class="app-logo" src=(assets::own(logo)) alt=""; " " (look.name) }
    });
    html! {
        (GenericHeader {
            logo_text: look.name.clone(),
            logo_html: both,
            ..GenericHeader::default()
        })
    }
}

fn footer() -> Markup {
    let ways = [
        (say("frame.who-can-see-what"), "/who-can-see-what"),
        (say("frame.privacy"), "/privacy"),
        (say("frame.accessibility"), "/accessibility"),
        (say("frame.follow"), "/practice-examples.atom"),
        (say("frame.interface"), "/interface"),
    ];
    html! {
        div class="govuk-footer" {
            div class="govuk-width-container" {
                div class="govuk-footer__meta" {
                    div class="govuk-footer__meta-item govuk-footer__meta-item--grow" {
                        h2 class="govuk-visually-hidden" { (say("frame.about")) }
                        ul class="govuk-footer__inline-list" {
                            @for (text, href) in ways {
                                li class="govuk-footer__inline-list-item" { a class="govuk-footer__link" href=(href) { (text) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
