//! One round of looks: whose turn it is, the look itself, and what is said of those that nothing can be said of.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::System;
use domain::{Resource, TenantId, TimeZone};
use store::checkups::{Checkup, Lane, Shape, Turn, inside};
use store::{Credential, StoreError, TenantTx, brands};

use super::parts::{Facts, SPANS, Unread, parts, unread};
use super::run::{Found, write_down};
use crate::limits::{self, USERS};
use crate::worker::work::Work;
use crate::{TenantEntry, VerbError, resources};

/// So many at home are looked at and written down together.
const SLICE: i64 = 100;
/// So many in databases of their own: fewer, because any of them may be waited for.
const OWN_SLICE: i64 = 20;
/// So many databases of tenants' own are asked at once.
const AT_ONCE: usize = 4;
/// So many looks that are wrong are told one by one; of more only the number.
const TOLD: usize = 3;

/// A round while it goes on.
pub(super) struct Round<'a> {
    work: &'a Work<'a>,
    before: DateTime<Utc>,
    only: Option<TenantId>,
    began: Instant,
    budget: Duration,
    /// Those that no connection was free for.
    busy: AtomicUsize,
    /// Those at which our own look failed.
    wrong: AtomicUsize,
}

/// What came of one look.
enum Look {
    Found(Box<Checkup>),
    /// It moved or rests: nothing is said of it now.
    NotNow,
    /// The connections are everybody's, and all taken.
    Busy,
    /// The look is wrong, and not the tenant.
    Wrong(StoreError),
}

impl<'a> Round<'a> {
    pub(super) fn new(
        work: &'a Work<'a>,
        fresh: TimeDelta,
        only: Option<TenantId>,
        budget: Duration,
    ) -> Self {
        Self {
            work,
            before: work.now() - fresh,
            only,
            began: Instant::now(),
            budget,
            busy: AtomicUsize::default(),
            wrong: AtomicUsize::default(),
        }
    }

    fn is_over(&self) -> bool {
        self.began.elapsed() >= self.budget
    }

    /// Slice after slice, until nobody is due or the time is over. Those that could not be looked at stay due, and are passed by.
    pub(super) fn walk(&self, lane: Lane) -> Result<(), VerbError> {
        let store = &self.work.bench.store;
        let mut passed: Vec<TenantId> = Vec::new();
        while !self.is_over() {
            let due = store.platform::<_, StoreError>(self.work.now(), |tx| {
                tx.tenants_to_check(&Turn {
                    lane,
                    before: self.before,
                    most: match lane {
                        Lane::Home => SLICE,
                        Lane::Own => OWN_SLICE,
                    },
                    only: self.only,
                    passed: &passed,
                })
            })?;
            if due.is_empty() {
                break;
            }
            let found = self.slice(lane, &due)?;
            write_down(self.work, &found)?;
            let seen = |tenant: &TenantId| found.iter().any(|(one, _)| one == tenant);
            passed.extend(due.into_iter().filter(|tenant| !seen(tenant)));
        }
        Ok(())
    }

    fn slice(&self, lane: Lane, due: &[TenantId]) -> Result<Vec<Found>, VerbError> {
        let store = &self.work.bench.store;
        let (resources, shapes) = store.platform::<_, StoreError>(self.work.now(), |tx| {
            let shapes: Result<Vec<Shape>, StoreError> =
                due.iter().map(|tenant| tx.shape_of(*tenant)).collect();
            Ok((resources::all(tx)?, shapes?))
        })?;
        let mut pile = Vec::new();
        for (tenant, shape) in due.iter().zip(shapes) {
            let entry = store.resolve_tenant(*tenant)?;
            // Who moved between the lanes meanwhile waits for the other one.
            let entry = entry.filter(|it| it.scope.place().is_home() == (lane == Lane::Home));
            pile.extend(entry.map(|entry| (entry, shape)));
        }
        let at_once = match lane {
            Lane::Home => 1,
            Lane::Own => pile.len().min(AT_ONCE),
        };
        let (pile, found) = (Mutex::new(pile.into_iter()), Mutex::new(Vec::new()));
        let next = || {
            let mut left = pile.lock().unwrap_or_else(PoisonError::into_inner);
            left.next().filter(|_| !self.is_over())
        };
        let walk = || {
            while let Some((entry, shape)) = next() {
                if let Some(one) = self.seen(&entry, shape, &resources) {
                    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                    found.push((entry.scope.tenant(), one));
                }
            }
        };
        std::thread::scope(|threads| {
            for _ in 1..at_once {
                threads.spawn(walk);
            }
            walk();
        });
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        // In one order for everybody, so that no two wait for each other in a ring.
        found.sort_unstable_by_key(|(tenant, _)| tenant.uuid());
        Ok(found)
    }

    fn seen(&self, entry: &TenantEntry, shape: Shape, resources: &[Resource]) -> Option<Checkup> {
        match self.look_at(entry, shape, resources) {
            Look::Found(checkup) => return Some(*checkup),
            Look::NotNow => {}
            Look::Busy => {
                self.busy.fetch_add(1, Ordering::Relaxed);
            }
            Look::Wrong(error) => {
                if self.wrong.fetch_add(1, Ordering::Relaxed) < TOLD {
                    let tenant = entry.scope.tenant();
                    tracing::error!(%tenant, %error, "a look at a tenant failed by itself, and says nothing of the tenant");
                }
            }
        }
        None
    }

    fn look_at(&self, entry: &TenantEntry, shape: Shape, resources: &[Resource]) -> Look {
        let (store, request) = (&self.work.bench.store, self.work.request());
        let zone: TimeZone = entry.timezone.parse().unwrap_or_default();
        let began = Instant::now();
        let read = |tx: &mut TenantTx<'_, System>| {
            // What its sign-in page is made of.
            brands::read(tx)?;
            Ok::<_, StoreError>((limits::stands(tx, resources, zone)?, inside(tx, SPANS)?))
        };
        let credential = Credential::System("health");
        let read = store.tenant(&entry.scope, credential, &request, read);
        let took = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let now = self.work.now();
        let checkup = |parts: domain::checkup::Parts| Checkup {
            health: parts.health(),
            since: now,
            checked_at: now,
            milliseconds: None,
            people: None,
            parts: Some(parts),
            trouble: None,
        };
        match read {
            Ok((stands, inside)) => {
                let people = stands
                    .iter()
                    .find(|stand| stand.resource.key.as_str() == USERS);
                let facts = Facts {
                    milliseconds: took,
                    shape,
                    stands: &stands,
                    inside: &inside,
                    now,
                };
                Look::Found(Box::new(Checkup {
                    milliseconds: Some(took),
                    people: people.and_then(|stand| stand.used),
                    ..checkup(parts(&facts))
                }))
            }
            Err(error) => match why(&error, entry.scope.place().is_home(), shape) {
                Ok(why) => Look::Found(Box::new(Checkup {
                    trouble: Some(error.to_string()),
                    ..checkup(unread(why))
                })),
                Err(Quiet::NotNow) => Look::NotNow,
                Err(Quiet::Busy) => Look::Busy,
                Err(Quiet::Wrong) => Look::Wrong(error),
            },
        }
    }

    /// Says who was left out, and why.
    pub(super) fn say(&self) {
        let busy = self.busy.load(Ordering::Relaxed);
        if busy > 0 {
            tracing::warn!(
                tenants = busy,
                "no connection was free to look at tenants: they come first in the next round"
            );
        }
        let wrong = self.wrong.load(Ordering::Relaxed);
        if wrong > 0 {
            tracing::error!(
                tenants = wrong,
                "looks at tenants failed by themselves: the tenants stay as they were found before"
            );
        }
        if self.is_over() {
            tracing::warn!(
                "the time for looks at tenants was over: whoever is left comes first in the next round"
            );
        }
    }
}

/// Why nothing is said of a tenant.
#[derive(Debug, PartialEq, Eq)]
enum Quiet {
    NotNow,
    Busy,
    Wrong,
}

/// What an error says of a tenant, if anything. A statement that fails in tables that are as the migrations make them is wrong
/// itself.
fn why(error: &StoreError, is_home: bool, shape: Shape) -> Result<Unread, Quiet> {
    match error {
        StoreError::Closed | StoreError::Moved | StoreError::HandedOver | StoreError::StalePlan => {
            Err(Quiet::NotNow)
        }
        // Ours, where the connections are everybody's, and not the tenant's.
        StoreError::Busy | StoreError::Crowded if is_home => Err(Quiet::Busy),
        StoreError::Busy | StoreError::Crowded => Ok(Unread::Silent),
        StoreError::Statement(_) if error.is_the_databases() || shape.findings > 0 => {
            Ok(Unread::Refused)
        }
        error if error.is_the_databases() => Ok(Unread::Silent),
        _ => Err(Quiet::Wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_our_own_says_nothing_of_a_tenant() {
        let shape = |findings| Shape {
            findings,
            behind: 0,
        };
        let said = |error: StoreError, is_home, findings| {
            why(&error, is_home, shape(findings)).map(|why| matches!(why, Unread::Silent))
        };
        let away = || StoreError::Away("refused".to_owned());
        assert_eq!(said(away(), true, 0), Ok(true));
        assert_eq!(said(StoreError::Timeout, false, 0), Ok(true));
        assert_eq!(said(StoreError::Busy, false, 0), Ok(true));
        assert_eq!(said(StoreError::Busy, true, 0), Err(Quiet::Busy));
        assert_eq!(said(StoreError::Closed, false, 0), Err(Quiet::NotNow));
        assert_eq!(said(StoreError::NotFound, false, 0), Err(Quiet::Wrong));
    }
}
