//! What the rules of the features ask of a request, stated for clients: what must be there, how long a text may be, how
//! many there may be of a thing. The features' `model.rs` files decide; here it is only said, and `tests/it/contract.rs`
//! holds that both say the same.

use serde_json::{Value, json};

use super::set;
use Bound::{Email, Link, Many, Number, Said, Text, Theme, Things};

/// What a rule asks of a field.
#[derive(Clone, Copy)]
enum Bound {
    /// A text that may be blank, of at most so many characters.
    Text(u64),
    /// A text that says something, of at most so many characters.
    Said(u64),
    /// At most so many texts that each say something, of at most so many characters.
    Many(u64, u64),
    /// At most so many things; at least one if the flag is up.
    Things(bool, u64),
    /// A number in a range.
    Number(i64, i64),
    /// An address for signing in.
    Email,
    /// A web address.
    Link,
    /// At most so many themes.
    Theme(u64),
}

/// A text without the control characters and noncharacters that no person types.
const CLEAN: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]*$";
/// The same, with something in it that is no space.
pub(super) const SAYS: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]*[^\s\u0000-\u001F\u007F-\u009F\uFFFE\uFFFF][^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]*$";
const EMAIL: &str = r"^[^\s@\u0000-\u001F\u007F-\u009F]+@[^\s@\u0000-\u001F\u007F-\u009F]*\.[^\s@\u0000-\u001F\u007F-\u009F]*$";

type Fields = &'static [(&'static str, Bound)];

const REFLECTION: Fields = &[
    ("body", Said(200_000)),
    ("title", Text(300)),
    ("unease", Text(20_000)),
    ("tags", Many(50, 60)),
    ("unknowns", Many(50, 20_000)),
    ("hypotheses", Many(50, 20_000)),
];
const EXAMPLE: Fields = &[
    ("title", Said(300)),
    ("summary", Said(2_000)),
    ("childs_experience", Text(200_000)),
    ("context", Text(200_000)),
    ("what_we_did", Text(200_000)),
    ("difference_made", Text(200_000)),
    ("what_did_not_work", Text(200_000)),
    ("what_it_took", Text(200_000)),
    ("reached", Text(5_000)),
    ("contact", Text(500)),
    ("licence", Text(200)),
    ("summarises", Text(300)),
    ("themes", Theme(10)),
    ("evidence", Things(false, 50)),
    ("sources", Things(false, 50)),
];
const TERMS: Fields = &[
    ("purpose", Text(20_000)),
    ("frequency", Text(20_000)),
    ("recording", Text(20_000)),
    ("limits_of_confidentiality", Text(20_000)),
    ("how_we_disagree", Text(20_000)),
];

/// Every bounded field, by the name of its schema.
const BOUNDS: &[(&str, Fields)] = &[
    ("NewReflection", REFLECTION),
    ("ReflectionChange", REFLECTION),
    ("NewShare", &[("note", Text(5_000))]),
    ("ShareChange", &[("note", Text(5_000))]),
    ("NewResponse", &[("body", Said(50_000))]),
    (
        "NewPromptSet",
        &[("title", Said(200)), ("summary", Said(1_000)), ("introduction", Text(20_000)), ("steps", Things(true, 30))],
    ),
    ("PromptStep", &[("title", Said(200)), ("questions", Many(20, 1_000)), ("questions", Things(true, 20))]),
    ("NewExample", EXAMPLE),
    ("ExampleChange", EXAMPLE),
    ("Evidence", &[("text", Said(20_000)), ("source", Text(500))]),
    ("Source", &[("title", Said(500)), ("url", Link)]),
    ("NewAgreement", TERMS),
    ("AgreementChange", TERMS),
    ("NewSession", &[("minutes", Number(5, 480)), ("place", Text(300))]),
    ("SessionMove", &[("minutes", Number(5, 480)), ("place", Text(300)), ("reason", Said(1_000))]),
    ("Cancellation", &[("reason", Said(1_000))]),
    ("NewAgendaItem", &[("text", Text(5_000))]),
    ("NewOrganisation", &[("name", Said(200))]),
    ("OrganisationChange", &[("name", Said(200))]),
    ("NewInvitation", &[("name", Said(200)), ("email", Email), ("roles", Things(true, 7))]),
    ("Acceptance", &[("name", Said(200))]),
    ("MemberChange", &[("roles", Things(true, 7))]),
    ("NewToken", &[("name", Said(100)), ("scopes", Things(true, 50))]),
    ("NewServiceClient", &[("name", Said(100)), ("scopes", Things(true, 50))]),
    ("Setup", &[("name", Said(200)), ("email", Email)]),
];

/// What must be there, where the shape lets it be missing so that a rule can name it beside everything else that is wrong.
const REQUIRED: [(&str, &[&str]); 2] = [("NewReflection", &["body"]), ("NewExample", &["title", "summary"])];

/// States the rules in a document.
pub(super) fn state(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas") else { return };
    for (name, fields) in REQUIRED {
        if let Some(schema) = schemas.get_mut(name) {
            set(schema, "required", json!(fields));
            for field in fields {
                no_null(schema, field);
            }
        }
    }
    for (name, fields) in BOUNDS {
        for (field, bound) in *fields {
            if let Some(property) = schemas.pointer_mut(&format!("/{name}/properties/{field}")) {
                bound.describe(property);
            }
        }
    }
}

fn no_null(schema: &mut Value, field: &str) {
    if let Some(property) = schema.pointer_mut(&format!("/properties/{field}")).and_then(Value::as_object_mut) {
        property.remove("default");
        property.remove("nullable");
    }
}

impl Bound {
    fn describe(self, property: &mut Value) {
        match self {
            Text(most) => text(property, CLEAN, most),
            Said(most) => text(property, SAYS, most),
            Email => text(property, EMAIL, 254),
            Link => text(property, r"^https?://\S*$", 2_000),
            Number(low, high) => {
                set(property, "minimum", json!(low));
                set(property, "maximum", json!(high));
            }
            Things(needed, most) => {
                set(property, "minItems", json!(u8::from(needed)));
                set(property, "maxItems", json!(most));
                // Whatever can be named twice is harmless, but for roles.
                if property.pointer("/items/$ref") == Some(&json!("#/components/schemas/Role")) {
                    set(property, "uniqueItems", json!(true));
                }
            }
            Many(most, longest) => items(property, most, SAYS, longest),
            Theme(most) => items(property, most, "^[a-z0-9-]+$", 60),
        }
    }
}

fn text(property: &mut Value, pattern: &str, most: u64) {
    set(property, "pattern", json!(pattern));
    set(property, "maxLength", json!(most));
}

fn items(property: &mut Value, most: u64, pattern: &str, longest: u64) {
    set(property, "maxItems", json!(most));
    if let Some(item) = property.get_mut("items") {
        text(item, pattern, longest);
    }
}
