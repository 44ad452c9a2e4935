//! Printed by `.ci/schema` from a migrated database; not edited by hand.

// @generated automatically by Diesel CLI.

diesel::table! {
    catalogue.domains (host) {
        host -> Text,
        tenant_id -> Uuid,
        canonical -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    catalogue.nodes (id) {
        id -> Uuid,
        name -> Text,
        kind -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    catalogue.placements (tenant_id) {
        tenant_id -> Uuid,
        node_id -> Uuid,
        kind -> Text,
        epoch -> Int4,
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
    }
}

diesel::joinable!(domains -> tenants (tenant_id));
diesel::joinable!(placements -> nodes (node_id));
diesel::joinable!(placements -> tenants (tenant_id));

diesel::allow_tables_to_appear_in_same_query!(domains, nodes, placements, tenants,);
