//! The process of a contestant.

use harness::{Answer, Command, Job};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

pub(crate) struct Worker {
    child: Child,
    commands: ChildStdin,
    answers: Receiver<String>,
}

impl Worker {
    /// Starts the program, and waits until it is connected.
    pub(crate) fn start(program: &Path, job: &Job, patience: Duration) -> Result<Worker, String> {
        let mut child = std::process::Command::new(program)
            .args(job.to_arguments())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let commands = child.stdin.take().expect("it is piped");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let (sender, answers) = channel();
        // A thread, because reading a pipe cannot time out.
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut worker = Worker {
            child,
            commands,
            answers,
        };
        match worker.answer(patience)? {
            Answer::Ready => Ok(worker),
            other => Err(format!("it said {other:?} instead of being ready")),
        }
    }

    /// Has the process carry out a command. After an error it must not be asked again.
    pub(crate) fn ask(&mut self, command: Command, patience: Duration) -> Result<Answer, String> {
        let line = serde_json::to_string(&command).expect("commands are JSON");
        writeln!(self.commands, "{line}").map_err(|error| error.to_string())?;
        self.answer(patience)
    }

    fn answer(&mut self, patience: Duration) -> Result<Answer, String> {
        match self.answers.recv_timeout(patience) {
            Ok(line) => match serde_json::from_str(&line) {
                Ok(Answer::Failed { error }) => Err(shorten(&error)),
                Ok(answer) => Ok(answer),
                Err(error) => Err(format!("it said `{line}`: {error}")),
            },
            Err(RecvTimeoutError::Timeout) => Err(format!("> {} s", patience.as_secs())),
            Err(RecvTimeoutError::Disconnected) => Err("its process has ended".to_owned()),
        }
    }
}

/// The beginning, in one line: some errors hold a statement with all its parameters.
fn shorten(error: &str) -> String {
    let words = error.split_whitespace().take(40);
    let mut line = words.collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(200) {
        line.truncate(end);
        line.push('…');
    }
    line
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be in the middle of an operation that takes forever.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
