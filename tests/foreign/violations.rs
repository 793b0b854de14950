//! Violated constraints of tables that others made: which model and which fields an error is about.

use crate::support::{Sql, TestDb, database_test};
use relations::{Db, Dialect, ErrorKind, prelude::*};

#[derive(Debug, Model)]
#[has_many(Child)]
struct Parent {
    #[model(id)]
    id: i64,
}

#[derive(Debug, Model)]
struct Child {
    #[model(id)]
    id: i64,
    #[belongs_to(Parent)]
    parent_id: i64,
}

#[derive(Debug, Model)]
#[model(table = "parent")]
struct ParentAlone {
    #[model(id)]
    id: i64,
}

/// A delete of the parent makes a key NULL that may not be.
async fn emptied_by_a_cascade(db: &TestDb) {
    let cascade = "CREATE TABLE parent (id BIGINT PRIMARY KEY); \
        CREATE TABLE child (id BIGINT PRIMARY KEY, \
            parent_id BIGINT NOT NULL REFERENCES parent (id) ON DELETE SET NULL); \
        INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1)";
    let trigger = "CREATE TABLE parent (id BIGINT PRIMARY KEY); \
        CREATE TABLE child (id BIGINT PRIMARY KEY, parent_id BIGINT NOT NULL); \
        CREATE TRIGGER emptied BEFORE DELETE ON parent FOR EACH ROW \
            UPDATE child SET parent_id = NULL WHERE parent_id = OLD.id; \
        INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1)";
    db.execute_sql(Sql::Each {
        sqlite: cascade,
        postgres: cascade,
        mysql: trigger,
    })
    .await;
}

#[database_test]
async fn a_cascade_names_the_model_whose_value_is_missing(db: TestDb) {
    emptied_by_a_cascade(&db).await;
    let error = ParentRepository::new(&*db)
        .delete_by_id(1)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotNullViolation);
    assert_eq!(error.to_string(), "`Child` needs a value for `parent_id`");
    assert_eq!(error.model(), Some("Child"));
    assert_eq!(error.fields(), ["parent_id"]);
    // Of a table that no model here has, the table is named; MySQL tells the column alone.
    if db.dialect() == (Dialect::MySql { returning: true }) {
        return;
    }
    let parents = ParentAloneRepository::new(&*db);
    let error = parents.delete_by_id(1).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "writing `ParentAlone`: table `child` needs a value for `parent_id`"
    );
}

#[derive(Debug, Model)]
struct Member {
    #[model(id, generated)]
    id: i64,
    #[model(unique)]
    email: String,
    #[model(unique, column = "nick_name")]
    nick: Option<String>,
}

#[database_test]
async fn a_unique_value_names_its_field_and_its_column(db: TestDb) {
    db.schema::<Member>().create().await.unwrap();
    let members = MemberRepository::new(&*db);
    let draft = |email| Member::draft().email(email).nick("b");
    members.create(draft("a")).await.unwrap();
    let error = members.create(draft("c")).await.unwrap_err();
    assert_eq!(error.fields(), ["nick"]);
    assert_eq!(error.http_status(), 409);
    assert_eq!(
        error.to_string(),
        "a `Member` with this `nick` (column `nick_name`) exists already"
    );
}

/// Tables whose constraints another program named.
mod named {
    use relations::prelude::*;

    #[derive(Debug, Clone, Model)]
    #[has_one(Desk)]
    #[has_many(Visitor)]
    pub struct Clerk {
        #[model(id, generated)]
        pub id: i64,
        #[model(unique)]
        pub email: String,
    }

    #[derive(Debug, Clone, Model)]
    pub struct Desk {
        #[model(id, generated)]
        pub id: i64,
        #[belongs_to(Clerk)]
        pub clerk_id: i64,
    }

    #[derive(Debug, Clone, Model)]
    pub struct Visitor {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
        #[belongs_to(Clerk)]
        pub clerk_id: i64,
    }
}
use named::{Clerk, ClerkRepository, Desk, Visitor, VisitorRepository};

const NAMED: Sql = Sql::Each {
    sqlite: "CREATE TABLE clerk (id INTEGER PRIMARY KEY, Email TEXT NOT NULL); \
        CREATE UNIQUE INDEX one_clerk ON clerk (Email); \
        CREATE TABLE desk (id INTEGER PRIMARY KEY, Clerk_Id BIGINT NOT NULL REFERENCES clerk); \
        CREATE UNIQUE INDEX one_desk ON desk (Clerk_Id); \
        CREATE TABLE visitor (id INTEGER PRIMARY KEY, name TEXT NOT NULL, clerk_id BIGINT NOT NULL REFERENCES clerk)",
    postgres: "CREATE TABLE clerk (id SERIAL8 PRIMARY KEY, email TEXT NOT NULL CONSTRAINT one_clerk UNIQUE); \
        CREATE TABLE desk (id SERIAL8 PRIMARY KEY, clerk_id BIGINT NOT NULL CONSTRAINT clerk_of_desk REFERENCES clerk); \
        CREATE UNIQUE INDEX one_desk ON desk (clerk_id); \
        CREATE TABLE visitor (id SERIAL8 PRIMARY KEY, name TEXT NOT NULL, \
            clerk_id BIGINT NOT NULL CONSTRAINT whom REFERENCES clerk)",
    mysql: "CREATE TABLE clerk (id BIGINT PRIMARY KEY AUTO_INCREMENT, Email VARCHAR(99) NOT NULL, UNIQUE KEY one_clerk (Email)); \
        CREATE TABLE desk (id BIGINT PRIMARY KEY AUTO_INCREMENT, Clerk_Id BIGINT NOT NULL, UNIQUE KEY one_desk (Clerk_Id), \
            CONSTRAINT clerk_of_desk FOREIGN KEY (Clerk_Id) REFERENCES clerk (id)); \
        CREATE TABLE visitor (id BIGINT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(99) NOT NULL, clerk_id BIGINT NOT NULL, \
            CONSTRAINT whom FOREIGN KEY (clerk_id) REFERENCES clerk (id))",
};

#[database_test]
async fn a_unique_constraint_with_another_name_names_field_and_relation(db: TestDb) {
    db.execute_sql(NAMED).await;
    let clerks = ClerkRepository::new(&*db);
    let clerk = clerks.create(Clerk::draft().email("a")).await.unwrap();
    let mut counts = Vec::new();
    for _ in 0..3 {
        db.statements();
        let error = clerks.create(Clerk::draft().email("a")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(
            error.to_string().replace(" (column `Email`)", ""),
            "a `Clerk` with this `email` exists already"
        );
        assert_eq!(error.fields(), ["email"]);
        counts.push(db.count());
    }
    // Where the database told the name alone, the catalog was asked once.
    let asks = usize::from(matches!(db.dialect(), Dialect::MySql { .. }));
    assert_eq!(counts, [1 + asks, 1, 1]);
    clerks.desk(clerk.id).create(Desk::draft()).await.unwrap();
    let error = clerks
        .desk(clerk.id)
        .create(Desk::draft())
        .await
        .unwrap_err();
    assert_eq!(
        (error.relation(), error.fields()),
        (Some("desk"), &["clerk_id"][..]),
        "{error}"
    );
}

#[database_test]
async fn a_foreign_key_with_another_name_names_the_relation(db: TestDb) {
    db.execute_sql(NAMED).await;
    let (clerks, visitors) = (ClerkRepository::new(&*db), VisitorRepository::new(&*db));
    let error = visitors
        .create(Visitor::draft().name("b").clerk_id(7))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(
        (error.relation(), error.fields()),
        (Some("clerk"), &["clerk_id"][..])
    );
    let clerk = clerks.create(Clerk::draft().email("a")).await.unwrap();
    let visitor = Visitor::draft().name("b");
    clerks.visitors(clerk.id).create(visitor).await.unwrap();
    let error = clerks.delete_by_id(clerk.id).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Clerk.visitors`: a `Visitor` still refers to this row"
    );
    assert_eq!(
        (error.model(), error.relation()),
        (Some("Clerk"), Some("visitors"))
    );
}

/// PostgreSQL takes no statement after the error, so that it is asked on another connection.
#[database_test]
async fn a_constraint_with_another_name_is_found_inside_a_transaction(db: TestDb) {
    db.execute_sql(NAMED).await;
    let clerks = ClerkRepository::new(&*db);
    let clerk = clerks.create(Clerk::draft().email("a")).await.unwrap();
    let visitor = Visitor::draft().name("b");
    clerks.visitors(clerk.id).create(visitor).await.unwrap();
    let error = db
        .transaction(async |tx| ClerkRepository::new(&tx).delete_by_id(clerk.id).await)
        .await
        .unwrap_err();
    assert_eq!(error.relation(), Some("visitors"), "{error}");
    assert_eq!(clerks.find().count().await.unwrap(), 1);
}

#[database_test(postgres)]
async fn an_only_connection_is_not_waited_for(db: TestDb) {
    db.execute_sql(NAMED).await;
    let one = Db::options()
        .max_connections(1)
        .connect(db.url())
        .await
        .unwrap();
    let clerks = ClerkRepository::new(&one);
    let clerk = clerks.create(Clerk::draft().email("a")).await.unwrap();
    let visitor = Visitor::draft().name("b");
    clerks.visitors(clerk.id).create(visitor).await.unwrap();
    let in_transaction = async || {
        let deleting =
            one.transaction(async |tx| ClerkRepository::new(&tx).delete_by_id(clerk.id).await);
        deleting.await.unwrap_err()
    };
    let error = in_transaction().await;
    assert_eq!(
        error.to_string(),
        "a foreign key of table `visitor` does not allow this (constraint `whom`)"
    );
    // What was learnt outside of one is known inside.
    assert_eq!(
        clerks.delete_by_id(clerk.id).await.unwrap_err().relation(),
        Some("visitors")
    );
    assert_eq!(in_transaction().await.relation(), Some("visitors"));
    one.close().await;
}

#[database_test(sqlite_memory, sqlite_file, postgres)]
async fn a_unique_index_of_an_expression_names_its_field(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE member (id INTEGER PRIMARY KEY, email TEXT NOT NULL, nick_name TEXT)",
        postgres: "CREATE TABLE member (id SERIAL8 PRIMARY KEY, email TEXT NOT NULL, nick_name TEXT)",
        mysql: "",
    })
    .await;
    db.execute("CREATE UNIQUE INDEX nick_name ON member (lower(email))")
        .await;
    db.execute("INSERT INTO member (email, nick_name) VALUES ('a', 'b')")
        .await;
    let members = db.schema::<Member>();
    assert!(
        members
            .check()
            .await
            .unwrap()
            .to_string()
            .contains("nothing makes `email`")
    );
    let draft = Member::draft().email("A").nick("c");
    let members = MemberRepository::new(&*db);
    let error = members.create(draft).await.unwrap_err();
    assert_eq!(error.fields(), ["email"], "{error}");
}
