//! Prompt sets: forked, and of one's own.

use serde_json::json;

use crate::service::{Service, run};

#[test]
fn a_prompt_set_can_be_forked_and_keeps_where_it_came_from() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let shipped = team.worker.get("/prompt-sets").await.is(200);
        assert!(shipped.items().len() >= 10);
        let steps = json!([{ "title": "One question", "questions": ["What would the child say?"] }]);
        let fork = json!({ "title": "Mine", "summary": "Short.", "steps": steps, "forked_from": "gibbs" });
        let made = team.worker.post("/prompt-sets", fork.clone()).await.is(201);
        assert_eq!(made.json["forked_from"], "gibbs");
        let path = format!("/prompt-sets/{}", made.json["slug"].as_str().unwrap());
        team.peer.get(&path).await.is(404);
        let mut changed = fork.clone();
        changed["title"] = json!("Mine, again");
        assert_eq!(team.worker.put_if(&path, "\"1\"", changed).await.is(200).json["forked_from"], "gibbs");
        team.worker.put_if("/prompt-sets/gibbs", "\"1\"", fork.clone()).await.is(403);
        team.worker.delete_if("/prompt-sets/gibbs", "\"1\"").await.is(403);
        team.worker.delete(&path).await.is(428);
        team.worker.delete_if(&path, "\"1\"").await.is(412);
        assert_eq!(team.worker.get(&path).await.is(200).json["title"], "Mine, again", "what another window changed is there");
        team.worker.delete_if(&path, "\"2\"").await.is(204);
        team.worker.get(&path).await.is(404);
        team.worker.post("/prompt-sets", json!({ "title": "", "summary": "x", "steps": [], "forked_from": null })).await.is(422);
    });
}

#[test]
fn a_person_has_a_hundred_prompt_sets_of_their_own() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let shipped = worker.get("/prompt-sets").await.is(200).items().len();
        let steps = json!([{ "title": "One question", "questions": ["What would the child say?"] }]);
        let body = json!({ "title": "Mine", "summary": "Short.", "steps": steps });
        let mut slug = String::new();
        for _ in 0..100 {
            let made = worker.post("/prompt-sets", body.clone()).await.is(201);
            made.json["slug"].as_str().unwrap().clone_into(&mut slug);
        }
        worker.post("/prompt-sets", body.clone()).await.is(409);
        assert_eq!(worker.get("/prompt-sets").await.is(200).items().len(), shipped + 100);
        worker.delete_if(&format!("/prompt-sets/{slug}"), "\"1\"").await.is(204);
        worker.post("/prompt-sets", body).await.is(201);
    });
}
