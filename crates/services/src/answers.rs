//! Writes that may be asked for twice: the answer is kept in the transaction of its effect, and whoever asks
//! the same again within a day gets it again. Nothing is kept of what failed, and no secret of what did not.

use domain::KeyId;
use serde_json::Value as Json;
use store::answers::{self, Kept, Name};
use store::{Actor, PlatformTx, StaffActor, StaffTx, TenantTx};

use crate::VerbError;
use crate::sweep::ANSWERS;

/// What a client calls a write, and the hash of what it asked for.
#[derive(Debug, Clone)]
pub struct Repeatable {
    /// Method and pattern of the route.
    pub route: String,
    /// The client's name for it.
    pub key: String,
    /// SHA-256 over path and body.
    pub hash: [u8; 32],
}

/// An answer as it goes out.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The status.
    pub status: u16,
    /// The data.
    pub data: Json,
    /// Whether it was given before.
    pub again: bool,
}

/// Where answers are kept: beside the rows of the effect.
pub trait Keeps {
    /// Who asks; `None` for whoever has no key.
    fn asker(&self) -> Option<KeyId>;
    /// See [`answers::begin`].
    ///
    /// # Errors
    /// The database's.
    fn begin(&mut self, name: Name<'_>) -> Result<Result<Option<Kept>, ()>, VerbError>;
    /// See [`answers::keep`].
    ///
    /// # Errors
    /// The database's.
    fn keep(&mut self, name: Name<'_>, kept: &Kept) -> Result<(), VerbError>;
}

impl<P> Keeps for TenantTx<'_, P> {
    fn asker(&self) -> Option<KeyId> {
        match self.actor() {
            Actor::Key(key) => Some(key.id),
            _ => None,
        }
    }

    fn begin(&mut self, name: Name<'_>) -> Result<Result<Option<Kept>, ()>, VerbError> {
        let since = self.now() - ANSWERS;
        Ok(answers::begin(self, name, since)?)
    }

    fn keep(&mut self, name: Name<'_>, kept: &Kept) -> Result<(), VerbError> {
        Ok(answers::keep(self, name, kept)?)
    }
}

impl<P> Keeps for StaffTx<'_, P> {
    fn asker(&self) -> Option<KeyId> {
        match self.actor() {
            StaffActor::Key(key) => Some(key.id),
            _ => None,
        }
    }

    fn begin(&mut self, name: Name<'_>) -> Result<Result<Option<Kept>, ()>, VerbError> {
        let tx: &mut PlatformTx<'_> = self;
        let since = tx.now() - ANSWERS;
        Ok(answers::begin_for_platform(tx, name, since)?)
    }

    fn keep(&mut self, name: Name<'_>, kept: &Kept) -> Result<(), VerbError> {
        Ok(answers::keep_for_platform(self, name, kept)?)
    }
}

/// Why a repeated write was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// The same is under way at this moment (409).
    Running,
    /// The same name was used for something else (422).
    Other,
}

/// Does the work once for each name: the effect and its answer are one transaction.
///
/// # Errors
/// The work's or the database's; a clash is no error of either and comes inside.
pub fn once<T: Keeps>(
    tx: &mut T,
    wish: Option<&Repeatable>,
    status: u16,
    work: impl FnOnce(&mut T) -> Result<Json, VerbError>,
) -> Result<Result<Given, Clash>, VerbError> {
    let named = wish.and_then(|wish| {
        tx.asker().map(|key| {
            let name = Name {
                key,
                route: &wish.route,
                idempotency_key: &wish.key,
            };
            (name, wish.hash)
        })
    });
    let fresh = |data| Given {
        status,
        data,
        again: false,
    };
    let Some((name, hash)) = named else {
        return Ok(Ok(fresh(work(tx)?)));
    };
    match tx.begin(name)? {
        Err(()) => Ok(Err(Clash::Running)),
        Ok(Some(kept)) if kept.request_hash != hash => Ok(Err(Clash::Other)),
        Ok(Some(kept)) => Ok(Ok(Given {
            status: u16::try_from(kept.status).unwrap_or(status),
            data: kept.body,
            again: true,
        })),
        Ok(None) => {
            let data = work(tx)?;
            let kept = Kept {
                request_hash: hash.to_vec(),
                status: i16::try_from(status).unwrap_or(200),
                body: without_secrets(data.clone()),
            };
            tx.keep(name, &kept)?;
            Ok(Ok(fresh(data)))
        }
    }
}

/// The answer without what is shown once.
fn without_secrets(data: Json) -> Json {
    match data {
        Json::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let value = if name == "secret" {
                    Json::Null
                } else {
                    without_secrets(value)
                };
                (name, value)
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Json::Array(items) => items.into_iter().map(without_secrets).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_secret_is_kept() {
        let kept =
            without_secrets(json!({ "key": { "id": "key_1", "secret": "tnt_x" }, "n": [1] }));
        assert_eq!(
            kept,
            json!({ "key": { "id": "key_1", "secret": null }, "n": [1] })
        );
    }
}
