//! Making a tenant: once, however often it is asked for, and never on another's host.

use chrono::{DateTime, TimeDelta, Utc};
use domain::TenantState;
use domain::phc::{HashCost, HashParts};
use domain::staff::{DeleteTenants, ManageTenants};
use domain::{Addresses, EmailAddress, FieldErrors, PersonName, PhcString, PlacementKind, Slug};
use services::audit::log;
use services::letters::Scheme;
use services::tenants::deletion::{self, CONFIRMATION, Grace, Sure};
use services::tenants::{
    Change, Doer, FirstOwner, NewTenant, Step, Trial, change, create, placement, provision,
    provisioning, rename, rest, retry,
};
use services::worker::run_due;
use services::{Request, StaffCredential, StaffTx, StoreError, TenantEntry, VerbError};
use store::catalogue::Turn;
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
        ..NewTenant::plain(
            slug,
            "Umbrella".to_owned(),
            &Addresses::multi("localhost"),
            owner(),
        )
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

fn staff<T>(
    place: &Place,
    now: DateTime<Utc>,
    work: impl FnMut(&mut StaffTx<'_, ManageTenants>) -> Result<T, VerbError>,
) -> Result<T, VerbError> {
    let request = Request { now, ..request() };
    place
        .store
        .staff(StaffCredential::System("test"), &request, work)
}

fn state(place: &Place, slug: &str) -> String {
    place
        .text(&format!(
            "select status from catalogue.tenants where slug = '{slug}'"
        ))
        .unwrap()
}

#[test]
fn a_failed_step_is_named_and_a_retry_goes_on_there() {
    let place = place();
    let now = Utc::now();
    let tenant = staff(&place, now, |tx| {
        create(tx, &umbrella(&["umbrella.localhost"]))
    })
    .unwrap();
    assert_eq!(state(&place, "umbrella"), "provisioning");
    place.force("alter table shared.brands rename to brands_away");
    run_due(place.bench()).unwrap();
    assert_eq!(state(&place, "umbrella"), "failed");
    let progress = || staff(&place, now, |tx| Ok(provisioning(tx, tenant)?.unwrap())).unwrap();
    let stopped = progress();
    assert_eq!(stopped.failed().unwrap().step, Step::Branding);
    assert!(stopped.estimate.is_err() && stopped.done() == 4);
    let error = stopped.failed().unwrap().error.clone().unwrap();
    assert!(!error.contains("brands"), "{error}");
    place.force("alter table shared.brands_away rename to brands");
    staff(&place, now, |tx| retry(tx, tenant)).unwrap();
    assert!(matches!(
        staff(&place, now, |tx| retry(tx, tenant)),
        Err(VerbError::Conflict(_))
    ));
    run_due(place.bench()).unwrap();
    assert_eq!(state(&place, "umbrella"), "active");
    assert!(progress().is_whole());
    assert_eq!(place.mailer.letters().len(), 1);
}

/// A process that does not know the database's owner: it offers no schema, and where it took on the making of a tenant
/// that another one wrote down, the step says what is missing.
#[test]
fn a_schema_is_neither_offered_nor_made_without_the_owner() {
    let place = place();
    let mut errors = FieldErrors::new();
    let kind = placement::chosen(&place.store, "placement", Some("schema"), &mut errors);
    assert_eq!(kind, PlacementKind::Schema);
    assert!(
        errors
            .of("placement")
            .unwrap()
            .contains("database.owner_url")
    );
    let mut none = FieldErrors::new();
    let kind = placement::chosen(&place.store, "placement", None, &mut none);
    assert!(kind == PlacementKind::Shared && none.is_empty());

    let now = Utc::now();
    let tenant = staff(&place, now, |tx| {
        let wanted = umbrella(&["umbrella.localhost"]);
        create(
            tx,
            &NewTenant {
                placement: PlacementKind::Schema,
                ..wanted
            },
        )
    })
    .unwrap();
    run_due(place.bench()).unwrap();
    assert_eq!(state(&place, "umbrella"), "failed");
    let progress = staff(&place, now, |tx| Ok(provisioning(tx, tenant)?.unwrap())).unwrap();
    let failed = progress.failed().unwrap();
    assert_eq!(failed.step, Step::Placement);
    assert!(
        failed
            .error
            .as_ref()
            .unwrap()
            .contains("database.owner_url")
    );
}

#[test]
fn steps_that_were_interrupted_are_done_again_and_nothing_is_there_twice() {
    let place = place();
    let now = Utc::now();
    let tenant = staff(&place, now, |tx| {
        create(tx, &umbrella(&["umbrella.localhost"]))
    })
    .unwrap();
    run_due(place.bench()).unwrap();
    let owners = "select count(*) from shared.users u join catalogue.tenants t on t.id = u.tenant_id where t.slug = 'umbrella'";
    // As if the process had died after each step's work and before it was noted.
    place.force(
        "update catalogue.tenants set status = 'provisioning' where slug = 'umbrella';
         update node.placements set closed = true where tenant_id = (select id from catalogue.tenants where slug = 'umbrella');
         update catalogue.provisioning_steps set state = 'running' where step <> 'record'",
    );
    staff(&place, now, |tx| {
        tx.step_tenant(
            tenant,
            &Turn::plain(TenantState::Provisioning, TenantState::Failed),
        )?;
        retry(tx, tenant)
    })
    .unwrap();
    run_due(place.bench()).unwrap();
    assert_eq!(state(&place, "umbrella"), "active");
    assert_eq!((place.count(owners), place.mailer.letters().len()), (1, 1));
}

#[test]
fn a_former_slug_rests_for_ninety_days() {
    let place = place();
    let (now, acme) = (Utc::now(), place.acme.scope.tenant());
    let slug = |text: &str| Slug::parse(text).unwrap();
    staff(&place, now, |tx| {
        rename(tx, acme, &slug("acme-two"), "localhost")
    })
    .unwrap();
    assert!(
        place
            .store
            .resolve_host("acme-two.localhost")
            .unwrap()
            .is_some()
    );
    assert!(
        place
            .store
            .resolve_host("acme.localhost")
            .unwrap()
            .is_none()
    );
    let globex = place.globex.scope.tenant();
    let take = |now| {
        staff(&place, now, |tx| {
            rename(tx, globex, &slug("acme"), "localhost")
        })
    };
    let refused = take(now + TimeDelta::days(89));
    assert!(matches!(&refused, Err(VerbError::Invalid(errors)) if errors.of("slug").is_some()));
    // Its own tenant may have it back at once; others when it has rested.
    take(now + TimeDelta::days(91)).unwrap();
    run_due(place.bench()).unwrap();
    // Acme's; globex's is due in ninety-one days.
    let told = "select count(*) from shared.events where kind = 'tenant.updated'";
    assert_eq!(place.count(told), 1);
}

#[test]
fn states_follow_the_machine_and_lead_back_to_where_they_came_from() {
    let place = place();
    let (now, acme) = (Utc::now(), place.acme.scope.tenant());
    let suspend = || staff(&place, now, |tx| rest::suspend(tx, acme, "Unpaid"));
    assert!(matches!(
        staff(&place, now, |tx| rest::suspend(tx, acme, " ")),
        Err(VerbError::Invalid(_))
    ));
    suspend().unwrap();
    assert!(matches!(suspend(), Err(VerbError::Conflict(_))));
    staff(&place, now, |tx| {
        rest::begin_maintenance(tx, acme, "Moving disks")
    })
    .unwrap();
    let back = staff(&place, now, |tx| rest::end_maintenance(tx, acme)).unwrap();
    assert_eq!(
        (back.status, back.status_reason.as_deref()),
        (TenantState::Suspended, Some("Unpaid"))
    );
    let grace = Grace::default();
    let delete = |sure: Sure<'_>, days| {
        let request = Request { now, ..request() };
        place.store.staff(
            StaffCredential::System("test"),
            &request,
            |tx: &mut StaffTx<'_, DeleteTenants>| {
                deletion::schedule(tx, acme, sure, days, grace, &Doer::Platform)
            },
        )
    };
    assert!(matches!(
        delete(Sure::Name("acme"), None),
        Err(VerbError::Invalid(_))
    ));
    assert!(matches!(
        delete(Sure::Word(CONFIRMATION), Some(0)),
        Err(VerbError::Invalid(_))
    ));
    let gone = delete(Sure::Name("acme & Söhne"), None).unwrap();
    assert_eq!(
        gone.delete_at,
        DateTime::from_timestamp_micros((now + TimeDelta::days(30)).timestamp_micros())
    );
    let undone = place
        .store
        .staff(
            StaffCredential::System("test"),
            &request(),
            |tx: &mut StaffTx<'_, DeleteTenants>| deletion::undo(tx, acme),
        )
        .unwrap();
    assert_eq!(
        (undone.status, undone.delete_at),
        (TenantState::Suspended, None)
    );
    let open = staff(&place, now, |tx| rest::reactivate(tx, acme)).unwrap();
    assert_eq!(open.status, TenantState::Active);
    run_due(place.bench()).unwrap();
    let other = place.globex.scope.tenant().uuid();
    assert_eq!(
        place.count(&format!(
            "select count(*) from shared.events where tenant_id = '{other}'"
        )),
        0
    );
    assert_eq!(
        place.count("select count(*) from shared.events where kind like 'tenant.%'"),
        6
    );
}

#[test]
fn a_change_is_checked_told_and_never_overwrites_a_later_one() {
    let place = place();
    let (now, acme) = (Utc::now(), place.acme.scope.tenant());
    let record = staff(&place, now, |tx| Ok(tx.tenant_record(acme)?)).unwrap();
    let changed = |with: &dyn Fn(&mut Change)| {
        let mut wanted = Change::of(&record);
        with(&mut wanted);
        staff(&place, now, |tx| {
            change(tx, acme, Some(record.version), &wanted, &Doer::Platform)
        })
    };
    let wrong = changed(&|wanted| {
        wanted.name = " ".to_owned();
        wanted.alias = "globex".to_owned();
        wanted.contact.billing_email = Some("nowhere".to_owned());
        wanted.limits = [("cakes".to_owned(), 3)].into();
    });
    let Err(VerbError::Invalid(errors)) = wrong else {
        panic!("{wrong:?}")
    };
    for field in ["name", "alias", "billing_email", "limits"] {
        assert!(errors.of(field).is_some(), "{field}");
    }
    let now_is = changed(&|wanted| {
        wanted.name = "Acme Works".to_owned();
        wanted.limits = [("users".to_owned(), 7)].into();
    });
    assert_eq!(now_is.unwrap().name, "Acme Works");
    assert!(matches!(
        changed(&|wanted| wanted.name = "Other".to_owned()),
        Err(VerbError::Stale)
    ));
    run_due(place.bench()).unwrap();
    assert_eq!(place.count("select hard from shared.limits l join catalogue.tenants t on t.id = l.tenant_id where t.slug = 'acme' and l.resource = 'users'"), 7);
    assert_eq!(
        place.count("select count(*) from shared.audit_entries where action = 'tenant.changed'"),
        1
    );
}
