//! The sheet that one writes on: one text area, and everything else folded away (000-1). What is typed into it, and what it
//! says, are the same both ways.

use maud::{Markup, html};

use super::named;
use crate::{
    error::{Error, Result},
    http::{
        components::{Button, Details, Textarea},
        form::{Fields, Form},
        layout::{Page, Place, button},
        page::Reader,
        times,
        words::{say, tell},
    },
    reflections::{
        model::{Change, Content, Draft},
        prompts::{self, PromptSet},
    },
};

/// The parts of a sheet, each with its label.
const PARTS: [(&str, &str); 8] = [
    ("body", "reflections.body"),
    ("title", "reflections.title"),
    ("occurred_on", "reflections.occurred-on"),
    ("unease", "reflections.unease"),
    ("unknowns", "reflections.unknowns"),
    ("hypotheses", "reflections.hypotheses"),
    ("tags", "reflections.tags"),
    ("prompt_set", "reflections.prompt-set"),
];

/// What was typed, to be saved.
///
/// # Errors
/// `Invalid` for a day that is none.
pub fn typed(fields: &Fields) -> Result<Content> {
    Ok(Content {
        body: fields.text("body").to_owned(),
        title: Some(one_line(fields, "title")).filter(|title| !title.trim().is_empty()),
        occurred_on: fields.day("occurred_on")?,
        prompt_set: fields.said("prompt_set"),
        tags: fields.lines("tags"),
        unease: fields.said("unease"),
        unknowns: fields.lines("unknowns"),
        hypotheses: fields.lines("hypotheses"),
    })
}

/// What was typed so far, and what was emptied. A day that is none yet is not kept.
pub fn so_far(fields: &Fields) -> Draft {
    let part = |name: &str| Some(fields.text(name).to_owned());
    Draft {
        body: fields.text("body").to_owned(),
        title: Some(one_line(fields, "title")),
        occurred_on: fields.day("occurred_on").unwrap_or_default(),
        prompt_set: part("prompt_set"),
        tags: Some(fields.lines("tags")),
        unease: part("unease"),
        unknowns: Some(fields.lines("unknowns")),
        hypotheses: Some(fields.lines("hypotheses")),
    }
}

/// A text of one line: what ends a line in it is a space.
fn one_line(fields: &Fields, name: &str) -> String {
    fields.text(name).lines().collect::<Vec<_>>().join(" ")
}

/// The change that makes a reflection say this: every part of it, also what was emptied.
pub fn change(to: Content) -> Change {
    Change {
        body: Some(to.body),
        title: Some(to.title),
        occurred_on: Some(to.occurred_on),
        prompt_set: Some(to.prompt_set),
        tags: Some(Some(to.tags)),
        unease: Some(to.unease),
        unknowns: Some(Some(to.unknowns)),
        hypotheses: Some(Some(to.hypotheses)),
        instead_of: None,
    }
}

/// A sheet with what was saved.
pub fn filled(content: &Content) -> Fields {
    Fields::default()
        .with("body", content.body.as_str())
        .with_some("title", content.title.as_deref())
        .with_some("occurred_on", content.occurred_on.map(|day| day.to_string()))
        .with_some("prompt_set", content.prompt_set.as_deref())
        .with("tags", content.tags.join("\n"))
        .with_some("unease", content.unease.as_deref())
        .with("unknowns", content.unknowns.join("\n"))
        .with("hypotheses", content.hypotheses.join("\n"))
}

/// A sheet with what is being typed: over what was saved, where it says something of its own.
pub fn continued(saved: &Content, copy: &Draft) -> Fields {
    let copy = copy.clone();
    // A page keeps its sheet as a whole: a day that it does not say was emptied.
    let by_page = copy.title.is_some() && copy.tags.is_some();
    let day = if by_page { copy.occurred_on } else { copy.occurred_on.or(saved.occurred_on) };
    filled(&Content {
        body: copy.body,
        title: copy.title.or_else(|| saved.title.clone()),
        occurred_on: day,
        prompt_set: copy.prompt_set.or_else(|| saved.prompt_set.clone()),
        tags: copy.tags.unwrap_or_else(|| saved.tags.clone()),
        unease: copy.unease.or_else(|| saved.unease.clone()),
        unknowns: copy.unknowns.unwrap_or_else(|| saved.unknowns.clone()),
        hypotheses: copy.hypotheses.unwrap_or_else(|| saved.hypotheses.clone()),
    })
}

/// What stands around the text: all of it beside, none of it in front.
#[derive(Default)]
pub struct Around {
    /// What it would look like.
    pub preview: Option<Markup>,
    /// The other text, where two windows wrote: what it says, and at what time it was kept.
    pub other: Option<(Fields, String)>,
    /// What is to be known about what is on the sheet.
    pub notice: Option<Markup>,
    /// Who can read it.
    pub disclosure: Markup,
    /// Where what is typed is kept meanwhile.
    pub keep_at: String,
    /// Whether its writer has only just come: then the cursor is in the text.
    pub begins: bool,
}

/// The page with the sheet.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn page(reader: &Reader, title: &str, form: &Form, around: Around) -> Result<Page> {
    let sets = prompts::list(&reader.app, &reader.actor).await?;
    let beside = match sets.iter().find(|set| set.slug == form.fields.text("prompt_set")) {
        Some(set) => questions(set, &super::rendered(&reader.app, &set.text.introduction).await?),
        None => Markup::default(),
    };
    let main = html! {
        (form.summary())
        h1 class="govuk-heading-l" { (title) }
        @if let Some(notice) = &around.notice { (notice) }
        @if let Some((fields, time)) = &around.other { (other(fields, time, &sets)) }
        @if let Some(preview) = &around.preview {
            section class="app-preview" aria-labelledby="preview" {
                h2 class="govuk-heading-m" id="preview" { (say("reflections.preview-title")) }
                (preview)
            }
        }
        div class="govuk-grid-row" {
            form class="govuk-grid-column-two-thirds" method="post" action=(form.address()) novalidate data-keep=(around.keep_at) {
                (form.hidden())
                // What Enter presses in a field of one line: the first button of a form, and this one saves.
                button type="submit" hidden {}
                @for name in ["revision", "copy", "begun"] { input type="hidden" name=(name) value=(form.fields.text(name)); }
                (Textarea {
                    classes: Some("app-sheet".to_owned()),
                    spellcheck: Some(true),
                    autofocus: around.begins,
                    ..form.area("body", "reflections.body", 16)
                })
                (toolbar())
                (kept())
                (more(form, &sets))
                div class="govuk-button-group" {
                    (button(say("reflections.save")))
                    (doing("reflections.preview", "preview"))
                }
                (removal(form))
            }
            div class="govuk-grid-column-one-third" {
                (around.disclosure)
                (beside)
            }
        }
    };
    Ok(Page::new(title, Place::Reflections, main).of(reader).with(form))
}

/// Marks for the text, at the press of a button. Without the page's script there is none: the marks can be typed.
fn toolbar() -> Markup {
    html! {
        markdown-toolbar class="app-toolbar" role="toolbar" for="body" hidden aria-label=(say("reflections.marks")) {
            md-header { (say("reflections.mark-heading")) }
            md-bold { (say("reflections.mark-bold")) }
            md-italic { (say("reflections.mark-italic")) }
            md-quote { (say("reflections.mark-quote")) }
            md-unordered-list { (say("reflections.mark-list")) }
            md-ordered-list { (say("reflections.mark-numbers")) }
        }
        p class="govuk-body-s" { a class="govuk-link" href="/help-with-writing" { (say("reflections.help")) } }
    }
}

/// Where the page's script says what has become of what was typed.
fn kept() -> Markup {
    html! {
        p class="govuk-body-s app-secondary app-kept" role="status" aria-live="polite" data-kept=(say("reflections.kept"))
            data-offline=(say("reflections.offline")) data-signed-out=(say("reflections.signed-out"))
            data-elsewhere=(say("reflections.elsewhere")) data-too-long=(say("reflections.too-long")) {}
    }
}

/// A button that shows something and saves nothing.
fn doing(words: &'static str, what: &str) -> Markup {
    html! {
        (Button {
            text: say(words).to_owned(),
            classes: Some("govuk-button--secondary".to_owned()),
            name: Some("do".to_owned()),
            value: Some(what.to_owned()),
            ..Button::default()
        })
    }
}

/// Everything but the text: there if wanted.
fn more(form: &Form, sets: &[PromptSet]) -> Markup {
    let mut parts = PARTS.iter().map(|(part, _)| *part).filter(|part| *part != "body");
    let open = parts.any(|part| form.fields.said(part).is_some() || form.error(part).is_some());
    let none = (String::new(), say("reflections.no-prompts").to_owned());
    let choices: Vec<_> =
        std::iter::once(none).chain(sets.iter().map(|set| (set.slug.clone(), set.text.title.clone()))).collect();
    let fields = html! {
        // Browsers remember what is typed into a field of one line, and offer it to whoever sits here next: this is none.
        (form.area("title", "reflections.title", 1))
        (form.day("occurred_on", "reflections.occurred-on"))
        (hinted(form.area("unease", "reflections.unease", 3), "reflections.unease-hint"))
        (hinted(form.area("unknowns", "reflections.unknowns", 3), "reflections.one-on-each-line"))
        (hinted(form.area("hypotheses", "reflections.hypotheses", 3), "reflections.hypotheses-hint"))
        (hinted(form.area("tags", "reflections.tags", 2), "reflections.one-on-each-line"))
        (form.select("prompt_set", "reflections.prompt-set", &choices))
        (doing("reflections.show-prompts", "prompts"))
    };
    Details { summary_text: say("reflections.more").to_owned(), open, ..Details::default() }.around(&fields)
}

fn hinted(area: Textarea, hint: &'static str) -> Markup {
    html! { (Textarea { hint: Some(say(hint).into()), ..area }) }
}

/// What was begun and never saved can go as well. It is a button of the sheet itself, whose script knows which copy was kept
/// last; folded away, so that nobody presses it instead of another.
fn removal(form: &Form) -> Markup {
    let Some(begun) = form.fields.said("begun").and_then(|begun| named(&begun).ok()) else { return Markup::default() };
    let content = html! {
        p class="govuk-body" { (say("reflections.throw-away-why")) }
        button class="govuk-button govuk-button--warning" type="submit" data-module="govuk-button"
            formaction={ "/reflections/" (begun) "/working-copy/removal" } { (say("reflections.throw-away")) }
    };
    Details { summary_text: say("reflections.throw-away-title").to_owned(), ..Details::default() }.around(&content)
}

/// The questions of a prompt set, beside the text; how they are meant and whose they are, folded away.
fn questions(set: &PromptSet, introduction: &Markup) -> Markup {
    let about = html! {
        (introduction)
        @for source in &set.text.sources {
            p class="govuk-body-s app-secondary" {
                @match &source.url {
                    Some(url) => a class="govuk-link" href=(url) rel="noopener" { (source.title) },
                    None => (source.title)
                }
            }
        }
    };
    let told = !set.text.introduction.is_empty() || !set.text.sources.is_empty();
    html! {
        section class="app-beside" aria-labelledby="questions" {
            h2 class="govuk-heading-s" id="questions" { (set.text.title) }
            p class="govuk-body-s" { (set.text.summary) }
            @for step in &set.text.steps {
                h3 class="govuk-heading-s govuk-!-margin-bottom-1" { (step.title) }
                ul class="govuk-list govuk-list--bullet govuk-body-s" { @for question in &step.questions { li { (question) } } }
            }
            p class="govuk-body-s app-secondary" { (say("reflections.prompts-free")) }
            @if told {
                (Details { summary_text: say("reflections.prompts-about").to_owned(), ..Details::default() }.around(&about))
            }
        }
    }
}

/// The whole other text, where two windows wrote: to be read beside one's own, and taken from by hand.
fn other(fields: &Fields, time: &str, sets: &[PromptSet]) -> Markup {
    let called = |slug: String| sets.iter().find(|set| set.slug == slug).map_or(slug.clone(), |set| set.text.title.clone());
    let said = |name: &str| match name {
        "occurred_on" => fields.day(name).ok().flatten().map(times::date),
        "prompt_set" => fields.said(name).map(called),
        _ => fields.said(name),
    };
    html! {
        div class="govuk-inset-text app-other" {
            h2 class="govuk-heading-m" { (say("reflections.other-title")) }
            p class="govuk-body" { (tell("reflections.other-why", &[("time", time)])) }
            @for (name, label) in PARTS {
                @if let Some(text) = said(name) {
                    h3 class="govuk-heading-s govuk-!-margin-bottom-1" { (say(label)) }
                    p class="govuk-body app-as-typed" { (text) }
                }
            }
        }
    }
}

/// A renderer's refusal, as what is wrong with the text on the sheet.
pub fn of_the_body(cause: Error) -> Error {
    match cause {
        Error::Invalid(violations) => {
            let detail = violations.into_iter().next().map(|violation| violation.detail).unwrap_or_default();
            Error::invalid("/body", "too_complex", detail)
        }
        other => other,
    }
}
