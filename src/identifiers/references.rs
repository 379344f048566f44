//! Numbers of cases, files and crimes: behind a word that says so, or in the form that the family courts use.

use super::{
    Finding, Kind,
    dates::is_a_year,
    reading::{Reading, Shape, outline},
    words::{CASE, FILLER},
};

/// Finds them.
pub fn find(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let mut expected = false;
    let mut at = 0;
    while at < reading.len() {
        expected = expected && !breaks_off(reading, at);
        let last = if is_of_a_family_court(reading.word(at)) {
            Some(at)
        } else if expected {
            number(reading, at)
        } else {
            None
        };
        if let Some(last) = last {
            found.push(Finding::certain(Kind::CaseReference, reading.span(at, last)));
            expected = false;
            at = last + 1;
        } else {
            expected = reading.has(at, CASE) || expected && reading.has(at, FILLER);
            at += 1;
        }
    }
}

/// A line or a sentence ends before this word; "no. 12" is no end.
fn breaks_off(reading: &Reading<'_>, at: usize) -> bool {
    let gap = reading.gap(at);
    let abbreviated = at.checked_sub(1).is_some_and(|before| reading.has(before, CASE | FILLER));
    gap.contains('\n') || gap.contains(". ") && !abbreviated
}

/// SE26C50123: the court, the year, the kind of case and its number.
fn is_of_a_family_court(word: &str) -> bool {
    word.len() == 10 && outline(word) == "AA99A99999"
}

/// Six digits or more, or five with letters, in up to five parts.
fn number(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let lettered = reading.is(at, Shape::Upper) || reading.is(at, Shape::Initial);
    if !lettered && !reading.word(at).contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (mut digits, mut letters) = (0, 0);
    let mut last = None;
    for here in at..at + 5 {
        let word = reading.word(here);
        // DV 778120
        let spaced = here == at + 1 && reading.gap(here) == " " && reading.word(at).len() <= 3 && reading.is(here, Shape::Digits);
        let joins = here == at || matches!(reading.gap(here), "/" | "-") || spaced && lettered;
        if !joins || word.is_empty() || !word.is_ascii() || reading.is(here, Shape::Small) {
            break;
        }
        digits += word.bytes().filter(u8::is_ascii_digit).count();
        letters += word.bytes().filter(u8::is_ascii_alphabetic).count();
        last = Some(here);
    }
    let enough = digits >= 6 || digits >= 5 && letters > 0;
    last.filter(|last| enough && !is_a_span_of_years(reading, at, *last))
}

/// 2026/27.
fn is_a_span_of_years(reading: &Reading<'_>, at: usize, last: usize) -> bool {
    let second = reading.word(last);
    last == at + 1 && is_a_year(reading.word(at)) && (second.len() == 2 || is_a_year(second))
}
