//! One question: a connection of its own as the tenant's login, one transaction that only reads, one statement by the extended
//! protocol, within bounds, and rolled back whatever came of it.

use std::str::FromStr;
use std::time::{Duration, Instant};

use postgres::types::ToSql;
use postgres::{Client, Config, NoTls, Row, Statement, Transaction};
use serde_json::Value as Json;
use uuid::Uuid;

use super::fault::ConsoleFault;
use super::leash::{Leash, State};
use super::login::Login;
use super::place::ConsolePlace;
use super::value::Value;
use super::watchdog::{self, Watched};
use crate::pool::Store;

/// The most characters of one value.
const MOST_OF_VALUE: usize = 65_536;
/// The most that an answer holds, in bytes.
const MOST_BYTES: usize = 4 << 20;
/// The most that is on its way at once, in characters.
const MOST_AT_ONCE: usize = 2 << 20;
/// The most rows that are asked for at once.
const MOST_ROWS_AT_ONCE: usize = 200;
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// Under which id.
    pub run: Uuid,
    /// In the asker's words.
    pub text: String,
    /// The values of `$1` and so on; nothing for null.
    pub parameters: Vec<Option<String>>,
    /// The most rows of the answer.
    pub most_rows: usize,
    /// How long it may take.
    pub limit: Duration,
    /// Whether the planner's own reckoning is asked for too.
    pub with_plan: bool,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name; another column may have the same.
    pub name: String,
    /// Its type, by the server's short name: `int8`.
    pub kind: String,
}

/// What came of a question.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// The rows; each value as the server writes it.
    pub rows: Vec<Vec<Option<String>>>,
    /// Whether rows were left out, or the ends of long values.
    pub cut: bool,
    /// How long it took.
    pub elapsed: Duration,
    /// The planner's reckoning, as `EXPLAIN (FORMAT JSON)` gives it.
    pub plan: Option<Json>,
}

impl Store {
    /// Asks, on a connection that nobody had before and nobody gets after.
    ///
    /// # Errors
    /// See [`ConsoleFault`].
    pub fn ask_console(
        &self,
        login: &Login,
        question: &Question,
        leash: &Leash,
    ) -> Result<Answer, ConsoleFault> {
        let watched = Watched {
            role: login.role.clone(),
            name: name_of(question.run),
        };
        let failed = |error: &postgres::Error| ConsoleFault::of(error, leash, &question.text);
        let mut client = connect(&login.address, &watched.name).map_err(|error| failed(&error))?;
        let token = client.cancel_token();
        std::thread::scope(|scope| {
            scope.spawn(|| watchdog::watch(self, leash, &token, &watched, question.limit));
            let answer = asked(&mut client, &login.schema, question, leash);
            leash.tell(State::Done);
            answer
        })
    }

    /// Stops a question of this tenant's, in whichever process it runs.
    pub fn stop_console(&self, place: &ConsolePlace, run: Uuid) {
        if let Some(role) = place.role_name.clone() {
            let name = name_of(run);
            self.end_runs(&Watched { role, name }, watchdog::Ending::Question);
        }
    }
}

fn name_of(run: Uuid) -> String {
    format!("tenantry console {}", run.simple())
}

fn connect(address: &str, name: &str) -> Result<Client, postgres::Error> {
    let mut config = Config::from_str(address)?;
    config
        .application_name(name)
        .connect_timeout(CONNECT)
        .notice_callback(|_| {});
    config.connect(NoTls)
}

fn asked(
    client: &mut Client,
    schema: &str,
    question: &Question,
    leash: &Leash,
) -> Result<Answer, ConsoleFault> {
    let begun = Instant::now();
    let text = question
        .text
        .trim_end_matches(|c: char| c == ';' || c.is_whitespace());
    if names_the_servers_own(text) {
        return Err(ConsoleFault::Closed);
    }
    let failed = |error: postgres::Error| ConsoleFault::of(&error, leash, text);
    let mut tx = client
        .build_transaction()
        .read_only(true)
        .start()
        .map_err(failed)?;
    // A number and a schema's name of our own.
    let manners = format!(
        "set local statement_timeout = {}; set local search_path = {schema}, pg_temp",
        question.limit.as_millis()
    );
    tx.batch_execute(&manners).map_err(failed)?;
    // Alone first: the server says that it is one whole statement, and of which columns.
    let alone = tx.prepare(text).map_err(failed)?;
    if alone.columns().is_empty() {
        return Err(ConsoleFault::NoQuestion);
    }
    if alone.params().len() != question.parameters.len() {
        return Err(ConsoleFault::Parameters {
            wanted: alone.params().len(),
            given: question.parameters.len(),
        });
    }
    let values: Vec<Value<'_>> = question
        .parameters
        .iter()
        .map(|one| Value(one.as_deref()))
        .collect();
    let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(bound).collect();
    let mut answer = Answer {
        columns: columns(&alone),
        ..Answer::default()
    };
    let width = answer.columns.len();
    let longest = MOST_OF_VALUE.min(MOST_AT_ONCE / width).max(1);
    let within = |error: postgres::Error| failed(error).within();
    // What is no SELECT does not stand in one, and what would write does not either.
    let wrapped = tx.prepare(&wrapped(text, width, longest)).map_err(within)?;
    let portal = tx.bind(&wrapped, &values).map_err(within)?;
    let at_once = (MOST_AT_ONCE / (width * (longest + 1))).clamp(1, MOST_ROWS_AT_ONCE);
    let mut bytes = 0;
    loop {
        let wanted = (question.most_rows + 1 - answer.rows.len()).min(at_once);
        let most = i32::try_from(wanted).unwrap_or(1);
        let rows = tx.query_portal(&portal, most).map_err(within)?;
        let came = rows.len();
        for row in &rows {
            if answer.rows.len() == question.most_rows || bytes >= MOST_BYTES {
                answer.cut = true;
                break;
            }
            let values = read(row, width, longest, &mut answer.cut, &mut bytes);
            answer.rows.push(values);
        }
        if came < wanted
            || answer.cut && (answer.rows.len() == question.most_rows || bytes >= MOST_BYTES)
        {
            break;
        }
    }
    answer.elapsed = begun.elapsed();
    if question.with_plan {
        answer.plan = plan(&mut tx, text, &values).map_err(within)?;
    }
    // Whatever it was: nothing of it stays. The connection ends with the client.
    let _ = tx.rollback();
    Ok(answer)
}

fn bound<'v>(value: &'v Value<'_>) -> &'v (dyn ToSql + Sync) {
    value
}

fn columns(alone: &Statement) -> Vec<Column> {
    let columns = alone.columns().iter().map(|column| Column {
        name: column.name().to_owned(),
        kind: column.type_().name().to_owned(),
    });
    columns.collect()
}

/// One character more than a value may have: so one that was cut is told from one that just fits.
fn wrapped(text: &str, width: usize, longest: usize) -> String {
    let names: Vec<String> = (1..=width).map(|place| format!("c{place}")).collect();
    let values: Vec<String> = names
        .iter()
        .map(|name| format!("left(q.{name}::text, {})", longest + 1))
        .collect();
    format!(
        "select {} from (\n{text}\n) q({})",
        values.join(", "),
        names.join(", ")
    )
}

fn read(
    row: &Row,
    width: usize,
    longest: usize,
    cut: &mut bool,
    bytes: &mut usize,
) -> Vec<Option<String>> {
    let value = |place| {
        let text: &str = row.try_get::<_, Option<&str>>(place).ok()??;
        let end = text.char_indices().nth(longest).map(|(end, _)| end);
        let kept = end.and_then(|end| text.get(..end));
        *cut |= kept.is_some();
        let kept = kept.unwrap_or(text);
        *bytes += kept.len();
        Some(kept.to_owned())
    };
    (0..width).map(value).collect()
}

/// The planner's reckoning; the statement is not run for it.
fn plan(
    tx: &mut Transaction<'_>,
    text: &str,
    values: &[&(dyn ToSql + Sync)],
) -> Result<Option<Json>, postgres::Error> {
    let explained = tx.query_opt(&format!("explain (format json)\n{text}"), values)?;
    let told = explained.and_then(|row| row.try_get::<_, Told>(0).ok());
    Ok(told.map(|Told(plan)| plan))
}

struct Told(Json);

impl<'r> postgres::types::FromSql<'r> for Told {
    fn from_sql(
        _: &postgres::types::Type,
        raw: &'r [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(serde_json::from_slice(raw)?))
    }

    fn accepts(kind: &postgres::types::Type) -> bool {
        *kind == postgres::types::Type::JSON
    }
}

/// Types that turn a number into a name, and the catalog, from which nothing can be read: a bar before the wall, which is the
/// login. It keeps numbers from being told as names of what is not the tenant's; it looks for letters and reads nothing.
fn names_the_servers_own(text: &str) -> bool {
    const NAMES: [&str; 14] = [
        "pg_",
        "information_schema",
        "regclass",
        "regrole",
        "regnamespace",
        "regproc",
        "regoper",
        "regtype",
        "regconfig",
        "regdictionary",
        "regcollation",
        "aclitem",
        "u&\"",
        "u&'",
    ];
    let text = text.to_ascii_lowercase();
    NAMES.iter().any(|name| text.contains(name))
}
