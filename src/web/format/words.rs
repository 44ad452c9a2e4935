//! The words of time of each language.

use std::fmt::Display;

use domain::Locale;

/// What a moment is called as seen from now; `{}` is the number, or the date.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) now: &'static str,
    pub(super) minutes_ago: &'static str,
    pub(super) hours_ago: &'static str,
    pub(super) yesterday: &'static str,
    pub(super) never: &'static str,
    pub(super) soon: &'static str,
    pub(super) in_minutes: &'static str,
    pub(super) in_hours: &'static str,
    pub(super) in_a_day: &'static str,
    pub(super) in_days: &'static str,
    pub(super) on: &'static str,
}

/// The sentence with this number or date in it.
pub(super) fn with(sentence: &str, value: impl Display) -> String {
    sentence.replacen("{}", &value.to_string(), 1)
}

/// The words of the locale's language.
pub(super) const fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::EnUs | Locale::EnGb => &ENGLISH,
        Locale::DeDe | Locale::DeCh => &GERMAN,
        Locale::FrFr => &FRENCH,
        Locale::EsEs => &SPANISH,
        Locale::ItIt => &ITALIAN,
        Locale::NlNl => &DUTCH,
        Locale::PlPl => &POLISH,
        Locale::PtBr => &PORTUGUESE,
        Locale::SvSe => &SWEDISH,
        Locale::JaJp => &JAPANESE,
    }
}

static ENGLISH: Words = Words {
    now: "Now",
    minutes_ago: "{} min ago",
    hours_ago: "{} h ago",
    yesterday: "Yesterday",
    never: "Never",
    soon: "in a moment",
    in_minutes: "in {} min",
    in_hours: "in {} h",
    in_a_day: "in {} day",
    in_days: "in {} days",
    on: "on {}",
};

static GERMAN: Words = Words {
    now: "Jetzt",
    minutes_ago: "vor {} Min.",
    hours_ago: "vor {} Std.",
    yesterday: "Gestern",
    never: "Nie",
    soon: "gleich",
    in_minutes: "in {} Min.",
    in_hours: "in {} Std.",
    in_a_day: "in {} Tag",
    in_days: "in {} Tagen",
    on: "am {}",
};

static FRENCH: Words = Words {
    now: "À l’instant",
    minutes_ago: "il y a {} min",
    hours_ago: "il y a {} h",
    yesterday: "Hier",
    never: "Jamais",
    soon: "dans un instant",
    in_minutes: "dans {} min",
    in_hours: "dans {} h",
    in_a_day: "dans {} jour",
    in_days: "dans {} jours",
    on: "le {}",
};

static SPANISH: Words = Words {
    now: "Ahora",
    minutes_ago: "hace {} min",
    hours_ago: "hace {} h",
    yesterday: "Ayer",
    never: "Nunca",
    soon: "en un momento",
    in_minutes: "en {} min",
    in_hours: "en {} h",
    in_a_day: "en {} día",
    in_days: "en {} días",
    on: "el {}",
};

static ITALIAN: Words = Words {
    now: "Ora",
    minutes_ago: "{} min fa",
    hours_ago: "{} h fa",
    yesterday: "Ieri",
    never: "Mai",
    soon: "tra un momento",
    in_minutes: "tra {} min",
    in_hours: "tra {} h",
    in_a_day: "tra {} giorno",
    in_days: "tra {} giorni",
    on: "il {}",
};

static DUTCH: Words = Words {
    now: "Nu",
    minutes_ago: "{} min geleden",
    hours_ago: "{} u geleden",
    yesterday: "Gisteren",
    never: "Nooit",
    soon: "zo meteen",
    in_minutes: "over {} min",
    in_hours: "over {} u",
    in_a_day: "over {} dag",
    in_days: "over {} dagen",
    on: "op {}",
};

static POLISH: Words = Words {
    now: "Teraz",
    minutes_ago: "{} min temu",
    hours_ago: "{} godz. temu",
    yesterday: "Wczoraj",
    never: "Nigdy",
    soon: "za chwilę",
    in_minutes: "za {} min",
    in_hours: "za {} godz.",
    in_a_day: "za {} dzień",
    in_days: "za {} dni",
    on: "{}",
};

static PORTUGUESE: Words = Words {
    now: "Agora",
    minutes_ago: "há {} min",
    hours_ago: "há {} h",
    yesterday: "Ontem",
    never: "Nunca",
    soon: "em instantes",
    in_minutes: "em {} min",
    in_hours: "em {} h",
    in_a_day: "em {} dia",
    in_days: "em {} dias",
    on: "em {}",
};

static SWEDISH: Words = Words {
    now: "Nu",
    minutes_ago: "för {} min sedan",
    hours_ago: "för {} tim sedan",
    yesterday: "I går",
    never: "Aldrig",
    soon: "om en stund",
    in_minutes: "om {} min",
    in_hours: "om {} tim",
    in_a_day: "om {} dag",
    in_days: "om {} dagar",
    on: "den {}",
};

static JAPANESE: Words = Words {
    now: "たった今",
    minutes_ago: "{}分前",
    hours_ago: "{}時間前",
    yesterday: "昨日",
    never: "なし",
    soon: "まもなく",
    in_minutes: "{}分後",
    in_hours: "{}時間後",
    in_a_day: "{}日後",
    in_days: "{}日後",
    on: "{}",
};
