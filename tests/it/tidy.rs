//! The floor plan, held: who may import whom, where queries stand, where HTTP stops.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The floors from the ground up. A module uses only what stands before it.
const FLOORS: [&[&str]; 6] = [
    &[
        "error",
        "config",
        "look",
        "id",
        "clock",
        "markdown",
        "content",
        "search",
        "db",
        "vault",
        "migrate",
        "access",
        "audit",
        "limits",
        "app",
        "once",
        "lease",
        "backup",
        "identifiers",
    ],
    &["http"],
    &["people", "reflections", "library", "supervision"],
    &["contract", "about", "home", "router", "server", "jobs"],
    &["demo", "measure"],
    &["cli", "main"],
];

pub fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    found
}

/// The names on the way to a file below `src`, without `.rs`.
fn names(path: &Path) -> Vec<String> {
    let inner = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
    inner.iter().map(|part| part.to_string_lossy().trim_end_matches(".rs").to_owned()).collect()
}

fn module(path: &Path) -> String {
    names(path).swap_remove(0)
}

/// Whether a file is this layer, such as `api.rs`, or stands in the folder that the layer became when it outgrew a sitting.
fn stands_in(path: &Path, layer: &str) -> bool {
    names(path).iter().any(|name| name == layer)
}

/// The modules named after `crate::` in a file, in `use` lines and in paths.
fn imports(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for after in text.split("crate::").skip(1) {
        if let Some(group) = after.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => names.push(std::mem::take(&mut word)),
                    c if depth == 0 && !c.is_whitespace() => word.push(c),
                    _ => {}
                }
            }
            names.push(word);
        } else {
            names.push(after.to_owned());
        }
    }
    names
        .iter()
        .map(|name| name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .filter(|name: &String| !name.is_empty())
        .collect()
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

#[test]
fn a_module_uses_only_what_stands_below_it() {
    let mut count = 0;
    for (path, text) in sources() {
        let own = module(&path);
        if own == "lib" {
            continue;
        }
        let own_floor = floor(&own).unwrap_or_else(|| panic!("{own} has no floor"));
        for used in imports(&text) {
            let Some(used_floor) = floor(&used) else { continue };
            count += 1;
            assert!(used_floor <= own_floor, "{} uses {used}, which stands above it", path.display());
            if used_floor == 2 && own_floor == 2 && used != own {
                let place = |name: &str| FLOORS[2].iter().position(|feature| *feature == name);
                assert!(place(&used) < place(&own), "{} uses {used}, which stands to its right", path.display());
            }
        }
    }
    assert!(count > 100, "the test reads the imports: {count}");
}

#[test]
fn queries_stand_where_stores_are() {
    let stores = ["store", "db", "migrate", "vault", "once", "lease", "backup", "measure", "router"];
    for (path, text) in sources() {
        if stores.iter().any(|store| stands_in(&path, store)) {
            continue;
        }
        assert!(!text.contains(".run(\"") && !text.contains(".run(\n"), "{} asks the store itself", path.display());
        assert!(!text.contains("tx.with("), "{} writes SurrealQL", path.display());
    }
}

#[test]
fn http_stays_at_the_edges() {
    for (path, text) in sources() {
        let feature = FLOORS[2].iter().any(|feature| stands_in(&path, feature));
        if feature && !stands_in(&path, "api") && !stands_in(&path, "pages") {
            assert!(!text.contains("poem"), "{} knows of HTTP", path.display());
        }
        if stands_in(&path, "model") {
            for below in ["::db::", "app::App", "clock::"] {
                assert!(!text.contains(below), "{} is not pure: {below}", path.display());
            }
        }
    }
}

#[test]
fn an_edge_decides_nothing_about_access() {
    for (path, text) in sources() {
        if stands_in(&path, "api") || stands_in(&path, "pages") {
            assert!(!text.contains("access::check"), "{} decides", path.display());
        }
    }
}

#[test]
fn every_commit_goes_through_transact() {
    for (path, text) in sources() {
        if ["db", "migrate", "backup", "measure"].iter().any(|own| stands_in(&path, own)) {
            continue;
        }
        assert!(!text.contains(".execute("), "{} writes around Db::transact", path.display());
    }
}

#[test]
fn nothing_is_left_to_be_done() {
    for (path, text) in sources() {
        for left in [
            concat!("to", "do!("),
            concat!("unimple", "mented!("),
            concat!("db", "g!("),
            concat!("FIX", "ME"),
            concat!("XX", "X"),
        ] {
            assert!(!text.contains(left), "{} has {left}", path.display());
        }
    }
}
