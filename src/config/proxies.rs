//! Whose forwarding headers are believed. Reading those headers is the work of `web::peer`.

use std::net::IpAddr;

use ipnet::IpNet;

use super::sheet::Sheet;

/// The networks of our own proxies; empty believes nobody.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    trusted: Vec<IpNet>,
}

impl Proxies {
    /// Proxies in these networks.
    #[must_use]
    pub const fn new(trusted: Vec<IpNet>) -> Self {
        Self { trusted }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn trusts_nobody(&self) -> bool {
        self.trusted.is_empty()
    }

    /// Whether this address is one of our proxies.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted
            .iter()
            .any(|network| network.contains(&address))
    }

    pub(super) fn read(sheet: &mut Sheet) -> Self {
        let trusted = sheet.list("proxies.trusted", network);
        if trusted.iter().any(|network| network.prefix_len() == 0) {
            sheet.fault("proxies.trusted", "holds the whole internet, so any client could claim any address; name your proxies");
        }
        Self { trusted }
    }
}

/// A network, or a single address.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let single = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>()
        .or_else(|_| single())
        .map_err(|_| format!("\"{text}\" is not a network, like 10.0.0.0/8 or 192.0.2.7"))
}
