//! The index of published text: derived from the store, rebuildable, and never fed anything private. It knows documents,
//! not features.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tantivy::{
    Index, IndexReader, IndexWriter, Order, ReloadPolicy, Score, TantivyDocument, Term,
    aggregation::{
        AggContextParams, AggregationCollector,
        agg_req::Aggregations,
        agg_result::{AggregationResult, AggregationResults, BucketResult},
    },
    collector::TopDocs,
    query::{AllQuery, BooleanQuery, Occur, Query, QueryParser, TermQuery},
    schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value as _},
    snippet::SnippetGenerator,
};

use crate::error::{Error, Result};

/// Memory for the writer before it flushes.
const WRITER_BYTES: usize = 20_000_000;
/// How many entries of the change log are remembered as followed: more than two minutes' worth.
const REMEMBERED: usize = 50_000;
/// The most hits a search pages through.
const DEEPEST: usize = 10_000;
/// The longest piece of text shown around a hit, in characters.
const SNIPPET: usize = 240;

/// The index.
pub struct Search {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    writing: Mutex<Writing>,
    dirty: AtomicBool,
    /// The latest entries of the change log that this process has followed.
    followed: Mutex<BTreeSet<String>>,
}

#[derive(Default)]
struct Writing {
    writer: Option<IndexWriter>,
    /// How many writers broke before it. What a writer had not committed is gone with it.
    broken: u64,
}

/// Entries of the change log that are being followed. They count as followed once [`Search::commit`] has made them durable.
#[derive(Debug)]
pub struct Followed {
    broken: u64,
    entries: Vec<String>,
}

impl Followed {
    /// Notes an entry whose document was put or removed. The log is read in order.
    pub fn note(&mut self, entry: String) {
        self.entries.push(entry);
    }

    /// How many entries.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.entries.len()
    }
}

#[derive(Clone, Copy)]
struct Fields {
    id: Field,
    title: Field,
    summary: Field,
    body: Field,
    theme: Field,
    organisation: Field,
    maturity: Field,
    published: Field,
    card: Field,
}

/// A published document.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its permanent id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// Everything else it says, as plain text.
    pub body: String,
    /// Its themes.
    pub themes: Vec<String>,
    /// Whose it is: an id.
    pub organisation: String,
    /// How far it has got; empty if it does not say.
    pub maturity: String,
    /// When it was first published, in milliseconds since 1970.
    pub published: i64,
    /// What a list shows of it: opaque to the index, given back with each hit.
    pub card: String,
}

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Words, all of which must be there; none for everything.
    pub text: Option<String>,
    /// Only with this theme.
    pub theme: Option<String>,
    /// Only of this organisation.
    pub organisation: Option<String>,
    /// Only of this maturity.
    pub maturity: Option<String>,
    /// Skip so many.
    pub offset: usize,
    /// At most so many.
    pub limit: usize,
}

/// One found document.
#[derive(Clone, Debug)]
pub struct Hit {
    /// What was stored to be shown.
    pub card: String,
    /// Where the words stand: the field, and HTML with `<b>` around each.
    pub highlights: Vec<(&'static str, String)>,
}

/// How many of what was found have each value.
pub type Counts = Vec<(String, u64)>;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Best first; without words, newest first.
    pub hits: Vec<Hit>,
    /// Whether there are more.
    pub more: bool,
    /// By theme.
    pub themes: Counts,
    /// By organisation id.
    pub organisations: Counts,
    /// By maturity.
    pub maturities: Counts,
}

impl Search {
    /// Opens the index in a folder (made anew if it is missing, damaged or from another version), or one in memory.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn open(folder: Option<&Path>) -> std::result::Result<Self, String> {
        let (schema, fields) = schema();
        let (index, reader) = match folder {
            None => with_reader(Index::create_in_ram(schema))?,
            Some(folder) => on_disk(folder, &schema)
                .map_err(|cause| format!("the search index in {} cannot be made: {cause}", folder.display()))?,
        };
        Ok(Self { index, reader, fields, writing: Mutex::default(), dirty: AtomicBool::new(false), followed: Mutex::default() })
    }

    /// How far the index has followed the change log: the latest entry that was made durable.
    #[must_use]
    pub fn position(&self) -> Option<String> {
        self.index.load_metas().ok().and_then(|metas| metas.payload)
    }

    /// Whether this process has followed an entry of the change log. The log is read with an overlap, because entries can
    /// be committed out of order; what has been followed is not followed again.
    #[must_use]
    pub fn has_followed(&self, entry: &str) -> bool {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).contains(entry)
    }

    /// Begins to follow the change log.
    #[must_use]
    pub fn begin(&self) -> Followed {
        Followed { broken: self.writing().broken, entries: Vec::new() }
    }

    /// Adds a document, or replaces the one of the same id. Seen by the next search.
    ///
    /// # Errors
    /// `Internal` when the index cannot be written.
    pub fn put(&self, document: &Document) -> Result<()> {
        self.write(&mut self.writing(), |writer| {
            writer.delete_term(Term::from_field_text(self.fields.id, &document.id));
            writer.add_document(self.document(document))
        })?;
        self.dirty.store(true, Ordering::Release);
        Ok(())
    }

    /// Removes a document. Seen by the next search.
    ///
    /// # Errors
    /// `Internal` when the index cannot be written.
    pub fn remove(&self, id: &str) -> Result<()> {
        self.write(&mut self.writing(), |writer| Ok(writer.delete_term(Term::from_field_text(self.fields.id, id))))?;
        self.dirty.store(true, Ordering::Release);
        Ok(())
    }

    /// Forgets every document, to be fed again from the start.
    ///
    /// # Errors
    /// `Internal` when the index cannot be written.
    pub fn clear(&self) -> Result<()> {
        self.write(&mut self.writing(), |writer| {
            writer.delete_all_documents()?;
            let mut commit = writer.prepare_commit()?;
            commit.set_payload("");
            commit.commit()
        })?;
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.reader.reload().map_err(broken)
    }

    /// Makes everything added so far durable, and remembers how far the change log has been followed.
    ///
    /// # Errors
    /// `Internal` when the index cannot be written, or when a writer broke since the following began: then it is to be
    /// done again.
    pub fn commit(&self, followed: Option<Followed>) -> Result<()> {
        let latest = followed.as_ref().and_then(|followed| followed.entries.last().cloned());
        let place = latest.max(self.position());
        let mut writing = self.writing();
        if followed.as_ref().is_some_and(|followed| followed.broken != writing.broken) {
            return Err(Error::internal("search index: the writer broke, and what it had not committed is gone"));
        }
        self.dirty.store(false, Ordering::Release);
        self.write(&mut writing, |writer| {
            let mut commit = writer.prepare_commit()?;
            if let Some(place) = &place {
                commit.set_payload(place);
            }
            commit.commit()
        })?;
        self.reader.reload().map_err(broken)?;
        drop(writing);
        self.remember(followed.map(|followed| followed.entries).unwrap_or_default());
        Ok(())
    }

    /// Finds documents. Blocking: call it off the async threads.
    ///
    /// # Errors
    /// `Internal` when the index cannot be read.
    pub fn find(&self, wanted: &Wanted) -> Result<Found> {
        if self.dirty.load(Ordering::Acquire)
            && let Err(cause) = self.commit(None)
        {
            // What can be read is found. What could not be written is followed again from the change log.
            tracing::warn!(%cause, "the newest changes are not in the search index yet");
        }
        let limit = wanted.limit.min(DEEPEST.saturating_sub(wanted.offset));
        let searcher = self.reader.searcher();
        let words = wanted.text.as_deref().map(|text| self.words(text));
        let query = self.filtered(wanted, words.as_deref());
        let page = TopDocs::with_limit(limit + 1).and_offset(wanted.offset.min(DEEPEST));
        let counts = AggregationCollector::from_aggs(facets()?, AggContextParams::default());
        let (addresses, counts) = if words.is_some() {
            let (top, counts) = searcher.search(&query, &(page.order_by_score(), counts)).map_err(broken)?;
            (top.into_iter().map(|(_, address): (Score, _)| address).collect::<Vec<_>>(), counts)
        } else {
            let newest = page.order_by_fast_field::<i64>("published", Order::Desc);
            let (top, counts) = searcher.search(&query, &(newest, counts)).map_err(broken)?;
            (top.into_iter().map(|(_, address)| address).collect(), counts)
        };
        let snippets = match words.as_deref() {
            None => Vec::new(),
            Some(words) => self.snippet_makers(&searcher, words)?,
        };
        let mut hits = Vec::with_capacity(limit);
        for address in addresses.iter().take(limit) {
            let document: TantivyDocument = searcher.doc(*address).map_err(broken)?;
            let card = document.get_first(self.fields.card).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            hits.push(Hit { card, highlights: highlights(&snippets, &document) });
        }
        Ok(Found {
            hits,
            more: addresses.len() > limit && wanted.offset + limit < DEEPEST,
            themes: counted(&counts, "theme"),
            organisations: counted(&counts, "organisation"),
            maturities: counted(&counts, "maturity"),
        })
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works with the writer, which is opened when it is first needed. A writer that has failed once takes nothing any
    /// more: it goes, and the next work opens another.
    fn write<T>(&self, writing: &mut Writing, work: impl FnOnce(&mut IndexWriter) -> tantivy::Result<T>) -> Result<T> {
        if writing.writer.is_none() {
            writing.writer = Some(self.index.writer_with_num_threads(1, WRITER_BYTES).map_err(broken)?);
        }
        let Some(writer) = writing.writer.as_mut() else { return Err(Error::internal("no index writer")) };
        let done = work(writer);
        if done.is_err() {
            writing.writer = None;
            writing.broken += 1;
        }
        done.map_err(broken)
    }

    fn remember(&self, entries: Vec<String>) {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        followed.extend(entries);
        while followed.len() > REMEMBERED {
            followed.pop_first();
        }
    }

    fn document(&self, from: &Document) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(self.fields.id, &from.id);
        document.add_text(self.fields.title, &from.title);
        document.add_text(self.fields.summary, &from.summary);
        document.add_text(self.fields.body, &from.body);
        for theme in &from.themes {
            document.add_text(self.fields.theme, theme);
        }
        document.add_text(self.fields.organisation, &from.organisation);
        if !from.maturity.is_empty() {
            document.add_text(self.fields.maturity, &from.maturity);
        }
        document.add_i64(self.fields.published, from.published);
        document.add_text(self.fields.card, &from.card);
        document
    }

    /// What a person typed, as a query: all words must be there, in any of the fields; the title counts most.
    fn words(&self, text: &str) -> Box<dyn Query> {
        let mut parser = QueryParser::for_index(&self.index, vec![self.fields.title, self.fields.summary, self.fields.body]);
        parser.set_conjunction_by_default();
        parser.set_field_boost(self.fields.title, 3.0);
        parser.set_field_boost(self.fields.summary, 2.0);
        parser.parse_query_lenient(text).0
    }

    fn filtered(&self, wanted: &Wanted, words: Option<&dyn Query>) -> BooleanQuery {
        let mut parts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        parts.push((Occur::Must, words.map_or_else(|| Box::new(AllQuery) as Box<dyn Query>, |words| words.box_clone())));
        let filters = [
            (self.fields.theme, &wanted.theme),
            (self.fields.organisation, &wanted.organisation),
            (self.fields.maturity, &wanted.maturity),
        ];
        for (field, value) in filters {
            if let Some(value) = value {
                let term = Term::from_field_text(field, value);
                parts.push((Occur::Must, Box::new(TermQuery::new(term, IndexRecordOption::Basic))));
            }
        }
        BooleanQuery::new(parts)
    }

    fn snippet_makers(&self, searcher: &tantivy::Searcher, words: &dyn Query) -> Result<Vec<(&'static str, SnippetGenerator)>> {
        let fields = [("title", self.fields.title), ("summary", self.fields.summary), ("text", self.fields.body)];
        fields
            .into_iter()
            .map(|(name, field)| {
                let mut maker = SnippetGenerator::create(searcher, words, field).map_err(broken)?;
                maker.set_max_num_chars(SNIPPET);
                Ok((name, maker))
            })
            .collect()
    }
}

fn highlights(makers: &[(&'static str, SnippetGenerator)], document: &TantivyDocument) -> Vec<(&'static str, String)> {
    makers
        .iter()
        .map(|(name, maker)| (*name, maker.snippet_from_doc(document)))
        .filter(|(_, snippet)| !snippet.highlighted().is_empty())
        .map(|(name, snippet)| (name, snippet.to_html()))
        .collect()
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let english =
        TextFieldIndexing::default().set_tokenizer("en_stem").set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(english).set_stored();
    let fields = Fields {
        id: builder.add_text_field("id", STRING),
        title: builder.add_text_field("title", text.clone()),
        summary: builder.add_text_field("summary", text.clone()),
        body: builder.add_text_field("body", text),
        theme: builder.add_text_field("theme", STRING | FAST),
        organisation: builder.add_text_field("organisation", STRING | FAST),
        maturity: builder.add_text_field("maturity", STRING | FAST),
        published: builder.add_i64_field("published", INDEXED | FAST),
        card: builder.add_text_field("card", STORED),
    };
    (builder.build(), fields)
}

/// The index in a folder, if it is sound. If not, another one in its place: it is derived.
fn on_disk(folder: &Path, schema: &Schema) -> std::result::Result<(Index, IndexReader), String> {
    if folder.exists() {
        // A file cut short in the wrong place makes the library panic.
        let found = catch_unwind(AssertUnwindSafe(|| sound(folder, schema)));
        match found.unwrap_or_else(|_| Err("it cannot be read".to_owned())) {
            Ok(sound) => return Ok(sound),
            Err(cause) => tracing::warn!(folder = %folder.display(), %cause, "the search index cannot be used: it is made anew"),
        }
        std::fs::remove_dir_all(folder).map_err(|cause| cause.to_string())?;
    }
    std::fs::create_dir_all(folder).map_err(|cause| cause.to_string())?;
    with_reader(Index::create_in_dir(folder, schema.clone()).map_err(|cause| cause.to_string())?)
}

/// The index in a folder, if it is of this version and every file is as it was written. Reads them all.
fn sound(folder: &Path, schema: &Schema) -> std::result::Result<(Index, IndexReader), String> {
    let index = Index::open_in_dir(folder).map_err(|cause| cause.to_string())?;
    if index.schema() != *schema {
        return Err("it is another version's".to_owned());
    }
    let damaged = index.validate_checksum().map_err(|cause| cause.to_string())?;
    if !damaged.is_empty() {
        return Err(format!("{} of its files are damaged", damaged.len()));
    }
    with_reader(index)
}

fn with_reader(index: Index) -> std::result::Result<(Index, IndexReader), String> {
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
    let reader = reader.map_err(|cause: tantivy::TantivyError| format!("it cannot be read: {cause}"))?;
    Ok((index, reader))
}

fn facets() -> Result<Aggregations> {
    let terms = |field: &str| serde_json::json!({ "terms": { "field": field, "size": 100 } });
    let request = serde_json::json!({
        "theme": terms("theme"), "organisation": terms("organisation"), "maturity": terms("maturity"),
    });
    serde_json::from_value(request).map_err(|_| Error::internal("the facets do not parse"))
}

fn counted(results: &AggregationResults, name: &str) -> Counts {
    let Some(AggregationResult::BucketResult(BucketResult::Terms { buckets, .. })) = results.0.get(name) else {
        return Vec::new();
    };
    buckets
        .iter()
        .map(|bucket| {
            let key = match &bucket.key {
                tantivy::aggregation::Key::Str(key) => key.clone(),
                other => format!("{other:?}"),
            };
            (key, bucket.doc_count)
        })
        .collect()
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn broken(cause: tantivy::TantivyError) -> Error {
    // Its texts name files and fields, never what the documents say.
    Error::Internal(format!("search index: {cause}"))
}
