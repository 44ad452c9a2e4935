//! The pages of API keys: making one, which shows it once, rotating with an overlap, revoking.

use crate::support::app;

#[test]
fn a_key_is_made_shown_once_rotated_and_revoked() {
    let app = app::start();
    let admin = app.admin();
    admin.get("/keys").expect(200).shows("No API keys yet");
    admin.get("/keys/new").expect(200).shows("users:read");
    let fields = [
        ("name", "Sync"),
        ("expires_in_days", "90"),
        ("permissions", "users:read"),
    ];
    let made = admin.post("/keys", &fields).expect(303);
    let page = made.location().unwrap();
    let shown = admin.follow(&made).expect(200).shows("Copy it now");
    shown
        .clone()
        .shows("/api/v1/tenants/me/users")
        .shows("Authorization: Bearer $TENANTRY_KEY");
    let text = shown.text();
    let key = text
        .split("data-copy=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap()
        .to_owned();
    assert!(key.len() > 40, "{key}");
    admin
        .get(&page)
        .expect(200)
        .hides("Copy it now")
        .hides(&key)
        .shows("See people")
        .shows("Admin of acme");
    admin.get("/keys").shows("Sync").shows("Never").hides(&key);
    admin
        .get(&format!("{page}/rotation"))
        .expect(200)
        .shows("Both open for a week");
    let rotated = admin
        .post(&format!("{page}/rotation"), &[("overlap", "7")])
        .expect(303);
    admin.follow(&rotated).shows("Copy it now").hides(&key);
    admin.get(&page).shows("Replaced soon");
    admin
        .post(&format!("{page}/rotation"), &[("overlap", "7")])
        .expect(409)
        .shows("There is a problem");
    admin
        .post(&format!("{page}/rotation"), &[("overlap", "8")])
        .expect(422)
        .shows("Choose one of the list.");
    admin.get(&format!("{page}/revocation")).expect(200);
    admin
        .post(&format!("{page}/revocation"), &[])
        .leads_to("/keys");
    admin.get(&page).shows("Revoked");
    let log = app.audit();
    assert!(
        log.contains(&"done key.revoked by Admin of acme: Sync".to_owned()),
        "{log:#?}"
    );
    assert!(!log.join("\n").contains(&key));
}

#[test]
fn inp_02_a_bad_field_of_a_key_is_explained_and_kept() {
    let app = app::start();
    let admin = app.admin();
    for (field, value, words) in [
        ("name", "", "Fill this in."),
        ("expires_in_days", "soon", "Choose one of the list."),
        ("expires_in_days", "0", "Choose from 1 to"),
        ("permissions", "users:destroy", "does not exist"),
        ("permissions", "", "does not exist"),
    ] {
        let mut fields = vec![
            ("name", "Kept"),
            ("expires_in_days", "30"),
            ("permissions", "users:read"),
        ];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let page = admin.post("/keys", &fields).expect(422).shows(words);
        assert!(page.has("Kept") || field == "name", "{field}");
    }
    admin
        .post("/keys", &[("name", "None")])
        .expect(422)
        .shows("Choose at least one");
}

#[test]
fn nobody_puts_more_into_a_key_than_they_have_and_another_tenants_is_nothing() {
    let app = app::start();
    let owner = app.owner();
    let made = owner
        .post("/keys", &[("name", "Sync"), ("permissions", "users:read")])
        .expect(303);
    let page = made.location().unwrap();
    app.stranger().get(&page).expect(404);
    app.stranger()
        .post(&format!("{page}/revocation"), &[])
        .expect(404);
    app.stranger().get("/keys").hides("Sync");
    // A secret that was left for one page is shown on no other.
    owner.get("/keys").hides("Copy it now");
    app.analyst().get(&page).expect(200).hides("Copy it now");
    app.analyst().get("/keys/new").expect(403);
    app.member().get("/keys").expect(403);
}

/// Whatever a key may: the request that is shown beside it answers 200, run as it stands.
#[test]
fn the_request_that_is_shown_with_a_key_works() {
    let app = app::start();
    let admin = app.admin();
    for may in [
        "users:read",
        "overview:read",
        "audit:read",
        "roles:read",
        "keys:read",
        "jobs:read",
    ] {
        let made = admin
            .post("/keys", &[("name", may), ("permissions", may)])
            .expect(303);
        let page = admin.follow(&made).expect(200);
        let page = page.text();
        let copied = |place: usize| {
            let piece = page.split("data-copy=\"").nth(place).unwrap();
            let piece = piece.split('"').next().unwrap();
            piece
                .replace("&quot;", "\"")
                .replace("&#34;", "\"")
                .replace("&#x27;", "'")
        };
        let (key, request) = (copied(1), copied(2));
        let request = format!(
            "{request} -s -o /dev/null -w '%{{http_code}}' --connect-to \"::127.0.0.1:{}\"",
            app.port
        );
        let out = std::process::Command::new("sh")
            .arg("-c")
            .arg(&request)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TENANTRY_KEY", key)
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8_lossy(&out.stdout),
            "200",
            "{may}: {request}"
        );
    }
    // What reads nothing is shown without one.
    let made = admin
        .post(
            "/keys",
            &[("name", "Writes"), ("permissions", "users:manage")],
        )
        .expect(303);
    admin
        .follow(&made)
        .expect(200)
        .shows("Copy it now")
        .hides("curl ")
        .shows("/api/v1/docs");
    admin.get("/keys").shows("/api/v1/docs");
}
