//! Operations through a `has_one`: `suppliers.account(id).create(..)` and its like.

use crate::support::{Sql, TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Account)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub manager: String,
    pub balance: Option<i64>,
    #[model(default = "'open'")]
    pub state: String,
    #[model(unique)]
    pub iban: Option<String>,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

/// Its id is not generated, so it is a draft of itself, key and all.
#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Passport)]
pub struct Citizen {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Passport {
    #[model(id)]
    pub number: String,
    #[belongs_to(Citizen)]
    pub citizen_id: Option<i64>,
}

/// Thor and Loki, with the statements forgotten.
async fn two_suppliers(db: &TestDb) -> (SupplierRepository<&Db>, Supplier, Supplier) {
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    let suppliers = SupplierRepository::new(&**db);
    let thor = suppliers
        .create(Supplier::draft().name("Thor"))
        .await
        .unwrap();
    let loki = suppliers
        .create(Supplier::draft().name("Loki"))
        .await
        .unwrap();
    db.ran();
    (suppliers, thor, loki)
}

/// An account for Thor, with the statements forgotten.
async fn account_of_thor(db: &TestDb) -> (SupplierRepository<&Db>, Supplier, Account) {
    let (suppliers, thor, _) = two_suppliers(db).await;
    let draft = Account::draft().manager("Odin").balance(5);
    let account = suppliers.account(thor.id).create(draft).await.unwrap();
    db.ran();
    (suppliers, thor, account)
}

#[database_test]
async fn create_fills_the_foreign_key(db: TestDb) {
    let (suppliers, thor, _) = two_suppliers(&db).await;
    let draft = Account::draft().manager("Odin");
    let account = suppliers.account(thor.id).create(draft).await.unwrap();
    db.assert_sql([Sql::Same(
        r#"INSERT INTO "account" ("manager", "supplier_id") VALUES (?, ?) RETURNING "id", "manager", "balance", "state", "iban", "supplier_id""#,
    )]);
    let expected = Account {
        id: account.id,
        manager: "Odin".into(),
        balance: None,
        state: "open".into(),
        iban: None,
        supplier_id: thor.id,
    };
    assert_eq!(account, expected);
    let stored = AccountRepository::new(&*db)
        .find_by_id(account.id)
        .get()
        .await
        .unwrap();
    assert_eq!(stored, expected);
}

#[database_test]
async fn create_takes_the_source_by_reference(db: TestDb) {
    let (suppliers, thor, loki) = two_suppliers(&db).await;
    let of_thor = suppliers
        .account(&thor)
        .create(Account::draft().manager("Odin"))
        .await
        .unwrap();
    let of_loki = suppliers
        .account(&loki)
        .create(Account::draft().manager("Laufey"))
        .await
        .unwrap();
    assert_eq!(
        (of_thor.supplier_id, of_loki.supplier_id),
        (thor.id, loki.id)
    );
}

#[database_test]
async fn find_gives_the_row_that_a_direct_query_gives(db: TestDb) {
    let (suppliers, thor, account) = account_of_thor(&db).await;
    let found = suppliers.account(thor.id).find().await.unwrap();
    db.assert_sql([Sql::Same(
        r#"SELECT "t0"."id", "t0"."manager", "t0"."balance", "t0"."state", "t0"."iban", "t0"."supplier_id" FROM "account" AS "t0" WHERE "t0"."supplier_id" = ? ORDER BY "t0"."id" ASC"#,
    )]);
    let accounts = AccountRepository::new(&*db);
    let direct = accounts
        .find()
        .filter(Account::SUPPLIER_ID.eq(thor.id))
        .first()
        .await
        .unwrap();
    assert_eq!(found, Some(account));
    assert_eq!(found, direct);
}

#[database_test]
async fn find_gives_none_and_get_an_error_without_a_row(db: TestDb) {
    let (suppliers, thor, account) = account_of_thor(&db).await;
    AccountRepository::new(&*db)
        .delete_by_id(account.id)
        .await
        .unwrap();
    assert_eq!(suppliers.account(thor.id).find().await.unwrap(), None);
    assert!(!suppliers.account(thor.id).find().exists().await.unwrap());
    let error = suppliers.account(thor.id).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        (error.model(), error.relation()),
        (Some("Account"), Some("account"))
    );
    let expected = format!(
        "`Supplier.account`: no `Account` for the `Supplier` with `id` {}",
        thor.id
    );
    assert_eq!(error.to_string(), expected);
}

#[database_test]
async fn find_takes_a_filter_and_includes(db: TestDb) {
    let (suppliers, thor, account) = account_of_thor(&db).await;
    let rich = suppliers
        .account(thor.id)
        .find()
        .filter(Account::BALANCE.gt(100))
        .await
        .unwrap();
    assert_eq!(rich, None);
    let poor = suppliers
        .account(thor.id)
        .find()
        .filter(Account::BALANCE.lt(100))
        .await
        .unwrap();
    assert_eq!(poor, Some(account.clone()));
    let optional = suppliers
        .account(thor.id)
        .find()
        .filter(None)
        .await
        .unwrap();
    assert_eq!(optional, Some(account));
    db.ran();
    let found = suppliers
        .account(thor.id)
        .find()
        .include(Account::SUPPLIER)
        .get()
        .await
        .unwrap();
    assert_eq!(*found.supplier, thor);
    assert_eq!(db.count(), 1);
}

#[database_test]
async fn a_filter_on_the_key_cannot_leave_the_source(db: TestDb) {
    let (suppliers, thor, loki) = two_suppliers(&db).await;
    suppliers
        .account(loki.id)
        .create(Account::draft().manager("Laufey"))
        .await
        .unwrap();
    let find = suppliers
        .account(thor.id)
        .find()
        .filter(Account::SUPPLIER_ID.eq(loki.id));
    assert_eq!(find.await.unwrap(), None);
}

#[database_test]
async fn patch_changes_only_the_named_column(db: TestDb) {
    let (suppliers, thor, account) = account_of_thor(&db).await;
    let patched = suppliers
        .account(thor.id)
        .patch(Account::patch().balance(100))
        .await
        .unwrap();
    assert_eq!(patched, 1);
    db.assert_sql([Sql::Same(
        r#"UPDATE "account" SET "balance" = ? WHERE "supplier_id" = ?"#,
    )]);
    let expected = Account {
        balance: Some(100),
        ..account
    };
    assert_eq!(suppliers.account(thor.id).get().await.unwrap(), expected);
}

#[database_test]
async fn patch_counts_a_row_that_has_the_values_already(db: TestDb) {
    let (suppliers, thor, _) = account_of_thor(&db).await;
    let patched = suppliers
        .account(thor.id)
        .patch(Account::patch().balance(5))
        .await
        .unwrap();
    assert_eq!(patched, 1);
}

#[database_test]
async fn patch_sets_null(db: TestDb) {
    let (suppliers, thor, _) = account_of_thor(&db).await;
    suppliers
        .account(thor.id)
        .patch(Account::patch().balance(None))
        .await
        .unwrap();
    assert_eq!(
        suppliers.account(thor.id).get().await.unwrap().balance,
        None
    );
}

#[database_test]
async fn patch_and_delete_leave_other_sources_alone(db: TestDb) {
    let (suppliers, thor, loki) = two_suppliers(&db).await;
    for supplier in [&thor, &loki] {
        suppliers
            .account(supplier)
            .create(Account::draft().manager(&supplier.name))
            .await
            .unwrap();
    }
    let of_loki = suppliers.account(&loki).get().await.unwrap();
    assert_eq!(
        suppliers
            .account(&thor)
            .patch(Account::patch().balance(1))
            .await
            .unwrap(),
        1
    );
    assert_eq!(suppliers.account(&loki).get().await.unwrap(), of_loki);
    assert_eq!(suppliers.account(&thor).delete().await.unwrap(), 1);
    let left = AccountRepository::new(&*db).find().all().await.unwrap();
    assert_eq!(left, [of_loki]);
}

#[database_test]
async fn delete_counts_its_row(db: TestDb) {
    let (suppliers, thor, _) = account_of_thor(&db).await;
    assert_eq!(suppliers.account(thor.id).delete().await.unwrap(), 1);
    db.assert_sql([Sql::Same(
        r#"DELETE FROM "account" WHERE "supplier_id" = ?"#,
    )]);
    assert!(
        suppliers
            .account(thor.id)
            .get()
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[database_test]
async fn patch_and_delete_without_a_row_count_none(db: TestDb) {
    let (suppliers, thor, _) = two_suppliers(&db).await;
    assert_eq!(
        suppliers
            .account(thor.id)
            .patch(Account::patch().balance(1))
            .await
            .unwrap(),
        0
    );
    assert_eq!(suppliers.account(thor.id).delete().await.unwrap(), 0);
    assert_eq!(suppliers.account(4711).delete().await.unwrap(), 0);
}

#[database_test]
async fn an_empty_patch_is_an_error_without_a_statement(db: TestDb) {
    let (suppliers, thor, _) = account_of_thor(&db).await;
    let error = suppliers
        .account(thor.id)
        .patch(Account::patch())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EmptyPatch);
    assert_eq!(error.model(), Some("Account"));
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn a_second_create_is_refused(db: TestDb) {
    let (suppliers, thor, account) = account_of_thor(&db).await;
    let error = suppliers
        .account(thor.id)
        .create(Account::draft().manager("Frigg"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(
        (error.model(), error.relation()),
        (Some("Account"), Some("account"))
    );
    let expected = format!(
        "`Supplier.account` has its row already: the `supplier_id` is taken (of the `Supplier` with `id` {})",
        thor.id
    );
    assert_eq!(error.to_string(), expected);
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(suppliers.account(thor.id).get().await.unwrap(), account);
}

#[database_test]
async fn a_unique_value_taken_elsewhere_is_not_the_relations(db: TestDb) {
    let (suppliers, thor, loki) = two_suppliers(&db).await;
    suppliers
        .account(&thor)
        .create(Account::draft().manager("Odin").iban("DE1"))
        .await
        .unwrap();
    let error = suppliers
        .account(&loki)
        .create(Account::draft().manager("Laufey").iban("DE1"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!((error.model(), error.relation()), (Some("Account"), None));
    assert_eq!(
        error.to_string(),
        "an `Account` with this `iban` exists already"
    );
}

#[database_test]
async fn create_for_a_source_that_is_not_there_is_a_foreign_key_violation(db: TestDb) {
    let (suppliers, _, _) = two_suppliers(&db).await;
    let error = suppliers
        .account(4711)
        .create(Account::draft().manager("Odin"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(
        (error.model(), error.relation()),
        (Some("Account"), Some("account"))
    );
    assert_eq!(
        error.to_string(),
        "`Supplier.account`: the `supplier_id` refers to no `Supplier` (of the `Supplier` with `id` 4711)"
    );
    assert_eq!(
        AccountRepository::new(&*db).find().count().await.unwrap(),
        0
    );
}

#[database_test]
async fn fifty_creates_at_once_leave_one_row(db: TestDb) {
    let (_, thor, _) = two_suppliers(&db).await;
    let creates = (0..50).map(|n| {
        let (db, id) = ((*db).clone(), thor.id);
        tokio::spawn(async move {
            let suppliers = SupplierRepository::new(db);
            suppliers
                .account(id)
                .create(Account::draft().manager(format!("{n}")))
                .await
        })
    });
    let (mut created, mut refused) = (0, 0);
    for create in creates.collect::<Vec<_>>() {
        match create.await.unwrap() {
            Ok(_) => created += 1,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error:?}");
                assert_eq!(error.relation(), Some("account"));
                refused += 1;
            }
        }
    }
    assert_eq!((created, refused), (1, 49));
    assert_eq!(db.number("SELECT COUNT(*) FROM account").await, 1);
}

#[database_test]
async fn set_creates_the_row(db: TestDb) {
    let (suppliers, thor, _) = two_suppliers(&db).await;
    let account = suppliers
        .account(thor.id)
        .set(Account::draft().manager("Odin"))
        .await
        .unwrap();
    assert_eq!(
        (account.manager.as_str(), account.supplier_id),
        ("Odin", thor.id)
    );
    assert_eq!(
        suppliers.account(thor.id).find().await.unwrap(),
        Some(account)
    );
}

#[database_test]
async fn set_keeps_the_id_and_resets_what_the_draft_leaves_out(db: TestDb) {
    let (suppliers, thor, before) = account_of_thor(&db).await;
    let patch = Account::patch().state("closed").iban("DE1");
    suppliers.account(thor.id).patch(patch).await.unwrap();
    db.ran();
    let after = suppliers
        .account(thor.id)
        .set(Account::draft().manager("Frigg"))
        .await
        .unwrap();
    let expected = Account {
        manager: "Frigg".into(),
        balance: None,
        ..before
    };
    assert_eq!(after, expected);
    if db.can.set_in_one_statement {
        db.assert_sql([Sql::Same(
            r#"INSERT INTO "account" ("manager", "supplier_id") VALUES (?, ?) ON CONFLICT ("supplier_id") DO UPDATE SET "manager" = "excluded"."manager", "balance" = "excluded"."balance", "state" = "excluded"."state", "iban" = "excluded"."iban" RETURNING "id", "manager", "balance", "state", "iban", "supplier_id""#,
        )]);
    } else {
        db.assert_sql([
            Sql::Same(
                r#"UPDATE "account" SET "manager" = ?, "balance" = DEFAULT, "state" = DEFAULT, "iban" = DEFAULT, "supplier_id" = ? WHERE "supplier_id" = ?"#,
            ),
            Sql::Same(
                r#"SELECT "t0"."id", "t0"."manager", "t0"."balance", "t0"."state", "t0"."iban", "t0"."supplier_id" FROM "account" AS "t0" WHERE "t0"."supplier_id" = ?"#,
            ),
        ]);
    }
    assert_eq!(suppliers.account(thor.id).get().await.unwrap(), expected);
}

#[database_test]
async fn set_does_not_take_another_sources_row(db: TestDb) {
    let (suppliers, thor, loki) = two_suppliers(&db).await;
    suppliers
        .account(&thor)
        .create(Account::draft().manager("Odin").iban("DE1"))
        .await
        .unwrap();
    let error = suppliers
        .account(&loki)
        .set(Account::draft().manager("Laufey").iban("DE1"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::AlreadyExists, None)
    );
    suppliers
        .account(&loki)
        .create(Account::draft().manager("Laufey"))
        .await
        .unwrap();
    let error = suppliers
        .account(&loki)
        .set(Account::draft().manager("Laufey").iban("DE1"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::AlreadyExists, None)
    );
    assert_eq!(
        suppliers.account(&thor).get().await.unwrap().manager,
        "Odin"
    );
}

#[database_test]
async fn set_for_a_source_that_is_not_there_is_a_foreign_key_violation(db: TestDb) {
    let (suppliers, _, _) = two_suppliers(&db).await;
    let error = suppliers
        .account(4711)
        .set(Account::draft().manager("Odin"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("account"))
    );
}

#[database_test]
async fn sets_at_once_leave_one_row(db: TestDb) {
    let (suppliers, thor, _) = two_suppliers(&db).await;
    let sets = (0..30).map(|n| {
        let (db, id) = ((*db).clone(), thor.id);
        tokio::spawn(async move {
            let suppliers = SupplierRepository::new(db);
            suppliers
                .account(id)
                .set(Account::draft().manager(format!("{n}")))
                .await
        })
    });
    let mut ids = Vec::new();
    for set in sets.collect::<Vec<_>>() {
        ids.push(set.await.unwrap().unwrap().id);
    }
    let left = AccountRepository::new(&*db).find().all().await.unwrap();
    assert_eq!(left.len(), 1);
    assert!(ids.iter().all(|id| *id == left[0].id), "{ids:?}");
    assert_eq!(suppliers.account(thor.id).get().await.unwrap(), left[0]);
}

#[database_test]
async fn build_fills_the_key_without_a_statement(db: TestDb) {
    let (suppliers, thor, _) = two_suppliers(&db).await;
    let built = suppliers
        .account(&thor)
        .build(Account::draft().manager("Odin"))
        .unwrap();
    assert_eq!(db.count(), 0);
    let account = AccountRepository::new(&*db).create(built).await.unwrap();
    assert_eq!(account.supplier_id, thor.id);
}

async fn citizens(db: &TestDb) -> CitizenRepository<&Db> {
    db.schema::<(Citizen, Passport)>().create().await.unwrap();
    let citizens = CitizenRepository::new(&**db);
    for (id, name) in [(1, "Ann"), (2, "Bob")] {
        citizens
            .create(Citizen {
                id,
                name: name.into(),
            })
            .await
            .unwrap();
    }
    db.ran();
    citizens
}

fn passport(citizen_id: Option<i64>) -> Passport {
    Passport {
        number: "P1".into(),
        citizen_id,
    }
}

#[database_test]
async fn a_model_with_the_same_key_can_be_created(db: TestDb) {
    let citizens = citizens(&db).await;
    let created = citizens
        .passport(1)
        .create(passport(Some(1)))
        .await
        .unwrap();
    assert_eq!(created, passport(Some(1)));
}

#[database_test]
async fn data_with_another_key_is_refused_before_any_statement(db: TestDb) {
    let citizens = citizens(&db).await;
    for key in [Some(2), None] {
        let errors = [
            citizens
                .passport(1)
                .create(passport(key))
                .await
                .unwrap_err(),
            citizens.passport(1).set(passport(key)).await.unwrap_err(),
            citizens.passport(1).build(passport(key)).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
            assert_eq!(
                (error.model(), error.relation()),
                (Some("Passport"), Some("passport"))
            );
        }
    }
    let error = citizens
        .passport(1)
        .create(passport(Some(2)))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`citizen_id` is 1 through `Citizen.passport`, and the data says 2"
    );
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn a_draft_with_an_optional_key_may_leave_it_out(db: TestDb) {
    let citizens = citizens(&db).await;
    let created = citizens
        .passport(2)
        .create(Passport::draft().number("P2"))
        .await
        .unwrap();
    assert_eq!(created.citizen_id, Some(2));
    let stateless = PassportRepository::new(&*db)
        .create(Passport::draft().number("P3"))
        .await
        .unwrap();
    assert_eq!(stateless.citizen_id, None);
    // Rows without a key are nobody's, also for a source whose key is looked at by value.
    assert_eq!(citizens.passport(1).find().await.unwrap(), None);
}

#[database_test]
async fn deleting_a_source_that_has_its_target_is_refused(db: TestDb) {
    let (suppliers, thor, _) = account_of_thor(&db).await;
    let by_id = suppliers.delete_by_id(thor.id).await.unwrap_err();
    let all = suppliers.delete().all_rows().await.unwrap_err();
    for error in [by_id, all] {
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(
            (error.model(), error.relation()),
            (Some("Supplier"), Some("account"))
        );
        assert_eq!(
            error.to_string(),
            "`Supplier.account`: an `Account` still refers to this row"
        );
    }
    assert_eq!(suppliers.find().count().await.unwrap(), 2);
}

#[database_test]
async fn errors_name_no_values_of_the_row(db: TestDb) {
    let (suppliers, thor, loki) = two_suppliers(&db).await;
    let secret = || Account::draft().manager("hush-hush").iban("DE1");
    suppliers.account(&thor).create(secret()).await.unwrap();
    let errors = [
        suppliers.account(&thor).create(secret()).await.unwrap_err(),
        suppliers.account(&loki).create(secret()).await.unwrap_err(),
        suppliers.account(4711).create(secret()).await.unwrap_err(),
    ];
    for error in errors {
        assert!(!error.to_string().contains("hush-hush"), "{error}");
        assert!(!error.to_string().contains("DE1"), "{error}");
    }
}

#[database_test]
async fn two_creates_in_a_transaction_leave_the_first(db: TestDb) {
    let (_, thor, _) = two_suppliers(&db).await;
    let result = db
        .transaction(async |tx| {
            let suppliers = SupplierRepository::new(&tx);
            suppliers
                .account(&thor)
                .create(Account::draft().manager("Odin"))
                .await?;
            let second = tx
                .transaction(async |inner| {
                    let suppliers = SupplierRepository::new(&inner);
                    suppliers
                        .account(&thor)
                        .create(Account::draft().manager("Frigg"))
                        .await
                })
                .await;
            assert!(second.unwrap_err().is_already_exists());
            suppliers
                .account(&thor)
                .set(Account::draft().manager("Thrud"))
                .await
        })
        .await;
    assert_eq!(result.unwrap().manager, "Thrud");
    assert_eq!(db.number("SELECT COUNT(*) FROM account").await, 1);
}
