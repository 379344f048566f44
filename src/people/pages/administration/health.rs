//! How the service is, and backups: for administrators of the organisation that runs it.

use std::path::Path;

use maud::{Markup, html};
use poem::{Response, handler};

use super::{code, host};
use crate::{
    backup,
    http::{
        components::{InsetText, SummaryList, SummaryRow, Tag},
        form::{Fields, Form, Sent},
        layout::{Page, Place, button, narrow},
        page::{Member, Reader},
        times,
        words::{say, tell},
    },
    people::organisations,
};

/// How the service is.
#[handler]
pub async fn show(Member(reader): Member) -> poem::Result<Response> {
    host(&reader).await?;
    Ok(page(&reader, &Form::new(&reader, Fields::default())).await)
}

/// Makes a backup, and says where it is.
#[handler]
pub async fn back_up(sent: Sent) -> poem::Result<Response> {
    let reader = &sent.reader;
    match backup::make(&reader.app, &reader.actor).await {
        Ok((file, _)) => Ok(made_page(reader, &file)),
        Err(cause) => Ok(page(reader, &sent.again(cause)?).await),
    }
}

async fn page(reader: &Reader, form: &Form) -> Response {
    let app = &reader.app;
    let reads = organisations::host(app).await.is_ok();
    let rows = vec![
        SummaryRow::new(say("administration.version"), env!("CARGO_PKG_VERSION")),
        SummaryRow::new(say("administration.reading"), works(reads)),
        SummaryRow::new(say("administration.saving"), works(app.db.writable().is_ok())),
    ];
    let main = html! {
        (form.summary())
        h1 class="govuk-heading-l" { (say("administration.health")) }
        (SummaryList { rows, ..SummaryList::default() })
        h2 class="govuk-heading-m" { (say("administration.backups")) }
        @if let Err(instead) = backup::is_possible(&app.config) {
            (InsetText { text: instead, ..InsetText::default() })
        } @else {
            p class="govuk-body" { (say("administration.backup-why")) }
            p class="govuk-body" {
                @match backup::newest(&app.config) {
                    Some(made_at) => (tell("administration.backup-newest", &[("moment", &times::moment(made_at))])),
                    None => (say("administration.backup-none")),
                }
            }
            form method="post" action="/administration/backups" novalidate {
                (form.hidden())
                (button(say("administration.backup-button")))
            }
        }
    };
    Page::new(say("administration.health"), Place::Administration, narrow(&main))
        .of(reader)
        .with(form)
        .back(say("administration.title"), "/administration")
        .show()
}

fn works(well: bool) -> Markup {
    let (text, colour) = if well {
        (say("administration.working"), "govuk-tag--green")
    } else {
        (say("administration.not-working"), "govuk-tag--red")
    };
    html! { (Tag { text: text.to_owned(), classes: Some(colour.to_owned()) }) }
}

fn made_page(reader: &Reader, file: &Path) -> Response {
    let main = html! {
        h1 class="govuk-heading-l" { (say("administration.backup-made")) }
        p class="govuk-body" { (say("administration.backup-where")) }
        p class="govuk-body" { (code(&file.display().to_string())) }
        p class="govuk-body" { (say("administration.backup-next")) }
        p class="govuk-body" { a class="govuk-link" href="/administration/health" { (say("administration.health")) } }
    };
    Page::new(say("administration.backup-made"), Place::Administration, narrow(&main)).of(reader).show()
}
