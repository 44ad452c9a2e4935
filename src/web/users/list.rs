//! `GET /users`: the list of people.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::permission::ReadUsers;
use domain::{Permission, Role, StatusCounts, UserStatus};
use services::roles::{RoleBook, RoleInfo};
use services::users::list::{Listing, list};
use services::users::rules::Offers;
use services::users::{ListedUser, Seats};

use super::query::ListQuery;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::list::{Address, FilterOption, Pager, Sort, Tab};
use crate::web::shell::{Place, Shell};

/// `GET /users`.
///
/// # Errors
/// The page of whatever went wrong.
pub async fn page(
    tenant: Tenant<ReadUsers>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = ListQuery::parse(request.query_string());
    let asked = query.clone();
    let work = move |tx: &mut services::TenantTx<'_, ReadUsers>| {
        list(tx, &asked.filter, asked.sort, asked.order, asked.page)
    };
    let (found, shell) = tenant.page(Place::Users, work).await?;
    draw(shell, &query, found)
}

/// The page of what was found.
///
/// # Errors
/// A page that cannot be drawn.
pub fn draw(shell: Shell, query: &ListQuery, found: Listing) -> Result<HttpResponse, Problem> {
    answer::page(&List::of(shell, query, found))
}

#[derive(Template)]
#[template(path = "users/list.html")]
struct List {
    hint: String,
    tabs: Vec<Tab>,
    search: String,
    hidden: Vec<(String, String)>,
    roles: Vec<FilterOption>,
    departments: Vec<FilterOption>,
    columns: Columns,
    rows: Vec<Row>,
    pager: Pager,
    total: String,
    filter_query: String,
    clear: Option<String>,
    widened: bool,
    manages: bool,
    imports: bool,
    exports: bool,
    shell: Shell,
}

struct Columns {
    name: Sort,
    role: Sort,
    status: Sort,
    department: Sort,
    last: Sort,
}

struct Row {
    id: String,
    name: String,
    email: String,
    role: String,
    status: UserStatus,
    offers: Offers,
    department: String,
    last: String,
    last_full: String,
    last_machine: String,
}

impl List {
    fn of(shell: Shell, query: &ListQuery, found: Listing) -> Self {
        let address = query.address();
        let narrowed = query.filter.narrows();
        let people = found.counts.total();
        let sort = |column: &str| address.sort(column, &query.sort.to_string(), query.order);
        Self {
            hint: seats(&shell, people, found.seats),
            tabs: tabs(&shell, query, found.counts),
            search: query.filter.search.clone(),
            hidden: kept(&address),
            roles: role_options(&found.roles, &query.filter.roles),
            departments: departments(&found.departments, &query.filter.departments),
            columns: Columns {
                name: sort("name"),
                role: sort("role"),
                status: sort("status"),
                department: sort("department"),
                last: sort("last_sign_in"),
            },
            rows: found
                .people
                .into_iter()
                .map(|(user, offers)| Row::of(user, offers, &found.roles, &shell))
                .collect(),
            pager: Pager::new(&address, &found.pagination, &shell.format),
            total: shell.format.count(found.pagination.total_count),
            filter_query: query.filter_query(),
            clear: narrowed.then(|| "/users".to_owned()),
            widened: (found.search_in != query.filter.search_in),
            manages: shell.may(Permission::ManageUsers),
            imports: shell.may(Permission::ImportUsers),
            exports: shell.may(Permission::ExportUsers),
            shell: if narrowed {
                shell
            } else {
                shell.count(Place::Users, people)
            },
        }
    }
}

impl Row {
    fn of(user: ListedUser, offers: Offers, roles: &RoleBook, shell: &Shell) -> Self {
        let at = user.last_sign_in_at;
        Self {
            id: user.id.to_string(),
            name: user.name.to_string(),
            email: user.email.to_string(),
            role: roles.name(user.role).to_owned(),
            offers,
            status: user.status,
            department: user.department.unwrap_or_default(),
            last: shell.format.relative_or_never(at),
            last_full: at.map(|at| shell.format.date_time(at)).unwrap_or_default(),
            last_machine: at.map(|at| shell.format.machine(at)).unwrap_or_default(),
        }
    }
}

impl Row {
    fn status_label(&self) -> &'static str {
        self.status.title()
    }

    fn status_tone(&self) -> &'static str {
        match self.status {
            UserStatus::Active => "ok",
            UserStatus::Invited => "info",
            UserStatus::Suspended => "bad",
            UserStatus::Inactive | UserStatus::Removed => "",
        }
    }
}

fn role_options(book: &RoleBook, on: &[Role]) -> Vec<FilterOption> {
    let option = |info: &RoleInfo| FilterOption {
        value: info.role.to_string(),
        label: info.name.clone(),
        checked: on.contains(&info.role),
    };
    book.iter().map(option).collect()
}

fn departments(known: &[(String, String)], on: &[String]) -> Vec<FilterOption> {
    let option = |(folded, name): &(String, String)| FilterOption {
        value: folded.clone(),
        label: name.clone(),
        checked: on.contains(folded),
    };
    known.iter().map(option).collect()
}

/// Everyone, and one tab for each status.
fn tabs(shell: &Shell, query: &ListQuery, counts: StatusCounts) -> Vec<Tab> {
    let address = query.address().without("page").without("status");
    let on = query.filter.statuses.as_slice();
    let tab = |label: &str, status: Option<UserStatus>, count: i64| Tab {
        label: label.to_owned(),
        href: status.map_or_else(
            || address.href(),
            |status| address.with("status", &status.to_string()).href(),
        ),
        count: shell.format.count(count),
        current: status.map_or(on.is_empty(), |status| on == [status]),
    };
    let of = |label, status| tab(label, Some(status), counts.of(status));
    vec![
        tab("Everyone", None, counts.total()),
        of("Active", UserStatus::Active),
        of("Invited", UserStatus::Invited),
        of("Suspended", UserStatus::Suspended),
        of("Inactive", UserStatus::Inactive),
    ]
}

/// What the toolbar's form keeps of the address beside its own fields.
fn kept(address: &Address) -> Vec<(String, String)> {
    let own = ["search", "role", "department", "page"];
    address
        .pairs()
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .cloned()
        .collect()
}

fn seats(shell: &Shell, people: i64, seats: Option<Seats>) -> String {
    match seats {
        Some(seats) => format!(
            "{} of {} seats taken",
            shell.format.count(seats.used),
            shell.format.count(seats.hard)
        ),
        None => format!("{} people", shell.format.count(people)),
    }
}
