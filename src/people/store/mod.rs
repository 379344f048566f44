//! Typed functions over the tables of people. Private to the feature.
//!
//! * `accounts`: people, and whose an address is
//! * `credentials`: what lets somebody in, and for how long
//! * `codes`: what their authenticator app knows
//! * `organisations`: the first one, and further ones
//! * `memberships`: who belongs where, as what
//! * `invitations`: who is asked to join
//! * `links`: secrets that work once, for setup and invitations
//! * `clients`: other systems
//! * `relationships`: who supervises whom

mod accounts;
mod clients;
mod codes;
mod credentials;
mod invitations;
mod links;
mod memberships;
mod organisations;
mod relationships;

pub use accounts::{account, add_person, person_of_email, save_person};
pub use clients::{add_client, client, clients, save_client};
pub use codes::{Codes, codes, codes_record, save_codes};
pub use credentials::{
    Credential, Holder, Known, Place, add_credential, carry_over, confirm_credential, credential_of, credentials_of,
    expired_credentials, expired_keys, recognise, session_id, touch_credential,
};
pub use invitations::{add_invitation, invitation, old_invitations, open_invitations, open_invitations_for, save_invitation};
pub use links::{add_link, invitation_of_link, link_exists, links_of_old_invitations, setup_links, use_link};
pub use memberships::{
    Belonging, Member, active_members, add_membership, belongings, members, membership, memberships_of, save_membership,
};
pub use organisations::{add_organisation, any_organisation, host, organisation_names, save_organisation};
pub use relationships::{add_relationship, latest_relationship, relationships_of, save_relationship};
