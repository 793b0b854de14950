//! The models and their rows.

use crate::Result;
use crate::hand::Hand;
use relations::Dialect;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Account)]
pub(crate) struct Owner {
    #[model(id)]
    pub(crate) id: i64,
    #[model(index, length = 40)]
    pub(crate) name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub(crate) struct Account {
    #[model(id)]
    pub(crate) id: i64,
    #[belongs_to(Owner)]
    pub(crate) owner_id: i64,
    pub(crate) created_at: i64,
    #[model(length = 80)]
    pub(crate) title: String,
}

/// The owner of half of the accounts.
pub(crate) const LARGEST: i64 = 1;

pub(crate) fn owners(accounts: i64) -> i64 {
    (accounts / 100).max(20)
}

/// Makes the tables anew.
pub(crate) async fn fill(db: &Db, hand: &Hand, accounts: i64) -> Result<()> {
    hand.execute("DROP TABLE IF EXISTS account").await?;
    hand.execute("DROP TABLE IF EXISTS owner").await?;
    db.schema::<(Owner, Account)>().create().await?;
    let owners = owners(accounts);
    let numbers = |last: i64| match db.dialect() {
        Dialect::Postgres => format!("(SELECT n FROM generate_series(1, {last}::bigint) AS n)"),
        Dialect::Sqlite => format!(
            "(WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < {last}) SELECT n FROM r)"
        ),
        _ => format!("(SELECT seq AS n FROM seq_1_to_{last})"),
    };
    let text = |prefix: &str, number: &str| match db.dialect() {
        Dialect::MySql { .. } => format!("CONCAT('{prefix}', {number})"),
        _ => format!("'{prefix}' || {number}"),
    };
    // Names and times are in another order than ids.
    let name = text("owner ", &format!("((n * 7919) % {owners})"));
    hand.execute(&format!(
        "INSERT INTO owner (id, name) SELECT n, {name} FROM {} AS numbers",
        numbers(owners)
    ))
    .await?;
    let title = text("account number ", "n");
    hand.execute(&format!(
        "INSERT INTO account (id, owner_id, created_at, title) \
         SELECT n, CASE n % 2 WHEN 0 THEN {LARGEST} ELSE 1 + (n * 31) % {owners} END, (n * 7919) % {}, {title} FROM {} AS numbers",
        accounts / 3 + 1,
        numbers(accounts)
    ))
    .await?;
    for columns in ["owner_id, id", "created_at, id"] {
        let name = columns.replace(", ", "_");
        hand.execute(&format!(
            "CREATE INDEX account_{name} ON account ({columns})"
        ))
        .await?;
    }
    match db.dialect() {
        Dialect::Postgres => hand.execute("VACUUM ANALYZE").await,
        Dialect::Sqlite => hand.execute("ANALYZE").await,
        _ => hand.execute("ANALYZE TABLE owner, account").await,
    }
}
