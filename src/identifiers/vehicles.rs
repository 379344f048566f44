//! Vehicles' registration numbers. Only the present style speaks for itself; the older ones look like other things, so they
//! want a word about a vehicle near them.

use super::{
    Finding, Kind,
    reading::{Reading, outline},
    words::VEHICLE,
};

/// How a registration number is built.
enum Style {
    /// Since 2001: AB12 CDE.
    Present,
    /// With a letter for its year in front or behind: M123 ABC, ABC 123M.
    Dated,
    /// Without one, as in Northern Ireland: AIZ 1234.
    Dateless,
}

/// Finds them.
pub fn find(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    for at in 0..reading.len() {
        let two_words = if reading.spaced(at + 1) { plate(reading, at, at + 1) } else { None };
        let whole = two_words.map(|certain| (at + 1, certain));
        if let Some((last, certain)) = whole.or_else(|| plate(reading, at, at).map(|certain| (at, certain))) {
            let finding = if certain { Finding::certain } else { Finding::suggested };
            found.push(finding(Kind::Plate, reading.span(at, last)));
        }
    }
}

/// Whether one word or two are a plate, and whether that is certain.
fn plate(reading: &Reading<'_>, at: usize, last: usize) -> Option<bool> {
    let first = reading.word(at);
    let second = if last > at { reading.word(last) } else { "" };
    if !(5..=7).contains(&(first.len() + second.len())) {
        return None;
    }
    if !first.bytes().chain(second.bytes()).any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let written = format!("{first}{second}");
    let plate = written.to_ascii_uppercase();
    let large = plate == written;
    if !large && written != written.to_ascii_lowercase() {
        return None;
    }
    let near = || (at.saturating_sub(8)..last + 7).any(|here| reading.has(here, VEHICLE));
    let just_before = || (at.saturating_sub(3)..at).any(|here| reading.has(here, VEHICLE));
    match style(&plate, (last > at).then_some(first.len()))? {
        Style::Present => (large || near()).then_some(true),
        Style::Dated if near() => Some(true),
        // S117 MHA is a section of a law.
        Style::Dated => (large && plate.len() == 7 && !plate.starts_with('S')).then_some(false),
        Style::Dateless => (large && just_before()).then_some(true),
    }
}

/// The style of letters and digits, and of the place where a space stands between them.
fn style(plate: &str, space: Option<usize>) -> Option<Style> {
    let stands_at = |place: usize| space.is_none_or(|space| space == place);
    let outline = outline(plate);
    match outline.as_str() {
        "AA99AAA" => (stands_at(4) && is_present(plate)).then_some(Style::Present),
        "A9AAA" | "A99AAA" | "A999AAA" => {
            (stands_at(plate.len() - 3) && !plate.starts_with(['I', 'O', 'Q', 'U', 'Z'])).then_some(Style::Dated)
        }
        "AAA9A" | "AAA99A" | "AAA999A" => (stands_at(3) && !plate.ends_with(['I', 'O', 'Q', 'U', 'Z'])).then_some(Style::Dated),
        other => {
            let letters = other.len() - other.trim_start_matches('A').len();
            let digits = other.trim_start_matches('A');
            let both = (1..=3).contains(&letters) && (1..=4).contains(&digits.len());
            (both && digits.bytes().all(|byte| byte == b'9') && stands_at(letters)).then_some(Style::Dateless)
        }
    }
}

/// Letters that are not given out, and ages that never were.
fn is_present(plate: &str) -> bool {
    let (place, rest) = plate.split_at_checked(2).unwrap_or_default();
    let (age, letters) = rest.split_at_checked(2).unwrap_or_default();
    !place.contains(['I', 'Q', 'Z']) && !letters.contains(['I', 'Q']) && age != "00" && age != "01"
}
