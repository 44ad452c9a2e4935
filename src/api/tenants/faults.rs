//! The reference's codes for what is wrong with a tenant's configuration.

use actix_web::http::StatusCode;
use domain::FieldErrors;
use services::VerbError;
use services::settings::program::LIMITS_EXCEEDED;
use services::tenants::create::{ALIAS_TAKEN, HOST_TAKEN, SLUG_TAKEN};

use crate::api::Fault;

/// An error of fields with each beside the field that the body has for it.
pub(in crate::api) fn beside(error: VerbError, place: impl Fn(&str) -> String) -> VerbError {
    let VerbError::Invalid(errors) = error else {
        return error;
    };
    let placed = errors
        .iter()
        .fold(FieldErrors::new(), |all, (field, words)| {
            all.with(place(field), words)
        });
    VerbError::Invalid(placed)
}

/// A wrong field by its code: what is taken is a conflict, anything else is wrong in itself.
pub(in crate::api) fn of_config(fault: Fault) -> Fault {
    if fault.code != "invalid_request" {
        return fault;
    }
    let fields = fault.details.get("fields").and_then(|all| all.as_object());
    let says = |words: &[&str]| {
        let mut all = fields.into_iter().flatten();
        all.any(|(_, said)| said.as_str().is_some_and(|said| words.contains(&said)))
    };
    let (status, code, message, resolution) = if says(&[ALIAS_TAKEN]) {
        let resolution = "Choose a different schema name.";
        (
            StatusCode::CONFLICT,
            "schema_name_exists",
            "Schema name already exists.",
            resolution,
        )
    } else if says(&[SLUG_TAKEN, HOST_TAKEN]) {
        let message = "Domain is already assigned to another tenant.";
        (
            StatusCode::CONFLICT,
            "domain_already_used",
            message,
            "Choose a different domain.",
        )
    } else if says(&[LIMITS_EXCEEDED]) {
        let message = "Requested limits exceed what the tenant may have.";
        let resolution = "Reduce limits or upgrade plan.";
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            "limits_exceeded",
            message,
            resolution,
        )
    } else {
        let resolution = "Check required fields and format; the details name them.";
        let message = "Tenant configuration is invalid.";
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_tenant_config",
            message,
            resolution,
        )
    };
    Fault::new(status, code, message, resolution).details(*fault.details)
}
