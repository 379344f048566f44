//! Getting in, one's own account, and administration: pages for people. Nothing here knows anything of anyone's writing.
//!
//! * `entering`: signing in and out, first-run setup, accepting an invitation
//! * `holding`: keeps what was sent until it is known who sends it
//! * `kinds`: kinds of organisation and roles, as forms offer them
//! * `account`: who I am, my password, my sessions
//! * `codes`: codes from an authenticator app
//! * `tokens`: personal access tokens
//! * `administration`: members, roles, invitations, service clients

mod account;
mod administration;
mod codes;
mod entering;
mod holding;
mod kinds;
mod tokens;

use poem::Route;

pub use holding::hold;
pub use kinds::roles_in_words;

/// The addresses of these pages with their methods, for the log and for `Allow`.
#[must_use]
pub fn addresses() -> Vec<(&'static str, &'static [&'static str])> {
    [entering::ADDRESSES, account::ADDRESSES, codes::ADDRESSES, tokens::ADDRESSES, administration::ADDRESSES].concat()
}

/// Mounts the pages.
#[must_use]
pub fn mount(routes: Route) -> Route {
    administration::mount(tokens::mount(codes::mount(account::mount(entering::mount(routes)))))
}
