//! The body of an answer, counted as it goes.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use super::Answered;

/// See the module. When it is dropped, sent or not, what was sent of it is noted.
#[derive(Debug)]
pub struct Counted {
    body: BoxBody,
    sent: i64,
    answered: Option<Answered>,
}

impl Counted {
    pub(super) fn of(body: BoxBody, answered: Option<Answered>) -> Self {
        Self {
            body,
            sent: 0,
            answered,
        }
    }

    fn count(&mut self, bytes: &Bytes) {
        let more = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.sent = self.sent.saturating_add(more);
    }
}

impl MessageBody for Counted {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        let next = Pin::new(&mut this.body).poll_next(context);
        if let Poll::Ready(Some(Ok(bytes))) = &next {
            this.count(bytes);
        }
        next
    }

    fn try_into_bytes(mut self) -> Result<Bytes, Self> {
        let body = std::mem::replace(&mut self.body, BoxBody::new(()));
        match body.try_into_bytes() {
            Ok(bytes) => {
                self.count(&bytes);
                Ok(bytes)
            }
            Err(body) => {
                self.body = body;
                Err(self)
            }
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(answered) = self.answered.take() {
            answered.note(self.sent);
        }
    }
}
