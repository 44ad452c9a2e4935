//! The platform's table of contents: each route of its host, the access it asks of staff, and its handler,
//! whose `Platform<…>` must prove that access or this file does not compile. `tests/it/access_platform.txt`
//! has a row for each.

use domain::staff::{
    AnyStaff, ManageQueue, ManageStaff, ReadPlatformAudit, ReadQueue, ReadStaff, SignedInStaff,
};

use crate::route::table;
use crate::web::platform::{
    audit, home, invitation, jobs, mailbox, me, password, sign_in, sign_out, staff,
};

table! {
    domain::StaffAccess, domain::StaffNeeds;

    // Anyone, at the platform's door
    get  "/sign-in"                             AnyStaff        sign_in::form;
    post "/sign-in"                             AnyStaff        sign_in::submit;
    post "/sign-out"                            SignedInStaff   sign_out::leave;
    get  "/password-reset"                      AnyStaff        password::form;
    post "/password-reset"                      AnyStaff        password::ask;
    get  "/password-reset/{token}"              AnyStaff        password::choose;
    post "/password-reset/{token}"              AnyStaff        password::set;
    get  "/invitations/{token}"                 AnyStaff        invitation::page;
    post "/invitations/{token}"                 AnyStaff        invitation::accept;

    // Whoever sits at the machine, while developing
    get  "/dev/mailbox"                         AnyStaff        mailbox::list;
    get  "/dev/mailbox/{name}"                  AnyStaff        mailbox::letter;

    // Whoever is signed in, about themselves
    get  "/me"                                  SignedInStaff   me::show;
    post "/me"                                  SignedInStaff   me::change;
    get  "/me/password"                         SignedInStaff   me::password::show;
    post "/me/password"                         SignedInStaff   me::password::change;
    get  "/me/sessions"                         SignedInStaff   me::sessions::list;
    post "/me/sessions/others/end"              SignedInStaff   me::sessions::end_others;
    post "/me/sessions/{id}/end"                SignedInStaff   me::sessions::end;

    // Tenants
    get  "/"                                    SignedInStaff   home::page;

    // Jobs
    get  "/jobs"                                ReadQueue       jobs::list;
    post "/jobs/retry"                          ManageQueue     jobs::deeds::retry_all;
    post "/jobs/{id}/retry"                     ManageQueue     jobs::deeds::retry;
    get  "/jobs/{id}/removal"                   ManageQueue     jobs::deeds::ask_removal;
    post "/jobs/{id}/removal"                   ManageQueue     jobs::deeds::remove;

    // Staff
    get  "/staff"                               ReadStaff       staff::list;
    get  "/staff/invitations/new"               ManageStaff     staff::invite_form;
    post "/staff/invitations"                   ManageStaff     staff::invite;
    get  "/staff/{id}/role"                     ManageStaff     staff::deeds::ask_role;
    post "/staff/{id}/role"                     ManageStaff     staff::deeds::give_role;
    get  "/staff/{id}/suspension"               ManageStaff     staff::deeds::ask_suspension;
    post "/staff/{id}/suspension"               ManageStaff     staff::deeds::suspend;
    post "/staff/{id}/restoration"              ManageStaff     staff::deeds::restore;
    post "/staff/{id}/invitation"               ManageStaff     staff::deeds::resend;
    get  "/staff/{id}/removal"                  ManageStaff     staff::deeds::ask_removal;
    post "/staff/{id}/removal"                  ManageStaff     staff::deeds::remove;

    // Audit
    get  "/audit"                               ReadPlatformAudit audit::list;
    get  "/audit.csv"                           ReadPlatformAudit audit::export::csv;
    get  "/audit/verification"                  ReadPlatformAudit audit::verification;
    get  "/audit/{id}"                          ReadPlatformAudit audit::entry;
}
