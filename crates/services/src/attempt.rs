//! A try at signing in with a password, whichever door it is made at: counted in one transaction, judged
//! on the lane without holding a connection, and answered in a second transaction.

use std::time::Duration;

use domain::{EmailAddress, KnownDeviceToken, Password, PhcString};

use crate::password_lane::{LaneError, PasswordLane, Verdict};
use crate::throttle::Limit;

/// An account as a door looks it up.
pub trait Account {
    /// The stored hash of its password, where one was set.
    fn hash(&self) -> Option<&PhcString>;
}

/// A try that was counted and may go on to the lane.
#[derive(Debug)]
pub struct Attempt<A> {
    pub(crate) email: EmailAddress,
    pub(crate) holder: Option<A>,
    pub(crate) device: Option<KnownDeviceToken>,
    pub(crate) counted: Vec<Limit>,
}

/// Whether a try may go on.
#[derive(Debug)]
pub enum Weighed<A> {
    /// To the lane.
    Go(Box<Attempt<A>>),
    /// Not before this time is over.
    TooOften {
        /// When it may be tried again.
        retry_after: Duration,
    },
}

/// What the lane found out.
#[derive(Debug)]
pub struct Judged<A> {
    pub(crate) attempt: Box<Attempt<A>>,
    pub(crate) right: bool,
    /// The same password at today's cost, where it was stored at another.
    pub(crate) renewed: Option<PhcString>,
}

/// Compares the password, or does the same work for nobody.
///
/// # Errors
/// The lane is full or gone.
pub async fn judge<A: Account>(
    lane: &PasswordLane,
    attempt: Box<Attempt<A>>,
    password: Password,
) -> Result<Judged<A>, LaneError> {
    let stored = attempt.holder.as_ref().and_then(A::hash).cloned();
    let verdict = lane.verify(stored, password.clone()).await?;
    let renewed = match verdict {
        Verdict::RightButOld => Some(lane.hash(password).await?),
        Verdict::Right | Verdict::Wrong => None,
    };
    Ok(Judged {
        attempt,
        right: verdict.is_right(),
        renewed,
    })
}
