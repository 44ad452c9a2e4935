//! How long ago or ahead a moment is, as seen from the answer.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::{Format, words};

impl Format {
    /// `Now`, `4 min ago`, `3 h ago`, `Yesterday`, `12 Nov`, `12 Nov 2024`; `in 6 days` ahead.
    #[must_use]
    pub fn relative(&self, at: DateTime<Utc>) -> String {
        let (words, past) = (words::words(self.writing.locale), self.now - at);
        if past < TimeDelta::zero() {
            return self.ahead(at, -past);
        }
        if past < TimeDelta::minutes(1) {
            return words.now.into();
        }
        if past < TimeDelta::hours(1) {
            return words::with(words.minutes_ago, past.num_minutes());
        }
        let (today, day) = self.days(at);
        if day == today || past < TimeDelta::hours(6) {
            return words::with(words.hours_ago, past.num_hours());
        }
        if today.pred_opt() == Some(day) {
            return words.yesterday.into();
        }
        if day.year() == today.year() {
            self.day_short(day)
        } else {
            self.day(day)
        }
    }

    /// The same, and `Never` for what has not happened.
    #[must_use]
    pub fn relative_or_never(&self, at: Option<DateTime<Utc>>) -> String {
        at.map_or_else(
            || words::words(self.writing.locale).never.into(),
            |at| self.relative(at),
        )
    }

    fn ahead(&self, at: DateTime<Utc>, left: TimeDelta) -> String {
        let words = words::words(self.writing.locale);
        if left < TimeDelta::minutes(1) {
            return words.soon.into();
        }
        if left < TimeDelta::hours(1) {
            return words::with(words.in_minutes, left.num_minutes());
        }
        if left < TimeDelta::hours(24) {
            return words::with(words.in_hours, left.num_hours());
        }
        if left < TimeDelta::days(14) {
            let days = left.num_days();
            let told = if days == 1 {
                words.in_a_day
            } else {
                words.in_days
            };
            return words::with(told, days);
        }
        words::with(words.on, self.date(at))
    }

    fn days(&self, at: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
        (
            self.writing.local(self.now).date_naive(),
            self.writing.local(at).date_naive(),
        )
    }
}
