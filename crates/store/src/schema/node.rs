//! Printed by `.ci/schema` from a migrated database; not edited by hand.

// @generated automatically by Diesel CLI.

diesel::table! {
    node.console_lockdown (whole) {
        whole -> Bool,
        functions -> Text,
        locked_at -> Timestamptz,
    }
}

diesel::table! {
    node.console_logins (tenant_id) {
        tenant_id -> Uuid,
        role_name -> Text,
        schema_name -> Text,
        epoch -> Int4,
        key_mark -> Text,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    node.context_keys (mark) {
        mark -> Text,
        audience -> Text,
        inner_pad -> Bytea,
        outer_pad -> Bytea,
        installed_at -> Timestamptz,
    }
}

diesel::table! {
    node.jobs (id) {
        id -> Uuid,
        tenant_id -> Nullable<Uuid>,
        kind -> Text,
        payload -> Jsonb,
        state -> Text,
        run_at -> Timestamptz,
        attempts -> Int4,
        max_attempts -> Int4,
        lease_token -> Nullable<Uuid>,
        lease_until -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    node.ledger (schema_name, family, version) {
        schema_name -> Text,
        version -> Text,
        ran_at -> Timestamptz,
        family -> Text,
        took_microseconds -> Nullable<Int8>,
    }
}

diesel::table! {
    node.placements (tenant_id) {
        tenant_id -> Uuid,
        schema_name -> Text,
        role_name -> Text,
        epoch -> Int4,
        created_at -> Timestamptz,
        closed -> Bool,
    }
}

diesel::table! {
    node.rates (bucket) {
        bucket -> Text,
        full_at -> Timestamptz,
    }
}

diesel::table! {
    node.schedules (name) {
        name -> Text,
        last_slot -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    console_lockdown,
    console_logins,
    context_keys,
    jobs,
    ledger,
    placements,
    rates,
    schedules,
);
