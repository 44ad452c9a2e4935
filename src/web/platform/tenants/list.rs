//! `GET /tenants` on the platform's host: the list of tenants.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::staff::ReadTenants;
use domain::{PlacementKind, TenantKind, TenantState};
use services::tenants::list::{ListedTenant, Listing, list};

use super::around::{days, hint, kept, kind_title, options, tabs};
use super::query::ListQuery;
use super::words;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::list::{FilterOption, Pager, Sort, Tab};
use crate::web::platform::shell::{StaffPlace, StaffShell};

/// `GET /tenants`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn page(
    platform: Platform<ReadTenants>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = ListQuery::parse(request.query_string());
    let asked = query.clone();
    let work = move |tx: &mut services::StaffTx<'_, ReadTenants>| {
        list(tx, &asked.filter, asked.sort, asked.order, asked.page)
    };
    let (found, shell) = platform.page(StaffPlace::Tenants, work).await?;
    answer::page(&List::of(shell, &query, found))
}

#[derive(Template)]
#[template(path = "platform/tenants/list.html")]
struct List {
    hint: String,
    tabs: Vec<Tab>,
    search: String,
    hidden: Vec<(String, String)>,
    plans: Vec<FilterOption>,
    placements: Vec<FilterOption>,
    kinds: Vec<FilterOption>,
    /// Days that narrow the list, in words, each with the way out.
    days: Vec<(String, String)>,
    columns: Columns,
    rows: Vec<Row>,
    pager: Pager,
    file_query: String,
    narrowed: bool,
    widened: bool,
    manages: bool,
    shell: StaffShell,
}

struct Columns {
    name: Sort,
    plan: Sort,
    status: Sort,
    people: Sort,
    trial: Sort,
    created: Sort,
}

struct Row {
    id: String,
    name: String,
    host: String,
    status: &'static str,
    tone: &'static str,
    demo: bool,
    plan: String,
    placement: &'static str,
    people: String,
    trial: String,
    trial_full: String,
    created: String,
    created_full: String,
    created_machine: String,
}

impl List {
    fn of(shell: StaffShell, query: &ListQuery, found: Listing) -> Self {
        let plans = found.plans.as_slice();
        let address = query.address();
        let narrowed = query.filter.narrows();
        let sort = |column: &str| address.sort(column, &query.sort.to_string(), query.order);
        let total = found.counts.total();
        Self {
            hint: hint(&shell, &found.counts, narrowed),
            tabs: tabs(&shell, query, &found.counts),
            search: query.filter.search.clone(),
            hidden: kept(&address),
            plans: options(
                plans.iter().map(|(key, name)| {
                    (key.clone(), name.clone(), query.filter.plans.contains(key))
                }),
            ),
            placements: options(PlacementKind::ALL.iter().map(|kind| {
                let on = query.filter.placements.contains(kind);
                (kind.to_string(), kind.title().to_owned(), on)
            })),
            kinds: options(TenantKind::ALL.iter().map(|kind| {
                let on = query.filter.kind == Some(*kind);
                (kind.to_string(), kind_title(*kind).to_owned(), on)
            })),
            days: days(&shell, query),
            columns: Columns {
                name: sort("name"),
                plan: sort("plan"),
                status: sort("status"),
                people: sort("people"),
                trial: sort("trial_end"),
                created: sort("created_at"),
            },
            rows: found
                .tenants
                .into_iter()
                .map(|tenant| Row::of(tenant, plans, &shell))
                .collect(),
            pager: Pager::new(&address, &found.pagination, &shell.format),
            file_query: query.file_query(),
            narrowed,
            widened: found.search_in != query.filter.search_in,
            manages: shell.makes_tenants(),
            shell: if narrowed {
                shell
            } else {
                shell.count(StaffPlace::Tenants, total)
            },
        }
    }
}

impl Row {
    fn of(tenant: ListedTenant, plans: &[(String, String)], shell: &StaffShell) -> Self {
        let format = &shell.format;
        let plan = plans.iter().find(|(key, _)| *key == tenant.plan);
        let trial = tenant
            .trial_ends_at
            .filter(|_| tenant.status == TenantState::Trial);
        Self {
            id: tenant.id.to_string(),
            name: tenant.name,
            host: tenant.host.unwrap_or(tenant.slug),
            status: words::title(tenant.status),
            tone: words::tone(tenant.status),
            demo: tenant.demo,
            plan: plan.map_or(tenant.plan.clone(), |(_, name)| name.clone()),
            placement: tenant.placement.map_or("None yet", PlacementKind::title),
            people: match (tenant.people, tenant.seats) {
                (Some(people), Some(seats)) => {
                    format!("{} of {}", format.count(people), format.count(seats))
                }
                _ => "–".to_owned(),
            },
            trial: trial.map(|at| format.relative(at)).unwrap_or_default(),
            trial_full: trial.map(|at| format.date_time(at)).unwrap_or_default(),
            created: format.relative(tenant.created_at),
            created_full: format.date_time(tenant.created_at),
            created_machine: format.machine(tenant.created_at),
        }
    }
}
