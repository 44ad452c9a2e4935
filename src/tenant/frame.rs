//! A page's frame around what a verb answered: the tenant's look, whoever reads, and who of the platform is
//! here.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use domain::colour::Colour;
use domain::{Access, Permission, Permissions};
use services::directory::TenantEntry;
use services::visits::{self, Visit};
use services::{Actor, SignedInUser, StoreError, TenantTx, VerbError, Visitor};

use super::Tenant;
use crate::flash;
use crate::problem::Problem;
use crate::web::format::Format;
use crate::web::shell::{Banner, Look, Person, Place, Shell};

/// Whoever reads a page.
enum Reader {
    /// Somebody of the tenant, and the visits that are open meanwhile.
    User(Box<SignedInUser>, Vec<Visit>),
    /// Somebody of the platform.
    Visitor(Box<Visitor>),
}

impl<P: Access> Tenant<P> {
    /// Runs the work and frames its result as a page at this place of the sidebar.
    ///
    /// # Errors
    /// See [`Self::run`].
    pub async fn page<T: Send + 'static>(
        &self,
        place: Place,
        mut work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<(T, Shell), Problem> {
        let (value, reader) = self
            .run(move |tx| {
                let value = work(tx)?;
                Ok((value, reader(tx)?))
            })
            .await?;
        let shell = match reader {
            Reader::User(user, open) => self.own(place, &user, &open),
            Reader::Visitor(visitor) => self.visited(place, &visitor),
        };
        Ok((value, shell.toasts(flash::take(&self.http))))
    }

    /// The frame for somebody of the tenant.
    fn own(&self, place: Place, user: &SignedInUser, open: &[Visit]) -> Shell {
        let person = Person {
            id: user.id.to_string(),
            name: user.name.clone(),
            email: user.email.clone(),
            writing: self
                .entry
                .writing()
                .chosen(read(user.locale.as_deref()), read(user.timezone.as_deref())),
        };
        let look = self.look(
            user.primary_color.as_deref(),
            user.secondary_color.as_deref(),
        );
        let shell = self.around(look, person, user.permissions.clone(), place);
        let banners = open
            .iter()
            .filter_map(|visit| banner(visit, &user.permissions, &shell.format))
            .collect();
        shell.role(user.role_name.clone()).banners(banners)
    }

    /// The frame for a visitor.
    fn visited(&self, place: Place, visitor: &Visitor) -> Shell {
        let person = Person {
            id: visitor.visit.to_string(),
            name: visitor.name.clone(),
            email: visitor.email.clone(),
            writing: self.entry.writing(),
        };
        let look = self.look(
            visitor.primary_color.as_deref(),
            visitor.secondary_color.as_deref(),
        );
        let shell = self.around(look, person, visitor.permissions.clone(), place);
        let banner = Banner::visiting(&self.entry.name, visitor, &shell.format);
        shell.role("Visitor").visiting().banners(vec![banner])
    }

    /// How the tenant itself writes dates and numbers, for whoever is not signed in.
    #[must_use]
    pub fn format(&self) -> Format {
        format(&self.entry, self.request.now)
    }

    fn around(&self, look: Look, person: Person, may: Permissions, place: Place) -> Shell {
        // What is switched off has no line in the sidebar.
        let off = !self.app.config.console.is_enabled();
        let there = |one: &Permission| !(off && *one == Permission::UseConsole);
        let may = Permissions::of(&may.iter().filter(there).collect::<Vec<_>>());
        Shell::new(look, person, may, place, self.request.now)
    }

    /// The tenant's name and colours.
    #[must_use]
    pub fn look(&self, primary: Option<&str>, secondary: Option<&str>) -> Look {
        let colour = |text: Option<&str>| text.and_then(|text| text.parse().ok());
        Look {
            name: self.entry.name.clone(),
            host: self.peer.host.to_string(),
            primary: colour(primary).unwrap_or(Colour::DEFAULT),
            secondary: colour(secondary),
        }
    }
}

/// How a tenant writes dates and numbers.
pub(super) fn format(entry: &TenantEntry, now: DateTime<Utc>) -> Format {
    Format::new(entry.writing(), now)
}

fn reader<P>(tx: &mut TenantTx<'_, P>) -> Result<Reader, VerbError> {
    match tx.actor().clone() {
        Actor::User(user) => {
            let open = if user.visited {
                visits::standing(tx)?
            } else {
                Vec::new()
            };
            Ok(Reader::User(user, open))
        }
        Actor::Visitor(visitor) => Ok(Reader::Visitor(visitor)),
        _ => Err(StoreError::Unauthenticated.into()),
    }
}

/// What the tenant's people are told of a visit; askings only to those who decide.
fn banner(visit: &Visit, may: &Permissions, format: &Format) -> Option<Banner> {
    use domain::VisitState::{Asked, Running};
    match visit.state(format.now()) {
        Running => Some(Banner::visited(visit, may, format)),
        Asked if may.allow(Permission::ManageVisits) => Some(Banner::asked(visit)),
        _ => None,
    }
}

/// What somebody chose, where they did.
fn read<T: FromStr>(own: Option<&str>) -> Option<T> {
    own?.parse().ok()
}
