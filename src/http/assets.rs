//! What the browser gets beside pages: a style sheet, a script, a font. Built by `make assets`, embedded in the program, and
//! served under names that hold a digest, so that a browser may keep each for ever.

use std::{collections::HashMap, sync::LazyLock};

use poem::{
    IntoResponse, Request, Response, handler,
    http::{HeaderMap, HeaderValue, header},
    web::Path,
};
use rust_embed::RustEmbed;

use crate::error::{Error, Result};

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

/// Serves an asset, compressed as the browser likes.
#[handler]
pub fn asset(Path(name): Path<String>, request: &Request) -> poem::Result<Response> {
    Ok(serve(&name, request.headers())?)
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
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
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
