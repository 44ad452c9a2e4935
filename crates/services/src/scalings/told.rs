//! What is said of an asking: in the platform's log, in the tenant's, by events and letters, all in the transaction of what
//! happened. The words of limits and prices are here, for letters and pages.

use domain::staff::ManageTenants;
use domain::{Locale, ScalingBilling, ScalingState, UserId, plan};
use serde_json::{Map, Value as Json, json};
use store::StaffTx;
use store::catalogue::{Scaling, TenantRecord};

use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
pub(super) use crate::letters::Became;
use crate::letters::ScalingNews;
use crate::platform_audit::{self, Action, Entry, Target};
use crate::tenants::Doer;
use crate::tenants::note::{self, Note};
use crate::tenants::notices::Told;
use crate::tenants::plan_differences::amount;

/// Somebody asked.
pub(super) fn asked(
    tx: &mut StaffTx<'_, ManageTenants>,
    record: &TenantRecord,
    scaling: &Scaling,
    by: &Doer,
) -> Result<(), VerbError> {
    ended(tx, record, scaling, (Action::ScalingAsked, by))
}

/// The tenant's side or the platform's did something of which nobody needs a letter.
pub(super) fn ended(
    tx: &mut StaffTx<'_, ManageTenants>,
    record: &TenantRecord,
    scaling: &Scaling,
    (action, by): (Action, &Doer),
) -> Result<(), VerbError> {
    tell(tx, record, scaling, (action, by), None)
}

/// The platform decided, or it is done.
pub(super) fn decided(
    tx: &mut StaffTx<'_, ManageTenants>,
    record: &TenantRecord,
    scaling: &Scaling,
    action: Action,
    letter: Option<Became>,
) -> Result<(), VerbError> {
    let letter = letter.map(|became| {
        let locale = record.settings.locale;
        Told::Scaling(Box::new(ScalingNews {
            became,
            lines: lines(scaling, locale),
            price: bill(&scaling.billing, locale),
            reason: scaling.reason.clone(),
            due_at: scaling
                .due_at
                .filter(|_| scaling.state == ScalingState::Approved),
            asker: asker(scaling),
        }))
    });
    tell(tx, record, scaling, (action, &Doer::Platform), letter)
}

fn tell(
    tx: &mut StaffTx<'_, ManageTenants>,
    record: &TenantRecord,
    scaling: &Scaling,
    (action, by): (Action, &Doer),
    letter: Option<Told>,
) -> Result<(), VerbError> {
    let (event, in_the_tenant) = match action {
        Action::ScalingAsked => (EventKind::ScalingAsked, TenantAction::ScalingAsked),
        Action::ScalingApproved => (EventKind::ScalingApproved, TenantAction::ScalingApproved),
        Action::ScalingDeclined => (EventKind::ScalingDeclined, TenantAction::ScalingDeclined),
        Action::ScalingWithdrawn => (EventKind::ScalingWithdrawn, TenantAction::ScalingWithdrawn),
        _ => (EventKind::ResourcesScaled, TenantAction::ScalingDone),
    };
    let data = data(scaling);
    let note = Note {
        event,
        action: in_the_tenant,
        before: json!({}),
        after: data.clone(),
        by,
        limits: false,
        letter,
    };
    note::tell(tx, record, note)?;
    let target = Target::tenant(record.id, &*record.name);
    let entry = Entry::done(action, target).after(data);
    Ok(platform_audit::record(tx, entry)?)
}

/// What subscribers and logs are told.
fn data(scaling: &Scaling) -> Json {
    let resources: Map<String, Json> = scaling
        .target
        .iter()
        .map(|(resource, to)| {
            let from = scaling.from.get(resource);
            (resource.clone(), json!({ "from": from, "to": to }))
        })
        .collect();
    json!({
        "scaling_id": scaling.id,
        "resources": resources,
        "strategy": scaling.strategy,
        "due_at": scaling.due_at,
        "reason": scaling.reason,
    })
}

/// The person of the tenant who asked.
fn asker(scaling: &Scaling) -> Option<UserId> {
    let person = scaling.asked_by.kind == "person";
    scaling
        .asked_by
        .id
        .filter(|_| person)
        .map(UserId::from_uuid)
}

/// Each limit with what it was and is to be.
pub(super) fn lines(scaling: &Scaling, locale: Locale) -> Vec<String> {
    let lines = scaling.target.iter().map(|(resource, to)| {
        let from = scaling.from.get(resource).copied();
        line(resource, from, *to, locale)
    });
    lines.collect()
}

/// One limit with what it was and is to be: `Users: 2,000 instead of 1,000`.
#[must_use]
pub fn line(resource: &str, from: Option<i64>, to: i64, locale: Locale) -> String {
    let from = from.map_or_else(|| "no limit".to_owned(), |from| locale.number(from));
    format!(
        "{}: {} instead of {from}",
        plan::title(resource),
        locale.number(to)
    )
}

/// What it does to the bill, in a sentence or two.
#[must_use]
pub fn bill(billing: &ScalingBilling, locale: Locale) -> String {
    let (Some(monthly), Some(today)) = (billing.monthly_cents, billing.today_cents) else {
        let open: Vec<String> = billing.by_agreement().map(plan::title).collect();
        return format!(
            "The price is by agreement: your plan has none for {}.",
            open.join(", ")
        );
    };
    let money = |cents: i64| amount(cents.saturating_abs(), &billing.currency, locale);
    let monthly = match monthly {
        0 => return "It costs nothing more.".to_owned(),
        more @ 1.. => format!("{} more a month", money(more)),
        less => format!("{} less a month", money(less)),
    };
    match today {
        0 => format!("{monthly}, and nothing for the rest of this one."),
        more @ 1.. => format!("{monthly}, and {} for the rest of this one.", money(more)),
        less => format!(
            "{monthly}, and {} back for the rest of this one.",
            money(less)
        ),
    }
}
