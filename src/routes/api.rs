//! The table of contents of the API: each route, who may ask it, and its handler, whose `Api<…>` or
//! `PlatformApi<…>` must prove that or this file does not compile. `tests/it/access_api.txt` has a row for each.

use std::collections::BTreeMap;

use actix_cors::Cors;
use actix_web::dev::HttpServiceFactory;
use actix_web::middleware::from_fn;
use actix_web::{Scope, web};
use domain::permission::{
    CountUsage, ManageKeys, ManageRoles, ManageSessions, ManageSettings, ManageUsers, ManageVisits,
    OwnTenant, ReadAudit, ReadJobs, ReadKeys, ReadOverview, ReadRoles, ReadSessions, ReadSettings,
    ReadUsage, ReadUsers, ReadVisits, UseConsole,
};
use domain::staff::{
    DeleteTenants, ManageNodes, ManagePlatformKeys, ManageQueue, ManageStaff, ManageTenants,
    ReadNodes, ReadPlatformAudit, ReadQueue, ReadStaff, ReadTenants, VisitTenants,
};

use crate::api::limits::{reservations, usage_events};
use crate::api::rollouts::{drift, migrate};
use crate::api::route::{Open, table};
use crate::api::tenants::{moves, own_limits, pool};
use crate::api::{
    Fault, analytics, audit, checkups, comparison, console, docs, dress, jobs, keys, limits, nodes,
    openapi, ownership, people, people_deeds, plans, platform_audit, platform_jobs, platform_keys,
    resources, roles, rollouts, scalings, sessions, sign_up, staff, staff_deeds, structure,
    tenants, usage, visits,
};

/// Where the API is.
pub const ROOT: &str = "/api/v1";

/// A tenant's key reads its own tenant, the platform's any.
type ReadOne = (ReadOverview, ReadTenants);
/// A tenant's key changes its own tenant, the platform's any.
type ChangeOne = (ManageSettings, ManageTenants);
/// A tenant's key is told of its own rows' share, the platform's of the tables.
type ReadOnesSchema = (ReadSettings, ReadTenants);
/// A tenant's key reads its own visits with what was seen on them, the platform's where each stands.
type ReadOnesVisits = (ReadVisits, ReadTenants);
/// A tenant's key reads what its own tenant uses, the platform's of any.
type ReadOnesUsage = (ReadUsage, ReadTenants);
/// A program counts for its own tenant, or for any.
type CountOnes = (CountUsage, domain::staff::CountUsage);
/// Either side ends a visit.
type EndOnesVisits = (ManageVisits, VisitTenants);

table! {
    open   get    "/openapi.json"                                       Open           openapi::document     "About"    "This description";
    open   get    "/docs"                                               Open           docs::page            "About"    "The reference for people";

    open     post   "/tenants/signup"                                   Open           sign_up::ask                 "Tenants" "Sign up for a tenant";
    open     post   "/tenants/signup/confirmation"                      Open           sign_up::confirm             "Tenants" "Confirm a sign-up";
    platform get    "/tenants"                                          ReadTenants    tenants::list                "Tenants" "List tenants";
    platform get    "/admin/tenants/health"                             ReadTenants    checkups::list               "Tenants" "List tenants by health";
    platform post   "/admin/tenants/health"                             ManageTenants  checkups::ask                "Tenants" "Look how all tenants are";
    platform post   "/tenants"                                          ManageTenants  tenants::create              "Tenants" "Create a tenant";
    platform get    "/tenants/by-domain"                                ReadTenants    tenants::by_domain           "Tenants" "Find a tenant by its domain";
    either   get    "/tenants/{tenant_id}"                              ReadOne        tenants::read                "Tenants" "Read a tenant";
    either   put    "/tenants/{tenant_id}"                              ChangeOne      tenants::change              "Tenants" "Change a tenant";
    platform put    "/tenants/{tenant_id}/address"                      ManageTenants  tenants::rename              "Tenants" "Change the address of a tenant";
    platform put    "/tenants/{tenant_id}/plan"                         ManageTenants  tenants::change_plan         "Tenants" "Change the plan of a tenant";
    either   post   "/tenants/{tenant_id}/limits/check"                 ChangeOne      limits::check                "Limits"  "Look at a tenant's limits now";
    platform put    "/tenants/{tenant_id}/limits/{resource}"            ManageTenants  own_limits::give             "Plans"   "Give a tenant a limit of its own";
    platform delete "/tenants/{tenant_id}/limits/{resource}"            ManageTenants  own_limits::take             "Plans"   "Let the plan's limit hold again for a tenant";
    platform post   "/tenants/{tenant_id}/suspension"                   ManageTenants  tenants::suspend             "Tenants" "Suspend a tenant";
    platform delete "/tenants/{tenant_id}/suspension"                   ManageTenants  tenants::reactivate          "Tenants" "Reactivate a tenant";
    platform post   "/tenants/{tenant_id}/maintenance"                  ManageTenants  tenants::begin_maintenance   "Tenants" "Begin maintenance of a tenant";
    platform delete "/tenants/{tenant_id}/maintenance"                  ManageTenants  tenants::end_maintenance     "Tenants" "End maintenance of a tenant";
    platform get    "/tenants/{tenant_id}/connection"                   ReadTenants    tenants::connection          "Tenants" "See how an application reaches a tenant";
    platform get    "/tenants/{tenant_id}/pool"                         ReadTenants    pool::read                   "Tenants" "See what a tenant takes of the database's connections";
    platform put    "/tenants/{tenant_id}/pool"                         ManageTenants  pool::give                   "Tenants" "Give a tenant connections to itself";
    platform delete "/tenants/{tenant_id}/pool"                         ManageTenants  pool::take                   "Tenants" "Let a tenant share connections again";
    platform get    "/tenants/{tenant_id}/provisioning"                 ReadTenants    tenants::provisioning        "Tenants" "See how far a tenant is made";
    platform post   "/tenants/{tenant_id}/provisioning/retry"           ManageTenants  tenants::retry               "Tenants" "Go on with a tenant whose making failed";
    platform delete "/tenants/{tenant_id}"                              DeleteTenants  tenants::delete              "Tenants" "Schedule the deletion of a tenant";
    platform delete "/tenants/{tenant_id}/deletion"                     DeleteTenants  tenants::undo_deletion       "Tenants" "Undo the deletion of a tenant";

    platform post   "/plans"                                            ManageTenants  plans::add                   "Plans"   "Add a plan";
    either   get    "/plans"                                            ReadOne        plans::list                  "Plans"   "List plans";
    either   get    "/plans/{plan}"                                     ReadOne        plans::read                  "Plans"   "Read a plan";
    platform get    "/plans/{plan}/versions"                            ReadTenants    plans::versions              "Plans"   "List the versions of a plan";
    platform put    "/plans/{plan}"                                     ManageTenants  plans::change                "Plans"   "Change a plan";
    platform post   "/plans/{plan}/migration"                           ManageTenants  plans::move_tenants          "Plans"   "Move tenants to the current version of a plan";
    platform delete "/plans/{plan}"                                     ManageTenants  plans::retire                "Plans"   "Retire a plan";

    platform get    "/tenants/{tenant_id}/moves"                        ReadTenants    moves::list                  "Moves"   "List moves of a tenant";
    platform post   "/tenants/{tenant_id}/moves"                        ManageTenants  moves::ask                   "Moves"   "Move a tenant to another place";
    platform get    "/tenants/{tenant_id}/moves/forecast"               ManageTenants  moves::forecast              "Moves"   "See what a move will take";
    platform get    "/tenants/{tenant_id}/moves/{move_id}"              ReadTenants    moves::read                  "Moves"   "Read a move";
    platform delete "/tenants/{tenant_id}/moves/{move_id}"              ManageTenants  moves::stop                  "Moves"   "Stop a move";
    platform post   "/tenants/{tenant_id}/moves/{move_id}/undo"         ManageTenants  moves::undo                  "Moves"   "Undo a move";
    platform delete "/tenants/{tenant_id}/moves/{move_id}/copy"         ManageTenants  moves::discard               "Moves"   "Delete the old copy of a move";

    platform get    "/migrations"                                       ReadTenants    rollouts::migrations         "Migrations" "List migrations of the application";
    platform get    "/rollouts"                                         ReadTenants    rollouts::list               "Migrations" "List rollouts";
    platform post   "/rollouts"                                         ManageTenants  rollouts::ask                "Migrations" "Roll the migrations out";
    platform get    "/rollouts/forecast"                                ManageTenants  rollouts::forecast           "Migrations" "See what a rollout would do";
    platform get    "/rollouts/{rollout_id}"                            ReadTenants    rollouts::read               "Migrations" "Read a rollout";
    platform delete "/rollouts/{rollout_id}"                            ManageTenants  rollouts::cancel             "Migrations" "End a rollout early";
    platform post   "/rollouts/{rollout_id}/pause"                      ManageTenants  rollouts::pause              "Migrations" "Pause a rollout";
    platform post   "/rollouts/{rollout_id}/resume"                     ManageTenants  rollouts::resume             "Migrations" "Resume a rollout";
    platform post   "/rollouts/{rollout_id}/retry"                      ManageTenants  rollouts::retry              "Migrations" "Try again what failed in a rollout";
    platform get    "/drift"                                            ReadTenants    drift::read                  "Migrations" "List differences between schemas and their migrations";
    platform post   "/drift"                                            ManageTenants  drift::ask                   "Migrations" "Compare all schemas with their migrations";
    platform post   "/tenants/{tenant_id}/migrate"                      ManageTenants  migrate::tenant              "Migrations" "Migrate the schema of one tenant";

    platform get    "/resources"                                        ReadTenants    resources::list              "Limits"  "List what is limited";
    platform post   "/resources"                                        ManageTenants  resources::register          "Limits"  "Register a resource";
    platform put    "/resources/{resource}"                             ManageTenants  resources::change            "Limits"  "Change what is said of a resource";
    platform delete "/resources/{resource}"                             ManageTenants  resources::retire            "Limits"  "Retire a resource";
    either   get    "/tenants/{tenant_id}/limits"                       ReadOnesUsage  limits::list                 "Limits"  "See where a tenant stands";
    either   post   "/tenants/{tenant_id}/limits/{resource}/return"     CountOnes      limits::give_back            "Limits"  "Give back what is used no more";
    either   get    "/tenants/{tenant_id}/health"                       ReadOnesUsage  checkups::read               "Tenants" "Read how a tenant is";
    platform post   "/tenants/{tenant_id}/health"                       ManageTenants  checkups::ask_one            "Tenants" "Look how a tenant is";
    either   get    "/tenants/{tenant_id}/usage"                        ReadOnesUsage  usage::read                  "Limits"  "Read what a tenant used";
    either   get    "/tenants/{tenant_id}/analytics"                    ReadOnesUsage  analytics::read              "Analytics" "Read what a tenant's figures say";
    either   put    "/tenants/{tenant_id}/usage/{resource}"             CountOnes      limits::measure              "Limits"  "Say how much was measured";
    either   post   "/tenants/{tenant_id}/usage-events"                 CountOnes      usage_events::count          "Limits"  "Say what was used";
    either   post   "/tenants/{tenant_id}/scale"                        ChangeOne      scalings::ask                "Limits"  "Ask for other limits";
    either   get    "/tenants/{tenant_id}/scalings"                     ReadOnesUsage  scalings::list               "Limits"  "List the limits that a tenant asked for";
    either   get    "/tenants/{tenant_id}/scalings/{scaling_id}"        ReadOnesUsage  scalings::read               "Limits"  "Read what a tenant asked for";
    platform post   "/tenants/{tenant_id}/scalings/{scaling_id}/approval" ManageTenants scalings::approve           "Limits"  "Approve what a tenant asked for";
    platform post   "/tenants/{tenant_id}/scalings/{scaling_id}/refusal" ManageTenants scalings::decline            "Limits"  "Decline what a tenant asked for";
    either   post   "/tenants/{tenant_id}/scalings/{scaling_id}/withdrawal" ChangeOne  scalings::withdraw           "Limits"  "Take back what was asked for";
    either   post   "/tenants/{tenant_id}/reservations"                 CountOnes      reservations::reserve        "Limits"  "Reserve of a limit";
    either   get    "/tenants/{tenant_id}/reservations/{reservation_id}" CountOnes     reservations::read           "Limits"  "Read a reservation";
    either   post   "/tenants/{tenant_id}/reservations/{reservation_id}/commitment" CountOnes reservations::commit  "Limits"  "Use what was reserved";
    either   delete "/tenants/{tenant_id}/reservations/{reservation_id}" CountOnes     reservations::release        "Limits"  "Give a reservation back";

    tenant get    "/tenants/{tenant_id}/ownership"                      OwnTenant      ownership::read       "Ownership" "Read the offer of the ownership";
    tenant post   "/tenants/{tenant_id}/ownership"                      OwnTenant      ownership::offer      "Ownership" "Offer the ownership to somebody else";
    tenant delete "/tenants/{tenant_id}/ownership"                      OwnTenant      ownership::withdraw   "Ownership" "Take the offer of the ownership back";

    tenant get    "/tenants/{tenant_id}/users"                          ReadUsers      people::list          "Users"    "List users";
    tenant post   "/tenants/{tenant_id}/users"                          ManageUsers    people::create        "Users"    "Create a user";
    tenant get    "/tenants/{tenant_id}/users/{user_id}"                ReadUsers      people::read          "Users"    "Read a user";
    tenant put    "/tenants/{tenant_id}/users/{user_id}"                ManageUsers    people::change        "Users"    "Change a user";
    tenant delete "/tenants/{tenant_id}/users/{user_id}"                ManageUsers    people_deeds::remove  "Users"    "Remove a user";
    tenant post   "/tenants/{tenant_id}/users/{user_id}/suspension"     ManageUsers    people_deeds::suspend "Users"    "Suspend a user";
    tenant post   "/tenants/{tenant_id}/users/{user_id}/restoration"    ManageUsers    people_deeds::restore "Users"    "Restore a user";
    tenant put    "/tenants/{tenant_id}/users/{user_id}/role"           ManageUsers    people_deeds::give_role "Users"  "Give a user a role";

    tenant get    "/tenants/{tenant_id}/users/{user_id}/sessions"       ReadSessions   sessions::list        "Sessions" "List a user's sessions";
    tenant delete "/tenants/{tenant_id}/users/{user_id}/sessions/{session_id}" ManageSessions sessions::end  "Sessions" "End a session";

    tenant get    "/tenants/{tenant_id}/roles"                          ReadRoles      roles::list           "Roles"    "List roles";
    tenant post   "/tenants/{tenant_id}/roles"                          ManageRoles    roles::create         "Roles"    "Create a role";
    tenant get    "/tenants/{tenant_id}/roles/{role_id}"                ReadRoles      roles::read           "Roles"    "Read a role";
    tenant put    "/tenants/{tenant_id}/roles/{role_id}"                ManageRoles    roles::change         "Roles"    "Change a role";
    tenant delete "/tenants/{tenant_id}/roles/{role_id}"                ManageRoles    roles::remove         "Roles"    "Remove a role";

    tenant get    "/tenants/{tenant_id}/audit"                          ReadAudit      audit::list           "Audit"    "List audit entries";
    tenant get    "/tenants/{tenant_id}/audit/{entry_id}"               ReadAudit      audit::read           "Audit"    "Read an audit entry";

    tenant get    "/tenants/{tenant_id}/keys"                           ReadKeys       keys::list            "Keys"     "List API keys";
    tenant post   "/tenants/{tenant_id}/keys"                           ManageKeys     keys::create          "Keys"     "Create an API key";
    tenant post   "/tenants/{tenant_id}/keys/{key_id}/rotation"         ManageKeys     keys::rotate          "Keys"     "Rotate an API key";
    tenant delete "/tenants/{tenant_id}/keys/{key_id}"                  ManageKeys     keys::revoke          "Keys"     "Revoke an API key";

    either get    "/tenants/{tenant_id}/schema"                         ReadOnesSchema structure::read       "Schema"   "Read the schema of a tenant";

    tenant post   "/tenants/{tenant_id}/query"                          UseConsole     console::run          "Schema"   "Ask a tenant's own tables";

    either get    "/tenants/{tenant_id}/visits"                         ReadOnesVisits visits::list          "Visits"   "List visits of support";
    platform post "/tenants/{tenant_id}/visits"                         VisitTenants   visits::ask           "Visits"   "Ask to visit a tenant";
    tenant get    "/tenants/{tenant_id}/visits/policy"                  ReadVisits     visits::policy        "Visits"   "Read what is said to those who ask";
    tenant put    "/tenants/{tenant_id}/visits/policy"                  ManageVisits   visits::set_policy    "Visits"   "Change what is said to those who ask";
    either get    "/tenants/{tenant_id}/visits/{visit_id}"              ReadOnesVisits visits::read          "Visits"   "Read a visit";
    either delete "/tenants/{tenant_id}/visits/{visit_id}"              EndOnesVisits  visits::end           "Visits"   "End a visit, or take it back";
    tenant post   "/tenants/{tenant_id}/visits/{visit_id}/approval"     ManageVisits   visits::approve       "Visits"   "Let a visitor in";
    tenant post   "/tenants/{tenant_id}/visits/{visit_id}/refusal"      ManageVisits   visits::decline       "Visits"   "Decline a visit";
    platform get  "/visits"                                             ReadTenants    visits::under_way     "Visits"   "List the visits under way";

    tenant get    "/tenants/{tenant_id}/jobs"                           ReadJobs       jobs::list            "Jobs"     "List jobs";
    tenant get    "/tenants/{tenant_id}/jobs/{job_id}"                  ReadJobs       jobs::read            "Jobs"     "Read a job";

    platform get    "/staff"                                            ReadStaff          staff::list           "Staff"         "List staff";
    platform post   "/staff"                                            ManageStaff        staff::invite         "Staff"         "Invite somebody to the staff";
    platform get    "/staff/{staff_id}"                                 ReadStaff          staff::read           "Staff"         "Read one of the staff";
    platform delete "/staff/{staff_id}"                                 ManageStaff        staff_deeds::remove   "Staff"         "Remove one of the staff";
    platform put    "/staff/{staff_id}/role"                            ManageStaff        staff_deeds::give_role "Staff"        "Give one of the staff a role";
    platform post   "/staff/{staff_id}/suspension"                      ManageStaff        staff_deeds::suspend  "Staff"         "Suspend one of the staff";
    platform post   "/staff/{staff_id}/restoration"                     ManageStaff        staff_deeds::restore  "Staff"         "Restore one of the staff";
    platform post   "/staff/{staff_id}/invitation"                      ManageStaff        staff_deeds::resend   "Staff"         "Send an invitation to the staff again";

    platform get    "/keys"                                             ManagePlatformKeys platform_keys::list   "Platform keys" "List platform keys";
    platform post   "/keys"                                             ManagePlatformKeys platform_keys::create "Platform keys" "Create a platform key";
    platform post   "/keys/{key_id}/rotation"                           ManagePlatformKeys platform_keys::rotate "Platform keys" "Rotate a platform key";
    platform delete "/keys/{key_id}"                                    ManagePlatformKeys platform_keys::revoke "Platform keys" "Revoke a platform key";

    platform get    "/jobs"                                             ReadQueue      platform_jobs::list     "Platform jobs" "List jobs of the platform";
    platform get    "/jobs/{job_id}"                                    ReadQueue      platform_jobs::read     "Platform jobs" "Read a job of the platform";
    platform post   "/jobs/{job_id}/retry"                              ManageQueue    platform_jobs::retry    "Platform jobs" "Try a job again";
    platform delete "/jobs/{job_id}"                                    ManageQueue    platform_jobs::remove   "Platform jobs" "Drop a job";

    platform get    "/nodes"                                            ReadNodes      nodes::list             "Servers"       "List servers";
    platform post   "/nodes"                                            ManageNodes    nodes::add              "Servers"       "Add a server";
    platform get    "/nodes/{node}"                                     ReadNodes      nodes::read             "Servers"       "Read a server";
    platform put    "/nodes/{node}"                                     ManageNodes    nodes::change           "Servers"       "Change a server";
    platform post   "/nodes/{node}/test"                                ManageNodes    nodes::test             "Servers"       "Look at a server now";
    platform post   "/nodes/{node}/preparation"                         ManageNodes    nodes::prepare          "Servers"       "Make a server ready once more";
    platform post   "/nodes/{node}/cordon"                              ManageNodes    nodes::cordon           "Servers"       "Let no new databases onto a server";
    platform delete "/nodes/{node}/cordon"                              ManageNodes    nodes::open             "Servers"       "Let new databases onto a server again";
    platform post   "/nodes/{node}/drain"                               ManageNodes    nodes::drain            "Servers"       "Move all databases away from a server";
    platform post   "/nodes/{node}/password"                            ManageNodes    nodes::renew_password   "Servers"       "Give your application a new password on a server";
    platform delete "/nodes/{node}"                                     ManageNodes    nodes::remove           "Servers"       "Remove a server";

    platform get    "/analytics/cross-tenant"                           ReadTenants       comparison::read     "Analytics"      "Compare all tenants";

    platform get    "/audit"                                            ReadPlatformAudit platform_audit::list "Platform audit" "List entries of the platform's log";
    platform get    "/audit/{entry_id}"                                 ReadPlatformAudit platform_audit::read "Platform audit" "Read an entry of the platform's log";
}

/// All of them below their root, for these sites' pages too. A path that is there answers 405 to a method that
/// is not.
pub fn scope(origins: &[String]) -> impl HttpServiceFactory + use<> {
    let mut paths: BTreeMap<usize, (&str, Vec<usize>)> = BTreeMap::new();
    for (place, route) in ALL.iter().enumerate() {
        let first = ALL.iter().position(|other| other.path == route.path);
        let entry = paths.entry(first.unwrap_or(place));
        entry.or_insert((route.path, Vec::new())).1.push(place);
    }
    let mut scope: Scope = web::scope(ROOT);
    for (path, places) in paths.into_values() {
        let mut resource = web::resource(path);
        let mut allow = Vec::new();
        for route in places.into_iter().filter_map(|place| ALL.get(place)) {
            resource = resource.route((route.to)());
            allow.push(route.method.to_uppercase());
        }
        let allow = allow.join(", ");
        scope = scope.service(resource.default_service(web::to(move || {
            let allow = allow.clone();
            async move { Err::<String, _>(Fault::wrong_method(allow)) }
        })));
    }
    scope
        .default_service(web::to(|| async { Err::<String, _>(Fault::not_found()) }))
        .wrap(from_fn(dress::answers))
        .wrap(cors(origins))
}

/// What pages of these sites may ask in a browser; without cookies, which the API does not read.
fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PUT", "DELETE"])
        .allowed_headers([
            "Authorization",
            "X-API-Key",
            "X-Tenant-ID",
            "Content-Type",
            "Idempotency-Key",
        ])
        .expose_headers([
            "X-Request-Id",
            "X-Tenant-ID",
            "RateLimit-Limit",
            "RateLimit-Remaining",
            "RateLimit-Reset",
            "Retry-After",
            "Idempotency-Replayed",
        ])
        .max_age(600);
    origins
        .iter()
        .fold(cors, |cors, origin| cors.allowed_origin(origin))
}
