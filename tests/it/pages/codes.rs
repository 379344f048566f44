//! Codes from an authenticator app, in a browser: set up, asked for, recovered from, turned off.

use chrono::Duration;
use serde_json::json;
use soundings::{access::Role, clock::Clock, config::Switch, people::organisations};

use crate::{
    browser::{Browser, Page},
    codes::shown,
    service::{Client, PASSWORD, Service, run, today},
};

async fn worker(service: &Service) -> Client {
    let authority = service.authority("Northmoor Council").await;
    service.person(authority, "Amina Worker", &[Role::Practitioner]).await
}

/// A service whose roles wait for codes.
async fn strict() -> Service {
    Service::with(Clock::fixed(today()), |config| config.require_codes = Switch::On).await
}

/// The secret that a page shows.
fn secret(page: &Page) -> String {
    page.texts("#secret").concat().replace(' ', "")
}

fn recovery_codes(page: &Page) -> Vec<String> {
    page.texts("#recovery code")
}

impl Browser {
    /// Sets an app up; answers its secret and the recovery codes. Then half a minute passes, so that the app shows another code.
    async fn sets_up(&mut self, service: &Service) -> (String, Vec<String>) {
        let page = self.visit("/account/codes").await.is(200);
        let offer = self.press(&page, "Set up an authenticator app", &[]).await.is(200);
        let secret = secret(&offer);
        let code = shown(&secret, service.app.clock.now());
        let done = self.press(&offer, "Confirm the app", &[("code", &code)]).await.is(200);
        service.app.clock.advance(Duration::seconds(30));
        (secret, recovery_codes(&done))
    }

    /// Gives the address and the password; answers the page that comes back.
    async fn gives_password(&mut self, email: &str) -> Page {
        let page = self.visit("/sign-in").await;
        self.press(&page, "Sign in", &[("email", email), ("password", PASSWORD)]).await
    }
}

#[test]
fn an_app_is_set_up_and_its_recovery_codes_are_shown_once() {
    run(async {
        let service = Service::new().await;
        let mut browser = Browser::of(&worker(&service).await).await;
        let page = browser.visit("/account/codes").await.is(200);
        assert_eq!(page.heading(), "Authenticator app");
        let offer = browser.press(&page, "Set up an authenticator app", &[]).await.is(200);
        assert_eq!(offer.heading(), "Set up your authenticator app");
        assert!(offer.says("your tokens stop working"), "it says what will happen");
        let secret = secret(&offer);
        assert_eq!(secret.len(), 32, "{secret}");
        let uri = offer.link("If the app is on this device, open it there").unwrap();
        assert!(uri.starts_with("otpauth://totp/Soundings:") && uri.contains(&secret), "{uri}");
        assert_eq!(offer.attributes("svg[role=img]", "aria-label"), ["QR code with the key for your authenticator app"]);
        let drawn = offer.attributes("svg[role=img] path", "d").concat();
        assert!(drawn.matches('M').count() > 400, "{drawn}");
        assert!(offer.attributes("[style]", "style").is_empty(), "the policy forbids it");

        let wrong = browser.press(&offer, "Confirm the app", &[("code", "000000")]).await.is(422);
        assert_eq!(wrong.attributes(".govuk-error-summary__list a", "href"), ["#code"]);
        assert_eq!(self::secret(&wrong), secret, "the app has it already");
        assert_eq!(wrong.field("code"), "");
        let code = shown(&secret, service.app.clock.now());
        let done = browser.press(&wrong, "Confirm the app", &[("code", &code)]).await.is(200);
        assert_eq!(done.heading(), "Your authenticator app is set up");
        let recovery = recovery_codes(&done);
        assert_eq!(recovery.len(), 10);

        let page = browser.visit("/account/codes").await.is(200);
        assert_eq!(page.texts("dd"), ["With your password and a code from your app", "10"]);
        assert!(!page.answer.text.contains(&secret) && recovery.iter().all(|code| !page.answer.text.contains(code)));
        // The same form once more does nothing, and leads to how things stand.
        let again = browser.press(&wrong, "Confirm the app", &[("code", &code)]).await.is(200);
        assert_eq!((again.path.as_str(), again.heading().as_str()), ("/account/codes", "Authenticator app"));
    });
}

#[test]
fn signing_in_asks_for_the_code_and_never_says_the_password_back() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (secret, recovery) = Browser::of(&worker).await.sets_up(&service).await;
        let mut browser = Browser::new(&service);
        let first = browser.visit("/sign-in").await.is(200);
        assert_eq!(first.texts("details summary"), ["I have an authenticator app"]);
        assert_eq!(first.attributes("details input", "name"), ["code"]);

        let asked = browser.gives_password(&worker.email).await.is(422);
        assert_eq!(asked.attributes(".govuk-error-summary__list a", "href"), ["#code"]);
        assert!(asked.texts("details").is_empty(), "it is not folded away any more");
        assert_eq!(asked.field("email"), worker.email);
        assert_eq!(asked.field("password"), "");
        assert_eq!(asked.attributes("#code", "autocomplete"), ["one-time-code"]);
        assert_eq!(asked.attributes("#code", "inputmode"), ["numeric"]);
        assert!(!asked.answer.text.contains(PASSWORD));
        assert!(browser.cookie.is_none());

        let wrong = browser.press(&asked, "Sign in", &[("password", PASSWORD), ("code", "000000")]).await.is(422);
        assert_eq!(wrong.field("code"), "", "a code is good for once");
        let code = shown(&secret, service.app.clock.now());
        let home = browser.press(&wrong, "Sign in", &[("password", PASSWORD), ("code", &code)]).await.is(200);
        assert!(browser.cookie.is_some());
        assert_eq!(home.path, "/");

        let mut elsewhere = Browser::new(&service);
        let page = elsewhere.visit("/sign-in?to=%2Faccount%2Fcodes").await;
        let typed = [("email", worker.email.as_str()), ("password", PASSWORD), ("code", recovery[3].as_str())];
        let page = elsewhere.press(&page, "Sign in", &typed).await.is(200);
        assert_eq!(page.path, "/account/codes", "all at once, with a recovery code");
        assert_eq!(page.texts("dd")[1], "9");
    });
}

#[test]
fn recovery_codes_are_renewed_and_codes_turned_off_after_a_page_that_says_what_happens() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let mut browser = Browser::of(&worker).await;
        browser.visit("/account/codes/recovery").await.is(404);
        browser.visit("/account/codes/removal").await.is(404);
        let (_, recovery) = browser.sets_up(&service).await;
        let page = browser.visit("/account/codes").await.is(200);
        let renewal = browser.click(&page, "Get new recovery codes").await.is(200);
        assert!(renewal.says("The ones that you have now stop working."));
        let renewed = browser.press(&renewal, "Get new codes", &[]).await.is(200);
        assert_eq!(renewed.heading(), "You have new recovery codes");
        assert!(recovery_codes(&renewed).len() == 10 && !recovery_codes(&renewed).contains(&recovery[0]));

        let removal = browser.click(&page, "Sign in without codes").await.is(200);
        let off = browser.press(&removal, "Turn codes off", &[]).await.is(200);
        assert_eq!(off.path, "/account/codes");
        assert!(off.buttons().contains(&"Set up an authenticator app".to_owned()));
        let twice = browser.press(&removal, "Turn codes off", &[]).await.is(200);
        assert_eq!(twice.path, "/account/codes");
        Browser::of(&worker).await.visit("/account/codes").await.is(200);
    });
}

#[test]
fn whoever_has_a_role_that_waits_is_led_to_set_an_app_up() {
    run(async {
        let service = strict().await;
        let address = format!("/setup/{}", organisations::offer_setup(&service.app).await.unwrap());
        let mut browser = Browser::new(&service);
        let page = browser.visit(&address).await.is(200);
        let typed = [
            ("organisation", "Northmoor Council"),
            ("name", "Priya First"),
            ("email", "priya@northmoor.example"),
            ("password", PASSWORD),
        ];
        let page = browser.press(&page, "Set up", &typed).await.is(200);
        assert_eq!(page.path, "/account/codes", "straight from set-up");
        assert!(page.says("Administrator"), "it says which role waits");
        assert!(page.link("Administration").is_none());
        assert!(page.link("My reflections").is_some(), "what every member has is there");
        assert_eq!(browser.visit("/administration").await.is(200).path, "/account/codes", "and from there, too");

        browser.sets_up(&service).await;
        let page = browser.visit("/account/codes").await.is(200);
        assert!(page.link("Administration").is_some());
        assert!(page.link("Sign in without codes").is_none() && page.says("So they stay on."));
        // Somebody else, with nothing to wait for, goes where they were going.
        let organisation = service.authority("Eastvale Council").await;
        let worker = service.person(organisation, "Amina Worker", &[Role::Practitioner]).await;
        assert_eq!(Browser::new(&service).signs_in(&worker.email).await.path, "/");
        let editor = service.person(organisation, "Daniel Editor", &[Role::Editor]).await;
        assert_eq!(Browser::new(&service).signs_in(&editor.email).await.path, "/account/codes");
        let mut busy = Browser::new(&service);
        let page = busy.visit("/sign-in?to=%2Faccount").await;
        let page = busy.press(&page, "Sign in", &[("email", &editor.email), ("password", PASSWORD)]).await.is(200);
        assert_eq!(page.path, "/account", "what one was on the way to comes first");
    });
}

#[test]
fn a_form_that_outlives_its_session_is_sent_with_a_code() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let mut browser = Browser::of(&worker).await;
        let (secret, _) = browser.sets_up(&service).await;
        let renewal = browser.visit("/account/codes/recovery").await.is(200);
        service.app.clock.advance(Duration::minutes(31));
        let held = browser.press(&renewal, "Get new codes", &[]).await.is(401);
        let who = [("again_email", worker.email.as_str()), ("again_password", PASSWORD)];
        let asked = browser.press(&held, "Sign in and send", &who).await.is(422);
        assert_eq!(asked.attributes(".govuk-error-summary__list a", "href"), ["#again_code"]);
        assert_eq!(asked.field("again_email"), worker.email);
        assert!(!asked.answer.text.contains(PASSWORD));
        let code = shown(&secret, service.app.clock.now());
        let typed = [("again_password", PASSWORD), ("again_code", code.as_str())];
        let done = browser.press(&asked, "Sign in and send", &typed).await.is(200);
        assert_eq!(done.heading(), "You have new recovery codes");
        assert_eq!(browser.visit("/account/codes").await.is(200).texts("dd")[1], "10", "and they are signed in");
    });
}

#[test]
fn after_ten_minutes_setting_an_app_up_asks_for_the_password_first() {
    run(async {
        let service = Service::new().await;
        let mut browser = Browser::of(&worker(&service).await).await;
        let page = browser.visit("/account/codes").await.is(200);
        service.app.clock.advance(Duration::minutes(11));
        let held = browser.press(&page, "Set up an authenticator app", &[]).await.is(403);
        assert!(held.texts("#again_code").is_empty(), "the password is enough to confirm");
        let offer = browser.press(&held, "Confirm and go on", &[("again_password", PASSWORD)]).await.is(200);
        assert_eq!(offer.heading(), "Set up your authenticator app");
    });
}

#[test]
fn an_invitation_accepted_by_somebody_with_an_app_leads_to_signing_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        Browser::of(&worker).await.sets_up(&service).await;
        let eastvale = service.authority("Eastvale Council").await;
        let admin = service.person(eastvale, "Elin Admin", &[Role::Administrator]).await;
        let whom = json!({ "email": worker.email, "name": "Amina", "roles": ["practitioner"] });
        let invited = admin.post(&format!("/organisations/{eastvale}/invitations"), whom).await.is(201);
        let mut browser = Browser::new(&service);
        let page = browser.visit(&format!("/invitations/{}", invited.json["secret"].as_str().unwrap())).await.is(200);
        let page = browser.press(&page, "Accept and sign in", &[("password", PASSWORD)]).await.is(200);
        assert_eq!((page.path.as_str(), page.heading().as_str()), ("/sign-in", "Sign in"));
        assert!(browser.cookie.is_none());
        let members = admin.get(&format!("/organisations/{eastvale}/members")).await.is(200);
        assert!(members.text.contains(&worker.email), "they are a member");
    });
}

#[test]
fn a_stranger_is_asked_to_sign_in_before_they_see_anything_of_codes() {
    run(async {
        let service = Service::new().await;
        let mut browser = Browser::new(&service);
        for path in ["/account/codes", "/account/codes/recovery", "/account/codes/removal"] {
            let page = browser.visit(path).await.is(200);
            assert_eq!(page.path, format!("/sign-in?to={}", path.replace('/', "%2F")));
        }
    });
}
