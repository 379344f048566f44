//! Asks, and keeps what is said as the contract shows it.

use std::fmt::Display;

use chrono::Duration;
use serde_json::{Map, Value, json};
use soundings::clock::Clock;

use crate::{
    endpoints::{Operation, operations},
    service::{Answer, Client, Service, today},
};

/// The longest text that is shown whole, in characters.
const LONGEST: usize = 400;
/// The lists that are cut short, and to how many.
const LONG_LISTS: [&str; 3] = ["items", "steps", "questions"];
const MOST: usize = 2;
/// The tables that a backup is shown with. Others hold the machine's own time, which is another at every run.
const TABLES: [&str; 2] = ["library_change", "practice_example_version"];
/// To OpenAPI 3.0.3 null fits no reference, nullable or not: what is null here is left out instead.
const NEVER_NULL: &str = "facets";

/// Somebody who writes down what is said.
pub struct Recorder {
    pub service: Service,
    operations: Vec<Operation>,
    told: Map<String, Value>,
}

impl Recorder {
    /// In front of a service that nobody has set up yet.
    pub async fn new() -> Self {
        let address = "https://soundings.northmoor.example".to_owned();
        let service = Service::with(Clock::fixed(today()), |config| config.base_url = Some(address)).await;
        Self { service, operations: operations(), told: Map::new() }
    }

    /// A request by somebody.
    pub fn ask<'a>(&'a mut self, who: &'a Client, operation: &'static str) -> Asking<'a> {
        let (places, query, headers) = (Vec::new(), String::new(), Vec::new());
        Asking { recorder: self, who, operation, places, query, headers, body: None, text: String::new() }
    }

    /// Time passes.
    pub fn wait(&self, minutes: i64) {
        self.service.app.clock.advance(Duration::minutes(minutes));
    }

    /// Everything that was said.
    pub fn told(self) -> Value {
        Value::Object(self.told)
    }

    fn note(&mut self, operation: &str, body: Option<Value>, answer: &Answer) {
        let folder = self.service.data().display().to_string();
        let answered = serde_json::from_str(&answer.text.replace(&folder, "/var/lib/soundings")).unwrap_or_default();
        let told = self.told.entry(operation).or_insert_with(|| json!({}));
        if let Some(body) = body {
            told["request"] = shown("", body);
        }
        if answer.status != 204 {
            told["responses"][answer.status.to_string()] = shown("", answered);
        }
    }
}

/// A request that is being put together.
pub struct Asking<'a> {
    recorder: &'a mut Recorder,
    who: &'a Client,
    operation: &'static str,
    places: Vec<String>,
    query: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
    text: String,
}

impl Asking<'_> {
    /// Of what: stands for the next placeholder of the path.
    pub fn of(mut self, place: impl Display) -> Self {
        self.places.push(place.to_string());
        self
    }

    /// Narrowed by a query.
    pub fn with(mut self, query: &str) -> Self {
        self.query = format!("?{query}");
        self
    }

    /// By somebody who read this revision.
    pub fn having_read(mut self, etag: &str) -> Self {
        self.headers.push(("if-match", etag.to_owned()));
        self
    }

    /// From a browser with this cookie.
    pub fn in_browser(mut self, cookie: &str) -> Self {
        self.headers.push(("cookie", cookie.to_owned()));
        self.headers.push(("sec-fetch-site", "same-origin".to_owned()));
        self
    }

    /// With a body in JSON.
    pub fn sending(self, body: Value) -> Self {
        let text = body.to_string();
        self.saying("application/json", body, text)
    }

    /// With a body as a form.
    pub fn sending_form(self, fields: Value) -> Self {
        let pairs: Vec<String> =
            fields.as_object().unwrap().iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap())).collect();
        self.saying("application/x-www-form-urlencoded", fields, pairs.join("&"))
    }

    fn saying(mut self, kind: &str, body: Value, text: String) -> Self {
        self.headers.push(("content-type", kind.to_owned()));
        self.body = Some(body);
        self.text = text;
        self
    }

    /// Sends it, and keeps what was asked and answered.
    pub async fn answers(self, status: u16) -> Answer {
        let known = self.recorder.operations.iter().find(|known| known.id == self.operation);
        let known = known.unwrap_or_else(|| panic!("the contract has no {}", self.operation));
        let (method, path) = (known.method.clone(), self.path(&known.path));
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.who.send(method, &path, &headers, self.text).await;
        assert_eq!(answer.status, status, "{}: {}", self.operation, answer.text);
        self.recorder.note(self.operation, self.body, &answer);
        answer
    }

    fn path(&self, template: &str) -> String {
        let mut places = self.places.iter();
        let mut parts = Vec::new();
        for part in template.split('/') {
            let place = part.starts_with('{').then(|| places.next().expect("a place for each placeholder"));
            parts.push(place.map_or(part, String::as_str));
        }
        assert!(places.next().is_none(), "{} has fewer placeholders than that", self.operation);
        format!("{}{}", parts.join("/"), self.query)
    }
}

/// A body as the contract shows it.
fn shown(name: &str, value: Value) -> Value {
    match value {
        Value::String(text) => veiled(&text).unwrap_or_else(|| shortened(name, text)).into(),
        Value::Array(mut items) => {
            if name == "tables" {
                items.retain(|item| TABLES.iter().any(|table| item["table"] == *table));
            }
            if LONG_LISTS.contains(&name) {
                items.truncate(MOST);
            }
            items.into_iter().map(|item| shown(name, item)).collect()
        }
        Value::Object(mut members) => {
            members.retain(|name, value| !(name == NEVER_NULL && value.is_null()));
            members.into_iter().map(|(name, value)| (name.clone(), shown(&name, value))).collect()
        }
        other => other,
    }
}

/// A secret of which only the kind is left, so that nobody takes it for a real one.
fn veiled(text: &str) -> Option<String> {
    let kind = text.strip_prefix("snd_")?.split('_').next()?;
    Some(format!("snd_{kind}_…"))
}

/// A text cut at a word; HTML at a line, where no tag is open.
fn shortened(name: &str, text: String) -> String {
    let Some((end, _)) = text.char_indices().nth(LONGEST) else { return text };
    let (head, _) = text.split_at(end);
    if name.ends_with("html") {
        let whole = head.rsplit_once('\n').map_or("", |(lines, _)| lines);
        return format!("{whole}\n<p>…</p>");
    }
    let words = head.rsplit_once(char::is_whitespace).map_or(head, |(words, _)| words);
    format!("{words} …")
}
