//! What only MySQL and MariaDB have.

/// MySQL itself has no `INSERT … RETURNING`; taken for it, MariaDB runs the statements that MySQL would.
mod without_returning {
    use crate::support::{TestDb, database_test};
    use relations::prelude::*;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_one(Account)]
    #[has_many(Part)]
    pub struct Supplier {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Account {
        #[model(id)]
        pub country: String,
        #[model(id)]
        pub number: i64,
        #[model(default = "'none'")]
        pub note: Option<String>,
        #[belongs_to(Supplier)]
        pub supplier_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Screw)]
    pub struct Part {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
        #[belongs_to(Supplier)]
        pub supplier_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Screw {
        #[model(id, generated)]
        pub id: i64,
        #[model(unique)]
        pub size: i64,
        #[belongs_to(Part)]
        pub part_id: i64,
    }

    #[database_test(mysql)]
    async fn several_rows_are_read_back_in_order_and_nested_ones_find_their_parents(db: TestDb) {
        db.schema::<(Supplier, Account, Part, Screw)>()
            .create()
            .await
            .unwrap();
        let suppliers = SupplierRepository::new(db.without_returning());
        let drafts = ["b", "a"].map(|name| {
            let parts = (0..2).map(|n| {
                let size = if name == "b" { n } else { 10 + n };
                let screws = [Screw::draft().size(size), Screw::draft().size(100 + size)];
                Part::draft().name(format!("{name}{n}")).screws(screws)
            });
            Supplier::draft()
                .name(name)
                .account(Account::draft().country(name).number(1))
                .parts(parts.collect::<Vec<_>>())
        });
        let created = suppliers.create_all(drafts.clone()).await.unwrap();
        let names: Vec<_> = created.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["b", "a"]);
        let rows = suppliers
            .find()
            .include(Supplier::ACCOUNT)
            .include(Supplier::PARTS.include(Part::SCREWS))
            .all()
            .await
            .unwrap();
        for (row, least) in rows.iter().zip([0, 10]) {
            assert_eq!(row.account.as_ref().unwrap().country, row.name);
            for (part, n) in row.parts.iter().zip(0..) {
                assert_eq!(part.name, format!("{}{n}", row.name));
                let sizes: Vec<_> = part.screws.iter().map(|screw| screw.size).collect();
                assert_eq!(sizes, [least + n, 100 + least + n]);
            }
            assert_eq!(row.parts.len(), 2);
        }
        let screws = [1_000, 1_001, 101].map(|size| Screw::draft().size(size));
        let part = Part::draft().name("c").screws(screws);
        let error = suppliers.parts(&created[0]).create(part).await;
        assert!(error.unwrap_err().is_already_exists());
        assert_eq!(suppliers.parts(&created[0]).count().await.unwrap(), 2);
        let parts = ["z", "y"].map(|name| Part::draft().name(name));
        let parts = suppliers.parts(&created[1]).create_all(parts).await;
        let parts = parts.unwrap();
        let names: Vec<_> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["z", "y"]);
        assert_eq!(db.number("SELECT COUNT(*) FROM screw").await, 8);
    }

    #[database_test(mysql)]
    async fn rows_are_read_back_after_they_are_written(db: TestDb) {
        db.schema::<(Supplier, Account, Part, Screw)>()
            .create()
            .await
            .unwrap();
        let suppliers = SupplierRepository::new(db.without_returning());
        db.ran();
        let thor = suppliers
            .create(Supplier::draft().name("Thor"))
            .await
            .unwrap();
        assert_eq!((thor.id, thor.name.as_str()), (1, "Thor"));
        assert_eq!(db.count(), 2, "an insert, and a select of the new row");

        let draft = Account::draft().country("NO").number(7);
        let account = suppliers
            .account(&thor)
            .create(draft.clone())
            .await
            .unwrap();
        assert_eq!(
            (account.supplier_id, account.note.as_deref()),
            (1, Some("none"))
        );
        let error = suppliers
            .account(&thor)
            .create(draft.clone())
            .await
            .unwrap_err();
        assert!(error.is_already_exists(), "{error}");

        let noted = suppliers.account(&thor).set(draft.note("a")).await.unwrap();
        assert_eq!((noted.number, noted.note.as_deref()), (7, Some("a")));
        let all = suppliers
            .find()
            .include(Supplier::ACCOUNT)
            .all()
            .await
            .unwrap();
        assert_eq!(all[0].account, Some(noted));
    }
}

mod patterns {
    use crate::support::{TestDb, database_test};
    use relations::prelude::*;

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Word {
        #[model(id)]
        pub id: i64,
        pub text: String,
    }

    /// MariaDB does not know `REGEXP_LIKE`, so it is only read.
    #[database_test(mysql)]
    async fn mysql_is_told_of_case(db: TestDb) {
        let words = WordRepository::new(db.without_returning());
        let sql = |predicate| words.find().filter(predicate).to_sql().unwrap();
        let start = "SELECT `t0`.`id`, `t0`.`text` FROM `word` AS `t0` WHERE";
        let end = "ORDER BY `t0`.`id` ASC";
        assert_eq!(
            sql(Word::TEXT.regexp("a")),
            format!("{start} REGEXP_LIKE(`t0`.`text`, ?, 'c') {end}")
        );
        assert_eq!(
            sql(Word::TEXT.not_iregexp("a")),
            format!("{start} NOT (REGEXP_LIKE(`t0`.`text`, ?, 'i')) {end}")
        );
    }

    #[database_test(mysql)]
    async fn neither_collation_nor_the_servers_flags_matter(db: TestDb) {
        db.execute(
            "CREATE TABLE word (id BIGINT PRIMARY KEY, \
                 text VARCHAR(50) CHARACTER SET latin1 COLLATE latin1_swedish_ci); \
                 INSERT INTO word VALUES (1, 'a b'), (2, 'A\\nB'), (3, 'é')",
        )
        .await;
        let relations::Pool::MySql(pool) = db.pool() else {
            panic!("it is MariaDB")
        };
        let options = pool.connect_options();
        let pool = sqlx::mysql::MySqlPoolOptions::new().after_connect(|connection, _| {
            let flags = "SET default_regex_flags = 'DOTALL,EXTENDED,EXTENDED_MORE,MULTILINE'";
            Box::pin(async move { sqlx::raw_sql(flags).execute(connection).await.map(drop) })
        });
        let pool = pool.connect_with((*options).clone()).await.unwrap();
        let flagged = Db::from_pool(pool.clone()).await.unwrap();
        let words = WordRepository::new(&flagged);
        let cases = [
            (Word::TEXT.regexp("a b"), vec![1]),
            (Word::TEXT.regexp("^B"), vec![]),
            (Word::TEXT.iregexp("^a.B$"), vec![1, 2]),
            (Word::TEXT.iregexp("É"), vec![3]),
            (Word::TEXT.regexp("É"), vec![]),
        ];
        for (predicate, expected) in cases {
            let found = words.find().filter(predicate.clone()).all().await.unwrap();
            let ids: Vec<i64> = found.iter().map(|word| word.id).collect();
            assert_eq!(ids, expected, "{predicate:?}");
        }
        pool.close().await;
    }
}

/// What the server counted of a connection.
mod counted_by_the_server {
    use crate::support::{TestDb, database_test};
    use relations::prelude::*;
    use std::collections::BTreeMap;

    /// A view of what the server counts for the connection that asks.
    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Counter {
        #[model(id)]
        pub name: String,
        pub value: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Row {
        #[model(id, generated)]
        pub id: i64,
        pub n: i64,
    }

    async fn counters(db: &Db) -> BTreeMap<String, i64> {
        let names = ["COM_ADMIN_COMMANDS", "COM_STMT_PREPARE", "COM_STMT_CLOSE"];
        let counters = CounterRepository::new(db);
        let counters = counters
            .find()
            .filter(Counter::NAME.in_(names))
            .all()
            .await
            .unwrap();
        let counters = counters.into_iter();
        counters
            .map(|counter| (counter.name, counter.value.parse().unwrap()))
            .collect()
    }

    #[database_test(mysql)]
    async fn operations_neither_ping_nor_prepare_again_whatever_the_number_of_keys(db: TestDb) {
        db.schema::<Row>().create().await.unwrap();
        db.execute(
            "CREATE VIEW counter AS SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value
                 FROM information_schema.SESSION_STATUS",
        )
        .await;
        let rows = RowRepository::new(&*db);
        let ask = async |length: i64| {
            rows.find()
                .filter(Row::N.in_(0..length))
                .all()
                .await
                .unwrap();
            rows.create(Row::draft().n(length)).await.unwrap();
        };
        ask(1).await;
        counters(&db).await;
        let before = counters(&db).await;
        for length in 2..20 {
            ask(length).await;
        }
        // One connection does all of it, since one is free whenever one is needed.
        assert_eq!(counters(&db).await, before);
    }
}
