//! Types and rules of practice examples. Pure: no database, no HTTP, no clock.
//!
//! * `content`: what an example says, and how that is changed
//! * `evidence`: what it rests on, and how far it has got
//! * `example`: where it stands: draft, published, withdrawn

mod content;
mod evidence;
mod example;

pub use content::{Change, Content};
pub use evidence::{Evidence, EvidenceKind, Maturity};
pub use example::{Example, Key, State, Version};
