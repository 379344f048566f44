//! Soundings: professional learning and reflective supervision for social work.
//!
//! The modules, in reading order. A module uses only what stands above it.

// Ground floor: what every feature stands on.
pub mod access;
pub mod app;
pub mod audit;
pub mod backup;
pub mod clock;
pub mod config;
pub mod content;
pub mod db;
pub mod error;
pub mod id;
pub mod identifiers;
pub mod lease;
pub mod limits;
pub mod look;
pub mod markdown;
pub mod migrate;
pub mod once;
pub mod search;
pub mod vault;

// What the edges share.
pub mod http;

// The features: each uses those before it.
pub mod library;
pub mod people;
pub mod reflections;
pub mod supervision;

// The house around them.
pub mod about;
pub mod cli;
pub mod contract;
pub mod demo;
pub mod home;
pub mod jobs;
pub mod measure;
pub mod router;
pub mod server;
