//! Writing plans and their versions, and who is on which.

use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::{TenantId, TenantState};
use uuid::Uuid;

use super::plans::{OWN, Own, Plan, Version, plan};
use super::record::features_json;
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{plan_versions, plans, tenants};

/// How many tenants are on a version of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnVersion {
    /// The plan's key.
    pub plan: String,
    /// The version.
    pub version: i32,
    /// Tenants that are not deleted.
    pub tenants: i64,
}

/// Those that have nothing to be told yet, or nothing any more.
const UNSETTLED: [TenantState; 3] = [
    TenantState::Provisioning,
    TenantState::Failed,
    TenantState::Deleted,
];

impl PlatformTx<'_> {
    /// Every version of a plan, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn plan_versions(&mut self, key: &str) -> Result<Vec<Plan>, StoreError> {
        let rows: Vec<(Own, Version)> = plans::table
            .inner_join(plan_versions::table.on(plan_versions::plan.eq(plans::key)))
            .filter(plans::key.eq(key))
            .order(plan_versions::version.desc())
            .select((OWN, Version::as_select()))
            .load(self.connection())?;
        Ok(rows.into_iter().map(|(own, row)| plan(own, row)).collect())
    }

    /// Writes down a plan that is new, with its first version, behind all others. False where its key is taken.
    ///
    /// # Errors
    /// The database's.
    pub fn add_plan(&mut self, plan: &Plan) -> Result<bool, StoreError> {
        let last: Option<i32> = plans::table
            .select(diesel::dsl::max(plans::place))
            .first(self.connection())?;
        let added = diesel::insert_into(plans::table)
            .values((
                plans::key.eq(&plan.key),
                plans::place.eq(last.unwrap_or(0).saturating_add(1)),
                plans::offered.eq(plan.offered),
                plans::version.eq(plan.version),
            ))
            .on_conflict_do_nothing()
            .execute(self.connection())?;
        if added == 0 {
            return Ok(false);
        }
        self.write_version(plan)?;
        Ok(true)
    }

    /// Writes another version of a plan, which whoever comes gets from now on.
    ///
    /// # Errors
    /// The database's.
    pub fn add_plan_version(&mut self, plan: &Plan) -> Result<(), StoreError> {
        self.write_version(plan)?;
        diesel::update(plans::table.filter(plans::key.eq(&plan.key)))
            .set(plans::version.eq(plan.version))
            .execute(self.connection())?;
        Ok(())
    }

    fn write_version(&mut self, plan: &Plan) -> Result<(), StoreError> {
        let json = |map| serde_json::to_value(map).unwrap_or_default();
        diesel::insert_into(plan_versions::table)
            .values((
                (
                    plan_versions::plan.eq(&plan.key),
                    plan_versions::version.eq(plan.version),
                    plan_versions::name.eq(&plan.terms.name),
                    plan_versions::limits.eq(json(&plan.terms.limits)),
                    plan_versions::features.eq(features_json(&plan.terms.features)),
                    plan_versions::trial_days.eq(plan.terms.trial_days),
                    plan_versions::price_cents.eq(plan.terms.price_cents),
                    plan_versions::currency.eq(&plan.terms.currency),
                ),
                (
                    plan_versions::extras
                        .eq(serde_json::to_value(&plan.terms.extras).unwrap_or_default()),
                    plan_versions::rates
                        .eq(serde_json::to_value(&plan.terms.rates).unwrap_or_default()),
                    plan_versions::made_at.eq(plan.made_at),
                    plan_versions::made_by.eq(&plan.made_by),
                    plan_versions::note.eq(&plan.note),
                ),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// Puts the plans in this order. All are named.
    ///
    /// # Errors
    /// The database's.
    pub fn order_plans(&mut self, keys: &[String]) -> Result<(), StoreError> {
        // No two have the same place at any moment: first below nothing, then turned over.
        for (place, key) in (1..).zip(keys) {
            let place: i32 = place;
            diesel::update(plans::table.filter(plans::key.eq(key)))
                .set(plans::place.eq(place.saturating_neg()))
                .execute(self.connection())?;
        }
        diesel::update(plans::table.filter(plans::place.lt(0)))
            .set(plans::place.eq(plans::place * -1))
            .execute(self.connection())?;
        Ok(())
    }

    /// Writes whether a plan is offered or retired.
    ///
    /// # Errors
    /// The database's.
    pub fn set_plan_standing(&mut self, plan: &Plan) -> Result<(), StoreError> {
        diesel::update(plans::table.filter(plans::key.eq(&plan.key)))
            .set((
                plans::offered.eq(plan.offered),
                plans::retired_at.eq(plan.retired_at),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// How many tenants are on each version of each plan.
    ///
    /// # Errors
    /// The database's.
    pub fn tenants_by_version(&mut self) -> Result<Vec<OnVersion>, StoreError> {
        let rows: Vec<(String, i32, i64)> = tenants::table
            .filter(tenants::status.ne(TenantState::Deleted))
            .group_by((tenants::plan, tenants::plan_version))
            .order((tenants::plan, tenants::plan_version))
            .select((tenants::plan, tenants::plan_version, count_star()))
            .load(self.connection())?;
        let row = |(plan, version, tenants)| OnVersion {
            plan,
            version,
            tenants,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// How many tenants are on an older version of the plan than this one, and can be moved from it.
    ///
    /// # Errors
    /// The database's.
    pub fn count_before(&mut self, key: &str, version: i32) -> Result<i64, StoreError> {
        Ok(tenants::table
            .filter(tenants::plan.eq(key))
            .filter(tenants::plan_version.lt(version))
            .filter(tenants::status.ne_all(UNSETTLED))
            .count()
            .get_result(self.connection())?)
    }

    /// Tenants on an older version of the plan than this one, `most` at once; among `only` where some are named.
    ///
    /// # Errors
    /// The database's.
    pub fn some_before(
        &mut self,
        key: &str,
        version: i32,
        only: Option<&[TenantId]>,
        most: i64,
    ) -> Result<Vec<TenantId>, StoreError> {
        let mut those = tenants::table
            .filter(tenants::plan.eq(key))
            .filter(tenants::plan_version.lt(version))
            .filter(tenants::status.ne_all(UNSETTLED))
            .into_boxed();
        if let Some(only) = only {
            let ids: Vec<Uuid> = only.iter().map(|tenant| tenant.uuid()).collect();
            those = those.filter(tenants::id.eq_any(ids));
        }
        let ids: Vec<Uuid> = those
            .order(tenants::id)
            .limit(most)
            .select(tenants::id)
            .load(self.connection())?;
        Ok(ids.into_iter().map(TenantId::from_uuid).collect())
    }

    /// Puts the tenant on another version of its plan; nothing else of it changes.
    ///
    /// # Errors
    /// The database's.
    pub fn set_plan_version(&mut self, tenant: TenantId, version: i32) -> Result<(), StoreError> {
        use tenants::dsl as t;
        let now = self.now();
        diesel::update(t::tenants.filter(t::id.eq(tenant.uuid())))
            .set((
                t::plan_version.eq(version),
                t::version.eq(t::version + 1),
                t::updated_at.eq(now),
            ))
            .execute(self.connection())?;
        self.tell_directories()
    }
}
