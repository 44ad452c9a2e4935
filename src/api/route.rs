//! What a line of the API's table is made of. From a handler's own types comes what it needs, takes and gives,
//! so that the reference cannot say anything else than the code.

use actix_web::{Handler, HttpRequest, HttpResponse};
use domain::{Access, Needs, StaffAccess, StaffNeeds};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Api, Body, Fault, PlatformApi, Query};

/// Who may ask a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Anybody: it tells of the API and of nobody.
    Open,
    /// A key of the tenant with this permission.
    Tenant(&'static str),
    /// A key of the platform with this permission.
    Platform(&'static str),
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

/// What a handler takes and gives.
#[derive(Default)]
pub struct Sheet {
    /// What may stand in the query.
    pub parameters: Vec<Parameter>,
    /// The name of the body's type, if it takes one.
    pub body: Option<RefOr<Schema>>,
    /// Status and data of the answer; `None` for one that is no data.
    pub answer: Option<(u16, RefOr<Schema>)>,
    /// The types that the others are made of, by name.
    pub types: Vec<(String, RefOr<Schema>)>,
}

impl Sheet {
    fn of<T: ToSchema>(&mut self) -> RefOr<Schema> {
        let name = T::name().into_owned();
        self.types.push((name.clone(), T::schema()));
        T::schemas(&mut self.types);
        RefOr::Ref(utoipa::openapi::Ref::from_schema_name(name))
    }
}

/// No key is needed.
#[derive(Debug)]
pub struct Open;

/// A handler's arguments, of which the first proves the access `P`.
pub trait Proves<P> {
    /// Writes down the others.
    fn tell(sheet: &mut Sheet);
}

/// An argument that is read from the request.
pub trait Part {
    /// Writes it down.
    fn tell(sheet: &mut Sheet);
}

impl<T: ToSchema> Part for Body<T> {
    fn tell(sheet: &mut Sheet) {
        // No fields, no body.
        if T::name() != "Nothing" {
            sheet.body = Some(sheet.of::<T>());
        }
    }
}

impl<T: IntoParams> Part for Query<T> {
    fn tell(sheet: &mut Sheet) {
        sheet.parameters = T::into_params(|| Some(ParameterIn::Query));
    }
}

impl Proves<Open> for () {
    fn tell(_: &mut Sheet) {}
}

impl Proves<Open> for (HttpRequest,) {
    fn tell(_: &mut Sheet) {}
}

macro_rules! proves {
    ($($part:ident)*) => {
        impl<P: Access, $($part: Part),*> Proves<P> for (Api<P>, $($part,)*) {
            fn tell(sheet: &mut Sheet) {
                let _ = &sheet;
                $($part::tell(sheet);)*
            }
        }
        impl<P: StaffAccess, $($part: Part),*> Proves<P> for (PlatformApi<P>, $($part,)*) {
            fn tell(sheet: &mut Sheet) {
                let _ = &sheet;
                $($part::tell(sheet);)*
            }
        }
    };
}
proves!();
proves!(A);
proves!(A B);

/// What a handler gives.
pub trait Gives {
    /// Writes it down.
    fn tell(sheet: &mut Sheet);
}

impl<T: ToSchema + Serialize, const STATUS: u16> Gives for Result<Answer<T, STATUS>, Fault> {
    fn tell(sheet: &mut Sheet) {
        sheet.answer = Some((STATUS, sheet.of::<T>()));
    }
}

impl Gives for Result<HttpResponse, Fault> {
    fn tell(_: &mut Sheet) {}
}

/// The handler, if its first argument proves the access that the table says; else it does not compile.
pub(crate) fn proving<P, F, A>(handler: F) -> F
where
    F: Handler<A>,
    A: Proves<P>,
{
    handler
}

/// What the handler takes and gives.
pub(crate) fn sheet_of<P, F, A>(_: F) -> Sheet
where
    F: Handler<A>,
    F::Output: Gives,
    A: Proves<P>,
{
    let mut sheet = Sheet::default();
    A::tell(&mut sheet);
    F::Output::tell(&mut sheet);
    sheet
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
            sheet: || $crate::api::route::sheet_of::<$access, _, _>($module::$handler),
        }),*];
    };
}
pub(crate) use table;
