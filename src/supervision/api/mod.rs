//! JSON edge of supervision. One file for each noun, its shapes beside its operations.
//!
//! * this file: all of them together, and their area of the contract
//! * `agreements`: what supervisor and worker agree
//! * `sessions`: planned, moved, cancelled with a reason
//! * `agenda`: what either side wants to talk about

mod agenda;
mod agreements;
mod sessions;

use poem_openapi::Tags;

use agenda::AgendaApi;
use agreements::AgreementsApi;
use sessions::SessionsApi;

/// The operations of all the nouns.
pub type Api = (AgreementsApi, SessionsApi, AgendaApi);

/// The operations of all the nouns, to be mounted. A path stands with all its methods in one of them.
pub const API: Api = (AgreementsApi, SessionsApi, AgendaApi);

/// Areas of the contract.
#[derive(Tags)]
enum Tag {
    /// Agreements, sessions and agendas: the two sides' own.
    Supervision,
}
