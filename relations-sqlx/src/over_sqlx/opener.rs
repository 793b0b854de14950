//! How connections of our own pool are opened, and looked at before they are used again.

use super::SqlxDatabase;
use super::canceller::Mark;
use super::guarded::guarded;
use super::pool::{Options, Shared};
use sqlx::{ConnectOptions, Connection};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::Instant;

/// A connection that nobody used for so long is asked whether it is still alive.
const IDLE: Duration = Duration::from_secs(10);

/// A connection so old is closed, so that servers and balancers can be changed below a program.
const OLD: Duration = Duration::from_secs(30 * 60);

/// How long an idle connection may take to say that it is alive.
const ANSWER: Duration = Duration::from_secs(2);

/// Opens connections, and looks at those that were idle.
pub(super) struct Opener<D: SqlxDatabase> {
    pub(super) options: Options<D>,
    /// How long the opening of one may take.
    pub(super) connect_timeout: Duration,
    /// See [`SqlxDatabase::greet`].
    pub(super) limit: Option<Duration>,
    pub(super) health: Health,
}

/// An open connection, and what was known of the others when it was last looked at.
pub(super) struct Opened<D: SqlxDatabase> {
    pub(super) connection: D::Connection,
    pub(super) mark: Arc<Mark<D>>,
    since: Instant,
    /// When it was last given back.
    pub(super) used: Instant,
    deaths: u64,
    stale: u64,
}

/// What is known of the connections of a pool.
#[derive(Default)]
pub(super) struct Health {
    /// Whether the database was ever reached.
    pub(super) has_connected: AtomicBool,
    /// How often a connection was found dead.
    pub(super) deaths: AtomicU64,
    /// A connection is not asked any more if it was last looked at when fewer than this many had been found dead.
    silent: AtomicU64,
    /// How often the server no longer took what it had prepared.
    pub(super) stale: AtomicU64,
}

impl Health {
    fn counts(&self) -> (u64, u64) {
        let (deaths, stale) = (&self.deaths, &self.stale);
        (
            deaths.load(Ordering::Relaxed),
            stale.load(Ordering::Relaxed),
        )
    }
}

impl<D: SqlxDatabase> Opener<D> {
    pub(super) async fn open(&self, pool: Weak<Shared<D>>) -> Result<Opened<D>, sqlx::Error> {
        let (deaths, stale) = self.health.counts();
        let connecting = async {
            let mut connection = self.options.connect().await?;
            D::greet(&mut connection, self.limit).await?;
            let server = match D::identify(&mut connection).await {
                // A server that does not say who it is is one where nothing can be cancelled.
                Err(sqlx::Error::Database(_)) => None,
                identity => Some(identity?),
            };
            Ok::<_, sqlx::Error>((connection, server))
        };
        let connected = tokio::time::timeout(self.connect_timeout, guarded(connecting)).await;
        let (connection, server) = connected.map_err(|_| no_answer(self.connect_timeout))??;
        self.health.has_connected.store(true, Ordering::Relaxed);
        let now = Instant::now();
        Ok(Opened {
            connection,
            mark: Arc::new(Mark::new(server, pool)),
            since: now,
            used: now,
            deaths,
            stale,
        })
    }

    /// Whether the connection may be used without being looked at.
    pub(super) fn is_fresh(&self, opened: &Opened<D>) -> bool {
        let counts = (opened.deaths, opened.stale);
        counts == self.health.counts() && opened.used.elapsed() < IDLE && !is_old(opened)
    }

    /// Looks whether the connection can be used again.
    pub(super) async fn look(&self, opened: &mut Opened<D>) -> Result<(), sqlx::Error> {
        if is_old(opened) {
            return Err(unfit("the connection is old"));
        }
        if opened.deaths < self.health.silent.load(Ordering::Relaxed) {
            return Err(unfit("others of its age do not answer"));
        }
        let (deaths, stale) = self.health.counts();
        if opened.used.elapsed() >= IDLE || opened.deaths != deaths {
            let answered = tokio::time::timeout(ANSWER, guarded(opened.connection.ping())).await;
            answered.map_err(|_| {
                // Those that were idle beside it will not answer either.
                self.health.silent.store(deaths + 1, Ordering::Relaxed);
                self.health.deaths.fetch_max(deaths + 1, Ordering::Relaxed);
                no_answer(ANSWER)
            })??;
            opened.deaths = deaths;
        }
        if opened.stale != stale {
            guarded(opened.connection.clear_cached_statements()).await?;
            opened.stale = stale;
        }
        Ok(())
    }
}

fn is_old<D: SqlxDatabase>(opened: &Opened<D>) -> bool {
    opened.since.elapsed() > OLD
}

fn unfit(why: &'static str) -> sqlx::Error {
    sqlx::Error::Protocol(why.to_owned())
}

fn no_answer(after: Duration) -> sqlx::Error {
    let message = format!("no answer within {after:?}");
    std::io::Error::new(std::io::ErrorKind::TimedOut, message).into()
}
