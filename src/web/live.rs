//! A page that is kept up to date while somebody looks at it: an event with the new part each time that something changed,
//! as server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>). The browser ends it when the page is
//! hidden.

use std::time::Duration;

use actix_web::http::header::{ACCEPT, ContentEncoding, HeaderName};
use actix_web::rt::time::sleep;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use domain::Access;
use futures_util::stream;

use crate::live::{EVENTS, Open};
use crate::problem::Problem;
use crate::tenant::Tenant;

/// How often it is looked whether something changed.
const EVERY: Duration = Duration::from_secs(2);
/// After so many looks without a change a word goes all the same: whatever lies between would end what is silent.
const SILENT: u32 = 7;
/// Said at the end, when there is nothing more to see for whoever looks.
const ENDED: &str = "event: ended\ndata:\n\n";
/// Tells proxies that keep answers until they are whole to let these through.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// A page's part that is looked at again and again.
pub(super) trait Part: 'static {
    /// Who may see it.
    type May: Access;

    /// Its text where it changed since the last time; the first time always.
    ///
    /// # Errors
    /// Whoever looks may not any more, or it could not be read now.
    fn changed(
        &mut self,
        tenant: &Tenant<Self::May>,
    ) -> impl Future<Output = Result<Option<String>, Problem>>;
}

struct Watch<W: Part> {
    tenant: Tenant<W::May>,
    part: W,
    silent: u32,
    step: Step,
    _open: Open,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    First,
    Next,
    Over,
}

/// The events, for as long as somebody listens. Whoever asks for no events, or is on a visit, gets the first one. 204 where
/// enough pages are open: the page's script asks again a little later.
pub(super) fn answer<W: Part>(tenant: Tenant<W::May>, part: W) -> HttpResponse {
    let lasts = accepts(tenant.http()) && !tenant.is_visit();
    let Some(open) = tenant.app().live.open(tenant.id()) else {
        return HttpResponse::NoContent().finish();
    };
    let watch = Watch {
        tenant: tenant.watching(),
        part,
        silent: 0,
        step: Step::First,
        _open: open,
    };
    let events = stream::unfold(watch, move |mut watch| async move {
        let bytes = watch.next(lasts).await?;
        Some((Ok::<_, actix_web::Error>(bytes), watch))
    });
    HttpResponse::Ok()
        .content_type(EVENTS)
        // It is not compressed: each event goes as it comes.
        .insert_header(ContentEncoding::Identity)
        .insert_header(UNBUFFERED)
        .streaming(events)
}

fn accepts(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(ACCEPT);
    accepted.is_some_and(|value| value.to_str().is_ok_and(|value| value.contains(EVENTS)))
}

impl<W: Part> Watch<W> {
    /// What is said next; `None` at the end.
    async fn next(&mut self, lasts: bool) -> Option<Bytes> {
        loop {
            match self.step {
                Step::Over => return None,
                Step::First => self.step = if lasts { Step::Next } else { Step::Over },
                Step::Next => sleep(EVERY).await,
            }
            if self.tenant.app().store.health().is_leaving() {
                return None;
            }
            self.tenant.again();
            match self.part.changed(&self.tenant).await {
                Ok(Some(text)) => {
                    self.silent = 0;
                    return Some(event(&text));
                }
                Err(problem) if !problem.status().is_server_error() => {
                    self.step = Step::Over;
                    return Some(Bytes::from_static(ENDED.as_bytes()));
                }
                // The database is away or busy: the page stays as it is.
                Ok(None) | Err(_) => self.silent += 1,
            }
            if self.silent >= SILENT {
                self.silent = 0;
                return Some(Bytes::from_static(b":\n\n"));
            }
        }
    }
}

fn event(text: &str) -> Bytes {
    let lines: String = text.lines().map(|line| format!("data: {line}\n")).collect();
    Bytes::from(lines + "\n")
}

#[cfg(test)]
mod tests {
    use super::event;

    #[test]
    fn each_line_is_one_of_the_event() {
        assert_eq!(
            event("<p>\r\na\n</p>"),
            "data: <p>\ndata: a\ndata: </p>\n\n"
        );
    }
}
