//! What the configuration is made from: file, environment and flags, gathered before anything is judged.
//! The only place in the workspace that asks the process for its environment.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    thread,
};

/// The file that is read from the working folder when no other is named.
const FILE: &str = "tenantry.toml";

/// What the command line says about the configuration.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// The configuration file.
    pub file: Option<PathBuf>,
    /// Keys and their values, as typed.
    pub values: BTreeMap<String, String>,
}

/// File, environment and flags, as they were found.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file's path and text, `Err` with the reason when it could not be read.
    pub(super) file: Option<(PathBuf, Result<String, String>)>,
    pub(super) environment: BTreeMap<String, OsString>,
    pub(super) flags: BTreeMap<String, String>,
    pub(super) cores: usize,
    pub(super) demo: bool,
}

impl Sources {
    /// Only these values, nothing of this process: for tests.
    #[must_use]
    pub fn only(flags: Flags) -> Self {
        Self {
            flags: flags.values,
            cores: 2,
            ..Self::default()
        }
    }

    /// The same for the demo, which knows its own tenants.
    #[must_use]
    pub fn for_demo(self) -> Self {
        Self { demo: true, ..self }
    }

    /// Gathers the sources of this process.
    #[must_use]
    pub fn of_process(flags: Flags) -> Self {
        let environment: BTreeMap<String, OsString> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect();
        let named = flags
            .file
            .or_else(|| environment.get("TENANTRY_CONFIG").map(PathBuf::from));
        let file = match named {
            Some(path) => Some((path.clone(), text(&path))),
            None => Path::new(FILE)
                .exists()
                .then(|| (PathBuf::from(FILE), text(Path::new(FILE)))),
        };
        Self {
            file,
            environment,
            flags: flags.values,
            demo: false,
            cores: thread::available_parallelism().map_or(2, usize::from),
        }
    }
}

fn text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}
