//! Reading: a text with its bound values, and the rows that come back.

use surrealdb::{
    IndexedResults,
    types::{SurrealValue, Variables},
};

use super::{
    Db,
    outcome::{cause, unreadable},
};
use crate::error::Result;

/// A query with its bound values.
pub struct Query<'a> {
    pub(super) db: &'a Db,
    pub(super) text: &'static str,
    pub(super) vars: Variables,
}

impl Query<'_> {
    /// Binds a value to a `$name` in the text.
    #[must_use]
    pub fn bind(mut self, name: &'static str, value: impl SurrealValue) -> Self {
        self.vars.insert(name.to_owned(), value.into_value());
        self
    }

    /// The rows of the last statement.
    ///
    /// # Errors
    /// `Busy` when the store does not answer in time, else `Internal`.
    pub async fn all<T: SurrealValue>(self) -> Result<Vec<T>> {
        let mut answers = self.answers().await?;
        let last = answers.count.saturating_sub(1);
        answers.rows(last)
    }

    /// The first row of the last statement, if there is one.
    ///
    /// # Errors
    /// As [`Query::all`].
    pub async fn one<T: SurrealValue>(self) -> Result<Option<T>> {
        Ok(self.all().await?.into_iter().next())
    }

    /// The rows of every statement, to be taken by position.
    ///
    /// # Errors
    /// As [`Query::all`].
    #[expect(clippy::disallowed_methods, reason = "the one place that reads")]
    pub async fn answers(self) -> Result<Answers> {
        let mut answers = self.db.client.query(self.text).bind(self.vars).await.map_err(|cause| unreadable(&cause))?;
        let errors: Vec<_> = answers.take_errors().into_values().collect();
        match cause(&errors) {
            None => Ok(Answers { count: answers.num_statements(), answers }),
            Some(cause) => Err(unreadable(cause)),
        }
    }
}

/// The answers to a text of several statements.
pub struct Answers {
    answers: IndexedResults,
    count: usize,
}

impl Answers {
    /// The rows of one statement, counted from 0.
    ///
    /// # Errors
    /// `Internal` when a row does not read as `T`.
    pub fn rows<T: SurrealValue>(&mut self, statement: usize) -> Result<Vec<T>> {
        self.answers.take(statement).map_err(|cause| unreadable(&cause))
    }
}
