//! Service clients: other systems that act for an organisation.

use maud::{Markup, html};
use poem::{
    Response, handler,
    web::{Path, Query},
};

use super::{Asked, code, heading, of, onwards, read_id};
use crate::{
    access::Scope,
    error::Result,
    http::{
        components::{Input, SummaryList, SummaryRow, WarningText},
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, button, final_button, narrow},
        page::{Member, Reader},
        paging::Paging,
        times,
        words::{say, tell},
    },
    id::{OrganisationId, ServiceClientId},
    people::{
        clients::{self, NewClient},
        model::ServiceClient,
        organisations,
    },
};

/// As the interface calls the list: a cursor of the one is a cursor of the other.
const CLIENTS: &str = "service-clients";

/// The systems that act for an organisation, and a form for another one.
#[handler]
pub async fn list(
    Member(reader): Member,
    Path(organisation): Path<String>,
    Query(asked): Query<Asked>,
) -> poem::Result<Response> {
    let form = Form::new(&reader, Fields::default());
    Ok(page((&reader, &form), read_id(&organisation)?, asked.cursor.as_deref()).await?)
}

/// Makes a service client, and shows its secret once.
#[handler]
pub async fn make(sent: Sent, Path(organisation): Path<String>) -> poem::Result<Response> {
    let id: OrganisationId = read_id(&organisation)?;
    let reader = &sent.reader;
    let input = NewClient { name: sent.fields.text("name").to_owned(), scopes: sent.fields.all("scopes") };
    match clients::create(&reader.app, &reader.actor, id, &sent.once, input).await {
        Ok((client, secret)) => Ok(made_page(reader, &client, &secret)),
        Err(cause) => {
            let form = sent.again(cause)?;
            Ok(page((reader, &form), id, None).await?)
        }
    }
}

async fn page((reader, form): (&Reader, &Form), id: OrganisationId, cursor: Option<&str>) -> Result<Response> {
    let (app, path) = (&reader.app, of(id, "service-clients"));
    let paging = Paging::read(&app.vault, CLIENTS, None, cursor)?;
    let slice = clients::list(app, &reader.actor, id, &paging).await?;
    let organisation = organisations::named(app, id).await?;
    let rows: Vec<SummaryRow> = slice.items.iter().map(row).collect();
    let main = html! {
        (form.summary())
        (heading(&organisation, say("administration.clients")))
        p class="govuk-body" { (say("administration.clients-why")) }
        @if rows.is_empty() { p class="govuk-body" { (say("administration.no-clients")) } }
        @else { (SummaryList { rows, ..SummaryList::default() }) }
        (onwards(&path, slice.next(&app.vault, CLIENTS).as_deref()))
        h2 class="govuk-heading-m" { (say("administration.make-client")) }
        form method="post" action={ (path) (form.address()) } novalidate { (form.hidden()) (fields(form)) }
    };
    let page = Page::new(say("administration.clients"), Place::Administration, narrow(&main)).of(reader).with(form);
    Ok(page.back(say("administration.title"), "/administration").show())
}

fn row(client: &ServiceClient) -> SummaryRow {
    let since = times::day(client.created_at);
    let revocation = format!("{}/{}/revocation", of(client.organisation, "service-clients"), client.id);
    let value = html! {
        ul class="govuk-list" { @for name in &client.scopes { li { (scope(name)) } } }
        p class="govuk-body" { (tell("administration.client-since", &[("day", since.as_str())])) }
        p class="govuk-body" {
            a class="govuk-link" href=(revocation) {
                (say("administration.revoke")) span class="govuk-visually-hidden" { " " (client.name) }
            }
        }
    };
    SummaryRow::new(&client.name, value)
}

/// What a scope allows, in words.
fn scope(name: &str) -> &str {
    match Scope::parse(name) {
        Some(Scope::LibraryRead) => say("administration.library-read"),
        Some(Scope::LibraryWrite) => say("administration.library-write"),
        Some(Scope::LibraryPublish) => say("administration.library-publish"),
        _ => name,
    }
}

fn fields(form: &Form) -> Markup {
    let choices = Scope::FOR_CLIENTS.map(|allowed| (allowed.name().to_owned(), scope(allowed.name()).to_owned()));
    html! {
        (Input {
            hint: Some(say("administration.client-name-hint").into()),
            autocomplete: Some("off".to_owned()),
            ..form.line("name", "administration.name")
        })
        (form.boxes("scopes", "administration.scopes", &choices))
        (button(say("administration.client-button")))
    }
}

fn made_page(reader: &Reader, client: &ServiceClient, secret: &str) -> Response {
    let endpoint = format!("{}/oauth/token", reader.app.config.public_url());
    let rows = vec![
        SummaryRow::new(say("administration.client-id"), code(&client.id.to_string())),
        SummaryRow::new(say("administration.client-secret"), code(secret)),
        SummaryRow::new(say("administration.token-endpoint"), code(&endpoint)),
    ];
    let main = html! {
        h1 class="govuk-heading-l" { (say("administration.client-made")) }
        p class="govuk-body" { (tell("administration.client-next", &[("name", client.name.as_str())])) }
        (SummaryList { rows, ..SummaryList::default() })
        (WarningText { text: say("administration.secret-once").to_owned(), ..WarningText::default() })
        p class="govuk-body" {
            a class="govuk-link" href=(of(client.organisation, "service-clients")) { (say("administration.clients")) }
        }
    };
    Page::new(say("administration.client-made"), Place::Administration, narrow(&main)).of(reader).show()
}

/// What stops with a service client, before it does.
#[handler]
pub async fn ask_revocation(
    Member(reader): Member,
    Path((organisation, client)): Path<(String, String)>,
) -> poem::Result<Response> {
    let client = clients::get(&reader.app, &reader.actor, read_id(&organisation)?, read_id(&client)?).await?;
    Ok(revocation_page((&reader, &Form::new(&reader, Fields::default())), &client))
}

/// Revokes it.
#[handler]
pub async fn revoke(sent: Sent, Path((organisation, client)): Path<(String, String)>) -> poem::Result<Response> {
    let (id, client): (OrganisationId, ServiceClientId) = (read_id(&organisation)?, read_id(&client)?);
    let reader = &sent.reader;
    match clients::revoke(&reader.app, &reader.actor, id, client).await {
        Ok(()) => Ok(on_to(&of(id, "service-clients"))),
        Err(cause) => {
            let form = sent.again(cause)?;
            let client = clients::get(&reader.app, &reader.actor, id, client).await?;
            Ok(revocation_page((reader, &form), &client))
        }
    }
}

fn revocation_page((reader, form): (&Reader, &Form), client: &ServiceClient) -> Response {
    let back = of(client.organisation, "service-clients");
    let before = html! {
        p class="govuk-body" { (tell("administration.revoke-why", &[("name", client.name.as_str())])) }
        (WarningText { text: say("administration.revoke-for-good").to_owned(), ..WarningText::default() })
    };
    let fields = html! {
        (final_button(&tell("administration.revoke-button", &[("name", client.name.as_str())]), back.as_str()))
    };
    Page::form(say("administration.revocation"), Place::Administration, (reader, form), &before, &fields)
        .back(say("administration.clients"), back)
        .show()
}
