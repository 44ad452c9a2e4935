//! Taking over the vendor's own migrations: read from a folder, tried against the rules of the tables, kept. What runs
//! in the schemas of tenants is a rollout's.

use std::path::Path;

use domain::rollout::{LONGEST_SCRIPT, version_and_name};
use domain::staff::ManageTenants;
use outside::scripts::{self, Scripts, Unreadable};
use serde_json::json;
use store::rollouts::NoRun;
pub use store::rollouts::{Breach, Lock, Tried};
pub use store::vendor::{Given, VendorMigration};
use store::{PlatformTx, Request, StaffCredential, Store, StoreError};

use crate::VerbError;
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};

/// What became of a folder of migrations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Versions that are new.
    pub added: Vec<String>,
    /// Versions that had not run yet and have another text now.
    pub changed: Vec<String>,
    /// Versions that never ran and whose folders are gone.
    pub forgotten: Vec<String>,
    /// What is told of them, though it keeps none from running.
    pub told: Vec<Breach>,
}

impl Taken {
    /// Whether nothing is as it was.
    #[must_use]
    pub fn is_something(&self) -> bool {
        !(self.added.is_empty() && self.changed.is_empty() && self.forgotten.is_empty())
    }
}

/// Why a folder of migrations was not taken over. What was there before stays.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// A file.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Names of folders that name no version, or one version twice.
    #[error("{}", .0.join("; "))]
    Names(Vec<String>),
    /// Migrations that ran are not what they were.
    #[error("{} ran already and cannot be changed: write another migration", .0.join(", "))]
    Rewritten(Vec<String>),
    /// Rules that they break.
    #[error("{} break the rules of the tables; `tenantry lint` says which", count(.0))]
    Breaches(Vec<Breach>),
    /// They could not be tried.
    #[error(transparent)]
    Run(#[from] NoRun),
    /// The database's, or a verb's.
    #[error(transparent)]
    Verb(#[from] VerbError),
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        Self::Verb(error.into())
    }
}

impl store::Failure for NotTaken {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Verb(error) => store::Failure::store(error),
            _ => None,
        }
    }
}

fn count(breaches: &[Breach]) -> String {
    let mut versions: Vec<&str> = breaches
        .iter()
        .map(|breach| breach.version.as_str())
        .collect();
    versions.dedup();
    versions.join(", ")
}

/// The migrations of a folder.
///
/// # Errors
/// [`NotTaken::Unreadable`], [`NotTaken::Names`].
pub fn read(folder: &Path) -> Result<Vec<VendorMigration>, NotTaken> {
    named(scripts::read(folder, LONGEST_SCRIPT)?)
}

pub(crate) fn named(scripts: Vec<Scripts>) -> Result<Vec<VendorMigration>, NotTaken> {
    let (mut all, mut faults) = (Vec::<VendorMigration>::new(), Vec::new());
    for one in scripts {
        match version_and_name(&one.folder) {
            Ok((version, _)) if all.iter().any(|other| other.version == version) => {
                faults.push(format!("{} has the version of another one", one.folder));
            }
            Ok((version, name)) => all.push(VendorMigration {
                version: version.to_owned(),
                name,
                up: one.up,
                down: one.down,
            }),
            Err(why) => faults.push(format!("{} {why}", one.folder)),
        }
    }
    // By version, as they run; folders are read by name.
    all.sort_by(|one, other| one.version.cmp(&other.version));
    if faults.is_empty() {
        Ok(all)
    } else {
        Err(NotTaken::Names(faults))
    }
}

/// The rules that these migrations break, before any of them runs where tenants are.
///
/// # Errors
/// [`NotTaken::Run`] where this process does not know the owner of the tables, or the database's.
pub fn lint(store: &Store, all: &[VendorMigration]) -> Result<Vec<Breach>, NotTaken> {
    Ok(store.runner()?.lint(all)?)
}

/// Keeps the migrations of a folder, if they break no rule. Nothing runs yet.
///
/// # Errors
/// See [`NotTaken`].
pub fn take(
    store: &Store,
    by: &'static str,
    request: &Request,
    found: &[VendorMigration],
) -> Result<Taken, NotTaken> {
    if !store
        .platform(request.now, |tx| compare(tx, found))?
        .is_something()
    {
        return Ok(Taken::default());
    }
    let (grave, told): (Vec<_>, Vec<_>) = lint(store, found)?
        .into_iter()
        .partition(|breach| breach.grave);
    if !grave.is_empty() {
        return Err(NotTaken::Breaches(grave));
    }
    store.staff::<ManageTenants, _, _>(StaffCredential::System(by), request, |tx| {
        let taken = compare(tx, found)?;
        let kept = |one: &&VendorMigration| taken.added.contains(&one.version) || taken.changed.contains(&one.version);
        for one in found.iter().filter(kept) {
            tx.keep_vendor_migration(one)?;
        }
        for version in &taken.forgotten {
            tx.forget_vendor_migration(version)?;
        }
        if taken.is_something() {
            let target = Target::named(TargetKind::Migrations, "Migrations of the application");
            let what = json!({ "added": taken.added, "changed": taken.changed, "forgotten": taken.forgotten });
            platform_audit::record(tx, Entry::done(Action::MigrationsTaken, target).after(what))?;
        }
        Ok(Taken { told: told.clone(), ..taken })
    })
}

/// What is not as it is kept. What ran stays, also when its folder is gone: it can be taken back.
fn compare(tx: &mut PlatformTx<'_>, found: &[VendorMigration]) -> Result<Taken, NotTaken> {
    let kept = tx.vendor_migrations()?;
    let ran = tx.versions_that_ran()?;
    let mut taken = Taken::default();
    let mut rewritten = Vec::new();
    for one in found {
        match kept.iter().find(|other| other.version == one.version) {
            None => taken.added.push(one.version.clone()),
            Some(other) if other == one => {}
            // What takes it back may be mended.
            Some(other) if ran.contains(&one.version) && other.up != one.up => {
                rewritten.push(one.version.clone())
            }
            Some(_) => taken.changed.push(one.version.clone()),
        }
    }
    let gone = |one: &&VendorMigration| {
        !found.iter().any(|other| other.version == one.version) && !ran.contains(&one.version)
    };
    taken.forgotten = kept
        .iter()
        .filter(gone)
        .map(|one| one.version.clone())
        .collect();
    if rewritten.is_empty() {
        Ok(taken)
    } else {
        Err(NotTaken::Rewritten(rewritten))
    }
}

/// The migrations that are kept, the oldest first, and how far each came.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut PlatformTx<'_>) -> Result<Vec<Given>, StoreError> {
    tx.given_migrations()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> Scripts {
        Scripts {
            folder: name.to_owned(),
            up: String::new(),
            down: None,
        }
    }

    #[test]
    fn every_bad_name_is_told_at_once() {
        let names = ["20260101_a", "nonsense", "20260101_b", "20260102_"];
        let Err(NotTaken::Names(faults)) = named(names.map(folder).into()) else {
            panic!("bad names were taken");
        };
        assert_eq!(faults.len(), 3, "{faults:?}");
    }

    #[test]
    fn migrations_are_in_the_order_of_their_versions() {
        // As text, the folder with the longer version comes first: `-` stands before `_`.
        let all = named(["20260101-1_b", "20260101_a"].map(folder).into());
        let versions: Vec<String> = all
            .unwrap_or_default()
            .into_iter()
            .map(|one| one.version)
            .collect();
        assert_eq!(versions, ["20260101", "20260101-1"]);
    }
}
