//! Finding: words and filters as a query, the facets of what was found, and where the words stand.

use std::sync::atomic::Ordering;

use tantivy::{
    Order, Score, TantivyDocument, Term,
    aggregation::{
        AggContextParams, AggregationCollector,
        agg_req::Aggregations,
        agg_result::{AggregationResult, AggregationResults, BucketResult},
    },
    collector::TopDocs,
    query::{AllQuery, BooleanQuery, Occur, Query, QueryParser, TermQuery},
    schema::{IndexRecordOption, Value as _},
    snippet::SnippetGenerator,
};

use super::{Search, broken};
use crate::error::{Error, Result};

/// The most hits a search pages through.
const DEEPEST: usize = 10_000;
/// The longest piece of text shown around a hit, in characters.
const SNIPPET: usize = 240;

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
