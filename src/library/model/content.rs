//! What a practice example says, what may be said, and how it reads.

use std::fmt::Write as _;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Evidence, Maturity};
use crate::{
    content::Source,
    error::{Checks, Error, Result},
    identifiers::{self, Kind},
    markdown,
};

const MANY: usize = 50;
const NARRATIVE: usize = markdown::LONGEST;
/// The most that an example says as a whole, in bytes of JSON: as much as one request can bring.
const WHOLE: usize = 256 * 1024;

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
            checks.parsed("", markdown::check_reading(&self.reading()).map_err(together));
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
        for (heading, part) in self.sections() {
            let _infallible = write!(text, "## {heading}\n\n{part}\n\n");
        }
        text
    }

    /// What it says, part by part, each under its heading. The child’s experience leads (003-17).
    #[must_use]
    pub fn sections(&self) -> Vec<(&'static str, &str)> {
        [
            ("The child’s experience", &self.childs_experience),
            ("Context", &self.context),
            ("What we did", &self.what_we_did),
            ("What difference it made", &self.difference_made),
            ("What did not work", &self.what_did_not_work),
            ("What it took", &self.what_it_took),
            ("Who it reached", &self.reached),
        ]
        .into_iter()
        .filter_map(|(heading, text)| text.as_deref().map(|text| (heading, text)))
        .collect()
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

    /// That no part of it says which child, family or home it is about: what everybody can read cannot be taken back from
    /// everybody. Names and places are for its editor to judge; a number that belongs to one person is not.
    ///
    /// # Errors
    /// `Invalid` with everything that does, and what to say instead.
    pub fn names_nobody(&self) -> Result<()> {
        let mut checks = Checks::default();
        let short = [("/title", Some(&self.title)), ("/summary", Some(&self.summary)), ("/reached", self.reached.as_ref())];
        let short = short.into_iter().filter_map(|(pointer, text)| text.map(|text| (pointer.to_owned(), text.as_str())));
        let told = self.narratives().into_iter().map(|(pointer, text)| (pointer.to_owned(), text));
        let evidence = self.evidence.iter().enumerate().map(|(at, one)| (format!("/evidence/{at}/text"), one.text.as_str()));
        for (pointer, text) in short.chain(told).chain(evidence) {
            for finding in identifiers::find(text).into_iter().filter(|finding| STOPS.contains(&finding.kind)) {
                let words = text.get(finding.start..finding.end).unwrap_or_default();
                let detail =
                    format!("“{words}” can say who somebody is, so this was not published. Say “{}” instead.", finding.instead);
                checks.ensure(!finding.certain, &pointer, "identifies", &detail);
            }
        }
        checks.done()
    }
}

/// What belongs to one person or one home, and to no published text.
const STOPS: [Kind; 6] =
    [Kind::Postcode, Kind::NhsNumber, Kind::NationalInsurance, Kind::DateOfBirth, Kind::Plate, Kind::CaseReference];

/// A change to a draft: what is `None` stays, what is `Some(None)` goes (RFC 7396).
#[derive(Clone, Debug, Default)]
pub struct Change(pub serde_json::Map<String, serde_json::Value>);

impl Change {
    pub(super) fn apply(self, content: &Content) -> Result<Content> {
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
