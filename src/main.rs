//! Parse the command line, build the runtime, run one command.

use std::process::ExitCode;

use clap::Parser as _;
use soundings::cli::Cli;

/// Queries recurse deeply on the thread that runs them.
const STACK: usize = if cfg!(debug_assertions) { 32 << 20 } else { 16 << 20 };

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    let Ok(runtime) = runtime else {
        eprintln!("soundings: the system has no threads to give");
        return ExitCode::FAILURE;
    };
    // Not on this thread, whose stack is the system's: on one of the runtime's own.
    let done = runtime.block_on(async { tokio::spawn(cli.run()).await });
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(why)) => {
            eprintln!("soundings: {}", why.replace('\n', " "));
            ExitCode::FAILURE
        }
        Err(_) => {
            eprintln!("soundings: stopped by an unexpected error");
            ExitCode::FAILURE
        }
    }
}
