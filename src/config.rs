//! Every setting, its variable, its default. Secrets are redacted wherever settings are shown.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, ValueEnum};
use serde::{Serialize, Serializer};

/// The settings of the service: one struct for the command line and the environment.
#[derive(Args, Clone, Debug, Serialize)]
pub struct Config {
    /// The folder that holds the store, the search index and (unless set elsewhere) the key file.
    #[arg(long, global = true, env = "SOUNDINGS_DATA", default_value = "soundings-data")]
    pub data: PathBuf,

    /// Address and port to listen on. Port 0 takes a free one and prints it. Off loopback only with https in the base URL.
    #[arg(long, global = true, env = "SOUNDINGS_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The address people use, such as `https://soundings.example.gov.uk`. Permanent links start with it. http:// is for
    /// this machine only. Without it: http:// and the address listened on.
    #[arg(long, global = true, env = "SOUNDINGS_BASE_URL")]
    pub base_url: Option<String>,

    /// The store: empty for the embedded one in the data folder, or ws:// or wss:// and the address of a SurrealDB 3.3 server.
    #[arg(long, global = true, env = "SOUNDINGS_STORE")]
    pub store: Option<String>,

    /// User of the SurrealDB server (only with ws:// or wss://).
    #[arg(long, global = true, env = "SOUNDINGS_STORE_USERNAME", default_value = "root")]
    pub store_username: String,

    /// Password of that user.
    #[arg(long, global = true, env = "SOUNDINGS_STORE_PASSWORD", hide_env_values = true)]
    #[serde(serialize_with = "redacted")]
    pub store_password: Option<String>,

    /// The file with the master key. Made on the first run of an empty store; keep a copy elsewhere.
    /// Without it: master.key in the data folder.
    #[arg(long, global = true, env = "SOUNDINGS_KEY_FILE")]
    pub key_file: Option<PathBuf>,

    /// What the service is called in its header and in the titles of its pages. Without it: Soundings.
    #[arg(long, global = true, env = "SOUNDINGS_NAME")]
    pub name: Option<String>,

    /// The colour of the header and of links as #rrggbb, dark enough to be read (WCAG 2.2, 1.4.3).
    #[arg(long, global = true, env = "SOUNDINGS_COLOUR")]
    pub colour: Option<String>,

    /// A picture to stand beside the name in the header: a file with an SVG or a PNG, for a ground in the colour.
    #[arg(long, global = true, env = "SOUNDINGS_LOGO")]
    pub logo: Option<PathBuf>,

    /// Whom to tell about a barrier, such as mailto:access@council.example; named in the accessibility statement.
    #[arg(long, global = true, env = "SOUNDINGS_ACCESSIBILITY_CONTACT")]
    pub accessibility_contact: Option<String>,

    /// Where to report a weakness, such as mailto:security@council.example; published in /.well-known/security.txt.
    #[arg(long, global = true, env = "SOUNDINGS_SECURITY_CONTACT")]
    pub security_contact: Option<String>,

    /// Addresses of reverse proxies whose X-Forwarded-For is believed, separated by commas.
    #[arg(long, global = true, env = "SOUNDINGS_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,

    /// Most connections at once; further ones wait in the system's queue.
    #[arg(long, global = true, env = "SOUNDINGS_MAX_CONNECTIONS", default_value_t = 2048)]
    pub max_connections: usize,

    /// Most connections at once from one address, or one IPv6 network of 64 bits; further ones are closed. Trusted proxies
    /// are exempt.
    #[arg(long, global = true, env = "SOUNDINGS_MAX_CONNECTIONS_PER_ADDRESS", default_value_t = 1200)]
    pub max_connections_per_address: usize,

    /// Seconds a client may take to send a request's headers, from the moment it connects or has its last answer.
    #[arg(long, global = true, env = "SOUNDINGS_HEADER_SECONDS", default_value_t = 10)]
    pub header_seconds: u64,

    /// Seconds a client may take to send a request's body.
    #[arg(long, global = true, env = "SOUNDINGS_BODY_SECONDS", default_value_t = 20)]
    pub body_seconds: u64,

    /// Seconds a client may take without reading any of an answer that waits for it.
    #[arg(long, global = true, env = "SOUNDINGS_WRITE_SECONDS", default_value_t = 30)]
    pub write_seconds: u64,

    /// Most requests worked on at once; further ones are answered 503.
    #[arg(long, global = true, env = "SOUNDINGS_MAX_IN_FLIGHT", default_value_t = 256)]
    pub max_in_flight: usize,

    /// Rate limits per person, service client or address. Only a loopback listener may turn them off.
    #[arg(long, global = true, env = "SOUNDINGS_RATE_LIMITS", value_enum, default_value_t = Switch::On)]
    pub rate_limits: Switch,

    /// Minutes without a request after which a person is signed out.
    #[arg(long, global = true, env = "SOUNDINGS_SESSION_IDLE_MINUTES", default_value_t = 30)]
    pub session_idle_minutes: u32,

    /// Hours after which a person signs in again in any case.
    #[arg(long, global = true, env = "SOUNDINGS_SESSION_HOURS", default_value_t = 12)]
    pub session_hours: u32,

    /// The same two limits for administrators: minutes without a request.
    #[arg(long, global = true, env = "SOUNDINGS_ADMIN_SESSION_IDLE_MINUTES", default_value_t = 15)]
    pub admin_session_idle_minutes: u32,

    /// The same two limits for administrators: hours in any case.
    #[arg(long, global = true, env = "SOUNDINGS_ADMIN_SESSION_HOURS", default_value_t = 8)]
    pub admin_session_hours: u32,

    /// Whether the roles of administrator, editor and information governance wait until their holder signs in with codes
    /// from an authenticator app. Until then such a person can do what any member can.
    #[arg(long, global = true, env = "SOUNDINGS_REQUIRE_CODES", value_enum, default_value_t = Switch::On)]
    pub require_codes: Switch,

    /// What to log: error, warn, info, debug or a tracing filter.
    #[arg(long, global = true, env = "SOUNDINGS_LOG", default_value = "soundings=info")]
    pub log: String,

    /// How to log.
    #[arg(long, global = true, env = "SOUNDINGS_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors: one JSON object a line.
    Json,
}

impl Config {
    /// Checks what the types cannot: returns the first setting that would be unsafe, in one line.
    ///
    /// # Errors
    /// A sentence for the person at the command line.
    pub fn check(&self) -> Result<(), String> {
        if self.rate_limits == Switch::Off && !self.listen.ip().is_loopback() {
            return Err("--rate-limits off is only for a listener on loopback (127.0.0.1)".to_owned());
        }
        self.check_transport()?;
        if let Some(contact) = &self.accessibility_contact
            && !["mailto:", "https://", "tel:"].iter().any(|scheme| contact.starts_with(scheme))
        {
            return Err("--accessibility-contact must start with mailto:, https:// or tel:".to_owned());
        }
        let store = self.store_url();
        if store.starts_with("surrealkv:") {
            return Err("--store surrealkv:// loses acknowledged writes after a crash; leave --store empty".to_owned());
        }
        if let Some((_, query)) = store.split_once('?')
            && query.split('&').any(|pair| pair.starts_with("sync") && pair != "sync=every")
        {
            return Err("--store may only have sync=every: anything weaker loses what people have written".to_owned());
        }
        if !["rocksdb://", "mem://", "ws://", "wss://"].iter().any(|scheme| store.starts_with(scheme)) {
            return Err("--store must start with ws:// or wss://, or be left empty for the embedded store".to_owned());
        }
        Ok(())
    }

    /// Passwords and cookies must not cross a network in clear.
    fn check_transport(&self) -> Result<(), String> {
        if !self.https() && !self.listen.ip().is_loopback() {
            let instead = "put a proxy with https in front and set --base-url https://…, or listen on 127.0.0.1";
            return Err(format!("--listen {} would let passwords cross the network in clear: {instead}", self.listen));
        }
        if self.base_url.is_some() && !self.https() && !on_this_machine(&self.public_url()) {
            return Err("--base-url must start with https://; http:// is for localhost and loopback addresses only".to_owned());
        }
        Ok(())
    }

    /// The address of the store, with the one durability setting that is allowed.
    #[must_use]
    pub fn store_url(&self) -> String {
        match &self.store {
            None => format!("rocksdb://{}?sync=every", self.data.join("store").display()),
            Some(url) if url.starts_with("rocksdb://") && !url.contains('?') => format!("{url}?sync=every"),
            Some(url) => url.clone(),
        }
    }

    /// Whether the store is in this process (and so has one writer: this process).
    #[must_use]
    pub fn embedded(&self) -> bool {
        !self.store_url().starts_with("ws")
    }

    /// Whether nothing is kept when the process ends.
    #[must_use]
    pub fn in_memory(&self) -> bool {
        self.store_url().starts_with("mem://")
    }

    /// Where the master key is.
    #[must_use]
    pub fn key_path(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data.join("master.key"))
    }

    /// Where the search index is, or `None` to keep it in memory.
    #[must_use]
    pub fn search_path(&self) -> Option<PathBuf> {
        (!self.in_memory()).then(|| self.data.join("search"))
    }

    /// The start of every permanent link, without a slash at its end.
    #[must_use]
    pub fn public_url(&self) -> String {
        let url = self.base_url.clone().unwrap_or_else(|| format!("http://{}", self.listen));
        url.trim_end_matches('/').to_owned()
    }

    /// Whether people reach the service over https (then cookies are `Secure` and browsers are told to stay on https).
    #[must_use]
    pub fn https(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    /// How long a client may take over a request's headers.
    #[must_use]
    pub const fn header_deadline(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }

    /// How long a client may take over a request's body.
    #[must_use]
    pub const fn body_deadline(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }

    /// How long a client may leave an answer unread.
    #[must_use]
    pub const fn write_deadline(&self) -> Duration {
        Duration::from_secs(self.write_seconds)
    }

    /// Every setting with its value as JSON; secrets read `(set)` or `(not set)`.
    #[must_use]
    pub fn shown(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The settings for a store in memory, as tests use it: nobody has to set up an authenticator app first.
    #[must_use]
    pub fn in_memory_at(data: &Path) -> Self {
        Self { store: Some("mem://".to_owned()), require_codes: Switch::Off, ..Self::defaults(data) }
    }

    /// The default settings with a data folder.
    ///
    /// # Panics
    /// Never: a test of the command line holds that the defaults are valid.
    #[must_use]
    pub fn defaults(data: &Path) -> Self {
        #[derive(clap::Parser)]
        struct Only {
            #[command(flatten)]
            config: Config,
        }
        use clap::{CommandFactory, FromArgMatches};
        // Without the environment: a test reads no settings of the machine it runs on.
        let command = Only::command().mut_args(|arg| arg.env(None::<&str>));
        let matches = command.get_matches_from([std::ffi::OsStr::new("soundings"), "--data".as_ref(), data.as_os_str()]);
        #[expect(clippy::expect_used, reason = "the defaults parse: a test of the command line holds this")]
        Only::from_arg_matches(&matches).map(|only| only.config).expect("the default settings are valid")
    }
}

/// Whether an http address leads to the machine it is used on.
fn on_this_machine(url: &str) -> bool {
    let Ok(url) = url.parse::<hyper::Uri>() else { return false };
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    url.scheme_str() == Some("http") && (host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()))
}

#[expect(clippy::ref_option, reason = "the shape that serde calls")]
fn redacted<S: Serializer>(secret: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if secret.is_some() { "(set)" } else { "(not set)" })
}
