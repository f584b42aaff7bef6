//! `cargo xtask`: the project's own commands. Each one checks what it needs, installs what is missing (after asking),
//! builds what has changed and then does its work, so that nobody has to know the order.

mod args;
mod bench;
mod binaries;
mod demo;
mod headless;
mod page;
mod process;
mod progress;
mod run;
mod runner;
mod serve;
mod setup;
mod stamp;
mod suites;
mod sweeper;
mod test;
mod tour;
mod ui_suite;
mod workspace;

use std::process::ExitCode;

use args::Task;

fn main() -> ExitCode {
    let task = match args::parse(std::env::args().skip(1).collect()) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("{error:#}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
    };
    let done = match task {
        Task::Help => {
            println!("{}", args::HELP);
            Ok(())
        }
        Task::Run(options) => run::run(&options),
        Task::Test(options) => test::test(&options),
        Task::Ui { consent, serve: None } => page::ui(consent),
        Task::Ui { consent, serve: Some(options) } => serve::serve(consent, &options),
        Task::Tour(options) => tour::tour(&options),
        Task::Bench(options) => bench::bench(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
