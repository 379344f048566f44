//! Whoever has lost the phone and the recovery codes gets back in through whoever runs the machine, and through nobody else.

use serde_json::json;
use soundings::{access::Role, error::Error, people::codes};

use super::{Seat, sign_in, strict, worker};
use crate::service::{Service, run};

#[test]
fn whoever_runs_the_machine_turns_lost_codes_off() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        seat.sets_up().await;
        sign_in(&worker, None).await.is(422);
        codes::take_away(&service.app, &format!(" {} ", worker.email.to_uppercase())).await.unwrap();
        seat.get("/me").await.is(401);
        worker.get("/me").await.is(401);
        let seat = Seat::of(&worker).await;
        let state = json!({ "on": false, "required_for": [], "recovery_left": 0 });
        assert_eq!(seat.get("/me/codes").await.is(200).json, state);
        // And as before, an app can be set up.
        seat.sets_up().await;
        sign_in(&worker, None).await.is(422);
    });
}

#[test]
fn a_role_that_needs_codes_waits_for_them_again() {
    run(async {
        let service = strict().await;
        let northmoor = service.authority("Northmoor Council").await;
        let admin = service.person(northmoor, "Priya Admin", &[Role::Administrator]).await;
        let members = format!("/organisations/{northmoor}/members");
        let seat = Seat::of(&admin).await;
        seat.sets_up().await;
        seat.get(&members).await.is(200);
        codes::take_away(&service.app, &admin.email).await.unwrap();
        Seat::of(&admin).await.get(&members).await.is(403);
    });
}

#[test]
fn whoever_has_no_codes_has_none_to_lose() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        assert!(matches!(codes::take_away(&service.app, &worker.email).await, Err(Error::Conflict(_))));
        assert!(matches!(codes::take_away(&service.app, "nobody@test.example").await, Err(Error::NotFound)));
        assert!(matches!(codes::take_away(&service.app, "no address").await, Err(Error::NotFound)));
        seat.get("/me").await.is(200);
    });
}
