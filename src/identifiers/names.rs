//! Names, as suggestions: behind a title or somebody's part in a family, and where a capital inside a sentence has no other
//! reason. At the start of a sentence a capital says nothing, so something there has to speak of a person.

use std::collections::HashSet;

use super::{
    Finding, Kind,
    capitals::{could_name, is_possessive, name, name_after_a_title},
    evidence::{
        behind_a_direction, end_of_place, has_a_verb, is_a_house, is_a_method, is_a_place, is_cited, is_read, names_nobody,
    },
    reading::{Reading, Shape},
    wording,
    words::{
        BIRTH, DAY, DOES, INSTITUTION, IS, KIN, LEARNED, MONTH, NAME_TOO, OF_A_CHILD, POLICE, READ, ROLE, ROLE_KIND, Senses,
        TITLE,
    },
};

/// Finds names, and places that are named like people.
pub fn find(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let mut names = Names::new(reading);
    let mut at = 0;
    while at < reading.len() {
        let last = names.titled(at).or_else(|| names.with_a_role(at)).or_else(|| names.surname_first(at));
        at = last.or_else(|| names.plain(at)).unwrap_or(at) + 1;
    }
    names.look_again();
    found.append(&mut names.found);
}

struct Names<'r, 'a> {
    reading: &'r Reading<'a>,
    found: Vec<Finding>,
    /// Words that were found to be names, small.
    known: HashSet<String>,
    /// Those of them that are names beyond doubt.
    sure: HashSet<String>,
    /// Names at the start of a sentence, if they turn out to be known.
    waiting: Vec<(usize, usize)>,
    /// Unknown words that the text also writes small.
    small: HashSet<&'a str>,
}

impl<'r, 'a> Names<'r, 'a> {
    fn new(reading: &'r Reading<'a>) -> Self {
        let unknown = reading.tokens().iter().filter(|token| token.shape == Shape::Small && token.senses == 0);
        let small = unknown.map(|token| token.text).collect();
        Self { reading, found: Vec::new(), known: HashSet::new(), sure: HashSet::new(), waiting: Vec::new(), small }
    }

    fn push(&mut self, kind: Kind, (first, last): (usize, usize), instead: Option<String>) {
        let finding = Finding::suggested(kind, self.reading.span(first, last));
        self.found.push(match instead {
            Some(words) => finding.saying(words),
            None => finding,
        });
    }

    fn remember(&mut self, first: usize, last: usize, sure: bool) {
        let reading = self.reading;
        for at in first..=last {
            let word = reading.small(at);
            if could_name(reading, at) && word.len() > 2 {
                self.known.insert(word.to_owned());
                if sure {
                    self.sure.insert(word.to_owned());
                }
            }
        }
    }

    /// Mr Khan, Dr. Khan, DS Khan.
    fn titled(&mut self, at: usize) -> Option<usize> {
        let reading = self.reading;
        let follows = reading.spaced(at + 1) || reading.gap(at + 1) == ". ";
        if !is_a_title(reading, at) || !follows {
            return None;
        }
        let last = name_with_a_title(reading, at)?;
        let mut first = at;
        while first > 0 && is_a_title(reading, first - 1) && reading.spaced(first) {
            first -= 1;
        }
        self.push(Kind::Name, (first, last), wording::titled(reading, first, at));
        self.remember(at + 1, last, true);
        Some(last)
    }

    /// Mum Sarah, foster carer Joan.
    fn with_a_role(&mut self, at: usize) -> Option<usize> {
        let reading = self.reading;
        let role = reading.has(at, KIN | ROLE) && (reading.is(at, Shape::Small) || reading.is(at, Shape::Capital));
        let month = reading.is(at + 1, Shape::Capital) && reading.has(at + 1, MONTH) && reading.has(at + 1, NAME_TOO);
        if !role || !reading.spaced(at + 1) || !(month || could_name(reading, at + 1)) {
            return None;
        }
        let last = name_after_a_title(reading, at + 1)?;
        if is_a_method(reading, last) || is_cited(reading, last) {
            return None;
        }
        let mut first = at;
        while first > 0 && at - first < 3 && is_of_a_role(reading, first) {
            first -= 1;
        }
        self.push(Kind::Name, (first, last), Some(wording::role(reading, first, at)));
        self.remember(at + 1, last, true);
        Some(last)
    }

    /// HUSSAIN, Bilal.
    fn surname_first(&mut self, at: usize) -> Option<usize> {
        let reading = self.reading;
        let word = reading.word(at);
        let pronounced = word.len() >= 4 && word.contains(['A', 'E', 'I', 'O', 'U', 'Y']);
        let unknown = reading.is(at, Shape::Upper) && !reading.has(at, Senses::MAX);
        if !unknown || !pronounced || reading.gap(at + 1) != ", " || reading.opens(at + 1) {
            return None;
        }
        let last = name(reading, at + 1)?;
        self.push(Kind::Name, (at, last), None);
        self.remember(at + 1, last, true);
        Some(last)
    }

    /// Every other capital.
    fn plain(&mut self, at: usize) -> Option<usize> {
        let reading = self.reading;
        let month = reading.has(at, MONTH) && reading.has(at, NAME_TOO) && reading.is(at, Shape::Capital);
        let of_a_child = month && is_possessive(reading, at) && reading.has(at + 2, OF_A_CHILD);
        let last = name(reading, at).or_else(|| of_a_child.then_some(at))?;
        if names_nobody(reading, at, last) {
            return Some(last);
        }
        if reading.opens(at) && !self.is_somebody(at, last) {
            self.waiting.push((at, last));
            return Some(last);
        }
        let first = behind_a_direction(reading, at);
        if is_a_place(reading, first, last) {
            let end = end_of_place(reading, last);
            self.push(Kind::Place, (first, end), None);
            return Some(end);
        }
        if is_a_house(reading, at, last) {
            self.push(Kind::Establishment, (at, last + 1), None);
            return Some(last + 1);
        }
        let child = is_possessive(reading, last) && reading.has(last + 2, OF_A_CHILD) && reading.spaced(last + 2);
        let words = if reading.opens(at) { "The child" } else { "the child" };
        self.push(Kind::Name, (at, last), child.then(|| words.to_owned()));
        self.remember(at, last, is_possessive(reading, last) || has_a_verb(reading, last, DOES));
        Some(last)
    }

    /// Whether something about a capital at the start of a sentence speaks of a person.
    fn is_somebody(&self, first: usize, last: usize) -> bool {
        let reading = self.reading;
        let next = last + 1;
        let two = (first + 1..=last).any(|here| reading.spaced(here));
        let listed = reading.gap(next) == ", " && (could_name(reading, next) || reading.small(next) == "who");
        let theirs = matches!(reading.small(next + 1), "his" | "her" | "their" | "my" | "i");
        let and = reading.spaced(next) && reading.small(next) == "and" && reading.spaced(next + 1);
        let aged = reading.gap(next) == " (" && (reading.is(next, Shape::Digits) || reading.has(next, BIRTH | ROLE | KIN));
        let mother = reading.spaced(next) && reading.has(next, KIN) && reading.is(next, Shape::Small);
        let father = matches!(reading.gap(next), "' " | "’ ") && reading.has(next, OF_A_CHILD);
        let does = has_a_verb(reading, last, DOES);
        let is = has_a_verb(reading, last, IS) && !self.small.contains(reading.small(first));
        let company = listed || and && (theirs || could_name(reading, next + 1));
        two || is_possessive(reading, last) || company || aged || mother || father || does || is
    }

    /// With every name known: those that begin a sentence, and those that were also written small.
    fn look_again(&mut self) {
        let reading = self.reading;
        for (first, last) in std::mem::take(&mut self.waiting) {
            if (first..=last).all(|at| reading.word(at).len() <= 2 || self.known.contains(reading.small(at))) {
                self.push(Kind::Name, (first, last), None);
            }
        }
        for (at, token) in reading.tokens().iter().enumerate() {
            if token.shape == Shape::Small && token.senses == 0 && self.sure.contains(token.text) {
                self.push(Kind::Name, (at, at), None);
            }
        }
    }
}

fn is_a_title(reading: &Reading<'_>, at: usize) -> bool {
    let short = reading.has(at, POLICE) && reading.word(at).len() == 2;
    reading.has(at, TITLE) && reading.is(at, if short { Shape::Upper } else { Shape::Capital })
}

/// The last word of the name behind a title; behind Mr or Ms it may be any word.
fn name_with_a_title(reading: &Reading<'_>, title: usize) -> Option<usize> {
    let next = title + 1;
    let learned = reading.has(title, LEARNED);
    if learned && reading.has(next, READ) {
        return None;
    }
    let last = name_after_a_title(reading, next)?;
    let any = matches!(reading.small(title), "mr" | "mrs" | "ms" | "miss" | "mx" | "dr");
    let fits = if any {
        reading.has(next, NAME_TOO) || !reading.has(next, DAY | INSTITUTION)
    } else {
        could_name(reading, next) || reading.has(next, READ)
    };
    (fits && !(learned && is_read(reading, next, last))).then_some(last)
}

/// The foster of foster carer.
fn is_of_a_role(reading: &Reading<'_>, at: usize) -> bool {
    reading.has(at - 1, ROLE_KIND) && matches!(reading.gap(at), " " | "-") && !reading.opens(at)
}
