//! Each component against the fixtures that GOV.UK Frontend ships for it: what we support renders as theirs does.

use std::{fs, path::Path};

use scraper::{Html, Node, node::Element};
use serde::Deserialize;
use soundings::http::components::{
    BackLink, Breadcrumbs, Button, Checkboxes, Component, Details, ErrorMessage, ErrorSummary, Fieldset, GenericHeader, Hint,
    Input, InsetText, Label, NotificationBanner, Pagination, Radios, Select, ServiceNavigation, SkipLink, SummaryList, Tag,
    Textarea, WarningText,
};

#[derive(Deserialize)]
struct Fixtures {
    fixtures: Vec<Fixture>,
}

#[derive(Deserialize)]
struct Fixture {
    name: String,
    options: serde_json::Value,
    html: String,
}

/// A piece of HTML as elements with sorted attributes and words, so that neither order nor white space tells.
fn plain(html: &str) -> String {
    fn write(node: ego_tree::NodeRef<'_, Node>, to: &mut String) {
        match node.value() {
            Node::Text(text) => {
                for word in text.split_whitespace() {
                    to.push_str(word);
                    to.push(' ');
                }
            }
            Node::Element(element) => {
                to.push_str(&tag(element));
                node.children().for_each(|child| write(child, to));
                to.push_str("</>\n");
            }
            _ => node.children().for_each(|child| write(child, to)),
        }
    }
    fn tag(element: &Element) -> String {
        let mut attributes: Vec<String> = element
            .attrs()
            .map(|(name, value)| {
                let mut words: Vec<&str> = value.split_whitespace().collect();
                if name == "class" {
                    words.sort_unstable();
                }
                format!(" {name}={:?}", words.join(" "))
            })
            .collect();
        attributes.sort();
        format!("<{}{}>", element.name(), attributes.concat())
    }
    let mut text = String::new();
    write(Html::parse_fragment(html).tree.root(), &mut text);
    text
}

/// Compares a component with every fixture that asks for nothing we do not support; how many of how many.
fn held<C: Component>() -> (usize, usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/node_modules/govuk-frontend/dist/govuk/components");
    let text = fs::read_to_string(folder.join(C::NAME).join("fixtures.json")).expect("run make assets first");
    let Fixtures { fixtures } = serde_json::from_str(&text).unwrap();
    let of = fixtures.len();
    let mut count = 0;
    for fixture in fixtures {
        let Ok(component) = serde_json::from_value::<C>(fixture.options) else { continue };
        assert_eq!(plain(&component.render().into_string()), plain(&fixture.html), "{}: {}", C::NAME, fixture.name);
        count += 1;
    }
    println!("{}: {count} of {of} fixtures are ours to render, and equal", C::NAME);
    (count, of)
}

#[test]
fn components_render_as_the_design_system_does() {
    let all = [
        held::<BackLink>(),
        held::<Breadcrumbs>(),
        held::<Button>(),
        held::<Checkboxes>(),
        held::<Details>(),
        held::<ErrorMessage>(),
        held::<ErrorSummary>(),
        held::<Fieldset>(),
        held::<GenericHeader>(),
        held::<Hint>(),
        held::<Input>(),
        held::<InsetText>(),
        held::<Label>(),
        held::<NotificationBanner>(),
        held::<Pagination>(),
        held::<Radios>(),
        held::<Select>(),
        held::<ServiceNavigation>(),
        held::<SkipLink>(),
        held::<SummaryList>(),
        held::<Tag>(),
        held::<Textarea>(),
        held::<WarningText>(),
    ];
    assert!(all.iter().all(|(count, _)| *count > 0), "each is held against one at least");
    // What a component refuses is not compared: so that none comes to refuse what it rendered.
    let compared: usize = all.iter().map(|(count, _)| count).sum();
    assert!(compared >= 245, "{compared}");
}
