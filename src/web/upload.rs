//! One uploaded file out of a form. Read whole, within the same bounds of size and time as any body; what
//! the bytes mean is not decided here.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, FromRequest, HttpRequest};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{body, refusal::Refusal};
use crate::config::{Config, Limits};

/// The form's one field, named `file`.
#[derive(Debug)]
pub struct Upload {
    /// The file's name as sent.
    pub name: String,
    /// The file; empty where none was chosen.
    pub bytes: Bytes,
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let limits = request
                .app_data::<Data<Config>>()
                .map_or_else(Limits::default, |config| config.limits);
            let headers = request.headers();
            let read = body::read(headers, payload, limits.upload_bytes, limits.body_timeout);
            let whole = Bytes::from(read.await?);
            let parts = Multipart::new(headers, stream::once(async { Ok(whole) }));
            file(parts).await
        })
    }
}

/// Exactly one part, and it is the file.
async fn file(mut parts: Multipart) -> Result<Upload, Error> {
    let malformed = || {
        Refusal::new(
            StatusCode::BAD_REQUEST,
            "The form holds no file that can be read.",
        )
    };
    let mut part = parts
        .next()
        .await
        .and_then(Result::ok)
        .ok_or_else(malformed)?;
    if part.name() != Some("file") {
        return Err(malformed().into());
    }
    let sent = part
        .content_disposition()
        .and_then(|sent| sent.get_filename());
    let name = sent.unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    while let Some(piece) = part.try_next().await.map_err(|_| malformed())? {
        bytes.extend_from_slice(&piece);
    }
    drop(part);
    if parts.next().await.is_some() {
        return Err(malformed().into());
    }
    Ok(Upload {
        name,
        bytes: Bytes::from(bytes),
    })
}
