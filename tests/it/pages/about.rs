//! Pages about the service, and the reference of its interface.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use scraper::{Html, Selector};
use soundings::{
    about::reading,
    access::{Action, Actor, Credential, Object, Person, Role, Scope, Standing, permits},
    clock::Clock,
    config::Config,
    id::{OrganisationId, PersonId},
    router,
};
use uuid::Uuid;

use crate::{
    browser::{Browser, Page},
    service::{Service, run, today},
};

/// The pages of the areas of the contract.
fn areas() -> Vec<String> {
    let document = router::document();
    let tags = document["tags"].as_array().unwrap().iter();
    tags.map(|tag| format!("/interface/{}", tag["name"].as_str().unwrap().to_lowercase())).collect()
}

/// Every page about the service.
fn pages() -> Vec<String> {
    let texts = ["/accessibility", "/privacy", "/who-can-see-what", "/help-with-writing", "/interface", "/interface/explorer"];
    texts.map(str::to_owned).into_iter().chain(areas()).collect()
}

/// The levels of a page's headings, in their order.
fn levels(page: &Page) -> Vec<u32> {
    let html = Html::parse_document(&page.answer.text);
    let headings = Selector::parse("main h1, main h2, main h3, main h4, main h5, main h6").unwrap();
    html.select(&headings).map(|heading| heading.value().name()[1..].parse().unwrap()).collect()
}

#[test]
fn every_text_about_the_service_reads() {
    let texts = reading::shipped().unwrap();
    for name in ["accessibility", "privacy", "who-can-see-what", "help-with-writing", "interface"] {
        let text = &texts[&format!("en/{name}")];
        assert!(!text.introduction.is_empty() && text.sections.len() > 3, "{name}");
        for section in &text.sections {
            assert!(!section.text.contains("\n#"), "{name}: headings below sections would leave a level out");
            assert!(!section.text.contains("](/"), "{name}: a link within the service is taken out of a text");
        }
    }
}

#[test]
fn everyone_can_read_about_the_service() {
    run(async {
        let service = Service::new().await;
        let mut nobody = Browser::new(&service);
        let mut worker = Browser::of(&service.team().await.worker).await;
        for path in pages() {
            for browser in [&mut nobody, &mut worker] {
                let page = browser.visit(&path).await.is(200);
                assert_eq!(page.path, path, "it leads nowhere else");
                let levels = levels(&page);
                assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{path}");
                assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1), "{path} leaves a level out: {levels:?}");
                assert!(page.attributes("[style]", "style").is_empty(), "{path}");
                let mut named = page.answer.text.split("about.").skip(1);
                assert!(named.all(|after| !after.starts_with(|c: char| c.is_ascii_lowercase())), "{path}: a word is missing");
            }
        }
        nobody.visit("/interface/nothing").await.is(404);
    });
}

#[test]
fn the_accessibility_statement_says_whom_to_tell() {
    run(async {
        let told = |contact: Option<&'static str>| async move {
            let service = Service::with(Clock::fixed(today()), |config| {
                config.accessibility_contact = contact.map(str::to_owned);
            });
            let page = Browser::new(&service.await).visit("/accessibility").await.is(200);
            (page.texts(".govuk-inset-text"), page.attributes(".govuk-inset-text a", "href"))
        };
        assert_eq!(told(None).await, (vec![], vec![]));
        let (texts, links) = told(Some("mailto:access@northmoor.example")).await;
        assert_eq!(texts, ["If something here is in your way, tell us: access@northmoor.example"]);
        assert_eq!(links, ["mailto:access@northmoor.example"]);
        let mut config = Config::in_memory_at(Path::new("."));
        config.accessibility_contact = Some("javascript:alert(1)".to_owned());
        assert_eq!(config.check().unwrap_err(), "--accessibility-contact must start with mailto:, https:// or tel:");
    });
}

#[test]
fn no_link_about_the_service_leads_nowhere() {
    run(async {
        let service = Service::new().await;
        let mut nobody = Browser::new(&service);
        let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut links = BTreeSet::new();
        for path in pages() {
            let page = nobody.visit(&path).await.is(200);
            let ids = page.attributes("[id]", "id");
            let place: BTreeSet<String> = ids.iter().cloned().collect();
            assert_eq!(place.len(), ids.len(), "{path} has an id twice");
            for href in page.attributes("a[href]", "href") {
                match href.chars().next() {
                    Some('#') => links.insert(format!("{path}{href}")),
                    Some('/') => links.insert(href),
                    _ => {
                        assert!(href.starts_with("https://") || href.starts_with("http://"), "{path}: {href}");
                        false
                    }
                };
            }
            places.insert(path, place);
        }
        assert!(links.len() > 150, "the test reads the links: {}", links.len());
        let address = |link: &String| link.split('#').next().unwrap().to_owned();
        let unseen: BTreeSet<String> = links.iter().map(address).filter(|address| !places.contains_key(address)).collect();
        for address in unseen {
            let page = nobody.visit(&address).await.is(200);
            places.insert(address, page.attributes("[id]", "id").into_iter().collect());
        }
        for link in &links {
            let (address, place) = link.split_once('#').unwrap_or((link, ""));
            assert!(place.is_empty() || places[address].contains(place), "{link} leads nowhere");
        }
    });
}

fn authority() -> OrganisationId {
    OrganisationId::from(Uuid::from_u128(9))
}

fn person(number: u128) -> PersonId {
    PersonId::from(Uuid::from_u128(number))
}

fn somebody(number: u128, role: Role) -> Actor {
    let standings = vec![Standing { organisation: authority(), roles: vec![role], hosts: true }];
    let credential = Credential::fresh(Uuid::nil());
    Actor::Person(Person { id: person(number), standings, scopes: Scope::every(), credential })
}

#[test]
fn who_can_see_what_is_what_the_policy_says() {
    run(async {
        let page = Browser::new(&Service::new().await).visit("/who-can-see-what").await.is(200);
        let people = [
            ("You", somebody(1, Role::Practitioner)),
            ("The person you shared it with", somebody(2, Role::Practitioner)),
            ("Your supervisor", somebody(3, Role::Supervisor)),
            ("Administrators", somebody(4, Role::Administrator)),
            ("Editors", somebody(5, Role::Editor)),
            ("Information governance", somebody(6, Role::InformationGovernance)),
        ];
        let (author, with, supervisor, organisation) = (person(1), person(2), person(3), authority());
        let reflection = Object::Reflection { author };
        let share = Object::Share { author, with, open: true };
        let things = [
            ("Private reflections", reflection),
            ("Drafts and unsaved writing", reflection),
            ("How many you have written", reflection),
            ("What you share", share),
            ("Responses", share),
            ("Supervision agreements, sessions and agendas", Object::Agreement { supervisor, worker: author }),
            ("Drafts of practice examples", Object::Example { organisation, public: false }),
            ("Published practice examples", Object::Example { organisation, public: true }),
            ("Your account", Object::Account(author)),
        ];
        let columns = page.texts("main thead th");
        let rows = page.texts("main tbody th");
        let cells = page.texts("main tbody td");
        assert_eq!(rows, things.map(|(thing, _)| thing), "every row is compared");
        assert_eq!(cells.len(), rows.len() * (columns.len() - 1), "every row is whole");
        let cell = |row: usize, who: &str| {
            let column = columns.iter().position(|column| column == who).unwrap_or_else(|| panic!("no column {who}"));
            cells[row * (columns.len() - 1) + column - 1].clone()
        };
        for (row, (thing, object)) in things.iter().enumerate() {
            for (who, actor) in &people {
                let said = cell(row, who);
                assert_eq!(said.starts_with("Yes"), permits(actor, Action::Read, *object), "{thing}, {who}: {said}");
            }
            // No promise that the law or the machine will not keep (N4).
            for who in ["Whoever runs the machine", "A court, or a lawful request"] {
                let said = cell(row, who);
                assert!(said.starts_with("Could") || said == "Yes", "{thing}, {who}: {said}");
            }
        }
        let administrators: Vec<String> = (0..rows.len()).map(|row| cell(row, "Administrators")).collect();
        assert_eq!(administrators.iter().filter(|said| *said == "No").count(), 7, "{administrators:?}");
    });
}

#[test]
fn the_reference_names_every_operation_once() {
    run(async {
        let document = router::document();
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.values().flat_map(|methods| methods.as_object().unwrap().values());
        let mut every: Vec<String> = operations.map(|one| one["operationId"].as_str().unwrap().to_owned()).collect();
        every.sort();
        assert!(every.len() > 80, "{}", every.len());

        let service = Service::new().await;
        let mut nobody = Browser::new(&service);
        let mut told = Vec::new();
        for path in areas() {
            let page = nobody.visit(&path).await.is(200);
            assert!(page.answer.size < 300_000, "{path}: {} bytes", page.answer.size);
            told.extend(page.attributes(".app-operation > h2", "id"));
            let samples = page.attributes("pre.app-sample[role=region][tabindex='0']", "aria-label");
            assert!(!samples.is_empty(), "{path} shows what was recorded");
            assert_eq!(samples.iter().collect::<BTreeSet<_>>().len(), samples.len(), "{path}: regions have names of their own");
        }
        told.sort();
        assert_eq!(told, every);

        let index = nobody.visit("/interface").await.is(200);
        let links = index.attributes(".app-operations a", "href");
        let mut listed: Vec<String> = links.iter().map(|link| link.split('#').nth(1).unwrap().to_owned()).collect();
        listed.sort();
        assert_eq!(listed, every);
        let statuses = index.texts("main table:not(.app-fields) tbody th");
        assert_eq!(statuses.len(), document["components"]["responses"].as_object().unwrap().len(), "{statuses:?}");
        assert!(index.says("library:publish") && index.says("pointer"), "scopes and problems are there too");
    });
}

#[test]
fn the_reference_shows_what_an_operation_takes_and_answers() {
    run(async {
        let page = Browser::new(&Service::new().await).visit("/interface/library").await.is(200);
        for words in [
            "POST /api/v1/organisations/{organisation}/practice-examples",
            "text, at most 300 characters, required",
            "evidence[].kind",
            "so may a service client with the scope library:publish",
            "Anyone may call it.",
            "First visits in pairs",
        ] {
            assert!(page.says(words), "{words}: {:?}", page.texts("main"));
        }
        assert_eq!(page.texts("#shape-Maturity"), ["Maturity"]);
        let token = Browser::new(&Service::new().await).visit("/interface/account").await.is(200);
        assert!(token.says("grant_type=client_credentials&"), "a form is shown as it is sent");
    });
}

#[test]
fn the_explorer_asks_for_no_exception_from_the_policy() {
    run(async {
        let service = Service::new().await;
        let mut nobody = Browser::new(&service);
        let page = nobody.visit("/interface/explorer").await.is(200);
        let usual = nobody.visit("/privacy").await.is(200);
        let policy = "content-security-policy";
        assert_eq!(page.answer.header(policy), usual.answer.header(policy));
        assert_eq!(page.texts("script").concat(), "", "nothing stands in the page itself");
        assert!(page.texts("style").is_empty());
        let mut assets = page.attributes("link[rel=stylesheet]", "href");
        assets.extend(page.attributes("script", "src"));
        assert_eq!(assets.len(), 5, "its own beside those of every page: {assets:?}");
        for asset in assets {
            let answer = nobody.visit(&asset).await.is(200).answer;
            assert!(!answer.text.contains("url(\"data:image/svg"), "{asset} has pictures that the policy refuses");
        }
    });
}
