//! Words in one's own text that might say who somebody is, with a neutral wording to take or to leave. It warns, here: what is
//! private stays as its author wrote it. What is published is stopped.

use maud::{Markup, html};
use poem::{Response, Route, handler, post, web::Path};

use super::{named, sheet};
use crate::{
    error::{Error, Result},
    http::{
        components::{Button, Details, WarningText},
        form::{Fields, Form, Sent, on_to},
        page::Reader,
        words::{say, tell},
    },
    id::ReflectionId,
    identifiers::{self, Finding},
    reflections::{
        self,
        model::{Change, Content, Reflection},
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[("/reflections/{reflection}/wording", &["POST"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/reflections/:reflection/wording", post(reword))
}

/// The most that is shown at once: who names more than that begins with these.
const MOST: usize = 40;
/// The id of the warning on a reflection's own page.
const ID: &str = "guard";

/// What was found in one text of a reflection.
struct Found {
    /// The label of the part that the text belongs to.
    part: &'static str,
    /// Where it is, as its box says it.
    place: String,
    words: String,
    finding: Finding,
}

/// What was found, folded away, with a box for each; and who reads it now: the names of those, or nothing.
pub fn warning(reader: &Reader, reflection: &Reflection, readers: &str) -> Markup {
    let found = look_through(&reflection.content);
    if found.is_empty() {
        return Markup::default();
    }
    let content = html! {
        p class="govuk-body" {
            @if readers.is_empty() { (say("reflections.guard-nobody-yet")) }
            @else { (tell("reflections.guard-readers", &[("names", readers)])) }
        }
        p class="govuk-body" { (say("reflections.guard-why")) }
        (choices(reader, reflection, &found))
    };
    let summary_text = say("reflections.guard-title").to_owned();
    let (id, classes) = (Some(ID.to_owned()), Some("app-guard".to_owned()));
    html! {
        div class="app-no-print" { (Details { id, summary_text, classes, ..Details::default() }.around(&content)) }
    }
}

/// The same where it matters most: before somebody else reads it.
pub fn before_sharing(reflection: &Reflection) -> Markup {
    let found = look_through(&reflection.content);
    if found.is_empty() {
        return Markup::default();
    }
    html! {
        div class="app-no-print" {
            (WarningText { text: say("reflections.guard-before-sharing").to_owned(), ..WarningText::default() })
            ul class="govuk-list govuk-list--bullet" {
                @for one in &found {
                    li { (tell("reflections.guard-found", &[("part", say(one.part)), ("words", &one.words)])) }
                }
            }
            p class="govuk-body" {
                a class="govuk-link" href={ "/reflections/" (reflection.id) "#" (ID) } { (say("reflections.guard-go")) }
            }
        }
    }
}

/// Every text of a reflection, with the label of the part that it belongs to.
fn texts(content: &mut Content) -> Vec<(&'static str, &mut String)> {
    let mut texts = vec![("reflections.body", &mut content.body)];
    texts.extend(content.title.iter_mut().map(|text| ("reflections.title", text)));
    texts.extend(content.unease.iter_mut().map(|text| ("reflections.unease", text)));
    texts.extend(content.unknowns.iter_mut().map(|text| ("reflections.unknowns", text)));
    texts.extend(content.hypotheses.iter_mut().map(|text| ("reflections.hypotheses", text)));
    texts.extend(content.tags.iter_mut().map(|text| ("reflections.tags", text)));
    texts
}

fn look_through(content: &Content) -> Vec<Found> {
    let mut content = content.clone();
    let mut found = Vec::new();
    for (number, (part, text)) in texts(&mut content).into_iter().enumerate() {
        for finding in identifiers::find(text) {
            let words = text.get(finding.start..finding.end).unwrap_or_default().to_owned();
            found.push(Found { part, place: place(number, &finding), words, finding });
        }
    }
    found.truncate(MOST);
    found
}

/// Where a finding is: in which of the texts, from where to where.
fn place(number: usize, finding: &Finding) -> String {
    format!("{number}-{}-{}", finding.start, finding.end)
}

fn choices(reader: &Reader, reflection: &Reflection, found: &[Found]) -> Markup {
    let form = Form::new(reader, Fields::default());
    let parts: Vec<&[Found]> = found.chunk_by(|one, next| one.part == next.part).collect();
    html! {
        form method="post" action={ "/reflections/" (reflection.id) "/wording" } {
            (form.hidden())
            input type="hidden" name="revision" value=(reflection.revision);
            p class="govuk-body" { strong { (say("reflections.guard-choose")) } }
            @for part in parts {
                @if let Some(first) = part.first() {
                    fieldset class="govuk-fieldset" {
                        legend class="govuk-fieldset__legend govuk-fieldset__legend--s" { (say(first.part)) }
                        div class="govuk-checkboxes govuk-checkboxes--small" data-module="govuk-checkboxes" {
                            @for one in part { (choice(one)) }
                        }
                    }
                }
            }
            (Button {
                text: say("reflections.guard-replace").to_owned(),
                classes: Some("govuk-button--secondary govuk-!-margin-top-3".to_owned()),
                ..Button::default()
            })
        }
    }
}

fn choice(one: &Found) -> Markup {
    let id = format!("which-{}", one.place);
    html! {
        div class="govuk-checkboxes__item" {
            input class="govuk-checkboxes__input" id=(id) name="which" type="checkbox" value=(one.place) checked[one.finding.certain];
            label class="govuk-label govuk-checkboxes__label" for=(id) {
                (tell("reflections.guard-instead", &[("words", &one.words), ("instead", &one.finding.instead)]))
            }
        }
    }
}

#[handler]
async fn reword(sent: Sent, Path(id): Path<String>) -> poem::Result<Response> {
    let id = named(&id)?;
    match replace(&sent, id).await {
        // Somebody changed the text meanwhile: it is looked at anew.
        Ok(()) | Err(Error::Stale { .. }) => Ok(on_to(&format!("/reflections/{id}"))),
        Err(cause) => Err(cause.into()),
    }
}

async fn replace(sent: &Sent, id: ReflectionId) -> Result<()> {
    let (app, actor) = (&sent.reader.app, &sent.reader.actor);
    let reflection = reflections::get(app, actor, id).await?;
    let chosen = sent.fields.all("which");
    let mut content = reflection.content.clone();
    for (number, (_, text)) in texts(&mut content).into_iter().enumerate() {
        let mut which = identifiers::find(text);
        which.retain(|finding| chosen.contains(&place(number, finding)));
        *text = identifiers::neutral(text, &which);
    }
    if content == reflection.content {
        return Ok(());
    }
    // The questions beside it are as they were: they may have been put away since.
    let change = Change { prompt_set: None, ..sheet::change(content) };
    reflections::revise(app, actor, id, sent.fields.number("revision")?, change).await?;
    Ok(())
}
