//! What an address asks for, with sense and without.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

type Asked = super::Asked<OfTenant>;

#[test]
fn a_day_begins_where_the_reader_is() {
    let asked = Asked::read("from=2026-11-21&to=2026-11-21&action=user.invited&action=nonsense");
    let filter = asked.filter(TimeZone::parse("America/New_York").unwrap());
    assert_eq!(
        filter.from.unwrap().to_rfc3339(),
        "2026-11-21T05:00:00+00:00"
    );
    assert_eq!(filter.to.unwrap().to_rfc3339(), "2026-11-22T05:00:00+00:00");
    assert_eq!(filter.actions, ["user.invited"]);
}

#[test]
fn nonsense_narrows_nothing() {
    for query in [
        "",
        "page=x",
        "q=%00",
        "actor=user_x&target=tenant_1",
        "from=soon&to=99999-99-99",
        "outcome=maybe",
        "%ff=%",
        "action=a&page=1&page=2",
    ] {
        let filter = Asked::read(query).filter(TimeZone::UTC);
        assert!(
            filter.actor.is_none() && filter.target.is_none() && filter.from.is_none(),
            "{query}"
        );
        assert!(
            filter.to.is_none() && filter.words.is_none() && filter.outcome.is_none(),
            "{query}"
        );
        assert!(filter.actions.is_empty(), "{query}");
    }
}

#[test]
fn links_keep_the_whole_question() {
    let query = "q=a%26b&action=user.invited&action=user.removed&outcome=done&from=2026-01-01";
    assert_eq!(
        Asked::read(query).address("/audit").href(),
        format!("/audit?{query}")
    );
    assert!(Asked::read("page=2").is_everything() && !Asked::read(query).is_everything());
}
