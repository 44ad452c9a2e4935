//! What a handler takes and gives, told by its own types, so that the reference cannot say anything else than the
//! code.

use actix_web::{Handler, HttpRequest, HttpResponse};
use domain::{Access, StaffAccess};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{RefOr, Schema, Type};
use utoipa::{IntoParams, ToSchema};

use super::route::Open;
use super::{Answer, Api, Body, Either, Fault, PlatformApi, Query, Stranger};

/// What a handler takes and gives.
#[derive(Default)]
pub struct Sheet {
    /// What may stand in the query.
    pub parameters: Vec<Parameter>,
    /// The name of the body's type, if it takes one.
    pub body: Option<RefOr<Schema>>,
    /// Whether something must stand in it.
    pub needs_body: bool,
    /// Status and data of the answer; `None` for one that is no data.
    pub answer: Option<(u16, RefOr<Schema>)>,
    /// The types that the others are made of, by name.
    pub types: Vec<(String, RefOr<Schema>)>,
}

impl Sheet {
    fn of<T: ToSchema>(&mut self) -> RefOr<Schema> {
        let name = T::name().into_owned();
        self.types.push((name.clone(), T::schema()));
        T::schemas(&mut self.types);
        RefOr::Ref(utoipa::openapi::Ref::from_schema_name(name))
    }
}

/// A handler's arguments, of which the first proves the access `P`.
pub trait Proves<P> {
    /// Writes down the others.
    fn tell(sheet: &mut Sheet);
}

/// An argument that is read from the request.
pub trait Part {
    /// Writes it down.
    fn tell(sheet: &mut Sheet);
}

impl<T: ToSchema> Part for Body<T> {
    fn tell(sheet: &mut Sheet) {
        // No fields, no body.
        if T::name() != "Nothing" {
            sheet.body = Some(sheet.of::<T>());
            sheet.needs_body = match T::schema() {
                RefOr::T(Schema::Object(fields)) => !fields.required.is_empty(),
                _ => true,
            };
        }
    }
}

impl<T: IntoParams> Part for Query<T> {
    fn tell(sheet: &mut Sheet) {
        let parameters = T::into_params(|| Some(ParameterIn::Query));
        sheet.parameters = parameters.into_iter().map(without_null).collect();
    }
}

/// What may be left out of a query is never null there.
fn without_null(mut parameter: Parameter) -> Parameter {
    if let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
        && let SchemaType::Array(types) = &mut schema.schema_type
    {
        types.retain(|one| *one != Type::Null);
    }
    parameter
}

impl Proves<Open> for () {
    fn tell(_: &mut Sheet) {}
}

impl Proves<Open> for (HttpRequest,) {
    fn tell(_: &mut Sheet) {}
}

impl<A: Part> Proves<Open> for (Stranger, A) {
    fn tell(sheet: &mut Sheet) {
        A::tell(sheet);
    }
}

macro_rules! proves {
    ($($part:ident)*) => {
        impl<P: Access, S: StaffAccess, $($part: Part),*> Proves<(P, S)> for (Either<P, S>, $($part,)*) {
            fn tell(sheet: &mut Sheet) {
                let _ = &sheet;
                $($part::tell(sheet);)*
            }
        }
        impl<P: Access, $($part: Part),*> Proves<P> for (Api<P>, $($part,)*) {
            fn tell(sheet: &mut Sheet) {
                let _ = &sheet;
                $($part::tell(sheet);)*
            }
        }
        impl<P: StaffAccess, $($part: Part),*> Proves<P> for (PlatformApi<P>, $($part,)*) {
            fn tell(sheet: &mut Sheet) {
                let _ = &sheet;
                $($part::tell(sheet);)*
            }
        }
    };
}
proves!();
proves!(A);
proves!(A B);

/// What a handler gives.
pub trait Gives {
    /// Writes it down.
    fn tell(sheet: &mut Sheet);
}

impl<T: ToSchema + Serialize, const STATUS: u16> Gives for Result<Answer<T, STATUS>, Fault> {
    fn tell(sheet: &mut Sheet) {
        sheet.answer = Some((STATUS, sheet.of::<T>()));
    }
}

impl Gives for Result<HttpResponse, Fault> {
    fn tell(_: &mut Sheet) {}
}

/// What the handler takes and gives.
pub(crate) fn sheet_of<P, F, A>(_: F) -> Sheet
where
    F: Handler<A>,
    F::Output: Gives,
    A: Proves<P>,
{
    let mut sheet = Sheet::default();
    A::tell(&mut sheet);
    F::Output::tell(&mut sheet);
    sheet
}
