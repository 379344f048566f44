//! Where pages differ from the matrix, and what is left out: each with the reason.

use super::table::Line;

const SYSTEMS: &[&str] = &["publisher", "reader", "other-client"];
/// Those who have a session. `leaver` had one.
const SIGNED_IN: &[&str] = &[
    "author",
    "colleague",
    "supervisor",
    "pending",
    "former",
    "peer",
    "lapsed",
    "psw",
    "editor",
    "admin",
    "governance",
    "other-member",
    "other-admin",
];

/// Where pages differ from the matrix: on these lines, for these people.
pub struct Exception {
    pub lines: &'static [Line],
    pub who: &'static [&'static str],
    pub cell: char,
    pub because: &'static str,
}

pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        lines: &[("oneself", "offer an app a secret")],
        who: SIGNED_IN,
        cell: '✔',
        because: "it takes a session, and here they have one",
    },
    Exception {
        lines: &[("oneself", "turn codes on")],
        who: SIGNED_IN,
        cell: '~',
        because: "it takes a session, and here they have one; the code is wrong",
    },
    Exception {
        lines: &[("oneself", "turn codes off")],
        who: SIGNED_IN,
        cell: '✔',
        because: "whoever has no codes is shown that they have none, and nothing is done",
    },
    Exception {
        lines: &[("oneself", "list what I return to")],
        who: &["leaver", "publisher", "reader", "other-client", "anonymous"],
        cell: '✔',
        because: "the start page leads whoever is not signed in to the library",
    },
    Exception {
        lines: &[("oneself", "preview markdown")],
        who: SYSTEMS,
        cell: '✘',
        because: "a preview stands on a sheet, and systems have no sheets",
    },
    Exception {
        lines: &[("agreement", "propose")],
        who: &["pending", "former", "psw"],
        cell: '✔',
        because: "a page proposes for whoever sends it, and they may supervise the colleague",
    },
    Exception {
        lines: &[("agreement", "propose")],
        who: &["author", "peer", "lapsed", "editor", "admin", "governance", "other-member", "other-admin"],
        cell: '~',
        because: "a page proposes for whoever sends it, and they may not supervise the colleague",
    },
    Exception {
        lines: &[
            ("library", "list"),
            ("library", "search"),
            ("published example", "read"),
            ("published example", "list versions"),
            ("published example", "read a version"),
            ("published example", "cite"),
        ],
        who: &["leaver"],
        cell: '✔',
        because: "whose session has ended is nobody, and reads what everybody reads",
    },
    Exception {
        lines: &[
            ("draft example", "list"),
            ("draft example", "read"),
            ("draft example", "write"),
            ("draft example", "revise"),
            ("draft example", "publish"),
            ("draft example", "withdraw"),
            ("published example", "read the draft"),
            ("published example", "revise"),
            ("published example", "publish"),
            ("published example", "withdraw"),
            ("withdrawn example", "read the draft"),
            ("other authority", "list drafts"),
            ("other authority", "write an example"),
        ],
        who: SYSTEMS,
        cell: '✘',
        because: "pages for editors are for people who are signed in",
    },
    Exception {
        lines: &[("withdrawn example", "withdraw")],
        who: &["editor"],
        cell: '✔',
        because: "pressed twice, with the reason that stands there: it is done",
    },
    Exception {
        lines: &[("withdrawn example", "read the draft")],
        who: &["editor"],
        cell: '✘',
        because: "pages show nothing of what was withdrawn but why",
    },
];

/// Lines that no page does.
pub const NO_PAGE: &[(&[Line], &str)] = &[
    (
        &[
            ("oneself", "create a prompt set"),
            ("prompt set of the author", "read"),
            ("prompt set of the author", "change"),
            ("prompt set of the author", "delete"),
            ("prompt set of the author", "fork"),
            ("shipped prompt set", "change"),
            ("shipped prompt set", "delete"),
        ],
        "a sheet lists its writer's prompt sets and shows the questions of one; everything else is the interface's",
    ),
    (&[("library", "follow by Atom"), ("library", "follow by JSON Feed")], "feeds are for programs"),
    (&[("draft example", "put under a key")], "keys are for machine publishers"),
    (&[("draft example", "write and publish")], "on pages, publishing is a step of its own"),
    (&[("draft example", "cite")], "a page cites what is published"),
    (
        &[
            ("organisation", "read"),
            ("organisation", "list colleagues"),
            ("other authority", "read"),
            ("other authority", "list colleagues"),
        ],
        "names stand where one chooses among them, on the pages of a share and of a proposal",
    ),
    (&[("installation", "is it alive"), ("installation", "is it ready")], "probes are for machines"),
];

/// Pages that no line is about.
pub const NOT_ASKED: &[(&[&str], &str)] = &[
    (
        &[
            "GET /accessibility",
            "GET /privacy",
            "GET /who-can-see-what",
            "GET /help-with-writing",
            "GET /interface",
            "GET /interface/explorer",
            "GET /interface/{area}",
        ],
        "nobody signs in to read them",
    ),
    (&["GET /sign-in", "POST /sign-in", "POST /sign-out"], "getting in and out is everybody's"),
    (
        &["GET /setup/{link}", "POST /setup/{link}", "GET /invitations/{link}", "POST /invitations/{link}"],
        "whoever has the link may",
    ),
    (&["GET /account/password", "POST /account/password"], "the sender's own, for the password that it asks for"),
    (&["GET /administration"], "shows each administrator where they administer"),
    (&["GET /drafts/new", "GET /supervision/agreements/new"], "an empty form for something of the sender's own"),
];
