//! What to say instead, as a writer would in prose.

use super::{
    reading::Reading,
    words::{DETERMINER, KIN, LEADING, POLICE},
};

/// A noun in the place of the words from here on, with its article unless one stands there already.
#[must_use]
pub fn the(reading: &Reading<'_>, at: usize, noun: &str) -> String {
    let determined = at.checked_sub(1).is_some_and(|before| reading.has(before, DETERMINER)) && reading.spaced(at);
    if reading.opens(at) {
        format!("The {noun}")
    } else if determined {
        noun.to_owned()
    } else {
        format!("the {noun}")
    }
}

/// Somebody's part without the name that follows it: "foster carer Joan" is "the foster carer", and "mum Sarah" is "mum".
#[must_use]
pub fn role(reading: &Reading<'_>, first: usize, last: usize) -> String {
    let (start, end) = reading.span(first, last);
    let words = reading.text.get(start..end).unwrap_or_default();
    let leads = first.checked_sub(1).is_some_and(|before| reading.has(before, LEADING)) && reading.spaced(first);
    if reading.has(last, KIN) || !reading.opens(first) && !leads {
        return words.to_owned();
    }
    let article = if reading.opens(first) { "The" } else { "the" };
    let (initial, rest) = words.split_at_checked(1).unwrap_or(("", words));
    format!("{article} {}{rest}", initial.to_lowercase())
}

/// What somebody with a title, or with several, is: "Dr Khan" is "the doctor"; "Mr Khan" could be anybody.
#[must_use]
pub fn titled(reading: &Reading<'_>, first: usize, last: usize) -> Option<String> {
    let noun = match reading.small(last) {
        "dr" => "doctor",
        "prof" | "professor" => "professor",
        "judge" | "justice" => "judge",
        "cllr" | "councillor" => "councillor",
        "nurse" => "nurse",
        _ if reading.has(last, POLICE) => "officer",
        _ => return None,
    };
    // "The police officer, PC Harding" already says it.
    (reading.gap(first) != ", ").then(|| the(reading, first, noun))
}

/// What the last word of a house's name says that it is.
#[must_use]
pub fn house(word: &str) -> &str {
    match word {
        "academy" | "primary" | "infants" | "juniors" => "school",
        "preschool" => "nursery",
        "infirmary" => "hospital",
        "practice" => "surgery",
        "hub" => "centre",
        "lodge" | "house" | "unit" => "home",
        "chapel" | "cathedral" => "church",
        "mandir" => "temple",
        "yoi" => "prison",
        itself => itself,
    }
}
