//! What those who look after the others did: invitations, roles, suspensions, records, exports.

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::Permissions;
use domain::{BuiltInRole, UserStatus, text};
use serde_json::json;

use super::super::people::{OFFICE, Person};
use super::super::tenants::{DEPARTMENTS, Post};
use super::{Actor, Diary, RoleDays};
use crate::audit::{Action, Entry, Target, TargetKind};

const REASONS: &[&str] = &[
    "On leave until the end of the year",
    "Left the company, handover pending",
    "Lost laptop, until it is replaced",
];

/// The role that only this tenant has, and its colours.
pub(super) fn the_tenant(diary: &mut Diary<'_>, people: &[Person]) -> RoleDays {
    let (made, changed, looks) = (diary.at_work(52), diary.at_work(33), diary.at_work(44));
    let company = diary.company;
    let fields = |permissions| {
        json!({ "name": company.role.name, "description": company.role.description,
            "permissions": Permissions::of(permissions).keys() })
    };
    let role = Target::of(TargetKind::Role, diary.role.uuid(), company.role.name);
    if let Some(who) = office(diary, people) {
        let entry = Entry::done(Action::RoleCreated, role.clone());
        diary.write(made, &who, entry.after(fields(company.role.at_first)));
        let entry = Entry::done(Action::RoleChanged, role)
            .before(fields(company.role.at_first))
            .after(fields(company.role.permissions));
        diary.write(changed, &who, entry);
        let entry = Entry::done(
            Action::BrandChanged,
            Target::named(TargetKind::Tenant, company.name),
        )
        .before(json!({ "primary_color": company.colour_before }))
        .after(json!({ "primary_color": company.colour }));
        diary.write(looks, &who, entry);
    }
    RoleDays { made, changed }
}

/// Invitations of these two months, and who followed them.
pub(super) fn arrivals(diary: &mut Diary<'_>, people: &[Person]) {
    let beginning = diary.beginning();
    for person in people.iter().filter(|person| person.invited_at > beginning) {
        let target = Target::user(person.id, person.name.as_str());
        if let Some(by) = people.iter().find(|one| Some(one.id) == person.invited_by) {
            let entry = Entry::done(Action::UserInvited, target.clone())
                .after(json!({ "email": person.email, "role": role_word(diary, person.post), "status": "invited" }));
            diary.write(person.invited_at, &Actor::from(by), entry);
            let again = person.invited_at + TimeDelta::hours(diary.dice.between(20, 30));
            if person.joined_at.is_none_or(|joined| joined > again) && diary.dice.falls(500) {
                let entry = Entry::done(Action::InvitationResent, target.clone());
                diary.write(again, &Actor::from(by), entry);
            }
        }
        if let Some(joined) = person.joined_at {
            let entry = Entry::done(Action::UserJoined, target)
                .before(json!({ "status": "invited" }))
                .after(json!({ "status": "active" }));
            diary.write(joined, &Actor::from(person), entry);
        }
    }
}

/// The suspended, and a few who are back.
pub(super) fn suspensions(diary: &mut Diary<'_>, people: &mut [Person]) {
    let crowd = people.to_vec();
    for person in people
        .iter_mut()
        .filter(|person| person.status == UserStatus::Suspended)
    {
        let days_ago = diary.dice.between(3, 40);
        let (at, reason) = (diary.at_work(days_ago), diary.dice.one(REASONS));
        if let Some(who) = office(diary, &crowd) {
            diary.write(at, &who, suspended(person, reason));
        }
        person.suspended = Some(reason);
        person.changed_at = at;
    }
    for person in settled(diary, people, 3) {
        let reason = diary.dice.one(REASONS);
        let (first, last) = (diary.dice.between(28, 50), diary.dice.between(8, 24));
        let (at, back) = (diary.at_work(first), diary.at_work(last));
        if let Some(who) = office(diary, &crowd) {
            diary.write(at, &who, suspended(&person, reason));
            let entry = Entry::done(
                Action::UserRestored,
                Target::user(person.id, person.name.as_str()),
            )
            .before(json!({ "status": "suspended" }))
            .after(json!({ "status": "active" }));
            diary.write(back, &who, entry);
        }
        // Nobody signs in while suspended.
        quiet(people, &person, back);
    }
}

fn suspended(person: &Person, reason: &str) -> Entry {
    Entry::done(
        Action::UserSuspended,
        Target::user(person.id, person.name.as_str()),
    )
    .before(json!({ "status": "active" }))
    .after(json!({ "status": "suspended", "reason": reason }))
}

/// Records that were changed, by the office and by their people; files that were taken along.
pub(super) fn changes(diary: &mut Diary<'_>, people: &mut [Person]) {
    let share = people.len().div_ceil(14);
    for person in settled(diary, people, share) {
        let before = diary.dice.one(&[
            Some(BuiltInRole::Viewer),
            Some(BuiltInRole::Member),
            Some(BuiltInRole::Analyst),
        ]);
        let before = before
            .map(Post::BuiltIn)
            .filter(|before| *before != person.post && !is_high(person.post));
        let days_ago = diary.dice.between(1, 30);
        let at = diary.at_work(days_ago);
        if let (Some(before), Some(who)) = (before, office(diary, people)) {
            let entry = Entry::done(
                Action::UserRoleChanged,
                Target::user(person.id, person.name.as_str()),
            )
            .before(json!({ "role": role_word(diary, before) }))
            .after(json!({ "role": role_word(diary, person.post) }));
            diary.write(at, &who, entry);
            touched(people, &person, at);
        }
    }
    for person in settled(diary, people, share) {
        let before = diary.dice.weighted(DEPARTMENTS);
        let days_ago = diary.dice.between(1, 55);
        let at = diary.at_work(days_ago);
        if let Some(who) = office(diary, people).filter(|_| before != person.department) {
            let entry = Entry::done(
                Action::UserChanged,
                Target::user(person.id, person.name.as_str()),
            )
            .before(json!({ "department": before }))
            .after(json!({ "department": person.department }));
            diary.write(at, &who, entry);
            touched(people, &person, at);
        }
    }
    own(diary, people, share);
    for _ in 0..share.min(9) {
        files(diary, people);
    }
}

/// What people changed of their own.
fn own(diary: &mut Diary<'_>, people: &mut [Person], share: usize) {
    for person in settled(diary, people, share * 3) {
        let who = Actor::from(&person);
        let days_ago = diary.dice.between(1, 57);
        let at = diary.at_work(days_ago);
        let target = Target::user(person.id, person.name.as_str());
        let before = diary.dice.weighted(diary.company.locations);
        let entry = match diary.dice.below(5) {
            0 => Entry::done(Action::PasswordChanged, target),
            1 => Entry::done(Action::PreferencesChanged, target)
                .before(json!({ "notify_email": false }))
                .after(json!({ "notify_email": true })),
            2 if person.phone.is_some() => Entry::done(Action::ProfileChanged, target)
                .before(json!({ "phone": null }))
                .after(json!({ "phone": person.phone })),
            _ if before != person.location => Entry::done(Action::ProfileChanged, target)
                .before(json!({ "location": before }))
                .after(json!({ "location": person.location })),
            _ => continue,
        };
        diary.write(at, &who, entry);
        touched(people, &person, at);
    }
}

/// An export, or somebody at a door that is closed to them.
fn files(diary: &mut Diary<'_>, people: &[Person]) {
    let days_ago = diary.dice.between(1, 58);
    let at = diary.at_work(days_ago);
    let Some(who) = office(diary, people) else {
        return;
    };
    let department = diary.dice.weighted(DEPARTMENTS);
    let there = |one: &&Person| one.department == department && one.invited_at < at;
    let file = |name: &str| Target::named(TargetKind::File, name);
    let entry = match diary.dice.below(3) {
        0 => Entry::done(Action::AuditExported, file("audit.csv")),
        _ => Entry::done(Action::UsersExported, file("people as CSV")).after(json!({
            "people": people.iter().filter(there).count(),
            "search": "", "status": [], "role": [], "department": [text::fold(department)],
        })),
    };
    diary.write(at, &who, entry);
    let viewer = people.iter().find(|one| {
        one.post == Post::BuiltIn(BuiltInRole::Viewer) && one.status == UserStatus::Active
    });
    if let Some(viewer) = viewer.filter(|_| diary.dice.falls(500)) {
        let entry = Entry::refused(
            Action::AccessRefused,
            Target::named(TargetKind::Page, "GET /users"),
        )
        .after(json!({ "needs": "users:read" }));
        diary.write(at + TimeDelta::minutes(21), &Actor::from(viewer), entry);
    }
}

/// Somebody of the office.
fn office(diary: &mut Diary<'_>, people: &[Person]) -> Option<Actor> {
    let place = usize::try_from(diary.dice.below(i64::try_from(OFFICE).unwrap_or(1))).unwrap_or(0);
    people.get(place).map(Actor::from)
}

/// Some of those who were active before the log began and are still.
fn settled(diary: &mut Diary<'_>, people: &[Person], count: usize) -> Vec<Person> {
    let beginning = diary.beginning();
    let calm = |person: &&Person| {
        person.status == UserStatus::Active
            && person.joined_at.is_some_and(|joined| joined < beginning)
    };
    let mut left: Vec<&Person> = people.iter().skip(OFFICE).filter(calm).collect();
    let mut chosen = Vec::with_capacity(count);
    while chosen.len() < count && !left.is_empty() {
        let place =
            usize::try_from(diary.dice.below(i64::try_from(left.len()).unwrap_or(1))).unwrap_or(0);
        chosen.push(left.swap_remove(place).clone());
    }
    chosen
}

fn touched(people: &mut [Person], whom: &Person, at: DateTime<Utc>) {
    for person in people.iter_mut().filter(|person| person.id == whom.id) {
        person.changed_at = person.changed_at.max(at);
    }
}

/// Until then the person could not sign in.
fn quiet(people: &mut [Person], whom: &Person, until: DateTime<Utc>) {
    for person in people.iter_mut().filter(|person| person.id == whom.id) {
        person.silent_until = Some(until);
        person.changed_at = person.changed_at.max(until);
    }
}

fn is_high(post: Post) -> bool {
    matches!(post, Post::BuiltIn(BuiltInRole::Owner | BuiltInRole::Admin))
}

/// A role as the log names it.
fn role_word(diary: &Diary<'_>, post: Post) -> String {
    match post {
        Post::BuiltIn(role) => role.name().to_owned(),
        Post::Custom => diary.company.role.name.to_owned(),
    }
}
