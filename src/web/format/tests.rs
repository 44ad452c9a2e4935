//! Each locale writes its way, and a tenant's patterns go before.

#![allow(clippy::unwrap_used, reason = "a failed test should say where")]

use domain::TimeZone;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn format(locale: Locale, zone: &str) -> Format {
    Format::new(
        Writing::of(locale, TimeZone::parse(zone).unwrap()),
        at("2025-11-21T14:02:11Z"),
    )
}

#[test]
fn each_locale_writes_numbers_its_way() {
    for (locale, part) in [
        (Locale::EnUs, "1,234.50"),
        (Locale::DeDe, "1.234,50"),
        (Locale::DeCh, "1’234.50"),
        (Locale::FrFr, "1\u{202f}234,50"),
    ] {
        assert_eq!(format(locale, "UTC").decimal(1234.5, 2), part, "{locale:?}");
    }
    assert_eq!(format(Locale::EnGb, "UTC").decimal(-0.001, 1), "0.0");
    assert_eq!(format(Locale::EnGb, "UTC").percent(0.125, 1), "12.5\u{a0}%");
}

#[test]
fn each_locale_writes_dates_its_way_in_the_reader_s_zone() {
    let moment = at("2025-11-21T23:30:00Z");
    assert_eq!(
        format(Locale::EnGb, "UTC").date_time(moment),
        "21 Nov 2025, 23:30"
    );
    assert_eq!(
        format(Locale::EnUs, "UTC").date_time(moment),
        "Nov 21, 2025, 11:30\u{a0}PM"
    );
    assert_eq!(
        format(Locale::DeDe, "Europe/Berlin").date(moment),
        "22. Nov 2025"
    );
    assert_eq!(
        format(Locale::DeDe, "Europe/Berlin").utc(moment),
        "21. Nov 2025, 23:30:00 UTC"
    );
}

#[test]
fn months_weekdays_and_words_of_time_are_the_reader_s() {
    for (locale, day, ago, before, after) in [
        (
            Locale::EnGb,
            "Tue 4 Mar",
            "4 min ago",
            "Yesterday",
            "in 7 days",
        ),
        (
            Locale::EnUs,
            "Tue Mar 4",
            "4 min ago",
            "Yesterday",
            "in 7 days",
        ),
        (
            Locale::DeDe,
            "Di 4. Mär",
            "vor 4 Min.",
            "Gestern",
            "in 7 Tagen",
        ),
        (
            Locale::FrFr,
            "mar. 4 mars",
            "il y a 4 min",
            "Hier",
            "dans 7 jours",
        ),
        (Locale::JaJp, "火 3月4日", "4分前", "昨日", "7日後"),
    ] {
        let f = format(locale, "UTC");
        let march = NaiveDate::from_ymd_opt(2025, 3, 4).unwrap();
        assert_eq!(f.weekday(march), day, "{locale}");
        assert_eq!(f.relative(at("2025-11-21T13:58:00Z")), ago, "{locale}");
        assert_eq!(f.relative(at("2025-11-20T07:30:00Z")), before, "{locale}");
        assert_eq!(f.relative(at("2025-11-28T15:00:00Z")), after, "{locale}");
    }
    for locale in Locale::ALL {
        let f = format(*locale, "UTC");
        for month in 1..=12 {
            let told = f.day(NaiveDate::from_ymd_opt(2025, month, 9).unwrap());
            assert!(
                told.contains("2025") && told.contains('9'),
                "{locale}: {told}"
            );
            assert!(!told.contains("  "), "{locale}: {told}");
        }
    }
}

#[test]
fn the_past_and_the_future_are_told_from_here() {
    let f = format(Locale::EnGb, "Europe/London");
    for (moment, told) in [
        ("2025-11-21T14:02:10Z", "Now"),
        ("2025-11-21T13:58:00Z", "4 min ago"),
        ("2025-11-21T09:30:00Z", "4 h ago"),
        ("2025-11-20T09:30:00Z", "Yesterday"),
        ("2025-11-12T09:30:00Z", "12 Nov"),
        ("2024-11-12T09:30:00Z", "12 Nov 2024"),
        ("2025-11-21T14:32:12Z", "in 30 min"),
        ("2025-11-28T15:00:00Z", "in 7 days"),
        ("2026-11-28T15:00:00Z", "on 28 Nov 2026"),
    ] {
        assert_eq!(f.relative(at(moment)), told, "{moment}");
    }
    assert_eq!(f.relative_or_never(None), "Never");
}

#[test]
fn a_tenants_patterns_write_every_date_of_a_page() {
    let berlin = Writing::of(Locale::DeDe, TimeZone::parse("Europe/Berlin").unwrap());
    let writing = Writing {
        patterns: Some(domain::Patterns::stored("%d.%m.%Y", "%H:%M Uhr")),
        ..berlin
    };
    let f = Format::new(writing, at("2025-11-21T14:02:11Z"));
    let moment = at("2025-11-12T23:30:00Z");
    assert_eq!(f.date(moment), "13.11.2025");
    assert_eq!(f.time(moment), "00:30 Uhr");
    assert_eq!(f.date_time(moment), "13.11.2025, 00:30 Uhr");
    assert_eq!(f.utc(moment), "12.11.2025, 23:30:00 UTC");
    assert_eq!(f.relative(moment), "13.11.");
    assert_eq!(f.relative(at("2024-11-12T09:30:00Z")), "12.11.2024");
    assert_eq!(f.relative(at("2025-11-21T13:58:00Z")), "vor 4 Min.");
    assert_eq!(f.relative(at("2026-11-28T15:00:00Z")), "am 28.11.2026");
}
