//! Where a database of SQLite is, and connections to it with everything that repositories rely on.

use super::clock::Clock;
use super::options::{is_memory, keeps_journal};
use super::{PATIENCE, regexp};
use rusqlite::{Connection, OpenFlags};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The number of statements that stay prepared on each connection.
const STATEMENTS: usize = 128;

/// After this many steps SQLite asks whether to stop; some hundred thousand times a second.
const STEPS: i32 = 1000;

/// Opens connections to one database.
#[derive(Debug, Clone)]
pub(super) struct Opener {
    path: PathBuf,
    flags: OpenFlags,
    vfs: Option<String>,
    /// SQL that each new connection runs first.
    greeting: &'static str,
    /// How long a statement may take.
    limit: Option<Duration>,
    pub(super) is_memory: bool,
}

/// A connection, and the flag that stops what it does.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) stop: Arc<AtomicBool>,
    pub(super) clock: Clock,
}

impl Opener {
    /// For a URL that sqlx understood, and the path it found in it.
    pub(super) fn new(
        url: &str,
        options: &sqlx::sqlite::SqliteConnectOptions,
        limit: Option<Duration>,
    ) -> Opener {
        let path = options.get_filename().to_owned();
        if is_memory(url) {
            return Opener {
                path,
                flags: access(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE),
                vfs: Some("memdb".to_owned()),
                greeting: "PRAGMA foreign_keys = ON",
                limit,
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
            greeting: match keeps_journal(url) {
                true => "PRAGMA foreign_keys = ON",
                false => {
                    "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL"
                }
            },
            limit,
            is_memory: false,
        }
    }

    /// Opens a connection. Blocks the thread: it reads the file, and waits for its locks.
    pub(super) fn open(&self) -> rusqlite::Result<Opened> {
        let connection = match &self.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&self.path, self.flags, vfs.as_str()),
            None => Connection::open_with_flags(&self.path, self.flags),
        }?;
        connection.busy_timeout(PATIENCE)?;
        connection.execute_batch(self.greeting)?;
        // From here on nothing waits inside SQLite, where it would hold a thread.
        connection.busy_timeout(Duration::ZERO)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        add_decimal_order(&connection)?;
        regexp::add(&connection)?;
        let stop = Arc::new(AtomicBool::new(false));
        let clock = Clock::new(self.limit);
        let (asked, time) = (stop.clone(), clock.clone());
        // An interrupt would have no effect between two statements, and so could come too early; a flag cannot.
        let is_stopped = move || asked.load(Ordering::Relaxed) || time.is_over();
        connection.progress_handler(STEPS, Some(is_stopped))?;
        Ok(Opened {
            connection,
            stop,
            clock,
        })
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
    connection.create_collation("relations_decimal", super::decimals::compare_decimals)?;
    #[cfg(not(feature = "rust_decimal"))]
    let _ = connection;
    Ok(())
}
