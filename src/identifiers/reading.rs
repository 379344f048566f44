//! A text as its words, read once. A word is a run of letters and digits; what stands between two words is their gap.

use std::borrow::Cow;

use super::words::{self, Senses, TITLE};

/// What a word looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// 1989
    Digits,
    /// said
    Small,
    /// Sarah, `McAllister`
    Capital,
    /// J
    Initial,
    /// SARAH
    Upper,
    /// 14th, `WhatsApp`
    Mixed,
}

/// A word.
#[derive(Debug)]
pub struct Token<'a> {
    /// As it is written.
    pub text: &'a str,
    /// As it is written, small.
    pub small: Cow<'a, str>,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// What it looks like.
    pub shape: Shape,
    /// What it can be.
    pub senses: Senses,
    /// Whether a sentence, a line or a quotation begins with it, so that its capital says nothing.
    pub opens: bool,
}

/// A text as its words. A place beyond the last word has no senses, and looks like nothing.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The whole text.
    pub text: &'a str,
    tokens: Vec<Token<'a>>,
}

impl<'a> Reading<'a> {
    /// Reads a text.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let mut reading = Self { text, tokens: Vec::with_capacity(text.len() / 6) };
        let mut began = None;
        for (at, c) in text.char_indices() {
            match (belongs_to_a_word(c), began) {
                (true, None) => began = Some(at),
                (false, Some(start)) => {
                    reading.take(start, at);
                    began = None;
                }
                _ => {}
            }
        }
        if let Some(start) = began {
            reading.take(start, text.len());
        }
        reading
    }

    fn take(&mut self, start: usize, end: usize) {
        let whole = self.text;
        let text = whole.get(start..end).unwrap_or_default();
        let shape = Shape::of(text);
        let plain = matches!(shape, Shape::Small | Shape::Digits);
        let small = if plain { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) };
        let before = self.tokens.last();
        let gap = whole.get(before.map_or(0, |before| before.end)..start).unwrap_or_default();
        let opens = before.is_none_or(|before| parts(before, gap));
        let senses = if plain { words::senses(&small) } else { words::senses_of_a_capital(&small, opens) };
        self.tokens.push(Token { text, small, start, end, shape, senses, opens });
    }

    /// How many words.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The words.
    #[must_use]
    pub fn tokens(&self) -> &[Token<'a>] {
        &self.tokens
    }

    /// A word, if there is one at this place.
    #[must_use]
    pub fn token(&self, at: usize) -> Option<&Token<'a>> {
        self.tokens.get(at)
    }

    /// A word as it is written.
    #[must_use]
    pub fn word(&self, at: usize) -> &'a str {
        self.token(at).map_or("", |token| token.text)
    }

    /// A word, small.
    #[must_use]
    pub fn small(&self, at: usize) -> &str {
        self.token(at).map_or("", |token| &token.small)
    }

    /// Whether a word looks like this.
    #[must_use]
    pub fn is(&self, at: usize, shape: Shape) -> bool {
        self.token(at).is_some_and(|token| token.shape == shape)
    }

    /// Whether a word can be any of these.
    #[must_use]
    pub fn has(&self, at: usize, senses: Senses) -> bool {
        self.token(at).is_some_and(|token| token.senses & senses != 0)
    }

    /// Whether the capital of a word says nothing.
    #[must_use]
    pub fn opens(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.opens)
    }

    /// What stands before a word and after the one before it.
    #[must_use]
    pub fn gap(&self, at: usize) -> &'a str {
        let whole = self.text;
        let from = match at.checked_sub(1) {
            None => 0,
            Some(before) => self.token(before).map_or(whole.len(), |token| token.end),
        };
        let to = self.token(at).map_or(whole.len(), |token| token.start);
        whole.get(from..to).unwrap_or_default()
    }

    /// Whether a word follows the one before it after a space, whatever marks of emphasis stand there.
    #[must_use]
    pub fn spaced(&self, at: usize) -> bool {
        at < self.len() && matches!(alone(self.gap(at)), Some(' ' | '\u{a0}'))
    }

    /// Whether a word follows the one before it after an apostrophe.
    #[must_use]
    pub fn apostrophe(&self, at: usize) -> bool {
        at < self.len() && matches!(alone(self.gap(at)), Some('\'' | '’'))
    }

    /// The character before a word.
    #[must_use]
    pub fn before(&self, at: usize) -> Option<char> {
        self.gap(at).chars().next_back()
    }

    /// From the beginning of one word to the end of another, in bytes.
    #[must_use]
    pub fn span(&self, first: usize, last: usize) -> (usize, usize) {
        let start = self.token(first).map_or(0, |token| token.start);
        (start, self.token(last).map_or(start, |token| token.end))
    }

    /// A few words from here on as one, if nothing but a space or a hyphen stands between them and they come to exactly so
    /// many bytes; and the last of them.
    #[must_use]
    pub fn joined(&self, at: usize, length: usize, most: usize) -> Option<(String, usize)> {
        let mut written = String::new();
        for here in at..at + most {
            let joins = here == at || matches!(self.gap(here), " " | "-" | "\u{a0}");
            let word = self.token(here)?.text;
            if !joins || written.len() + word.len() > length {
                return None;
            }
            written.push_str(word);
            if written.len() == length {
                return Some((written, here));
            }
        }
        None
    }
}

impl Shape {
    fn of(word: &str) -> Self {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Digits;
        }
        if word.chars().any(char::is_numeric) {
            return Self::Mixed;
        }
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        let small = word.chars().any(char::is_lowercase);
        match (capitals, small) {
            (0, _) if word.starts_with(char::is_lowercase) => Self::Small,
            (1.., false) if word.chars().nth(1).is_none() => Self::Initial,
            (1.., false) => Self::Upper,
            (1, true) if word.starts_with(char::is_uppercase) => Self::Capital,
            (2, true) if word.starts_with(char::is_uppercase) && has_a_second_front(word) => Self::Capital,
            _ => Self::Mixed,
        }
    }
}

/// Letters as A or a and digits as 9, to compare shapes of numbers with.
#[must_use]
pub fn outline(word: &str) -> String {
    let of = |c: char| match c {
        'A'..='Z' => 'A',
        'a'..='z' => 'a',
        '0'..='9' => '9',
        _ => '?',
    };
    word.chars().map(of).collect()
}

/// Whether a character belongs to a word: also an accent that is written after its letter.
#[must_use]
pub fn belongs_to_a_word(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// `McAllister` and `DeShawn` are names; `WhatsApp` is none.
fn has_a_second_front(word: &str) -> bool {
    const FRONTS: [&str; 12] = ["mc", "mac", "de", "da", "di", "la", "le", "van", "fitz", "o", "ab", "al"];
    let second = word.char_indices().skip(1).find(|(_, c)| c.is_uppercase());
    let front = second.and_then(|(at, _)| word.get(..at)).unwrap_or_default();
    FRONTS.iter().any(|one| front.eq_ignore_ascii_case(one))
}

/// Whether a gap ends a sentence or a line, or begins a quotation.
fn parts(before: &Token<'_>, gap: &str) -> bool {
    if gap.contains(['\n', '“', '‘', '|']) || gap.contains(" \"") {
        return true;
    }
    let abbreviated = gap.starts_with('.') && (before.senses & TITLE != 0 || before.text == "St");
    gap.contains(['.', '!', '?', ':', '…']) && gap.contains(char::is_whitespace) && !abbreviated
}

/// The only character of a gap besides Markdown's marks of emphasis.
fn alone(gap: &str) -> Option<char> {
    let mut left = gap.chars().filter(|c| !matches!(c, '*' | '_' | '`'));
    left.next().filter(|_| left.next().is_none())
}
