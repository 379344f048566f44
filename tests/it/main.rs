//! Soundings, tested through the front door.
//!
//! One binary, because each link of the store is heavy: `service.rs` starts a whole service in memory (or on disk, where
//! only a real engine shows something), and every other file holds sentences about one feature or one promise.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should stop and say where"
)]

mod access;
mod backup;
mod bounds;
mod browser;
mod canaries;
mod codes;
mod components;
mod content;
mod contract;
mod endpoints;
mod examples;
mod forgery;
mod house;
mod identifiers;
mod jobs;
mod library;
mod limits;
mod lists;
mod pages;
mod people;
mod races;
mod readme;
mod reflections;
mod search;
mod service;
mod store;
mod supervision;
mod tidy;
mod words;
