//! Taking a tenant from one state to another, in the catalogue and at its placement's door at once.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{TenantId, TenantState, UserId};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{tenant_life, tenants};
use crate::schema::node;

/// A turn of a tenant's life. What it does not name becomes empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn<'a> {
    /// The state that it must have.
    pub from: TenantState,
    /// The state that it gets.
    pub to: TenantState,
    /// What those are told who meet it.
    pub reason: Option<&'a str>,
    /// Where the new state leads back to, with the reason that it had.
    pub before: Option<(TenantState, Option<&'a str>)>,
    /// When it is to be deleted.
    pub delete_at: Option<DateTime<Utc>>,
    /// The owner who closes it by themselves.
    pub closed_by: Option<UserId>,
}

impl<'a> Turn<'a> {
    /// From one state to another, with nothing else to say.
    #[must_use]
    pub const fn plain(from: TenantState, to: TenantState) -> Self {
        Self {
            from,
            to,
            reason: None,
            before: None,
            delete_at: None,
            closed_by: None,
        }
    }

    /// With a reason.
    #[must_use]
    pub const fn because(mut self, reason: Option<&'a str>) -> Self {
        self.reason = reason;
        self
    }
}

impl PlatformTx<'_> {
    /// Takes a tenant from one state to another; answers whether it was in the first. Its placement closes
    /// or opens with it, so that the database refuses its people, keys and jobs from the commit on.
    ///
    /// # Errors
    /// The database's.
    pub fn step_tenant(&mut self, tenant: TenantId, turn: &Turn<'_>) -> Result<bool, StoreError> {
        use tenants::dsl as t;
        let now = self.now();
        let stepped = diesel::update(t::tenants)
            .filter(t::id.eq(tenant.uuid()))
            .filter(t::status.eq(turn.from))
            .set((
                t::status.eq(turn.to),
                t::status_reason.eq(turn.reason),
                t::status_before.eq(turn.before.map(|(state, _)| state.as_str())),
                t::delete_at.eq(turn.delete_at),
                t::status_changed_at.eq(now),
                t::updated_at.eq(now),
                t::version.eq(t::version + 1),
            ))
            .execute(self.connection())?;
        if stepped == 0 {
            return Ok(false);
        }
        self.close(tenant, turn.to.is_closed())?;
        self.keep_reason(tenant, turn.before.and_then(|(_, reason)| reason))?;
        if [turn.from, turn.to].contains(&TenantState::DeletionScheduled) {
            self.note_closer(tenant, turn.closed_by)?;
        }
        self.tell_directories()?;
        Ok(true)
    }

    /// Closes the tenant's place, or opens it. One in another database is closed there before this commits, so that nobody
    /// enters from that commit on; when this does not commit, [`Store::settle`] puts it right.
    fn close(&mut self, tenant: TenantId, closed: bool) -> Result<(), StoreError> {
        let now = self.now();
        let place = self.place_of(tenant)?;
        let set = |connection: &mut PgConnection| {
            diesel::update(node::placements::table.find(tenant.uuid()))
                .set(node::placements::closed.eq(closed))
                .execute(connection)
        };
        if place.is_home() {
            set(self.connection())?;
        } else {
            self.store()
                .platform_at::<_, StoreError>(&place, now, |tx| Ok(set(tx.connection())?))?;
        }
        Ok(())
    }

    /// Keeps the reason that the state before this one had; an earlier one is forgotten.
    fn keep_reason(&mut self, tenant: TenantId, reason: Option<&str>) -> Result<(), StoreError> {
        use tenant_life::dsl as l;
        if let Some(reason) = reason {
            diesel::insert_into(l::tenant_life)
                .values((l::tenant_id.eq(tenant.uuid()), l::reason_before.eq(reason)))
                .on_conflict(l::tenant_id)
                .do_update()
                .set(l::reason_before.eq(reason))
                .execute(self.connection())?;
        } else {
            diesel::update(l::tenant_life.filter(l::tenant_id.eq(tenant.uuid())))
                .filter(l::reason_before.is_not_null())
                .set(l::reason_before.eq(None::<String>))
                .execute(self.connection())?;
        }
        Ok(())
    }

    fn note_closer(&mut self, tenant: TenantId, by: Option<UserId>) -> Result<(), StoreError> {
        use tenant_life::dsl as l;
        let by = by.map(UserId::uuid);
        diesel::insert_into(l::tenant_life)
            .values((l::tenant_id.eq(tenant.uuid()), l::closed_by.eq(by)))
            .on_conflict(l::tenant_id)
            .do_update()
            .set(l::closed_by.eq(by))
            .execute(self.connection())?;
        Ok(())
    }

    /// The owner who closed the tenant by themselves; none where the platform did, or nobody.
    ///
    /// # Errors
    /// The database's.
    pub fn closed_by(&mut self, tenant: TenantId) -> Result<Option<UserId>, StoreError> {
        let by: Option<Option<Uuid>> = tenant_life::table
            .filter(tenant_life::tenant_id.eq(tenant.uuid()))
            .select(tenant_life::closed_by)
            .first(self.connection())
            .optional()?;
        Ok(by.flatten().map(UserId::from_uuid))
    }

    /// The reason that the state before this one had.
    ///
    /// # Errors
    /// The database's.
    pub fn reason_before(&mut self, tenant: TenantId) -> Result<Option<String>, StoreError> {
        let reason: Option<Option<String>> = tenant_life::table
            .filter(tenant_life::tenant_id.eq(tenant.uuid()))
            .select(tenant_life::reason_before)
            .first(self.connection())
            .optional()?;
        Ok(reason.flatten())
    }

    /// Puts the tenant on a version of a plan; its trial ends then or there is none.
    ///
    /// # Errors
    /// The database's.
    pub fn set_plan(
        &mut self,
        tenant: TenantId,
        (plan, version): (&str, i32),
        trial_ends_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        use tenants::dsl as t;
        let now = self.now();
        diesel::update(t::tenants)
            .filter(t::id.eq(tenant.uuid()))
            .set((
                t::plan.eq(plan),
                t::plan_version.eq(version),
                t::trial_ends_at.eq(trial_ends_at),
                t::trial_end_told.eq(false),
                t::version.eq(t::version + 1),
                t::updated_at.eq(now),
            ))
            .execute(self.connection())?;
        self.tell_directories()
    }
}
