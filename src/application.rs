//! The vendor's own tables at the start of a process: its folder of migrations is taken over, and rolled out where that
//! is wanted at once. A folder that cannot be taken over keeps nobody from serving.

use std::path::Path;

use services::vendor::{self, NotTaken};
use services::{Request, Store, VerbError, rollouts};

use crate::app::App;
use crate::config::RollOut;

/// Who does this, in the logs.
const NAME: &str = "start";

/// Takes the folder over, if there is one and this process may.
///
/// # Errors
/// The database's, and what a rollout before the start was refused for.
pub fn settle(app: &App) -> anyhow::Result<()> {
    let Some(folder) = &app.config.application.migrations else {
        return Ok(());
    };
    if !app.store.makes_schemas() {
        tracing::info!(
            "the migrations of the application are left to a process that knows the owner of the tables"
        );
        return Ok(());
    }
    let now = || app.clock.now();
    let request = Request {
        now: now(),
        request_id: uuid::Uuid::new_v4(),
        address: None,
        device: NAME.to_owned(),
    };
    match take(&app.store, &request, folder) {
        Ok(()) => {}
        Err(NotTaken::Verb(VerbError::Store(error))) => return Err(error.into()),
        Err(error) => {
            tracing::error!(folder = %folder.display(), %error, "the migrations of the application were not taken over");
            return Ok(());
        }
    }
    if app.config.application.roll_out == RollOut::AtStart {
        rollouts::at_once(&app.store, NAME, &request, &now)?;
    }
    Ok(())
}

fn take(store: &Store, request: &Request, folder: &Path) -> Result<(), NotTaken> {
    let taken = vendor::take(store, NAME, request, &vendor::read(folder)?)?;
    for told in &taken.told {
        tracing::warn!(
            version = told.version,
            object = told.object,
            "{}",
            told.detail
        );
    }
    if taken.is_something() {
        tracing::info!(added = ?taken.added, changed = ?taken.changed, forgotten = ?taken.forgotten, "took the migrations of the application over");
    }
    Ok(())
}
