//! The members of an organisation: their roles, until they leave.

use maud::{Markup, html};
use poem::{
    Response, handler,
    web::{Path, Query},
};
use serde::Deserialize;

use super::{as_what, heading, kinds, of, onwards, read_id, seen};
use crate::{
    access::Role,
    error::{Result, Revision},
    http::{
        components::{Button, Input, SummaryList, SummaryRow, WarningText},
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, button, final_button, narrow},
        page::{Member, Reader},
        paging::Paging,
        times,
        words::{say, tell},
    },
    id::{OrganisationId, PersonId},
    people::{self, memberships, organisations},
};

/// As the interface calls the list: a cursor of the one is a cursor of the other.
const MEMBERS: &str = "members";

/// Somebody's place in an organisation.
type At = (OrganisationId, PersonId);

fn read_place((organisation, person): (&str, &str)) -> Result<At> {
    Ok((read_id(organisation)?, read_id(person)?))
}

fn address((organisation, person): At) -> String {
    of(organisation, &format!("members/{person}"))
}

/// Who is looked for, and from where the list of everybody goes on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Sought {
    q: String,
    cursor: Option<String>,
}

/// Everybody who belongs, or those who were looked for.
#[handler]
pub async fn list(
    Member(reader): Member,
    Path(organisation): Path<String>,
    Query(asked): Query<Sought>,
) -> poem::Result<Response> {
    let (id, app): (OrganisationId, _) = (read_id(&organisation)?, &reader.app);
    let everybody = asked.q.trim().is_empty();
    let (members, next, whole) = if everybody {
        let paging = Paging::read(&app.vault, MEMBERS, None, asked.cursor.as_deref())?;
        let slice = memberships::list_members(app, &reader.actor, id, &paging).await?;
        let next = slice.next(&app.vault, MEMBERS);
        (slice.items, next, true)
    } else {
        let (found, whole) = memberships::find_members(app, &reader.actor, id, &asked.q).await?;
        (found, None, whole)
    };
    let organisation = organisations::named(app, id).await?;
    let rows: Vec<SummaryRow> = members.iter().map(|member| row(id, member)).collect();
    let main = html! {
        (heading(&organisation, say("administration.members")))
        p class="govuk-body" { (say("administration.members-why")) }
        (finding(id, &asked.q))
        @if !everybody {
            p class="govuk-body" { a class="govuk-link" href=(of(id, "members")) { (say("administration.show-everybody")) } }
        }
        @if !whole { p class="govuk-body" { (say("administration.found-too-many")) } }
        @if rows.is_empty() { p class="govuk-body" { (say("administration.nobody-found")) } }
        @else { (SummaryList { rows, ..SummaryList::default() }) }
        (onwards(&of(id, "members"), next.as_deref()))
    };
    let page = Page::new(say("administration.members"), Place::Administration, narrow(&main)).of(&reader);
    Ok(page.back(say("administration.title"), "/administration").show())
}

fn finding(organisation: OrganisationId, letters: &str) -> Markup {
    html! {
        form method="get" action=(of(organisation, "members")) role="search" {
            (Input {
                id: Some("q".to_owned()),
                name: "q".to_owned(),
                r#type: Some("search".to_owned()),
                label: say("administration.find-label").into(),
                value: Some(letters.to_owned()),
                autocomplete: Some("off".to_owned()),
                spellcheck: Some(false),
                ..Input::default()
            })
            (Button {
                text: say("administration.find").to_owned(),
                classes: Some("govuk-button--secondary".to_owned()),
                ..Button::default()
            })
        }
    }
}

fn row(organisation: OrganisationId, member: &people::Member) -> SummaryRow {
    let key = html! { a class="govuk-link" href=(address((organisation, member.person))) { (member.name) } };
    let value = html! {
        p class="govuk-body govuk-!-text-break-word" { (member.email) }
        p class="govuk-body" { (as_what(&member.roles)) }
    };
    SummaryRow { key: key.into(), value: value.into(), ..SummaryRow::default() }
}

/// What somebody is now, for the pages that change it.
fn who(member: &people::Member) -> Markup {
    let rows = vec![
        SummaryRow::new(say("administration.name"), member.name.as_str()),
        SummaryRow::new(say("people.email"), member.email.as_str()),
        SummaryRow::new(say("administration.roles-now"), as_what(&member.roles)),
        SummaryRow::new(say("administration.since"), times::day(member.started_at)),
    ];
    html! { (SummaryList { rows, ..SummaryList::default() }) }
}

/// A member with a form for their roles.
#[handler]
pub async fn ask_roles(Member(reader): Member, Path((organisation, person)): Path<(String, String)>) -> poem::Result<Response> {
    let at = read_place((&organisation, &person))?;
    let member = memberships::get_member(&reader.app, &reader.actor, at.0, at.1).await?;
    let ticked = |fields: Fields, role: &Role| fields.with("roles", kinds::role_name(*role));
    let form = Form::new(&reader, member.roles.iter().fold(Fields::default(), ticked));
    Ok(roles_page((&reader, &form), at, &member, member.revision))
}

/// Sets their roles.
#[handler]
pub async fn set_roles(sent: Sent, Path((organisation, person)): Path<(String, String)>) -> poem::Result<Response> {
    let at = read_place((&organisation, &person))?;
    match give_roles(&sent, at).await {
        Ok(()) => Ok(on_to(&address(at))),
        Err(cause) => {
            let seen = seen(&sent, &cause);
            let form = sent.again(cause)?;
            let member = memberships::get_member(&sent.reader.app, &sent.reader.actor, at.0, at.1).await?;
            Ok(roles_page((&sent.reader, &form), at, &member, seen))
        }
    }
}

async fn give_roles(sent: &Sent, at: At) -> Result<()> {
    let roles = kinds::chosen(&sent.fields.all("roles"));
    memberships::set_roles(&sent.reader.app, &sent.reader.actor, at, sent.fields.number("revision")?, roles).await?;
    Ok(())
}

fn roles_page((reader, form): (&Reader, &Form), at: At, member: &people::Member, seen: Revision) -> Response {
    let before = html! {
        (who(member))
        p class="govuk-body" { (say("administration.roles-why")) }
    };
    let fields = html! {
        input type="hidden" name="revision" value=(seen);
        (form.boxes("roles", "administration.roles", &kinds::roles()))
        (button(say("frame.save")))
        p class="govuk-body" { a class="govuk-link" href={ (address(at)) "/end" } { (say("administration.end")) } }
    };
    Page::form(say("administration.member"), Place::Administration, (reader, form), &before, &fields)
        .back(say("administration.members"), of(at.0, "members"))
        .show()
}

/// What ends with a membership, before it does.
#[handler]
pub async fn ask_end(Member(reader): Member, Path((organisation, person)): Path<(String, String)>) -> poem::Result<Response> {
    let at = read_place((&organisation, &person))?;
    let member = memberships::get_member(&reader.app, &reader.actor, at.0, at.1).await?;
    let form = Form::new(&reader, Fields::default());
    Ok(end_page((&reader, &form), at, &member, member.revision))
}

/// Ends it.
#[handler]
pub async fn end(sent: Sent, Path((organisation, person)): Path<(String, String)>) -> poem::Result<Response> {
    let at = read_place((&organisation, &person))?;
    match part(&sent, at).await {
        Ok(()) => Ok(on_to(&of(at.0, "members"))),
        Err(cause) => {
            let seen = seen(&sent, &cause);
            let form = sent.again(cause)?;
            let member = memberships::get_member(&sent.reader.app, &sent.reader.actor, at.0, at.1).await?;
            Ok(end_page((&sent.reader, &form), at, &member, seen))
        }
    }
}

async fn part(sent: &Sent, at: At) -> Result<()> {
    memberships::end(&sent.reader.app, &sent.reader.actor, at, sent.fields.number("revision")?).await
}

fn end_page((reader, form): (&Reader, &Form), at: At, member: &people::Member, seen: Revision) -> Response {
    let before = html! {
        (who(member))
        p class="govuk-body" { (say("administration.end-at-once")) }
        ul class="govuk-list govuk-list--bullet" {
            li { (say("administration.end-sessions")) }
            li { (say("administration.end-supervision")) }
            li { (say("administration.end-shares")) }
            li { (say("administration.end-invitations")) }
        }
        p class="govuk-body" { (say("administration.end-writing")) }
        p class="govuk-body" { (say("administration.end-later")) }
        (WarningText { text: say("administration.end-for-good").to_owned(), ..WarningText::default() })
    };
    let fields = html! {
        input type="hidden" name="revision" value=(seen);
        (final_button(&tell("administration.end-button", &[("name", member.name.as_str())]), address(at)))
    };
    Page::form(say("administration.end"), Place::Administration, (reader, form), &before, &fields)
        .back(say("administration.member"), address(at))
        .show()
}
