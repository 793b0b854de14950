//! The main loop of a contestant's process: commands in, answers out.

use crate::job::{FINDS, PAGE, TASKS};
use crate::{
    Answer, Command, Contestant, Job, Loaded, Result, Workload, allocations, memory, statements,
};
use std::future::Future;
use std::io::{BufRead, Write};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// So many operations are timed in one turn at most, so that short ones do not use up the suppliers of w4.
const MOST: usize = 4_000;

/// Serves a contestant that waits for its database: on tokio with two workers, as `#[tokio::main]` has it on this machine.
pub fn serve<C: Contestant>(job: Job) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("tokio can start threads");
    // Operations run on a worker, where users' handlers run, and not on the main thread: woken from there, each answer of
    // a server would cost another hop.
    serve_on::<C, _>(job, |commanded| {
        let handle = runtime.spawn(commanded);
        runtime
            .block_on(handle)
            .unwrap_or_else(|panicked| Err(panicked.into()))
    });
}

/// Serves a contestant whose futures never wait, on the main thread and without a runtime.
pub fn serve_blocking<C: Contestant>(job: Job) {
    serve_on::<C, _>(job, |commanded| {
        let mut context = Context::from_waker(Waker::noop());
        match pin!(commanded).poll(&mut context) {
            Poll::Ready(answer) => answer,
            Poll::Pending => Err("a blocking contestant has waited".into()),
        }
    });
}

/// What a command makes of the contestant, for which there is none at first.
type Commanded<C> = std::pin::Pin<Box<dyn Future<Output = Result<(Arc<C>, Answer)>> + Send>>;

fn serve_on<C: Contestant, R>(job: Job, mut run: R)
where
    R: FnMut(Commanded<C>) -> Result<(Arc<C>, Answer)>,
{
    let connecting = job.clone();
    let connected = run(Box::pin(async move {
        Ok((Arc::new(C::connect(&connecting).await?), Answer::Ready))
    }));
    let contestant = match connected {
        Ok((contestant, ready)) => {
            say(&ready);
            contestant
        }
        Err(error) => return say(&failed(&error)),
    };
    let before = memory::reset();
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        let (job, contestant) = (job.clone(), contestant.clone());
        let answer = match serde_json::from_str(&line) {
            Err(error) => failed(&error.into()),
            Ok(Command::Memory) => match (&before, memory::peak()) {
                (Ok(before), Ok(peak)) => Answer::Memory {
                    before: *before,
                    peak,
                },
                (Err(error), _) => failed(error),
                (_, Err(error)) => failed(&error),
            },
            Ok(command) => run(Box::pin(async move {
                let answer = perform(&contestant, &job, command).await?;
                Ok((contestant, answer))
            }))
            .map_or_else(|error| failed(&error), |(_, answer)| answer),
        };
        say(&answer);
    }
}

fn say(answer: &Answer) {
    let line = serde_json::to_string(answer).expect("answers are JSON");
    // If nobody listens any more, there is nobody to tell either.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The error with its causes, of which drivers often tell only the last one.
fn failed(error: &crate::Error) -> Answer {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.contains(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        cause = error.source();
    }
    Answer::Failed { error: text }
}

async fn perform<C: Contestant>(
    contestant: &Arc<C>,
    job: &Job,
    command: Command,
) -> Result<Answer> {
    let c: &C = contestant;
    if let Command::Listen = command {
        c.watch();
        statements::listen();
        return Ok(Answer::Ready);
    }
    match job.workload {
        Workload::W1 => operate(job, command, |_| c.suppliers()).await,
        Workload::W2 => operate(job, command, |_| c.customers()).await,
        Workload::W3 => operate(job, command, |number| c.supplier(job.id(number, 0))).await,
        Workload::W4 => {
            let create = |number| {
                let (supplier_id, account) = job.account(number);
                c.create_account(supplier_id, account)
            };
            operate(job, command, create).await
        }
        Workload::W4t => {
            let create = |number| {
                let many = job.workload.operations();
                let accounts = (number * many..(number + 1) * many).map(|one| job.account(one));
                c.create_accounts(accounts.collect())
            };
            operate(job, command, create).await
        }
        Workload::W5 => operate(job, command, |_| c.payments()).await,
        Workload::W6 => operate(job, command, |number| c.page(job.id(number, PAGE))).await,
        Workload::W7 => {
            operate(job, command, |number| {
                let is_checked = matches!(command, Command::Check);
                find_at_once(contestant.clone(), job.clone(), number, is_checked)
            })
            .await
        }
    }
}

/// w7: tasks that each find some suppliers, and the digest of all of them where it is asked for.
async fn find_at_once<C: Contestant>(
    contestant: Arc<C>,
    job: Job,
    number: usize,
    is_checked: bool,
) -> Result<u64> {
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (contestant, job) = (contestant.clone(), job.clone());
            tokio::spawn(async move {
                let mut digest = 0_u64;
                for find in 0..FINDS {
                    let id = job.id((number * TASKS + task) * FINDS + find, 0);
                    let supplier = contestant.supplier(id).await?;
                    if is_checked {
                        digest = digest.wrapping_add(supplier.digest());
                    }
                }
                Ok::<u64, crate::Error>(digest)
            })
        })
        .collect();
    let mut digest = 0_u64;
    for task in tasks {
        digest = digest.wrapping_add(task.await??);
    }
    Ok(digest)
}

/// Runs the operation as often as the command says. What it gives is dropped after the clock has stopped.
async fn operate<T, F>(
    job: &Job,
    command: Command,
    mut operation: impl FnMut(usize) -> F + Send,
) -> Result<Answer>
where
    T: Loaded,
    F: Future<Output = Result<T>> + Send,
{
    match command {
        Command::Check => {
            let digest = operation(0).await?.ordered_digest();
            let digest = format!("{digest:016x}");
            Ok(Answer::Checked { digest })
        }
        Command::Count { operations } => {
            let before = statements::so_far();
            allocations::start();
            for number in 0..operations {
                operation(number).await?;
            }
            let (allocations, bytes) = allocations::stop();
            Ok(Answer::Counted {
                allocations,
                bytes,
                statements: statements::since(before),
            })
        }
        Command::Run { milliseconds } => {
            let at_once = job.workload.operations();
            let budget = Duration::from_millis(milliseconds);
            let most = match job.workload.is_write() {
                true => MOST / at_once,
                false => MOST,
            };
            let mut times = Vec::new();
            let started = Instant::now();
            while times.is_empty() || (started.elapsed() < budget && times.len() < most) {
                let before = Instant::now();
                let loaded = operation(times.len()).await;
                let time = before.elapsed();
                drop(loaded?);
                times.push(time.as_nanos() as u64 / at_once as u64);
            }
            Ok(Answer::Ran { times })
        }
        Command::Memory | Command::Listen => Err("it needs no operation".into()),
    }
}
