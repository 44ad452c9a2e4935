//! The platform's side of visits: who is inside where, asking for one, ending one.

use actix_web::web::Data;
use domain::staff::{ReadTenants, VisitTenants};
use domain::{FieldErrors, StaffId, TenantId, VisitHours, VisitId, VisitReach, text};
use serde::Deserialize;
use services::letters::Links;
use services::visits::{self, Guest, Leaver, MAX_REASON, Wish};
use services::{Request, StoreError, TenantEntry, VerbError};
use utoipa::ToSchema;

use super::decide::reach;
use super::fields::{OneVisit, VisitFields, VisitsUnderWay};
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::tenants::named;
use crate::api::{Answer, Body, Fault, Outcome, PlatformApi, Query};
use crate::app::App;
use crate::worker::scheme;

/// A visit that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVisit {
    /// Why; the tenant reads it.
    #[schema(min_length = 1, max_length = 300)]
    pub reason: String,
    /// How long, from the moment the tenant says yes.
    #[schema(minimum = 1, maximum = 72)]
    pub hours: i32,
    /// read, or write to change things too; read where nothing is said.
    #[schema(pattern = "^(read|write)$")]
    pub reach: Option<String>,
    /// The id of whoever of the staff is to visit. A key that one of the staff made asks for its maker alone.
    pub staff_id: Option<String>,
}

impl NewVisit {
    fn wish(&self) -> Result<(Wish, Option<StaffId>), FieldErrors> {
        let mut errors = FieldErrors::new();
        let reason = errors.check("reason", text::line(&self.reason, MAX_REASON));
        let hours = errors.check("hours", VisitHours::new(self.hours));
        let reach = match self.reach.as_deref().map(reach) {
            None => Some(VisitReach::Read),
            Some(Ok(reach)) => Some(reach),
            Some(Err(_)) => errors.check("reach", Err::<VisitReach, _>("Choose read or write.")),
        };
        let staff = self.staff_id.as_deref().map(str::parse::<StaffId>);
        let staff = staff.transpose().map_err(|_| "This is no id of the staff.");
        let staff = errors.check("staff_id", staff);
        match (reason, hours, reach, staff) {
            (Some(reason), Some(hours), Some(reach), Some(staff)) => {
                let wish = Wish {
                    reason,
                    hours,
                    reach,
                };
                Ok((wish, staff))
            }
            _ => Err(errors),
        }
    }
}

/// `GET /visits`
///
/// # Errors
/// No right, or no database.
pub async fn under_way(
    api: PlatformApi<ReadTenants>,
    query: Query<Nothing>,
) -> Outcome<VisitsUnderWay> {
    let Nothing {} = api.query(query).await?;
    api.prove().await?;
    let found = api.beyond(visits::under_way).await?;
    Ok(Answer::of(&VisitsUnderWay::from(found)))
}

/// `POST /tenants/{tenant_id}/visits`
///
/// # Errors
/// No right, fields that are wrong, somebody else's visit, a second open one, or no database.
pub async fn ask(api: PlatformApi<VisitTenants>, body: Body<NewVisit>) -> Outcome<OneVisit, 201> {
    let (body, bytes) = api.body(body).await?;
    let (wish, staff) = match body.wish() {
        Ok(asked) => asked,
        Err(errors) => return Err(api.after_proof(Fault::invalid(&errors)).await),
    };
    let name = api.part::<String>("tenant_id");
    // Written down first and for good, so that whoever leaves the staff is out of every tenant that knows of them.
    // One that is repeated leaves a line more there, which only says where to look.
    let announced = api.run(move |tx| {
        let tenant = named(tx, name.as_ref())?;
        let guest = Guest::asked_for(tx, staff)?;
        Ok((visits::announce(tx, guest, tenant)?, tenant))
    });
    let (announced, tenant) = announced.await?;
    let (app, request) = (api.app().clone(), api.caller().request.clone());
    api.once(&bytes, move |_| {
        let entry = entry_of(&app, tenant)?;
        let config = &app.config;
        let links = Links::of(&entry, scheme(config), config.server.public_port);
        visits::ask(&app.store, &entry, &request, &announced, &wish, &links)?;
        one(&app, &request, &entry, announced.visit())
    })
    .await
}

/// Ends a visit from the platform's side.
pub(super) async fn withdraw(
    api: PlatformApi<VisitTenants>,
    body: Body<Nothing>,
) -> Outcome<OneVisit> {
    let (name, id) = (api.part::<String>("tenant_id"), api.part("visit_id"));
    let (app, request) = (api.app().clone(), api.caller().request.clone());
    api.write(body, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        let id = id.ok_or(StoreError::NotFound)?;
        let leaver = Leaver::of(tx)?;
        let entry = entry_of(&app, tenant)?;
        visits::withdraw(&app.store, &entry.scope, &request, &leaver, id)?;
        one(&app, &request, &entry, id)
    })
    .await
}

fn entry_of(app: &Data<App>, tenant: TenantId) -> Result<TenantEntry, VerbError> {
    let entry = app.store.resolve_tenant(tenant)?;
    Ok(entry.ok_or(StoreError::NotFound)?)
}

fn one(
    app: &Data<App>,
    request: &Request,
    entry: &TenantEntry,
    visit: VisitId,
) -> Result<OneVisit, VerbError> {
    let found = visits::one_listed(&app.store, &entry.scope, request, visit)?;
    Ok(OneVisit {
        visit: VisitFields::any(entry.scope.tenant(), found),
    })
}
