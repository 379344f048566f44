//! Opening: an index that is sound, or another one in its place.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Mutex, atomic::AtomicBool},
};

use tantivy::{
    Index, IndexReader, ReloadPolicy,
    schema::{FAST, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions},
};

use super::{Fields, Search};

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
        Ok(Self {
            index,
            reader,
            fields,
            writing: Mutex::default(),
            dirty: AtomicBool::new(false),
            followed: Mutex::default(),
            rest: Mutex::default(),
        })
    }
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
