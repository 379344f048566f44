//! Pages that belong to no feature: what people may want to know about the service, and the reference of its interface.
//! Nobody signs in to read them.
//!
//! * `reading`: accessibility, privacy, who can see what, help with writing
//! * `reference`: the interface for other systems, made from the contract

pub mod reading;
mod reference;

use poem::Route;

/// The addresses of these pages with their methods, for the log and for `Allow`.
#[must_use]
pub fn addresses() -> Vec<(&'static str, &'static [&'static str])> {
    [reading::ADDRESSES, reference::ADDRESSES].concat()
}

/// Mounts the pages.
#[must_use]
pub fn mount(routes: Route) -> Route {
    reference::mount(reading::mount(routes))
}

/// A title as the name of its place: “What you share” as `what-you-share`.
fn anchor(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}
