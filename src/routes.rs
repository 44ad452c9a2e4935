//! The table of contents: each route of a tenant, the access it asks for, and its handler, whose `Tenant<…>`
//! must prove that access or this file does not compile. `tests/it/access.txt` has a row for each. The
//! platform's routes and those of any host are in the files beside this.

pub mod anywhere;
pub mod api;
pub mod platform;
pub mod sign_up;

use actix_web::cookie::Key;
use actix_web::guard::Not;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use domain::permission::{
    Anyone, EvenClosed, ExportAudit, ExportUsers, ImportUsers, ManageKeys, ManageRoles,
    ManageSettings, ManageUsers, ManageVisits, OwnTenant, ReadAudit, ReadKeys, ReadOverview,
    ReadRoles, ReadSettings, ReadUsage, ReadUsers, ReadVisits, SignedIn, UseConsole,
};

use crate::problem::Problem;
use crate::route::{AtBase, AtPlatform, Noted, table};
use crate::session;
use crate::tenant::Tenant;
use crate::web::sign_up::arrive;
use crate::web::{
    analytics, audit, checkups, console, invitation, keep, keys, mailbox, me, overview, ownership,
    palette, password, plan, roles, scalings, sessions, settings, sign_in, sign_out, structure,
    usage, users, visits,
};

table! {
    domain::Access, domain::Needs;

    // Anyone, at a tenant's door
    get  "/sign-in"                             Anyone      sign_in::form;
    post "/sign-in"                             Anyone      sign_in::submit;
    post "/sign-out"                            SignedIn    sign_out::leave;
    get  "/password-reset"                      Anyone      password::form;
    post "/password-reset"                      Anyone      password::ask;
    get  "/password-reset/{token}"              Anyone      password::reset::choose;
    post "/password-reset/{token}"              Anyone      password::reset::set;
    get  "/invitations/{token}"                 Anyone      invitation::page;
    post "/invitations/{token}"                 Anyone      invitation::accept;
    get  "/left"                                Anyone      me::leaving::left;
    get  "/arrivals/{token}"                    Anyone      arrive::ask;
    post "/arrivals/{token}"                    Anyone      arrive::enter;

    // An owner, at the door of a tenant that an owner closed
    get  "/keep/{token}"                        EvenClosed  keep::ask;
    post "/keep/{token}"                        EvenClosed  keep::keep;

    // Whoever sits at the machine, while developing
    get  "/dev/mailbox"                         EvenClosed  mailbox::list;
    get  "/dev/mailbox/{name}"                  EvenClosed  mailbox::letter;

    // Whoever is signed in, about themselves
    get  "/me"                                  SignedIn    me::show;
    post "/me"                                  SignedIn    me::change;
    post "/me/preferences"                      SignedIn    me::change_preferences;
    get  "/me/password"                         SignedIn    me::password::show;
    post "/me/password"                         SignedIn    me::password::change;
    get  "/me/sessions"                         SignedIn    sessions::list;
    get  "/me/leaving"                          SignedIn    me::leaving::ask;
    post "/me/leaving"                          SignedIn    me::leaving::leave;
    post "/me/sessions/others/end"              SignedIn    sessions::end_others;
    post "/me/sessions/{id}/end"                SignedIn    sessions::end;

    // Handing the tenant over
    get  "/ownership"                           OwnTenant   ownership::form;
    post "/ownership"                           OwnTenant   ownership::offer;
    post "/ownership/withdrawal"                OwnTenant   ownership::withdraw;
    get  "/ownership-offers/{token}"            SignedIn    ownership::look;
    post "/ownership-offers/{token}"            SignedIn    ownership::respond;

    // The plan
    get  "/plan"                                SignedIn    plan::page;
    get  "/plan/choice"                         ManageSettings plan::choice::ask;
    post "/plan/choice"                         ManageSettings plan::choice::choose;
    post "/plan/choice/undo"                    ManageSettings plan::choice::undo;

    // Overview
    get  "/"                                    ReadOverview overview::page;

    // People
    get  "/users"                               ReadUsers   users::list::page;
    get  "/palette/people"                      ReadUsers   palette::people;
    get  "/users/export.csv"                    ExportUsers users::export::csv;
    get  "/users/import"                        ImportUsers users::import::form;
    post "/users/import"                        ImportUsers users::import::upload;
    get  "/users/import/{id}"                   ImportUsers users::import::review;
    post "/users/import/{id}"                   ImportUsers users::import::confirm;
    get  "/users/import/{id}/bad-lines.csv"     ImportUsers users::import::bad_lines;
    get  "/users/invitations/new"               ManageUsers users::invite::form;
    post "/users/invitations"                   ManageUsers users::invite::submit;
    post "/users/bulk/{deed}"                   ManageUsers users::bulk::submit;
    post "/users/removals/{moment}/undo"        ManageUsers users::bulk::undo;
    get  "/users/{id}"                          ReadUsers   users::detail::profile;
    get  "/users/{id}/activity"                 ReadAudit   users::detail::activity;
    get  "/users/{id}/edit"                     ManageUsers users::edit::form;
    post "/users/{id}/edit"                     ManageUsers users::edit::submit;
    get  "/users/{id}/role"                     ManageUsers users::deeds::ask_role;
    post "/users/{id}/role"                     ManageUsers users::deeds::give_role;
    get  "/users/{id}/suspension"               ManageUsers users::deeds::ask_suspension;
    post "/users/{id}/suspension"               ManageUsers users::deeds::suspend;
    post "/users/{id}/restoration"              ManageUsers users::deeds::restore;
    post "/users/{id}/deactivation"             ManageUsers users::deeds::deactivate;
    post "/users/{id}/invitation"               ManageUsers users::deeds::resend;
    post "/users/{id}/invitation/revocation"    ManageUsers users::deeds::revoke;
    get  "/users/{id}/removal"                  ManageUsers users::deeds::ask_removal;
    post "/users/{id}/removal"                  ManageUsers users::deeds::remove;
    post "/users/{id}/removal/undo"             ManageUsers users::deeds::undo_removal;

    // Roles
    get  "/roles"                               ReadRoles   roles::matrix;
    post "/roles"                               ManageRoles roles::create;
    get  "/roles/new"                           ManageRoles roles::new;
    get  "/roles/{id}"                          ReadRoles   roles::show;
    post "/roles/{id}"                          ManageRoles roles::change;
    get  "/roles/{id}/removal"                  ManageRoles roles::ask_removal;
    post "/roles/{id}/removal"                  ManageRoles roles::remove;

    // The console
    get  "/console"                             UseConsole  console::page;
    post "/console"                             UseConsole  console::run;
    post "/console/result.csv"                  UseConsole  console::csv;
    post "/console/runs/{id}/stop"              UseConsole  console::stop;
    post "/console/queries"                     UseConsole  console::keep;
    post "/console/queries/{id}/removal"        UseConsole  console::forget;

    // Visits by support
    get  "/visits"                              ReadVisits  visits::list;
    post "/visits/policy"                       ManageVisits visits::policy::set;
    get  "/visits/enter/{ticket}"               Anyone      visits::enter::ask;
    post "/visits/enter/{ticket}"               Anyone      visits::enter::enter;
    post "/visits/leave"                        Anyone      visits::enter::leave;
    get  "/visits/left"                         Anyone      visits::enter::left;
    get  "/visits/{id}"                         ReadVisits  visits::show;
    post "/visits/{id}/approval"                ManageVisits visits::approve;
    post "/visits/{id}/refusal"                 ManageVisits visits::decline;
    post "/visits/{id}/end"                     ManageVisits visits::end;

    // API keys
    get  "/keys"                                ReadKeys    keys::list;
    post "/keys"                                ManageKeys  keys::create;
    get  "/keys/new"                            ManageKeys  keys::new;
    get  "/keys/{id}"                           ReadKeys    keys::show;
    get  "/keys/{id}/rotation"                  ManageKeys  keys::ask_rotation;
    post "/keys/{id}/rotation"                  ManageKeys  keys::rotate;
    get  "/keys/{id}/revocation"                ManageKeys  keys::ask_revocation;
    post "/keys/{id}/revocation"                ManageKeys  keys::revoke;

    // Data
    get  "/status"                              ReadUsage   checkups::page;
    get  "/usage"                               ReadUsage    usage::page;
    get  "/scalings/new"                        ManageSettings scalings::form;
    post "/scalings/price"                      ManageSettings scalings::price;
    post "/scalings"                            ManageSettings scalings::ask;
    post "/scalings/{id}/withdrawal"            ManageSettings scalings::withdraw;
    get  "/usage/live"                          ReadUsage   usage::live;
    get  "/usage.csv"                           ReadUsage    usage::csv;
    get  "/analytics"                           ReadUsage    analytics::page;
    get  "/analytics.csv"                       ReadUsage    analytics::csv;
    get  "/data"                                ReadSettings structure::list;
    get  "/data/{table}"                        ReadSettings structure::table;

    // Settings
    get  "/settings"                            ReadSettings settings::show;
    post "/settings/general"                    ManageSettings settings::change_general;
    post "/settings/contact"                    ManageSettings settings::change_contact;
    get  "/settings/closing"                    OwnTenant   settings::closing::ask;
    post "/settings/closing"                    OwnTenant   settings::closing::close;

    // Audit
    get  "/audit"                               ReadAudit   audit::list;
    get  "/audit.csv"                           ExportAudit audit::export::csv;
    get  "/audit.ndjson"                        ExportAudit audit::export::ndjson;
    get  "/audit/verification"                  ReadAudit   audit::verification;
    get  "/audit/{id}"                          ReadAudit   audit::entry;
}

/// Registers them all: those of any host and of the API, then those of the platform's host and of the base domain, and
/// everywhere else those of a tenant. Each world has its own cookie; none has a route of another.
pub fn all(
    routes: &mut ServiceConfig,
    platform: &AtPlatform,
    base: &AtBase,
    key: &Key,
    origins: &[String],
) {
    for route in anywhere::ALL {
        routes.route(route.path, (route.to)());
    }
    routes.service(api::scope(origins));
    let staff = platform::ALL
        .iter()
        .fold(web::scope(""), |scope, route| {
            scope.route(route.path, (route.to)().guard(Noted(route.path)))
        })
        .guard(platform.clone())
        .wrap(session::staff::layer(key.clone()));
    let strangers = sign_up::ALL
        .iter()
        .fold(web::scope(""), |scope, route| {
            scope.route(route.path, (route.to)().guard(Noted(route.path)))
        })
        .guard(base.clone())
        .default_service(web::to(nowhere))
        .wrap(session::layer(key.clone()));
    let tenants = ALL
        .iter()
        .fold(web::scope(""), |scope, route| {
            scope.route(route.path, (route.to)().guard(Noted(route.path)))
        })
        .guard(Not(platform.clone()))
        .default_service(web::to(nowhere))
        .wrap(session::layer(key.clone()))
        .wrap(from_fn(session::lasting));
    routes.service(staff).service(strangers).service(tenants);
    routes.default_service(web::to(|| async { Err::<String, _>(Problem::not_found()) }));
}

/// An address that no route has: the page of the tenant's host says so, and a host without a tenant says
/// what it says everywhere.
async fn nowhere(_: Tenant<Anyone>) -> Result<String, Problem> {
    Err(Problem::not_found())
}
