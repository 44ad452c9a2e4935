//! The platform's table of contents: each route of its host, the access it asks of staff, and its handler,
//! whose `Platform<…>` must prove that access or this file does not compile. `tests/it/access_platform.txt`
//! has a row for each.

use domain::staff::{
    AnyStaff, DeleteTenants, ManageNodes, ManageQueue, ManageStaff, ManageTenants, ReadNodes,
    ReadPlatformAudit, ReadQueue, ReadStaff, ReadTenants, SignedInStaff, VisitTenants,
};

use crate::route::table;
use crate::web::platform::{
    analytics, audit, checkups, home, invitation, jobs, mailbox, me, nodes, password, plans,
    rollouts, scalings, sign_in, sign_out, staff, tenants,
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
    get  "/"                                    ReadTenants     home::page;
    get  "/analytics"                           ReadTenants     analytics::page;
    get  "/analytics.csv"                       ReadTenants     analytics::csv;
    get  "/health"                              ReadTenants     checkups::page;
    post "/health/look"                         ManageTenants   checkups::deeds::look;
    get  "/plans"                               ReadTenants     plans::page;
    get  "/plans/new"                           ManageTenants   plans::form::new;
    post "/plans"                               ManageTenants   plans::form::add;
    get  "/plans/{plan}"                        ReadTenants     plans::one::page;
    get  "/plans/{plan}/edit"                   ManageTenants   plans::form::edit;
    post "/plans/{plan}/edit"                   ManageTenants   plans::form::save;
    get  "/plans/{plan}/migration"              ManageTenants   plans::moving::ask;
    post "/plans/{plan}/migration"              ManageTenants   plans::moving::carry_out;
    get  "/plans/{plan}/retirement"             ManageTenants   plans::retirement::ask;
    post "/plans/{plan}/retirement"             ManageTenants   plans::retirement::retire;
    post "/plans/{plan}/restoration"            ManageTenants   plans::retirement::restore;
    get  "/rollouts"                            ReadTenants     rollouts::page;
    get  "/rollouts/new"                        ManageTenants   rollouts::new::form;
    post "/rollouts"                            ManageTenants   rollouts::new::submit;
    get  "/rollouts/back"                       ManageTenants   rollouts::back::form;
    post "/rollouts/back"                       ManageTenants   rollouts::back::submit;
    post "/rollouts/drift"                      ManageTenants   rollouts::deeds::look;
    get  "/rollouts/{id}"                       ReadTenants     rollouts::one::page;
    post "/rollouts/{id}/pause"                 ManageTenants   rollouts::deeds::pause;
    post "/rollouts/{id}/resume"                ManageTenants   rollouts::deeds::resume;
    post "/rollouts/{id}/retry"                 ManageTenants   rollouts::deeds::retry;
    post "/rollouts/{id}/cancel"                ManageTenants   rollouts::deeds::cancel;
    get  "/tenants"                             ReadTenants     tenants::list::page;
    get  "/tenants/export.csv"                  ReadTenants     tenants::export::csv;
    get  "/tenants/new"                         ManageTenants   tenants::new::form;
    get  "/tenants/slug"                        ManageTenants   tenants::slug::check;
    post "/tenants"                             ManageTenants   tenants::new::submit;
    get  "/tenants/{id}"                        ReadTenants     tenants::detail::page;
    get  "/tenants/{id}/health"                 ReadTenants     checkups::one::page;
    post "/tenants/{id}/health"                 ManageTenants   checkups::deeds::look_at_one;
    get  "/tenants/{id}/move"                   ManageTenants   tenants::moving::ask;
    post "/tenants/{id}/move"                   ManageTenants   tenants::moving::begin;
    get  "/tenants/{id}/moves/{move}"           ReadTenants     tenants::moves::page;
    post "/tenants/{id}/moves/{move}/stop"      ManageTenants   tenants::move_deeds::stop;
    post "/tenants/{id}/moves/{move}/undo"      ManageTenants   tenants::move_deeds::undo;
    get  "/tenants/{id}/moves/{move}/discard"   ManageTenants   tenants::move_deeds::ask_discard;
    post "/tenants/{id}/moves/{move}/discard"   ManageTenants   tenants::move_deeds::discard;
    get  "/tenants/{id}/provisioning"           ReadTenants     tenants::steps::page;
    post "/tenants/{id}/provisioning/retry"     ManageTenants   tenants::steps::retry;
    get  "/tenants/{id}/data"                   ReadTenants     tenants::data::page;
    get  "/tenants/{id}/data/{table}"           ReadTenants     tenants::data::table;
    get  "/tenants/{id}/edit"                   ManageTenants   tenants::edit::form;
    post "/tenants/{id}/edit"                   ManageTenants   tenants::edit::submit;
    get  "/tenants/{id}/slug"                   ManageTenants   tenants::address::ask_slug;
    post "/tenants/{id}/slug"                   ManageTenants   tenants::address::rename;
    get  "/tenants/{id}/limits"                 ReadTenants     tenants::limits::page;
    get  "/tenants/{id}/limits/{resource}"      ManageTenants   tenants::limit_deeds::ask;
    post "/tenants/{id}/limits/{resource}"      ManageTenants   tenants::limit_deeds::give;
    post "/tenants/{id}/limits/{resource}/end"  ManageTenants   tenants::limit_deeds::take;
    get  "/requests"                            ReadTenants     scalings::page;
    get  "/tenants/{id}/scalings/{scaling}/approval" ManageTenants scalings::decide::ask;
    post "/tenants/{id}/scalings/{scaling}/approval" ManageTenants scalings::decide::approve;
    post "/tenants/{id}/scalings/{scaling}/price" ManageTenants scalings::decide::price;
    get  "/tenants/{id}/scalings/{scaling}/refusal" ManageTenants scalings::refuse::ask;
    post "/tenants/{id}/scalings/{scaling}/refusal" ManageTenants scalings::refuse::decline;
    get  "/tenants/{id}/plan"                   ManageTenants   tenants::plan::ask_plan;
    post "/tenants/{id}/plan"                   ManageTenants   tenants::plan::change_plan;
    get  "/tenants/{id}/pool"                   ManageTenants   tenants::pool::ask;
    post "/tenants/{id}/pool"                   ManageTenants   tenants::pool::give;
    get  "/tenants/{id}/pool/end"               ManageTenants   tenants::pool::ask_end;
    post "/tenants/{id}/pool/end"               ManageTenants   tenants::pool::take;
    get  "/tenants/{id}/suspension"             ManageTenants   tenants::rest::ask_suspension;
    post "/tenants/{id}/suspension"             ManageTenants   tenants::rest::suspend;
    post "/tenants/{id}/reactivation"           ManageTenants   tenants::deeds::reactivate;
    get  "/tenants/{id}/maintenance"            ManageTenants   tenants::rest::ask_maintenance;
    post "/tenants/{id}/maintenance"            ManageTenants   tenants::rest::begin_maintenance;
    post "/tenants/{id}/maintenance/end"        ManageTenants   tenants::deeds::end_maintenance;
    get  "/tenants/{id}/deletion"               DeleteTenants   tenants::deletion::ask_deletion;
    post "/tenants/{id}/deletion"               DeleteTenants   tenants::deletion::delete;
    post "/tenants/{id}/deletion/undo"          DeleteTenants   tenants::deletion::undo_deletion;
    get  "/tenants/{id}/visits/new"             VisitTenants    tenants::visits::form;
    post "/tenants/{id}/visits"                 VisitTenants    tenants::visits::submit;
    post "/tenants/{id}/visits/{visit}/entry"   VisitTenants    tenants::entry::enter;
    post "/tenants/{id}/visits/{visit}/end"     VisitTenants    tenants::entry::end;

    // Servers
    get  "/nodes"                               ReadNodes       nodes::list;
    get  "/nodes/new"                           ManageNodes     nodes::new::form;
    post "/nodes"                               ManageNodes     nodes::new::submit;
    get  "/nodes/{node}"                        ReadNodes       nodes::one::page;
    post "/nodes/{node}/test"                   ManageNodes     nodes::deeds::test;
    post "/nodes/{node}/preparation"            ManageNodes     nodes::deeds::prepare;
    post "/nodes/{node}/cordon"                 ManageNodes     nodes::deeds::cordon;
    post "/nodes/{node}/opening"                ManageNodes     nodes::deeds::open;
    get  "/nodes/{node}/drain"                  ManageNodes     nodes::drain::ask;
    post "/nodes/{node}/drain"                  ManageNodes     nodes::drain::begin;
    get  "/nodes/{node}/room"                   ManageNodes     nodes::room::ask;
    post "/nodes/{node}/room"                   ManageNodes     nodes::room::give;
    get  "/nodes/{node}/address"                ManageNodes     nodes::address::ask;
    post "/nodes/{node}/address"                ManageNodes     nodes::address::change;
    get  "/nodes/{node}/removal"                ManageNodes     nodes::removal::ask;
    post "/nodes/{node}/removal"                ManageNodes     nodes::removal::remove;
    get  "/nodes/{node}/password"               ManageNodes     nodes::password::ask;
    post "/nodes/{node}/password"               ManageNodes     nodes::password::renew;

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
    get  "/staff/{id}/removal"                  ManageStaff     staff::removal::ask_removal;
    post "/staff/{id}/removal"                  ManageStaff     staff::removal::remove;

    // Audit
    get  "/audit"                               ReadPlatformAudit audit::list;
    get  "/audit.csv"                           ReadPlatformAudit audit::export::csv;
    get  "/audit/verification"                  ReadPlatformAudit audit::verification;
    get  "/audit/{id}"                          ReadPlatformAudit audit::entry;
}
