//! Which line of the matrix is which page.

use poem::http::Method;

/// An object and an action of the matrix.
pub type Line = (&'static str, &'static str);

/// A page that does what a line of the matrix is about. Gaps in braces are filled from the request of that line.
pub struct Way {
    pub object: &'static str,
    pub action: &'static str,
    pub address: &'static str,
    /// The fields of the form that is sent from there; nothing where the page is only opened.
    pub form: Option<&'static [(&'static str, &'static str)]>,
}

impl Way {
    pub fn method(&self) -> Method {
        if self.form.is_some() { Method::POST } else { Method::GET }
    }
}

const fn opens(object: &'static str, action: &'static str, address: &'static str) -> Way {
    Way { object, action, address, form: None }
}

const fn sends(
    object: &'static str,
    action: &'static str,
    address: &'static str,
    form: &'static [(&'static str, &'static str)],
) -> Way {
    Way { object, action, address, form: Some(form) }
}

/// The revision that the page has read.
const SEEN: (&str, &str) = ("revision", "{revision}");
const TITLE: (&str, &str) = ("title", "Visits in pairs");
const SUMMARY: (&str, &str) = ("summary", "Two go, and one drives.");

const SLOT: &[(&str, &str)] = &[("day", "2026-12-08"), ("time", "10:00"), ("minutes", "60")];
const MOVED: &[(&str, &str)] = &[SEEN, ("day", "2026-12-09"), ("time", "10:00"), ("minutes", "60"), ("reason", "{reason}")];
const SOMEBODY: &[(&str, &str)] = &[("name", "{name}"), ("email", "{email}"), ("roles", "practitioner")];

/// Which line is which page. Whoever may read something sees the forms about it, too.
pub const PAGES: &[Way] = &[
    opens("oneself", "see who I am", "/account"),
    opens("oneself", "list reflections", "/reflections"),
    sends("oneself", "write a reflection", "/reflections/new", &[("body", "What I saw today.")]),
    sends("oneself", "begin a reflection", "/reflections/begun", &[("body", "What I")]),
    opens("oneself", "list what I have begun", "/reflections"),
    opens("oneself", "list what I return to", "/"),
    opens("oneself", "list what was shared with me", "/shared-with-me"),
    opens("oneself", "list agreements", "/supervision"),
    opens("oneself", "list supervision sessions", "/supervision"),
    opens("oneself", "list tokens", "/account/tokens"),
    sends(
        "oneself",
        "create a token",
        "/account/tokens",
        &[("name", "Script"), ("scopes", "account:read"), ("expires_at", "2026-12-24")],
    ),
    opens("oneself", "list sign-in sessions", "/account/sessions"),
    opens("oneself", "list prompt sets", "/reflections/new"),
    sends("oneself", "preview markdown", "/reflections/new", &[("body", "*Hello*"), ("do", "preview")]),
    opens("token of the author", "revoke", "/account/tokens/{1}/revocation"),
    sends("token of the author", "revoke", "/account/tokens/{1}/revocation", &[]),
    sends("sign-in session of the author", "end", "/account/sessions/{1}/end", &[]),
    opens("oneself", "see how I stand with codes", "/account/codes"),
    sends("oneself", "offer an app a secret", "/account/codes", &[]),
    sends("oneself", "turn codes on", "/account/codes/confirmation", &[("code", "{code}")]),
    sends("oneself", "turn codes off", "/account/codes/removal", &[]),
    // Nobody here has turned codes on, so nobody finds these.
    opens("oneself", "renew recovery codes", "/account/codes/removal"),
    opens("oneself", "renew recovery codes", "/account/codes/recovery"),
    sends("oneself", "renew recovery codes", "/account/codes/recovery", &[]),
    opens("reflection", "read", "/reflections/{1}"),
    opens("reflection", "read", "/reflections/{1}/text"),
    opens("reflection", "read", "/reflections/{1}/deletion"),
    sends("reflection", "revise", "/reflections/{1}/text", &[SEEN, ("title", "Second visit"), ("body", "I had a plan.")]),
    sends("reflection", "revise", "/reflections/{1}/wording", &[SEEN]),
    sends("reflection", "delete", "/reflections/{1}/deletion", &[SEEN]),
    sends("reflection", "share", "/reflections/{1}/shares", &[("person_id", "{person_id}"), ("note", "{note}")]),
    sends("reflection", "mark to return to", "/reflections/{1}/mark", &[("mark", "yes")]),
    sends("reflection", "take the mark away", "/reflections/{1}/mark", &[("mark", "no")]),
    opens("begun reflection", "read", "/reflections/new?begun={1}"),
    sends(
        "begun reflection",
        "keep",
        "/reflections/{1}/working-copy",
        &[("copy", "{revision}"), ("revision", "0"), ("body", "I went in")],
    ),
    sends("begun reflection", "discard", "/reflections/{1}/working-copy/removal", &[("copy", "{revision}")]),
    sends(
        "begun reflection",
        "save",
        "/reflections/new",
        &[("begun", "{1}"), ("copy", "{revision}"), ("body", "I went in with a plan.")],
    ),
    opens("revisions", "list", "/reflections/{1}/revisions"),
    opens("revisions", "read one", "/reflections/{1}/revisions/1"),
    opens("working copy", "read", "/reflections/{1}/text"),
    sends("working copy", "keep", "/reflections/{1}/working-copy", &[("revision", "1"), ("body", "I went in with")]),
    sends("working copy", "discard", "/reflections/{1}/working-copy/removal", &[("copy", "{revision}")]),
    opens("audience", "read", "/reflections/{1}"),
    opens("shares", "list", "/reflections/{1}/shares"),
    opens("shares", "read one", "/reflections/{1}/shares/{2}"),
    sends("shares", "update", "/reflections/{1}/shares/{2}", &[SEEN, ("push", "yes")]),
    sends("shares", "withdraw", "/reflections/{1}/shares/{2}/withdrawal", &[]),
    opens("share with the peer", "read", "/shared-with-me/{1}"),
    sends("share with the peer", "respond", "/shared-with-me/{1}", &[("body", "I see a door.")]),
    opens("own share", "read", "/shared-with-me/{1}"),
    sends("own share", "respond", "/shared-with-me/{1}", &[("body", "I see a door.")]),
    opens("responses", "read as author", "/reflections/{1}/shares/{2}"),
    opens("responses", "read as reader", "/shared-with-me/{1}"),
    opens("shipped prompt set", "read", "/reflections/new?prompt_set=gibbs"),
    sends(
        "agreement",
        "propose",
        "/supervision/agreements/new",
        &[("person_id", "{other}"), ("side", "{side}"), ("organisation_id", "{organisation_id}"), ("purpose", "{purpose}")],
    ),
    opens("agreement in force", "read", "/supervision/agreements/{1}"),
    opens("agreement in force", "read", "/supervision/agreements/{1}/terms"),
    opens("agreement in force", "read", "/supervision/agreements/{1}/end"),
    opens("agreement in force", "read", "/supervision/agreements/{1}/sessions/new"),
    sends("agreement in force", "change", "/supervision/agreements/{1}/terms", &[SEEN, ("frequency", "{frequency}")]),
    sends("agreement in force", "accept", "/supervision/agreements/{1}/acceptance", &[SEEN]),
    sends("agreement in force", "end", "/supervision/agreements/{1}/end", &[SEEN]),
    opens("agreement proposed", "read", "/supervision/agreements/{1}"),
    sends("agreement proposed", "change", "/supervision/agreements/{1}/terms", &[SEEN, ("frequency", "{frequency}")]),
    sends("agreement proposed", "accept", "/supervision/agreements/{1}/acceptance", &[SEEN]),
    sends("agreement proposed", "end", "/supervision/agreements/{1}/end", &[SEEN]),
    opens("agreement ended", "read", "/supervision/agreements/{1}"),
    sends("agreement ended", "change", "/supervision/agreements/{1}/terms", &[SEEN, ("frequency", "{frequency}")]),
    sends("agreement ended", "accept", "/supervision/agreements/{1}/acceptance", &[SEEN]),
    sends("agreement ended", "end", "/supervision/agreements/{1}/end", &[SEEN]),
    sends("session", "plan", "/supervision/agreements/{agreement_id}/sessions/new", SLOT),
    sends("session", "plan under a proposal", "/supervision/agreements/{agreement_id}/sessions/new", SLOT),
    opens("session", "read", "/supervision/sessions/{1}"),
    opens("session", "read", "/supervision/sessions/{1}/time"),
    opens("session", "read", "/supervision/sessions/{1}/cancellation"),
    sends("session", "move", "/supervision/sessions/{1}/time", MOVED),
    sends("session", "cancel", "/supervision/sessions/{1}/cancellation", &[SEEN, ("reason", "{reason}")]),
    opens("agenda", "read", "/supervision/sessions/{1}"),
    sends("agenda", "add", "/supervision/sessions/{1}/agenda", &[("text", "{text}")]),
    sends("agenda", "bring a share", "/supervision/sessions/{1}/agenda", &[("share_id", "{share_id}")]),
    sends("agenda", "take off what the author added", "/supervision/sessions/{1}/agenda/{2}/removal", &[]),
    opens("past session", "read", "/supervision/sessions/{1}"),
    sends("past session", "move", "/supervision/sessions/{1}/time", MOVED),
    sends("past session", "cancel", "/supervision/sessions/{1}/cancellation", &[SEEN, ("reason", "{reason}")]),
    opens("past agenda", "read", "/supervision/sessions/{1}"),
    sends("past agenda", "add", "/supervision/sessions/{1}/agenda", &[("text", "{text}")]),
    sends("past agenda", "take off what the author added", "/supervision/sessions/{1}/agenda/{2}/removal", &[]),
    opens("library", "list", "/practice-examples"),
    opens("library", "search", "/practice-examples?q=visits"),
    opens("draft example", "list", "/drafts?organisation={1}"),
    opens("draft example", "read", "/practice-examples/{1}"),
    sends("draft example", "write", "/drafts/new", &[("organisation", "{1}"), TITLE, SUMMARY]),
    sends("draft example", "revise", "/drafts/{1}", &[SEEN, TITLE, SUMMARY]),
    sends("draft example", "publish", "/drafts/{1}/publication", &[SEEN]),
    sends("draft example", "withdraw", "/drafts/{1}/withdrawal", &[SEEN, ("reason", "It was a mistake")]),
    opens("draft example", "list versions", "/practice-examples/{1}/versions"),
    opens("published example", "read", "/practice-examples/{1}"),
    opens("published example", "list versions", "/practice-examples/{1}/versions"),
    opens("published example", "read a version", "/practice-examples/{1}/versions/1"),
    opens("published example", "cite", "/practice-examples/{1}"),
    opens("published example", "read the draft", "/drafts/{1}"),
    opens("published example", "read the draft", "/drafts/{1}/publication"),
    opens("published example", "read the draft", "/drafts/{1}/withdrawal"),
    sends("published example", "revise", "/drafts/{1}", &[SEEN, TITLE, SUMMARY]),
    sends("published example", "publish", "/drafts/{1}/publication", &[SEEN]),
    sends("published example", "withdraw", "/drafts/{1}/withdrawal", &[SEEN, ("reason", "It was a mistake")]),
    opens("withdrawn example", "read", "/practice-examples/{1}"),
    opens("withdrawn example", "list versions", "/practice-examples/{1}/versions"),
    opens("withdrawn example", "read a version", "/practice-examples/{1}/versions/1"),
    opens("withdrawn example", "cite", "/practice-examples/{1}"),
    sends("withdrawn example", "revise", "/drafts/{1}", &[SEEN, TITLE, SUMMARY]),
    sends("withdrawn example", "publish", "/drafts/{1}/publication", &[SEEN]),
    sends("withdrawn example", "withdraw", "/drafts/{1}/withdrawal", &[SEEN, ("reason", "It was a mistake")]),
    opens("withdrawn example", "read the draft", "/drafts/{1}"),
    opens("organisation", "rename", "/administration/{1}/name"),
    sends("organisation", "rename", "/administration/{1}/name", &[SEEN, ("name", "{name}")]),
    opens("members", "list", "/administration/{1}/members"),
    opens("members", "read one", "/administration/{1}/members/{2}"),
    opens("members", "read one", "/administration/{1}/members/{2}/end"),
    sends("members", "set roles", "/administration/{1}/members/{2}", &[SEEN, ("roles", "editor")]),
    sends("members", "end", "/administration/{1}/members/{2}/end", &[SEEN]),
    opens("invitations", "list", "/administration/{1}/invitations"),
    sends("invitations", "invite", "/administration/{1}/invitations", SOMEBODY),
    sends("invitations", "withdraw", "/administration/{1}/invitations/{2}/withdrawal", &[]),
    opens("service clients", "list", "/administration/{1}/service-clients"),
    sends("service clients", "create", "/administration/{1}/service-clients", &[("name", "{name}"), ("scopes", "library:read")]),
    opens("service clients", "revoke", "/administration/{1}/service-clients/{2}/revocation"),
    sends("service clients", "revoke", "/administration/{1}/service-clients/{2}/revocation", &[]),
    opens("installation", "add an organisation", "/administration/organisations"),
    sends("installation", "add an organisation", "/administration/organisations", &[("name", "{name}"), ("kind", "{kind}")]),
    opens("installation", "back up", "/administration/health"),
    sends("installation", "back up", "/administration/backups", &[]),
    opens("other authority", "rename", "/administration/{1}/name"),
    sends("other authority", "rename", "/administration/{1}/name", &[SEEN, ("name", "{name}")]),
    opens("other authority", "list members", "/administration/{1}/members"),
    sends("other authority", "invite", "/administration/{1}/invitations", SOMEBODY),
    opens("other authority", "list service clients", "/administration/{1}/service-clients"),
    opens("other authority", "list drafts", "/drafts?organisation={1}"),
    sends("other authority", "write an example", "/drafts/new", &[("organisation", "{1}"), TITLE, SUMMARY]),
];
