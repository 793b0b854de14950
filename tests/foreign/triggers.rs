//! What triggers change: a row is given as it is stored, and rows come all together or not at all.

use crate::support::{TestDb, database_test};
use relations::{ErrorKind, prelude::*};

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Page)]
struct Book {
    #[model(id, generated)]
    id: i64,
    #[model(unique)]
    title: String,
    /// Made by a trigger.
    #[model(default = "''")]
    slug: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Page {
    #[model(id, generated)]
    id: i64,
    number: i64,
    #[model(default = "0")]
    twice: i64,
    #[belongs_to(Book)]
    book_id: i64,
}

/// Books whose slug a trigger makes, pages of which it counts twice, and of which it keeps the 13th out where triggers can.
async fn tables(db: &TestDb) {
    db.schema::<(Book, Page)>().create().await.unwrap();
    for sql in triggers(db.dialect()) {
        db.execute(sql).await;
    }
}

fn triggers(dialect: relations::driver::Dialect) -> Vec<&'static str> {
    use relations::driver::Dialect;
    match dialect {
        Dialect::Sqlite => vec![
            "CREATE TRIGGER slug AFTER INSERT ON book BEGIN \
             UPDATE book SET slug = lower(new.title) WHERE id = new.id; END",
            "CREATE TRIGGER twice AFTER INSERT ON page BEGIN \
             UPDATE page SET twice = 2 * new.number WHERE id = new.id; END",
            "CREATE TRIGGER no_13 BEFORE INSERT ON page WHEN new.number = 13 BEGIN SELECT RAISE(IGNORE); END",
        ],
        Dialect::Postgres => vec![
            "CREATE FUNCTION slug() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN new.slug = lower(new.title); RETURN new; END $$",
            "CREATE TRIGGER slug BEFORE INSERT ON book FOR EACH ROW EXECUTE FUNCTION slug()",
            "CREATE FUNCTION twice() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN IF new.number = 13 THEN RETURN NULL; END IF; new.twice = 2 * new.number; RETURN new; END $$",
            "CREATE TRIGGER twice BEFORE INSERT ON page FOR EACH ROW EXECUTE FUNCTION twice()",
        ],
        Dialect::MySql { .. } => vec![
            "CREATE TRIGGER slug BEFORE INSERT ON book FOR EACH ROW SET new.slug = lower(new.title)",
            "CREATE TRIGGER twice BEFORE INSERT ON page FOR EACH ROW \
             IF new.number = 13 THEN SIGNAL SQLSTATE '45000'; ELSE SET new.twice = 2 * new.number; END IF",
        ],
        _ => unreachable!("there is no other dialect"),
    }
}

#[database_test]
async fn a_row_is_given_as_triggers_left_it(db: TestDb) {
    tables(&db).await;
    gives_what_is_stored(&db).await;
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_row_is_given_as_triggers_left_it_in_a_pool_of_ones_own() {
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect("sqlite::memory:").await.unwrap();
    let db = relations::Db::from_pool(pool).await.unwrap();
    db.schema::<(Book, Page)>().create().await.unwrap();
    for sql in triggers(db.dialect()) {
        db.sql(sql).execute().await.unwrap();
    }
    gives_what_is_stored(&db).await;
}

async fn gives_what_is_stored(db: &relations::Db) {
    let (books, pages) = (BookRepository::new(db), PageRepository::new(db));
    let edda = books.create(Book::draft().title("Edda")).await.unwrap();
    assert_eq!(edda.slug, "edda");
    let titles = ["Saga", "Hymn"].map(|title| Book::draft().title(title));
    let slugs = books.create_all(titles).await.unwrap();
    let slugs: Vec<_> = slugs.iter().map(|book| &*book.slug).collect();
    assert_eq!(slugs, ["saga", "hymn"]);

    let drafts = [3, 1].map(|number| Page::draft().number(number));
    let of_edda = books.pages(&edda).create_all(drafts).await.unwrap();
    let twice: Vec<_> = of_edda
        .iter()
        .map(|page| (page.number, page.twice))
        .collect();
    assert_eq!(twice, [(3, 6), (1, 2)]);
    let nested = Page::draft().number(4);
    let nested = Book::draft().title("Law").pages([nested]);
    assert_eq!(books.create(nested).await.unwrap().slug, "law");
    assert_eq!(
        pages
            .find()
            .filter(Page::TWICE.eq(8))
            .count()
            .await
            .unwrap(),
        1
    );

    let upserted = books
        .upsert(Book::draft().title("Song"))
        .on(Book::TITLE)
        .await
        .unwrap();
    assert_eq!((upserted.is_created, &*upserted.row.slug), (true, "song"));
}

#[database_test]
async fn a_row_that_a_trigger_keeps_out_takes_the_others_along(db: TestDb) {
    tables(&db).await;
    let (books, pages) = (BookRepository::new(&*db), PageRepository::new(&*db));
    let edda = books.create(Book::draft().title("Edda")).await.unwrap();
    let drafts = || [12, 13, 14].map(|number| Page::draft().number(number));
    let error = books.pages(&edda).create_all(drafts()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database);
    assert_eq!(pages.find().count().await.unwrap(), 0);
    // With the book as well, and within a transaction that goes on.
    let book = Book::draft().title("Saga").pages(drafts());
    let count = db.transaction(async |tx| {
        let books = BookRepository::new(&tx);
        assert!(books.create(book).await.is_err());
        books.find().count().await
    });
    assert_eq!(count.await.unwrap(), 1);
}

#[cfg(feature = "sqlite")]
#[derive(Debug, Clone, Copy, PartialEq, ColumnType)]
enum Colour {
    Red,
}

#[cfg(feature = "sqlite")]
#[derive(Debug, Clone, PartialEq, Model)]
struct Shield {
    #[model(id, generated)]
    id: i64,
    #[model(default = "'Red'")]
    colour: Colour,
}

/// The database's own default is no value of the model.
#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_row_that_cannot_be_read_is_not_left_there() {
    let db = relations::Db::connect("sqlite::memory:").await.unwrap();
    let table =
        "CREATE TABLE shield (id INTEGER PRIMARY KEY, colour TEXT NOT NULL DEFAULT 'green')";
    db.sql(table).execute().await.unwrap();
    let shields = ShieldRepository::new(&db);
    let error = shields.create(Shield::draft()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Shield"))
    );
    assert_eq!(shields.find().count().await.unwrap(), 0);
    shields
        .create(Shield::draft().colour(Colour::Red))
        .await
        .unwrap();
    assert_eq!(shields.find().count().await.unwrap(), 1);
}
