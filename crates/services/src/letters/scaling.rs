//! What is told of limits that a tenant asked for: to the staff that somebody asks, to the tenant what became of it.

use chrono::{DateTime, Utc};
use domain::UserId;
use serde::{Deserialize, Serialize};

use super::Links;
use super::words::{Button, Said};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Became {
    /// It is carried out as it was asked for.
    Approved,
    /// Something else is carried out.
    Changed,
    /// The platform said no.
    Declined,
    /// The tenant has it.
    Completed,
}

/// News of an asking, as the job carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingNews {
    /// What became of it.
    pub became: Became,
    /// Each limit with what it was and is to be.
    pub lines: Vec<String>,
    /// What it does to the bill, in a sentence.
    pub price: String,
    /// What was said with the decision.
    pub reason: Option<String>,
    /// From when on it holds, where that is not at once.
    pub due_at: Option<DateTime<Utc>>,
    /// Who of the tenant asked.
    pub asker: Option<UserId>,
}

/// As the outbox names it.
pub(super) const fn key(became: Became) -> &'static str {
    match became {
        Became::Approved => "scaling_approved",
        Became::Changed => "scaling_changed",
        Became::Declined => "scaling_declined",
        Became::Completed => "scaling_completed",
    }
}

pub(super) fn words(news: &ScalingNews, links: &Links) -> Said {
    let tenant = links.tenant_name.as_str();
    let (subject, first) = match news.became {
        Became::Approved => (
            format!("The limits that {tenant} asked for are approved"),
            from_when(news, links),
        ),
        Became::Changed => (
            format!("{tenant} gets other limits than it asked for"),
            from_when(news, links),
        ),
        Became::Declined => (
            format!("The limits that {tenant} asked for are declined"),
            "Everything stays as it is. This was asked for:".to_owned(),
        ),
        Became::Completed => (
            format!("{tenant} has the limits that it asked for"),
            "They hold from now on:".to_owned(),
        ),
    };
    let mut paragraphs = vec![first];
    paragraphs.extend(news.lines.iter().cloned());
    if news.became != Became::Declined {
        paragraphs.push(news.price.clone());
    }
    paragraphs.extend(
        news.reason
            .as_ref()
            .map(|why| format!("Said with it: {why}")),
    );
    let button = Button {
        label: "See usage and limits",
        address: links.to("/usage"),
    };
    (subject, paragraphs, Some(button), String::new())
}

fn from_when(news: &ScalingNews, links: &Links) -> String {
    match news.due_at {
        Some(due_at) => format!("They hold from {} on:", links.moment(due_at)),
        None => "They hold within a moment:".to_owned(),
    }
}

/// To the staff: somebody asks.
pub(super) fn asked(asks: &str, lines: &[String], price: &str, links: &Links) -> Said {
    let mut paragraphs = vec![format!("{asks} asks for other limits:")];
    paragraphs.extend(lines.iter().cloned());
    paragraphs.push(price.to_owned());
    let button = Button {
        label: "Decide",
        address: links.to("/requests"),
    };
    (
        format!("{asks} asks for other limits"),
        paragraphs,
        Some(button),
        "You get this letter because you may decide.".to_owned(),
    )
}
