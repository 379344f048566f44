//! Types and rules of practice examples. Pure: no database, no HTTP, no clock.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::Object,
    content::Source,
    error::{Checks, Error, Result, Revision},
    id::{ExampleId, OrganisationId},
    markdown,
};

/// What a practice example says. Only the title and the summary are needed; no part has a least length (N2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// What it is called.
    pub title: String,
    /// What it is, in a few sentences.
    pub summary: String,
    /// What it was like for the child: it leads the page (003-17).
    pub childs_experience: Option<String>,
    /// Where, when, for whom.
    pub context: Option<String>,
    /// What we did.
    pub what_we_did: Option<String>,
    /// What difference it made, and who says so (000-8).
    pub difference_made: Option<String>,
    /// What did not work (001-4).
    pub what_did_not_work: Option<String>,
    /// What it cost, how long it took, what was stopped (000-17).
    pub what_it_took: Option<String>,
    /// Who it reached, and who not (000-5).
    pub reached: Option<String>,
    /// Research, feedback of children and families, observed effect (003-8).
    pub evidence: Vec<Evidence>,
    /// What it is about.
    pub themes: Vec<String>,
    /// How far it has got (001-10).
    pub maturity: Option<Maturity>,
    /// Where its facts come from.
    pub sources: Vec<Source>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Under what licence it can be used.
    pub licence: Option<String>,
    /// When it should be looked at again. Nothing happens by itself on that day.
    pub review_by: Option<NaiveDate>,
    /// Whose work it summarises, if the publisher is not the one who did it.
    pub summarises: Option<String>,
}

/// One strand of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Which strand.
    pub kind: EvidenceKind,
    /// What was found.
    pub text: String,
    /// Who says so.
    #[serde(default)]
    pub source: Option<String>,
}

/// The three strands of evidence (003-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Research.
    Research,
    /// What children and families say.
    FamilyFeedback,
    /// What was seen to change.
    ObservedEffect,
}

/// How far a way of working has got (001-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Maturity {
    /// An idea.
    Idea,
    /// Being tried.
    BeingTried,
    /// Repeated elsewhere.
    RepeatedElsewhere,
    /// Well evidenced.
    WellEvidenced,
}

impl Maturity {
    /// Every maturity with its name on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Idea, "idea"),
        (Self::BeingTried, "being_tried"),
        (Self::RepeatedElsewhere, "repeated_elsewhere"),
        (Self::WellEvidenced, "well_evidenced"),
    ];

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(maturity, _)| *maturity == self).map_or("", |(_, name)| name)
    }
}

const MANY: usize = 50;
const NARRATIVE: usize = markdown::LONGEST;
/// The most that an example says as a whole, in bytes of JSON: as much as one request can bring.
const WHOLE: usize = 256 * 1024;

impl Content {
    /// Checks what an authority wrote.
    ///
    /// # Errors
    /// `Invalid` with every violation.
    pub fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        self.violations(&mut checks);
        checks.done()
    }

    /// Notes every violation.
    pub fn violations(&self, checks: &mut Checks) {
        checks.text("/title", &self.title, 300);
        checks.text("/summary", &self.summary, 2_000);
        for (pointer, text) in self.narratives() {
            checks.length(pointer, text, NARRATIVE);
        }
        checks.optional("/reached", self.reached.as_deref(), 5_000);
        checks.optional("/contact", self.contact.as_deref(), 500);
        checks.optional("/licence", self.licence.as_deref(), 200);
        checks.optional("/summarises", self.summarises.as_deref(), 300);
        self.check_lists(checks);
        self.check_whole(checks);
    }

    fn check_lists(&self, checks: &mut Checks) {
        checks.ensure(self.themes.len() <= 10, "/themes", "too_many", "Keep this to 10 themes.");
        for (at, theme) in self.themes.iter().enumerate().take(10) {
            let fits = !theme.is_empty()
                && theme.len() <= 60
                && theme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            checks.ensure(
                fits,
                &format!("/themes/{at}"),
                "malformed",
                "Write a theme in lower case with hyphens, such as early-help.",
            );
        }
        checks.ensure(self.evidence.len() <= MANY, "/evidence", "too_many", "Keep this to 50.");
        for (at, evidence) in self.evidence.iter().enumerate().take(MANY) {
            checks.text(&format!("/evidence/{at}/text"), &evidence.text, 20_000);
            checks.optional(&format!("/evidence/{at}/source"), evidence.source.as_deref(), 500);
        }
        checks.ensure(self.sources.len() <= MANY, "/sources", "too_many", "Keep this to 50.");
        for (at, source) in self.sources.iter().enumerate().take(MANY) {
            checks.text(&format!("/sources/{at}/title"), &source.title, 500);
            let safe = source.url.as_deref().is_none_or(|url| {
                url.len() <= 2_000
                    && (url.starts_with("https://") || url.starts_with("http://"))
                    && !url.contains(char::is_whitespace)
            });
            checks.ensure(safe, &format!("/sources/{at}/url"), "malformed", "Write an address that starts with https://.");
        }
    }

    /// Readers get the parts as one text. What is accepted can be read, so that text is checked as well.
    fn check_whole(&self, checks: &mut Checks) {
        let summary_and_reached = [("/summary", Some(&self.summary)), ("/reached", self.reached.as_ref())];
        let short = summary_and_reached.into_iter().filter_map(|(pointer, text)| text.map(|text| (pointer, text.as_str())));
        let mut each_fits = true;
        for (pointer, text) in self.narratives().into_iter().chain(short) {
            each_fits &= checks.parsed(pointer, markdown::check(text).map_err(|why| ("too_complex", why))).is_some();
        }
        if each_fits {
            let together = |why: String| ("too_complex", format!("All parts together are read as one text. {why}"));
            checks.parsed("", markdown::check(&self.reading()).map_err(together));
        }
        checks.ensure(self.size() <= WHOLE, "", "too_long", "Keep an example under 256 KB as a whole: shorten a part of it.");
    }

    /// How much it says as a whole, in bytes of JSON.
    #[must_use]
    pub fn size(&self) -> usize {
        serde_json::to_vec(self).map_or(usize::MAX, |json| json.len())
    }

    /// All of it as one Markdown text: the child's experience first (003-17), and what did not work as plainly as the rest.
    #[must_use]
    pub fn reading(&self) -> String {
        let mut text = format!("{}\n\n", self.summary);
        if let Some(whose) = &self.summarises {
            let _infallible = write!(text, "*A summary of published work by {whose}, which did not write it.*\n\n");
        }
        let headings = [
            ("The child’s experience", &self.childs_experience),
            ("Context", &self.context),
            ("What we did", &self.what_we_did),
            ("What difference it made", &self.difference_made),
            ("What did not work", &self.what_did_not_work),
            ("What it took", &self.what_it_took),
            ("Who it reached", &self.reached),
        ];
        for (heading, part) in headings {
            if let Some(part) = part {
                let _infallible = write!(text, "## {heading}\n\n{part}\n\n");
            }
        }
        text
    }

    /// The narrative parts that are there, with their pointers.
    #[must_use]
    pub fn narratives(&self) -> Vec<(&'static str, &str)> {
        [
            ("/childs_experience", &self.childs_experience),
            ("/context", &self.context),
            ("/what_we_did", &self.what_we_did),
            ("/difference_made", &self.difference_made),
            ("/what_did_not_work", &self.what_did_not_work),
            ("/what_it_took", &self.what_it_took),
        ]
        .into_iter()
        .filter_map(|(pointer, text)| text.as_deref().map(|text| (pointer, text)))
        .collect()
    }
}

/// A change to a draft: what is `None` stays, what is `Some(None)` goes (RFC 7396).
#[derive(Clone, Debug, Default)]
pub struct Change(pub serde_json::Map<String, serde_json::Value>);

impl Change {
    fn apply(self, content: &Content) -> Result<Content> {
        let unreadable = |_| Error::internal("an example that has no JSON form");
        let serde_json::Value::Object(mut members) = serde_json::to_value(content).map_err(unreadable)? else {
            return Err(Error::internal("an example that is no object"));
        };
        for (name, value) in self.0 {
            if value.is_null() {
                members.remove(&name);
            } else {
                members.insert(name, value);
            }
        }
        serde_json::from_value(members.into())
            .map_err(|_| Error::invalid("", "malformed", "This change does not fit an example."))
    }
}

/// A publisher's own name for an example: letters, digits, `.`, `_`, `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Reads a key.
    ///
    /// # Errors
    /// A code and a sentence.
    pub fn parse(raw: &str) -> std::result::Result<Self, (&'static str, String)> {
        let fits =
            (1..=100).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        if fits {
            Ok(Self(raw.to_owned()))
        } else {
            Err(("malformed", "Use 1 to 100 letters, digits, dots, hyphens and underscores.".to_owned()))
        }
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where an example stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Never published.
    Draft,
    /// The world reads it.
    Published,
    /// A tombstone stands in its place.
    Withdrawn {
        /// Why, in the publisher's words.
        because: String,
    },
}

impl State {
    /// The name on the wire and in the store.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// A practice example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its permanent id.
    pub id: ExampleId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The publisher's own key, if it has one.
    pub key: Option<Key>,
    /// Where it stands.
    pub state: State,
    /// Its revision: one more with every change of any kind.
    pub revision: Revision,
    /// Its version: one more with every publication; 0 before the first.
    pub version: i64,
    /// The text being worked on.
    pub draft: Content,
    /// The text the world reads.
    pub published: Option<Content>,
    /// Whether the draft holds changes by hand that are not published: a machine's next text would replace them.
    pub edited: bool,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was first published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

const EDITED: &str = "Somebody has changed the draft of this example, and not published it: putting this text would lose \
    theirs. Ask them to publish the draft, or to change it to this text or back to what is published. Then put yours again.";

/// One published version.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number.
    pub number: i64,
    /// What it says.
    pub content: Content,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

impl Example {
    /// A new draft.
    #[must_use]
    pub const fn draft(
        id: ExampleId,
        organisation: OrganisationId,
        key: Option<Key>,
        draft: Content,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            organisation,
            key,
            state: State::Draft,
            revision: 1,
            version: 0,
            draft,
            published: None,
            edited: false,
            created_at: now,
            published_at: None,
            updated_at: now,
        }
    }

    /// The facts that the policy needs.
    #[must_use]
    pub const fn facts(&self) -> Object {
        Object::Example {
            organisation: self.organisation,
            public: self.published.is_some() || matches!(self.state, State::Withdrawn { .. }),
        }
    }

    /// The example, unless it was withdrawn.
    ///
    /// # Errors
    /// `Gone` with the publisher's reason.
    pub fn unless_withdrawn(self) -> Result<Self> {
        match &self.state {
            State::Withdrawn { because } => Err(Error::Gone(format!("This example was withdrawn. {because}"))),
            _ => Ok(self),
        }
    }

    /// The example with its draft changed.
    ///
    /// # Errors
    /// `Invalid` with every violation.
    pub fn revise(self, change: Change, now: DateTime<Utc>) -> Result<Self> {
        let draft = change.apply(&self.draft)?;
        draft.check()?;
        // What the world reads already cannot be lost.
        let edited = (self.edited || draft != self.draft) && self.published.as_ref() != Some(&draft);
        // The world is not told when a published example is being worked on.
        let updated_at = if self.published.is_some() { self.updated_at } else { now };
        Ok(Self { draft, edited, revision: self.revision + 1, updated_at, ..self })
    }

    /// Whether this text may go out now. Review by a second person will be asked for here.
    ///
    /// # Errors
    /// `Gone` when it was withdrawn; `Invalid` when the text breaks a rule.
    pub fn may_publish(&self) -> Result<()> {
        if let State::Withdrawn { because } = &self.state {
            return Err(Error::Gone(format!("This example was withdrawn. {because}")));
        }
        self.draft.check()
    }

    /// The example with its draft published as the next version.
    ///
    /// # Errors
    /// As [`Example::may_publish`].
    pub fn publish(self, now: DateTime<Utc>) -> Result<Self> {
        self.may_publish()?;
        let fresh_draft = self.version == 0 && self.revision == 1 && self.published.is_none() && self.created_at == now;
        Ok(Self {
            state: State::Published,
            version: self.version + 1,
            // A draft that is published as it is created is one change, not two.
            revision: if fresh_draft { 1 } else { self.revision + 1 },
            published: Some(self.draft.clone()),
            edited: false,
            published_at: self.published_at.or(Some(now)),
            updated_at: now,
            ..self
        })
    }

    /// The example as a machine publisher wants it; the same example when nothing changes.
    ///
    /// # Errors
    /// `Gone` when it was withdrawn; `Conflict` when it would replace what somebody has typed and not published.
    pub fn put(self, content: Content, publish: bool, now: DateTime<Utc>) -> Result<Self> {
        let this = self.unless_withdrawn()?;
        let changed = this.draft != content;
        let out = publish && this.published.as_ref() != Some(&content);
        // Also when the world reads this already and an editor is at work on the next one: their draft stays theirs.
        if !out && (!changed || publish && this.edited) {
            return Ok(this);
        }
        if changed && this.edited {
            return Err(Error::Conflict(EDITED.to_owned()));
        }
        let revision = this.revision + 1;
        let updated_at = if this.published.is_some() { this.updated_at } else { now };
        let this = Self { draft: content, edited: false, updated_at, ..this };
        let this = if out { this.publish(now)? } else { this };
        Ok(Self { revision, ..this })
    }

    /// The example as a tombstone: nothing of its text is shown any more.
    ///
    /// # Errors
    /// `Conflict` when it was never published.
    pub fn withdraw(self, because: &str, now: DateTime<Utc>) -> Result<Self> {
        if self.published.is_none() {
            return Err(Error::Conflict("This was never published, so there is nothing to withdraw.".to_owned()));
        }
        let state = State::Withdrawn { because: because.trim().to_owned() };
        Ok(Self { state, revision: self.revision + 1, updated_at: now, ..self })
    }
}
