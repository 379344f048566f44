//! The examples that ship in `content/`: summaries of published work, which the authority it describes did not write.

use chrono::NaiveDate;
use rust_embed::RustEmbed;
use serde::Deserialize;

use super::model::{Content, Evidence, Maturity};
use crate::content::{self, Source};

#[derive(RustEmbed)]
#[folder = "content/practice-examples/"]
struct Files;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: String,
    authority: String,
    summary: String,
    themes: Vec<String>,
    maturity: Maturity,
    #[serde(default)]
    period: Option<String>,
    #[serde(default)]
    reached: Option<String>,
    #[serde(default)]
    evidence: Vec<Evidence>,
    sources: Vec<Source>,
    #[serde(default)]
    review_by: Option<NaiveDate>,
}

/// The shipped examples with their keys, by key.
///
/// # Errors
/// What is wrong with which file.
pub fn shipped() -> Result<Vec<(String, Content)>, String> {
    let mut shelf = Vec::new();
    for name in Files::iter().filter(|name| name.ends_with(".md")) {
        let file = Files::get(&name).ok_or_else(|| format!("{name} is missing"))?;
        let content = read(&String::from_utf8_lossy(&file.data)).map_err(|why| format!("{name}: {why}"))?;
        content.check().map_err(|cause| format!("{name}: {cause:?}"))?;
        shelf.push((name.trim_end_matches(".md").to_owned(), content));
    }
    shelf.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(shelf)
}

fn read(text: &str) -> Result<Content, String> {
    let document = content::read::<FrontMatter>(text)?;
    let head = document.head;
    if head.sources.is_empty() || head.sources.iter().any(|source| source.url.is_none()) {
        return Err("every example names its sources with addresses".to_owned());
    }
    for evidence in &head.evidence {
        let known =
            evidence.source.as_ref().is_some_and(|name| head.sources.iter().any(|source| source.title.contains(name.as_str())));
        if !known {
            return Err("every piece of evidence names one of the sources".to_owned());
        }
    }
    let period = head.period.map(|period| format!("*{period}*\n\n")).unwrap_or_default();
    let mut content = Content {
        title: head.title,
        summary: head.summary,
        themes: head.themes,
        maturity: Some(head.maturity),
        reached: head.reached,
        evidence: head.evidence,
        sources: head.sources,
        review_by: head.review_by,
        summarises: Some(head.authority),
        licence: Some("CC BY 4.0".to_owned()),
        ..Content::default()
    };
    for section in document.sections {
        let part = match section.title.as_str() {
            "The child's experience" | "The child’s experience" => &mut content.childs_experience,
            "Context" => &mut content.context,
            "What we did" => &mut content.what_we_did,
            "What difference it made" => &mut content.difference_made,
            "What did not work" => &mut content.what_did_not_work,
            "What it took" => &mut content.what_it_took,
            other => return Err(format!("there is no section called {other}")),
        };
        *part = Some(section.text);
    }
    if content.what_did_not_work.is_none() || content.difference_made.is_none() {
        return Err("every example says what difference it made and what did not work".to_owned());
    }
    content.context = content.context.map(|text| format!("{period}{text}"));
    Ok(content)
}
