//! A transaction of the owner's whose outcome is kept, or only looked at.

use diesel::Connection;
use diesel::pg::PgConnection;
use diesel::result::Error as DieselError;

use super::runner::NoRun;

/// Either what came of it is kept, or it was only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Yes,
    No,
}

/// One transaction, kept or taken back.
pub(super) fn transact<T>(
    connection: &mut PgConnection,
    kept: Kept,
    work: impl FnOnce(&mut PgConnection) -> Result<T, NoRun>,
) -> Result<T, NoRun> {
    /// What ends the transaction: an error, or an outcome that is not to be kept.
    enum End<T> {
        Refused(NoRun),
        TakenBack(T),
    }
    impl<T> From<DieselError> for End<T> {
        fn from(error: DieselError) -> Self {
            Self::Refused(error.into())
        }
    }
    let outcome = connection.transaction(|connection| {
        let done = work(connection).map_err(End::Refused)?;
        match kept {
            Kept::Yes => Ok(done),
            Kept::No => Err(End::TakenBack(done)),
        }
    });
    match outcome {
        Ok(done) | Err(End::TakenBack(done)) => Ok(done),
        Err(End::Refused(why)) => Err(why),
    }
}
