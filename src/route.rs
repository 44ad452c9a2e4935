//! What a line of the table of contents is made of. Which lines there are is in `routes`.

use actix_web::web::{Data, Path};
use actix_web::{Error, Handler, HttpRequest};
use domain::{Access, Needs};

use crate::app::App;
use crate::tenant::Tenant;

/// One route.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// `get` or `post`.
    pub method: &'static str,
    /// The path, with `{…}` where a value stands.
    pub path: &'static str,
    /// The name of the access that it asks for.
    pub access: &'static str,
    /// What that access asks of whoever comes.
    pub needs: Needs,
    pub(crate) to: fn() -> actix_web::Route,
}

/// No tenant is opened: the route answers on any host and knows nobody.
#[derive(Debug)]
pub struct AnyHost;
impl Access for AnyHost {
    const NEEDS: Needs = Needs::Nothing;
}

/// The arguments of a handler that proves the access `P`, and none besides it.
pub trait Proves<P> {}

macro_rules! proves {
    ($($argument:ident)*) => {
        impl<P, $($argument),*> Proves<P> for (Tenant<P>, $($argument,)*) {}
    };
}
proves!();
proves!(A);
proves!(A B);
proves!(A B C);
proves!(A B C D);
impl<P> Proves<P> for (Result<Tenant<P>, Error>,) {}
impl Proves<AnyHost> for () {}
impl Proves<AnyHost> for (HttpRequest,) {}
impl Proves<AnyHost> for (Data<App>,) {}
impl Proves<AnyHost> for (HttpRequest, Path<String>) {}

/// The handler, if its first argument proves the access that the table says; else it does not compile.
pub(crate) fn proving<P: Access, F, A>(handler: F) -> F
where
    F: Handler<A>,
    A: Proves<P>,
{
    handler
}

/// Makes the table: `get "/users" ReadUsers users::list;`
macro_rules! table {
    ($($method:ident $path:literal $access:ident $handler:path;)*) => {
        /// Every route there is.
        pub const ALL: &[$crate::route::Route] = &[$($crate::route::Route {
            method: stringify!($method),
            path: $path,
            access: stringify!($access),
            needs: <$access as domain::Access>::NEEDS,
            to: || actix_web::web::$method().to($crate::route::proving::<$access, _, _>($handler)),
        }),*];
    };
}
pub(crate) use table;
