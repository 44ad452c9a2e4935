//! Printed by `.ci/schema` from a migrated database; not edited by hand.

// @generated automatically by Diesel CLI.

diesel::table! {
    catalogue.api_answers (key_id, route, idempotency_key) {
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
    catalogue.audit_entries (seq) {
        seq -> Int8,
        id -> Uuid,
        at -> Timestamptz,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        actor_name -> Text,
        action -> Text,
        outcome -> Text,
        tenant_id -> Nullable<Uuid>,
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
    catalogue.audit_heads (chain) {
        chain -> Text,
        seq -> Int8,
        hash -> Bytea,
    }
}

diesel::table! {
    catalogue.checkups (tenant_id) {
        tenant_id -> Uuid,
        health -> Text,
        since -> Timestamptz,
        checked_at -> Timestamptz,
        milliseconds -> Nullable<Int8>,
        people -> Nullable<Int8>,
        parts -> Jsonb,
        trouble -> Nullable<Text>,
    }
}

diesel::table! {
    catalogue.copies (tenant_id, schema_name) {
        tenant_id -> Uuid,
        schema_name -> Text,
        kind -> Text,
        seen -> Nullable<Int8>,
        keep_until -> Timestamptz,
    }
}

diesel::table! {
    catalogue.databases (name) {
        name -> Text,
        node_id -> Uuid,
        tenant_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        silent_since -> Nullable<Timestamptz>,
        ready_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    catalogue.domains (host) {
        host -> Text,
        tenant_id -> Uuid,
        canonical -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    catalogue.drifts (schema_name, kind, object) {
        schema_name -> Text,
        kind -> Text,
        object -> Text,
        wanted -> Nullable<Text>,
        found -> Nullable<Text>,
        tenant_id -> Nullable<Uuid>,
        looked_at -> Timestamptz,
    }
}

diesel::table! {
    catalogue.former_slugs (slug) {
        slug -> Text,
        tenant_id -> Uuid,
        until -> Timestamptz,
    }
}

diesel::table! {
    catalogue.letters (id) {
        id -> Uuid,
        recipient -> Text,
        recipient_name -> Text,
        template -> Text,
        subject -> Text,
        body_text -> Nullable<Text>,
        body_html -> Nullable<Text>,
        state -> Text,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    catalogue.limit_terms (tenant_id, resource) {
        tenant_id -> Uuid,
        resource -> Text,
        reason -> Text,
        ends_at -> Nullable<Timestamptz>,
        set_at -> Timestamptz,
        set_by -> Text,
        end_told -> Bool,
    }
}

diesel::table! {
    catalogue.move_steps (move_id, step) {
        move_id -> Uuid,
        step -> Text,
        place -> Int4,
        state -> Text,
        attempts -> Int4,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    catalogue.moves (id) {
        id -> Uuid,
        tenant_id -> Uuid,
        from_kind -> Text,
        from_schema -> Text,
        to_kind -> Text,
        to_schema -> Nullable<Text>,
        state -> Text,
        keep_days -> Int4,
        asked_at -> Timestamptz,
        asked_by -> Text,
        rows_copied -> Nullable<Int8>,
        tables_done -> Nullable<Int4>,
        tables_all -> Nullable<Int4>,
        compared -> Nullable<Jsonb>,
        pause_microseconds -> Nullable<Int8>,
        finished_at -> Nullable<Timestamptz>,
        from_node -> Nullable<Uuid>,
        to_node -> Nullable<Uuid>,
    }
}

diesel::table! {
    catalogue.node_looks (node_id) {
        node_id -> Uuid,
        looked_at -> Timestamptz,
        trouble -> Nullable<Text>,
        server_version -> Nullable<Text>,
        encrypted -> Nullable<Bool>,
        answer_microseconds -> Nullable<Int8>,
        clock_apart_milliseconds -> Nullable<Int8>,
        connections -> Nullable<Int4>,
        connections_most -> Nullable<Int4>,
        bytes -> Nullable<Int8>,
    }
}

diesel::table! {
    catalogue.nodes (id) {
        id -> Uuid,
        name -> Text,
        kind -> Text,
        created_at -> Timestamptz,
        state -> Text,
        address -> Nullable<Text>,
        sealed_owner -> Nullable<Bytea>,
        sealed_reach -> Nullable<Bytea>,
        room -> Nullable<Int4>,
    }
}

diesel::table! {
    catalogue.own_queues (database_name, kind, state) {
        database_name -> Text,
        kind -> Text,
        state -> Text,
        jobs -> Int8,
        oldest -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    catalogue.placements (tenant_id) {
        tenant_id -> Uuid,
        node_id -> Uuid,
        kind -> Text,
        epoch -> Int4,
        database_name -> Nullable<Text>,
        people -> Nullable<Int8>,
        seats -> Nullable<Int8>,
    }
}

diesel::table! {
    catalogue.plan_versions (plan, version) {
        plan -> Text,
        version -> Int4,
        name -> Text,
        limits -> Jsonb,
        features -> Jsonb,
        trial_days -> Int4,
        price_cents -> Nullable<Int8>,
        currency -> Text,
        extras -> Jsonb,
        made_at -> Timestamptz,
        made_by -> Text,
        note -> Nullable<Text>,
        rates -> Jsonb,
    }
}

diesel::table! {
    catalogue.plans (key) {
        key -> Text,
        place -> Int4,
        offered -> Bool,
        version -> Int4,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    catalogue.platform_keys (id) {
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
    catalogue.pools (tenant_id) {
        tenant_id -> Uuid,
        connections -> Int4,
        given_at -> Timestamptz,
    }
}

diesel::table! {
    catalogue.provisioning_steps (tenant_id, step) {
        tenant_id -> Uuid,
        step -> Text,
        place -> Int4,
        state -> Text,
        attempts -> Int4,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    catalogue.provisionings (tenant_id) {
        tenant_id -> Uuid,
        admin_name -> Text,
        admin_email -> Text,
        admin_password_hash -> Nullable<Text>,
        primary_color -> Nullable<Text>,
        secondary_color -> Nullable<Text>,
        trial_days -> Int4,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        admin_id -> Nullable<Uuid>,
        placement -> Text,
        node_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    catalogue.resources (key) {
        key -> Text,
        name -> Text,
        unit -> Text,
        kind -> Text,
        every -> Nullable<Text>,
        grace_percent -> Int4,
        grace_days -> Int4,
        default_limit -> Nullable<Int8>,
        built_in -> Bool,
        place -> Int4,
        created_at -> Timestamptz,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    catalogue.rollout_targets (rollout_id, schema_name) {
        rollout_id -> Uuid,
        schema_name -> Text,
        tenant_id -> Nullable<Uuid>,
        wave -> Int4,
        state -> Text,
        attempts -> Int4,
        not_before -> Nullable<Timestamptz>,
        began_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        ran -> Jsonb,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    catalogue.rollouts (id) {
        id -> Uuid,
        direction -> Text,
        version -> Text,
        tenant_id -> Nullable<Uuid>,
        state -> Text,
        parallel -> Int4,
        wave_percent -> Int4,
        stop_percent -> Int4,
        asked_at -> Timestamptz,
        asked_by -> Text,
        begun_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        why -> Nullable<Text>,
    }
}

diesel::table! {
    catalogue.scalings (id) {
        id -> Uuid,
        tenant_id -> Uuid,
        asked_kind -> Text,
        asked_id -> Nullable<Uuid>,
        asked_name -> Text,
        asked_at -> Timestamptz,
        from_limits -> Jsonb,
        target -> Jsonb,
        plan -> Text,
        plan_version -> Int4,
        strategy -> Text,
        note -> Nullable<Text>,
        billing -> Jsonb,
        state -> Text,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        due_at -> Nullable<Timestamptz>,
        begun_at -> Nullable<Timestamptz>,
        steps -> Jsonb,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    catalogue.sign_ups (id) {
        id -> Uuid,
        token_hash -> Bytea,
        email -> Text,
        email_folded -> Text,
        person_name -> Text,
        tenant_name -> Text,
        slug -> Text,
        locale -> Text,
        timezone -> Text,
        tenant_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        arrival_hash -> Nullable<Bytea>,
    }
}

diesel::table! {
    catalogue.staff (id) {
        id -> Uuid,
        email -> Text,
        email_folded -> Text,
        name -> Text,
        role -> Text,
        status -> Text,
        version -> Int4,
        last_sign_in_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        locale -> Nullable<Text>,
        timezone -> Nullable<Text>,
    }
}

diesel::table! {
    catalogue.staff_credentials (staff_id) {
        staff_id -> Uuid,
        password_hash -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    catalogue.staff_devices (staff_id, token_hash) {
        staff_id -> Uuid,
        token_hash -> Bytea,
        last_used_at -> Timestamptz,
    }
}

diesel::table! {
    catalogue.staff_links (id) {
        id -> Uuid,
        staff_id -> Uuid,
        purpose -> Text,
        token_hash -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    catalogue.staff_sessions (id) {
        id -> Uuid,
        staff_id -> Uuid,
        token_hash -> Bytea,
        device -> Text,
        address -> Nullable<Inet>,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        idle_expires_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    catalogue.tenant_life (tenant_id) {
        tenant_id -> Uuid,
        closed_by -> Nullable<Uuid>,
        trial_soon_told -> Nullable<Timestamptz>,
        plan_before -> Nullable<Text>,
        trial_before -> Nullable<Timestamptz>,
        plan_chosen_at -> Nullable<Timestamptz>,
        version_before -> Nullable<Int4>,
        reason_before -> Nullable<Text>,
    }
}

diesel::table! {
    catalogue.tenants (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        status -> Text,
        status_reason -> Nullable<Text>,
        plan -> Text,
        locale -> Text,
        timezone -> Text,
        demo -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        alias -> Text,
        currency -> Text,
        date_format -> Text,
        time_format -> Text,
        features -> Jsonb,
        limits -> Jsonb,
        product_config -> Jsonb,
        trial_ends_at -> Nullable<Timestamptz>,
        trial_end_told -> Bool,
        billing_email -> Nullable<Text>,
        contact_name -> Nullable<Text>,
        contact_email -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        version -> Int4,
        status_before -> Nullable<Text>,
        delete_at -> Nullable<Timestamptz>,
        status_changed_at -> Timestamptz,
        hosts -> Text,
        name_folded -> Text,
        finding -> Text,
        plan_version -> Int4,
    }
}

diesel::table! {
    catalogue.throttles (key) {
        key -> Text,
        hits -> Int4,
        window_ends_at -> Timestamptz,
    }
}

diesel::table! {
    catalogue.usage_compared (days, tenant_id) {
        days -> Int2,
        tenant_id -> Uuid,
        users -> Nullable<Int8>,
        users_before -> Nullable<Int8>,
        active -> Nullable<Int8>,
        active_before -> Nullable<Int8>,
        bytes -> Nullable<Int8>,
        calls -> Nullable<Int8>,
        calls_before -> Nullable<Int8>,
        calls_peak -> Nullable<Int8>,
        requests -> Nullable<Int8>,
        errors -> Nullable<Int8>,
        micros -> Nullable<Int8>,
        probes -> Nullable<Int8>,
        probes_failed -> Nullable<Int8>,
    }
}

diesel::table! {
    catalogue.usage_days (tenant_id, meter, day, part) {
        tenant_id -> Uuid,
        meter -> Text,
        day -> Date,
        part -> Int2,
        amount -> Int8,
    }
}

diesel::table! {
    catalogue.usage_events (tenant_id, name) {
        tenant_id -> Uuid,
        name -> Text,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    catalogue.usage_hours (tenant_id, meter, hour, part) {
        tenant_id -> Uuid,
        meter -> Text,
        hour -> Timestamptz,
        part -> Int2,
        amount -> Int8,
    }
}

diesel::table! {
    catalogue.usage_losses (process, number) {
        process -> Uuid,
        number -> Int8,
        since -> Timestamptz,
        until -> Timestamptz,
        amount -> Int8,
    }
}

diesel::table! {
    catalogue.usage_processes (id) {
        id -> Uuid,
        began_at -> Timestamptz,
        flushed_at -> Timestamptz,
        flushes -> Int8,
        lost -> Int8,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    catalogue.usage_recent (days, meter, tenant_id) {
        tenant_id -> Uuid,
        meter -> Text,
        amount -> Int8,
        before -> Nullable<Int8>,
        peak -> Int8,
        days -> Int2,
    }
}

diesel::table! {
    catalogue.usage_shares (tenant_id, day, meter, kind, who) {
        tenant_id -> Uuid,
        day -> Date,
        meter -> Text,
        kind -> Text,
        who -> Text,
        amount -> Int8,
    }
}

diesel::table! {
    catalogue.vendor_migrations (version) {
        version -> Text,
        name -> Text,
        up_script -> Text,
        down_script -> Nullable<Text>,
        given_at -> Timestamptz,
        released_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    catalogue.visits (id) {
        id -> Uuid,
        staff_id -> Uuid,
        tenant_id -> Uuid,
        asked_at -> Timestamptz,
    }
}

diesel::joinable!(checkups -> tenants (tenant_id));
diesel::joinable!(copies -> tenants (tenant_id));
diesel::joinable!(databases -> nodes (node_id));
diesel::joinable!(databases -> tenants (tenant_id));
diesel::joinable!(domains -> tenants (tenant_id));
diesel::joinable!(drifts -> tenants (tenant_id));
diesel::joinable!(former_slugs -> tenants (tenant_id));
diesel::joinable!(limit_terms -> tenants (tenant_id));
diesel::joinable!(move_steps -> moves (move_id));
diesel::joinable!(moves -> tenants (tenant_id));
diesel::joinable!(node_looks -> nodes (node_id));
diesel::joinable!(own_queues -> databases (database_name));
diesel::joinable!(placements -> databases (database_name));
diesel::joinable!(placements -> nodes (node_id));
diesel::joinable!(placements -> tenants (tenant_id));
diesel::joinable!(pools -> tenants (tenant_id));
diesel::joinable!(provisioning_steps -> provisionings (tenant_id));
diesel::joinable!(provisionings -> nodes (node_id));
diesel::joinable!(provisionings -> tenants (tenant_id));
diesel::joinable!(rollout_targets -> rollouts (rollout_id));
diesel::joinable!(rollout_targets -> tenants (tenant_id));
diesel::joinable!(rollouts -> tenants (tenant_id));
diesel::joinable!(scalings -> tenants (tenant_id));
diesel::joinable!(sign_ups -> tenants (tenant_id));
diesel::joinable!(staff_credentials -> staff (staff_id));
diesel::joinable!(staff_devices -> staff (staff_id));
diesel::joinable!(staff_links -> staff (staff_id));
diesel::joinable!(staff_sessions -> staff (staff_id));
diesel::joinable!(tenant_life -> plans (plan_before));
diesel::joinable!(tenant_life -> tenants (tenant_id));
diesel::joinable!(tenants -> plans (plan));
diesel::joinable!(usage_compared -> tenants (tenant_id));
diesel::joinable!(usage_losses -> usage_processes (process));
diesel::joinable!(usage_recent -> tenants (tenant_id));
diesel::joinable!(visits -> staff (staff_id));
diesel::joinable!(visits -> tenants (tenant_id));

diesel::allow_tables_to_appear_in_same_query!(
    api_answers,
    audit_entries,
    audit_heads,
    checkups,
    copies,
    databases,
    domains,
    drifts,
    former_slugs,
    letters,
    limit_terms,
    move_steps,
    moves,
    node_looks,
    nodes,
    own_queues,
    placements,
    plan_versions,
    plans,
    platform_keys,
    pools,
    provisioning_steps,
    provisionings,
    resources,
    rollout_targets,
    rollouts,
    scalings,
    sign_ups,
    staff,
    staff_credentials,
    staff_devices,
    staff_links,
    staff_sessions,
    tenant_life,
    tenants,
    throttles,
    usage_compared,
    usage_days,
    usage_events,
    usage_hours,
    usage_losses,
    usage_processes,
    usage_recent,
    usage_shares,
    vendor_migrations,
    visits,
);
