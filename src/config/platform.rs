//! Where the platform's own pages are, and who may reach them.

use std::net::IpAddr;

use ipnet::IpNet;

use super::proxies::network;
use super::server::{Server, domain_name};
use super::sheet::Sheet;

/// The host of the platform's pages, apart from every tenant's.
#[derive(Debug, Clone)]
pub struct Platform {
    /// Its name.
    pub host: String,
    addresses: Vec<IpNet>,
}

impl Platform {
    /// Whether somebody at this address may see that the host exists. Without a list everybody may.
    #[must_use]
    pub fn admits(&self, address: Option<IpAddr>) -> bool {
        if self.addresses.is_empty() {
            return true;
        }
        address.is_some_and(|address| {
            let address = address.to_canonical();
            let mut networks = self.addresses.iter();
            networks.any(|network| network.contains(&address))
        })
    }

    pub(super) fn read(sheet: &mut Sheet, server: &Server) -> Self {
        let usual = format!("admin.{}", server.base_domain);
        let host = sheet.value("platform.host", usual, domain_name);
        if host == server.base_domain {
            sheet.fault(
                "platform.host",
                "is the base domain itself; give the platform a host of its own",
            );
        }
        Self {
            host,
            addresses: sheet.list("platform.addresses", network),
        }
    }
}
