//! The people of a demo tenant: who they are, when they came, how often they sign in. What they did is
//! in `history`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{EmailAddress, FreeFields, PersonName, Role, RoleId, UserId, UserStatus, text};
use store::users::NewUser;

use super::dice::Dice;
use super::names::{NAMES, Names};
use super::tenants::{Company, DEPARTMENTS, Known, POSTS, Post};

/// How many of a tenant's first people look after the others.
pub(super) const OFFICE: usize = 3;
/// How far back the log goes.
pub(super) const WINDOW_DAYS: i64 = 60;

const DEVICES: &[(i64, &str)] = &[
    (26, "Chrome on Windows"),
    (18, "Chrome on macOS"),
    (14, "Edge on Windows"),
    (12, "Safari on macOS"),
    (11, "Firefox on Windows"),
    (7, "Firefox on Linux"),
    (8, "Safari on iPhone"),
    (4, "Chrome on Android"),
];

/// A person and their ways.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) name: PersonName,
    pub(super) email: EmailAddress,
    pub(super) status: UserStatus,
    pub(super) post: Post,
    pub(super) role: Role,
    pub(super) department: &'static str,
    pub(super) location: &'static str,
    pub(super) phone: Option<String>,
    pub(super) fields: FreeFields,
    pub(super) invited_at: DateTime<Utc>,
    pub(super) invited_by: Option<UserId>,
    /// When the invitation was accepted.
    pub(super) joined_at: Option<DateTime<Utc>>,
    /// Why and when, for the suspended; set by the history.
    pub(super) suspended: Option<&'static str>,
    /// Suspended for a while until then; set by the history.
    pub(super) silent_until: Option<DateTime<Utc>>,
    pub(super) last_sign_in_at: Option<DateTime<Utc>>,
    /// When the record was last changed.
    pub(super) changed_at: DateTime<Utc>,
    pub(super) device: &'static str,
    pub(super) address: IpAddr,
    /// Sign-ins in a thousand working days.
    pub(super) habit: i64,
}

impl Person {
    /// The row.
    pub(super) fn row(&self) -> NewUser {
        NewUser {
            id: self.id,
            email: self.email.clone(),
            name: self.name.clone(),
            status: self.status,
            role: self.role,
            department: Some(self.department.to_owned()),
            location: Some(self.location.to_owned()),
            phone: self.phone.clone(),
            fields: self.fields.clone(),
            invited_by: self.invited_by,
            invited_at: self.invited_by.map(|_| self.invited_at),
            last_sign_in_at: self.last_sign_in_at,
            created_at: self.invited_at,
        }
    }
}

/// Everybody, those who are known by name first.
pub(super) fn everybody(company: &Company, custom: RoleId, now: DateTime<Utc>) -> Vec<Person> {
    let mut crowd = Crowd {
        company,
        custom,
        now,
        dice: Dice::named(company.slug),
        taken: company
            .cast
            .iter()
            .map(|known| known.mailbox.to_owned())
            .collect(),
        people: Vec::new(),
    };
    for known in company.cast {
        crowd.known(known);
    }
    for (status, count) in [
        (UserStatus::Invited, company.invited),
        (UserStatus::Suspended, company.suspended),
        (UserStatus::Inactive, company.inactive),
        (UserStatus::Active, company.active),
    ] {
        crowd.fill(status, count);
    }
    crowd.people
}

struct Crowd<'a> {
    company: &'a Company,
    custom: RoleId,
    now: DateTime<Utc>,
    dice: Dice,
    taken: BTreeSet<String>,
    people: Vec<Person>,
}

impl Crowd<'_> {
    fn fill(&mut self, status: UserStatus, count: usize) {
        let there = self
            .people
            .iter()
            .filter(|person| person.status == status)
            .count();
        for _ in there..count {
            self.stranger(status);
        }
    }

    fn known(&mut self, known: &Known) {
        self.add(
            known.name,
            known.mailbox,
            known.role,
            known.status,
            known.department,
        );
    }

    fn stranger(&mut self, status: UserStatus) {
        let rows: Vec<&Names> = NAMES.iter().collect();
        loop {
            let row = usize::try_from(self.dice.below(i64::try_from(rows.len()).unwrap_or(1)))
                .unwrap_or(0);
            let Some(names) = rows.get(row) else { return };
            let (given, family) = (self.dice.one(names.given), self.dice.one(names.family));
            let mailbox = format!("{}.{}", plain(given), plain(family));
            if self.taken.insert(mailbox.clone()) {
                let post = self.dice.weighted(POSTS);
                let department = self.dice.weighted(DEPARTMENTS);
                return self.add(
                    &format!("{given} {family}"),
                    &mailbox,
                    post,
                    status,
                    department,
                );
            }
        }
    }

    fn add(
        &mut self,
        name: &str,
        mailbox: &str,
        post: Post,
        status: UserStatus,
        department: &'static str,
    ) {
        let address = format!("{mailbox}@{}", self.company.mail_domain);
        // The names and addresses are our own; a test counts that none is left out.
        let (Ok(name), Ok(email)) = (PersonName::parse(name), EmailAddress::parse(&address)) else {
            return;
        };
        let place = self.people.len();
        let invited_at = self.arrival(place, status);
        let joined_at = (status != UserStatus::Invited)
            .then(|| invited_at + TimeDelta::minutes(self.dice.between(9, 3 * 24 * 60)))
            .map(|joined| joined.min(self.now - TimeDelta::hours(30)));
        let office = i64::try_from(place.min(OFFICE)).unwrap_or(0);
        let inviter = usize::try_from(self.dice.below(office)).unwrap_or(0);
        let last_sign_in_at = (status == UserStatus::Inactive)
            .then(|| self.now - TimeDelta::minutes(self.dice.between(70 * 24 * 60, 150 * 24 * 60)));
        let person = Person {
            id: UserId::from_uuid(self.dice.uuid(invited_at)),
            name,
            email,
            status,
            post,
            role: match post {
                Post::BuiltIn(role) => Role::BuiltIn(role),
                Post::Custom => Role::Custom(self.custom),
            },
            department,
            location: self.dice.weighted(self.company.locations),
            phone: self.phone(),
            fields: self.fields(place, status),
            invited_at,
            invited_by: self
                .people
                .get(inviter)
                .filter(|_| place > 0)
                .map(|by| by.id),
            joined_at,
            suspended: None,
            silent_until: None,
            last_sign_in_at,
            changed_at: last_sign_in_at.or(joined_at).unwrap_or(invited_at),
            device: self.dice.weighted(DEVICES),
            address: self.address(),
            habit: if place < OFFICE {
                850
            } else {
                self.dice.one(&[15, 30, 45, 60, 90, 140, 260])
            },
        };
        self.people.push(person);
    }

    /// The office was there first; most of the others came before the log begins.
    fn arrival(&mut self, place: usize, status: UserStatus) -> DateTime<Utc> {
        let days = match (place, status) {
            (0, _) => 790,
            (..OFFICE, _) => self.dice.between(700, 780),
            (_, UserStatus::Invited) => self.dice.below(6),
            (_, UserStatus::Inactive) => self.dice.between(200, 690),
            (_, UserStatus::Suspended) => self.dice.between(90, 690),
            _ if self.dice.falls(160) => self.dice.between(5, WINDOW_DAYS - 6),
            _ => self.dice.between(WINDOW_DAYS + 10, 690),
        };
        self.now - TimeDelta::days(days) - TimeDelta::minutes(self.dice.between(35, 400))
    }

    fn phone(&mut self) -> Option<String> {
        let (range, digits) = self.company.phone;
        let number: String = (0..digits)
            .map(|_| char::from(b'0' + u8::try_from(self.dice.below(10)).unwrap_or(0)))
            .collect();
        self.dice.falls(720).then(|| format!("{range}{number}"))
    }

    fn fields(&mut self, place: usize, status: UserStatus) -> FreeFields {
        let number = format!("{}", 1_000 + place * 7);
        let desk = format!(
            "{}.{:02}",
            self.dice.between(1, 6),
            self.dice.between(1, 48)
        );
        if status == UserStatus::Invited {
            return FreeFields::default();
        }
        FreeFields::parse([
            ("Employee number", number.as_str()),
            ("Desk", desk.as_str()),
        ])
        .unwrap_or_default()
    }

    /// Out of the ranges that RFC 5737 and RFC 3849 keep for documentation.
    fn address(&mut self) -> IpAddr {
        let host = u8::try_from(self.dice.between(2, 250)).unwrap_or(2);
        match self.dice.below(6) {
            0 => IpAddr::V6(Ipv6Addr::new(
                0x2001,
                0xdb8,
                0,
                u16::from(host),
                0,
                0,
                0,
                0x1f,
            )),
            1 | 2 => IpAddr::V4(Ipv4Addr::new(203, 0, 113, host)),
            _ => IpAddr::V4(Ipv4Addr::new(198, 51, 100, host)),
        }
    }
}

/// A name as it stands in an address.
fn plain(name: &str) -> String {
    text::fold(name)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::super::tenants::COMPANIES;
    use super::*;

    #[test]
    fn everybody_is_there_and_the_same_each_time() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let custom = RoleId::from_uuid(uuid::Uuid::nil());
        for company in COMPANIES {
            let people = everybody(company, custom, now);
            for (status, count) in [
                (UserStatus::Active, company.active),
                (UserStatus::Invited, company.invited),
                (UserStatus::Suspended, company.suspended),
                (UserStatus::Inactive, company.inactive),
            ] {
                let there = people
                    .iter()
                    .filter(|person| person.status == status)
                    .count();
                assert_eq!(there, count, "{} {status}", company.slug);
            }
            assert_eq!(
                people
                    .iter()
                    .filter(|person| person.role.is_owner())
                    .count(),
                1
            );
            assert!(people.iter().all(|person| {
                person
                    .joined_at
                    .is_none_or(|at| at < now && at > person.invited_at)
            }));
            let again = everybody(company, custom, now);
            assert!(
                people
                    .iter()
                    .zip(&again)
                    .all(|(one, two)| one.id == two.id && one.email == two.email)
            );
        }
    }
}
