//! Soundings, tested through the front door.
//!
//! One binary, because each link of the store is heavy: `service.rs` starts a whole service in memory (or on disk, where
//! only a real engine shows something), and every other file holds sentences about one feature or one promise.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::missing_errors_doc,
    reason = "a test that cannot go on should stop and say where"
)]

mod content;
mod contract;
mod house;
mod lists;
mod races;
mod reflections;
mod service;
mod store;
mod supervision;
mod tidy;
