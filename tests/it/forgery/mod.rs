//! A form does something when its own page sent it, and at no other time (B12): not from another site, however a browser says
//! where it comes from, and not with the secret of another person or another session. What was typed comes back all the same.
//!
//! * this file: the ways to forge a form, and what becomes of each
//! * `forms`: every form of somebody who is signed in

mod forms;

use std::collections::BTreeSet;

use serde_json::json;
use soundings::{
    access::Role,
    backup::{self, Inventory},
    people::organisations,
    router,
};

use crate::{
    browser::Page,
    service::{Answer, Service, run},
};
use forms::{FORMS, Office, Ready, send};

/// The forms of somebody whom nobody knows yet. They carry no secret; where they come from is what they are judged by, so that
/// nobody is signed in who did not mean to be.
const OPEN: [(&str, &str); 3] = [
    ("/sign-in", "email=amina.worker%40test.example&password=seven+quiet+herons+waiting"),
    (
        "/setup/{link}",
        "organisation=Northmoor&kind=health&name=Priya+First&email=priya%40test.example&password=seven+quiet+herons+waiting",
    ),
    ("/invitations/{link}", "name=Nadia+New&password=seven+quiet+herons+waiting"),
];

/// What browsers say of a form that a page of another site sent.
const FROM_ELSEWHERE: [(&str, &[(&str, &str)]); 4] = [
    ("from another site", &[("sec-fetch-site", "cross-site"), ("origin", "https://elsewhere.example")]),
    ("by an older browser on another site", &[("origin", "https://elsewhere.example")]),
    ("from a sister host", &[("sec-fetch-site", "same-site"), ("origin", "https://www.soundings.example")]),
    ("from a page without an origin", &[("origin", "null")]),
];

const FROM_HERE: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

/// So many ways with the secret of a form: it is not there, it is empty, it is somebody else's, it is another session's.
const WITH_ANOTHER_SECRET: usize = 4;

/// Changes with every request, refused or not, or says nothing about what people wrote.
const BESIDE_THE_POINT: [&str; 3] = ["operation", "once", "audit"];

/// What no page gives back.
const PASSWORDS: [&str; 2] = ["present", "new"];

/// Everything that a form could change.
async fn everything(service: &Service) -> Inventory {
    let mut all = backup::inventory(&service.app.db).await.unwrap();
    all.retain(|table, _| !BESIDE_THE_POINT.contains(&table.as_str()));
    // When a session was seen last changes with every request. How many there are does not.
    if let Some((_, digest)) = all.get_mut("credential") {
        digest.clear();
    }
    let backups = usize::from(service.data().join("backups").exists());
    all.insert("backups".to_owned(), (backups, String::new()));
    all
}

impl Ready {
    /// What a browser sends, with this secret.
    fn body(&self, token: Option<&str>) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(&self.typed).append_pair("form_whose", &self.seat.whose).append_pair("form_once", &self.path);
        if let Some(token) = token {
            body.append_pair("form_token", token);
        }
        body.finish()
    }

    async fn sent(&self, service: &Service, from: &[(&str, &str)], token: Option<&str>) -> Answer {
        send(service, Some(&self.seat.cookie), &self.path, from, self.body(token)).await
    }

    /// What is wrong with the page that holds this form until it is known who sends it.
    fn not_held(&self, answer: Answer) -> Vec<String> {
        let page = Page::of(answer, &self.path);
        let (status, heading) = (page.answer.status, page.heading());
        if (status, heading.as_str()) != (403, "Confirm that it is you") {
            return vec![format!("{status} {heading}")];
        }
        let lost = self.typed.iter().filter(|(name, value)| {
            if PASSWORDS.contains(&name.as_str()) {
                return page.answer.text.contains(value.as_str());
            }
            let held = page.attributes(&format!("input[type=hidden][name={name}]"), "value");
            // Line ends are line ends, however they were sent.
            !held.contains(&value.replace("\r\n", "\n"))
        });
        lost.map(|(name, _)| format!("{name} is not as it should be")).collect()
    }
}

/// Whether a form was refused because of where it came from.
fn is_refused(answer: &Answer) -> bool {
    answer.status == 403 && answer.text.contains("came from another site") && answer.header("set-cookie").is_empty()
}

#[test]
fn every_form_of_every_page_is_tried() {
    let posts = router::page_addresses().into_iter().filter(|(_, methods)| methods.contains(&"POST"));
    let there: BTreeSet<&str> = posts.map(|(address, _)| address).collect();
    let open = OPEN.iter().map(|(address, _)| *address);
    let tried: BTreeSet<&str> = FORMS.iter().map(|(address, ..)| *address).chain(open).collect();
    assert_eq!(tried, there, "an address that takes a form is in a table here");
    assert_eq!(tried.len(), FORMS.len() + OPEN.len(), "and once");
}

#[test]
fn a_form_that_its_own_page_did_not_send_does_nothing() {
    run(async {
        let office = Office::new().await;
        let service = &office.service;
        let mut faults = Vec::new();
        for (address, by, typed, done) in FORMS {
            let form = office.ready(address, by, typed).await;
            let before = everything(service).await;
            for (how, from) in FROM_ELSEWHERE {
                let answer = form.sent(service, from, Some(&form.seat.token)).await;
                if !is_refused(&answer) {
                    faults.push(format!("{address} {how}: {}", answer.status));
                }
            }
            let secrets: [(&str, Option<&str>); WITH_ANOTHER_SECRET] = [
                ("without its secret", None),
                ("with an empty one", Some("")),
                ("with somebody else's", Some(&office.other.token)),
                ("with another session's", Some(&form.seat.elsewhere)),
            ];
            for (how, token) in secrets {
                let wrong = form.not_held(form.sent(service, &FROM_HERE, token).await);
                faults.extend(wrong.into_iter().map(|wrong| format!("{address} {how}: {wrong}")));
            }
            if everything(service).await != before {
                faults.push(format!("{address}: what was refused changed something"));
            }

            // Its own page sends the same, and it is done.
            let answer = form.sent(service, &FROM_HERE, Some(&form.seat.token)).await;
            let led_away = answer.header("location").starts_with("/sign-in") && address != "/sign-out";
            if answer.status != done || led_away {
                faults.push(format!("{address} from its own page: {} {}", answer.status, answer.text));
            } else if everything(service).await == before {
                faults.push(format!("{address}: what was done changed nothing"));
            }
        }
        assert!(faults.is_empty(), "{faults:#?}");
        let ways = FROM_ELSEWHERE.len() + WITH_ANOTHER_SECRET;
        println!("B12: {} forms × {ways} ways: all refused, nothing changed", FORMS.len());
    });
}

/// The whole form of somebody else, sent with one's own browser, as it is when one goes back to what they sent: whoever wrote
/// it is asked to sign in, and nobody else reads it.
#[test]
fn a_form_that_somebody_else_filled_in_waits_for_them_and_shows_nothing() {
    run(async {
        let office = Office::new().await;
        let mut form = office.ready("/reflections/new", forms::By::Worker, "body=I+left+the+plan.").await;
        form.seat.whose.clone_from(&office.other.whose);
        let before = everything(&office.service).await;
        let refused = form.sent(&office.service, &FROM_HERE, Some(&office.other.token)).await;
        let page = Page::of(refused, &form.path).is(401);
        assert!(page.says("Whoever wrote it signs in") && !page.says("I left the plan."), "{}", page.answer.text);
        assert_eq!(page.field("body"), "I left the plan.", "it is held for them");
        assert_eq!(page.answer.headers.get("set-cookie"), None, "whoever sits here stays signed in");
        assert_eq!(everything(&office.service).await, before);
    });
}

/// Makes what an open form needs; answers where it is.
async fn opens(service: &Service, address: &str) -> String {
    if address == "/setup/{link}" {
        return format!("/setup/{}", organisations::offer_setup(&service.app).await.unwrap());
    }
    let authority = service.authority("Northmoor Council").await;
    if address == "/sign-in" {
        service.person(authority, "Amina Worker", &[Role::Practitioner]).await;
        return address.to_owned();
    }
    let admin = service.person(authority, "Priya Admin", &[Role::Administrator]).await;
    let guest = json!({ "email": "nadia@test.example", "name": "Nadia New", "roles": ["practitioner"] });
    let invited = admin.post(&format!("/organisations/{authority}/invitations"), guest).await.is(201);
    format!("/invitations/{}", invited.json["secret"].as_str().unwrap())
}

#[test]
fn another_site_signs_nobody_in() {
    run(async {
        for (address, typed) in OPEN {
            let service = Service::new().await;
            let path = opens(&service, address).await;
            let before = everything(&service).await;
            let nowhere: (&str, &[(&str, &str)]) = ("without a word of where it comes from", &[]);
            for (how, from) in FROM_ELSEWHERE.into_iter().chain([nowhere]) {
                let answer = send(&service, None, &path, from, typed.to_owned()).await;
                assert!(is_refused(&answer), "{address} {how}: {} {}", answer.status, answer.text);
            }
            assert_eq!(everything(&service).await, before, "{address}");
            let done = send(&service, None, &path, &FROM_HERE, typed.to_owned()).await.is(303);
            assert!(!done.header("location").starts_with("/sign-in") && done.header("set-cookie").len() > 20, "{address}");
            assert_ne!(everything(&service).await, before, "{address}: somebody is signed in");
        }
        println!("B12: {} forms of nobody × {} ways: all refused, nobody signed in", OPEN.len(), FROM_ELSEWHERE.len() + 1);
    });
}
