//! Adopting somebody's existing tables: making a database of one tenant one of many, in place. What the tables are like,
//! why one is refused, what each step locks and reads. The SQL of it is the store's.

mod facts;
mod names;
mod refusal;
mod steps;

pub use facts::{Column, Facts, ForeignKey, Index, Reader, Table};
pub use names::{BadNames, TableName, table_names};
pub use refusal::{Refusal, refusals, warnings};
pub use steps::{AdoptionState, Fill, FillWish, Lock, Reads, StepKind};
