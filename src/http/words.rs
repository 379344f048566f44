//! What pages say in their frame and forms: each language a folder of `content/words/`, each feature a file of it. English
//! is shipped. A language whose folder is put beside it is spoken to whoever asks for it; what it lacks is said in English.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use poem::{Request, http::header};
use rust_embed::RustEmbed;

/// The language that has every word.
const ENGLISH: &str = "en";

#[derive(RustEmbed)]
#[folder = "content/words/"]
struct Files;

type Words = HashMap<String, String>;

static LANGUAGES: LazyLock<BTreeMap<String, Words>> = LazyLock::new(|| read().unwrap_or_default());

tokio::task_local! {
    static SPOKEN: &'static str;
}

/// Every word by its language and its name: the name of its file, a full stop, and its name there.
///
/// # Errors
/// What is wrong with which file.
pub fn read() -> Result<BTreeMap<String, Words>, String> {
    let mut languages: BTreeMap<String, Words> = BTreeMap::new();
    for name in Files::iter() {
        let Some((language, file)) = name.trim_end_matches(".yaml").split_once('/') else { continue };
        let content = Files::get(&name).ok_or_else(|| format!("{name} is missing"))?;
        let words: BTreeMap<String, String> =
            serde_saphyr::from_slice(&content.data).map_err(|cause| format!("{name}: {cause}"))?;
        let spoken = languages.entry(language.to_owned()).or_default();
        spoken.extend(words.into_iter().map(|(key, text)| (format!("{file}.{key}"), text)));
    }
    Ok(languages)
}

/// The language of this request.
#[must_use]
pub fn language() -> &'static str {
    SPOKEN.try_with(|spoken| *spoken).unwrap_or(ENGLISH)
}

/// Answers a request in a language.
pub async fn within<T>(language: &'static str, answering: impl Future<Output = T>) -> T {
    SPOKEN.scope(language, answering).await
}

/// The language that a reader likes best of those that are there (RFC 9110 section 12.5.4, without the weights: browsers
/// name the best first).
#[must_use]
pub fn asked_for(request: &Request) -> &'static str {
    let asked = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let names = asked.split(',').filter_map(|one| one.split([';', '-']).next()).map(str::trim);
    names.into_iter().find_map(|name| Some(LANGUAGES.get_key_value(name)?.0.as_str())).unwrap_or(ENGLISH)
}

/// What a name stands for. A name that stands for nothing says itself; a test finds it.
#[must_use]
pub fn say(name: &'static str) -> &'static str {
    let found = |language| LANGUAGES.get(language).and_then(|words| words.get(name));
    found(language()).or_else(|| found(ENGLISH)).map_or(name, String::as_str)
}

/// The same with what belongs in its gaps, such as `{name}`.
#[must_use]
pub fn tell(name: &'static str, gaps: &[(&str, &str)]) -> String {
    let mut told = String::new();
    let mut rest = say(name);
    while let Some((before, after)) = rest.split_once('{') {
        told.push_str(before);
        let Some((gap, further)) = after.split_once('}') else { break };
        told.push_str(gaps.iter().find(|(known, _)| *known == gap).map_or(gap, |(_, text)| text));
        rest = further;
    }
    told.push_str(rest);
    told
}
