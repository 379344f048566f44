//! Reading with front matter: how `content/` and imported files are written. YAML between two lines of `---`, then
//! Markdown: an introduction and sections under `## ` headings.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A file as it was read.
#[derive(Debug)]
pub struct Document<T> {
    /// The front matter.
    pub head: T,
    /// What stands before the first section.
    pub introduction: String,
    /// The sections, in order.
    pub sections: Vec<Section>,
}

/// A section of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// The text of its heading.
    pub title: String,
    /// What stands under it, in Markdown.
    pub text: String,
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Title, author, publisher, year.
    pub title: String,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// What is wrong with it.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<Document<T>, String> {
    let text = text.replace("\r\n", "\n");
    let rest = text.strip_prefix("---\n").ok_or("the first line must be ---")?;
    let (head, body) = rest.split_once("\n---\n").ok_or("the front matter must end with ---")?;
    let head = serde_saphyr::from_str(head).map_err(|cause| format!("the front matter does not read: {cause}"))?;
    let mut introduction = String::new();
    let mut sections: Vec<Section> = Vec::new();
    for line in body.lines() {
        match (line.strip_prefix("## "), sections.last_mut()) {
            (Some(title), _) => sections.push(Section { title: title.trim().to_owned(), text: String::new() }),
            (None, Some(section)) => push_line(&mut section.text, line),
            (None, None) => push_line(&mut introduction, line),
        }
    }
    for section in &mut sections {
        section.text = section.text.trim().to_owned();
    }
    Ok(Document { head, introduction: introduction.trim().to_owned(), sections })
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}
