//! Why a tenant has a limit of its own, and until when. The number itself is in the tenant's record.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use domain::TenantId;
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::limit_terms;

/// What is to be known of a limit of a tenant's own.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = limit_terms, check_for_backend(diesel::pg::Pg))]
pub struct LimitTerms {
    /// Of what.
    pub resource: String,
    /// Why.
    pub reason: String,
    /// When the plan's number holds again; `None` where it stays.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was given.
    pub set_at: DateTime<Utc>,
    /// By whom, by name as it was then.
    pub set_by: String,
}

impl PlatformTx<'_> {
    /// What is known of the tenant's own limits, by resource.
    ///
    /// # Errors
    /// The database's.
    pub fn limit_terms(&mut self, tenant: TenantId) -> Result<Vec<LimitTerms>, StoreError> {
        Ok(limit_terms::table
            .filter(limit_terms::tenant_id.eq(tenant.uuid()))
            .order(limit_terms::resource)
            .select(LimitTerms::as_select())
            .load(self.connection())?)
    }

    /// Writes down what is to be known of one; its end is to be told anew.
    ///
    /// # Errors
    /// The database's.
    pub fn set_limit_terms(
        &mut self,
        tenant: TenantId,
        terms: &LimitTerms,
    ) -> Result<(), StoreError> {
        let new = (
            limit_terms::reason.eq(&terms.reason),
            limit_terms::ends_at.eq(terms.ends_at),
            limit_terms::set_at.eq(terms.set_at),
            limit_terms::set_by.eq(&terms.set_by),
            limit_terms::end_told.eq(false),
        );
        diesel::insert_into(limit_terms::table)
            .values((
                limit_terms::tenant_id.eq(tenant.uuid()),
                limit_terms::resource.eq(&terms.resource),
                new,
            ))
            .on_conflict((limit_terms::tenant_id, limit_terms::resource))
            .do_update()
            .set(new)
            .execute(self.connection())?;
        Ok(())
    }

    /// Forgets what was known of these limits of the tenant.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_limit_terms(
        &mut self,
        tenant: TenantId,
        resources: &[&str],
    ) -> Result<(), StoreError> {
        diesel::delete(limit_terms::table.filter(limit_terms::tenant_id.eq(tenant.uuid())))
            .filter(limit_terms::resource.eq_any(resources))
            .execute(self.connection())?;
        Ok(())
    }

    /// Limits whose end has come, held until the transaction ends, `most` at once.
    ///
    /// # Errors
    /// The database's.
    pub fn lock_ended_limits(
        &mut self,
        most: i64,
    ) -> Result<Vec<(TenantId, LimitTerms)>, StoreError> {
        let now = self.now();
        let rows: Vec<(Uuid, LimitTerms)> = limit_terms::table
            .filter(limit_terms::ends_at.le(now))
            .order(limit_terms::ends_at)
            .limit(most)
            .select((limit_terms::tenant_id, LimitTerms::as_select()))
            .for_update()
            .skip_locked()
            .load(self.connection())?;
        Ok(named(rows))
    }

    /// Takes limits that end within this time and of which that was not told yet, `most` at once, and notes that it is.
    ///
    /// # Errors
    /// The database's.
    pub fn take_ending_limits(
        &mut self,
        within: TimeDelta,
        most: i64,
    ) -> Result<Vec<(TenantId, LimitTerms)>, StoreError> {
        let now = self.now();
        let rows: Vec<(Uuid, LimitTerms)> = limit_terms::table
            .filter(limit_terms::end_told.eq(false))
            .filter(limit_terms::ends_at.gt(now))
            .filter(limit_terms::ends_at.le(now + within))
            .order(limit_terms::ends_at)
            .limit(most)
            .select((limit_terms::tenant_id, LimitTerms::as_select()))
            .for_update()
            .skip_locked()
            .load(self.connection())?;
        for (tenant, terms) in &rows {
            diesel::update(limit_terms::table.find((tenant, &terms.resource)))
                .set(limit_terms::end_told.eq(true))
                .execute(self.connection())?;
        }
        Ok(named(rows))
    }
}

fn named(rows: Vec<(Uuid, LimitTerms)>) -> Vec<(TenantId, LimitTerms)> {
    let rows = rows.into_iter();
    rows.map(|(id, terms)| (TenantId::from_uuid(id), terms))
        .collect()
}
