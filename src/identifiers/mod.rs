//! The identifier guard: what might name a child or a place in a text, and a neutral wording instead. Pure and local: it
//! asks nobody, remembers nothing and decides nothing.
//!
//! * this file: what is found, in order, and the text without it
//! * `reading`: the text as words, once; `capitals`: where a name made of them begins and ends
//! * `words` and `common`: what a word can be; `evidence`: what stands around a name
//! * one file for each family of kinds: `numbers`, `dates`, `online`, `vehicles`, `references`, `places`, `houses`, `names`
//! * `wording`: what to say instead
//!
//! A finding is certain when its pattern has a structure: a check digit, a known prefix, a number before a street. Names and
//! named places are suggestions, because only the writer knows. In prose it says what there was without saying which: "mum
//! Sarah" becomes "mum", "Jayden's mum" "the child's mum", "at Oakfield School" "at the school". Where nothing neutral
//! reads as prose it puts a word in brackets, as anonymised reports do: `[name]`, `[postcode]`. It never keeps an initial.

mod capitals;
mod common;
mod dates;
mod evidence;
mod houses;
mod names;
mod numbers;
mod online;
mod places;
mod reading;
mod references;
mod vehicles;
mod wording;
mod words;

use std::{cmp::Reverse, collections::BTreeMap};

use reading::Reading;

/// What might name somebody or some place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends in the text, in bytes.
    pub end: usize,
    /// Whether its pattern has a structure; otherwise it is a suggestion.
    pub certain: bool,
    /// A neutral wording to put in its place.
    pub instead: String,
}

/// The kinds of what might name somebody. Where two claim the same words, the one that stands first here wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A full postcode.
    Postcode,
    /// An NHS number with the right check digit.
    NhsNumber,
    /// A National Insurance number.
    NationalInsurance,
    /// An e-mail address.
    Email,
    /// A telephone number of the United Kingdom.
    Phone,
    /// A date that is said to be somebody's birthday.
    DateOfBirth,
    /// A day of a month, with or without its year.
    FullDate,
    /// An address on the web.
    Url,
    /// An account's name, such as `@name`.
    Handle,
    /// A vehicle's registration number.
    Plate,
    /// The number of a case, a file or a crime.
    CaseReference,
    /// A house in a street.
    Address,
    /// A named school, hospital, court or home.
    Establishment,
    /// A named town, estate or council.
    Place,
    /// Somebody's name.
    Name,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Postcode,
        Self::NhsNumber,
        Self::NationalInsurance,
        Self::Email,
        Self::Phone,
        Self::DateOfBirth,
        Self::FullDate,
        Self::Url,
        Self::Handle,
        Self::Plate,
        Self::CaseReference,
        Self::Address,
        Self::Establishment,
        Self::Place,
        Self::Name,
    ];

    /// Its name in the contract and among the words of pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postcode => "postcode",
            Self::NhsNumber => "nhs_number",
            Self::NationalInsurance => "national_insurance",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::DateOfBirth => "date_of_birth",
            Self::FullDate => "full_date",
            Self::Url => "url",
            Self::Handle => "handle",
            Self::Plate => "plate",
            Self::CaseReference => "case_reference",
            Self::Address => "address",
            Self::Establishment => "establishment",
            Self::Place => "place",
            Self::Name => "name",
        }
    }

    /// What stands for it where nothing neutral reads as prose.
    const fn in_brackets(self) -> &'static str {
        match self {
            Self::Postcode => "[postcode]",
            Self::NhsNumber => "[NHS number]",
            Self::NationalInsurance => "[National Insurance number]",
            Self::Email => "[email address]",
            Self::Phone => "[phone number]",
            Self::DateOfBirth => "[date of birth]",
            Self::FullDate => "[date]",
            Self::Url => "[link]",
            Self::Handle => "[account name]",
            Self::Plate => "[registration number]",
            Self::CaseReference => "[case reference]",
            Self::Address => "[address]",
            Self::Establishment | Self::Place => "[place]",
            Self::Name => "[name]",
        }
    }
}

impl Finding {
    /// A pattern with a structure.
    fn certain(kind: Kind, span: (usize, usize)) -> Self {
        Self { certain: true, ..Self::suggested(kind, span) }
    }

    /// A suggestion.
    fn suggested(kind: Kind, (start, end): (usize, usize)) -> Self {
        Self { kind, start, end, certain: false, instead: kind.in_brackets().to_owned() }
    }

    /// The same with a wording of its own.
    fn saying(self, instead: String) -> Self {
        Self { instead, ..self }
    }
}

/// Finds everything that might identify somebody, in order and without overlaps: the more certain wins, then the longer.
#[must_use]
pub fn find(text: &str) -> Vec<Finding> {
    let reading = Reading::of(text);
    let mut found = Vec::new();
    numbers::find(&reading, &mut found);
    dates::find(&reading, &mut found);
    online::find(&reading, &mut found);
    vehicles::find(&reading, &mut found);
    references::find(&reading, &mut found);
    places::find(&reading, &mut found);
    houses::find(&reading, &mut found);
    names::find(&reading, &mut found);
    settled(found)
}

fn settled(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by_key(|finding| (!finding.certain, Reverse(finding.end - finding.start), finding.start, finding.kind));
    let mut kept: BTreeMap<usize, Finding> = BTreeMap::new();
    for finding in found {
        let before = kept.range(..finding.end).next_back();
        if before.is_none_or(|(_, other)| other.end <= finding.start) {
            kept.insert(finding.start, finding);
        }
    }
    kept.into_values().collect()
}

/// The text with some findings replaced by their neutral wordings. What does not lie in this text, or overlaps what was
/// replaced before it, stays as it is.
#[must_use]
pub fn neutral(text: &str, which: &[Finding]) -> String {
    let mut in_order: Vec<&Finding> = which.iter().collect();
    in_order.sort_by_key(|finding| finding.start);
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    for finding in in_order {
        let (before, named) = (text.get(at..finding.start), text.get(finding.start..finding.end));
        if let (Some(before), Some(_)) = (before, named) {
            written.push_str(before);
            written.push_str(&finding.instead);
            at = finding.end;
        }
    }
    written.push_str(text.get(at..).unwrap_or_default());
    written
}
