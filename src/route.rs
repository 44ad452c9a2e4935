//! What a line of a table of contents is made of, and which tables a request may find. Which lines there
//! are is in `routes` and in the files beside it.

use actix_web::guard::{Guard, GuardContext};
use actix_web::web::{Data, Path};
use actix_web::{Error, Handler, HttpMessage, HttpRequest};
use domain::{Access, Needs};

use crate::app::App;
use crate::config::{Config, Platform as Setting};
use crate::platform::Platform;
use crate::tenant::Tenant;
use crate::web::host::Host;
use crate::web::peer::Peer;

/// One route. `N` is what an access asks of whoever comes: [`Needs`] of a tenant's people,
/// [`domain::StaffNeeds`] of staff.
#[derive(Debug, Clone, Copy)]
pub struct Route<N = Needs> {
    /// `get` or `post`.
    pub method: &'static str,
    /// The path, with `{…}` where a value stands.
    pub path: &'static str,
    /// The name of the access that it asks for.
    pub access: &'static str,
    /// What that access asks of whoever comes.
    pub needs: N,
    pub(crate) to: fn() -> actix_web::Route,
}

/// Nobody's door is opened: the route answers on any host and knows nobody.
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
        impl<P, $($argument),*> Proves<P> for (Platform<P>, $($argument,)*) {}
    };
}
proves!();
proves!(A);
proves!(A B);
proves!(A B C);
proves!(A B C D);
impl<P> Proves<P> for (Result<Tenant<P>, Error>,) {}
impl<P> Proves<P> for (Result<Platform<P>, Error>,) {}
impl Proves<AnyHost> for () {}
impl Proves<AnyHost> for (HttpRequest,) {}
impl Proves<AnyHost> for (Data<App>,) {}
impl Proves<AnyHost> for (HttpRequest, Path<String>) {}

/// The handler, if its first argument proves the access that the table says; else it does not compile.
pub(crate) fn proving<P, F, A>(handler: F) -> F
where
    F: Handler<A>,
    A: Proves<P>,
{
    handler
}

/// Makes a table: first whose access its lines name, then the lines: `get "/users" ReadUsers users::list;`
macro_rules! table {
    ($trait:path, $needs:path; $($method:ident $path:literal $access:ident $handler:path;)*) => {
        /// Every route of this table.
        pub const ALL: &[$crate::route::Route<$needs>] = &[$($crate::route::Route {
            method: stringify!($method),
            path: $path,
            access: stringify!($access),
            needs: <$access as $trait>::NEEDS,
            to: || actix_web::web::$method().to($crate::route::proving::<$access, _, _>($handler)),
        }),*];
    };
}
pub(crate) use table;

/// Passes everything, and notes in the request which route it found. Actix tells a pattern by the path alone, and the
/// tables of several hosts have one prefix: it would look into the first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noted(pub(crate) &'static str);

impl Guard for Noted {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        context.req_data_mut().insert(*self);
        true
    }
}

/// The pattern of the route that a request found; `None` where it found none.
#[must_use]
pub fn pattern(request: &HttpRequest) -> Option<String> {
    let noted = request
        .extensions()
        .get::<Noted>()
        .map(|noted| noted.0.to_owned());
    noted.or_else(|| request.match_pattern())
}

/// Passes what is asked of the platform's host by somebody whom its address list admits. To everybody else
/// the platform's pages do not exist, and its host is one that names no tenant.
#[derive(Debug, Clone)]
pub struct AtPlatform(pub Setting);

impl AtPlatform {
    /// Whether this peer is at the platform's door.
    #[must_use]
    pub fn admits(&self, peer: &Peer) -> bool {
        let here = matches!(&peer.host, Host::Name(name) if *name == self.0.host);
        here && self.0.admits(peer.address)
    }
}

/// Passes what is asked of the base domain itself, where strangers may sign up.
#[derive(Debug, Clone)]
pub struct AtBase(Option<String>);

impl AtBase {
    /// The base domain, where sign-up is on; nothing, where it is not or one tenant is there.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let on = config.sign_up.is_enabled() && !config.addresses.mode.is_single();
        Self(on.then(|| config.server.base_domain.clone()))
    }
}

impl Guard for AtBase {
    /// By the judged peer, as for the platform's host.
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let data = context.req_data();
        let Some(Host::Name(name)) = data.get::<Peer>().map(|peer| peer.host.clone()) else {
            return false;
        };
        self.0.as_ref().is_some_and(|base| *base == name)
    }
}

impl Guard for AtPlatform {
    /// By the judged peer; never by a header as it came.
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let data = context.req_data();
        data.get::<Peer>().is_some_and(|peer| self.admits(peer))
    }
}
