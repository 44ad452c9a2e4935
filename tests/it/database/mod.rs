//! What the database itself promises, whoever asks it.

mod faults;
mod isolation;
mod lint;
mod plans;
mod start;
