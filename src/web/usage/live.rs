//! The figures told anew while the page is open, each time that one of them changed.

use actix_web::HttpResponse;
use actix_web::web::Query;
use askama::Template;
use domain::permission::ReadUsage;
use domain::{Period, TimeZone};
use services::limits::{self, Stand};
use services::scalings::{self, Scaling};
use services::usage::{self, Noted};
use services::{StoreError, TenantTx, resources};

use super::figures::Figures;
use super::measured::{Asked, METERS};
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::live;

/// `GET /usage/live`: events with the figures, see [`live`].
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn live(tenant: Tenant<ReadUsage>, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    tenant.run(|_| Ok(())).await?;
    let period = asked.period();
    Ok(live::answer(tenant, Changing { period, seen: None }))
}

/// What was shown last.
struct Changing {
    period: Period,
    seen: Option<Glance>,
}

/// What changes when a figure does: cheaper to read than the figures.
#[derive(PartialEq, Eq)]
struct Glance {
    /// What was noted in this hour.
    noted: Vec<Noted>,
    asked: Vec<Scaling>,
    stands: Vec<Stand>,
}

impl live::Part for Changing {
    type May = ReadUsage;

    async fn changed(&mut self, tenant: &Tenant<ReadUsage>) -> Result<Option<String>, Problem> {
        let glance = Glance::at(tenant).await?;
        if self.seen.as_ref() == Some(&glance) {
            return Ok(None);
        }
        let (figures, _) = Figures::read(tenant, self.period).await?;
        self.seen = Some(glance);
        figures.render().map(Some).map_err(Problem::internal)
    }
}

impl Glance {
    async fn at(tenant: &Tenant<ReadUsage>) -> Result<Self, Problem> {
        let (store, now) = (tenant.app().store.clone(), tenant.request().now);
        let zone: TimeZone = tenant.entry().timezone.parse().unwrap_or_default();
        let id = tenant.id();
        let read = move || {
            store.platform::<_, StoreError>(now, |tx| {
                let resources = resources::all(tx)?;
                // What the database does is left out: this look is part of it.
                let noted = usage::noted(tx, id, &METERS, &resources)?;
                Ok((noted, scalings::of(tx, id)?, resources))
            })
        };
        let (noted, asked, resources) = tenant.app().beside(tenant.entry(), read).await?;
        let work = move |tx: &mut TenantTx<'_, ReadUsage>| limits::stands(tx, &resources, zone);
        let stands = tenant.run(move |tx| Ok(work(tx)?)).await?;
        Ok(Self {
            noted,
            asked,
            stands,
        })
    }
}
