//! A test of this binary that runs as a process of its own, to be killed: it says on a file what was acknowledged to it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use domain::TenantId;
use services::{Store, TenantEntry};
use tempfile::TempDir;
use uuid::Uuid;

use crate::bench::{self, Place};

/// The process, seen from itself.
pub struct Helper {
    pub store: Store,
    pub tenant: TenantId,
    told: File,
}

/// The process, seen from the test. Dropping it kills it.
pub struct Started {
    child: Child,
    folder: TempDir,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Helper {
    /// What the test said, if one started this process.
    pub fn of_environment() -> Option<Self> {
        let said = |name: &str| std::env::var(name).ok();
        let mut told = OpenOptions::new();
        let told = told.append(true).create(true);
        let told = told.open(said("TEST_TOLD")?).unwrap();
        let tenant = said("TEST_TENANT")?.parse::<Uuid>().unwrap();
        Some(Self {
            store: bench::open(&said("TEST_APP")?, &said("TEST_PLATFORM")?),
            tenant: TenantId::from_uuid(tenant),
            told,
        })
    }

    /// Says something that stays said when this process is killed.
    pub fn tell(&self, word: &str) {
        let line = format!("{word}\n");
        (&self.told).write_all(line.as_bytes()).unwrap();
    }

    /// Starts the test of this name as a process of its own.
    pub fn start(test: &str, place: &Place, tenant: &TenantEntry) -> Started {
        let folder = tempfile::Builder::new()
            .prefix(&format!("told-{}-", NUMBER.fetch_add(1, Ordering::Relaxed)))
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
            .unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--ignored"])
            .env("TEST_APP", &place.app_url)
            .env("TEST_PLATFORM", &place.platform_url)
            .env("TEST_TENANT", tenant.scope.tenant().uuid().to_string())
            .env("TEST_TOLD", folder.path().join("told"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Started { child, folder }
    }
}

impl Started {
    /// What it said so far.
    pub fn told(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.path().join("told")).unwrap_or_default();
        text.lines().map(ToOwned::to_owned).collect()
    }

    /// Kills it; answers all that it had said.
    pub fn killed(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.told()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
