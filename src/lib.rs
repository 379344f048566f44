//! Soundings: professional learning and reflective supervision for social work.
//!
//! The modules, in reading order. A module uses only what stands above it.

// Ground floor: what every feature stands on.
pub mod error;
pub mod config;
pub mod id;
pub mod clock;
pub mod markdown;
pub mod content;
pub mod search;
pub mod db;
pub mod vault;
pub mod migrate;
pub mod access;
pub mod audit;
pub mod limits;
pub mod app;
pub mod once;
pub mod lease;
pub mod backup;

// What the edges share.
pub mod http;

// The features: each uses those before it.
pub mod people;
pub mod reflections;
pub mod library;
pub mod supervision;

// The house around them.
pub mod contract;
pub mod router;
pub mod server;
pub mod jobs;
pub mod demo;
pub mod measure;
pub mod cli;
