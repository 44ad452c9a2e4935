//! The console: a question in SQL to the tenant's own tables. It is written down before it is asked, asked outside every
//! transaction of ours by a login that is the tenant's alone, and what came of it is written down afterwards.

mod csv;
mod history;
mod wish;

use std::time::Duration;

use data_encoding::HEXLOWER;
use domain::permission::{OwnTenant, System, UseConsole};
use domain::{Access, KeyId, Needs, QueryId, TenantId, UserId};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use store::console::{self as stored, ConsolePlace, NewRun};
use store::{Actor, Credential, Request, Store, StoreError, TenantTx};

use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
pub use csv::csv;
pub use history::{Kept, Past, close_left, forget, keep, mine, stop};
pub use store::console::{
    Answer, Column, ConsoleFault, ConsoleKey, Ending, Holder, Leash, Question, Readable, tables,
};
pub use wish::{Bounds, Wish};

/// What a question that cannot be asked here is told.
pub const OFF: &str = "The SQL console is disabled by the operator.";

/// A question that is written down and not asked yet.
#[derive(Debug, Clone)]
pub struct Begun {
    tenant: TenantId,
    place: ConsolePlace,
    by: By,
    question: Question,
}

/// Who asks.
#[derive(Debug, Clone)]
enum By {
    Person(UserId, String),
    Program(KeyId, String),
    System,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// The console is off: the server is too old, something stands open that should not, or no login can be made.
    Off,
    /// The question's own fault, or the database's.
    Fault(ConsoleFault),
}

impl From<ConsoleFault> for NoAnswer {
    fn from(fault: ConsoleFault) -> Self {
        Self::Fault(fault)
    }
}

impl NoAnswer {
    /// As whoever asked is told.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Off => OFF.to_owned(),
            Self::Fault(fault) => fault.to_string(),
        }
    }

    const fn is_stop(&self) -> bool {
        matches!(self, Self::Fault(ConsoleFault::Stopped))
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Fault(fault) => fault.key(),
        }
    }
}

impl Begun {
    /// Under which id it is asked.
    #[must_use]
    pub fn id(&self) -> QueryId {
        QueryId::from_uuid(self.question.run)
    }

    /// Whether other tenants' rows lie in the same tables.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.place.is_shared()
    }
}

/// A question that is to be stopped.
#[derive(Debug, Clone)]
pub struct Stopping {
    place: ConsolePlace,
    run: uuid::Uuid,
}

impl Stopping {
    /// Stops it, in whichever process it runs.
    pub fn stop(&self, store: &Store) {
        store.stop_console(&self.place, self.run);
    }
}

/// Writes a question down, in the transaction that proves the right to ask it.
///
/// # Errors
/// The database's.
pub fn begin(tx: &mut TenantTx<'_, UseConsole>, wish: &Wish) -> Result<Begun, VerbError> {
    let place = stored::place(tx)?;
    let by = match tx.actor() {
        Actor::User(user) => By::Person(user.id, user.name.clone()),
        Actor::Key(key) => By::Program(key.id, key.name.clone()),
        Actor::System(_) => By::System,
        Actor::Visitor(_) | Actor::Anonymous => return Err(StoreError::NoPerson.into()),
    };
    let (actor_kind, actor_id, actor_name) = match &by {
        By::Person(id, name) => ("user", Some(id.uuid()), name.as_str()),
        By::Program(id, name) => ("key", Some(id.uuid()), name.as_str()),
        By::System => ("system", None, "system"),
    };
    let run = stored::begin(
        tx,
        &NewRun {
            actor_kind,
            actor_id,
            actor_name,
            query: &wish.text,
        },
    )?;
    // What the planner reckons is told to owners, and only of tables that are the tenant's alone.
    let owns = matches!(OwnTenant::NEEDS, Needs::Permission(own) if tx.may(own));
    let question = Question {
        run,
        text: wish.text.clone(),
        parameters: wish.parameters.clone(),
        most_rows: wish.rows,
        limit: wish.limit,
        with_plan: owns && !place.is_shared(),
    };
    let asked = json!({
        "query": pieces(&wish.text), "sha256": sha256(&wish.text), "parameters": wish.parameters.len(),
        "most_rows": wish.rows, "timeout_ms": millis(wish.limit),
    });
    let entry = Entry::done(Action::ConsoleAsked, target(run, &wish.text));
    audit::record(tx, entry.after(asked))?;
    Ok(Begun {
        tenant: tx.tenant(),
        place,
        by,
        question,
    })
}

/// Asks it, blocking, and writes down what came of it.
///
/// # Errors
/// The database's, when that could not be written down; inside, why there is no answer.
pub fn ask(
    store: &Store,
    key: Option<&ConsoleKey>,
    request: &Request,
    begun: &Begun,
    leash: &Leash,
) -> Result<Result<Answer, NoAnswer>, StoreError> {
    let answer = match open(store, key, begun) {
        Some(login) => store
            .ask_console(&login, &begun.question, leash)
            .map_err(NoAnswer::from),
        None => Err(NoAnswer::Off),
    };
    if let Err(NoAnswer::Fault(ConsoleFault::Away(why))) = &answer {
        tracing::error!(why, "the console's login has no answer");
    }
    end(store, request, begun, answer.as_ref())?;
    Ok(answer)
}

/// The way in, where the console is on and safe.
fn open(store: &Store, key: Option<&ConsoleKey>, begun: &Begun) -> Option<stored::Login> {
    let key = key?;
    if let Some(why) = begun.place.unfit() {
        tracing::warn!(why, "the console stays off");
        return None;
    }
    let scope = store.resolve_tenant(begun.tenant).ok()??.scope;
    match store.console_login(key, &scope, &begun.place) {
        Ok(login) => Some(login),
        Err(error) => {
            tracing::error!(%error, "the console has no login");
            None
        }
    }
}

/// Writes down what came of a question, as the system: whoever asked may be gone, and their session with them.
///
/// # Errors
/// The database's.
pub fn end(
    store: &Store,
    request: &Request,
    begun: &Begun,
    answer: Result<&Answer, &NoAnswer>,
) -> Result<(), StoreError> {
    let entry = store.resolve_tenant(begun.tenant)?;
    let scope = entry.ok_or(StoreError::NotFound)?.scope;
    let ending = ending(answer);
    let credential = Credential::System("console");
    store.tenant::<System, _, StoreError>(&scope, credential, request, |tx| {
        if stored::end(tx, begun.question.run, &ending)? {
            audit::record(tx, told(begun, &ending, answer.err()))?;
        }
        Ok(())
    })
}

fn ending(answer: Result<&Answer, &NoAnswer>) -> Ending {
    match answer {
        Ok(answer) => Ending {
            state: "done",
            row_count: i32::try_from(answer.rows.len()).ok(),
            cut: Some(answer.cut),
            execution_ms: i32::try_from(millis(answer.elapsed)).ok(),
            error: None,
        },
        Err(why) => Ending {
            state: if why.is_stop() { "stopped" } else { "refused" },
            error: Some(why.words()),
            ..Ending::default()
        },
    }
}

fn told(begun: &Begun, ending: &Ending, why: Option<&NoAnswer>) -> audit::Entry {
    let target = target(begun.question.run, &begun.question.text);
    let entry = match why {
        None => Entry::done(Action::ConsoleAnswered, target).after(json!({
            "rows": ending.row_count, "cut": ending.cut, "execution_ms": ending.execution_ms,
        })),
        Some(why) => Entry::refused(Action::ConsoleAnswered, target)
            .after(json!({ "reason": why.reason(), "told": ending.error })),
    };
    match &begun.by {
        By::Person(id, name) => entry.by(*id, name),
        By::Program(id, name) => entry.by_key(*id, name),
        By::System => entry,
    }
}

fn target(run: uuid::Uuid, text: &str) -> Target {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut name: String = words.join(" ").chars().take(80).collect();
    if name.is_empty() {
        name.push('?');
    }
    Target::of(TargetKind::Query, run, name)
}

/// The whole text for the log, which takes no longer line than this.
fn pieces(text: &str) -> Json {
    let letters: Vec<char> = text.chars().collect();
    let pieces: Vec<String> = letters
        .chunks(250)
        .map(|piece| piece.iter().collect())
        .collect();
    match pieces.as_slice() {
        [one] => json!(one),
        many => json!(many),
    }
}

fn sha256(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
