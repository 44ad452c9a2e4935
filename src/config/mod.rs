//! The configuration: one struct a concern, read once at the start from defaults, file, environment and flags.
//! Nothing else in the workspace reads the environment; what each setting does lives with the code that uses it.

mod api;
mod application;
mod console;
mod database;
mod fault;
mod file;
mod jobs;
mod limits;
mod log;
mod mail;
mod metrics;
mod mode;
mod names;
mod origin;
mod passwords;
mod platform;
mod proxies;
mod secret;
mod server;
mod sessions;
mod sheet;
mod show;
mod sign_in;
mod sign_up;
mod sources;
mod units;

pub use api::Api;
pub use application::{Application, RollOut};
pub use console::Console;
pub use database::{Database, StatementCache};
pub use fault::Fault;
pub use jobs::Jobs;
pub use limits::Limits;
pub use log::{Format, Log};
pub use mail::Mail;
pub use metrics::Metrics;
pub use origin::{Origin, Setting};
pub use passwords::Passwords;
pub use platform::Platform;
pub use proxies::Proxies;
pub use secret::Secret;
pub use server::{Scheme, Server};
pub use sessions::Sessions;
pub use sign_in::SignIn;
pub use sign_up::SignUp;
pub use sources::{Flags, Sources};

use std::io;

use domain::Addresses;
use secrecy::{ExposeSecret, SecretString};
use services::{ApplicationKey, ContextKey, SealKey};
use sheet::Sheet;

/// Everything that an operator can set.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where pages are served, under which names, and where data is kept.
    pub server: Server,
    /// Whether there is one tenant or many, and where they are found.
    pub addresses: Addresses,
    /// Where the platform's own pages are.
    pub platform: Platform,
    /// Connections to PostgreSQL.
    pub database: Database,
    /// How long people stay signed in.
    pub sessions: Sessions,
    /// How often a password may be tried.
    pub sign_in: SignIn,
    /// Whether strangers may sign up for a tenant.
    pub sign_up: SignUp,
    /// The lane that hashes passwords.
    pub passwords: Passwords,
    /// How much of a request is read, and for how long.
    pub limits: Limits,
    /// How often the API may be asked, and from which sites.
    pub api: Api,
    /// The vendor's own tables.
    pub application: Application,
    /// The SQL console of tenants.
    pub console: Console,
    /// Whose forwarding headers are believed.
    pub proxies: Proxies,
    /// Where mail goes.
    pub mail: Mail,
    /// Background work.
    pub jobs: Jobs,
    /// Where figures for a collector are served.
    pub metrics: Metrics,
    /// What is logged, and how.
    pub log: Log,
    /// The key that protects cookies and signed links.
    pub secret: Secret,
    /// The operator's own key of tenants' contexts; `None` makes it of the secret.
    context_key: Option<SecretString>,
    settings: Vec<Setting>,
}

impl Config {
    /// Reads every setting, or says everything that is wrong with them, one fault each.
    ///
    /// # Errors
    /// All faults found: unknown keys, bad and missing values, weak secrets.
    pub fn read(sources: &Sources) -> Result<Self, Vec<Fault>> {
        let mut sheet = Sheet::new(sources);
        let server = Server::read(&mut sheet);
        let platform = Platform::read(&mut sheet, &server);
        let database = Database::read(&mut sheet);
        let sessions = Sessions::read(&mut sheet);
        let sign_in = SignIn::read(&mut sheet);
        let sign_up = SignUp::read(&mut sheet);
        let addresses = mode::read(&mut sheet, &server, &sign_up);
        let passwords = Passwords::read(&mut sheet);
        let limits = Limits::read(&mut sheet);
        let api = Api::read(&mut sheet);
        let application = Application::read(&mut sheet);
        let console = Console::read(&mut sheet, &server);
        let proxies = Proxies::read(&mut sheet);
        let mail = Mail::read(&mut sheet, &server);
        let jobs = Jobs::read(&mut sheet);
        let metrics = Metrics::read(&mut sheet);
        let log = Log::read(&mut sheet);
        let secret = Secret::read(&mut sheet, &server);
        let context_key = secret::apart(&mut sheet, "context.key");
        let settings = sheet.finish()?;
        Ok(Self {
            server,
            addresses,
            platform,
            database,
            sessions,
            sign_in,
            sign_up,
            passwords,
            limits,
            api,
            application,
            console,
            proxies,
            mail,
            jobs,
            metrics,
            log,
            secret,
            context_key,
            settings,
        })
    }

    /// The key by which this process enters tenants: the operator's own, else one that is made of the secret.
    ///
    /// # Errors
    /// When the file that keeps the secret can be neither written nor read.
    pub fn context_key(&self) -> io::Result<ContextKey> {
        Ok(ContextKey::of(
            self.of_contexts()?.expose_secret().as_bytes(),
        ))
    }

    /// The key by which the vendor's own application does.
    ///
    /// # Errors
    /// As [`Self::context_key`].
    pub fn application_key(&self) -> io::Result<ApplicationKey> {
        Ok(ApplicationKey::of(
            self.of_contexts()?.expose_secret().as_bytes(),
        ))
    }

    /// The key by which the catalogue's addresses of other servers are sealed.
    ///
    /// # Errors
    /// As [`Self::context_key`].
    pub fn seal_key(&self) -> io::Result<SealKey> {
        Ok(SealKey::of(
            self.secret.or_make()?.expose_secret().as_bytes(),
        ))
    }

    fn of_contexts(&self) -> io::Result<SecretString> {
        match &self.context_key {
            Some(key) => Ok(key.clone()),
            None => self.secret.or_make(),
        }
    }

    /// Every setting with its value as it may be shown and where it came from.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }
}

#[cfg(test)]
mod tests;
