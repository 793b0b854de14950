//! Large tables: each query of this project beside the best SQL by hand, on one database in one run.
//!
//! A million accounts of 10,000 owners, of whom the first has half. A line says the time of the query and of the SQL, in
//! microseconds, their ratio, and the peak of memory.

#![allow(clippy::print_stdout)] // It reports.

mod cases;
mod data;
mod hand;

use crate::cases::Cases;
use crate::hand::Hand;
use relations::prelude::*;
use std::error::Error;
use std::time::Duration;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// What the command line says.
pub(crate) struct Options {
    rows: i64,
    url: String,
    only: Vec<String>,
    keep: bool,
}

const HELP: &str = "large [--rows N] [--keep] [--only CASE].. URL

  --rows N     so many accounts; a million
  --keep       take the tables as they are there
  --only CASE  only the cases with this in their names
  URL          sqlite:FILE?mode=rwc, postgres:// or mysql://; the tables `owner` and `account` are its own";

impl Options {
    fn read() -> Result<Options> {
        let mut options = Options {
            rows: 1_000_000,
            url: String::new(),
            only: Vec::new(),
            keep: false,
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("rows") => {
                    options.rows = arguments.value()?.to_string_lossy().parse()?;
                }
                lexopt::Arg::Long("keep") => options.keep = true,
                lexopt::Arg::Long("only") => {
                    let name = arguments.value()?.to_string_lossy().into_owned();
                    options.only.push(name);
                }
                lexopt::Arg::Value(url) => options.url = url.to_string_lossy().into_owned(),
                _ => return Err(HELP.into()),
            }
        }
        match options.url.is_empty() {
            true => Err(HELP.into()),
            false => Ok(options),
        }
    }

    fn wants(&self, case: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| case.contains(name.as_str()))
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let options = Options::read()?;
    let db = Db::connect(&options.url).await?;
    let hand = Hand::connect(&options.url, &db)?;
    if !options.keep {
        data::fill(&db, &hand, options.rows).await?;
    }
    println!("case | ours µs | by hand µs | ratio | peak MiB ours, by hand");
    Cases { db, hand, options }.run().await
}

/// The middle one of the times that rounds take, of as many as fit in two seconds.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
