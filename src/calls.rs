//! Giving calls of the API back that were taken and not made: now and then, and at the end of the process.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::web::Data;
use services::Request;
use uuid::Uuid;

use crate::app::App;

/// How often is looked for what lies idle.
const EVERY: Duration = Duration::from_secs(15);

/// The thread that looks. Ended by [`Keeper::stop`].
#[derive(Debug)]
pub struct Keeper {
    tell: Sender<()>,
    thread: JoinHandle<()>,
}

/// Begins to look.
///
/// # Errors
/// The system gives no thread.
pub fn keep(app: &Data<App>) -> std::io::Result<Keeper> {
    let (tell, told) = channel();
    let app = app.clone();
    let thread = std::thread::Builder::new().name("calls".to_owned());
    let thread = thread.spawn(move || {
        while told.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
            app.calls.give_back_idle(&app.store, &request(&app));
        }
        app.calls.give_back_all(&app.store, &request(&app));
    })?;
    Ok(Keeper { tell, thread })
}

impl Keeper {
    /// Gives everything back, and ends. To be called when nobody is served any more.
    pub fn stop(self) {
        drop(self.tell);
        if self.thread.join().is_err() {
            tracing::error!("calls that nobody made stay counted: their thread was gone");
        }
    }
}

/// A request of the process itself.
#[must_use]
pub fn request(app: &App) -> Request {
    Request {
        now: app.clock.now(),
        request_id: Uuid::nil(),
        address: None,
        device: String::new(),
    }
}
