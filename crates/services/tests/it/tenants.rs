//! Making a tenant: once, however often it is asked for, and never on another's host.

use domain::phc::{HashCost, HashParts};
use domain::{EmailAddress, Locale, PersonName, PhcString, Slug, TimeZone};
use services::audit::log;
use services::tenants::{FirstOwner, NewTenant, provision};
use services::{StoreError, VerbError};
use store::{limits, users};

use crate::bench::{place, request};

fn owner() -> FirstOwner {
    let parts = HashParts {
        cost: HashCost::NOW,
        salt: vec![7; 16],
        hash: vec![1; 32],
    };
    FirstOwner {
        name: PersonName::parse("Ada Byron").unwrap(),
        email: EmailAddress::parse("ada@umbrella.example").unwrap(),
        password: PhcString::of(&parts),
    }
}

fn umbrella(hosts: &[&str]) -> NewTenant {
    NewTenant {
        slug: Slug::parse("umbrella").unwrap(),
        name: "Umbrella".to_owned(),
        locale: Locale::EnGb,
        timezone: TimeZone::default(),
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        primary: "#c01048".parse().unwrap(),
        secondary: None,
        seats: 5,
    }
}

#[test]
fn a_tenant_is_made_once() {
    let place = place();
    let tenant = umbrella(&["umbrella.localhost"]);
    let made = provision(&place.store, &request(), &tenant, &owner()).unwrap();
    let again = provision(&place.store, &request(), &tenant, &owner()).unwrap();
    assert_eq!(made, again);
    assert_eq!(made.status, "active");
    let (people, seats, entries) = place
        .inside::<_, StoreError>(&made, |tx| {
            let seats = limits::read(tx, limits::USERS)?.unwrap();
            Ok((
                users::count(tx)?.active,
                (seats.used, seats.hard),
                log::verify(tx, None)?.verdict.entries,
            ))
        })
        .unwrap();
    assert_eq!((people, seats, entries), (1, (1, 5), 1));
}

#[test]
fn a_host_of_another_tenant_is_refused() {
    let place = place();
    let tenant = umbrella(&["umbrella.localhost", "acme.localhost"]);
    let refused = provision(&place.store, &request(), &tenant, &owner());
    assert!(
        matches!(refused, Err(VerbError::Conflict(_))),
        "{refused:?}"
    );
    assert_eq!(
        place.store.resolve_host("umbrella.localhost").unwrap(),
        None
    );
}
