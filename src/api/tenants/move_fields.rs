//! A move as programs see it, and what is known of one beforehand.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use services::moves::{Forecast, KeptCopy, Move};
use utoipa::ToSchema;

/// The latest moves of a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Moves {
    /// The newest first.
    pub moves: Vec<MoveFields>,
}

/// One move.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneMove {
    /// How it stands.
    #[serde(rename = "move")]
    pub one: MoveFields,
    /// Its steps, in their order.
    pub steps: Vec<MoveStepFields>,
    /// The tables that were found alike in both places.
    pub compared: Vec<ComparedFields>,
}

/// How a move stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveFields {
    /// Which.
    pub id: String,
    /// Whose.
    pub tenant_id: String,
    /// From where: shared, schema or database.
    pub from: String,
    /// Where to.
    pub to: String,
    /// waiting, running, done, failed or cancelled.
    pub status: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
    /// Rows copied so far.
    pub rows_copied: Option<i64>,
    /// Tables copied so far.
    pub tables_copied: Option<i32>,
    /// All tables.
    pub tables: Option<i32>,
    /// For how many milliseconds requests waited while the tenant was handed over.
    pub pause_ms: Option<f64>,
    /// Until when it can be undone; null where it cannot, and in lists.
    pub undo_until: Option<DateTime<Utc>>,
}

/// A step of a move.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveStepFields {
    /// prepare, copy, compare or `hand_over`.
    pub name: String,
    /// waiting, running, done or failed.
    pub status: String,
    /// How often it was begun.
    pub attempts: i32,
    /// When it was begun last.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was done, or failed last.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed last.
    pub error: Option<String>,
}

/// A table that was found alike in both places.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedFields {
    /// Its name.
    pub table: String,
    /// How many rows of the tenant it has.
    pub rows: i64,
    /// A digest of all of them.
    pub digest: String,
}

/// What is known of a move beforehand.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneForecast {
    /// What is known.
    pub forecast: ForecastFields,
}

/// What is known of a move beforehand; what is null is explained in `missing`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastFields {
    /// From where.
    pub from: String,
    /// Where to.
    pub to: String,
    /// Tables that are copied.
    pub tables: Option<usize>,
    /// Rows that are copied.
    pub rows: Option<i64>,
    /// Bytes that they take.
    pub bytes: Option<i64>,
    /// How long copying will probably take, by earlier moves.
    pub copying_ms: Option<f64>,
    /// How long requests will probably wait, by earlier moves.
    pub pause_ms: Option<f64>,
    /// Requests never wait longer than this.
    pub longest_pause_ms: f64,
    /// Whether a copy is kept there, so that only what changed since is copied.
    pub follows_copy: bool,
    /// Why something is not known.
    pub missing: Vec<String>,
}

impl Moves {
    pub(super) fn of(lines: &[Move]) -> Self {
        Self {
            moves: lines
                .iter()
                .map(|line| MoveFields::of(line, None))
                .collect(),
        }
    }
}

impl OneMove {
    pub(super) fn of(line: &Move, kept: Option<&KeptCopy>) -> Self {
        let steps = line.steps.iter().map(|row| MoveStepFields {
            name: row.step.clone(),
            status: row.state.as_str().to_owned(),
            attempts: row.attempts,
            started_at: row.started_at,
            finished_at: row.finished_at,
            error: row.error.clone(),
        });
        let compared = line.compared.iter().map(|table| ComparedFields {
            table: table.table.clone(),
            rows: table.rows,
            digest: table.digest.clone(),
        });
        Self {
            one: MoveFields::of(line, kept),
            steps: steps.collect(),
            compared: compared.collect(),
        }
    }
}

impl MoveFields {
    fn of(line: &Move, kept: Option<&KeptCopy>) -> Self {
        let pause = line.pause.and_then(|pause| u64::try_from(pause).ok());
        Self {
            id: line.id.to_string(),
            tenant_id: line.tenant.to_string(),
            from: line.from.as_str().to_owned(),
            to: line.to.as_str().to_owned(),
            status: line.state.as_str().to_owned(),
            asked_by: line.asked_by.clone(),
            asked_at: line.asked_at,
            finished_at: line.finished_at,
            rows_copied: line.rows,
            tables_copied: line.tables.map(|(done, _)| done),
            tables: line.tables.map(|(_, all)| all),
            pause_ms: pause.map(|pause| milliseconds(Duration::from_micros(pause))),
            undo_until: kept.map(|kept| kept.until),
        }
    }
}

impl OneForecast {
    pub(super) fn of(found: &Forecast) -> Self {
        let volume = found.volume.ok();
        let missing = [found.volume.err(), found.copying.err(), found.pause.err()];
        let mut missing: Vec<String> = missing.into_iter().flatten().map(Into::into).collect();
        missing.dedup();
        Self {
            forecast: ForecastFields {
                from: found.from.as_str().to_owned(),
                to: found.to.as_str().to_owned(),
                tables: volume.map(|volume| volume.tables),
                rows: volume.map(|volume| volume.rows),
                bytes: volume.map(|volume| volume.bytes),
                copying_ms: found.copying.ok().map(milliseconds),
                pause_ms: found.pause.ok().map(milliseconds),
                longest_pause_ms: milliseconds(services::moves::LONGEST_PAUSE),
                follows_copy: found.follows_copy,
                missing,
            },
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
