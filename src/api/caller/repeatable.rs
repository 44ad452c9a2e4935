//! A write that may come twice: what the client calls it, so that it is done once.

use actix_web::http::header::HeaderName;
use services::answers::Repeatable;
use sha2::{Digest, Sha256};

use super::{Caller, Fault};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl Caller {
    /// What the client calls this write, with the hash of all that it asks for.
    pub(in crate::api) fn repeatable(&self, bytes: &[u8]) -> Result<Option<Repeatable>, Fault> {
        let mut values = self.http.headers().get_all(IDEMPOTENCY_KEY);
        let (value, more) = (values.next(), values.next());
        let Some(value) = value else {
            return Ok(None);
        };
        let key = value.to_str().unwrap_or_default().trim();
        if more.is_some() || key.is_empty() || key.len() > 255 {
            return Err(Fault::malformed(
                "Idempotency-Key is there once, with 1 to 255 plain characters.",
            ));
        }
        let mut hasher = Sha256::new();
        hasher.update(self.http.uri().to_string().as_bytes());
        hasher.update([0]);
        hasher.update(bytes);
        Ok(Some(Repeatable {
            route: self.route(),
            key: key.to_owned(),
            hash: hasher.finalize().into(),
        }))
    }
}
