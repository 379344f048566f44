//! Who may do what (A1): every persona, every object, every action, by the request that a client sends and by the page that
//! does the same.
//!
//! `matrix.txt` says what is right and is written by hand. What would succeed is asked of an object made for that cell; what
//! is refused changes nothing in the store.
//!
//! * this file: the matrix, and its comparison with what happens
//! * `world`: everybody, and what lies between them
//! * `asks`: the request behind each line
//! * `pages`: the same lines, asked of the pages
//! * `rules`: the policy by itself

mod asks;
mod pages;
mod rules;
mod world;

use asks::Ask;
use pages::{Visitors, Way};
use world::World;

use crate::service::run;

const MATRIX: &str = include_str!("../matrix.txt");

/// How many lines the matrix has: one that is lost should be missed.
const ROWS: usize = 138;

/// The columns of the matrix.
const PERSONAS: [&str; 19] = [
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
    "leaver",
    "other-member",
    "other-admin",
    "publisher",
    "reader",
    "other-client",
    "anonymous",
    "narrow",
];

/// One line of the matrix.
pub struct Row {
    object: &'static str,
    action: &'static str,
    cells: Vec<char>,
}

fn rows() -> Vec<Row> {
    let mut lines = MATRIX.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let parts = |line: &'static str| line.split('|').map(str::trim).collect::<Vec<_>>();
    let head = parts(lines.next().unwrap());
    assert_eq!(head[2].split_whitespace().collect::<Vec<_>>(), PERSONAS, "the columns of matrix.txt");
    lines
        .map(|line| {
            let parts = parts(line);
            let cells: Vec<char> = parts[2].split_whitespace().flat_map(str::chars).collect();
            assert_eq!(cells.len(), PERSONAS.len(), "{line}");
            Row { object: parts[0], action: parts[1], cells }
        })
        .collect()
}

/// What a status means in the matrix.
fn class(status: u16) -> char {
    match status {
        200..=299 => '✔',
        401 | 403 | 404 | 410 => '✘',
        409 | 412 | 422 => '~',
        _ => '?',
    }
}

/// A way into the service.
#[derive(Clone, Copy)]
enum Door<'a> {
    /// The request itself.
    Interface,
    /// A page that does the same, and everybody before the pages.
    Page(&'a Way, &'a Visitors),
}

impl Door<'_> {
    /// What somebody is answered: what it means in the matrix, and in full.
    async fn answer(self, world: &World, who: &str, ask: &Ask) -> (char, String) {
        match self {
            Self::Interface => {
                let status = world.send(who, ask).await;
                (class(status), status.to_string())
            }
            Self::Page(way, visitors) => pages::answer(way, &visitors[who], ask).await,
        }
    }
}

impl World {
    /// Compares one line of the matrix with what happens; notes each difference.
    async fn compare(&self, row: &Row, door: Door<'_>, differences: &mut Vec<String>) {
        let cells: Vec<(&str, char)> = PERSONAS.into_iter().zip(row.cells.iter().copied()).collect();
        let mut note = |name: &str, expected: char, (class, answer): (char, String)| {
            if class != expected {
                differences.push(format!("{} | {} | {name}: {expected} expected, {answer} answered", row.object, row.action));
            }
        };
        let common = self.ask(row, "anonymous").await;
        let mut refused = Vec::new();
        for &(name, expected) in &cells {
            if expected == '✔' {
                continue;
            }
            let ask = if row.object == "own share" { self.ask(row, name).await } else { common.clone() };
            refused.push((name, expected, ask));
        }
        let before = self.inventory().await;
        for (name, expected, ask) in refused {
            note(name, expected, door.answer(self, name, &ask).await);
        }
        let after = self.inventory().await;
        for &(name, expected) in &cells {
            if expected == '✔' {
                let ask = self.ask(row, name).await;
                note(name, expected, door.answer(self, name, &ask).await);
            }
        }
        let changed: Vec<&String> =
            after.iter().filter(|(table, held)| before.get(*table) != Some(*held)).map(|(table, _)| table).collect();
        if !changed.is_empty() || before.len() != after.len() {
            differences.push(format!("{} | {}: what was refused changed {changed:?}", row.object, row.action));
        }
    }
}

#[test]
fn everybody_does_what_the_matrix_grants_and_nothing_else() {
    run(async {
        let world = World::new().await;
        let (mut cells, mut lines, mut differences) = (0, 0, Vec::new());
        for row in rows() {
            world.compare(&row, Door::Interface, &mut differences).await;
            cells += row.cells.len();
            lines += 1;
        }
        println!("A1: {cells} cells, {} differences", differences.len());
        assert!(differences.is_empty(), "{} of {cells} cells differ:\n{}", differences.len(), differences.join("\n"));
        assert_eq!(lines, ROWS, "lines of matrix.txt: add or remove one knowingly");
    });
}

/// The positive control: a matrix that is wrong is found out, in the answer and in the store.
#[test]
fn a_wrong_matrix_is_noticed() {
    run(async {
        let world = World::new().await;
        let mut differences = Vec::new();
        let wrong = Row { object: "reflection", action: "delete", cells: vec!['✘'; PERSONAS.len()] };
        world.compare(&wrong, Door::Interface, &mut differences).await;
        assert_eq!(differences.len(), 2, "{differences:?}");
        assert!(differences[0].starts_with("reflection | delete | author:"), "{differences:?}");
        assert!(
            differences[1].contains("what was refused changed") && differences[1].contains("\"reflection\""),
            "{differences:?}"
        );
    });
}
