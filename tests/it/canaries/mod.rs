//! Private words stay where they belong (A3), and what the service owns is not for callers to set (A4).
//!
//! A3: every private field holds a marker of its own. Then everybody reads everything that can be read, and every byte
//! that comes back is looked through: the table [`marks::MARKS`], written by hand, says who may see which marker, and each of
//! those does see it somewhere.
//!
//! * this file: what was seen, against who may see it
//! * `marks`: who may see which marker
//! * `village`: where everything is written
//! * `api`: A3 over the interface
//! * `pages`: A3 over the pages
//! * `owned`: A4

mod api;
mod marks;
mod owned;
mod pages;
mod village;

use std::collections::BTreeSet;

use marks::MARKS;
use village::Secret;

use crate::service::Answer;

/// What came back to somebody who looked.
struct Seen {
    by: &'static str,
    at: String,
    bytes: String,
}

/// Everything that came back, the headers too.
fn bytes(answer: &Answer) -> String {
    format!("{:?}\n{}", answer.headers, answer.text)
}

/// What somebody saw who may not, and what somebody did not see who may.
fn compare(wanted: &[Secret], seen: &[Seen]) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut leaks: BTreeSet<String> = BTreeSet::new();
    let mut missing: BTreeSet<String> = BTreeSet::new();
    for (what, _, readers) in wanted {
        missing.extend(readers.iter().map(|reader| format!("{reader} does not see {what}")));
    }
    for Seen { by, at, bytes } in seen {
        for (what, text, readers) in wanted {
            if !bytes.contains(text.as_str()) {
                continue;
            }
            missing.remove(&format!("{by} does not see {what}"));
            if !readers.contains(by) {
                leaks.insert(format!("{by} sees {what} at {at}"));
            }
        }
    }
    (leaks, missing)
}

#[test]
fn each_marker_stands_for_one_field_and_survives_a_theme_or_an_address() {
    let names: Vec<&str> = MARKS.iter().flat_map(|(names, _)| names.iter().copied()).collect();
    let different: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), different.len());
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase())), "{names:?}");
}
