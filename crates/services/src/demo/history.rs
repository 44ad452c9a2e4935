//! What happened in a demo tenant in the two months before now, as entries of the audit log that agree
//! with the people as they are. The chapters are in the files beside this.

mod office;
mod sign_ins;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{RoleId, UserId};

use super::dice::Dice;
use super::people::{Person, WINDOW_DAYS};
use super::tenants::Company;
use crate::audit::Entry;
use crate::audit::import::PastEntry;

/// What the entries need of whoever does a thing.
#[derive(Debug, Clone)]
struct Actor {
    id: UserId,
    name: String,
    email: String,
    device: &'static str,
    address: std::net::IpAddr,
}

impl From<&Person> for Actor {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id,
            name: person.name.to_string(),
            email: person.email.to_string(),
            device: person.device,
            address: person.address,
        }
    }
}

/// The log while it is told.
struct Diary<'a> {
    company: &'a Company,
    role: RoleId,
    now: DateTime<Utc>,
    dice: Dice,
    entries: Vec<PastEntry>,
}

/// When the custom role was made and last changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct RoleDays {
    pub(super) made: DateTime<Utc>,
    pub(super) changed: DateTime<Utc>,
}

/// Tells the history of these people, oldest entry first, and writes into them what it left behind:
/// their last sign-in, the reason of a suspension, the moment of the last change.
pub(super) fn tell(
    company: &Company,
    role: RoleId,
    people: &mut [Person],
    now: DateTime<Utc>,
) -> (Vec<PastEntry>, RoleDays) {
    let mut diary = Diary {
        company,
        role,
        now,
        dice: Dice::named(&format!("history of {}", company.slug)),
        entries: Vec::new(),
    };
    let days = office::the_tenant(&mut diary, people);
    office::arrivals(&mut diary, people);
    office::suspensions(&mut diary, people);
    office::changes(&mut diary, people);
    for person in people.iter_mut() {
        sign_ins::of(&mut diary, person);
    }
    sign_ins::of_strangers(&mut diary);
    let mut entries = diary.entries;
    entries.retain(|entry| entry.at < now);
    entries.sort_by_key(|entry| (entry.at, entry.id));
    (entries, days)
}

impl Diary<'_> {
    /// Somebody did something.
    fn write(&mut self, at: DateTime<Utc>, who: &Actor, entry: Entry) {
        let entry = entry.by(who.id, who.name.clone());
        self.push(at, entry, who);
    }

    /// Somebody did something before anybody knew who it was.
    fn write_unknown(&mut self, at: DateTime<Utc>, from: &Actor, entry: Entry) {
        self.push(at, entry, from);
    }

    fn push(&mut self, at: DateTime<Utc>, entry: Entry, from: &Actor) {
        let (id, request_id) = (self.dice.uuid(at), self.dice.uuid(at));
        self.entries.push(PastEntry {
            id,
            at,
            entry,
            address: Some(from.address),
            device: from.device.to_owned(),
            request_id,
        });
    }

    /// A moment of the working day so many days ago; today's may be ahead of now.
    fn at_work(&mut self, days_ago: i64) -> DateTime<Utc> {
        let midnight = self.now.date_naive() - TimeDelta::days(days_ago);
        midnight.and_time(chrono::NaiveTime::MIN).and_utc()
            + TimeDelta::hours(self.company.morning)
            + TimeDelta::seconds(self.dice.between(-1_800, 9 * 3_600))
    }

    /// When the log begins.
    fn beginning(&self) -> DateTime<Utc> {
        self.now - TimeDelta::days(WINDOW_DAYS)
    }
}
