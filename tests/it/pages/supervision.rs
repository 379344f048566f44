//! The pages of supervision, as two people use them: by reading, filling in and pressing.

use chrono::Duration;
use poem::http::Method;
use serde_json::json;
use soundings::access::Role;

use crate::{
    browser::{Browser, Page},
    service::{Answer, Client, PASSWORD, Service, Team, run},
};

/// The worker and the supervisor of a team, each in front of a browser.
async fn pair(team: &Team) -> (Browser, Browser) {
    (Browser::of(&team.worker).await, Browser::of(&team.supervisor).await)
}

/// The same, with an agreement in force between them; answers where it is, too.
async fn agreed(team: &Team) -> (Browser, Browser, String) {
    let (worker, supervisor) = pair(team).await;
    let agreement = format!("/supervision/agreements/{}", team.supervisor.supervises(&team.worker).await);
    (worker, supervisor, agreement)
}

/// Proposes supervision by somebody to the reader.
async fn proposes(reader: &mut Browser, supervisor: &Client, typed: &[(&str, &str)]) -> Page {
    let page = reader.visit("/supervision/agreements/new").await.is(200);
    let id = supervisor.id.to_string();
    let mut all = vec![("person_id", id.as_str()), ("side", "worker")];
    all.extend(typed);
    reader.press(&page, "Propose", &all).await
}

/// Plans a session.
async fn plans(reader: &mut Browser, agreement: &str, typed: &[(&str, &str)]) -> Page {
    let page = reader.visit(&format!("{agreement}/sessions/new")).await.is(200);
    reader.press(&page, "Plan the session", typed).await
}

/// Sends a form of somebody's own, with the secret of their session, to an address.
async fn posts(reader: &mut Browser, path: &str) -> Answer {
    let own = reader.visit("/supervision/agreements/new").await.is(200);
    let typed = [("revision", "1"), ("text", "Me too."), ("reason", "Mine."), ("day", "2026-12-03"), ("time", "10:00")];
    let (_, _, body) = own.filled("Propose", &typed);
    reader.send(Method::POST, path, body).await
}

/// Where the things that are wrong are, as the top of the page links to them.
fn wrong_fields(page: &Page) -> Vec<String> {
    page.attributes(".govuk-error-summary__list a", "href")
}

const STALE: &str = "This was changed since you opened it. What you wrote is still here.";

#[test]
fn two_people_propose_and_accept_and_supervision_begins() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, mut supervisor) = pair(&team).await;
        let page = worker.visit("/supervision").await.is(200);
        assert_eq!((page.heading().as_str(), page.texts("main h2").len()), ("Supervision", 2));
        assert!(page.says("There is no agreement yet.") && page.says("once an agreement is in force"), "{}", page.answer.text);
        let page = worker.click(&page, "Propose an agreement").await.is(200);
        let ruth = team.supervisor.id.to_string();
        let typed = [("person_id", ruth.as_str()), ("purpose", "To think.\n\nTo rest.")];
        let page = worker.press(&page, "Propose", &typed).await.is(200);
        assert_eq!(page.texts("title"), ["Supervision agreement – Soundings"]);
        assert!(page.says("Ruth Supervisor supervises you") && page.says("Northmoor Council"));
        let paragraphs = page.texts("main p");
        assert!(paragraphs.contains(&"To think.".to_owned()) && paragraphs.contains(&"To rest.".to_owned()), "{paragraphs:?}");
        assert_eq!(page.texts(".govuk-tag"), ["Waits for you to accept"]);
        assert_eq!(page.link("Plan a session"), None);
        let page = worker.press(&page, "Accept", &[]).await.is(200);
        assert_eq!(page.texts(".govuk-tag"), ["Waits for Ruth Supervisor to accept"]);
        assert!(page.buttons().is_empty(), "it is accepted once");

        let page = supervisor.visit("/supervision").await.is(200);
        assert_eq!(page.texts(".govuk-tag"), ["Waits for you to accept"]);
        let page = supervisor.click(&page, "You supervise Amina Worker").await.is(200);
        assert!(page.says("Yes, as it reads now (version 1)") && page.says("Not yet"));
        let page = supervisor.press(&page, "Accept", &[]).await.is(200);
        assert_eq!(page.texts(".govuk-tag"), ["In force"]);
        assert!(page.link("Plan a session").is_some());
        assert_eq!(worker.visit("/supervision").await.is(200).texts(".govuk-tag"), ["In force"]);
    });
}

#[test]
fn a_session_is_planned_filled_moved_and_cancelled() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, mut supervisor, agreement) = agreed(&team).await;
        let page = supervisor.visit(&agreement).await.is(200);
        let page = supervisor.click(&page, "Plan a session").await.is(200);
        let typed = [("day", "2026-12-01"), ("time", "10:00"), ("place", "Room 3")];
        let page = supervisor.press(&page, "Plan the session", &typed).await.is(200);
        let session = page.path.clone();
        assert!(page.says("Tuesday 1 December 2026, 10am, for 60 minutes") && page.says("Room 3"), "{}", page.answer.text);

        let page = worker.visit("/supervision").await.is(200);
        assert!(page.says("Room 3"));
        let page = worker.click(&page, "Tuesday 1 December 2026, 10am, with Ruth Supervisor").await.is(200);
        let page = worker.press(&page, "Add to the agenda", &[("text", "The visit.")]).await.is(200);
        assert!(page.says("The visit.") && page.says("Added by you on 24 November 2026"));
        let page = supervisor.visit(&session).await.is(200);
        assert!(page.says("Added by Amina Worker on 24 November 2026"));
        assert_eq!(page.buttons(), ["Add to the agenda"], "each takes off their own");
        let page = supervisor.press(&page, "Add to the agenda", &[("text", "Rest.")]).await.is(200);
        let taken_off = supervisor.press(&page, "Take item 2 off", &[]).await.is(200);
        assert!(!taken_off.says("Rest.") && taken_off.says("The visit."));
        assert_eq!(supervisor.press(&page, "Take item 2 off", &[]).await.is(200).path, session, "it is off already");

        let page = worker.visit(&session).await.is(200);
        let page = worker.click(&page, "Move this session").await.is(200);
        let held = ["day", "time", "minutes", "place", "reason"].map(|name| page.field(name));
        assert_eq!(held, ["2026-12-01", "10:00", "60", "Room 3", ""]);
        let typed = [("day", "2026-12-02"), ("time", "14:30"), ("reason", "Court.")];
        let page = worker.press(&page, "Move the session", &typed).await.is(200);
        assert!(page.says("Wednesday 2 December 2026, 2:30pm, for 60 minutes"));
        assert!(page.says("From Tuesday 1 December 2026, 10am, by you") && page.says("Court.") && page.says("The visit."));

        let page = supervisor.visit(&session).await.is(200);
        assert!(page.says("by Amina Worker"));
        let page = supervisor.click(&page, "Cancel this session").await.is(200);
        let page = supervisor.press(&page, "Cancel the session", &[("reason", "Ill.")]).await.is(200);
        assert!(page.says("This session was cancelled.") && page.says("Ill.") && page.says("The visit."));
        assert_eq!((page.link("Move this session"), page.buttons().len()), (None, 0));
        assert!(worker.visit("/supervision").await.is(200).texts(".govuk-tag").contains(&"Cancelled".to_owned()));
    });
}

#[test]
fn what_ends_is_said_before_it_ends_and_then_nothing_can_be_planned() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, mut supervisor, agreement) = agreed(&team).await;
        let session = format!("/supervision/sessions/{}", team.supervisor.plans(agreement.rsplit('/').next().unwrap()).await);
        let reflection = team.worker.writes("Between us.").await;
        let share = team.worker.shares(&reflection, &team.supervisor).await;
        let planning = supervisor.visit(&format!("{agreement}/sessions/new")).await.is(200);
        let talking = supervisor.visit(&session).await.is(200);

        let page = worker.visit(&agreement).await.is(200);
        let page = worker.click(&page, "End supervision").await.is(200);
        assert!(page.says("Everything that you shared with Ruth Supervisor under this supervision is deleted"));
        team.supervisor.get(&format!("/shared-with-me/{share}")).await.is(200);
        let page = worker.press(&page, "End supervision", &[]).await.is(200);
        assert_eq!(page.path, agreement);
        assert_eq!(page.texts(".govuk-tag"), ["Ended"]);
        for way in ["Plan a session", "Change what the agreement says", "End supervision"] {
            assert_eq!(page.link(way), None, "{way}");
        }
        team.supervisor.get(&format!("/shared-with-me/{share}")).await.is(404);

        let typed = [("day", "2026-12-03"), ("time", "10:00"), ("place", "Room 9")];
        let page = supervisor.press(&planning, "Plan the session", &typed).await.is(409);
        assert_eq!((page.field("place").as_str(), page.field("time").as_str()), ("Room 9", "10:00"));
        let page = supervisor.press(&talking, "Add to the agenda", &[("text", "Still here.")]).await.is(403);
        assert_eq!(page.field("text"), "Still here.", "what was typed is not lost");
        assert_eq!(team.supervisor.get("/supervision/sessions").await.items().len(), 1);
        assert_eq!(team.supervisor.get(&format!("{session}/agenda")).await.items().len(), 0);

        let page = supervisor.visit(&session).await.is(200);
        assert_eq!((page.link("Move this session"), page.buttons().len()), (None, 0));
        assert!(page.says("Supervision has ended"));
        let page = supervisor.click(&page, "Cancel this session").await.is(200);
        supervisor.press(&page, "Cancel the session", &[("reason", "We have stopped.")]).await.is(200);
        assert_eq!(team.worker.get(&session).await.json["cancelled_because"], "We have stopped.");
    });
}

#[test]
fn a_third_person_finds_nothing_and_changes_nothing() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let agreement = format!("/supervision/agreements/{}", team.supervisor.supervises(&team.worker).await);
        let session = format!("/supervision/sessions/{}", team.supervisor.plans(agreement.rsplit('/').next().unwrap()).await);
        let item = team.worker.post(&format!("{session}/agenda"), json!({ "text": "The visit." })).await.is(201).id();
        let removal = format!("{session}/agenda/{item}/removal");
        let shown = [
            agreement.clone(),
            format!("{agreement}/terms"),
            format!("{agreement}/end"),
            format!("{agreement}/sessions/new"),
            session.clone(),
            format!("{session}/time"),
            format!("{session}/cancellation"),
            "/supervision/agreements/not-an-id".to_owned(),
            "/supervision/sessions/not-an-id".to_owned(),
        ];
        let done = [
            format!("{agreement}/terms"),
            format!("{agreement}/acceptance"),
            format!("{agreement}/end"),
            format!("{agreement}/sessions/new"),
            format!("{session}/time"),
            format!("{session}/cancellation"),
            format!("{session}/agenda"),
            removal.clone(),
        ];
        let read = [agreement.clone(), session.clone(), format!("{session}/agenda"), "/supervision/sessions".to_owned()];
        let mut before = Vec::new();
        for path in &read {
            before.push(team.worker.get(path).await.is(200).text);
        }
        for other in [&team.peer, &team.psw, &team.admin] {
            let mut browser = Browser::of(other).await;
            assert!(browser.visit("/supervision").await.is(200).says("There is no agreement yet."));
            for path in &shown {
                let page = browser.visit(path).await.is(404);
                assert!(!page.answer.text.contains("Amina"), "{path}");
            }
            for path in &done {
                posts(&mut browser, path).await.is(404);
            }
        }
        for (path, before) in read.iter().zip(&before) {
            assert_eq!(&team.worker.get(path).await.is(200).text, before, "{path}");
        }
        // The same forms do work for one of the two.
        let mut worker = Browser::of(&team.worker).await;
        posts(&mut worker, &removal).await.is(303);
        assert_eq!(team.worker.get(&format!("{session}/agenda")).await.items().len(), 0);
    });
}

#[test]
fn nobody_accepts_what_they_have_not_read() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, mut supervisor) = pair(&team).await;
        let read = proposes(&mut worker, &team.supervisor, &[("frequency", "When it helps.")]).await.is(200);
        let agreement = read.path.clone();
        let page = supervisor.visit(&agreement).await.is(200);
        let page = supervisor.click(&page, "Change what the agreement says").await.is(200);
        assert_eq!(page.field("frequency"), "When it helps.");
        supervisor.press(&page, "Save the change", &[("frequency", "Every week.")]).await.is(200);

        let page = worker.press(&read, "Accept", &[]).await.is(412);
        assert_eq!(page.problems(), [STALE]);
        assert_eq!(page.texts("title"), ["Error: Supervision agreement – Soundings"]);
        assert!(page.says("Every week.") && page.says("Not yet"));
        assert_eq!(team.worker.get(&agreement).await.json["accepted_by_worker"], false);
        let page = worker.press(&page, "Accept", &[]).await.is(200);
        assert!(page.says("Yes, as it reads now (version 2)"));

        // A change after both have accepted waits for both, and supervision goes on.
        let page = supervisor.visit(&agreement).await.is(200);
        supervisor.press(&page, "Accept", &[]).await.is(200);
        let page = supervisor.visit(&format!("{agreement}/terms")).await.is(200);
        let page = supervisor.press(&page, "Save the change", &[("frequency", "Every two weeks.")]).await.is(200);
        assert!(page.says("Version 2, which has changed since"));
        let page = worker.visit(&agreement).await.is(200);
        assert_eq!(page.texts(".govuk-tag"), ["In force. A change waits for you to accept"]);
        assert!(page.link("Plan a session").is_some());
        let page = worker.press(&page, "Accept", &[]).await.is(200);
        assert_eq!(page.texts(".govuk-tag"), ["In force. A change waits for Ruth Supervisor to accept"]);
    });
}

#[test]
fn two_who_change_the_terms_at_once_see_both_texts() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, mut supervisor, agreement) = agreed(&team).await;
        let terms = format!("{agreement}/terms");
        let (mine, theirs) = (worker.visit(&terms).await.is(200), supervisor.visit(&terms).await.is(200));
        assert!(!mine.says("What the agreement says now"));
        supervisor.press(&theirs, "Save the change", &[("recording", "Nothing.")]).await.is(200);
        let page = worker.press(&mine, "Save the change", &[("purpose", "To rest.")]).await.is(412);
        assert_eq!((page.problems(), page.field("purpose").as_str()), (vec![STALE.to_owned()], "To rest."));
        assert!(page.says("What the agreement says now") && page.says("Nothing."));
        let page = worker.press(&page, "Save the change", &[("recording", "Little.")]).await.is(200);
        assert!(page.says("To rest.") && page.says("Little.") && !page.says("Nothing."));
    });
}

#[test]
fn two_who_move_a_session_at_once_are_told_where_it_is() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, mut supervisor, agreement) = agreed(&team).await;
        let session = plans(&mut worker, &agreement, &[("day", "2026-12-01"), ("time", "10:00")]).await.is(200).path;
        let time = format!("{session}/time");
        let (mine, theirs) = (worker.visit(&time).await.is(200), supervisor.visit(&time).await.is(200));
        supervisor.press(&theirs, "Move the session", &[("time", "11:00"), ("reason", "Court.")]).await.is(200);
        let page = worker.press(&mine, "Move the session", &[("time", "09:00"), ("reason", "School run.")]).await.is(412);
        assert_eq!((page.problems(), page.field("time").as_str()), (vec![STALE.to_owned()], "09:00"));
        assert_eq!(page.field("reason"), "School run.");
        assert!(page.says("It is planned for Tuesday 1 December 2026, 11am."));
        assert_eq!(team.worker.get(&session).await.json["starts_at"], "2026-12-01T11:00:00+00:00");
    });
}

#[test]
fn a_mistake_in_a_proposal_keeps_what_was_typed() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut worker = Browser::of(&team.worker).await;
        let (ruth, tom) = (team.supervisor.id.to_string(), team.peer.id.to_string());
        let page = worker.visit("/supervision/agreements/new").await.is(200);
        let names = page.texts("select[name=person_id] option");
        assert_eq!(names[..2], ["Choose a colleague", "Daniel Editor (Editor)"], "by name");
        assert!(!names.iter().any(|name| name.starts_with("Amina Worker")), "nobody supervises themselves");
        for (typed, field, words) in [
            ([("person_id", ""), ("side", "worker")], "#person_id", "Choose whom you want"),
            ([("person_id", "Ruth"), ("side", "worker")], "#person_id", "Choose whom you want"),
            ([("person_id", tom.as_str()), ("side", "worker")], "#person_id", "This colleague cannot supervise"),
            ([("person_id", ruth.as_str()), ("side", "supervisor")], "#side", "You cannot supervise"),
            ([("person_id", ruth.as_str()), ("side", "above")], "#side", "Choose who supervises whom."),
        ] {
            let mut typed = typed.to_vec();
            typed.push(("purpose", "To think.\nTo rest."));
            let wrong = worker.press(&page, "Propose", &typed).await.is(422);
            assert_eq!(wrong_fields(&wrong), [field], "{typed:?}");
            assert!(wrong.problems()[0].starts_with(words), "{:?}", wrong.problems());
            assert_eq!(wrong.field("purpose"), "To think.\nTo rest.");
        }
        let long = "x".repeat(20_001);
        let typed = [("person_id", ruth.as_str()), ("how_we_disagree", long.as_str())];
        let wrong = worker.press(&page, "Propose", &typed).await.is(422);
        assert_eq!((wrong_fields(&wrong), wrong.field("how_we_disagree")), (vec!["#how_we_disagree".to_owned()], long));
        assert_eq!(wrong.field("person_id"), ruth);
        assert_eq!(team.worker.get("/supervision/agreements").await.items().len(), 0);
        // One that is wanted twice is told so.
        team.supervisor.supervises(&team.worker).await;
        let page = worker.press(&wrong, "Propose", &[("how_we_disagree", "")]).await.is(409);
        assert!(page.problems()[0].starts_with("There is an agreement between you"));
    });
}

#[test]
fn a_mistake_about_a_session_keeps_what_was_typed() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, _, agreement) = agreed(&team).await;
        for (day, time, minutes, fields) in [
            ("", "late", "many", vec!["#day", "#time", "#minutes"]),
            ("2026-12-01", "10:00", "1", vec!["#minutes"]),
            ("1999-12-01", "10:00", "60", vec!["#day"]),
            // The hour that the clocks leave out in spring.
            ("2027-03-28", "01:30", "60", vec!["#time"]),
        ] {
            let typed = [("day", day), ("time", time), ("minutes", minutes), ("place", "Room 3")];
            let page = plans(&mut worker, &agreement, &typed).await.is(422);
            assert_eq!(wrong_fields(&page), fields);
            let held = ["day", "time", "minutes", "place"].map(|name| page.field(name));
            assert_eq!(held, [day, time, minutes, "Room 3"]);
        }
        assert_eq!(team.worker.get("/supervision/sessions").await.items().len(), 0);

        let session = plans(&mut worker, &agreement, &[("day", "2026-12-01"), ("time", "10:00")]).await.is(200).path;
        let page = worker.visit(&format!("{session}/time")).await.is(200);
        let page = worker.press(&page, "Move the session", &[("place", "By phone")]).await.is(422);
        assert_eq!((wrong_fields(&page), page.field("place").as_str()), (vec!["#reason".to_owned()], "By phone"));
        let page = worker.visit(&format!("{session}/cancellation")).await.is(200);
        let page = worker.press(&page, "Cancel the session", &[("reason", " ")]).await.is(422);
        assert_eq!(wrong_fields(&page), ["#reason"]);
        let page = worker.visit(&session).await.is(200);
        let page = worker.press(&page, "Add to the agenda", &[]).await.is(422);
        assert_eq!(wrong_fields(&page), ["#text"]);
        assert_eq!(team.worker.get(&session).await.json["revision"], 1, "nothing was done");
    });
}

#[test]
fn ten_in_the_morning_is_ten_in_the_morning_in_summer_and_in_winter() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, _, agreement) = agreed(&team).await;
        for (day, read, kept) in [
            ("2027-07-06", "Tuesday 6 July 2027, 10am", "2027-07-06T09:00:00+00:00"),
            ("2026-12-01", "Tuesday 1 December 2026, 10am", "2026-12-01T10:00:00+00:00"),
        ] {
            let page = plans(&mut worker, &agreement, &[("day", day), ("time", "10:00")]).await.is(200);
            assert!(page.says(read), "{}", page.answer.text);
            assert_eq!(team.worker.get(&page.path).await.is(200).json["starts_at"], kept);
            let form = worker.visit(&format!("{}/time", page.path)).await.is(200);
            assert_eq!((form.field("day").as_str(), form.field("time").as_str()), (day, "10:00"));
        }
        let next = worker.visit("/supervision").await.is(200).texts("main li a");
        assert_eq!(next.len(), 3, "two sessions, then the agreement: {next:?}");
        assert!(next[0].starts_with("Tuesday 1 December 2026") && next[1].starts_with("Tuesday 6 July 2027"), "{next:?}");
    });
}

#[test]
fn pressing_twice_does_it_once() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, mut supervisor) = pair(&team).await;
        let ruth = team.supervisor.id.to_string();
        let page = worker.visit("/supervision/agreements/new").await.is(200);
        let first = worker.press(&page, "Propose", &[("person_id", ruth.as_str())]).await.is(200).path;
        let second = worker.press(&page, "Propose", &[("person_id", ruth.as_str())]).await.is(200);
        assert_eq!(second.path, first);
        worker.press(&second, "Accept", &[]).await.is(200);
        let page = supervisor.visit(&first).await.is(200);
        supervisor.press(&page, "Accept", &[]).await.is(200);

        let page = worker.visit(&format!("{first}/sessions/new")).await.is(200);
        let typed = [("day", "2026-12-01"), ("time", "10:00")];
        let session = worker.press(&page, "Plan the session", &typed).await.is(200);
        assert_eq!(worker.press(&page, "Plan the session", &typed).await.is(200).path, session.path);
        for _ in 0..2 {
            worker.press(&session, "Add to the agenda", &[("text", "The visit.")]).await.is(200);
        }
        for (list, length) in [("/supervision/agreements", 1), ("/supervision/sessions", 1)] {
            assert_eq!(team.worker.get(list).await.items().len(), length, "{list}");
        }
        assert_eq!(team.worker.get(&format!("{}/agenda", session.path)).await.items().len(), 1);
    });
}

#[test]
fn the_worker_brings_what_they_shared_and_its_title_stays_theirs() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, mut supervisor, agreement) = agreed(&team).await;
        let session = plans(&mut worker, &agreement, &[("day", "2026-12-01"), ("time", "10:00")]).await.is(200).path;
        assert!(worker.visit(&session).await.is(200).says("share it with Ruth Supervisor first"));
        let mut written = Vec::new();
        for (title, with) in [("Second visit", &team.supervisor), ("For Tom", &team.peer), ("For a day", &team.supervisor)] {
            let body = json!({ "title": title, "body": "What I saw." });
            let reflection = team.worker.post("/reflections", body).await.is(201).id();
            let until = json!({ "person_id": with.id.to_string(), "until": "2026-11-24" });
            let share = if title == "For a day" {
                team.worker.post(&format!("/reflections/{reflection}/shares"), until).await.is(201).id()
            } else {
                team.worker.shares(&reflection, with).await
            };
            written.push((reflection, share));
        }
        let titled = "Second visit, shared on 24 November 2026";
        let page = worker.visit(&session).await.is(200);
        let offered = page.texts("select[name=share_id] option");
        assert_eq!(offered, ["None", "For a day, shared on 24 November 2026", titled], "with this supervisor, newest first");
        let refused = worker.press(&page, "Add to the agenda", &[("share_id", written[1].1.as_str())]).await.is(422);
        assert_eq!(wrong_fields(&refused), ["#share_id"]);
        let (reflection, share) = &written[0];
        let page = worker.press(&page, "Add to the agenda", &[("share_id", share.as_str())]).await.is(200);
        assert_eq!(page.link(titled), Some(format!("/reflections/{reflection}/shares/{share}")));
        assert_eq!(page.texts("title"), ["Supervision session – Soundings"]);

        let page = supervisor.visit(&session).await.is(200);
        let link = page.link("Reflection shared with you on 24 November 2026");
        assert_eq!(link, Some(format!("/shared-with-me/{share}")));
        assert!(!page.answer.text.contains("Second visit"), "its title is not on the agenda of anybody else");
        assert!(page.texts("select").is_empty(), "only the worker brings a reflection");

        team.worker.delete(&format!("/reflections/{reflection}/shares/{share}")).await.is(204);
        assert!(supervisor.visit(&session).await.is(200).says("Nothing is on the agenda yet."));
        let offered = worker.visit(&session).await.is(200).texts("select[name=share_id] option");
        assert_eq!(offered, ["None", "For a day, shared on 24 November 2026"]);
        service.app.clock.advance(Duration::days(1));
        worker.signs_in(&team.worker.email).await;
        let page = worker.visit(&session).await.is(200);
        assert!(page.texts("select").is_empty() && page.says("share it with Ruth Supervisor first"), "its day has passed");
    });
}

#[test]
fn whoever_belongs_to_two_organisations_says_in_which() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let eastvale = service.authority("Eastvale Council").await;
        let mei = service.person(eastvale, "Mei Supervisor", &[Role::Supervisor]).await;
        let mut worker = Browser::of(&team.worker).await;
        let page = worker.visit("/supervision/agreements/new").await.is(200);
        assert_eq!(page.attributes("input[name=organisation_id]", "type"), ["hidden"], "one place need not be chosen");
        team.worker.joins(eastvale, &[Role::Practitioner]).await;
        let page = worker.visit("/supervision/agreements/new").await.is(200);
        assert_eq!(page.attributes("input[name=organisation_id]", "type"), ["radio", "radio"]);
        assert!(page.texts("select option").contains(&"Mei Supervisor (Eastvale Council: Supervisor)".to_owned()));
        let (mei, here, there) = (mei.id.to_string(), team.authority.to_string(), eastvale.to_string());
        let typed = [("person_id", mei.as_str()), ("organisation_id", here.as_str())];
        let wrong = worker.press(&page, "Propose", &typed).await.is(422);
        assert_eq!(wrong.problems(), ["Name a member of that organisation."]);
        let page = worker.press(&wrong, "Propose", &[("organisation_id", there.as_str())]).await.is(200);
        assert!(page.says("Mei Supervisor supervises you") && page.says("Eastvale Council"));
    });
}

#[test]
fn supervision_that_ended_by_itself_is_laid_to_rest() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (mut worker, _, agreement) = agreed(&team).await;
        let member = format!("/organisations/{}/members/{}", team.authority, team.supervisor.id);
        team.admin.patch(&member, "\"1\"", json!({ "roles": ["practitioner"] })).await.is(200);
        let page = worker.visit(&agreement).await.is(200);
        assert_eq!((page.texts(".govuk-tag"), page.link("Plan a session")), (vec!["Ended".to_owned()], None));
        let page = worker.click(&page, "End supervision").await.is(200);
        assert!(page.says("has ended by itself"));
        let page = worker.press(&page, "End supervision", &[]).await.is(200);
        assert_eq!(page.link("End supervision"), None);
        let again = worker.visit(&format!("{agreement}/end")).await.is(200);
        assert!(again.says("This agreement has ended.") && again.buttons().is_empty());
    });
}

#[test]
fn a_proposal_is_taken_back() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut worker = Browser::of(&team.worker).await;
        let page = proposes(&mut worker, &team.supervisor, &[]).await.is(200);
        let page = worker.click(&page, "End this proposal").await.is(200);
        assert!(page.says("Nothing has begun under this proposal"));
        let page = worker.press(&page, "End this proposal", &[]).await.is(200);
        assert_eq!(page.texts(".govuk-tag"), ["Ended"]);
        proposes(&mut worker, &team.supervisor, &[]).await.is(200);
    });
}

#[test]
fn whoever_is_signed_out_is_led_to_the_page_and_back() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let mut nobody = Browser::new(&service);
        let page = nobody.visit("/supervision/agreements/new").await.is(200);
        assert_eq!(page.path, "/sign-in?to=%2Fsupervision%2Fagreements%2Fnew");

        // A session ends while somebody types: nothing is lost, and it is done once they have signed in again.
        let mut worker = Browser::of(&team.worker).await;
        let ruth = team.supervisor.id.to_string();
        let page = worker.visit("/supervision/agreements/new").await.is(200);
        worker.cookie = None;
        let typed = [("person_id", ruth.as_str()), ("purpose", "To think.")];
        let page = worker.press(&page, "Propose", &typed).await.is(401);
        assert_eq!(team.worker.get("/supervision/agreements").await.items().len(), 0);
        let known = [("again_email", team.worker.email.as_str()), ("again_password", PASSWORD)];
        let page = worker.press(&page, "Sign in and send", &known).await.is(200);
        assert!(page.says("To think.") && page.says("Waits for you to accept"), "{}", page.answer.text);
    });
}

#[test]
fn past_sessions_and_those_to_come_are_found_on_their_agreement_also_after_it_ended() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let (_, mut supervisor, agreement) = agreed(&team).await;
        plans(&mut supervisor, &agreement, &[("day", "2026-11-25"), ("time", "10:00")]).await.is(200);
        plans(&mut supervisor, &agreement, &[("day", "2026-12-01"), ("time", "10:00")]).await.is(200);
        service.app.clock.advance(Duration::days(3));
        let mut worker = Browser::of(&team.worker).await;
        let page = worker.visit(&agreement).await.is(200);
        let headings = page.texts("main h2");
        assert!(headings.ends_with(&["Sessions to come".to_owned(), "Past sessions".to_owned()]), "{headings:?}");
        let listed = page.texts("main ul a");
        assert_eq!(listed, ["Tuesday 1 December 2026, 10am", "Wednesday 25 November 2026, 10am"]);
        let page = worker.click(&page, "End supervision").await.is(200);
        let ended = worker.press(&page, "End supervision", &[]).await.is(200);
        worker.click(&ended, "Wednesday 25 November 2026, 10am").await.is(200);
        Browser::of(&team.peer).await.visit(&agreement).await.is(404);
    });
}
