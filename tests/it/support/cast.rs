//! Who plays: two tenants with the same people in each, as the template keeps them.

use std::num::NonZeroUsize;

use chrono::{DateTime, Utc};
use domain::permission::{Permission, Permissions, System};
use domain::{
    BuiltInRole, EmailAddress, FreeFields, Password, PersonName, PhcString, PlacementKind,
    ResourceKey, ResourceKind, Role, StaffRole, StaffStatus, TenantId, Term, UserId, UserStatus,
    Window,
};
use services::{Credential, PasswordLane, PoolSettings, Request, Store, StoreError};
use store::catalogue::NewTenant;
use store::limits::{Taken, Taking};
use store::staff::{credentials, people};
use store::users::NewUser;
use uuid::Uuid;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "violet-harbour-lantern-42";
/// How many people a tenant may have; 8 of the cast have a seat.
pub(crate) const SEATS: i64 = 50;

/// The platform's host, without a port.
pub(crate) const PLATFORM: &str = "admin.localhost";

/// The role of its own that each tenant has; it sees people.
pub(crate) const CUSTOM_ROLE: &str = "Helpdesk";

/// Name, role and status of each person that both tenants have.
const PEOPLE: [(&str, BuiltInRole, UserStatus); 9] = [
    ("owner", BuiltInRole::Owner, UserStatus::Active),
    ("admin", BuiltInRole::Admin, UserStatus::Active),
    ("manager", BuiltInRole::Manager, UserStatus::Active),
    ("analyst", BuiltInRole::Analyst, UserStatus::Active),
    ("member", BuiltInRole::Member, UserStatus::Active),
    ("viewer", BuiltInRole::Viewer, UserStatus::Active),
    ("suspended", BuiltInRole::Member, UserStatus::Suspended),
    ("invited", BuiltInRole::Member, UserStatus::Invited),
    ("removed", BuiltInRole::Member, UserStatus::Removed),
];

/// A tenant of the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct World {
    pub(crate) slug: &'static str,
    number: u128,
}

/// The tenant most tests are about.
pub(crate) const ACME: World = World {
    slug: "acme",
    number: 1,
};
/// The other one.
pub(crate) const GLOBEX: World = World {
    slug: "globex",
    number: 2,
};

impl World {
    pub(crate) fn id(self) -> TenantId {
        TenantId::from_uuid(id(self.number << 16))
    }

    /// Its host, without a port.
    pub(crate) fn host(self) -> String {
        format!("{}.localhost", self.slug)
    }

    /// The person who is called this: `owner`, `admin`, `manager`, `analyst`, `member`, `viewer`, `suspended`,
    /// `invited`, `removed`.
    pub(crate) fn person(self, name: &str) -> UserId {
        let place = PEOPLE.iter().position(|person| person.0 == name);
        let place = place.unwrap_or_else(|| panic!("nobody is called {name}"));
        UserId::from_uuid(id((self.number << 16) + 1 + place as u128))
    }

    /// Their address: `owner@acme.test`.
    pub(crate) fn email(self, name: &str) -> String {
        format!("{name}@{}.test", self.slug)
    }
}

/// A UUIDv7 of 2026-01-01 that is the same in every run.
fn id(number: u128) -> Uuid {
    Uuid::from_u128((0x019b_7600_0000_u128 << 80) | (7 << 76) | (2 << 62) | number)
}

/// Where both tenants live: `TENANTRY_TEST_PLACEMENT=schema` gives each a schema of its own, `database` a database.
#[allow(
    clippy::disallowed_methods,
    reason = "a choice of whoever runs the tests, and no configuration"
)]
pub(crate) fn placement() -> PlacementKind {
    match std::env::var("TENANTRY_TEST_PLACEMENT").as_deref() {
        Err(_) | Ok("shared") => PlacementKind::Shared,
        Ok("schema") => PlacementKind::Schema,
        Ok("database") => PlacementKind::Database,
        Ok(other) => panic!("no placement of tests is called {other}"),
    }
}

/// Writes both tenants into an empty database.
pub(crate) fn settle(pools: &PoolSettings) {
    let store = Store::open(pools);
    let now = tenantry::clock::Clock::default().now();
    let lane = PasswordLane::start(NonZeroUsize::MIN).unwrap();
    let hash = lane
        .hash_blocking(Password::typed(PASSWORD.to_owned()).unwrap())
        .unwrap();
    staff(&store, now, &hash);
    for world in [ACME, GLOBEX] {
        let added = store.platform(now, |tx| {
            tx.record_tenant(&NewTenant {
                hosts: vec![world.host()],
                ..NewTenant::plain(
                    world.id(),
                    world.slug,
                    &format!("{}{}", &world.slug[..1].to_uppercase(), &world.slug[1..]),
                )
            })
        });
        assert!(added.map_err(|error: StoreError| error).unwrap());
        match placement() {
            PlacementKind::Schema => store.place_in_schema(world.id(), now).unwrap(),
            PlacementKind::Database => store.place_in_database(world.id(), None, now).unwrap(),
            PlacementKind::Shared => store
                .platform(now, |tx| tx.place_tenant(world.id()))
                .map_err(|error: StoreError| error)
                .unwrap(),
        }
        let scope = store.resolve_tenant(world.id()).unwrap().unwrap().scope;
        store
            .tenant::<System, _, StoreError>(
                &scope,
                Credential::System("cast"),
                &asked(now),
                |tx| {
                    let people: Vec<NewUser> = PEOPLE
                        .iter()
                        .map(|(name, role, status)| person(world, name, *role, *status, now))
                        .collect();
                    store::users::add(tx, &people)?;
                    for person in &people {
                        if person.status != UserStatus::Invited {
                            store::credentials::set(tx, person.id, &hash)?;
                        }
                    }
                    let role = store::roles::RoleText {
                        name: CUSTOM_ROLE.to_owned(),
                        description: "Sees people".to_owned(),
                        permissions: Permissions::of(&[Permission::ReadUsers]),
                    };
                    store::roles::add(tx, &role)?.unwrap();
                    store::limits::agree(tx, &terms())?;
                    let seats = people
                        .iter()
                        .filter(|person| person.status != UserStatus::Removed)
                        .count();
                    let seats = i64::try_from(seats).unwrap();
                    let users = store::limits::USERS;
                    let taken = store::limits::take(tx, users, seats, None, Taking::Use)?;
                    assert!(matches!(taken, Taken::Given(_)));
                    Ok(())
                },
            )
            .unwrap();
    }
}

/// What the tenants may use: people as few that tests meet the limit, and little of what a program counts.
fn terms() -> Vec<Term> {
    let term = |key: &str, kind, window, limit| Term {
        resource: ResourceKey::parse(key).unwrap(),
        kind,
        window,
        limit,
        grace: 0,
        grace_days: 0,
    };
    vec![
        term("users", ResourceKind::Level, None, SEATS),
        term("storage_gb", ResourceKind::Gauge, None, 10),
        term(
            "api_calls_per_day",
            ResourceKind::Counter,
            Some(Window::Day),
            100_000,
        ),
        term(
            "transactions_per_month",
            ResourceKind::Counter,
            Some(Window::Month),
            1_000,
        ),
        term("database_connections", ResourceKind::Gauge, None, 20),
        term("custom_integrations", ResourceKind::Level, None, 5),
    ]
}

/// The address of somebody of the staff: `owner@platform.test`.
pub(crate) fn staff_email(role: StaffRole) -> String {
    format!("{role}@platform.test")
}

/// One of the staff for each role, called `Owner of the platform` and so on.
fn staff(store: &Store, now: DateTime<Utc>, hash: &PhcString) {
    for role in StaffRole::ALL {
        let name: PersonName = format!("{} of the platform", role.name()).parse().unwrap();
        let email: EmailAddress = staff_email(*role).parse().unwrap();
        store
            .platform(now, |tx| {
                let id = people::add(tx, &email, &name, *role)?.unwrap();
                people::set_status(tx, id, StaffStatus::Active)?;
                credentials::set(tx, id, hash)
            })
            .map_err(|error: StoreError| error)
            .unwrap();
    }
}

fn person(
    world: World,
    name: &str,
    role: BuiltInRole,
    status: UserStatus,
    now: DateTime<Utc>,
) -> NewUser {
    let email: EmailAddress = world.email(name).parse().unwrap();
    let shown = format!(
        "{}{} of {}",
        &name[..1].to_uppercase(),
        &name[1..],
        world.slug
    );
    NewUser {
        id: world.person(name),
        email,
        name: shown.parse::<PersonName>().unwrap(),
        status,
        role: Role::BuiltIn(role),
        department: None,
        location: None,
        phone: None,
        fields: FreeFields::default(),
        invited_by: None,
        invited_at: (status == UserStatus::Invited).then_some(now),
        last_sign_in_at: None,
        created_at: now,
    }
}

/// A request of nobody in particular.
pub(crate) fn asked(now: DateTime<Utc>) -> Request {
    Request {
        now,
        request_id: Uuid::new_v4(),
        address: None,
        device: "Test".to_owned(),
    }
}
