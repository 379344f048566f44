//! The problems that operations answer with (RFC 9457).

use serde_json::{Map, Value, json};

use super::set;

/// RFC 9457, with all violations at once.
pub(super) fn problem() -> Value {
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
            "error": { "type": "string", "description": "At the token endpoint: OAuth's word for the refusal (RFC 6749 section 5.2)." },
            "error_description": { "type": "string", "description": "At the token endpoint: the same as detail." },
            "confirm_at": { "type": "string", "description": "After 403, where a session has to be confirmed first: PUT the password there." },
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

/// An answer for each refusal, for operations to refer to.
pub(super) fn responses() -> Value {
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

/// The headers that answers share.
pub(super) fn headers() -> Value {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string", "maxLength": 300 } });
    json!({
        "X-Request-Id": text("What the log calls this request."),
        "WWW-Authenticate": text("How to authenticate (RFC 9110 section 11.6.1)."),
        "Retry-After": { "description": "Seconds to wait.", "schema": { "type": "integer", "format": "int32", "minimum": 1, "maximum": 86_400 } },
    })
}
