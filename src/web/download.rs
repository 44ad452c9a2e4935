//! A file that is written while it is read, a batch at a time, so that one of any length holds neither memory nor
//! a snapshot. What stands in it is its feature's to say.

use std::future::Future;
use std::io;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, future, stream};

use crate::problem::Problem;

/// How a file of rows is sent.
pub(in crate::web) const CSV: &str = "text/csv; charset=utf-8";

/// The file of this name and kind: its head, then what `next` answers until that is nothing. Each batch is to be
/// a transaction of its own, which proves the right anew: a session that was ended meanwhile reads no further, and
/// the file breaks off visibly.
pub(in crate::web) fn file<S, N, F>(
    name: &str,
    kind: &str,
    head: Vec<u8>,
    begun: S,
    next: N,
) -> HttpResponse
where
    S: 'static,
    N: FnMut(S) -> F + 'static,
    F: Future<Output = Result<Option<(Vec<u8>, S)>, Problem>> + 'static,
{
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .streaming(pieces(head, begun, next))
}

fn pieces<S, N, F>(head: Vec<u8>, begun: S, next: N) -> impl Stream<Item = io::Result<Bytes>>
where
    N: FnMut(S) -> F,
    F: Future<Output = Result<Option<(Vec<u8>, S)>, Problem>>,
{
    let batches = stream::try_unfold(begun, next);
    stream::once(future::ready(Ok(head)))
        .chain(batches)
        .map_ok(Bytes::from)
        .map_err(|problem: Problem| io::Error::other(problem.to_string()))
}
