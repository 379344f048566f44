//! A3 over the pages: everybody opens every page that there is, of everything that was written, each in a browser of their
//! own; so do somebody who was signed in until they left, and nobody.

use std::collections::BTreeSet;

use poem::http::Method;
use soundings::{access::Role, router};

use super::{
    Seen, bytes, compare,
    marks::{COMMON, mark},
    village::{Secret, Village},
};
use crate::{browser::Browser, service::run};

/// Those who sit in front of a browser. Systems and tokens open no pages.
const SIGNED_IN: [&str; 8] = ["worker", "peer", "supervisor", "psw", "editor", "admin", "governance", "other"];

/// What no page shows to anybody, and why. Whatever comes to be shown is taken off the list.
const NOT_ON_A_PAGE: [(&str, &str); 2] =
    [("draftkey", "it is for the system that wrote the draft"), ("withdrawn", "a tombstone stands in its place")];

/// What people look for in the two lists that can be searched.
const LOOKED_FOR: [&str; 11] = [
    "body",
    "laterbody",
    "latertitle",
    "copybody",
    "begunbody",
    "unsharedbody",
    "note",
    "response",
    "agendaworker",
    "draftsummary",
    "redraft",
];

/// The pages that open to a link alone, or to somebody who has set up codes. Nothing that anybody wrote is on them.
const NEED_MORE: [&str; 4] = ["/account/codes/recovery", "/account/codes/removal", "/invitations/{link}", "/setup/{link}"];

/// A query, and the marker that it names, if it names one: a page says back to whoever asks what they asked for.
type Query = (String, Option<String>);

fn plain(query: &str) -> Query {
    (query.to_owned(), None)
}

fn naming(field: &str, name: &str) -> Query {
    let marker = mark(name);
    (format!("?{field}={marker}"), Some(marker))
}

fn each(field: &str, ids: &BTreeSet<String>) -> Vec<Query> {
    ids.iter().map(|id| (format!("?{field}={id}"), None)).collect()
}

/// A page to open.
struct Address {
    template: &'static str,
    path: String,
    names: Option<String>,
}

/// Every page that can be opened, with every id there is, in every way in which it is asked.
fn addresses(village: &Village) -> Vec<Address> {
    let mut all = Vec::new();
    for (template, methods) in router::page_addresses() {
        if !methods.contains(&"GET") {
            continue;
        }
        let queries = queries(template, village);
        for path in village.filled(template) {
            for (query, names) in std::iter::once(&plain("")).chain(&queries) {
                all.push(Address { template, path: format!("{path}{query}"), names: names.clone() });
            }
        }
    }
    all
}

/// The ways in which a page is asked for something.
fn queries(template: &str, village: &Village) -> Vec<Query> {
    let searches: Vec<Query> = LOOKED_FOR.iter().map(|name| naming("q", name)).collect();
    let common = plain(&format!("?q={COMMON}"));
    match template {
        "/reflections" => {
            let filters = vec![plain("?from=2026-01-01&to=2026-12-31"), naming("tag", "tag"), naming("tag", "copytag")];
            [searches, vec![common], filters].concat()
        }
        "/practice-examples" => {
            let filters = vec![plain("?theme=early-help"), plain("?maturity=idea"), naming("theme", "drafttheme")];
            [searches, vec![common], filters, each("organisation", &village.ids["organisation"])].concat()
        }
        "/reflections/new" => [each("begun", &village.ids["begun"]), each("prompt_set", &village.ids["slug"])].concat(),
        "/drafts" => each("organisation", &village.ids["organisation"]),
        "/reflections/{reflection}/revisions" | "/practice-examples/{example}/versions" => vec![plain("?before=2")],
        "/sign-in" => vec![plain("?to=/reflections")],
        _ => Vec::new(),
    }
}

/// A browser for everybody; for somebody who left while they were signed in; and for nobody.
async fn browsers(village: &Village) -> Vec<(&'static str, Browser)> {
    let mut all = Vec::new();
    for (name, client) in village.people.iter().filter(|(name, _)| SIGNED_IN.contains(name)) {
        all.push((*name, Browser::of(client).await));
    }
    assert_eq!(all.len(), SIGNED_IN.len());
    let (team, every) = (&village.team, [Role::Practitioner, Role::Supervisor, Role::Editor, Role::Administrator]);
    let gone = village.service.person(team.authority, "Gwen Gone", &every).await;
    let browser = Browser::of(&gone).await;
    let member = format!("/organisations/{}/members/{}", team.authority, gone.id);
    team.admin.delete_if(&member, "\"1\"").await.is(204);
    all.push(("gone", browser));
    all.push(("anonymous", Browser::new(&village.service)));
    all
}

/// What is looked for on pages: what the interface hides, and the secret of each browser. No page says that one to anybody.
fn wanted(village: &Village, browsers: &[(&'static str, Browser)]) -> Vec<Secret> {
    let known: BTreeSet<&'static str> = browsers.iter().map(|(name, _)| *name).collect();
    let mut wanted = village.wanted();
    for (what, _, readers) in &mut wanted {
        readers.retain(|reader| known.contains(reader));
        // Whoever has left is nobody.
        if readers.contains(&"anonymous") {
            readers.push("gone");
        }
        if NOT_ON_A_PAGE.iter().any(|(name, _)| *name == what.as_str()) {
            readers.clear();
        }
    }
    for (name, browser) in browsers {
        let Some((_, secret)) = browser.cookie.as_deref().and_then(|cookie| cookie.split_once('=')) else { continue };
        wanted.push((format!("the browser of {name}"), secret.to_owned(), Vec::new()));
    }
    wanted
}

/// What everybody saw.
#[derive(Default)]
struct Looked {
    seen: Vec<Seen>,
    titles: Vec<Seen>,
    /// The pages that somebody got to see.
    opened: BTreeSet<&'static str>,
}

/// Everybody opens everything. Each page is opened as if it were the first: what one page does to a cookie closes no other.
async fn look(browsers: &[(&'static str, Browser)], addresses: &[Address]) -> Looked {
    let mut looked = Looked::default();
    for (by, browser) in browsers.iter().map(|(by, browser)| (*by, browser)) {
        for address in addresses {
            let path = &address.path;
            let answer = browser.clone().send(Method::GET, path, String::new()).await;
            assert!(answer.status < 500, "{path} for {by}: {}", answer.text);
            if answer.status == 200 {
                looked.opened.insert(address.template);
            }
            if let Some(title) = title(&answer.text) {
                looked.titles.push(Seen { by, at: path.clone(), bytes: title.to_owned() });
            }
            let all = bytes(&answer);
            let bytes = address.names.as_deref().map_or_else(|| all.clone(), |marker| all.replace(marker, ""));
            looked.seen.push(Seen { by, at: path.clone(), bytes });
        }
    }
    looked
}

/// What the browser's tab says.
fn title(page: &str) -> Option<&str> {
    page.split_once("<title>")?.1.split_once("</title>").map(|(title, _)| title)
}

#[test]
fn nobody_sees_on_a_page_what_is_not_theirs() {
    run(async {
        let village = Village::new().await;
        let browsers = browsers(&village).await;
        let wanted = wanted(&village, &browsers);
        let looked = look(&browsers, &addresses(&village)).await;
        let (leaks, missing) = compare(&wanted, &looked.seen);
        let (answers, canaries) = (looked.seen.len(), wanted.len());
        println!("A3: {answers} answers of pages, {canaries} canaries, {} seen by the wrong person", leaks.len());
        assert!(leaks.is_empty(), "{leaks:#?}");
        assert!(missing.is_empty(), "whoever may see a marker sees it on a page: {missing:#?}");
        let pages = router::page_addresses().into_iter().filter(|(_, methods)| methods.contains(&"GET"));
        let all: BTreeSet<&str> = pages.map(|(template, _)| template).collect();
        let shut: BTreeSet<&str> = all.difference(&looked.opened).copied().collect();
        assert_eq!(shut, BTreeSet::from(NEED_MORE), "every other page was opened by somebody");

        // A title stands in the tab, in the history, and on every screen that is shared.
        let mut private = BTreeSet::new();
        let hidden: Vec<&Secret> = wanted.iter().filter(|(.., readers)| !readers.contains(&"anonymous")).collect();
        for Seen { by, at, bytes } in &looked.titles {
            let told = hidden.iter().filter(|(_, text, _)| bytes.contains(text.as_str()));
            private.extend(told.map(|(what, ..)| format!("{what} is in the title of {at}, for {by}")));
        }
        assert!(private.is_empty(), "{private:#?}");
        assert!(looked.titles.iter().any(|title| title.bytes.contains(&mark("published"))), "what is published stands in one");
    });
}
