//! Days: in digits, in words, and those that are said to be somebody's birthday.

use super::{
    Finding, Kind,
    reading::{Reading, Shape},
    words::{BIRTH, MONTH},
};

/// How many words before a date may speak of birth.
const BEFORE: usize = 8;
/// How many words behind a date may speak of birth.
const BEHIND: usize = 4;

/// Finds every day of a month.
pub fn find(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let mut birth = None;
    let mut at = 0;
    while at < reading.len() {
        if reading.gap(at).contains('\n') {
            birth = None;
        }
        if speaks_of_birth(reading, at) {
            birth = Some(at);
        }
        let Some((last, certain)) = day(reading, at) else {
            at += 1;
            continue;
        };
        let span = reading.span(at, last);
        if birth.is_some_and(|birth| at - birth <= BEFORE) || birth_follows(reading, last) {
            found.push(Finding::certain(Kind::DateOfBirth, span));
            birth = None;
        } else {
            let date = if certain { Finding::certain } else { Finding::suggested };
            found.push(date(Kind::FullDate, span));
        }
        at = last + 1;
    }
}

/// Born, DOB, d.o.b. or b.
fn speaks_of_birth(reading: &Reading<'_>, at: usize) -> bool {
    let small = |back: usize| at.checked_sub(back).map_or("", |here| reading.small(here));
    let abbreviated = small(0) == "b" && (reading.gap(at + 1).starts_with('.') || small(1) == "o" && small(2) == "d");
    reading.has(at, BIRTH) || abbreviated
}

fn birth_follows(reading: &Reading<'_>, last: usize) -> bool {
    (last + 1..=last + BEHIND).take_while(|here| !reading.gap(*here).contains(['\n', '.'])).any(|here| reading.has(here, BIRTH))
}

/// The last word of a date, and whether it has its year.
fn day(reading: &Reading<'_>, at: usize) -> Option<(usize, bool)> {
    in_digits(reading, at).or_else(|| day_first(reading, at)).or_else(|| month_first(reading, at))
}

/// 24/11/2026, 24-11-26, 24.11.2026, 2026-11-24.
fn in_digits(reading: &Reading<'_>, at: usize) -> Option<(usize, bool)> {
    let separator = reading.gap(at + 1);
    let digits = (at..at + 3).all(|here| reading.is(here, Shape::Digits));
    if !digits || !matches!(separator, "/" | "-" | ".") || reading.gap(at + 2) != separator {
        return None;
    }
    // With one more part it is a version or an address of a machine.
    let more_before = at > 0 && reading.gap(at) == separator;
    let more_behind = at + 3 < reading.len() && reading.gap(at + 3) == separator;
    let (first, second, third) = (reading.word(at), reading.word(at + 1), reading.word(at + 2));
    let two_each = |words: [&str; 2]| words.iter().all(|word| word.len() == 2);
    let fits = if is_a_year(first) {
        two_each([second, third]) && is_at_most(second, 12) && is_at_most(third, 31)
    } else {
        let short_year = third.len() == 2 && (separator == "/" || two_each([first, second]));
        is_at_most(first, 31) && is_at_most(second, 12) && (is_a_year(third) || short_year)
    };
    (fits && !more_before && !more_behind).then_some((at + 2, true))
}

/// 24 November 2026, 24th Nov, 3rd of September 2024.
fn day_first(reading: &Reading<'_>, at: usize) -> Option<(usize, bool)> {
    if !is_a_day(reading.small(at)) {
        return None;
    }
    let month = if reading.small(at + 1) == "of" && reading.spaced(at + 1) { at + 2 } else { at + 1 };
    let joins = |here: usize| matches!(reading.gap(here), " " | "-" | "/" | ", " | "\u{a0}");
    if !reading.has(month, MONTH) || !joins(month) {
        return None;
    }
    if is_a_year(reading.word(month + 1)) && joins(month + 1) {
        return Some((month + 1, true));
    }
    // "10 may be enough" is no date.
    let also_a_word = matches!(reading.small(month), "may" | "march" | "mar" | "dec" | "jan" | "sep");
    (!also_a_word || reading.is(month, Shape::Capital)).then_some((month, false))
}

/// April 4th, 2026, and June 17th.
fn month_first(reading: &Reading<'_>, at: usize) -> Option<(usize, bool)> {
    let named = reading.has(at, MONTH) && !reading.is(at, Shape::Small) && reading.spaced(at + 1);
    if !named || !is_a_day(reading.small(at + 1)) {
        return None;
    }
    if is_a_year(reading.word(at + 2)) && matches!(reading.gap(at + 2), " " | ", ") {
        return Some((at + 2, true));
    }
    (!reading.is(at + 1, Shape::Digits)).then_some((at + 1, false))
}

/// 24, 24th.
fn is_a_day(word: &str) -> bool {
    let number = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    is_at_most(number, 31)
}

fn is_at_most(word: &str, most: u32) -> bool {
    word.len() <= 2 && word.parse::<u32>().is_ok_and(|number| (1..=most).contains(&number))
}

/// A year of this century or the last.
#[must_use]
pub fn is_a_year(word: &str) -> bool {
    word.len() == 4 && (word.starts_with("19") || word.starts_with("20")) && word.bytes().all(|byte| byte.is_ascii_digit())
}
