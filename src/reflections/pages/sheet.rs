//! The sheet that one writes on: one text area, and everything else folded away (000-1). What is typed into it, and what it
//! says, are the same both ways.

use maud::{Markup, html};

use crate::{
    error::{Error, Result},
    http::{
        components::{Button, Details, Textarea},
        form::{Fields, Form},
        layout::{Page, Place, button},
        page::Reader,
        words::{say, tell},
    },
    reflections::{
        model::{Content, Draft},
        prompts::{self, PromptSet},
    },
};

/// What was typed, to be saved.
///
/// # Errors
/// `Invalid` for a day that is none.
pub fn typed(fields: &Fields) -> Result<Content> {
    Ok(Content {
        body: fields.text("body").to_owned(),
        title: fields.said("title"),
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
        title: part("title"),
        occurred_on: fields.day("occurred_on").unwrap_or_default(),
        prompt_set: part("prompt_set"),
        tags: Some(fields.lines("tags")),
        unease: part("unease"),
        unknowns: Some(fields.lines("unknowns")),
        hypotheses: Some(fields.lines("hypotheses")),
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
    filled(&Content {
        body: copy.body,
        title: copy.title.or_else(|| saved.title.clone()),
        occurred_on: copy.occurred_on.or(saved.occurred_on),
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
    /// The other text, where two windows wrote.
    pub other: Option<Markup>,
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
        @if let Some(other) = &around.other { (other) }
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
    let parts = ["title", "occurred_on", "tags", "unease", "unknowns", "hypotheses", "prompt_set"];
    let open = parts.iter().any(|part| form.fields.said(part).is_some() || form.error(part).is_some());
    let none = (String::new(), say("reflections.no-prompts").to_owned());
    let choices: Vec<_> =
        std::iter::once(none).chain(sets.iter().map(|set| (set.slug.clone(), set.text.title.clone()))).collect();
    let fields = html! {
        (form.line("title", "reflections.title"))
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

/// The other text, where two windows wrote: to be read beside one's own, and taken from by hand.
pub fn other(text: &str, saved_at: &str) -> Markup {
    html! {
        div class="govuk-inset-text" {
            h2 class="govuk-heading-m" { (say("reflections.other-title")) }
            p class="govuk-body" { (tell("reflections.other-why", &[("time", saved_at)])) }
            p class="govuk-body app-as-typed" { (text) }
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
