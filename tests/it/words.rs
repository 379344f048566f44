//! The words of pages: each that is asked for is there, and each that is there is asked for.

use std::collections::BTreeSet;

use soundings::http::words;

use crate::tidy::sources;

/// The names in the source that stand where words are asked for: `"people.sign-in"` and the like.
fn asked_for() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let known: Vec<String> = words::read().unwrap()["en"].keys().map(|name| file(name).to_owned()).collect();
    for (_, text) in sources() {
        for quoted in text.split('"').skip(1).step_by(1) {
            let shape = quoted.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'));
            if shape && quoted.matches('.').count() == 1 && known.iter().any(|known| known == file(quoted)) {
                names.insert(quoted.to_owned());
            }
        }
    }
    names
}

fn file(name: &str) -> &str {
    name.split('.').next().unwrap()
}

#[test]
fn every_word_that_a_page_asks_for_is_there_and_no_other() {
    let english: BTreeSet<String> = words::read().unwrap()["en"].keys().cloned().collect();
    let asked = asked_for();
    let missing: Vec<_> = asked.difference(&english).collect();
    let idle: Vec<_> = english.difference(&asked).collect();
    println!("{} words are asked for", asked.len());
    assert!(asked.len() > 150, "the test reads the source: {}", asked.len());
    assert!(missing.is_empty(), "nobody wrote {missing:?}");
    assert!(idle.is_empty(), "nobody asks for {idle:?}");
}

#[test]
fn gaps_are_filled_and_what_is_not_there_says_its_name() {
    assert_eq!(
        words::tell("people.invited-why", &[("organisation", "Northmoor"), ("email", "a@b.example")]).matches('{').count(),
        0
    );
    assert_eq!(words::say("people.no-such-word"), "people.no-such-word");
    assert_eq!(words::language(), "en");
}
