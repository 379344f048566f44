//! The shipped reading: every file is whole, has its sources, and asks for no boxes to be ticked (003-4).

use soundings::{library::shelf, reflections::prompts};

#[test]
fn every_prompt_set_reads_and_names_its_sources() {
    let sets = prompts::shipped().unwrap();
    assert!(sets.len() >= 10, "{}", sets.len());
    for needed in [
        "gibbs",
        "kolb",
        "driscoll",
        "rolfe",
        "schon",
        "brookfield-lenses",
        "johns",
        "social-ggrraaacceeesss",
        "four-by-four-by-four",
        "share",
    ] {
        assert!(sets.iter().any(|set| set.slug == needed), "{needed}");
    }
    for set in sets {
        assert!(!set.text.sources.is_empty(), "{} names a source", set.slug);
        assert!(!set.text.introduction.is_empty(), "{} is introduced", set.slug);
        for question in set.text.steps.iter().flat_map(|step| &step.questions) {
            assert!(!question.contains("[ ]") && !question.contains("[x]"), "no boxes: {question}");
        }
    }
}

#[test]
fn every_shipped_example_reads_names_its_sources_and_says_what_did_not_work() {
    let shelf = shelf::shipped().unwrap();
    assert!(shelf.len() >= 12, "{}", shelf.len());
    for (key, content) in &shelf {
        assert!(content.summarises.is_some(), "{key} says whose work it summarises");
        assert!(!content.sources.is_empty(), "{key}");
        assert!(content.what_did_not_work.as_ref().is_some_and(|text| text.len() > 40), "{key}");
    }
    let early_help = shelf.iter().filter(|(_, content)| content.themes.iter().any(|theme| theme == "early-help")).count();
    assert!(early_help >= 3, "{early_help}");
}
