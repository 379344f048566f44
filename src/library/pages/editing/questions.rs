//! The fields of a draft: what it was, why it was so, and what others can learn from it. Only the title and the summary are
//! needed; the hints ask why.

use maud::{Markup, html};

use super::typing::{EVIDENCE, SOURCES, id, rows};
use crate::{
    http::{
        components::{Fieldset, Input, Legend, Radios, Select, SelectItem, Textarea},
        form::Form,
        layout::{button, second_button},
        words::{say, tell},
    },
    library::pages::{STAGES, STRANDS},
};

/// So many empty rows stand below those that say something.
const EMPTY: usize = 2;

/// All of them, and the two buttons below.
pub fn questions(form: &Form) -> Markup {
    html! {
        (heading(say("library.group-what")))
        (line(form, "title", ("library.title", "library.title-hint")))
        (area(form, "summary", ("library.summary", "library.summary-hint"), 3))
        (heading(say("library.group-how")))
        (area(form, "childs_experience", ("library.childs-experience", "library.childs-experience-hint"), 6))
        (area(form, "context", ("library.context", "library.context-hint"), 6))
        (area(form, "what_we_did", ("library.what-we-did", "library.what-we-did-hint"), 8))
        (heading(say("library.group-effect")))
        (area(form, "difference_made", ("library.difference-made", "library.difference-made-hint"), 6))
        (area(form, "what_did_not_work", ("library.what-did-not-work", "library.what-did-not-work-hint"), 6))
        (evidence(form))
        (heading(say("library.group-cost")))
        (area(form, "what_it_took", ("library.what-it-took", "library.what-it-took-hint"), 6))
        (area(form, "reached", ("library.reached", "library.reached-hint"), 4))
        (heading(say("library.group-others")))
        (area(form, "themes", ("library.themes", "library.themes-hint"), 4))
        (maturity(form))
        (sources(form))
        (area(form, "contact", ("library.contact", "library.contact-hint"), 2))
        (line(form, "licence", ("library.licence", "library.licence-hint")))
        (Input { hint: Some(say("library.review-by-hint").into()), ..form.day("review_by", "library.review-by") })
        (line(form, "summarises", ("library.summarises", "library.summarises-hint")))
        div class="govuk-button-group" {
            (button(say("frame.save")))
            (second_button(say("library.preview"), "preview", "yes"))
        }
    }
}

fn heading(text: &str) -> Markup {
    html! { h2 class="govuk-heading-m" { (text) } }
}

fn line(form: &Form, name: &str, (label, hint): (&'static str, &'static str)) -> Input {
    Input { hint: Some(say(hint).into()), ..form.line(name, label) }
}

fn area(form: &Form, name: &str, (label, hint): (&'static str, &'static str), rows: u32) -> Textarea {
    Textarea { hint: Some(say(hint).into()), ..form.area(name, label, rows) }
}

fn maturity(form: &Form) -> Radios {
    let not_said = (String::new(), say("library.not-said").to_owned());
    let stages = STAGES.iter().map(|(stage, words)| (stage.name().to_owned(), say(words).to_owned()));
    let choices: Vec<(String, String)> = std::iter::once(not_said).chain(stages).collect();
    let mut radios = form.radios("maturity", "library.maturity", &choices);
    radios.0.hint = Some(say("library.maturity-hint").into());
    radios
}

/// Rows of the same fields with what they are about. An error of them all stands above them.
fn group(form: &Form, name: &str, (title, why): (&str, &str), rows: &Markup) -> Markup {
    let error = form.error(name);
    html! {
        div class={ "govuk-form-group" @if error.is_some() { " govuk-form-group--error" } } id=(name) {
            h3 class="govuk-heading-s" { (title) }
            div class="govuk-hint" { (why) }
            @if let Some(error) = error { (error) }
            (rows)
        }
    }
}

fn numbered(legend: String, fields: &Markup) -> Markup {
    let legend = Legend { classes: Some("govuk-fieldset__legend--s".to_owned()), ..Legend::from(legend) };
    Fieldset { legend, ..Fieldset::default() }.around(fields)
}

fn evidence(form: &Form) -> Markup {
    let mut typed = rows(&form.fields, EVIDENCE);
    typed.resize(typed.len() + EMPTY, <[String; 3]>::default());
    let rows = html! { @for (at, row) in typed.iter().enumerate() { (piece_of_evidence(form, at, row)) } };
    group(form, "evidence", (say("library.evidence"), say("library.evidence-why")), &rows)
}

fn piece_of_evidence(form: &Form, at: usize, [text, source, kind]: &[String; 3]) -> Markup {
    let number = (at + 1).to_string();
    let item = |value: &str, text: &str| SelectItem { value: Some(value.to_owned()), text: text.to_owned() };
    let kinds = STRANDS.iter().map(|(name, _, words)| item(name, say(words)));
    let kinds = Select {
        items: std::iter::once(item("", say("library.no-kind"))).chain(kinds).collect(),
        id: Some(id("evidence", at, "kind")),
        error_message: form.error(&id("evidence", at, "kind")),
        value: Some(kind.clone()),
        ..form.select("evidence_kind", "library.evidence-kind", &[])
    };
    let text = Textarea {
        id: Some(id("evidence", at, "text")),
        error_message: form.error(&id("evidence", at, "text")),
        value: Some(text.clone()),
        ..form.area("evidence_text", "library.evidence-text", 3)
    };
    let source = Input {
        id: Some(id("evidence", at, "source")),
        error_message: form.error(&id("evidence", at, "source")),
        value: Some(source.clone()),
        ..form.line("evidence_source", "library.evidence-source")
    };
    numbered(tell("library.evidence-row", &[("number", number.as_str())]), &html! { (kinds) (text) (source) })
}

fn sources(form: &Form) -> Markup {
    let mut typed = rows(&form.fields, SOURCES);
    typed.resize(typed.len() + EMPTY, <[String; 2]>::default());
    let rows = html! { @for (at, row) in typed.iter().enumerate() { (source(form, at, row)) } };
    group(form, "sources", (say("library.sources"), say("library.sources-why")), &rows)
}

fn source(form: &Form, at: usize, [title, url]: &[String; 2]) -> Markup {
    let number = (at + 1).to_string();
    let title = Input {
        id: Some(id("sources", at, "title")),
        error_message: form.error(&id("sources", at, "title")),
        value: Some(title.clone()),
        ..form.line("source_title", "library.source-title")
    };
    let url = Input {
        id: Some(id("sources", at, "url")),
        error_message: form.error(&id("sources", at, "url")),
        value: Some(url.clone()),
        inputmode: Some("url".to_owned()),
        spellcheck: Some(false),
        ..form.line("source_url", "library.source-url")
    };
    numbered(tell("library.source-row", &[("number", number.as_str())]), &html! { (title) (url) })
}
