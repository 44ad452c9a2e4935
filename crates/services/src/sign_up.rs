//! Signing up for a tenant of one's own: asked for by a stranger, confirmed by mail, made in steps. Whoever
//! asks learns whether an address of a portal is free, and nothing about anybody's mail address.

pub mod arrive;

use std::time::Duration;

use chrono::TimeDelta;
use domain::password::PasswordError;
use domain::staff::{AnyStaff, ManageTenants};
use domain::token::{ArrivalKind, SignUpKind};
use domain::{
    Addresses, ArrivalToken, EmailAddress, FieldErrors, Locale, Password, PersonName, PhcString,
    SignUpToken, Slug, TenantSettings, TenantState, TimeZone, tenant_settings,
};
use serde_json::json;
use store::catalogue::NewSignUp;
pub use store::catalogue::SignUp;
use store::{PlatformTx, StaffTx, StoreError};

use crate::letters::{Letter, Links, Recipient};
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};
use crate::tenants::create::SLUG_TAKEN;
use crate::tenants::{FirstOwner, NewTenant, Provisioning, create, provisioning};
use crate::throttle::{self, Limits, Weight};
use crate::{VerbError, platform_letters, tokens};

/// What is said to everybody who signs up.
pub const ANSWER: &str =
    "We sent a letter to that address. Open the link in it to choose a password.";
/// How long the link of the letter works.
const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// The path of the page that takes it; the token follows.
const PATH: &str = "/signup/";

/// What a stranger wants.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What the tenant is to be called.
    pub organisation: String,
    /// Its slug.
    pub slug: Slug,
    /// Who they are.
    pub name: PersonName,
    /// Where the letter goes.
    pub email: EmailAddress,
    /// Their language and region.
    pub locale: Locale,
    /// Their time zone.
    pub timezone: TimeZone,
}

/// Whether the wish was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It was.
    Taken,
    /// Something is wrong with it.
    Wrong(FieldErrors),
    /// Not before this time is over.
    TooOften {
        /// When it may be asked again.
        retry_after: Duration,
    },
}

/// Takes the wish and writes the letter. Commits in any case: what is counted stays.
///
/// # Errors
/// The database's.
pub fn ask(
    tx: &mut StaffTx<'_, AnyStaff>,
    portal: &Links,
    wish: &Wish,
    limits: &Limits,
) -> Result<Asked, VerbError> {
    let mut errors = FieldErrors::new();
    let organisation = errors.check("organisation", tenant_settings::name(&wish.organisation));
    match slug_is_free(tx, &wish.slug, limits)? {
        Ok(true) => {}
        Ok(false) => errors.add("slug", SLUG_TAKEN),
        Err(retry_after) => return Ok(Asked::TooOften { retry_after }),
    }
    if !errors.is_empty() {
        return Ok(Asked::Wrong(errors));
    }
    let organisation = organisation.unwrap_or_default();
    let mut counted = vec![limits.sign_up_letters(&wish.email)];
    counted.extend(tx.request().address.map(|address| limits.sign_ups(address)));
    for limit in &counted {
        if let Weight::TooMuch { retry_after, .. } = throttle::weigh_at_platform(tx, limit)? {
            return Ok(Asked::TooOften { retry_after });
        }
    }
    let token = tokens::draw::<SignUpKind>();
    let expires_at = tx.now() + LIFETIME;
    let sign_up = tx.add_sign_up(&NewSignUp {
        token_hash: token.hash(),
        email: &wish.email,
        person_name: &wish.name,
        tenant_name: &organisation,
        slug: wish.slug.as_str(),
        locale: wish.locale.as_str(),
        timezone: wish.timezone.as_str(),
        expires_at,
    })?;
    let to = Recipient {
        email: &wish.email,
        name: wish.name.as_str(),
    };
    let path = format!("{PATH}{}", token.reveal().as_str());
    let letter = Letter::SignUp {
        organisation: &organisation,
        path: &path,
        expires_at,
    };
    platform_letters::write(tx, portal, to, &letter)?;
    let target = Target::of(TargetKind::SignUp, sign_up.uuid(), organisation);
    let entry = Entry::done(Action::SignUpAsked, target);
    let told = json!({ "slug": wish.slug.as_str(), "email": wish.email });
    platform_audit::record(tx, entry.after(told))?;
    Ok(Asked::Taken)
}

/// Whether a slug is free for a sign-up; for a network that asks for many, when it may ask again.
///
/// # Errors
/// The database's.
pub fn slug_is_free(
    tx: &mut StaffTx<'_, AnyStaff>,
    slug: &Slug,
    limits: &Limits,
) -> Result<Result<bool, Duration>, VerbError> {
    if let Some(address) = tx.request().address {
        let weight = throttle::weigh_at_platform(tx, &limits.slug_questions(address))?;
        if let Weight::TooMuch { retry_after, .. } = weight {
            return Ok(Err(retry_after));
        }
    }
    Ok(Ok(!tx.slug_is_taken(slug.as_str(), None)?))
}

/// What the link offers, if it still works: a tenant to be made, or one that became of it. Looking is free.
///
/// # Errors
/// The database's.
pub fn look(tx: &mut PlatformTx<'_>, token: &SignUpToken) -> Result<Option<SignUp>, StoreError> {
    tx.sign_up_of(&token.hash())
}

/// The same, and how far the tenant is that became of it.
///
/// # Errors
/// The database's.
pub fn found(
    tx: &mut PlatformTx<'_>,
    token: &SignUpToken,
) -> Result<Option<(SignUp, Option<Made>)>, StoreError> {
    let Some(sign_up) = look(tx, token)? else {
        return Ok(None);
    };
    let made = match sign_up.tenant {
        Some(_) => Some(made(tx, &sign_up)?),
        None => None,
    };
    Ok(Some((sign_up, made)))
}

/// The password that a confirmation sets, if it is a good one for whoever signed up.
///
/// # Errors
/// What is wrong with it.
pub fn password(sign_up: &SignUp, typed: String) -> Result<Password, PasswordError> {
    let about = [
        sign_up.person_name.as_str(),
        sign_up.email.as_str(),
        &sign_up.tenant_name,
        &sign_up.slug,
    ];
    Password::choose(typed, &about)
}

/// A sign-up that was confirmed.
#[derive(Debug)]
pub enum Confirmed {
    /// Now, with this password: whoever chose it comes in by this token, see [`arrive`].
    Now(ArrivalToken),
    /// Before, with another: the way in is the sign-in page.
    Before,
}

/// Asks for the tenant with the confirmed person as its owner, once: the link used again makes none. A slug
/// that was taken meanwhile is replaced by `slug`.
///
/// # Errors
/// [`StoreError::NotFound`] for a link that does not work, [`VerbError::Invalid`] beside `slug`, or the
/// database's.
pub fn confirm(
    tx: &mut StaffTx<'_, ManageTenants>,
    token: &SignUpToken,
    hash: &PhcString,
    slug: Option<&Slug>,
    addresses: &Addresses,
) -> Result<Confirmed, VerbError> {
    let sign_up = tx.sign_up_of(&token.hash())?.ok_or(StoreError::NotFound)?;
    if sign_up.tenant.is_some() {
        return Ok(Confirmed::Before);
    }
    let slug = match slug {
        Some(slug) => slug.clone(),
        None => Slug::parse(&sign_up.slug)
            .map_err(|error| FieldErrors::one("slug", error.to_string()))?,
    };
    let owner = FirstOwner {
        name: sign_up.person_name.clone(),
        email: sign_up.email.clone(),
        password: Some(hash.clone()),
    };
    // Whoever comes by themselves gets what anybody may choose.
    let first = tx.plans()?.into_iter().find(|plan| plan.offered);
    let first = first.ok_or_else(|| {
        VerbError::Conflict("There is no plan to choose right now. Try again later.".to_owned())
    })?;
    let new = NewTenant {
        plan: first.key,
        settings: TenantSettings {
            locale: sign_up.locale.parse().unwrap_or_default(),
            timezone: sign_up.timezone.parse().unwrap_or_default(),
            ..TenantSettings::default()
        },
        ..NewTenant::plain(slug, sign_up.tenant_name.clone(), addresses, owner)
    };
    let tenant = create(tx, &new)?;
    let arrival = tokens::draw::<ArrivalKind>();
    tx.use_sign_up(sign_up.id, tenant, arrival.hash())?;
    let target = Target::of(TargetKind::SignUp, sign_up.id.uuid(), sign_up.tenant_name);
    let entry = Entry::done(Action::SignUpConfirmed, target.at(tenant));
    platform_audit::record(tx, entry)?;
    Ok(Confirmed::Now(arrival))
}

/// How far the tenant of a confirmed sign-up is.
#[derive(Debug, Clone)]
pub enum Made {
    /// On its way.
    NotYet(Box<Provisioning>),
    /// It opens at this host, for the owner with this address.
    Open {
        /// The canonical host.
        host: String,
        /// The owner's address.
        email: EmailAddress,
    },
}

/// How far the tenant is that became of this sign-up.
///
/// # Errors
/// [`StoreError::NotFound`] for one that was not confirmed, or the database's.
pub fn made(tx: &mut PlatformTx<'_>, sign_up: &SignUp) -> Result<Made, StoreError> {
    let tenant = sign_up.tenant.ok_or(StoreError::NotFound)?;
    let record = tx.tenant_record(tenant)?;
    let unfinished = matches!(
        record.status,
        TenantState::Provisioning | TenantState::Failed
    );
    match provisioning(tx, tenant)? {
        Some(progress) if unfinished => Ok(Made::NotYet(Box::new(progress))),
        _ => Ok(Made::Open {
            host: tx.hosts_of(tenant)?.into_iter().next().unwrap_or_default(),
            email: sign_up.email.clone(),
        }),
    }
}
