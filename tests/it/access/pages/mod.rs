//! The matrix over the pages: what somebody may not do by a request they may not do by a page either, and what they may they
//! may. The secret of a form is always its sender's own: what is refused is refused for who they are.
//!
//! * this file: who stands before the pages, and what comes of what they send
//! * `table`: which line is which page
//! * `exceptions`: where the two differ, and what is left out

mod exceptions;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use poem::http::Method;
use serde_json::Value;
use soundings::{id::PersonId, router::page_addresses};
use uuid::Uuid;

use exceptions::{EXCEPTIONS, Exception, NO_PAGE, NOT_ASKED};
use table::PAGES;
pub use table::Way;

use super::{Door, PERSONAS, Row, asks::Ask, class, rows, world::World};
use crate::{
    browser::{Browser, Page},
    service::{Answer, Client, run},
};

/// Those who come with what they come to the interface with: a token, or nothing.
const WITHOUT_A_BROWSER: [&str; 5] = ["publisher", "reader", "other-client", "anonymous", "narrow"];
/// Those who are nobody to a page: they have no session, or it has ended.
const SIGNED_OUT: [&str; 2] = ["anonymous", "leaver"];

/// Everybody before the pages.
pub type Visitors = BTreeMap<&'static str, Visitor>;

/// Somebody before the pages: with the cookie of their session or, where they have no browser, with their token.
pub struct Visitor {
    client: Client,
    cookie: Option<String>,
    signed_out: bool,
    /// The secret of their own forms; whoever has none finds no such form.
    secret: String,
}

impl Visitor {
    async fn of(world: &World, who: &'static str) -> Self {
        let client = world.who(who);
        let cookie = match who {
            "leaver" => world.left_open.clone(),
            _ if WITHOUT_A_BROWSER.contains(&who) => None,
            _ => Browser::of(&client).await.cookie,
        };
        let token = client.token.clone().filter(|_| cookie.is_none());
        let signed_out = SIGNED_OUT.contains(&who);
        let mut visitor = Self { client: Client { token, ..client }, cookie, signed_out, secret: String::new() };
        let answer = visitor.send(Method::GET, "/reflections/new", String::new()).await;
        visitor.secret = Page { answer, path: String::new() }.field("form_token");
        assert_eq!(visitor.secret.is_empty(), who != "narrow" && (WITHOUT_A_BROWSER.contains(&who) || signed_out), "{who}");
        visitor
    }

    async fn send(&self, method: Method, path: &str, body: String) -> Answer {
        let mut headers = vec![("accept", "text/html"), ("sec-fetch-site", "same-origin")];
        if method == Method::POST {
            headers.push(("content-type", "application/x-www-form-urlencoded"));
        }
        if let Some(cookie) = &self.cookie {
            headers.push(("cookie", cookie.as_str()));
        }
        self.client.send(method, &format!("/root{path}"), &headers, body).await
    }

    /// Sends a request and goes where it leads, but not to sign in. Each step is a status, and where that leads.
    async fn walks(&self, method: Method, path: &str, body: String) -> Vec<(u16, String)> {
        let mut steps = Vec::new();
        let mut next = Some((method, path.to_owned(), body));
        while let Some((method, path, body)) = next.take().filter(|_| steps.len() < 5) {
            let answer = self.send(method, &path, body).await;
            let onwards = answer.header("location").to_owned();
            if answer.status == 303 && !to_sign_in(&onwards) {
                next = Some((Method::GET, onwards.clone(), String::new()));
            }
            steps.push((answer.status, onwards));
        }
        steps
    }

    /// The form of a page, filled in as the request that it stands for.
    fn form(&self, fields: &[(&str, &str)], ask: &Ask) -> String {
        let once: Uuid = self.client.service.app.clock.new_id();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("form_token", &self.secret);
        form.append_pair("form_whose", &self.client.id.to_string());
        form.append_pair("form_once", &once.to_string());
        for (name, value) in fields {
            form.append_pair(name, &filled(value, ask, self.client.id));
        }
        form.finish()
    }
}

fn to_sign_in(address: &str) -> bool {
    address.starts_with("/sign-in")
}

/// What comes of the page that stands for a request.
pub async fn answer(way: &Way, visitor: &Visitor, ask: &Ask) -> (char, String) {
    let address = filled(way.address, ask, visitor.client.id);
    let body = way.form.map(|fields| visitor.form(fields, ask)).unwrap_or_default();
    let steps = visitor.walks(way.method(), &address, body).await;
    let (last, onwards) = &steps[steps.len() - 1];
    let class = if *last == 303 && to_sign_in(onwards) { '✘' } else { class(*last) };
    // Whoever is signed out is asked to sign in, and what they sent waits meanwhile: they don't hear that nothing is there.
    let waits = steps[0].0 == 401 || to_sign_in(&steps[0].1);
    let lost = class == '✘' && visitor.signed_out && !waits && !way.address.starts_with("/practice-examples");
    let went: Vec<String> = steps.iter().map(|(status, onwards)| format!("{status} {onwards}").trim().to_owned()).collect();
    let how = format!("{} {address}: {}", way.method(), went.join(", "));
    if lost { ('?', format!("{how}, and not asked to sign in,")) } else { (class, how) }
}

/// An address or a field with its gaps filled.
fn filled(text: &str, ask: &Ask, sender: PersonId) -> String {
    let filled = gaps(ask, sender).iter().fold(text.to_owned(), |text, (gap, value)| text.replace(&format!("{{{gap}}}"), value));
    assert!(!filled.contains('{'), "{filled} for {} {}", ask.method, ask.path);
    filled
}

/// What fills gaps, from the request that the page stands for: its ids by their number, the revision that it compares, and the
/// members of its body by their names.
fn gaps(ask: &Ask, sender: PersonId) -> Vec<(String, String)> {
    let ids = ask.path.split(['/', '?', '=', '&']).filter(|part| part.parse::<Uuid>().is_ok());
    let mut gaps: Vec<(String, String)> = (1..).zip(ids).map(|(number, id)| (number.to_string(), id.to_owned())).collect();
    gaps.extend(ask.if_match.iter().map(|etag| ("revision".to_owned(), etag.trim_matches('"').to_owned())));
    let members = ask.body.as_ref().and_then(Value::as_object).into_iter().flatten();
    gaps.extend(members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))));
    let said = |name: &str| gaps.iter().find(|(gap, _)| gap == name).map(|(_, value)| value.clone());
    // A page proposes supervision for whoever sends it: with whom, and on which side.
    if let (Some(supervisor), Some(worker)) = (said("supervisor_id"), said("worker_id")) {
        let (other, side) = if worker == sender.to_string() { (supervisor, "worker") } else { (worker, "supervisor") };
        gaps.extend([("other".to_owned(), other), ("side".to_owned(), side.to_owned())]);
    }
    gaps
}

/// The pages that do a line.
fn ways(row: &Row) -> Vec<&'static Way> {
    PAGES.iter().filter(|way| (way.object, way.action) == (row.object, row.action)).collect()
}

/// A line as pages have it.
fn on_pages(row: &Row) -> Row {
    let known = |who: &str| {
        let of_it = |exception: &&Exception| exception.lines.contains(&(row.object, row.action));
        EXCEPTIONS.iter().filter(of_it).find(|exception| exception.who.contains(&who))
    };
    let cell = |(who, cell): (&str, &char)| known(who).map_or(*cell, |exception| exception.cell);
    Row { cells: PERSONAS.into_iter().zip(&row.cells).map(cell).collect(), ..*row }
}

#[test]
fn pages_do_what_the_matrix_grants_and_nothing_else() {
    run(async {
        let world = World::new().await;
        let mut visitors = Visitors::new();
        for who in PERSONAS {
            visitors.insert(who, Visitor::of(&world, who).await);
        }
        let (mut cells, mut differences) = (0, Vec::new());
        for row in rows() {
            let row = on_pages(&row);
            for way in ways(&row) {
                world.compare(&row, Door::Page(way, &visitors), &mut differences).await;
                cells += row.cells.len();
            }
        }
        println!("A1: {cells} cells over pages, {} differences", differences.len());
        assert!(differences.is_empty(), "{} of {cells} cells differ:\n{}", differences.len(), differences.join("\n"));
        a_wrong_line_is_noticed(&world, &visitors).await;
    });
}

/// The positive control: in the answer and in the store.
async fn a_wrong_line_is_noticed(world: &World, visitors: &Visitors) {
    let mut differences = Vec::new();
    let wrong = Row { object: "reflection", action: "delete", cells: vec!['✘'; PERSONAS.len()] };
    world.compare(&wrong, Door::Page(ways(&wrong)[0], visitors), &mut differences).await;
    assert_eq!(differences.len(), 2, "{differences:?}");
    assert!(differences[0].starts_with("reflection | delete | author:"), "{differences:?}");
    assert!(differences[1].contains("what was refused changed") && differences[1].contains("\"reflection\""), "{differences:?}");
}

/// A page as the service names it, such as `POST /reflections/{reflection}/mark`.
fn named(way: &Way) -> String {
    let path: Vec<&str> = way.address.split('?').next().unwrap().split('/').collect();
    let fits = |template: &&str| {
        let parts: Vec<&str> = template.split('/').collect();
        parts.len() == path.len() && parts.iter().zip(&path).all(|(part, own)| part.starts_with('{') || part == own)
    };
    // Fixed words before placeholders, as the service reads addresses.
    let known = page_addresses().into_iter().map(|(template, _)| template).filter(fits);
    let template = known.min_by_key(|template| template.matches('{').count());
    format!("{} {}", way.method(), template.unwrap_or_else(|| panic!("no page is at {}", way.address)))
}

#[test]
fn every_line_is_asked_of_a_page_or_says_why_not() {
    let rows = rows();
    let lines: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row.object, row.action)).collect();
    let asked: BTreeSet<(&str, &str)> = PAGES.iter().map(|way| (way.object, way.action)).collect();
    let not: BTreeSet<(&str, &str)> = NO_PAGE.iter().flat_map(|(lines, _)| lines.iter().copied()).collect();
    assert!(asked.is_disjoint(&not), "{:?}", asked.intersection(&not));
    assert_eq!(asked.union(&not).copied().collect::<BTreeSet<_>>(), lines);
    for exception in EXCEPTIONS {
        for line in exception.lines {
            let row = rows.iter().find(|row| (row.object, row.action) == *line).unwrap();
            let differs =
                PERSONAS.iter().zip(&row.cells).any(|(who, cell)| exception.who.contains(who) && exception.cell != *cell);
            assert!(differs && asked.contains(line), "{line:?} is no exception any more: {}", exception.because);
        }
    }
}

#[test]
fn every_page_is_asked_or_says_why_not() {
    let there: BTreeSet<String> = page_addresses()
        .into_iter()
        .flat_map(|(address, methods)| methods.iter().map(move |method| format!("{method} {address}")))
        .filter(|page| !page.starts_with("HEAD "))
        .collect();
    let asked: BTreeSet<String> = PAGES.iter().map(named).collect();
    let not: BTreeSet<String> = NOT_ASKED.iter().flat_map(|(pages, _)| pages.iter().map(|page| (*page).to_owned())).collect();
    assert!(asked.is_disjoint(&not), "{:?}", asked.intersection(&not));
    assert_eq!(asked.union(&not).cloned().collect::<BTreeSet<_>>(), there);
    println!("A1: {} pages are asked, {} are not", asked.len(), not.len());
}
