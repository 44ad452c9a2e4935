//! A page of the tenants.

use clap::Args;
use domain::staff::ReadTenants;
use domain::{Order, PageRequest, TenantFilter, TenantSort, TenantState};
use serde_json::json;
use services::tenants::list as tenants;

use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment};
use crate::cli::trouble::Trouble;

/// What is listed, and in which order.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Names, slugs, hosts and contacts that begin so, or hold it anywhere
    #[arg(long, default_value = "")]
    search: String,
    /// Only those in this state, like active or suspended; may stand more than once
    #[arg(long, value_parser = TenantState::parse)]
    status: Vec<TenantState>,
    /// Only those on this plan, by its key; may stand more than once
    #[arg(long)]
    plan: Vec<String>,
    /// name, created_at, people, plan, status or trial_end
    #[arg(long, default_value = "name", value_parser = TenantSort::parse)]
    sort: TenantSort,
    /// The other way round
    #[arg(long)]
    reverse: bool,
    /// Which page
    #[arg(long, default_value_t = 1)]
    page: u32,
    /// How many on a page, 100 at most
    #[arg(long, default_value_t = 50)]
    page_size: u32,
}

pub(super) fn run(desk: &Desk<'_>, talk: Talk, asked: &Asked) -> Result<Exit, Trouble> {
    let filter = TenantFilter {
        search: asked.search.clone(),
        statuses: asked.status.clone(),
        plans: asked.plan.clone(),
        ..TenantFilter::default()
    };
    let page = PageRequest::new(asked.page, asked.page_size)
        .map_err(|error| Trouble::usage(error.to_string()))?;
    let order = if asked.reverse {
        Order::Descending
    } else {
        Order::Ascending
    };
    let listing =
        desk.platform::<ReadTenants, _>(|tx| tenants::list(tx, &filter, asked.sort, order, page))?;
    let rows = listing.tenants.iter().map(|tenant| {
        let people = match (tenant.people, tenant.seats) {
            (Some(people), Some(seats)) => format!("{people}/{seats}"),
            _ => String::new(),
        };
        vec![
            tenant.id.to_string(),
            tenant.slug.clone(),
            tenant.name.clone(),
            tenant.status.to_string(),
            tenant.plan.clone(),
            people,
            moment(tenant.created_at),
        ]
    });
    let told = listing.tenants.iter().map(|tenant| {
        json!({
            "id": tenant.id.to_string(),
            "name": tenant.name,
            "slug": tenant.slug,
            "domain": tenant.host,
            "status": tenant.status.as_str(),
            "plan": tenant.plan,
            "trial_ends_at": tenant.trial_ends_at,
            "users": tenant.people,
            "created_at": tenant.created_at,
        })
    });
    let told: Vec<_> = told.collect();
    let head = ["id", "slug", "name", "status", "plan", "people", "made"];
    let json = json!({ "tenants": told, "pagination": listing.pagination });
    talk.list(&head, rows.collect(), &json)
}
