//! A server to be added, as a form, the API or the command line says it.

use domain::node::MOST_ROOM;
use domain::{FieldErrors, NodeName};

/// A server to be added.
#[derive(Clone)]
pub struct Wish {
    /// As people will call it.
    pub name: NodeName,
    /// The address of whoever makes databases there, with the password.
    pub owner_url: String,
    /// How many databases it may hold; `None` for as many as come.
    pub room: Option<i32>,
}

impl std::fmt::Debug for Wish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wish")
            .field("name", &self.name)
            .field("room", &self.room)
            .finish_non_exhaustive()
    }
}

/// The settings of libpq that an address may have: how the server is found and how the connection is protected.
const SETTINGS: [&str; 11] = [
    "host",
    "hostaddr",
    "port",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "channel_binding",
    "connect_timeout",
    "target_session_attrs",
    "gssencmode",
];
/// The longest address.
const LONGEST: usize = 2000;

impl Wish {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// What is wrong, by field: `name`, `address`, `room`.
    pub fn read(name: &str, owner_url: &str, room: Option<i64>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = errors.check("name", NodeName::parse(name));
        let owner_url = errors.check("address", self::address(owner_url));
        let room = errors.check("room", self::room(room));
        match (name, owner_url, room) {
            (Some(name), Some(owner_url), Some(room)) => Ok(Self {
                name,
                owner_url,
                room,
            }),
            _ => Err(errors),
        }
    }
}

/// Reads how many databases a server may hold.
///
/// # Errors
/// The words to show beside the field.
pub fn room(room: Option<i64>) -> Result<Option<i32>, String> {
    let Some(room) = room else {
        return Ok(None);
    };
    i32::try_from(room)
        .ok()
        .filter(|room| (0..=MOST_ROOM).contains(room))
        .map(Some)
        .ok_or_else(|| {
            format!("Choose 0 to {MOST_ROOM} databases, or leave it empty for as many as come.")
        })
}

/// Reads the address of a server: a URL with login, password and database.
///
/// # Errors
/// The words to show beside the field.
pub fn address(raw: &str) -> Result<String, &'static str> {
    const FORM: &str = "Write an address such as postgresql://tenantry_owner:password@db2.example.com:5432/postgres.";
    let text = raw.trim();
    let plain = text.len() <= LONGEST && text.chars().all(|c| c.is_ascii_graphic());
    let rest = ["postgresql://", "postgres://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let Some(rest) = rest.filter(|_| plain) else {
        return Err(FORM);
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place.split_once('/').ok_or(FORM)?;
    let (login, hosts) = authority.rsplit_once('@').ok_or(FORM)?;
    let elsewhere = query.split('&').any(|pair| pair.starts_with("host="));
    if login.is_empty() || database.is_empty() || (hosts.is_empty() && !elsewhere) {
        return Err(FORM);
    }
    let known = |pair: &str| SETTINGS.contains(&pair.split('=').next().unwrap_or(""));
    if !query.is_empty() && !query.split('&').all(known) {
        return Err(
            "Behind the question mark only where the server is and how the connection is protected may be said: host, port, sslmode, sslrootcert and the like.",
        );
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_login_host_and_database() {
        for good in [
            "postgresql://o:p@db2:5432/postgres",
            " postgres://o@/postgres?host=/run/pg&port=5433 ",
            "postgresql://o:p%40x@[::1]:5432/postgres?sslmode=verify-full&sslrootcert=system",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "db2:5432",
            "mysql://o:p@db2/x",
            "postgresql://db2/postgres",
            "postgresql://o:p@db2",
            "postgresql://o:p@/postgres",
            "postgresql://o:p@db2/postgres?options=-c%20x",
            "postgresql://o:p@db2/postgres?passfile=/etc/passwd",
            "postgresql://o:p w@db2/postgres",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn room_is_bounded() {
        assert_eq!(room(None), Ok(None));
        assert_eq!(room(Some(0)), Ok(Some(0)));
        assert!(room(Some(-1)).is_err() && room(Some(10_001)).is_err());
    }
}
