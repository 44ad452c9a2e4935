//! Who runs the platform, by its keys: listing and inviting. What is done to one of them is in `staff_deeds`.

use chrono::{DateTime, Utc};
use domain::staff::{ManageStaff, ReadStaff};
use domain::{EmailAddress, FieldErrors, PersonName, StaffId, StaffRole};
use serde::{Deserialize, Serialize};
use services::StoreError;
use services::letters::Links;
use services::staff::{self, Person, deeds, invite as verb};
use utoipa::ToSchema;

use super::door::Door;
use super::fields::Nothing;
use super::{Body, Outcome, PlatformApi, Query};
use crate::config::Config;
use crate::worker::scheme;

/// Everybody who runs the platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct Staff {
    /// By name; they are few, so there are no pages.
    pub staff: Vec<StaffFields>,
}

/// Somebody who runs the platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneOfStaff {
    /// Who.
    pub staff: StaffFields,
}

/// Somebody who runs the platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffFields {
    /// Who.
    pub id: String,
    /// The mail address.
    pub email: String,
    /// The name as shown.
    pub name: String,
    /// owner, operator or analyst.
    pub role: String,
    /// invited, active or suspended.
    pub status: String,
    /// When they signed in last.
    pub last_login_at: Option<DateTime<Utc>>,
    /// Since when they are here.
    pub created_at: DateTime<Utc>,
}

/// Somebody to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// Where the letter goes, with the link by which they choose a password.
    #[schema(format = "email")]
    pub email: String,
    /// What they are called until they say so themselves.
    pub name: String,
    /// owner, operator or analyst, and nothing that allows more than the key.
    #[schema(pattern = "^(owner|operator|analyst)$")]
    pub role: String,
}

impl From<Person> for StaffFields {
    fn from(of: Person) -> Self {
        Self {
            id: of.id.to_string(),
            email: of.email.to_string(),
            name: of.name,
            role: of.role.to_string(),
            status: of.status.to_string(),
            last_login_at: of.last_sign_in_at,
            created_at: of.created_at,
        }
    }
}

impl Invitation {
    fn read(&self) -> Result<verb::Invitee, FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = errors.check("email", EmailAddress::parse(&self.email));
        let name = errors.check("name", PersonName::parse(&self.name));
        let role = errors.check("role", role(&self.role));
        match (email, name, role) {
            (Some(email), Some(name), Some(role)) => Ok(verb::Invitee { email, name, role }),
            _ => Err(errors),
        }
    }
}

/// A role by its word.
pub(super) fn role(word: &str) -> Result<StaffRole, &'static str> {
    StaffRole::parse(word).map_err(|_| "Choose owner, operator or analyst.")
}

/// What letters to staff are made with.
pub(super) fn links(config: &Config) -> Links {
    let host = &config.platform.host;
    Links::of_platform(host, scheme(config), config.server.public_port)
}

/// `GET /staff`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(api: PlatformApi<ReadStaff>, query: Query<Nothing>) -> Outcome<Staff> {
    api.read(query, |tx, _| {
        let people = staff::list(tx)?.into_iter();
        Ok(Staff {
            staff: people.map(StaffFields::from).collect(),
        })
    })
    .await
}

/// `GET /staff/{staff_id}`
///
/// # Errors
/// No right, nobody of the staff, or no database.
pub async fn read(api: PlatformApi<ReadStaff>, query: Query<Nothing>) -> Outcome<OneOfStaff> {
    let id = api.part::<StaffId>("staff_id");
    api.read(query, move |tx, _| {
        let person = deeds::read(tx, id.ok_or(StoreError::NotFound)?)?;
        Ok(OneOfStaff {
            staff: person.into(),
        })
    })
    .await
}

/// `POST /staff`
///
/// # Errors
/// No right, fields that are wrong, a role that holds more than the key, or no database.
pub async fn invite(
    api: PlatformApi<ManageStaff>,
    body: Body<Invitation>,
) -> Outcome<OneOfStaff, 201> {
    let links = links(&api.app().config);
    api.write(body, move |tx, body| {
        let id = verb::invite(tx, &links, &body.read()?)?;
        Ok(OneOfStaff {
            staff: deeds::read(tx, id)?.into(),
        })
    })
    .await
}
