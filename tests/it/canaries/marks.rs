//! Who may see which marker: a table written by hand.

/// A marker: letters only, so that no encoding changes it, and none is part of another.
pub fn mark(name: &str) -> String {
    format!("qzx{name}z")
}

/// A word that several texts have, to search for: it gives nothing away by itself.
pub const COMMON: &str = "heronry";

/// Everybody who sees what is published.
const EVERYONE: [&str; 12] = [
    "worker",
    "peer",
    "supervisor",
    "psw",
    "editor",
    "admin",
    "governance",
    "other",
    "publisher",
    "reader",
    "anonymous",
    "narrow",
];

/// Who may see what: by the fields that hold markers.
pub const MARKS: &[(&[&str], &[&str])] = &[
    // A reflection as it was shared with the peer, and the word that went with it.
    (&["body", "title", "unease", "unknown", "hypothesis"], &["worker", "peer"]),
    (&["note", "response"], &["worker", "peer"]),
    // Tags are the author's own; so is what they wrote after they shared, and what they are typing.
    (&["tag", "laterbody", "latertitle"], &["worker"]),
    (&["copybody", "copytitle", "copytag", "copyunease", "copyunknown", "copyhypothesis"], &["worker"]),
    (&["begunbody", "beguntitle", "begununease"], &["worker"]),
    (&["unsharedbody", "unsharedtitle"], &["worker"]),
    // Shared with the principal social worker until a day that has passed.
    (&["lapsedbody", "lapsednote"], &["worker"]),
    // Shared with a supervisor who has stopped being one: nothing of that share is left but the author's text.
    (&["formerbody"], &["worker"]),
    (&["formernote"], &[]),
    (&["promptstitle", "promptssummary", "promptsintroduction", "promptsstep", "promptsquestion"], &["worker"]),
    (&["purpose", "frequency", "recording", "limits", "disagree"], &["worker", "supervisor"]),
    (&["place", "moved", "cancelled", "agendaworker", "agendasupervisor"], &["worker", "supervisor"]),
    // The agreement that has ended stays readable to its two sides.
    (&["endedpurpose", "endedplace", "endedagenda"], &["worker", "psw"]),
    // Drafts are their writers' own, and what they withdrew.
    (
        &[
            "drafttitle",
            "draftsummary",
            "draftchild",
            "draftcontext",
            "draftdid",
            "draftdifference",
            "draftfailed",
            "drafttook",
            "draftreached",
            "draftevidence",
            "draftevidencesource",
            "drafttheme",
            "draftsource",
            "drafturl",
            "draftcontact",
            "draftlicence",
            "draftsummarises",
            "draftkey",
            "redraft",
            "withdrawn",
        ],
        &["editor", "reader"],
    ),
    (&["published"], &EVERYONE),
    // An invitation is the administrators'.
    (&["invitedname", "invitedemail", "clientname"], &["admin"]),
    (&["tokenname"], &["worker"]),
    (&["organisationname"], &["other"]),
];
