//! Floor 1: the world outside the process. One room a kind of thing: a trait, the real one, a fake.
//! It knows neither the store nor the product's rules.

pub mod disk;
pub mod mail;
pub mod postgres;
pub mod scripts;
