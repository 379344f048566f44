//! The answers that operations give: a resource with its ETag, a new one with its place, a page of a list.

use poem::{Request, RequestBody, http::header};
use poem_openapi::{ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions, payload::Json, types::ToJSON};

use super::{edge::AskedUri, paging::Page};
use crate::error::{Error, Result, Revision};

/// A resource as it is now.
#[derive(ApiResponse)]
pub enum Found<T: ToJSON + Send> {
    /// The resource, with its revision as ETag.
    #[oai(status = 200)]
    Ok(
        Json<T>,
        /// The revision, to send back in If-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

/// A resource that this request made.
#[derive(ApiResponse)]
pub enum Made<T: ToJSON + Send> {
    /// It was created.
    #[oai(status = 201)]
    Created(
        Json<T>,
        /// The revision, to send back in If-Match.
        #[oai(header = "ETag")]
        String,
        /// Where it is.
        #[oai(header = "Location")]
        String,
    ),
}

/// A page of a list.
#[derive(ApiResponse)]
pub enum Listed<T: ToJSON + poem_openapi::types::ParseFromJSON + Send> {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Json<Page<T>>,
        /// The address of the next page (RFC 8288).
        #[oai(header = "Link")]
        Option<String>,
    ),
}

/// Nothing more to say.
#[derive(ApiResponse)]
pub enum Done {
    /// It is done.
    #[oai(status = 204)]
    NoContent,
}

/// A resource with its revision.
pub fn found<T: ToJSON + Send>(value: T, revision: Revision) -> Found<T> {
    Found::Ok(Json(value), etag(revision))
}

/// A resource that shows more than its own revisions, such as what others wrote back: its ETag counts that as well, so that
/// nobody hears that nothing changed (304) when something came.
pub fn found_with<T: ToJSON + Send>(value: T, revision: Revision, beside: usize) -> Found<T> {
    let tag = if beside == 0 { etag(revision) } else { format!("\"{revision}.{beside}\"") };
    Found::Ok(Json(value), tag)
}

/// A new resource with its revision and place.
pub fn made<T: ToJSON + Send>(value: T, revision: Revision, location: &str) -> Made<T> {
    Made::Created(Json(value), etag(revision), format!("/api/v1{location}"))
}

/// A page, with a link to the next one that keeps the filters.
pub fn listed<T: ToJSON + poem_openapi::types::ParseFromJSON + Send>(page: Page<T>, request: &Request) -> Listed<T> {
    let link = page.next.as_deref().map(|cursor| next_link(request, cursor));
    Listed::Ok(Json(page), link)
}

/// The `Link` header for the next page.
#[must_use]
pub fn next_link(request: &Request, cursor: &str) -> String {
    let uri = request.data::<AskedUri>().map_or_else(|| request.uri().clone(), |asked| asked.0.clone());
    let kept = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<String> = kept.map(str::to_owned).chain([format!("cursor={cursor}")]).collect();
    format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&"))
}

/// A revision as a strong entity tag (RFC 9110 section 8.8.3).
#[must_use]
pub fn etag(revision: Revision) -> String {
    format!("\"{revision}\"")
}

/// The revision that the caller read before changing it.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub Revision);

impl<'a> ApiExtractor<'a> for IfMatch {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::PoemExtractor];
    type ParamType = ();
    type ParamRawType = ();

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        Ok(Self(if_match(request)?))
    }
}

fn if_match(request: &Request) -> Result<Revision> {
    let value = request.headers().get(header::IF_MATCH).map(|value| value.to_str().unwrap_or_default());
    seen_if_any(value)?.ok_or(Error::PreconditionRequired)
}

/// The revision in an If-Match header that may be left out.
///
/// # Errors
/// `Invalid` when it is no ETag of ours.
pub fn seen_if_any(value: Option<&str>) -> Result<Option<Revision>> {
    let Some(text) = value.map(str::trim) else { return Ok(None) };
    revision_of(text)
        .map(Some)
        .ok_or_else(|| Error::invalid("If-Match", "malformed", "Send the ETag as you read it, with its quotation marks."))
}

/// The revision in an ETag. What is counted beside it does not stand in the way of a change.
fn revision_of(tag: &str) -> Option<Revision> {
    let text = tag.strip_prefix('"')?.strip_suffix('"')?;
    let (revision, beside) = text.split_once('.').unwrap_or((text, "0"));
    let _counted: usize = beside.parse().ok()?;
    revision.parse().ok()
}
