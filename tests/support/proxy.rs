//! A server that fails when it is told to: it stands between a test and the real one, and passes bytes on.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

/// Listens on a port of its own. Ends with the test's runtime.
pub(crate) struct Proxy {
    url: String,
    state: Arc<State>,
}

struct State {
    address: String,
    /// Whether connections are accepted. Otherwise nobody listens.
    is_up: watch::Sender<bool>,
    /// Whether bytes are passed on.
    is_flowing: watch::Sender<bool>,
    /// Tells all connections to end, those too that are just being made. How often it was said.
    cuts: watch::Sender<usize>,
    loses_answer: AtomicBool,
    damage: Mutex<Option<(usize, Damage)>>,
    accepted: AtomicUsize,
}

/// What becomes of a byte on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Damage {
    /// These of its bits change.
    Altered(u8),
    /// The connection ends before it.
    Cut,
}

impl Proxy {
    /// Before the server of this URL.
    pub(crate) async fn before(url: &str) -> Proxy {
        let (user, rest) = url.split_once('@').expect("the URL names a user");
        let (address, database) = rest.split_once('/').expect("the URL names a database");
        let place = bind(0);
        let port = place.local_addr().expect("it is bound").port();
        let state = Arc::new(State {
            address: address.to_owned(),
            is_up: watch::Sender::new(true),
            is_flowing: watch::Sender::new(true),
            cuts: watch::Sender::new(0),
            loses_answer: AtomicBool::new(false),
            damage: Mutex::new(None),
            accepted: AtomicUsize::new(0),
        });
        tokio::spawn(listen(place, port, state.clone()));
        Proxy {
            url: format!("{user}@127.0.0.1:{port}/{database}"),
            state,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Closes all connections.
    pub(crate) fn cut(&self) {
        self.state.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Closes all connections and accepts no others, as a server that is stopped.
    pub(crate) fn stop(&self) {
        self.state.is_up.send_replace(false);
        self.cut();
    }

    pub(crate) fn start(&self) {
        self.state.is_up.send_replace(true);
    }

    /// Passes nothing on any more, and closes nothing.
    pub(crate) fn stall(&self) {
        self.state.is_flowing.send_replace(false);
    }

    /// Passes on again what was held back.
    pub(crate) fn flow(&self) {
        self.state.is_flowing.send_replace(true);
    }

    /// Swallows what the server says next, and closes that connection: the statement has happened, and nobody is told.
    pub(crate) fn lose_an_answer(&self) {
        self.state.loses_answer.store(true, Ordering::SeqCst);
    }

    /// Damages what the server says from now on, after so many bytes.
    pub(crate) fn damage(&self, after: usize, damage: Damage) {
        *self.state.damage() = Some((after, damage));
    }

    /// Damages nothing more, and says whether something was.
    pub(crate) fn has_damaged(&self) -> bool {
        self.state.damage().take().is_none()
    }

    /// How many connections were accepted.
    pub(crate) fn accepted(&self) -> usize {
        self.state.accepted.load(Ordering::SeqCst)
    }
}

impl State {
    fn damage(&self) -> MutexGuard<'_, Option<(usize, Damage)>> {
        self.damage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What arrives of an answer, and whether the connection goes on.
    fn arriving<'b>(&self, answer: &'b mut [u8]) -> (&'b [u8], bool) {
        let mut next = self.damage();
        match *next {
            None => (answer, true),
            Some((after, damage)) if after >= answer.len() => {
                *next = Some((after - answer.len(), damage));
                (answer, true)
            }
            Some((at, Damage::Cut)) => {
                *next = None;
                (&answer[..at], false)
            }
            Some((at, Damage::Altered(bits))) => {
                *next = None;
                answer[at] ^= bits;
                (answer, true)
            }
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // A transaction that stalled would keep its locks.
        self.stop();
    }
}

/// A port, shared among the sockets here. The system gives it to nobody else, not even for a connection that is opened, as long as one of
/// them is there.
fn bind(port: u16) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    let shared = socket.set_reuseport(true);
    shared.expect("the system shares ports");
    let bound = socket.bind(([127, 0, 0, 1], port).into());
    bound.expect("a free port");
    socket
}

/// Listens whenever the proxy is up. The place only keeps the port, so that the proxy can come back.
async fn listen(_place: TcpSocket, port: u16, state: Arc<State>) {
    let mut is_up = state.is_up.subscribe();
    loop {
        let up = is_up.wait_for(|is_up| *is_up).await;
        drop(up.expect("the proxy is there"));
        let listener = bind(port).listen(1024).expect("its port");
        loop {
            tokio::select! {
                biased;
                _ = is_up.wait_for(|is_up| !is_up) => break,
                accepted = listener.accept() => {
                    let (client, _) = accepted.expect("it listens");
                    state.accepted.fetch_add(1, Ordering::SeqCst);
                    tokio::spawn(pass(client, state.cuts.subscribe(), state.clone()));
                }
            }
        }
    }
}

async fn pass(client: TcpStream, mut cuts: watch::Receiver<usize>, state: Arc<State>) {
    tokio::select! {
        // What arrives at the same time is not passed on.
        biased;
        _ = cuts.changed() => {}
        () = pass_on(client, &state) => {}
    }
}

async fn pass_on(client: TcpStream, state: &State) {
    let Ok(server) = TcpStream::connect(&state.address).await else {
        return;
    };
    let (_, _) = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // The first of them that ends ends both, and with them the connection.
    tokio::select! {
        () = copy(from_client, to_server, state, false) => {}
        () = copy(from_server, to_client, state, true) => {}
    }
}

async fn copy(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    state: &State,
    is_answer: bool,
) {
    let mut is_flowing = state.is_flowing.subscribe();
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if is_flowing.wait_for(|is_flowing| *is_flowing).await.is_err() {
            return;
        }
        if is_answer && state.loses_answer.swap(false, Ordering::SeqCst) {
            // What was asked for is done, the rest of the answer too.
            tokio::time::sleep(Duration::from_millis(20)).await;
            return;
        }
        let (arriving, goes_on) = match is_answer {
            true => state.arriving(&mut buffer[..read]),
            false => (&buffer[..read], true),
        };
        if to.write_all(arriving).await.is_err() || !goes_on {
            return;
        }
    }
}
