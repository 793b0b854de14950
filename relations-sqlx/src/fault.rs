//! What an error of a database means: its kind, what it leaves of the connection, and whether another try may succeed.
//!
//! Each database has a table of its codes in `codes.rs` of its folder.

use relations_core::{Error, ErrorKind};

/// What a code of an error means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The statement was refused, and the connection is as good as before.
    Refused(ErrorKind),
    /// The statement was refused, and the connection closed with it.
    RefusedAndClosed(ErrorKind),
    /// The database undid the statement, or the whole transaction, in favour of another. Running it again is what it expects.
    Deadlock,
    /// A lock was not given in time.
    Locked,
    /// The database no longer has what the connection prepared, or no longer takes it. The statement did not happen.
    Stale,
    /// The connection was closed or not given, and nothing happened. Another one may be given.
    Unavailable,
    /// The connection was closed or not given, and another one will not be given either.
    NotAdmitted,
    /// The connection is lost, and nobody knows whether the statement happened.
    Lost,
}

impl Fault {
    pub(crate) fn kind(self) -> ErrorKind {
        match self {
            Fault::Refused(kind) | Fault::RefusedAndClosed(kind) => kind,
            Fault::Deadlock | Fault::Locked | Fault::Stale => ErrorKind::Conflict,
            Fault::Unavailable | Fault::NotAdmitted | Fault::Lost => ErrorKind::Connection,
        }
    }

    /// Whether the connection must not be given to the next caller.
    pub(crate) fn closes(self) -> bool {
        match self {
            Fault::RefusedAndClosed(_) | Fault::Unavailable | Fault::NotAdmitted | Fault::Lost => {
                true
            }
            Fault::Refused(_) | Fault::Deadlock | Fault::Locked | Fault::Stale => false,
        }
    }

    /// Whether the same thing, begun once more and at once, may well succeed. Whoever waited for a lock has waited enough.
    pub(crate) fn is_passing(self) -> bool {
        matches!(
            self,
            Fault::Deadlock | Fault::Stale | Fault::Unavailable | Fault::Lost
        )
    }

    /// An error of this kind, which says whether it can be tried again.
    pub(crate) fn error(self, message: impl Into<String>) -> Error {
        let error = Error::new(self.kind(), message);
        match self {
            Fault::Lost => error.with_unknown_outcome(),
            Fault::Unavailable => error.without_effect(true),
            _ => error,
        }
    }
}

/// The meaning of a code in a table of codes.
pub(crate) fn look_up<C: PartialEq + Copy>(table: &[(C, Fault)], code: C) -> Option<Fault> {
    let line = table.iter().find(|(listed, _)| *listed == code);
    line.map(|(_, fault)| *fault)
}
