//! One tenant or many. Which of both holds is a fact of the catalogue: in single mode the base domain is the host
//! that the one tenant's links are built with. Here it is read, compared with what a process was told, and changed.

use domain::staff::ManageTenants;
use domain::{Addresses, FieldErrors, Mode, Slug, TenantId};
use serde_json::json;
use store::catalogue::{Living, Seated};
use store::{PlatformTx, StaffTx, StoreError};

use crate::VerbError;
use crate::platform_audit::{self, Action, Entry, Target};

/// What holds in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Any number of tenants. Where one of them had the base domain, that still leads to it.
    Multi {
        /// That one.
        former: Option<Living>,
    },
    /// This one, at the base domain.
    Single(Living),
}

/// Why a process is not to work on this database as it was told to. One sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// The process was told of many tenants, and there is one at the base domain.
    #[error(
        "the database is in single mode, and this process was told of multi: set mode = \"single\" and default_tenant = \"{0}\", or run `tenantry mode multi`"
    )]
    DatabaseIsSingle(String),
    /// The process was told of another tenant.
    #[error(
        "the database is in single mode for {is}, and default_tenant says {told}: set default_tenant = \"{is}\""
    )]
    AnotherTenant {
        /// Who is at the base domain.
        is: String,
        /// Who the process thinks is.
        told: Slug,
    },
    /// The process was told of one tenant, which is there and not at the base domain.
    #[error(
        "the database is in multi mode, and this process was told of single: run `tenantry mode single --tenant {0}`, or set mode = \"multi\""
    )]
    DatabaseIsMulti(Slug),
    /// The process was told of a tenant that is not among those there are.
    #[error(
        "default_tenant says {0}, and no tenant has this slug: `tenantry tenant list --mode multi` shows those there are"
    )]
    NoSuchTenant(Slug),
    /// The process was told of one tenant, and there is none at all.
    #[error(
        "there is no tenant yet, and default_tenant says {0}: make it with `tenantry tenant create {0} --name NAME --owner ADDRESS --no-wait` and start again"
    )]
    Empty(Slug),
}

/// What changes with the mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// Whose host changes.
    pub tenant: Living,
    /// Its host until now.
    pub from: String,
    /// Its host from now on.
    pub to: String,
}

/// Whether a conversion is done or only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earnest {
    /// It is done.
    Done,
    /// It is not, but checked in the same way.
    Rehearsed,
}

/// What holds.
///
/// # Errors
/// The database's.
pub fn standing(tx: &mut PlatformTx<'_>, base_domain: &str) -> Result<Standing, StoreError> {
    Ok(match tx.seated_at(base_domain)? {
        Some(Seated {
            tenant,
            canonical: true,
        }) => Standing::Single(tenant),
        leading => Standing::Multi {
            former: leading.map(|seated| seated.tenant),
        },
    })
}

/// Compares what holds with what this process was told.
///
/// # Errors
/// The database's.
pub fn compare(
    tx: &mut PlatformTx<'_>,
    addresses: &Addresses,
) -> Result<Result<(), Disagreement>, StoreError> {
    let standing = standing(tx, &addresses.base_domain)?;
    Ok(match (&addresses.mode, standing) {
        (Mode::Multi, Standing::Multi { .. }) => Ok(()),
        (Mode::Multi, Standing::Single(tenant)) => Err(Disagreement::DatabaseIsSingle(tenant.slug)),
        (Mode::Single(told), Standing::Single(tenant)) if tenant.slug == told.as_str() => Ok(()),
        (Mode::Single(told), Standing::Single(tenant)) => Err(Disagreement::AnotherTenant {
            is: tenant.slug,
            told: told.clone(),
        }),
        (Mode::Single(told), Standing::Multi { .. }) => Err(missing(tx, told)?),
    })
}

fn missing(tx: &mut PlatformTx<'_>, told: &Slug) -> Result<Disagreement, StoreError> {
    Ok(if tx.living(1)?.is_empty() {
        Disagreement::Empty(told.clone())
    } else if tx.tenant_of_slug(told.as_str())?.is_some() {
        Disagreement::DatabaseIsMulti(told.clone())
    } else {
        Disagreement::NoSuchTenant(told.clone())
    })
}

/// Whether there is room for another tenant. What it answers holds until the transaction ends.
///
/// # Errors
/// [`VerbError::Conflict`] in single mode with a tenant, or the database's.
pub fn room(tx: &mut PlatformTx<'_>, addresses: &Addresses) -> Result<(), VerbError> {
    tx.hold_hosts()?;
    let full = match addresses.mode {
        Mode::Multi => matches!(standing(tx, &addresses.base_domain)?, Standing::Single(_)),
        Mode::Single(_) => !tx.living(1)?.is_empty(),
    };
    if full {
        return Err(VerbError::Conflict(FULL.to_owned()));
    }
    Ok(())
}

/// What is said to whoever wants another tenant in single mode.
pub const FULL: &str = "This installation runs in single mode, which has one tenant. The command \"tenantry mode multi\" makes room for more.";

/// What is wrong with the slug of the first tenant, where the configuration knows it already.
pub(crate) fn check_slug(addresses: &Addresses, slug: &Slug, errors: &mut FieldErrors) {
    if let Mode::Single(told) = &addresses.mode
        && told != slug
    {
        let words = format!("The configuration calls the one tenant {told} (default_tenant).");
        errors.add("slug", words);
    }
}

/// Gives the base domain to the one tenant. Its name below stays, and leads there.
///
/// # Errors
/// [`VerbError::Conflict`] where there is not exactly one tenant or it is on its way, or the database's.
pub fn to_single(
    tx: &mut StaffTx<'_, ManageTenants>,
    slug: Option<&str>,
    base_domain: &str,
    earnest: Earnest,
) -> Result<Conversion, VerbError> {
    tx.hold_hosts_alone()?;
    let tenant = the_one(tx, slug)?;
    if !tenant.status.has_rows() {
        return Err(VerbError::Conflict(format!(
            "{} is {}: its making has to end first (`tenantry tenant steps {}`).",
            tenant.name, tenant.status, tenant.slug
        )));
    }
    let to = base_domain.to_owned();
    let from = canonical(tx, tenant.id)?;
    if from == to {
        return Err(VerbError::Conflict(format!(
            "Single mode holds already, with {} at {to}.",
            tenant.name
        )));
    }
    let conversion = Conversion { tenant, from, to };
    let below = Addresses::multi(base_domain).below(&conversion.tenant.slug);
    turn(tx, &conversion, &below, "single", earnest)?;
    Ok(conversion)
}

/// Gives the one tenant its name below the base domain again, which leads there from then on.
///
/// # Errors
/// [`VerbError::Conflict`] where multi mode holds already, or the database's.
pub fn to_multi(
    tx: &mut StaffTx<'_, ManageTenants>,
    base_domain: &str,
    earnest: Earnest,
) -> Result<Conversion, VerbError> {
    tx.hold_hosts_alone()?;
    let Standing::Single(tenant) = standing(tx, base_domain)? else {
        return Err(VerbError::Conflict("Multi mode holds already.".to_owned()));
    };
    let conversion = Conversion {
        to: Addresses::multi(base_domain).below(&tenant.slug),
        from: base_domain.to_owned(),
        tenant,
    };
    turn(tx, &conversion, base_domain, "multi", earnest)?;
    Ok(conversion)
}

/// The only tenant there is, which must be the one that was named.
fn the_one(tx: &mut PlatformTx<'_>, slug: Option<&str>) -> Result<Living, VerbError> {
    const SHOWN: i64 = 5;
    let mut living = tx.living(SHOWN)?;
    let conflict = |words: String| Err(VerbError::Conflict(words));
    let slugs: Vec<&str> = living.iter().map(|tenant| tenant.slug.as_str()).collect();
    match (slugs.as_slice(), slug) {
        ([], _) => conflict("There is no tenant. Set mode = \"single\" and default_tenant, then make it with `tenantry tenant create`.".to_owned()),
        ([only], Some(slug)) if *only != slug => conflict(format!(
            "There is one tenant, {only}, and none is called {slug}."
        )),
        ([_], _) => Ok(living.remove(0)),
        (several, _) => conflict(format!(
            "Single mode has one tenant, and here are several: {}. Nothing was changed.",
            several.join(", ")
        )),
    }
}

fn canonical(tx: &mut PlatformTx<'_>, tenant: TenantId) -> Result<String, StoreError> {
    let hosts = tx.hosts_of(tenant)?;
    hosts.into_iter().next().ok_or(StoreError::NotFound)
}

fn turn(
    tx: &mut StaffTx<'_, ManageTenants>,
    conversion: &Conversion,
    leading: &str,
    mode: &str,
    earnest: Earnest,
) -> Result<(), VerbError> {
    if earnest == Earnest::Rehearsed {
        return Ok(());
    }
    let Conversion { tenant, from, to } = conversion;
    tx.seat(tenant.id, to, leading)?;
    let before = if mode == "single" { "multi" } else { "single" };
    let entry = Entry::done(
        Action::ModeChanged,
        Target::tenant(tenant.id, &*tenant.name),
    )
    .before(json!({ "mode": before, "host": from }))
    .after(json!({ "mode": mode, "host": to }));
    Ok(platform_audit::record(tx, entry)?)
}
