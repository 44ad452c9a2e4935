//! Printed by `.ci/schema` from a migrated database; not edited by hand.

// @generated automatically by Diesel CLI.

diesel::table! {
    api_answers (tenant_id, key_id, route, idempotency_key) {
        tenant_id -> Uuid,
        key_id -> Uuid,
        route -> Text,
        idempotency_key -> Text,
        request_hash -> Bytea,
        status -> Int2,
        body -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    api_keys (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        prefix -> Text,
        token_hash -> Bytea,
        permissions -> Array<Nullable<Text>>,
        created_by -> Nullable<Uuid>,
        created_by_name -> Text,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        exposed_at -> Nullable<Timestamptz>,
        replaced_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    audit_entries (tenant_id, seq) {
        tenant_id -> Uuid,
        seq -> Int8,
        id -> Uuid,
        at -> Timestamptz,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        actor_name -> Text,
        action -> Text,
        outcome -> Text,
        target_kind -> Text,
        target_id -> Nullable<Uuid>,
        target_name -> Text,
        before -> Nullable<Jsonb>,
        after -> Nullable<Jsonb>,
        address -> Nullable<Inet>,
        device -> Text,
        request_id -> Uuid,
        previous_hash -> Bytea,
        hash -> Bytea,
    }
}

diesel::table! {
    audit_heads (tenant_id) {
        tenant_id -> Uuid,
        seq -> Int8,
        hash -> Bytea,
    }
}

diesel::table! {
    brands (tenant_id) {
        tenant_id -> Uuid,
        primary_color -> Text,
        secondary_color -> Nullable<Text>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    console_queries (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        name -> Text,
        query -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    console_runs (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        actor_name -> Text,
        query -> Text,
        state -> Text,
        row_count -> Nullable<Int4>,
        cut -> Nullable<Bool>,
        execution_ms -> Nullable<Int4>,
        error -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    credentials (tenant_id, user_id) {
        tenant_id -> Uuid,
        user_id -> Uuid,
        password_hash -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    events (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        subject_id -> Nullable<Uuid>,
        data -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    imports (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        created_by -> Uuid,
        file_name -> Text,
        content -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    known_devices (tenant_id, user_id, token_hash) {
        tenant_id -> Uuid,
        user_id -> Uuid,
        token_hash -> Bytea,
        last_used_at -> Timestamptz,
    }
}

diesel::table! {
    letters (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        recipient -> Text,
        recipient_name -> Text,
        template -> Text,
        subject -> Text,
        body_text -> Nullable<Text>,
        body_html -> Nullable<Text>,
        state -> Text,
        created_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    limits (tenant_id, resource) {
        tenant_id -> Uuid,
        resource -> Text,
        used -> Int8,
        hard -> Int8,
        kind -> Text,
        every -> Nullable<Text>,
        began_at -> Nullable<Timestamptz>,
        held -> Int8,
        grace -> Int8,
        grace_days -> Int4,
        grace_until -> Nullable<Timestamptz>,
        told -> Int2,
    }
}

diesel::table! {
    links (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        purpose -> Text,
        token_hash -> Bytea,
        email_folded -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    ownership_offers (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        from_user -> Uuid,
        to_user -> Uuid,
        token_hash -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    reservations (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        resource -> Text,
        amount -> Int8,
        used -> Nullable<Int8>,
        state -> Text,
        reference -> Nullable<Text>,
        made_by -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    roles (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        name_folded -> Text,
        description -> Text,
        permissions -> Array<Nullable<Text>>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        token_hash -> Bytea,
        device -> Text,
        address -> Nullable<Inet>,
        keep -> Bool,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        idle_expires_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    throttles (tenant_id, key) {
        tenant_id -> Uuid,
        key -> Text,
        hits -> Int4,
        window_ends_at -> Timestamptz,
    }
}

diesel::table! {
    usage_events (tenant_id, name) {
        tenant_id -> Uuid,
        name -> Text,
        counted_at -> Timestamptz,
    }
}

diesel::table! {
    user_counts (tenant_id) {
        tenant_id -> Uuid,
        invited -> Int8,
        active -> Int8,
        suspended -> Int8,
        inactive -> Int8,
    }
}

diesel::table! {
    user_words (tenant_id, user_id, word) {
        tenant_id -> Uuid,
        user_id -> Uuid,
        word -> Text,
        status -> Text,
    }
}

diesel::table! {
    users (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        email -> Text,
        email_folded -> Text,
        name -> Text,
        name_folded -> Text,
        status -> Text,
        role -> Text,
        role_id -> Nullable<Uuid>,
        department -> Nullable<Text>,
        department_folded -> Nullable<Text>,
        location -> Nullable<Text>,
        phone -> Nullable<Text>,
        fields -> Jsonb,
        locale -> Nullable<Text>,
        timezone -> Nullable<Text>,
        notify_email -> Bool,
        notify_in_app -> Bool,
        invited_by -> Nullable<Uuid>,
        invited_at -> Nullable<Timestamptz>,
        last_sign_in_at -> Nullable<Timestamptz>,
        removed_at -> Nullable<Timestamptz>,
        status_before -> Nullable<Text>,
        status_reason -> Nullable<Text>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    visit_pages (tenant_id, visit_id, request_id) {
        tenant_id -> Uuid,
        visit_id -> Uuid,
        request_id -> Uuid,
        at -> Timestamptz,
        method -> Text,
        route -> Text,
        path -> Text,
    }
}

diesel::table! {
    visit_policies (tenant_id) {
        tenant_id -> Uuid,
        policy -> Text,
        version -> Int4,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    visits (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        staff_id -> Uuid,
        staff_name -> Text,
        staff_email -> Text,
        staff_role -> Text,
        reason -> Text,
        hours -> Int4,
        reach -> Text,
        state -> Text,
        asked_at -> Timestamptz,
        decided_at -> Nullable<Timestamptz>,
        decided_by -> Nullable<Uuid>,
        decided_name -> Nullable<Text>,
        ticket_hash -> Nullable<Bytea>,
        ticket_expires_at -> Nullable<Timestamptz>,
        token_hash -> Nullable<Bytea>,
        begins_at -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Uuid>,
        ended_name -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    api_answers,
    api_keys,
    audit_entries,
    audit_heads,
    brands,
    console_queries,
    console_runs,
    credentials,
    events,
    imports,
    known_devices,
    letters,
    limits,
    links,
    ownership_offers,
    reservations,
    roles,
    sessions,
    throttles,
    usage_events,
    user_counts,
    user_words,
    users,
    visit_pages,
    visit_policies,
    visits,
);
