//! A draft as the fields of its form hold it, and what was typed as a draft.

use chrono::NaiveDate;

use crate::{
    content::Source,
    error::{Checks, Error, Result, Violation},
    http::{
        form::Fields,
        words::{say, tell},
    },
    library::{
        model::{Change, Content, Evidence, EvidenceKind, Maturity},
        pages::STRANDS,
    },
};

/// The fields of a row of evidence. A kind alone says nothing, so it comes last.
pub const EVIDENCE: [&str; 3] = ["evidence_text", "evidence_source", "evidence_kind"];
/// The fields of a row of sources.
pub const SOURCES: [&str; 2] = ["source_title", "source_url"];
/// So many rows are read: more than an example can have, so that one with too many is refused and not cut.
const MOST: usize = 100;

/// The fields that a draft fills.
pub fn fields(content: &Content) -> Fields {
    let mut fields = Fields::default()
        .with("title", content.title.as_str())
        .with("summary", content.summary.as_str())
        .with_some("childs_experience", content.childs_experience.as_deref())
        .with_some("context", content.context.as_deref())
        .with_some("what_we_did", content.what_we_did.as_deref())
        .with_some("difference_made", content.difference_made.as_deref())
        .with_some("what_did_not_work", content.what_did_not_work.as_deref())
        .with_some("what_it_took", content.what_it_took.as_deref())
        .with_some("reached", content.reached.as_deref())
        .with("themes", content.themes.join("\n"))
        .with("maturity", content.maturity.map_or("", Maturity::name))
        .with_some("contact", content.contact.as_deref())
        .with_some("licence", content.licence.as_deref())
        .with_some("review_by", content.review_by.map(|day| day.to_string()))
        .with_some("summarises", content.summarises.as_deref());
    for evidence in &content.evidence {
        let source = evidence.source.as_deref().unwrap_or_default();
        fields = fields.with("evidence_text", evidence.text.as_str()).with("evidence_source", source);
        fields = fields.with("evidence_kind", kind_name(evidence.kind));
    }
    for source in &content.sources {
        fields = fields.with("source_title", source.title.as_str());
        fields = fields.with("source_url", source.url.as_deref().unwrap_or_default());
    }
    fields
}

fn kind_name(kind: EvidenceKind) -> &'static str {
    STRANDS.iter().find(|(_, known, _)| *known == kind).map_or("", |(name, ..)| name)
}

/// What was typed, as a draft.
///
/// # Errors
/// `Invalid` with everything that is wrong, also what was noted before.
pub fn content(fields: &Fields, mut checks: Checks) -> Result<Content> {
    let content = Content {
        title: fields.text("title").trim().to_owned(),
        summary: fields.text("summary").to_owned(),
        childs_experience: fields.said("childs_experience"),
        context: fields.said("context"),
        what_we_did: fields.said("what_we_did"),
        difference_made: fields.said("difference_made"),
        what_did_not_work: fields.said("what_did_not_work"),
        what_it_took: fields.said("what_it_took"),
        reached: fields.said("reached"),
        evidence: evidence(fields, &mut checks),
        themes: fields.lines("themes").iter().map(|line| theme(line)).collect(),
        maturity: Maturity::parse(fields.text("maturity")),
        sources: sources(fields),
        contact: fields.said("contact"),
        licence: fields.said("licence"),
        review_by: fields.said("review_by").and_then(|day| {
            let day = day.trim().parse::<NaiveDate>();
            checks.parsed("/review_by", day.map_err(|_| ("malformed", say("frame.wrong-day").to_owned())))
        }),
        summarises: fields.said("summarises"),
    };
    content.violations(&mut checks);
    checks.done()?;
    Ok(content)
}

/// What was typed as a change that leaves nothing of the draft as it was.
///
/// # Errors
/// `Internal` when there is no such thing.
pub fn whole(content: &Content) -> Result<Change> {
    match serde_json::to_value(content) {
        Ok(serde_json::Value::Object(members)) => Ok(Change(members)),
        _ => Err(Error::internal("an example that has no JSON form")),
    }
}

/// A theme as everybody writes it: “Early help” as `early-help`.
fn theme(typed: &str) -> String {
    typed.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-")
}

/// Repeated fields row by row, in their order, without the rows of which the first two fields say nothing.
pub fn rows<const N: usize>(fields: &Fields, names: [&str; N]) -> Vec<[String; N]> {
    let columns = names.map(|name| fields.all(name));
    let longest = columns.iter().map(Vec::len).max().unwrap_or_default();
    let row = |at: usize| columns.each_ref().map(|column| column.get(at).cloned().unwrap_or_default());
    let says = |row: &[String; N]| row.iter().take(2).any(|field| !field.trim().is_empty());
    (0..longest).map(row).filter(says).take(MOST).collect()
}

fn evidence(fields: &Fields, checks: &mut Checks) -> Vec<Evidence> {
    let mut all = Vec::new();
    for (at, [text, source, kind]) in rows(fields, EVIDENCE).into_iter().enumerate() {
        let kind = STRANDS.iter().find(|(name, ..)| *name == kind).map(|(_, kind, _)| *kind);
        checks.ensure(kind.is_some(), &format!("/evidence/{at}/kind"), "required", &numbered("library.choose-kind", at));
        let source = Some(source).filter(|source| !source.trim().is_empty());
        all.push(Evidence { kind: kind.unwrap_or(EvidenceKind::Research), text, source });
    }
    all
}

fn sources(fields: &Fields) -> Vec<Source> {
    let address = |url: String| Some(url.trim().to_owned()).filter(|url| !url.is_empty());
    rows(fields, SOURCES).into_iter().map(|[title, url]| Source { title, url: address(url) }).collect()
}

/// The id of a field of a row.
pub fn id(list: &str, at: usize, part: &str) -> String {
    format!("{list}-{}-{part}", at + 1)
}

/// What is wrong, in the words and at the fields of the page: `/evidence/0/text` at `evidence-1-text`.
pub fn pointed(cause: Error) -> Error {
    match cause {
        Error::Invalid(violations) => Error::Invalid(violations.iter().map(at_its_field).collect()),
        other => other,
    }
}

fn at_its_field(violation: &Violation) -> Violation {
    let parts: Vec<&str> = violation.pointer.split('/').collect();
    let pointer = match parts.as_slice() {
        ["", list, at, part] => format!("/{}", id(list, row(at), part)),
        // Where the contract has a query, the page has a field.
        ["?reason"] => "/reason".to_owned(),
        // Of a text that takes too long to render it is not known which part that is.
        ["", "markdown"] => String::new(),
        _ => violation.pointer.clone(),
    };
    let needed = if violation.code == "required" { needed(&parts) } else { None };
    Violation { pointer, code: violation.code, detail: needed.unwrap_or_else(|| violation.detail.clone()) }
}

/// What is needed where nothing was typed, so that the list at the top of the page tells one field from another.
fn needed(parts: &[&str]) -> Option<String> {
    match parts {
        ["", "title"] => Some(say("library.title-needed").to_owned()),
        ["", "summary"] => Some(say("library.summary-needed").to_owned()),
        ["", "evidence", at, "text"] => Some(numbered("library.evidence-needed", row(at))),
        ["", "sources", at, "title"] => Some(numbered("library.source-needed", row(at))),
        ["?reason"] => Some(say("library.reason-needed").to_owned()),
        _ => None,
    }
}

fn row(at: &str) -> usize {
    at.parse().unwrap_or_default()
}

/// A sentence about a row, which people count from one.
fn numbered(words: &'static str, at: usize) -> String {
    tell(words, &[("number", (at + 1).to_string().as_str())])
}
