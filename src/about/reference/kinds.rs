//! What a value is, in words: “text, at most 300 characters”.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    shapes::{link, named},
    text,
};
use crate::http::words::{say, tell};

/// What the contract allows where no rule says less: there it need not be said.
const ANY_TEXT: u64 = 200_000;
const ANY_LIST: u64 = 1_000;
const ANY_NUMBER: u64 = 9_007_199_254_740_991;

/// What a value is.
pub(super) fn kind(schema: &Value) -> Markup {
    html! {
        @if let Some(name) = named(schema) {
            (link(name))
        } @else if let Some(items) = schema.get("items") {
            (say("about.list-of")) " " (kind(items))
            @if let Some(most) = bound(schema, "maxItems", ANY_LIST) { " (" (tell("about.at-most", &[("most", &most)])) ")" }
        } @else if let Some(values) = values(schema) {
            (say("about.one-of")) " " (values)
        } @else {
            (plain(schema))
        }
        @if schema.get("nullable") == Some(&Value::Bool(true)) { " " (say("about.or-null")) }
    }
}

/// The values of an enumeration.
pub(super) fn values(schema: &Value) -> Option<Markup> {
    let values = schema.get("enum").and_then(Value::as_array)?;
    Some(html! {
        @for (at, value) in values.iter().filter_map(Value::as_str).enumerate() {
            @if at > 0 { ", " }
            code { (value) }
        }
    })
}

fn plain(schema: &Value) -> String {
    match (text(schema, "type"), text(schema, "format")) {
        ("string", "uuid") => say("about.id").to_owned(),
        ("string", "date") => say("about.day").to_owned(),
        ("string", "date-time") => say("about.moment").to_owned(),
        ("string", _) => match bound(schema, "maxLength", ANY_TEXT) {
            Some(most) => tell("about.text-at-most", &[("most", &most)]),
            None => say("about.text").to_owned(),
        },
        ("integer", _) => match bound(schema, "maximum", ANY_NUMBER) {
            Some(most) => tell("about.number-between", &[("least", &least(schema)), ("most", &most)]),
            None => say("about.number").to_owned(),
        },
        ("boolean", _) => say("about.yes-or-no").to_owned(),
        _ => say("about.object").to_owned(),
    }
}

/// A bound that says something.
fn bound(schema: &Value, name: &str, any: u64) -> Option<String> {
    schema.get(name).and_then(Value::as_u64).filter(|most| *most < any).map(grouped)
}

fn least(schema: &Value) -> String {
    grouped(schema.get("minimum").and_then(Value::as_u64).unwrap_or_default())
}

/// A number as people read it: 20,000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
