//! The address of a server as a form shows it again: without the password in it, which is never sent back.

/// Said beside the field whose password is gone.
pub(super) const AGAIN: &str = "Type the password again: it is never sent back.";

/// What was typed, without its password; nothing where it cannot be told what of it is one.
pub(super) fn without_password(raw: &str) -> String {
    let text = raw.trim();
    let Some((scheme, rest)) = text.split_once("://") else {
        // A name of a host is none; anything longer may hold one.
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        return if text.chars().all(plain) {
            text.to_owned()
        } else {
            String::new()
        };
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at(end);
    let Some((login, hosts)) = authority.rsplit_once('@') else {
        return String::new();
    };
    // A sign that ought to be written %40 or %2F: what stands around it may be the password's.
    if behind.contains('@') {
        return String::new();
    }
    let login = login.split(':').next().unwrap_or_default();
    let (database, query) = behind.split_once('?').unwrap_or((behind, ""));
    let harmless = |pair: &&str| !pair.is_empty() && !pair.contains("pass");
    let query: Vec<&str> = query.split('&').filter(harmless).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let query = query.join("&");
    format!("{scheme}://{login}@{hosts}{database}{mark}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown_again() {
        for (typed, shown) in [
            (
                " postgresql://o:secret@db2:5432/postgres?sslmode=verify-full ",
                "postgresql://o@db2:5432/postgres?sslmode=verify-full",
            ),
            (
                "postgresql://o:sec@ret@db2/postgres",
                "postgresql://o@db2/postgres",
            ),
            ("postgresql://o:sec/ret@db2/postgres", ""),
            ("postgresql://o:a@sec/ret@db2/postgres", ""),
            ("postgresql://o:secret", ""),
            (
                "postgresql://o@db2/postgres?password=secret&sslmode=require",
                "postgresql://o@db2/postgres?sslmode=require",
            ),
            ("postgresql://o@db2/postgres?password=sec@ret", ""),
            ("host=db2 password=secret", ""),
            ("o:secret@db2", ""),
            ("db2.example.com", "db2.example.com"),
        ] {
            assert_eq!(without_password(typed), shown, "{typed}");
        }
    }
}
