//! Paths of the platform's table of contents with ids in them: those of things that exist, or of nothing at
//! all. A new kind of id needs a line in [`StaffThings::value`].

use domain::{StaffId, StaffNeeds, StaffRole};
use tenantry::route::Route;
use uuid::Uuid;

use super::app::App;
use super::client::{Answer, Browser};

/// What the ids in a path point at.
#[derive(Debug, Clone)]
pub(crate) struct StaffThings {
    staff: StaffId,
}

impl StaffThings {
    /// What the platform has.
    pub(crate) fn of(app: &App) -> Self {
        Self {
            staff: app.staff_id(StaffRole::Analyst),
        }
    }

    /// Nothing that exists anywhere.
    pub(crate) fn nowhere() -> Self {
        Self {
            staff: StaffId::from_uuid(Uuid::new_v4()),
        }
    }

    /// The route's path with these things in it.
    pub(crate) fn path(&self, route: &Route<StaffNeeds>) -> String {
        let mut filled = String::new();
        for segment in route.path.split_inclusive('/') {
            let (name, slash) = match segment.strip_suffix('/') {
                Some(name) => (name, "/"),
                None => (segment, ""),
            };
            if name.starts_with('{') {
                filled.push_str(&self.value(&filled, name));
            } else {
                filled.push_str(name);
            }
            filled.push_str(slash);
        }
        filled
    }

    /// Asks the route for these things as this browser.
    pub(crate) fn ask(&self, browser: &Browser, route: &Route<StaffNeeds>) -> Answer {
        let path = self.path(route);
        if route.method == "get" {
            return browser.get(&path);
        }
        let form = self.form(route);
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
        browser.post(&path, &form)
    }

    /// The fields without which a form is none of its page.
    fn form(&self, route: &Route<StaffNeeds>) -> Vec<(&'static str, String)> {
        match route.path {
            "/sign-in" => vec![("email", "x".to_owned())],
            _ => Vec::new(),
        }
    }

    fn value(&self, before: &str, name: &str) -> String {
        match (before, name) {
            ("/staff/", "{id}") => self.staff.to_string(),
            _ => panic!("what is {name} after {before}? Say it here."),
        }
    }
}
