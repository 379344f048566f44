//! Says what to do when the page assets have not been built.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=assets/built/manifest.json");
    if !Path::new("assets/built/manifest.json").exists() {
        println!("cargo::error=the page assets are not built: run `make assets` first (it needs Node 20)");
    }
}
