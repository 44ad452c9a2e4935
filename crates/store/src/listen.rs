//! Watching the database on a connection of its own: the catalogue's notices, and whether it is there at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::address::patient;

/// How often the socket is looked at: no round trip, so as late as a notice may be.
const LOOK: Duration = Duration::from_millis(50);
/// The server is asked for a sign of life every so many looks: a dead host closes no socket.
const LOOKS_A_PING: u32 = 40;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// What the watch tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The database is there, for the first time or again. What was remembered may be old: notices
    /// sent meanwhile are lost.
    There,
    /// The catalogue changed.
    Changed,
    /// The database does not answer.
    Away,
}

/// A running watch; it ends when this is dropped.
#[derive(Debug)]
pub struct Watch {
    ended: Arc<AtomicBool>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
    }
}

/// Watches the database at this address, which must not lead through a pooler that shares connections
/// between transactions: notices get lost there.
///
/// # Errors
/// The system gives no thread.
pub fn watch(
    url: &str,
    connect_timeout: Duration,
    tell: impl FnMut(Notice) + Send + 'static,
) -> std::io::Result<Watch> {
    let ended = Arc::new(AtomicBool::new(false));
    let watch = Watch {
        ended: Arc::clone(&ended),
    };
    let url = patient(url, connect_timeout);
    std::thread::Builder::new()
        .name("database watch".to_owned())
        .spawn(move || keep_watching(&url, &ended, tell))?;
    Ok(watch)
}

fn keep_watching(url: &str, ended: &AtomicBool, mut tell: impl FnMut(Notice)) {
    let mut told_away = false;
    let mut pause = FIRST_PAUSE;
    while !ended.load(Ordering::Acquire) {
        let lost = match listen(url) {
            Ok(mut connection) => {
                told_away = false;
                pause = FIRST_PAUSE;
                tell(Notice::There);
                follow(&mut connection, ended, &mut tell)
            }
            Err(error) => error.to_string(),
        };
        if ended.load(Ordering::Acquire) {
            return;
        }
        if !told_away {
            told_away = true;
            tracing::debug!(%lost, "the database is away");
            tell(Notice::Away);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn listen(url: &str) -> Result<PgConnection, Box<dyn std::error::Error>> {
    let mut connection = PgConnection::establish(url)?;
    connection.batch_execute("listen tenantry_catalogue")?;
    Ok(connection)
}

/// Passes notices on until the connection is lost; answers why it was.
fn follow(
    connection: &mut PgConnection,
    ended: &AtomicBool,
    tell: &mut impl FnMut(Notice),
) -> String {
    let mut looks = 0;
    while !ended.load(Ordering::Acquire) {
        let mut changed = false;
        for notice in connection.notifications_iter() {
            match notice {
                Ok(_) => changed = true,
                Err(error) => return error.to_string(),
            }
        }
        // Many notices at once are one reason to forget.
        if changed {
            tell(Notice::Changed);
        }
        std::thread::sleep(LOOK);
        looks += 1;
        if looks >= LOOKS_A_PING {
            looks = 0;
            if let Err(error) = connection.batch_execute("select 1") {
                return error.to_string();
            }
        }
    }
    "the watch ended".to_owned()
}
