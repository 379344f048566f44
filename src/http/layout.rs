//! The frame of every page: its title, the way past the navigation, the header, the ways through the service, the footer.

use maud::{DOCTYPE, Markup, html};
use poem::{IntoResponse, Response, http::StatusCode, web::Html};

use super::{
    assets,
    components::{GenericHeader, NavigationItem, ServiceNavigation, SkipLink},
};

/// What the service is called where an authority has given it no name of its own.
pub const NAME: &str = "Soundings";

/// The parts of the service that the navigation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The library.
    Library,
    /// None of them.
    Elsewhere,
}

/// A page: what is its own.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where one is, as the browser's tab says it. Never a word that somebody wrote for themselves.
    pub title: String,
    /// Where it stands.
    pub place: Place,
    /// What stands above its content: a way back.
    pub before: Option<Markup>,
    /// The content.
    pub main: Markup,
}

impl Page {
    /// The page in its frame.
    #[must_use]
    pub fn render(&self) -> Markup {
        let ways = [(Place::Library, "Practice examples", "/practice-examples")];
        let navigation = ways.map(|(place, text, href)| NavigationItem {
            text: text.to_owned(),
            href: Some(href.to_owned()),
            current: false,
            active: place == self.place,
        });
        html! {
            (DOCTYPE)
            html lang="en" class="govuk-template" {
                head {
                    meta charset="utf-8";
                    title { (self.title) " – " (NAME) }
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="theme-color" content="#1f5a5e";
                    link rel="icon" type="image/svg+xml" href=(assets::address("icon.svg"));
                    link rel="stylesheet" href=(assets::address("main.css"));
                    link rel="alternate" type="application/atom+xml" title="Practice examples" href="/practice-examples.atom";
                    script type="module" src=(assets::address("main.js")) {}
                }
                body class="govuk-template__body" {
                    (SkipLink { text: "Skip to main content".to_owned(), href: Some("#main-content".to_owned()), classes: None })
                    header class="govuk-template__header" {
                        (GenericHeader { logo_text: NAME.to_owned(), ..GenericHeader::default() })
                        (ServiceNavigation { navigation: navigation.to_vec(), ..ServiceNavigation::default() })
                    }
                    div class="govuk-width-container" {
                        @if let Some(before) = &self.before { (before) }
                        main class="govuk-main-wrapper" id="main-content" { (self.main) }
                    }
                    footer class="govuk-template__footer" { (footer()) }
                }
            }
        }
    }

    /// The page as an answer.
    #[must_use]
    pub fn answer(&self, status: StatusCode) -> Response {
        Html(self.render().into_string()).with_status(status).into_response()
    }
}

fn footer() -> Markup {
    html! {
        div class="govuk-footer" {
            div class="govuk-width-container" {
                div class="govuk-footer__meta" {
                    div class="govuk-footer__meta-item govuk-footer__meta-item--grow" {
                        h2 class="govuk-visually-hidden" { "About this service" }
                        ul class="govuk-footer__inline-list" {
                            li class="govuk-footer__inline-list-item" {
                                a class="govuk-footer__link" href="/practice-examples.atom" { "Follow the library (Atom)" }
                            }
                            li class="govuk-footer__inline-list-item" {
                                a class="govuk-footer__link" href="/openapi.json" { "Interface for other systems (OpenAPI)" }
                            }
                        }
                    }
                }
            }
        }
    }
}
