//! What an adoption does to a table, in steps: which lock each takes, and how much it reads.

use serde::{Deserialize, Serialize};

use crate::column::text_enum;

text_enum! {
    /// Where an adoption stands.
    pub enum AdoptionState {
        /// Steps are left.
        Running = "running",
        /// Every step is done; the application still works as it did.
        Ready = "ready",
        /// The policies hold.
        Finished = "finished",
    }
}

/// How the rows that are there get their tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// Written in batches, by the primary key.
    Batches,
    /// Read from the column's definition: no row is written.
    Default,
}

/// How the operator wants them filled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FillWish {
    /// In batches, and by the default where a trigger would fire at every row.
    #[default]
    ByTable,
    /// All of them so.
    All(Fill),
}

/// A lock of PostgreSQL's on a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// Another statement's reading with row locks goes on beside it.
    RowShare,
    /// As any writing takes it.
    RowExclusive,
    /// Reading and writing go on; nobody else changes the table.
    ShareUpdateExclusive,
    /// Reading goes on, writing waits.
    ShareRowExclusive,
    /// Everybody waits.
    AccessExclusive,
}

impl Lock {
    /// In PostgreSQL's words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// What it means for the application.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::RowShare | Self::RowExclusive | Self::ShareUpdateExclusive => {
                "reading and writing go on"
            }
            Self::ShareRowExclusive => "writing waits for a moment",
            Self::AccessExclusive => "everybody waits for a moment",
        }
    }

    /// Whether the application waits behind it, so that it must not be waited for long.
    #[must_use]
    pub const fn holds_up(self) -> bool {
        matches!(self, Self::ShareRowExclusive | Self::AccessExclusive)
    }
}

/// How much of a table a step reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Its definition alone.
    Nothing,
    /// Every row once.
    Once,
    /// Every row twice.
    Twice,
    /// Every row, and each is written anew, a batch at a time.
    Written,
}

impl Reads {
    /// As it is shown.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "no row is read",
            Self::Once => "every row is read",
            Self::Twice => "every row is read twice",
            Self::Written => "every row is written, in batches",
        }
    }
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The functions by which the application names its tenant.
    Entry,
    /// `tenant_id`, with the tenant for all new rows.
    Column,
    /// The rows that are there.
    Fill,
    /// That each row has one, for new rows.
    Check,
    /// The same for all rows.
    ValidateCheck,
    /// `NOT NULL`, proven by the check.
    NotNull,
    /// The check, which is needed no more.
    DropCheck,
    /// An index that begins with `tenant_id`, beside the one that does not.
    Index,
    /// A foreign key that leads with `tenant_id`, for new rows.
    ForeignKey,
    /// The same for all rows.
    ValidateForeignKey,
    /// Everything is counted.
    Verify,
    /// The end: one of the statements that are one transaction.
    Finish,
}

impl StepKind {
    /// The lock on its table, and on the table that a foreign key leads to.
    #[must_use]
    pub const fn locks(self) -> Option<(Lock, Option<Lock>)> {
        Some(match self {
            Self::Entry | Self::Verify => return None,
            Self::Fill => (Lock::RowExclusive, None),
            Self::ValidateCheck | Self::Index => (Lock::ShareUpdateExclusive, None),
            Self::ValidateForeignKey => (Lock::ShareUpdateExclusive, Some(Lock::RowShare)),
            Self::ForeignKey => (Lock::ShareRowExclusive, Some(Lock::ShareRowExclusive)),
            Self::Column | Self::Check | Self::NotNull | Self::DropCheck | Self::Finish => {
                (Lock::AccessExclusive, None)
            }
        })
    }

    /// How much of its table it reads.
    #[must_use]
    pub const fn reads(self) -> Reads {
        match self {
            Self::Fill => Reads::Written,
            Self::Index => Reads::Twice,
            Self::ValidateCheck | Self::ValidateForeignKey | Self::Verify => Reads::Once,
            _ => Reads::Nothing,
        }
    }

    /// What is done, as a person reads it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Entry => "make the functions that name the tenant",
            Self::Column => "add tenant_id",
            Self::Fill => "fill in the tenant",
            Self::Check => "ask new rows for their tenant",
            Self::ValidateCheck => "ask all rows for their tenant",
            Self::NotNull => "set NOT NULL",
            Self::DropCheck => "drop the check",
            Self::Index => "make an index",
            Self::ForeignKey => "add a foreign key for new rows",
            Self::ValidateForeignKey => "prove a foreign key for all rows",
            Self::Verify => "count everything",
            Self::Finish => "finish",
        }
    }
}
