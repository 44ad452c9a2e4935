//! How large the fleet is and may get, in words.

use services::checkups::{Fleet, MIGRATION_TIME};

use crate::web::format::{Format, plural};

pub(super) fn lines(fleet: &Fleet, format: &Format) -> Vec<(&'static str, String)> {
    let numbers = fleet.numbers;
    let mut lines = vec![
        ("Tenants with a place", format.count(numbers.tenants)),
        ("In shared tables", format.count(numbers.shared)),
        ("In schemas of their own", format.count(numbers.schemas)),
        ("In databases of their own", format.count(numbers.databases)),
        ("Schemas to migrate", format.count(fleet.schemas())),
    ];
    match fleet.migration.zip(fleet.most()) {
        None => lines.push((
            "Most schemas",
            "Not known: no migration of your application was measured yet.".to_owned(),
        )),
        Some((took, most)) => {
            let milliseconds = format.count(took / 1000);
            lines.push((
                "One schema's migration",
                format!(
                    "{milliseconds} ms on average, over {} {}",
                    format.count(fleet.measured),
                    plural(fleet.measured, "schema", "schemas")
                ),
            ));
            let room = match fleet.schemas() <= most {
                true => "There is room.",
                false => {
                    "There are more: migrate several at once, or move tenants into shared tables."
                }
            };
            lines.push((
                "Most schemas",
                format!(
                    "{} within {MIGRATION_TIME} seconds, one after the other. {room}",
                    format.count(most)
                ),
            ));
        }
    }
    lines
}
