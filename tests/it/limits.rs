//! What one caller can make the service do, and for how long: connections, places, guesses, searches. Over real
//! connections where nothing else shows it.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, future::join_all, stream::FuturesUnordered};
use poem::{Endpoint as _, Request, endpoint::make_sync, http::Method};
use serde_json::json;
use soundings::{
    access::Role,
    clock::Clock,
    config::{Config, Switch},
    http::edge::Edge,
    limits::Whence,
    people::organisations,
    router, server,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::service::{Client, PASSWORD, Service, run, today};

const AMINA: &str = "amina@test.example";
const TOM: &str = "tom@test.example";
/// More requests than any limit lets through at the pace of the slowest machine.
const MANY: usize = 1_000;

/// A service that listens.
struct Listening {
    service: Service,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<io::Result<()>>,
}

impl Listening {
    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let service = Service::with(Clock::fixed(today()), change).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, asked_to_stop) = oneshot::channel::<()>();
        let app = Arc::clone(&service.app);
        let served = tokio::spawn(async move {
            let stop = async move {
                let _asked_or_dropped = asked_to_stop.await;
            };
            server::serve(listener, router::service(&app), &app.config, stop).await
        });
        Self { service, address, stop, served }
    }

    /// Sends one request on a connection of its own; answers its status.
    async fn ask(&self, request: &str, headers: &[String], body: &str) -> u16 {
        let mut text =
            format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        for header in headers {
            text.push_str(header);
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        text.push_str(body);
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        connection.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.unwrap();
        status_of(&answer)
    }

    async fn is_alive_for(&self, address: &str) -> bool {
        self.ask("GET /health/live", &[forwarded(address)], "").await == 200
    }

    async fn sign_in(&self, from: &str, email: &str, password: &str) -> u16 {
        let body = json!({ "email": email, "password": password }).to_string();
        let headers = [forwarded(from), "Content-Type: application/json".to_owned()];
        self.ask("POST /api/v1/sessions", &headers, &body).await
    }

    /// Whether somebody whose requests carry these headers, each time with the next number, is told to wait.
    async fn tells_to_wait(&self, headers: impl Fn(usize) -> Vec<String>) -> bool {
        for number in 1..=MANY {
            if self.ask("GET /health/live", &headers(number), "").await == 429 {
                return true;
            }
        }
        false
    }
}

fn status_of(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer);
    text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no status in {text:?}"))
}

fn forwarded(addresses: &str) -> String {
    format!("X-Forwarded-For: {addresses}")
}

/// Tests come from 127.0.0.1, as a proxy's requests do, and say for whom.
fn behind_a_proxy(config: &mut Config) {
    config.rate_limits = Switch::On;
    config.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
}

async fn amina_and_tom(service: &Service) {
    let authority = service.authority("Northmoor Council").await;
    for (name, email) in [("Amina Worker", AMINA), ("Tom Peer", TOM)] {
        organisations::admit(&service.app, authority, (name, email, PASSWORD), &[Role::Practitioner]).await.unwrap();
    }
}

async fn limited() -> Service {
    Service::with(Clock::fixed(today()), |config| config.rate_limits = Switch::On).await
}

/// Whether one of so many requests is told to wait.
async fn is_told_to_wait(client: &Client, path: &str, tries: usize) -> bool {
    for _ in 0..tries {
        if client.get(path).await.status == 429 {
            return true;
        }
    }
    false
}

// ── Connections ──────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_connection_that_leaves_something_unsaid_is_closed() {
    run(async {
        let listening = Listening::with(|config| config.header_seconds = 1).await;
        let address = listening.address;
        let unsaid: [(&str, &[u8]); 5] = [
            ("anything", b""),
            ("the rest of a head", b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n"),
            ("the rest of HTTP/2's first words", b"PRI * HT"),
            ("anything after HTTP/2's first words", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            ("the next request", b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ];
        let closing = unsaid.map(|(what, said)| async move {
            let began = Instant::now();
            let mut connection = TcpStream::connect(address).await.unwrap();
            connection.write_all(said).await.unwrap();
            let mut heard = Vec::new();
            let closed = timeout(Duration::from_secs(20), connection.read_to_end(&mut heard)).await;
            assert!(closed.is_ok(), "{what} is waited for without end");
            (what, began.elapsed(), heard)
        });
        for (what, after, heard) in join_all(closing).await {
            println!("without {what}: closed after {after:?}");
            // The control: it is the deadline that closes, not every connection's fate.
            if ["anything", "the next request"].contains(&what) {
                assert!(after >= Duration::from_millis(900), "{what}: {after:?}");
            }
            assert_eq!(heard.starts_with(b"HTTP/1.1 200"), what == "the next request", "{what}");
        }
    });
}

#[test]
fn a_stop_waits_for_a_request_in_flight_and_not_for_idle_connections() {
    run(async {
        let listening = Listening::with(|config| config.header_seconds = 60).await;
        let Listening { service: _kept, address, stop, served } = listening;
        let _idle = TcpStream::connect(address).await.unwrap();
        let mut busy = TcpStream::connect(address).await.unwrap();
        busy.write_all(b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n").await.unwrap();
        busy.write_all(b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n").await.unwrap();
        let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
        busy.read_exact(&mut go_on).await.unwrap();
        assert_eq!(status_of(&go_on), 100);

        stop.send(()).unwrap();
        let refused = async {
            while TcpStream::connect(address).await.is_ok() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(10), refused).await.expect("it stops listening");
        busy.write_all(b"{}").await.unwrap();
        let mut answer = Vec::new();
        busy.read_to_end(&mut answer).await.unwrap();
        assert_eq!(status_of(&answer), 422, "an answer, though to a poor request");
        timeout(Duration::from_secs(10), served).await.expect("it stops").unwrap().unwrap();
    });
}

// ── Places ───────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn who_hangs_up_keeps_their_place_until_the_work_is_done() {
    run(async {
        let service = Service::with(Clock::fixed(today()), |config| config.max_in_flight = 1).await;
        let nobody = service.anonymous();
        // Whoever signs in now is at work until these are given back.
        let limits = &service.app.limits;
        let hashing = [limits.enter_hashing().await.unwrap(), limits.enter_hashing().await.unwrap()];
        let signing_in = nobody.post("/sessions", json!({ "email": AMINA, "password": PASSWORD }));
        assert!(timeout(Duration::from_secs(1), signing_in).await.is_err(), "it is at work");
        nobody.get("/health/live").await.is(503);
        drop(hashing);
        let free = async {
            while nobody.get("/health/live").await.status != 200 {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(10), free).await.expect("the place is free when the work is done");
    });
}

#[test]
fn sixty_four_wait_for_a_password_to_be_checked_and_the_rest_hear_at_once() {
    run(async {
        let service = Service::new().await;
        let limits = &service.app.limits;
        let hashing = [limits.enter_hashing().await.unwrap(), limits.enter_hashing().await.unwrap()];
        let signing_in = (0..68).map(|number| {
            let nobody = service.anonymous();
            let body = json!({ "email": format!("nobody{number}@test.example"), "password": PASSWORD });
            tokio::spawn(async move { nobody.post("/sessions", body).await.status })
        });
        let mut answers: FuturesUnordered<_> = signing_in.collect();
        for _ in 0..4 {
            assert_eq!(answers.next().await.unwrap().unwrap(), 503);
        }
        drop(hashing);
        // How many are heard in the five seconds that they wait depends on the machine.
        let rest: Vec<u16> = answers.map(Result::unwrap).collect().await;
        assert_eq!(rest.len(), 64);
        assert!(rest.iter().filter(|status| **status == 422).count() >= 4, "those who waited were heard: {rest:?}");
    });
}

// ── Where requests come from ─────────────────────────────────────────────────────────────────────────────

#[test]
fn what_a_client_says_of_its_own_address_is_not_believed() {
    run(async {
        let listening = Listening::with(behind_a_proxy).await;
        let invented = |number: usize| format!("198.51.{}.{}", number / 250, number % 250);
        // The proxy adds what it saw, in a line of its own or after a comma.
        assert!(listening.tells_to_wait(|number| vec![forwarded(&invented(number)), forwarded("203.0.113.7")]).await);
        assert!(listening.tells_to_wait(|number| vec![forwarded(&format!("{}, 203.0.113.8", invented(number)))]).await);
        // What no proxy of ours can have written ends what is believed.
        assert!(listening.tells_to_wait(|number| vec![forwarded(&format!("{}, unknown", invented(number)))]).await);
        assert!(listening.is_alive_for("203.0.113.9").await, "and everybody else has limits of their own");
        assert!(listening.is_alive_for("203.0.113.10, 127.0.0.1").await, "also behind two proxies");
    });
}

#[test]
fn a_network_of_ipv6_is_one_caller() {
    run(async {
        let listening = Listening::with(behind_a_proxy).await;
        assert!(listening.tells_to_wait(|number| vec![forwarded(&format!("2001:db8:0:1::{number:x}"))]).await);
        assert!(listening.is_alive_for("2001:db8:0:2::1").await);
        let of = |address: &str| Whence::of(address.parse().unwrap());
        assert_ne!(of("::ffff:203.0.113.1"), of("::ffff:203.0.113.2"), "IPv4 is itself, however it is written");
        assert_eq!(of("::ffff:203.0.113.1"), of("203.0.113.1"));
    });
}

#[test]
fn a_credential_that_does_not_work_counts_as_having_none() {
    run(async {
        let service = limited().await;
        let worker = service.team().await.worker;
        let guesser = Client { token: Some("snd_pat_guessed".to_owned()), ..service.anonymous() };
        guesser.get("/me").await.is(401);
        assert!(is_told_to_wait(&guesser, "/me", MANY).await);
        worker.get("/me").await.is(200);
    });
}

// ── Guesses ──────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_stranger_elsewhere_does_not_keep_a_person_out() {
    run(async {
        let listening = Listening::with(behind_a_proxy).await;
        amina_and_tom(&listening.service).await;
        for guess in 1..=10 {
            assert_eq!(listening.sign_in("203.0.113.1", AMINA, "a wrong guess").await, 422, "guess {guess}");
        }
        assert_eq!(listening.sign_in("203.0.113.1", AMINA, PASSWORD).await, 429);
        assert_eq!(listening.sign_in("203.0.113.2", AMINA, PASSWORD).await, 201);
    });
}

#[test]
fn all_strangers_together_have_a_hundred_guesses_at_one_account() {
    run(async {
        let listening = Listening::with(behind_a_proxy).await;
        amina_and_tom(&listening.service).await;
        for last in 1..=100 {
            let from = Whence::of(IpAddr::V4(Ipv4Addr::new(203, 0, 113, last)));
            listening.service.app.limits.count_guess(AMINA, from).unwrap();
        }
        assert_eq!(listening.sign_in("198.51.100.1", AMINA, PASSWORD).await, 429);
        assert_eq!(listening.sign_in("198.51.100.1", TOM, PASSWORD).await, 201);
    });
}

#[test]
fn one_address_has_thirty_wrong_guesses_and_right_ones_are_none() {
    run(async {
        let listening = Listening::with(behind_a_proxy).await;
        amina_and_tom(&listening.service).await;
        let office = "203.0.113.1";
        for _ in 0..29 {
            listening.service.app.limits.note_wrong_guess(Whence::of(office.parse().unwrap()));
        }
        for _ in 0..5 {
            assert_eq!(listening.sign_in(office, TOM, PASSWORD).await, 201);
        }
        assert_eq!(listening.sign_in(office, "nobody@test.example", PASSWORD).await, 422);
        assert_eq!(listening.sign_in(office, TOM, PASSWORD).await, 429);
        assert_eq!(listening.sign_in("203.0.113.2", TOM, PASSWORD).await, 201);
    });
}

// ── Searches ─────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_strangers_search_counts_as_one() {
    run(async {
        let nobody = limited().await.anonymous();
        // Fewer than a stranger's other requests: it is the searches that are limited.
        assert!(is_told_to_wait(&nobody, "/practice-examples?%71=visit", 100).await);
        // Browsing by theme goes on: an office without accounts shares one address.
        nobody.get("/practice-examples?theme=early-help").await.is(200);
    });
}

#[test]
fn a_search_on_the_page_is_the_same_search() {
    run(async {
        let nobody = limited().await.anonymous();
        assert!(is_told_to_wait(&nobody, "/root/practice-examples?q=visit&theme=", 100).await);
        // An empty form is no search.
        nobody.get("/root/practice-examples?q=&theme=&maturity=").await.is(303);
        let page = [("accept", "text/html")];
        let service = Service::new().await;
        let longest = format!("/root/practice-examples?q={}", "e".repeat(300));
        service.anonymous().send(Method::GET, &longest, &page, ()).await.is(200);
        service.anonymous().send(Method::GET, &format!("{longest}e"), &page, ()).await.is(422);
    });
}

#[test]
fn whatever_goes_through_everything_counts_as_searching() {
    run(async {
        let service = limited().await;
        let team = service.team().await;
        for (client, path) in [
            (&team.worker, "/reflections?tag=home"),
            (&team.peer, "/reflections?%66rom=2026-01-01"),
            (&team.editor, "/reflections?limit=1&to=2026-12-31"),
            (&team.supervisor, "/practice-examples?maturity=idea"),
            (&team.psw, "/practice-examples?%71=visit"),
        ] {
            assert!(is_told_to_wait(client, path, 100).await, "{path}");
            client.get("/practice-examples?limit=1").await.is(200);
        }
    });
}

#[test]
fn a_search_is_as_long_as_the_contract_says() {
    run(async {
        let service = Service::new().await;
        let worker = service.team().await.worker;
        let contract = router::document();
        for path in ["/reflections", "/practice-examples"] {
            let parameters = contract["paths"][path]["get"]["parameters"].as_array().unwrap();
            let q = parameters.iter().find(|parameter| parameter["name"] == "q").unwrap();
            let most = usize::try_from(q["schema"]["maxLength"].as_u64().unwrap()).unwrap();
            let longest = format!("{path}?q={}", "%C3%A9+".repeat(most / 2));
            worker.get(&longest).await.is(200);
            let refused = worker.get(&format!("{longest}x")).await.is(422);
            assert_eq!(refused.pointers(), ["?q"]);
            assert_eq!(refused.json["errors"][0]["code"], "too_long");
            let stranger = if path == "/reflections" { 401 } else { 422 };
            service.anonymous().get(&format!("{longest}x")).await.is(stranger);
        }
    });
}

// ── What gets past ───────────────────────────────────────────────────────────────────────────────────────

#[test]
fn json_by_another_name_is_held_to_the_contract_too() {
    run(async {
        let service = Service::new().await;
        let worker = service.team().await.worker;
        let send = |path: &'static str, kind: &'static str, body: &'static str| {
            let worker = worker.clone();
            async move { worker.send(Method::POST, path, &[("content-type", kind)], body).await }
        };
        let (fine, odd) = ("{\"body\": \"Kept.\"}", "{\"body\": \"Kept?\", \"nonsense\": true}");
        for kind in ["application/json", "application/x+json", "application/vnd.any+json; v=1", "application/merge-patch+json"] {
            let refused = send("/reflections", kind, odd).await.is(422);
            assert_eq!(refused.pointers(), ["/nonsense"], "{kind}");
        }
        // An address in disguise leads nowhere, so nothing gets past the check that way.
        for path in ["/api/v1/%72eflections", "/api/%761/reflections", "/api/v1/api/v1/reflections"] {
            send(path, "application/json", odd).await.is(404);
        }
        assert!(worker.get("/reflections").await.is(200).items().is_empty());
        send("/reflections", "application/x+json", fine).await.is(201);
    });
}

#[test]
fn passwords_do_not_cross_a_network_in_clear() {
    let data = tempfile::tempdir().unwrap();
    let check = |listen: &str, base_url: Option<&str>| {
        let mut config = Config::in_memory_at(data.path());
        config.listen = listen.parse().unwrap();
        config.base_url = base_url.map(str::to_owned);
        config.check()
    };
    for (listen, base_url) in [
        ("0.0.0.0:8080", None),
        ("[::]:8080", None),
        ("0.0.0.0:8080", Some("http://localhost:8080")),
        ("127.0.0.1:8080", Some("http://soundings.example.gov.uk")),
        ("127.0.0.1:8080", Some("http://localhost@soundings.example.gov.uk")),
        ("127.0.0.1:8080", Some("http://localhost.example.gov.uk")),
        ("127.0.0.1:8080", Some("soundings.example.gov.uk")),
    ] {
        let why = check(listen, base_url).unwrap_err();
        assert!(why.contains("https://") && why.lines().count() == 1, "{listen} {base_url:?}: {why}");
    }
    for (listen, base_url) in [
        ("127.0.0.1:8080", None),
        ("[::1]:0", None),
        ("127.0.0.1:8080", Some("http://localhost:8080/")),
        ("127.0.0.1:8080", Some("http://127.0.0.2")),
        ("127.0.0.1:8080", Some("http://[::1]:8080")),
        ("0.0.0.0:8080", Some("https://soundings.example.gov.uk")),
    ] {
        assert_eq!(check(listen, base_url), Ok(()), "{listen} {base_url:?}");
    }
}

#[test]
fn a_panic_is_logged_by_its_place_and_not_by_its_words() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "limits::what_the_log_says_of_a_panic", "--nocapture"])
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    assert!(said.contains("tests/it/limits.rs:") && said.contains("a request panicked"), "the log tells of it: {said}");
    assert!(!said.contains("heronry"), "{said}");
}

#[test]
#[ignore = "the test above runs it in a process of its own: a panic hook and a log are a whole process's"]
fn what_the_log_says_of_a_panic() {
    tracing_subscriber::fmt().with_ansi(false).with_writer(io::stderr).init();
    server::log_only_where_panics_happen();
    run(async {
        let service = Service::new().await;
        let panics = make_sync(|_: Request| -> String { panic!("what somebody wrote about a heronry") });
        let edge = Edge::new(Arc::clone(&service.app), Vec::new(), panics);
        let answer = edge.get_response(Request::builder().uri_str("/").finish()).await;
        assert_eq!(answer.status().as_u16(), 500);
    });
}
