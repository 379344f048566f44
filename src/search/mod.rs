//! The index of published text: derived from the store, rebuildable, and never fed anything private. It knows documents,
//! not features.
//!
//! * this file: the handle, and writing in step with the change log
//! * `opening`: the index on the disk, and another in its place when it is damaged
//! * `finding`: what is asked, and what is found

mod finding;
mod opening;

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use tantivy::{Index, IndexReader, IndexWriter, TantivyDocument, Term, schema::Field};

pub use finding::{Counts, Found, Hit, Wanted};

use crate::error::{Error, Result};

/// Memory for the writer before it flushes.
const WRITER_BYTES: usize = 20_000_000;

/// A change log in which nothing has come for so long rests. A transaction is given up after half a minute; the rest is for
/// clocks of several machines that do not agree.
const RESTS: TimeDelta = TimeDelta::minutes(10);

/// The index.
pub struct Search {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    writing: Mutex<Writing>,
    dirty: AtomicBool,
    /// The latest entries of the change log that this process has followed.
    followed: Mutex<BTreeSet<String>>,
    /// How far the change log is known to be at rest.
    rest: Mutex<Rest>,
}

/// A change log in which nothing has come for long: what began before can't come any more.
#[derive(Debug, Default)]
struct Rest {
    /// Where it was when it was last followed to its end, and since when it has been there.
    seen: Option<(String, DateTime<Utc>)>,
    /// The place before which it is not looked at again.
    settled: Option<String>,
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
    /// Where the log is read from: what stands before it is not asked for again.
    since: String,
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

impl Search {
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

    /// The place in the change log before which everything has been followed and nothing can come any more.
    #[must_use]
    pub fn settled(&self) -> Option<String> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner).settled.clone()
    }

    /// Notes that the log was followed to its end, by a look that began and ended at these times. Whether it rests is told by
    /// the log alone, and not by comparing its ids with this machine's clock: another machine's may be slow.
    pub fn followed_to_the_end(&self, began: DateTime<Utc>, ended: DateTime<Utc>) {
        let position = self.position().unwrap_or_default();
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        match &rest.seen {
            Some((place, since)) if *place == position => {
                if began - *since >= RESTS {
                    rest.settled = Some(position);
                }
            }
            _ => rest.seen = Some((position, ended)),
        }
    }

    /// Begins to follow the change log from a place in it.
    #[must_use]
    pub fn begin(&self, since: &str) -> Followed {
        Followed { broken: self.writing().broken, since: since.to_owned(), entries: Vec::new() }
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
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Rest::default();
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
        if let Some(followed) = followed {
            self.remember(followed);
        }
        Ok(())
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

    /// However many there are: an entry that is forgotten while the log is still read from before it is followed for ever.
    fn remember(&self, new: Followed) {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        followed.extend(new.entries);
        *followed = followed.split_off(&new.since);
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
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn broken(cause: tantivy::TantivyError) -> Error {
    // Its texts name files and fields, never what the documents say.
    Error::Internal(format!("search index: {cause}"))
}
