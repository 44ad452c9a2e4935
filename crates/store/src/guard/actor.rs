//! Who comes to a tenant's door, with what, and who that turned out to be.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use domain::token::TokenHash;
use domain::{KeyId, Permissions, Role, SessionId, StaffId, UserId, VisitId, VisitReach};
use uuid::Uuid;

/// Who asks, when and from where: what the audit log says beside the deed.
#[derive(Debug, Clone)]
pub struct Request {
    /// The moment of the request; the only clock a verb has.
    pub now: DateTime<Utc>,
    /// The id that error pages and logs show.
    pub request_id: Uuid,
    /// The client's address, where there is one.
    pub address: Option<IpAddr>,
    /// The browser and system in words: "Firefox on macOS".
    pub device: String,
}

/// What the caller shows at the door.
#[derive(Debug, Clone, Copy)]
pub enum Credential<'a> {
    /// Nothing.
    Anonymous,
    /// The hash of a session token.
    Session(&'a TokenHash),
    /// The same, where a page that somebody left open asks by itself: it is no sign of life.
    Watching(&'a TokenHash),
    /// The hash of an API key.
    Key(&'a TokenHash),
    /// The hash of a visit's token, and what is asked for: it is written down for the tenant.
    Visit(&'a TokenHash, Asked<'a>),
    /// The name of the job or command that runs as the system itself.
    System(&'static str),
}

/// What a request asks for, as the tenant reads it afterwards.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The route's pattern.
    pub route: &'a str,
    /// The path itself.
    pub path: &'a str,
}

/// Who acts.
#[derive(Debug, Clone)]
pub enum Actor {
    /// Nobody known.
    Anonymous,
    /// A signed-in person.
    User(Box<SignedInUser>),
    /// A program with a key of the tenant.
    Key(Box<KeyHolder>),
    /// Somebody of the platform whom the tenant let in.
    Visitor(Box<Visitor>),
    /// A job or command.
    System(&'static str),
}

/// A signed-in person, as the guard read them in this transaction.
#[derive(Debug, Clone)]
pub struct SignedInUser {
    /// Who.
    pub id: UserId,
    /// On which device.
    pub session: SessionId,
    /// The name as shown.
    pub name: String,
    /// The address as shown.
    pub email: String,
    /// The role held.
    pub role: Role,
    /// The role's name, for custom roles too.
    pub role_name: String,
    /// What the role allows, now.
    pub permissions: Permissions,
    /// The person's own language and region, if they chose one.
    pub locale: Option<String>,
    /// The person's own time zone, if they chose one.
    pub timezone: Option<String>,
    /// The tenant's brand colour.
    pub primary_color: Option<String>,
    /// The tenant's second colour.
    pub secondary_color: Option<String>,
    /// Whether a visit is asked for or under way, of which pages tell.
    pub visited: bool,
}

/// Somebody of the platform on a visit, as the guard read it in this transaction.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Which visit.
    pub visit: VisitId,
    /// Who of the staff.
    pub staff: StaffId,
    /// The name as shown.
    pub name: String,
    /// The address as shown.
    pub email: String,
    /// Who of the tenant let them in; `None` where its policy did.
    pub let_in_by: Option<String>,
    /// What was granted.
    pub reach: VisitReach,
    /// What that allows.
    pub permissions: Permissions,
    /// The end in any case.
    pub expires_at: DateTime<Utc>,
    /// The tenant's brand colour.
    pub primary_color: Option<String>,
    /// The tenant's second colour.
    pub secondary_color: Option<String>,
}

/// A key of the tenant, as the guard read it in this transaction.
#[derive(Debug, Clone)]
pub struct KeyHolder {
    /// Which.
    pub id: KeyId,
    /// What it was called.
    pub name: String,
    /// What it may do now: what it was given, within what its maker may do.
    pub permissions: Permissions,
    /// The person who made it; `None` for one that the platform's command line made.
    pub made_by: Option<UserId>,
}
