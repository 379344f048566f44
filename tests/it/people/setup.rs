//! First run: the address that sets the service up, once.

use serde_json::{Value, json};
use soundings::{error::Error, people::organisations};

use crate::service::{Client, PASSWORD, Service, every_scope, run};

fn setup() -> Value {
    json!({
        "organisation": { "name": "Northmoor Council", "kind": "local_authority" },
        "name": "Priya First", "email": "priya@northmoor.example", "password": PASSWORD,
    })
}

#[test]
fn the_setup_address_works_once_and_never_again() {
    run(async {
        let service = Service::new().await;
        let nobody = service.anonymous();
        let secret = organisations::offer_setup(&service.app).await.unwrap();
        let path = format!("/setup/{secret}");
        assert_eq!(nobody.get(&path).await.is(200).json["ready"], true);
        nobody.put(&path, setup()).await.is(200);
        nobody.get(&path).await.is(404);
        nobody.put(&path, setup()).await.is(404);
        let offered = organisations::offer_setup(&service.app).await;
        assert!(matches!(offered, Err(Error::Conflict(_))), "a service that is set up offers no setup");
    });
}

#[test]
fn whoever_sets_the_service_up_administers_it() {
    run(async {
        let service = Service::new().await;
        let nobody = service.anonymous();
        let secret = organisations::offer_setup(&service.app).await.unwrap();
        let made = nobody.put(&format!("/setup/{secret}"), setup()).await.is(200);
        let first = Client { email: "priya@northmoor.example".to_owned(), ..nobody };
        let first = first.only(&every_scope()).await;
        let me = first.get("/me").await.is(200).json;
        assert_eq!(me["memberships"][0]["organisation"]["id"], made.json["id"]);
        assert_eq!(me["memberships"][0]["roles"], json!(["administrator"]));
        first.post("/organisations", json!({ "name": "Eastvale Council", "kind": "local_authority" })).await.is(201);
    });
}

#[test]
fn a_refused_setup_leaves_its_address_working() {
    run(async {
        let service = Service::new().await;
        let nobody = service.anonymous();
        let secret = organisations::offer_setup(&service.app).await.unwrap();
        let path = format!("/setup/{secret}");
        let wrong = json!({
            "organisation": { "name": " ", "kind": "local_authority" }, "name": "", "email": "nowhere", "password": "short",
        });
        let refused = nobody.put(&path, wrong).await.is(422);
        assert_eq!(refused.pointers(), ["/organisation/name", "/name", "/email", "/password"]);
        nobody.put(&path, setup()).await.is(200);
    });
}

#[test]
fn a_new_setup_address_stops_the_one_before_it() {
    run(async {
        let service = Service::new().await;
        let nobody = service.anonymous();
        let before = organisations::offer_setup(&service.app).await.unwrap();
        nobody.get(&format!("/setup/{before}")).await.is(200);
        let after = organisations::offer_setup(&service.app).await.unwrap();
        nobody.put(&format!("/setup/{before}"), setup()).await.is(404);
        nobody.put(&format!("/setup/{after}"), setup()).await.is(200);
    });
}
