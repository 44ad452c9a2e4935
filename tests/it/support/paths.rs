//! Paths of the table of contents with ids in them: those of a tenant's own things, or of nothing at all.
//! A new kind of id needs a line in [`Things::value`].

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use domain::token::{
    ArrivalKind, InvitationKind, KeepKind, OwnershipKind, PasswordResetKind, VisitTicketKind,
};
use domain::{
    AuditEntryId, KeyId, QueryId, RoleId, SavedQueryId, ScalingId, SessionId, UserId, VisitId,
};
use tenantry::route::Route;
use uuid::Uuid;

use super::app::App;
use super::cast::World;
use super::client::{Answer, Browser};
use super::postgres::query;

/// What the ids in a path point at.
#[derive(Debug, Clone)]
pub(crate) struct Things {
    user: UserId,
    role: RoleId,
    session: SessionId,
    entry: AuditEntryId,
    import: Uuid,
    visit: VisitId,
    key: KeyId,
    run: QueryId,
    saved: SavedQueryId,
    given: Option<&'static str>,
}

impl Things {
    /// What this tenant has: its member, its own role, its owner's session, its last audit entry.
    pub(crate) fn of(app: &App, world: World) -> Self {
        let tenant = world.id().uuid();
        // Whoever looks at their own sessions must have one, and the log must have an entry.
        drop(app.signed_in(world, "owner"));
        app.visitor_at(&world.host()).post(
            "/sign-in",
            &[("email", "nobody@example.com"), ("password", "x")],
        );
        let owner = world.person("owner").uuid();
        let found = |text: &str| {
            #[derive(QueryableByName)]
            struct Row {
                #[diesel(sql_type = SqlUuid)]
                id: Uuid,
            }
            let row: Row = query(text)
                .bind::<SqlUuid, _>(tenant)
                .get_result(&mut app.sql_of(world))
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            row.id
        };
        query(&format!(
            "insert into shared.imports (tenant_id, id, created_by, file_name, content, created_at) \
             values ($1, gen_random_uuid(), '{owner}', 'people.csv', E'email\\nada@example.com\\n', now())"
        ))
        .bind::<SqlUuid, _>(tenant)
        .execute(&mut app.sql_of(world))
        .unwrap();
        query(
            "insert into shared.visits (tenant_id, id, staff_id, staff_name, staff_email, staff_role, reason, hours, \
             reach, state, asked_at, expires_at) values ($1, gen_random_uuid(), gen_random_uuid(), 'Sam Reed', \
             'sam@platform.test', 'operator', 'A look', 2, 'read', 'declined', now(), now())",
        )
        .bind::<SqlUuid, _>(tenant)
        .execute(&mut app.sql_of(world))
        .unwrap();
        query(
            "insert into shared.api_keys (tenant_id, id, name, prefix, token_hash, permissions, created_by, \
             created_by_name, created_at) values ($1, gen_random_uuid(), 'Sync', 'tn_abc', sha256('x'), \
             '{users:read}', null, 'Owner', now()) on conflict do nothing",
        )
        .bind::<SqlUuid, _>(tenant)
        .execute(&mut app.sql_of(world))
        .unwrap();
        query(&format!(
            "insert into shared.console_runs (tenant_id, id, actor_kind, actor_id, actor_name, query, state, created_at) \
             values ($1, gen_random_uuid(), 'user', '{owner}', 'Owner', 'select 1', 'done', now())"
        ))
        .bind::<SqlUuid, _>(tenant)
        .execute(&mut app.sql_of(world))
        .unwrap();
        query(&format!(
            "insert into shared.console_queries (tenant_id, id, user_id, name, query, created_at) \
             values ($1, gen_random_uuid(), '{owner}', 'One', 'select 1', now()) on conflict do nothing"
        ))
        .bind::<SqlUuid, _>(tenant)
        .execute(&mut app.sql_of(world))
        .unwrap();
        Self {
            user: world.person("member"),
            role: RoleId::from_uuid(found("select id from shared.roles where tenant_id = $1")),
            session: SessionId::from_uuid(found(&format!(
                "select id from shared.sessions where tenant_id = $1 and user_id = '{owner}' limit 1"
            ))),
            entry: AuditEntryId::from_uuid(found(
                "select id from shared.audit_entries where tenant_id = $1 order by seq desc limit 1",
            )),
            import: (found("select id from shared.imports where tenant_id = $1 limit 1")),
            visit: VisitId::from_uuid(found(
                "select id from shared.visits where tenant_id = $1 limit 1",
            )),
            key: KeyId::from_uuid(found(
                "select id from shared.api_keys where tenant_id = $1 limit 1",
            )),
            run: QueryId::from_uuid(found(
                "select id from shared.console_runs where tenant_id = $1 limit 1",
            )),
            saved: SavedQueryId::from_uuid(found(
                "select id from shared.console_queries where tenant_id = $1 limit 1",
            )),
            given: None,
        }
    }

    /// Nothing that exists anywhere.
    pub(crate) fn nowhere() -> Self {
        Self {
            user: UserId::from_uuid(Uuid::new_v4()),
            role: RoleId::from_uuid(Uuid::new_v4()),
            session: SessionId::from_uuid(Uuid::new_v4()),
            entry: AuditEntryId::from_uuid(Uuid::new_v4()),
            import: Uuid::new_v4(),
            visit: VisitId::from_uuid(Uuid::new_v4()),
            key: KeyId::from_uuid(Uuid::new_v4()),
            run: QueryId::from_uuid(Uuid::new_v4()),
            saved: SavedQueryId::from_uuid(Uuid::new_v4()),
            given: None,
        }
    }

    /// Each of these things by every name that somebody might try: as it is shown, bare, in capitals, as another kind.
    pub(crate) fn names(&self) -> Vec<String> {
        let shown = [
            self.user.to_string(),
            self.role.to_string(),
            self.session.to_string(),
            self.entry.to_string(),
            self.visit.to_string(),
            self.key.to_string(),
            self.run.to_string(),
            self.saved.to_string(),
        ];
        let bare = [
            self.user.uuid(),
            self.role.uuid(),
            self.session.uuid(),
            self.entry.uuid(),
            self.visit.uuid(),
            self.key.uuid(),
            self.run.uuid(),
            self.saved.uuid(),
            self.import,
        ];
        let kinds = shown.iter().map(|name| name.split_once('_').unwrap());
        let (kinds, suffixes): (Vec<&str>, Vec<&str>) = kinds.unzip();
        let as_another = kinds.iter().enumerate().map(|(n, kind)| {
            let next = suffixes[(n + 1) % suffixes.len()];
            format!("{kind}_{next}")
        });
        let capitals = shown.iter().map(|name| name.to_uppercase());
        let bare = bare.iter().map(ToString::to_string);
        let simple = [self.user.uuid(), self.import];
        let simple = simple.iter().map(|id| id.simple().to_string());
        let all = shown.iter().cloned().chain(bare).chain(simple);
        all.chain(as_another).chain(capitals).collect()
    }

    /// The route's path with this word in the place of every value.
    pub(crate) fn named(route: &Route, word: &str) -> String {
        let part = |part: &str| {
            if part.starts_with('{') {
                word.to_owned()
            } else {
                part.to_owned()
            }
        };
        route
            .path
            .split('/')
            .map(part)
            .collect::<Vec<_>>()
            .join("/")
    }

    /// The same, but forms give this role, which everybody may who gives roles.
    pub(crate) fn giving(mut self, role: &'static str) -> Self {
        self.given = Some(role);
        self
    }

    fn given_role(&self) -> String {
        self.given
            .map_or_else(|| self.role.to_string(), ToOwned::to_owned)
    }

    /// The route's path with these things in it.
    pub(crate) fn path(&self, route: &Route) -> String {
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

    /// What the route's form sends: its fields without which it is no form of that page, and every id that
    /// it may carry.
    pub(crate) fn form(&self, route: &Route) -> Vec<(&'static str, String)> {
        let word = |name| (name, "x".to_owned());
        match route.path {
            "/password-reset" => {
                // Another each time: how often one address may be asked for is no matter of access.
                vec![("email", format!("{}@example.com", Uuid::new_v4().simple()))]
            }
            "/password-reset/{token}" => vec![word("password")],
            "/invitations/{token}" => vec![word("name"), word("password")],
            "/me/password" => vec![word("current_password"), word("new_password")],
            "/users/invitations" => vec![
                (
                    "addresses",
                    format!("{}@example.com", Uuid::new_v4().simple()),
                ),
                ("role", self.given_role()),
            ],
            "/users/{id}/role" => vec![("role", self.given_role())],
            "/users/{id}/edit" => vec![
                ("version", "1".to_owned()),
                ("name", "Somebody".to_owned()),
                ("email", "somebody@example.com".to_owned()),
                ("role", self.given_role()),
            ],
            "/keys/{id}/rotation" => vec![("overlap", "7".to_owned())],
            "/visits/{id}/approval" => vec![("reach", "read".to_owned())],
            "/plan/choice" => vec![("plan", "no-such-plan".to_owned())],
            "/ownership" => vec![("email", "nobody@example.com".to_owned())],
            "/ownership-offers/{token}" => vec![("answer", "accept".to_owned())],
            "/visits/policy" => vec![("policy", "ask_first".to_owned())],
            "/users/bulk/{deed}" => vec![
                ("id", self.user.to_string()),
                ("role", self.given_role()),
                ("sure", "yes".to_owned()),
            ],
            _ => Vec::new(),
        }
    }

    /// Asks the route for these things as this browser.
    pub(crate) fn ask(&self, browser: &Browser, route: &Route) -> Answer {
        let path = self.path(route);
        if route.method == "get" {
            return browser.get(&path);
        }
        if route.path == "/users/import" {
            let file = (
                "file",
                "people.csv",
                &b"email,name\nnew@example.com,New\n"[..],
            );
            return browser.ask("POST", &path).upload(&[], file).send();
        }
        let form = self.form(route);
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
        browser.post(&path, &form)
    }

    fn value(&self, before: &str, name: &str) -> String {
        match (before, name) {
            ("/users/", "{id}") => self.user.to_string(),
            ("/roles/", "{id}") => self.role.to_string(),
            ("/me/sessions/", "{id}") => self.session.to_string(),
            ("/audit/", "{id}") => self.entry.to_string(),
            ("/users/import/", "{id}") => self.import.to_string(),
            ("/keys/", "{id}") => self.key.to_string(),
            ("/ownership-offers/", "{token}") => services::tokens::draw::<OwnershipKind>()
                .reveal()
                .to_string(),
            ("/console/runs/", "{id}") => self.run.to_string(),
            ("/console/queries/", "{id}") => self.saved.to_string(),
            ("/scalings/", "{id}") => ScalingId::from_uuid(Uuid::new_v4()).to_string(),
            ("/visits/", "{id}") => self.visit.to_string(),
            ("/arrivals/", "{token}") => {
                services::tokens::draw::<ArrivalKind>().reveal().to_string()
            }
            ("/keep/", "{token}") => services::tokens::draw::<KeepKind>().reveal().to_string(),
            ("/visits/enter/", "{ticket}") => services::tokens::draw::<VisitTicketKind>()
                .reveal()
                .to_string(),
            ("/invitations/", "{token}") => services::tokens::draw::<InvitationKind>()
                .reveal()
                .to_string(),
            ("/password-reset/", "{token}") => services::tokens::draw::<PasswordResetKind>()
                .reveal()
                .to_string(),
            ("/data/", "{table}") => "users".to_owned(),
            ("/assets/", "{file}") => "no-such-file.css".to_owned(),
            ("/users/bulk/", "{deed}") => "suspension".to_owned(),
            ("/users/removals/", "{moment}") => "1767225600000000".to_owned(),
            ("/dev/mailbox/", "{name}") => "no-such-letter".to_owned(),
            _ => panic!("what is {name} after {before}? Say it here."),
        }
    }
}
