//! One hashing thread's life: its tasks one after the other, in one work area. How many threads there are
//! and who waits for them is the lane's.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use argon2::Block;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use domain::password::Password;
use domain::phc::{HashCost, HashParts, PhcString};
use tokio::sync::oneshot;

use super::{Load, Verdict, hasher};

/// How much the threads stand back for everything else: pages go first, however many sign in.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;
/// After so long without work a thread gives its work area back.
const IDLE: Duration = Duration::from_secs(30);

/// A password to hash or to compare.
pub(super) struct Task {
    pub(super) password: Password,
    pub(super) work: Work,
}

/// Which, and who waits for it.
pub(super) enum Work {
    Hash {
        salt: [u8; 16],
        answer: oneshot::Sender<PhcString>,
    },
    Verify {
        stored: Option<PhcString>,
        answer: oneshot::Sender<Verdict>,
    },
}

/// One thread's life: its work area is made with the first task and given back after a quiet time.
pub(super) fn work(tasks: &Receiver<Task>, load: &Load) {
    stand_back();
    let mut area = Vec::new();
    loop {
        let task = match tasks.recv_timeout(IDLE) {
            Ok(task) => task,
            Err(RecvTimeoutError::Timeout) => {
                area = Vec::new();
                // Nothing is held any more: wait for as long as it takes.
                match tasks.recv() {
                    Ok(task) => task,
                    Err(_) => return,
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if task.is_awaited() {
            let started = Instant::now();
            task.run(&mut area);
            load.learn(started.elapsed());
        }
        load.pending.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Lets everything else go first. Linux keeps a priority for each thread; elsewhere it would be the whole
/// process's, so nothing is done there.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::warn!(%error, "hashing keeps the priority of everything else");
    }
}

impl Task {
    /// Whether the caller is still there; a browser that has gone away costs nothing.
    fn is_awaited(&self) -> bool {
        match &self.work {
            Work::Hash { answer, .. } => !answer.is_closed(),
            Work::Verify { answer, .. } => !answer.is_closed(),
        }
    }

    /// Computes and answers. A caller whose answer cannot be computed sees its channel closed.
    fn run(self, area: &mut Vec<Block>) {
        match self.work {
            Work::Hash { salt, answer } => {
                if let Some(hash) = hasher::argon2id(&self.password, &salt, 32, HashCost::NOW, area)
                {
                    let parts = HashParts {
                        cost: HashCost::NOW,
                        salt: salt.to_vec(),
                        hash,
                    };
                    // The caller may have gone away in the meantime.
                    answer.send(PhcString::of(&parts)).ok();
                }
            }
            Work::Verify { stored, answer } => {
                answer
                    .send(hasher::verify(stored.as_ref(), &self.password, area))
                    .ok();
            }
        }
    }
}
