//! What is done to people, one or many: suspending, restoring, deactivating, removing, giving a role,
//! sending an invitation again. One body of rules for a single person and for ten thousand.

use std::collections::{BTreeMap, HashSet};

use domain::permission::ManageUsers;
use domain::{Role, UserId, UserStatus};
use serde_json::{Value as Json, json};
use store::limits::{self, USERS};
use store::users::{self, Step, User};
use store::{StoreError, TenantTx};
use uuid::Uuid;

use super::rules::Doer;
use super::{invitations, reserve_seats, told};
use crate::VerbError;
use crate::audit::{self, Action, Done};
use crate::events::{self, EventKind};
use crate::roles::RoleBook;
use crate::sessions;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed<'a> {
    /// Shut out for now; open sessions end.
    Suspend {
        /// Why; may be empty.
        reason: &'a str,
    },
    /// Let in again.
    Restore,
    /// Give the seat back, keep the record.
    Deactivate,
    /// Take off the list; an invitation is revoked.
    Remove,
    /// Bring back who was removed.
    UndoRemoval,
    /// Give another role.
    GiveRole(Role),
    /// Send the invitation again.
    Resend,
}

/// What came of a deed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Whom it was done to.
    pub done: Vec<(UserId, String)>,
    /// Whom it was not done to, by the reason.
    pub left: BTreeMap<String, Vec<String>>,
}

/// Does it to one person.
///
/// # Errors
/// [`StoreError::NotFound`] for nobody, [`VerbError::Refused`] by a rule, [`VerbError::Conflict`] when
/// the person does not stand where it can be done, no seat left, or the database's.
pub fn one(
    tx: &mut TenantTx<'_, ManageUsers>,
    person: UserId,
    deed: Deed<'_>,
) -> Result<String, VerbError> {
    let mut plan = Plan::make(tx, &[person], deed)?;
    if let Some(left) = plan.left.pop() {
        return Err(left.why.error());
    }
    let outcome = plan.carry_out(tx)?;
    let done = outcome.done.into_iter().next();
    Ok(done.ok_or(StoreError::NotFound)?.1)
}

/// Does it to all of these to whom it can be done, and says why to whom it was not. All of that in this
/// one transaction, in a fixed number of statements.
///
/// # Errors
/// No seats for all of them, or the database's.
pub fn many(
    tx: &mut TenantTx<'_, ManageUsers>,
    people: &[UserId],
    deed: Deed<'_>,
) -> Result<Outcome, VerbError> {
    Plan::make(tx, people, deed)?.carry_out(tx)
}

/// Why somebody is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    /// A rule about who may do what to whom.
    Rule(String),
    /// The person does not stand where it can be done.
    State(String),
    /// There is nobody.
    Nobody,
}

impl Why {
    fn error(self) -> VerbError {
        match self {
            Self::Rule(sentence) => VerbError::Refused(sentence),
            Self::State(sentence) => VerbError::Conflict(sentence),
            Self::Nobody => StoreError::NotFound.into(),
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Rule(sentence) | Self::State(sentence) => sentence.clone(),
            Self::Nobody => "Not there any more.".to_owned(),
        }
    }
}

struct Left {
    name: String,
    why: Why,
}

/// Whom it will be done to, decided while their rows are held.
struct Plan<'a> {
    deed: Deed<'a>,
    book: RoleBook,
    doer: Doer,
    chosen: Vec<User>,
    left: Vec<Left>,
}

impl<'a> Plan<'a> {
    fn make(
        tx: &mut TenantTx<'_, ManageUsers>,
        people: &[UserId],
        deed: Deed<'a>,
    ) -> Result<Self, VerbError> {
        // Owners first and in one order: whoever waits here sees who is left when it goes on.
        let mut owners: HashSet<UserId> = users::lock_owners(tx)?.into_iter().collect();
        let found = users::lock(tx, people)?;
        let book = RoleBook::read(tx)?;
        let doer = Doer::of(tx)?;
        if let Deed::GiveRole(role) = deed
            && !doer.may_give(role, &book)
        {
            return Err(VerbError::Refused(
                "You cannot give a role that allows more than yours.".to_owned(),
            ));
        }
        let taken = taken_addresses(tx, deed, &found)?;
        let missing = people.len().saturating_sub(found.len());
        let mut left: Vec<Left> = (0..missing)
            .map(|_| Left {
                name: String::new(),
                why: Why::Nobody,
            })
            .collect();
        let mut chosen = Vec::with_capacity(found.len());
        for person in found {
            let objection = objection(deed, &person, &doer, &book).or_else(|| {
                last_owner(deed, &person, &owners).or_else(|| address_taken(&person, &taken))
            });
            match objection {
                Some(why) => left.push(Left {
                    name: person.name.to_string(),
                    why,
                }),
                None => {
                    if ends_ownership(deed) {
                        owners.remove(&person.id);
                    }
                    chosen.push(person);
                }
            }
        }
        Ok(Self {
            deed,
            book,
            doer,
            chosen,
            left,
        })
    }

    fn carry_out(self, tx: &mut TenantTx<'_, ManageUsers>) -> Result<Outcome, VerbError> {
        let ids: Vec<UserId> = self.chosen.iter().map(|person| person.id).collect();
        if !ids.is_empty() {
            self.change_rows(tx, &ids)?;
            self.tell(tx)?;
        }
        let mut outcome = Outcome::default();
        for person in self.chosen {
            outcome.done.push((person.id, person.name.to_string()));
        }
        for left in self.left {
            let names = outcome.left.entry(left.why.sentence()).or_default();
            names.push(left.name);
        }
        Ok(outcome)
    }

    fn change_rows(
        &self,
        tx: &mut TenantTx<'_, ManageUsers>,
        ids: &[UserId],
    ) -> Result<(), VerbError> {
        if let Deed::GiveRole(role) = self.deed {
            users::set_role(tx, ids, role)?;
            // A session never outlives the rights that it was begun with.
            sessions::end_all_of(tx, ids)?;
            return Ok(());
        }
        self.move_seats(tx)?;
        let mut steps: BTreeMap<(UserStatus, UserStatus), Vec<UserId>> = BTreeMap::new();
        for person in &self.chosen {
            let to = destination(self.deed, person);
            if to != person.status {
                steps
                    .entry((person.status, to))
                    .or_default()
                    .push(person.id);
            }
        }
        let reason = match self.deed {
            Deed::Suspend { reason } if !reason.is_empty() => Some(reason),
            _ => None,
        };
        for ((from, to), people) in steps {
            users::set_status(tx, &people, Step { from, to, reason })?;
        }
        if matches!(
            self.deed,
            Deed::Suspend { .. } | Deed::Deactivate | Deed::Remove
        ) {
            sessions::end_all_of(tx, ids)?;
        }
        if matches!(
            self.deed,
            Deed::Deactivate | Deed::Remove | Deed::Resend | Deed::Suspend { .. }
        ) {
            users::void_links(tx, ids)?;
        }
        let invited: Vec<UserId> = self
            .chosen
            .iter()
            .filter(|person| destination(self.deed, person) == UserStatus::Invited)
            .map(|person| person.id)
            .collect();
        Ok(invitations::ask_for_letters(tx, &invited, &self.doer)?)
    }

    /// Takes and frees seats, the difference in one statement.
    fn move_seats(&self, tx: &mut TenantTx<'_, ManageUsers>) -> Result<(), VerbError> {
        let holds = |status: UserStatus| i64::from(status.holds_seat());
        let difference: i64 = self
            .chosen
            .iter()
            .map(|person| holds(destination(self.deed, person)) - holds(person.status))
            .sum();
        if difference > 0 {
            reserve_seats(tx, difference)
        } else {
            Ok(limits::release(tx, USERS, -difference)?)
        }
    }

    /// The events and the audit entries, one of each a person; the entries last.
    fn tell(&self, tx: &mut TenantTx<'_, ManageUsers>) -> Result<(), VerbError> {
        let revokes =
            |person: &&User| self.deed == Deed::Remove && person.status == UserStatus::Invited;
        let (revoked, others): (Vec<&User>, Vec<&User>) = self.chosen.iter().partition(revokes);
        for (people, revoked) in [(&revoked, true), (&others, false)] {
            let subjects: Vec<_> = people.iter().map(|person| self.subject(person)).collect();
            events::emit_many(tx, event(self.deed, revoked), &subjects)?;
        }
        for (people, revoked) in [(&revoked, true), (&others, false)] {
            let entries = people.iter().map(|person| self.entry(person)).collect();
            audit::record_many(tx, action(self.deed, revoked), entries)?;
        }
        Ok(())
    }

    fn subject(&self, person: &User) -> (Uuid, Json) {
        let role = match self.deed {
            Deed::GiveRole(role) => role,
            _ => person.role,
        };
        let (email, name) = (person.email.as_str(), person.name.as_str());
        (
            person.id.uuid(),
            told(person.id, email, name, role, &self.book),
        )
    }

    fn entry(&self, person: &User) -> Done {
        let (before, after) = self.difference(person);
        Done {
            id: person.id,
            name: person.name.to_string(),
            before,
            after,
        }
    }

    fn difference(&self, person: &User) -> (Json, Json) {
        match self.deed {
            Deed::GiveRole(role) => (
                json!({ "role": self.book.name(person.role) }),
                json!({ "role": self.book.name(role) }),
            ),
            Deed::Suspend { reason } => (
                json!({ "status": person.status }),
                json!({ "status": UserStatus::Suspended, "reason": reason }),
            ),
            Deed::Resend => (Json::Null, json!({ "email": person.email })),
            _ => (
                json!({ "status": person.status }),
                json!({ "status": destination(self.deed, person) }),
            ),
        }
    }
}

/// Where the deed leads this person.
fn destination(deed: Deed<'_>, person: &User) -> UserStatus {
    match deed {
        Deed::Suspend { .. } => UserStatus::Suspended,
        Deed::Restore => UserStatus::Active,
        Deed::Deactivate => UserStatus::Inactive,
        Deed::Remove => UserStatus::Removed,
        Deed::UndoRemoval => person.status_before.unwrap_or(UserStatus::Inactive),
        Deed::GiveRole(_) | Deed::Resend => person.status,
    }
}

fn objection(deed: Deed<'_>, person: &User, doer: &Doer, book: &RoleBook) -> Option<Why> {
    use UserStatus::{Active, Inactive, Invited, Removed, Suspended};
    let name = &person.name;
    let own = doer.id == Some(person.id);
    let undoes = deed == Deed::UndoRemoval;
    if person.status == Removed && !undoes {
        return Some(Why::Nobody);
    }
    if !doer.may_touch(person.role, book) {
        let sentence = if person.role.is_owner() {
            "Only an owner can do this to an owner."
        } else {
            "They may do more than you."
        };
        return Some(Why::Rule(sentence.to_owned()));
    }
    let takes_away = matches!(deed, Deed::Suspend { .. } | Deed::Deactivate | Deed::Remove);
    if own && takes_away {
        return Some(Why::Rule("You cannot do this to yourself.".to_owned()));
    }
    let fits = match deed {
        Deed::Suspend { .. } => person.status == Active,
        Deed::Restore => matches!(person.status, Suspended | Inactive),
        Deed::Deactivate => matches!(person.status, Active | Suspended),
        Deed::Remove => true,
        Deed::UndoRemoval => person.status == Removed,
        Deed::Resend => person.status == Invited,
        Deed::GiveRole(role) => {
            if person.role == role {
                let sentence = format!("Already {}.", book.name(role));
                return Some(Why::State(sentence));
            }
            true
        }
    };
    (!fits).then(|| match (undoes, person.status) {
        (true, _) => Why::State(format!("{name} was brought back already.")),
        (false, status) => Why::State(format!("Cannot be done to somebody who is {status}.")),
    })
}

/// Whether the deed leaves an owner without being one who is active.
fn ends_ownership(deed: Deed<'_>) -> bool {
    match deed {
        Deed::Suspend { .. } | Deed::Deactivate | Deed::Remove => true,
        Deed::GiveRole(role) => !role.is_owner(),
        Deed::Restore | Deed::UndoRemoval | Deed::Resend => false,
    }
}

fn last_owner(deed: Deed<'_>, person: &User, owners: &HashSet<UserId>) -> Option<Why> {
    let last = owners.len() == 1 && owners.contains(&person.id);
    (last && ends_ownership(deed))
        .then(|| Why::Rule("The last owner stays: make somebody else an owner first.".to_owned()))
}

/// The addresses of those to be brought back that somebody else has by now.
fn taken_addresses(
    tx: &mut TenantTx<'_, ManageUsers>,
    deed: Deed<'_>,
    found: &[User],
) -> Result<HashSet<String>, StoreError> {
    if deed != Deed::UndoRemoval {
        return Ok(HashSet::new());
    }
    let addresses: Vec<_> = found.iter().map(|person| &person.email).collect();
    let known = users::by_addresses(tx, &addresses)?;
    Ok(known.into_iter().map(|known| known.email_folded).collect())
}

fn address_taken(person: &User, taken: &HashSet<String>) -> Option<Why> {
    let sentence = "Somebody else has the address by now.";
    taken
        .contains(&person.email.folded())
        .then(|| Why::State(sentence.to_owned()))
}

const fn action(deed: Deed<'_>, revoked: bool) -> Action {
    match deed {
        Deed::Suspend { .. } => Action::UserSuspended,
        Deed::Restore => Action::UserRestored,
        Deed::Deactivate => Action::UserDeactivated,
        Deed::Remove if revoked => Action::InvitationRevoked,
        Deed::Remove => Action::UserRemoved,
        Deed::UndoRemoval => Action::UserRemovalUndone,
        Deed::GiveRole(_) => Action::UserRoleChanged,
        Deed::Resend => Action::InvitationResent,
    }
}

const fn event(deed: Deed<'_>, revoked: bool) -> EventKind {
    match deed {
        Deed::Suspend { .. } => EventKind::UserSuspended,
        Deed::Restore => EventKind::UserRestored,
        Deed::Deactivate => EventKind::UserDeactivated,
        Deed::Remove if revoked => EventKind::InvitationRevoked,
        Deed::Remove => EventKind::UserRemoved,
        Deed::UndoRemoval => EventKind::UserRemovalUndone,
        Deed::GiveRole(_) => EventKind::UserRoleChanged,
        Deed::Resend => EventKind::InvitationResent,
    }
}
