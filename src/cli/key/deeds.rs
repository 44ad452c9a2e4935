//! Making, rotating and revoking keys.

use domain::KeyId;
use domain::permission::ManageKeys;
use domain::staff::ManagePlatformKeys;
use serde_json::json;
use services::keys::{self, Made};
use services::platform_keys;

use super::Whose;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

pub(super) fn create(
    desk: &Desk<'_>,
    whose: &Whose,
    talk: Talk,
    name: &str,
    permissions: &[String],
    days: Option<i64>,
) -> Result<Exit, Trouble> {
    let made = match whose {
        Whose::Tenant(tenant) => {
            let wish = keys::Wish::read(name, permissions, days)?;
            desk.within::<ManageKeys, _>(tenant, |tx| keys::create(tx, &wish))?
        }
        Whose::Platform => {
            let wish = platform_keys::Wish::read(name, permissions, days)?;
            desk.platform::<ManagePlatformKeys, _>(|tx| platform_keys::create(tx, &wish))?
        }
    };
    shown(talk, &made)
}

pub(super) fn rotate(
    desk: &Desk<'_>,
    whose: &Whose,
    talk: Talk,
    id: KeyId,
    overlap_days: i64,
) -> Result<Exit, Trouble> {
    let made = match whose {
        Whose::Tenant(tenant) => {
            desk.within::<ManageKeys, _>(tenant, |tx| keys::rotate(tx, id, overlap_days))?
        }
        Whose::Platform => desk
            .platform::<ManagePlatformKeys, _>(|tx| platform_keys::rotate(tx, id, overlap_days))?,
    };
    shown(talk, &made)
}

pub(super) fn revoke(
    desk: &Desk<'_>,
    whose: &Whose,
    talk: Talk,
    id: KeyId,
) -> Result<Exit, Trouble> {
    talk.confirm(&format!(
        "Revoke {id}? Whatever uses it stops working at once."
    ))?;
    let name = match whose {
        Whose::Tenant(tenant) => desk.within::<ManageKeys, _>(tenant, |tx| keys::revoke(tx, id))?,
        Whose::Platform => {
            desk.platform::<ManagePlatformKeys, _>(|tx| platform_keys::revoke(tx, id))?
        }
    };
    let json = json!({ "id": id.to_string(), "name": name });
    talk.done(&format!("{name} is revoked."), &json)
}

/// The key itself stands on standard output alone, for whoever pipes it on.
fn shown(talk: Talk, made: &Made) -> Result<Exit, Trouble> {
    let key = made.key.reveal();
    let json = json!({ "id": made.id.to_string(), "secret": key });
    if !talk.json {
        eprintln!("This is {}. It is shown this once:", made.id);
    }
    talk.done(key, &json)
}
