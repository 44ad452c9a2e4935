//! Scheduling a tenant's deletion, and taking it back.

use domain::staff::{DeleteTenants, ReadTenants};
use services::tenants::Doer;
use services::tenants::deletion::{self, CONFIRMATION, Sure};

use super::{found, told};
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment_or_never};
use crate::cli::trouble::Trouble;

pub(super) fn schedule(
    desk: &Desk<'_>,
    talk: Talk,
    name: &str,
    days: Option<u16>,
) -> Result<Exit, Trouble> {
    let id = found(desk, name)?;
    let record = desk.platform::<ReadTenants, _>(|tx| Ok(tx.tenant_record(id)?))?;
    let question = format!(
        "{} is closed at once, and deleted after the days of grace.",
        record.name
    );
    talk.confirm_by_name(&question, &record.slug)?;
    let grace = desk.config.sign_up.grace;
    let record = desk.platform::<DeleteTenants, _>(|tx| {
        deletion::schedule(
            tx,
            id,
            Sure::Word(CONFIRMATION),
            days,
            grace,
            &Doer::Platform,
        )
    })?;
    let until = moment_or_never(record.delete_at);
    told(
        talk,
        &record,
        &format!(
            "is closed, and deleted after {until}; `tenantry tenant undelete {}` takes it back",
            record.slug
        ),
    )
}

pub(super) fn undo(desk: &Desk<'_>, talk: Talk, name: &str) -> Result<Exit, Trouble> {
    let id = found(desk, name)?;
    let record = desk.platform::<DeleteTenants, _>(|tx| deletion::undo(tx, id))?;
    told(talk, &record, "is as it was before")
}
