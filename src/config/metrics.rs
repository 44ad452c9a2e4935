//! Where figures for a collector are served: a listener of their own, which no tenant's host leads to.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::{sheet::Sheet, units::number};

/// The listener of `/metrics`.
#[derive(Debug, Clone, Copy)]
pub struct Metrics {
    /// The address that is listened on.
    pub bind: IpAddr,
    /// The port; 0 takes a free one. Without one nothing is served.
    pub port: Option<u16>,
    /// How many tenants have figures of their own; of all others they are told together.
    pub tenants: u16,
}

impl Metrics {
    /// The socket address to listen on, where there is one.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.port.map(|port| SocketAddr::new(self.bind, port))
    }

    pub(super) fn read(sheet: &mut Sheet) -> Self {
        let bind = sheet.value("metrics.bind", IpAddr::V4(Ipv4Addr::LOCALHOST), |text| {
            text.parse()
                .map_err(|_| format!("\"{text}\" is not an IP address, like 127.0.0.1 or 0.0.0.0"))
        });
        let port = sheet.optional(
            "metrics.port",
            "none (not served)",
            number(0, u16::MAX),
            ToString::to_string,
        );
        let tenants = sheet.value("metrics.tenants", 20, number(0, 1_000));
        Self {
            bind,
            port,
            tenants,
        }
    }
}
