//! Runs all contestants on all workloads, shows that they load the same, and reports what each took.

mod cell;
mod contestant;
mod data;
mod options;
mod picture;
mod report;
mod statements;
mod worker;

use options::Options;
use report::Report;
use std::process::ExitCode;

/// The errors of the runner are for people to read.
type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let Some(options) = Options::from_arguments()? else {
        print!("{}", options::HELP);
        return Ok(());
    };
    let mut report = Report::new(&options);
    let mut checked = 0;
    for database in options.databases() {
        let mut server = data::Server::connect(database, &options).await?;
        report.servers.insert(database, server.version().await?);
        let cells = cell::cells(database, &options);
        for size in data::sizes(&cells) {
            server.make(size).await?;
        }
        for cell in &cells {
            let results = cell::measure(cell, &mut server, &options).await?;
            checked += results
                .iter()
                .filter(|result| result.failed.is_none())
                .count();
            report.add(cell, results);
        }
        server.remove().await?;
    }
    if options.is_smoke() {
        println!("{checked} operations loaded and wrote the same as the yardstick");
        return Ok(());
    }
    report.write(&options.results)
}
