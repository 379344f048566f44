//! Faults that tests inject, to see that a commit has one effect whatever the store answers.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// Faults that a test injects into commits, in order.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<AtomicU32>);

/// One injected fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing goes wrong.
    None,
    /// The store says that another transaction was first.
    Conflict,
    /// The connection is lost before the commit arrives.
    UnknownBefore,
    /// The commit happens and its answer is lost.
    UnknownAfter,
    /// The disk does not take the commit.
    Refused,
}

impl Faults {
    /// From now on, out of ten commits: two conflicts, one lost before and one lost after, in a fixed pattern.
    pub fn start(&self) {
        self.0.store(1, Ordering::SeqCst);
    }

    /// From now on the disk takes nothing.
    pub fn fill_the_disk(&self) {
        self.0.store(u32::MAX, Ordering::SeqCst);
    }

    /// No more faults.
    pub fn stop(&self) {
        self.0.store(0, Ordering::SeqCst);
    }

    pub(super) fn next(&self) -> Fault {
        match self.0.load(Ordering::Relaxed) {
            0 => return Fault::None,
            u32::MAX => return Fault::Refused,
            _ => {}
        }
        match self.0.fetch_add(1, Ordering::SeqCst) % 10 {
            1 | 6 => Fault::Conflict,
            3 => Fault::UnknownBefore,
            8 => Fault::UnknownAfter,
            _ => Fault::None,
        }
    }
}
