//! Prompt sets of one's own.

use crate::{
    app::App,
    error::Result,
    id::{PersonId, PromptSetId},
    reflections::prompts,
};

pub async fn prompt_sets(app: &App, owner: PersonId) -> Result<Vec<prompts::Row>> {
    app.db
        .run("SELECT * FROM prompt_set WHERE owner = $owner AND sort_key < 'g' ORDER BY sort_key DESC LIMIT 100")
        .bind("owner", owner)
        .all()
        .await
}

/// How many prompt sets a person has, as far as that matters.
pub async fn count_prompt_sets(app: &App, owner: PersonId) -> Result<usize> {
    let sets: Vec<PromptSetId> = app
        .db
        .run("SELECT VALUE id FROM prompt_set WHERE owner = $owner AND sort_key < 'g' LIMIT 100")
        .bind("owner", owner)
        .all()
        .await?;
    Ok(sets.len())
}
