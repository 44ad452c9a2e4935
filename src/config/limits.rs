//! How much of a request is read, and for how long.

use std::time::Duration;

use super::{
    sheet::Sheet,
    units::{KIB, MIB, Size, Span, number, size, span},
};

/// Bounds of a request's body.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a form.
    pub form_bytes: usize,
    /// Fields of a form, each repetition counted.
    pub form_fields: usize,
    /// Bytes of an uploaded file.
    pub upload_bytes: usize,
    /// How long a client may take to send the body.
    pub body_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            form_bytes: 256 * KIB,
            form_fields: 2_000,
            upload_bytes: 16 * MIB,
            body_timeout: Duration::from_secs(30),
        }
    }
}

impl Limits {
    pub(super) fn read(sheet: &mut Sheet) -> Self {
        let usual = Self::default();
        let bytes = || size(Size(KIB), Size(1_024 * MIB));
        Self {
            form_bytes: sheet
                .value("limits.form_bytes", Size(usual.form_bytes), bytes())
                .0,
            form_fields: sheet.value("limits.form_fields", usual.form_fields, number(10, 100_000)),
            upload_bytes: sheet
                .value("limits.upload_bytes", Size(usual.upload_bytes), bytes())
                .0,
            body_timeout: sheet
                .value(
                    "limits.body_timeout",
                    Span(usual.body_timeout),
                    span(Span::seconds(1), Span::seconds(600)),
                )
                .0,
        }
    }
}
