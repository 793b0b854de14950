//! What a contestant has to do.

use crate::{Job, Loaded, Result};
use std::future::Future;

/// One way to read and write rows with their relations, connected to a database.
///
/// The methods stand in the order of the workloads. All of them give typed structs, sources in the order of their ids.
pub trait Contestant: Send + Sync + Sized + 'static {
    /// Connects with `job.connections()` connections.
    fn connect(job: &Job) -> impl Future<Output = Result<Self>> + Send;

    /// w1: all suppliers, each with its account.
    fn suppliers(&self) -> impl Future<Output = Result<impl Loaded>> + Send;

    /// w2: all customers, each with its address and its orders, and these with their manufacturers.
    fn customers(&self) -> impl Future<Output = Result<impl Loaded>> + Send;

    /// w3 and w7: one supplier with its account.
    fn supplier(&self, id: i64) -> impl Future<Output = Result<impl Loaded>> + Send;

    /// w4: creates the account of a supplier, and gives it back as it is in the database.
    fn create_account(
        &self,
        supplier_id: i64,
        account: NewAccount,
    ) -> impl Future<Output = Result<impl Loaded>> + Send;

    /// w4t: the same for many, one after the other in one transaction.
    fn create_accounts(
        &self,
        accounts: Vec<(i64, NewAccount)>,
    ) -> impl Future<Output = Result<impl Loaded>> + Send;

    /// w5: all payments, each with its bank.
    fn payments(&self) -> impl Future<Output = Result<impl Loaded>> + Send;

    /// w6: the first [`PAGE`](crate::PAGE) suppliers whose id is above `after`, each with its account.
    fn page(&self, after: i64) -> impl Future<Output = Result<impl Loaded>> + Send;

    /// Has the driver tell of each statement by [`count_statement`](crate::count_statement), from now on. Those that tell
    /// `tracing` need not do anything.
    fn watch(&self) {}
}

/// An account that is not in the database yet.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub account_manager: String,
    pub balance: Option<i64>,
}
