//! How a process is told to stop, and how it tells those before it.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::App;

/// Which signal it was.
#[derive(Clone, Copy)]
pub(super) enum Told {
    Terminate,
    Interrupt,
}

/// The signals of a process that listens for them. Until it does, one of them just kills it.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on; whoever says that the process is there says it after this.
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for SIGTERM or SIGINT.
    pub(super) async fn told_to_stop(&mut self) -> Told {
        tokio::select! {
            _ = self.terminate.recv() => Told::Terminate,
            _ = self.interrupt.recv() => Told::Interrupt,
        }
    }

    /// Waits for a signal, then tells a load balancer, which stops sending; somebody at a keyboard is not kept waiting.
    pub(super) async fn told_to_leave(&mut self, app: &App) {
        let told = self.told_to_stop().await;
        app.store.health().note_leaving();
        if matches!(told, Told::Terminate) {
            tokio::time::sleep(app.config.server.drain).await;
        }
    }
}
