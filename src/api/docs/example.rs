//! The examples of the reference: calls that work as they stand, with the key and the ids taken from the
//! shell's own variables. A test runs each.

use crate::api::route::{ApiRoute, Scope};
use crate::routes::api::ROOT;

/// A call that does it, with the key and the ids taken from the shell's own variables.
#[must_use]
pub fn example(route: &ApiRoute, origin: &str) -> String {
    let path: Vec<String> = route
        .path
        .split('/')
        .map(|part| {
            match part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                Some("tenant_id") if !matches!(route.scope, Scope::Platform(_)) => "me".to_owned(),
                Some(name) => format!("${}", name.to_uppercase()),
                None => part.to_owned(),
            }
        })
        .collect();
    let method = match route.method {
        "get" => String::new(),
        other => format!(" -X {}", other.to_uppercase()),
    };
    let query = match route.handler {
        "tenants_delete" => "?confirmation=DELETE_PERMANENTLY&grace_period_days=30",
        "tenants_by_domain" => "?domain=$DOMAIN",
        "moves_forecast" => "?placement=schema",
        _ => "",
    };
    let mut call = format!("curl{method} \"{origin}{ROOT}{}{query}\"", path.join("/"));
    if route.scope != Scope::Open {
        call.push_str(" \\\n  -H \"Authorization: Bearer $KEY\"");
    }
    if let Some(body) = body(route.handler) {
        call.push_str(" \\\n  -H \"Content-Type: application/json\" \\\n  -d '");
        call.push_str(body);
        call.push('\'');
    }
    call
}

/// A body that works.
fn body(handler: &str) -> Option<&'static str> {
    Some(match handler {
        "people_create" => {
            r#"{"user": {"email": "new.user@acme.example", "name": "New User", "role": "user", "profile": {"department": "Sales", "location": "Chicago"}, "preferences": {"timezone": "America/Chicago", "locale": "en-US"}}}"#
        }
        "tenants_create" => {
            r##"{"tenant": {"name": "Umbrella", "schema_name": "umbrella", "settings": {"timezone": "America/New_York", "currency": "USD", "locale": "en-US", "date_format": "%m/%d/%Y", "time_format": "%I:%M %p"}, "admin_user": {"email": "admin@umbrella.example", "name": "John Admin"}, "limits": {"users": 100}, "branding": {"primary_color": "#007bff", "company_name": "Umbrella Corporation"}}}"##
        }
        "nodes_add" => r#"{"name": "eu-2", "address": "'"$ADDRESS"'", "room": 200}"#,
        "nodes_change" => r#"{"room": 300}"#,
        "tenants_suspend" => r#"{"reason": "The invoice is overdue."}"#,
        "tenants_begin_maintenance" => r#"{"reason": "Back at noon."}"#,
        "own_limits_give" => {
            r#"{"limit": 75, "reason": "Their summer school", "ends_at": "2031-09-01T00:00:00Z"}"#
        }
        "plans_add" => {
            r#"{"key": "team", "name": "Team", "limits": {"users": 20, "storage_gb": 50}, "features": {"api_access": true}, "trial_days": 14, "price_cents": 9900, "currency": "USD", "extras": {"users": {"per": 1, "price_cents": 450}}, "rates": {"queries_per_minute": 300}, "offered": true, "place": 2}"#
        }
        "plans_change" => {
            r#"{"limits": {"users": 25}, "price_cents": 10900, "note": "Prices of next year"}"#
        }
        "plans_move_tenants" => r#"{"all": true}"#,
        "pool_give" => r#"{"connections": 4}"#,
        "tenants_change_plan" => r#"{"plan": "professional"}"#,
        "sign_up_ask" => {
            r#"{"organization_name": "Wayne Works", "subdomain": "wayne", "admin_name": "Lucius Fox", "admin_email": "lucius@wayne.example"}"#
        }
        "tenants_change" => {
            r#"{"settings": {"timezone": "Europe/London", "locale": "en-GB", "currency": "GBP"}}"#
        }
        "tenants_rename" => r#"{"subdomain": "umbrella-labs"}"#,
        "people_change" => r#"{"user": {"profile": {"department": "Support"}}}"#,
        "people_deeds_suspend" => r#"{"reason": "On leave"}"#,
        "people_deeds_give_role" => r#"{"role": "viewer"}"#,
        "roles_create" => {
            r#"{"name": "Reception", "description": "Greets people", "permissions": ["users:read"]}"#
        }
        "roles_change" => r#"{"name": "Front desk", "permissions": ["users:read"], "version": 1}"#,
        "keys_create" => {
            r#"{"name": "Nightly sync", "permissions": ["users:read"], "expires_in_days": 90}"#
        }
        "keys_rotate" | "platform_keys_rotate" => r#"{"overlap_days": 7}"#,
        "platform_keys_create" => {
            r#"{"name": "Provisioning", "permissions": ["tenants:read"], "expires_in_days": 90}"#
        }
        "sign_up_confirm" => r#"{"token": "'"$TOKEN"'", "password": "violet-harbour-lantern-43"}"#,
        "ownership_offer" => r#"{"email": "'"$EMAIL"'"}"#,
        "console_run" => {
            r#"{"query": "SELECT COUNT(*) AS total_users, COUNT(CASE WHEN created_at >= $1 THEN 1 END) AS new_users FROM users", "parameters": ["2025-11-01T00:00:00Z"], "timeout_ms": 5000, "limit_rows": 1000}"#
        }
        "visits_ask" => {
            r#"{"reason": "Ticket 4711: the import stops", "hours": 2, "reach": "read", "staff_id": "'"$STAFF_ID"'"}"#
        }
        "limits_check" => {
            r#"{"auto_enforce": true, "notifications": ["email", "in_app"], "check_types": ["storage_quota", "api_rate_limits", "user_count", "database_connections"], "grace_period_percent": 10}"#
        }
        "scalings_ask" => {
            r#"{"target_limits": {"users": 2000, "storage_gb": 200, "api_calls_per_day": 200000, "database_connections": 75}, "scale_strategy": "immediate", "billing_approval": false, "note": "The summer school begins in June"}"#
        }
        "scalings_approve" => {
            r#"{"scale_strategy": "next_billing_date", "note": "From the first of the month on"}"#
        }
        "scalings_decline" => r#"{"reason": "Another plan costs you less. Write to us."}"#,
        "limits_give_back" => r#"{"amount": 1}"#,
        "limits_measure" => r#"{"value": 42}"#,
        "reservations_reserve" => {
            r#"{"resource": "transactions_per_month", "amount": 25, "reference": "order-4711", "expires_in_seconds": 600}"#
        }
        "usage_events_count" => {
            r#"{"events": [{"id": "order-4711", "resource": "transactions_per_month", "amount": 3}, {"id": "order-4712", "resource": "transactions_per_month"}]}"#
        }
        "reservations_commit" => r#"{"amount": 20}"#,
        "resources_register" => {
            r#"{"key": "reports_per_day", "name": "Reports a day", "unit": "reports", "kind": "counter", "window": "day", "grace_percent": 10, "grace_days": 3, "default_limit": 100}"#
        }
        "resources_change" => r#"{"default_limit": 200}"#,
        "rollouts_ask" => r#"{"parallel": 2, "wave_percent": 25, "stop_percent": 5}"#,
        "migrate_tenant" => r#"{"direction": "up", "dry_run": true}"#,
        "moves_ask" => r#"{"placement": "schema", "keep_days": 7}"#,
        "visits_approve" => r#"{"reach": "read"}"#,
        "visits_set_policy" => r#"{"policy": "ask_first"}"#,
        "staff_invite" => {
            r#"{"email": "ana@platform.example", "name": "Ana Silva", "role": "analyst"}"#
        }
        "staff_deeds_give_role" => r#"{"role": "analyst"}"#,
        "staff_deeds_suspend" => r#"{"reason": "On leave"}"#,
        _ => return None,
    })
}
