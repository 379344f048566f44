//! Markdown to safe HTML: rendered by `markdown`, then cleaned by `ammonia` with a short allow-list; bounded in size and
//! in time, and off the threads that answer requests.

use std::{
    collections::{HashMap, HashSet},
    panic::catch_unwind,
    sync::{Arc, LazyLock},
    time::Duration,
};

use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// The longest text that is rendered, in bytes.
pub const LONGEST: usize = 200_000;
/// Text nested deeper than this is refused: no person writes it, and it stalls the parser.
const DEEPEST: usize = 32;
/// The most lines: a long report has two thousand.
const MOST_LINES: usize = 4_000;
/// Rendering that takes longer is given up.
const DEADLINE: Duration = Duration::from_secs(2);

/// Renders Markdown, two texts at a time; previews have a place of their own, so that nobody's experiment keeps anybody
/// from reading what is published.
pub struct Renderer {
    places: Arc<Semaphore>,
    for_previews: Arc<Semaphore>,
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// A renderer.
    #[must_use]
    pub fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(2)), for_previews: Arc::new(Semaphore::new(1)) }
    }

    /// Renders to HTML that is safe to put into a page.
    ///
    /// # Errors
    /// `Invalid` when the text is too long, too deeply nested or takes too long; `Busy` when too many wait.
    pub async fn render(&self, text: &str) -> Result<String> {
        in_a_place(&self.places, text).await
    }

    /// The same for a text that somebody is still writing.
    ///
    /// # Errors
    /// As [`Renderer::render`].
    pub async fn preview(&self, text: &str) -> Result<String> {
        in_a_place(&self.for_previews, text).await
    }
}

async fn in_a_place(places: &Arc<Semaphore>, text: &str) -> Result<String> {
    check(text).map_err(|why| Error::invalid("/markdown", "too_complex", why))?;
    let busy = || Error::Busy { retry_after: Duration::from_secs(1) };
    let place = Arc::clone(places).acquire_owned();
    let place = tokio::time::timeout(DEADLINE, place).await.map_err(|_| busy())?.map_err(|_| busy())?;
    let text = text.to_owned();
    let work = tokio::task::spawn_blocking(move || {
        let html = catch_unwind(|| to_safe_html(&text));
        drop(place);
        html
    });
    match tokio::time::timeout(DEADLINE, work).await {
        Ok(Ok(Ok(html))) => Ok(html),
        _ => Err(Error::invalid("/markdown", "too_complex", "This text takes too long to render: make it simpler.")),
    }
}

/// Whether a text may be kept as Markdown: long, but not longer than it can be rendered.
///
/// # Errors
/// A sentence for the person.
pub fn check(text: &str) -> std::result::Result<(), String> {
    if text.len() > LONGEST {
        return Err(format!("Keep this under {LONGEST} bytes."));
    }
    if text.lines().any(nests_too_deep) || openers_too_many(text) || text.lines().count() > MOST_LINES {
        let lines = format!("or has more than {MOST_LINES} lines: make it simpler.");
        return Err(format!("This text is nested more than {DEEPEST} deep, opens too many links or emphases, {lines}"));
    }
    Ok(())
}

/// Counts what opens a container at the start of a line: quotes, list items and their numbers.
fn nests_too_deep(line: &str) -> bool {
    let mut depth = 0;
    for c in line.chars() {
        match c {
            '>' | '-' | '*' | '+' | '.' | ')' => depth += 1,
            ' ' | '\t' | '0'..='9' => {}
            _ => break,
        }
    }
    // A line of nothing but dashes or stars is a rule, however long; of dots, a leader.
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let first = marks.next();
    let rule = first != Some('>') && marks.all(|c| Some(c) == first);
    let indent = line.chars().take_while(|c| matches!(c, ' ' | '\t')).count();
    (depth > DEEPEST && !rule) || indent > 8 * DEEPEST
}

/// The parser's time grows with the square of unclosed openers in one paragraph; two thousand are still quick.
fn openers_too_many(text: &str) -> bool {
    text.split("\n\n").any(|paragraph| {
        paragraph.bytes().filter(|b| matches!(b, b'[' | b'*' | b'_' | b'~' | b'<' | b'`' | b'|' | b'&' | b']' | b'!')).count()
            > 2_000
    })
}

/// Markdown without its marks: for search and for summaries.
#[must_use]
pub fn to_plain_text(text: &str) -> String {
    fn walk(node: &markdown::mdast::Node, plain: &mut String) {
        match node {
            markdown::mdast::Node::Text(text) => plain.push_str(&text.value),
            markdown::mdast::Node::InlineCode(code) => plain.push_str(&code.value),
            markdown::mdast::Node::Code(code) => plain.push_str(&code.value),
            _ => {}
        }
        for child in node.children().into_iter().flatten() {
            walk(child, plain);
        }
        if matches!(
            node,
            markdown::mdast::Node::Paragraph(_)
                | markdown::mdast::Node::Heading(_)
                | markdown::mdast::Node::TableCell(_)
                | markdown::mdast::Node::Break(_)
        ) {
            plain.push(' ');
        }
    }
    if check(text).is_err() {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    if let Ok(tree) = markdown::to_mdast(text, &markdown::ParseOptions::gfm()) {
        walk(&tree, &mut plain);
    }
    plain
}

fn to_safe_html(text: &str) -> String {
    let html = markdown::to_html_with_options(text, &markdown::Options::gfm()).unwrap_or_default();
    CLEANER.clean(&demote_headings(html)).to_string()
}

/// A page has one title of its own: the text's headings start a level below. What a person typed as HTML is escaped by
/// now, so these tags are the renderer's.
fn demote_headings(mut html: String) -> String {
    for level in (1..=5).rev() {
        let (from, to) = (format!("h{level}>"), format!("h{}>", level + 1));
        html = html.replace(&format!("<{from}"), &format!("<{to}")).replace(&format!("</{from}"), &format!("</{to}"));
    }
    html
}

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(HashSet::from([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
            "strong",
            "sup",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("nofollow noopener ugc"))
        .clean_content_tags(HashSet::from(["script", "style"]));
    cleaner
});
