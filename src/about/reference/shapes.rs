//! What the bodies of requests and answers hold.

use std::collections::BTreeSet;

use maud::{Markup, html};
use serde_json::Value;

use super::{
    kinds::{kind, values},
    members, said, text,
};
use crate::http::words::{say, tell};

/// How the contract refers to a shape.
const REFERENCE: &str = "#/components/schemas/";

/// The name of the shape that a schema stands for, if it stands for one: by itself, or with a word about it.
pub(super) fn named(schema: &Value) -> Option<&str> {
    let reference = schema.get("$ref").or_else(|| schema.pointer("/allOf/0/$ref"))?;
    reference.as_str()?.strip_prefix(REFERENCE)
}

/// A shape by its name.
pub(super) fn shape<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    document.pointer("/components/schemas")?.get(name)
}

/// The way to where a shape is described on the same page.
pub(super) fn link(name: &str) -> Markup {
    html! { a class="govuk-link" href={ "#shape-" (name) } { code { (name) } } }
}

/// The names of the shapes that something refers to, also through others.
pub(super) fn reached<'a>(document: &'a Value, from: &'a Value) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    let mut open = vec![from];
    while let Some(value) = open.pop() {
        let reference = value.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix(REFERENCE));
        if let Some(name) = reference
            && names.insert(name)
        {
            open.extend(shape(document, name));
        }
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(values) => open.extend(values),
            _ => {}
        }
    }
    names
}

/// What a body, an address or a header takes or holds: a row of a table.
pub(super) struct Field<'a> {
    /// Its name, such as `evidence[].kind` for what the things in a list hold.
    pub(super) name: String,
    /// What may be in it.
    pub(super) schema: &'a Value,
    /// Where it stands, if not in a body.
    pub(super) place: Option<&'static str>,
    /// Whether it must be there.
    pub(super) needed: bool,
    /// What it is.
    pub(super) about: &'a str,
}

impl<'a> Field<'a> {
    /// The fields of a shape.
    fn all(shape: &'a Value, before: &str) -> Vec<Self> {
        let needed = shape.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let needed: Vec<&str> = needed.collect();
        let field = |(name, schema): (&'a String, &'a Value)| Self {
            name: format!("{before}{name}"),
            schema,
            place: None,
            needed: needed.contains(&name.as_str()),
            about: text(schema, "description"),
        };
        members(shape, "/properties").map(field).collect()
    }

    /// The same with the fields of what they hold, one level down.
    pub(super) fn with_what_they_hold(document: &'a Value, of: &'a Value) -> Vec<Self> {
        let mut fields = Vec::new();
        for field in Self::all(of, "") {
            let (held, mark) = field.schema.get("items").map_or((field.schema, ""), |items| (items, "[]"));
            let inner = named(held).map_or(Some(held), |name| shape(document, name));
            let before = format!("{}{mark}.", field.name);
            fields.push(field);
            fields.extend(inner.into_iter().flat_map(|inner| Self::all(inner, &before)));
        }
        fields
    }
}

/// Fields as a table: nothing if there are none.
pub(super) fn table(caption: &str, fields: &[Field<'_>]) -> Markup {
    if fields.is_empty() {
        return Markup::default();
    }
    html! {
        table class="govuk-table app-fields" {
            caption class="govuk-table__caption govuk-table__caption--s" { (caption) }
            thead class="govuk-table__head" {
                tr class="govuk-table__row" {
                    @for name in [say("about.field"), say("about.kind"), say("about.meaning")] {
                        th scope="col" class="govuk-table__header" { (name) }
                    }
                }
            }
            tbody class="govuk-table__body" { @for field in fields { (row(field)) } }
        }
    }
}

fn row(field: &Field<'_>) -> Markup {
    html! {
        tr class="govuk-table__row" {
            th scope="row" class="govuk-table__header" { code { (field.name) } }
            td class="govuk-table__cell" {
                (kind(field.schema))
                @if let Some(place) = field.place { ", " (place) }
                @if field.needed { ", " strong { (say("about.needed")) } }
            }
            td class="govuk-table__cell" { (said(field.about)) }
        }
    }
}

/// Shapes, each where links to it lead.
pub(super) fn section(document: &Value, names: &BTreeSet<&str>) -> Markup {
    let shapes = names.iter().filter_map(|name| Some((*name, shape(document, name)?)));
    html! {
        @if !names.is_empty() {
            h2 class="govuk-heading-l" id="shapes" { (say("about.shapes")) }
            p class="govuk-body" { (say("about.shapes-why")) }
        }
        @for (name, shape) in shapes {
            h3 class="govuk-heading-s govuk-!-margin-bottom-1" id={ "shape-" (name) } { code { (name) } }
            p class="govuk-body" {
                (said(text(shape, "description")))
                @if let Some(values) = values(shape) { " " (say("about.any-of")) " " (values) "." }
            }
            (table(&tell("about.fields-of", &[("shape", name)]), &Field::all(shape, "")))
        }
    }
}
