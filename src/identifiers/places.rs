//! Where somebody lives: postcodes and houses in streets.

use super::{
    Finding, Kind,
    capitals::{first_capital, is_distinct},
    reading::{Reading, Shape},
    words::{DAY, FLAT, HOUSE, STREET, SURE_STREET},
};

/// The letters with which postcodes begin.
const AREAS: &str = "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX \
    FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW \
    OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN \
    WR WS WV YO ZE";
/// The most words with capitals in the name of a street.
const LONGEST_STREET: usize = 5;

/// Finds both.
pub fn find(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    for at in 0..reading.len() {
        if let Some(last) = postcode(reading, at) {
            found.push(Finding::certain(Kind::Postcode, reading.span(at, last)));
        }
        if reading.has(at, STREET) && reading.is(at, Shape::Capital) {
            found.extend(street(reading, at));
        }
    }
}

/// The last word of a full postcode that begins here.
#[must_use]
pub fn postcode(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let word = reading.word(at);
    let (outward, inward, last) = if (5..=7).contains(&word.len()) {
        let (outward, inward) = word.split_at_checked(word.len() - 3)?;
        (outward, inward, at)
    } else if matches!(reading.gap(at + 1), " " | "  " | "\u{a0}") {
        (word, reading.word(at + 1), at + 1)
    } else {
        return None;
    };
    let letters = || outward.bytes().chain(inward.bytes()).filter(u8::is_ascii_alphabetic);
    let in_one_case = letters().all(|byte| byte.is_ascii_uppercase()) || letters().all(|byte| byte.is_ascii_lowercase());
    let girobank = outward.eq_ignore_ascii_case("GIR") && inward.eq_ignore_ascii_case("0AA");
    (in_one_case && (girobank || is_outward(outward) && is_inward(inward))).then_some(last)
}

/// A9, A99, A9A and the same with two letters.
fn is_outward(part: &str) -> bool {
    let letters = part.bytes().take_while(u8::is_ascii_alphabetic).count();
    let Some((area, district)) = part.split_at_checked(letters) else { return false };
    let fits = match district.as_bytes() {
        [number] => number.is_ascii_digit(),
        [number, more] => number.is_ascii_digit() && more.is_ascii_alphanumeric(),
        _ => false,
    };
    fits && AREAS.split_whitespace().any(|known| known.eq_ignore_ascii_case(area))
}

/// 9AA, without the letters that are never used; "2nd" is an ordinal.
fn is_inward(part: &str) -> bool {
    let [number, letters @ ..] = part.as_bytes() else { return false };
    let used = |byte: &u8| byte.is_ascii_alphabetic() && !b"CIKMOVcikmov".contains(byte);
    let ordinal = matches!(letters, b"st" | b"nd" | b"rd" | b"th");
    number.is_ascii_digit() && letters.len() == 2 && letters.iter().all(used) && !ordinal
}

/// The address that ends with this word of a street: certain with a number before it.
fn street(reading: &Reading<'_>, at: usize) -> Option<Finding> {
    // "3 The Way Forward" is a heading.
    let goes_on = reading.spaced(at + 1) && reading.is(at + 1, Shape::Capital) && !reading.opens(at + 1);
    let first = first_capital(reading, at, LONGEST_STREET);
    if first == at || goes_on && !reading.has(at + 1, DAY) {
        return None;
    }
    let distinct = (first..at).find(|here| is_distinct(reading, *here));
    let named = reading.has(at, SURE_STREET) || distinct.is_some() || reading.small(first) == "the";
    let numbered = first > 0 && !reading.opens(first) && matches!(reading.gap(first), " " | ", " | ",");
    if named && numbered && is_a_number(reading.word(first - 1)) {
        let span = reading.span(beginning(reading, first - 1), at);
        return Some(Finding::certain(Kind::Address, span));
    }
    let unnumbered = distinct.filter(|_| !reading.has(at, HOUSE));
    unnumbered.map(|first| Finding::suggested(Kind::Address, reading.span(first, at)))
}

/// Where the numbers before a street begin: Flat 3, 8 and 10.
fn beginning(reading: &Reading<'_>, number: usize) -> usize {
    let mut first = number;
    if first >= 2 && matches!(reading.small(first - 1), "and" | "to") && is_a_number(reading.word(first - 2)) {
        first -= 2;
    } else if first >= 1 && matches!(reading.gap(first), "-" | "–" | "/" | " & ") && is_a_number(reading.word(first - 1)) {
        first -= 1;
    }
    let after_a_flat = first >= 2 && is_a_number(reading.word(first - 1)) && matches!(reading.gap(first), " " | ", ");
    if after_a_flat && reading.has(first - 2, FLAT) {
        first - 2
    } else if first >= 1 && reading.has(first - 1, FLAT) && reading.spaced(first) {
        first - 1
    } else {
        first
    }
}

/// 14, 231B.
fn is_a_number(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let fits = (1..=4).contains(&digits.len()) && word.len() <= digits.len() + 1;
    fits && digits.bytes().all(|byte| byte.is_ascii_digit())
}
