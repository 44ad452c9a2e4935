//! Which kinds of place a new tenant may be given here.

use domain::{FieldErrors, PlacementKind};
use store::Store;

/// Said beside a choice of a place of its own where this process makes none.
const NO_OWNER: &str = "Schemas and databases of their own are made here once the address of the database's owner is configured: database.owner_url.";
const UNKNOWN: &str = "Choose shared, schema or database.";

/// The kind that was asked for, by its key; shared where nothing was.
///
/// # Errors
/// An error at `place` for what does not exist or is not made here.
pub fn chosen(
    store: &Store,
    place: &'static str,
    key: Option<&str>,
    errors: &mut FieldErrors,
) -> PlacementKind {
    match key.map(str::parse) {
        None | Some(Ok(PlacementKind::Shared)) => PlacementKind::Shared,
        Some(Ok(own @ (PlacementKind::Schema | PlacementKind::Database))) => {
            if !store.makes_schemas() {
                errors.add(place, NO_OWNER);
            }
            own
        }
        Some(Err(_)) => {
            errors.add(place, UNKNOWN);
            PlacementKind::Shared
        }
    }
}
