//! How a log is narrowed down, a tenant's and the platform's alike.

use chrono::{DateTime, Utc};
use domain::{
    FieldErrors, JobId, KeyId, LetterId, RoleId, SessionId, StaffId, TenantId, UserId, VisitId,
};
use services::VerbError;
use services::audit::Outcome as AuditOutcome;
use services::audit::log::Filter;
use uuid::Uuid;

const MAX_WORDS: usize = 100;

/// What is asked of a log, as it came.
pub(in crate::api) struct Asked<'a> {
    pub(in crate::api) actor: Option<&'a str>,
    pub(in crate::api) target: Option<&'a str>,
    pub(in crate::api) action: Option<&'a str>,
    pub(in crate::api) outcome: Option<&'a str>,
    pub(in crate::api) from: Option<DateTime<Utc>>,
    pub(in crate::api) to: Option<DateTime<Utc>>,
    pub(in crate::api) search: Option<&'a str>,
}

impl Asked<'_> {
    /// The filter, or everything that is wrong; `known` says which actions this log has.
    pub(in crate::api) fn read(&self, known: fn(&str) -> bool) -> Result<Filter, VerbError> {
        let mut errors = FieldErrors::new();
        let thing = |text: Option<&str>| text.map(|text| uuid(text).ok_or(())).transpose();
        let (actor, target) = (thing(self.actor), thing(self.target));
        if actor.is_err() {
            errors.add("actor", "Send the id of whoever did it: a person or a key.");
        }
        if target.is_err() {
            errors.add("target", "Send the id of the thing that it was done to.");
        }
        if self.action.is_some_and(|key| !known(key)) {
            errors.add("action", "There is no such action.");
        }
        if self
            .outcome
            .is_some_and(|key| AuditOutcome::from_key(key).is_none())
        {
            errors.add("outcome", "Choose one of done, refused.");
        }
        let words = self.search.filter(|words| !words.is_empty());
        if words.is_some_and(|words| words.chars().count() > MAX_WORDS || words.contains('\0')) {
            let sentence = format!("Search for at most {MAX_WORDS} plain characters.");
            errors.add("search", sentence);
        }
        errors.into_result()?;
        Ok(Filter {
            actor: actor.unwrap_or_default(),
            actions: self.action.map(ToOwned::to_owned).into_iter().collect(),
            target: target.unwrap_or_default(),
            outcome: self.outcome.map(ToOwned::to_owned),
            from: self.from,
            to: self.to,
            words: words.map(ToOwned::to_owned),
        })
    }
}

/// The bits of an identifier of any kind that a log names.
fn uuid(text: &str) -> Option<Uuid> {
    let prefixes = [
        UserId::PREFIX,
        KeyId::PREFIX,
        RoleId::PREFIX,
        SessionId::PREFIX,
        StaffId::PREFIX,
        TenantId::PREFIX,
        VisitId::PREFIX,
        JobId::PREFIX,
        LetterId::PREFIX,
    ];
    let mut all = prefixes.iter();
    all.find_map(|prefix| domain::ids::uuid_of(prefix, text))
}
