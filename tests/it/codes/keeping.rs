//! What is kept of secrets and codes, and what a conflict or a lost answer does to them.

use std::fs;

use data_encoding::{BASE32_NOPAD, HEXLOWER, HEXUPPER};
use sha2::{Digest as _, Sha256};
use soundings::backup;

use super::{Seat, recovery_codes, shown, sign_in, worker};
use crate::service::{Service, run};

#[test]
fn secrets_and_recovery_codes_are_said_once_and_kept_nowhere_in_the_clear() {
    run(async {
        let service = Service::on_disk().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        let secret = seat.begins().await;
        let confirmed = seat.confirms(&shown(&secret, service.app.clock.now())).await.is(200);
        let mut hidden = recovery_codes(&confirmed);
        let unbroken: Vec<String> = hidden.iter().map(|code| code.replace('-', "")).collect();
        hidden.extend(unbroken);
        let bytes = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
        let offered = seat.begins().await;
        hidden.extend([HEXLOWER.encode(&bytes), HEXUPPER.encode(&bytes), secret, offered]);
        for path in ["/me", "/me/codes", "/sessions", "/tokens"] {
            let answer = seat.get(path).await.is(200);
            assert!(hidden.iter().all(|text| !answer.text.contains(text.as_str())), "{path}: {}", answer.text);
        }
        let file = service.data().join("export.surql");
        service.app.db.export(&file).await.unwrap();
        let export = fs::read_to_string(&file).unwrap();
        assert!(export.contains(&worker.email), "the control: what is readable is found");
        assert_eq!(backup::inventory(&service.app.db).await.unwrap()["codes"].0, 1, "there is something to find");
        assert!(hidden.iter().all(|text| !export.contains(text.as_str())));
        // Nor can a recovery code be found by trying: its digest is keyed.
        let unkeyed: Vec<String> = hidden.iter().map(|code| sha256(code)).collect();
        assert!(unkeyed.iter().all(|digest| !export.contains(digest.as_str())));
    });
}

fn sha256(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

#[test]
fn conflicts_and_lost_answers_use_a_code_once_and_let_its_owner_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (_, recovery) = Seat::of(&worker).await.sets_up().await;
        service.app.db.faults.start();
        for code in &recovery {
            sign_in(&worker, Some(code)).await.is(201);
        }
        service.app.db.faults.stop();
        for code in &recovery {
            sign_in(&worker, Some(code)).await.is(422);
        }
    });
}
