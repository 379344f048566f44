//! Invitations to an organisation: sent and taken back.

use maud::{Markup, html};
use poem::{
    Response, handler,
    web::{Path, Query},
};

use super::{Asked, as_what, code, heading, kinds, of, onwards, read_id};
use crate::{
    error::Result,
    http::{
        components::{Button, Input, SummaryList, SummaryRow, WarningText},
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, button, narrow},
        page::{Member, Reader},
        paging::Paging,
        times,
        words::{say, tell},
    },
    id::OrganisationId,
    people::{
        invitations::{self, NewInvitation},
        model::Invitation,
        organisations,
    },
};

/// As the interface calls the list: a cursor of the one is a cursor of the other.
const INVITATIONS: &str = "invitations";

/// Who is asked to join, and a form to ask somebody.
#[handler]
pub async fn list(
    Member(reader): Member,
    Path(organisation): Path<String>,
    Query(asked): Query<Asked>,
) -> poem::Result<Response> {
    let form = Form::new(&reader, Fields::default());
    Ok(page((&reader, &form), read_id(&organisation)?, asked.cursor.as_deref()).await?)
}

/// Invites somebody, and shows the link once.
#[handler]
pub async fn invite(sent: Sent, Path(organisation): Path<String>) -> poem::Result<Response> {
    let id: OrganisationId = read_id(&organisation)?;
    let (reader, fields) = (&sent.reader, &sent.fields);
    let input = NewInvitation {
        email: fields.text("email").to_owned(),
        name: fields.text("name").to_owned(),
        roles: kinds::chosen(&fields.all("roles")),
    };
    match invitations::invite(&reader.app, &reader.actor, id, &sent.once, input).await {
        Ok((invitation, secret)) => Ok(invited_page(reader, &invitation, &secret)),
        Err(cause) => {
            let form = sent.again(cause)?;
            Ok(page((reader, &form), id, None).await?)
        }
    }
}

/// Takes an invitation back.
#[handler]
pub async fn withdraw(sent: Sent, Path((organisation, invitation)): Path<(String, String)>) -> poem::Result<Response> {
    let (id, reader): (OrganisationId, _) = (read_id(&organisation)?, &sent.reader);
    match invitations::withdraw_invitation(&reader.app, &reader.actor, id, read_id(&invitation)?).await {
        Ok(()) => Ok(on_to(&of(id, "invitations"))),
        Err(cause) => {
            let form = sent.again(cause)?;
            Ok(page((reader, &form), id, None).await?)
        }
    }
}

async fn page((reader, form): (&Reader, &Form), id: OrganisationId, cursor: Option<&str>) -> Result<Response> {
    let (app, path) = (&reader.app, of(id, "invitations"));
    let paging = Paging::read(&app.vault, INVITATIONS, None, cursor)?;
    let slice = invitations::list_invitations(app, &reader.actor, id, &paging).await?;
    let organisation = organisations::named(app, id).await?;
    let rows: Vec<SummaryRow> = slice.items.iter().map(|invitation| row(invitation, form)).collect();
    let main = html! {
        (form.summary())
        (heading(&organisation, say("administration.invitations")))
        @if rows.is_empty() { p class="govuk-body" { (say("administration.no-invitations")) } }
        @else { (SummaryList { rows, ..SummaryList::default() }) }
        (onwards(&path, slice.next(&app.vault, INVITATIONS).as_deref()))
        h2 class="govuk-heading-m" { (say("administration.invite")) }
        form method="post" action={ (path) (form.address()) } novalidate { (form.hidden()) (fields(form)) }
    };
    let page = Page::new(say("administration.invitations"), Place::Administration, narrow(&main)).of(reader).with(form);
    Ok(page.back(say("administration.title"), "/administration").show())
}

fn row(invitation: &Invitation, form: &Form) -> SummaryRow {
    let until = times::day(invitation.expires_at);
    let withdrawal = format!("{}/{}/withdrawal", of(invitation.organisation, "invitations"), invitation.id);
    let value = html! {
        p class="govuk-body govuk-!-text-break-word" { (invitation.email) }
        p class="govuk-body" { (as_what(&invitation.roles)) }
        p class="govuk-body" { (tell("administration.invited-until", &[("day", until.as_str())])) }
        form method="post" action=(withdrawal) novalidate {
            (form.hidden())
            (Button {
                text: tell("administration.withdraw", &[("name", invitation.name.as_str())]),
                classes: Some("govuk-button--secondary".to_owned()),
                prevent_double_click: Some(true),
                ..Button::default()
            })
        }
    };
    SummaryRow::new(&invitation.name, value)
}

fn fields(form: &Form) -> Markup {
    // It is somebody else's name and address: the browser's owner's are no help.
    let off = Some("off".to_owned());
    html! {
        (Input { autocomplete: off.clone(), ..form.line("name", "administration.their-name") })
        (Input { autocomplete: off, ..form.email("email", "administration.their-email") })
        (form.boxes("roles", "administration.roles", &kinds::roles()))
        (button(say("administration.invite-button")))
    }
}

fn invited_page(reader: &Reader, invitation: &Invitation, secret: &str) -> Response {
    let link = format!("{}/invitations/{secret}", reader.app.config.public_url());
    let until = times::day(invitation.expires_at);
    let gaps = [("name", invitation.name.as_str()), ("email", invitation.email.as_str()), ("day", until.as_str())];
    let main = html! {
        h1 class="govuk-heading-l" { (say("administration.invited")) }
        p class="govuk-body" { (tell("administration.send-link", &gaps)) }
        p class="govuk-body" { (code(&link)) }
        p class="govuk-body" { (tell("administration.invited-until", &gaps)) }
        (WarningText { text: say("administration.link-once").to_owned(), ..WarningText::default() })
        p class="govuk-body" {
            a class="govuk-link" href=(of(invitation.organisation, "invitations")) { (say("administration.invitations")) }
        }
    };
    Page::new(say("administration.invited"), Place::Administration, narrow(&main)).of(reader).show()
}
