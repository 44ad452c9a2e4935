//! Visits: who of the platform asked to enter, who let them in, what they read, what the tenant says to
//! such askings. Which step may follow which is decided above.

mod change;
mod read;

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::prelude::*;
use domain::{StaffId, TenantId, TokenHash, UserId, VisitId, VisitReach, VisitState};
use uuid::Uuid;

use crate::StoreError;
use crate::guard::{Asked, Request, TenantTx, Visitor};
use crate::platform::PlatformTx;
use crate::schema::catalogue;
use crate::schema::tenant::{brands, visit_pages, visits};

pub use change::{Decision, Entering, NewVisit, add, begin, decide, end, expire, set_ticket};
pub use read::{
    Page, Policy, Visit, after, deciders, of_ticket, open, pages, policy, read, set_policy,
};

/// The visitor of a running visit with this token, until its very end. One query.
pub(crate) fn live(
    connection: &mut PgConnection,
    tenant: TenantId,
    token_hash: &TokenHash,
    now: DateTime<Utc>,
) -> Result<Option<Box<Visitor>>, StoreError> {
    type Row = (
        (Uuid, Uuid, String, String, Option<String>),
        (VisitReach, DateTime<Utc>),
        Option<(String, Option<String>)>,
    );
    let row: Option<Row> = visits::table
        .left_join(brands::table.on(brands::tenant_id.eq(visits::tenant_id)))
        .filter(visits::tenant_id.eq(tenant.uuid()))
        .filter(visits::token_hash.eq(token_hash))
        .filter(visits::state.eq(VisitState::Running))
        .filter(visits::expires_at.gt(now))
        .select((
            (
                visits::id,
                visits::staff_id,
                visits::staff_name,
                visits::staff_email,
                visits::decided_name,
            ),
            (visits::reach, visits::expires_at),
            (brands::primary_color, brands::secondary_color).nullable(),
        ))
        .first(connection)
        .optional()?;
    Ok(row.map(
        |((visit, staff, name, email, let_in_by), (reach, expires_at), brand)| {
            let (primary_color, secondary_color) =
                brand.map_or((None, None), |(primary, second)| (Some(primary), second));
            Box::new(Visitor {
                visit: VisitId::from_uuid(visit),
                staff: StaffId::from_uuid(staff),
                name,
                email,
                let_in_by,
                reach,
                permissions: reach.permissions(),
                expires_at,
                primary_color,
                secondary_color,
            })
        },
    ))
}

/// Writes down what a visitor asks for, once a request, in the transaction that shows it.
pub(crate) fn note_page(
    connection: &mut PgConnection,
    tenant: TenantId,
    visit: VisitId,
    asked: Asked<'_>,
    request: &Request,
) -> Result<(), StoreError> {
    diesel::insert_into(visit_pages::table)
        .values((
            visit_pages::tenant_id.eq(tenant.uuid()),
            visit_pages::visit_id.eq(visit.uuid()),
            visit_pages::request_id.eq(request.request_id),
            visit_pages::at.eq(request.now),
            visit_pages::method.eq(asked.method),
            visit_pages::route.eq(asked.route),
            visit_pages::path.eq(asked.path.chars().take(500).collect::<String>()),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?;
    Ok(())
}

/// Who of a tenant decided or ended something: a person, or nobody of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decider {
    /// Who.
    pub id: Option<UserId>,
    /// The name as it was then.
    pub name: Option<String>,
}

/// The visits of a tenant in some of the states.
type InStates = dsl::Filter<
    dsl::Filter<visits::table, dsl::Eq<visits::tenant_id, Uuid>>,
    dsl::EqAny<visits::state, Vec<VisitState>>,
>;
/// Those of them that have not run out.
type Open = dsl::Filter<InStates, dsl::Gt<visits::expires_at, DateTime<Utc>>>;

/// Whether anything of a visit is open here: for the banner, in the query of the session.
pub(crate) fn is_open(tenant: TenantId, now: DateTime<Utc>) -> dsl::exists<Open> {
    dsl::exists(
        visits::table
            .filter(visits::tenant_id.eq(tenant.uuid()))
            .filter(visits::state.eq_any(vec![
                VisitState::Asked,
                VisitState::Approved,
                VisitState::Running,
            ]))
            .filter(visits::expires_at.gt(now)),
    )
}

impl PlatformTx<'_> {
    /// Writes down that somebody of the staff asks to enter this tenant.
    ///
    /// # Errors
    /// The database's.
    pub fn note_visit(&mut self, staff: StaffId, tenant: TenantId) -> Result<VisitId, StoreError> {
        let (id, now) = (self.fresh_uuid(), self.now());
        diesel::insert_into(catalogue::visits::table)
            .values((
                catalogue::visits::id.eq(id),
                catalogue::visits::staff_id.eq(staff.uuid()),
                catalogue::visits::tenant_id.eq(tenant.uuid()),
                catalogue::visits::asked_at.eq(now),
            ))
            .execute(self.connection())?;
        Ok(VisitId::from_uuid(id))
    }

    /// The tenants that somebody of the staff asked to enter since then.
    ///
    /// # Errors
    /// The database's.
    pub fn visited_by(
        &mut self,
        staff: StaffId,
        since: DateTime<Utc>,
    ) -> Result<Vec<TenantId>, StoreError> {
        let ids = catalogue::visits::table
            .filter(catalogue::visits::staff_id.eq(staff.uuid()))
            .filter(catalogue::visits::asked_at.ge(since))
            .select(catalogue::visits::tenant_id)
            .distinct()
            .load::<Uuid>(self.connection())?;
        Ok(ids.into_iter().map(TenantId::from_uuid).collect())
    }
}

impl PlatformTx<'_> {
    /// The tenants that somebody was asked to be let into since then, at most so many, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub fn asked_lately(
        &mut self,
        since: DateTime<Utc>,
        most: i64,
    ) -> Result<Vec<TenantId>, StoreError> {
        use catalogue::visits::{asked_at, tenant_id};
        let ids = catalogue::visits::table
            .filter(asked_at.ge(since))
            .group_by(tenant_id)
            .order(diesel::dsl::max(asked_at).desc())
            .limit(most)
            .select(tenant_id)
            .load::<Uuid>(self.connection())?;
        Ok(ids.into_iter().map(TenantId::from_uuid).collect())
    }
}

/// Ends every open visit of somebody of the staff in this tenant; answers which.
///
/// # Errors
/// The database's.
pub fn end_of_staff<P>(
    tx: &mut TenantTx<'_, P>,
    staff: StaffId,
) -> Result<Vec<VisitId>, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let open = [VisitState::Asked, VisitState::Approved, VisitState::Running];
    let ended = diesel::update(visits::table)
        .filter(visits::tenant_id.eq(tenant))
        .filter(visits::staff_id.eq(staff.uuid()))
        .filter(visits::state.eq_any(open))
        .set((
            visits::state.eq(VisitState::Ended),
            visits::ended_at.eq(now),
            visits::token_hash.eq(None::<TokenHash>),
            visits::ticket_hash.eq(None::<TokenHash>),
        ))
        .returning(visits::id)
        .get_results::<Uuid>(tx.connection())?;
    Ok(ended.into_iter().map(VisitId::from_uuid).collect())
}
