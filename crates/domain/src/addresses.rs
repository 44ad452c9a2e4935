//! Where tenants are found: each at a name of its own below the base domain, or the one tenant of an installation
//! at the base domain itself. Which host names which tenant now is the catalogue's to say.

use std::fmt;

use crate::Slug;

/// How many tenants an installation has room for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Any number, each below the base domain.
    Multi,
    /// One, of this slug, at the base domain.
    Single(Slug),
}

impl Mode {
    /// The word of the configuration.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Multi => "multi",
            Self::Single(_) => "single",
        }
    }

    /// Whether there is room for one tenant only.
    #[must_use]
    pub const fn is_single(&self) -> bool {
        matches!(self, Self::Single(_))
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The base domain, and which tenants are below it or at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The base domain, in lower case.
    pub base_domain: String,
    /// One tenant or many.
    pub mode: Mode,
}

impl Addresses {
    /// Those of many tenants.
    #[must_use]
    pub fn multi(base_domain: impl Into<String>) -> Self {
        Self {
            base_domain: base_domain.into(),
            mode: Mode::Multi,
        }
    }

    /// The name below the base domain that a slug makes.
    #[must_use]
    pub fn below(&self, slug: &str) -> String {
        format!("{slug}.{}", self.base_domain)
    }

    /// The hosts of a new tenant; the first is canonical.
    #[must_use]
    pub fn of(&self, slug: &Slug) -> Vec<String> {
        let below = self.below(slug.as_str());
        match self.mode {
            Mode::Multi => vec![below],
            Mode::Single(_) => vec![self.base_domain.clone(), below],
        }
    }

    /// Whether pages of a tenant are shown at this host. Elsewhere a host that names a tenant only leads to it.
    #[must_use]
    pub fn serves(&self, host: &str) -> bool {
        (host == self.base_domain) == self.mode.is_single()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn one_tenant_is_at_the_base_and_many_are_below_it() {
        let acme = Slug::parse("acme").unwrap();
        let many = Addresses::multi("example.com");
        let one = Addresses {
            mode: Mode::Single(acme.clone()),
            ..many.clone()
        };
        assert_eq!(many.of(&acme), ["acme.example.com"]);
        assert_eq!(one.of(&acme), ["example.com", "acme.example.com"]);
        for (host, at_many, at_one) in [
            ("example.com", false, true),
            ("acme.example.com", true, false),
            ("portal.acme.test", true, false),
        ] {
            assert_eq!(
                (many.serves(host), one.serves(host)),
                (at_many, at_one),
                "{host}"
            );
        }
    }
}
