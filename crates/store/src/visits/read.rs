//! Reading visits: the list, one, its pages; who may decide; the tenant's policy.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{
    EmailAddress, Permission, PersonName, StaffId, StaffRole, TokenHash, UserStatus, VisitId,
    VisitPolicy, VisitReach, VisitState,
};
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::{roles, users, visit_pages, visit_policies, visits};

/// A visit, without what opens it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = visits, check_for_backend(diesel::pg::Pg))]
pub struct Visit {
    /// Which.
    pub id: Uuid,
    /// Who of the staff.
    pub staff_id: Uuid,
    /// Their name as it was then.
    pub staff_name: String,
    /// Their address as it was then.
    pub staff_email: String,
    /// Their role on the platform.
    pub staff_role: StaffRole,
    /// Why.
    pub reason: String,
    /// How long, from its approval.
    pub hours: i32,
    /// What was wished for, and then what was granted.
    pub reach: VisitReach,
    state: VisitState,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who of the tenant decided; nobody where its policy did.
    pub decided_name: Option<String>,
    /// When it was first entered.
    pub begins_at: Option<DateTime<Utc>>,
    /// Its end in any case; of one that waits, when the asking lapses.
    pub expires_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who of the tenant ended it.
    pub ended_by: Option<Uuid>,
    /// The name of whoever ended it.
    pub ended_name: Option<String>,
}

impl Visit {
    /// The identifier.
    #[must_use]
    pub fn id(&self) -> VisitId {
        VisitId::from_uuid(self.id)
    }

    /// Who of the staff.
    #[must_use]
    pub fn staff(&self) -> StaffId {
        StaffId::from_uuid(self.staff_id)
    }

    /// Where it stands at this moment: time runs out before anybody writes it down.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> VisitState {
        if self.state.is_open() && self.expires_at <= now {
            VisitState::Expired
        } else {
            self.state
        }
    }
}

/// A page that a visitor asked for.
#[derive(Debug, Clone, Queryable)]
pub struct Page {
    /// When.
    pub at: DateTime<Utc>,
    /// `GET` or `POST`.
    pub method: String,
    /// The route's pattern.
    pub route: String,
    /// The path itself.
    pub path: String,
}

/// The tenant's policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Policy {
    /// What it says.
    pub policy: VisitPolicy,
    /// Which version; 0 where nothing was ever chosen.
    pub version: i32,
}

/// The visits behind this place, or the latest ones: from when one was asked for, and which, to those before.
///
/// # Errors
/// The database's.
pub fn after<P>(
    tx: &mut TenantTx<'_, P>,
    last: Option<(DateTime<Utc>, VisitId)>,
    at_most: i64,
) -> Result<Vec<Visit>, StoreError> {
    let mut query = visits::table
        .filter(visits::tenant_id.eq(tx.tenant().uuid()))
        .into_boxed();
    if let Some((at, id)) = last {
        let tied = visits::asked_at.eq(at).and(visits::id.lt(id.uuid()));
        query = query.filter(visits::asked_at.lt(at).or(tied));
        // Said once more for the index.
        query = query.filter(visits::asked_at.le(at));
    }
    Ok(query
        .order((visits::asked_at.desc(), visits::id.desc()))
        .limit(at_most)
        .select(Visit::as_select())
        .load(tx.connection())?)
}

/// Those of which something can still come.
///
/// # Errors
/// The database's.
pub fn open<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<Visit>, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    Ok(visits::table
        .filter(visits::tenant_id.eq(tenant))
        .filter(visits::state.eq_any([
            VisitState::Asked,
            VisitState::Approved,
            VisitState::Running,
        ]))
        .filter(visits::expires_at.gt(now))
        .order(visits::asked_at)
        .select(Visit::as_select())
        .load(tx.connection())?)
}

/// One visit.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn read<P>(tx: &mut TenantTx<'_, P>, visit: VisitId) -> Result<Visit, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(visits::table
        .filter(visits::tenant_id.eq(tenant))
        .filter(visits::id.eq(visit.uuid()))
        .select(Visit::as_select())
        .first(tx.connection())?)
}

/// The visit that a ticket opens, if it still does. The ticket is not used up.
///
/// # Errors
/// The database's.
pub fn of_ticket<P>(
    tx: &mut TenantTx<'_, P>,
    ticket: &TokenHash,
) -> Result<Option<Visit>, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    Ok(visits::table
        .filter(visits::tenant_id.eq(tenant))
        .filter(visits::ticket_hash.eq(ticket))
        .filter(visits::ticket_expires_at.gt(now))
        .filter(visits::state.eq_any([VisitState::Approved, VisitState::Running]))
        .filter(visits::expires_at.gt(now))
        .select(Visit::as_select())
        .first(tx.connection())
        .optional()?)
}

/// The latest pages of a visit, and how many there are.
///
/// # Errors
/// The database's.
pub fn pages<P>(
    tx: &mut TenantTx<'_, P>,
    visit: VisitId,
    most: i64,
) -> Result<(Vec<Page>, i64), StoreError> {
    let tenant = tx.tenant().uuid();
    let pages = visit_pages::table
        .filter(visit_pages::tenant_id.eq(tenant))
        .filter(visit_pages::visit_id.eq(visit.uuid()))
        .order((visit_pages::at.desc(), visit_pages::request_id.desc()))
        .limit(most)
        .select((
            visit_pages::at,
            visit_pages::method,
            visit_pages::route,
            visit_pages::path,
        ))
        .load(tx.connection())?;
    let count = visit_pages::table
        .filter(visit_pages::tenant_id.eq(tenant))
        .filter(visit_pages::visit_id.eq(visit.uuid()))
        .count()
        .get_result(tx.connection())?;
    Ok((pages, count))
}

/// Name and address of the active people who may decide about visits.
///
/// # Errors
/// The database's.
pub fn deciders<P>(
    tx: &mut TenantTx<'_, P>,
) -> Result<Vec<(PersonName, EmailAddress)>, StoreError> {
    let tenant = tx.tenant().uuid();
    let needed = vec![Permission::ManageVisits.key()];
    Ok(users::table
        .left_join(
            roles::table.on(roles::tenant_id
                .eq(users::tenant_id)
                .and(roles::id.nullable().eq(users::role_id))),
        )
        .filter(users::tenant_id.eq(tenant))
        .filter(users::status.eq(UserStatus::Active))
        .filter(
            users::role.eq_any(["owner", "admin"]).or(roles::permissions
                .contains(needed)
                .nullable()
                .is_not_distinct_from(true)),
        )
        .order(users::name)
        .select((users::name, users::email))
        .load(tx.connection())?)
}

/// What the tenant says to those who ask to enter.
///
/// # Errors
/// The database's.
pub fn policy<P>(tx: &mut TenantTx<'_, P>) -> Result<Policy, StoreError> {
    let tenant = tx.tenant().uuid();
    let chosen: Option<Policy> = visit_policies::table
        .filter(visit_policies::tenant_id.eq(tenant))
        .select((visit_policies::policy, visit_policies::version))
        .first(tx.connection())
        .optional()?;
    Ok(chosen.unwrap_or(Policy {
        policy: VisitPolicy::default(),
        version: 0,
    }))
}

/// Says something else from now on, if the policy still has this version.
///
/// # Errors
/// The database's.
pub fn set_policy<P>(
    tx: &mut TenantTx<'_, P>,
    version: i32,
    policy: VisitPolicy,
) -> Result<bool, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let written = if version == 0 {
        diesel::insert_into(visit_policies::table)
            .values((
                visit_policies::tenant_id.eq(tenant),
                visit_policies::policy.eq(policy),
                visit_policies::changed_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(tx.connection())?
    } else {
        diesel::update(visit_policies::table)
            .filter(visit_policies::tenant_id.eq(tenant))
            .filter(visit_policies::version.eq(version))
            .set((
                visit_policies::policy.eq(policy),
                visit_policies::version.eq(version + 1),
                visit_policies::changed_at.eq(now),
            ))
            .execute(tx.connection())?
    };
    Ok(written == 1)
}
