//! `cargo bench`: what must be fast, each against its limit in the same run. Prints the tables of
//! docs/PERFORMANCE.md. The machine is named; only ratios carry over to another one.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::print_stdout,
    clippy::panic,
    reason = "a benchmark ends at the first thing that is wrong, and prints"
)]
#![allow(missing_docs, reason = "nobody links a benchmark")]

mod api;
mod bare;
mod bare_api;
mod guard;
mod load;
mod making;
mod moves;
mod pages;
mod plans;
mod process;
mod report;
mod rollouts;
mod sign_in;
mod tenants;
mod usage;
mod world;

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let asked = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    report::machine();
    let world = world::World::make();
    if asked("pages") {
        pages::run(&world);
    }
    if asked("api") {
        api::run(&world);
    }
    if asked("plans") {
        plans::run(&world);
    }
    if asked("sign-in") {
        sign_in::run(&world);
    }
    if asked("tenants") {
        tenants::run(&world);
    }
    if asked("moves") {
        moves::run(&world);
    }
    if asked("rollouts") {
        rollouts::run(&world);
    }
    if asked("guard") {
        guard::run(&world);
    }
    if asked("making") {
        making::run(&world);
    }
    if asked("usage") {
        usage::run(&world);
    }
    if asked("process") {
        process::run(&world);
    }
}
