//! Types and rules of reflections. Pure: no database, no HTTP, no clock.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Checks, Result, Revision},
    id::{PersonId, ReflectionId, RelationshipId, ResponseId, ShareId},
    markdown,
};

/// The longest title, in characters.
const TITLE: usize = 300;
/// The longest of the optional notes, in characters.
const NOTE: usize = 20_000;
/// The longest tag, in characters.
const TAG: usize = 60;
/// The most tags, unknowns or hypotheses.
const MANY: usize = 50;
/// The most that a reflection holds as a whole, in bytes of JSON: as much as one request can bring.
const WHOLE: usize = 256 * 1024;

/// What a reflection says. Sealed as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The reflection itself, in Markdown.
    pub body: String,
    /// A title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When what it is about happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<NaiveDate>,
    /// The prompt set that was beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_set: Option<String>,
    /// Tags of the author's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What bothers me.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unease: Option<String>,
    /// What I do not know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknowns: Vec<String>,
    /// Rival explanations, held open (000-3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hypotheses: Vec<String>,
}

/// What a new reflection is to say.
pub type NewReflection = Content;

/// What is being typed into a reflection, sealed as a whole. A part that is `None` is not being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The reflection itself so far.
    pub body: String,
    /// The title so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When what it is about happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<NaiveDate>,
    /// The prompt set beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_set: Option<String>,
    /// The tags so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// What bothers me, so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unease: Option<String>,
    /// What I do not know, so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknowns: Option<Vec<String>>,
    /// Rival explanations so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypotheses: Option<Vec<String>>,
}

/// One's own reflection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reflection {
    /// Its id.
    pub id: ReflectionId,
    /// Whose it is.
    pub author: PersonId,
    /// What it says.
    pub content: Content,
    /// Its revision.
    pub revision: Revision,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last revised.
    pub updated_at: DateTime<Utc>,
}

/// An earlier or the present revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revised {
    /// Its number.
    pub number: Revision,
    /// What it says.
    pub content: Content,
    /// When it was written.
    pub written_at: DateTime<Utc>,
}

impl From<Reflection> for Revised {
    fn from(present: Reflection) -> Self {
        Self { number: present.revision, content: present.content, written_at: present.updated_at }
    }
}

/// A change to a reflection: what is `None` stays, what is `Some(None)` goes (RFC 7396).
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The reflection itself.
    pub body: Option<String>,
    /// The title.
    pub title: Option<Option<String>>,
    /// When it happened.
    pub occurred_on: Option<Option<NaiveDate>>,
    /// The prompt set.
    pub prompt_set: Option<Option<String>>,
    /// The tags.
    pub tags: Option<Option<Vec<String>>>,
    /// What bothers me.
    pub unease: Option<Option<String>>,
    /// What I do not know.
    pub unknowns: Option<Option<Vec<String>>>,
    /// Rival explanations.
    pub hypotheses: Option<Option<Vec<String>>>,
    /// The revision of the working copy that this takes the place of, whatever that says.
    pub instead_of: Option<Revision>,
}

impl Content {
    /// Checks what a person wrote. Only the body is needed; no part has a least length (N2).
    ///
    /// # Errors
    /// `Invalid` with every violation.
    pub fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        checks.ensure(!self.body.trim().is_empty(), "/body", "required", "Write something here.");
        checks.length("/body", &self.body, markdown::LONGEST);
        checks.parsed("/body", markdown::check(&self.body).map_err(|why| ("too_complex", why)));
        checks.optional("/title", self.title.as_deref(), TITLE);
        checks.optional("/unease", self.unease.as_deref(), NOTE);
        for (pointer, list, longest) in
            [("/tags", &self.tags, TAG), ("/unknowns", &self.unknowns, NOTE), ("/hypotheses", &self.hypotheses, NOTE)]
        {
            checks.ensure(list.len() <= MANY, pointer, "too_many", &format!("Keep this to {MANY}."));
            for (at, text) in list.iter().enumerate().take(MANY) {
                checks.text(&format!("{pointer}/{at}"), text, longest);
            }
        }
        check_whole(&mut checks, self);
        checks.done()
    }

    /// Whether any part of it has all these words, whatever their case.
    #[must_use]
    pub fn mentions(&self, words: &[String]) -> bool {
        let lists = self.tags.iter().chain(&self.unknowns).chain(&self.hypotheses);
        let parts = [Some(&self.body), self.title.as_ref(), self.unease.as_ref()].into_iter().flatten().chain(lists);
        let mut missing: Vec<&String> = words.iter().collect();
        for part in parts {
            let part = part.to_lowercase();
            missing.retain(|word| !part.contains(word.as_str()));
            if missing.is_empty() {
                return true;
            }
        }
        missing.is_empty()
    }
}

impl Draft {
    /// Checks the size of what is being typed and nothing else: it need not be complete, or fit in every part.
    ///
    /// # Errors
    /// `Invalid` with every violation.
    pub fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        checks.ensure(self.body.len() <= markdown::LONGEST, "/body", "too_long", "Keep this under 200,000 bytes.");
        check_whole(&mut checks, self);
        checks.done()
    }

    /// Whether all that it holds is in what was saved: then nothing is lost with it.
    #[must_use]
    pub fn is_in(&self, saved: &Content) -> bool {
        self.body == saved.body
            && same(self.title.as_deref(), saved.title.as_deref())
            && self.occurred_on.is_none_or(|day| saved.occurred_on == Some(day))
            && same(self.prompt_set.as_deref(), saved.prompt_set.as_deref())
            && self.tags.as_ref().is_none_or(|tags| *tags == saved.tags)
            && same(self.unease.as_deref(), saved.unease.as_deref())
            && self.unknowns.as_ref().is_none_or(|unknowns| *unknowns == saved.unknowns)
            && self.hypotheses.as_ref().is_none_or(|hypotheses| *hypotheses == saved.hypotheses)
    }
}

/// A field that was emptied and one that is not there say the same.
fn same(typed: Option<&str>, saved: Option<&str>) -> bool {
    typed.is_none_or(|typed| typed == saved.unwrap_or_default())
}

fn check_whole(checks: &mut Checks, said: &impl Serialize) {
    let bytes = serde_json::to_vec(said).map_or(usize::MAX, |json| json.len());
    let detail = "Keep a reflection under 256 KB as a whole: shorten a part of it, or write a second one.";
    checks.ensure(bytes <= WHOLE, "", "too_long", detail);
}

impl Reflection {
    /// A new reflection.
    #[must_use]
    pub fn write(id: ReflectionId, author: PersonId, content: NewReflection, now: DateTime<Utc>) -> Self {
        Self { id, author, content, revision: 1, created_at: now, updated_at: now }
    }

    /// The reflection with a change made.
    ///
    /// # Errors
    /// `Invalid` with every violation.
    pub fn revise(self, change: Change, now: DateTime<Utc>) -> Result<Self> {
        let before = self.content;
        let content = Content {
            body: change.body.unwrap_or(before.body),
            title: change.title.unwrap_or(before.title),
            occurred_on: change.occurred_on.unwrap_or(before.occurred_on),
            prompt_set: change.prompt_set.unwrap_or(before.prompt_set),
            tags: change.tags.map_or(before.tags, Option::unwrap_or_default),
            unease: change.unease.unwrap_or(before.unease),
            unknowns: change.unknowns.map_or(before.unknowns, Option::unwrap_or_default),
            hypotheses: change.hypotheses.map_or(before.hypotheses, Option::unwrap_or_default),
        };
        content.check()?;
        Ok(Self { content, revision: self.revision + 1, updated_at: now, ..self })
    }
}

/// Which of one's own reflections to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this tag.
    pub tag: Option<String>,
    /// Of this day or later: when it happened, or if it does not say, when it was written.
    pub from: Option<NaiveDate>,
    /// Of this day or earlier.
    pub to: Option<NaiveDate>,
    /// With all these words.
    pub words: Vec<String>,
}

impl Filter {
    /// Reads what a person asked for.
    #[must_use]
    pub fn new(tag: Option<String>, from: Option<NaiveDate>, to: Option<NaiveDate>, q: Option<&str>) -> Self {
        let words = q.unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
        Self { tag, from, to, words }
    }

    /// Whether everything passes.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.tag.is_none() && self.from.is_none() && self.to.is_none() && self.words.is_empty()
    }

    /// Whether a reflection passes.
    #[must_use]
    pub fn admits(&self, reflection: &Reflection) -> bool {
        let day = reflection.content.occurred_on.unwrap_or_else(|| reflection.created_at.date_naive());
        self.from.is_none_or(|from| day >= from)
            && self.to.is_none_or(|to| day <= to)
            && self.tag.as_ref().is_none_or(|tag| reflection.content.tags.contains(tag))
            && reflection.content.mentions(&self.words)
    }
}

/// A snapshot shared with one person.
#[derive(Clone, Debug)]
pub struct Share {
    /// Its id.
    pub id: ShareId,
    /// Of which reflection.
    pub reflection: ReflectionId,
    /// Who shared it.
    pub author: PersonId,
    /// With whom.
    pub reader: PersonId,
    /// The supervision it hangs on, if it was shared with a supervisor.
    pub relationship: Option<RelationshipId>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Whether what it hangs on still lasts: both are members, and the supervision goes on.
    pub lasting: bool,
    /// Which revision was shared.
    pub of_revision: Revision,
    /// The share's own revision.
    pub revision: Revision,
    /// When it was first shared.
    pub shared_at: DateTime<Utc>,
    /// When it was last updated.
    pub updated_at: DateTime<Utc>,
}

impl Share {
    /// The last day on which its reader can read it.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        last_day(self.until)
    }

    /// Whether its reader can read it now.
    #[must_use]
    pub fn open(&self, now: DateTime<Utc>) -> bool {
        self.lasting && now < self.until
    }
}

/// A share ends with a day: the moment when it does is the first one of the next.
fn last_day(until: DateTime<Utc>) -> NaiveDate {
    (until - Duration::seconds(1)).date_naive()
}

/// What a share shows: the text as it was, and a word to go with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// What the reflection said.
    pub content: Content,
    /// A word from the author to the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// What somebody wrote back.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its id.
    pub id: ResponseId,
    /// Who wrote it.
    pub by: PersonId,
    /// What they wrote.
    pub body: String,
    /// When.
    pub written_at: DateTime<Utc>,
}

/// Who can read a reflection now, and who could lawfully obtain it.
#[derive(Clone, Debug)]
pub struct Audience {
    /// Who can open it now, and why.
    pub now: Vec<Reader>,
    /// Who could lawfully obtain it later.
    pub lawful: Vec<&'static str>,
    /// Who cannot, though one might think so.
    pub never: Vec<&'static str>,
}

/// Somebody who can read a reflection.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Why, in plain words.
    pub because: String,
    /// Until when, if it ends.
    pub until: Option<DateTime<Utc>>,
}

impl Audience {
    /// Describes an audience (promise 2, honest privacy; field-facts 6.1).
    #[must_use]
    pub fn describe((author, name): (PersonId, String), readers: Vec<(PersonId, String, DateTime<Utc>)>) -> Self {
        let own = Reader { person: author, name, because: "You wrote it.".to_owned(), until: None };
        let shared = readers.into_iter().map(|(person, name, until)| Reader {
            because: format!(
                "You shared a snapshot with {name} until {}. They see what it said then, not later changes.",
                last_day(until).format("%-d %B %Y")
            ),
            person,
            name,
            until: Some(until),
        });
        Self {
            now: std::iter::once(own).chain(shared).collect(),
            lawful: vec![
                "A court can order that reflections be produced. There is no legal privilege for them.",
                "A person whom it is about can ask for their personal data in it (a subject access request); your organisation must weigh that request.",
                "The regulator can require information for an investigation into fitness to practise.",
                "Whoever runs the machine that Soundings runs on could reach it by technical means; a lawful request reaches them through your organisation's information governance lead.",
            ],
            never: vec![
                "Administrators cannot open it, and nobody can act as you.",
                "Your supervisor and managers cannot open it unless you share it with them, and cannot see how many you have written.",
            ],
        }
    }
}
