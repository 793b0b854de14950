//! Packages that tests write, and the program that runs on them.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations
)]

mod answers;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own, which goes when the test ends well.
pub struct Package {
    pub folder: PathBuf,
}

impl Package {
    /// A package with these files; `Cargo.toml` is made.
    pub fn new(name: &str, files: &[(&str, &str)]) -> Package {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        let package = Package { folder };
        package.write("Cargo.toml", &manifest(name));
        for (path, text) in files {
            package.write(path, text);
        }
        package
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).unwrap()
    }

    /// All files below `src`.
    pub fn sources(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.folder.join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => drop(files.insert(path.clone(), fs::read(&path).unwrap())),
                }
            }
        }
        files
    }

    /// Runs `cargo relations` without a terminal.
    pub fn run(&self, arguments: &[&str]) -> Answer {
        let output = Command::new(env!("CARGO_BIN_EXE_cargo-relations"))
            .arg("relations")
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_NET_OFFLINE", "true")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let answer = Answer::of(&output);
        if arguments.contains(&"--json") {
            answers::assert_kept(&answer.text);
        }
        answer
    }

    /// Runs it, and expects that it went well.
    pub fn done(&self, arguments: &[&str]) -> String {
        let answer = self.run(arguments);
        assert_eq!(
            answer.code, 0,
            "{arguments:?}\n{}{}",
            answer.text, answer.errors
        );
        answer.text
    }

    /// Runs it, and expects that it refuses with this code and leaves every byte.
    pub fn refused(&self, code: &str, arguments: &[&str]) -> String {
        let before = self.sources();
        let answer = self.run(arguments);
        assert_eq!(
            answer.code, 2,
            "{arguments:?}\n{}{}",
            answer.text, answer.errors
        );
        let start = format!("error[{code}]: ");
        assert!(
            answer.errors.starts_with(&start),
            "{arguments:?}\n{}",
            answer.errors
        );
        assert_eq!(self.sources(), before);
        answer.errors[start.len()..].to_owned()
    }

    /// Lets Cargo use the versions of this workspace, and its compiled dependencies.
    pub fn lock(&self) {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        fs::copy(workspace.join("Cargo.lock"), self.folder.join("Cargo.lock")).unwrap();
    }

    /// Expects that rustfmt leaves a file as it is.
    pub fn formatted(&self, path: &str) {
        let output = Command::new("rustfmt")
            .args(["--edition", "2024", "--check", "--color", "never"])
            .arg(self.folder.join(path))
            .output()
            .unwrap();
        let answer = Answer::of(&output);
        assert_eq!(answer.code, 0, "{}{}", answer.text, answer.errors);
    }

    /// Has the package compiled, and run if it has a program.
    pub fn compile(&self, command: &str) {
        self.lock();
        let output = Command::new(env!("CARGO"))
            .args([
                command,
                "--offline",
                "--quiet",
                "--color=never",
                "--manifest-path",
            ])
            .arg(self.folder.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(target())
            .env("RUSTFLAGS", "")
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let answer = Answer::of(&output);
        assert_eq!(answer.code, 0, "{}{}", answer.text, answer.errors);
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

pub struct Answer {
    pub code: i32,
    pub text: String,
    pub errors: String,
}

impl Answer {
    fn of(output: &Output) -> Answer {
        Answer {
            code: output.status.code().unwrap_or(-1),
            text: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

fn manifest(name: &str) -> String {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
        relations-orm = {{ path = {workspace:?}, features = [\"postgres\", \"mysql\", \"chrono\", \"uuid\", \"rust_decimal\", \"serde_json\"] }}\n\
        chrono = {{ version = \"0.4.40\", default-features = false, features = [\"serde\"] }}\n\
        rust_decimal = {{ version = \"1.37\", default-features = false, features = [\"serde\"] }}\n\
        serde = {{ version = \"1.0.219\", features = [\"derive\"] }}\n\
        serde_json = \"1\"\n\
        tokio = {{ version = \"1.45\", features = [\"macros\", \"rt\"] }}\n\
        uuid = {{ version = \"1.17\", default-features = false, features = [\"serde\", \"v4\"] }}\n"
    )
}

/// The folder of what is compiled, which packages share.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}
