//! The demo as it is loaded: whole, chained, once, and whole again after an interruption.

use std::num::NonZeroUsize;

use chrono::Utc;
use domain::UserStatus;
use services::audit::log;
use services::{PasswordLane, StoreError, VerbError, demo};
use store::{limits, users};

use crate::bench::{Place, place};

fn load(place: &Place) -> Vec<demo::Progress> {
    let lane = PasswordLane::start(NonZeroUsize::MIN).unwrap();
    let mut told = Vec::new();
    demo::load(
        &place.store,
        &lane,
        &domain::Addresses::multi("localhost"),
        Utc::now(),
        |step| told.push(step),
    )
    .unwrap();
    told
}

/// People by status, seats in use, entries of the log.
fn state(place: &Place) -> (i64, i64, i64, i64) {
    let entry = place
        .store
        .resolve_host("initech.localhost")
        .unwrap()
        .unwrap();
    assert_eq!(entry.status, "active");
    place
        .inside::<_, VerbError>(&entry, |tx| {
            let counts = users::count(tx)?;
            let proof = log::verify(tx, None)?;
            assert_eq!(proof.verdict.bad_seq, None);
            let seats = limits::read(tx, limits::USERS)?.ok_or(StoreError::NotFound)?;
            Ok((
                counts.of(UserStatus::Active),
                counts.total(),
                seats.used,
                proof.verdict.entries,
            ))
        })
        .unwrap()
}

#[test]
fn the_demo_is_loaded_once_and_its_chain_holds() {
    let place = place();
    // The bench has an acme and a globex of its own, which stay as they are.
    let told = load(&place);
    assert_eq!(told.len(), 2);
    let first = state(&place);
    assert_eq!((first.0, first.1, first.2), (49, 60, 57));
    assert!(first.3 > 200);
    assert_eq!(load(&place), []);
    assert_eq!(state(&place), first);
    let made = "select string_agg(slug, ',') from catalogue.tenants where demo";
    assert_eq!(place.text(made).unwrap(), "initech");
}

#[test]
fn an_interrupted_load_is_taken_up_again() {
    let place = place();
    load(&place);
    // As if it had died before its people came.
    place.force(
        "update catalogue.tenants set status = 'provisioning' where slug = 'initech';
         update node.placements set closed = true where tenant_id = (select id from catalogue.tenants where slug = 'initech');
         update catalogue.provisioning_steps set state = 'running' where step in ('admin_user', 'branding', 'welcome_mail')
            and tenant_id = (select id from catalogue.tenants where slug = 'initech');
         do $$ declare t text; begin
            for t in select c.relname from pg_class c where c.relnamespace = 'shared'::regnamespace and c.relkind = 'r'
                and c.relname not in ('limits', '__diesel_schema_migrations') loop
                execute format('alter table shared.%I disable trigger all', t);
                execute format('delete from shared.%I where tenant_id = (select id from catalogue.tenants where slug = ''initech'')', t);
                execute format('alter table shared.%I enable trigger all', t);
            end loop;
         end $$;
         update shared.limits set used = 0 where tenant_id = (select id from catalogue.tenants where slug = 'initech')",
    );
    load(&place);
    assert_eq!(state(&place).1, 60);
}
