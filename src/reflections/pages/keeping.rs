//! What is kept while one types: the page's script sends the sheet every few seconds (001-11). It answers in JSON, in a few
//! words; everything else is `drafts`.

use poem::{
    Response, Route, handler, post,
    web::{Json, Path},
};
use serde::Serialize;

use super::{named, sheet};
use crate::{
    error::Result,
    http::{
        form::{ONCE, Sent, on_to},
        times,
    },
    id::ReflectionId,
    once::Once,
    reflections::drafts::{self, WorkingCopy},
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/reflections/begun", &["POST"]),
    ("/reflections/{reflection}/working-copy", &["POST"]),
    ("/reflections/{reflection}/working-copy/removal", &["POST"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at("/reflections/begun", post(begin))
        .at("/reflections/:reflection/working-copy", post(keep))
        .at("/reflections/:reflection/working-copy/removal", post(discard))
}

/// What the script needs to know to go on.
#[derive(Serialize)]
struct Kept {
    begun: ReflectionId,
    copy: i64,
    at: String,
}

impl Kept {
    fn new(begun: ReflectionId, copy: &WorkingCopy) -> Self {
        Self { begun, copy: copy.revision, at: times::clock(copy.saved_at) }
    }
}

/// The first words of a new reflection.
#[handler]
async fn begin(sent: Sent) -> poem::Result<Json<Kept>> {
    // One sheet begins once, whatever it says by then: an answer that was lost does not make two of it.
    let once = match sent.fields.text(ONCE) {
        "" => Once::default(),
        key => Once::new(format!("begun-{}", key.chars().take(128).collect::<String>()), [0; 32]),
    };
    let begun = drafts::begin(&sent.reader.app, &sent.reader.actor, &once, sheet::so_far(&sent.fields)).await?;
    Ok(Json(Kept::new(begun.id, &begun.copy)))
}

/// The next words of anything.
#[handler]
async fn keep(sent: Sent, Path(id): Path<String>) -> poem::Result<Json<Kept>> {
    let id = named(&id)?;
    let copy = keep_what_was_typed(&sent, id).await?;
    Ok(Json(Kept::new(id, &copy)))
}

async fn keep_what_was_typed(sent: &Sent, id: ReflectionId) -> Result<WorkingCopy> {
    let (app, actor) = (&sent.reader.app, &sent.reader.actor);
    let seen = sent.fields.number("copy").ok();
    let based_on = sent.fields.number("revision").unwrap_or_default();
    drafts::keep(app, actor, id, seen, (sheet::so_far(&sent.fields), based_on)).await
}

/// Throws away what was typed and not saved.
#[handler]
async fn discard(sent: Sent, Path(id): Path<String>) -> poem::Result<Response> {
    let id = named(&id)?;
    drafts::discard(&sent.reader.app, &sent.reader.actor, id, sent.fields.number("copy")?).await?;
    Ok(on_to("/reflections"))
}
