//! The limit: the users page's own SQL and template through a bare actix handler. No guard, no session,
//! no transaction, no row-level security (it reads as a superuser), no middleware.

use std::marker::PhantomData;
use std::net::SocketAddr;

use actix_web::web::{self, Data, Path};
use actix_web::{App, HttpResponse, HttpServer};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{PgConnection, QueryResult, RunQueryDsl};
use domain::colour::Colour;
use domain::{PageRequest, Permissions, Role, StatusCounts, UserId, Writing};
use services::roles::RoleBook;
use services::users::list::Listing;
use services::users::rules::Offers;
use services::users::{ListedUser, Seats};
use tenantry::web::shell::{Look, Person, Place, Shell};
use tenantry::web::users::list::draw;
use tenantry::web::users::query::ListQuery;
use uuid::Uuid;

use crate::bare_api;
use crate::world::World;

pub(crate) type Connections = Pool<ConnectionManager<PgConnection>>;

/// A statement of one tenant that is prepared once a connection, as the guarded page's are.
pub(crate) struct Ask<S> {
    sql: &'static str,
    tenant: Uuid,
    row: PhantomData<S>,
}

impl<S> Query for Ask<S> {
    type SqlType = S;
}

impl<S> RunQueryDsl<PgConnection> for Ask<S> {}

impl<S> QueryId for Ask<S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> QueryFragment<Pg> for Ask<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (number, piece) in self.sql.split("$1").enumerate() {
            if number > 0 {
                out.push_bind_param::<SqlUuid, _>(&self.tenant)?;
            }
            out.push_sql(piece);
        }
        Ok(())
    }
}

type ListSql = (
    (SqlUuid, Text, Text, Text, Text, Nullable<SqlUuid>),
    (Nullable<Text>, Nullable<Text>, Nullable<Text>, Jsonb),
    (Nullable<Timestamptz>, Timestamptz),
);
type Row = (
    (Uuid, String, String, String, String, Option<Uuid>),
    (
        Option<String>,
        Option<String>,
        Option<String>,
        serde_json::Value,
    ),
    (Option<DateTime<Utc>>, DateTime<Utc>),
);

const LIST: &str = "select id, email, name, status, role, role_id, department, location, phone, fields, last_sign_in_at, created_at \
    from users where tenant_id = $1 and status <> 'removed' \
    order by last_sign_in_at desc nulls last, id limit 25 offset 0";
const COUNTS: &str =
    "select invited, active, suspended, inactive from user_counts where tenant_id = $1";
const SEATS: &str = "select used, hard from limits where tenant_id = $1 and resource = 'users'";
const ROLES: &str =
    "select name_folded as folded, name from roles where tenant_id = $1 order by name_folded";
const DEPARTMENTS: &str = "with recursive found as (
    (select department_folded as folded, department as name, 1 as place
       from users where tenant_id = $1 and status <> 'removed' and department_folded is not null
      order by department_folded, name_folded, id limit 1)
    union all
    select next.folded, next.name, found.place + 1
      from found cross join lateral (
        select department_folded as folded, department as name
          from users where tenant_id = $1 and status <> 'removed' and department_folded > found.folded
         order by department_folded, name_folded, id limit 1) next
     where found.place < 30)
 select folded, name from found";

/// What an owner is offered for anybody else: the guarded page works it out from the rights.
const OFFERS: Offers = Offers {
    change: true,
    suspend: true,
    restore: false,
    deactivate: true,
    remove: true,
    resend: false,
};

/// Serves it and answers where.
pub(crate) fn serve(world: &World) -> SocketAddr {
    let url = format!(
        "{}?options=-csearch_path%3Dshared",
        world.cluster.superuser_url("tenantry")
    );
    let size = world.app.config.database.pool;
    let pool = Pool::builder()
        .max_size(size)
        .test_on_check_out(false)
        .build(ConnectionManager::<PgConnection>::new(url))
        .unwrap();
    let workers = world.app.config.server.workers;
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(Data::new(pool.clone()))
                    .route("/{tenant}", web::get().to(page))
                    .route("/api/{tenant}", web::get().to(bare_api::list))
                    .route("/api/{tenant}/{person}", web::get().to(bare_api::one))
            })
            .workers(workers)
            .worker_max_blocking_threads(usize::try_from(size).unwrap() / workers)
            .bind(("127.0.0.1", 0))
            .unwrap();
            tell.send(server.addrs()[0]).unwrap();
            server.run().await.unwrap();
        });
    });
    told.recv().unwrap()
}

async fn page(pool: Data<Connections>, tenant: Path<Uuid>) -> HttpResponse {
    let found = web::block(move || read(&mut pool.get().unwrap(), *tenant, LIST))
        .await
        .unwrap();
    let look = Look {
        name: "Bare".to_owned(),
        host: "bare.localhost".to_owned(),
        primary: Colour::DEFAULT,
        secondary: None,
    };
    let person = Person {
        id: String::new(),
        name: "Amara Nwosu".to_owned(),
        email: "owner@bare.example".to_owned(),
        writing: Writing::default(),
    };
    #[allow(
        clippy::disallowed_methods,
        reason = "a bare handler has no clock of its own"
    )]
    let shell = Shell::new(look, person, Permissions::all(), Place::Users, Utc::now());
    draw(shell, &ListQuery::parse(""), found).unwrap()
}

pub(crate) fn ask<S>(sql: &'static str, tenant: Uuid) -> Ask<S> {
    Ask {
        sql,
        tenant,
        row: PhantomData,
    }
}

pub(crate) fn read(connection: &mut PgConnection, tenant: Uuid, list: &'static str) -> Listing {
    let counts: (i64, i64, i64, i64) = ask::<(BigInt, BigInt, BigInt, BigInt)>(COUNTS, tenant)
        .get_result(connection)
        .unwrap();
    let rows: Vec<Row> = ask::<ListSql>(list, tenant).load(connection).unwrap();
    let (used, hard): (i64, i64) = ask::<(BigInt, BigInt)>(SEATS, tenant)
        .get_result(connection)
        .unwrap();
    let departments: Vec<(String, String)> = ask::<(Text, Text)>(DEPARTMENTS, tenant)
        .load(connection)
        .unwrap();
    let roles: Vec<(String, String)> = ask::<(Text, Text)>(ROLES, tenant).load(connection).unwrap();
    assert!(roles.is_empty());
    let (invited, active, suspended, inactive) = counts;
    let counts = StatusCounts {
        invited,
        active,
        suspended,
        inactive,
    };
    Listing {
        people: rows.into_iter().map(|row| (listed(row), OFFERS)).collect(),
        pagination: PageRequest::new(1, 25).unwrap().answer(counts.total()),
        counts,
        search_in: domain::SearchIn::Beginnings,
        seats: Some(Seats { used, hard }),
        departments,
        roles: RoleBook::of(Vec::new()),
    }
}

fn listed(row: Row) -> ListedUser {
    let ((id, email, name, status, role, _), (department, location, phone, _), (seen, created)) =
        row;
    ListedUser {
        id: UserId::from_uuid(id),
        email: email.parse().unwrap(),
        name: name.parse().unwrap(),
        status: status.parse().unwrap(),
        role: role.parse::<Role>().unwrap(),
        department,
        location,
        phone,
        fields: domain::FreeFields::default(),
        last_sign_in_at: seen,
        created_at: created,
    }
}
