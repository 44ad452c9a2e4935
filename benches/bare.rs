//! The limit: the users page's own SQL and template through a bare actix handler. No guard, no session,
//! no transaction, no row-level security (it reads as a superuser), no middleware.

use std::net::SocketAddr;

use actix_web::web::{self, Data, Path};
use actix_web::{App, HttpResponse, HttpServer};
use chrono::{DateTime, Utc};
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};
use domain::colour::Colour;
use domain::{PageRequest, Permissions, Role, StatusCounts, UserId};
use services::roles::RoleBook;
use services::users::list::Listing;
use services::users::rules::Offers;
use services::users::{ListedUser, Seats};
use tenantry::web::shell::{Look, Person, Place, Shell};
use tenantry::web::users::list::draw;
use tenantry::web::users::query::ListQuery;
use uuid::Uuid;

use crate::world::World;

type Connections = Pool<ConnectionManager<PgConnection>>;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Nullable<Text>)]
    department: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    location: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    phone: Option<String>,
    #[diesel(sql_type = Jsonb)]
    #[allow(dead_code, reason = "the page's statement reads it too")]
    fields: serde_json::Value,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_sign_in_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    invited: i64,
    #[diesel(sql_type = BigInt)]
    active: i64,
    #[diesel(sql_type = BigInt)]
    suspended: i64,
    #[diesel(sql_type = BigInt)]
    inactive: i64,
}

#[derive(QueryableByName)]
struct SeatRow {
    #[diesel(sql_type = BigInt)]
    used: i64,
    #[diesel(sql_type = BigInt)]
    hard: i64,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    folded: String,
    #[diesel(sql_type = Text)]
    name: String,
}

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
    let found = web::block(move || read(&mut pool.get().unwrap(), *tenant))
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
        locale: domain::Locale::default(),
        zone: domain::TimeZone::default(),
    };
    #[allow(
        clippy::disallowed_methods,
        reason = "a bare handler has no clock of its own"
    )]
    let shell = Shell::new(look, person, Permissions::all(), Place::Users, Utc::now());
    draw(shell, &ListQuery::parse(""), found).unwrap()
}

#[allow(
    clippy::disallowed_methods,
    reason = "the limit is what the guard's rules cost, so it is outside them"
)]
fn read(connection: &mut PgConnection, tenant: Uuid) -> Listing {
    let ask = |sql: &str| sql_query(sql.to_owned()).bind::<SqlUuid, _>(tenant);
    let counts: Counts = ask(COUNTS).get_result(connection).unwrap();
    let rows: Vec<Row> = ask(LIST).load(connection).unwrap();
    let seats: SeatRow = ask(SEATS).get_result(connection).unwrap();
    let departments: Vec<Named> = ask(DEPARTMENTS).load(connection).unwrap();
    let roles: Vec<Named> = ask(ROLES).load(connection).unwrap();
    assert!(roles.is_empty());
    let counts = StatusCounts {
        invited: counts.invited,
        active: counts.active,
        suspended: counts.suspended,
        inactive: counts.inactive,
    };
    Listing {
        people: rows.into_iter().map(|row| (listed(row), OFFERS)).collect(),
        pagination: PageRequest::new(1, 25).unwrap().answer(counts.total()),
        counts,
        search_in: domain::SearchIn::Beginnings,
        seats: Some(Seats {
            used: seats.used,
            hard: seats.hard,
        }),
        departments: departments
            .into_iter()
            .map(|one| (one.folded, one.name))
            .collect(),
        roles: RoleBook::of(Vec::new()),
    }
}

fn listed(row: Row) -> ListedUser {
    ListedUser {
        id: UserId::from_uuid(row.id),
        email: row.email.parse().unwrap(),
        name: row.name.parse().unwrap(),
        status: row.status.parse().unwrap(),
        role: row.role.parse::<Role>().unwrap(),
        department: row.department,
        location: row.location,
        phone: row.phone,
        fields: domain::FreeFields::default(),
        last_sign_in_at: row.last_sign_in_at,
        created_at: row.created_at,
    }
}
