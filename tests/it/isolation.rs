//! One tenant and another: ids, hosts, tokens and caches of the one lead nowhere at the other.

use diesel::prelude::*;
use diesel::sql_types::{Bytea, Text, Uuid as SqlUuid};
use domain::token::{InvitationKind, PasswordResetKind};
use domain::{Needs, TokenHash};
use tenantry::routes;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World};
use crate::support::client::{Answer, exchange, settled};
use crate::support::paths::Things;
use crate::support::postgres::query;

/// Everything that a tenant has, table by table, as one mark.
pub(crate) fn digest(app: &App, world: World) -> Vec<(String, String)> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let (mut home, mut there) = (app.sql(), app.sql_of(world));
    let tables: Vec<Row> = query(
        "select format('%I.%I', table_schema, table_name) as text from information_schema.columns \
         where column_name = 'tenant_id' and table_schema in ('shared', 'node', 'catalogue') order by 1",
    )
    .load(&mut home)
    .unwrap();
    assert!(tables.len() > 15, "where are the tables?");
    tables
        .into_iter()
        .map(|table| {
            let of_catalogue = table.text.starts_with("catalogue.");
            let connection = if of_catalogue { &mut home } else { &mut there };
            let text = format!(
                "select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as text \
                 from {} t where tenant_id = $1",
                table.text
            );
            let row: Row = query(&text)
                .bind::<SqlUuid, _>(world.id().uuid())
                .get_result(connection)
                .unwrap();
            (table.text, row.text)
        })
        .collect()
}

#[test]
fn iso_01_an_id_of_another_tenant_is_an_id_of_nothing() {
    let app = app::start();
    app.leaves_jobs();
    let theirs = Things::of(&app, GLOBEX);
    let before = digest(&app, GLOBEX);
    for route in routes::ALL {
        let names_something = route.path.contains('{') || !theirs.form(route).is_empty();
        if route.needs == Needs::Nothing || !names_something {
            continue;
        }
        for who in ["viewer", "member", "analyst", "manager", "admin", "owner"] {
            let nothing = Things::nowhere().ask(&app.signed_in(ACME, who), route);
            let answer = theirs.ask(&app.signed_in(ACME, who), route);
            let told = format!("{} {} as {who}", route.method, route.path);
            assert_eq!(settled(&answer), settled(&nothing), "{told}");
            if route.method == "get" && route.path.contains("{id}") {
                assert!([403, 404].contains(&answer.status), "{told}: {answer}");
            }
            assert!(!answer.has("lobex"), "{told}: {answer}");
        }
    }
    assert_eq!(digest(&app, GLOBEX), before);
}

#[test]
fn iso_01_no_name_of_another_tenants_thing_opens_anything_on_any_route() {
    let app = app::start();
    app.leaves_jobs();
    let theirs = Things::of(&app, GLOBEX);
    let more = [
        GLOBEX.id().to_string(),
        GLOBEX.id().uuid().to_string(),
        GLOBEX.email("member"),
    ];
    let mut names = [theirs.names(), more.to_vec()].concat();
    let spelled = |name: &String| format!("%{:02x}{}", name.as_bytes()[0], &name[1..]);
    let spelled: Vec<String> = names.iter().take(6).map(spelled).collect();
    names.extend(spelled);
    names.extend([GLOBEX.slug.to_owned(), GLOBEX.host(), GLOBEX.email("owner")]);
    let roles = ["viewer", "member", "analyst", "manager", "admin", "owner"];
    let actors = roles.map(|role| (role, app.signed_in(ACME, role)));
    let before = digest(&app, GLOBEX);
    let mut probes = 0;
    for route in routes::ALL.iter().filter(|route| route.path.contains('{')) {
        for name in &names {
            let path = Things::named(route, name);
            let form = theirs.form(route);
            let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
            for (who, browser) in &actors {
                let answer = match route.method {
                    "get" => browser.get(&path),
                    _ => browser.post(&path, &form),
                };
                let told = format!("{} {path} as {who}: {answer}", route.method);
                assert!([400, 403, 404, 410, 422].contains(&answer.status), "{told}");
                assert!(
                    !answer.text().replace(&path, "").contains("lobex"),
                    "{told}"
                );
                probes += 1;
            }
        }
    }
    assert_eq!(digest(&app, GLOBEX), before);
    eprintln!("{probes} probes");
    assert!(probes >= 10_000, "{probes}");
}

#[test]
fn iso_05_no_word_in_a_request_changes_its_tenant() {
    let app = app::start();
    let globex = GLOBEX.id().to_string();
    let host = GLOBEX.host();
    let forwarded = format!("for=10.0.0.1;host={host};proto=https");
    let url = format!("http://{host}/me");
    let headers = [
        ("X-Tenant-ID", globex.as_str()),
        ("X-Tenant-ID", "globex"),
        ("X-Tenant", "globex"),
        ("Tenant", "globex"),
        ("X-Organization", "globex"),
        ("X-Forwarded-Host", &host),
        ("X-Forwarded-Server", &host),
        ("X-Forwarded-For", "10.0.0.1"),
        ("X-Forwarded-Proto", "https"),
        ("Forwarded", &forwarded),
        ("X-Original-Host", &host),
        ("X-Host", &host),
        ("X-HTTP-Host-Override", &host),
        ("X-Original-URL", &url),
        ("X-Rewrite-URL", &url),
        ("X-Real-Host", &host),
        ("Referer", &url),
        ("Via", &host),
        ("X-Subdomain", "globex"),
        ("X-Session-Tenant", &globex),
    ];
    let queries = [
        "tenant_id=globex",
        "tenant=globex",
        "host=globex.localhost",
        "X-Tenant-ID=globex",
        "_tenant=globex",
    ];
    let owner = app.owner();
    let own = Things::of(&app, ACME);
    for route in routes::ALL.iter().filter(|route| route.method == "get") {
        let path = own.path(route);
        let plain = settled(&owner.get(&path));
        for (name, value) in headers {
            let answer = owner.ask("GET", &path).header(name, value).send();
            assert!(
                !answer.has("lobex"),
                "{path} with {name}: {value}: {answer}"
            );
            // Each export leaves an entry, so that the next one is longer.
            if !route.access.starts_with("Export") {
                assert_eq!(settled(&answer), plain, "{path} with {name}: {value}");
            }
        }
        for query in queries {
            let answer = owner.get(&format!("{path}?{query}"));
            assert!(
                !answer.has("lobex.test") && !answer.has("of globex"),
                "{path}?{query}: {answer}"
            );
            assert!(
                [plain.status, 400].contains(&answer.status),
                "{path}?{query}: {answer}"
            );
        }
    }
    let with_cookie = owner.ask("GET", "/me").header(
        "Cookie",
        &format!("tenant=globex; {}; tenant_id={globex}", owner.cookies()),
    );
    with_cookie.send().expect(200).shows("Owner of acme");
    owner
        .post("/me/preferences", &[("tenant_id", &globex)])
        .hides("lobex.test");
}

#[test]
fn iso_05_a_host_is_named_once_and_exactly() {
    let app = app::start();
    let owner = app.owner();
    let cookies = owner.cookies();
    let ask = |target: &str, hosts: &[&str]| {
        let hosts: String = hosts
            .iter()
            .map(|host| format!("Host: {host}\r\n"))
            .collect();
        let text = format!(
            "GET {target} HTTP/1.1\r\n{hosts}Cookie: {cookies}\r\nConnection: close\r\n\r\n"
        );
        exchange(app.port, text.as_bytes())
    };
    for (target, hosts) in [
        ("/me", &["acme.localhost"][..]),
        ("/me", &["ACME.LOCALHOST"]),
        ("/me", &["acme.localhost."]),
        ("/me", &["acme.localhost:80"]),
        ("http://acme.localhost/me", &["acme.localhost"]),
    ] {
        assert!(
            ask(target, hosts).expect(200).has("Owner of acme"),
            "{target} {hosts:?}"
        );
    }
    for (target, hosts) in [
        ("/me", &[][..]),
        ("/me", &[""]),
        ("/me", &["acme.localhost", "globex.localhost"]),
        ("/me", &["acme.localhost", "acme.localhost"]),
        ("/me", &["acme.localhost, globex.localhost"]),
        ("/me", &["acme.localhost globex.localhost"]),
        ("/me", &["acme.localhost@globex.localhost"]),
        ("/me", &["globex.localhost:80@acme.localhost"]),
        ("/me", &["acme.localhost/globex"]),
        ("/me", &["acme.localhost:99999"]),
        ("/me", &["acme.localhost:80:80"]),
        ("/me", &["acme.localhost.."]),
        ("/me", &["acme..localhost"]),
        ("/me", &[".localhost"]),
        ("/me", &["acme_.localhost"]),
        ("/me", &["acme.localhost%00"]),
        ("/me", &["acme.localhost\u{e9}"]),
        ("/me", &["127.1"]),
        ("/me", &["0x7f000001"]),
        ("/me", &["[::1"]),
        ("http://globex.localhost/me", &["acme.localhost"]),
        ("http://acme.localhost/me", &["globex.localhost"]),
    ] {
        let answer = ask(target, hosts);
        assert_eq!(answer.status, 400, "{target} {hosts:?}: {answer}");
        assert!(!answer.has("Owner of"), "{target} {hosts:?}: {answer}");
    }
    for host in [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "xacme.localhost",
        "acme.localhost.evil.com",
        "acme",
        "www.acme.localhost",
        "xn--acme-.localhost.x",
        "xn--80ak6aa92e.localhost",
        "acme.localhost.localhost",
    ] {
        let answer = ask("/me", &[host]);
        assert!([400, 404].contains(&answer.status), "{host}: {answer}");
        assert!(!answer.has("Owner of"), "{host}: {answer}");
    }
    // Another tenant's host: its own door, and none of acme's people.
    let answer = ask("/me", &["globex.localhost"]);
    assert!(
        answer
            .header("location")
            .is_some_and(|to| to.starts_with("/sign-in")),
        "{answer}"
    );
}

/// A link of this tenant that works, made past the product so that nothing else of it is needed.
fn link(app: &App, world: World, who: &str, purpose: &str, hash: &TokenHash) {
    query(
        "insert into shared.links (tenant_id, id, user_id, purpose, token_hash, email_folded, created_at, expires_at) \
         values ($1, gen_random_uuid(), $2, $3, $4, $5, now(), now() + interval '1 day')",
    )
    .bind::<SqlUuid, _>(world.id().uuid())
    .bind::<SqlUuid, _>(world.person(who).uuid())
    .bind::<Text, _>(purpose)
    .bind::<Bytea, _>(hash.as_bytes().to_vec())
    .bind::<Text, _>(world.email(who))
    .execute(&mut app.sql_of(world))
    .unwrap();
}

#[test]
fn iso_06_nothing_that_one_tenant_gave_out_opens_anything_at_another() {
    let app = app::start();
    app.leaves_jobs();
    let invitation = services::tokens::draw::<InvitationKind>();
    let reset = services::tokens::draw::<PasswordResetKind>();
    link(&app, ACME, "invited", "invitation", &invitation.hash());
    link(&app, ACME, "member", "password_reset", &reset.hash());
    let invitation = format!("/invitations/{}", invitation.reveal().as_str());
    let reset = format!("/password-reset/{}", reset.reveal().as_str());
    let new = "quartz-meadow-orbit-19";
    let before = digest(&app, ACME);
    for host in [
        GLOBEX.host(),
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
    ] {
        let visitor = app.visitor_at(&host);
        for (path, form) in [
            (&invitation, &[("name", "Mallory"), ("password", new)][..]),
            (&reset, &[("password", new)]),
        ] {
            let right = if host == GLOBEX.host() { 410 } else { 404 };
            visitor.get(path).expect(right).hides("acme");
            visitor.post(path, form).expect(right).hides("acme");
            assert_eq!(visitor.cookie("__Host-session"), None);
        }
        let carried = app.owner().carried_to(&host);
        for path in ["/", "/me", "/users", "/audit", "/me/sessions"] {
            let answer = carried.get(path);
            assert!(
                [303, 404].contains(&answer.status),
                "{host}{path}: {answer}"
            );
            assert!(!answer.has("acme.test"), "{host}{path}: {answer}");
        }
    }
    // A step's token opens no other step either.
    let visitor = app.visitor();
    visitor
        .get(&invitation.replace("invitations", "password-reset"))
        .expect(410);
    visitor
        .get(&reset.replace("password-reset", "invitations"))
        .expect(410);
    let after = digest(&app, ACME);
    let changed: Vec<&str> = before
        .iter()
        .zip(&after)
        .filter(|(one, other)| one != other)
        .map(|(one, _)| one.0.as_str())
        .collect();
    assert_eq!(
        changed,
        ["shared.events", "shared.sessions"],
        "the owner's sessions, and nothing else"
    );
    // Where they belong they work.
    visitor.get(&invitation).expect(200);
    visitor.get(&reset).expect(200);
}

#[test]
fn iso_07_nothing_of_one_tenant_is_kept_for_another() {
    let app = app::start();
    app.leaves_jobs();
    let (acme, globex) = (Things::of(&app, ACME), Things::of(&app, GLOBEX));
    let (owner, stranger) = (app.owner(), app.stranger());
    for route in routes::ALL.iter().filter(|route| route.method == "get") {
        let warm = owner.get(&acme.path(route));
        private(&warm);
        let etag = warm.header("etag").unwrap_or("\"1\"").to_owned();
        for (name, value) in [
            ("If-None-Match", etag.as_str()),
            ("If-None-Match", "*"),
            ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),
            ("Range", "bytes=0-99"),
        ] {
            let answer = stranger
                .ask("GET", &globex.path(route))
                .header(name, value)
                .send();
            private(&answer);
            assert!(
                ![206, 304].contains(&answer.status),
                "{} {name}: {answer}",
                route.path
            );
            assert!(
                !answer.has("acme") && !answer.has("Acme"),
                "{} {name}: {answer}",
                route.path
            );
        }
    }
}

fn private(answer: &Answer) {
    assert_eq!(
        answer.header("cache-control"),
        Some("private, no-store"),
        "{answer}"
    );
}

#[test]
fn iso_07_a_host_that_changes_hands_is_asked_for_again() {
    let app = app::start();
    app.visitor().get("/sign-in").expect(200).shows("Acme");
    query("update catalogue.domains set tenant_id = $1, canonical = false where host = 'acme.localhost'")
        .bind::<SqlUuid, _>(GLOBEX.id().uuid())
        .execute(&mut app.sql())
        .unwrap();
    // What the notice of the catalogue does in a running process.
    app.inner().directory.forget();
    app.visitor()
        .get("/sign-in")
        .expect(200)
        .shows("Globex")
        .hides("Acme");
    // A session of acme's is not one of globex's, at the very same host.
    let answer = app.visitor();
    let opened = app.session(GLOBEX, GLOBEX.person("owner"));
    answer.keep_cookie(&app::cookie(ACME.id(), opened));
    assert_eq!(answer.get("/me").status, 303);
}
