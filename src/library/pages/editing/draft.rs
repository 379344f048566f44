//! Writing a draft: a new one, and another text of an old one. The world goes on reading what was published.

use maud::{Markup, html};
use poem::{
    Response, Route, get, handler,
    web::{Path, Query},
};
use serde::Deserialize;

use super::{
    Publisher, again, notice, opened, publishers,
    questions::questions,
    revision, set_apart,
    typing::{self, pointed},
    unpublished,
};
use crate::{
    error::{Checks, Error, Result},
    http::{
        components::{InsetText, Tag},
        form::{Form, Sent, on_to},
        layout::{Page, Place},
        page::{Member, Reader},
        words::{say, tell},
    },
    id::{ExampleId, OrganisationId},
    library::{
        self,
        model::{Content, Example},
        pages::reading::previewed,
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] =
    &[("/drafts/new", &["GET", "HEAD", "POST"]), ("/drafts/{example}", &["GET", "HEAD", "POST"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/drafts/new", get(begin).post(write)).at("/drafts/:example", get(open).post(revise))
}

/// What pressing one of the two buttons came to.
enum Pressed {
    /// It is saved.
    Saved(ExampleId),
    /// It is shown as readers would see it, and nothing is saved.
    Shown(Markup),
}

/// What was typed, set apart as readers would see it, if that was asked for.
async fn preview(sent: &Sent, content: &Content) -> Result<Option<Pressed>> {
    if sent.fields.text("preview").is_empty() {
        return Ok(None);
    }
    let text = previewed(&sent.reader.app, content).await?;
    Ok(Some(Pressed::Shown(set_apart(say("library.previewed"), &content.title, &text))))
}

#[handler]
async fn begin(Member(reader): Member) -> poem::Result<Response> {
    let publishers = publishers(&reader).await?;
    let form = Form::new(&reader, typing::fields(&Content::default()));
    Ok(new_page(&reader, &form, &publishers, &Markup::default()))
}

#[handler]
async fn write(Member(reader): Member, sent: Sent) -> poem::Result<Response> {
    let publishers = publishers(&reader).await?;
    match written(&sent, &publishers).await {
        Ok(Pressed::Saved(id)) => Ok(saved(id)),
        Ok(Pressed::Shown(preview)) => Ok(new_page(&reader, &sent.as_it_is(), &publishers, &preview)),
        Err(cause) => Ok(new_page(&reader, &sent.again(pointed(cause))?, &publishers, &Markup::default())),
    }
}

async fn written(sent: &Sent, publishers: &[Publisher]) -> Result<Pressed> {
    let mut checks = Checks::default();
    let organisation = chosen(sent, publishers, &mut checks);
    let content = typing::content(&sent.fields, checks)?;
    if let Some(shown) = preview(sent, &content).await? {
        return Ok(shown);
    }
    let organisation = organisation.ok_or(Error::NotFound)?;
    let (app, actor) = (&sent.reader.app, &sent.reader.actor);
    let made = library::write(app, actor, organisation, &sent.once, (content, false)).await?;
    Ok(Pressed::Saved(made.id))
}

/// For whom it is. Whoever writes for one organisation is not asked; what was begun for one is not saved for another.
fn chosen(sent: &Sent, publishers: &[Publisher], checks: &mut Checks) -> Option<OrganisationId> {
    let named = sent.fields.text("organisation");
    if let ([(only, _)], "") = (publishers, named) {
        return Some(*only);
    }
    let named = named.parse::<OrganisationId>();
    checks.parsed("/organisation", named.map_err(|_| ("required", say("library.choose-organisation").to_owned())))
}

fn saved(id: ExampleId) -> Response {
    on_to(&format!("/drafts/{id}?done=saved"))
}

fn new_page(reader: &Reader, form: &Form, publishers: &[Publisher], above: &Markup) -> Response {
    let before = html! { (above) p class="govuk-body" { (say("library.new-why")) } (how()) };
    let fields = html! {
        @if publishers.len() > 1 { (form.select("organisation", "library.for-organisation", &offered(publishers))) }
        (questions(form))
    };
    let page = Page::form(say("library.new-title"), Place::Library, (reader, form), &before, &fields);
    page.back(say("library.own"), "/drafts").show()
}

fn offered(publishers: &[Publisher]) -> Vec<(String, String)> {
    let nobody = (String::new(), say("library.no-organisation").to_owned());
    std::iter::once(nobody).chain(publishers.iter().map(|(id, name)| (id.to_string(), name.clone()))).collect()
}

/// How to write here.
fn how() -> Markup {
    html! {
        p class="govuk-body" { (say("library.needed")) }
        p class="govuk-body" { (say("library.markdown")) }
        p class="govuk-body" { (say("library.nobody-named")) }
    }
}

/// What has just been done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct After {
    done: String,
}

#[handler]
async fn open(Member(reader): Member, Path(example): Path<String>, Query(after): Query<After>) -> poem::Result<Response> {
    let example = opened(&reader, &example).await?;
    let fields = typing::fields(&example.draft).with("revision", example.revision.to_string());
    Ok(page(&reader, &Form::new(&reader, fields), &example, &notice(&after.done)))
}

#[handler]
async fn revise(Member(reader): Member, sent: Sent, Path(example): Path<String>) -> poem::Result<Response> {
    let example = opened(&reader, &example).await?;
    match revised(&sent, &example).await {
        Ok(Pressed::Saved(id)) => Ok(saved(id)),
        Ok(Pressed::Shown(preview)) => Ok(page(&reader, &sent.as_it_is(), &example, &preview)),
        Err(cause) => {
            let above = beside(&reader, &cause, &example).await;
            Ok(page(&reader, &again(&sent, cause, &example)?, &example, &above))
        }
    }
}

async fn revised(sent: &Sent, example: &Example) -> Result<Pressed> {
    let content = typing::content(&sent.fields, Checks::default())?;
    if let Some(shown) = preview(sent, &content).await? {
        return Ok(shown);
    }
    let seen = sent.fields.number("revision")?;
    // Pressed twice: what was typed is what is saved.
    if seen != example.revision && content == example.draft {
        return Ok(Pressed::Saved(example.id));
    }
    let change = typing::whole(&content)?;
    let revised = library::revise(&sent.reader.app, &sent.reader.actor, example.id, seen, change).await?;
    Ok(Pressed::Saved(revised.id))
}

/// What somebody else has saved meanwhile, so that whoever was slower sees both texts.
async fn beside(reader: &Reader, cause: &Error, example: &Example) -> Markup {
    if !matches!(cause, Error::Stale { .. }) {
        return Markup::default();
    }
    // Where theirs cannot be rendered now, what was typed here must come back all the same.
    let text = previewed(&reader.app, &example.draft).await.unwrap_or_default();
    html! {
        p class="govuk-body" { (say("library.saved-meanwhile-why")) }
        (set_apart(say("library.saved-meanwhile"), &example.draft.title, &text))
    }
}

fn page(reader: &Reader, form: &Form, example: &Example, above: &Markup) -> Response {
    let before = html! { (above) (standing(example)) (how()) };
    let fields = html! { (revision(form)) (questions(form)) };
    let page = Page::form(say("library.edit-title"), Place::Library, (reader, form), &before, &fields);
    page.back(say("library.own"), "/drafts").show()
}

/// Where an example stands, and where one can go from there.
fn standing(example: &Example) -> Markup {
    let (here, version) = (format!("/drafts/{}", example.id), example.version.to_string());
    let (published, changed) = (example.published.is_some(), unpublished(example));
    let gaps = [("version", version.as_str())];
    let (tag, colour, text) = match (published, changed) {
        (false, _) => (say("library.draft"), "govuk-tag--grey", say("library.is-draft").to_owned()),
        (true, true) => (say("library.changed"), "govuk-tag--yellow", tell("library.is-changed", &gaps)),
        (true, false) => (say("library.published"), "govuk-tag--green", tell("library.is-published", &gaps)),
    };
    html! {
        p class="govuk-body" { (Tag { text: tag.to_owned(), classes: Some(colour.to_owned()) }) " " (text) }
        @if example.key.is_some() {
            (InsetText { text: say("library.has-key").to_owned(), ..InsetText::default() })
        }
        ul class="govuk-list" {
            @if changed { li { a class="govuk-link" href={ (here) "/publication" } { (say("library.to-publication")) } } }
            @if published {
                li { a class="govuk-link" href={ "/practice-examples/" (example.id) } { (say("library.to-public")) } }
                li { a class="govuk-link" href={ (here) "/withdrawal" } { (say("library.to-withdrawal")) } }
            }
        }
    }
}
