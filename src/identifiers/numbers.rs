//! Numbers that stand for a person: of the NHS, of National Insurance, of a telephone.

use super::{
    Finding, Kind,
    reading::{Reading, Shape},
};

/// Prefixes that were never given out.
const NEVER: [[u8; 2]; 7] = [*b"BG", *b"GB", *b"KN", *b"NK", *b"NT", *b"TN", *b"ZZ"];

/// Finds all three.
pub fn find(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    for at in 0..reading.len() {
        if let Some(last) = nhs_number(reading, at) {
            found.push(Finding::certain(Kind::NhsNumber, reading.span(at, last)));
        }
        if let Some(last) = national_insurance(reading, at) {
            found.push(Finding::certain(Kind::NationalInsurance, reading.span(at, last)));
        }
        if let Some(span) = phone(reading, at) {
            found.push(Finding::certain(Kind::Phone, span));
        }
    }
}

/// Ten digits in one, or in groups of three, three and four.
fn nhs_number(reading: &Reading<'_>, at: usize) -> Option<usize> {
    if !reading.is(at, Shape::Digits) {
        return None;
    }
    let (number, last) = reading.joined(at, 10, 3)?;
    let grouped = last == at || last == at + 2 && reading.word(at).len() == 3 && reading.word(at + 1).len() == 3;
    (grouped && has_its_check_digit(&number)).then_some(last)
}

/// The check of the NHS data dictionary: weights ten to two, modulus eleven.
fn has_its_check_digit(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let Some((check, counted)) = digits.split_last() else { return false };
    let sum: u32 = counted.iter().zip((2..=10_u32).rev()).map(|(digit, weight)| digit * weight).sum();
    let all_alike = counted.iter().all(|digit| digit == check);
    counted.len() == 9 && !all_alike && (11 - sum % 11) % 11 == *check
}

/// Two letters, six digits in pairs or in one, and A to D.
fn national_insurance(reading: &Reading<'_>, at: usize) -> Option<usize> {
    if !matches!(reading.word(at).len(), 2 | 8 | 9) {
        return None;
    }
    let (number, last) = reading.joined(at, 9, 5)?;
    let in_pairs = (at..last).all(|here| reading.word(here).len().is_multiple_of(2));
    let in_one_case = number == number.to_ascii_uppercase() || number == number.to_ascii_lowercase();
    (in_pairs && in_one_case && was_given_out(&number.to_ascii_uppercase())).then_some(last)
}

/// The prefixes that HMRC uses: <https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110>.
fn was_given_out(number: &str) -> bool {
    let [first, second, digits @ .., suffix] = number.as_bytes() else { return false };
    let lettered = first.is_ascii_uppercase() && second.is_ascii_uppercase() && matches!(suffix, b'A'..=b'D');
    let used = !b"DFIQUV".contains(first) && !b"DFIOQUV".contains(second) && !NEVER.contains(&[*first, *second]);
    lettered && used && digits.iter().all(u8::is_ascii_digit)
}

/// A number of the United Kingdom, with its country's code or with a zero.
fn phone(reading: &Reading<'_>, at: usize) -> Option<(usize, usize)> {
    if !reading.is(at, Shape::Digits) {
        return None;
    }
    let (word, before) = (reading.word(at), reading.before(at));
    let country = if word.starts_with("0044") {
        4
    } else if word.starts_with("44") && before == Some('+') {
        2
    } else if word.starts_with('0') && (word.len() > 2 || before == Some('(')) {
        0
    } else {
        return None;
    };
    let last = end_of_phone(reading, at, country)?;
    let closes = (at + 1..=last).any(|here| reading.gap(here).starts_with(')'));
    let opened = before == Some('+') || before == Some('(') && closes;
    let (start, end) = reading.span(at, last);
    Some((start - usize::from(opened), end))
}

/// The word with which ten digits are full, counted behind the country's code and the zero.
fn end_of_phone(reading: &Reading<'_>, at: usize, country: usize) -> Option<usize> {
    let mut digits = String::new();
    for here in at..at + 6 {
        let joins = here == at || matches!(reading.gap(here), " " | "-" | "\u{a0}" | ") " | " (" | ")" | " - " | ".");
        if !joins || !reading.is(here, Shape::Digits) || reading.word(here).len() > 14 {
            return None;
        }
        digits.push_str(reading.word(here));
        let national = digits.get(country..).unwrap_or_default();
        let national = national.strip_prefix('0').unwrap_or(national);
        if national.len() >= 10 {
            return (national.len() == 10 && national.starts_with(['1', '2', '3', '7', '8'])).then_some(here);
        }
    }
    None
}
