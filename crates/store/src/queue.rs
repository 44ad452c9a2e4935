//! The queue as those who run the platform see and mend it: whose jobs wait, run or failed. What a job's
//! payload holds is never read here: it may be a tenant's.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use domain::{JobId, PageRequest, TenantId};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::tenants;
use crate::schema::node::jobs;

diesel::allow_tables_to_appear_in_same_query!(jobs, tenants);

/// Where a job stands, of those that are not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Given up.
    #[default]
    Dead,
    /// In somebody's hands.
    Running,
    /// Waits for its moment.
    Queued,
}

impl State {
    /// Each, as they are shown.
    pub const ALL: [Self; 3] = [Self::Dead, Self::Running, Self::Queued];

    /// As it is stored.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Running => "running",
            Self::Queued => "queued",
        }
    }
}

/// A job of the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which.
    pub id: JobId,
    /// Whose; `None` for the platform's own.
    pub tenant: Option<(TenantId, String)>,
    /// The kind's key.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// How often it may be.
    pub max_attempts: i32,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was given up.
    pub finished_at: Option<DateTime<Utc>>,
}

/// What the list is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Where they stand.
    pub state: State,
    /// One of these kinds; any when empty.
    pub kinds: Vec<String>,
    /// With this in the tenant's name.
    pub words: Option<String>,
}

type Listed = (
    (Uuid, Option<Uuid>, String, String, DateTime<Utc>),
    (
        i32,
        i32,
        Option<String>,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
    ),
    Option<String>,
);

fn row((job, tries, name): Listed) -> Row {
    let (id, tenant, kind, state, run_at) = job;
    let (attempts, max_attempts, last_error, created_at, finished_at) = tries;
    Row {
        id: JobId::from_uuid(id),
        tenant: tenant.map(|id| (TenantId::from_uuid(id), name.unwrap_or_default())),
        kind,
        state,
        run_at,
        attempts,
        max_attempts,
        last_error,
        created_at,
        finished_at,
    }
}

macro_rules! listed {
    () => {
        jobs::table
            .left_join(tenants::table.on(jobs::tenant_id.eq(tenants::id.nullable())))
            .select((
                (
                    jobs::id,
                    jobs::tenant_id,
                    jobs::kind,
                    jobs::state,
                    jobs::run_at,
                ),
                (
                    jobs::attempts,
                    jobs::max_attempts,
                    jobs::last_error,
                    jobs::created_at,
                    jobs::finished_at,
                ),
                tenants::name.nullable(),
            ))
    };
}

macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query
            .filter(jobs::state.eq($filter.state.key()))
            .into_boxed::<Pg>();
        if !$filter.kinds.is_empty() {
            query = query.filter(jobs::kind.eq_any(&$filter.kinds));
        }
        if let Some(words) = &$filter.words {
            let part = format!("%{}%", crate::audit::log::literally(words));
            query = query.filter(tenants::name.ilike(part));
        }
        query
    }};
}

// Below the macros, which it uses.
mod walk;
pub use walk::after;

pub mod own;

/// A page of the jobs that match: what failed last on top, what waits in the order in which it comes.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut PlatformTx<'_>,
    filter: &Filter,
    page: PageRequest,
) -> Result<Vec<Row>, StoreError> {
    let query = narrowed!(listed!(), filter);
    let query = match filter.state {
        State::Dead => query.order((jobs::finished_at.desc(), jobs::id.desc())),
        State::Running | State::Queued => query.order((jobs::run_at.asc(), jobs::id.asc())),
    };
    let rows: Vec<Listed> = query
        .limit(page.limit())
        .offset(page.offset())
        .load(tx.connection())?;
    Ok(rows.into_iter().map(row).collect())
}

/// How many jobs match.
///
/// # Errors
/// The database's.
pub fn count(tx: &mut PlatformTx<'_>, filter: &Filter) -> Result<i64, StoreError> {
    let all = jobs::table.left_join(tenants::table.on(jobs::tenant_id.eq(tenants::id.nullable())));
    let query = narrowed!(all.select(count_star()), filter);
    Ok(query.get_result(tx.connection())?)
}

/// How many jobs of this queue stand where, all kinds and tenants together.
///
/// # Errors
/// The database's.
pub fn counts(tx: &mut PlatformTx<'_>) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(jobs::table
        .filter(jobs::state.ne("done"))
        .group_by(jobs::state)
        .select((jobs::state, count_star()))
        .load(tx.connection())?)
}

/// One job, held until the transaction ends.
///
/// # Errors
/// [`StoreError::NotFound`] when it is none or done, or the database's.
pub fn lock(tx: &mut PlatformTx<'_>, id: JobId) -> Result<Row, StoreError> {
    jobs::table
        .filter(jobs::id.eq(id.uuid()))
        .select(jobs::id)
        .for_update()
        .first::<Uuid>(tx.connection())?;
    read(tx, id)
}

/// One job.
///
/// # Errors
/// [`StoreError::NotFound`] when it is none or done, or the database's.
pub fn read(tx: &mut PlatformTx<'_>, id: JobId) -> Result<Row, StoreError> {
    let found: Listed = listed!()
        .filter(jobs::id.eq(id.uuid()))
        .filter(jobs::state.ne("done"))
        .first(tx.connection())?;
    Ok(row(found))
}

/// Lets a job be tried at once: one that was given up from the start, one that waits now.
///
/// # Errors
/// The database's.
pub fn try_now(tx: &mut PlatformTx<'_>, id: JobId, tries: i32) -> Result<bool, StoreError> {
    let now = tx.now();
    let changed = diesel::update(jobs::table.filter(jobs::id.eq(id.uuid())))
        .filter(jobs::state.eq_any(["dead", "queued"]))
        .set((
            jobs::state.eq("queued"),
            jobs::run_at.eq(now),
            jobs::attempts.eq(0),
            jobs::max_attempts.eq(tries),
            jobs::finished_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.connection())?;
    Ok(changed == 1)
}

/// The same for all jobs of a kind that were given up; answers how many.
///
/// # Errors
/// The database's.
pub fn try_all_now(tx: &mut PlatformTx<'_>, kind: &str, tries: i32) -> Result<usize, StoreError> {
    let now = tx.now();
    Ok(diesel::update(jobs::table)
        .filter(jobs::state.eq("dead"))
        .filter(jobs::kind.eq(kind))
        .set((
            jobs::state.eq("queued"),
            jobs::run_at.eq(now),
            jobs::attempts.eq(0),
            jobs::max_attempts.eq(tries),
            jobs::finished_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.connection())?)
}

/// Lets the worker give up a job that waits, at once and without trying it: it buries the job where it
/// belongs, with what it would have done.
///
/// # Errors
/// The database's.
pub fn give_up(tx: &mut PlatformTx<'_>, id: JobId) -> Result<bool, StoreError> {
    let now = tx.now();
    let changed = diesel::update(jobs::table.filter(jobs::id.eq(id.uuid())))
        .filter(jobs::state.eq("queued"))
        .set((jobs::run_at.eq(now), jobs::max_attempts.eq(0)))
        .execute(tx.connection())?;
    Ok(changed == 1)
}

/// Clears a job that was given up.
///
/// # Errors
/// The database's.
pub fn clear(tx: &mut PlatformTx<'_>, id: JobId) -> Result<bool, StoreError> {
    let gone = diesel::delete(jobs::table.filter(jobs::id.eq(id.uuid())))
        .filter(jobs::state.eq("dead"))
        .execute(tx.connection())?;
    Ok(gone == 1)
}
