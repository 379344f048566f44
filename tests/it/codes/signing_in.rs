//! Signing in with codes: each is good for once.

use std::net::{IpAddr, Ipv4Addr};

use chrono::Duration;
use data_encoding::BASE32_NOPAD;
use poem::http::Method;
use serde_json::json;
use soundings::{access::Role, clock::Clock, config::Switch, error::Error, limits::Whence, people::accounts};

use super::{Seat, recovery_codes, shown, sign_in, worker, wrong};
use crate::service::{PASSWORD, Service, run, today};

#[test]
fn with_an_app_set_up_the_password_alone_lets_nobody_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        assert_eq!(seat.get("/me/codes").await.is(200).json, json!({ "on": false, "required_for": [], "recovery_left": 0 }));
        let offer = seat.send(Method::PUT, "/me/codes", json!({})).await.is(200);
        let secret = offer.json["secret"].as_str().unwrap();
        assert_eq!(BASE32_NOPAD.decode(secret.as_bytes()).unwrap().len(), 20, "160 bits");
        let asked = format!("secret={secret}&issuer=Soundings&algorithm=SHA1&digits=6&period=30");
        assert_eq!(offer.json["uri"], format!("otpauth://totp/Soundings:amina.worker%40test.example?{asked}"));
        sign_in(&worker, None).await.is(201);

        let early = seat.confirms("000000").await.is(422);
        assert_eq!(wrong(&early), ("/code", "wrong"));
        sign_in(&worker, None).await.is(201);
        let recovery = recovery_codes(&seat.confirms(&shown(secret, service.app.clock.now())).await.is(200));
        assert_eq!(recovery.len(), 10);
        assert_eq!(seat.get("/me/codes").await.is(200).json, json!({ "on": true, "required_for": [], "recovery_left": 10 }));

        let alone = sign_in(&worker, None).await.is(422);
        assert_eq!(wrong(&alone), ("/code", "required"));
        assert!(alone.headers.get("set-cookie").is_none());
        assert_eq!(wrong(&sign_in(&worker, Some(" ")).await.is(422)), ("/code", "required"));
        service.app.clock.advance(Duration::seconds(30));
        let code = shown(secret, service.app.clock.now());
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        sign_in(&worker, Some(&spaced)).await.is(201);
    });
}

#[test]
fn a_stranger_hears_of_codes_only_with_the_right_password() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        Seat::of(&worker).await.sets_up().await;
        let nobody = service.anonymous();
        for code in [json!(null), json!("000000")] {
            let guess = json!({ "email": worker.email, "password": "nine patient otters watching", "code": code });
            assert_eq!(wrong(&nobody.post("/sessions", guess).await.is(422)), ("/password", "wrong"));
        }
        assert_eq!(wrong(&sign_in(&worker, Some("000000")).await.is(422)), ("/code", "wrong"));
    });
}

#[test]
fn a_code_is_good_for_one_sign_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (secret, _) = Seat::of(&worker).await.sets_up().await;
        let now = service.app.clock.now();
        let first = shown(&secret, now - Duration::seconds(30));
        assert_eq!(wrong(&sign_in(&worker, Some(&first)).await.is(422)), ("/code", "wrong"), "it confirmed the app");
        let code = shown(&secret, now);
        sign_in(&worker, Some(&code)).await.is(201);
        assert_eq!(wrong(&sign_in(&worker, Some(&code)).await.is(422)), ("/code", "wrong"));
        sign_in(&worker, Some(&shown(&secret, now + Duration::seconds(30)))).await.is(201);
        sign_in(&worker, Some(&code)).await.is(422);
    });
}

#[test]
fn a_code_counts_one_step_before_its_time_and_one_step_after_and_no_more() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (secret, _) = Seat::of(&worker).await.sets_up().await;
        for (seconds, within) in [(-60, false), (60, false), (-30, true), (30, true)] {
            service.app.clock.advance(Duration::minutes(10));
            let code = shown(&secret, service.app.clock.now() + Duration::seconds(seconds));
            assert_eq!(sign_in(&worker, Some(&code)).await.status, if within { 201 } else { 422 }, "{seconds} s");
        }
        // To the second: the step before the present one counts until the present one is over.
        service.app.clock.advance(Duration::minutes(10));
        let code = shown(&secret, service.app.clock.now());
        service.app.clock.advance(Duration::seconds(59));
        sign_in(&worker, Some(&code)).await.is(201);
        service.app.clock.advance(Duration::minutes(10) + Duration::seconds(1));
        let code = shown(&secret, service.app.clock.now());
        service.app.clock.advance(Duration::seconds(60));
        sign_in(&worker, Some(&code)).await.is(422);
    });
}

#[test]
fn a_recovery_code_works_once_and_new_ones_end_the_old() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (_, recovery) = Seat::of(&worker).await.sets_up().await;
        for code in &recovery {
            let digits = code.chars().filter(char::is_ascii_digit).count();
            assert_eq!((code.len(), digits), (19, 16), "{code}");
        }
        let unbroken = recovery[0].replace('-', "");
        let seat = Seat::with(&worker, Some(&unbroken)).await;
        assert_eq!(wrong(&sign_in(&worker, Some(&recovery[0])).await.is(422)), ("/code", "wrong"));
        assert_eq!(seat.get("/me/codes").await.is(200).json["recovery_left"], 9);
        let renewed = recovery_codes(&seat.send(Method::POST, "/me/codes/recovery", json!({})).await.is(200));
        assert!(renewed.len() == 10 && renewed.iter().all(|code| !recovery.contains(code)));
        sign_in(&worker, Some(&recovery[1])).await.is(422);
        sign_in(&worker, Some(&renewed[1])).await.is(201);
        assert_eq!(seat.get("/me/codes").await.is(200).json["recovery_left"], 9);
    });
}

#[test]
fn somebody_elses_codes_let_nobody_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let peer = service.person(worker.authority, "Tom Peer", &[Role::Practitioner]).await;
        Seat::of(&worker).await.sets_up().await;
        let (secret, recovery) = Seat::of(&peer).await.sets_up().await;
        sign_in(&worker, Some(&shown(&secret, service.app.clock.now()))).await.is(422);
        sign_in(&worker, Some(&recovery[0])).await.is(422);
        sign_in(&peer, Some(&recovery[0])).await.is(201);
    });
}

#[test]
fn of_two_who_come_with_one_code_at_once_one_gets_in() {
    run(async {
        let service = Service::on_disk().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        let secret = seat.begins().await;
        let confirmed = seat.confirms(&shown(&secret, service.app.clock.now())).await.is(200);
        for code in recovery_codes(&confirmed) {
            let (one, other) = tokio::join!(sign_in(&worker, Some(&code)), sign_in(&worker, Some(&code)));
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 422], "{} and {}", one.text, other.text);
        }
        assert_eq!(seat.get("/me/codes").await.is(200).json["recovery_left"], 0);
        let next = shown(&secret, service.app.clock.now() + Duration::seconds(30));
        let (one, other) = tokio::join!(sign_in(&worker, Some(&next)), sign_in(&worker, Some(&next)));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "{} and {}", one.text, other.text);
    });
}

#[test]
fn whoever_has_the_password_guesses_ten_codes_and_then_has_to_wait_wherever_they_are() {
    run(async {
        let service = Service::with(Clock::fixed(today()), |config| config.rate_limits = Switch::On).await;
        let worker = worker(&service).await;
        let (secret, _) = Seat::of(&worker).await.sets_up().await;
        let from = |last| Whence::of(IpAddr::V4(Ipv4Addr::new(203, 0, 113, last)));
        let guess = |last, code: &'static str| accounts::sign_in(&service.app, from(last), &worker.email, PASSWORD, Some(code));
        for last in 1..=10 {
            assert!(matches!(guess(last, "000000").await, Err(Error::Invalid(_))), "guess {last}");
        }
        assert!(matches!(guess(11, "000000").await, Err(Error::TooMany { .. })));
        // The control: it is the code that is waited for, and not the account.
        let missing = accounts::sign_in(&service.app, from(12), &worker.email, PASSWORD, None).await;
        assert!(matches!(missing, Err(Error::Invalid(_))));
        let right = shown(&secret, service.app.clock.now());
        sign_in(&worker, Some(&right)).await.is(429);
    });
}
