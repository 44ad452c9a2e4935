//! People by the front door: inviting, deeds, editing. The rules themselves are tried against the verbs.

use diesel::connection::SimpleConnection;

use crate::support::app;
use crate::support::cast::{ACME, GLOBEX};

fn of(name: &str, rest: &str) -> String {
    format!("/users/{}{rest}", ACME.person(name))
}

#[test]
fn many_are_invited_at_once_or_nobody() {
    let app = app::start();
    let admin = app.admin();
    admin
        .get("/users/invitations/new")
        .expect(200)
        .shows("Invite people");
    let typed = "ravi@new.test, Mia Lind <mia@new.test>; nobody\nmember@acme.test";
    let page = admin
        .post(
            "/users/invitations",
            &[("addresses", typed), ("role", "viewer")],
        )
        .expect(422)
        .shows("There is a problem")
        .shows("nobody: Write the address as name@example.com.")
        .shows("member@acme.test: Here already");
    assert!(
        page.has("Mia Lind &#60;mia@new.test&#62;"),
        "typed text is kept"
    );
    assert_eq!(app.count("shared.users where email like '%@new.test'"), 0);
    let good = "ravi@new.test, Mia Lind <mia@new.test>";
    let sent = admin.post(
        "/users/invitations",
        &[("addresses", good), ("role", "viewer")],
    );
    admin
        .follow(&sent.leads_to("/users?status=invited"))
        .shows("2 invitations sent")
        .shows("Mia Lind");
    app.run_jobs();
    assert_eq!(app.audit().len(), 2);
    assert_eq!(app.count("shared.events where kind = 'user.invited'"), 2);
    assert_eq!(app.count("shared.letters where template = 'invitation'"), 2);
}

#[test]
fn authz_08_no_seat_is_told_with_what_to_do() {
    let app = app::start();
    app.sql_of(ACME)
        .batch_execute("update shared.limits set hard = used")
        .unwrap();
    app.owner()
        .post(
            "/users/invitations",
            &[("addresses", "a@new.test"), ("role", "member")],
        )
        .expect(429)
        .shows("1 seat is wanted, 0 free")
        .shows("a@new.test");
    assert_eq!(app.count("shared.users where email = 'a@new.test'"), 0);
}

#[test]
fn authz_04_no_field_that_a_form_does_not_have_is_taken() {
    let app = app::start();
    let owner = app.owner();
    let forms = [
        "/users/invitations".to_owned(),
        "/users/bulk/suspension".to_owned(),
        "/roles".to_owned(),
        of("member", "/edit"),
        of("member", "/suspension"),
        of("member", "/role"),
        of("member", "/removal"),
    ];
    let fields = [
        "tenant_id",
        "is_owner",
        "verified",
        "limits",
        "features",
        "plan",
        "created_at",
        "password_hash",
        "status",
        "user[role]",
        "role[]",
        "permissions[0]",
        "version[]",
    ];
    for form in &forms {
        for field in fields {
            owner.post(form, &[(field, "owner")]).expect(400);
        }
    }
    assert!(app.audit().is_empty());
}

#[test]
fn authz_03_an_owner_is_touched_by_owners_only_and_the_last_one_stays() {
    let app = app::start();
    let (admin, owner) = (app.admin(), app.owner());
    admin
        .post(&of("owner", "/suspension"), &[("reason", "")])
        .expect(403);
    admin.post(&of("owner", "/removal"), &[]).expect(403);
    admin
        .post(&of("admin", "/role"), &[("role", "owner")])
        .expect(403);
    admin
        .post(
            "/users/invitations",
            &[("addresses", "x@new.test"), ("role", "owner")],
        )
        .expect(403);
    owner
        .post(&of("owner", "/role"), &[("role", "viewer")])
        .expect(403)
        .shows("last owner");
    app.manager()
        .post(&of("admin", "/suspension"), &[("reason", "")])
        .expect(403);
    assert_eq!(
        app.count("shared.users where role = 'owner' and status = 'active'"),
        2
    );
}

#[test]
fn somebody_is_suspended_restored_removed_and_brought_back() {
    let app = app::start();
    let admin = app.admin();
    let member = app.member();
    admin
        .get(&of("member", "/suspension"))
        .expect(200)
        .shows("signed out at once");
    admin
        .post(&of("member", "/suspension"), &[("reason", "a\u{0}b")])
        .expect(422);
    let done = admin.post(&of("member", "/suspension"), &[("reason", "Lost a laptop")]);
    admin
        .follow(&done)
        .expect(200)
        .shows("is suspended")
        .shows("Lost a laptop");
    member.get("/users").expect(303);
    admin
        .post(&of("member", "/suspension"), &[("reason", "")])
        .expect(409);
    admin.post(&of("member", "/restoration"), &[]).expect(303);
    let removed = admin
        .post(&of("member", "/removal"), &[])
        .leads_to("/users");
    admin
        .follow(&removed)
        .shows("is removed")
        .shows("/removal/undo");
    admin.get(&of("member", "")).expect(404);
    admin.post(&of("member", "/removal/undo"), &[]).expect(303);
    admin.get(&of("member", "")).expect(200);
    admin.post(&of("invited", "/invitation"), &[]).expect(303);
    admin
        .post(&of("invited", "/invitation/revocation"), &[])
        .expect(303);
    app.run_jobs();
}

#[test]
fn iso_01_a_person_of_another_tenant_is_not_found() {
    let app = app::start();
    let owner = app.owner();
    let elif = GLOBEX.person("member");
    for rest in ["", "/activity", "/edit", "/role", "/suspension", "/removal"] {
        owner.get(&format!("/users/{elif}{rest}")).expect(404);
    }
    for rest in [
        "/restoration",
        "/deactivation",
        "/removal",
        "/removal/undo",
        "/invitation",
    ] {
        owner.post(&format!("/users/{elif}{rest}"), &[]).expect(404);
    }
}

#[test]
fn many_are_changed_after_a_question_and_all_that_match_are_counted_again() {
    let app = app::start();
    let admin = app.admin();
    let (member, owner) = (
        ACME.person("member").to_string(),
        ACME.person("owner").to_string(),
    );
    let ticked = [
        ("id", member.as_str()),
        ("id", owner.as_str()),
        ("query", "sort=name"),
    ];
    admin
        .post("/users/bulk/suspension", &ticked)
        .expect(200)
        .shows("Suspend 2 people?");
    let mut sure = ticked.to_vec();
    sure.extend([("sure", "1"), ("reason", "Audit")]);
    let done = admin.post("/users/bulk/suspension", &sure);
    admin
        .follow(&done.leads_to("/users?sort=name&order=asc"))
        .shows("1 person is suspended")
        .shows("Only an owner can do this to an owner.");
    let all = [
        ("all", "1"),
        ("query", "status=active"),
        ("sure", "1"),
        ("count", "99"),
    ];
    admin
        .post("/users/bulk/removal", &all)
        .expect(409)
        .shows("changed meanwhile");
    admin
        .post("/users/bulk/removal", &[("query", "")])
        .expect(400);
    admin.post("/users/bulk/promotion", &ticked).expect(404);
}

#[test]
fn inp_02_a_bad_field_of_a_person_is_explained_and_kept() {
    let app = app::start();
    let admin = app.admin();
    let version = admin
        .get(&of("member", "/edit"))
        .expect(200)
        .input("version")
        .unwrap();
    let long = "x".repeat(121);
    for (field, value, words) in [
        ("name", "", "Fill this in."),
        ("name", long.as_str(), "Write at most 120 characters."),
        ("name", "a\u{7}b", "characters that are no text"),
        ("email", "nobody", "Write the address as name@example.com."),
        ("email", "owner@acme.test", "has this address already"),
        ("role", "emperor", "Choose a role from the list."),
        ("department", long.as_str(), "Write at most 100 characters."),
        ("phone", "-1e309", "telephone number"),
        ("timezone", "Mars/Olympus", "Choose one from the list."),
    ] {
        let mut fields = vec![
            ("version", version.as_str()),
            ("name", "Kept \u{1f600}"),
            ("email", "member@acme.test"),
            ("role", "member"),
            ("location", "Kept here"),
        ];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let page = admin
            .post(&of("member", "/edit"), &fields)
            .expect(422)
            .shows(words);
        assert_eq!(page.input("location").unwrap(), "Kept here", "{field}");
    }
    assert!(app.audit().is_empty());
}

#[test]
fn inp_04_the_second_who_saves_sees_both_versions() {
    let app = app::start();
    let (admin, owner) = (app.admin(), app.owner());
    let version = admin.get(&of("member", "/edit")).input("version").unwrap();
    let save = |name, location, version: &str| {
        [
            ("version", version.to_owned()),
            ("name", String::from(name)),
            ("email", "member@acme.test".to_owned()),
            ("role", "member".to_owned()),
            ("location", String::from(location)),
        ]
    };
    let post = |browser: &crate::support::client::Browser, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        browser.post(&of("member", "/edit"), &fields)
    };
    post(&owner, &save("First", "Oslo", &version)).expect(303);
    let both = post(&admin, &save("Second", "Bern", &version))
        .expect(409)
        .shows("Somebody else changed this")
        .shows("First")
        .shows("Bern");
    assert_eq!(both.input("name").unwrap(), "Second");
    assert_eq!(
        app.count("shared.users where name = 'First' and location = 'Oslo'"),
        1
    );
    let newer = both.input("version").unwrap();
    post(&admin, &save("Second", "Bern", &newer)).expect(303);
    assert_eq!(
        app.count("shared.users where name = 'Second' and location = 'Bern'"),
        1
    );
}
