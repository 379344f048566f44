//! Whether a body has the shape that the contract promises: every violation at once, each with its pointer, before any
//! operation sees it. The schemas are the contract's own, so that what is promised and what is checked can't differ.

use chrono::{DateTime, NaiveDate};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::{Error, Result, Violation};

/// The deepest that JSON may nest.
const DEEPEST: usize = 32;
/// The most violations that are listed.
const MOST: usize = 100;

/// The request schemas of a contract.
#[derive(Debug)]
pub struct Shapes {
    schemas: Value,
}

impl Shapes {
    /// The schemas of a document.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        Self { schemas: document.pointer("/components/schemas").cloned().unwrap_or_default() }
    }

    /// Checks a body.
    ///
    /// # Errors
    /// `Invalid` with every violation; a body that is no JSON at all has one.
    pub fn check(&self, schema: &Value, body: &[u8]) -> Result<()> {
        if too_deep(body) {
            return Err(Error::invalid("", "too_deep", "Nest JSON at most 32 deep."));
        }
        let body: Value = serde_json::from_slice(body).map_err(|cause| {
            Error::invalid("", "malformed", format!("This is not JSON (line {}, column {}).", cause.line(), cause.column()))
        })?;
        let mut found = Vec::new();
        self.compare(schema, &body, &mut String::new(), &mut found);
        if found.is_empty() { Ok(()) } else { Err(Error::Invalid(found)) }
    }

    fn compare(&self, schema: &Value, value: &Value, at: &mut String, found: &mut Vec<Violation>) {
        if found.len() >= MOST {
            return;
        }
        if value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) {
            return;
        }
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
            if let Some(named) = self.schemas.get(name) {
                self.compare(named, value, at, found);
            }
            return;
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return parts.iter().for_each(|part| self.compare(part, value, at, found));
        }
        let mut wrong = |code, detail: String| found.push(Violation::new(at, code, detail));
        match (schema.get("type").and_then(Value::as_str), value) {
            (None, _) | (Some("boolean"), Value::Bool(_)) => {}
            (Some("integer"), Value::Number(number)) if number.is_i64() || number.is_u64() => {
                let low = schema.get("minimum").and_then(Value::as_i64).unwrap_or(i64::MIN);
                let high = schema.get("maximum").and_then(Value::as_i64).unwrap_or(i64::MAX);
                if !number.as_i64().is_some_and(|number| (low..=high).contains(&number)) {
                    wrong("out_of_range", format!("Send a number from {low} to {high}."));
                }
            }
            (Some("string"), Value::String(text)) => {
                if let Some((code, detail)) = misfit(schema, text) {
                    wrong(code, detail);
                }
            }
            (Some("array"), Value::Array(items)) => {
                let item = schema.get("items").unwrap_or(&Value::Null);
                for (number, value) in items.iter().enumerate() {
                    Self::inside(at, &number.to_string(), |at| self.compare(item, value, at, found));
                }
            }
            (Some("object"), Value::Object(members)) => self.members(schema, members, at, found),
            (Some(expected), _) => wrong("wrong_type", format!("Send {}.", article(expected))),
        }
    }

    fn members(&self, schema: &Value, members: &Map<String, Value>, at: &mut String, found: &mut Vec<Violation>) {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !members.contains_key(name) {
                Self::inside(at, name, |at| found.push(Violation::new(at, "required", "Send this.")));
            }
        }
        for (name, value) in members {
            Self::inside(at, name, |at| match properties.get(name) {
                Some(schema) => self.compare(schema, value, at, found),
                None => found.push(Violation::new(at, "unknown_field", "There is no such field: check its spelling.")),
            });
        }
    }

    fn inside(at: &mut String, name: &str, look: impl FnOnce(&mut String)) {
        let length = at.len();
        at.push('/');
        // RFC 6901 section 3.
        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        look(at);
        at.truncate(length);
    }
}

fn misfit(schema: &Value, text: &str) -> Option<(&'static str, String)> {
    if let Some(known) = schema.get("enum").and_then(Value::as_array) {
        let names: Vec<&str> = known.iter().filter_map(Value::as_str).collect();
        return (!names.contains(&text)).then(|| ("unknown", format!("Send one of: {}.", names.join(", "))));
    }
    let fits = match schema.get("format").and_then(Value::as_str) {
        Some("uuid") => Uuid::try_parse(text).is_ok(),
        Some("date") => text.len() == 10 && text.parse::<NaiveDate>().is_ok(),
        Some("date-time") => DateTime::parse_from_rfc3339(text).is_ok(),
        _ => true,
    };
    if fits {
        return None;
    }
    let example = match schema.get("format").and_then(Value::as_str) {
        Some("uuid") => "an id such as 019ab3c4-1f6e-7b1a-9d43-5a3f2c1b0e9d",
        Some("date") => "a date such as 2026-11-24",
        _ => "a time such as 2026-11-24T14:00:00Z",
    };
    Some(("malformed", format!("Send {example}.")))
}

fn article(kind: &str) -> &'static str {
    match kind {
        "string" => "text",
        "integer" => "a whole number",
        "boolean" => "true or false",
        "array" => "a list",
        _ => "an object",
    }
}

/// Counts brackets outside of texts.
fn too_deep(body: &[u8]) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in body {
        match (byte, quoted) {
            (_, true) if escaped => escaped = false,
            (b'\\', true) => escaped = true,
            (b'"', _) => quoted = !quoted,
            (b'{' | b'[', false) => {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
            }
            (b'}' | b']', false) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
