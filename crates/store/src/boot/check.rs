//! The check at every start: is this database safe to serve from, as the login that serves? It only reads.

use std::time::Duration;

use diesel::connection::CacheSize;
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text};

use super::facts::{Facts, facts};
use super::migrate::{known_versions, newer, tenant_versions};
use super::{BootError, Refusal};
use crate::address::patient;
use crate::context::{ContextKey, is_known};

/// How long a start waits for a server that does not answer.
const CONNECT: Duration = Duration::from_secs(5);

/// The oldest server that is served from.
const OLDEST_SERVER: i32 = 150_000;

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Behind {
    #[diesel(sql_type = Nullable<Text>)]
    schema: Option<String>,
}

/// Checks the database as both logins. `Ok(Err(…))` is a refusal, `Err` a database that could not be asked.
///
/// # Errors
/// No connection, or a catalog that cannot be read.
pub fn check(
    app_url: &str,
    platform_url: &str,
    key: &ContextKey,
) -> Result<Result<(), Refusal>, BootError> {
    if let Err(refusal) = ask(app_url, |connection| as_tenants(connection, key))? {
        return Ok(Err(refusal));
    }
    ask(platform_url, |connection| {
        Ok(judge(&facts(connection)?, Part::Platform))
    })
}

fn as_tenants(connection: &mut PgConnection, key: &ContextKey) -> QueryResult<Result<(), Refusal>> {
    if let Err(refusal) = judge(&facts(connection)?, Part::Tenants) {
        return Ok(Err(refusal));
    }
    let versions: Vec<Version> =
        crate::raw::query("select version from app.ledger()").load(connection)?;
    let same = same_schema(versions.into_iter().map(|row| row.version).collect());
    if same.is_err() {
        return Ok(same);
    }
    if !is_known(connection, key)? {
        return Ok(Err(Refusal::UnknownKey));
    }
    let behind: Behind = crate::raw::query("select app.behind($1) as schema")
        .bind::<Array<Text>, _>(tenant_versions())
        .get_result(connection)?;
    Ok(behind
        .schema
        .map_or(Ok(()), |schema| Err(Refusal::OlderSchema(schema))))
}

/// One transaction without prepared statements that are kept: so a pooler may stand between.
fn ask<T>(
    url: &str,
    question: impl FnOnce(&mut PgConnection) -> QueryResult<T>,
) -> Result<T, BootError> {
    let mut connection = PgConnection::establish(&patient(url, CONNECT))?;
    connection.set_prepared_statement_cache_size(CacheSize::Disabled);
    Ok(connection.transaction(question)?)
}

/// What a login is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Tenants,
    Platform,
}

fn judge(facts: &Facts, part: Part) -> Result<(), Refusal> {
    let login = || facts.login.clone();
    let wrong = |why: &str| Refusal::WrongPart {
        login: login(),
        why: why.to_owned(),
    };
    if facts.server_version < OLDEST_SERVER {
        return Err(Refusal::OldServer(facts.server_version / 10_000));
    }
    if facts.superuser {
        return Err(Refusal::Superuser(login()));
    }
    if facts.bypasses {
        return Err(Refusal::BypassesRls(login()));
    }
    if facts.owner {
        return Err(Refusal::Owner(login()));
    }
    if facts.powerful {
        return Err(wrong("may create roles or databases, or replicate"));
    }
    if let Some(stranger) = &facts.stranger {
        return Err(wrong(&format!("is a member of {stranger}")));
    }
    if !facts.prepared {
        return Err(Refusal::OlderSchema("every table".to_owned()));
    }
    match (part, facts.reaches_tenants, facts.reaches_platform) {
        (Part::Tenants, Some(true), Some(false)) | (Part::Platform, Some(false), Some(true)) => {}
        (Part::Tenants, Some(true), _) => return Err(wrong("reaches the platform's role too")),
        (Part::Tenants, _, _) => return Err(wrong("is not a member of tnt_tenant")),
        (Part::Platform, _, Some(true)) => return Err(wrong("reaches the tenants' role too")),
        (Part::Platform, _, _) => return Err(wrong("is not a member of tnt_platform")),
    }
    if let Some(table) = &facts.unprotected {
        return Err(Refusal::Unprotected(table.clone()));
    }
    if !speaks_english(&facts.language) {
        return Err(Refusal::Language {
            login: login(),
            language: facts.language.clone(),
        });
    }
    citus(facts)
}

/// `C`, `C.UTF-8`, `POSIX`, `en_GB.UTF-8`, or nothing at all, which is the same as `C` for messages.
fn speaks_english(language: &str) -> bool {
    let name = language.split(['.', '_', '@']).next().unwrap_or_default();
    matches!(name, "" | "C" | "POSIX" | "en" | "English")
}

fn citus(facts: &Facts) -> Result<(), Refusal> {
    let refused = |why: &str| Err(Refusal::Citus(why.to_owned()));
    if !facts.citus {
        return Ok(());
    }
    if facts.citus_set_commands.as_deref() != Some("local") {
        return refused(
            "run `alter system set citus.propagate_set_commands = 'local'` as a superuser and reload",
        );
    }
    if facts.several_owners {
        return refused(
            "the tenant tables have more than one owner, and moving a shard can then lose rows",
        );
    }
    match &facts.output_plugins {
        Some(libraries) if !libraries.split(',').any(|name| name.trim() == "citus") => {
            refused("`output_plugin_libraries` must include citus, or shards cannot be moved")
        }
        _ => Ok(()),
    }
}

fn same_schema(applied: Vec<String>) -> Result<(), Refusal> {
    let known = known_versions();
    if let Some(missing) = known.iter().find(|version| !applied.contains(version)) {
        return Err(Refusal::OlderSchema(missing.clone()));
    }
    newer(applied.into_iter(), &known).map_or(Ok(()), |version| Err(Refusal::NewerSchema(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Facts {
        Facts {
            login: "tnt_app".to_owned(),
            server_version: 150_020,
            language: "C.UTF-8".to_owned(),
            superuser: false,
            bypasses: false,
            powerful: false,
            owner: false,
            stranger: None,
            reaches_tenants: Some(true),
            reaches_platform: Some(false),
            unprotected: None,
            prepared: true,
            citus: false,
            several_owners: false,
            citus_set_commands: None,
            output_plugins: None,
        }
    }

    #[test]
    fn iso_10_an_old_server_is_refused() {
        let old = Facts {
            server_version: 140_012,
            ..good()
        };
        assert_eq!(judge(&old, Part::Tenants), Err(Refusal::OldServer(14)));
        assert_eq!(judge(&good(), Part::Tenants), Ok(()));
    }

    #[test]
    fn each_login_is_bound_to_its_part() {
        assert!(judge(&good(), Part::Platform).is_err());
        let both = Facts {
            reaches_platform: Some(true),
            ..good()
        };
        assert!(judge(&both, Part::Tenants).is_err());
        assert!(judge(&both, Part::Platform).is_err());
    }

    #[test]
    fn the_servers_language_must_be_known() {
        for english in [
            "",
            "C",
            "C.UTF-8",
            "POSIX",
            "en_US.utf8",
            "en_GB",
            "English_United States.1252",
        ] {
            assert!(speaks_english(english), "{english}");
        }
        for other in ["de_DE.UTF-8", "ca_ES", "C3PO"] {
            assert!(!speaks_english(other), "{other}");
        }
    }

    #[test]
    fn a_citus_cluster_must_pass_the_context_on() {
        let citus = Facts {
            citus: true,
            citus_set_commands: Some("local".to_owned()),
            ..good()
        };
        assert_eq!(judge(&citus, Part::Tenants), Ok(()));
        let silent = Facts {
            citus_set_commands: Some("none".to_owned()),
            ..citus.clone()
        };
        assert!(matches!(
            judge(&silent, Part::Tenants),
            Err(Refusal::Citus(_))
        ));
        let owners = Facts {
            several_owners: true,
            ..citus.clone()
        };
        assert!(matches!(
            judge(&owners, Part::Tenants),
            Err(Refusal::Citus(_))
        ));
        let plugins = Facts {
            output_plugins: Some("wal2json".to_owned()),
            ..citus
        };
        assert!(matches!(
            judge(&plugins, Part::Tenants),
            Err(Refusal::Citus(_))
        ));
    }

    #[test]
    fn a_schema_must_be_the_binarys_own() {
        let known = known_versions();
        assert_eq!(same_schema(known.clone()), Ok(()));
        let mut newer = known.clone();
        newer.push("shared/20990101000000".to_owned());
        assert_eq!(
            same_schema(newer),
            Err(Refusal::NewerSchema("shared/20990101000000".to_owned()))
        );
        let older = known.iter().skip(1).cloned().collect();
        assert!(matches!(same_schema(older), Err(Refusal::OlderSchema(_))));
    }
}
