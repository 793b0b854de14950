//! What only PostgreSQL has.

/// What one connection costs the server.
mod counted_by_the_server {
    use crate::support::{TestDb, database_test};
    use relations::prelude::*;

    /// The statements that the server has prepared for the connection that asks.
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "pg_prepared_statements")]
    pub struct Prepared {
        #[model(id)]
        pub name: String,
        pub statement: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Twig)]
    pub struct Branch {
        #[model(id, generated)]
        pub id: i64,
        pub n: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Twig {
        #[model(id, generated)]
        pub id: i64,
        #[belongs_to(Branch)]
        pub branch_id: i64,
    }

    #[database_test(postgres)]
    async fn operations_do_not_prepare_again_whatever_the_number_of_keys(db: TestDb) {
        // The check of the tests' own `create` would prepare its statements too.
        let schema = relations::Db::schema::<(Branch, Twig)>(&db);
        schema.create().await.unwrap();
        let (branches, prepared) = (BranchRepository::new(&*db), PreparedRepository::new(&*db));
        let ask = async |length: i64| {
            let branch = branches.create(Branch::draft().n(length)).await.unwrap();
            branches
                .twigs(branch.id)
                .create(Twig::draft())
                .await
                .unwrap();
            let found = branches
                .find()
                .filter(Branch::N.in_(0..=length))
                .include(Branch::TWIGS.include(Twig::BRANCH))
                .all()
                .await
                .unwrap();
            assert_eq!(found.len(), length as usize);
        };
        ask(1).await;
        prepared.find().all().await.unwrap();
        let before = prepared.find().all().await.unwrap();
        // The inserts of both models, the branches found, the twigs of their keys, the branches of theirs, and this one.
        assert_eq!(before.len(), 6, "{before:#?}");
        for length in 2..20 {
            ask(length).await;
        }
        // One connection does all of it, since one is free whenever one is needed.
        assert_eq!(prepared.find().all().await.unwrap(), before);
    }

    #[database_test(postgres)]
    async fn limits_are_in_the_text_up_to_a_thousand(db: TestDb) {
        let text = |limit| {
            let branches = BranchRepository::new(&*db);
            branches.find().limit(limit).offset(1).to_sql().unwrap()
        };
        assert!(
            text(1000).ends_with("LIMIT 1000 OFFSET $1"),
            "{}",
            text(1000)
        );
        assert!(text(1001).ends_with("LIMIT $1 OFFSET $2"), "{}", text(1001));
    }
}
