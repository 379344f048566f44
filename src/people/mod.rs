//! People: organisations, who belongs to them and as what, and what lets them in.
//!
//! * [`organisations`]: first-run setup, organisations, colleagues and members
//! * [`invitations`]: sent, taken back, accepted
//! * [`memberships`]: members and their roles, until they leave; the last administrator stays
//! * [`accounts`]: sign in and out, sessions, password
//! * [`credentials`]: recognising a request's sender; personal access tokens
//! * [`codes`]: six digits from an authenticator app beside the password
//! * [`clients`]: other systems, by OAuth 2.0 client credentials
//! * [`relationships`]: who supervises whom, for the features that hang on it

pub mod accounts;
pub mod api;
mod authenticator;
pub mod clients;
pub mod codes;
pub mod credentials;
pub mod invitations;
pub mod memberships;
pub mod model;
pub mod organisations;
pub mod pages;
pub mod relationships;
mod secrets;
mod store;

pub use credentials::recognise;
pub use store::{Belonging, Member};
