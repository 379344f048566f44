//! Words that might say who somebody is: pointed out where they stand, with who reads them.

use serde_json::json;

use super::worker;
use crate::service::run;

#[test]
fn what_may_say_who_somebody_is_can_be_reworded_at_a_press() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let id = worker.writes("I rang the school on 01632 960 123 about LS1 4AP, and left.").await;
        let page = browser.visit(&format!("/reflections/{id}")).await.is(200);
        assert_eq!(page.attributes("input[name=which][checked]", "value").len(), 2, "{}", page.answer.text);
        let reworded = browser.press(&page, "Reword the ticked ones", &[]).await.is(200);
        assert!(!reworded.says("960 123") && !reworded.says("4AP"), "{}", reworded.answer.text);
        assert!(
            worker.get(&format!("/reflections/{id}/revisions/1")).await.is(200).text.contains("960 123"),
            "the first text is kept"
        );
    });
}

#[test]
fn every_part_is_looked_through_and_reworded_where_it_was_found() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let written = json!({ "body": "I said nothing, and I wonder why.", "title": "LS1 4AP",
                              "unease": "I rang 01632 960 123, and left.",
                              "unknowns": ["I wonder why.", "Who is at LS1 4AP now?"],
                              "hypotheses": ["She wrote to a.b@eastvale.gov.uk, and left."] });
        let id = worker.post("/reflections", written.clone()).await.is(201).id();
        let page = browser.visit(&format!("/reflections/{id}")).await.is(200);
        let parts = ["A title, if you want one", "What bothers me", "What I do not know", "Other ways to explain it"];
        assert_eq!(page.texts(".app-guard legend"), parts, "{}", page.answer.text);
        browser.press(&page, "Reword the ticked ones", &[]).await.is(200);
        let kept = worker.get(&format!("/reflections/{id}")).await.is(200);
        for words in ["LS1 4AP", "960 123", "gov.uk"] {
            assert!(!kept.text.contains(words), "{words}: {}", kept.text);
        }
        assert_eq!((&kept.json["body"], &kept.json["unknowns"][0]), (&written["body"], &written["unknowns"][0]));
        assert_eq!(kept.json["unease"], "I rang [phone number], and left.");
    });
}

#[test]
fn it_says_who_reads_them_and_what_a_share_still_shows() {
    run(async {
        let (service, worker, mut browser) = worker().await;
        let supervisor = service.supervisor_in(worker.authority).await;
        let id = worker.writes("I rang the school on 01632 960 123, and left.").await;
        let address = format!("/reflections/{id}");
        let private = browser.visit(&address).await.is(200);
        assert!(private.texts(".app-guard")[0].contains("Nobody but you can read this yet"));

        let share = worker.shares(&id, &supervisor).await;
        let shared = browser.visit(&address).await.is(200);
        let guard = &shared.texts(".app-guard")[0];
        assert!(guard.contains("can be read now by Supervisor") && !guard.contains("Nobody but you"), "{guard}");
        let behind = "is what this said when you shared it";
        assert!(!shared.says(behind));
        let reworded = browser.press(&shared, "Reword the ticked ones", &[]).await.is(200);
        assert!(reworded.says(behind), "{}", reworded.answer.text);
        let page = browser.visit(&format!("{address}/shares/{share}")).await.is(200);
        browser.press(&page, "Show them what it says now", &[]).await.is(200);
        assert!(!browser.visit(&address).await.says(behind));
    });
}

#[test]
fn it_warns_before_somebody_else_reads_them() {
    run(async {
        let (service, worker, mut browser) = worker().await;
        service.supervisor_in(worker.authority).await;
        let warning = "Whoever you share this with reads them.";
        let plain = worker.writes("I said nothing, and I wonder why.").await;
        assert!(!browser.visit(&format!("/reflections/{plain}/shares")).await.is(200).says(warning));
        let id = worker.writes("I rang the school on 01632 960 123, and left.").await;
        let page = browser.visit(&format!("/reflections/{id}/shares")).await.is(200);
        assert!(page.says(warning) && page.says("“01632 960 123”"), "{}", page.answer.text);
        assert_eq!(page.link("Reword them first"), Some(format!("/reflections/{id}#guard")));
        assert_eq!(browser.visit(&format!("/reflections/{id}")).await.texts("#guard").len(), 1, "it leads there");
    });
}
