//! The SQL console of tenants: whether it is there, of what its logins' passwords are made, and what a question may take.

use services::console::Bounds;

use super::secret::Secret;
use super::server::Server;
use super::sheet::Sheet;
use super::sign_up::yes_or_no;
use super::units::{Span, number, span};

/// What the operator allows.
#[derive(Debug, Clone)]
pub struct Console {
    /// Whether it is there; `None` where nobody said, which the demo takes for yes.
    enabled: Option<bool>,
    /// The key of which the logins' passwords are made.
    pub key: Secret,
    /// What a question may take at most.
    pub bounds: Bounds,
    /// How many questions are answered at once, of all tenants together.
    pub connections: u32,
}

impl Console {
    /// Whether it is there.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.enabled.unwrap_or(false)
    }

    /// On, unless the operator said no: for the demo, whose database is its own.
    pub fn enable_for_demo(&mut self) {
        self.enabled = Some(self.enabled.unwrap_or(true));
    }

    pub(super) fn read(sheet: &mut Sheet, server: &Server) -> Self {
        let enabled = sheet.optional("console.enabled", "no; yes in the demo", yes_or_no, |yes| {
            if *yes { "yes" } else { "no" }.to_owned()
        });
        let seconds = span(Span::seconds(1), Span::seconds(60));
        let limit = sheet.value("console.max_seconds", Span::seconds(10), |text| {
            seconds(text).or_else(|error| {
                number(1, 60)(text)
                    .map(Span::seconds)
                    .map_err(|_: String| error)
            })
        });
        let rows = sheet.value("console.max_rows", 1_000, number(1, 100_000));
        Self {
            enabled,
            key: Secret::named(sheet, server, "console.key", enabled == Some(true)),
            bounds: Bounds {
                limit: limit.0,
                rows,
            },
            connections: sheet.value("console.connections", 4, number(1, 100)),
        }
    }
}
