//! Markdown to safe HTML: rendered by `markdown`, then cleaned by `ammonia` with a short allow-list; bounded in size and
//! in time, and off the threads that answer requests. What is published is rendered once, and kept for a while.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    panic::catch_unwind,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// The longest text that is rendered, in bytes.
pub const LONGEST: usize = 200_000;
/// Text nested deeper than this is refused: no person writes it, and it stalls the parser.
const DEEPEST: usize = 32;
/// The most lines: a long report has two thousand.
const MOST_LINES: usize = 4_000;
/// The same two for what readers get of several texts put together.
const READING: (usize, usize) = (300_000, 8_000);
/// The most containers that a text may open over all its lines: each reopens those around it.
const MOST_CONTAINERS: usize = 6_000;
/// The most bars, of which tables are made: a table of a hundred rows and ten columns has a thousand.
const MOST_BARS: usize = 12_000;
/// The deepest a line may be indented: every column of it is looked at for every list around it.
const DEEPEST_INDENT: usize = 64;
/// Rendering that takes longer is given up.
const DEADLINE: Duration = Duration::from_secs(2);
/// The most bytes of rendered texts that are kept, and the most of what is made of them.
const KEPT: usize = 16_000_000;

/// Renders Markdown, two texts at a time; previews have a place of their own, so that nobody's experiment keeps anybody
/// from reading what is published.
pub struct Renderer {
    places: Arc<Semaphore>,
    for_previews: Arc<Semaphore>,
    /// Published texts as HTML, by their Markdown.
    pub texts: Kept,
    /// What is made of published texts, such as a feed, by what it was made from.
    pub documents: Kept,
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
        Self {
            places: Arc::new(Semaphore::new(2)),
            for_previews: Arc::new(Semaphore::new(1)),
            texts: Kept::new(KEPT),
            documents: Kept::new(KEPT),
        }
    }

    /// Renders a published text to HTML that is safe to put into a page, and keeps it. Never a private one.
    ///
    /// # Errors
    /// `Invalid` when the text is too long, too deeply nested or takes too long; `Busy` when too many wait.
    pub async fn render(&self, text: &str) -> Result<String> {
        if let Some(html) = self.texts.get(text) {
            return Ok(html.to_string());
        }
        check_reading(text).map_err(unfit)?;
        let place = a_place(&self.places).await?;
        // Somebody may have rendered it while this one waited.
        if let Some(html) = self.texts.get(text) {
            return Ok(html.to_string());
        }
        let html = rendered(place, text).await?;
        self.texts.put(text, &html);
        Ok(html)
    }

    /// Renders a text that somebody is still writing. It is not kept.
    ///
    /// # Errors
    /// As [`Renderer::render`].
    pub async fn preview(&self, text: &str) -> Result<String> {
        check(text).map_err(unfit)?;
        rendered(a_place(&self.for_previews).await?, text).await
    }
}

fn unfit(why: String) -> Error {
    Error::invalid("/markdown", "too_complex", why)
}

async fn a_place(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    let busy = || Error::Busy { retry_after: Duration::from_secs(1) };
    let place = Arc::clone(places).acquire_owned();
    tokio::time::timeout(DEADLINE, place).await.map_err(|_| busy())?.map_err(|_| busy())
}

async fn rendered(place: OwnedSemaphorePermit, text: &str) -> Result<String> {
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

/// Finished texts by a digest of what each was made from, while they fit: the oldest leave first. For what is published only.
pub struct Kept {
    most: usize,
    shelf: Mutex<Shelf>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Shelf {
    finished: HashMap<[u8; 32], Arc<str>>,
    oldest_first: VecDeque<[u8; 32]>,
    bytes: usize,
}

impl Kept {
    /// Room for so many bytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, shelf: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// What was made from this, if it is still kept.
    #[must_use]
    pub fn get(&self, source: &str) -> Option<Arc<str>> {
        let key = digest(source);
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner).finished.get(&key).cloned()
    }

    /// Keeps what was made from this, and lets go of the oldest.
    pub fn put(&self, source: &str, finished: &str) {
        let key = digest(source);
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let shelf = &mut *shelf;
        match shelf.finished.insert(key, Arc::from(finished)) {
            Some(before) => shelf.bytes -= before.len(),
            None => shelf.oldest_first.push_back(key),
        }
        shelf.bytes += finished.len();
        while shelf.bytes > self.most
            && let Some(oldest) = shelf.oldest_first.pop_front()
        {
            shelf.bytes -= shelf.finished.remove(&oldest).map_or(0, |gone| gone.len());
        }
    }

    /// What was made from this; made now if it is not kept. Whoever wants it meanwhile waits instead of making it too.
    ///
    /// # Errors
    /// What `make` refuses.
    pub async fn get_or_make(&self, source: &str, make: impl Future<Output = Result<String>>) -> Result<Arc<str>> {
        if let Some(finished) = self.get(source) {
            return Ok(finished);
        }
        let _turn = self.turn.lock().await;
        if let Some(finished) = self.get(source) {
            return Ok(finished);
        }
        let made = make.await?;
        self.put(source, &made);
        Ok(Arc::from(made))
    }

    /// How many bytes are kept.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }
}

fn digest(source: &str) -> [u8; 32] {
    Sha256::digest(source.as_bytes()).into()
}

/// Whether a text may be kept as Markdown: long, but not longer than it can be rendered.
///
/// # Errors
/// A sentence for the person.
pub fn check(text: &str) -> std::result::Result<(), String> {
    fits(text, (LONGEST, MOST_LINES))
}

/// Whether readers can get these texts as one: longer than each of them may be, and not longer than it can be rendered.
///
/// # Errors
/// A sentence for the person.
pub fn check_reading(text: &str) -> std::result::Result<(), String> {
    fits(text, READING)
}

fn fits(text: &str, (longest, most_lines): (usize, usize)) -> std::result::Result<(), String> {
    if text.len() > longest {
        return Err(format!("Keep this under {longest} bytes."));
    }
    let containers: usize = text.lines().map(containers).sum();
    let too_many = containers > MOST_CONTAINERS || text.matches('|').count() > MOST_BARS;
    if text.lines().any(nests_too_deep) || too_many || openers_too_many(text) || text.lines().count() > most_lines {
        let lines = format!("or has more than {most_lines} lines: make it simpler.");
        return Err(format!("This text is nested more than {DEEPEST} deep, opens too many links or emphases, {lines}"));
    }
    Ok(())
}

fn nests_too_deep(line: &str) -> bool {
    let indent = line.chars().take_while(|c| matches!(c, ' ' | '\t')).count();
    containers(line) > DEEPEST || indent > DEEPEST_INDENT
}

/// Counts what opens a container at the start of a line: quotes, list items and their numbers.
fn containers(line: &str) -> usize {
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
    if rule { 0 } else { depth }
}

/// The parser's time grows with the square of unclosed openers in one paragraph; two thousand are still quick.
fn openers_too_many(text: &str) -> bool {
    text.split("\n\n").any(|paragraph| {
        let opens = |b: &u8| matches!(b, b'[' | b'*' | b'_' | b'~' | b'<' | b'`' | b'|' | b'&' | b']' | b'!' | b'@');
        paragraph.bytes().filter(opens).count() > 2_000
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
        // Without this, `lang` and `title` pass on every tag.
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("nofollow noopener ugc"))
        .clean_content_tags(HashSet::from(["script", "style"]));
    cleaner
});
