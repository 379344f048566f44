//! What an agreement says: proposed by either side, changed by either, and accepted anew by both.

use std::collections::BTreeMap;

use maud::{Markup, html};
use poem::{Response, Route, get, handler, web::Path};

use super::{agreements, paragraphs};
use crate::{
    access::Role,
    error::{Error, Result, Violation},
    http::{
        components::Textarea,
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, button},
        page::{Member, Reader},
        paging::{FROM_THE_NEWEST, MOST, Paging},
        words::say,
    },
    id::{AgreementId, OrganisationId, PersonId},
    people,
    supervision::{
        agreements::{NewAgreement, change, propose},
        model::{Agreement, Side, Terms, TermsChange},
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/supervision/agreements/new", &["GET", "HEAD", "POST"]),
    ("/supervision/agreements/{agreement}/terms", &["GET", "HEAD", "POST"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at("/supervision/agreements/new", get(ask_whom).post(make))
        .at("/supervision/agreements/:agreement/terms", get(ask_what).post(save))
}

/// The two sides as the form sends them.
const SIDES: [(&str, Side, &str); 2] =
    [("supervisor", Side::Supervisor, "supervision.i-supervise"), ("worker", Side::Worker, "supervision.they-supervise")];

#[handler]
async fn ask_whom(Member(reader): Member) -> poem::Result<Response> {
    let able = [Role::Supervisor, Role::PracticeEducator, Role::PrincipalSocialWorker];
    let supervises = able.into_iter().any(|role| !reader.places(role).is_empty());
    let places = places(&reader).await?;
    // Likely answers, so that the person is all that must be chosen.
    let fields = Fields::default()
        .with("side", if supervises { "supervisor" } else { "worker" })
        .with_some("organisation_id", places.first().map(|(id, _)| id.to_string()));
    Ok(proposal_page(&reader, &Form::new(&reader, fields)).await?)
}

#[handler]
async fn make(sent: Sent) -> poem::Result<Response> {
    match proposes(&sent).await {
        Ok(agreement) => Ok(on_to(&agreements::address(agreement.id))),
        Err(cause) => Ok(proposal_page(&sent.reader, &sent.again(cause)?).await?),
    }
}

async fn proposes(sent: &Sent) -> Result<Agreement> {
    let (app, actor, fields) = (&sent.reader.app, &sent.reader.actor, &sent.fields);
    let me = actor.person()?.id;
    let person: PersonId = needed(fields, "person_id", say("supervision.choose-person"))?;
    let organisation = needed(fields, "organisation_id", say("supervision.choose-organisation"))?;
    let side = SIDES.iter().find(|(name, ..)| *name == fields.text("side")).map(|(_, side, _)| *side);
    let side = side.ok_or_else(|| Error::invalid("/side", "required", say("supervision.choose-side")))?;
    let (supervisor, worker) = match side {
        Side::Supervisor => (me, person),
        Side::Worker => (person, me),
    };
    let input = NewAgreement { organisation, supervisor, worker, terms: typed(fields) };
    propose(app, actor, &sent.once, input).await.map_err(|cause| beside_its_field(cause, side))
}

fn needed<T: std::str::FromStr>(fields: &Fields, name: &str, how: &str) -> Result<T> {
    fields.parsed(name, how)?.ok_or_else(|| Error::invalid(&format!("/{name}"), "required", how))
}

fn typed(fields: &Fields) -> Terms {
    Terms {
        purpose: fields.said("purpose"),
        frequency: fields.said("frequency"),
        recording: fields.said("recording"),
        limits_of_confidentiality: fields.said("limits_of_confidentiality"),
        how_we_disagree: fields.said("how_we_disagree"),
    }
}

/// What is wrong with one of the two sides, beside the field that chose it.
fn beside_its_field(cause: Error, side: Side) -> Error {
    let own = match side {
        Side::Supervisor => "/supervisor_id",
        Side::Worker => "/worker_id",
    };
    let reworded = |wrong: Violation| {
        let own = wrong.pointer == own;
        match wrong.code {
            "same" => Violation::new("/person_id", wrong.code, say("supervision.not-yourself")),
            "no_supervisor" if own => Violation::new("/side", wrong.code, say("supervision.you-may-not-supervise")),
            "no_supervisor" => Violation::new("/person_id", wrong.code, say("supervision.they-may-not-supervise")),
            "no_member" if own => Violation::new("/organisation_id", wrong.code, wrong.detail),
            "no_member" => Violation::new("/person_id", wrong.code, wrong.detail),
            _ => wrong,
        }
    };
    match cause {
        Error::Invalid(wrong) => Error::Invalid(wrong.into_iter().map(reworded).collect()),
        other => other,
    }
}

/// Where the reader belongs, by name.
async fn places(reader: &Reader) -> Result<Vec<(OrganisationId, String)>> {
    let me = people::accounts::me(&reader.app, &reader.actor).await?;
    let mut places: Vec<_> = me.belongings.into_iter().map(|place| (place.organisation, place.organisation_name)).collect();
    places.sort_by(|(_, one), (_, other)| one.cmp(other));
    Ok(places)
}

/// Everybody whom the reader can agree with: by name, as what, and where if the reader belongs to more than one organisation.
async fn colleagues(reader: &Reader, places: &[(OrganisationId, String)]) -> Result<Vec<(String, String)>> {
    let me = reader.actor.person()?.id;
    let mut found: BTreeMap<PersonId, (String, Vec<String>)> = BTreeMap::new();
    for (organisation, called) in places {
        let mut before = Some(FROM_THE_NEWEST.to_owned());
        while let Some(from) = before {
            let paging = Paging { limit: MOST, before: from };
            let slice = people::memberships::list_colleagues(&reader.app, &reader.actor, *organisation, &paging).await?;
            before = slice.last;
            for member in slice.items.into_iter().filter(|member| member.person != me) {
                let roles = people::pages::roles_in_words(&member.roles);
                let as_what = if places.len() > 1 { format!("{called}: {roles}") } else { roles };
                found.entry(member.person).or_insert_with(|| (member.name, Vec::new())).1.push(as_what);
            }
        }
    }
    let text = |name: &str, as_what: &[String]| format!("{name} ({})", as_what.join("; "));
    let mut all: Vec<_> = found.into_iter().map(|(id, (name, as_what))| (id.to_string(), text(&name, &as_what))).collect();
    all.sort_by_key(|(_, text)| text.to_lowercase());
    Ok(all)
}

async fn proposal_page(reader: &Reader, form: &Form) -> Result<Response> {
    let places = places(reader).await?;
    let colleagues = colleagues(reader, &places).await?;
    let nobody = (String::new(), say("supervision.choose-somebody").to_owned());
    let before = html! {
        p class="govuk-body" { (say("supervision.propose-why")) }
        @if colleagues.is_empty() { p class="govuk-body" { (say("supervision.nobody-else")) } }
    };
    let choices: Vec<_> = std::iter::once(nobody).chain(colleagues).collect();
    let sides = SIDES.map(|(name, _, words)| (name.to_owned(), say(words).to_owned()));
    let organisations: Vec<_> = places.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let fields = html! {
        (form.select("person_id", "supervision.with-whom", &choices))
        (form.radios("side", "supervision.which-side", &sides))
        @if let [(only, _)] = organisations.as_slice() { input type="hidden" name="organisation_id" value=(only); }
        @else { (form.radios("organisation_id", "supervision.which-organisation", &organisations)) }
        h2 class="govuk-heading-m" { (say("supervision.what-it-says")) }
        p class="govuk-body" { (say("supervision.parts-why")) }
        (parts(form))
        (button(say("supervision.propose")))
    };
    let page = Page::form(say("supervision.propose-title"), Place::Supervision, (reader, form), &before, &fields);
    Ok(page.back(say("supervision.title"), "/supervision").show())
}

/// The five parts to fill in. None of them is needed.
fn parts(form: &Form) -> Markup {
    let parts = [
        ("purpose", "supervision.purpose", "supervision.purpose-hint"),
        ("frequency", "supervision.frequency", "supervision.frequency-hint"),
        ("recording", "supervision.recording", "supervision.recording-hint"),
        ("limits_of_confidentiality", "supervision.limits", "supervision.limits-hint"),
        ("how_we_disagree", "supervision.disagreement", "supervision.disagreement-hint"),
    ];
    html! {
        @for (name, label, hint) in parts { (Textarea { hint: Some(say(hint).into()), ..form.area(name, label, 4) }) }
    }
}

/// The parts that were filled in, to read.
pub fn written(terms: &Terms) -> Markup {
    let parts = [
        ("supervision.purpose", &terms.purpose),
        ("supervision.frequency", &terms.frequency),
        ("supervision.recording", &terms.recording),
        ("supervision.limits", &terms.limits_of_confidentiality),
        ("supervision.disagreement", &terms.how_we_disagree),
    ];
    html! {
        @if *terms == Terms::default() { p class="govuk-body" { (say("supervision.nothing-written")) } }
        @for (label, said) in parts {
            @if let Some(said) = said {
                h3 class="govuk-heading-s" { (say(label)) }
                (paragraphs(said))
            }
        }
    }
}

#[handler]
async fn ask_what(Member(reader): Member, Path(agreement): Path<String>) -> poem::Result<Response> {
    let agreement = agreements::read(&reader, &agreement).await?;
    let terms = &agreement.terms;
    let fields = Fields::default()
        .with("revision", agreement.revision.to_string())
        .with_some("purpose", terms.purpose.as_deref())
        .with_some("frequency", terms.frequency.as_deref())
        .with_some("recording", terms.recording.as_deref())
        .with_some("limits_of_confidentiality", terms.limits_of_confidentiality.as_deref())
        .with_some("how_we_disagree", terms.how_we_disagree.as_deref());
    Ok(change_page(&reader, &agreement, &Form::new(&reader, fields)).show())
}

#[handler]
async fn save(sent: Sent, Path(agreement): Path<String>) -> poem::Result<Response> {
    let id = agreements::read(&sent.reader, &agreement).await?.id;
    match changes(&sent, id).await {
        Ok(_) => Ok(on_to(&agreements::address(id))),
        Err(cause) => {
            let now = agreements::read(&sent.reader, &agreement).await?;
            Ok(change_page(&sent.reader, &now, &sent.again(cause)?).show())
        }
    }
}

async fn changes(sent: &Sent, id: AgreementId) -> Result<Agreement> {
    let terms = typed(&sent.fields);
    let input = TermsChange {
        purpose: Some(terms.purpose),
        frequency: Some(terms.frequency),
        recording: Some(terms.recording),
        limits_of_confidentiality: Some(terms.limits_of_confidentiality),
        how_we_disagree: Some(terms.how_we_disagree),
    };
    change(&sent.reader.app, &sent.reader.actor, id, sent.fields.number("revision")?, input).await
}

fn change_page(reader: &Reader, agreement: &Agreement, form: &Form) -> Page {
    let changed_meanwhile = form.fields.text("revision") != agreement.revision.to_string();
    let before = html! {
        p class="govuk-body" { (say("supervision.change-why")) }
        // Both texts are there: whoever saves now knows what the other side has written.
        @if changed_meanwhile {
            div class="govuk-inset-text" {
                h2 class="govuk-heading-m" { (say("supervision.reads-now")) }
                (written(&agreement.terms))
            }
        }
    };
    let fields = html! {
        input type="hidden" name="revision" value=(agreement.revision);
        (parts(form))
        (button(say("supervision.change")))
    };
    let page = Page::form(say("supervision.change-title"), Place::Supervision, (reader, form), &before, &fields);
    page.back(say("supervision.agreement-title"), agreements::address(agreement.id))
}
