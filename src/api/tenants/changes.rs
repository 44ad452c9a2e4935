//! What a change of a tenant changed, in the reference's words: of limits and features, what the tenant has in
//! the end, by its plan and by itself.

use std::collections::BTreeMap;

use services::tenants::{Found, TenantRecord};

use super::change::{Changed, ChangedTenant};

impl ChangedTenant {
    pub(super) fn of(was: &Found, now: &TenantRecord) -> Self {
        let mut all = updated(&was.record, now);
        let limits = |own: &BTreeMap<String, i64>| over(&was.plan.terms.limits, own);
        let (had, has) = (limits(&was.record.limits), limits(&now.limits));
        // Without a number there is no limit.
        let limit =
            |of: &BTreeMap<String, i64>, name: &String| of.get(name).copied().unwrap_or(i64::MAX);
        let differs = |more: bool| {
            let mut names = had.keys().chain(has.keys());
            names.any(|name| match more {
                true => limit(&has, name) > limit(&had, name),
                false => limit(&has, name) < limit(&had, name),
            })
        };
        let had: BTreeMap<String, bool> = was.features.clone().into();
        let has = now.settings.features.over(&was.plan.terms.features);
        let has: BTreeMap<String, bool> = has.into();
        let on =
            |of: &BTreeMap<String, bool>, name: &String| of.get(name).copied().unwrap_or(false);
        let turned = |to: bool| {
            let mut names = had.keys().chain(has.keys());
            names.any(|name| on(&has, name) == to && on(&had, name) != to)
        };
        let told = [
            ("limits_increased", differs(true)),
            ("limits_decreased", differs(false)),
            ("features_enabled", turned(true)),
            ("features_disabled", turned(false)),
        ];
        let told = told.iter().filter(|(_, changed)| *changed);
        all.extend(told.map(|(word, _)| (*word).to_owned()));
        Self {
            tenant: Changed {
                id: now.id.to_string(),
                updated_at: now.updated_at,
                version: now.version,
            },
            changes_applied: all,
            restart_required: false,
        }
    }
}

fn over(plan: &BTreeMap<String, i64>, own: &BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    let mut all = plan.clone();
    all.extend(own.iter().map(|(name, limit)| (name.clone(), *limit)));
    all
}

fn updated(was: &TenantRecord, now: &TenantRecord) -> Vec<String> {
    let (old, new) = (&was.settings, &now.settings);
    let fields = [
        ("name", was.name != now.name),
        ("schema_name", was.alias != now.alias),
        ("timezone", old.timezone != new.timezone),
        ("currency", old.currency != new.currency),
        ("locale", old.locale != new.locale),
        ("date_format", old.date_format != new.date_format),
        ("time_format", old.time_format != new.time_format),
        ("contact", was.contact != now.contact),
        ("product_config", was.product_config != now.product_config),
    ];
    let changed = fields.iter().filter(|(_, changed)| *changed);
    changed.map(|(name, _)| format!("{name}_updated")).collect()
}
