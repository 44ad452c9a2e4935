//! Closing by an owner and keeping by the link of the letter; what the owners are told of the tenant's life.

use chrono::TimeDelta;
use diesel::RunQueryDsl;
use domain::staff::{DeleteTenants, ManageTenants};
use serde_json::json;
use services::jobs::{self, JobKind, NewJob};
use services::tenants::deletion::{self, CONFIRMATION, Grace, Sure};
use services::tenants::{Doer, rest};
use services::{StaffCredential, StoreError};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, asked};
use crate::support::postgres::query;

/// To whom letters went with which subject, the earliest first.
fn told(app: &App) -> Vec<String> {
    let letters = app.letters();
    let line = |letter: &outside::mail::Letter| format!("{}: {}", letter.to, letter.subject);
    letters.iter().map(line).collect()
}

fn bills_elsewhere(app: &App) {
    query("update catalogue.tenants set billing_email = 'bills@acme.test' where slug = 'acme'")
        .execute(&mut app.sql())
        .unwrap();
}

/// The path of the link in the owner's last letter.
fn link(app: &App) -> String {
    let letters = app.letters();
    let letter = letters
        .iter()
        .rev()
        .find(|one| one.to.as_str() == ACME.email("owner") && one.text.contains("/keep/"));
    let text = &letter.unwrap().text;
    let path = &text[text.find("/keep/kep_").unwrap()..];
    path.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn an_owner_closes_and_an_owner_keeps_it_by_the_link_of_the_letter() {
    let app = app::start();
    bills_elsewhere(&app);
    app.owner()
        .post("/settings/closing", &[("name", "Acme")])
        .leads_to("/sign-in");
    app.run_jobs();
    let subject = "Acme is closed and will be deleted";
    assert_eq!(
        told(&app),
        [
            format!("{}: {subject}", ACME.email("owner")),
            format!("bills@acme.test: {subject}")
        ]
    );
    let letters = app.letters();
    assert!(letters[0].text.contains("Owner of acme has closed Acme"));
    assert!(letters[0].html.contains("/keep/kep_"));
    assert!(!letters[1].text.contains("/keep/"), "only owners keep it");
    app.visitor()
        .get("/sign-in")
        .expect(403)
        .shows("its owners can keep it");
    app.visitor().get("/dev/mailbox").expect(200);

    let path = link(&app);
    // No other tenant's door, and nothing that merely looks so.
    let other = app.visitor_at(&GLOBEX.host());
    other.get(&path).expect(410);
    other.post(&path, &[]).expect(410);
    let mut wrong = path.clone();
    wrong.replace_range(path.len() - 4..path.len() - 1, "AAA");
    for path in [wrong.as_str(), "/keep/kep_x"] {
        app.visitor().get(path).expect(403);
        app.visitor().post(path, &[]).expect(403);
    }
    // Looking keeps nothing.
    let visitor = app.visitor();
    visitor
        .get(&path)
        .expect(200)
        .shows("Keep Acme?")
        .shows("Owner of acme");
    app.visitor().get("/sign-in").expect(403);
    let kept = visitor.post(&path, &[]).leads_to("/sign-in");
    visitor.follow(&kept).expect(200).shows("Acme stays");
    app.owner().get("/me").expect(200);
    app.run_jobs();
    visitor.get(&path).expect(410);
    visitor.post(&path, &[]).expect(410);
    let log = app.audit();
    for line in [
        "done tenant.deletion_scheduled by Owner of acme: Acme",
        "done tenant.deletion_undone by Owner of acme: Acme",
    ] {
        assert!(log.contains(&line.to_owned()), "{log:#?}");
    }
    assert_eq!(
        app.count("shared.events where kind = 'tenant.updated' and data->>'status' = 'active'"),
        1
    );
    let stays = format!("{}: Acme stays", ACME.email("owner"));
    assert!(told(&app).contains(&stays), "{:?}", told(&app));
    assert!(app.audit_of(GLOBEX).is_empty());
}

#[test]
fn what_the_platform_closed_no_owner_opens() {
    let app = app::start();
    // A link of an earlier closing that was kept by the platform.
    app.owner()
        .post("/settings/closing", &[("name", "Acme")])
        .leads_to("/sign-in");
    app.run_jobs();
    let path = link(&app);
    let request = asked(app.clock.now());
    let (store, acme) = (&app.inner().store, ACME.id());
    let credential = StaffCredential::System("test");
    store
        .staff::<DeleteTenants, _, services::VerbError>(credential, &request, |tx| {
            deletion::undo(tx, acme)
        })
        .unwrap();
    store
        .staff::<DeleteTenants, _, services::VerbError>(credential, &request, |tx| {
            let sure = Sure::Word(CONFIRMATION);
            deletion::schedule(tx, acme, sure, None, Grace::default(), &Doer::Platform)
        })
        .unwrap();
    app.inner().directory.forget();
    // Before its job took the link, and after.
    for _ in 0..2 {
        app.visitor()
            .get(&path)
            .expect(403)
            .shows("whoever runs it for you can keep it");
        app.visitor().post(&path, &[]).expect(403);
        app.run_jobs();
    }
    let last = app.letters().pop().unwrap();
    assert_eq!(last.subject, "Acme is closed and will be deleted");
    assert!(last.text.contains("write to whoever runs this portal"));
    assert!(!last.text.contains("/keep/"), "{}", last.text);
    app.visitor().get("/sign-in").expect(403);
}

#[test]
fn only_an_active_owners_link_keeps_it() {
    let app = app::start();
    app.owner()
        .post("/settings/closing", &[("name", "Acme")])
        .leads_to("/sign-in");
    app.run_jobs();
    let path = link(&app);
    for change in ["role = 'admin'", "role = 'owner', status = 'suspended'"] {
        query(&format!(
            "update shared.users set {change} where email = 'owner@acme.test'"
        ))
        .execute(&mut app.sql_of(ACME))
        .unwrap();
        app.visitor().get(&path).expect(403);
        app.visitor().post(&path, &[]).expect(403);
    }
}

#[test]
fn the_owners_are_told_of_suspension_and_reactivation() {
    let app = app::start();
    bills_elsewhere(&app);
    let request = asked(app.clock.now());
    let deed = |work: &dyn Fn(
        &mut services::StaffTx<'_, ManageTenants>,
    ) -> Result<(), services::VerbError>| {
        let store = &app.inner().store;
        store
            .staff(StaffCredential::System("test"), &request, |tx| work(tx))
            .unwrap();
        app.run_jobs();
    };
    deed(&|tx| rest::suspend(tx, ACME.id(), "Unpaid since May").map(drop));
    deed(&|tx| rest::reactivate(tx, ACME.id()).map(drop));
    let owner = ACME.email("owner");
    assert_eq!(
        told(&app),
        [
            format!("{owner}: Acme is suspended"),
            "bills@acme.test: Acme is suspended".to_owned(),
            format!("{owner}: Acme is open again"),
            "bills@acme.test: Acme is open again".to_owned(),
        ]
    );
    let letters = app.letters();
    assert!(letters[0].text.contains("Unpaid since May"));
    assert!(letters[0].html.contains("Unpaid since May"));
    assert!(letters[0].message_id.ends_with("@acme.localhost"));
    assert_eq!(
        app.count(&format!(
            "shared.letters where tenant_id = '{}'",
            GLOBEX.id().uuid()
        )),
        0
    );
}

#[test]
fn the_owners_are_told_once_that_the_trial_ends_soon_and_once_that_it_ended() {
    let app = app::start();
    let end = app.clock.now() + TimeDelta::days(5);
    query("update catalogue.tenants set status = 'trial', trial_ends_at = $1 where slug = 'acme'")
        .bind::<diesel::sql_types::Timestamptz, _>(end)
        .execute(&mut app.sql())
        .unwrap();
    let look = || {
        let now = app.clock.now();
        let job = NewJob::now(JobKind::TrialsEnd, json!({}));
        let asked = app
            .inner()
            .store
            .platform::<_, StoreError>(now, |tx| jobs::enqueue_for_platform(tx, &job));
        asked.unwrap();
        app.run_jobs();
        told(&app).len()
    };
    assert_eq!(look(), 0, "five days are not soon");
    app.clock.advance(TimeDelta::days(3));
    assert_eq!((look(), look()), (1, 1));
    let letter = app.letters().pop().unwrap();
    assert_eq!(letter.subject, "The trial of Acme ends soon");
    assert!(letter.text.contains(&end.format("%Y-%m-%d").to_string()));
    assert!(letter.text.contains("/plan"));
    app.clock.advance(TimeDelta::days(3));
    assert_eq!((look(), look()), (2, 2));
    let letter = app.letters().pop().unwrap();
    assert_eq!(letter.subject, "The trial of Acme has ended");
    assert_eq!(letter.to.as_str(), ACME.email("owner"));
    for kind in ["tenant.trial_ending", "tenant.trial_ended"] {
        assert_eq!(
            app.count(&format!("shared.events where kind = '{kind}'")),
            1
        );
    }
}
