//! Why a database is not served from, in the words that the operator reads.

/// Why the process does not start on this database. One sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Row-level security does not bind a superuser.
    #[error(
        "the database role {0} is a superuser, whom row-level security does not bind: use the logins that `tenantry migrate` made"
    )]
    Superuser(String),
    /// The role owns what it should only use, or may become the owner.
    #[error(
        "the database role {0} owns the tables or may become their owner: use the logins that `tenantry migrate` made"
    )]
    Owner(String),
    /// Row-level security does not bind the role.
    #[error(
        "the database role {0} bypasses row-level security: run `alter role {0} nobypassrls` as a superuser"
    )]
    BypassesRls(String),
    /// The role may do or become more, or less, than its part.
    #[error("the database role {login} {why}: use the logins that `tenantry migrate` made")]
    WrongPart {
        /// Which role.
        login: String,
        /// In which way.
        why: String,
    },
    /// A table without its wall.
    #[error(
        "the table {0} lacks forced row-level security or its two policies: run `call app.protect('{0}')` as its owner"
    )]
    Unprotected(String),
    /// The server is too old.
    #[error("the server is PostgreSQL {0}, and 15 is the oldest that works")]
    OldServer(i32),
    /// The schema comes from a newer binary.
    #[error(
        "the database was migrated by a newer Tenantry (it knows {0}): start that version or a later one"
    )]
    NewerSchema(String),
    /// The schema is behind this binary.
    #[error(
        "the database lacks {0}: run `tenantry migrate` with the owner's address in TENANTRY_DATABASE_OWNER_URL"
    )]
    OlderSchema(String),
    /// The key of this process opens no tenant.
    #[error(
        "the database does not know this installation's key: run `tenantry migrate` with the same context.key, or secret, as here"
    )]
    UnknownKey,
    /// A Citus cluster that would lose tenants' context or rows.
    #[error("the Citus cluster is not safe to serve from: {0}")]
    Citus(String),
    /// The server speaks a language in which passing conflicts are not recognised.
    #[error(
        "the server answers {login} in the language {language}: run `alter role {login} set lc_messages = 'C'` as a superuser"
    )]
    Language {
        /// Which role.
        login: String,
        /// The server's `lc_messages`.
        language: String,
    },
}
