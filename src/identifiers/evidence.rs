//! What stands around a name: reasons why it names nobody, verbs that only people have, and words that make it a place.

use super::{
    capitals::{is_large, is_possessive},
    dates::is_a_year,
    places::postcode,
    reading::{Reading, Shape},
    words::{
        self, ADVERB, COMMON, DAY, DOES, HOUSE, INSTITUTION, KIN, MONTH, MOTION, NAME_TOO, OF_A_CHILD, READ, ROLE, STREET,
        Senses, TITLE, TOWN, WHERE,
    },
};

/// How many words before "to Skelby" may speak of going there.
const AWAY: usize = 7;
/// The most words of a place's name.
const LONGEST_PLACE: usize = 8;

/// A law, a method, an author, or part of a longer word.
#[must_use]
pub fn names_nobody(reading: &Reading<'_>, first: usize, last: usize) -> bool {
    let next = last + 1;
    let compound = first > 0 && reading.gap(first) == "-" || reading.gap(next) == "-" && reading.is(next, Shape::Small);
    let titled_next = reading.spaced(next) && reading.is(next, Shape::Capital) && reading.has(next, COMMON | ROLE);
    let activity = first == last && reading.small(first).ends_with("ing") && titled_next;
    // Schools Bill, Signs of Hope.
    let behind_a_word = first > 0 && reading.is(first - 1, Shape::Capital) && !reading.opens(first - 1);
    let word_too = first == last && reading.has(first, NAME_TOO) && behind_a_word && reading.spaced(first);
    let heading = word_too && reading.has(first - 1, COMMON);
    compound || activity || heading || is_a_method(reading, last) || is_cited(reading, last) || is_read(reading, first, last)
}

/// The Brearley model, the Baker Review.
#[must_use]
pub fn is_a_method(reading: &Reading<'_>, last: usize) -> bool {
    let next = last + 1;
    let written = reading.is(next, Shape::Capital) || reading.is(next, Shape::Small);
    reading.spaced(next) && written && reading.has(next, INSTITUTION) && !reading.has(next, NAME_TOO)
}

/// Goud and Taylor (1996); Bengtsson-Tops, et al.
#[must_use]
pub fn is_cited(reading: &Reading<'_>, last: usize) -> bool {
    let mut next = last + 1;
    for _ in 0..4 {
        let gap = reading.gap(next);
        if is_a_year(reading.word(next)) && matches!(gap, " (" | ", " | " [") || reading.small(next) == "et" {
            return true;
        }
        if reading.small(next) == "and" && matches!(reading.small(next + 1), "others" | "colleagues") {
            return true;
        }
        if reading.small(next) == "and" && is_large(reading, next + 1) {
            next += 2;
        } else if matches!(gap, ", " | " & ") && is_large(reading, next) {
            next += 1;
        } else {
            return false;
        }
    }
    false
}

/// Whether a whole name is that of an author.
#[must_use]
pub fn is_read(reading: &Reading<'_>, first: usize, last: usize) -> bool {
    let whole = |last: usize| (first..=last).map(|at| reading.small(at)).collect::<Vec<_>>().join("_");
    let known = |name: &str| words::senses(name) & READ != 0;
    let with_next = reading.spaced(last + 1) && reading.has(last + 1, READ);
    known(&whole(last)) || with_next && known(&whole(last + 1))
}

/// Whether a verb follows a name, perhaps behind an adverb.
#[must_use]
pub fn has_a_verb(reading: &Reading<'_>, last: usize, senses: Senses) -> bool {
    let next = last + 1;
    let adverb = reading.has(next, ADVERB) || reading.small(next).ends_with("ly");
    let verb = if adverb && reading.spaced(next + 1) { next + 1 } else { next };
    let ends = senses == DOES && reading.word(verb).len() > 4 && reading.word(verb).ends_with("ed");
    reading.spaced(next) && reading.is(verb, Shape::Small) && (ends || reading.has(verb, senses))
}

/// The South of South Skelby.
#[must_use]
pub fn behind_a_direction(reading: &Reading<'_>, at: usize) -> usize {
    let Some(before) = at.checked_sub(1) else { return at };
    let word = reading.small(before);
    let direction = matches!(word, "north" | "south" | "east" | "west" | "upper" | "lower" | "great" | "little" | "old" | "new");
    let written = reading.is(before, Shape::Capital) && !reading.opens(before) && reading.spaced(at);
    if direction && written { before } else { at }
}

/// In Skelby, from Rotherby to Skelby, Skelby DN98 3FG, Leeds.
#[must_use]
pub fn is_a_place(reading: &Reading<'_>, first: usize, last: usize) -> bool {
    let next = last + 1;
    let addressed = matches!(reading.gap(next), ", " | " ") && postcode(reading, next).is_some();
    let town = (first..=last).all(|at| reading.has(at, TOWN));
    if addressed || town && !has_a_verb(reading, last, DOES) && !reading.has(next + 1, OF_A_CHILD) {
        return true;
    }
    let Some(before) = first.checked_sub(1) else { return false };
    if reading.gap(first) == ", " && reading.has(before, STREET) && reading.is(before, Shape::Capital) {
        return true;
    }
    if is_possessive(reading, last) || !reading.spaced(first) {
        return false;
    }
    let earlier = before.checked_sub(1).map_or("", |earlier| reading.small(earlier));
    // "A change in Jayden" happens to a person.
    let inward = matches!(
        earlier,
        "change" | "changes" | "confidence" | "interest" | "trust" | "faith" | "believe" | "difference" | "proud"
    );
    let went = || (first.saturating_sub(AWAY)..before).any(|at| reading.has(at, MOTION) && !reading.opens(at + 1));
    reading.has(before, WHERE) && !inward || matches!(reading.small(before), "from" | "to") && went()
}

/// The last word of a place's name, which takes every capital behind it: Hexthorpe Bridge.
#[must_use]
pub fn end_of_place(reading: &Reading<'_>, mut last: usize) -> usize {
    let first = last;
    let belongs = |at: usize| reading.is(at, Shape::Capital) && !reading.has(at, KIN | ROLE | DAY | MONTH | TITLE);
    while last - first < LONGEST_PLACE && reading.spaced(last + 1) && belongs(last + 1) && !reading.opens(last + 1) {
        last += 1;
    }
    last
}

/// "His school, King Edmund's, had stopped ringing."
#[must_use]
pub fn is_a_house(reading: &Reading<'_>, first: usize, last: usize) -> bool {
    let house = first.checked_sub(1).is_some_and(|at| reading.has(at, HOUSE) && reading.is(at, Shape::Small));
    house && reading.gap(first) == ", " && is_possessive(reading, last) && !reading.spaced(last + 2)
}
