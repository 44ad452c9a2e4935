//! How both doors ask a question that is written down: behind a gate of its own, on a thread that ends what it began even when
//! whoever asked is gone, and with a leash that is dropped then, so that the database is told.

use actix_web::web::Data;
use services::console::{self, Answer, Begun, ConsoleFault, Leash, NoAnswer};
use services::{Request, StoreError};

use crate::app::App;

/// The answer, or why there is none; both are written down.
///
/// # Errors
/// The database's, when that could not be written down.
pub(crate) async fn ask(
    app: &Data<App>,
    request: Request,
    begun: &Begun,
) -> Result<Result<Answer, NoAnswer>, StoreError> {
    let (held, leash) = Leash::new();
    let (asking, mine, asked) = (app.clone(), begun.clone(), request.clone());
    let work = move || {
        let (store, key) = (&asking.store, asking.console.as_ref());
        console::ask(store, key, &asked, &mine, &leash)
    };
    let outcome = app.console_gate.through(work).await;
    drop(held);
    let Err(StoreError::Busy) = outcome else {
        return outcome;
    };
    // It was never begun: every place was taken.
    let full = NoAnswer::Fault(ConsoleFault::Full);
    let (ending, mine, why) = (app.clone(), begun.clone(), full.clone());
    let end = move || console::end(&ending.store, &request, &mine, Err(&why));
    app.gate.through(end).await?;
    Ok(Err(full))
}
