//! The README's tour, run as a reader would: its commands against the demonstration, each status as the comment says.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

/// A process of the real binary, stopped when the test ends.
struct Demo {
    process: Child,
    base: String,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _already_gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

fn demo(data: &std::path::Path, credentials: &std::path::Path) -> Demo {
    let mut process = Command::new(env!("CARGO_BIN_EXE_soundings"))
        .args(["demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .arg("--credentials")
        .arg(credentials)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = process.stdout.take().unwrap();
    let base = BufReader::new(output)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
    Demo { process, base: base.expect("the demonstration says where it listens") }
}

#[test]
fn the_tour_of_the_readme_works_as_it_says() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, rest) = readme.split_once("```sh tour\n").expect("the README has a tour");
    let (tour, _) = rest.split_once("\n```").unwrap();
    let expected: Vec<&str> = tour
        .lines()
        .filter_map(|line| line.rsplit_once(" # ").map(|(_, status)| status))
        .filter(|status| status.parse::<u16>().is_ok())
        .collect();
    assert!(expected.len() >= 10, "{expected:?}");

    let data = tempfile::tempdir().unwrap();
    let credentials = data.path().join("credentials.json");
    let demo = demo(&data.path().join("demo"), &credentials);
    let output =
        Command::new("sh").arg("-euc").arg(tour).env("BASE", &demo.base).env("CREDENTIALS", &credentials).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let statuses: Vec<&str> = said.lines().filter(|line| line.len() == 3 && line.parse::<u16>().is_ok()).collect();
    println!("the tour's statuses: {}", statuses.join(" "));
    assert_eq!(statuses, expected, "{said}");
}
