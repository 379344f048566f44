//! The interface for other systems, as its contract describes it: nothing here says what the contract does not. Each page is
//! put together once for each language, and kept.
//!
//! * this file: the pages
//! * `operations`: who may call them, what they take, what they answer
//! * `shapes`: what bodies hold
//! * `kinds`: what a value is, in words

mod kinds;
mod operations;
mod shapes;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use maud::{Markup, html};
use poem::{Response, Route, get, handler, web::Path};
use serde_json::{Map, Value};

use self::{operations::Operation, shapes::Field};
use super::{anchor, reading};
use crate::{
    access::Scope,
    error::Error,
    http::{
        assets,
        components::WarningText,
        layout::{Page, Place, narrow},
        page::Reader,
        words::{language, say, tell},
    },
    router,
};

/// The addresses of these pages.
pub(super) const ADDRESSES: &[(&str, &[&str])] =
    &[("/interface", &["GET", "HEAD"]), ("/interface/explorer", &["GET", "HEAD"]), ("/interface/{area}", &["GET", "HEAD"])];

/// Mounts these pages.
pub(super) fn mount(routes: Route) -> Route {
    routes.at("/interface", get(index)).at("/interface/explorer", get(explorer)).at("/interface/:area", get(read))
}

/// The reference in one language.
struct Reference {
    /// The areas, with their operations.
    contents: Markup,
    /// The scopes, and what refusals mean.
    appendix: Markup,
    /// Each area by its name in the address.
    areas: BTreeMap<String, Area>,
}

/// An area of the contract.
struct Area {
    title: String,
    main: Markup,
}

static KEPT: Mutex<BTreeMap<&'static str, Arc<Reference>>> = Mutex::new(BTreeMap::new());

/// The reference in the language of this request, put together when it is first asked for.
fn reference() -> Arc<Reference> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(kept.entry(language()).or_insert_with(|| Arc::new(Reference::of(&router::document()))))
}

#[handler]
async fn index(reader: Reader) -> poem::Result<Response> {
    let kept = reference();
    Ok(reading::page(&reader, "interface", (&kept.contents, &kept.appendix)).await?.show())
}

#[expect(clippy::needless_pass_by_value, reason = "what a handler extracts is handed over")]
#[handler]
fn read(reader: Reader, Path(name): Path<String>) -> poem::Result<Response> {
    let kept = reference();
    let area = kept.areas.get(&name).ok_or(Error::NotFound)?;
    let title = tell("about.area-title", &[("area", &area.title)]);
    Ok(Page::new(title, Place::Elsewhere, area.main.clone()).of(&reader).back(say("frame.interface"), "/interface").show())
}

/// The contract to try out, with a program of others. It brings its own style sheet and script, which no other page needs.
#[expect(clippy::needless_pass_by_value, reason = "what a handler extracts is handed over")]
#[handler]
fn explorer(reader: Reader) -> Response {
    let before = html! {
        h1 class="govuk-heading-xl" { (say("about.explorer-title")) }
        p class="govuk-body" { (say("about.explorer-why")) }
        (WarningText { text: say("about.explorer-real").to_owned(), ..WarningText::default() })
    };
    let main = html! {
        link rel="stylesheet" href=(assets::address("swagger-ui.css"));
        (narrow(&before))
        div id="explorer" { p class="govuk-body" { (say("about.explorer-needs")) } }
        script defer src=(assets::address("swagger-ui-bundle.js")) {}
        script type="module" src=(assets::address("explorer.js")) {}
    };
    Page::new(say("about.explorer-title"), Place::Elsewhere, main).of(&reader).back(say("frame.interface"), "/interface").show()
}

impl Reference {
    fn of(document: &Value) -> Self {
        let tags = document.get("tags").and_then(Value::as_array).into_iter().flatten();
        let tags: Vec<(&str, &str)> = tags.map(|tag| (text(tag, "name"), text(tag, "description"))).collect();
        let areas = tags.iter().map(|(name, about)| (anchor(name), Area::of(document, name, about)));
        Self { areas: areas.collect(), contents: contents(document, &tags), appendix: appendix(document) }
    }
}

impl Area {
    fn of(document: &Value, name: &str, about: &str) -> Self {
        let operations = operations::of(document, name);
        let mut shapes = BTreeSet::new();
        for operation in &operations {
            shapes.extend(shapes::reached(document, operation.described()));
        }
        let main = html! {
            h1 class="govuk-heading-xl" { (name) }
            p class="govuk-body-l" { (about) }
            nav aria-labelledby="operations" {
                h2 class="govuk-heading-m" id="operations" { (say("about.operations")) }
                (list(document, &operations, ""))
            }
            @for operation in &operations { (operation.section(document)) }
            (shapes::section(document, &shapes))
        };
        Self { title: name.to_owned(), main }
    }
}

/// Operations by their summaries, each leading to its place on a page.
fn list(document: &Value, operations: &[Operation<'_>], page: &str) -> Markup {
    html! {
        ul class="govuk-list app-operations" {
            @for operation in operations {
                li {
                    a class="govuk-link" href={ (page) "#" (operation.id()) } { (said(operation.heading())) }
                    " " code { (operation.call(document)) }
                }
            }
        }
    }
}

fn contents(document: &Value, tags: &[(&str, &str)]) -> Markup {
    let main = html! {
        ul class="govuk-list" {
            li { a class="govuk-link" href="/openapi.json" { (say("about.contract")) } }
            li { a class="govuk-link" href="/interface/explorer" { (say("about.explore")) } }
        }
        h2 class="govuk-heading-m" id="areas" { (say("about.areas")) }
        @for (name, about) in tags {
            @let page = format!("/interface/{}", anchor(name));
            h3 class="govuk-heading-s govuk-!-margin-bottom-1" { a class="govuk-link" href=(page) { (name) } }
            p class="govuk-body govuk-!-margin-bottom-1" { (about) }
            (list(document, &operations::of(document, name), &page))
        }
    };
    narrow(&main)
}

/// What holds for every operation.
fn appendix(document: &Value) -> Markup {
    let responses = members(document, "/components/responses");
    let refusals = responses.map(|(name, refusal)| (name.trim_start_matches("Refused"), text(refusal, "description")));
    let problem = document.pointer("/components/schemas/Problem").unwrap_or(&Value::Null);
    html! {
        h2 class="govuk-heading-m" id="scopes" { (say("about.scopes")) }
        p class="govuk-body" { (say("about.scopes-why")) }
        ul class="govuk-list govuk-list--bullet" { @for (_, name) in Scope::ALL { li { code { (name) } } } }
        h2 class="govuk-heading-m" id="refusals" { (say("about.refusals")) }
        table class="govuk-table" {
            caption class="govuk-table__caption govuk-table__caption--s" { (say("about.refusals-mean")) }
            thead class="govuk-table__head" {
                tr class="govuk-table__row" {
                    @for name in [say("about.status"), say("about.meaning")] {
                        th scope="col" class="govuk-table__header" { (name) }
                    }
                }
            }
            tbody class="govuk-table__body" {
                @for (status, meaning) in refusals {
                    tr class="govuk-table__row" {
                        th scope="row" class="govuk-table__header" { (status) }
                        td class="govuk-table__cell" { (meaning) }
                    }
                }
            }
        }
        p class="govuk-body" { (say("about.far-too-long")) }
        (shapes::table(&tell("about.fields-of", &[("shape", "Problem")]), &Field::with_what_they_hold(document, problem)))
        @if let Some(example) = problem.get("example") {
            (operations::sample(say("about.sample-refusal"), "application/problem+json", example))
        }
    }
}

/// A text of the contract.
fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// What the contract has at a place, by name.
fn members<'a>(value: &'a Value, place: &str) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    value.pointer(place).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// A sentence of the contract, in which what stands between ticks is code.
fn said(sentence: &str) -> Markup {
    html! {
        @for (at, part) in sentence.split('`').enumerate() {
            @if at.is_multiple_of(2) { (part) } @else { code { (part) } }
        }
    }
}
