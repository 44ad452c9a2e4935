//! The table of contents of the API: each route, who may ask it, and its handler, whose `Api<…>` or
//! `PlatformApi<…>` must prove that or this file does not compile. `tests/it/access_api.txt` has a row for each.

use std::collections::BTreeMap;

use actix_cors::Cors;
use actix_web::dev::HttpServiceFactory;
use actix_web::middleware::from_fn;
use actix_web::{Scope, web};
use domain::permission::{
    ManageKeys, ManageRoles, ManageSessions, ManageUsers, ReadAudit, ReadJobs, ReadKeys,
    ReadOverview, ReadRoles, ReadSessions, ReadUsers,
};
use domain::staff::{DeleteTenants, ManagePlatformKeys, ManageTenants, ReadTenants};

use crate::api::route::{Open, table};
use crate::api::{
    Fault, audit, docs, dress, jobs, keys, openapi, people, people_deeds, platform_keys,
    platform_tenants, roles, sessions, tenants,
};

/// Where the API is.
pub const ROOT: &str = "/api/v1";

table! {
    open   get    "/openapi.json"                                       Open           openapi::document     "About"    "This description";
    open   get    "/docs"                                               Open           docs::page            "About"    "The reference for people";

    platform post   "/tenants"                                          ManageTenants  platform_tenants::create         "Tenants" "Create a tenant";
    platform get    "/tenants/by-domain"                                ReadTenants    platform_tenants::by_domain      "Tenants" "Find a tenant by its domain";
    platform post   "/tenants/{tenant_id}/suspension"                   ManageTenants  platform_tenants::suspend        "Tenants" "Suspend a tenant";
    platform delete "/tenants/{tenant_id}/suspension"                   ManageTenants  platform_tenants::reactivate     "Tenants" "Reactivate a tenant";
    platform post   "/tenants/{tenant_id}/maintenance"                  ManageTenants  platform_tenants::begin_maintenance "Tenants" "Begin maintenance of a tenant";
    platform delete "/tenants/{tenant_id}/maintenance"                  ManageTenants  platform_tenants::end_maintenance "Tenants" "End maintenance of a tenant";
    platform put    "/tenants/{tenant_id}/plan"                         ManageTenants  platform_tenants::change_plan    "Tenants" "Change the plan of a tenant";
    platform get    "/tenants/{tenant_id}/provisioning"                 ReadTenants    platform_tenants::provisioning   "Tenants" "See how far a tenant is made";
    platform post   "/tenants/{tenant_id}/provisioning/retry"           ManageTenants  platform_tenants::retry          "Tenants" "Go on with a tenant whose making failed";
    platform delete "/tenants/{tenant_id}"                              DeleteTenants  platform_tenants::delete         "Tenants" "Schedule the deletion of a tenant";
    platform delete "/tenants/{tenant_id}/deletion"                     DeleteTenants  platform_tenants::undo_deletion  "Tenants" "Undo the deletion of a tenant";

    tenant get    "/tenants/{tenant_id}"                                ReadOverview   tenants::read         "Tenant"   "Read the tenant of the key";

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

    tenant get    "/tenants/{tenant_id}/jobs"                           ReadJobs       jobs::list            "Jobs"     "List jobs";
    tenant get    "/tenants/{tenant_id}/jobs/{job_id}"                  ReadJobs       jobs::read            "Jobs"     "Read a job";

    platform get    "/keys"                                             ManagePlatformKeys platform_keys::list   "Platform keys" "List platform keys";
    platform post   "/keys"                                             ManagePlatformKeys platform_keys::create "Platform keys" "Create a platform key";
    platform post   "/keys/{key_id}/rotation"                           ManagePlatformKeys platform_keys::rotate "Platform keys" "Rotate a platform key";
    platform delete "/keys/{key_id}"                                    ManagePlatformKeys platform_keys::revoke "Platform keys" "Revoke a platform key";
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
