//! The contract as clients get it: what poem-openapi describes, made complete. Pure: JSON in, JSON out.
//!
//! poem-openapi says `3.0.0`, upper-cases header names, and knows nothing of the problems that every operation can answer
//! with. What is added here is what the edge and the answers really do.
//!
//! * this file: the document as a whole
//! * `operations`: what each operation takes and answers beyond its own description
//! * `schemas`: what a body may hold
//! * `bounds`: what the rules ask of a request
//! * `refusals`: the problems of RFC 9457
//! * `examples`: what each body looks like, as the service said it

mod bounds;
mod examples;
mod operations;
mod refusals;
mod schemas;

use serde_json::{Value, json};

/// The whole contract.
#[must_use]
pub fn finish(spec: &str) -> Value {
    let mut document = shape(spec);
    bounds::state(&mut document);
    // Last: what is completed before is schemas, and an example is none.
    examples::attach(&mut document);
    document
}

/// The contract as far as it is about shape: what a request is held against before the rules of a feature see it. What the
/// rules ask is left to them, so that they name it beside whatever else is wrong.
#[must_use]
pub fn shape(spec: &str) -> Value {
    let mut document: Value = serde_json::from_str(spec).unwrap_or_default();
    set(&mut document, "openapi", json!("3.0.3"));
    set(&mut document, "info", info());
    set(
        &mut document,
        "servers",
        json!([{ "url": "/api/v1", "description": "Production: this installation.", "x-internal": false }]),
    );
    set(&mut document, "security", json!([]));
    let requested = schemas::requested(&document);
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("securitySchemes".to_owned(), security_schemes());
        let schemas = components.entry("schemas").or_insert_with(|| json!({}));
        set(schemas, "Problem", refusals::problem());
        schemas::complete(schemas, &requested);
        components.insert("responses".to_owned(), refusals::responses());
        components.insert("headers".to_owned(), refusals::headers());
    }
    if let Some(paths) = document.get_mut("paths") {
        schemas::tidy(paths);
        schemas::bound(paths);
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, operations) in paths.iter_mut() {
            for (method, operation) in operations.as_object_mut().into_iter().flatten() {
                operations::complete(path, method, operation);
            }
        }
    }
    document
}

fn info() -> Value {
    json!({
        "title": "Soundings",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Professional learning and reflective supervision for social work. Private writing is its author's and nobody else's; published practice examples are everyone's.",
        "license": { "name": "MIT", "url": "https://opensource.org/license/mit" },
        "contact": { "name": "The people who run this installation", "url": "https://www.rfc-editor.org/rfc/rfc9116" },
    })
}

fn security_schemes() -> Value {
    json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal access token (snd_pat_…), or the access token of a service client (snd_svc_…), in the Authorization header (RFC 6750).",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-sid",
            "description": "The session of a signed-in browser. Requests that change something must come from the same site.",
        },
        "service_client": {
            "type": "oauth2",
            "description": "Another system that acts for an organisation (RFC 6749 section 4.4).",
            "flows": { "clientCredentials": {
                "tokenUrl": "/api/v1/oauth/token",
                "scopes": {
                    "library:read": "Read the drafts of the organisation.",
                    "library:write": "Write and revise examples.",
                    "library:publish": "Write, revise, publish and withdraw examples.",
                },
            } },
        },
    })
}

fn set(value: &mut Value, name: &str, member: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(name.to_owned(), member);
    }
}
