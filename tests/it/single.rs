//! Single mode: the one tenant is at the base domain, its other hosts lead there, no other host is anybody's, and
//! there is no room for a second tenant at any door.

use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, PASSWORD, PLATFORM};
use crate::support::client::Browser;
use crate::support::umbrella::umbrella;

/// The base domain of every test.
pub(crate) const BASE: &str = "localhost";
/// How a process is told of single mode.
pub(crate) const SINGLE: [(&str, &str); 2] = [
    ("TENANTRY_MODE", "single"),
    ("TENANTRY_DEFAULT_TENANT", "acme"),
];
const NEW: &str = "copper meadow violin";
const FULL: &str = "single mode, which has one tenant";

/// An app of acme alone: globex is gone, and its rows are still there to be found by a mistake.
pub(crate) fn alone(settings: &[(&str, &str)]) -> App {
    let app = app::start_with(settings);
    app.set_status(GLOBEX.slug, "deleted");
    app
}

fn single() -> App {
    single_with(&[])
}

fn single_with(more: &[(&str, &str)]) -> App {
    let settings = [("mode", "single"), ("default_tenant", "acme")];
    let app = alone(&[&settings, more].concat());
    let words = ["mode", "single", "--tenant", "acme", "--yes"];
    app.tenantry_with(&words, &SINGLE).ends(0);
    app.inner().directory.forget();
    app
}

/// The whole address in the last letter to somebody.
fn link(app: &App, email: &str) -> String {
    app.run_jobs();
    let letter = app.mailer().last_to(email).unwrap();
    let mut words = letter.text.split_whitespace();
    let link = words.find(|word| word.starts_with("http") && word.contains('_'));
    link.unwrap_or_else(|| panic!("no link in {}", letter.text))
        .to_owned()
}

/// Its path, which is at the base domain.
fn path(app: &App, email: &str) -> String {
    let link = link(app, email);
    let path = link.strip_prefix("http://localhost/");
    format!("/{}", path.unwrap_or_else(|| panic!("{link} is elsewhere")))
}

fn signed_in(browser: &Browser, email: &str, password: &str) {
    let fields = [("email", email), ("password", password)];
    browser.post("/sign-in", &fields).leads_to("/");
}

#[test]
fn a_person_signs_in_invites_and_sets_a_password_at_the_base_domain() {
    let app = single();
    let owner = app.visitor_at(BASE);
    owner.get("/").leads_to("/sign-in?next=%2F");
    owner.get("/sign-in").expect(200).shows("Acme");
    signed_in(&owner, &ACME.email("owner"), PASSWORD);
    let home = owner.get("/").expect(200).shows("Acme");
    let home = home.hides("acme.localhost").hides(PLATFORM);
    assert!(home.header("content-security-policy").is_some());

    let form = [("addresses", "ada@partner.test"), ("role", "member")];
    owner.post("/users/invitations", &form).expect(303);
    let guest = app.visitor_at(BASE);
    let invitation = path(&app, "ada@partner.test");
    guest.get(&invitation).expect(200).shows("Join Acme");
    let form = [("name", "Ada Lovelace"), ("password", NEW)];
    guest.post(&invitation, &form).leads_to("/");
    guest.get("/me").expect(200).shows("Ada Lovelace");

    let forgetful = app.visitor_at(BASE);
    let email = ACME.email("member");
    let asked = forgetful.post("/password-reset", &[("email", &email)]);
    asked.expect(200);
    let reset = path(&app, &email);
    forgetful
        .post(&reset, &[("password", NEW)])
        .leads_to("/sign-in");
    signed_in(&forgetful, &email, NEW);
    forgetful.get("/users").expect(200);
    app.run_jobs();
}

#[test]
fn the_tenants_other_hosts_lead_to_the_base_domain_and_no_other_host_is_anybodys() {
    let app = single();
    let old = app.visitor();
    for path in ["/", "/users?page=2", "/invitations/inv_x", "/sign-in"] {
        let answer = old.get(path).expect(307);
        let wanted = format!("http://localhost{path}");
        assert_eq!(answer.location(), Some(wanted), "{path}");
    }
    let head = old.ask("HEAD", "/users").send().expect(307);
    assert_eq!(head.location().unwrap(), "http://localhost/users");
    let crooked = old.get("//evil.example/x").location();
    assert!(crooked.is_none_or(|to| to.starts_with("http://localhost/")));
    let sent = old.post("/sign-in", &[("email", "x"), ("password", "y")]);
    let sent = sent.expect(404).shows("href=\"http://localhost/\"");
    assert_eq!(sent.location(), None, "what was sent is not sent on");
    assert_eq!(old.get_part("/users").expect(404).location(), None);
    // A session from before is none here, and none at the base either: cookies are bound to their host.
    app.owner().get("/users").expect(307);

    app.set_status(GLOBEX.slug, "active");
    let globex = app.stranger();
    app.set_status(GLOBEX.slug, "deleted");
    let nobody = "No workspace answers at this address";
    for host in [
        GLOBEX.host(),
        "umbra.localhost".to_owned(),
        "api.localhost".to_owned(),
        "example.com".to_owned(),
    ] {
        let visitor = app.visitor_at(&host);
        visitor.get("/").expect(404).shows(nobody);
        visitor.get("/sign-in").expect(404).shows(nobody);
        globex.carried_to(&host).get("/").expect(404);
        app.owner().carried_to(&host).get("/users").expect(404);
    }
    let astray = globex.carried_to(BASE);
    astray.get("/users").leads_to("/sign-in?next=%2Fusers");
    for host in [BASE, PLATFORM, "acme.localhost", "example.com"] {
        app.visitor_at(host).get("/livez").expect(200);
    }
    app.visitor_at(BASE).get("/signup").expect(404);
}

#[test]
fn keys_work_at_the_base_domain_and_signals_that_disagree_are_refused() {
    let app = single();
    let key = app.key(ACME, &[Permission::ReadUsers]);
    let ask = |host: &str, path: &str, headers: &[(&str, &str)]| {
        let program = app.program_at(host, Some(key.reveal()));
        program.ask("GET", path, headers, None)
    };
    let people = "/tenants/me/users";
    let own = ask(BASE, people, &[("X-Tenant-ID", "acme")]).expect(200);
    assert!(own.has("acme.test") && !own.has("globex.test"));
    for (path, headers) in [
        (people, &[("X-Tenant-ID", "globex")][..]),
        (people, &[("X-Tenant-ID", "umbra")][..]),
        ("/tenants/globex/users", &[][..]),
    ] {
        let refused = ask(BASE, path, headers).expect(403);
        assert_eq!(refused.code(), "cross_tenant_access_denied", "{refused}");
    }
    let old = ask("acme.localhost", people, &[]).expect(404);
    old.shows("http://localhost/api/v1").hides("acme.test");
    for host in ["api.localhost", "globex.localhost", "umbra.localhost"] {
        ask(host, people, &[]).expect(404).hides("acme.test");
    }
    // A platform key has its own host.
    let wanted = StaffPermissions::of(&[StaffPermission::ReadTenants]);
    let platform = app.platform_key(wanted);
    let at = |host: &str| {
        app.program_at(host, Some(platform.reveal()))
            .get("/tenants")
    };
    at(PLATFORM).expect(200);
    let refused = at(BASE).expect(403);
    assert_eq!(refused.code(), "cross_tenant_access_denied");
    at("api.localhost").expect(404);
}

#[test]
fn there_is_no_room_for_a_second_tenant_at_any_door() {
    let app = single();
    let staff = app.staff(StaffRole::Owner);
    for page in ["/", "/tenants"] {
        staff.get(page).expect(200).hides("/tenants/new");
    }
    staff.get("/tenants/new").expect(409).shows(FULL);
    staff
        .post("/tenants", &umbrella(&[]))
        .expect(409)
        .shows(FULL);

    let wanted = StaffPermissions::of(&[StaffPermission::ManageTenants]);
    let key = app.platform_key(wanted);
    let program = app.program_at(PLATFORM, Some(key.reveal()));
    let admin = json!({ "email": "ada@umbra.test", "name": "Ada Byron" });
    let tenant = json!({ "tenant": {
        "name": "Umbra", "schema_name": "umbra", "admin_user": admin,
    }});
    program
        .send("POST", "/tenants", &tenant)
        .expect(409)
        .shows(FULL);
    let sign_up = json!({
        "organization_name": "Umbra", "subdomain": "umbra",
        "admin_name": "Ada", "admin_email": "ada@umbra.test",
    });
    for host in [BASE, "api.localhost", PLATFORM] {
        let stranger = app.program_at(host, None);
        stranger
            .send("POST", "/tenants/signup", &sign_up)
            .expect(404);
    }
    let words = create("umbra");
    let said = app.tenantry_with(&words, &SINGLE).ends(73);
    assert!(said.err.contains(FULL), "{}", said.err);
    assert_eq!(app.count("catalogue.tenants"), 2);

    // Its short name is what the configuration knows it by.
    let slug = format!("/tenants/{}/slug", ACME.id());
    let home = staff.get(&format!("/tenants/{}", ACME.id())).expect(200);
    home.hides("Rename the address");
    staff.get(&slug).expect(409).shows("multi");
    staff.post(&slug, &[("slug", "umbra")]).expect(409);
    let words = ["tenant", "rename", "acme", "umbra"];
    app.tenantry_with(&words, &SINGLE).ends(73);
    let address = format!("/tenants/{}/address", ACME.id());
    let body = json!({ "subdomain": "umbra" });
    program.send("PUT", &address, &body).expect(409);
}

/// The command that makes a tenant.
fn create(slug: &str) -> [&str; 8] {
    let rest = ["--name", "Umbra", "--owner", "ada@umbra.test", "--no-wait"];
    let mut words = ["tenant", "create", slug, "", "", "", "", ""];
    words[3..].copy_from_slice(&rest);
    words
}

#[test]
fn the_one_tenant_is_made_at_the_base_domain_by_its_configured_name() {
    let settings = [("mode", "single"), ("default_tenant", "umbra")];
    let app = alone(&settings);
    app.set_status(ACME.slug, "deleted");
    let told = [
        ("TENANTRY_MODE", "single"),
        ("TENANTRY_DEFAULT_TENANT", "umbra"),
    ];
    let said = app.tenantry_with(&create("other"), &told).ends(65);
    assert!(said.err.contains("default_tenant"), "{}", said.err);
    app.tenantry_with(&create("umbra"), &told).ends(0);
    while app.run_jobs() > 0 {}
    let guest = app.visitor_at(BASE);
    guest.get("/sign-in").expect(200).shows("Umbra");
    let invitation = path(&app, "ada@umbra.test");
    guest.get(&invitation).expect(200).shows("Join Umbra");
    let old = app.visitor_at("umbra.localhost").get("/").expect(307);
    assert_eq!(old.location().unwrap(), "http://localhost/");
    app.tenantry_with(&create("umbra"), &told).ends(73);
    let said = app.tenantry_with(&["mode", "--json"], &told).ends(0).json();
    assert_eq!(said["mode"], "single");
    assert_eq!(said["tenant"], "umbra");
    assert_eq!(said["disagreement"], Json::Null);
}

#[test]
fn staff_look_after_the_tenant_from_their_own_host() {
    let app = single();
    let staff = app.staff(StaffRole::Operator);
    for page in ["/", "/tenants", "/jobs"] {
        staff.get(page).expect(200);
    }
    let home = format!("/tenants/{}", ACME.id());
    let page = staff.get(&home).expect(200);
    page.shows("localhost").shows("acme.localhost");
    let form = [("reason", "Ticket 4711"), ("hours", "2"), ("reach", "read")];
    staff.post(&format!("{home}/visits"), &form).expect(303);
    let owner = app.owner().carried_to(BASE);
    let page = owner.get("/visits").expect(200).text();
    let at = page.find("/visits/visit_").unwrap() + "/visits/".len();
    let visit: String = page[at..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    let approval = format!("/visits/{visit}/approval");
    owner.post(&approval, &[("reach", "read")]).expect(303);
    let entry = staff.post(&format!("{home}/visits/{visit}/entry"), &[]);
    let entry = entry.expect(200).text();
    let begin = entry.find("http://localhost/visits/enter/").unwrap();
    let ticket = entry[begin + "http://localhost".len()..]
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let support = app.visitor_at(BASE);
    support.post(&ticket, &[]).expect(303);
    support.get("/users").expect(200).shows("acme.test");
    app.run_jobs();
}
