//! Named houses: schools, hospitals, courts, homes, and the councils and estates that are named like them.

use super::{
    Finding, Kind,
    capitals::{first_capital, is_distinct, is_large, is_possessive, name, name_after_a_title},
    reading::{Reading, Shape},
    wording,
    words::{DAY, DETERMINER, GENERIC, HOUSE, KIN, LEADING, MONTH, ROLE, STREET, TITLE},
};

/// The most words before the last one of a name.
const LONGEST: usize = 8;

/// Finds them.
pub fn find(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    for at in 0..reading.len() {
        let prison = matches!(reading.word(at), "HMP" | "YOI") && reading.spaced(at + 1) && is_large(reading, at + 1);
        if prison {
            found.extend(named_prison(reading, at));
        } else if reading.has(at, HOUSE) && reading.is(at, Shape::Capital) {
            found.extend(named_before(reading, at).or_else(|| named_behind(reading, at)));
        } else if is_a_saint(reading, at) {
            found.extend(saint(reading, at));
        }
    }
}

/// HMP Low Fell.
fn named_prison(reading: &Reading<'_>, at: usize) -> Option<Finding> {
    let mut last = name_after_a_title(reading, at + 1)?;
    while last - at < LONGEST && reading.spaced(last + 1) && is_large(reading, last + 1) && !reading.opens(last + 1) {
        last += 1;
    }
    let finding = Finding::suggested(Kind::Establishment, reading.span(at, last));
    Some(finding.saying(wording::the(reading, at, "prison")))
}

/// Oakfield Primary School, Thornaby Magistrates' Court, Northmoor Council.
fn named_before(reading: &Reading<'_>, at: usize) -> Option<Finding> {
    let word = reading.small(at);
    // Other courts are streets.
    if word == "court" && at.checked_sub(1).is_none_or(|before| !reading.has(before, GENERIC)) {
        return None;
    }
    let leads = first_capital(reading, at, LONGEST);
    let mut first = (leads..at).find(|here| is_distinct(reading, *here) || is_a_saint(reading, *here))?;
    while first > leads && belongs(reading, first) {
        first -= 1;
    }
    let kind = if matches!(word, "council" | "estate") { Kind::Place } else { Kind::Establishment };
    let finding = Finding::suggested(kind, reading.span(first, at));
    Some(finding.saying(wording::the(reading, first, wording::house(word))))
}

/// Whether the plain word before a name is part of it: Little Acorns Nursery, but not "At Acorns Nursery".
fn belongs(reading: &Reading<'_>, first: usize) -> bool {
    let before = first - 1;
    let apart = reading.has(before, DETERMINER | LEADING | TITLE | KIN | ROLE | DAY | MONTH);
    reading.spaced(first) && reading.is(before, Shape::Capital) && !reading.opens(before) && !apart
}

/// University of Northmoor.
fn named_behind(reading: &Reading<'_>, at: usize) -> Option<Finding> {
    let of = reading.small(at + 1) == "of" && reading.spaced(at + 1) && reading.spaced(at + 2);
    let last = name(reading, at + 2).filter(|_| of)?;
    let finding = Finding::suggested(Kind::Establishment, reading.span(at, last));
    Some(finding.saying(wording::the(reading, at, wording::house(reading.small(at)))))
}

/// St Brigid's, which may be a school, a church or a hospital.
fn saint(reading: &Reading<'_>, at: usize) -> Option<Finding> {
    let last = name(reading, at + 1)?;
    let last = if is_possessive(reading, last) { last + 1 } else { last };
    let goes_on = reading.spaced(last + 1) && reading.is(last + 1, Shape::Capital) && reading.has(last + 1, STREET | HOUSE);
    (!goes_on).then(|| Finding::suggested(Kind::Establishment, reading.span(at, last)))
}

fn is_a_saint(reading: &Reading<'_>, at: usize) -> bool {
    let joins = reading.gap(at + 1) == ". " || reading.spaced(at + 1);
    matches!(reading.word(at), "St" | "Saint") && joins && reading.is(at + 1, Shape::Capital)
}
