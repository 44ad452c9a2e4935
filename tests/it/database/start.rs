//! ISO-10 and UPG-03: what the process refuses to start on, and the making of the database itself.

use diesel::connection::SimpleConnection;
use services::boot::{self, Refusal};

use crate::support::postgres::{Database, context_key, count, run};

fn check(database: &Database, app_url: &str) -> Result<(), Refusal> {
    boot::check(app_url, &database.platform_url(), &context_key()).unwrap()
}

#[test]
fn a_migrated_database_passes_the_check() {
    let database = Database::unaudited();
    assert_eq!(check(&database, &database.app_url()), Ok(()));
}

#[test]
fn iso_10_a_superuser_is_refused() {
    let database = Database::unaudited();
    assert!(matches!(
        check(&database, &database.owner_url()),
        Err(Refusal::Superuser(_))
    ));
}

#[test]
fn iso_10_a_role_that_bypasses_row_level_security_is_refused() {
    let database = Database::unaudited();
    let role = format!("bypasses_{}", database.name);
    run(
        &database.owner_url(),
        &format!(
            "create role {role} login bypassrls; grant connect on database {} to {role}",
            database.name
        ),
    );
    assert_eq!(
        check(&database, &database.url_of(&role)),
        Err(Refusal::BypassesRls(role))
    );
}

#[test]
fn iso_10_an_owner_and_a_member_of_the_owner_are_refused() {
    let database = Database::unaudited();
    let role = format!("owns_{}", database.name);
    run(
        &database.owner_url(),
        &format!(
            "create role {role} login; grant connect on database {} to {role}; grant tnt_owner to {role}",
            database.name
        ),
    );
    assert_eq!(
        check(&database, &database.url_of(&role)),
        Err(Refusal::Owner(role))
    );
}

#[test]
fn iso_10_the_logins_swapped_are_refused() {
    let database = Database::unaudited();
    assert!(matches!(
        check(&database, &database.platform_url()),
        Err(Refusal::WrongPart { .. })
    ));
    assert!(matches!(
        boot::check(&database.app_url(), &database.app_url(), &context_key()).unwrap(),
        Err(Refusal::WrongPart { .. })
    ));
}

#[test]
fn iso_10_a_table_without_its_walls_is_refused() {
    for breach in [
        "alter table shared.users no force row level security",
        "alter table shared.users disable row level security",
        "drop policy tenant_rows on shared.users",
        "drop policy tenant_wall on shared.users",
        "alter policy tenant_wall on shared.users using (true)",
        "drop policy tenant_wall on node.jobs",
        "create table shared.naked (tenant_id uuid)",
    ] {
        let database = Database::unaudited();
        run(&database.owner_url(), breach);
        assert!(
            matches!(
                check(&database, &database.app_url()),
                Err(Refusal::Unprotected(_))
            ),
            "{breach}"
        );
    }
}

#[test]
fn upg_03_a_newer_schema_is_refused_by_the_start_and_by_the_migrator() {
    let database = Database::unaudited();
    run(
        &database.owner_url(),
        "insert into node.ledger (schema_name, version) values ('shared', '20990101000000')",
    );
    let newer = Refusal::NewerSchema("shared/20990101000000".to_owned());
    assert_eq!(check(&database, &database.app_url()), Err(newer));
    let error = boot::migrate(&database.owner_url()).unwrap_err();
    assert!(error.to_string().contains("newer Tenantry"), "{error}");
}

#[test]
fn upg_03_an_older_schema_names_the_command() {
    let database = Database::unaudited();
    boot::revert(&database.owner_url()).unwrap();
    let refusal = check(&database, &database.app_url()).unwrap_err();
    assert!(
        refusal.to_string().contains("run `tenantry migrate`"),
        "{refusal}"
    );
}

#[test]
fn the_migrations_go_up_and_down_and_up() {
    let database = Database::unaudited();
    let down = boot::revert(&database.owner_url()).unwrap();
    assert!(down.len() >= 7);
    let mut left = database.superuser();
    let tables: i64 = count(
        &mut left,
        "select count(*) as count from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('app', 'catalogue', 'node', 'shared') and c.relkind in ('r', 'v') and c.relname <> '__diesel_schema_migrations'",
    );
    assert_eq!(tables, 0, "a down.sql forgets a table");
    let routines = count(
        &mut left,
        "select count(*) as count from pg_proc f join pg_namespace n on n.oid = f.pronamespace where n.nspname in ('app', 'catalogue', 'node', 'shared')",
    );
    assert_eq!(routines, 0, "a down.sql forgets a function");
    let mut up = boot::migrate(&database.owner_url()).unwrap().ran;
    let mut down = down;
    up.sort();
    down.sort();
    assert_eq!(up, down);
    assert_eq!(
        check(&database, &database.app_url()),
        Err(Refusal::UnknownKey)
    );
    boot::give_key(&database.owner_url(), &context_key(), false).unwrap();
    assert_eq!(check(&database, &database.app_url()), Ok(()));
}

#[test]
fn of_two_migrators_one_waits() {
    let database = Database::unaudited();
    boot::revert(&database.owner_url()).unwrap();
    let url = database.owner_url();
    let both: Vec<_> = (0..2)
        .map(|_| {
            std::thread::spawn({
                let url = url.clone();
                move || boot::migrate(&url).unwrap().ran.len()
            })
        })
        .collect();
    let ran: Vec<usize> = both.into_iter().map(|one| one.join().unwrap()).collect();
    assert!(ran.contains(&0), "{ran:?}");
    boot::give_key(&url, &context_key(), false).unwrap();
    assert_eq!(check(&database, &database.app_url()), Ok(()));
}

#[test]
fn an_owner_who_is_no_superuser_is_enough_and_a_refusal_names_the_statement() {
    let database = Database::unaudited();
    boot::revert(&database.owner_url()).unwrap();
    let (name, role) = (&database.name, format!("dba_{}", database.name));
    run(
        &database.owner_url(),
        &format!(
            "create role {role} login; grant connect on database {name} to {role}; grant temp on database {name} to public; alter database {name} owner to current_user"
        ),
    );
    let error = boot::migrate(&database.url_of(&role))
        .unwrap_err()
        .to_string();
    let strict = "select count(*) where current_setting('server_version_num')::int >= 160000";
    let strict = count(&mut database.superuser(), strict) == 1;
    let who = if strict {
        "let a superuser, or whoever made these roles, run it"
    } else {
        "let a role with CREATEROLE run it"
    };
    assert!(
        error.contains("grant tnt_owner to") && error.contains(who),
        "{error}"
    );
    run(
        &database.owner_url(),
        &format!("alter role {role} createrole"),
    );
    if strict {
        let all = "tnt_owner, tnt_tenant, tnt_platform, tnt_vendor, tnt_app, tnt_platform_app, tnt_vendor_app";
        let given = format!("grant {all} to {role} with admin option");
        run(&database.owner_url(), &given);
    }
    let error = boot::migrate(&database.url_of(&role))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("revoke all on database")
            && error.contains("let the owner of the database run it"),
        "{error}"
    );
    run(
        &database.owner_url(),
        &format!("alter database {name} owner to {role}"),
    );
    assert!(
        !boot::migrate(&database.url_of(&role))
            .unwrap()
            .ran
            .is_empty()
    );
    boot::give_key(&database.url_of(&role), &context_key(), false).unwrap();
    assert_eq!(check(&database, &database.app_url()), Ok(()));
}

#[test]
fn a_login_gets_its_password_as_a_verifier() {
    let database = Database::unaudited();
    let mut superuser = database.superuser();
    // Roles belong to the whole server: the password must be gone when others connect.
    superuser.batch_execute("begin").unwrap();
    assert!(boot::set_password(&database.owner_url(), boot::PLATFORM_LOGIN, "naïve").is_err());
    boot::set_password(&database.owner_url(), boot::PLATFORM_LOGIN, "correct-horse").unwrap();
    let verifiers = count(
        &mut superuser,
        "select count(*) as count from pg_authid where rolname = 'tnt_platform_app' and rolpassword like 'SCRAM-SHA-256$4096:%'",
    );
    assert_eq!(verifiers, 1);
    superuser
        .batch_execute("rollback; alter role tnt_platform_app password null")
        .unwrap();
}
