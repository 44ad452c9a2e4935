//! A small application beside Tenantry in Rust, with Diesel: the storefront's orders of one tenant, listed and written.
//! What matters is `in_tenant`; `docs/INTEGRATING.md` says why each line is as it is.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "an application of somebody else's, under none of the rules of this house"
)]

use std::env;
use std::net::TcpListener;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::web::{Data, Path, block, get, post};
use actix_web::{App, HttpResponse, HttpServer};
use data_encoding::HEXLOWER;
use diesel::connection::CacheSize;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::result::Error as DieselError;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// One pool for all tenants: a connection is nobody's between two transactions.
type Connections = Pool<ConnectionManager<PgConnection>>;

diesel::table! {
    orders (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        number -> BigInt,
        status -> Text,
        ordered_at -> Timestamptz,
    }
}

/// How often a transaction is begun anew when the tenant is being moved.
const TRIES: u32 = 20;

/// Why there is no answer.
#[derive(Debug)]
enum Refusal {
    /// Each connection is in use, or the server is away.
    Busy,
    /// TN003: the tenant rests. Nobody works in it, whatever they may otherwise.
    Closed,
    /// TN001: there is no such tenant.
    Unknown,
    /// TN004, and what may pass by itself: begin again.
    Again,
    /// Everything else, a mistake of ours among it.
    Broken(String),
}

impl From<DieselError> for Refusal {
    fn from(error: DieselError) -> Self {
        // Diesel tells no code, so the entry says its own in the detail too.
        let code = match &error {
            DieselError::DatabaseError(_, told) => told.details().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        match code.as_str() {
            "TN001" => Self::Unknown,
            "TN003" => Self::Closed,
            "TN004" => Self::Again,
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// By which this application proves which tenant it means. It opens every tenant: it never gets into the database, a log
/// or a browser.
#[derive(Clone)]
pub struct Key(Vec<u8>);

impl Key {
    /// From the configuration, in hex.
    pub fn new(hex: &str) -> std::io::Result<Self> {
        let bytes = HEXLOWER.decode(hex.as_bytes());
        bytes.map(Self).map_err(std::io::Error::other)
    }

    /// Opens this tenant for a minute: without it the database lets nobody in, whatever a statement says.
    fn proof(&self, tenant: Uuid) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let until = now.map_or(0, |now| now.as_secs()) + 60;
        let said = format!("v1|{tenant}|{until}|false");
        // HMAC takes keys of every length.
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).map(|mac| mac.chain_update(&said));
        let mac = mac.map_or_else(
            |_| String::new(),
            |mac| HEXLOWER.encode(&mac.finalize().into_bytes()),
        );
        format!("v1.{until}.false.{mac}")
    }
}

/// What each request needs.
#[derive(Clone)]
struct Tenants {
    pool: Connections,
    key: Key,
}

/// Does `work` in one transaction inside the tenant. It may run more than once.
fn in_tenant<T>(
    tenants: &Tenants,
    tenant: Uuid,
    work: impl Fn(&mut PgConnection) -> QueryResult<T>,
) -> Result<T, Refusal> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut connection = tenants.pool.get().map_err(|_| Refusal::Busy)?;
        let outcome = connection.transaction(|connection| {
            // First of all, and in the transaction: it ends with it.
            diesel::sql_query("select app.enter($1, $2)")
                .bind::<SqlUuid, _>(tenant)
                .bind::<Text, _>(tenants.key.proof(tenant))
                .execute(connection)?;
            work(connection)
        });
        drop(connection);
        match outcome.map_err(Refusal::from) {
            Err(Refusal::Again) if tries < TRIES => std::thread::sleep(Duration::from_millis(50)),
            Err(Refusal::Unknown) if tries == 1 => {}
            outcome => return outcome,
        }
    }
}

fn list(connection: &mut PgConnection) -> QueryResult<Vec<(i64, String)>> {
    // No tenant is named: the policies keep to the one that was entered.
    orders::table
        .select((orders::number, orders::status))
        .order((orders::ordered_at.desc(), orders::number.desc()))
        .limit(10)
        .load(connection)
}

fn write(connection: &mut PgConnection, number: i64) -> QueryResult<usize> {
    // Twice is once: whoever lost the answer asks again.
    diesel::sql_query(
        "insert into orders (tenant_id, id, number, customer_id, status, total_cents, ordered_at) \
         select tenant_id, gen_random_uuid(), $1, id, $2, 0, now() from customers order by id limit 1 \
         on conflict (tenant_id, number) do nothing",
    )
    .bind::<BigInt, _>(number)
    .bind::<Text, _>("open")
    .execute(connection)
}

fn answer(outcome: Result<serde_json::Value, Refusal>) -> HttpResponse {
    let told = |word: &str| serde_json::json!({ "error": word });
    match outcome {
        Ok(found) => HttpResponse::Ok().json(found),
        Err(Refusal::Unknown) => HttpResponse::NotFound().json(told("unknown")),
        Err(Refusal::Closed) => HttpResponse::ServiceUnavailable().json(told("closed")),
        Err(Refusal::Busy | Refusal::Again) => HttpResponse::ServiceUnavailable()
            .insert_header(("Retry-After", "1"))
            .json(told("busy")),
        Err(Refusal::Broken(words)) => HttpResponse::InternalServerError().json(told(&words)),
    }
}

/// Diesel blocks, so it has threads of its own.
async fn aside(
    work: impl FnOnce() -> Result<serde_json::Value, Refusal> + Send + 'static,
) -> HttpResponse {
    let outcome = block(work).await;
    answer(outcome.unwrap_or_else(|error| Err(Refusal::Broken(error.to_string()))))
}

/// In a real application the tenant is the one of whoever is signed in, and never one that a request names.
async fn listed(tenants: Data<Tenants>, tenant: Path<Uuid>) -> HttpResponse {
    aside(move || {
        let found = in_tenant(&tenants, *tenant, list)?;
        Ok(serde_json::json!({ "orders": found }))
    })
    .await
}

async fn written(tenants: Data<Tenants>, path: Path<(Uuid, i64)>) -> HttpResponse {
    let (tenant, number) = path.into_inner();
    aside(move || {
        in_tenant(&tenants, tenant, |connection| write(connection, number))?;
        Ok(serde_json::json!({ "number": number }))
    })
    .await
}

/// The mistake: nobody entered. The database refuses, and nobody gets an empty list or everybody's.
async fn forgotten(tenants: Data<Tenants>) -> HttpResponse {
    aside(move || {
        let mut connection = tenants.pool.get().map_err(|_| Refusal::Busy)?;
        let found = list(&mut connection)?;
        Ok(serde_json::json!({ "orders": found }))
    })
    .await
}

/// What a new connection is told once.
#[derive(Debug)]
struct Fresh {
    keeps_statements: bool,
}

impl diesel::r2d2::CustomizeConnection<PgConnection, diesel::r2d2::Error> for Fresh {
    fn on_acquire(&self, connection: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        if !self.keeps_statements {
            connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        Ok(())
    }
}

/// Serves on this line until the process ends.
pub async fn serve(
    listener: TcpListener,
    database: &str,
    key: Key,
    size: u32,
    keeps_statements: bool,
) -> std::io::Result<()> {
    let pool = Pool::builder()
        .max_size(size)
        .min_idle(Some(0))
        .test_on_check_out(false)
        .connection_timeout(Duration::from_millis(500))
        .connection_customizer(Box::new(Fresh { keeps_statements }))
        .build_unchecked(ConnectionManager::<PgConnection>::new(database));
    let tenants = Tenants { pool, key };
    HttpServer::new(move || {
        App::new()
            .app_data(Data::new(tenants.clone()))
            .route("/orders", get().to(forgotten))
            .route("/{tenant}/orders", get().to(listed))
            .route("/{tenant}/orders/{number}", post().to(written))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run()
    .await
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let database = env::var("DATABASE_URL").map_err(std::io::Error::other)?;
    let key = Key::new(&env::var("TENANT_KEY").map_err(std::io::Error::other)?)?;
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok());
    let keeps = env::var("STATEMENT_CACHE").as_deref() != Ok("off");
    let listener = TcpListener::bind(("127.0.0.1", port.unwrap_or(3000)))?;
    println!("listening on {}", listener.local_addr()?.port());
    serve(listener, &database, key, 4, keeps).await
}
