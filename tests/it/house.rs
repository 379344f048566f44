//! The house: what every address does with bad requests, strange callers and second looks.

use poem::http::Method;
use serde_json::json;
use soundings::{clock::Clock, config::Switch};

use crate::service::{Service, run, today};

#[test]
fn every_answer_carries_its_headers() {
    run(async {
        let service = Service::new().await;
        let worker = service.team().await.worker;
        let nobody = service.anonymous();
        for answer in
            [worker.get("/me").await, nobody.get("/me").await, nobody.get("/nowhere").await, nobody.get("/health/live").await]
        {
            for name in [
                "x-request-id",
                "content-security-policy",
                "x-content-type-options",
                "referrer-policy",
                "cross-origin-opener-policy",
            ] {
                assert!(!answer.header(name).is_empty(), "{name} on {}", answer.status);
            }
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.header("strict-transport-security"), "", "not over http");
        }
        let secure =
            Service::with(Clock::fixed(today()), |config| config.base_url = Some("https://soundings.example".to_owned())).await;
        assert!(secure.anonymous().get("/health/live").await.header("strict-transport-security").starts_with("max-age="));
    });
}

#[test]
fn refusals_are_problems() {
    run(async {
        let service = Service::new().await;
        let worker = service.team().await.worker;
        let nobody = service.anonymous();
        let unauthenticated = nobody.get("/me").await.is(401);
        assert!(unauthenticated.header("www-authenticate").starts_with("Bearer"));
        let method = worker.send(Method::DELETE, "/me", &[], ()).await.is(405);
        assert_eq!(method.header("allow"), "GET, HEAD");
        let current = worker.send(Method::PUT, "/sessions/current", &[], ()).await.is(405);
        assert_eq!(current.header("allow"), "DELETE");
        for answer in [
            &unauthenticated,
            &method,
            &worker.get("/nowhere").await.is(404),
            &worker.get("/reflections/not-an-id").await.is(404),
        ] {
            assert_eq!(answer.header("content-type"), "application/problem+json");
            for member in ["type", "title", "status", "detail", "instance", "request_id", "errors"] {
                assert!(!answer.json[member].is_null(), "{member} in {}", answer.text);
            }
            assert_eq!(answer.json["request_id"], answer.header("x-request-id"));
        }
    });
}

#[test]
fn bad_bodies_are_refused_and_change_nothing() {
    run(async {
        let service = Service::new().await;
        let worker = service.team().await.worker;
        let json_type = [("content-type", "application/json")];
        let send = |headers: Vec<(&'static str, &'static str)>, body: Vec<u8>| {
            let worker = worker.clone();
            async move { worker.send(Method::POST, "/reflections", &headers, body).await.status }
        };
        let json_type = json_type.to_vec();
        assert_eq!(send(json_type.clone(), b"{\"body\": \"\xff\xfe\"}".to_vec()).await, 422, "broken UTF-8");
        assert_eq!(send(json_type.clone(), b"{\"body\": ".to_vec()).await, 422, "half a body");
        assert_eq!(send(json_type.clone(), vec![]).await, 422, "nothing");
        assert_eq!(send(json_type.clone(), b"[]".to_vec()).await, 422, "another shape");
        let deep = format!("{{\"body\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(send(json_type.clone(), deep.into_bytes()).await, 422, "deep");
        let large = format!("{{\"body\": \"{}\"}}", "x".repeat(10 << 20));
        assert_eq!(send(json_type.clone(), large.into_bytes()).await, 413, "10 MB");
        assert_eq!(send(vec![("content-type", "text/plain")], b"hello".to_vec()).await, 415);
        assert_eq!(send(vec![], b"{\"body\":\"x\"}".to_vec()).await, 415);
        assert_eq!(send(vec![("content-type", "application/json"), ("content-encoding", "gzip")], b"{}".to_vec()).await, 415);
        worker.get(&format!("/reflections?q={}", "x".repeat(5_000))).await.is(414);
        assert_eq!(worker.get("/reflections").await.is(200).items().len(), 0);
        assert_eq!(send(json_type, b"{\"body\": \"fine\"}".to_vec()).await, 201, "the next request works");
    });
}

#[test]
fn a_known_version_is_not_sent_again() {
    run(async {
        let service = Service::new().await;
        let worker = service.team().await.worker;
        let path = format!("/reflections/{}", worker.writes("Read me.").await);
        let first = worker.get(&path).await.is(200);
        let known = worker.send(Method::GET, &path, &[("if-none-match", &first.etag())], ()).await.is(304);
        assert_eq!(known.text, "");
        assert_eq!(known.etag(), first.etag());
        worker.patch(&path, &first.etag(), json!({ "body": "Read me again." })).await.is(200);
        worker.send(Method::GET, &path, &[("if-none-match", &first.etag())], ()).await.is(200);
        let head = worker.send(Method::HEAD, &path, &[], ()).await.is(200);
        assert_eq!(head.etag(), "\"2\"");
    });
}

#[test]
fn a_caller_who_asks_too_much_is_told_when_to_come_back() {
    run(async {
        let service = Service::with(Clock::fixed(today()), |config| config.rate_limits = Switch::On).await;
        let team = service.team().await;
        let mut refused = None;
        for number in 0..80 {
            let answer = team.worker.post("/reflections", json!({ "body": format!("{number}") })).await;
            if answer.status == 429 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("sixty at once, then two a second");
        assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
        team.peer.post("/reflections", json!({ "body": "Somebody else's limit is their own." })).await.is(201);
        team.worker.get("/reflections").await.is(200);
    });
}

#[test]
fn only_loopback_may_lift_the_limits() {
    let data = tempfile::tempdir().unwrap();
    let mut config = soundings::config::Config::in_memory_at(data.path());
    config.rate_limits = Switch::Off;
    assert!(config.check().is_ok());
    config.listen = "0.0.0.0:8080".parse().unwrap();
    assert!(config.check().unwrap_err().contains("loopback"));
}

#[test]
fn the_contract_and_health_need_no_credential() {
    run(async {
        let nobody = Service::new().await.anonymous();
        for path in [
            "/health/live",
            "/health/ready",
            "/api/v1/health/ready",
            "/openapi.json",
            "/api/v1/openapi.json",
            "/practice-examples.atom",
            "/practice-examples.json",
        ] {
            nobody.get(path).await.is(200);
        }
        assert_eq!(nobody.get("/openapi.json").await.json["openapi"], "3.0.3");
    });
}

#[test]
fn markdown_bombs_are_rendered_quickly_or_refused() {
    run(async {
        let service = Service::new().await;
        for (name, unit) in [
            ("quotes", "> "),
            ("links", "[a]("),
            ("emphasis", "*a **b "),
            ("brackets", "[[["),
            ("lists", "- "),
            ("ticks", "`"),
            ("entities", "&amp;"),
            ("tables", "|a|b"),
        ] {
            let text = unit.repeat(200_000 / unit.len());
            let started = std::time::Instant::now();
            let _refused_or_rendered = service.app.markdown.render(&text).await;
            assert!(started.elapsed().as_secs() < 5, "{name} took {:?}", started.elapsed());
        }
        let fine = service
            .app
            .markdown
            .render(
                "# Title\n\n**bold** <script>alert(1)</script> [x](javascript:alert(1)) ![i](https://elsewhere.example/i.png)",
            )
            .await
            .unwrap();
        assert!(fine.contains("<h2>Title</h2>") && fine.contains("<strong>bold</strong>"), "{fine}");
        assert!(!fine.contains("<script") && !fine.contains("javascript:") && !fine.contains("<img"), "{fine}");
    });
}
