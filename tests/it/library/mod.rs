//! The library: write, publish, revise, withdraw, find, follow, cite.

mod drafts;
mod finding;
mod publishers;
mod revisions;
mod text;

use serde_json::{Value, json};
use soundings::access::Role;

use crate::service::{Answer, Client, Service};

/// An editor of one authority.
async fn editor(service: &Service) -> Client {
    let authority = service.authority("Northmoor Council").await;
    service.person(authority, "Daniel Editor", &[Role::Editor]).await
}

/// An editor of another.
async fn neighbour(service: &Service) -> Client {
    let authority = service.authority("Eastvale Council").await;
    service.person(authority, "Elin Editor", &[Role::Editor]).await
}

fn shelf(client: &Client) -> String {
    format!("/organisations/{}/practice-examples", client.authority)
}

async fn writes(author: &Client, body: Value) -> Answer {
    author.post(&shelf(author), body).await
}

async fn drafts(author: &Client, title: &str) -> Answer {
    writes(author, json!({ "title": title, "summary": "What it is." })).await.is(201)
}

fn path(id: &str) -> String {
    format!("/practice-examples/{id}")
}

fn publication(id: &str) -> String {
    format!("/practice-examples/{id}/publication")
}

/// The titles in a list, in order of the alphabet.
fn titles(answer: &Answer) -> Vec<&str> {
    let mut titles: Vec<&str> = answer.items().iter().map(|item| item["title"].as_str().unwrap()).collect();
    titles.sort_unstable();
    titles
}

async fn finds(client: &Client, query: &str) -> Answer {
    client.get(&format!("/practice-examples?{query}")).await.is(200)
}

/// The ids on every page of a list or a search.
async fn every_page(client: &Client, query: &str) -> Vec<String> {
    let (mut ids, mut place) = (Vec::new(), String::new());
    loop {
        let page = finds(client, &format!("{query}{place}")).await;
        ids.extend(page.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        assert!(ids.len() < 100, "the pages do not end");
        let Some(next) = page.json["next"].as_str() else { return ids };
        assert!(page.header("link").contains(next) && page.header("link").contains("rel=\"next\""));
        place = format!("&cursor={next}");
    }
}

fn count(found: &Answer, facet: &str, value: &str) -> u64 {
    let counts = found.json["facets"][facet].as_array().unwrap();
    counts.iter().find(|count| count["value"] == value).map_or(0, |count| count["count"].as_u64().unwrap())
}

/// Everything public that could mention an example, as one text.
async fn everything_public(nobody: &Client) -> String {
    let mut text = String::new();
    for address in [
        "/practice-examples",
        "/practice-examples?q=heron",
        "/practice-examples?theme=early-help",
        "/practice-examples.atom",
        "/practice-examples.json",
    ] {
        let answer = nobody.get(address).await.is(200);
        text.push_str(&answer.text);
    }
    text
}
