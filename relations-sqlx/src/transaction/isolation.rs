//! How far a transaction is kept apart from others.

/// How far a transaction is isolated from others that run at the same time.
///
/// See <https://www.postgresql.org/docs/15/transaction-iso.html>.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::Isolation;
/// // What is read decides what is written, so nobody may change it in between. After a conflict the closure runs again.
/// let serializable = db.isolation(Isolation::Serializable).retry(3);
/// serializable.transaction(async |tx| {
///     let orders = OrderRepository::new(&tx);
///     match orders.find().filter(Order::CUSTOMER_ID.eq(2)).count().await? {
///         0 => CustomerRepository::new(&tx).delete_by_id(2).await,
///         _ => Ok(0),
///     }
/// }).await?;
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// All statements see what was committed before the first.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

impl Isolation {
    /// The words of standard SQL.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Isolation::ReadCommitted => "READ COMMITTED",
            Isolation::RepeatableRead => "REPEATABLE READ",
            Isolation::Serializable => "SERIALIZABLE",
        }
    }
}
