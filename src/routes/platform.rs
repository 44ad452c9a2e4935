//! The platform's table of contents: each route of its host, the access it asks of staff, and its handler,
//! whose `Platform<…>` must prove that access or this file does not compile. `tests/it/access_platform.txt`
//! has a row for each.

use domain::staff::{AnyStaff, SignedInStaff};

use crate::route::table;
use crate::web::platform::{home, sign_in, sign_out};

table! {
    domain::StaffAccess, domain::StaffNeeds;

    // Anyone, at the platform's door
    get  "/sign-in"                             AnyStaff        sign_in::form;
    post "/sign-in"                             AnyStaff        sign_in::submit;
    post "/sign-out"                            SignedInStaff   sign_out::leave;

    // Tenants
    get  "/"                                    SignedInStaff   home::page;
}
