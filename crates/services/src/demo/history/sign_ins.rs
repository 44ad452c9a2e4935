//! Who signed in, out, or in vain.

use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use domain::{UserId, UserStatus};
use serde_json::json;

use super::super::people::{Person, WINDOW_DAYS};
use super::{Actor, Diary};
use crate::audit::{Action, Entry, Target, TargetKind};
use crate::sessions::Stay;

/// The sign-ins of a person for as long as they could.
pub(super) fn of(diary: &mut Diary<'_>, person: &mut Person) {
    let Some(joined) = person
        .joined_at
        .filter(|_| person.status != UserStatus::Inactive)
    else {
        return;
    };
    let first = joined
        .max(diary.beginning())
        .max(person.silent_until.unwrap_or(joined));
    let last = if person.status == UserStatus::Suspended {
        person.changed_at
    } else {
        diary.now
    };
    let who = Actor::from(&*person);
    let mut latest: Option<DateTime<Utc>> = None;
    for days_ago in (0..WINDOW_DAYS).rev() {
        let at = diary.at_work(days_ago);
        let weekend = at.weekday().number_from_monday() > 5;
        let habit = if weekend {
            person.habit / 7
        } else {
            person.habit
        };
        if diary.dice.falls(habit) && at > first && at < last {
            signed_in(diary, &who, person.status, at);
            latest = Some(at);
        }
    }
    // Whoever accepted an invitation in these weeks was signed in by it.
    if latest.is_none() && joined > diary.beginning() {
        let at = joined + TimeDelta::seconds(1);
        diary.write(at, &who, entered(&who, Stay::Kept));
        latest = Some(at);
    }
    person.last_sign_in_at = latest.or_else(|| {
        let before = diary.beginning() - TimeDelta::minutes(diary.dice.between(60, 20 * 24 * 60));
        (before > joined).then_some(before)
    });
}

fn signed_in(diary: &mut Diary<'_>, who: &Actor, status: UserStatus, at: DateTime<Utc>) {
    if diary.dice.falls(55) {
        let slips = diary.dice.between(1, 2);
        for slip in 1..=slips {
            refused(
                diary,
                who,
                "wrong password",
                at - TimeDelta::seconds(19 * slip),
            );
        }
        if slips == 2 && diary.dice.falls(400) {
            forgot(diary, who, at);
        }
    }
    let stay = if diary.dice.falls(300) {
        Stay::Kept
    } else {
        Stay::UntilClosed
    };
    diary.write(at, who, entered(who, stay));
    if diary.dice.falls(260) && status == UserStatus::Active {
        let left = at + TimeDelta::minutes(diary.dice.between(20, 480));
        let session = diary.dice.uuid(at);
        let target = Target::of(TargetKind::Session, session, who.name.clone());
        let entry =
            Entry::done(Action::SessionEnded, target).before(json!({ "device": who.device }));
        diary.write(left, who, entry);
    }
}

fn entered(who: &Actor, stay: Stay) -> Entry {
    Entry::done(
        Action::SessionCreated,
        Target::user(who.id, who.name.clone()),
    )
    .after(json!({ "kept": stay == Stay::Kept }))
}

fn refused(diary: &mut Diary<'_>, who: &Actor, reason: &str, at: DateTime<Utc>) {
    let target = Target::user(who.id, who.name.clone());
    let entry = Entry::refused(Action::SessionRefused, target).after(json!({ "reason": reason }));
    diary.write_unknown(at, who, entry);
}

/// A forgotten password, mailed and set anew a few minutes before the person is in.
fn forgot(diary: &mut Diary<'_>, who: &Actor, in_at: DateTime<Utc>) {
    let target = Target::user(who.id, who.name.clone());
    let address = Target::named(TargetKind::User, who.email.clone());
    let asked = Entry::done(Action::PasswordResetRequested, address);
    diary.write_unknown(in_at - TimeDelta::seconds(14), who, asked);
    let set = Entry::done(Action::PasswordReset, target).after(json!({ "sessions_ended": 1 }));
    diary.write(in_at - TimeDelta::seconds(2), who, set);
}

/// One night somebody tried addresses that are nobody's.
pub(super) fn of_strangers(diary: &mut Diary<'_>) {
    let night = diary.now - TimeDelta::days(5);
    let start = night
        .date_naive()
        .and_time(chrono::NaiveTime::MIN)
        .and_utc()
        + TimeDelta::minutes(127);
    let from = Actor {
        id: UserId::from_uuid(uuid::Uuid::nil()),
        name: String::new(),
        email: String::new(),
        device: "Python",
        address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 77)),
    };
    let mut at = start;
    for mailbox in [
        "admin",
        "root",
        "test",
        "info",
        "support",
        "administrator",
        "user",
        "sales",
    ] {
        at += TimeDelta::seconds(diary.dice.between(2, 9));
        let address = format!("{mailbox}@{}", diary.company.mail_domain);
        let entry = Entry::refused(
            Action::SessionRefused,
            Target::named(TargetKind::User, address),
        )
        .after(json!({ "reason": "no such account" }));
        diary.write_unknown(at, &from, entry);
    }
}
