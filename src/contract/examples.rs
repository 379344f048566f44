//! What each body looks like. The service said it all itself: `tests/it/examples` asks it, and keeps what it answers in
//! `openapi/examples.json`.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::set;

static RECORDED: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../openapi/examples.json")).unwrap_or_default());

/// Puts the example of every recorded body beside its schema.
pub(super) fn attach(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
    for operation in paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        let id = operation.get("operationId").and_then(Value::as_str);
        let Some(recorded) = id.and_then(|id| RECORDED.get(id)) else { continue };
        show(operation.get_mut("requestBody"), recorded.get("request"));
        for (status, response) in operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
            show(Some(response), recorded.get("responses").and_then(|responses| responses.get(status)));
        }
    }
}

fn show(body: Option<&mut Value>, example: Option<&Value>) {
    let (Some(body), Some(example)) = (body, example) else { return };
    for kind in body.get_mut("content").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        set(kind, "example", example.clone());
    }
}
