//! The databases beside the one that holds the catalogue. Each has pools of its own, made when somebody works there; those
//! that nobody uses make room for others, so that one process never holds more connections than it was given.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{TenantId, TenantState};
use uuid::Uuid;

use crate::StoreError;
use crate::boot::check;
use crate::catalogue::find::counters;
use crate::catalogue::place::readmit;
use crate::jobs::figures;
use crate::nodes::Reach;
use crate::pool::{PoolSettings, Store};
use crate::pools::Pools;
use crate::queue::own;
use crate::schema::catalogue::{placements, tenants};
use crate::schema::node;

/// Which database something is in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Place {
    /// The one that holds the catalogue.
    #[default]
    Home,
    /// One of a tenant's own, by its name.
    Own(Arc<str>),
}

impl Place {
    /// By the name that the catalogue has of it; `None` is where the catalogue is.
    pub(crate) fn named(name: Option<String>) -> Self {
        name.map_or(Self::Home, |name| Self::Own(name.into()))
    }

    /// Where the schema of this name is: the name of a database stands for what is shared in it.
    pub(crate) fn of_space(schema: &str) -> Self {
        Self::named(schema.starts_with("d_").then(|| schema.to_owned()))
    }

    /// The name of a database of a tenant's own.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Home => None,
            Self::Own(name) => Some(name),
        }
    }

    /// Whether it is the one that holds the catalogue.
    #[must_use]
    pub fn is_home(&self) -> bool {
        *self == Self::Home
    }
}

/// The pools of databases of tenants' own, those that were used last at the end.
pub(crate) struct Places {
    settings: PoolSettings,
    open: Mutex<Vec<Open>>,
    /// Those that were found safe to serve from.
    checked: Mutex<HashSet<Place>>,
    /// Those that did not answer, and when: for a moment nobody else waits for them.
    silent: Mutex<HashMap<Place, Instant>>,
}

/// A database whose pools are open.
#[derive(Clone)]
struct Open {
    place: Place,
    reach: Reach,
    pools: Arc<Pools>,
    /// When the catalogue was asked last where it is.
    asked: Instant,
}

/// How long the answer to where a database is is not asked for again.
pub(crate) const ASKED: Duration = Duration::from_secs(30);
/// How long a database that did not answer is not asked again.
const SILENCE: Duration = Duration::from_secs(2);

impl Places {
    pub(crate) fn new(settings: &PoolSettings) -> Self {
        Self {
            settings: settings.clone(),
            open: Mutex::default(),
            checked: Mutex::default(),
            silent: Mutex::default(),
        }
    }

    /// The pools of a database of a tenant's own. `ask` is asked where it is, the first time and now and then: its server may
    /// have got another address.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when every database that this process may hold open is in use, [`StoreError::Away`] for one that is
    /// not there or not safe to serve from.
    pub(crate) fn pools(
        &self,
        name: &Arc<str>,
        ask: impl FnOnce() -> Result<Reach, StoreError>,
    ) -> Result<Arc<Pools>, StoreError> {
        let place = Place::Own(Arc::clone(name));
        self.speaks(&place)?;
        let known = touch(&mut self.open(), &place);
        if let Some(known) = &known
            && known.asked.elapsed() < ASKED
        {
            return Ok(Arc::clone(&known.pools));
        }
        let reach = match (ask(), known) {
            (Ok(reach), Some(known)) if reach == known.reach => {
                self.asked_again(&place);
                return Ok(known.pools);
            }
            // Where it was is where it is, until somebody can say otherwise.
            (Err(_), Some(known)) => return Ok(known.pools),
            (asked, _) => asked?,
        };
        self.opened(place, reach)
    }

    fn opened(&self, place: Place, reach: Reach) -> Result<Arc<Pools>, StoreError> {
        // Before the lock is taken again: nobody who works elsewhere waits for this one.
        self.check(&place, &reach)?;
        let mut open = self.open();
        if let Some(known) = touch(&mut open, &place)
            && known.reach == reach
        {
            return Ok(known.pools);
        }
        open.retain(|known| known.place != place);
        if open.len() >= self.settings.own_databases.max(1) {
            let unused = open.iter().position(|known| known.pools.is_unused());
            open.remove(unused.ok_or(StoreError::Busy)?);
        }
        let pools = Arc::new(Pools::of_own(&self.settings, &reach));
        open.push(Open {
            place,
            reach,
            pools: Arc::clone(&pools),
            asked: Instant::now(),
        });
        Ok(pools)
    }

    fn asked_again(&self, place: &Place) {
        if let Some(known) = self.open().iter_mut().find(|known| known.place == *place) {
            known.asked = Instant::now();
        }
    }

    /// Whether it answered when it was asked last, or that is a moment ago.
    ///
    /// # Errors
    /// [`StoreError::Away`] for one that did not.
    pub(crate) fn speaks(&self, place: &Place) -> Result<(), StoreError> {
        match self.silent().get(place) {
            Some(since) if since.elapsed() < SILENCE => {
                let why = "it did not answer a moment ago".to_owned();
                Err(StoreError::Away(why))
            }
            _ => Ok(()),
        }
    }

    /// Notes that a database does not answer, or does again.
    pub(crate) fn note<T>(&self, place: &Place, came: &Result<T, StoreError>) {
        match came {
            Err(StoreError::Away(_)) => {
                self.silent().insert(place.clone(), Instant::now());
            }
            _ => {
                self.silent().remove(place);
            }
        }
    }

    fn silent(&self) -> MutexGuard<'_, HashMap<Place, Instant>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> MutexGuard<'_, Vec<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the start checks of the catalogue's database, once for each of the others too.
    pub(crate) fn check(&self, place: &Place, reach: &Reach) -> Result<(), StoreError> {
        let known = || self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        if known().contains(place) {
            return Ok(());
        }
        match check(&reach.app, &reach.platform, &self.settings.context_key) {
            Ok(Ok(())) => {
                known().insert(place.clone());
                Ok(())
            }
            Ok(Err(refusal)) => Err(StoreError::Away(refusal.to_string())),
            Err(error) => Err(StoreError::Away(error.to_string())),
        }
    }
}

/// A place that is open, which is the one that was used last from here on.
fn touch(open: &mut Vec<Open>, place: &Place) -> Option<Open> {
    let at = open.iter().position(|known| known.place == *place)?;
    let found = open.remove(at);
    open.push(found.clone());
    Some(found)
}

impl Store {
    /// The databases of their own in which tenants live.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn own_places(&self, now: DateTime<Utc>) -> Result<Vec<Place>, StoreError> {
        self.platform(now, |tx| {
            let names: Vec<Option<String>> = placements::table
                .filter(placements::database_name.is_not_null())
                .order(placements::database_name)
                .select(placements::database_name)
                .load(tx.connection())?;
            Ok(names.into_iter().map(Place::named).collect())
        })
    }

    /// Makes a database of a tenant's own say what the catalogue says of it, and writes down here how many people it has and
    /// what stands in its queue. False where nobody lives in it any more.
    ///
    /// # Errors
    /// The database's, of either.
    pub fn settle(&self, place: &Place, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let Place::Own(name) = place else {
            return Ok(false);
        };
        self.platform(now, |tx| {
            // Kept from others: a state that changes meanwhile comes after this.
            let lives: Option<(Uuid, TenantState, i32)> = placements::table
                .inner_join(tenants::table)
                .filter(placements::database_name.eq(&**name))
                .select((tenants::id, tenants::status, placements::epoch))
                .for_update()
                .first(tx.connection())
                .optional()?;
            let Some((tenant, status, epoch)) = lives else {
                return Ok(false);
            };
            let id = TenantId::from_uuid(tenant);
            let counted = self.platform_at::<_, StoreError>(place, now, |there| {
                diesel::update(node::placements::table.find(tenant))
                    .filter(node::placements::closed.ne(status.is_closed()))
                    .set(node::placements::closed.eq(status.is_closed()))
                    .execute(there.connection())?;
                // A move that ended in the middle may have left it shut.
                readmit(there.connection(), id, (epoch, status.is_closed()), now)?;
                let counted = counters(there.connection(), &[id])?.remove(&id);
                Ok((counted, figures(there)?))
            })?;
            let (counted, queue) = counted;
            own::keep(tx, name, &queue)?;
            let counted = counted.map(|seats| (seats.used, seats.limit)).unzip();
            diesel::update(placements::table.find(tenant))
                .set((
                    placements::people.eq(counted.0),
                    placements::seats.eq(counted.1),
                ))
                .execute(tx.connection())?;
            Ok(true)
        })
    }
}
