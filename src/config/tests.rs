//! The layers of the configuration, its origins, and every kind of fault.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{ffi::OsString, fs, os::unix::ffi::OsStringExt, path::PathBuf};

use super::*;

fn sources(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Sources {
    let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    Sources {
        file: Some((PathBuf::from("tenantry.toml"), Ok(file.to_owned()))),
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), OsString::from(*value)))
            .collect(),
        flags: flags.iter().map(pair).collect(),
        cores: 4,
        demo: false,
    }
}

fn faults(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Vec<String> {
    match Config::read(&sources(file, environment, flags)) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

fn origin(config: &Config, key: &str) -> String {
    config
        .settings()
        .iter()
        .find(|setting| setting.key == key)
        .unwrap()
        .origin
        .to_string()
}

#[test]
fn nothing_configured_is_a_demo_on_the_loopback() {
    let config = Config::read(&Sources {
        cores: 4,
        ..Sources::default()
    })
    .unwrap();
    assert_eq!(config.server.address().to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.base_domain, "localhost");
    assert_eq!(config.server.data, PathBuf::from("data"));
    assert_eq!(config.server.public_port, Some(8080));
    assert!(config.server.is_development());
    assert_eq!(config.sessions.idle.as_secs(), 30 * 60);
    assert_eq!(config.sessions.absolute.as_secs(), 12 * 3_600);
    assert_eq!(config.sessions.keep.as_secs(), 30 * 86_400);
    assert_eq!((config.database.pool, config.passwords.permits), (8, 4));
    assert!(
        config
            .settings()
            .iter()
            .all(|setting| setting.origin == Origin::Default)
    );
}

#[test]
fn flags_win_over_environment_over_file_and_origins_are_kept() {
    let file = "port = 1\nbase_domain = \"Tenants.LOCALHOST\"\n[sessions]\nidle = \"10m\"\nabsolute = \"1h\"\n";
    let config = Config::read(&sources(
        file,
        &[
            ("TENANTRY_PORT", "2"),
            ("TENANTRY_SESSIONS_IDLE", "20m"),
            ("UNRELATED", "x"),
        ],
        &[("port", "3")],
    ))
    .unwrap();
    assert_eq!(config.server.port, 3);
    assert_eq!(config.server.base_domain, "tenants.localhost");
    assert_eq!(config.sessions.idle.as_secs(), 1_200);
    assert_eq!(origin(&config, "port"), "command line");
    assert_eq!(origin(&config, "sessions.idle"), "TENANTRY_SESSIONS_IDLE");
    assert_eq!(origin(&config, "sessions.absolute"), "tenantry.toml:5");
    assert_eq!(origin(&config, "bind"), "default");
}

#[test]
fn upg_04_all_faults_come_at_once_one_line_each() {
    let file = "prot = 1\nbind = \"here\"\n[sessions]\nidle = 30\nlength = 1\n[proxies]\ntrusted = [\"10.0.0.0/8\", \"ten\", \"0.0.0.0/0\"]\n[jobs]\nworkers = []\n";
    let environment = [
        ("TENANTRY_PORT", ""),
        ("TENANTRY_DATABSE_POOL", "3"),
        ("TENANTRY_SECRET", "short"),
        ("DATABASE_URL", "mysql://x:hunter2@y/z"),
    ];
    let found = faults(file, &environment, &[("base_domain", "http://example.com")]);
    let expected = [
        "port (TENANTRY_PORT): is empty",
        "prot (tenantry.toml:1): is not a setting; did you mean port?",
        "bind (tenantry.toml:2): \"here\" is not an IP address",
        "sessions.idle (tenantry.toml:4): \"30\" is not a duration",
        "sessions.length (tenantry.toml:5): is not a setting",
        "proxies.trusted (tenantry.toml:7): \"ten\" is not a network",
        "proxies.trusted (tenantry.toml:7): holds the whole internet",
        "jobs.workers (tenantry.toml:9): holds a list",
        "TENANTRY_DATABSE_POOL: is not a setting; did you mean TENANTRY_DATABASE_POOL?",
        "secret (TENANTRY_SECRET): is weak: it has 5 of at least 32 bytes",
        "database.url (DATABASE_URL): does not start with postgres://",
        "base_domain (command line): \"http://example.com\" is not a domain name",
    ];
    for line in expected {
        assert!(
            found.iter().any(|fault| fault.starts_with(line)),
            "{line}\nnot in\n{}",
            found.join("\n")
        );
    }
    assert_eq!(found.len(), expected.len(), "{}", found.join("\n"));
    assert!(
        found
            .iter()
            .all(|fault| !fault.contains('\n') && !fault.contains("hunter2"))
    );
}

#[test]
fn what_production_needs_is_missed_by_name() {
    let found = faults(
        "base_domain = \"example.com\"",
        &[("DATABASE_URL", "postgres://app:pw@db/x")],
        &[],
    );
    for line in [
        "database.platform_url: is missing",
        "mail.smtp_url: is missing",
        "secret: is missing",
    ] {
        assert!(
            found.iter().any(|fault| fault.starts_with(line)),
            "{line}\nnot in\n{}",
            found.join("\n")
        );
    }
    assert_eq!(found.len(), 3);
}

#[test]
fn a_broken_or_unreadable_file_is_one_clear_line() {
    let found = faults("port = = 1\n", &[], &[]);
    assert!(
        found
            .first()
            .unwrap()
            .starts_with("tenantry.toml:1: is not valid TOML"),
        "{found:?}"
    );
    let mut unreadable = sources("", &[], &[]);
    unreadable.file = Some((PathBuf::from("gone.toml"), Err("No such file".to_owned())));
    let found = Config::read(&unreadable).unwrap_err();
    assert_eq!(
        found.first().unwrap().to_string(),
        "gone.toml: the configuration file cannot be read: No such file"
    );
    assert_eq!(found.len(), 1);
}

#[test]
fn the_environment_of_kubernetes_and_of_others_is_left_alone() {
    let quiet = [
        ("TENANTRY_SERVICE_HOST", "10.0.0.1"),
        ("TENANTRY_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
        ("TENANTRY_ASSETS", "require"),
        ("PATH", "/bin"),
    ];
    assert!(faults("", &quiet, &[]).is_empty());
    let found = faults("", &[("TENANTRY_PORT", "tcp://10.0.0.1:8080")], &[]);
    assert!(found.first().unwrap().contains("enableServiceLinks"));
    let mut odd = sources("", &[], &[]);
    odd.environment
        .insert("TENANTRY_DATA".to_owned(), OsString::from_vec(vec![0xff]));
    assert_eq!(
        Config::read(&odd).unwrap_err().first().unwrap().to_string(),
        "TENANTRY_DATA: is not UTF-8 text"
    );
}

#[test]
fn tls_to_the_database_is_refused_when_this_binary_cannot() {
    let url = "postgres://app:hunter2@db/x?sslmode=require";
    let found = faults(
        "",
        &[("DATABASE_URL", url), ("PLATFORM_DATABASE_URL", url)],
        &[],
    );
    if cfg!(feature = "postgres-tls") {
        assert!(found.is_empty());
    } else {
        assert_eq!(found.len(), 2);
        assert!(
            found.iter().all(
                |fault| fault.contains("--features postgres-tls") && !fault.contains("hunter2")
            )
        );
    }
}

#[test]
fn nothing_secret_is_shown() {
    let secret = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let config = Config::read(&sources(
        "[mail]\nsmtp_url = \"smtps://me:hunter2@mail.example.com\"",
        &[
            ("DATABASE_URL", "postgres://a:hunter2@db/x"),
            ("PLATFORM_DATABASE_URL", "postgres://b:hunter2@db/x"),
            ("TENANTRY_SECRET", secret),
        ],
        &[],
    ))
    .unwrap();
    let shown = format!("{config}\n{config:?}");
    assert!(
        !shown.contains("hunter2") && !shown.contains(secret),
        "{shown}"
    );
    assert!(shown.contains("smtps://me:***@mail.example.com"));
    assert!(shown.contains("hidden (64 characters)"));
}

#[test]
fn a_kept_secret_is_used_and_a_readable_one_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let file = folder.path().join("secret");
    fs::write(
        &file,
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n",
    )
    .unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let config = Config::read(&sources("", &[], &[("data", data)])).unwrap();
    assert_eq!(origin(&config, "secret"), file.display().to_string());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o604)).unwrap();
    let found = faults("", &[], &[("data", data)]);
    assert!(
        found.first().unwrap().contains("may be read by others"),
        "{found:?}"
    );
}

#[test]
fn single_mode_names_its_tenant_and_takes_no_sign_ups() {
    let read = |file: &str, demo: bool| {
        let sources = sources(file, &[], &[]);
        Config::read(&Sources { demo, ..sources }).map(|config| config.addresses.mode)
    };
    let acme = domain::Mode::Single("acme".parse().unwrap());
    assert_eq!(read("", false), Ok(domain::Mode::Multi));
    assert_eq!(
        read("default_tenant = \"acme\"", false),
        Ok(domain::Mode::Multi)
    );
    let single = "mode = \"single\"\n";
    let named = format!("{single}default_tenant = \"acme\"\n");
    assert_eq!(read(&named, false), Ok(acme.clone()));
    assert_eq!(read(single, true), Ok(acme));
    for (file, line) in [
        (single.to_owned(), "default_tenant: is missing"),
        (
            format!("{single}default_tenant = \"Acme Inc\""),
            "default_tenant (tenantry.toml:2): \"Acme Inc\" is no slug",
        ),
        (
            "mode = \"one\"".to_owned(),
            "mode (tenantry.toml:1): \"one\" is neither multi nor single",
        ),
        (
            format!("{named}[sign_up]\nenabled = true"),
            "sign_up.enabled (tenantry.toml:4): is yes",
        ),
    ] {
        let found = faults(&file, &[], &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found.iter().all(|fault| fault.starts_with(line)),
            "{found:?}"
        );
    }
}
