//! How often a password may be tried before one has to wait.

use std::time::Duration;

use super::{
    sheet::Sheet,
    units::{Span, number, span},
};

/// Wrong tries in one window of time; rightful ones are taken back.
#[derive(Debug, Clone, Copy)]
pub struct SignIn {
    /// For one account, and once more for each device that it was used on before.
    pub tries_per_account: i32,
    /// From one network: 256 addresses of IPv4, one customer's of IPv6.
    pub tries_per_network: i32,
    /// The time in which they count.
    pub window: Duration,
}

impl SignIn {
    pub(super) fn read(sheet: &mut Sheet) -> Self {
        let window = span(Span::seconds(60), Span::seconds(86_400));
        Self {
            tries_per_account: sheet.value("sign_in.tries_per_account", 10, number(1, 1_000)),
            tries_per_network: sheet.value("sign_in.tries_per_network", 50, number(1, 1_000_000)),
            window: sheet
                .value("sign_in.window", Span::seconds(15 * 60), window)
                .0,
        }
    }
}
