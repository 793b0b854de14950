//! SeaORM 2 over sqlx: `find_also_related` for a `has_one`, the entity loader for nested relations, `load_one` for a
//! `belongs_to`.

use harness::{Contestant, Database, Job, Loaded, NewAccount, PAGE, Result, linked, row};
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::*;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, DatabaseConnection, DbBackend, LoaderTrait, QueryOrder, QuerySelect,
    TransactionTrait,
};

fn main() -> Result<()> {
    harness::serve::<SeaOrm>(Job::from_arguments()?);
    Ok(())
}

struct SeaOrm {
    db: DatabaseConnection,
}

mod supplier {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "supplier")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub city: String,
        #[sea_orm(has_one)]
        pub account: HasOne<super::account::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod account {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_manager: String,
        pub balance: Option<i64>,
        #[sea_orm(unique)]
        pub supplier_id: i64,
        #[sea_orm(belongs_to, from = "supplier_id", to = "id")]
        pub supplier: BelongsTo<super::supplier::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod customer {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "customer")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        #[sea_orm(has_one)]
        pub address: HasOne<super::address::Entity>,
        #[sea_orm(has_many)]
        pub orders: HasMany<super::orders::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod address {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "address")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub street: String,
        pub city: String,
        #[sea_orm(unique)]
        pub customer_id: i64,
        #[sea_orm(belongs_to, from = "customer_id", to = "id")]
        pub customer: BelongsTo<super::customer::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod orders {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "orders")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub description: String,
        pub total: i64,
        pub customer_id: i64,
        #[sea_orm(belongs_to, from = "customer_id", to = "id")]
        pub customer: BelongsTo<super::customer::Entity>,
        #[sea_orm(has_many)]
        pub manufacturers: HasMany<super::manufacturer::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod manufacturer {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "manufacturer")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub order_id: i64,
        #[sea_orm(belongs_to, from = "order_id", to = "id")]
        pub order: BelongsTo<super::orders::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod payment {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "payment")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub reference: String,
        pub amount: i64,
        pub bank_id: i64,
        #[sea_orm(belongs_to, from = "bank_id", to = "id")]
        pub bank: BelongsTo<super::bank::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod bank {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "bank")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub city: String,
        #[sea_orm(has_many)]
        pub payments: HasMany<super::payment::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

impl Contestant for SeaOrm {
    async fn connect(job: &Job) -> Result<Self> {
        let url = match job.database {
            Database::Sqlite => format!("sqlite://{}", job.address),
            Database::Postgres | Database::Mariadb => job.address.clone(),
        };
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(job.connections())
            .min_connections(job.connections())
            .test_before_acquire(false)
            .map_sqlx_sqlite_opts(|options| {
                options
                    .foreign_keys(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal)
            });
        Ok(SeaOrm {
            db: sea_orm::Database::connect(options).await?,
        })
    }

    async fn suppliers(&self) -> Result<impl Loaded> {
        let suppliers = supplier::Entity::find().find_also_related(account::Entity);
        Ok(suppliers
            .order_by_asc(supplier::Column::Id)
            .all(&self.db)
            .await?)
    }

    async fn customers(&self) -> Result<impl Loaded> {
        let customers = customer::Entity::load()
            .with(address::Entity)
            .with((orders::Entity, manufacturer::Entity))
            .order_by_asc(customer::Column::Id);
        Ok(customers.all(&self.db).await?)
    }

    async fn supplier(&self, id: i64) -> Result<impl Loaded> {
        let supplier = supplier::Entity::find_by_id(id).find_also_related(account::Entity);
        Ok(supplier.one(&self.db).await?.ok_or("no such supplier")?)
    }

    async fn create_account(&self, supplier_id: i64, new: NewAccount) -> Result<impl Loaded> {
        create(&self.db, supplier_id, new).await
    }

    async fn create_accounts(&self, accounts: Vec<(i64, NewAccount)>) -> Result<impl Loaded> {
        let transaction = self.db.begin().await?;
        let mut created = Vec::with_capacity(accounts.len());
        for (supplier_id, new) in accounts {
            created.push(create(&transaction, supplier_id, new).await?);
        }
        transaction.commit().await?;
        Ok(created)
    }

    async fn payments(&self) -> Result<impl Loaded> {
        let payments = payment::Entity::find().order_by_asc(payment::Column::Id);
        let payments = payments.all(&self.db).await?;
        let banks = payments.load_one(bank::Entity, &self.db).await?;
        Ok(payments.into_iter().zip(banks).collect::<Vec<_>>())
    }

    async fn page(&self, after: i64) -> Result<impl Loaded> {
        let page = supplier::Entity::find()
            .filter(supplier::Column::Id.gt(after))
            .order_by_asc(supplier::Column::Id)
            .limit(u64::from(PAGE));
        // PostgreSQL would merge both tables from their first rows on.
        if self.db.get_database_backend() == DbBackend::Postgres {
            let suppliers = page.all(&self.db).await?;
            let accounts = suppliers.load_one(account::Entity, &self.db).await?;
            return Ok(suppliers.into_iter().zip(accounts).collect());
        }
        Ok(page
            .find_also_related(account::Entity)
            .all(&self.db)
            .await?)
    }
}

async fn create(
    db: &impl ConnectionTrait,
    supplier_id: i64,
    new: NewAccount,
) -> Result<account::Model> {
    let account = account::ActiveModel {
        account_manager: Set(new.account_manager),
        balance: Set(new.balance),
        supplier_id: Set(supplier_id),
        ..Default::default()
    };
    Ok(account.insert(db).await?)
}

impl Loaded for supplier::Model {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, &self.city))
    }
}

impl Loaded for account::Model {
    fn digest(&self) -> u64 {
        row((
            self.id,
            &self.account_manager,
            self.balance,
            self.supplier_id,
        ))
    }
}

impl Loaded for customer::ModelEx {
    fn digest(&self) -> u64 {
        let address = self.address.as_ref().map_or(0, Loaded::digest);
        let orders = digest_of(&self.orders);
        linked(row((self.id, &self.name)), [address, orders])
    }
}

impl Loaded for address::ModelEx {
    fn digest(&self) -> u64 {
        row((self.id, &self.street, &self.city, self.customer_id))
    }
}

impl Loaded for orders::ModelEx {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.description, self.total, self.customer_id));
        linked(own, [digest_of(&self.manufacturers)])
    }
}

impl Loaded for manufacturer::ModelEx {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, self.order_id))
    }
}

impl Loaded for payment::Model {
    fn digest(&self) -> u64 {
        row((self.id, &self.reference, self.amount, self.bank_id))
    }
}

impl Loaded for bank::Model {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, &self.city))
    }
}

/// As that of a `Vec`.
fn digest_of<E: EntityTrait<ModelEx: Loaded>>(rows: &HasMany<E>) -> u64 {
    let digests = rows.iter().map(Loaded::digest);
    digests.fold(rows.len() as u64, u64::wrapping_add)
}
