//! How a process is told to stop, and how it tells those before it.

use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;

/// Which signal it was.
#[derive(Clone, Copy)]
pub(super) enum Told {
    Terminate,
    Interrupt,
}

/// Waits for SIGTERM or SIGINT.
pub(super) async fn told_to_stop() -> std::io::Result<Told> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(tokio::select! {
        _ = terminate.recv() => Told::Terminate,
        _ = interrupt.recv() => Told::Interrupt,
    })
}

/// Waits for a signal, then tells a load balancer, which stops sending; somebody at a keyboard is not kept waiting.
pub(super) async fn told_to_leave(app: &App) -> std::io::Result<()> {
    let told = told_to_stop().await?;
    app.store.health().note_leaving();
    if matches!(told, Told::Terminate) {
        tokio::time::sleep(app.config.server.drain).await;
    }
    Ok(())
}
