//! Words with capital letters: which of them could name somebody, and where a name made of them begins and ends.

use super::{
    reading::{Reading, Shape},
    words::{
        BIRTH, CASE, COMMON, DAY, GENERIC, HOUSE, INSTITUTION, KIN, MONTH, NAME_TOO, PARTICLE, READ, ROLE, Senses, TITLE, VEHICLE,
    },
};

/// The most words of one name. A longer row of capitals is taken in pieces.
const LONGEST: usize = 8;
/// What a word must not be to tell one school from another.
const PLAIN: Senses = COMMON | DAY | MONTH | KIN | ROLE | TITLE | GENERIC | HOUSE | INSTITUTION | READ;
/// What a word must not be to name somebody.
const NO_NAME: Senses = PLAIN | BIRTH | VEHICLE | CASE;

/// Whether a word begins with a capital.
#[must_use]
pub fn is_large(reading: &Reading<'_>, at: usize) -> bool {
    reading.token(at).is_some_and(|token| matches!(token.shape, Shape::Capital | Shape::Upper | Shape::Initial))
}

/// Whether a word could be somebody's name.
#[must_use]
pub fn could_name(reading: &Reading<'_>, at: usize) -> bool {
    let also = reading.has(at, NAME_TOO) && !reading.has(at, COMMON | MONTH | READ);
    reading.is(at, Shape::Capital) && (also || !reading.has(at, NO_NAME))
}

/// Whether a word tells one school or one street from another.
#[must_use]
pub fn is_distinct(reading: &Reading<'_>, at: usize) -> bool {
    reading.is(at, Shape::Capital) && !reading.has(at, PLAIN)
}

/// The last word of a name that begins here.
#[must_use]
pub fn name(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let first = if has_a_front(reading, at) { at + 1 } else { at };
    (first > at || could_name(reading, at)).then(|| rest_of(reading, at, first))
}

/// The last word of a name behind a title, after which almost any word is one.
#[must_use]
pub fn name_after_a_title(reading: &Reading<'_>, at: usize) -> Option<usize> {
    if let Some(last) = name(reading, at) {
        return Some(last);
    }
    let first = behind_particles(reading, at).unwrap_or(at);
    let fits = reading.is(first, Shape::Capital) || reading.is(first, Shape::Upper);
    fits.then(|| rest_of(reading, at, first))
}

fn rest_of(reading: &Reading<'_>, first: usize, mut last: usize) -> usize {
    while last - first < LONGEST
        && let Some(next) = one_more(reading, last + 1)
    {
        last = next;
    }
    last
}

/// The end of the next part of a name: Lily-Mae, O'Shea, van der Berg, Carrick-on-Tarn.
fn one_more(reading: &Reading<'_>, next: usize) -> Option<usize> {
    let gap = reading.gap(next);
    if reading.is(next, Shape::Capital) && (gap == "-" || reading.apostrophe(next)) {
        return Some(next);
    }
    if reading.spaced(next) && !reading.opens(next) {
        if has_a_front(reading, next) {
            return Some(next + 1);
        }
        if could_name(reading, next) {
            return Some(next);
        }
    }
    if gap == " " || gap == "-" {
        let behind = behind_particles(reading, next);
        if let Some(last) = behind.filter(|last| gap == "-" || could_name(reading, *last)) {
            return Some(last);
        }
    }
    let links = matches!(reading.small(next), "on" | "under" | "upon" | "le" | "by" | "in" | "the");
    let linked = gap == "-" && links && reading.gap(next + 1) == "-" && reading.is(next + 1, Shape::Capital);
    linked.then_some(next + 1)
}

/// The O of O'Shea.
fn has_a_front(reading: &Reading<'_>, at: usize) -> bool {
    matches!(reading.word(at), "O" | "D" | "L") && reading.apostrophe(at + 1) && reading.is(at + 1, Shape::Capital)
}

/// The word with a capital behind one or two small words such as "van der".
fn behind_particles(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let joins = |here: usize| matches!(reading.gap(here), " " | "-");
    let mut here = at;
    while here < at + 2 && reading.has(here, PARTICLE) && joins(here + 1) {
        here += 1;
    }
    (here > at && reading.is(here, Shape::Capital)).then_some(here)
}

/// Whether a name is followed by 's.
#[must_use]
pub fn is_possessive(reading: &Reading<'_>, last: usize) -> bool {
    reading.word(last + 1) == "s" && reading.apostrophe(last + 1)
}

/// The first of the words with capitals that lead to this one, as in St Peter and St Paul's Primary School.
#[must_use]
pub fn first_capital(reading: &Reading<'_>, at: usize, most: usize) -> usize {
    let mut first = at;
    while at - first < most
        && let Some(before) = one_before(reading, first)
    {
        first = before;
    }
    first
}

fn one_before(reading: &Reading<'_>, first: usize) -> Option<usize> {
    let before = first.checked_sub(1)?;
    if reading.opens(first) {
        return None;
    }
    let gap = reading.gap(first);
    if reading.word(before) == "s" && reading.apostrophe(before) {
        return before.checked_sub(1).filter(|owner| gap == " " && is_large(reading, *owner));
    }
    if matches!(gap, " " | "-" | "' " | "’ " | ". " | " & " | "'" | "’" | "\u{a0}") && is_large(reading, before) {
        return Some(before);
    }
    let links = matches!(reading.small(before), "of" | "and" | "the" | "upon" | "on" | "le") && !reading.opens(before);
    let further = before.checked_sub(1)?;
    let hyphens = |gap: &str| matches!(gap, " " | "-");
    let linked = links && hyphens(gap) && hyphens(reading.gap(before)) && is_large(reading, further);
    (linked && !reading.has(further, HOUSE)).then_some(further)
}
