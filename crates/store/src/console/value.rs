//! A value of a question: always bound, as text, of whatever type the question makes of it.

use std::error::Error;

use postgres::types::private::BytesMut;
use postgres::types::{Format, IsNull, ToSql, Type};

/// A parameter; nothing for null.
#[derive(Debug)]
pub(super) struct Value<'v>(pub(super) Option<&'v str>);

impl ToSql for Value<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Ok(match self.0 {
            None => IsNull::Yes,
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                IsNull::No
            }
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.to_sql(kind, out)
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }
}
