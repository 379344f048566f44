//! The operations of the contract: who may call them, what they take, what they answer.

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::{
    kinds::kind,
    members, said,
    shapes::{Field, link, named, shape, table},
    text,
};
use crate::http::words::{say, tell};

/// The methods, in the order in which the operations of one address are listed.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// The header that every answer has.
const ON_EVERY_ANSWER: &str = "X-Request-Id";

/// An operation as the contract describes it.
pub(super) struct Operation<'a> {
    method: &'static str,
    path: &'a str,
    described: &'a Value,
}

/// The operations of an area, by their addresses.
pub(super) fn of<'a>(document: &'a Value, area: &str) -> Vec<Operation<'a>> {
    let mut found = Vec::new();
    for (path, methods) in members(document, "/paths") {
        for method in METHODS {
            let Some(described) = methods.get(method) else { continue };
            if described.pointer("/tags/0").and_then(Value::as_str) == Some(area) {
                found.push(Operation { method, path, described });
            }
        }
    }
    found
}

impl<'a> Operation<'a> {
    /// What the contract says of it.
    pub(super) const fn described(&self) -> &'a Value {
        self.described
    }

    /// Its name, and the name of its place on the page.
    pub(super) fn id(&self) -> &'a str {
        text(self.described, "operationId")
    }

    /// The first sentence of its summary, as a heading; and what else the summary says.
    fn summary(&self) -> (&'a str, &'a str) {
        let summary = text(self.described, "summary");
        summary.split_once(". ").unwrap_or((summary.trim_end_matches('.'), ""))
    }

    /// Its heading.
    pub(super) fn heading(&self) -> &'a str {
        self.summary().0
    }

    /// The method and the address.
    pub(super) fn call(&self, document: &Value) -> String {
        let base = document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
        format!("{} {base}{}", self.method.to_uppercase(), self.path)
    }

    /// All of it.
    pub(super) fn section(&self, document: &Value) -> Markup {
        let (heading, further) = self.summary();
        let further = [further, text(self.described, "description")];
        html! {
            div class="app-operation" {
                h2 class="govuk-heading-m" id=(self.id()) { (said(heading)) }
                p class="govuk-body" { code { (self.call(document)) } }
                @for more in further.iter().filter(|more| !more.is_empty()) { p class="govuk-body" { (said(more)) } }
                p class="govuk-body" { (who(self.described)) }
                (self.parameters())
                (self.body(document))
                (self.answers())
            }
        }
    }

    fn parameters(&self) -> Markup {
        let parameters = self.described.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let field = |parameter: &'a Value| Field {
            name: text(parameter, "name").to_owned(),
            schema: parameter.get("schema").unwrap_or(&Value::Null),
            place: Some(place(text(parameter, "in"))),
            needed: parameter.get("required") == Some(&Value::Bool(true)),
            about: text(parameter, "description"),
        };
        table(&tell("about.parameters-of", &[("operation", self.id())]), &parameters.map(field).collect::<Vec<_>>())
    }

    fn body(&self, document: &Value) -> Markup {
        let content = self.described.pointer("/requestBody/content").and_then(Value::as_object);
        let Some((first, sent)) = content.and_then(|content| content.iter().next()) else { return Markup::default() };
        let name = sent.get("schema").and_then(named).unwrap_or_default();
        let fields = shape(document, name).map(|shape| Field::with_what_they_hold(document, shape)).unwrap_or_default();
        let operation = [("operation", self.id())];
        html! {
            p class="govuk-body" {
                (say("about.takes")) " " (link(name)) ", " (say("about.sent-as"))
                @for (at, kind) in content.into_iter().flat_map(Map::keys).enumerate() {
                    @if at > 0 { " " (say("about.or")) }
                    " " code { (kind) }
                }
                "."
            }
            (table(&tell("about.fields-for", &operation), &fields))
            @if let Some(example) = sent.get("example") { (sample(&tell("about.sample-request", &operation), first, example)) }
        }
    }

    fn answers(&self) -> Markup {
        let (done, refused): (Vec<_>, Vec<_>) =
            members(self.described, "/responses").partition(|(status, _)| status.starts_with('2'));
        let statuses = refused.iter().map(|(status, _)| status.as_str()).collect::<Vec<_>>().join(", ");
        html! {
            @for (status, answer) in done { (self.answer(status, answer)) }
            p class="govuk-body" {
                (tell("about.can-refuse", &[("statuses", &statuses)]))
                " "
                a class="govuk-link" href="/interface#refusals" { (say("about.what-refusals-mean")) }
            }
        }
    }

    fn answer(&self, status: &str, answer: &Value) -> Markup {
        let headers = members(answer, "/headers").map(|(name, _)| name.as_str()).filter(|name| *name != ON_EVERY_ANSWER);
        let headers = headers.collect::<Vec<_>>().join(", ");
        let content = members(answer, "/content").next();
        let of = [("operation", self.id()), ("status", status)];
        html! {
            p class="govuk-body" {
                strong { (tell("about.answers", &of)) }
                " " (said(text(answer, "description")))
                @if let Some((media, content)) = content {
                    " " (say("about.holds")) " "
                    @if let Some(schema) = content.get("schema") { (kind(schema)) ", " }
                    code { (media) } "."
                }
                @if !headers.is_empty() { " " (tell("about.headers", &[("headers", &headers)])) }
            }
            @if let Some((media, content)) = content {
                @if let Some(example) = content.get("example") { (sample(&tell("about.sample-answer", &of), media, example)) }
            }
        }
    }
}

/// Who may call an operation.
fn who(operation: &Value) -> String {
    let schemes = operation.get("security").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    let schemes: Vec<&Map<String, Value>> = schemes.collect();
    if schemes.is_empty() {
        return say("about.anyone").to_owned();
    }
    if schemes.iter().any(|scheme| scheme.is_empty()) {
        return say("about.anyone-and-members").to_owned();
    }
    let scopes = schemes.iter().find_map(|scheme| scheme.get("service_client")).and_then(Value::as_array);
    match scopes {
        Some(scopes) => {
            let scopes = scopes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
            tell("about.people-and-systems", &[("scopes", &scopes)])
        }
        None => say("about.people").to_owned(),
    }
}

fn place(name: &str) -> &'static str {
    match name {
        "path" => say("about.in-the-address"),
        "query" => say("about.in-the-query"),
        _ => say("about.in-a-header"),
    }
}

/// What was sent or answered once, as it was recorded. It scrolls, also by keyboard.
pub(super) fn sample(label: &str, media: &str, example: &Value) -> Markup {
    let shown = if media.ends_with("x-www-form-urlencoded") {
        form(example)
    } else {
        serde_json::to_string_pretty(example).unwrap_or_default()
    };
    html! {
        p class="govuk-body-s govuk-!-margin-bottom-1" { (label) }
        pre class="app-sample" role="region" tabindex="0" aria-label=(label) { code { (shown) } }
    }
}

/// An example as a form sends it.
fn form(example: &Value) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in members(example, "").filter_map(|(name, value)| Some((name, value.as_str()?))) {
        form.append_pair(name, value);
    }
    form.finish()
}
