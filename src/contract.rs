//! The contract as clients get it: what poem-openapi describes, made complete. Pure: JSON in, JSON out.
//!
//! poem-openapi says `3.0.0`, upper-cases header names, and knows nothing of the problems that every operation can answer
//! with. What is added here is what the edge and the answers really do.

use serde_json::{Map, Value, json};

/// Completes a document.
#[must_use]
pub fn finish(spec: &str) -> Value {
    let mut document: Value = serde_json::from_str(spec).unwrap_or_default();
    set(&mut document, "openapi", json!("3.0.3"));
    set(&mut document, "info", info());
    set(
        &mut document,
        "servers",
        json!([{ "url": "/api/v1", "description": "Production: this installation.", "x-internal": false }]),
    );
    set(&mut document, "security", json!([]));
    let requested = requested(&document);
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("securitySchemes".to_owned(), security_schemes());
        let schemas = components.entry("schemas").or_insert_with(|| json!({}));
        set(schemas, "Problem", problem());
        let asked = reachable(schemas, &requested);
        tidy(schemas);
        bound(schemas);
        require(schemas);
        let kinds = kinds(schemas);
        for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
            may_be_null(schema, &kinds);
            if asked.contains(name) {
                set(schema, "additionalProperties", json!(false));
            }
        }
        components.insert("responses".to_owned(), refusals());
        components.insert("headers".to_owned(), headers());
    }
    if let Some(paths) = document.get_mut("paths") {
        tidy(paths);
        bound(paths);
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, operations) in paths.iter_mut() {
            for (method, operation) in operations.as_object_mut().into_iter().flatten() {
                complete(path, method, operation);
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

/// RFC 9457, with all violations at once.
fn problem() -> Value {
    json!({
        "type": "object",
        "description": "Why a request was refused (RFC 9457).",
        "required": ["type", "title", "status", "detail", "instance", "request_id", "errors"],
        "properties": {
            "type": { "type": "string", "description": "A URI for the kind of problem; about:blank when the status says it all." },
            "title": { "type": "string", "description": "The kind of problem in a few words." },
            "status": { "type": "integer", "format": "int32", "minimum": 400, "maximum": 599, "description": "The HTTP status." },
            "detail": { "type": "string", "description": "What happened and what to do now." },
            "instance": { "type": "string", "description": "The path that was asked for." },
            "request_id": { "type": "string", "description": "What the log calls this request." },
            "current_revision": { "type": "integer", "format": "int64", "description": "After 412: the revision to read before trying again." },
            "errors": {
                "type": "array",
                "maxItems": 1000,
                "description": "Every broken rule, at once.",
                "items": {
                    "type": "object",
                    "required": ["pointer", "code", "detail"],
                    "properties": {
                        "pointer": { "type": "string", "description": "Where: a JSON pointer into the request, or ?name for a query parameter." },
                        "code": { "type": "string", "description": "Which rule, for programs." },
                        "detail": { "type": "string", "description": "What is wrong and what would be right." },
                    },
                },
            },
        },
        "example": {
            "type": "about:blank",
            "title": "Please correct this",
            "status": 422,
            "detail": "Write something here.",
            "instance": "/api/v1/reflections",
            "request_id": "019ab3c4-1f6e-7b1a-9d43-5a3f2c1b0e9d",
            "errors": [{ "pointer": "/body", "code": "required", "detail": "Write something here." }],
        },
    })
}

const REFUSALS: [(&str, &str); 14] = [
    ("400", "The request cannot be read."),
    ("401", "Sign in first, or present a credential that works."),
    ("403", "You may see this but not do that, or the credential lacks the scope."),
    ("404", "There is nothing here, or you may not know that there is."),
    ("409", "This does not fit the present state."),
    ("410", "It was published here and has been withdrawn."),
    ("412", "Somebody changed this since you read it."),
    ("413", "The body is larger than 256 KB."),
    ("414", "The address is longer than 4 KB."),
    ("415", "The body is of another type than the contract says."),
    ("422", "The request breaks rules; each is listed."),
    ("428", "Send If-Match with the ETag you read."),
    ("429", "Too many requests; Retry-After says when to try again."),
    ("4XX", "Any other refusal."),
];

fn refusals() -> Value {
    let mut responses = Map::new();
    let every = REFUSALS.iter().copied().chain([("500", "Something went wrong on our side."), ("503", "The service is busy.")]);
    for (status, description) in every {
        let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } });
        match status {
            "401" => set(&mut headers, "WWW-Authenticate", json!({ "$ref": "#/components/headers/WWW-Authenticate" })),
            "429" | "503" => set(&mut headers, "Retry-After", json!({ "$ref": "#/components/headers/Retry-After" })),
            _ => {}
        }
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let response = json!({
            "description": description,
            "headers": headers,
            "content": { "application/problem+json": { "schema": schema } },
        });
        responses.insert(format!("Refused{status}"), response);
    }
    Value::Object(responses)
}

fn headers() -> Value {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string", "maxLength": 300 } });
    json!({
        "X-Request-Id": text("What the log calls this request."),
        "WWW-Authenticate": text("How to authenticate (RFC 9110 section 11.6.1)."),
        "Retry-After": { "description": "Seconds to wait.", "schema": { "type": "integer", "format": "int32", "minimum": 1, "maximum": 86_400 } },
    })
}

fn complete(path: &str, method: &str, operation: &mut Value) {
    let secured = !anonymous(operation);
    let changes = method != "get";
    let body = operation.get("requestBody").is_some();
    let creates = method == "post" && operation.pointer("/responses/201").is_some() && body;
    let guarded = ["patch", "put", "delete"].contains(&method) && operation.pointer("/responses/200/headers/ETAG").is_some();
    describe_parameters(operation);
    if creates && path != "/sessions" {
        parameter(operation, "Idempotency-Key", "The same key and request give the same resource for 24 hours.", false);
    }
    if needs_if_match(path, method) {
        parameter(operation, "If-Match", "The ETag you read: nobody's text is overwritten unseen.", true);
    }
    if let Some(content) = operation.pointer_mut("/requestBody/content") {
        without_parameters(content);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for response in responses.values_mut() {
        fix_headers(response);
    }
    let mut possible = vec!["400", "404", "414", "422", "429", "500", "503", "4XX"];
    if secured {
        possible.extend(["401", "403"]);
    }
    if body {
        possible.extend(["413", "415"]);
    }
    if changes || path.contains("practice-examples") || path.contains("reflections") {
        possible.push("409");
    }
    if needs_if_match(path, method) || guarded || path.ends_with("/working-copy") {
        possible.extend(["412", "428"]);
    }
    if path.contains("practice-examples") {
        possible.push("410");
    }
    for status in possible {
        responses.entry(status).or_insert_with(|| json!({ "$ref": format!("#/components/responses/Refused{status}") }));
    }
    // The connection itself answers this one, before any of the service has seen the request.
    responses.entry("431").or_insert_with(|| json!({ "description": "The address or the headers are far too long." }));
    if method == "patch"
        && let Some(content) = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut)
        && let Some(schema) =
            content.iter().find(|(kind, _)| kind.starts_with("application/json")).map(|(_, schema)| schema.clone())
    {
        content.insert("application/merge-patch+json".to_owned(), schema);
    }
}

/// Operations that anyone may call have nothing to authenticate with.
fn anonymous(operation: &mut Value) -> bool {
    let open = operation
        .get("security")
        .and_then(Value::as_array)
        .is_none_or(|schemes| schemes.iter().any(|scheme| scheme.as_object().is_some_and(Map::is_empty)));
    if open {
        let public = operation.get("operationId").and_then(Value::as_str).is_some_and(|id| PUBLIC.contains(&id));
        let security = if public { json!([]) } else { json!([{}, { "bearer": [] }, { "session": [] }]) };
        set(operation, "security", security);
    } else {
        let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
        let security = if CLIENTS.contains(&id) {
            json!([{ "bearer": [] }, { "session": [] }, { "service_client": ["library:publish"] }])
        } else {
            json!([{ "bearer": [] }, { "session": [] }])
        };
        set(operation, "security", security);
    }
    open
}

/// Operations where a credential makes no difference.
const PUBLIC: [&str; 10] = [
    "sign_in",
    "create_access_token",
    "get_setup",
    "set_up",
    "accept_invitation",
    "get_liveness",
    "get_readiness",
    "get_atom_feed",
    "get_json_feed",
    "list_examples",
];

/// Operations that service clients use.
const CLIENTS: [&str; 6] =
    ["write_example", "list_drafts", "put_example", "revise_example", "publish_example", "withdraw_example"];

/// Changes that compare revisions.
fn needs_if_match(path: &str, method: &str) -> bool {
    let revised = [
        "/organisations/{organisation}",
        "/organisations/{organisation}/members/{person}",
        "/reflections/{reflection}",
        "/reflections/{reflection}/shares/{share}",
        "/prompt-sets/{slug}",
        "/practice-examples/{example}",
        "/supervision/agreements/{agreement}",
        "/supervision/sessions/{session}",
    ];
    match method {
        "patch" => revised.contains(&path),
        "put" => {
            ["/acceptance", "/ending", "/cancellation", "/publication"].iter().any(|end| path.ends_with(end))
                && !path.starts_with("/invitations")
                || path == "/prompt-sets/{slug}"
        }
        "delete" => [
            "/organisations/{organisation}/members/{person}",
            "/reflections/{reflection}",
            "/practice-examples/{example}/publication",
        ]
        .contains(&path),
        _ => false,
    }
}

fn parameter(operation: &mut Value, name: &str, description: &str, required: bool) {
    let parameter = json!({
        "name": name,
        "in": "header",
        "description": description,
        "required": required,
        "schema": { "type": "string", "maxLength": 128 },
        "example": if name == "If-Match" { "\"1\"" } else { "019ab3c4-1f6e-7b1a-9d43-5a3f2c1b0e9d" },
    });
    if let Some(members) = operation.as_object_mut() {
        let parameters = members.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(parameter);
        }
    }
}

/// Describes the parameters that recur, and bounds them all.
fn describe_parameters(operation: &mut Value) {
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let known = match name.as_str() {
            "limit" => Some("At most so many items: 1 to 100, 20 unless said."),
            "cursor" => Some("Where to go on, from next of the page before."),
            "link" => Some("The secret part of the address that was handed out."),
            "number" => Some("The number of the revision or version."),
            "key" => Some("The publisher's own key: letters, digits, dots, hyphens, underscores."),
            "slug" => Some("The name of the prompt set: a word for shipped ones, an id for one's own."),
            "If-Match" => Some("The ETag of the working copy that was read; not needed the first time."),
            _ => None,
        };
        let by_path = parameter.get("in").and_then(Value::as_str) == Some("path");
        let described = parameter.get("description").and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        if !described {
            let description = known.map_or_else(|| format!("The id of the {}.", name.replace('_', " ")), str::to_owned);
            set(parameter, "description", json!(description));
        }
        if let Some(schema) = parameter.get_mut("schema") {
            match name.as_str() {
                "limit" => {
                    set(schema, "minimum", json!(1));
                    set(schema, "maximum", json!(100));
                }
                "number" => {
                    set(schema, "minimum", json!(1));
                    set(schema, "maximum", json!(1_000_000));
                }
                "key" => {
                    set(schema, "pattern", json!("^[A-Za-z0-9._-]{1,100}$"));
                    set(schema, "maxLength", json!(100));
                }
                _ if by_path => set(schema, "maxLength", json!(200)),
                _ => {}
            }
        }
    }
}

/// Media types without `; charset=utf-8`, which JSON does not need.
fn without_parameters(content: &mut Value) {
    let Some(members) = content.as_object_mut() else { return };
    let kinds = std::mem::take(members);
    members.extend(kinds.into_iter().map(|(kind, schema)| (kind.split(';').next().unwrap_or(&kind).to_owned(), schema)));
}

/// Header names as RFC 9110 spells them, and the request's id on every answer.
fn fix_headers(response: &mut Value) {
    if let Some(content) = response.get_mut("content") {
        without_parameters(content);
    }
    let Some(members) = response.as_object_mut() else { return };
    let headers = members.entry("headers").or_insert_with(|| json!({}));
    let Some(headers) = headers.as_object_mut() else { return };
    let spelt = [
        ("ETAG", "ETag"),
        ("LOCATION", "Location"),
        ("LINK", "Link"),
        ("SET-COOKIE", "Set-Cookie"),
        ("CACHE-CONTROL", "Cache-Control"),
    ];
    for (shouted, name) in spelt {
        if let Some(header) = headers.remove(shouted) {
            headers.insert(name.to_owned(), header);
        }
    }
    headers.insert("X-Request-Id".to_owned(), json!({ "$ref": "#/components/headers/X-Request-Id" }));
}

/// The names of the schemas that requests refer to.
fn requested(document: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for operations in document.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::values) {
        for operation in operations.as_object().into_iter().flat_map(Map::values) {
            operation.get("requestBody").into_iter().for_each(|body| references(body, &mut names));
        }
    }
    names
}

/// Those schemas and all that they refer to.
fn reachable(schemas: &Value, from: &[String]) -> Vec<String> {
    let mut known: Vec<String> = from.to_vec();
    let mut at = 0;
    while let Some(name) = known.get(at).cloned() {
        let mut names = Vec::new();
        schemas.get(&name).into_iter().for_each(|schema| references(schema, &mut names));
        for name in names {
            if !known.contains(&name) {
                known.push(name);
            }
        }
        at += 1;
    }
    known.retain(|name| schemas.get(name).and_then(|schema| schema.get("type")) == Some(&json!("object")));
    known
}

fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
                names.push(name.to_owned());
            }
            members.values().for_each(|value| references(value, names));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, names)),
        _ => {}
    }
}

/// What poem-openapi writes that OpenAPI has another word for.
fn tidy(schemas: &mut Value) {
    match schemas {
        Value::Object(members) => {
            if members.get("format") == Some(&json!("naive-date")) {
                members.insert("format".to_owned(), json!("date"));
            }
            if members.get("additionalProperties").is_some_and(Value::is_null) {
                members.remove("additionalProperties");
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(values) => values.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// The type of each schema by name: `nullable` needs it beside it.
fn kinds(schemas: &Value) -> Map<String, Value> {
    let named = schemas.as_object().into_iter().flatten();
    named.filter_map(|(name, schema)| Some((name.clone(), schema.get("type")?.clone()))).collect()
}

/// What need not be there may also be null.
fn may_be_null(schema: &mut Value, kinds: &Map<String, Value>) {
    let required: Vec<String> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    for (name, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        if required.contains(name) {
            continue;
        }
        if let Some(reference) = property.get("$ref").cloned() {
            *property = json!({ "allOf": [{ "$ref": reference }] });
        }
        let mut names = Vec::new();
        property.get("allOf").into_iter().for_each(|parts| references(parts, &mut names));
        if let Some(kind) = names.first().and_then(|name| kinds.get(name)) {
            set(property, "type", kind.clone());
            if kind == "string" {
                set(property, "maxLength", json!(60));
            }
        }
        set(property, "nullable", json!(true));
    }
}

/// What a request must hold, where the shape lets it be missing so that the checks can name it beside everything else that
/// is wrong.
pub const REQUIRED: [(&str, &[&str]); 2] = [("NewReflection", &["body"]), ("NewExample", &["title", "summary"])];

fn require(schemas: &mut Value) {
    for (name, fields) in REQUIRED {
        let Some(schema) = schemas.get_mut(name) else { continue };
        set(schema, "required", json!(fields));
        for field in fields {
            if let Some(members) = schema.pointer_mut(&format!("/properties/{field}")).and_then(Value::as_object_mut) {
                members.remove("default");
                members.insert("minLength".to_owned(), json!(1));
            }
        }
    }
}

/// Bounds what requests and answers may hold, as the checks and the size limits do.
fn bound(schemas: &mut Value) {
    match schemas {
        Value::Object(members) => {
            match members.get("type").and_then(Value::as_str) {
                Some("string") if !members.contains_key("enum") && !members.contains_key("maxLength") => {
                    let most = match members.get("format").and_then(Value::as_str) {
                        Some("uuid") => 36,
                        Some("date") => 10,
                        Some("date-time") => 40,
                        _ => 200_000,
                    };
                    members.insert("maxLength".to_owned(), json!(most));
                }
                Some("array") if !members.contains_key("maxItems") => {
                    members.insert("maxItems".to_owned(), json!(1_000));
                }
                Some("integer") if !members.contains_key("minimum") => {
                    members.insert("minimum".to_owned(), json!(0));
                    members.insert("maximum".to_owned(), json!(9_007_199_254_740_991_i64));
                }
                _ => {}
            }
            for value in members.values_mut() {
                bound(value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(bound),
        _ => {}
    }
}

fn set(value: &mut Value, name: &str, member: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(name.to_owned(), member);
    }
}
