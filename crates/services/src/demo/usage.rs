//! What a demo tenant used in the two months before now: noted as it would have happened, and written down by the way that
//! everything takes.

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use domain::permission::System;
use domain::{ApiKey, KeyId, Meter, Permission, Permissions, Sharer, TenantId, TimeZone, Window};
use store::limits::Taking;
use store::{TenantTx, keys, past};

use super::dice::Dice;
use super::people::{Person, WINDOW_DAYS};
use super::refused;
use super::tenants::Company;
use crate::usage::{Usage, Who};
use crate::{VerbError, limits, structure, tokens};

/// What each tenant lets in, and how much of its calls comes from there, in a thousand.
const KEYS: [(&str, i64); 2] = [("Warehouse sync", 700), ("Reporting", 300)];
/// How much of a day's calls falls into each of its hours, from the first of the morning on: programs never sleep.
const HOURS: [i64; 24] = [
    60, 85, 95, 90, 70, 85, 95, 90, 75, 45, 30, 25, 20, 20, 18, 15, 12, 12, 12, 15, 15, 18, 22, 40,
];
const CALLS: &[(i64, &str)] = &[
    (50, "/api/v1/tenants/{tenant_id}/users"),
    (30, "/api/v1/tenants/{tenant_id}/users/{user_id}"),
    (10, "/api/v1/tenants/{tenant_id}/reservations"),
    (6, "/api/v1/tenants/{tenant_id}/usage"),
    (4, "/api/v1/tenants/{tenant_id}/audit"),
];
const PAGES: &[(i64, &str)] = &[
    (40, "/"),
    (25, "/users"),
    (15, "/users/{id}"),
    (8, "/me"),
    (6, "/audit"),
    (6, "/usage"),
];

/// How many days are written down at once: as much as finds room until then.
const AT_ONCE: i64 = 10;

/// The two months while they are lived.
struct Life<'a> {
    usage: Usage,
    tenant: TenantId,
    company: &'a Company,
    zone: TimeZone,
    now: DateTime<Utc>,
    dice: Dice,
    /// Calls of the tenant's today.
    today: i64,
}

/// Lives the two months. What was noted is to be written down once the tenant is there.
pub(super) fn live(
    tx: &mut TenantTx<'_, System>,
    company: &Company,
    everybody: &[Person],
) -> Result<Vec<Usage>, VerbError> {
    let keys = make_keys(tx, everybody)?;
    let bytes = structure::bytes(tx)?;
    let mut life = Life {
        usage: Usage::begin(),
        tenant: tx.tenant(),
        company,
        zone: TimeZone::parse(company.timezone).map_err(refused)?,
        now: tx.now(),
        dice: Dice::named(&format!("usage of {}", company.slug)),
        today: 0,
    };
    let mut all = Vec::new();
    for day in 0..=WINDOW_DAYS {
        life.day(day, everybody, &keys, bytes);
        if day % AT_ONCE == 0 {
            all.push(std::mem::replace(&mut life.usage, Usage::begin()));
        }
    }
    // What the charts say of today is in the counter of today.
    let span = limits::span(Some(Window::Day), life.zone, life.now);
    if life.today > 0 {
        limits::take(tx, limits::CALLS, life.today, span, Taking::Count)?;
    }
    all.push(life.usage);
    Ok(all)
}

fn make_keys(tx: &mut TenantTx<'_, System>, everybody: &[Person]) -> Result<Vec<KeyId>, VerbError> {
    let boss = everybody.first().ok_or_else(|| refused("nobody"))?;
    let mut made = Vec::new();
    for (name, _) in KEYS {
        let id = KeyId::from_uuid(tx.fresh_uuid());
        let key = ApiKey::of_tenant(tx.tenant(), &tokens::secret());
        let new = keys::NewKey {
            id,
            name,
            key: &key,
            permissions: Permissions::of(&[Permission::ReadUsers, Permission::ReadUsage]).keys(),
            made_by: Some(boss.id.uuid()),
            made_by_name: &boss.name.to_string(),
            expires_at: None,
        };
        keys::add(tx, &new)?;
        past::key_made_at(tx, id, tx.now() - TimeDelta::days(WINDOW_DAYS + 1))?;
        made.push(id);
    }
    Ok(made)
}

impl Life<'_> {
    fn day(&mut self, day: i64, everybody: &[Person], keys: &[KeyId], bytes: i64) {
        let midnight = self.now.date_naive() - TimeDelta::days(WINDOW_DAYS - day);
        let midnight = midnight.and_time(chrono::NaiveTime::MIN).and_utc();
        let morning = midnight + TimeDelta::hours(self.company.morning);
        let rests = matches!(midnight.weekday(), Weekday::Sat | Weekday::Sun);
        for (hour, part) in (0..).zip(HOURS) {
            self.hour(morning + TimeDelta::hours(hour), (day, part, rests), keys);
        }
        let (mut there, mut signed_in) = (0, 0);
        for person in everybody {
            if person.joined_at.is_some_and(|joined| joined <= morning) {
                there += 1;
                let habit = if rests {
                    person.habit / 8
                } else {
                    person.habit
                };
                if self.dice.falls(habit) {
                    signed_in += 1;
                    self.visit(person, morning);
                }
            }
        }
        let letters = self.dice.between(0, 6) + signed_in / 40;
        // The first day had two thirds of the rows.
        let stored = bytes / 3 * 2 + bytes / 3 * day / WINDOW_DAYS;
        let (tenant, evening) = (self.tenant, (morning + TimeDelta::hours(9)).min(self.now));
        self.usage.note(tenant, evening, |notes| {
            notes.add(&Meter::LETTERS, letters);
            notes.add(&Meter::JOBS, letters + 30);
            notes.level(&Meter::USERS, there);
            notes.level(&Meter::STORAGE, stored);
        });
    }

    /// The calls of an hour: a little more with each day, and some when everybody rests.
    fn hour(&mut self, from: DateTime<Utc>, (day, part, rests): (i64, i64, bool), keys: &[KeyId]) {
        let people = i64::try_from(self.company.active).unwrap_or(0);
        let grown = 100 + day * 50 / WINDOW_DAYS + self.dice.between(-12, 12);
        let calls = people * part * grown / if rests { 90_000 } else { 20_000 };
        for _ in 0..calls {
            let at = from + TimeDelta::seconds(self.dice.below(3_600));
            if at < self.now {
                self.call(at, keys);
            }
        }
        if calls > 0 && from < self.now {
            let at_once = self.dice.between(1, 3);
            self.usage.note(self.tenant, from, |notes| {
                notes.level(&Meter::CONNECTIONS, at_once);
            });
        }
    }

    fn call(&mut self, at: DateTime<Utc>, keys: &[KeyId]) {
        let micros = self.took(1_500, 9_000);
        let key = self.dice.weighted(&[(KEYS[0].1, 0_usize), (KEYS[1].1, 1)]);
        let key = keys.get(key).map(|key| (Sharer::Key, key.to_string()));
        let endpoint = self.dice.weighted(CALLS).to_owned();
        let (failed, refused) = (self.dice.falls(2), self.dice.falls(1));
        let sent = self.dice.between(600, 9_000);
        let here = |at: DateTime<Utc>| at.with_timezone(&self.zone.tz()).date_naive();
        self.today += i64::from(here(at) == here(self.now));
        self.usage.note(self.tenant, at, |notes| {
            notes.add(&Meter::API_CALLS, 1);
            notes.add(&Meter::API_ERRORS, i64::from(failed));
            notes.add(&Meter::API_REFUSED, i64::from(refused));
            notes.add(&Meter::API_MICROS, micros);
            notes.time(&Meter::API_TIMES, micros.unsigned_abs());
            notes.add(&Meter::BYTES_OUT, sent);
            notes.add(&Meter::DB_RUNS, 2);
            notes.add(&Meter::DB_MICROS, micros / 2);
            for (kind, id) in [Some((Sharer::Endpoint, endpoint)), key]
                .into_iter()
                .flatten()
            {
                notes.share(&Meter::API_CALLS, &Who { kind, id });
            }
        });
    }

    /// Somebody signs in and looks around.
    fn visit(&mut self, person: &Person, morning: DateTime<Utc>) {
        let mut at = morning + TimeDelta::seconds(self.dice.between(-1_800, 8 * 3_600));
        let mistyped = self.dice.falls(40);
        let beside = self
            .dice
            .between(1, 1 + i64::try_from(self.company.active).unwrap_or(0) / 20);
        for page in 0..self.dice.between(3, 16) {
            let stayed = if page == 0 {
                0
            } else {
                self.dice.between(15, 240)
            };
            at += TimeDelta::seconds(stayed);
            if at >= self.now {
                return;
            }
            let micros = self.took(2_500, 14_000);
            let endpoint = self.dice.weighted(PAGES).to_owned();
            let sent = self.dice.between(4_000, 30_000);
            self.usage.note(self.tenant, at, |notes| {
                notes.add(&Meter::SIGN_INS, i64::from(page == 0));
                notes.add(&Meter::SIGN_INS_REFUSED, i64::from(page == 0 && mistyped));
                notes.add(&Meter::STAYS, i64::from(page == 0));
                notes.add(&Meter::STAY_SECONDS, stayed);
                notes.level(&Meter::AT_ONCE, beside);
                notes.add(&Meter::PAGE_VIEWS, 1);
                notes.add(&Meter::PAGE_MICROS, micros);
                notes.time(&Meter::PAGE_TIMES, micros.unsigned_abs());
                notes.add(&Meter::BYTES_OUT, sent);
                notes.add(&Meter::DB_RUNS, 2);
                notes.add(&Meter::DB_MICROS, micros / 2);
                let user = (Sharer::User, person.id.to_string());
                for (kind, id) in [(Sharer::Endpoint, endpoint), user] {
                    notes.share(&Meter::PAGE_VIEWS, &Who { kind, id });
                }
            });
        }
    }

    /// Microseconds: mostly within these, now and then far more.
    fn took(&mut self, least: i64, most: i64) -> i64 {
        let micros = self.dice.between(least, most);
        if self.dice.falls(25) {
            micros * self.dice.between(4, 25)
        } else {
            micros
        }
    }
}
