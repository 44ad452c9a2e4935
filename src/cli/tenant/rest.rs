//! Putting a tenant to rest and leading it back.

use domain::staff::ManageTenants;
use services::tenants::rest;

use super::{found, told};
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

pub(super) fn suspend(
    desk: &Desk<'_>,
    talk: Talk,
    name: &str,
    reason: &str,
) -> Result<Exit, Trouble> {
    let id = found(desk, name)?;
    talk.confirm(&format!("Suspend {name}? Its people are shut out at once."))?;
    let record = desk.platform::<ManageTenants, _>(|tx| rest::suspend(tx, id, reason))?;
    told(talk, &record, "is suspended")
}

pub(super) fn reactivate(desk: &Desk<'_>, talk: Talk, name: &str) -> Result<Exit, Trouble> {
    let id = found(desk, name)?;
    let record = desk.platform::<ManageTenants, _>(|tx| rest::reactivate(tx, id))?;
    told(talk, &record, "is open again")
}

pub(super) fn begin_maintenance(
    desk: &Desk<'_>,
    talk: Talk,
    name: &str,
    message: &str,
) -> Result<Exit, Trouble> {
    let id = found(desk, name)?;
    let record =
        desk.platform::<ManageTenants, _>(|tx| rest::begin_maintenance(tx, id, message))?;
    told(talk, &record, "is under maintenance")
}

pub(super) fn end_maintenance(desk: &Desk<'_>, talk: Talk, name: &str) -> Result<Exit, Trouble> {
    let id = found(desk, name)?;
    let record = desk.platform::<ManageTenants, _>(|tx| rest::end_maintenance(tx, id))?;
    told(talk, &record, "is open again")
}
