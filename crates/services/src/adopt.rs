//! Adopting somebody's existing tables, in their own database: looked at, planned, run beside the application that goes on writing,
//! finished or taken back. Nothing of ours has to be in that database, and no rows leave it.

use std::thread::sleep;
use std::time::{Duration, Instant};

use domain::adoption::{AdoptionState, Facts, FillWish, TableName, refusals, warnings};
use store::adopt::{Adopter, Done, Filled, Filling, More, Tried};
pub use store::adopt::{Adoption, Counted, NoAdoption, Plan, Step};
use uuid::Uuid;

/// How long a killed process may still hold the database.
const LAST_BREATH: (u32, Duration) = (24, Duration::from_millis(250));
/// How often a busy table is tried before it is given up for now; pauses grow up to some seconds.
const TRIES: u32 = 60;
/// A standby that is further behind is waited for.
const MOST_LAG: i64 = 10_000;

/// What is to be adopted.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Which tables.
    pub tables: Vec<TableName>,
    /// What their tenant is called.
    pub tenant_name: String,
    /// Whose rows they are.
    pub tenant: Uuid,
    /// How rows get their tenant.
    pub fill: FillWish,
}

/// A plan, and what should be known about it.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The statements.
    pub plan: Plan,
    /// The tables, by their whole names.
    pub tables: Vec<TableName>,
    /// In whole sentences.
    pub warnings: Vec<String>,
}

/// What whoever waits is told.
#[derive(Debug)]
pub enum Told<'s> {
    /// The plan is written down, and this is known about it.
    Begun(&'s [String]),
    /// A step begins: which of how many.
    Step(usize, usize, &'s Step),
    /// So many rows of it are filled so far.
    Filled(i64, &'s Step),
    /// The application is at the table, and is let go first.
    Waiting(&'s Step),
    /// A standby is that many milliseconds behind.
    Lagging(i64),
}

/// Whether views that show rows of all tenants are put up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaks {
    /// The end is refused.
    Refused,
    /// The operator knows.
    PutUpWith,
}

/// Plans an adoption. Nothing is changed.
///
/// # Errors
/// [`NoAdoption::Refused`], or the database's.
pub fn plan(url: &str, wish: &Wish) -> Result<Planned, NoAdoption> {
    planned(&mut Adopter::connect(url)?, wish)
}

fn planned(adopter: &mut Adopter, wish: &Wish) -> Result<Planned, NoAdoption> {
    let facts: Facts = adopter.survey(&wish.tables)?;
    let refused = refusals(&facts, wish.fill);
    if !refused.is_empty() {
        return Err(NoAdoption::Refused(refused));
    }
    Ok(Planned {
        plan: store::adopt::plan(&facts, wish.tenant, wish.fill),
        tables: facts.tables.iter().map(|table| table.named()).collect(),
        warnings: warnings(&facts, wish.fill),
    })
}

/// Does every step of an adoption, or those that are left of the one that is under way.
///
/// # Errors
/// See [`NoAdoption`]. What is done stays, and the same call goes on from there.
pub fn run(
    url: &str,
    wish: Option<&Wish>,
    batch: u32,
    told: &mut dyn FnMut(Told<'_>),
) -> Result<Adoption, NoAdoption> {
    let mut adopter = held(url)?;
    let adoption = begun(&mut adopter, wish, told)?;
    for (place, one) in adoption
        .steps
        .iter()
        .enumerate()
        .filter(|(_, one)| !one.done)
    {
        told(Told::Step(place + 1, adoption.steps.len(), &one.step));
        match &one.step.more {
            More::Fill(filling) => fill(&mut adopter, adoption.number, one, filling, batch, told)?,
            _ => patiently(&one.step, told, || adopter.step(adoption.number, one))?,
        }
    }
    if adoption.state == AdoptionState::Running {
        adopter.ready(adoption.number)?;
    }
    adopter.adoption()?.ok_or(NoAdoption::Nothing)
}

/// The adoption that is under way, if it is of these tables; else a new one.
fn begun(
    adopter: &mut Adopter,
    wish: Option<&Wish>,
    told: &mut dyn FnMut(Told<'_>),
) -> Result<Adoption, NoAdoption> {
    let open = adopter
        .adoption()?
        .filter(|one| one.state != AdoptionState::Finished);
    let Some(wish) = wish else {
        return open.ok_or(NoAdoption::Nothing);
    };
    if let Some(open) = open {
        let facts = adopter.survey(&wish.tables)?;
        let named: Vec<TableName> = facts.tables.iter().map(|table| table.named()).collect();
        if open.tenant == wish.tenant && named == open.tables && facts.missing.is_empty() {
            return Ok(open);
        }
        let names: Vec<String> = open.tables.iter().map(ToString::to_string).collect();
        return Err(NoAdoption::Another(format!(
            "{} for {}",
            names.join(", "),
            open.tenant_name
        )));
    }
    let planned = planned(adopter, wish)?;
    adopter.begin(
        wish.tenant,
        &wish.tenant_name,
        &planned.tables,
        &planned.plan,
    )?;
    told(Told::Begun(&planned.warnings));
    adopter.adoption()?.ok_or(NoAdoption::Nothing)
}

/// Where the latest adoption stands; none before the first.
///
/// # Errors
/// The database's.
pub fn status(url: &str) -> Result<Option<Adoption>, NoAdoption> {
    Adopter::connect(url)?.adoption()
}

/// Ends an adoption: from its commit on the policies hold.
///
/// # Errors
/// [`NoAdoption::NotReady`], [`NoAdoption::Leaks`], [`NoAdoption::Busy`], or the server's refusal: then nothing was changed.
pub fn finish(
    url: &str,
    leaks: Leaks,
    told: &mut dyn FnMut(Told<'_>),
) -> Result<Adoption, NoAdoption> {
    let mut adopter = held(url)?;
    let adoption = open(&mut adopter)?;
    if adoption.state != AdoptionState::Ready {
        return Err(NoAdoption::NotReady);
    }
    let facts = adopter.survey(&adoption.tables)?;
    let leaking = facts
        .readers
        .iter()
        .filter(|one| one.leaks() && !adoption.mends(one));
    let leaking: Vec<String> = leaking.map(|one| one.shown()).collect();
    if leaks == Leaks::Refused && !leaking.is_empty() {
        return Err(NoAdoption::Leaks(leaking));
    }
    if let Some(first) = adoption.finish.first() {
        patiently(first, told, || waited(adopter.finish(&adoption)))?;
    }
    adopter.adoption()?.ok_or(NoAdoption::Nothing)
}

/// Takes an adoption back: every definition is as it was.
///
/// # Errors
/// [`NoAdoption::Finished`], [`NoAdoption::Busy`], or the server's refusal: then nothing was changed.
pub fn undo(url: &str, told: &mut dyn FnMut(Told<'_>)) -> Result<Adoption, NoAdoption> {
    let mut adopter = held(url)?;
    let adoption = open(&mut adopter)?;
    if let Some(first) = adoption.finish.first() {
        patiently(first, told, || waited(adopter.undo(&adoption)))?;
    }
    Ok(adoption)
}

fn open(adopter: &mut Adopter) -> Result<Adoption, NoAdoption> {
    let adoption = adopter.adoption()?.ok_or(NoAdoption::Nothing)?;
    if adoption.state == AdoptionState::Finished {
        return Err(NoAdoption::Finished);
    }
    Ok(adoption)
}

/// A connection that has the database in hand.
fn held(url: &str) -> Result<Adopter, NoAdoption> {
    let mut adopter = Adopter::connect(url)?;
    let (tries, pause) = LAST_BREATH;
    for _ in 0..tries {
        if adopter.hold()? {
            return Ok(adopter);
        }
        sleep(pause);
    }
    Err(NoAdoption::Held)
}

fn waited(done: Result<(), NoAdoption>) -> Result<Tried, NoAdoption> {
    match done {
        Ok(()) => Ok(Tried::Done),
        Err(NoAdoption::Busy(_)) => Ok(Tried::Waited),
        Err(error) => Err(error),
    }
}

/// Tries until the application leaves a moment for it.
fn patiently(
    step: &Step,
    told: &mut dyn FnMut(Told<'_>),
    mut work: impl FnMut() -> Result<Tried, NoAdoption>,
) -> Result<(), NoAdoption> {
    for tries in 0..TRIES {
        if work()? == Tried::Done {
            return Ok(());
        }
        told(Told::Waiting(step));
        sleep(pause(tries));
    }
    Err(NoAdoption::Busy(step.sql.clone()))
}

/// Whoever waited behind us is let through, for longer each time.
fn pause(tries: u32) -> Duration {
    Duration::from_millis(100) * (tries + 1).min(30)
}

/// Batch after batch; between two of them the database has as much time for others as the last one took.
fn fill(
    adopter: &mut Adopter,
    number: i32,
    one: &Done,
    filling: &Filling,
    batch: u32,
    told: &mut dyn FnMut(Told<'_>),
) -> Result<(), NoAdoption> {
    let (mut rows, mut tries) = (one.rows, 0);
    loop {
        let begun = Instant::now();
        match adopter.fill(number, one.place, filling, batch)? {
            Filled::All => return Ok(()),
            Filled::Rows(more) => {
                rows += more;
                tries = 0;
                told(Told::Filled(rows, &one.step));
            }
            Filled::Waited if tries == TRIES => return Err(NoAdoption::Busy(one.step.sql.clone())),
            Filled::Waited => {
                told(Told::Waiting(&one.step));
                sleep(pause(tries));
                tries += 1;
            }
        }
        sleep(begun.elapsed());
        while let Some(behind) = adopter.lag()?.filter(|behind| *behind > MOST_LAG) {
            told(Told::Lagging(behind));
            sleep(Duration::from_secs(1));
        }
    }
}
