//! What the owners of a tenant are told of its life: it rests, it is open again, it is to go, its trial ends.

use chrono::{DateTime, Utc};

use super::Links;
use super::scaling::{self, ScalingNews};
use super::words::{Button, Said};

/// What became of the tenant, or will.
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    /// The platform closed it for now.
    Suspended {
        /// Why.
        reason: &'a str,
    },
    /// It is open again.
    Reactivated,
    /// It is closed and will be deleted.
    Closing {
        /// Which of its owners closed it; none where the platform did.
        by: Option<&'a str>,
        /// When it will be deleted.
        delete_at: DateTime<Utc>,
        /// The path of this owner's link to keep it.
        path: Option<&'a str>,
    },
    /// It will not be deleted.
    Kept {
        /// Which of its owners kept it; none where the platform did.
        by: Option<&'a str>,
        /// Whether it is closed all the same, as it was before.
        resting: bool,
    },
    /// Its trial ends soon.
    TrialEnding {
        /// When.
        ends_at: DateTime<Utc>,
    },
    /// Its trial is over.
    TrialEnded,
    /// A limit is near or reached.
    Limit {
        /// What is limited, as it is shown.
        resource: &'a str,
        /// In use.
        used: i64,
        /// What was agreed on.
        limit: i64,
        /// The threshold that was passed, in hundredths of the limit.
        percent: i16,
    },
    /// Its plan has other terms from now on.
    TermsChanged {
        /// The plan, by name.
        plan: &'a str,
        /// What is different, a line each.
        changes: &'a [String],
    },
    /// What became of limits that it asked for.
    Scaling(&'a ScalingNews),
    /// To the staff: a tenant asks for other limits.
    ScalingAsked {
        /// Which, by name.
        asks: &'a str,
        /// Each limit with what it was and is to be.
        lines: &'a [String],
        /// What it does to the bill.
        price: &'a str,
    },
    /// A limit of its own ends soon.
    LimitEnding {
        /// Of what.
        what: &'a str,
        /// How much there may be until then.
        limit: &'a str,
        /// How much from then on.
        then: &'a str,
        /// When.
        ends_at: DateTime<Utc>,
    },
    /// A limit of its own has ended.
    LimitEnded {
        /// Of what.
        what: &'a str,
        /// How much there may be now.
        limit: &'a str,
    },
}

impl Notice<'_> {
    /// As the outbox names it.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Suspended { .. } => "tenant_suspended",
            Self::Reactivated => "tenant_reactivated",
            Self::Closing { .. } => "tenant_closing",
            Self::Kept { .. } => "tenant_kept",
            Self::TrialEnding { .. } => "trial_ending",
            Self::TrialEnded => "trial_ended",
            Self::Limit { .. } => "limit_near",
            Self::TermsChanged { .. } => "plan_terms_changed",
            Self::Scaling(news) => scaling::key(news.became),
            Self::ScalingAsked { .. } => "scaling_asked",
            Self::LimitEnding { .. } => "limit_ending",
            Self::LimitEnded { .. } => "limit_ended",
        }
    }

    pub(super) fn words(&self, links: &Links) -> Said {
        let tenant = links.tenant_name.as_str();
        let button = |label, path| {
            Some(Button {
                label,
                address: links.to(path),
            })
        };
        match self {
            Self::Suspended { reason } => (
                format!("{tenant} is suspended"),
                vec![
                    format!("Whoever runs this portal has suspended {tenant}. Reason: {reason}"),
                    "Nobody can sign in, and keys and jobs rest. Nothing is lost.".to_owned(),
                ],
                None,
                "To have it opened again, write to whoever runs this portal for you.".to_owned(),
            ),
            Self::Reactivated => (
                format!("{tenant} is open again"),
                vec!["Everybody can sign in again, and everything is as it was.".to_owned()],
                button("Open the portal", "/"),
                String::new(),
            ),
            Self::Closing {
                by,
                delete_at,
                path,
            } => closing(links, *by, *delete_at, *path),
            Self::Kept { by, resting } => (
                format!("{tenant} stays"),
                vec![
                    format!(
                        "{} took back the deletion of {tenant}.",
                        by.unwrap_or("Whoever runs this portal")
                    ),
                    if *resting {
                        "It is suspended still, as it was before: nobody can sign in.".to_owned()
                    } else {
                        "Everybody can sign in again, and everything is as it was.".to_owned()
                    },
                ],
                button("Open the portal", "/").filter(|_| !resting),
                String::new(),
            ),
            Self::TrialEnding { ends_at } => (
                format!("The trial of {tenant} ends soon"),
                vec![format!(
                    "The trial of {tenant} ends on {}. From then on nobody can work there until an owner or admin has chosen a plan. Nothing is lost.",
                    links.moment(*ends_at)
                )],
                button("Choose a plan", "/plan"),
                String::new(),
            ),
            Self::TrialEnded => (
                format!("The trial of {tenant} has ended"),
                vec!["Nothing is lost. As soon as an owner or admin has chosen a plan, everybody goes on.".to_owned()],
                button("Choose a plan", "/plan"),
                String::new(),
            ),
            Self::Limit { resource, used, limit, percent } => (
                if *percent >= 100 {
                    format!("{tenant} has reached a limit: {resource}")
                } else {
                    format!("{tenant} is at {percent} % of a limit: {resource}")
                },
                vec![
                    format!("{used} of {limit} are in use."),
                    if *percent >= 100 {
                        "What goes beyond it is refused, or will be soon. What is there stays.".to_owned()
                    } else {
                        "Nothing is refused yet.".to_owned()
                    },
                ],
                button("See usage and limits", "/usage"),
                "You get this letter because you own the organisation or receive its bills. Each threshold is told once.".to_owned(),
            ),
            Self::TermsChanged { plan, changes } => (
                format!("The plan of {tenant} has new terms"),
                std::iter::once(format!(
                    "{tenant} is on {plan}. Whoever runs this portal has moved it to the plan's current terms, which hold from now on:"
                ))
                .chain(changes.iter().cloned())
                .collect(),
                button("See your plan", "/plan"),
                "If this does not suit you, choose another plan or write to whoever runs this portal for you.".to_owned(),
            ),
            Self::Scaling(news) => scaling::words(news, links),
            Self::ScalingAsked { asks, lines, price } => scaling::asked(asks, lines, price, links),
            Self::LimitEnding {
                what,
                limit,
                then,
                ends_at,
            } => (
                format!("A limit of {tenant} ends soon"),
                vec![format!(
                    "{tenant} has a limit of its own: {what}, {limit}. It ends on {}. From then on the plan's holds: {then}.",
                    links.moment(*ends_at)
                )],
                button("See your plan", "/plan"),
                "Nothing that is there is taken away, and nothing can be added beyond the limit. If you need more, write to whoever runs this portal for you.".to_owned(),
            ),
            Self::LimitEnded { what, limit } => (
                format!("A limit of {tenant} has ended"),
                vec![format!(
                    "The limit that {tenant} had of its own has ended. The plan's holds from now on: {what}, {limit}."
                )],
                button("See your plan", "/plan"),
                "Nothing that is there is taken away, and nothing can be added beyond the limit. If you need more, write to whoever runs this portal for you.".to_owned(),
            ),
        }
    }
}

fn closing(links: &Links, by: Option<&str>, delete_at: DateTime<Utc>, path: Option<&str>) -> Said {
    let tenant = links.tenant_name.as_str();
    let day = links.moment(delete_at);
    let keep = match (path, by) {
        (Some(_), _) => {
            "Until then each owner can keep it. This link is yours alone; it opens a page that asks first."
        }
        (None, Some(_)) => "Until then its owners can keep it, by the links in their own letters.",
        (None, None) => "Until then it can be kept: write to whoever runs this portal for you.",
    };
    (
        format!("{tenant} is closed and will be deleted"),
        vec![
            format!(
                "{} has closed {tenant}. Nobody can sign in, and keys and jobs rest.",
                by.unwrap_or("Whoever runs this portal")
            ),
            format!(
                "On {day} it is deleted, with its people, its roles, its log and everything else. After that nothing of it can be brought back."
            ),
            keep.to_owned(),
        ],
        path.map(|path| Button {
            label: "Keep it",
            address: links.to(path),
        }),
        String::new(),
    )
}
