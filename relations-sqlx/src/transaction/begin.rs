//! How a transaction begins and ends, as databases are told.

use super::Isolation;
use crate::backend::Access;

/// How a transaction is to begin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begin {
    pub(crate) isolation: Option<Isolation>,
    pub(crate) read_only: bool,
}

impl Begin {
    pub(crate) fn access(self) -> Access {
        match self.read_only {
            true => Access::Read,
            false => Access::Write,
        }
    }
}

/// How a transaction ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    Commit,
    RollBack,
}

impl End {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            End::Commit => "COMMIT",
            End::RollBack => "ROLLBACK",
        }
    }
}
