//! What a line of the API's table is made of: who may ask, and the handler whose first argument proves it.

use actix_web::Handler;
use domain::{Access, Needs, StaffAccess, StaffNeeds};

use super::sheet::{Proves, Sheet};

/// Who may ask a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Anybody: it tells of the API and of nobody.
    Open,
    /// A key of the tenant with this permission.
    Tenant(&'static str),
    /// A key of the platform with this permission.
    Platform(&'static str),
    /// A key of the tenant with the first, or one of the platform with the second.
    Either(&'static str, &'static str),
}

/// One route.
#[derive(Debug, Clone, Copy)]
pub struct ApiRoute {
    /// `get`, `post`, `put` or `delete`.
    pub method: &'static str,
    /// The path below the API's root, with `{…}` where a value stands.
    pub path: &'static str,
    /// Who may ask.
    pub scope: Scope,
    /// The group that it is shown in.
    pub group: &'static str,
    /// What it does, in a few words.
    pub words: &'static str,
    /// The handler's name, unique in the table.
    pub handler: &'static str,
    pub(crate) to: fn() -> actix_web::Route,
    pub(crate) sheet: fn() -> Sheet,
}

/// No key is needed.
#[derive(Debug)]
pub struct Open;

/// The handler, if its first argument proves the access that the table says; else it does not compile.
pub(crate) fn proving<P, F, A>(handler: F) -> F
where
    F: Handler<A>,
    A: Proves<P>,
{
    handler
}

/// The permission that a tenant's access asks for.
pub(crate) const fn tenant<P: Access>() -> Scope {
    match P::NEEDS {
        Needs::Permission(permission) => Scope::Tenant(permission.key()),
        _ => Scope::Open,
    }
}

/// The permission that an access of staff asks for.
pub(crate) const fn platform<P: StaffAccess>() -> Scope {
    match P::NEEDS {
        StaffNeeds::Permission(permission) => Scope::Platform(permission.key()),
        _ => Scope::Open,
    }
}

/// The permissions that a tenant's access and one of staff ask for.
pub(crate) const fn either<E: Pair>() -> Scope {
    match (tenant::<E::Tenant>(), platform::<E::Platform>()) {
        (Scope::Tenant(own), Scope::Platform(any)) => Scope::Either(own, any),
        _ => Scope::Open,
    }
}

/// An access of each world.
pub trait Pair {
    /// The tenant's.
    type Tenant: Access;
    /// The platform's.
    type Platform: StaffAccess;
}

impl<P: Access, S: StaffAccess> Pair for (P, S) {
    type Tenant = P;
    type Platform = S;
}

/// No access is asked for.
#[allow(
    clippy::extra_unused_type_parameters,
    reason = "the table names an access on every line"
)]
pub(crate) const fn open<P>() -> Scope {
    Scope::Open
}

/// Makes the table: `tenant get "/roles" ReadRoles roles::list "Roles" "List roles";`
macro_rules! table {
    ($($side:ident $method:ident $path:literal $access:ident $module:ident::$handler:ident $group:literal $words:literal;)*) => {
        /// Every route of the API.
        pub const ALL: &[$crate::api::route::ApiRoute] = &[$($crate::api::route::ApiRoute {
            method: stringify!($method),
            path: $path,
            scope: $crate::api::route::$side::<$access>(),
            group: $group,
            words: $words,
            handler: concat!(stringify!($module), "_", stringify!($handler)),
            to: || actix_web::web::$method().to($crate::api::route::proving::<$access, _, _>($module::$handler)),
            sheet: || $crate::api::sheet::sheet_of::<$access, _, _>($module::$handler),
        }),*];
    };
}
pub(crate) use table;
