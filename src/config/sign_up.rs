//! Whether strangers may sign up for a tenant, and how long a tenant rests before it is deleted.

use services::tenants::deletion::Grace;

use super::{sheet::Sheet, units::number};

/// Public sign-up, and the days of grace.
#[derive(Debug, Clone, Copy)]
pub struct SignUp {
    /// Whether `/signup` exists on the base domain; `None` where nobody said, which the demo takes for yes.
    enabled: Option<bool>,
    /// The days between a deletion that was asked for and the deletion.
    pub grace: Grace,
}

impl SignUp {
    /// Whether `/signup` exists.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.enabled.unwrap_or(false)
    }

    /// On, unless the operator said no: for the demo.
    pub fn enable_for_demo(&mut self) {
        self.enabled = Some(self.enabled.unwrap_or(true));
    }

    pub(super) fn read(sheet: &mut Sheet) -> Self {
        let usual = Grace::default();
        let days = || number(0, 3_650);
        let grace = Grace {
            least: sheet.value("deletion.least_days", usual.least, days()),
            usual: sheet.value("deletion.usual_days", usual.usual, days()),
            most: sheet.value("deletion.most_days", usual.most, days()),
        };
        if !(grace.least..=grace.most).contains(&grace.usual) {
            sheet.fault(
                "deletion.usual_days",
                "is not between deletion.least_days and deletion.most_days",
            );
        }
        let enabled = sheet.optional("sign_up.enabled", "no; yes in the demo", yes_or_no, |yes| {
            if *yes { "yes" } else { "no" }.to_owned()
        });
        Self { enabled, grace }
    }
}

pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.trim() {
        "yes" | "true" | "on" | "1" => Ok(true),
        "no" | "false" | "off" | "0" => Ok(false),
        other => Err(format!("\"{other}\" is neither yes nor no")),
    }
}
