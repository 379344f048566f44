//! The search index: derived from the store, so that whatever becomes of it, nothing is lost and nobody is kept waiting.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use soundings::{
    access::Role,
    app::App,
    clock::Clock,
    config::Config,
    library::finding::catch_up,
    search::{Document, Search, Wanted},
};
use surrealdb::types::Variables;

use crate::service::{Client, Service, run};

fn document(number: usize) -> Document {
    Document {
        id: format!("{number:05}"),
        title: "Heron mornings".to_owned(),
        summary: String::new(),
        body: String::new(),
        themes: Vec::new(),
        organisation: "Northmoor".to_owned(),
        maturity: String::new(),
        published: i64::try_from(number).unwrap(),
        card: number.to_string(),
    }
}

/// Opens a store with its index as soon as it is free.
async fn opened(data: &Path) -> Service {
    for _ in 0..200 {
        let config = Config { store: None, ..Config::in_memory_at(data) };
        match App::open(config, Clock::system()).await {
            Ok(app) => return Service::attached(app),
            Err(why) => assert!(why.contains("in use"), "{why}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the store is still locked");
}

async fn editor(service: &Service) -> Client {
    let authority = service.authority("Northmoor Council").await;
    service.person(authority, "Daniel Editor", &[Role::Editor]).await
}

/// How many examples a search finds.
async fn herons(service: &Service) -> usize {
    service.anonymous().get("/practice-examples?q=heron").await.is(200).items().len()
}

/// Damages a file of an index.
fn damage(index: &Path, ending: &str, how: fn(&mut Vec<u8>)) {
    let mut files = fs::read_dir(index).unwrap().flatten().map(|file| file.path());
    let file = files.find(|file| file.to_string_lossy().ends_with(ending)).expect("the index has such a file");
    let mut bytes = fs::read(&file).unwrap();
    how(&mut bytes);
    fs::write(&file, bytes).unwrap();
}

/// What becomes of a file's bytes.
type Damage = fn(&mut Vec<u8>);

#[test]
fn a_search_ends_after_ten_thousand_hits() {
    let search = Search::open(None).unwrap();
    for number in 0..10_030 {
        search.put(&document(number)).unwrap();
    }
    let find = |offset, limit| search.find(&Wanted { offset, limit, ..Wanted::default() }).unwrap();
    let (mut seen, mut offset) = (BTreeSet::new(), 0);
    loop {
        let page = find(offset, 1_000);
        seen.extend(page.hits.iter().map(|hit| hit.card.clone()));
        offset += 1_000;
        assert!(offset <= 20_000, "the pages do not end");
        if !page.more {
            break;
        }
    }
    assert_eq!((offset, seen.len()), (10_000, 10_000));
    let across = find(9_990, 20);
    assert_eq!((across.hits.len(), across.more), (10, false));
    for beyond in [10_000, 10_020, 4_000_000_000] {
        let page = find(beyond, 20);
        assert_eq!((page.hits.len(), page.more), (0, false), "{beyond}");
    }
    assert!(find(9_900, 20).more, "before that it goes on");
}

#[test]
fn a_damaged_index_is_made_again_from_the_store() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let service = opened(data.path()).await;
        let author = editor(&service).await;
        author.publishes("Heron mornings").await;
        author.publishes("Heron evenings").await;
        assert_eq!(catch_up(&service.app).await.unwrap(), 2);
        assert_eq!(herons(&service).await, 2);
        drop((service, author));

        let service = opened(data.path()).await;
        assert!(service.app.search.position().is_some(), "a sound index is kept");
        assert_eq!(herons(&service).await, 2);
        drop(service);

        let damages: [(&str, Damage); 4] = [
            (".term", |bytes| bytes.fill(7)),
            (".store", |bytes| bytes[0] ^= 1),
            (".idx", |bytes| bytes.truncate(6)),
            ("meta.json", Vec::clear),
        ];
        for (ending, how) in damages {
            damage(&data.path().join("search"), ending, how);
            let service = opened(data.path()).await;
            assert_eq!(service.app.search.position(), None, "{ending}: it was made anew");
            assert_eq!(catch_up(&service.app).await.unwrap(), 2, "{ending}");
            assert_eq!(herons(&service).await, 2, "{ending}");
        }
    });
}

#[test]
fn an_index_that_cannot_be_written_keeps_nobody_from_publishing() {
    run(async {
        let service = Service::on_disk().await;
        let author = editor(&service).await;
        let first = author.publishes("Heron mornings").await;
        assert_eq!(herons(&service).await, 1);

        let (index, elsewhere) = (service.data().join("search"), service.data().join("elsewhere"));
        fs::rename(&index, &elsewhere).unwrap();
        for title in ["Heron evenings", "Heron nights"] {
            author.publishes(title).await;
            assert_eq!(herons(&service).await, 1, "what is in the index is still found");
        }
        let publication = format!("/practice-examples/{first}/publication?reason=Wrong.");
        author.delete_if(&publication, "\"1\"").await.is(204);
        assert!(catch_up(&service.app).await.is_err());

        fs::rename(&elsewhere, &index).unwrap();
        catch_up(&service.app).await.unwrap();
        assert_eq!(herons(&service).await, 2, "one is withdrawn, and two are new");
        author.publishes("Heron mornings, again").await;
        assert_eq!(herons(&service).await, 3, "and the next is found at once");
    });
}

#[test]
fn what_could_not_be_followed_is_followed_the_next_time() {
    run(async {
        let service = Service::on_disk().await;
        let author = editor(&service).await;
        author.publishes("Heron mornings").await;
        let (index, elsewhere) = (service.data().join("search"), service.data().join("elsewhere"));
        fs::rename(&index, &elsewhere).unwrap();
        assert!(catch_up(&service.app).await.is_err());
        fs::rename(&elsewhere, &index).unwrap();
        assert_eq!(catch_up(&service.app).await.unwrap(), 1);
        assert_eq!(herons(&service).await, 1);
        assert_eq!(catch_up(&service.app).await.unwrap(), 0, "and once is enough");
    });
}

#[test]
fn what_a_broken_writer_took_with_it_does_not_count_as_followed() {
    let data = tempfile::tempdir().unwrap();
    let (index, elsewhere) = (data.path().join("search"), data.path().join("elsewhere"));
    let search = Search::open(Some(&index)).unwrap();
    let follow = |entry: &str| {
        let mut followed = search.begin("");
        search.put(&document(1)).unwrap();
        followed.note(entry.to_owned());
        followed
    };
    let followed = follow("one");
    fs::rename(&index, &elsewhere).unwrap();
    assert!(search.commit(None).is_err());
    fs::rename(&elsewhere, &index).unwrap();
    assert!(search.commit(Some(followed)).is_err());
    assert_eq!((search.has_followed("one"), search.position()), (false, None));

    search.commit(Some(follow("one"))).unwrap();
    assert_eq!((search.has_followed("one"), search.position().as_deref()), (true, Some("one")));
    assert_eq!(search.find(&Wanted { limit: 20, ..Wanted::default() }).unwrap().hits.len(), 1);
}

#[test]
fn a_log_that_rests_is_not_read_again_and_what_comes_late_until_then_is() {
    run(async {
        let service = Service::new().await;
        let app = &service.app;
        let author = editor(&service).await;
        let example = author.publishes("Heron mornings").await;
        let published = app.clock.now();
        // As a change that began a minute before that one, on a machine that was slow to commit it.
        let late = |number: u128| {
            let began = published - chrono::Duration::minutes(1);
            let millis = u128::try_from(began.timestamp_millis()).unwrap();
            let key = uuid::Uuid::from_u128((millis << 80) | number).to_string();
            let text = format!(
                "CREATE library_change:`{key}` SET feed = 'library', sort_key = '{key}',
                     example = practice_example:`{example}`"
            );
            app.db.execute(text, Variables::new())
        };
        assert_eq!(catch_up(app).await.unwrap(), 1);
        app.clock.advance(chrono::Duration::minutes(9));
        late(1).await.unwrap();
        assert_eq!(catch_up(app).await.unwrap(), 1, "it has not rested for long enough");
        app.clock.advance(chrono::Duration::minutes(2));
        late(2).await.unwrap();
        assert_eq!(catch_up(app).await.unwrap(), 1, "the look that finds it at rest still reads what was before");
        late(3).await.unwrap();
        assert_eq!(catch_up(app).await.unwrap(), 0, "after that nobody commits what is so old, and nobody looks");
        author.publishes("Heron evenings").await;
        assert_eq!(catch_up(app).await.unwrap(), 1);
        assert_eq!(herons(&service).await, 2);
    });
}
