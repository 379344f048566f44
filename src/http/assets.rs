//! What the browser gets beside pages: a style sheet, a script, a font. Built by `make assets`, embedded in the program, and
//! served under names that hold a digest, so that a browser may keep each for ever.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use poem::{
    IntoResponse, Request, Response, handler,
    http::{HeaderMap, HeaderValue, header},
    web::{Data, Path},
};
use rust_embed::RustEmbed;

use crate::{
    app::App,
    error::{Error, Result},
    look::File,
};

#[derive(RustEmbed)]
#[folder = "assets/built/"]
struct Files;

static NAMES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let manifest = Files::get("manifest.json");
    manifest.and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
});

/// The address of an asset by the name it was written under, such as `main.css`.
#[must_use]
pub fn address(name: &str) -> String {
    format!("/assets/{}", NAMES.get(name).map_or(name, String::as_str))
}

/// The address of a file that an authority has set for itself.
#[must_use]
pub fn own(file: &File) -> String {
    format!("/assets/{}", file.name)
}

/// Serves an asset, compressed as the browser likes.
#[handler]
pub fn asset(Path(name): Path<String>, Data(app): Data<&Arc<App>>, request: &Request) -> poem::Result<Response> {
    let response = match app.look.file(&name) {
        Some(file) => file.bytes.clone().with_content_type(file.kind).into_response(),
        None => serve(&name, request.headers())?,
    };
    Ok(kept_for_ever(response))
}

/// What a name stands for never changes.
fn kept_for_ever(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}

fn serve(name: &str, asked: &HeaderMap) -> Result<Response> {
    // What is not in the manifest is no asset: neither the manifest itself nor the compressed twins.
    if !NAMES.values().any(|known| known == name) {
        return Err(Error::NotFound);
    }
    let (file, coding) = twin(name, asked).ok_or(Error::NotFound)?;
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    let mut response = file.data.into_owned().with_content_type(kind).into_response();
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Ok(response)
}

/// The smallest form of a file that the browser takes.
fn twin(name: &str, asked: &HeaderMap) -> Option<(rust_embed::EmbeddedFile, Option<&'static str>)> {
    let takes = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (coding, ending) in [("br", "br"), ("gzip", "gz")] {
        let taken = takes.split(',').any(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, ""));
            name.trim().eq_ignore_ascii_case(coding) && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        });
        if taken && let Some(file) = Files::get(&format!("{name}.{ending}")) {
            return Some((file, Some(coding)));
        }
    }
    Files::get(name).map(|file| (file, None))
}
