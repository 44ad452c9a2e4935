//! The routes of the base domain, where strangers sign up for a tenant. Nowhere else do they exist, and not
//! at all where the operator did not switch them on.

use domain::staff::AnyStaff;

use crate::route::table;
use crate::web::sign_up;

table! {
    domain::StaffAccess, domain::StaffNeeds;

    get  "/"                                    AnyStaff    sign_up::lead;
    get  "/signup"                              AnyStaff    sign_up::form;
    post "/signup"                              AnyStaff    sign_up::ask;
    get  "/signup/slug"                         AnyStaff    sign_up::slug;
    get  "/signup/{token}"                      AnyStaff    sign_up::confirm::page;
    post "/signup/{token}"                      AnyStaff    sign_up::confirm::submit;
}
