//! What each operation takes and answers beyond what it says itself: who may call it, conditions, keys, refusals.

use serde_json::{Map, Value, json};

use super::{bounds::SAYS, set};

/// Completes one operation.
pub(super) fn complete(path: &str, method: &str, operation: &mut Value) {
    let secured = !anonymous(operation);
    let changes = method != "get";
    let body = operation.get("requestBody").is_some();
    let creates = method == "post" && operation.pointer("/responses/201").is_some() && body;
    let guarded = ["patch", "put", "delete"].contains(&method) && operation.pointer("/responses/200/headers/ETAG").is_some();
    describe_parameters(operation);
    let compares = parameters(operation).any(|parameter| parameter.get("name").and_then(Value::as_str) == Some("If-Match"));
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
    // 401 also where nobody need sign in: a credential that is present but bad is never taken for nobody.
    let mut possible = vec!["400", "401", "404", "414", "422", "429", "500", "503", "4XX"];
    if secured {
        possible.push("403");
    }
    if body {
        possible.extend(["413", "415"]);
    }
    if changes || path.contains("practice-examples") || path.contains("reflections") {
        possible.push("409");
    }
    if needs_if_match(path, method) || guarded || compares {
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

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation.get("parameters").and_then(Value::as_array).into_iter().flatten()
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
            "/reflections/{reflection}/working-copy",
            "/prompt-sets/{slug}",
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
        "schema": if name == "If-Match" { if_match() } else { json!({ "type": "string", "pattern": "^[!-~]{1,128}$", "maxLength": 128 }) },
        "example": if name == "If-Match" { "\"1\"" } else { "019ab3c4-1f6e-7b1a-9d43-5a3f2c1b0e9d" },
    });
    if let Some(members) = operation.as_object_mut() {
        let parameters = members.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(parameter);
        }
    }
}

/// An ETag of ours: a revision, and for some answers a count that changes with what hangs on them.
fn if_match() -> Value {
    json!({ "type": "string", "pattern": r#"^"[0-9]{1,15}(\.[0-9]{1,15})?"$"#, "maxLength": 40 })
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
                "If-Match" => *schema = if_match(),
                "view" => set(schema, "enum", json!(["published", "draft"])),
                "reason" => {
                    set(schema, "pattern", json!(SAYS));
                    set(schema, "maxLength", json!(1_000));
                }
                "limit" => {
                    set(schema, "minimum", json!(1));
                    set(schema, "maximum", json!(100));
                }
                "q" => set(schema, "maxLength", json!(300)),
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
