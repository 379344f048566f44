//! Supervision: agreements that both sides accept, sessions, agendas.
//!
//! * [`agreements`]: what supervisor and worker agree, revision by revision
//! * [`sessions`]: planned, moved, cancelled with a reason
//! * [`agenda`]: what either side wants to talk about, and the worker's shares

pub mod agenda;
pub mod agreements;
pub mod api;
pub mod model;
pub mod pages;
pub mod sessions;
mod store;
