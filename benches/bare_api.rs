//! The limit of the API: the SQL of its list and of its single read, and their JSON, through bare handlers.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{PgConnection, QueryResult, RunQueryDsl};
use serde_json::json;
use services::users::ListedUser;
use uuid::Uuid;

use crate::bare::{Connections, read};

const LIST: &str = "select id, email, name, status, role, role_id, department, location, phone, fields, last_sign_in_at, created_at \
    from users where tenant_id = $1 and status <> 'removed' order by created_at, id limit 25 offset 0";

pub(crate) async fn list(pool: Data<Connections>, tenant: Path<Uuid>) -> HttpResponse {
    let found = web::block(move || read(&mut pool.get().unwrap(), *tenant, LIST))
        .await
        .unwrap();
    let pages = found.pagination;
    let users: Vec<_> = found
        .people
        .iter()
        .map(|(person, _)| listed(person))
        .collect();
    HttpResponse::Ok().json(json!({ "status": "success", "data": {
        "users": users,
        "pagination": {
            "page": pages.page, "page_size": pages.page_size, "total_count": pages.total_count,
            "total_pages": pages.total_pages, "has_next": pages.has_next, "has_prev": pages.has_prev,
        },
    }}))
}

fn listed(person: &ListedUser) -> serde_json::Value {
    json!({
        "id": person.id.to_string(), "email": person.email.as_str(), "name": person.name.to_string(),
        "role": person.role.to_string(), "status": person.status.to_string(),
        "last_login_at": person.last_sign_in_at, "created_at": person.created_at,
        "profile": { "department": person.department, "location": person.location, "phone": person.phone },
    })
}

type OneSql = (
    (SqlUuid, Text, Text, Text, Text),
    (Nullable<Text>, Nullable<Text>, Nullable<Text>),
    (Nullable<Timestamptz>, Timestamptz, Timestamptz),
    (Nullable<Text>, Nullable<Text>, Bool, Bool, Integer),
);
type One = (
    (Uuid, String, String, String, String),
    (Option<String>, Option<String>, Option<String>),
    (Option<DateTime<Utc>>, DateTime<Utc>, DateTime<Utc>),
    (Option<String>, Option<String>, bool, bool, i32),
);

const ONE: &str = "select id, email, name, status, role, department, location, phone, last_sign_in_at, created_at, updated_at, \
    timezone, locale, notify_email, notify_in_app, version from users where tenant_id = ";

/// Somebody of a tenant; prepared once a connection, as the guarded read is.
struct AskOne {
    tenant: Uuid,
    person: Uuid,
}

impl Query for AskOne {
    type SqlType = OneSql;
}

impl RunQueryDsl<PgConnection> for AskOne {}

impl QueryId for AskOne {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for AskOne {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(ONE);
        out.push_bind_param::<SqlUuid, _>(&self.tenant)?;
        out.push_sql(" and id = ");
        out.push_bind_param::<SqlUuid, _>(&self.person)
    }
}

/// Reads somebody, and nothing is made of it.
pub(crate) fn read_one(
    connection: &mut PgConnection,
    tenant: Uuid,
    person: Uuid,
) -> QueryResult<()> {
    let ask = AskOne { tenant, person };
    ask.get_result::<One>(connection).map(drop)
}

pub(crate) async fn one(pool: Data<Connections>, path: Path<(Uuid, Uuid)>) -> HttpResponse {
    let (tenant, person) = path.into_inner();
    let found = web::block(move || -> One {
        let ask = AskOne { tenant, person };
        ask.get_result(&mut pool.get().unwrap()).unwrap()
    });
    let (who, profile, times, chosen) = found.await.unwrap();
    HttpResponse::Ok().json(json!({ "status": "success", "data": { "user": {
        "id": who.0, "email": who.1, "name": who.2, "status": who.3, "role": who.4,
        "profile": { "department": profile.0, "location": profile.1, "phone": profile.2 },
        "last_login_at": times.0, "created_at": times.1, "updated_at": times.2, "tenant_id": tenant,
        "preferences": { "timezone": chosen.0, "locale": chosen.1, "notifications": { "email": chosen.2, "in_app": chosen.3 } },
        "version": chosen.4,
    }}}))
}
