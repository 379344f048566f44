//! The command line: one short function for each command.

use std::{
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Parser, Subcommand, ValueEnum};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{
    access::Role,
    app::App,
    backup::{self, Inventory},
    clock::Clock,
    config::{Config, LogFormat, Switch},
    db::{Db, folder},
    demo,
    error::Error,
    jobs, library, measure, migrate,
    people::{
        codes,
        invitations::{self, NewInvitation},
        model::OrganisationKind,
        organisations::{self, NewOrganisation},
    },
    router, server,
};

/// Soundings: professional learning and reflective supervision for social work.
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    #[command(flatten)]
    config: Config,

    /// Print every setting with its value, secrets redacted, and stop.
    #[arg(long, global = true)]
    print_config: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve.
    Serve,
    /// Serve a demonstration with invented people: an embedded store on loopback, filled on the first run.
    Demo {
        /// Write everybody's address, password and token to this file.
        #[arg(long)]
        credentials: Option<PathBuf>,
    },
    /// Bring the store to this program's version.
    Migrate {
        /// Mark the store as a later version's: for the test that an older program refuses it.
        #[arg(long, hide = true)]
        pretend_newer: bool,
    },
    /// Print the contract (OpenAPI 3.0.3).
    Openapi,
    /// People: the way in when nobody can invite yet.
    #[command(subcommand)]
    People(People),
    /// Back the store up to a file, verified by reading it back. The store stays as it is: an older version's is not upgraded.
    /// The service must be stopped; while it runs, ask it (POST /backups).
    Backup {
        /// The file to write.
        #[arg(long)]
        to: PathBuf,
    },
    /// Read a backup into an empty store. The key file is not in it: put its copy in place first. Until this has finished,
    /// nothing opens the store.
    Restore {
        /// The file to read.
        #[arg(long)]
        from: PathBuf,
    },
    /// Build the search index again from the store.
    Reindex,
    /// Fill a store for measuring.
    #[command(hide = true)]
    BenchSeed {
        /// Published examples.
        #[arg(long, default_value_t = 100_000)]
        examples: usize,
        /// Reflections of the first author; the second has 2,000.
        #[arg(long, default_value_t = 10_000)]
        reflections: usize,
        /// Where to write the accounts.
        #[arg(long)]
        credentials: PathBuf,
    },
    /// Serve the bare floor that measurements are compared with.
    #[command(hide = true)]
    BenchFloor,
}

#[derive(Subcommand)]
enum People {
    /// Invite a person; prints the address at which they accept.
    Invite {
        /// Their address.
        #[arg(long)]
        email: String,
        /// Their name.
        #[arg(long)]
        name: String,
        /// Their roles, separated by commas.
        #[arg(long, value_delimiter = ',', default_value = "administrator")]
        role: Vec<RoleArg>,
        /// The organisation, on an empty store; otherwise the one that hosts the service.
        #[arg(long)]
        organisation: Option<String>,
    },
    /// Turn codes off for somebody who has lost both their authenticator app and their recovery codes. Make sure that it is
    /// they who ask. The service must be stopped.
    ResetCodes {
        /// Their address.
        #[arg(long)]
        email: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleArg {
    Practitioner,
    Supervisor,
    PracticeEducator,
    PrincipalSocialWorker,
    Editor,
    Administrator,
    InformationGovernance,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Practitioner => Self::Practitioner,
            RoleArg::Supervisor => Self::Supervisor,
            RoleArg::PracticeEducator => Self::PracticeEducator,
            RoleArg::PrincipalSocialWorker => Self::PrincipalSocialWorker,
            RoleArg::Editor => Self::Editor,
            RoleArg::Administrator => Self::Administrator,
            RoleArg::InformationGovernance => Self::InformationGovernance,
        }
    }
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// One line for the person at the command line.
    pub async fn run(self) -> Result<(), String> {
        if self.print_config {
            println!("{}", self.config.shown());
            return Ok(());
        }
        let config = self.config;
        match self.command.ok_or("name a command: soundings --help lists them")? {
            Command::Openapi => print_contract(),
            Command::Serve => serve(config).await,
            Command::Demo { credentials } => demonstrate(config, credentials.as_deref()).await,
            Command::Migrate { pretend_newer } => bring_up_to_date(&config, pretend_newer).await,
            Command::People(People::Invite { email, name, role, organisation }) => {
                let roles = role.into_iter().map(Role::from).collect();
                invite(config, NewInvitation { email, name, roles }, organisation).await
            }
            Command::People(People::ResetCodes { email }) => reset_codes(config, &email).await,
            Command::Backup { to } => back_up(&config, &to).await,
            Command::Restore { from } => restore(&config, &from).await,
            Command::Reindex => reindex(config).await,
            Command::BenchSeed { examples, reflections, credentials } => {
                let app = open(config).await?;
                measure::seed(&app, examples, reflections, &credentials).await.map_err(|cause| cause.to_string())
            }
            Command::BenchFloor => measure::serve_floor(config).await,
        }
    }
}

fn print_contract() -> Result<(), String> {
    let text = serde_json::to_string_pretty(&router::document()).map_err(|cause| cause.to_string())?;
    println!("{text}");
    Ok(())
}

async fn open(config: Config) -> Result<Arc<App>, String> {
    start_log(&config);
    App::open(config, Clock::system()).await
}

async fn serve(config: Config) -> Result<(), String> {
    let (app, listener) = listen(config).await?;
    if let Ok(secret) = organisations::offer_setup(&app).await {
        if !app.config.listen.ip().is_loopback() {
            return Err(
                "nobody is set up yet: run `soundings people invite` first, or listen on loopback and set up there".to_owned()
            );
        }
        println!("set up at {}/setup/{secret}", app.config.public_url());
    }
    attend(app, listener).await
}

/// Takes the address first, so that links carry the port that was really taken; then opens the store.
async fn listen(mut config: Config) -> Result<(Arc<App>, TcpListener), String> {
    config.check()?;
    let listener =
        TcpListener::bind(config.listen).await.map_err(|cause| format!("cannot listen on {}: {cause}", config.listen))?;
    config.listen = listener.local_addr().map_err(|cause| cause.to_string())?;
    Ok((open(config).await?, listener))
}

async fn demonstrate(config: Config, credentials: Option<&Path>) -> Result<(), String> {
    if !config.listen.ip().is_loopback() {
        return Err("the demonstration has known passwords: it listens on loopback only".to_owned());
    }
    // Its passwords are known: no app would make it safer, and nobody could try a role.
    let (app, listener) = listen(Config { require_codes: Switch::Off, ..config }).await?;
    demo::fill(&app).await?;
    demo::write_credentials(&app, &format!("http://{}", app.config.listen), credentials)?;
    println!("DEMONSTRATION: invented people, known passwords, this machine only. Everybody’s password: {}", demo::PASSWORD);
    attend(app, listener).await
}

/// Serves until the process is asked to stop.
async fn attend(app: Arc<App>, listener: TcpListener) -> Result<(), String> {
    if let Err(cause) = library::finding::catch_up(&app).await {
        tracing::error!(%cause, "the search index does not catch up yet; it is tried again every few seconds");
    }
    let mut schedule = jobs::start(&app).await.map_err(|cause| format!("the schedule does not start: {cause}"))?;
    println!("listening on http://{}", app.config.listen);
    std::io::stdout().flush().map_err(|cause| cause.to_string())?;
    let stopped = server::serve(listener, router::service(&app), &app.config, asked_to_stop()).await;
    let _stopping_anyway = schedule.shutdown().await;
    let _derived_anyway = app.search.commit(None);
    stopped.map_err(|cause| format!("the listener broke: {cause}"))
}

async fn asked_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: requests in flight finish first");
}

async fn bring_up_to_date(config: &Config, pretend_newer: bool) -> Result<(), String> {
    config.check()?;
    let db = Db::connect_patiently(config).await?;
    let done = migrate::migrate(&db).await?;
    if pretend_newer {
        migrate::pretend_newer(&db).await?;
    }
    println!("{done} migrations applied; the store is at {}", migrate::newest()?);
    Ok(())
}

async fn invite(config: Config, input: NewInvitation, organisation: Option<String>) -> Result<(), String> {
    let app = open(config).await?;
    let organisation = match organisations::host(&app).await {
        Ok(host) => host,
        Err(_) => {
            let name = organisation.ok_or("the store is empty: name the organisation with --organisation")?;
            let first = NewOrganisation { name, kind: OrganisationKind::LocalAuthority };
            organisations::found(&app, first).await.map_err(|cause| cause.to_string())?
        }
    };
    let (invitation, secret) =
        invitations::invite_from_host(&app, organisation.id, input).await.map_err(|cause| cause.to_string())?;
    println!("invited {} to {} until {}", invitation.email, organisation.name, invitation.expires_at.format("%-d %B %Y"));
    println!("they accept at {}/invitations/{secret}", app.config.public_url());
    Ok(())
}

async fn reset_codes(config: Config, email: &str) -> Result<(), String> {
    folder::exists(&config)?;
    let app = open(config).await?;
    codes::take_away(&app, email).await.map_err(|cause| match cause {
        Error::NotFound => format!("nobody here has the address {email}"),
        cause => cause.to_string(),
    })?;
    println!("{email} signs in without codes now, and has been signed out everywhere");
    Ok(())
}

/// Opens the store and nothing else: the backup before an upgrade must not be the upgrade.
async fn back_up(config: &Config, to: &Path) -> Result<(), String> {
    config.check()?;
    backup::is_possible(config)?;
    folder::exists(config)?;
    let db = Db::connect_patiently(config).await?;
    print_inventory(&backup::back_up_at_rest(&db, to).await?);
    Ok(())
}

async fn restore(config: &Config, from: &Path) -> Result<(), String> {
    config.check()?;
    backup::is_possible(config)?;
    let db = Db::connect_patiently(config).await?;
    print_inventory(&backup::restore(config, &db, from).await?);
    if !config.key_path().exists() {
        println!("now put the copy of the key file at {}", config.key_path().display());
    }
    Ok(())
}

async fn reindex(config: Config) -> Result<(), String> {
    folder::exists(&config)?;
    let app = open(config).await?;
    let count = library::finding::reindex(&app).await.map_err(|cause| cause.to_string())?;
    println!("followed {count} changes");
    Ok(())
}

fn print_inventory(inventory: &Inventory) {
    for (table, (count, sha256)) in inventory {
        println!("{table} {count} {sha256}");
    }
}

fn start_log(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::new(&config.log);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let lines = lines.with_ansi(std::io::stderr().is_terminal());
    // A second start in one process keeps the first one's log.
    let _already_started = match config.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    server::log_only_where_panics_happen();
}
