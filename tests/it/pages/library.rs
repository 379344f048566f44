//! The library's pages for those who write it: drafts, publication, withdrawal; and what its readers are offered.

use poem::http::Method;
use serde_json::json;
use soundings::access::Role;

use crate::{
    browser::{Browser, Page},
    service::{Client, PASSWORD, Service, run},
};

const HERON: [(&str, &str); 3] =
    [("title", "Heron mornings"), ("summary", "What it is."), ("what_did_not_work", "The *evenings*.")];

async fn editor(service: &Service) -> Client {
    let authority = service.authority("Northmoor Council").await;
    service.person(authority, "Daniel Editor", &[Role::Editor]).await
}

fn shelf(author: &Client) -> String {
    format!("/organisations/{}/practice-examples", author.authority)
}

/// Writes a draft; answers its id.
async fn drafts(author: &Client, title: &str) -> String {
    author.post(&shelf(author), json!({ "title": title, "summary": "What it is." })).await.is(201).id()
}

/// What is being worked on.
async fn draft(author: &Client, id: &str) -> serde_json::Value {
    author.get(&format!("/practice-examples/{id}?view=draft")).await.is(200).json
}

/// What a form of one's own making says: every browser has its own secret.
fn body(token: &str, typed: &[(&str, &str)]) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("form_token", token);
    for (name, value) in typed {
        body.append_pair(name, value);
    }
    body.finish()
}

/// The id in the address of a page of a draft.
fn id_in(page: &Page) -> String {
    let path = page.path.split('?').next().unwrap();
    path.split('/').nth(2).unwrap().to_owned()
}

#[test]
fn an_editor_writes_looks_saves_and_publishes() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let mut browser = Browser::of(&author).await;
        let library = browser.visit("/practice-examples").await.is(200);
        let list = browser.click(&library, "Drafts and published examples").await.is(200);
        assert!(list.says("There are no drafts."));
        let empty = browser.click(&list, "Write an example").await.is(200);

        let shown = browser.press(&empty, "Preview", &HERON).await.is(200);
        assert_eq!(shown.texts("section em"), ["evenings"], "as readers would see it");
        assert_eq!(shown.field("title"), "Heron mornings");
        assert_eq!(shown.field("what_did_not_work"), "The *evenings*.");
        assert!(author.get(&shelf(&author)).await.items().is_empty(), "nothing is saved");

        let saved = browser.press(&shown, "Save", &[]).await.is(200);
        assert!(saved.says("Saved."), "{}", saved.answer.text);
        assert_eq!(saved.texts("title"), ["Change an example – Soundings"], "no title of a draft in the browser's tab");
        let id = id_in(&saved);
        let nobody = service.anonymous();
        nobody.get(&format!("/practice-examples/{id}")).await.is(404);

        let asked = browser.click(&saved, "See it as readers will, and publish it").await.is(200);
        assert_eq!(asked.texts("section em"), ["evenings"]);
        assert!(asked.says("everybody can read it without an account"));
        assert!(asked.texts("main li").contains(&"The child’s experience".to_owned()), "what is missing");
        assert!(!asked.texts("main li").contains(&"What did not work".to_owned()), "what is there");
        let public = browser.press(&asked, "Publish", &[]).await.is(200);
        assert_eq!(public.path, format!("/practice-examples/{id}"));
        assert_eq!(nobody.get(&format!("/practice-examples/{id}")).await.is(200).json["title"], "Heron mornings");
        let list = browser.visit("/drafts").await.is(200);
        assert_eq!(list.link("Heron mornings"), Some(format!("/drafts/{id}")));
    });
}

#[test]
fn the_world_reads_what_was_published_until_the_next_publication() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let id = author.publishes("Heron mornings").await;
        let (mut browser, mut nobody) = (Browser::of(&author).await, Browser::new(&service));
        let public = browser.visit(&format!("/practice-examples/{id}")).await.is(200);
        let form = browser.click(&public, "Change this example").await.is(200);
        assert!(form.link("See it as readers will, and publish it").is_none(), "there is nothing to publish");
        let saved = browser.press(&form, "Save", &[("title", "Heron evenings")]).await.is(200);
        assert!(saved.says("Readers see version 1."), "{}", saved.answer.text);
        assert_eq!(nobody.visit(&format!("/practice-examples/{id}")).await.is(200).heading(), "Heron mornings");
        assert!(browser.visit("/drafts").await.is(200).says("Changes not published"));

        let asked = browser.click(&saved, "See it as readers will, and publish it").await.is(200);
        browser.press(&asked, "Publish", &[]).await.is(200);
        assert_eq!(nobody.visit(&format!("/practice-examples/{id}")).await.is(200).heading(), "Heron evenings");
        assert!(!browser.visit("/drafts").await.is(200).says("Changes not published"));

        // The same press once more: it is published already.
        let (method, action, sent) = asked.filled("Publish", &[]);
        let again = browser.send(method, &action, sent).await.is(303);
        assert_eq!(again.header("location"), format!("/practice-examples/{id}"));
        assert_eq!(draft(&author, &id).await["version"], 2);
        let nothing = browser.visit(&format!("/drafts/{id}/publication")).await.is(200);
        assert!(nothing.says("nothing to publish") && nothing.buttons().is_empty(), "{}", nothing.answer.text);
    });
}

#[test]
fn every_part_of_an_example_can_be_typed_changed_and_taken_away() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let mut browser = Browser::of(&author).await;
        let form = browser.visit("/drafts/new").await.is(200);
        let typed = [
            ("title", "Heron mornings"),
            ("summary", "What it is."),
            ("childs_experience", "Somebody waited with me.\n\nThen we talked."),
            ("context", "A town."),
            ("what_we_did", "We waited."),
            ("difference_made", "It helped."),
            ("what_did_not_work", "The evenings."),
            ("what_it_took", "A second car."),
            ("reached", "Nine children."),
            ("evidence_kind", "family_feedback"),
            ("evidence_text", "It helped."),
            ("evidence_source", "A mother"),
            ("evidence_kind", ""),
            ("evidence_text", ""),
            ("evidence_source", ""),
            ("evidence_kind", "research"),
            ("evidence_text", "It is slow."),
            ("evidence_source", ""),
            ("themes", "Early help\nchild-protection"),
            ("maturity", "being_tried"),
            ("source_title", "The report"),
            ("source_url", "https://eastvale.example/report"),
            ("source_title", "A talk"),
            ("source_url", ""),
            ("contact", "Duty desk"),
            ("licence", "CC BY 4.0"),
            ("review_by", "2027-11-24"),
            ("summarises", "Eastvale Council"),
        ];
        let saved = browser.press(&form, "Save", &typed).await.is(200);
        let id = id_in(&saved);
        let kept = draft(&author, &id).await;
        for (name, value) in typed.iter().filter(|(name, _)| !name.contains('_') && *name != "themes") {
            assert_eq!(kept[name], *value, "{name}");
        }
        assert_eq!(kept["childs_experience"], "Somebody waited with me.\n\nThen we talked.");
        assert_eq!((&kept["what_it_took"], &kept["review_by"]), (&json!("A second car."), &json!("2027-11-24")));
        assert_eq!(kept["themes"], json!(["early-help", "child-protection"]));
        let evidence = kept["evidence"].as_array().unwrap();
        assert_eq!(evidence.len(), 2, "an empty row is none");
        assert_eq!(evidence[0], json!({ "kind": "family_feedback", "text": "It helped.", "source": "A mother" }));
        assert_eq!((&evidence[1]["kind"], &evidence[1]["source"]), (&json!("research"), &json!(null)));
        assert_eq!(kept["sources"][0]["url"], "https://eastvale.example/report");
        assert_eq!((&kept["sources"][1]["title"], &kept["sources"][1]["url"]), (&json!("A talk"), &json!(null)));

        let same = browser.press(&saved, "Save", &[]).await.is(200);
        let after = draft(&author, &id).await;
        for part in ["evidence", "themes", "sources", "childs_experience", "maturity", "review_by", "summarises"] {
            assert_eq!(after[part], kept[part], "{part}: what nobody touched stays");
        }
        let less = [("context", ""), ("maturity", ""), ("review_by", ""), ("evidence_text", ""), ("evidence_source", "")];
        browser.press(&same, "Save", &less).await.is(200);
        let after = draft(&author, &id).await;
        assert_eq!((&after["context"], &after["maturity"], &after["review_by"]), (&json!(null), &json!(null), &json!(null)));
        assert_eq!((&after["evidence"], &after["contact"]), (&json!([]), &json!("Duty desk")));
    });
}

#[test]
fn a_mistake_keeps_everything_that_was_typed_and_says_in_which_row_it_is() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let mut browser = Browser::of(&author).await;
        let form = browser.visit("/drafts/new").await.is(200);
        let typed = [
            ("title", " "),
            ("summary", "What it is."),
            ("themes", "Early help!"),
            ("review_by", "soon"),
            ("evidence_kind", ""),
            ("evidence_text", "It helped."),
            ("evidence_source", ""),
            ("evidence_kind", "research"),
            ("evidence_text", ""),
            ("evidence_source", "A study"),
            ("source_title", "The report"),
            ("source_url", ""),
            ("source_title", "A page"),
            ("source_url", "eastvale.example"),
        ];
        for button in ["Save", "Preview"] {
            let wrong = browser.press(&form, button, &typed).await.is(422);
            assert_eq!(wrong.texts("title"), ["Error: Write an example – Soundings"]);
            let mut fields = wrong.attributes(".govuk-error-summary__list a", "href");
            fields.sort_unstable();
            let expected = ["#evidence-1-kind", "#evidence-2-text", "#review_by", "#sources-2-url", "#themes", "#title"];
            assert_eq!(fields, expected);
            for field in fields {
                assert!(!wrong.texts(&format!("{field}-error")).is_empty(), "{field} says so itself");
                assert_eq!(wrong.texts(&field).len(), 1, "{field} is there");
            }
            assert_eq!((wrong.field("themes"), wrong.field("review_by")), ("Early help!".to_owned(), "soon".to_owned()));
            assert_eq!(wrong.texts("textarea[name=evidence_text]"), ["It helped.", "", "", ""]);
            assert_eq!(wrong.attributes("input[name=evidence_source]", "value"), ["", "A study", "", ""]);
            assert_eq!(wrong.attributes("#evidence-2-kind option[selected]", "value"), ["research"]);
            assert_eq!(wrong.attributes("input[name=source_url]", "value"), ["", "eastvale.example", "", ""]);
        }
        assert!(author.get(&shelf(&author)).await.items().is_empty(), "nothing is saved");
    });
}

#[test]
fn pressing_twice_makes_one_example() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let mut browser = Browser::of(&author).await;
        let form = browser.visit("/drafts/new").await.is(200);
        let (method, action, sent) = form.filled("Save", &HERON);
        let first = browser.send(method.clone(), &action, sent.clone()).await.is(303);
        let second = browser.send(method, &action, sent).await.is(303);
        assert_eq!(first.header("location"), second.header("location"));
        assert_eq!(author.get(&shelf(&author)).await.items().len(), 1);

        let form = browser.visit(first.header("location")).await.is(200);
        let (method, action, sent) = form.filled("Save", &[("title", "Heron evenings")]);
        browser.send(method.clone(), &action, sent.clone()).await.is(303);
        browser.send(method, &action, sent).await.is(303);
        assert_eq!(draft(&author, &id_in(&form)).await["revision"], 2, "one change");
    });
}

#[test]
fn a_stale_form_is_refused_and_shows_both_texts() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let id = drafts(&author, "Heron mornings").await;
        let mut browser = Browser::of(&author).await;
        let (here, there) =
            (browser.visit(&format!("/drafts/{id}")).await.is(200), browser.visit(&format!("/drafts/{id}")).await.is(200));
        browser.press(&here, "Save", &[("title", "Kingfisher")]).await.is(200);
        let refused = browser.press(&there, "Save", &[("title", "Otter"), ("context", "A *river*.")]).await.is(412);
        assert_eq!((refused.field("title"), refused.field("context")), ("Otter".to_owned(), "A *river*.".to_owned()));
        assert_eq!(refused.problems().len(), 1);
        assert!(refused.texts("section").iter().any(|text| text.contains("Kingfisher")), "what is saved now");
        assert_eq!(draft(&author, &id).await["title"], "Kingfisher");
        browser.press(&refused, "Save", &[]).await.is(200);
        assert_eq!(draft(&author, &id).await["title"], "Otter", "whoever has seen both may go on");

        let asked = browser.visit(&format!("/drafts/{id}/publication")).await.is(200);
        let etag = author.get(&format!("/practice-examples/{id}?view=draft")).await.is(200).etag();
        author.patch(&format!("/practice-examples/{id}"), &etag, json!({ "title": "Coot" })).await.is(200);
        let refused = browser.press(&asked, "Publish", &[]).await.is(412);
        assert!(refused.says("Coot"), "what would be published now");
        service.anonymous().get(&format!("/practice-examples/{id}")).await.is(404);
        browser.press(&refused, "Publish", &[]).await.is(200);
    });
}

#[test]
fn what_is_withdrawn_leaves_a_tombstone_with_the_reason() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let id = author.publishes("Heron mornings").await;
        let (mut browser, mut nobody) = (Browser::of(&author).await, Browser::new(&service));
        let form = browser.visit(&format!("/drafts/{id}")).await.is(200);
        let asked = browser.click(&form, "Withdraw it").await.is(200);
        assert!(asked.says("cannot be published again"));
        let wrong = browser.press(&asked, "Withdraw", &[("reason", " ")]).await.is(422);
        assert_eq!(wrong.attributes(".govuk-error-summary__list a", "href"), ["#reason"]);
        nobody.visit(&format!("/practice-examples/{id}")).await.is(200);

        let done = browser.press(&wrong, "Withdraw", &[("reason", "The figures were wrong.")]).await.is(200);
        assert!(done.says("Withdrawn.") && done.link("Heron mornings").is_none(), "{}", done.answer.text);
        let twice = browser.press(&wrong, "Withdraw", &[("reason", "The figures were wrong.")]).await.is(200);
        assert!(twice.says("Withdrawn."), "pressed twice, it is done once");
        browser.press(&wrong, "Withdraw", &[("reason", "Another reason.")]).await.is(410);
        let tombstone = nobody.visit(&format!("/practice-examples/{id}")).await.is(410);
        assert!(tombstone.says("The figures were wrong."), "{}", tombstone.answer.text);
        for page in ["", "/publication", "/withdrawal"] {
            browser.visit(&format!("/drafts/{id}{page}")).await.is(410);
        }
        let never = drafts(&author, "A draft").await;
        browser.visit(&format!("/drafts/{never}/withdrawal")).await.is(404);
    });
}

#[test]
fn whoever_does_not_write_for_an_organisation_finds_nothing_and_changes_nothing() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let (hidden, public) = (drafts(&author, "Heron mornings").await, author.publishes("Kingfisher").await);
        let colleague = service.person(author.authority, "Amina Worker", &[Role::Practitioner]).await;
        let eastvale = service.authority("Eastvale Council").await;
        let neighbour = service.person(eastvale, "Elin Editor", &[Role::Editor]).await;
        for stranger in [&colleague, &neighbour] {
            let mut browser = Browser::of(stranger).await;
            let token = browser.visit("/practice-examples").await.is(200).field("form_token");
            assert!(!token.is_empty());
            for id in [&hidden, &public] {
                let revision = draft(&author, id).await["revision"].to_string();
                let fields = [("title", "Mine"), ("summary", "Mine."), ("reason", "Mine."), ("revision", revision.as_str())];
                let typed = body(&token, &fields);
                for page in ["", "/publication", "/withdrawal"] {
                    let path = format!("/drafts/{id}{page}");
                    browser.visit(&path).await.is(404);
                    browser.send(Method::POST, &path, typed.clone()).await.is(404);
                }
            }
            assert!(browser.visit(&format!("/practice-examples/{public}")).await.is(200).link("Change this example").is_none());
        }
        let mut worker = Browser::of(&colleague).await;
        let token = worker.visit("/practice-examples").await.is(200).field("form_token");
        worker.visit("/drafts").await.is(404);
        worker.visit("/drafts/new").await.is(404);
        let organisation = author.authority.to_string();
        let typed = body(&token, &[("title", "Mine"), ("summary", "Mine."), ("organisation", organisation.as_str())]);
        worker.send(Method::POST, "/drafts/new", typed).await.is(404);
        let theirs = Browser::of(&neighbour).await.visit(&format!("/drafts?organisation={organisation}")).await;
        assert_eq!(theirs.answer.status, 404);

        let kept = draft(&author, &hidden).await;
        assert_eq!((&kept["title"], &kept["state"]), (&json!("Heron mornings"), &json!("draft")));
        assert_eq!(kept["revision"], 1);
        assert_eq!(draft(&author, &public).await["revision"], 1);
        assert_eq!(author.get(&shelf(&author)).await.items().len(), 1);
    });
}

#[test]
fn a_visitor_is_led_to_the_page_for_signing_in() {
    run(async {
        let service = Service::new().await;
        let id = drafts(&editor(&service).await, "Heron mornings").await;
        let mut nobody = Browser::new(&service);
        for path in [
            "/drafts".to_owned(),
            "/drafts/new".to_owned(),
            format!("/drafts/{id}"),
            format!("/drafts/{id}/publication"),
            format!("/drafts/{id}/withdrawal"),
        ] {
            let page = nobody.visit(&path).await.is(200);
            assert_eq!(page.path, format!("/sign-in?to={}", path.replace('/', "%2F")));
        }
    });
}

#[test]
fn a_session_that_ended_while_somebody_wrote_loses_no_row_of_it() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let mut browser = Browser::of(&author).await;
        let form = browser.visit("/drafts/new").await.is(200);
        browser.cookie = None;
        let typed = [
            ("title", "Heron mornings"),
            ("summary", "What it is."),
            ("evidence_kind", "research"),
            ("evidence_text", "It is slow."),
            ("evidence_source", "A study"),
            ("evidence_kind", "family_feedback"),
            ("evidence_text", "It helped."),
            ("evidence_source", "A mother"),
        ];
        let held = browser.press(&form, "Save", &typed).await.is(401);
        assert!(author.get(&shelf(&author)).await.items().is_empty());
        let who = [("again_email", author.email.as_str()), ("again_password", PASSWORD)];
        let saved = browser.press(&held, "Sign in and send", &who).await.is(200);
        let kept = draft(&author, &id_in(&saved)).await;
        assert_eq!(kept["title"], "Heron mornings");
        assert_eq!((&kept["evidence"][0]["text"], &kept["evidence"][1]["source"]), (&json!("It is slow."), &json!("A mother")));
    });
}

#[test]
fn whoever_writes_for_several_organisations_says_for_which() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let eastvale = service.authority("Eastvale Council").await;
        let also = author.joins(eastvale, &[Role::Editor]).await;
        let mut browser = Browser::of(&also).await;
        let list = browser.visit("/drafts").await.is(200);
        assert!(list.says("Northmoor Council") && list.says("Eastvale Council"));
        let form = browser.click(&list, "Write an example").await.is(200);
        let wrong = browser.press(&form, "Save", &HERON).await.is(422);
        assert_eq!(wrong.attributes(".govuk-error-summary__list a", "href"), ["#organisation"]);
        assert_eq!(wrong.field("title"), "Heron mornings");
        let theirs = eastvale.to_string();
        browser.press(&wrong, "Save", &[("organisation", theirs.as_str())]).await.is(200);
        assert_eq!(also.get(&shelf(&also)).await.items().len(), 1);
        assert!(author.get(&shelf(&author)).await.items().is_empty());
    });
}

#[test]
fn a_reader_can_follow_print_and_cite_an_example() {
    run(async {
        let service = Service::new().await;
        let id = editor(&service).await.publishes("Heron mornings").await;
        let page = Browser::new(&service).visit(&format!("/practice-examples/{id}")).await.is(200);
        assert_eq!(page.link("Follow the library (Atom feed)").as_deref(), Some("/practice-examples.atom"));
        assert_eq!(page.link("Follow the library (JSON Feed)").as_deref(), Some("/practice-examples.json"));
        assert!(page.says("keep it as a PDF"));
        let citation = page.texts("#citation");
        assert!(citation[0].starts_with("Northmoor Council (2026) Heron mornings. Version 1."), "{citation:?}");
        assert_eq!(page.texts("label[for=citation]"), ["Citation"]);
        assert!(page.link("Change this example").is_none());
    });
}

#[test]
fn a_draft_has_no_public_page() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let id = drafts(&author, "Heron mornings").await;
        let page = Browser::of(&author).await.visit(&format!("/practice-examples/{id}")).await.is(200);
        assert_eq!(page.path, format!("/drafts/{id}"), "its writers are led to where they write it");
        Browser::new(&service).visit(&format!("/practice-examples/{id}")).await.is(404);
    });
}

#[test]
fn what_can_say_who_somebody_is_stops_a_publication_and_nothing_else() {
    run(async {
        let service = Service::new().await;
        let authority = service.authority("Northmoor Council").await;
        let editor = service.person(authority, "Daniel Editor", &[Role::Editor]).await;
        let shelf = format!("/organisations/{authority}/practice-examples");
        let named = json!({ "title": "Heron mornings", "summary": "A family at LS1 4AP.", "contact": "The library, LS1 4AP",
                            "evidence": [{ "kind": "family_feedback", "text": "NHS number 943 476 5919 said so." }] });
        let mut published = named.clone();
        published["state"] = json!("published");
        let refused = editor.post(&shelf, published.clone()).await.is(422);
        assert_eq!(refused.pointers(), ["/summary", "/evidence/0/text"]);
        editor.put(&format!("{shelf}/herons"), published).await.is(422);
        let draft = editor.post(&shelf, named).await.is(201);
        let mut browser = Browser::of(&editor).await;
        let page = browser.visit(&format!("/drafts/{}/publication", draft.id())).await.is(200);
        let stopped = browser.press(&page, "Publish", &[]).await.is(422);
        assert!(stopped.problems()[0].contains("LS1 4AP"), "{:?}", stopped.problems());
        service.anonymous().get(&format!("/practice-examples/{}", draft.id())).await.is(404);
        let neutral =
            json!({ "summary": "A family in the north.", "evidence": [{ "kind": "family_feedback", "text": "It helped." }] });
        let change = editor.patch(&format!("/practice-examples/{}", draft.id()), "\"1\"", neutral).await.is(200);
        let publication = format!("/practice-examples/{}/publication", draft.id());
        editor.put_if(&publication, &change.etag(), json!({})).await.is(200);
    });
}
