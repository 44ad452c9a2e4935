//! The tables are the store's own.
use tenantry_store::schema::tenant::users;

fn main() {
    let _ = users::table;
}
