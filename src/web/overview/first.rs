//! What to do first in a tenant where nothing happened yet.

use domain::Features;
use domain::permission::Permission;
use services::features::Feature;

use crate::web::shell::Shell;

/// One thing to do.
pub(super) struct Step {
    pub(super) icon: &'static str,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) href: &'static str,
    pub(super) link: &'static str,
    /// Whether its page opens as a dialog.
    pub(super) is_sheet: bool,
}

/// What this reader may do; never nothing.
pub(super) fn steps(shell: &Shell, features: &Features) -> Vec<Step> {
    let may = |permission| shell.may(permission);
    let step = |icon, title, text, href, link| Step {
        icon,
        title,
        text,
        href,
        link,
        is_sheet: false,
    };
    let mut steps = Vec::new();
    if may(Permission::ManageUsers) {
        steps.push(Step {
            is_sheet: true,
            ..step(
                "users",
                "Invite the others",
                "By their address: they get a link that works for 7 days.",
                "/users/invitations/new",
                "Invite people",
            )
        });
    }
    if may(Permission::ManageSettings) {
        steps.push(step(
            "sliders",
            "Look through the settings",
            "Name, language, time zone, and how dates are written.",
            "/settings",
            "Settings",
        ));
    }
    if may(Permission::ManageKeys) && features.has(Feature::ApiAccess.key()) {
        steps.push(step(
            "key",
            "Let a program in",
            "With a key of its own it works with your people and limits.",
            "/keys/new",
            "Make a key",
        ));
    }
    steps.push(step(
        "gauge",
        "See what there is",
        "How much of everything you may use.",
        "/usage",
        "Usage and limits",
    ));
    steps
}
