//! Strangers who want a tenant: written down until their address is confirmed, then forgotten.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{EmailAddress, PersonName, SignUpId, TenantId, TokenHash};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::sign_ups;

/// What a stranger wants.
#[derive(Debug, Clone)]
pub struct NewSignUp<'a> {
    /// What the token in the mail hashes to.
    pub token_hash: TokenHash,
    /// Where the mail goes.
    pub email: &'a EmailAddress,
    /// Who they are.
    pub person_name: &'a PersonName,
    /// What the tenant is to be called.
    pub tenant_name: &'a str,
    /// Its slug.
    pub slug: &'a str,
    /// Its language and region.
    pub locale: &'a str,
    /// Its time zone.
    pub timezone: &'a str,
    /// Until when the link works.
    pub expires_at: DateTime<Utc>,
}

/// A sign-up as it was written down.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// Which.
    pub id: SignUpId,
    /// The address.
    pub email: EmailAddress,
    /// Who they are.
    pub person_name: PersonName,
    /// What the tenant is to be called.
    pub tenant_name: String,
    /// Its slug.
    pub slug: String,
    /// Its language and region.
    pub locale: String,
    /// Its time zone.
    pub timezone: String,
    /// The tenant that became of it.
    pub tenant: Option<TenantId>,
    /// Until when the link works.
    pub expires_at: DateTime<Utc>,
}

type Row = (
    Uuid,
    EmailAddress,
    PersonName,
    String,
    String,
    String,
    String,
    Option<Uuid>,
    DateTime<Utc>,
);

fn sign_up(
    (id, email, person_name, tenant_name, slug, locale, timezone, tenant, expires_at): Row,
) -> SignUp {
    SignUp {
        id: SignUpId::from_uuid(id),
        email,
        person_name,
        tenant_name,
        slug,
        locale,
        timezone,
        tenant: tenant.map(TenantId::from_uuid),
        expires_at,
    }
}

impl PlatformTx<'_> {
    /// Writes a sign-up down.
    ///
    /// # Errors
    /// The database's.
    pub fn add_sign_up(&mut self, new: &NewSignUp<'_>) -> Result<SignUpId, StoreError> {
        let (id, now) = (self.fresh_uuid(), self.now());
        diesel::insert_into(sign_ups::table)
            .values((
                sign_ups::id.eq(id),
                sign_ups::token_hash.eq(new.token_hash),
                sign_ups::email.eq(new.email),
                sign_ups::email_folded.eq(new.email.folded()),
                sign_ups::person_name.eq(new.person_name),
                sign_ups::tenant_name.eq(new.tenant_name),
                sign_ups::slug.eq(new.slug),
                sign_ups::locale.eq(new.locale),
                sign_ups::timezone.eq(new.timezone),
                sign_ups::created_at.eq(now),
                sign_ups::expires_at.eq(new.expires_at),
            ))
            .execute(self.connection())?;
        Ok(SignUpId::from_uuid(id))
    }

    /// The sign-up of this link, used or not, as long as its time lasts; kept from others until the end.
    ///
    /// # Errors
    /// The database's.
    pub fn sign_up_of(&mut self, token_hash: &TokenHash) -> Result<Option<SignUp>, StoreError> {
        let now = self.now();
        let row: Option<Row> = sign_ups::table
            .filter(sign_ups::token_hash.eq(*token_hash))
            .filter(sign_ups::expires_at.gt(now))
            .select((
                sign_ups::id,
                sign_ups::email,
                sign_ups::person_name,
                sign_ups::tenant_name,
                sign_ups::slug,
                sign_ups::locale,
                sign_ups::timezone,
                sign_ups::tenant_id,
                sign_ups::expires_at,
            ))
            .for_update()
            .first(self.connection())
            .optional()?;
        Ok(row.map(sign_up))
    }

    /// Notes which tenant became of a sign-up, and what the token hashes to by which its owner comes in: the link
    /// makes no second one.
    ///
    /// # Errors
    /// The database's.
    pub fn use_sign_up(
        &mut self,
        sign_up: SignUpId,
        tenant: TenantId,
        arrival: TokenHash,
    ) -> Result<(), StoreError> {
        let now = self.now();
        diesel::update(sign_ups::table.filter(sign_ups::id.eq(sign_up.uuid())))
            .set((
                sign_ups::tenant_id.eq(tenant.uuid()),
                sign_ups::used_at.eq(now),
                sign_ups::arrival_hash.eq(arrival),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// The address of whoever may come into this tenant by this token: for a sign-up that was used after `since`.
    ///
    /// # Errors
    /// The database's.
    pub fn arrival_of(
        &mut self,
        tenant: TenantId,
        arrival: &TokenHash,
        since: DateTime<Utc>,
    ) -> Result<Option<EmailAddress>, StoreError> {
        Ok(sign_ups::table
            .filter(sign_ups::arrival_hash.eq(*arrival))
            .filter(sign_ups::tenant_id.eq(tenant.uuid()))
            .filter(sign_ups::used_at.gt(since))
            .select(sign_ups::email)
            .first(self.connection())
            .optional()?)
    }

    /// Forgets sign-ups whose time was over before this moment, one batch; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_sign_ups(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        let old: Vec<Uuid> = sign_ups::table
            .filter(sign_ups::expires_at.lt(before))
            .limit(1000)
            .select(sign_ups::id)
            .load(self.connection())?;
        Ok(
            diesel::delete(sign_ups::table.filter(sign_ups::id.eq_any(old)))
                .execute(self.connection())?,
        )
    }
}
