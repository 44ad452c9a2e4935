//! The demo: three made-up tenants with people, roles and two months behind them, to look around in. The
//! same on every machine but for the moment at which it is loaded. Nothing here is ever served by itself:
//! only the command that is called `demo` loads it.

mod dice;
mod history;
mod names;
mod people;
mod staff;
mod storefront;
mod tenants;
mod usage;

use chrono::{DateTime, Utc};
use domain::permission::{Permissions, System};
use domain::tenant_settings::{Currency, DatePattern, TimePattern};
use domain::{
    Addresses, BuiltInRole, EmailAddress, Locale, Mode, Password, PersonName, PhcString, RoleId,
    Slug, TenantSettings, TenantState, TimeZone, UserId, UserStatus,
};
use store::users::Step;
use store::{Request, Store, StoreError, TenantTx, past, roles, users};
use uuid::Uuid;

use self::people::Person;
use self::tenants::{COMPANIES, Company, Post};
use crate::audit::import;
use crate::letters::Scheme;
use crate::tenants::create::Kind;
use crate::tenants::furnish::seat;
use crate::tenants::maker::Maker;
use crate::tenants::steps::establish;
use crate::tenants::{FirstOwner, NewTenant, Trial};
use crate::usage::gather;
use crate::{PasswordLane, VerbError};

/// The password of everybody in the demo. It is public.
pub const PASSWORD: &str = "tenantry-demo-2026";

/// How far loading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The tenant that is being made, by name.
    pub tenant: &'static str,
    /// How many are made.
    pub done: usize,
    /// How many there will be.
    pub of: usize,
}

/// Where to go and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The tenant's name.
    pub tenant: &'static str,
    /// Its host.
    pub host: String,
    /// The address of its owner.
    pub owner: String,
    /// The address of one who may only look.
    pub viewer: String,
}

/// The address of the demo's owner of the platform.
pub const PLATFORM_OWNER: &str = staff::OWNER;

/// The tenant of the demo that is alone where nobody says which.
pub const ALONE: &str = "acme";

/// Those of the demo's tenants that there is room for.
fn companies(addresses: &Addresses) -> impl Iterator<Item = &'static Company> {
    let wanted = |company: &&Company| match &addresses.mode {
        Mode::Multi => true,
        Mode::Single(slug) => slug.as_str() == company.slug,
    };
    COMPANIES.iter().filter(wanted)
}

/// Where to go in each tenant of the demo.
#[must_use]
pub fn sign_ins(addresses: &Addresses) -> Vec<SignIn> {
    let address = |company: &Company, role| {
        let mut cast = company.cast.iter();
        let known = cast
            .find(|known| known.role == Post::BuiltIn(role) && known.status == UserStatus::Active);
        known.map_or_else(String::new, |known| {
            format!("{}@{}", known.mailbox, company.mail_domain)
        })
    };
    companies(addresses)
        .map(|company| SignIn {
            tenant: company.name,
            host: match &addresses.mode {
                Mode::Multi => addresses.below(company.slug),
                Mode::Single(_) => addresses.base_domain.clone(),
            },
            owner: address(company, BuiltInRole::Owner),
            viewer: address(company, BuiltInRole::Viewer),
        })
        .collect()
}

/// Makes those of the demo's tenants that are missing. One whose making was interrupted is made anew:
/// its people and its past come in one transaction.
///
/// # Errors
/// The database's, or that passwords cannot be hashed.
pub fn load(
    store: &Store,
    passwords: &PasswordLane,
    addresses: &Addresses,
    now: DateTime<Utc>,
    mut progress: impl FnMut(Progress),
) -> Result<(), VerbError> {
    let request = Request {
        now,
        request_id: Uuid::new_v4(),
        address: None,
        device: "demo".to_owned(),
    };
    staff::settle(store, passwords, now)?;
    let of = companies(addresses).count();
    if of == 0 {
        let known: Vec<&str> = COMPANIES.iter().map(|company| company.slug).collect();
        let known = known.join(", ");
        return Err(refused(format!(
            "The demo has the tenants {known}; name one as default_tenant."
        )));
    }
    let shop = storefront::open(store, &request, now)?;
    for (done, company) in companies(addresses).enumerate() {
        if is_open(store, company, now)? {
            continue;
        }
        progress(Progress {
            tenant: company.name,
            done,
            of,
        });
        let hash = hash(passwords)?;
        let tenant = new_tenant(company, addresses)?;
        let maker = Maker {
            store,
            request: request.clone(),
            now: &|| now,
            // Those who are made up get no letters.
            scheme: Scheme::Http,
            port: None,
        };
        let mut lived = Vec::new();
        let mut furnished = |tx: &mut TenantTx<'_, System>| {
            let everybody = furnish(tx, company, &hash)?;
            if shop {
                past::fill(tx, storefront::FILL)?
            }
            lived = usage::live(tx, company, &everybody)?;
            Ok(())
        };
        establish(&maker, &tenant, Kind::Demo, Some(&mut furnished))?;
        for usage in &lived {
            usage.flush(store, now, true)?;
        }
        store.platform::<_, StoreError>(now, |tx| gather(tx, now))?;
        progress(Progress {
            tenant: company.name,
            done: done + 1,
            of,
        });
    }
    Ok(())
}

/// Whether there is nothing to do: the tenant is there, in whatever state but the first.
fn is_open(store: &Store, company: &Company, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let found = store.platform(now, |tx| tx.tenant_of_slug(company.slug))?;
    Ok(found.is_some_and(|(_, status)| status != TenantState::Provisioning))
}

fn hash(passwords: &PasswordLane) -> Result<PhcString, VerbError> {
    let typed = Password::typed(PASSWORD.to_owned()).map_err(refused)?;
    passwords.hash_blocking(typed).map_err(refused)
}

/// What is wrong with the demo's own data, which a test finds first.
fn refused(error: impl std::fmt::Display) -> VerbError {
    VerbError::Refused(error.to_string())
}

fn new_tenant(company: &Company, addresses: &Addresses) -> Result<NewTenant, VerbError> {
    let slug = Slug::parse(company.slug).map_err(refused)?;
    let boss = company.cast.first().ok_or_else(|| refused("nobody"))?;
    let address = format!("{}@{}", boss.mailbox, company.mail_domain);
    let owner = FirstOwner {
        name: PersonName::parse(boss.name).map_err(refused)?,
        email: EmailAddress::parse(&address).map_err(refused)?,
        password: None,
    };
    let (locale, timezone) = (company.locale, company.timezone);
    let secondary = company.second_colour.map(str::parse).transpose();
    Ok(NewTenant {
        plan: company.plan.to_owned(),
        trial: Trial::None,
        settings: TenantSettings {
            locale: Locale::parse(locale).map_err(refused)?,
            timezone: TimeZone::parse(timezone).map_err(refused)?,
            currency: Currency::parse(company.currency).map_err(refused)?,
            ..patterns(company.locale)?
        },
        limits: [("users".to_owned(), company.seats)].into(),
        primary: Some(company.colour.parse().map_err(refused)?),
        secondary: secondary.map_err(refused)?,
        ..NewTenant::plain(slug, company.name.to_owned(), addresses, owner)
    })
}

/// Dates and times as people of these places write them.
fn patterns(locale: &str) -> Result<TenantSettings, VerbError> {
    let (date, time) = match locale {
        "en-US" => ("%b %-d, %Y", "%-I:%M %p"),
        "de-DE" => ("%d.%m.%Y", "%H:%M"),
        _ => ("%-d %b %Y", "%H:%M"),
    };
    Ok(TenantSettings {
        date_format: DatePattern::parse(date).map_err(refused)?,
        time_format: TimePattern::parse(time).map_err(refused)?,
        ..TenantSettings::default()
    })
}

/// Everything that the tenant holds, in its one transaction; answers its people.
fn furnish(
    tx: &mut TenantTx<'_, System>,
    company: &Company,
    hash: &PhcString,
) -> Result<Vec<Person>, VerbError> {
    let role = custom_role(tx, company)?;
    let mut everybody = people::everybody(company, role, tx.now());
    let (entries, days) = history::tell(company, role, &mut everybody, tx.now());
    move_in(tx, &everybody)?;
    let sign_in: Vec<UserId> = with(&everybody, |one| one.joined_at.is_some());
    past::share_password(tx, &sign_in, hash)?;
    past::role_made_at(tx, role, days.made, days.changed)?;
    import::import(tx, entries)?;
    Ok(everybody)
}

fn custom_role(tx: &mut TenantTx<'_, System>, company: &Company) -> Result<RoleId, VerbError> {
    let text = roles::RoleText {
        name: company.role.name.to_owned(),
        description: company.role.description.to_owned(),
        permissions: Permissions::of(company.role.permissions),
    };
    roles::add(tx, &text)?.ok_or_else(|| refused("the custom role is there already"))
}

/// The rows of the people, with their seats; the suspended by the step that says why.
fn move_in(tx: &mut TenantTx<'_, System>, everybody: &[Person]) -> Result<(), VerbError> {
    let seats = everybody
        .iter()
        .filter(|person| person.status.holds_seat())
        .count();
    seat(tx, i64::try_from(seats).unwrap_or(i64::MAX))?;
    let rows: Vec<_> = everybody
        .iter()
        .map(|person| {
            let mut row = person.row();
            if person.suspended.is_some() {
                row.status = UserStatus::Active;
            }
            row
        })
        .collect();
    users::add(tx, &rows)?;
    for person in everybody.iter().filter(|person| person.suspended.is_some()) {
        let step = Step {
            from: UserStatus::Active,
            to: UserStatus::Suspended,
            reason: person.suspended,
        };
        users::set_status(tx, &[person.id], step)?;
    }
    let moments: Vec<_> = everybody.iter().map(|person| person.changed_at).collect();
    past::changed_at(tx, &with(everybody, |_| true), &moments)?;
    Ok(())
}

fn with(everybody: &[Person], wanted: impl Fn(&Person) -> bool) -> Vec<UserId> {
    everybody
        .iter()
        .filter(|person| wanted(person))
        .map(|person| person.id)
        .collect()
}

#[cfg(test)]
mod tests;
