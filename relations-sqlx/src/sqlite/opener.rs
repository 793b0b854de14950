//! Where a database of SQLite is, and connections to it with everything that repositories rely on.

use regex::Regex;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// So many statements stay prepared on each connection.
const STATEMENTS: usize = 128;

/// After so many steps SQLite asks whether to stop; some hundred thousand times a second.
const STEPS: i32 = 1000;

/// Opens connections to one database.
#[derive(Debug, Clone)]
pub(crate) struct Opener {
    path: PathBuf,
    flags: OpenFlags,
    vfs: Option<String>,
    /// SQL that each new connection runs first.
    greeting: &'static str,
    pub(crate) is_memory: bool,
}

/// A connection, and the flag that stops what it does.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) stop: Arc<AtomicBool>,
}

impl Opener {
    /// For a URL that sqlx understood, and the path it found in it.
    pub(crate) fn new(url: &str, options: &sqlx::sqlite::SqliteConnectOptions) -> Opener {
        let path = options.get_filename().to_owned();
        if super::is_memory(url) {
            return Opener {
                path,
                flags: access(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE),
                vfs: Some("memdb".to_owned()),
                greeting: "PRAGMA foreign_keys = ON",
                is_memory: true,
            };
        }
        let parameter = |wanted: &str| {
            let (_, query) = url.split_once('?')?;
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find_map(|(name, value)| (name == wanted).then_some(value))
        };
        let mut flags = access(match parameter("mode") {
            Some("ro") => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Some("rwc") => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            _ => OpenFlags::SQLITE_OPEN_READ_WRITE,
        });
        if parameter("cache") == Some("shared") {
            flags |= OpenFlags::SQLITE_OPEN_SHARED_CACHE;
        }
        let is_immutable = matches!(parameter("immutable"), Some("true" | "1"));
        Opener {
            path: match is_immutable {
                true => immutable(&path),
                false => path,
            },
            flags,
            vfs: parameter("vfs").map(str::to_owned),
            greeting: match super::keeps_journal(url) {
                true => "PRAGMA foreign_keys = ON",
                false => {
                    "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL"
                }
            },
            is_memory: false,
        }
    }

    /// Opens a connection. Blocks the thread: it reads the file, and waits for its locks.
    pub(crate) fn open(&self) -> rusqlite::Result<Opened> {
        let connection = match &self.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&self.path, self.flags, vfs.as_str()),
            None => Connection::open_with_flags(&self.path, self.flags),
        }?;
        connection.busy_timeout(super::PATIENCE)?;
        connection.execute_batch(self.greeting)?;
        // From here on nothing waits inside SQLite, where it would hold a thread.
        connection.busy_timeout(Duration::ZERO)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        add_decimal_order(&connection)?;
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        connection.create_scalar_function("regexp", 2, flags, regexp)?;
        let stop = Arc::new(AtomicBool::new(false));
        let asked = stop.clone();
        // An interrupt would have no effect between two statements, and so could come too early; a flag cannot.
        let is_stopped = move || asked.load(Ordering::Relaxed);
        connection.progress_handler(STEPS, Some(is_stopped))?;
        Ok(Opened { connection, stop })
    }
}

/// A connection is used by one thread at a time, so SQLite need not see to that.
fn access(flags: OpenFlags) -> OpenFlags {
    flags | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// The path as a URI, the only form in which SQLite is told that nobody changes the file.
fn immutable(path: &std::path::Path) -> PathBuf {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte.is_ascii_alphanumeric() {
            true => uri.push(char::from(*byte)),
            false => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri.into()
}

fn add_decimal_order(connection: &Connection) -> rusqlite::Result<()> {
    #[cfg(feature = "rust_decimal")]
    connection.create_collation("relations_decimal", super::compare_decimals)?;
    #[cfg(not(feature = "rust_decimal"))]
    let _ = connection;
    Ok(())
}

/// `text REGEXP pattern`, which SQLite calls with the pattern first. NULL where either is NULL.
fn regexp(context: &Context<'_>) -> rusqlite::Result<Option<bool>> {
    if context.get_raw(0) == ValueRef::Null {
        return Ok(None);
    }
    // Compiled once a statement, as long as the pattern is a parameter.
    let pattern: Arc<Regex> = context.get_or_create_aux(0, |pattern| {
        let pattern = text(pattern).ok_or("the pattern is no text")?;
        Regex::new(&pattern).map_err(|error| message_of(&error))
    })?;
    let Some(value) = text(context.get_raw(1)) else {
        return Ok(None);
    };
    Ok(Some(pattern.is_match(&value)))
}

fn message_of(error: &regex::Error) -> Box<dyn std::error::Error + Send + Sync> {
    error.to_string().into()
}

/// The value as text, into which SQLite turns numbers; `None` for NULL and for bytes that are no text.
fn text(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(value) => Some(value.to_string().into()),
        ValueRef::Real(value) => Some(format!("{value:?}").into()),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            std::str::from_utf8(text).ok().map(Cow::from)
        }
    }
}
