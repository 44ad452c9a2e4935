//! Reading a request's body within bounds of size and time. What the bytes mean is not decided here.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    Error, HttpMessage,
    body::{BodySize, BoxBody, EitherBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::{InternalError, PayloadError},
    http::{
        StatusCode,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING},
    },
    middleware::Next,
    web::Bytes,
};
use futures_util::{Stream, StreamExt};
use tokio::time::timeout;

use super::refusal::Refusal;

/// Middleware: refuses compressed bodies, so that no small request grows into a large one. Nothing of ours sends them.
///
/// # Errors
/// Those of the inner service.
pub async fn refuse_compressed<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let plain = request
        .headers()
        .get_all(CONTENT_ENCODING)
        .all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if plain {
        return next
            .call(request)
            .await
            .map(ServiceResponse::map_into_left_body);
    }
    let refusal = Refusal::and_close(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "Compressed requests are not read here. Send it uncompressed.",
    );
    Ok(request.error_response(refusal).map_into_right_body())
}

/// Middleware, the outermost that sees bodies: a chunked body that nobody read to its end ends the connection.
/// Actix drains one whose reader is gone for as long as the client sends, so we hold the reader until the answer is out.
///
/// # Errors
/// Those of the inner service.
pub async fn end_with_unread<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !request.headers().contains_key(TRANSFER_ENCODING) {
        return next
            .call(request)
            .await
            .map(ServiceResponse::map_into_boxed_body);
    }
    let unread = Rc::new(RefCell::new(request.take_payload()));
    request.set_payload(Payload::Stream {
        payload: Box::pin(Shared(Rc::clone(&unread))),
    });
    match next.call(request).await {
        Ok(response) => Ok(response.map_into_boxed_body().map_body(|_, body| {
            BoxBody::new(Held {
                body,
                _unread: unread,
            })
        })),
        Err(error) => {
            let response = error.error_response().map_body(|_, body| {
                BoxBody::new(Held {
                    body,
                    _unread: unread,
                })
            });
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// The reader that the inner services get; dropping it drops nothing.
struct Shared(Rc<RefCell<Payload>>);

impl Stream for Shared {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll_next_unpin(cx)
    }
}

/// An answer that keeps the reader until it is sent.
struct Held {
    body: BoxBody,
    _unread: Rc<RefCell<Payload>>,
}

impl MessageBody for Held {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

/// Reads the whole body.
///
/// # Errors
/// 413 as soon as it is, or says it is, longer than `most`; 408 when it takes longer than `patience`; 400 when it breaks off.
pub async fn read(
    headers: &HeaderMap,
    mut payload: Payload,
    most: usize,
    patience: Duration,
) -> Result<Vec<u8>, Refusal> {
    let declared = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let declared = usize::try_from(declared.unwrap_or_default()).unwrap_or(usize::MAX);
    if declared > most {
        return Err(too_large(most));
    }
    let mut bytes = Vec::with_capacity(declared);
    let reading = async {
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| {
                Refusal::and_close(
                    StatusCode::BAD_REQUEST,
                    "The request broke off before its end.",
                )
            })?;
            if bytes.len() + chunk.len() > most {
                return Err(too_large(most));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(())
    };
    match timeout(patience, reading).await {
        Ok(read) => read.map(|()| bytes),
        Err(_) => Err(Refusal::and_close(
            StatusCode::REQUEST_TIMEOUT,
            "The request took too long to arrive.",
        )),
    }
}

fn too_large(most: usize) -> Refusal {
    let sentence = format!(
        "This is more than can be sent at once; the limit is {} KiB.",
        most / 1_024
    );
    Refusal::and_close(StatusCode::PAYLOAD_TOO_LARGE, sentence)
}
