//! The envelope of every answer, as the description says it.

use utoipa::openapi::{ContentBuilder, ObjectBuilder, Ref, RefOr, ResponseBuilder, Schema, Type};

/// Of what was done.
pub(super) fn success(data: RefOr<Schema>) -> ResponseBuilder {
    let word = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["success"]))
        .build();
    let envelope = ObjectBuilder::new()
        .property("status", Schema::Object(word))
        .required("status")
        .property("data", data)
        .required("data")
        .build();
    let content = ContentBuilder::new()
        .schema(Some(Schema::Object(envelope)))
        .build();
    ResponseBuilder::new()
        .description("Done.")
        .content("application/json", content)
}

/// Of an error.
pub(super) fn failure(words: &str) -> ResponseBuilder {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Error")))
        .build();
    ResponseBuilder::new()
        .description(words)
        .content("application/json", content)
}

/// The envelope of an error.
pub(super) fn error_schema() -> Schema {
    let text = || Schema::Object(ObjectBuilder::new().schema_type(Type::String).build());
    let error = ObjectBuilder::new()
        .property("code", text())
        .required("code")
        .property("message", text())
        .required("message")
        .property("resolution", text())
        .required("resolution")
        .property(
            "details",
            Schema::Object(ObjectBuilder::new().schema_type(Type::Object).build()),
        )
        .required("details")
        .property("request_id", text())
        .required("request_id")
        .build();
    let word = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["error"]))
        .build();
    let envelope = ObjectBuilder::new()
        .property("status", Schema::Object(word))
        .required("status")
        .property("error", Schema::Object(error))
        .required("error")
        .build();
    Schema::Object(envelope)
}
