//! Reflections: write, revise, find, share, withdraw, delete.

mod lists;
mod prompt_sets;
mod sharing;
mod working_copies;
mod writing;
