//! Where somebody is found online: addresses of mail, names of accounts, links.

use super::{
    Finding, Kind,
    reading::{Reading, Shape, belongs_to_a_word},
};

/// The longest link that is followed to its end, in characters.
const LONGEST: usize = 2_000;
/// The endings by which a domain is known where nothing else says that it is one.
const ENDINGS: [&str; 14] = ["com", "org", "net", "uk", "info", "io", "app", "edu", "tv", "biz", "ie", "scot", "wales", "london"];

/// Finds all three.
pub fn find(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    for (at, _) in reading.text.match_indices('@') {
        if let Some(span) = email(reading.text, at) {
            found.push(Finding::certain(Kind::Email, span));
        } else if let Some((span, certain)) = handle(reading.text, at) {
            let account = if certain { Finding::certain } else { Finding::suggested };
            found.push(account(Kind::Handle, span));
        }
    }
    let mut upto = 0;
    for (at, token) in reading.tokens().iter().enumerate() {
        if token.start >= upto && begins_a_link(reading, at) {
            upto = token.start + length_of_link(reading.text.get(token.start..).unwrap_or_default());
            found.push(Finding::certain(Kind::Url, (token.start, upto)));
        }
    }
}

/// What stands on both sides of the sign, if together it is an address.
fn email(text: &str, at: usize) -> Option<(usize, usize)> {
    let (before, behind) = (text.get(..at)?, text.get(at + 1..)?);
    let of_a_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-'".contains(byte);
    let of_a_domain = |byte: &u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
    let length = before.bytes().rev().take(64).take_while(of_a_name).count();
    let name = before.get(at - length..)?.trim_start_matches(['.', '\'', '-']);
    let length = behind.bytes().take(253).take_while(of_a_domain).count();
    let domain = behind.get(..length)?.trim_end_matches(['.', '-']);
    let (_, ending) = domain.rsplit_once('.')?;
    let known = ending.len() >= 2 && ending.bytes().all(|byte| byte.is_ascii_alphabetic());
    let whole = known && !name.is_empty() && !domain.starts_with('.');
    whole.then_some((at - name.len(), at + 1 + domain.len()))
}

/// The name of an account; certain if it could not be a word, as in "meet @school".
fn handle(text: &str, at: usize) -> Option<((usize, usize), bool)> {
    let (before, behind) = (text.get(..at)?, text.get(at + 1..)?);
    if before.chars().next_back().is_some_and(|c| belongs_to_a_word(c) || matches!(c, '@' | '/' | '.')) {
        return None;
    }
    let of_a_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let length = behind.bytes().take(40).take_while(of_a_name).count();
    let name = behind.get(..length)?.trim_end_matches(['.', '-']);
    let long = name.len() >= 3 && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_no_word = !name.bytes().all(|byte| byte.is_ascii_alphabetic());
    long.then_some(((at, at + 1 + name.len()), is_no_word))
}

fn begins_a_link(reading: &Reading<'_>, at: usize) -> bool {
    match reading.small(at) {
        "http" | "https" | "ftp" => reading.gap(at + 1).starts_with("://"),
        "www" => reading.gap(at + 1).starts_with('.'),
        _ => is_a_domain(reading, at),
    }
}

/// Words joined by dots, the last of which is an ending that everybody knows.
fn is_a_domain(reading: &Reading<'_>, at: usize) -> bool {
    let goes_on = at > 0 && reading.gap(at) == ".";
    if goes_on || reading.is(at, Shape::Digits) || matches!(reading.before(at), Some('@' | '/')) {
        return false;
    }
    let mut last = None;
    for here in at + 1..at + 9 {
        match reading.gap(here) {
            "." if ENDINGS.contains(&reading.word(here)) => last = Some(here),
            "." | "-" => {}
            _ => break,
        }
    }
    last.is_some_and(|last| {
        let behind = reading.gap(last + 1);
        !behind.starts_with('-') && (behind != "." || last + 1 == reading.len())
    })
}

/// How long the link is with which a text begins, without what belongs to the sentence around it.
fn length_of_link(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '“' | '”' | '`' | '|');
    let within = text.char_indices().take(LONGEST).take_while(|(_, c)| !ends(*c)).last();
    let link = text.get(..within.map_or(0, |(at, c)| at + c.len_utf8())).unwrap_or_default();
    let (round, square) = (link.contains('('), link.contains('['));
    let around = |c: char| match c {
        ')' => !round,
        ']' => !square,
        _ => matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '*' | '_'),
    };
    link.trim_end_matches(around).len()
}
