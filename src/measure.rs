//! For `make bench` only: fills a store to be measured, and serves the bare floor that the service is compared with.

use std::{fmt::Write as _, path::Path, sync::Arc};

use chrono::Duration;
use poem::{EndpointExt, IntoResponse, Response, Route, get, handler, middleware::AddData, post, web::Data};
use surrealdb::types::{Bytes, RecordId, SurrealValue, Variables};
use tokio::net::TcpListener;

use crate::{
    access::{Role, Scope},
    app::App,
    clock::Clock,
    config::Config,
    db::Db,
    demo::{self, Credentials, PersonCredentials},
    error::{Error, Result},
    library::{self, model::Content as Example},
    once::Once,
    people::{
        credentials::{self, NewToken},
        model::OrganisationKind,
        organisations::{self, NewOrganisation},
    },
    reflections::{self, model::Content},
    server,
};

const PASSWORD: &str = "measured many times over";

/// Words of the field, the common ones first: texts draw the early ones far more often, as real texts do.
const WORDS: [&str; 64] = [
    "child",
    "family",
    "social",
    "worker",
    "support",
    "school",
    "parents",
    "visit",
    "home",
    "team",
    "practice",
    "early",
    "help",
    "plan",
    "meeting",
    "young",
    "people",
    "listening",
    "mother",
    "father",
    "supervision",
    "reflection",
    "risk",
    "change",
    "trust",
    "time",
    "assessment",
    "review",
    "carers",
    "fostering",
    "court",
    "decision",
    "evidence",
    "feedback",
    "group",
    "conference",
    "health",
    "police",
    "housing",
    "neglect",
    "strengths",
    "relationship",
    "kinship",
    "reunification",
    "restorative",
    "systemic",
    "motivational",
    "domestic",
    "abuse",
    "substance",
    "exploitation",
    "contextual",
    "safeguarding",
    "pilot",
    "evaluation",
    "caseload",
    "hospital",
    "nursery",
    "siblings",
    "grandmother",
    "bereavement",
    "asylum",
    "disability",
    "respite",
];

/// Numbers that repeat from run to run.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below.max(1)
    }

    /// A text with common words often and rare ones seldom; each text also has a word of its own kind, one in two thousand.
    fn text(&mut self, words: usize) -> String {
        let mut text = String::new();
        for at in 0..words {
            let reach = self.next(WORDS.len()) + 1;
            let word = WORDS.get(self.next(reach)).copied().unwrap_or("child");
            let end = if at % 14 == 13 { ". " } else { " " };
            text.push_str(word);
            text.push_str(end);
        }
        let _infallible = write!(text, "marker{}.", self.next(2_000));
        text
    }
}

/// Fills a store: one organisation, an author with many reflections, one with two thousand, and a large library.
///
/// # Errors
/// What the verbs refuse.
pub async fn seed(app: &Arc<App>, examples: usize, reflections: usize, credentials: &Path) -> Result<()> {
    let input = NewOrganisation { name: "Measured Council".to_owned(), kind: OrganisationKind::LocalAuthority };
    let organisation = organisations::found(app, input).await?;
    let roles = [Role::Practitioner, Role::Editor];
    let mut all = Credentials::default();
    let mut numbers = Sequence(7);
    let once = Once::default();
    for (at, (email, count)) in
        [("author@measured.example", reflections), ("second@measured.example", 2_000)].into_iter().enumerate()
    {
        let person = organisations::admit(app, organisation.id, ("Measured Author", email, PASSWORD), &roles).await?;
        let actor = demo::acting(app, person, organisation.id, true, &roles);
        let input = NewToken {
            name: "Measuring".to_owned(),
            scopes: Scope::ALL.iter().map(|(_, name)| (*name).to_owned()).collect(),
            expires_at: app.clock.now() + Duration::days(365),
        };
        let (_, token) = credentials::create_token(app, &actor, &once, input).await?;
        all.people.push(PersonCredentials {
            name: "Measured Author".to_owned(),
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            token,
            organisation_id: organisation.id,
            roles: roles.to_vec(),
        });
        for batch in batches(count, 32) {
            let texts: Vec<String> = (0..batch).map(|_| numbers.text(280)).collect();
            let writing =
                texts.into_iter().map(|body| reflections::write(app, &actor, &once, Content { body, ..Content::default() }));
            for written in futures_util::future::join_all(writing).await {
                written?;
            }
        }
        if at == 0 {
            for (batch_at, batch) in batches(examples, 32).into_iter().enumerate() {
                let mut writing = Vec::new();
                for number in 0..batch {
                    let key = format!("example-{}", batch_at * 32 + number);
                    let content = example(&mut numbers);
                    let actor = &actor;
                    writing.push(async move { library::put(app, actor, (organisation.id, &key), (content, true)).await });
                }
                for written in futures_util::future::join_all(writing).await {
                    written?;
                }
            }
        }
    }
    library::finding::catch_up(app).await?;
    demo::save(credentials, &all).map_err(Error::Internal)
}

fn batches(count: usize, size: usize) -> Vec<usize> {
    (0..count.div_ceil(size)).map(|at| size.min(count - at * size)).collect()
}

fn example(numbers: &mut Sequence) -> Example {
    let themes = ["early-help", "fostering", "court-work", "supervision", "neglect", "kinship-care", "adolescents", "workforce"];
    let maturity = library::model::Maturity::ALL.get(numbers.next(4)).map(|(maturity, _)| *maturity);
    Example {
        title: numbers.text(7),
        summary: numbers.text(28),
        context: Some(numbers.text(50)),
        what_we_did: Some(numbers.text(70)),
        difference_made: Some(numbers.text(50)),
        what_did_not_work: Some(numbers.text(45)),
        themes: vec![themes.get(numbers.next(8)).copied().unwrap_or("early-help").to_owned()],
        maturity,
        ..Example::default()
    }
}

#[derive(Clone, SurrealValue)]
struct Bare {
    owner: String,
    sort_key: String,
    sealed: Bytes,
}

/// Serves the floor: the same accept loop with a bare endpoint, and bare queries through the store handle.
///
/// # Errors
/// One line for the person at the command line.
pub async fn serve_floor(config: Config) -> std::result::Result<(), String> {
    let db = Db::connect(&config).await?;
    let define = "DEFINE TABLE IF NOT EXISTS bare SCHEMAFULL; DEFINE FIELD IF NOT EXISTS owner ON bare TYPE string;
        DEFINE FIELD IF NOT EXISTS sort_key ON bare TYPE string; DEFINE FIELD IF NOT EXISTS sealed ON bare TYPE bytes;
        DEFINE INDEX IF NOT EXISTS bare_by_owner ON bare FIELDS owner, sort_key;";
    db.execute(define.to_owned(), Variables::new()).await.map_err(|cause| cause.to_string())?;
    let clock = Clock::system();
    let first = RecordId::new("bare", "first");
    let row = Bare {
        owner: "author".to_owned(),
        sort_key: clock.new_id::<uuid::Uuid>().to_string(),
        sealed: Bytes::from(vec![7; 2_048]),
    };
    let id = &first;
    let row = &row;
    db.transact(&clock, |tx| std::future::ready(tx.put(id.clone(), row.clone()).returning(())))
        .await
        .map_err(|cause| cause.to_string())?;
    let listener = TcpListener::bind(config.listen).await.map_err(|cause| cause.to_string())?;
    let address = listener.local_addr().map_err(|cause| cause.to_string())?;
    let routes = Route::new()
        .at("/bytes/:count", get(bytes))
        .at("/create", post(create))
        .at("/select", get(select))
        .at("/row", get(row_by_id))
        .with(AddData::new(Arc::new((db, clock))));
    println!("listening on http://{address}");
    server::serve(listener, routes.map_to_response(), &config, std::future::pending()).await.map_err(|cause| cause.to_string())
}

type Floor = Arc<(Db, Clock)>;

#[handler]
fn bytes(poem::web::Path(count): poem::web::Path<usize>) -> Response {
    "x".repeat(count.min(4_000_000)).with_content_type("application/json").into_response()
}

#[handler]
async fn create(Data(floor): Data<&Floor>, body: Vec<u8>) -> poem::Result<String> {
    let (db, clock) = floor.as_ref();
    let key = clock.new_id::<uuid::Uuid>().to_string();
    let row = Bare { owner: "author".to_owned(), sort_key: key.clone(), sealed: Bytes::from(body) };
    let mut vars = Variables::new();
    vars.insert("id".to_owned(), RecordId::new("bare", key.clone()).into_value());
    vars.insert("row".to_owned(), row.into_value());
    db.execute("CREATE ONLY $id CONTENT $row RETURN NONE".to_owned(), vars).await?;
    Ok(key)
}

#[handler]
async fn select(Data(floor): Data<&Floor>) -> poem::Result<Vec<u8>> {
    let rows: Vec<Bare> = floor
        .0
        .run("SELECT * OMIT id FROM bare WHERE owner = $owner AND sort_key < 'g' ORDER BY sort_key DESC LIMIT 21")
        .bind("owner", "author".to_owned())
        .all()
        .await?;
    Ok(rows.iter().flat_map(|row| row.sealed.iter().copied()).collect())
}

#[handler]
async fn row_by_id(Data(floor): Data<&Floor>) -> poem::Result<Vec<u8>> {
    let row: Option<Bare> = floor.0.run("SELECT * OMIT id FROM $id").bind("id", RecordId::new("bare", "first")).one().await?;
    Ok(row.map(|row| row.sealed.to_vec()).unwrap_or_default())
}
