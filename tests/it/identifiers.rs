//! The identifier guard, measured on three hundred invented sentences: two hundred that name somebody, some place or some
//! number, and a hundred that only look as if they did. What each is, is marked in the text: `{{postcode:LS99 7QX}}`.

use std::collections::BTreeMap;

use soundings::identifiers::{Finding, Kind, find, neutral};

const SENTENCES: &str = include_str!("identifiers/sentences.txt");

/// Kinds that stand in a text by their form; the others are suggestions.
const STRUCTURED: [Kind; 11] = [
    Kind::Postcode,
    Kind::NationalInsurance,
    Kind::Email,
    Kind::Phone,
    Kind::DateOfBirth,
    Kind::FullDate,
    Kind::Url,
    Kind::Handle,
    Kind::Plate,
    Kind::CaseReference,
    Kind::Address,
];

/// Pieces of text that matchers wait for, and some that they don't expect.
const SOUP: [&str; 48] = [
    "St",
    "Sarah",
    "Mum",
    "'",
    "’",
    "s",
    "-",
    ".",
    ",",
    "\n",
    "(",
    ")",
    "@",
    "07700",
    "900123",
    "+44",
    "999",
    "526",
    "0182",
    "AB",
    "123456C",
    "LS99",
    "7QX",
    "24",
    "November",
    "2026",
    "/",
    "http://a.b",
    "www.",
    "Dr",
    "HMP",
    "School",
    "Lane",
    "14",
    "born",
    "case ref",
    "SE26C50123",
    "Élodie",
    "İ",
    "ß",
    "ﬃ",
    "½",
    "日本",
    "e\u{301}",
    "😀",
    "van der",
    "O",
    "**",
];

struct Sentence {
    text: String,
    marked: Vec<(Kind, usize, usize)>,
}

#[derive(Default)]
struct Count {
    marked: usize,
    found: usize,
    as_another: usize,
    certain_alarms: usize,
    suggested_alarms: usize,
}

impl Count {
    fn recall(&self) -> usize {
        self.found * 100 / self.marked.max(1)
    }
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn soup(&mut self, pieces: usize) -> String {
        let mut text = String::new();
        for _ in 0..pieces {
            if self.below(8) == 0 {
                let any = u32::try_from(self.below(0x11_0000)).unwrap();
                text.extend(char::from_u32(any));
            } else {
                text.push_str(SOUP[self.below(SOUP.len())]);
            }
            text.push_str(["", " ", " ", "-", "'"][self.below(5)]);
        }
        text
    }
}

fn sentence(line: &str) -> Sentence {
    let (mut text, mut marked) = (String::new(), Vec::new());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        let (mark, behind) = after.split_once("}}").unwrap();
        let (name, words) = mark.split_once(':').unwrap();
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name).unwrap_or_else(|| panic!("{name} is no kind"));
        text.push_str(before);
        let start = text.len();
        text.push_str(words);
        marked.push((kind, start, text.len()));
        rest = behind;
    }
    text.push_str(rest);
    Sentence { text, marked }
}

fn sentences() -> Vec<Sentence> {
    SENTENCES.lines().map(sentence).collect()
}

fn overlaps(finding: &Finding, start: usize, end: usize) -> bool {
    finding.start < end && start < finding.end
}

fn counts() -> BTreeMap<Kind, Count> {
    let mut counts: BTreeMap<Kind, Count> = BTreeMap::new();
    for Sentence { text, marked } in sentences() {
        let found = find(&text);
        for (kind, start, end) in &marked {
            let count = counts.entry(*kind).or_default();
            let mut there = found.iter().filter(|finding| overlaps(finding, *start, *end)).peekable();
            count.marked += 1;
            if there.peek().is_some() {
                let right = there.any(|finding| finding.kind == *kind);
                count.found += usize::from(right);
                count.as_another += usize::from(!right);
            }
        }
        for finding in found.iter().filter(|finding| !marked.iter().any(|(_, start, end)| overlaps(finding, *start, *end))) {
            let count = counts.entry(finding.kind).or_default();
            count.certain_alarms += usize::from(finding.certain);
            count.suggested_alarms += usize::from(!finding.certain);
        }
    }
    counts
}

/// In order, without overlaps, and each where characters begin and end.
fn assert_sound(text: &str, found: &[Finding]) {
    let mut upto = 0;
    for finding in found {
        assert!(upto <= finding.start && finding.start < finding.end, "{finding:?} in {text:?}");
        assert!(text.get(finding.start..finding.end).is_some(), "{finding:?} in {text:?}");
        upto = finding.end;
    }
}

fn without_identifiers(text: &str) -> String {
    neutral(text, &find(text))
}

#[test]
fn the_sentences_are_many_enough_to_measure_by() {
    let sentences = sentences();
    let clean = sentences.iter().filter(|sentence| sentence.marked.is_empty()).count();
    assert_eq!((sentences.len(), clean), (300, 100));
    for (kind, count) in counts() {
        assert!(count.marked >= 12, "{} occurs {} times", kind.name(), count.marked);
    }
}

#[test]
fn what_has_a_form_is_found_nineteen_times_in_twenty() {
    let counts = counts();
    println!("{:20} marked  found  as another  recall  certain alarms  suggested alarms", "");
    for (kind, count) in &counts {
        println!(
            "{:20} {:6} {:6} {:11} {:6}% {:15} {:17}",
            kind.name(),
            count.marked,
            count.found,
            count.as_another,
            count.recall(),
            count.certain_alarms,
            count.suggested_alarms
        );
    }
    assert_eq!(counts[&Kind::NhsNumber].recall(), 100, "a check digit leaves no doubt");
    for kind in STRUCTURED {
        assert!(counts[&kind].recall() >= 95, "{}: {} %", kind.name(), counts[&kind].recall());
    }
}

#[test]
fn names_and_named_places_are_suggested_nine_times_in_ten() {
    let counts = counts();
    for kind in [Kind::Name, Kind::Place, Kind::Establishment] {
        assert!(counts[&kind].recall() >= 90, "{}: {} %", kind.name(), counts[&kind].recall());
    }
}

#[test]
fn clean_prose_raises_no_certain_alarm_and_few_suggestions() {
    let clean: Vec<Sentence> = sentences().into_iter().filter(|sentence| sentence.marked.is_empty()).collect();
    let mut alarms = Vec::new();
    for sentence in &clean {
        alarms.extend(find(&sentence.text).into_iter().map(|alarm| (&sentence.text, alarm)));
    }
    let certain: Vec<_> = alarms.iter().filter(|(_, alarm)| alarm.certain).collect();
    assert!(certain.is_empty(), "{certain:#?}");
    assert!(alarms.len() * 10 <= clean.len(), "{alarms:#?}");
    assert_eq!(counts().values().map(|count| count.certain_alarms).sum::<usize>(), 0, "nor beside what is marked");
}

#[test]
fn numbers_that_only_look_alike_are_left_alone() {
    for text in [
        "The NHS number 999 526 0185 has the wrong check digit.",
        "Nor is 0000000000 one.",
        "QQ 12 34 56 C and GB123456A were never given out, and AB123456E ends with the wrong letter.",
        "NM4 7QX has no such area, the M1 1st exit was closed, and b1 2nd floor is a room.",
        "An S47 CIN visit and an S117 MHA meeting are work.",
        "Standard 3.2.14, version 1.2.3.4 and a score of 24/7.",
        "Ref 2026/27 is a year of accounts.",
        "0800 is where it begins, and 01632 960 4 is too short.",
    ] {
        let certain: Vec<Finding> = find(text).into_iter().filter(|finding| finding.certain).collect();
        assert!(certain.is_empty(), "{text} {certain:?}");
    }
    assert_eq!(find("The NHS number 999 526 0182 has the right one.").len(), 1);
}

#[test]
fn a_neutral_wording_says_what_it_was_without_saying_which() {
    for (text, expected) in [
        ("Mum Sarah told me.", "Mum told me."),
        ("I spoke to foster carer Joan Whitlock.", "I spoke to the foster carer."),
        ("Her social worker Priya Nair had left.", "Her social worker had left."),
        ("I rang Jayden’s mum.", "I rang the child’s mum."),
        ("Dr Patel was certain, and Mr Khan was not.", "The doctor was certain, and [name] was not."),
        ("The police officer, PC Harding, stood up.", "The police officer, [name], stood up."),
        ("At Oakfield Primary School they knew.", "At the school they knew."),
        ("She lives at Flat 3, 22 Marlborough Road, M99 2BQ.", "She lives at [address], [postcode]."),
        ("Contact is at the Riverside Family Centre.", "Contact is at the centre."),
        ("Born on 3 March 2014, seen on 24th Nov.", "Born on [date of birth], seen on [date]."),
        ("**Ruby** drew three houses.", "**[name]** drew three houses."),
    ] {
        assert_eq!(without_identifiers(text), expected);
    }
}

#[test]
fn a_name_that_is_known_is_found_where_its_capital_says_nothing() {
    assert_eq!(without_identifiers("Grace of manner helps."), "Grace of manner helps.");
    let text = "I told Marcus that I would come. Marcus, no answer. Later marcus hid.";
    assert_eq!(without_identifiers(text), "I told [name] that I would come. [name], no answer. Later marcus hid.");
    let text = "I rang Kayleigh's mum. Afterwards kayleigh texted me.";
    assert_eq!(without_identifiers(text), "I rang the child's mum. Afterwards [name] texted me.");
}

#[test]
fn findings_lie_on_characters_whatever_the_text() {
    let mut dice = Dice(1989);
    let mut some = 0;
    for pieces in 0..600 {
        let text = dice.soup(pieces % 60);
        let found = find(&text);
        assert_sound(&text, &found);
        some += found.len();
    }
    assert!(some > 600, "the soup has something in it: {some}");
}

#[test]
fn everything_else_stays_as_it_was() {
    for Sentence { text, .. } in sentences() {
        let found = find(&text);
        assert_sound(&text, &found);
        assert_eq!(neutral(&text, &[]), text);
        for finding in &found {
            let expected = format!("{}{}{}", &text[..finding.start], finding.instead, &text[finding.end..]);
            assert_eq!(neutral(&text, std::slice::from_ref(finding)), expected);
        }
        let backwards: Vec<Finding> = found.iter().rev().cloned().collect();
        assert_eq!(neutral(&text, &backwards), neutral(&text, &found), "in any order");
    }
}

#[test]
fn findings_of_another_text_change_nothing() {
    let found = find("The flat at LS99 7QX is Sarah’s, and Zaynab’s mum has the key.");
    assert!(found.len() >= 3);
    assert_eq!(neutral("Short.", &found), "Short.");
    let cut = neutral("é’é’é’é’é’é’é’é’é’é’é’é’é’é’é’é’é’é’", &found);
    assert!(!cut.is_empty());
    let twice: Vec<Finding> = found.iter().chain(&found).cloned().collect();
    let text = "The flat at LS99 7QX is Sarah’s, and Zaynab’s mum has the key.";
    assert_eq!(neutral(text, &twice), neutral(text, &found));
}

#[test]
fn twice_the_text_has_twice_the_findings() {
    let text: String = sentences().iter().flat_map(|sentence| [sentence.text.as_str(), "\n"]).collect();
    let (once, twice) = (find(&text).len(), find(&format!("{text}\n{text}")).len());
    assert!(once > 200, "{once}");
    assert!(twice <= 2 * once + 2, "{once} and {twice}");
}

#[test]
fn the_longest_text_of_any_one_thing_is_read_to_its_end() {
    for piece in ["A", "Aa ", "St Aa ", "Sarah's mum ", "999 526 0182 ", "http://", "a.com/", "@", "(", "case ", "é", "\n"] {
        let text = piece.repeat(200_000 / piece.len());
        assert_sound(&text, &find(&text));
    }
    let brackets = format!("http://a{}", ")".repeat(200_000));
    assert_eq!(find(&brackets).len(), 1);
}
