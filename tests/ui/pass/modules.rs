use relations::prelude::*;

mod suppliers {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    #[has_one(crate::accounts::Account)]
    #[has_one(super::accounts::private::Address, name = "address")]
    pub(crate) struct Supplier {
        #[model(id, generated)]
        pub(crate) id: i64,
        name: String,
    }

    pub(crate) async fn thor(db: &Db) -> relations::Result<Supplier> {
        let draft = Supplier::draft().name("Thor");
        SupplierRepository::new(db).create(draft).await
    }

    pub(crate) fn name(supplier: &Supplier) -> &str {
        &supplier.name
    }
}

mod accounts {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    pub(crate) struct Account {
        #[model(id, generated)]
        id: i64,
        #[belongs_to(crate::suppliers::Supplier)]
        supplier_id: i64,
    }

    pub(crate) mod private {
        use relations::prelude::*;

        #[derive(Debug, Model)]
        pub(crate) struct Address {
            #[model(id, generated)]
            id: i64,
            city: String,
            #[belongs_to(crate::suppliers::Supplier)]
            supplier_id: i64,
        }
    }

    mod hidden {
        use relations::prelude::*;

        #[derive(Debug, Model)]
        #[has_one(Branch, key_to = "root_id")]
        struct Root {
            #[model(id)]
            id: i64,
        }

        #[derive(Debug, Model)]
        struct Branch {
            #[model(id)]
            id: i64,
            #[belongs_to(Root)]
            root_id: i64,
        }

        pub(super) async fn run(db: &Db) -> relations::Result<usize> {
            db.schema::<(Root, Branch)>().create().await?;
            let roots = RootRepository::new(db);
            roots.create(Root { id: 1 }).await?;
            roots.branch(1).create(Branch { id: 2, root_id: 1 }).await?;
            let branches = BranchRepository::new(db);
            Ok(branches.find().include(Branch::ROOT).all().await?.len())
        }
    }

    pub(crate) async fn run(db: &Db) -> relations::Result<usize> {
        hidden::run(db).await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    use accounts::Account;
    use suppliers::{Supplier, SupplierRepository};

    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Supplier, Account, accounts::private::Address)>()
        .create()
        .await?;
    let thor = suppliers::thor(&db).await?;
    let suppliers = SupplierRepository::new(&db);
    suppliers.account(&thor).create(Account::draft()).await?;
    let found = suppliers
        .find_by_id(thor.id)
        .include(Supplier::ACCOUNT)
        .get()
        .await?;
    assert!(found.account.is_some());
    assert_eq!(suppliers::name(&found), "Thor");
    assert_eq!(accounts::run(&db).await?, 1);
    Ok(())
}
