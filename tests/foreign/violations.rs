//! Violated constraints of tables that others made: which model and which fields an error is about.

use crate::support::{Sql, TestDb, database_test};
use relations::{Dialect, ErrorKind, prelude::*};

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
