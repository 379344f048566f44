//! Whom one can share with. Two people may have the same name: what one chooses by must tell them apart.

use std::collections::BTreeMap;

use crate::{
    access::Actor,
    app::App,
    error::Result,
    http::{
        paging::{FROM_THE_NEWEST, MOST, Paging},
        times,
        words::tell,
    },
    id::{OrganisationId, PersonId},
    people::{self, Member},
};

/// Colleagues by their ids, each with an organisation that they share with the caller.
type Known = BTreeMap<PersonId, (Member, OrganisationId)>;

/// Everybody whom the caller can share with: the id, and what pages call them. It is their name and their roles; of two who
/// have the same name, also where they are, if that can differ, and since when.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn called(app: &App, actor: &Actor) -> Result<Vec<(String, String)>> {
    let known = known(app, actor).await?;
    let standings = &actor.person()?.standings;
    let places = match standings.as_slice() {
        [] | [_] => BTreeMap::new(),
        several => people::organisations::names(app, several.iter().map(|standing| standing.organisation)).await?,
    };
    let mut namesakes: BTreeMap<String, usize> = BTreeMap::new();
    for (member, _) in known.values() {
        *namesakes.entry(member.name.to_lowercase()).or_default() += 1;
    }
    let call = |(member, at): &(Member, OrganisationId)| {
        let mut facts = vec![people::pages::roles_in_words(&member.roles)];
        if namesakes.get(&member.name.to_lowercase()).is_some_and(|many| *many > 1) {
            facts.extend(places.get(at).cloned());
            facts.push(tell("reflections.member-since", &[("day", &times::day(member.started_at))]));
        }
        (member.person.to_string(), format!("{} ({})", member.name, facts.join(", ")))
    };
    let mut called: Vec<(String, String)> = known.values().map(call).collect();
    called.sort_by_key(|(_, text)| text.to_lowercase());
    Ok(called)
}

/// What one of them is called: nothing, if they are no colleague any more.
pub fn find(called: &[(String, String)], person: PersonId) -> Option<&str> {
    let id = person.to_string();
    called.iter().find(|(known, _)| *known == id).map(|(_, text)| text.as_str())
}

async fn known(app: &App, actor: &Actor) -> Result<Known> {
    let person = actor.person()?;
    let mut known = Known::new();
    for standing in &person.standings {
        let at = standing.organisation;
        let mut before = Some(FROM_THE_NEWEST.to_owned());
        while let Some(from) = before {
            let slice = people::memberships::list_colleagues(app, actor, at, &Paging { limit: MOST, before: from }).await?;
            before = slice.last;
            for member in slice.items {
                known.entry(member.person).or_insert((member, at));
            }
        }
    }
    known.remove(&person.id);
    Ok(known)
}
