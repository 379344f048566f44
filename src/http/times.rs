//! Times as people in the United Kingdom read and write them: “Tuesday 24 November 2026, 2pm”. The store knows UTC alone.

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Timelike, Utc};
use chrono_tz::Europe::London;

/// A day: “24 November 2026”.
#[must_use]
pub fn date(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), month(day), day.year())
}

/// The day of a moment, in London.
#[must_use]
pub fn day(at: DateTime<Utc>) -> String {
    date(at.with_timezone(&London).date_naive())
}

/// A moment: “Tuesday 24 November 2026, 2pm”.
#[must_use]
pub fn moment(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&London);
    format!("{} {}, {}", weekday(local.date_naive()), date(local.date_naive()), clock(at))
}

/// A time of day: “2pm”, “2:05pm”, “midday”.
#[must_use]
pub fn clock(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&London);
    let (afternoon, hour) = local.hour12();
    match (local.hour(), local.minute()) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "midday".to_owned(),
        (_, 0) => format!("{hour}{}", half(afternoon)),
        (_, minute) => format!("{hour}:{minute:02}{}", half(afternoon)),
    }
}

const fn half(afternoon: bool) -> &'static str {
    if afternoon { "pm" } else { "am" }
}

fn weekday(day: NaiveDate) -> &'static str {
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        .get(day.weekday().num_days_from_monday() as usize)
        .copied()
        .unwrap_or_default()
}

fn month(day: NaiveDate) -> &'static str {
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
        .get(day.month0() as usize)
        .copied()
        .unwrap_or_default()
}

/// The moment that a clock on a wall in London means; of the hour that comes twice in autumn the first. Nothing for the hour
/// that is left out in spring.
#[must_use]
pub fn in_london(day: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
    match London.from_local_datetime(&NaiveDateTime::new(day, time)) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
        LocalResult::None => None,
    }
}

/// What the clock on the wall says, as a form's fields hold it: the day and the time.
#[must_use]
pub fn on_the_wall(at: DateTime<Utc>) -> (String, String) {
    let local = at.with_timezone(&London);
    (local.format("%Y-%m-%d").to_string(), local.format("%H:%M").to_string())
}
