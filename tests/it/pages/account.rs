//! Getting in, and one's own account, in a browser: setting up, invitations, signing in, password, sessions, tokens, and
//! forms that are kept until it is known who sends them.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use chrono::Duration;
use poem::http::Method;
use serde_json::json;
use soundings::{access::Role, people::organisations};

use crate::{
    browser::{Browser, Page},
    service::{Client, PASSWORD, Service, run},
};

const ANOTHER_PASSWORD: &str = "nine patient otters watching";

/// What somebody types to make a token.
const SCRIPT: [(&str, &str); 4] =
    [("name", "Script"), ("scopes", "account:read"), ("scopes", "reflections:read"), ("expires_at", "2027-01-31")];

/// An authority with an administrator and a practitioner.
async fn pair(service: &Service) -> (Client, Client) {
    let authority = service.authority("Northmoor Council").await;
    let admin = service.person(authority, "Priya Admin", &[Role::Administrator]).await;
    let worker = service.person(authority, "Amina Worker", &[Role::Practitioner]).await;
    (admin, worker)
}

/// Invites somebody; answers the address at which they accept.
async fn invites(admin: &Client, email: &str) -> String {
    let whom = json!({ "email": email, "name": "Nadia New", "roles": ["practitioner"] });
    let made = admin.post(&format!("/organisations/{}/invitations", admin.authority), whom).await.is(201);
    format!("/invitations/{}", made.json["secret"].as_str().unwrap())
}

async fn count_tokens(client: &Client) -> usize {
    client.get("/tokens").await.is(200).items().len()
}

fn secret(page: &Page) -> String {
    let secret = page.texts("#secret").concat();
    assert!(secret.starts_with("snd_pat_"), "{}", page.answer.text);
    secret
}

/// What a page keeps of what somebody typed to make a token.
fn kept(page: &Page) -> Vec<String> {
    page.attributes("input[name=name], input[name=scopes], input[name=expires_at]", "value")
}

/// Whether a page is the one that asks to sign in.
fn asks_to_sign_in(page: &Page) -> bool {
    page.path.starts_with("/sign-in") && page.heading() == "Sign in"
}

#[test]
fn an_empty_service_is_set_up_in_a_browser() {
    run(async {
        let service = Service::new().await;
        let address = format!("/setup/{}", organisations::offer_setup(&service.app).await.unwrap());
        let mut browser = Browser::new(&service);
        let page = browser.visit(&address).await.is(200);
        assert_eq!(page.heading(), "Set up Soundings");
        let typed = [("organisation", " "), ("name", "Priya First"), ("email", "priya@northmoor.example"), ("password", "short")];
        let wrong = browser.press(&page, "Set up", &typed).await.is(422);
        assert_eq!(wrong.attributes(".govuk-error-summary__list a", "href"), ["#organisation", "#password"]);
        assert_eq!(wrong.field("email"), "priya@northmoor.example", "what was typed stays");
        assert_eq!(wrong.field("password"), "", "but no password comes back");
        let typed = [("organisation", "Northmoor Council"), ("password", PASSWORD)];
        browser.press(&wrong, "Set up", &typed).await;
        let account = browser.visit("/account").await.is(200);
        for words in ["Priya First", "priya@northmoor.example", "Northmoor Council", "Administrator"] {
            assert!(account.says(words), "{words}");
        }
        Browser::new(&service).visit(&address).await.is(404);
    });
}

#[test]
fn somebody_new_accepts_an_invitation_and_is_signed_in() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let address = invites(&admin, "nadia@test.example").await;
        let mut browser = Browser::new(&service);
        let page = browser.visit(&address).await.is(200);
        assert!(page.says("Northmoor Council has invited you with the address nadia@test.example"));
        assert_eq!(page.field("name"), "Nadia New");
        let wrong = browser.press(&page, "Accept and sign in", &[("name", "Nadia Novak"), ("password", "short")]).await.is(422);
        assert_eq!(wrong.field("name"), "Nadia Novak");
        browser.press(&wrong, "Accept and sign in", &[("password", PASSWORD)]).await;
        let account = browser.visit("/account").await.is(200);
        assert!(account.says("Nadia Novak") && account.says("Practitioner"), "{}", account.answer.text);
        let mut second = Browser::new(&service);
        second.visit(&address).await.is(404);
        second.press(&wrong, "Accept and sign in", &[("password", ANOTHER_PASSWORD)]).await.is(404);
    });
}

#[test]
fn somebody_with_an_account_accepts_with_the_password_they_have() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let elsewhere = service.authority("Eastvale Council").await;
        let admin = service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await;
        let address = invites(&admin, &worker.email).await;
        let mut browser = Browser::new(&service);
        let page = browser.visit(&address).await.is(200);
        let wrong = browser.press(&page, "Accept and sign in", &[("password", ANOTHER_PASSWORD)]).await.is(422);
        assert_eq!(wrong.problems(), ["You have an account with this address: use its password."]);
        assert!(browser.cookie.is_none());
        browser.press(&wrong, "Accept and sign in", &[("password", PASSWORD)]).await;
        let account = browser.visit("/account").await.is(200);
        for words in ["Amina Worker", "Northmoor Council", "Eastvale Council"] {
            assert!(account.says(words), "{words}");
        }
    });
}

#[test]
fn a_wrong_password_keeps_the_address_that_was_typed() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let mut browser = Browser::new(&service);
        let page = browser.visit("/sign-in").await.is(200);
        let typed = [("email", worker.email.as_str()), ("password", ANOTHER_PASSWORD)];
        let wrong = browser.press(&page, "Sign in", &typed).await.is(422);
        assert_eq!((wrong.field("email"), wrong.field("password")), (worker.email.clone(), String::new()));
        assert_eq!(wrong.problems().len(), 1);
        assert!(wrong.texts("title")[0].starts_with("Error: "), "{:?}", wrong.texts("title"));
        assert!(browser.cookie.is_none());
        browser.press(&wrong, "Sign in", &[("password", PASSWORD)]).await;
        assert!(browser.visit("/account").await.is(200).says("Amina Worker"));
    });
}

#[test]
fn signing_in_never_leads_to_another_site() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let address = |to: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            format!("/sign-in?{}", query.append_pair("to", to).finish())
        };
        for (to, leads) in [
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example/", "/"),
            ("\\\\evil.example/", "/"),
            ("/\t/evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("evil.example", "/"),
            ("", "/"),
            ("/account/tokens?a=b", "/account/tokens?a=b"),
        ] {
            let mut browser = Browser::new(&service);
            let page = browser.visit(&address(to)).await.is(200);
            let (method, action, body) = page.filled("Sign in", &[("email", &worker.email), ("password", PASSWORD)]);
            assert_eq!(browser.send(method, &action, body).await.is(303).header("location"), leads, "{to}");
            let again = browser.send(Method::GET, &address(to), String::new()).await.is(303);
            assert_eq!(again.header("location"), leads, "{to}, signed in already");
        }
    });
}

#[test]
fn who_is_not_signed_in_is_asked_to_and_then_led_on() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let token = worker.get("/tokens").await.is(200).items()[0]["id"].as_str().unwrap().to_owned();
        let revocation = format!("/account/tokens/{token}/revocation");
        for path in ["/account", "/account/password", "/account/sessions", "/account/tokens", revocation.as_str()] {
            let mut browser = Browser::new(&service);
            let page = browser.visit(path).await.is(200);
            assert!(asks_to_sign_in(&page), "{path} leads to {}", page.path);
            let typed = [("email", worker.email.as_str()), ("password", PASSWORD)];
            assert_eq!(browser.press(&page, "Sign in", &typed).await.is(200).path, path);
        }
    });
}

#[test]
fn signing_out_ends_this_session_and_no_other() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let (mut office, mut car) = (Browser::of(&worker).await, Browser::of(&worker).await);
        let mut copied = office.clone();
        let page = office.visit("/account").await.is(200);
        assert!(asks_to_sign_in(&office.press(&page, "Sign out", &[]).await));
        assert!(office.cookie.is_none());
        assert!(asks_to_sign_in(&copied.visit("/account").await), "its cookie lets nobody in any more");
        // Whoever is out already is not told off.
        assert!(asks_to_sign_in(&office.press(&page, "Sign out", &[]).await.is(200)));
        car.visit("/account").await.is(200);
        worker.get("/me").await.is(200);
    });
}

#[test]
fn a_new_password_ends_every_other_browser_and_says_so() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let (mut office, mut car) = (Browser::of(&worker).await, Browser::of(&worker).await);
        car.visit("/account").await.is(200);
        let page = office.visit("/account/password").await.is(200);
        let typed = [("present", PASSWORD), ("new", ANOTHER_PASSWORD)];
        let done = office.press(&page, "Change password", &typed).await.is(200);
        assert_eq!(done.heading(), "Your password is changed");
        assert!(office.cookie.is_none());
        assert!(asks_to_sign_in(&car.visit("/account").await));
        worker.get("/me").await.is(401);
        let onwards = office.click(&done, "Sign in with your new password").await.is(200);
        office.press(&onwards, "Sign in", &[("email", &worker.email), ("password", PASSWORD)]).await.is(422);
        office.press(&onwards, "Sign in", &[("email", &worker.email), ("password", ANOTHER_PASSWORD)]).await;
        office.visit("/account").await.is(200);
    });
}

#[test]
fn a_refused_password_changes_nothing_and_comes_back_in_no_page() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let mut browser = Browser::of(&worker).await;
        let page = browser.visit("/account/password").await.is(200);
        for (present, new, field) in
            [(ANOTHER_PASSWORD, ANOTHER_PASSWORD, "#present"), (PASSWORD, "otters 9 x", "#new"), (PASSWORD, "", "#new")]
        {
            let wrong = browser.press(&page, "Change password", &[("present", present), ("new", new)]).await.is(422);
            assert_eq!(wrong.attributes(".govuk-error-summary__list a", "href"), [field]);
            assert_eq!((wrong.field("present"), wrong.field("new")), (String::new(), String::new()));
        }
        // Nor does it wait in a page for whoever signs in next.
        service.app.clock.advance(Duration::minutes(31));
        let late = browser.press(&page, "Change password", &[("present", PASSWORD), ("new", ANOTHER_PASSWORD)]).await.is(200);
        assert!(asks_to_sign_in(&late), "{}", late.path);
        assert!(!late.answer.text.contains(PASSWORD) && !late.answer.text.contains(ANOTHER_PASSWORD));
        let typed = [("email", worker.email.as_str()), ("password", PASSWORD)];
        assert_eq!(browser.press(&late, "Sign in", &typed).await.is(200).path, "/account/password");
    });
}

#[test]
fn a_session_left_open_elsewhere_is_ended_from_here() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        service.app.clock.advance(Duration::minutes(5));
        let mut car = Browser::of(&worker).await;
        service.app.clock.advance(Duration::minutes(5));
        let mut office = Browser::of(&worker).await;
        let page = office.visit("/account/sessions").await.is(200);
        // The oldest one made the token with which the worker of the tests acts.
        let since = |time: &str| format!("Signed in Tuesday 24 November 2026, {time}");
        let mine = format!("{} This browser", since("9:10am"));
        assert_eq!(page.texts("main h2"), [mine, since("9:05am"), since("9am")]);
        assert_eq!(page.buttons().len(), 2, "this one is ended by signing out");
        car.visit("/account").await.is(200);
        let there = "Sign out there (signed in Tuesday 24 November 2026, 9:05am)";
        let left = office.press(&page, there, &[]).await.is(200);
        assert_eq!((left.path.as_str(), left.texts("main h2").len()), ("/account/sessions", 2));
        assert!(asks_to_sign_in(&car.visit("/account").await));
        office.press(&page, there, &[]).await.is(404);
        office.visit("/account").await.is(200);
    });
}

#[test]
fn nobody_ends_the_session_of_somebody_else() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let (mut office, mut car, mut theirs) =
            (Browser::of(&worker).await, Browser::of(&worker).await, Browser::of(&admin).await);
        let cars = office.visit("/account/sessions").await.is(200).attributes("main form", "action");
        let page = theirs.visit("/account/sessions").await.is(200);
        let (_, own, body) = page.filled("Sign out there (signed in Tuesday 24 November 2026, 9am)", &[]);
        assert!(!cars.contains(&own));
        for action in &cars {
            theirs.send(Method::POST, action, body.clone()).await.is(404);
        }
        theirs.send(Method::POST, "/account/sessions/not-an-id/end", body.clone()).await.is(404);
        car.visit("/account").await.is(200);
        theirs.send(Method::POST, &own, body).await.is(303);
    });
}

#[test]
fn a_token_is_shown_once_and_lets_its_program_in() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let mut browser = Browser::of(&worker).await;
        let page = browser.visit("/account/tokens").await.is(200);
        assert_eq!(page.texts("main h3"), ["Test"]);
        let made = browser.press(&page, "Make the token", &SCRIPT).await.is(200);
        let secret = secret(&made);
        assert_eq!(made.answer.header("cache-control"), "no-store");
        let script = Client { token: Some(secret.clone()), ..worker.clone() };
        script.get("/me").await.is(200);
        script.post("/reflections", json!({ "body": "Not with this." })).await.is(403);

        let list = browser.click(&made, "I have copied it. Go to your tokens").await.is(200);
        assert_eq!(list.texts("main h3"), ["Script", "Test"]);
        assert!(list.says("31 January 2027") && list.says("Read your reflections and what is shared with you"));
        assert!(!list.answer.text.contains(&secret));
        let until = worker.get("/tokens").await.is(200).items()[0]["expires_at"].as_str().unwrap().to_owned();
        assert!(until.starts_with("2027-02-01T00:00:00"), "it works all through its last day: {until}");
    });
}

#[test]
fn pressing_twice_makes_one_token() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let mut browser = Browser::of(&worker).await;
        let page = browser.visit("/account/tokens").await.is(200);
        let before = count_tokens(&worker).await;
        let secret = secret(&browser.press(&page, "Make the token", &SCRIPT).await.is(200));
        let again = browser.press(&page, "Make the token", &SCRIPT).await.is(409);
        assert!(again.problems()[0].starts_with("This form made a token already."), "{:?}", again.problems());
        assert!(!again.answer.text.contains(&secret));
        assert_eq!(again.field("name"), "Script", "what was typed stays");
        assert_eq!(count_tokens(&worker).await, before + 1);
        // Whoever wants another one presses once more, on the page that says so.
        browser.press(&again, "Make the token", &[]).await.is(200);
        assert_eq!(count_tokens(&worker).await, before + 2);
    });
}

#[test]
fn a_token_hears_of_everything_that_is_wrong_with_it() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let mut browser = Browser::of(&worker).await;
        let page = browser.visit("/account/tokens").await.is(200);
        let nothing = browser.press(&page, "Make the token", &[("name", " "), ("expires_at", "")]).await.is(422);
        assert_eq!(nothing.attributes(".govuk-error-summary__list a", "href"), ["#name", "#scopes", "#expires_at"]);
        let before = count_tokens(&worker).await;
        for (day, status) in [("2026-11-23", 422), ("2027-11-25", 422), ("soon", 422), ("2026-11-24", 200), ("2027-11-24", 200)] {
            let page = browser.visit("/account/tokens").await.is(200);
            let typed = [("name", "Script"), ("scopes", "account:read"), ("expires_at", day)];
            let shown = browser.press(&page, "Make the token", &typed).await;
            assert_eq!(shown.answer.status, status, "{day}");
            if status == 422 {
                assert_eq!((shown.field("name"), shown.field("expires_at")), ("Script".to_owned(), day.to_owned()));
                assert_eq!(shown.attributes("input[name=scopes][checked]", "value"), ["account:read"]);
            }
        }
        assert_eq!(count_tokens(&worker).await, before + 2);
    });
}

#[test]
fn a_token_needs_the_password_again_when_the_session_is_not_fresh() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let mut browser = Browser::of(&worker).await;
        service.app.clock.advance(Duration::minutes(11));
        let page = browser.visit("/account/tokens").await.is(200);
        let before = count_tokens(&worker).await;
        let asked = browser.press(&page, "Make the token", &SCRIPT).await.is(403);
        assert_eq!((asked.heading(), asked.field("name")), ("Confirm that it is you".to_owned(), "Script".to_owned()));
        let wrong = browser.press(&asked, "Confirm and go on", &[("again_password", ANOTHER_PASSWORD)]).await.is(422);
        assert_eq!((wrong.heading(), wrong.field("name")), ("Confirm that it is you".to_owned(), "Script".to_owned()));
        assert_eq!(wrong.problems().len(), 1);
        assert_eq!(count_tokens(&worker).await, before);
        let made = browser.press(&wrong, "Confirm and go on", &[("again_password", PASSWORD)]).await.is(200);
        Client { token: Some(secret(&made)), ..worker.clone() }.get("/reflections").await.is(200);
        // For ten minutes nobody is asked again.
        let page = browser.visit("/account/tokens").await.is(200);
        secret(&browser.press(&page, "Make the token", &SCRIPT).await.is(200));
        assert_eq!(count_tokens(&worker).await, before + 2);
    });
}

#[test]
fn a_form_sent_after_the_session_ended_asks_to_sign_in_in_place_and_is_then_sent() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let mut browser = Browser::of(&worker).await;
        let page = browser.visit("/account/tokens").await.is(200);
        let before = count_tokens(&worker).await;
        service.app.clock.advance(Duration::minutes(31));
        let held = browser.press(&page, "Make the token", &SCRIPT).await.is(401);
        assert_eq!(held.heading(), "Sign in again to save what you wrote");
        assert_eq!(kept(&held), ["Script", "account:read", "reflections:read", "2027-01-31"]);
        assert!(browser.cookie.is_none());
        let mistaken = [("again_email", worker.email.as_str()), ("again_password", ANOTHER_PASSWORD)];
        let wrong = browser.press(&held, "Sign in and send", &mistaken).await.is(422);
        assert_eq!(kept(&wrong), ["Script", "account:read", "reflections:read", "2027-01-31"]);
        assert_eq!(wrong.field("again_email"), worker.email);
        assert_eq!(count_tokens(&worker).await, before);
        let made = browser.press(&wrong, "Sign in and send", &[("again_password", PASSWORD)]).await.is(200);
        Client { token: Some(secret(&made)), ..worker.clone() }.get("/reflections").await.is(200);
        assert_eq!(count_tokens(&worker).await, before + 1);
        browser.visit("/account").await.is(200);
    });
}

#[test]
fn what_one_person_typed_is_not_sent_as_another() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let mut browser = Browser::of(&worker).await;
        let page = browser.visit("/account/tokens").await.is(200);
        let before = (count_tokens(&worker).await, count_tokens(&admin).await);
        service.app.clock.advance(Duration::minutes(31));
        let held = browser.press(&page, "Make the token", &SCRIPT).await.is(401);
        let theirs = [("again_email", admin.email.as_str()), ("again_password", PASSWORD)];
        let refused = browser.press(&held, "Sign in and send", &theirs).await.is(422);
        assert!(refused.problems()[0].starts_with("Somebody else was signed in"), "{:?}", refused.problems());
        assert_eq!(refused.field("name"), "Script", "it is kept for whose it is");
        assert!(browser.cookie.is_none());
        assert_eq!((count_tokens(&worker).await, count_tokens(&admin).await), before);
        let own = [("again_email", worker.email.as_str()), ("again_password", PASSWORD)];
        secret(&browser.press(&refused, "Sign in and send", &own).await.is(200));
        assert_eq!(count_tokens(&admin).await, before.1);
    });
}

#[test]
fn a_form_that_was_made_for_another_session_does_nothing() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let (mut office, mut car) = (Browser::of(&worker).await, Browser::of(&worker).await);
        let page = office.visit("/account/tokens").await.is(200);
        let before = count_tokens(&worker).await;
        car.press(&page, "Make the token", &SCRIPT).await.is(403);
        assert_eq!(count_tokens(&worker).await, before);
        office.press(&page, "Make the token", &SCRIPT).await.is(200);
    });
}

#[test]
fn a_token_is_revoked_after_a_second_look() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let mut browser = Browser::of(&worker).await;
        let page = browser.visit("/account/tokens").await.is(200);
        let made = browser.press(&page, "Make the token", &SCRIPT).await.is(200);
        let script = Client { token: Some(secret(&made)), ..worker.clone() };
        let list = browser.visit("/account/tokens").await.is(200);
        let asked = browser.click(&list, "Revoke Script").await.is(200);
        assert!(asked.says("The token “Script” stops at its next request"));
        script.get("/me").await.is(200);
        let done = browser.press(&asked, "Revoke the token", &[]).await.is(200);
        assert_eq!((done.path.as_str(), done.texts("main h3")), ("/account/tokens", vec!["Test".to_owned()]));
        script.get("/me").await.is(401);
        browser.press(&asked, "Revoke the token", &[]).await.is(404);
    });
}

#[test]
fn nobody_sees_or_revokes_the_token_of_somebody_else() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let (mut browser, mut theirs) = (Browser::of(&worker).await, Browser::of(&admin).await);
        let list = browser.visit("/account/tokens").await.is(200);
        let revocation = list.link("Revoke Test").unwrap();
        theirs.visit(&revocation).await.is(404);
        theirs.visit("/account/tokens/not-an-id/revocation").await.is(404);
        let list = theirs.visit("/account/tokens").await.is(200);
        let asked = theirs.click(&list, "Revoke Test").await.is(200);
        let (_, own, body) = asked.filled("Revoke the token", &[]);
        theirs.send(Method::POST, &revocation, body.clone()).await.is(404);
        worker.get("/me").await.is(200);
        theirs.send(Method::POST, &own, body).await.is(303);
        admin.get("/me").await.is(401);
    });
}

#[test]
fn what_the_command_line_prints_are_addresses_of_pages() {
    let data = tempfile::tempdir().unwrap();
    let program = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_soundings"));
        command.args(words).arg("--data").arg(data.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    };
    let mut serving = program(&["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
    let mut said = Vec::new();
    for line in BufReader::new(serving.stdout.take().unwrap()).lines().map_while(Result::ok) {
        said.push(line);
        if said.iter().any(|line| line.starts_with("listening on ")) {
            break;
        }
    }
    serving.kill().unwrap();
    serving.wait().unwrap();
    let address = said.last().unwrap().strip_prefix("listening on ").unwrap();
    let setup = format!("set up at {address}/setup/snd_set_");
    assert!(said.iter().any(|line| line.starts_with(&setup)), "{said:?}");

    let helen = ["--email", "helen@northmoor.example", "--name", "Helen Marsh", "--organisation", "Northmoor Council"];
    let output = program(&["people", "invite"]).args(helen).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.contains("http://127.0.0.1:8080/invitations/snd_inv_"), "{said}");
}
