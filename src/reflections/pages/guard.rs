//! Words in one's own text that might say who somebody is, with a neutral wording to take or to leave. It warns, here: what is
//! private stays as its author wrote it. What is published is stopped.

use maud::{Markup, html};
use poem::{Response, Route, handler, post, web::Path};

use super::named;
use crate::{
    error::{Error, Result},
    http::{
        components::{Button, Details},
        form::{Fields, Form, Sent, on_to},
        page::Reader,
        words::{say, tell},
    },
    id::ReflectionId,
    identifiers::{self, Finding},
    reflections::{
        self,
        model::{Change, Reflection},
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

/// What was found, folded away, with a box for each.
pub fn warning(reader: &Reader, reflection: &Reflection) -> Markup {
    let body = &reflection.content.body;
    let found = identifiers::find(body);
    if found.is_empty() {
        return Markup::default();
    }
    let form = Form::new(reader, Fields::default());
    let content = html! {
        p class="govuk-body" { (say("reflections.guard-why")) }
        form method="post" action={ "/reflections/" (reflection.id) "/wording" } {
            (form.hidden())
            input type="hidden" name="revision" value=(reflection.revision);
            fieldset class="govuk-fieldset" {
                legend class="govuk-fieldset__legend govuk-fieldset__legend--s" { (say("reflections.guard-choose")) }
                div class="govuk-checkboxes govuk-checkboxes--small" data-module="govuk-checkboxes" {
                    @for (at, finding) in found.iter().take(MOST).enumerate() { (choice(at, finding, body)) }
                }
            }
            (Button {
                text: say("reflections.guard-replace").to_owned(),
                classes: Some("govuk-button--secondary govuk-!-margin-top-3".to_owned()),
                ..Button::default()
            })
        }
    };
    let summary_text = say("reflections.guard-title").to_owned();
    html! {
        div class="app-no-print" {
            (Details { summary_text, classes: Some("app-guard".to_owned()), ..Details::default() }.around(&content))
        }
    }
}

fn choice(at: usize, finding: &Finding, body: &str) -> Markup {
    let words = body.get(finding.start..finding.end).unwrap_or_default();
    let id = format!("which-{at}");
    html! {
        div class="govuk-checkboxes__item" {
            input class="govuk-checkboxes__input" id=(id) name="which" type="checkbox" value=(place(finding)) checked[finding.certain];
            label class="govuk-label govuk-checkboxes__label" for=(id) {
                (tell("reflections.guard-instead", &[("words", words), ("instead", &finding.instead)]))
            }
        }
    }
}

/// Where a finding is, as its box says it.
fn place(finding: &Finding) -> String {
    format!("{}-{}", finding.start, finding.end)
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
    let body = &reflection.content.body;
    let which: Vec<Finding> = identifiers::find(body).into_iter().filter(|finding| chosen.contains(&place(finding))).collect();
    if which.is_empty() {
        return Ok(());
    }
    let change = Change { body: Some(identifiers::neutral(body, &which)), ..Change::default() };
    reflections::revise(app, actor, id, sent.fields.number("revision")?, change).await?;
    Ok(())
}
