//! What a repository does to the rows of one model.

use crate::support::{Sql, TestDb, database_test, is_hostile};
use relations::prelude::*;
use relations::{Dialect, ErrorKind};

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Book {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
    pub pages: Option<i32>,
    #[model(unique)]
    pub isbn: Option<String>,
    #[model(default = "7")]
    pub stock: i32,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Place {
    #[model(id)]
    pub country: String,
    #[model(id)]
    pub number: i64,
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Tag {
    #[model(id)]
    pub text: String,
}

/// Nothing but what the database makes.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Ticket {
    #[model(id, generated)]
    pub id: i64,
}

async fn books(db: &TestDb) -> BookRepository<&Db> {
    db.schema::<Book>().create().await.unwrap();
    db.ran();
    BookRepository::new(&**db)
}

/// Three books: Emma with 100 pages, Ivanhoe with 200, Walden with NULL.
async fn three_books(db: &TestDb) -> (BookRepository<&Db>, Vec<Book>) {
    let books = books(db).await;
    let mut rows = Vec::new();
    for (title, pages) in [
        ("Emma", Some(100)),
        ("Ivanhoe", Some(200)),
        ("Walden", None),
    ] {
        rows.push(
            books
                .create(Book::draft().title(title).pages(pages))
                .await
                .unwrap(),
        );
    }
    db.ran();
    (books, rows)
}

#[database_test]
async fn create_gives_the_row_as_stored(db: TestDb) {
    let books = books(&db).await;
    let emma = books.create(Book::draft().title("Emma")).await.unwrap();
    assert_eq!(
        (emma.title.as_str(), emma.pages, emma.stock),
        ("Emma", None, 7)
    );
    let full = Book::draft().title("Ivanhoe").pages(200).isbn("1").stock(0);
    let ivanhoe = books.create(full).await.unwrap();
    assert_eq!(
        (ivanhoe.pages, ivanhoe.isbn.as_deref(), ivanhoe.stock),
        (Some(200), Some("1"), 0)
    );
    assert!(ivanhoe.id > emma.id);
    db.assert_sql([
        Sql::Same(r#"INSERT INTO "book" ("title") VALUES (?) RETURNING "id", "title", "pages", "isbn", "stock""#),
        Sql::Same(
            r#"INSERT INTO "book" ("title", "pages", "isbn", "stock") VALUES (?, ?::integer, ?, ?::integer) RETURNING "id", "title", "pages", "isbn", "stock""#,
        ),
    ]);
    assert_eq!(books.find().all().await.unwrap(), [emma, ivanhoe]);
}

#[database_test]
async fn create_without_any_value(db: TestDb) {
    db.schema::<Ticket>().create().await.unwrap();
    let tickets = TicketRepository::new(&*db);
    let first = tickets.create(Ticket::draft()).await.unwrap();
    let second = tickets.create(Ticket::draft()).await.unwrap();
    assert!(second.id > first.id);
}

#[database_test]
async fn a_generated_id_is_never_given_again(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    books.delete_by_id(rows[2].id).await.unwrap();
    let next = books
        .create(Book::draft().title("Persuasion"))
        .await
        .unwrap();
    assert!(next.id > rows[2].id);
}

#[database_test]
async fn create_with_a_taken_id_or_unique_value_is_refused(db: TestDb) {
    db.schema::<(Book, Tag, Place)>().create().await.unwrap();
    let books = BookRepository::new(&*db);
    books
        .create(Book::draft().title("Emma").isbn("1"))
        .await
        .unwrap();
    let error = books
        .create(Book::draft().title("Ivanhoe").isbn("1"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::AlreadyExists, Some("Book"))
    );
    assert_eq!(
        error.to_string(),
        "a `Book` with this `isbn` exists already"
    );
    let tags = TagRepository::new(&*db);
    tags.create(Tag { text: "a".into() }).await.unwrap();
    let error = tags.create(Tag { text: "a".into() }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(error.to_string(), "a `Tag` with this `text` exists already");
    let places = PlaceRepository::new(&*db);
    let place = Place {
        country: "SE".into(),
        number: 1,
        name: None,
    };
    places.create(place.clone()).await.unwrap();
    let error = places.create(place).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "a `Place` with this `country`, `number` exists already"
    );
}

#[database_test]
async fn a_failed_statement_is_shown_to_the_observer(db: TestDb) {
    let books = books(&db).await;
    books
        .create(Book::draft().title("Emma").isbn("1"))
        .await
        .unwrap();
    books
        .create(Book::draft().title("Ivanhoe").isbn("1"))
        .await
        .unwrap_err();
    let ran = db.ran();
    assert_eq!(ran.len(), 2);
    assert_eq!(
        (ran[0].rows, ran[0].parameters, ran[0].error.is_some()),
        (1, 2, false)
    );
    assert_eq!(
        (ran[1].rows, ran[1].parameters, ran[1].error.is_some()),
        (0, 2, true)
    );
}

#[database_test]
async fn find_ends_in_all_first_get_count_and_exists(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    assert_eq!(books.find().all().await.unwrap(), rows);
    assert_eq!(books.find().first().await.unwrap().as_ref(), Some(&rows[0]));
    assert_eq!(books.find().get().await.unwrap(), rows[0]);
    assert_eq!(books.find().count().await.unwrap(), 3);
    assert!(books.find().exists().await.unwrap());
    db.assert_sql([
        Sql::Same(
            r#"SELECT "t0"."id", "t0"."title", "t0"."pages", "t0"."isbn", "t0"."stock" FROM "book" AS "t0" ORDER BY "t0"."id" ASC"#,
        ),
        Sql::Same(
            r#"SELECT "t0"."id", "t0"."title", "t0"."pages", "t0"."isbn", "t0"."stock" FROM "book" AS "t0" ORDER BY "t0"."id" ASC LIMIT 1"#,
        ),
        Sql::Same(
            r#"SELECT "t0"."id", "t0"."title", "t0"."pages", "t0"."isbn", "t0"."stock" FROM "book" AS "t0" ORDER BY "t0"."id" ASC LIMIT 1"#,
        ),
        Sql::Same(r#"SELECT COUNT(*) FROM "book" AS "t0""#),
        Sql::Same(r#"SELECT 1 FROM "book" AS "t0" LIMIT 1"#),
    ]);
}

#[database_test]
async fn find_without_a_row(db: TestDb) {
    let (books, _) = three_books(&db).await;
    let none = || books.find().filter(Book::TITLE.eq("Faust"));
    assert_eq!(none().all().await.unwrap(), []);
    assert_eq!(none().first().await.unwrap(), None);
    assert_eq!(none().count().await.unwrap(), 0);
    assert!(!none().exists().await.unwrap());
    let error = none().get().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::NotFound, Some("Book"))
    );
    assert_eq!(error.to_string(), "no `Book` matches the query");
}

#[database_test]
async fn to_sql_is_the_text_that_runs(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    let query = books
        .find()
        .filter(Book::PAGES.gt(1))
        .order_by(Book::TITLE.desc())
        .limit(2)
        .offset(1);
    let text = query.to_sql().unwrap();
    query.all().await.unwrap();
    assert_eq!(db.statements(), [text]);
    let query = books.find_by_id(rows[0].id);
    let text = query.to_sql().unwrap();
    query.await.unwrap();
    assert_eq!(db.statements(), [text]);
}

#[database_test]
async fn a_query_can_be_kept_and_run_twice(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    let query = books.find().filter(Book::PAGES.is_not_null());
    assert_eq!(query.clone().count().await.unwrap(), 2);
    assert_eq!(query.all().await.unwrap(), rows[..2]);
}

#[database_test]
async fn limit_and_offset_count_rows(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    let page = |limit: Option<u64>, offset: Option<u64>| {
        let mut query = books.find();
        if let Some(limit) = limit {
            query = query.limit(limit);
        }
        if let Some(offset) = offset {
            query = query.offset(offset);
        }
        query
    };
    let cases = [
        (Some(2), None, &rows[..2]),
        (Some(2), Some(1), &rows[1..3]),
        (None, Some(1), &rows[1..]),
        (None, Some(9), &rows[..0]),
        (Some(0), None, &rows[..0]),
        (Some(0), Some(1), &rows[..0]),
        (Some(u64::MAX), Some(0), &rows[..]),
        (Some(1), Some(u64::MAX), &rows[..0]),
    ];
    for (limit, offset, expected) in cases {
        let case = format!("limit {limit:?}, offset {offset:?}");
        assert_eq!(page(limit, offset).all().await.unwrap(), expected, "{case}");
        assert_eq!(
            page(limit, offset).count().await.unwrap(),
            expected.len() as u64,
            "{case}"
        );
        assert_eq!(
            page(limit, offset).exists().await.unwrap(),
            !expected.is_empty(),
            "{case}"
        );
        assert_eq!(
            page(limit, offset).first().await.unwrap().as_ref(),
            expected.first(),
            "{case}"
        );
    }
}

#[database_test]
async fn an_offset_without_a_limit_hides_no_rows(db: TestDb) {
    let books = books(&db).await;
    let values: Vec<String> = (0..150).map(|n| format!("('b{n}')")).collect();
    db.execute(&format!(
        "INSERT INTO book (title) VALUES {}",
        values.join(", ")
    ))
    .await;
    assert_eq!(books.find().offset(10).all().await.unwrap().len(), 140);
}

#[database_test]
async fn rows_come_by_id_unless_ordered(db: TestDb) {
    db.schema::<Tag>().create().await.unwrap();
    let tags = TagRepository::new(&*db);
    for text in ["c", "a", "b"] {
        tags.create(Tag { text: text.into() }).await.unwrap();
    }
    let texts: Vec<String> = tags
        .find()
        .all()
        .await
        .unwrap()
        .into_iter()
        .map(|tag| tag.text)
        .collect();
    assert_eq!(texts, ["a", "b", "c"]);
}

#[database_test]
async fn ties_are_broken_by_id_and_later_orders(db: TestDb) {
    let books = books(&db).await;
    for (title, stock) in [("b", 1), ("a", 2), ("a", 1), ("b", 2), ("a", 1)] {
        books
            .create(Book::draft().title(title).stock(stock))
            .await
            .unwrap();
    }
    let ids = async |orders: &[relations::Order<Book>]| -> Vec<i64> {
        let query = orders
            .iter()
            .fold(books.find(), |query, order| query.order_by(order.clone()));
        query
            .all()
            .await
            .unwrap()
            .iter()
            .map(|book| book.id)
            .collect()
    };
    assert_eq!(ids(&[Book::TITLE.asc()]).await, [2, 3, 5, 1, 4]);
    // In the direction of the last order, so that an index over both serves it.
    assert_eq!(ids(&[Book::TITLE.desc()]).await, [4, 1, 5, 3, 2]);
    assert_eq!(
        ids(&[Book::TITLE.asc(), Book::STOCK.desc()]).await,
        [2, 5, 3, 4, 1]
    );
    assert_eq!(ids(&[Book::ID.desc()]).await, [5, 4, 3, 2, 1]);
}

#[database_test]
async fn null_sorts_first_ascending_and_last_descending(db: TestDb) {
    let (books, _) = three_books(&db).await;
    let titles = async |order| -> Vec<String> {
        let rows = books.find().order_by(order).all().await.unwrap();
        rows.into_iter().map(|book| book.title).collect()
    };
    assert_eq!(
        titles(Book::PAGES.asc()).await,
        ["Walden", "Emma", "Ivanhoe"]
    );
    assert_eq!(
        titles(Book::PAGES.desc()).await,
        ["Ivanhoe", "Emma", "Walden"]
    );
}

#[database_test]
async fn text_sorts_by_code_points(db: TestDb) {
    // A database that somebody else made sorts as its collation says, or as its UTF-16.
    let sorts_by_code_points = match db.dialect() {
        Dialect::Postgres => !is_hostile(),
        Dialect::Sqlite => !(is_hostile() && db.can.in_a_file),
        _ => true,
    };
    if !sorts_by_code_points {
        return;
    }
    db.schema::<Tag>().create().await.unwrap();
    let tags = TagRepository::new(&*db);
    let mut texts = vec!["b", "B", "a", "A", "é", "z", "Z", "1", "😀", "ﬀ"];
    for text in &texts {
        tags.create(Tag {
            text: (*text).into(),
        })
        .await
        .unwrap();
    }
    texts.sort();
    let found = tags.find().order_by(Tag::TEXT.asc()).all().await.unwrap();
    let found: Vec<&str> = found.iter().map(|tag| tag.text.as_str()).collect();
    assert_eq!(found, texts);
}

#[database_test]
async fn find_by_id_gives_the_row_or_says_which_is_missing(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    assert_eq!(
        books.find_by_id(rows[1].id).await.unwrap(),
        Some(rows[1].clone())
    );
    db.assert_sql([Sql::Same(
        r#"SELECT "t0"."id", "t0"."title", "t0"."pages", "t0"."isbn", "t0"."stock" FROM "book" AS "t0" WHERE "t0"."id" = ?"#,
    )]);
    assert_eq!(books.find_by_id(4711).await.unwrap(), None);
    assert!(books.find_by_id(rows[1].id).exists().await.unwrap());
    assert!(!books.find_by_id(4711).exists().await.unwrap());
    let error = books.find_by_id(4711).get().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::NotFound, Some("Book"))
    );
    assert_eq!(error.to_string(), "no `Book` has `id` 4711");
    let filtered = books.find_by_id(rows[1].id).filter(Book::PAGES.lt(5));
    assert_eq!(filtered.await.unwrap(), None);
}

#[database_test]
async fn composite_ids_find_patch_replace_and_delete(db: TestDb) {
    db.schema::<Place>().create().await.unwrap();
    let places = PlaceRepository::new(&*db);
    for (country, number) in [("SE", 1), ("SE", 2), ("NO", 1)] {
        places
            .create(Place {
                country: country.into(),
                number,
                name: None,
            })
            .await
            .unwrap();
    }
    db.ran();
    let place = places.find_by_id(("SE".to_owned(), 2)).get().await.unwrap();
    assert_eq!((place.country.as_str(), place.number), ("SE", 2));
    db.assert_sql([Sql::Same(
        r#"SELECT "t0"."country", "t0"."number", "t0"."name" FROM "place" AS "t0" WHERE "t0"."country" = ? AND "t0"."number" = ?"#,
    )]);
    assert_eq!(
        places
            .patch_by_id(("SE".to_owned(), 2), Place::patch().name("Kiruna"))
            .await
            .unwrap(),
        1
    );
    places
        .replace(Place {
            country: "NO".into(),
            number: 1,
            name: Some("Oslo".into()),
        })
        .await
        .unwrap();
    let error = places
        .find_by_id(("FI".to_owned(), 3))
        .get()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "no `Place` has `country` \"FI\" and `number` 3"
    );
    assert_eq!(places.delete_by_id(("SE".to_owned(), 1)).await.unwrap(), 1);
    let names: Vec<_> = places
        .find()
        .all()
        .await
        .unwrap()
        .into_iter()
        .map(|place| place.name)
        .collect();
    assert_eq!(names, [Some("Oslo".to_owned()), Some("Kiruna".to_owned())]);
}

#[database_test]
async fn patch_by_id_changes_one_row(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    assert_eq!(
        books
            .patch_by_id(rows[0].id, Book::patch().title("Emma!").pages(None))
            .await
            .unwrap(),
        1
    );
    db.assert_sql([Sql::Same(
        r#"UPDATE "book" SET "title" = ?, "pages" = ?::integer WHERE "id" = ?"#,
    )]);
    let expected = Book {
        title: "Emma!".into(),
        pages: None,
        ..rows[0].clone()
    };
    assert_eq!(
        books.find().all().await.unwrap(),
        [expected, rows[1].clone(), rows[2].clone()]
    );
    assert_eq!(
        books
            .patch_by_id(4711, Book::patch().title("x"))
            .await
            .unwrap(),
        0
    );
}

#[database_test]
async fn patch_by_filter_counts_matched_rows(db: TestDb) {
    let (books, _) = three_books(&db).await;
    let patched = books
        .patch(Book::patch().stock(0))
        .filter(Book::PAGES.is_not_null())
        .await
        .unwrap();
    assert_eq!(patched, 2);
    db.assert_sql([Sql::Same(
        r#"UPDATE "book" SET "stock" = ?::integer WHERE "pages" IS NOT NULL"#,
    )]);
    let again = books
        .patch(Book::patch().stock(0))
        .filter(Book::PAGES.is_not_null())
        .await
        .unwrap();
    assert_eq!(again, 2, "rows that had the value already");
    let both = books
        .patch(Book::patch().stock(1))
        .filter(Book::PAGES.gt(1))
        .filter(Book::PAGES.lt(150));
    assert_eq!(both.await.unwrap(), 1);
}

#[database_test]
async fn patch_all_rows(db: TestDb) {
    let (books, _) = three_books(&db).await;
    assert_eq!(
        books
            .patch(Book::patch().stock(0))
            .all_rows()
            .await
            .unwrap(),
        3
    );
    db.assert_sql([Sql::Same(r#"UPDATE "book" SET "stock" = ?::integer"#)]);
}

#[database_test]
async fn an_empty_patch_is_an_error_without_a_statement(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    let errors = [
        books
            .patch_by_id(rows[0].id, Book::patch())
            .await
            .unwrap_err(),
        books
            .patch(Book::patch())
            .filter(Book::ID.gt(0))
            .await
            .unwrap_err(),
        books.patch(Book::patch()).all_rows().await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::EmptyPatch, Some("Book"))
        );
    }
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn a_patch_to_a_taken_unique_value_is_refused(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    books
        .patch_by_id(rows[0].id, Book::patch().isbn("1"))
        .await
        .unwrap();
    let error = books
        .patch_by_id(rows[1].id, Book::patch().isbn("1"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::AlreadyExists, Some("Book"))
    );
    assert_eq!(
        error.to_string(),
        "a `Book` with this `isbn` exists already"
    );
}

#[database_test]
async fn replace_writes_all_columns(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    let replaced = Book {
        title: "E".into(),
        pages: None,
        isbn: Some("9".into()),
        stock: 3,
        ..rows[0].clone()
    };
    books.replace(replaced.clone()).await.unwrap();
    db.assert_sql([Sql::Same(
        r#"UPDATE "book" SET "title" = ?, "pages" = ?::integer, "isbn" = ?, "stock" = ?::integer WHERE "id" = ?"#,
    )]);
    assert_eq!(books.find_by_id(rows[0].id).get().await.unwrap(), replaced);
    // Unchanged, it is still found.
    books.replace(replaced).await.unwrap();
}

#[database_test]
async fn replace_of_a_missing_row_is_not_found(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    let error = books
        .replace(Book {
            id: 4711,
            ..rows[0].clone()
        })
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::NotFound, Some("Book"))
    );
    assert_eq!(error.to_string(), "no `Book` has `id` 4711");
    assert_eq!(books.find().count().await.unwrap(), 3);
}

#[database_test]
async fn replace_of_a_model_that_is_all_id(db: TestDb) {
    db.schema::<Tag>().create().await.unwrap();
    let tags = TagRepository::new(&*db);
    tags.create(Tag { text: "a".into() }).await.unwrap();
    tags.replace(Tag { text: "a".into() }).await.unwrap();
    assert!(
        tags.replace(Tag { text: "b".into() })
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[database_test]
async fn delete_by_id_filter_and_all_rows(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    assert_eq!(books.delete_by_id(rows[0].id).await.unwrap(), 1);
    assert_eq!(books.delete_by_id(rows[0].id).await.unwrap(), 0);
    assert_eq!(
        books
            .delete()
            .filter(Book::TITLE.eq("Ivanhoe"))
            .await
            .unwrap(),
        1
    );
    assert_eq!(books.delete().all_rows().await.unwrap(), 1);
    assert_eq!(books.find().count().await.unwrap(), 0);
    let sql = db.statements();
    let delete = Sql::Same(r#"DELETE FROM "book" WHERE "title" = ?"#).of(db.dialect());
    let delete_all = Sql::Same(r#"DELETE FROM "book""#).of(db.dialect());
    assert_eq!(sql[2..4], [delete, delete_all]);
}

#[database_test]
async fn a_missing_value_is_a_not_null_violation(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE ticket (id INTEGER PRIMARY KEY, hall TEXT NOT NULL)",
        postgres: "CREATE TABLE ticket (id SERIAL PRIMARY KEY, hall TEXT NOT NULL)",
        mysql: "CREATE TABLE ticket (id BIGINT PRIMARY KEY AUTO_INCREMENT, hall TEXT NOT NULL)",
    })
    .await;
    let error = TicketRepository::new(&*db)
        .create(Ticket::draft())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::NotNullViolation, Some("Ticket"))
    );
    assert_eq!(error.to_string(), "`Ticket` needs a value for `hall`");
}

#[database_test]
async fn a_null_in_a_required_column_is_a_not_null_violation(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE place (country TEXT, number INTEGER, name TEXT NOT NULL, PRIMARY KEY (country, number))",
        postgres: "CREATE TABLE place (country TEXT, number BIGINT, name TEXT NOT NULL, PRIMARY KEY (country, number))",
        mysql: "CREATE TABLE place (country VARCHAR(9), number BIGINT, name TEXT NOT NULL, PRIMARY KEY (country, number))",
    })
    .await;
    let places = PlaceRepository::new(&*db);
    let place = Place {
        country: "SE".into(),
        number: 1,
        name: None,
    };
    let error = places.create(place).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotNullViolation);
    assert_eq!(error.to_string(), "`Place` needs a value for `name`");
    places
        .create(Place {
            country: "SE".into(),
            number: 1,
            name: Some("x".into()),
        })
        .await
        .unwrap();
    let error = places
        .patch_by_id(("SE".to_owned(), 1), Place::patch().name(None))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotNullViolation);
}

#[database_test]
async fn a_check_of_the_database_is_reported(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE tag (text TEXT PRIMARY KEY, CONSTRAINT short CHECK (length(text) < 3))",
        postgres: "CREATE TABLE tag (text TEXT PRIMARY KEY, CONSTRAINT short CHECK (length(text) < 3))",
        mysql: "CREATE TABLE tag (text VARCHAR(99) PRIMARY KEY, CONSTRAINT short CHECK (length(text) < 3))",
    })
    .await;
    let error = TagRepository::new(&*db)
        .create(Tag {
            text: "long".into(),
        })
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::CheckViolation, Some("Tag"))
    );
}

#[database_test]
async fn a_missing_table_is_a_database_error_with_its_source(db: TestDb) {
    let error = BookRepository::new(&*db).find().all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database);
    assert!(error.to_string().contains("book"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
    assert!(!error.is_retryable());
}

#[database_test]
async fn repositories_take_the_database_by_value_and_by_reference(db: TestDb) {
    let (_, rows) = three_books(&db).await;
    let by_value = BookRepository::new((*db).clone());
    assert_eq!(by_value.find().all().await.unwrap(), rows);
    let same_connection = BookRepository::new(by_value.connection());
    assert_eq!(same_connection.find().count().await.unwrap(), 3);
}

#[database_test]
async fn a_list_of_ids_keeps_the_order_asked_for(db: TestDb) {
    let (books, rows) = three_books(&db).await;
    let ids: Vec<i64> = rows.iter().map(|book| book.id).collect();
    let found = books
        .find()
        .filter(Book::ID.in_(ids[1..].to_vec()))
        .order_by(Book::ID.desc())
        .all()
        .await
        .unwrap();
    assert_eq!(found, [rows[2].clone(), rows[1].clone()]);
}

#[database_test]
async fn a_builder_can_be_shared_by_several_tasks(db: TestDb) {
    let (_, rows) = three_books(&db).await;
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let books = BookRepository::new((*db).clone());
            tokio::spawn(async move { books.find().filter(Book::PAGES.is_null()).get().await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), rows[2]);
    }
}
