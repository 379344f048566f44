//! The administration pages: who belongs and as what, other systems, the service itself. Nothing about anyone's writing.

use std::path::Path;

use chrono::Duration;
use poem::http::Method;
use serde_json::json;
use soundings::{
    access::Role,
    http::{auth::Presented, page::Reader},
    people,
};

use crate::{
    browser::{Browser, Page},
    service::{Client, PASSWORD, Service, Team, run},
};

const LAST_ONE: &str = "An organisation needs an administrator: make somebody else one first.";
const STALE: &str = "This was changed since you opened it. What you wrote is still here.";
const GUEST: [(&str, &str); 3] = [("name", "Nadia New"), ("email", "nadia@test.example"), ("roles", "practitioner")];
const WEBSITE: [(&str, &str); 2] = [("name", "Website"), ("scopes", "library:read")];

/// The address of a page of a person's organisation.
fn of(person: &Client, page: &str) -> String {
    format!("/administration/{}/{page}", person.authority)
}

fn member(person: &Client) -> String {
    of(person, &format!("members/{}", person.id))
}

/// A list of an administrator's organisation, as the interface has it.
async fn listed(admin: &Client, list: &str) -> String {
    admin.get(&format!("/organisations/{}/{list}", admin.authority)).await.is(200).text
}

async fn count(admin: &Client, list: &str) -> usize {
    admin.get(&format!("/organisations/{}/{list}", admin.authority)).await.is(200).items().len()
}

/// Everything that the pages could change.
async fn everything(admin: &Client) -> Vec<String> {
    let named = admin.get(&format!("/organisations/{}", admin.authority)).await.is(200).text;
    let backups = admin.service.data().join("backups").exists().to_string();
    let lists = [listed(admin, "members").await, listed(admin, "invitations").await, listed(admin, "service-clients").await];
    [vec![named, backups], lists.to_vec()].concat()
}

fn ticked(page: &Page, name: &str) -> Vec<String> {
    page.attributes(&format!("input[name={name}][checked]"), "value")
}

/// Sends a form as this browser's own, whether or not it has seen the page.
async fn posts(browser: &mut Browser, service: &Service, path: &str, fields: &str) -> u16 {
    let secret = browser.cookie.as_deref().and_then(|cookie| cookie.split_once('=')).unwrap().1.to_owned();
    let actor = people::recognise(&service.app, &Presented::Cookie(secret)).await.unwrap();
    let body = format!("form_token={}&{fields}", Reader::new(&service.app, actor).token());
    browser.send(Method::POST, path, body).await.status
}

/// Every page of an administrator's organisation, with somebody, an invitation and a service client in it; and what is sent
/// from them.
async fn pages(team: &Team) -> (Vec<String>, Vec<(String, String)>) {
    let path = |list: &str| format!("/organisations/{}/{list}", team.authority);
    let invitation = json!({ "name": "Nadia New", "email": "nadia@test.example", "roles": ["practitioner"] });
    let invitation = team.admin.post(&path("invitations"), invitation).await.is(201).id();
    let client = json!({ "name": "Website", "scopes": ["library:read"] });
    let client = team.admin.post(&path("service-clients"), client).await.is(201).id();
    let at = |page: &str| of(&team.admin, page);
    let (withdrawal, revocation) =
        (at(&format!("invitations/{invitation}/withdrawal")), at(&format!("service-clients/{client}/revocation")));
    let end = format!("{}/end", member(&team.governance));
    let shown = [at("name"), at("members"), member(&team.peer), end.clone(), at("invitations"), at("service-clients")];
    let sent = [
        (at("name"), "name=Northmoor&revision=1"),
        (member(&team.peer), "roles=editor&revision=1"),
        (end, "revision=1"),
        (at("invitations"), "name=Olu+New&email=olu%40test.example&roles=editor"),
        (withdrawal, ""),
        (at("service-clients"), "name=Intranet&scopes=library%3Aread"),
        (revocation.clone(), ""),
    ];
    ([shown.to_vec(), vec![revocation]].concat(), sent.map(|(path, fields)| (path, fields.to_owned())).to_vec())
}

/// The pages of those who run the service.
const RUNNING: [&str; 2] = ["/administration/organisations", "/administration/health"];
const RUN: [(&str, &str); 2] = [("/administration/organisations", "name=Westmere&kind=health"), ("/administration/backups", "")];

#[test]
fn an_administrator_finds_everything_they_look_after_from_one_page() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut browser = Browser::of(&team.admin).await;
        let start = browser.visit("/administration").await.is(200);
        assert_eq!((start.heading().as_str(), start.texts("main h2")[0].as_str()), ("Administration", "Northmoor Council"));
        for (link, heading) in [
            ("Members Northmoor Council", "Members"),
            ("Invitations Northmoor Council", "Invitations"),
            ("Service clients Northmoor Council", "Service clients"),
            ("Change the name Northmoor Council", "Change the name"),
            ("Health of the service", "Health of the service"),
            ("Add an organisation", "Add an organisation"),
        ] {
            assert_eq!(browser.click(&start, link).await.is(200).heading(), heading);
        }
        let members = browser.visit(&of(&team.admin, "members")).await;
        assert!(members.says(&team.worker.email) && members.says("Information governance"), "{}", members.answer.text);
        assert_eq!(browser.click(&members, "Amina Worker").await.is(200).path, member(&team.worker));
    });
}

#[test]
fn a_long_list_of_members_goes_on() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        for number in 0..15 {
            let (name, email) = (format!("Colleague {number}"), format!("c{number}@test.example"));
            let account = (name.as_str(), email.as_str(), PASSWORD);
            people::organisations::admit(&service.app, team.authority, account, &[Role::Practitioner]).await.unwrap();
        }
        let mut browser = Browser::of(&team.admin).await;
        let first = browser.visit(&of(&team.admin, "members")).await.is(200);
        assert_eq!((first.texts("dt").len(), first.texts("dt")[0].as_str()), (20, "Colleague 14"));
        let second = browser.visit(&first.attributes("a[rel=next]", "href")[0]).await.is(200);
        assert_eq!(second.texts("dt"), ["Tom Peer", "Amina Worker"]);
        assert!(second.attributes("a[rel=next]", "href").is_empty());
        browser.visit(&of(&team.admin, "members?cursor=made-up")).await.is(422);
    });
}

#[test]
fn the_last_administrator_cannot_step_down_and_keeps_what_they_ticked() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut browser = Browser::of(&team.admin).await;
        let page = browser.visit(&member(&team.admin)).await.is(200);
        assert_eq!(ticked(&page, "roles"), ["administrator"]);
        let refused = browser.press(&page, "Save", &[("roles", "supervisor"), ("roles", "editor")]).await.is(409);
        assert_eq!(refused.problems(), [LAST_ONE]);
        assert_eq!(ticked(&refused, "roles"), ["supervisor", "editor"]);
        assert_eq!(refused.texts("title"), ["Error: Roles of a member – Soundings"]);
        let page = browser.visit(&format!("{}/end", member(&team.admin))).await.is(200);
        let refused = browser.press(&page, "End the membership of Priya Admin", &[]).await.is(409);
        assert_eq!(refused.problems(), [LAST_ONE]);
        assert_eq!(ticked(&browser.visit(&member(&team.admin)).await.is(200), "roles"), ["administrator"]);
    });
}

#[test]
fn roles_that_changed_meanwhile_are_shown_before_they_are_overwritten() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut browser = Browser::of(&team.admin).await;
        let (one, other) = (browser.visit(&member(&team.peer)).await, browser.visit(&member(&team.peer)).await);
        let end = browser.visit(&format!("{}/end", member(&team.peer))).await.is(200);
        browser.press(&one, "Save", &[("roles", "supervisor")]).await.is(200);

        let stale = browser.press(&other, "Save", &[("roles", "editor")]).await.is(412);
        assert_eq!(stale.problems(), [STALE]);
        assert_eq!((ticked(&stale, "roles"), stale.texts("dd")[2].as_str()), (vec!["editor".to_owned()], "Supervisor"));
        browser.press(&end, "End the membership of Tom Peer", &[]).await.is(412);
        assert_eq!(ticked(&browser.visit(&member(&team.peer)).await.is(200), "roles"), ["supervisor"], "nothing was done");

        let saved = browser.press(&stale, "Save", &[]).await.is(200);
        assert_eq!((ticked(&saved, "roles"), saved.texts("dd")[2].as_str()), (vec!["editor".to_owned()], "Editor"));
        let none = browser.press(&saved, "Save", &[("roles", "none")]).await.is(422);
        assert_eq!(none.problems(), ["Choose at least one role."]);
    });
}

#[test]
fn whoever_is_no_administrator_there_gets_no_page_and_changes_nothing() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let elsewhere = service.authority("Eastvale Council").await;
        let stranger = service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await;
        let (shown, sent) = pages(&team).await;
        let before = everything(&team.admin).await;
        let refused = |status: u16| matches!(status, 403 | 404);
        for asker in [&team.worker, &team.psw, &team.governance, &stranger] {
            let mut browser = Browser::of(asker).await;
            for path in shown.iter().map(String::as_str).chain(RUNNING) {
                let status = browser.visit(path).await.answer.status;
                assert!(refused(status), "{}: {path}: {status}", asker.email);
            }
            for (path, fields) in sent.iter().map(|(path, fields)| (path.as_str(), fields.as_str())).chain(RUN) {
                let status = posts(&mut browser, &service, path, fields).await;
                assert!(refused(status), "{}: {path}: {status}", asker.email);
            }
            assert_eq!(everything(&team.admin).await, before, "{}", asker.email);
            assert_eq!(asker.get("/me").await.is(200).json["memberships"].as_array().map(Vec::len), Some(1));
        }
        Browser::of(&team.worker).await.visit("/administration").await.is(404);
        let theirs = Browser::of(&stranger).await.visit("/administration").await.is(200);
        assert_eq!(theirs.texts("main h2"), ["Eastvale Council"], "nor do they run the service");

        // The very same requests do something for whom they are.
        let mut browser = Browser::of(&team.admin).await;
        for path in shown.iter().map(String::as_str).chain(RUNNING) {
            browser.visit(path).await.is(200);
        }
        for (path, fields) in sent.iter().map(|(path, fields)| (path.as_str(), fields.as_str())).chain(RUN) {
            let status = posts(&mut browser, &service, path, fields).await;
            assert!(matches!(status, 200 | 303), "{path}: {status}");
        }
        let after = everything(&team.admin).await;
        assert!(before.iter().zip(&after).all(|(before, after)| before != after), "{after:?}");
    });
}

#[test]
fn whoever_is_signed_out_signs_in_first_and_nothing_they_typed_is_lost() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (shown, _) = pages(&team).await;
        let mut nobody = Browser::new(&service);
        for path in shown.iter().map(String::as_str).chain(RUNNING).chain(["/administration"]) {
            assert_eq!(nobody.visit(path).await.path, format!("/sign-in?to={}", path.replace('/', "%2F")));
        }
        let mut browser = Browser::of(&team.admin).await;
        let page = browser.visit(&of(&team.admin, "invitations")).await.is(200);
        service.app.clock.advance(Duration::minutes(16));
        let typed = [("name", "Olu New"), ("email", "olu@test.example"), ("roles", "editor")];
        let held = browser.press(&page, "Make the invitation", &typed).await.is(401);
        let again = [("again_email", team.admin.email.as_str()), ("again_password", PASSWORD)];
        let made = browser.press(&held, "Sign in and send", &again).await.is(200);
        assert!(made.says("Olu New at olu@test.example"), "{}", made.answer.text);
    });
}

#[test]
fn what_is_weighty_asks_for_the_password_again_and_is_then_done() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut browser = Browser::of(&team.admin).await;
        let page = browser.visit("/administration/health").await.is(200);
        assert!(page.says("No backup has been made here yet."));
        service.app.clock.advance(Duration::minutes(11));
        let asked = browser.press(&page, "Make a backup", &[]).await.is(403);
        assert_eq!(asked.heading(), "Confirm that it is you");
        assert!(!service.data().join("backups").exists());
        let made = browser.press(&asked, "Confirm and go on", &[("again_password", PASSWORD)]).await.is(200);
        assert!(Path::new(&made.texts("main code")[0]).is_file(), "{}", made.answer.text);
        let page = browser.visit("/administration/health").await.is(200);
        assert!(page.says("The newest backup made here is of Tuesday 24 November 2026, 9:11am."), "{}", page.answer.text);
    });
}

#[test]
fn an_invitation_shows_its_link_once_and_lets_its_person_in() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut browser = Browser::of(&team.admin).await;
        let page = browser.visit(&of(&team.admin, "invitations")).await.is(200);
        assert!(page.says("No invitation is open."));
        let made = browser.press(&page, "Make the invitation", &GUEST).await.is(200);
        assert_eq!(made.answer.header("cache-control"), "no-store");
        let link = made.texts("main code")[0].clone();
        let path = link.strip_prefix(&service.app.config.public_url()).unwrap();
        let list = browser.visit(&of(&team.admin, "invitations")).await.is(200);
        assert!(list.says("nadia@test.example") && list.says("8 December 2026") && !list.answer.text.contains(path));

        let mut guest = Browser::new(&service);
        let offered = guest.visit(path).await.is(200);
        guest.press(&offered, "Accept and sign in", &[("password", "nine patient otters watching")]).await;
        assert!(guest.cookie.is_some() && listed(&team.admin, "members").await.contains("nadia@test.example"));
        let list = browser.visit(&of(&team.admin, "invitations")).await.is(200);
        assert!(list.says("No invitation is open."));
    });
}

#[test]
fn an_invitation_is_made_once_kept_while_it_is_mended_and_taken_back() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut browser = Browser::of(&team.admin).await;
        let page = browser.visit(&of(&team.admin, "invitations")).await.is(200);
        let slip = [("name", "Nadia New"), ("email", "nadia"), ("roles", "none")];
        let wrong = browser.press(&page, "Make the invitation", &slip).await.is(422);
        assert_eq!(wrong.problems(), ["Write an address such as name@council.example.", "Choose at least one role."]);
        assert_eq!((wrong.field("name"), wrong.field("email")), ("Nadia New".to_owned(), "nadia".to_owned()));
        assert_eq!(wrong.attributes(".govuk-error-summary a", "href"), ["#email", "#roles"]);
        let wrong = browser.press(&wrong, "Make the invitation", &[("name", " "), ("roles", "editor")]).await.is(422);
        assert_eq!(ticked(&wrong, "roles"), ["editor"]);
        assert_eq!(count(&team.admin, "invitations").await, 0);

        let made = browser.press(&page, "Make the invitation", &GUEST).await.is(200);
        let again = browser.press(&page, "Make the invitation", &GUEST).await.is(409);
        assert_eq!((again.problems().len(), again.field("email")), (1, "nadia@test.example".to_owned()));
        assert_eq!(count(&team.admin, "invitations").await, 1);
        let link = made.texts("main code")[0].clone();
        let path = link.strip_prefix(&service.app.config.public_url()).unwrap();
        Browser::new(&service).visit(path).await.is(200);

        let list = browser.visit(&of(&team.admin, "invitations")).await.is(200);
        let gone = browser.press(&list, "Withdraw the invitation for Nadia New", &[]).await.is(200);
        assert!(gone.says("No invitation is open."));
        browser.press(&list, "Withdraw the invitation for Nadia New", &[]).await.is(409);
        Browser::new(&service).visit(path).await.is(409);
        let colleague = [("name", "Tom"), ("email", team.peer.email.as_str()), ("roles", "editor")];
        let known = browser.press(&gone, "Make the invitation", &colleague).await.is(409);
        assert_eq!(known.problems(), ["This person is a member already."]);
    });
}

#[test]
fn a_leavers_browser_is_signed_out_at_the_next_click() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let other = service.person(team.authority, "Omar Admin", &[Role::Administrator]).await;
        let reflection = other.writes("What I leave with.").await;
        let (mut browser, mut leaver) = (Browser::of(&team.admin).await, Browser::of(&other).await);
        leaver.visit("/administration").await.is(200);
        let page = browser.visit(&member(&other)).await.is(200);
        let page = browser.click(&page, "End a membership").await.is(200);
        assert!(page.says("It is not deleted, and it is not shown to anyone"), "{}", page.answer.text);
        let left = browser.press(&page, "End the membership of Omar Admin", &[]).await.is(200);
        assert!(left.heading() == "Members" && !left.says("Omar Admin"));
        assert_eq!(leaver.visit("/administration").await.path, "/sign-in?to=%2Fadministration");
        other.get("/me").await.is(401);
        browser.press(&page, "End the membership of Omar Admin", &[]).await.is(404);
        // Their writing is there when they come back.
        let back = other.joins(team.authority, &[Role::Practitioner]).await;
        assert_eq!(back.get(&format!("/reflections/{reflection}")).await.is(200).json["body"], "What I leave with.");
    });
}

#[test]
fn a_service_clients_secret_works_is_shown_once_and_stops() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut browser = Browser::of(&team.admin).await;
        let page = browser.visit(&of(&team.admin, "service-clients")).await.is(200);
        let wrong = browser.press(&page, "Add the service client", &[("name", "Website")]).await.is(422);
        assert_eq!((wrong.problems(), wrong.field("name").as_str()), (vec!["Choose at least one scope.".to_owned()], "Website"));
        let made = browser.press(&page, "Add the service client", &WEBSITE).await.is(200);
        let [id, secret, endpoint]: [String; 3] = made.texts("main code").try_into().unwrap();
        assert_eq!(endpoint, format!("{}/oauth/token", service.app.config.public_url()));
        browser.press(&page, "Add the service client", &WEBSITE).await.is(409);
        assert_eq!(count(&team.admin, "service-clients").await, 1);

        let nobody = service.anonymous();
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let granted = nobody.send(Method::POST, "/oauth/token", &kind, form.clone()).await.is(200);
        assert_eq!(granted.json["scope"], "library:read");
        let list = browser.visit(&of(&team.admin, "service-clients")).await.is(200);
        assert!(list.says("Read practice examples, drafts too") && !list.answer.text.contains(&secret));

        let asked = browser.click(&list, "Revoke Website").await.is(200);
        nobody.send(Method::POST, "/oauth/token", &kind, form.clone()).await.is(200);
        assert!(browser.press(&asked, "Revoke Website", &[]).await.is(200).says("There is no service client."));
        nobody.send(Method::POST, "/oauth/token", &kind, form).await.is(401);
        browser.press(&asked, "Revoke Website", &[]).await.is(404);
    });
}

#[test]
fn an_organisation_is_added_once_and_renamed_by_those_who_know_its_name() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut browser = Browser::of(&team.admin).await;
        let page = browser.visit("/administration/organisations").await.is(200);
        let wrong = browser.press(&page, "Add the organisation", &[("name", "Westmere Trust")]).await.is(422);
        assert_eq!(wrong.problems(), ["Choose a kind of organisation."]);
        let kept = wrong.field("name");
        let named = [("name", kept.as_str()), ("kind", "voluntary")];
        for _twice in 0..2 {
            let start = browser.press(&page, "Add the organisation", &named).await.is(200);
            assert_eq!(start.texts("main h2"), ["Northmoor Council", "Westmere Trust", "The service"]);
        }

        let (one, other) =
            (browser.visit(&of(&team.admin, "name")).await.is(200), browser.visit(&of(&team.admin, "name")).await.is(200));
        assert_eq!(one.field("name"), "Northmoor Council");
        assert_eq!(browser.press(&one, "Save", &[("name", "")]).await.is(422).problems(), ["Write something here."]);
        assert!(browser.press(&one, "Save", &[("name", "Northmoor")]).await.is(200).says("Northmoor"));
        let stale = browser.press(&other, "Save", &[("name", "North Moor")]).await.is(412);
        assert!(stale.says("The name is Northmoor now.") && stale.field("name") == "North Moor");
        let renamed = browser.press(&stale, "Save", &[]).await.is(200);
        assert_eq!(renamed.texts("main h2")[0], "North Moor");
    });
}

#[test]
fn an_administrator_learns_nothing_of_anybodys_writing() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (shown, _) = pages(&team).await;
        let end = format!("{}/end", member(&team.worker));
        let further = [member(&team.worker), end, "/administration".to_owned()];
        let mut browser = Browser::of(&team.admin).await;
        let mut seen = Vec::new();
        for path in shown.into_iter().chain(further).chain(RUNNING.map(str::to_owned)) {
            let page = browser.visit(&path).await.is(200);
            seen.push((path, page.texts("main")));
        }
        team.supervisor.supervises(&team.worker).await;
        let marked = json!({ "title": "Kingfisher title", "body": "Kingfisher body", "tags": ["kingfisher"] });
        let id = team.worker.post("/reflections", marked).await.is(201).id();
        team.worker.shares(&id, &team.supervisor).await;
        for who in [&team.worker, &team.peer, &team.governance] {
            who.writes("A kingfisher again.").await;
        }
        assert!(team.worker.get(&format!("/reflections/{id}")).await.is(200).text.contains("Kingfisher"), "there is something");
        for (path, before) in &seen {
            let after = browser.visit(path).await.is(200);
            assert!(!after.answer.text.to_lowercase().contains("kingfisher"), "{path}");
            assert_eq!(&after.texts("main"), before, "{path}: not even that anybody wrote");
        }
        // Whoever looks twice does see what is theirs to see.
        service.person(team.authority, "Olu New", &[Role::Editor]).await;
        let members = of(&team.admin, "members");
        let before = seen.into_iter().find(|(path, _)| *path == members).unwrap().1;
        assert_ne!(browser.visit(&members).await.is(200).texts("main"), before);
    });
}

#[test]
fn a_member_is_found_by_name_or_address_and_nobody_who_left_or_belongs_elsewhere() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let elsewhere = service.authority("Eastvale Council").await;
        service.person(elsewhere, "Amina Elsewhere", &[Role::Practitioner]).await;
        let mut browser = Browser::of(&team.admin).await;
        let page = browser.visit(&of(&team.admin, "members")).await.is(200);
        let found = browser.press(&page, "Find", &[("q", " AMINA ")]).await.is(200);
        assert_eq!((found.texts("dt"), found.field("q").as_str()), (vec!["Amina Worker".to_owned()], " AMINA "));
        let found = browser.press(&page, "Find", &[("q", team.peer.email.as_str())]).await.is(200);
        assert_eq!(found.texts("dt"), ["Tom Peer"]);

        let end = browser.visit(&format!("{}/end", member(&team.peer))).await.is(200);
        browser.press(&end, "End the membership of Tom Peer", &[]).await.is(200);
        let none = browser.press(&page, "Find", &[("q", "Tom Peer")]).await.is(200);
        assert!(none.texts("dt").is_empty() && none.says("Nobody has this in their name"), "{}", none.answer.text);
        assert!(browser.click(&none, "Show everybody").await.is(200).texts("dt").len() > 1);

        let path = of(&team.admin, "members?q=Amina");
        for asker in [&team.worker, &service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await] {
            let status = Browser::of(asker).await.visit(&path).await.answer.status;
            assert!(matches!(status, 403 | 404), "{}: {status}", asker.email);
        }
    });
}
