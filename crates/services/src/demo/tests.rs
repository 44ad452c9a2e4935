//! The demo's data agrees with the product's own rules, and its history with its people.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use domain::Role;

use super::*;
use crate::audit::{Action, Outcome};

fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_258_800, 0).unwrap()
}

fn told(company: &'static Company) -> (Vec<Person>, Vec<import::PastEntry>) {
    let role = RoleId::from_uuid(Uuid::nil());
    let mut everybody = people::everybody(company, role, moment());
    let (entries, _) = history::tell(company, role, &mut everybody, moment());
    (everybody, entries)
}

#[test]
fn the_password_is_one_that_we_would_take() {
    for company in COMPANIES {
        for known in company.cast {
            let about = [known.name, known.mailbox, company.name, company.slug];
            assert!(
                Password::choose(PASSWORD.to_owned(), &about).is_ok(),
                "{}",
                known.name
            );
        }
    }
}

#[test]
fn each_tenant_can_be_made() {
    for company in COMPANIES {
        let tenant = new_tenant(company, &Addresses::multi("localhost")).unwrap();
        assert_eq!(tenant.hosts, [format!("{}.localhost", company.slug)]);
        let (everybody, _) = told(company);
        let seats = everybody
            .iter()
            .filter(|person| person.status.holds_seat())
            .count();
        assert!(i64::try_from(seats).unwrap() <= company.seats);
        let roles: Vec<Role> = everybody.iter().map(|person| person.role).collect();
        for role in BuiltInRole::ALL {
            assert!(
                roles.contains(&Role::BuiltIn(*role)),
                "{} {role:?}",
                company.slug
            );
        }
        assert!(roles.iter().any(|role| matches!(role, Role::Custom(_))));
    }
    assert_eq!(
        sign_ins(&Addresses::multi("localhost"))
            .first()
            .unwrap()
            .owner,
        "amara.nwosu@acme.example"
    );
}

#[test]
fn the_history_ends_before_now_and_is_in_order() {
    for company in COMPANIES {
        let (_, entries) = told(company);
        assert!(
            (200..2_000).contains(&entries.len()),
            "{}: {}",
            company.slug,
            entries.len()
        );
        assert!(entries.is_sorted_by_key(|entry| entry.at));
        assert!(entries.iter().all(|entry| entry.at < moment()));
        let (_, again) = told(company);
        assert!(
            entries
                .iter()
                .zip(&again)
                .all(|(one, two)| one.id == two.id && one.at == two.at)
        );
    }
}

#[test]
fn the_history_agrees_with_the_people() {
    for company in COMPANIES {
        let (everybody, entries) = told(company);
        let mut signed_in = BTreeMap::new();
        let mut role = BTreeMap::new();
        let mut status = BTreeMap::new();
        for past in &entries {
            let by = match &past.entry.by {
                Some(crate::audit::By::User(id, _)) => Some(id.uuid()),
                _ => None,
            };
            let after = |field: &str| {
                let after = past.entry.after.as_ref()?;
                Some(after.get(field)?.as_str()?.to_owned())
            };
            if past.entry.action == Action::SessionCreated && past.entry.outcome == Outcome::Done {
                signed_in.insert(by.unwrap(), past.at);
            }
            if let Some(target) = past.entry.target.id {
                if let Some(word) = after("role") {
                    role.insert(target, word);
                }
                if let Some(word) = after("status") {
                    status.insert(target, word);
                }
            }
        }
        for person in &everybody {
            let id = person.id.uuid();
            if let Some(at) = signed_in.get(&id) {
                assert_eq!(person.last_sign_in_at, Some(*at), "{}", person.name);
            }
            if let Some(word) = status.get(&id) {
                assert_eq!(word, person.status.as_str(), "{}", person.name);
            }
            if let (Some(word), Role::BuiltIn(held)) = (role.get(&id), person.role) {
                assert_eq!(word, held.name(), "{}", person.name);
            }
            assert_eq!(
                person.status == UserStatus::Suspended,
                person.suspended.is_some()
            );
            assert_eq!(
                person.status == UserStatus::Invited,
                person.joined_at.is_none()
            );
        }
    }
}
