//! Where the reader administers, another name for an organisation, further organisations.

use maud::{Markup, html};
use poem::{Response, handler, web::Path};

use super::{administered, host, kinds, of, read_id, seen};
use crate::{
    access::Role,
    error::{Error, Result, Revision},
    http::{
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, button, narrow},
        page::{Member, Reader},
        words::{say, tell},
    },
    id::OrganisationId,
    people::{
        codes,
        model::Organisation,
        organisations::{self, NewOrganisation},
        pages::codes::CODES,
    },
};

/// Where the reader administers.
#[handler]
pub async fn list(Member(reader): Member) -> poem::Result<Response> {
    let places = match organisations::administered(&reader.app, &reader.actor).await {
        // Whose role waits for codes is led to where they set them up.
        Err(Error::NotFound) if waits(&reader).await? => return Ok(on_to(CODES)),
        places => places?,
    };
    let hosts = places.iter().any(|organisation| organisation.hosts);
    let main = html! {
        h1 class="govuk-heading-l" { (say("administration.title")) }
        p class="govuk-body" { (say("administration.nobodys-writing")) }
        @for organisation in &places { (parts(organisation)) }
        @if hosts {
            h2 class="govuk-heading-m" { (say("administration.service")) }
            ul class="govuk-list" {
                li { a class="govuk-link" href="/administration/health" { (say("administration.health")) } }
                li { a class="govuk-link" href="/administration/organisations" { (say("administration.add")) } }
            }
        }
    };
    Ok(Page::new(say("administration.title"), Place::Administration, narrow(&main)).of(&reader).show())
}

async fn waits(reader: &Reader) -> Result<bool> {
    let state = codes::state(&reader.app, &reader.actor).await?;
    Ok(!state.on && state.required_for.contains(&Role::Administrator))
}

fn parts(organisation: &Organisation) -> Markup {
    let parts = [
        (say("administration.members"), "members"),
        (say("administration.invitations"), "invitations"),
        (say("administration.clients"), "service-clients"),
        (say("administration.rename"), "name"),
    ];
    html! {
        h2 class="govuk-heading-m" { (organisation.name) }
        ul class="govuk-list" {
            @for (text, page) in parts {
                li {
                    a class="govuk-link" href=(of(organisation.id, page)) {
                        (text) span class="govuk-visually-hidden" { " " (organisation.name) }
                    }
                }
            }
        }
    }
}

/// A form for a further organisation.
#[handler]
pub async fn ask(Member(reader): Member) -> poem::Result<Response> {
    host(&reader).await?;
    Ok(new_page(&reader, &Form::new(&reader, Fields::default())))
}

/// Adds it.
#[handler]
pub async fn create(sent: Sent) -> poem::Result<Response> {
    match add(&sent).await {
        Ok(()) => Ok(on_to("/administration")),
        Err(cause) => {
            let form = sent.again(cause)?;
            host(&sent.reader).await?;
            Ok(new_page(&sent.reader, &form))
        }
    }
}

async fn add(sent: &Sent) -> Result<()> {
    let (reader, fields) = (&sent.reader, &sent.fields);
    let kind = kinds::parse(fields.text("kind"))?;
    let input = NewOrganisation { name: fields.text("name").to_owned(), kind };
    organisations::create(&reader.app, &reader.actor, &sent.once, input).await?;
    Ok(())
}

fn new_page(reader: &Reader, form: &Form) -> Response {
    let before = html! { p class="govuk-body" { (say("administration.add-why")) } };
    let fields = html! {
        (form.line("name", "people.organisation"))
        (form.radios("kind", "people.kind", &kinds::all()))
        (button(say("administration.add-button")))
    };
    Page::form(say("administration.add"), Place::Administration, (reader, form), &before, &fields)
        .back(say("administration.title"), "/administration")
        .show()
}

/// A form for another name.
#[handler]
pub async fn ask_name(Member(reader): Member, Path(organisation): Path<String>) -> poem::Result<Response> {
    let organisation = administered(&reader, read_id(&organisation)?).await?;
    let form = Form::new(&reader, Fields::default().with("name", organisation.name.as_str()));
    Ok(name_page((&reader, &form), &organisation, organisation.revision))
}

/// Renames it.
#[handler]
pub async fn rename(sent: Sent, Path(organisation): Path<String>) -> poem::Result<Response> {
    let id: OrganisationId = read_id(&organisation)?;
    match give_name(&sent, id).await {
        Ok(()) => Ok(on_to("/administration")),
        Err(cause) => {
            let seen = seen(&sent, &cause);
            let form = sent.again(cause)?;
            let organisation = administered(&sent.reader, id).await?;
            Ok(name_page((&sent.reader, &form), &organisation, seen))
        }
    }
}

async fn give_name(sent: &Sent, id: OrganisationId) -> Result<()> {
    let (reader, fields) = (&sent.reader, &sent.fields);
    organisations::rename(&reader.app, &reader.actor, id, fields.number("revision")?, fields.text("name")).await?;
    Ok(())
}

fn name_page((reader, form): (&Reader, &Form), organisation: &Organisation, seen: Revision) -> Response {
    let now = tell("administration.name-now", &[("name", organisation.name.as_str())]);
    let before = html! { p class="govuk-body" { (now) } };
    let fields = html! {
        input type="hidden" name="revision" value=(seen);
        (form.line("name", "people.organisation"))
        (button(say("frame.save")))
    };
    Page::form(say("administration.rename"), Place::Administration, (reader, form), &before, &fields)
        .back(say("administration.title"), "/administration")
        .show()
}
