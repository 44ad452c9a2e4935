//! The own profile and preferences.

use crate::support::app;
use crate::support::cast::ACME;

const EMPTY: [(&str, &str); 3] = [("department", ""), ("location", ""), ("phone", "")];

#[test]
fn one_changes_ones_own_profile() {
    let app = app::start();
    let browser = app.viewer();
    let version = browser.get("/me").expect(200).input("version").unwrap();
    let fields = [
        ("version", version.as_str()),
        ("name", "Grace Hopper"),
        ("department", "Navy"),
        ("location", "New York"),
        ("phone", "+1 (212) 555-0100"),
        ("field_name", "Pronouns"),
        ("field_value", "she/her"),
        ("field_name", ""),
        ("field_value", ""),
    ];
    let saved = browser.post("/me", &fields);
    let page = browser
        .follow(&saved.leads_to("/me"))
        .shows("Profile saved")
        .shows("she/her");
    assert_eq!(page.input("name").unwrap(), "Grace Hopper");
    assert_eq!(page.input("phone").unwrap(), "+1 (212) 555-0100");
    assert_eq!(
        app.audit(),
        ["done profile.changed by Viewer of acme: Grace Hopper"]
    );
    let before = "shared.audit_entries where before->>'name' = 'Viewer of acme' and after->>'department' = 'Navy'";
    assert_eq!(app.count(before), 1);
    // Saving the same again changes nothing.
    let version = page.input("version").unwrap();
    let mut same = fields;
    same[0].1 = &version;
    browser.post("/me", &same).leads_to("/me");
    assert_eq!(app.audit().len(), 1);
}

#[test]
fn inp_02_bad_input_is_explained_and_kept() {
    let app = app::start();
    let browser = app.member();
    let version = browser.get("/me").input("version").unwrap();
    let long = "x".repeat(121);
    for (field, value, words) in [
        ("name", "", "Fill this in."),
        ("name", long.as_str(), "Write at most 120 characters."),
        ("department", long.as_str(), "Write at most 120 characters."),
        ("name", "a\u{0}b", "characters that are no text"),
        ("phone", "call me", "telephone number"),
        ("location", "a\u{202e}b", "characters that are no text"),
    ] {
        let mut fields = vec![("version", version.as_str()), ("name", "Kept \u{1f600}")];
        fields.extend(EMPTY);
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let page = browser
            .post("/me", &fields)
            .expect(422)
            .shows("There is a problem")
            .shows(words);
        if field != "name" {
            assert_eq!(page.input("name").unwrap(), "Kept \u{1f600}");
        }
    }
    browser
        .post("/me", &[("name", "x"), ("role", "owner")])
        .expect(400);
    browser
        .post("/me", &[("name", "x"), ("email", "x@evil.test")])
        .expect(400);
    assert!(app.audit().is_empty());
}

#[test]
fn the_second_of_two_edits_sees_both_versions() {
    let app = app::start();
    let (first, second) = (app.member(), app.member());
    let version = first.get("/me").input("version").unwrap();
    let edit = |name: &'static str, version: &str| {
        let mut fields = vec![
            ("version".to_owned(), version.to_owned()),
            ("name".to_owned(), name.to_owned()),
        ];
        fields.extend(EMPTY.map(|(name, value)| (name.to_owned(), value.to_owned())));
        fields
    };
    let post = |browser: &crate::support::client::Browser, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        browser.post("/me", &fields)
    };
    post(&first, edit("First Name", &version)).leads_to("/me");
    let both = post(&second, edit("Second Name", &version)).expect(409);
    let both = both
        .shows("This was changed elsewhere")
        .shows("First Name")
        .shows("Second Name");
    assert_eq!(both.input("name").unwrap(), "Second Name");
    let newer = both.input("version").unwrap();
    post(&second, edit("Second Name", &newer)).leads_to("/me");
    assert_eq!(second.get("/me").input("name").unwrap(), "Second Name");
}

#[test]
fn one_chooses_ones_own_language_time_zone_and_notices() {
    let app = app::start();
    let browser = app.member();
    let version = browser.get("/me").input("version").unwrap();
    let chosen = [
        ("version", version.as_str()),
        ("locale", "de-DE"),
        ("timezone", "Asia/Tokyo"),
        ("notify_email", "1"),
    ];
    browser.post("/me/preferences", &chosen).leads_to("/me");
    let saved = "shared.users where locale = 'de-DE' and timezone = 'Asia/Tokyo' and notify_email and not notify_in_app";
    assert_eq!(app.count(saved), 1);
    let version = browser.get("/me").input("version").unwrap();
    let bad = [
        ("version", version.as_str()),
        ("locale", "xx"),
        ("timezone", "Mars/Base"),
    ];
    browser
        .post("/me/preferences", &bad)
        .expect(422)
        .shows("Choose a language of the list.")
        .shows("Choose a time zone");
    browser
        .post("/me/preferences", &[("version", &version)])
        .leads_to("/me");
    assert_eq!(
        app.count(
            "shared.users where email = 'member@acme.test' and locale is null and timezone is null"
        ),
        1
    );
}

#[test]
fn these_pages_are_for_whoever_is_signed_in() {
    let app = app::start();
    for path in ["/me", "/me/password", "/me/sessions"] {
        app.visitor().get(path).expect(303);
        app.viewer().get(path).expect(200);
        app.suspended().get(path).expect(303);
    }
    for path in [
        "/me",
        "/me/preferences",
        "/me/password",
        "/me/sessions/others/end",
    ] {
        app.visitor().post(path, &[("x", "y")]).expect(401);
    }
}

#[test]
fn the_development_mailbox_shows_one_tenant_and_only_while_developing() {
    let app = app::start();
    app.visitor()
        .get("/dev/mailbox")
        .expect(200)
        .shows("Development mailbox");
    app.visitor().get("/dev/mailbox/..%2Fx").expect(404);
    let sending = app::start_with(&[("mail.smtp_url", "smtp://mail.example.test")]);
    sending.visitor().get("/dev/mailbox").expect(404);
}

#[test]
fn a_person_leaves_by_themselves_and_is_brought_back() {
    let app = app::start();
    let (member, elsewhere) = (app.member(), app.member());
    member.get("/me").expect(200).shows("Leave Acme");
    member
        .get("/me/leaving")
        .expect(200)
        .shows("An admin can bring you back");
    member
        .post("/me/leaving", &[("sure", "yes")])
        .leads_to("/left");
    member.get("/left").expect(200).shows("You have left Acme");
    elsewhere.get("/me").expect(303);
    assert_eq!(
        app.audit().last().unwrap(),
        "done user.left by Member of acme: Member of acme"
    );
    let undo = format!("/users/{}/removal/undo", ACME.person("member"));
    app.admin().post(&undo, &[]).expect(303);
    app.member().get("/me").expect(200);
    assert_eq!(app.count("shared.events where kind = 'user.removed'"), 1);
}

#[test]
fn the_last_owner_does_not_leave() {
    let app = app::start();
    let owner = app.owner();
    owner
        .get("/me/leaving")
        .expect(200)
        .shows("You are the last owner");
    owner
        .post("/me/leaving", &[("sure", "yes")])
        .expect(409)
        .shows("Make somebody else an owner first");
    owner.get("/me").expect(200);
}
