//! Visits of support: the tenant lists, decides and ends them, the platform asks for them, lists and ends its own.
//! Coming in is a person's own, in a browser: no key enters a tenant.

mod ask;
mod decide;
mod fields;
mod policy;
mod seen;

use chrono::DateTime;
use domain::VisitId;
use domain::permission::{ManageVisits, ReadVisits};
use domain::staff::{ReadTenants, VisitTenants};
use services::StoreError;
use services::visits::{self, Place};

use super::door::Door;
use super::fields::{Nothing, page};
use super::{Answer, Api, Body, Either, Outcome, PlatformApi, Query, cursor};
pub use ask::{NewVisit, ask, under_way};
pub use decide::{Grant, approve, decline};
pub use fields::{OneVisit, VisitFields, VisitQuery, Visits, VisitsUnderWay};
pub use policy::{ChosenPolicy, OnePolicy, policy, set_policy};
pub use seen::{SeenPage, SeenVisit};

/// `GET /tenants/{tenant_id}/visits`
///
/// # Errors
/// No right, a query that is wrong, no such tenant, or no database.
pub async fn list(
    api: Either<ReadVisits, ReadTenants>,
    query: Query<VisitQuery>,
) -> Outcome<Visits> {
    match api {
        Either::Tenant(api) => own(api, query).await,
        Either::Platform(api) => any(api, query).await,
    }
}

async fn own(api: Api<ReadVisits>, query: Query<VisitQuery>) -> Outcome<Visits> {
    api.read(query, |tx, query| {
        let last = place(query)?;
        let size = page(None, query.page_size)?.limit();
        let rows = visits::after(tx, last, cursor::ask(size))?;
        let (rows, next_cursor) =
            cursor::cut(rows, size, |last| cursor_of((last.asked_at, last.id())));
        let (tenant, now) = (tx.tenant(), tx.now());
        let visits = rows.iter().map(|row| VisitFields::own(tenant, row, now));
        Ok(Visits {
            visits: visits.collect(),
            next_cursor,
        })
    })
    .await
}

async fn any(api: PlatformApi<ReadTenants>, query: Query<VisitQuery>) -> Outcome<Visits> {
    let query = api.query(query).await?;
    let name = api.part::<String>("tenant_id");
    let asked = api.run(move |tx| {
        let tenant = super::tenants::named(tx, name.as_ref())?;
        Ok((tenant, place(&query)?, page(None, query.page_size)?.limit()))
    });
    let (tenant, last, size) = asked.await?;
    let rows = api.inside(tenant, move |store, entry, request| {
        visits::listed_after(store, &entry.scope, request, last, cursor::ask(size))
    });
    let (rows, next_cursor) = cursor::cut(rows.await?, size, |last| {
        cursor_of((last.asked_at, last.id))
    });
    let visits = rows.into_iter().map(|row| VisitFields::any(tenant, row));
    Ok(Answer::of(&Visits {
        visits: visits.collect(),
        next_cursor,
    }))
}

fn cursor_of((at, id): Place) -> String {
    format!("{}.{id}", at.timestamp_micros())
}

fn place(query: &VisitQuery) -> Result<Option<Place>, services::VerbError> {
    let cursor = query.cursor.as_deref().unwrap_or_default();
    cursor::place(cursor, |text| {
        let (at, id) = text.split_once('.')?;
        Some((
            DateTime::from_timestamp_micros(at.parse().ok()?)?,
            id.parse().ok()?,
        ))
    })
}

/// `GET /tenants/{tenant_id}/visits/{visit_id}`
///
/// # Errors
/// No right, no such visit, or no database.
pub async fn read(
    api: Either<ReadVisits, ReadTenants>,
    query: Query<Nothing>,
) -> Outcome<SeenVisit> {
    match api {
        Either::Tenant(api) => {
            let id = api.part::<VisitId>("visit_id");
            api.read(query, move |tx, _| {
                let found = visits::detail(tx, id.ok_or(StoreError::NotFound)?)?;
                Ok(SeenVisit::own(tx.tenant(), found, tx.now()))
            })
            .await
        }
        Either::Platform(api) => {
            let Nothing {} = api.query(query).await?;
            let (name, id) = (api.part::<String>("tenant_id"), api.part("visit_id"));
            let tenant = api.run(move |tx| Ok(super::tenants::named(tx, name.as_ref())?));
            let tenant = tenant.await?;
            let found = api.inside(tenant, move |store, entry, request| {
                visits::one_listed(
                    store,
                    &entry.scope,
                    request,
                    id.ok_or(StoreError::NotFound)?,
                )
            });
            Ok(Answer::of(&SeenVisit::any(tenant, found.await?)))
        }
    }
}

/// `DELETE /tenants/{tenant_id}/visits/{visit_id}`: the visitor's next request is refused.
///
/// # Errors
/// No right, no such visit, one that is over, or no database.
pub async fn end(
    api: Either<ManageVisits, VisitTenants>,
    body: Body<Nothing>,
) -> Outcome<OneVisit> {
    match api {
        Either::Tenant(api) => {
            decide::done(api, body, |tx, id, _| visits::end(tx, id).map(drop)).await
        }
        Either::Platform(api) => ask::withdraw(api, body).await,
    }
}
