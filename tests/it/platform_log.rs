//! The platform's log: what is in it, who reads it, and that a change of it shows.

use diesel::RunQueryDsl;
use domain::StaffRole;

use crate::support::app::{self, App};
use crate::support::postgres::query;

fn suspended(app: &App) {
    let owner = app.staff(StaffRole::Owner);
    let id = app.staff_id(StaffRole::Operator);
    let form = [("reason", "=left| the company")];
    owner
        .post(&format!("/staff/{id}/suspension"), &form)
        .leads_to("/staff");
}

#[test]
fn the_log_is_filtered_in_its_address_and_an_entry_shows_what_changed() {
    let app = app::start();
    suspended(&app);
    app.staff(StaffRole::Analyst)
        .get("/staff/invitations/new")
        .expect(403);
    let analyst = app.staff(StaffRole::Analyst);
    let all = analyst.get("/audit").expect(200);
    let all = all
        .shows("suspended")
        .shows("was refused")
        .shows("2 entries");
    let done = analyst.get("/audit?outcome=done").shows("1 entry matches");
    let entry = done.text();
    let at = entry.find("/audit/audit_").unwrap();
    let path: String = entry[at..].chars().take_while(|c| *c != '"').collect();
    analyst
        .get(&path)
        .expect(200)
        .shows("status")
        .shows("class=\"del\"")
        .shows("=left|");
    let owner = app.staff_id(StaffRole::Owner);
    analyst
        .get(&format!("/audit?actor={owner}"))
        .shows("1 entry matches");
    let target = app.staff_id(StaffRole::Operator);
    analyst
        .get(&format!("/audit?target={target}"))
        .shows("1 entry matches");
    analyst
        .get("/audit?action=staff.suspended")
        .shows("1 entry matches");
    analyst.get("/audit?q=operator").shows("1 entry matches");
    analyst
        .get("/audit?from=2999-01-01")
        .shows("No entry matches");
    analyst.get("/audit?tenant=acme").shows("No entry matches");
    analyst
        .get("/audit?tenant=%27&actor=x&page=0&from=x")
        .expect(200);
    drop(all);
}

#[test]
fn the_log_as_a_file_says_so_and_runs_nothing() {
    let app = app::start();
    suspended(&app);
    let analyst = app.staff(StaffRole::Analyst);
    let file = analyst.get("/audit.csv?action=staff.suspended").expect(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = file.text();
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].ends_with(",tenant_id"), "{text}");
    assert!(lines[1].contains(",staff.suspended,done,staff,"), "{text}");
    let log = app.platform_audit();
    assert_eq!(
        log.last().unwrap(),
        "done audit.exported by Analyst of the platform: platform-audit.csv"
    );
}

#[test]
fn aud_02_a_change_of_the_platforms_log_shows() {
    let app = app::start();
    suspended(&app);
    let analyst = app.staff(StaffRole::Analyst);
    let page = analyst
        .get("/audit/verification")
        .expect(200)
        .shows("The log holds");
    let text = page.text();
    let at = text.find("1:").unwrap();
    let anchor: String = text[at..].chars().take(66).collect();
    analyst
        .get(&format!("/audit/verification?anchor={anchor}"))
        .shows("The log holds");
    let other = format!("1:{}", "0".repeat(64));
    analyst
        .get(&format!("/audit/verification?anchor={other}"))
        .shows("not the entry of the anchor");
    analyst
        .get("/audit/verification?anchor=nonsense")
        .expect(400);
    query("update catalogue.audit_entries set target_name = 'Somebody else'")
        .execute(&mut app.sql())
        .unwrap();
    analyst.get("/audit/verification").shows("altered entry");
    // The platform's login itself can do none of this.
    for change in [
        "update catalogue.audit_entries set target_name = 'x'",
        "delete from catalogue.audit_entries",
        "insert into catalogue.audit_heads (chain, seq, hash) values ('platform', 9, '')",
    ] {
        let mut platform = app.sql_as("tnt_platform_app");
        query("set role tnt_platform")
            .execute(&mut platform)
            .unwrap();
        assert!(query(change).execute(&mut platform).is_err(), "{change}");
    }
}
