//! The cases: what is asked for in Rust, and the SQL for it.

use crate::data::{Account, AccountRepository, LARGEST, Owner, OwnerRepository, owners};
use crate::hand::{COLUMNS, Hand};
use crate::{Options, Result, median};
use harness::memory;
use relations::prelude::*;
use relations::{Dialect, Predicate};
use std::time::{Duration, Instant};

pub(crate) struct Cases {
    pub(crate) db: Db,
    pub(crate) hand: Hand,
    pub(crate) options: Options,
}

/// What both ways have to give alike.
type Found = Vec<i64>;

fn ids(accounts: Vec<Account>) -> Found {
    accounts.iter().map(|account| account.id).collect()
}

impl Cases {
    pub(crate) async fn run(&self) -> Result<()> {
        let accounts = AccountRepository::new(&self.db);
        let half = self.options.rows / 2 + self.options.rows / 2 % 2;
        let middle = accounts.get_by_id(half).await?;
        let by_owner = || accounts.find().order_by(Account::OWNER_ID.desc()).limit(20);
        let newest = || {
            accounts
                .find()
                .order_by(Account::CREATED_AT.desc())
                .limit(20)
        };
        let (owner, id, time) = (middle.owner_id, middle.id, middle.created_at);

        let of_owner = by_owner().after(by_owner().cursor_of(&middle)?);
        let sql = self.keyset("owner_id", owner, id, "DESC");
        self.rows("keyset, by owner", of_owner, &sql).await?;
        let back = by_owner().before(by_owner().cursor_of(&middle)?);
        let sql = self.keyset("owner_id", owner, id, "ASC");
        let sql = format!("SELECT * FROM ({sql}) AS a ORDER BY owner_id DESC, id DESC");
        self.rows("keyset, by owner, back", back, &sql).await?;
        let and_older = Account::OWNER_ID.eq(owner) & Account::ID.lt(id);
        let older = by_owner().filter(Account::OWNER_ID.lt(owner) | and_older);
        let sql = self.keyset("owner_id", owner, id, "DESC");
        self.rows("keyset, by a filter", older, &sql).await?;
        let of_time = newest().after(newest().cursor_of(&middle)?);
        let sql = self.keyset("created_at", time, id, "DESC");
        self.rows("keyset, by time", of_time, &sql).await?;

        let sql = format!(
            "SELECT {COLUMNS} FROM account AS a ORDER BY created_at DESC, id DESC LIMIT 20"
        );
        self.rows("newest 20", newest(), &sql).await?;

        let by_name = || {
            let order = Account::OWNER.order(Owner::NAME.asc());
            accounts.find().order_by(order).limit(20)
        };
        // Not an inner join, which leaves out accounts whose owner is gone.
        let sql = match self.db.dialect() {
            Dialect::MySql { .. } => format!(
                "SELECT {COLUMNS} FROM account AS a ORDER BY (SELECT o.name FROM owner AS o WHERE o.id = a.owner_id), a.id LIMIT 20"
            ),
            _ => format!(
                "SELECT {COLUMNS} FROM account AS a LEFT JOIN owner AS o ON o.id = a.owner_id ORDER BY o.name, a.id LIMIT 20"
            ),
        };
        self.rows("by the owner's name", by_name(), &sql).await?;

        let with_owner = |predicate| Account::OWNER.some(predicate);
        let one = || Owner::NAME.eq("owner 7");
        let many = || Owner::NAME.like("%3%");
        self.counted("count by an owner", with_owner(one()), "o.name = 'owner 7'")
            .await?;
        self.counted(
            "count by many owners",
            with_owner(many()),
            &self.contains_3(),
        )
        .await?;
        let page = |predicate| accounts.find().filter(predicate).limit(20);
        let sql = |condition: &str| {
            format!(
                "SELECT {COLUMNS} FROM account AS a JOIN owner AS o ON o.id = a.owner_id WHERE {condition} ORDER BY a.id LIMIT 20"
            )
        };
        let best = "SELECT a.id, a.owner_id, a.created_at, a.title FROM account AS a \
            WHERE a.owner_id IN (SELECT id FROM owner WHERE name = 'owner 7') ORDER BY a.id LIMIT 20";
        self.rows("20 by an owner", page(with_owner(one())), best)
            .await?;
        let sql = sql(&self.contains_3());
        self.rows("20 by many owners", page(with_owner(many())), &sql)
            .await?;

        self.last_of_each(3).await?;
        self.after_heavy_reads().await
    }

    fn contains_3(&self) -> String {
        match self.db.dialect() {
            Dialect::Sqlite => "o.name GLOB '*3*'".to_owned(),
            Dialect::Postgres => "o.name LIKE '%3%'".to_owned(),
            _ => "o.name LIKE '%3%' COLLATE utf8mb4_bin".to_owned(),
        }
    }

    /// 20 accounts after a place in an order by a column and the id.
    fn keyset(&self, column: &str, value: i64, id: i64, direction: &str) -> String {
        let sign = if direction == "DESC" { '<' } else { '>' };
        let order = format!("ORDER BY {column} {direction}, id {direction} LIMIT 20");
        let rows =
            |condition: String| format!("SELECT {COLUMNS} FROM account AS a WHERE {condition}");
        match self.db.dialect() {
            Dialect::Postgres => {
                let condition = format!("({column}, id) {sign} ({value}, {id})");
                format!("{} {order}", rows(condition))
            }
            Dialect::Sqlite => {
                // It takes no bound of a rowid out of a comparison of rows.
                let same = rows(format!("{column} = {value} AND id {sign} {id}"));
                let further = rows(format!("{column} {sign} {value}"));
                format!("{same} UNION ALL {further} {order}")
            }
            _ => {
                let same = format!("{column} = {value} AND id {sign} {id}");
                let condition = format!("({column} {sign} {value} OR ({same}))");
                format!("{} {order}", rows(condition))
            }
        }
    }

    async fn rows(
        &self,
        case: &str,
        query: relations::Query<Account, relations::query::Root<Account>, &&Db>,
        sql: &str,
    ) -> Result<()> {
        let ours = async || Ok(ids(query.clone().all().await?));
        let by_hand = async || Ok(ids(self.hand.accounts(sql).await?));
        self.compare(case, &ours, &by_hand).await
    }

    async fn counted(&self, case: &str, of: Predicate<Account>, condition: &str) -> Result<()> {
        let accounts = AccountRepository::new(&self.db);
        let query = accounts.find().filter(of);
        let sql = format!(
            "SELECT COUNT(*) FROM account AS a JOIN owner AS o ON o.id = a.owner_id WHERE {condition}"
        );
        let ours = async || Ok(vec![query.clone().count().await? as i64]);
        let by_hand = async || Ok(vec![self.hand.number(&sql).await?]);
        self.compare(case, &ours, &by_hand).await
    }

    /// The last accounts of each of 20 owners, the largest among them.
    async fn last_of_each(&self, few: u64) -> Result<()> {
        let owners_ = OwnerRepository::new(&self.db);
        let first = owners(self.options.rows).min(20);
        let query = owners_
            .find()
            .filter(Owner::ID.le(first))
            .include(Owner::ACCOUNTS.order_by(Account::ID.desc()).limit(few));
        let last = format!(
            "SELECT {COLUMNS} FROM account AS a WHERE a.owner_id = o.id ORDER BY a.id DESC LIMIT {few}"
        );
        let sql = match self.db.dialect() {
            Dialect::Postgres => {
                format!(
                    "SELECT a.* FROM owner AS o, LATERAL ({last}) AS a WHERE o.id <= {first} ORDER BY a.owner_id, a.id DESC"
                )
            }
            Dialect::Sqlite => format!(
                "SELECT {COLUMNS} FROM owner AS o JOIN account AS a ON a.id IN (SELECT l.id FROM account AS l WHERE l.owner_id = o.id \
                 ORDER BY l.id DESC LIMIT {few}) WHERE o.id <= {first} ORDER BY a.owner_id, a.id DESC"
            ),
            // It knows neither LATERAL nor a LIMIT inside of IN.
            _ => {
                let each = (LARGEST..=first)
                    .map(|owner| format!("({})", last.replace("o.id", &owner.to_string())));
                each.collect::<Vec<_>>().join(" UNION ALL ")
            }
        };
        let ours = async || {
            let owners = query.clone().all().await?;
            let accounts = owners.into_iter().flat_map(|owner| owner.accounts);
            Ok(ids(accounts.collect()))
        };
        let by_hand = async || Ok(ids(self.hand.accounts(&sql).await?));
        self.compare("last 3 of each of 20 owners", &ours, &by_hand)
            .await
    }

    /// A read before and after several at once, which is what the caches of SQLite's connections get into each other's way for.
    async fn after_heavy_reads(&self) -> Result<()> {
        let case = "a read after heavy ones at once";
        if !self.options.wants(case) {
            return Ok(());
        }
        async fn read(db: Db) -> relations::Result<u64> {
            let accounts = AccountRepository::new(db);
            let some = Account::TITLE.like("%99%");
            accounts.find().filter(some).count().await
        }
        let time = async || -> Result<Duration> {
            let start = Instant::now();
            read(self.db.clone()).await?;
            Ok(start.elapsed())
        };
        let mut before = Vec::new();
        for _ in 0..5 {
            before.push(time().await?);
        }
        memory::reset()?;
        for _ in 0..2 {
            let reads: Vec<_> = (0..8)
                .map(|_| tokio::spawn(read(self.db.clone())))
                .collect();
            for read in reads {
                read.await??;
            }
        }
        let peak = memory::peak()?;
        let mut after = Vec::new();
        for _ in 0..5 {
            after.push(time().await?);
        }
        report(case, median(after), median(before), [peak, 0]);
        Ok(())
    }

    async fn compare(
        &self,
        case: &str,
        ours: &impl AsyncFn() -> Result<Found>,
        by_hand: &impl AsyncFn() -> Result<Found>,
    ) -> Result<()> {
        if !self.options.wants(case) {
            return Ok(());
        }
        memory::reset()?;
        let found = ours().await?;
        let peak = memory::peak()?;
        memory::reset()?;
        let expected = by_hand().await?;
        let peaks = [peak, memory::peak()?];
        if found != expected {
            return Err(format!("{case}: found {found:?} and not {expected:?}").into());
        }
        let (mut of_ours, mut of_hand) = (Vec::new(), Vec::new());
        let start = Instant::now();
        // They take turns, so that a machine that gets slower does so for both.
        while of_ours.len() < 3 || (of_ours.len() < 500 && start.elapsed() < Duration::from_secs(2))
        {
            for (run, times) in [(0, &mut of_ours), (1, &mut of_hand)] {
                let start = Instant::now();
                match run {
                    0 => drop(ours().await?),
                    _ => drop(by_hand().await?),
                }
                times.push(start.elapsed());
            }
        }
        report(case, median(of_ours), median(of_hand), peaks);
        Ok(())
    }
}

fn report(case: &str, ours: Duration, by_hand: Duration, [ours_kib, hand_kib]: [u64; 2]) {
    let ratio = ours.as_secs_f64() / by_hand.as_secs_f64();
    println!(
        "{case} | {} | {} | {ratio:.2} | {}, {}",
        ours.as_micros(),
        by_hand.as_micros(),
        ours_kib / 1024,
        hand_kib / 1024
    );
}
