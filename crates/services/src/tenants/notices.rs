//! Letters to a tenant's owners, and to where its bills go, about its life: written by the job that tells the
//! tenant, in its transaction.

use chrono::{DateTime, Utc};
use domain::permission::System;
use domain::token::KeepKind;
use domain::{EmailAddress, UserId, UserStatus};
use serde::{Deserialize, Serialize};
use store::TenantTx;
use store::users::{self, User};

use crate::letters::{self, Letter, Links, Notice, Recipient, ScalingNews};
use crate::{VerbError, links};

/// What a letter tells, as the job carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// It is suspended, and why.
    Suspended {
        /// The reason that was given.
        reason: String,
    },
    /// It is open again.
    Reactivated,
    /// It is closed and will be deleted.
    Closing {
        /// The owner who closed it, where it was none of the platform.
        by: Option<(UserId, String)>,
        /// When.
        delete_at: DateTime<Utc>,
    },
    /// It will not be deleted.
    Kept {
        /// The owner who kept it, where it was none of the platform.
        by: Option<String>,
        /// Whether it rests all the same.
        resting: bool,
    },
    /// Its trial ends soon.
    TrialEnding {
        /// When.
        ends_at: DateTime<Utc>,
    },
    /// Its trial is over.
    TrialEnded,
    /// A limit is near or reached.
    Limit {
        /// What is limited, as it is shown.
        resource: String,
        /// In use.
        used: i64,
        /// What was agreed on.
        limit: i64,
        /// The threshold that was passed, in hundredths of the limit.
        percent: i16,
    },
    /// Its plan has other terms from now on.
    TermsChanged {
        /// The plan, by name.
        plan: String,
        /// What is different, a line each.
        changes: Vec<String>,
    },
    /// What became of limits that it asked for.
    Scaling(Box<ScalingNews>),
    /// A limit of its own ends soon.
    LimitEnding {
        /// Of what.
        what: String,
        /// How much there may be until then.
        limit: String,
        /// How much from then on.
        then: String,
        /// When.
        ends_at: DateTime<Utc>,
    },
    /// A limit of its own has ended.
    LimitEnded {
        /// Of what.
        what: String,
        /// How much there may be now.
        limit: String,
    },
}

/// Writes to each active owner, to whoever asked for what is told, and to where bills go if that is nobody of them. Whoever keeps a tenant that
/// its owner closed has a link of their own; the links of an earlier closing work no more.
pub(crate) fn write(
    tx: &mut TenantTx<'_, System>,
    portal: &Links,
    told: &Told,
    billing: Option<&EmailAddress>,
) -> Result<(), VerbError> {
    if matches!(told, Told::Closing { .. } | Told::Kept { .. }) {
        links::void_everybodys::<KeepKind, _>(tx)?;
    }
    let mut ids = users::lock_owners(tx)?;
    if let Told::Scaling(news) = told {
        // Whoever asked is told too, as long as they are here.
        ids.extend(news.asker.filter(|asker| !ids.contains(asker)));
    }
    let mut owners = users::read_many(tx, &ids)?;
    owners.retain(|person| person.status == UserStatus::Active && person.removed_at.is_none());
    for owner in &owners {
        let path = keep_path(tx, told, owner)?;
        let to = Recipient {
            email: &owner.email,
            name: owner.name.as_str(),
        };
        let letter = Letter::Notice(notice(told, path.as_deref()));
        letters::write(tx, portal, to, &letter)?;
    }
    let elsewhere = billing.filter(|address| {
        let folded = address.folded();
        owners.iter().all(|owner| owner.email.folded() != folded)
    });
    if let Some(email) = elsewhere {
        let letter = Letter::Notice(notice(told, None));
        letters::write(tx, portal, Recipient { email, name: "" }, &letter)?;
    }
    Ok(())
}

/// The link of this owner, where an owner closed the tenant and so an owner may keep it.
fn keep_path(
    tx: &mut TenantTx<'_, System>,
    told: &Told,
    owner: &User,
) -> Result<Option<String>, VerbError> {
    let Told::Closing {
        by: Some(_),
        delete_at,
    } = told
    else {
        return Ok(None);
    };
    let minted = links::mint_until::<KeepKind, _>(tx, owner.id, &owner.email, *delete_at)?;
    Ok(Some(minted.path()))
}

fn notice<'a>(told: &'a Told, path: Option<&'a str>) -> Notice<'a> {
    match told {
        Told::Suspended { reason } => Notice::Suspended { reason },
        Told::Reactivated => Notice::Reactivated,
        Told::Closing { by, delete_at } => Notice::Closing {
            by: by.as_ref().map(|(_, name)| name.as_str()),
            delete_at: *delete_at,
            path,
        },
        Told::Kept { by, resting } => Notice::Kept {
            by: by.as_deref(),
            resting: *resting,
        },
        Told::TrialEnding { ends_at } => Notice::TrialEnding { ends_at: *ends_at },
        Told::TrialEnded => Notice::TrialEnded,
        Told::Limit {
            resource,
            used,
            limit,
            percent,
        } => Notice::Limit {
            resource,
            used: *used,
            limit: *limit,
            percent: *percent,
        },
        Told::TermsChanged { plan, changes } => Notice::TermsChanged { plan, changes },
        Told::Scaling(news) => Notice::Scaling(news),
        Told::LimitEnding {
            what,
            limit,
            then,
            ends_at,
        } => Notice::LimitEnding {
            what,
            limit,
            then,
            ends_at: *ends_at,
        },
        Told::LimitEnded { what, limit } => Notice::LimitEnded { what, limit },
    }
}
