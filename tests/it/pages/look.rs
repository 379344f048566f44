//! An authority's own name, colour and logo, on every page; and what of them would not do.

use std::{fs, path::Path};

use poem::http::Method;
use soundings::{clock::Clock, config::Config, look::Look};
use tempfile::tempdir;

use crate::{
    browser::{Browser, Page},
    service::{Service, run, today},
};

const SVG: &[u8] =
    br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" fill="#fff"/></svg>"##;

/// A service that has a look of its own.
async fn northmoors() -> Service {
    Service::with(Clock::fixed(today()), |config| {
        let logo = config.data.join("logo.svg");
        fs::write(&logo, SVG).unwrap();
        config.name = Some(" Northmoor reflections ".to_owned());
        config.colour = Some("#4b0d5c".to_owned());
        config.logo = Some(logo);
    })
    .await
}

/// Settings with one of them changed.
fn settings(data: &Path, change: impl FnOnce(&mut Config)) -> Config {
    let mut config = Config::in_memory_at(data);
    change(&mut config);
    config
}

async fn file(service: &Service, address: &str) -> (String, Vec<u8>) {
    let answer = service.anonymous().send(Method::GET, &format!("/root{address}"), &[], ()).await.is(200);
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{address}");
    (answer.header("content-type").to_owned(), answer.text.into_bytes())
}

#[test]
fn an_authority_sets_its_own_name_colour_and_logo() {
    run(async {
        let service = northmoors().await;
        let mut browser = Browser::new(&service);
        for (path, status) in [("/practice-examples", 200), ("/sign-in", 200), ("/no-such-page", 404)] {
            let page: Page = browser.visit(path).await.is(status);
            let [title] = page.texts("title").try_into().unwrap();
            assert!(title.ends_with(" – Northmoor reflections"), "{title}");
            assert_eq!(page.texts(".govuk-generic-header a"), ["Northmoor reflections"], "{path}");
            assert_eq!(page.attributes("meta[name=theme-color]", "content"), ["#4b0d5c"]);
            assert_eq!(
                page.attributes(".govuk-generic-header img", "alt"),
                [""],
                "the picture says nothing that the name does not"
            );
            let [logo] = page.attributes(".govuk-generic-header img", "src").try_into().unwrap();
            assert_eq!(file(&service, &logo).await, ("image/svg+xml".to_owned(), SVG.to_vec()));
            // After ours, so that it is the one that counts.
            let sheets = page.attributes("link[rel=stylesheet]", "href");
            assert!(sheets[0].starts_with("/assets/main.") && sheets[1].starts_with("/assets/look."), "{sheets:?}");
            let (kind, style) = file(&service, &sheets[1]).await;
            assert_eq!(kind, "text/css; charset=utf-8");
            let style = String::from_utf8(style).unwrap();
            assert!(style.contains("--govuk-brand-colour:#4b0d5c") && style.contains("--govuk-link-colour:#4b0d5c"), "{style}");
        }
    });
}

#[test]
fn without_settings_it_is_soundings_in_our_colour() {
    run(async {
        let service = Service::new().await;
        let page = Browser::new(&service).visit("/sign-in").await.is(200);
        assert_eq!(page.texts("title"), ["Sign in – Soundings"]);
        assert_eq!(page.texts(".govuk-generic-header a"), ["Soundings"]);
        assert_eq!(page.attributes("meta[name=theme-color]", "content"), ["#1f5a5e"]);
        assert_eq!(page.attributes(".govuk-generic-header img", "src"), Vec::<String>::new());
        assert_eq!(page.attributes("link[rel=stylesheet]", "href").len(), 1);
        let own = service.anonymous().send(Method::GET, "/root/assets/look.0000000000000000.css", &[], ()).await;
        assert_eq!(own.status, 404);
    });
}

#[test]
fn an_app_lists_an_account_under_the_name_of_the_service() {
    run(async {
        let service = northmoors().await;
        let worker = service.team().await.worker;
        let mut browser = Browser::of(&worker).await;
        let page = browser.visit("/account/codes").await.is(200);
        let page = browser.press(&page, "Set up an authenticator app", &[]).await.is(200);
        assert!(page.answer.text.contains("otpauth://totp/Northmoor%20reflections:"), "{}", page.answer.text);
    });
}

#[test]
fn what_could_not_be_read_is_refused_when_the_service_starts() {
    let data = tempdir().unwrap();
    let path = |name: &str, bytes: &[u8]| {
        let path = data.path().join(name);
        fs::write(&path, bytes).unwrap();
        Some(path)
    };
    let large = [SVG, &b" ".repeat(32 * 1024)].concat();
    let refused = |change: &dyn Fn(&mut Config)| Look::of(&settings(data.path(), change)).unwrap_err();
    let pale = refused(&|config| config.colour = Some("#66cccc".to_owned()));
    assert!(pale.starts_with("--colour #66cccc is too light to be read: its contrast with the ground is 1."), "{pale}");
    for (said, change) in [
        ("--colour teal is no colour", &(|config: &mut Config| config.colour = Some("teal".to_owned())) as &dyn Fn(&mut Config)),
        ("--name must have between 1 and 60 letters", &|config| config.name = Some(" ".to_owned())),
        ("--name must have between 1 and 60 letters", &|config| config.name = Some("Two\nlines".to_owned())),
        ("--name must have between 1 and 60 letters", &|config| config.name = Some("n".repeat(61))),
        ("is neither an SVG nor a PNG", &|config| config.logo = path("logo.gif", b"GIF89a")),
        ("make it smaller than 32768", &|config| config.logo = path("large.svg", &large)),
        ("cannot be read", &|config| config.logo = Some(data.path().join("nowhere.png"))),
    ] {
        let why = refused(change);
        assert!(why.contains(said), "{said}: {why}");
    }
    // Dark enough, and a PNG, are taken.
    let look = Look::of(&settings(data.path(), |config| {
        config.colour = Some("#00703C".to_owned());
        config.logo = path("logo.png", b"\x89PNG\r\n\x1a\n");
    }));
    let look = look.unwrap();
    assert_eq!((look.colour.as_str(), look.logo.unwrap().kind), ("#00703c", "image/png"));
}
