//! The schedule: one table of what is done when, ticked by tokio-cron-scheduler in UTC. What is due is worked out from the
//! database, so a tick that is missed costs nothing; a lease keeps replicas from doing the same work at once.

use std::sync::Arc;

use futures_util::{FutureExt as _, future::BoxFuture};
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use crate::{app::App, error::Result, lease, library, people};

/// One scheduled job.
pub struct Scheduled {
    /// Its name, in the log and as the name of its lease.
    pub name: &'static str,
    /// When, as seconds minutes hours day month weekday, in UTC.
    pub cron: &'static str,
    /// Whether only one replica may do it.
    pub alone: bool,
    /// What it does; answers how many things it dealt with.
    pub verb: fn(Arc<App>) -> BoxFuture<'static, Result<usize>>,
}

/// Everything that is scheduled.
pub const SCHEDULE: [Scheduled; 4] = [
    Scheduled {
        name: "index",
        cron: "*/5 * * * * *",
        alone: false,
        verb: |app| async move { library::finding::catch_up(&app).await }.boxed(),
    },
    Scheduled {
        name: "expired",
        cron: "17 */10 * * * *",
        alone: true,
        verb: |app| async move { people::credentials::sweep(&app).await }.boxed(),
    },
    Scheduled {
        name: "marks",
        cron: "31 */10 * * * *",
        alone: true,
        verb: |app| async move { lease::sweep_marks(&app).await }.boxed(),
    },
    Scheduled {
        name: "limits",
        cron: "43 * * * * *",
        alone: false,
        verb: |app| {
            app.limits.forget_idle();
            async { Ok(0) }.boxed()
        },
    },
];

/// Starts the schedule.
///
/// # Errors
/// When the scheduler does not start.
pub async fn start(app: &Arc<App>) -> std::result::Result<JobScheduler, JobSchedulerError> {
    let scheduler = JobScheduler::new().await?;
    for job in &SCHEDULE {
        let (app, turn) = (Arc::clone(app), Arc::new(Mutex::new(())));
        let tick = Job::new_async_tz(job.cron, chrono::Utc, move |_, _| {
            let (app, turn) = (Arc::clone(&app), Arc::clone(&turn));
            async move {
                // A run that takes longer than to its next time is waited for: two would do the same work, and be slower yet.
                if let Ok(_alone) = turn.try_lock() {
                    run(app, job).await;
                }
            }
            .boxed()
        })?;
        scheduler.add(tick).await?;
    }
    scheduler.start().await?;
    Ok(scheduler)
}

async fn run(app: Arc<App>, job: &'static Scheduled) {
    let done =
        if job.alone { lease::hold(&app, job.name, (job.verb)(Arc::clone(&app))).await } else { (job.verb)(app).await.map(Some) };
    match done {
        Ok(Some(count)) if count > 0 => tracing::info!(job = job.name, count, "job done"),
        Ok(_) => {}
        Err(cause) => tracing::error!(job = job.name, %cause, "job failed; it is tried again at its next time"),
    }
}
