//! Calls of the API. Each counts before its work, and asking the row for each would cost every call a transaction: a process
//! takes some at a time from the tenant's own counter, and hands them out from memory. What it handed out was taken before, so
//! nothing passes the limit however many processes there are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::System;
use domain::{TenantId, TimeZone};
use store::limits as stored;
use store::limits::Taking;
use store::{Credential, Request, Store, StoreError, TenantScope, TenantTx};

use super::{follow, span, take};
use crate::{TenantEntry, VerbError};

/// The resource.
pub const CALLS: &str = "api_calls_per_day";
/// The most that one process takes at once: what a kill can lose.
const MOST: i64 = 200;
/// Of what is left, one in so many is taken at once: the nearer the limit, the fewer.
const SHARE: i64 = 100;
/// How long what was taken may lie unused.
const IDLE: TimeDelta = TimeDelta::seconds(60);

/// What this process took and did not hand out yet. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    tenants: Arc<Mutex<HashMap<TenantId, Arc<Tenant>>>>,
}

#[derive(Debug, Default)]
struct Tenant {
    /// Held for moments alone.
    taken: Mutex<Option<Block>>,
    /// Held by the one who asks the row; whoever else needs more waits for what that one brings.
    asking: Mutex<()>,
}

/// Calls of one span.
#[derive(Debug, Clone)]
struct Block {
    scope: TenantScope,
    /// When the counter's span began.
    start: Option<DateTime<Utc>>,
    /// When it is over, and the block with it.
    end: Option<DateTime<Utc>>,
    left: i64,
    used_at: DateTime<Utc>,
}

impl Calls {
    /// Counts a call of the tenant from what was taken; false where nothing is left.
    #[must_use]
    pub fn count(&self, tenant: TenantId, now: DateTime<Utc>) -> bool {
        let known = locked(&self.tenants).get(&tenant).cloned();
        known.is_some_and(|known| known.count(now))
    }

    /// Counts a call of the tenant, taking more from its row where nothing is left; blocking. Not to be called inside a
    /// transaction: it has one of its own.
    ///
    /// # Errors
    /// [`VerbError::LimitReached`], no connection or no database.
    pub fn take(
        &self,
        store: &Store,
        entry: &TenantEntry,
        request: &Request,
    ) -> Result<(), VerbError> {
        let tenant = entry.scope.tenant();
        let known = Arc::clone(locked(&self.tenants).entry(tenant).or_default());
        let _one = locked(&known.asking);
        if known.count(request.now) {
            return Ok(());
        }
        let mut block = match ask(store, entry, request) {
            // A tenant that no job brought the resource to yet.
            Err(VerbError::Store(StoreError::NotFound)) => {
                follow(store, entry, request)?;
                ask(store, entry, request)?
            }
            asked => asked?,
        };
        block.left -= 1;
        *locked(&known.taken) = Some(block);
        Ok(())
    }

    /// Gives back what lay unused for a minute; blocking. What cannot be given back counts as used.
    pub fn give_back_idle(&self, store: &Store, request: &Request) {
        self.give_back(store, request, request.now - IDLE);
    }

    /// Gives everything back, at the end of the process; blocking.
    pub fn give_back_all(&self, store: &Store, request: &Request) {
        self.give_back(store, request, DateTime::<Utc>::MAX_UTC);
    }

    fn give_back(&self, store: &Store, request: &Request, before: DateTime<Utc>) {
        for block in self.idle(before) {
            if let Err(error) = give_back(store, &block, request) {
                let (tenant, calls) = (block.scope.tenant(), block.left);
                tracing::warn!(%error, %tenant, calls, "calls that nobody made stay counted");
            }
        }
    }

    /// Takes out what nobody used since; of a tenant that somebody asks for at this moment, nothing.
    fn idle(&self, before: DateTime<Utc>) -> Vec<Block> {
        let mut blocks = Vec::new();
        locked(&self.tenants).retain(|_, known| {
            let mut taken = locked(&known.taken);
            if let Some(block) = taken.take_if(|block| block.used_at <= before) {
                blocks.push(block);
            }
            taken.is_some() || Arc::strong_count(known) > 1
        });
        blocks.retain(|block| block.left > 0);
        blocks
    }
}

impl Tenant {
    fn count(&self, now: DateTime<Utc>) -> bool {
        let mut taken = locked(&self.taken);
        let Some(block) = taken.as_mut() else {
            return false;
        };
        if block.left <= 0 || block.end.is_some_and(|end| end <= now) {
            return false;
        }
        block.left -= 1;
        block.used_at = now;
        true
    }
}

/// Takes a block from the row, or the last one of it.
fn ask(store: &Store, entry: &TenantEntry, request: &Request) -> Result<Block, VerbError> {
    let zone: TimeZone = entry.timezone.parse().unwrap_or_default();
    in_place(store, &entry.scope, request, |tx, scope| {
        let now = tx.now();
        let there = stored::counter(tx, CALLS)?.ok_or(StoreError::NotFound)?;
        let bounds = span(there.every, zone, now);
        let there = there.at(bounds.0);
        let room = there.ceiling(now) - there.used.saturating_add(there.held);
        let size = (room / SHARE).clamp(1, MOST);
        let (given, counter) = match take(tx, CALLS, size, bounds, Taking::Use) {
            // Others were faster.
            Err(VerbError::LimitReached(_)) if size > 1 => {
                (1, take(tx, CALLS, 1, bounds, Taking::Use)?)
            }
            taken => (size, taken?),
        };
        Ok(Block {
            scope: scope.clone(),
            start: counter.began_at,
            end: bounds.1,
            left: given,
            used_at: now,
        })
    })
}

fn give_back(store: &Store, block: &Block, request: &Request) -> Result<(), VerbError> {
    if block.end.is_some_and(|end| end <= request.now) {
        return Ok(());
    }
    in_place(store, &block.scope, request, |tx, _| {
        Ok(stored::put_back(tx, CALLS, block.left, block.start)?)
    })
}

/// Works in the tenant where it is, also when it was moved meanwhile.
fn in_place<T>(
    store: &Store,
    scope: &TenantScope,
    request: &Request,
    mut work: impl FnMut(&mut TenantTx<'_, System>, &TenantScope) -> Result<T, VerbError>,
) -> Result<T, VerbError> {
    let by = || Credential::System("calls");
    match store.tenant(scope, by(), request, |tx| work(tx, scope)) {
        Err(VerbError::Store(StoreError::Moved)) => {
            let entry = store.resolve_tenant(scope.tenant())?;
            let fresh = entry.ok_or(StoreError::NotFound)?.scope;
            store.tenant(&fresh, by(), request, |tx| work(tx, &fresh))
        }
        done => done,
    }
}

/// Nobody panics with one of them held, and what is in them would be right even then.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
