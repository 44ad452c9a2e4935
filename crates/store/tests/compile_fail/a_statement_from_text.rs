//! Statements from text are made in one module.
fn main() {
    let _ = tenantry_store::raw::query("select 1");
}
