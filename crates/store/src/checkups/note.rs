//! Writing down how a tenant was found, and what is news of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{Health, TenantId};

use super::Checkup;
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::checkups;

/// What became of a tenant's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is as it was.
    Same,
    /// It was looked at for the first time.
    First,
    /// It was so, since then.
    From(Health, DateTime<Utc>),
}

impl PlatformTx<'_> {
    /// Writes down how a tenant was found now. Answers how it was before, where it is otherwise: of two who looked at once one waits
    /// here, also where nobody looked before, and finds it told.
    ///
    /// # Errors
    /// The database's.
    pub fn note_checkup(
        &mut self,
        tenant: TenantId,
        found: &Checkup,
    ) -> Result<Change, StoreError> {
        let mut last = self.taken(tenant)?;
        if last.is_none() {
            if self.first_note(tenant, found)? {
                return Ok(Change::First);
            }
            last = self.taken(tenant)?;
        }
        let same = last.filter(|(health, _)| *health == found.health);
        let since = same.map_or(found.since, |(_, since)| since);
        diesel::update(checkups::table.find(tenant.uuid()))
            .set((
                checkups::health.eq(found.health),
                checkups::since.eq(since),
                checkups::checked_at.eq(found.checked_at),
                checkups::milliseconds.eq(found.milliseconds),
                checkups::people.eq(found.people),
                checkups::parts.eq(serde_json::to_value(&found.parts).unwrap_or_default()),
                checkups::trouble.eq(&found.trouble),
            ))
            .execute(self.connection())?;
        Ok(match (last, same) {
            (Some((before, since)), None) => Change::From(before, since),
            // Where it is gone again it rests, and nothing is said of it.
            _ => Change::Same,
        })
    }

    /// How it was found last, held until the end of the transaction.
    fn taken(&mut self, tenant: TenantId) -> Result<Option<(Health, DateTime<Utc>)>, StoreError> {
        Ok(checkups::table
            .find(tenant.uuid())
            .select((checkups::health, checkups::since))
            .for_update()
            .first(self.connection())
            .optional()?)
    }

    /// Whether this is the first that is written down: whoever writes at the same time is waited for.
    fn first_note(&mut self, tenant: TenantId, found: &Checkup) -> Result<bool, StoreError> {
        let written = diesel::insert_into(checkups::table)
            .values((
                checkups::tenant_id.eq(tenant.uuid()),
                checkups::health.eq(found.health),
                checkups::since.eq(found.since),
                checkups::checked_at.eq(found.checked_at),
                checkups::milliseconds.eq(found.milliseconds),
                checkups::people.eq(found.people),
                checkups::parts.eq(serde_json::to_value(&found.parts).unwrap_or_default()),
                checkups::trouble.eq(&found.trouble),
            ))
            .on_conflict(checkups::tenant_id)
            .do_nothing()
            .execute(self.connection())?;
        Ok(written == 1)
    }
}
