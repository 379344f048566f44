//! Drafts: written, and seen by nobody else; who may publish; trying again.

use chrono::Duration;
use serde_json::json;
use soundings::access::Role;

use super::{drafts, editor, everything_public, finds, neighbour, path, publication, shelf, titles, writes};
use crate::service::{Service, run};

#[test]
fn a_draft_is_seen_by_its_writers_only() {
    run(async {
        let service = Service::new().await;
        let (author, stranger, nobody) = (editor(&service).await, neighbour(&service).await, service.anonymous());
        let colleague = service.person(author.authority, "Amina Worker", &[Role::Practitioner]).await;
        let draft = drafts(&author, "Heron mornings").await;
        let (id, draft_view) = (draft.id(), format!("{}?view=draft", path(&draft.id())));
        for address in [path(&id), draft_view.clone(), format!("{}/versions", path(&id)), format!("{}/citation", path(&id))] {
            nobody.get(&address).await.is(404);
            stranger.get(&address).await.is(404);
            colleague.get(&address).await.is(404);
        }
        colleague.get(&shelf(&author)).await.is(404);
        stranger.get(&shelf(&author)).await.is(404);
        stranger.patch(&path(&id), "\"1\"", json!({ "title": "Mine" })).await.is(404);
        assert_eq!(author.get(&draft_view).await.is(200).json["state"], "draft");
        assert_eq!(titles(&author.get(&shelf(&author)).await.is(200)), ["Heron mornings"]);

        author.put_if(&publication(&id), &draft.etag(), json!({})).await.is(200);
        nobody.get(&path(&id)).await.is(200);
        colleague.get(&path(&id)).await.is(200);
        nobody.get(&draft_view).await.is(404);
        assert!(author.get(&shelf(&author)).await.is(200).items().is_empty(), "it is no draft any more");
    });
}

#[test]
fn a_draft_is_in_no_list_no_search_and_no_feed() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let body = json!({ "title": "Heron mornings", "summary": "What it is.", "themes": ["early-help"] });
        let draft = writes(&author, body).await.is(201);
        let id = draft.id();
        for reader in [&nobody, &author] {
            let public = everything_public(reader).await;
            assert!(!public.contains(&id) && !public.contains("Heron"), "{public}");
        }
        author.put_if(&publication(&id), &draft.etag(), json!({})).await.is(200);
        let public = everything_public(&nobody).await;
        assert!(public.matches(&id).count() >= 5 && public.contains("Heron"), "{public}");
    });
}

#[test]
fn a_system_that_may_only_read_does_not_write() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let reading = service.system(author.authority, &["library:read"]).await;
        let draft = drafts(&author, "Pairs").await;
        let body = |state: &str| json!({ "title": "Theirs", "summary": "Two go out.", "state": state });
        for state in ["draft", "published"] {
            writes(&reading, body(state)).await.is(403);
            reading.put(&format!("{}/pairs", shelf(&reading)), body(state)).await.is(403);
        }
        reading.patch(&path(&draft.id()), &draft.etag(), json!({ "title": "Theirs" })).await.is(403);
        reading.put_if(&publication(&draft.id()), &draft.etag(), json!({})).await.is(403);
        assert_eq!(titles(&reading.get(&shelf(&reading)).await.is(200)), ["Pairs"]);

        let writing = service.system(author.authority, &["library:write"]).await;
        let written = writes(&writing, body("draft")).await.is(201);
        writes(&writing, body("published")).await.is(403);
        writing.put_if(&publication(&written.id()), &written.etag(), json!({})).await.is(403);
        let publishing = service.system(author.authority, &["library:publish"]).await;
        publishing.put_if(&publication(&written.id()), &written.etag(), json!({})).await.is(200);
        assert_eq!(titles(&finds(&service.anonymous(), "").await), ["Theirs"]);
    });
}

#[test]
fn another_authoritys_people_and_systems_do_not_write_here() {
    run(async {
        let service = Service::new().await;
        let (author, stranger) = (editor(&service).await, neighbour(&service).await);
        let website = service.system(stranger.authority, &["library:publish", "library:read", "library:write"]).await;
        let body = json!({ "title": "Not ours", "summary": "Two go out.", "state": "published" });
        let (draft, published) = (drafts(&author, "Draft").await, author.publishes("Published").await);
        let gone = format!("{}?reason=Wrong.", publication(&published));
        for outsider in [&stranger, &website] {
            outsider.post(&shelf(&author), body.clone()).await.is(404);
            outsider.put(&format!("{}/pairs", shelf(&author)), body.clone()).await.is(404);
            outsider.get(&shelf(&author)).await.is(404);
            outsider.patch(&path(&draft.id()), &draft.etag(), json!({ "title": "Not ours" })).await.is(404);
            outsider.put_if(&publication(&draft.id()), &draft.etag(), json!({})).await.is(404);
            outsider.patch(&path(&published), "\"1\"", json!({ "title": "Not ours" })).await.is(403);
            outsider.put_if(&publication(&published), "\"1\"", json!({})).await.is(403);
            outsider.delete_if(&gone, "\"1\"").await.is(403);
            writes(outsider, body.clone()).await.is(201);
        }
        let nobody = service.anonymous();
        nobody.post(&shelf(&author), body).await.is(401);
        let here = finds(&nobody, &format!("organisation={}", author.authority)).await;
        assert_eq!(titles(&here), ["Published"]);
        assert_eq!(finds(&nobody, &format!("organisation={}", stranger.authority)).await.items().len(), 2);
    });
}

#[test]
fn the_same_request_with_the_same_key_makes_one_example() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let colleague = service.person(author.authority, "Cerys Editor", &[Role::Editor]).await;
        let body = json!({ "title": "Pairs", "summary": "Two go out.", "state": "published" });
        let made = author.post_once(&shelf(&author), "one", body.clone()).await.is(201);
        let again = author.post_once(&shelf(&author), "one", body.clone()).await.is(201);
        assert_eq!((again.id(), again.etag(), &again.json), (made.id(), made.etag(), &made.json));
        let mut other = body.clone();
        other["title"] = json!("Not the same");
        assert_eq!(author.post_once(&shelf(&author), "one", other).await.is(422).pointers(), ["Idempotency-Key"]);
        assert_eq!(finds(&author, "").await.items().len(), 1);

        let theirs = colleague.post_once(&shelf(&author), "one", body.clone()).await.is(201);
        assert_ne!(theirs.id(), made.id(), "a key is its sender's own");
        let second = author.post_once(&shelf(&author), "two", body.clone()).await.is(201);
        assert_ne!(second.id(), made.id());
        service.app.clock.advance(Duration::hours(24));
        let later = author.post_once(&shelf(&author), "one", body).await.is(201);
        assert_ne!(later.id(), made.id(), "a key is remembered for a day");
        assert_eq!(finds(&author, "").await.items().len(), 4);
    });
}
