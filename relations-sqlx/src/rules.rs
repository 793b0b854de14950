//! How databases differ inside a transaction.

/// What a database makes of errors and of dropped futures inside a transaction, and what it can undo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// After a statement whose future was dropped the connection is out of step: the next one would read its answer.
    pub(crate) drop_loses_connection: bool,
    /// A deadlock undoes the whole transaction, and each later statement would be kept by itself.
    pub(crate) conflict_undoes_transaction: bool,
    /// After a statement that failed no other is taken until that level is rolled back, and a commit keeps nothing without
    /// saying so.
    pub(crate) failure_blocks_transaction: bool,
    /// A statement that fails may undo the whole transaction, and each later one would be kept by itself: SQLite with a full disk,
    /// `ON CONFLICT ROLLBACK` or `RAISE(ROLLBACK)`.
    pub(crate) failure_may_undo_transaction: bool,
    /// The creation of tables can be undone.
    pub(crate) transactional_schema: bool,
}
