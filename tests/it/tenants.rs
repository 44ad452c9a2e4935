//! Tenants as the platform runs them, by its front door: the list in every order, found, narrowed, as a
//! file.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::StaffRole;

use crate::support::app::{self, App};
use crate::support::postgres::query;

/// Many more tenants: `t1` to `t40`, of every state, plan and placement.
fn crowd(app: &App) {
    app.sql()
        .batch_execute(
            "create temporary table t as select n, md5('tenant' || n)::uuid as id from generate_series(1, 40) n;
             insert into catalogue.tenants (id, slug, name, status, plan, trial_ends_at, contact_email, billing_email, created_at, updated_at)
             select id, 't' || n, case when n = 7 then 'Łódź Straße ' || n else 'Crowd ' || n end,
                (array['active', 'trial', 'suspended', 'maintenance'])[1 + n % 4], (array['starter', 'professional', 'enterprise'])[1 + n % 3],
                case when n % 4 = 1 then timestamptz '2026-01-01' + make_interval(days => n) end,
                case when n = 9 then 'ops@northwind.example' end, case when n = 9 then 'Bills@Paper.example' end,
                timestamptz '2025-06-01' + make_interval(days => n), now() from t;
             insert into catalogue.placements (tenant_id, node_id, kind)
             select t.id, nodes.id, case when n % 10 = 0 then 'schema' else 'shared' end from t, catalogue.nodes;
             insert into catalogue.domains (host, tenant_id, canonical, created_at) select 't' || n || '.localhost', id, true, now() from t;
             insert into catalogue.domains (host, tenant_id, canonical, created_at) select 'portal.customer.example', id, false, now() from t where n = 5;
             insert into shared.limits (tenant_id, resource, used, hard) select id, 'users', n * 3, 500 from t where n % 10 <> 0;",
        )
        .unwrap();
}

/// The hosts of the rows, in order.
fn rows(page: impl AsRef<str>) -> Vec<String> {
    let body = page.as_ref().split("<tbody>").nth(1).unwrap_or_default();
    let cells = body.split("<small>").skip(1);
    let host = |cell: &str| cell.split('<').next().unwrap_or_default().to_owned();
    let all = cells.map(host);
    all.filter(|host| host.contains("localhost")).collect()
}

#[test]
fn staff_see_all_tenants_in_every_order() {
    let app = app::start();
    crowd(&app);
    let analyst = app.staff(StaffRole::Analyst);
    let page = analyst.get("/tenants").expect(200);
    let page = page.shows("Acme").shows("of 42").hides("New tenant");
    assert_eq!(rows(page.text()).len(), 25);
    let first = |sort: &str, order: &str| {
        let path = format!("/tenants?sort={sort}&order={order}&page_size=200");
        rows(analyst.get(&path).expect(200).text())
    };
    for sort in [
        "name",
        "created_at",
        "people",
        "plan",
        "status",
        "trial_end",
    ] {
        let (up, down) = (first(sort, "asc"), first(sort, "desc"));
        assert_eq!((up.len(), down.len()), (42, 42), "{sort}");
        if sort != "trial_end" {
            let mut turned = down.clone();
            turned.reverse();
            assert_eq!(up, turned, "{sort}");
        }
        // Whoever goes by pages meets everybody once.
        let mut met = Vec::new();
        for page in 1..=5 {
            let path = format!("/tenants?sort={sort}&order=asc&page_size=10&page={page}");
            met.extend(rows(analyst.get(&path).expect(200).text()));
        }
        assert_eq!(met, up, "{sort}");
    }
    assert_eq!(first("name", "asc")[0], "acme.localhost");
    assert_eq!(first("people", "desc")[0], "t39.localhost");
    assert_eq!(first("trial_end", "asc")[0], "t1.localhost");
    assert_eq!(first("trial_end", "desc")[0], "t37.localhost");
    // A page past the end is the last one.
    let last = analyst.get("/tenants?page=999").expect(200);
    assert_eq!(rows(last.text()).len(), 17);
    assert!(
        app.platform_audit().is_empty(),
        "looking is not written down"
    );
}

#[test]
fn a_tenant_is_found_by_name_slug_host_and_address() {
    let app = app::start();
    crowd(&app);
    let staff = app.staff(StaffRole::Operator);
    let found = |search: &str| {
        let search: String = url::form_urlencoded::byte_serialize(search.as_bytes()).collect();
        rows(
            staff
                .get(&format!("/tenants?search={search}"))
                .expect(200)
                .text(),
        )
    };
    for (search, host) in [
        ("acm", "acme.localhost"),
        ("LODZ strasse", "t7.localhost"),
        ("łódź", "t7.localhost"),
        ("t33", "t33.localhost"),
        ("t33.localhost", "t33.localhost"),
        ("portal.customer", "t5.localhost"),
        ("customer", "t5.localhost"),
        ("ops@north", "t9.localhost"),
        ("paper.example", "t9.localhost"),
        ("bills", "t9.localhost"),
        // Inside of a word only where no word begins so.
        ("orthwin", "t9.localhost"),
    ] {
        assert_eq!(found(search), [host], "{search}");
    }
    assert_eq!(found("crowd").len(), 25);
    assert!(found("nobody at all").is_empty());
    staff
        .get("/tenants?search=%25%27%22%3Cscript%3E")
        .expect(200)
        .shows("No tenant matches")
        .hides("<script>");
}

#[test]
fn the_list_narrows_and_its_tabs_count_what_is_left() {
    let app = app::start();
    crowd(&app);
    let staff = app.staff(StaffRole::Owner);
    let hosts = |query: &str| {
        rows(
            staff
                .get(&format!("/tenants?page_size=200&{query}"))
                .expect(200)
                .text(),
        )
    };
    assert_eq!(hosts("status=suspended").len(), 10);
    assert_eq!(hosts("status=suspended&status=trial").len(), 20);
    assert_eq!(hosts("plan=enterprise").len(), 15);
    let cast =
        hosts("placement=schema&search=acme").len() + hosts("placement=schema&search=globex").len();
    assert_eq!(hosts("placement=schema").len() - cast, 4);
    assert_eq!(hosts("placement=schema&plan=enterprise").len() - cast, 1);
    assert!(hosts("kind=demo").is_empty());
    assert_eq!(hosts("kind=real&created_from=2025-06-21").len(), 23);
    assert_eq!(
        hosts("trial_ends_until=2026-01-06"),
        ["t5.localhost", "t1.localhost"]
    );
    assert!(hosts("status=deleted").is_empty());
    staff
        .get("/tenants?search=crowd&status=trial")
        .expect(200)
        .shows(r#"aria-current="true">Trial <span>10</span>"#)
        .shows("Maintenance <span>9</span>");
    app.sql()
        .batch_execute("update catalogue.tenants set status = 'deleted' where slug = 't8'")
        .unwrap();
    assert_eq!(hosts("").len(), 41);
    assert_eq!(hosts("status=deleted"), ["t8.localhost"]);
    staff
        .get("/tenants?status=nonsense&sort=password&page=0&placement=moon&created_from=x")
        .expect(200)
        .shows("of 41");
}

#[test]
fn the_list_is_taken_along_as_a_file_and_that_is_written_down() {
    let app = app::start();
    crowd(&app);
    app.sql()
        .batch_execute("update catalogue.tenants set name = '=HYPERLINK(1)' where slug = 't3'")
        .unwrap();
    let file = app
        .staff(StaffRole::Analyst)
        .get("/tenants/export.csv?status=maintenance&sort=created_at&order=asc")
        .expect(200);
    let text = file.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("id,slug,name,host,status,plan,placement,people,seats"));
    assert_eq!(lines.len(), 11);
    assert!(lines[1].contains(",t3,'=HYPERLINK(1),t3.localhost,maintenance,starter,shared,9,500,"));
    assert_eq!(
        app.platform_audit(),
        ["done tenants.exported by Analyst of the platform: tenants as CSV"]
    );
}

#[test]
fn the_database_folds_as_the_search_does() {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        folded: String,
    }
    let app = app::start();
    let text: String = ('\u{20}'..'\u{250}')
        .chain('\u{1e00}'..'\u{1f00}')
        .chain(['е', 'Ж', 'が', '가', '😀', '\u{301}'])
        .collect();
    let row = query("select catalogue.fold($1) as folded")
        .bind::<Text, _>(&text)
        .get_result::<Row>(&mut app.sql())
        .unwrap();
    let ours: Vec<char> = domain::text::fold(&text).chars().collect();
    let theirs: Vec<char> = row.folded.chars().collect();
    for (one, other) in ours.iter().zip(&theirs) {
        assert_eq!(one, other);
    }
    assert_eq!(ours.len(), theirs.len());
}
