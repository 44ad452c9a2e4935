//! Paths of the platform's table of contents with ids in them: those of things that exist, or of nothing at
//! all. A new kind of id needs a line in [`StaffThings::value`].

use diesel::prelude::*;
use domain::token::{StaffInvitationKind, StaffResetKind};
use domain::{
    AuditEntryId, JobId, MoveId, RolloutId, ScalingId, SessionId, StaffId, StaffNeeds, StaffRole,
    TenantId, VisitId,
};
use tenantry::route::Route;
use uuid::Uuid;

use super::app::App;
use super::cast::{ACME, PLATFORM};
use super::client::{Answer, Browser};
use super::postgres::query;

/// What the ids in a path point at.
#[derive(Debug, Clone)]
pub(crate) struct StaffThings {
    staff: StaffId,
    session: SessionId,
    job: JobId,
    entry: AuditEntryId,
    tenant: TenantId,
    node: &'static str,
    plan: &'static str,
}

impl StaffThings {
    /// What the platform has.
    pub(crate) fn of(app: &App) -> Self {
        // The log must have an entry, and the queue a job.
        let nobody = [("email", "nobody@example.com"), ("password", "x")];
        app.visitor_at(PLATFORM).post("/sign-in", &nobody);
        let job = Uuid::new_v4();
        query(&format!(
            "insert into node.jobs (id, kind, state, run_at, created_at, finished_at) \
             values ('{job}', 'jobs.prune', 'dead', now(), now(), now())"
        ))
        .execute(&mut app.sql())
        .unwrap();
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Uuid)]
            id: Uuid,
        }
        let entry: Row = query("select id from catalogue.audit_entries order by seq desc limit 1")
            .get_result(&mut app.sql())
            .unwrap();
        Self {
            staff: app.staff_id(StaffRole::Analyst),
            session: SessionId::from_uuid(Uuid::new_v4()),
            job: JobId::from_uuid(job),
            entry: AuditEntryId::from_uuid(entry.id),
            tenant: ACME.id(),
            node: "main",
            plan: "enterprise",
        }
    }

    /// Nothing that exists anywhere.
    pub(crate) fn nowhere() -> Self {
        Self {
            staff: StaffId::from_uuid(Uuid::new_v4()),
            session: SessionId::from_uuid(Uuid::new_v4()),
            job: JobId::from_uuid(Uuid::new_v4()),
            entry: AuditEntryId::from_uuid(Uuid::new_v4()),
            tenant: TenantId::from_uuid(Uuid::new_v4()),
            node: "no-such-server",
            plan: "no-such-plan",
        }
    }

    /// The route's path with these things in it.
    pub(crate) fn path(&self, route: &Route<StaffNeeds>) -> String {
        let mut filled = String::new();
        for segment in route.path.split_inclusive('/') {
            let (name, slash) = match segment.strip_suffix('/') {
                Some(name) => (name, "/"),
                None => (segment, ""),
            };
            if name.starts_with('{') {
                filled.push_str(&self.value(&filled, name));
            } else {
                filled.push_str(name);
            }
            filled.push_str(slash);
        }
        filled
    }

    /// Asks the route for these things as this browser.
    pub(crate) fn ask(&self, browser: &Browser, route: &Route<StaffNeeds>) -> Answer {
        let path = self.path(route);
        if route.method == "get" {
            return browser.get(&path);
        }
        let form = self.form(route);
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
        browser.post(&path, &form)
    }

    /// The fields without which a form is none of its page.
    pub(crate) fn form(&self, route: &Route<StaffNeeds>) -> Vec<(&'static str, String)> {
        match route.path {
            "/sign-in" => vec![("email", "x".to_owned())],
            "/password-reset" => {
                // Another each time: how often one address may be asked for is no matter of access.
                vec![("email", format!("{}@example.com", Uuid::new_v4().simple()))]
            }
            "/password-reset/{token}" => vec![("password", "x".to_owned())],
            "/invitations/{token}" => {
                vec![("name", "x".to_owned()), ("password", "x".to_owned())]
            }
            "/me/password" => vec![
                ("current_password", "x".to_owned()),
                ("new_password", "x".to_owned()),
            ],
            "/jobs/retry" => vec![("kind", "jobs.prune".to_owned())],
            "/staff/{id}/role" => vec![("role", "analyst".to_owned())],
            "/tenants/{id}/slug" => vec![("slug", "x".to_owned())],
            "/tenants/{id}/plan" => vec![("plan", "x".to_owned())],
            "/tenants/{id}/pool" => vec![("connections", "x".to_owned())],
            "/tenants/{id}/move" => vec![("to", "x".to_owned())],
            _ => Vec::new(),
        }
    }

    fn value(&self, before: &str, name: &str) -> String {
        match (before, name) {
            ("/staff/", "{id}") => self.staff.to_string(),
            ("/me/sessions/", "{id}") => self.session.to_string(),
            ("/jobs/", "{id}") => self.job.to_string(),
            ("/tenants/", "{id}") => self.tenant.to_string(),
            ("/nodes/", "{node}") => self.node.to_owned(),
            ("/plans/", "{plan}") => self.plan.to_owned(),
            (_, "{resource}") => "users".to_owned(),
            ("/rollouts/", "{id}") => RolloutId::from_uuid(Uuid::new_v4()).to_string(),
            (_, "{table}") => "users".to_owned(),
            (_, "{scaling}") => ScalingId::from_uuid(Uuid::new_v4()).to_string(),
            (_, "{visit}") => VisitId::from_uuid(Uuid::new_v4()).to_string(),
            (_, "{move}") => MoveId::from_uuid(Uuid::new_v4()).to_string(),
            ("/audit/", "{id}") => self.entry.to_string(),
            ("/invitations/", "{token}") => services::tokens::draw::<StaffInvitationKind>()
                .reveal()
                .to_string(),
            ("/password-reset/", "{token}") => services::tokens::draw::<StaffResetKind>()
                .reveal()
                .to_string(),
            ("/dev/mailbox/", "{name}") => "no-such-letter".to_owned(),
            _ => panic!("what is {name} after {before}? Say it here."),
        }
    }
}
