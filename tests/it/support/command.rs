//! The command line beside a running app: what it says, and the code with which it ends.

use std::process::{Command, Stdio};

use super::app::{App, SECRET};

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl App {
    /// Runs `tenantry` with these words, on this app's database and without a terminal.
    pub(crate) fn tenantry(&self, words: &[&str]) -> Said {
        self.tenantry_with(words, &[])
    }

    /// The same with settings of the operator, by the names of their variables.
    pub(crate) fn tenantry_with(&self, words: &[&str], settings: &[(&str, &str)]) -> Said {
        let (tenants, platform) = (self.url_as("tnt_app"), self.url_as("tnt_platform_app"));
        let database = [
            ("DATABASE_URL", tenants.as_str()),
            ("PLATFORM_DATABASE_URL", platform.as_str()),
        ];
        run(words, &[&database[..], settings].concat())
    }
}

/// Runs `tenantry` in an environment of its own.
pub(crate) fn run(words: &[&str], environment: &[(&str, &str)]) -> Said {
    let done = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(words)
        .env_clear()
        .env("TENANTRY_SECRET", SECRET)
        .env("TENANTRY_DATA", env!("CARGO_TARGET_TMPDIR"))
        .env("TENANTRY_PUBLIC_PORT", "80")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Said {
        code: done.status.code().unwrap(),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

impl Said {
    /// It ended so, or the test fails with all that it said.
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }

    /// Its JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// The line of its table that has this in it, with one blank between the cells.
    pub(crate) fn line(&self, word: &str) -> String {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut lines = self.out.lines().map(words);
        let found = lines.find(|line| line.contains(word));
        found.unwrap_or_else(|| panic!("no {word} in\n{}", self.out))
    }
}
