//! API keys: what they may do, whose rights bound them, and when they stop.

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::{Access, ManageKeys, ManageUsers, ReadKeys, ReadUsers, SignedIn, System};
use domain::{ApiKey, BuiltInRole, EmailAddress, FreeFields, PersonName, Role, UserId, UserStatus};
use services::keys::{self, Made, Wish};
use services::{Actor, Credential, Request, StoreError, TenantTx, VerbError};
use store::users::{self, NewUser};
use uuid::Uuid;

use crate::bench::{Place, place, request};

fn wish(keys: &[&str]) -> Wish {
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    Wish::read("Nightly sync", &keys, None).unwrap()
}

fn with<P: Access, T>(
    place: &Place,
    key: &ApiKey,
    at: DateTime<Utc>,
    work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, VerbError>,
) -> Result<T, VerbError> {
    let request = Request {
        now: at,
        ..request()
    };
    let hash = key.hash();
    place
        .store
        .tenant(&place.acme.scope, Credential::Key(&hash), &request, work)
}

fn opens<P: Access>(place: &Place, key: &ApiKey, at: DateTime<Utc>) -> Result<(), VerbError> {
    with::<P, _>(place, key, at, |_| Ok(()))
}

fn made(place: &Place, wish: &Wish) -> Made {
    place
        .inside_as::<ManageKeys, _, VerbError>(&place.acme, |tx| keys::create(tx, wish))
        .unwrap()
}

/// A person and a key that they made.
fn keeper(place: &Place, role: BuiltInRole, keys: &[&str]) -> (UserId, Result<Made, VerbError>) {
    let id = UserId::from_uuid(Uuid::now_v7());
    let person = NewUser {
        id,
        email: EmailAddress::parse(&format!("{}@acme.com", id.uuid())).unwrap(),
        name: PersonName::parse("Keeper").unwrap(),
        status: UserStatus::Active,
        role: Role::BuiltIn(role),
        department: None,
        location: None,
        phone: None,
        fields: FreeFields::default(),
        invited_by: None,
        invited_at: None,
        last_sign_in_at: None,
        created_at: Utc::now(),
    };
    place
        .inside::<_, StoreError>(&place.acme, |tx: &mut TenantTx<'_, System>| {
            users::add(tx, std::slice::from_ref(&person)).map(drop)
        })
        .unwrap();
    let token = services::tokens::draw::<domain::token::SessionKind>().hash();
    let hex = data_encoding::HEXLOWER.encode(token.as_bytes());
    let tenant = place.acme.scope.tenant().uuid();
    place.force(&format!(
        "insert into shared.sessions (tenant_id, id, user_id, token_hash, device, keep, created_at, last_seen_at, idle_expires_at, expires_at)
         values ('{tenant}', '{}', '{}', '\\x{hex}', 'test', false, now(), now(), now() + interval '1 h', now() + interval '1 h')",
        Uuid::now_v7(),
        id.uuid()
    ));
    let wish = wish(keys);
    let made = place.store.tenant::<ManageKeys, _, VerbError>(
        &place.acme.scope,
        Credential::Session(&token),
        &request(),
        |tx| keys::create(tx, &wish),
    );
    (id, made)
}

#[test]
fn authn_15_a_key_opens_what_it_says_and_nothing_else() {
    let place = place();
    let key = made(&place, &wish(&["users:read"])).key;
    let now = Utc::now();
    with::<ReadUsers, _>(&place, &key, now, |tx| {
        assert!(matches!(tx.actor(), Actor::Key(key) if key.name == "Nightly sync"));
        assert!(matches!(tx.user(), Err(StoreError::Unauthenticated)));
        Ok(())
    })
    .unwrap();
    let refused = opens::<ManageUsers>(&place, &key, now);
    assert!(matches!(
        refused,
        Err(VerbError::Store(StoreError::Forbidden(_)))
    ));
    let nobody = opens::<SignedIn>(&place, &key, now);
    assert!(matches!(
        nobody,
        Err(VerbError::Store(StoreError::Unauthenticated))
    ));
    let other = ApiKey::of_tenant(place.acme.scope.tenant(), &[7; 32]);
    let unknown = opens::<ReadUsers>(&place, &other, now);
    assert!(matches!(
        unknown,
        Err(VerbError::Store(StoreError::Unauthenticated))
    ));
    let hash = key.hash();
    let elsewhere = place.store.tenant::<ReadUsers, (), VerbError>(
        &place.globex.scope,
        Credential::Key(&hash),
        &request(),
        |_| Ok(()),
    );
    assert!(matches!(
        elsewhere,
        Err(VerbError::Store(StoreError::Unauthenticated))
    ));
    let log = place.text("select concat_ws(' ', action, actor_kind, target_name, after->>'permissions') from shared.audit_entries order by seq desc limit 1");
    assert_eq!(
        log.unwrap(),
        r#"key.created system Nightly sync ["users:read"]"#
    );
    assert_eq!(
        place.count(&format!(
            "select count(*) from shared.api_keys where row_to_json(api_keys)::text like '%{}%'",
            key.reveal()
        )),
        0
    );
}

#[test]
fn authn_15_a_revoked_or_expired_key_stops_with_the_next_transaction() {
    let place = place();
    let now = Utc::now();
    let of_days = Wish::read("Short", &["users:read".to_owned()], Some(2)).unwrap();
    let (short, long) = (made(&place, &of_days), made(&place, &wish(&["users:read"])));
    opens::<ReadUsers>(&place, &short.key, now).unwrap();
    assert!(opens::<ReadUsers>(&place, &short.key, now + TimeDelta::hours(49)).is_err());
    place
        .inside_as::<ManageKeys, _, VerbError>(&place.acme, |tx| keys::revoke(tx, long.id))
        .unwrap();
    assert!(opens::<ReadUsers>(&place, &long.key, now).is_err());
}

#[test]
fn a_rotated_key_opens_beside_the_new_one_for_as_long_as_was_said() {
    let place = place();
    let old = made(&place, &wish(&["users:read"]));
    let rotate = |id, days| {
        place.inside_as::<ManageKeys, _, VerbError>(&place.acme, |tx| keys::rotate(tx, id, days))
    };
    assert!(matches!(rotate(old.id, 31), Err(VerbError::Invalid(_))));
    let new = rotate(old.id, 3).unwrap();
    assert!(matches!(rotate(old.id, 3), Err(VerbError::Conflict(_))));
    let later = |days| Utc::now() + TimeDelta::days(days);
    for (key, days, open) in [(&old, 2, true), (&old, 4, false), (&new, 4, true)] {
        assert_eq!(
            opens::<ReadUsers>(&place, &key.key, later(days)).is_ok(),
            open
        );
    }
    let list = place
        .inside_as::<ReadKeys, _, VerbError>(&place.acme, keys::list)
        .unwrap();
    let states: Vec<_> = list
        .iter()
        .map(|row| keys::state(row, Utc::now()))
        .collect();
    assert_eq!(states, ["active", "overlapping"]);
}

#[test]
fn authz_03_nobody_puts_more_into_a_key_than_they_have() {
    let place = place();
    let (id, key) = keeper(
        &place,
        BuiltInRole::Admin,
        &["users:read", "users:manage", "keys:manage"],
    );
    let key = key.unwrap().key;
    let now = Utc::now();
    let more = with::<ManageKeys, _>(&place, &key, now, |tx| {
        keys::create(tx, &wish(&["audit:read"]))
    });
    assert!(matches!(more, Err(VerbError::Refused(_))), "{more:?}");
    let child = with::<ManageKeys, _>(&place, &key, now, |tx| {
        keys::create(tx, &wish(&["users:manage"]))
    });
    let child = child.unwrap().key;
    opens::<ManageUsers>(&place, &child, now).unwrap();

    // The maker has less now, so the key has too, and so has the key that it made.
    place.force(&format!(
        "update shared.users set role = 'member' where id = '{}'",
        id.uuid()
    ));
    for key in [&key, &child] {
        assert!(opens::<ManageUsers>(&place, key, now).is_err());
    }
    opens::<ReadUsers>(&place, &key, now).unwrap();

    // Who is shut out takes their keys with them, until they are back.
    place.force(&format!(
        "update shared.users set status = 'suspended' where id = '{}'",
        id.uuid()
    ));
    assert!(opens::<ReadUsers>(&place, &key, now).is_err());
    place.force(&format!(
        "update shared.users set status = 'active' where id = '{}'",
        id.uuid()
    ));
    opens::<ReadUsers>(&place, &key, now).unwrap();

    let (_, beyond) = keeper(&place, BuiltInRole::Member, &["users:read"]);
    assert!(matches!(
        beyond,
        Err(VerbError::Store(StoreError::Forbidden(_)))
    ));
}

#[test]
fn using_a_key_is_noted_once_a_minute() {
    let place = place();
    let key = made(&place, &wish(&["users:read"])).key;
    let now = Utc::now();
    let writes = "select count(*) from shared.api_keys where last_used_at is not null";
    assert_eq!(place.count(writes), 0);
    for (seconds, at) in [(0, 0), (59, 0), (60, 60)] {
        opens::<ReadUsers>(&place, &key, now + TimeDelta::seconds(seconds)).unwrap();
        let noted =
            place.count("select floor(extract(epoch from last_used_at)) from shared.api_keys");
        assert_eq!(noted, (now + TimeDelta::seconds(at)).timestamp());
    }
}
