//! What stands around a page's own content: the header, the ways through the service and back, what has just happened.

use maud::{Markup, Render, html};
use serde::Deserialize;

use super::{Component, class};

/// The way past everything that is the same on every page (WCAG 2.4.1).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SkipLink {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// Further classes.
    pub classes: Option<String>,
}

impl Render for SkipLink {
    fn render(&self) -> Markup {
        html! {
            a href=(self.href.as_deref().unwrap_or("#content")) class=(class("govuk-skip-link", self.classes.as_deref()))
                data-module="govuk-skip-link" { (self.text) }
        }
    }
}

impl Component for SkipLink {
    const NAME: &'static str = "skip-link";
}

/// Whose service this is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GenericHeader {
    /// The name.
    pub logo_text: String,
    /// In its place, markup of our own making.
    #[serde(deserialize_with = "super::markup")]
    pub logo_html: Option<Markup>,
    /// Where it leads; home unless it says.
    pub url: Option<String>,
    /// Further classes.
    pub classes: Option<String>,
}

impl Render for GenericHeader {
    fn render(&self) -> Markup {
        html! {
            div class=(class("govuk-generic-header", self.classes.as_deref())) {
                div class="govuk-generic-header__container govuk-width-container" {
                    div class="govuk-generic-header__logo" {
                        a href=(self.url.as_deref().unwrap_or("/")) class="govuk-generic-header__homepage-link" {
                            @if let Some(logo) = &self.logo_html { (logo) } @else { (self.logo_text) }
                        }
                    }
                }
            }
        }
    }
}

impl Component for GenericHeader {
    const NAME: &'static str = "generic-header";
}

/// The ways through the service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceNavigation {
    /// The name of the service.
    pub service_name: Option<String>,
    /// Where the name leads.
    pub service_url: Option<String>,
    /// The ways.
    pub navigation: Vec<NavigationItem>,
    /// The id of the list.
    pub navigation_id: Option<String>,
    /// What the list is called.
    pub navigation_label: Option<String>,
    /// What the whole is called.
    pub aria_label: Option<String>,
    /// What the button says that folds the list out on a small screen.
    pub menu_button_text: Option<String>,
    /// Further classes.
    pub classes: Option<String>,
}

/// One of the ways.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NavigationItem {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// Whether it is the page that is shown.
    pub current: bool,
    /// Whether the page that is shown lies on it.
    pub active: bool,
}

impl Render for NavigationItem {
    fn render(&self) -> Markup {
        let here = self.current || self.active;
        let current = here.then_some(if self.current { "page" } else { "true" });
        let text = html! {
            @if here { strong class="govuk-service-navigation__active-fallback" { (self.text) } } @else { (self.text) }
        };
        html! {
            li class={ "govuk-service-navigation__item" @if here { " govuk-service-navigation__item--active" } } {
                @if let Some(href) = &self.href {
                    a class="govuk-service-navigation__link" href=(href) aria-current=[current] { (text) }
                } @else {
                    span class="govuk-service-navigation__text" aria-current=[current] { (text) }
                }
            }
        }
    }
}

impl ServiceNavigation {
    fn ways(&self) -> Markup {
        let menu = self.menu_button_text.as_deref().unwrap_or("Menu");
        let id = self.navigation_id.as_deref().unwrap_or("navigation");
        html! {
            nav aria-label=(self.navigation_label.as_deref().unwrap_or(menu)) class="govuk-service-navigation__wrapper" {
                @if self.navigation.len() > 1 {
                    button type="button" class="govuk-service-navigation__toggle govuk-js-service-navigation-toggle"
                        aria-controls=(id) hidden aria-hidden="true" { (menu) }
                }
                ul class="govuk-service-navigation__list" id=(id) { @for item in &self.navigation { (item) } }
            }
        }
    }

    fn name(&self, name: &str) -> Markup {
        html! {
            span class="govuk-service-navigation__service-name" {
                @if let Some(url) = &self.service_url {
                    a href=(url) class="govuk-service-navigation__link" { (name) }
                } @else {
                    span class="govuk-service-navigation__text" { (name) }
                }
            }
        }
    }
}

impl Render for ServiceNavigation {
    fn render(&self) -> Markup {
        let classes = class("govuk-service-navigation", self.classes.as_deref());
        let inner = html! {
            div class="govuk-width-container" {
                div class="govuk-service-navigation__container" {
                    @if let Some(name) = &self.service_name { (self.name(name)) }
                    @if !self.navigation.is_empty() { (self.ways()) }
                }
            }
        };
        html! {
            @if self.service_name.is_some() {
                section aria-label=(self.aria_label.as_deref().unwrap_or("Service information")) class=(classes)
                    data-module="govuk-service-navigation" { (inner) }
            } @else {
                div class=(classes) data-module="govuk-service-navigation" { (inner) }
            }
        }
    }
}

impl Component for ServiceNavigation {
    const NAME: &'static str = "service-navigation";
}

/// The way back to the page before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BackLink {
    /// What it says; “Back” unless it says.
    pub text: Option<String>,
    /// Where it leads.
    pub href: Option<String>,
    /// Further classes.
    pub classes: Option<String>,
}

impl Render for BackLink {
    fn render(&self) -> Markup {
        html! {
            a href=(self.href.as_deref().unwrap_or("#")) class=(class("govuk-back-link", self.classes.as_deref())) {
                (self.text.as_deref().unwrap_or("Back"))
            }
        }
    }
}

impl Component for BackLink {
    const NAME: &'static str = "back-link";
}

/// Where a page stands.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Breadcrumbs {
    /// The pages above it, from the top.
    pub items: Vec<Crumb>,
    /// What the list is called.
    pub label_text: Option<String>,
    /// Whether a small screen shows the first and the last only.
    pub collapse_on_mobile: bool,
    /// Further classes.
    pub classes: Option<String>,
}

/// A page above.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Crumb {
    /// What it is called.
    pub text: String,
    /// Where it is; nothing for the page itself.
    pub href: Option<String>,
}

impl Render for Breadcrumbs {
    fn render(&self) -> Markup {
        let mut classes = class("govuk-breadcrumbs", self.classes.as_deref());
        if self.collapse_on_mobile {
            classes.push_str(" govuk-breadcrumbs--collapse-on-mobile");
        }
        html! {
            nav class=(classes) aria-label=(self.label_text.as_deref().unwrap_or("Breadcrumb")) {
                ol class="govuk-breadcrumbs__list" {
                    @for item in &self.items {
                        @if let Some(href) = &item.href {
                            li class="govuk-breadcrumbs__list-item" { a class="govuk-breadcrumbs__link" href=(href) { (item.text) } }
                        } @else {
                            li class="govuk-breadcrumbs__list-item" aria-current="page" { (item.text) }
                        }
                    }
                }
            }
        }
    }
}

impl Component for Breadcrumbs {
    const NAME: &'static str = "breadcrumbs";
}

/// The ways to the page before and after in a list. Its pages have no numbers: a list goes on from where it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Pagination {
    /// Back.
    pub previous: Option<PaginationLink>,
    /// On.
    pub next: Option<PaginationLink>,
    /// What the two are called together.
    pub landmark_label: Option<String>,
    /// Further classes.
    pub classes: Option<String>,
}

/// One of the two.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PaginationLink {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub text: Option<String>,
    /// What is there.
    pub label_text: Option<String>,
}

impl PaginationLink {
    fn render(&self, way: &str, word: &str, arrow: &str) -> Markup {
        let mut title = "govuk-pagination__link-title".to_owned();
        if self.label_text.is_none() {
            title.push_str(" govuk-pagination__link-title--decorated");
        }
        html! {
            div class={ "govuk-pagination__" (way) } {
                a class="govuk-link govuk-pagination__link" href=(self.href) rel=(way) {
                    svg class={ "govuk-pagination__icon govuk-pagination__icon--" (way) } xmlns="http://www.w3.org/2000/svg"
                        height="13" width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13" { path d=(arrow) {} }
                    span class=(title) {
                        @if let Some(text) = &self.text { (text) } @else { (word) span class="govuk-visually-hidden" { " page" } }
                    }
                    @if let Some(label) = &self.label_text {
                        span class="govuk-visually-hidden" { ":" }
                        span class="govuk-pagination__link-label" { (label) }
                    }
                }
            }
        }
    }
}

impl Render for Pagination {
    fn render(&self) -> Markup {
        const BACK: &str =
            "m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z";
        const ON: &str = "m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z";
        let mut classes = "govuk-pagination".to_owned();
        if self.previous.is_some() || self.next.is_some() {
            classes.push_str(" govuk-pagination--block");
        }
        html! {
            nav class=(class(&classes, self.classes.as_deref())) aria-label=(self.landmark_label.as_deref().unwrap_or("Pagination")) {
                @if let Some(previous) = &self.previous { (previous.render("prev", "Previous", BACK)) }
                @if let Some(next) = &self.next { (next.render("next", "Next", ON)) }
            }
        }
    }
}

impl Component for Pagination {
    const NAME: &'static str = "pagination";
}

/// What has just happened, or is to be known on this page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NotificationBanner {
    /// What it says, in a line.
    pub text: String,
    /// Its heading.
    pub title_text: Option<String>,
    /// `success` for what the reader has just done.
    pub r#type: Option<String>,
    /// Further classes.
    pub classes: Option<String>,
}

impl Render for NotificationBanner {
    fn render(&self) -> Markup {
        let done = self.r#type.as_deref() == Some("success");
        let own = if done { "govuk-notification-banner govuk-notification-banner--success" } else { "govuk-notification-banner" };
        let title = self.title_text.as_deref().unwrap_or(if done { "Success" } else { "Important" });
        html! {
            div class=(class(own, self.classes.as_deref())) role=(if done { "alert" } else { "region" })
                aria-labelledby="govuk-notification-banner-title" data-module="govuk-notification-banner" {
                div class="govuk-notification-banner__header" {
                    h2 class="govuk-notification-banner__title" id="govuk-notification-banner-title" { (title) }
                }
                div class="govuk-notification-banner__content" {
                    p class="govuk-notification-banner__heading" { (self.text) }
                }
            }
        }
    }
}

impl Component for NotificationBanner {
    const NAME: &'static str = "notification-banner";
}
