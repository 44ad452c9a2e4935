//! What is limited, as the catalogue has it: what came with the product and what a vendor registered.

use diesel::dsl::max;
use diesel::prelude::*;
use domain::{Resource, ResourceKey, ResourceKind, Window};

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::resources;

type Row = (
    ResourceKey,
    String,
    String,
    ResourceKind,
    Option<Window>,
    i32,
    i32,
    Option<i64>,
    bool,
);

const COLUMNS: (
    resources::key,
    resources::name,
    resources::unit,
    resources::kind,
    resources::every,
    resources::grace_percent,
    resources::grace_days,
    resources::default_limit,
    resources::built_in,
) = (
    resources::key,
    resources::name,
    resources::unit,
    resources::kind,
    resources::every,
    resources::grace_percent,
    resources::grace_days,
    resources::default_limit,
    resources::built_in,
);

fn resource(
    (key, name, unit, kind, window, grace_percent, grace_days, default_limit, built_in): Row,
) -> Resource {
    Resource {
        key,
        name,
        unit,
        kind,
        window,
        grace_percent,
        grace_days,
        default_limit,
        built_in,
    }
}

impl PlatformTx<'_> {
    /// Every resource that is counted, those of the product first.
    ///
    /// # Errors
    /// The database's.
    pub fn resources(&mut self) -> Result<Vec<Resource>, StoreError> {
        let rows: Vec<Row> = resources::table
            .filter(resources::retired_at.is_null())
            .order(resources::place)
            .select(COLUMNS)
            .load(self.connection())?;
        Ok(rows.into_iter().map(resource).collect())
    }

    /// The one with this key, held until the transaction ends; `None` where it is not counted.
    ///
    /// # Errors
    /// The database's.
    pub fn lock_resource(&mut self, key: &ResourceKey) -> Result<Option<Resource>, StoreError> {
        let row: Option<Row> = resources::table
            .filter(resources::key.eq(key))
            .filter(resources::retired_at.is_null())
            .select(COLUMNS)
            .for_update()
            .first(self.connection())
            .optional()?;
        Ok(row.map(resource))
    }

    /// Writes a resource down behind all others; false where its key is taken.
    ///
    /// # Errors
    /// The database's.
    pub fn add_resource(&mut self, new: &Resource) -> Result<bool, StoreError> {
        use resources::dsl as r;
        let now = self.now();
        let last: Option<i32> = r::resources
            .select(max(r::place))
            .first(self.connection())?;
        let added = diesel::insert_into(r::resources)
            .values((
                r::key.eq(&new.key),
                r::name.eq(&new.name),
                r::unit.eq(&new.unit),
                r::kind.eq(new.kind),
                r::every.eq(new.window),
                r::grace_percent.eq(new.grace_percent),
                r::grace_days.eq(new.grace_days),
                r::default_limit.eq(new.default_limit),
                r::built_in.eq(new.built_in),
                r::place.eq(last.unwrap_or(0).saturating_add(1)),
                r::created_at.eq(now),
            ))
            .on_conflict(r::key)
            .do_nothing()
            .execute(self.connection())?;
        Ok(added == 1)
    }

    /// Writes a resource as it is to be; how it is counted stays.
    ///
    /// # Errors
    /// The database's.
    pub fn change_resource(&mut self, wanted: &Resource) -> Result<(), StoreError> {
        use resources::dsl as r;
        diesel::update(r::resources.filter(r::key.eq(&wanted.key)))
            .set((
                r::name.eq(&wanted.name),
                r::unit.eq(&wanted.unit),
                r::grace_percent.eq(wanted.grace_percent),
                r::grace_days.eq(wanted.grace_days),
                r::default_limit.eq(wanted.default_limit),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// Counts a resource no more.
    ///
    /// # Errors
    /// The database's.
    pub fn retire_resource(&mut self, key: &ResourceKey) -> Result<(), StoreError> {
        let now = self.now();
        diesel::update(resources::table.filter(resources::key.eq(key)))
            .set(resources::retired_at.eq(now))
            .execute(self.connection())?;
        Ok(())
    }
}
