//! Making a tenant: its record and the steps of its making are written down, and the worker does the rest.

use domain::staff::ManageTenants;
use domain::{FieldErrors, Password, PhcString};
use serde::Serialize;
use services::tenants::{self, Found, Provisioning, Step, StepState};
use services::{StoreError, VerbError};
use utoipa::ToSchema;

use super::faults::{beside, of_config};
use super::fields::TenantFacts;
use super::making::{Making, Progress};
use super::wish::{CreateTenant, NewTenant};
use crate::api::door::Door;
use crate::api::{Body, Fault, Outcome, PlatformApi};

/// A tenant that was written down and is being made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedTenant {
    /// Which.
    pub tenant: TenantFacts,
    /// Its first person.
    pub admin_user: CreatedAdmin,
    /// Where its rows will be.
    pub database: Database,
    /// How far it is.
    pub provisioning: Progress,
}

/// The first person of a tenant that is being made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedAdmin {
    /// Who they will be.
    pub id: String,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// Always tenant_admin: the owner.
    pub role: String,
}

/// Where a tenant's rows are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Database {
    /// Whether it has its place.
    pub schema_created: bool,
    /// Whether the tables of that place are there.
    pub migrations_applied: bool,
    /// What the database has beside PostgreSQL's own, asked of the database itself.
    pub extensions_enabled: Vec<String>,
}

impl CreatedTenant {
    fn of(
        found: &Found,
        asked: &NewTenant,
        making: &Provisioning,
        extensions: Vec<String>,
    ) -> Self {
        let placed = making.steps.iter().any(|step| {
            let done = step.state == StepState::Done;
            step.step == Step::Placement && done
        });
        let owner = making.owner.map(|id| id.to_string());
        Self {
            tenant: TenantFacts::of(found),
            admin_user: CreatedAdmin {
                id: owner.unwrap_or_default(),
                email: asked.admin_user.email.clone(),
                name: asked.admin_user.name.clone(),
                role: "tenant_admin".to_owned(),
            },
            database: Database {
                // A place is given where the tables are already.
                schema_created: placed,
                migrations_applied: placed,
                extensions_enabled: extensions,
            },
            provisioning: Making::of(making).provisioning,
        }
    }
}

/// `POST /tenants`
///
/// # Errors
/// No right, fields that are wrong or taken, or no database.
pub async fn create(
    api: PlatformApi<ManageTenants>,
    body: Body<CreateTenant>,
) -> Outcome<CreatedTenant, 201> {
    let (body, bytes) = api.body(body).await?;
    let password = hashed(&api, &body.tenant).await?;
    let new = match body.tenant.read(api.app(), password) {
        Ok(new) => new,
        Err(errors) => {
            api.prove().await?;
            return Err(of_config(Fault::invalid(&errors)));
        }
    };
    let made = api.once(&bytes, move |tx| {
        let id = tenants::create(tx, &new).map_err(|error| beside(error, place))?;
        let found = tenants::find(tx, id)?;
        let making = tenants::provisioning(tx, id)?.ok_or(StoreError::NotFound)?;
        let extensions = tx.extensions()?;
        Ok(CreatedTenant::of(&found, &body.tenant, &making, extensions))
    });
    made.await.map_err(of_config)
}

/// Where the body has a field of the record.
fn place(field: &str) -> String {
    let field = match field {
        "alias" => "schema_name",
        "slug" => "domain",
        other => other,
    };
    format!("tenant.{field}")
}

/// The hash of the first person's password, if one was chosen; it costs time, so the key is looked at before.
async fn hashed(
    api: &PlatformApi<ManageTenants>,
    tenant: &NewTenant,
) -> Result<Option<PhcString>, Fault> {
    let admin = &tenant.admin_user;
    let Some(text) = &admin.password else {
        return Ok(None);
    };
    api.prove().await?;
    let about = [admin.name.as_str(), admin.email.as_str(), &tenant.name];
    let password = Password::choose(text.clone(), &about).map_err(|error| {
        let errors = FieldErrors::one("tenant.admin_user.password", error.to_string());
        of_config(Fault::invalid(&errors))
    })?;
    let hash = api.app().passwords.hash(password).await;
    Ok(Some(hash.map_err(VerbError::from)?))
}
