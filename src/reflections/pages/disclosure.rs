//! Who can read it now and why, what changes if it is shared, and who could lawfully obtain it: beside every sheet, in plain
//! words (promise 2). No text here promises more than the law will keep.

use maud::{Markup, html};

use crate::{
    error::Result,
    http::{components::Details, page::Reader, words::say},
    id::ReflectionId,
    people,
    reflections::{self, model::Audience},
};

/// For what is not written yet.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub async fn of_new(reader: &Reader) -> Result<Markup> {
    let author = reader.actor.person()?.id;
    let name = people::memberships::name_of(&reader.app, author).await?;
    Ok(panel(&Audience::describe((author, name), Vec::new())))
}

/// For one that there is.
///
/// # Errors
/// `NotFound` for anybody but its author.
pub async fn of(reader: &Reader, id: ReflectionId) -> Result<Markup> {
    Ok(panel(&reflections::audience(&reader.app, &reader.actor, id).await?))
}

fn panel(audience: &Audience) -> Markup {
    let more = html! {
        p class="govuk-body-s" { (say("reflections.lawful")) }
        ul class="govuk-list govuk-list--bullet govuk-body-s" { @for who in &audience.lawful { li { (who) } } }
        p class="govuk-body-s" { (say("reflections.never")) }
        ul class="govuk-list govuk-list--bullet govuk-body-s" { @for who in &audience.never { li { (who) } } }
        p class="govuk-body-s" { a class="govuk-link" href="/who-can-see-what" { (say("reflections.guidance")) } }
    };
    html! {
        section class="app-beside" aria-labelledby="audience" {
            h2 class="govuk-heading-s" id="audience" { (say("reflections.who-can-read")) }
            ul class="govuk-list govuk-body-s" {
                @for who in &audience.now {
                    li {
                        strong { (who.name) }
                        ": " (who.because)
                    }
                }
            }
            p class="govuk-body-s" { (say("reflections.if-shared")) }
            (Details { summary_text: say("reflections.who-could").to_owned(), ..Details::default() }.around(&more))
        }
    }
}
