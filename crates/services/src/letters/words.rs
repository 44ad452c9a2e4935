//! What each letter says. How it looks is in `paper`.

use chrono::{DateTime, Utc};

use super::{Letter, Links, one_line};

/// A letter's text, before it is printed.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) subject: String,
    pub(crate) greeting: String,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) button: Option<Button>,
    pub(crate) closing: String,
}

/// Subject, paragraphs, the one thing to do, and what is said at the end.
pub(super) type Said = (String, Vec<String>, Option<Button>, String);

/// The one thing to do.
#[derive(Debug)]
pub(crate) struct Button {
    pub(crate) label: &'static str,
    pub(crate) address: String,
}

pub(crate) fn compose(letter: &Letter<'_>, links: &Links, name: &str, now: DateTime<Utc>) -> Sheet {
    let tenant = links.tenant_name.as_str();
    let when = |moment| links.moment(moment);
    let button = |label, path: &str| {
        Some(Button {
            label,
            address: links.to(path),
        })
    };
    let (subject, paragraphs, button, closing) = match letter {
        Letter::Notice(notice) => notice.words(links),
        Letter::Invitation {
            inviter,
            role,
            path,
            expires_at,
        } => (
            format!("{inviter} invites you to {tenant}"),
            vec![
                format!("{inviter} invites you to join {tenant} as {role}."),
                format!(
                    "Choose a password and you are in. The link works once, until {}.",
                    when(*expires_at)
                ),
            ],
            button("Accept the invitation", path),
            "If you did not expect this, you need not do anything.".to_owned(),
        ),
        Letter::PasswordReset { path, expires_at } => (
            format!("A new password for {tenant}"),
            vec![format!(
                "Somebody, probably you, asked for a new password for {tenant}. The link works once, until {}.",
                when(*expires_at)
            )],
            button("Set a new password", path),
            "If it was not you, you need not do anything: your password stays as it is.".to_owned(),
        ),
        Letter::PasswordChanged { device } => (
            format!("Your password for {tenant} was changed"),
            vec![format!(
                "Your password was changed on {}, on {device}. You were signed out everywhere else.",
                when(now)
            )],
            button("Go to the sign-in page", "/"),
            "If it was not you, ask for a new password on the sign-in page and tell your administrator.".to_owned(),
        ),
        Letter::Welcome => (
            format!("Welcome to {tenant}"),
            vec![format!(
                "You joined {tenant}. From now on you sign in with this address and your password."
            )],
            button("Open the portal", "/"),
            String::new(),
        ),
        Letter::OwnerInvitation { path, expires_at } => (
            format!("{tenant} is ready"),
            vec![
                format!("{tenant} was made for you, and you own it."),
                format!(
                    "Choose a password and you are in. The link works once, until {}.",
                    when(*expires_at)
                ),
            ],
            button("Choose a password", path),
            "If you did not expect this, you need not do anything.".to_owned(),
        ),
        Letter::SignUp {
            organisation,
            path,
            expires_at,
        } => (
            format!("Confirm your address for {organisation}"),
            vec![
                format!("Confirm that this address is yours, and {organisation} is made for you."),
                format!("The link works until {}.", when(*expires_at)),
            ],
            button("Confirm and choose a password", path),
            "If it was not you, you need not do anything: nothing is made.".to_owned(),
        ),
        Letter::TenantReady => (
            format!("{tenant} is ready"),
            vec![format!(
                "{tenant} was made for you, and you own it. You sign in with this address and your password."
            )],
            button("Open the portal", "/"),
            String::new(),
        ),
        Letter::OwnershipOffer {
            owner,
            path,
            expires_at,
        } => (
            format!("{owner} offers you the ownership of {tenant}"),
            vec![
                format!(
                    "{owner} wants you to own {tenant}. If you accept, you may do everything there, and {owner} becomes an admin."
                ),
                format!("The link works once, until {}.", when(*expires_at)),
            ],
            button("Answer the offer", path),
            "If you do nothing, nothing changes.".to_owned(),
        ),
        Letter::AddressChange { path, expires_at } => (
            format!("Confirm your address for {tenant}"),
            vec![format!(
                "Confirm that this address is yours. The link works once, until {}.",
                when(*expires_at)
            )],
            button("Confirm the address", path),
            "If you did not ask for this, you need not do anything.".to_owned(),
        ),
        Letter::VisitAsked {
            visitor,
            reason,
            hours,
            reach,
            path,
        } => (
            format!("{visitor} asks to enter {tenant}"),
            vec![
                format!("{visitor}, of the support of this portal, asks to enter {tenant} for {hours} hours. Reason: {reason}"),
                format!("Who is let in {reach}. You see each page that was read, and you can end the visit at any moment."),
            ],
            button("Decide", path),
            "Nobody comes in before somebody of you decides. Without an answer the asking lapses after a week.".to_owned(),
        ),
        Letter::VisitAllowed {
            visitor,
            reason,
            until,
            path,
        } => (
            format!("{visitor} may enter {tenant}"),
            vec![format!(
                "{visitor}, of the support of this portal, may enter {tenant} until {}, as your settings allow. Reason: {reason}",
                when(*until)
            )],
            button("Look at the visit", path),
            "You see each page that was read, and you can end the visit at any moment.".to_owned(),
        ),
        Letter::AddressChanged { email } => (
            format!("Your address for {tenant} was changed"),
            vec![format!("You sign in with {email} since {}.", when(now))],
            None,
            "If it was not you, tell your administrator.".to_owned(),
        ),
    };
    Sheet {
        subject: one_line(&subject),
        greeting: if name.is_empty() {
            "Hello,".to_owned()
        } else {
            format!("Hello {name},")
        },
        paragraphs,
        button,
        closing,
    }
}
