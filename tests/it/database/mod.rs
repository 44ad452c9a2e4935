//! What the database itself promises, whoever asks it.

mod isolation;
mod lint;
mod start;
