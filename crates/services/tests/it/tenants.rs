//! Making a tenant: once, however often it is asked for, and never on another's host.

use chrono::Utc;
use domain::phc::{HashCost, HashParts};
use domain::{EmailAddress, PersonName, PhcString, Slug};
use services::audit::log;
use services::letters::Scheme;
use services::tenants::{FirstOwner, NewTenant, Trial, provision};
use services::{StoreError, TenantEntry, VerbError};
use store::{limits, users};

use crate::bench::{Place, place, request};

fn owner() -> FirstOwner {
    let parts = HashParts {
        cost: HashCost::NOW,
        salt: vec![7; 16],
        hash: vec![1; 32],
    };
    FirstOwner {
        name: PersonName::parse("Ada Byron").unwrap(),
        email: EmailAddress::parse("ada@umbrella.example").unwrap(),
        password: Some(PhcString::of(&parts)),
    }
}

fn umbrella(hosts: &[&str]) -> NewTenant {
    let slug = Slug::parse("umbrella").unwrap();
    NewTenant {
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        primary: Some("#c01048".parse().unwrap()),
        trial: Trial::None,
        ..NewTenant::plain(slug, "Umbrella".to_owned(), "localhost", owner())
    }
}

fn make(place: &Place, tenant: &NewTenant) -> Result<TenantEntry, VerbError> {
    let portal = (Scheme::Http, Some(8080));
    provision(&place.store, &request(), &Utc::now, portal, tenant)
}

#[test]
fn a_tenant_is_made_once() {
    let place = place();
    let tenant = umbrella(&["umbrella.localhost"]);
    let made = make(&place, &tenant).unwrap();
    let again = make(&place, &tenant).unwrap();
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
    let refused = make(&place, &tenant);
    assert!(
        matches!(&refused, Err(VerbError::Invalid(errors)) if errors.of("domain").is_some()),
        "{refused:?}"
    );
    assert_eq!(
        place.store.resolve_host("umbrella.localhost").unwrap(),
        None
    );
}
