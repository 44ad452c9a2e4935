//! What was noted, against a naive model.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use domain::Sharer;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const ZONES: [&str; 5] = [
    "UTC",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/New_York",
    "Australia/Lord_Howe",
];

fn tenant(number: u8) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(u128::from(number)))
}

fn zones() -> HashMap<TenantId, TimeZone> {
    let zones = (0..5).zip(ZONES);
    zones
        .map(|(number, zone)| (tenant(number), zone.parse().unwrap()))
        .collect()
}

proptest! {
    /// Whatever happens when, hours and days of each tenant's own clock hold what a list of all of it holds.
    #[test]
    fn sums_are_those_of_a_naive_model(
        // Around the day on which New York puts its clocks back.
        events in prop::collection::vec((0_u8..6, 0_i64..200_000, 0_i64..1_000, 0_usize..2), 0..200),
    ) {
        let start: DateTime<Utc> = "2026-10-31T00:00:00Z".parse().unwrap();
        let meters = [Meter::API_CALLS, Meter::PAGE_VIEWS];
        let (mut buffer, zones) = (Buffer::default(), zones());
        let (mut hours, mut days) = (BTreeMap::new(), BTreeMap::new());
        let (mut peaks, mut parts) = (BTreeMap::new(), BTreeMap::new());
        for (number, seconds, amount, meter) in events {
            let (tenant, at) = (tenant(number), start + TimeDelta::seconds(seconds));
            let meter = &meters[meter];
            buffer.add(tenant, at, meter, 0, amount);
            buffer.level(tenant, at, meter, amount);
            let who = Who { kind: Sharer::Endpoint, id: "/".to_owned() };
            buffer.share(tenant, at, meter, &who, amount);
            // The sixth is no tenant.
            let Some(zone) = zones.get(&tenant) else { continue };
            let hour = at.duration_trunc(TimeDelta::hours(1)).unwrap();
            let day = at.with_timezone(&zone.tz()).date_naive();
            let name = meter.as_str().to_owned();
            if amount > 0 {
                *hours.entry((tenant.uuid(), name.clone(), hour, 0)).or_insert(0) += amount;
                *days.entry((tenant.uuid(), name.clone(), day, 0)).or_insert(0) += amount;
            }
            let peak = peaks.entry((tenant.uuid(), name.clone(), day, 0)).or_insert(0);
            *peak = amount.max(*peak);
            *parts.entry((tenant.uuid(), day, name)).or_insert(0) += amount;
        }
        let rows = buffer.take().rows(&zones);
        prop_assert_eq!(rows.hours, model(hours));
        prop_assert_eq!(rows.days, model(days));
        prop_assert_eq!(rows.level_days, model(peaks));
        let told: BTreeMap<_, _> = rows
            .shares
            .into_iter()
            .map(|(tenant, day, meter, _, _, amount)| ((tenant.uuid(), day, meter), amount))
            .collect();
        prop_assert_eq!(told, parts);
        prop_assert!(buffer.is_empty());
    }
}

fn model<T: Ord + Copy>(of: BTreeMap<(Uuid, String, T, i16), i64>) -> Amounts<T> {
    of.into_iter()
        .map(|((tenant, meter, at, part), amount)| {
            (TenantId::from_uuid(tenant), meter, at, part, amount)
        })
        .collect()
}

#[test]
fn what_has_no_room_is_counted_and_what_is_known_goes_on() {
    let (mut buffer, at) = (Buffer::default(), DateTime::UNIX_EPOCH);
    for piece in 0..MOST {
        let who = Who {
            kind: Sharer::User,
            id: piece.to_string(),
        };
        buffer.share(tenant(1), at, &Meter::PAGE_VIEWS, &who, 1);
    }
    buffer.add(tenant(1), at, &Meter::PAGE_VIEWS, 0, 5);
    assert_eq!(buffer.lost.map(|loss| loss.amount), Some(1));
    let known = Who {
        kind: Sharer::User,
        id: "0".to_owned(),
    };
    buffer.share(tenant(1), at, &Meter::PAGE_VIEWS, &known, 1);
    assert_eq!(buffer.lost.map(|loss| loss.amount), Some(1));
    assert_eq!(buffer.take().len(), MOST);
}
