//! What every edge shares: who is calling, how a refusal looks, how lists are paged. It knows no feature.

pub mod answer;
pub mod assets;
pub mod auth;
pub mod components;
pub mod edge;
pub mod form;
pub mod layout;
pub mod operation;
pub mod page;
pub mod paging;
pub mod problem;
pub mod shape;
pub mod times;
pub mod words;
