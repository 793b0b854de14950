//! Pages by numbers: each has its rows and the number of all, also behind the last.

use crate::support::{Sql, TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Cover)]
#[has_many(Page)]
struct Book {
    #[model(id)]
    id: i64,
    title: String,
    #[belongs_to(Writer)]
    writer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Book)]
struct Writer {
    #[model(id)]
    id: i64,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Cover {
    #[model(id)]
    id: i64,
    #[belongs_to(Book)]
    book_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Page {
    #[model(id)]
    id: i64,
    #[belongs_to(Book)]
    book_id: i64,
}

/// Books 1 to 7, of writers 1 and 2 in turns; each second has a cover, each two pages.
async fn books(db: &TestDb) -> BookRepository<&Db> {
    let schema = db.schema::<(Writer, Book, Cover, Page)>();
    schema.create().await.unwrap();
    let writers = WriterRepository::new(&**db);
    for (id, name) in [(1, "Snorri"), (2, "Saxo")] {
        let writer = Writer::draft().id(id).name(name);
        writers.create(writer).await.unwrap();
    }
    let books = BookRepository::new(&**db);
    for id in 1..=7 {
        let book = Book::draft().id(id).title(format!("book {id}"));
        let pages = [1, 2].map(|nth| Page::draft().id(id * 10 + nth));
        let mut book = book.writer_id(1 + id % 2).pages(pages);
        if id % 2 == 0 {
            book = book.cover(Cover::draft().id(id));
        }
        books.create(book).await.unwrap();
    }
    BookRepository::new(&**db)
}

#[database_test]
async fn a_page_has_its_rows_and_the_number_of_all(db: TestDb) {
    let books = books(&db).await;
    let page = async |number, size| {
        let page = books.find().order_by(Book::ID.desc());
        let page = page.page_at(number, size).await.unwrap();
        let ids: Vec<i64> = page.rows.iter().map(|book| book.id).collect();
        assert_eq!((page.number, page.size, page.total), (number, size, 7));
        (ids, page.pages(), page.has_next())
    };
    assert_eq!(page(1, 3).await, (vec![7, 6, 5], 3, true));
    assert_eq!(page(2, 3).await, (vec![4, 3, 2], 3, true));
    assert_eq!(page(3, 3).await, (vec![1], 3, false));
    assert_eq!(page(1, 7).await, ((1..=7).rev().collect(), 1, false));
    assert_eq!(page(1, 100).await, ((1..=7).rev().collect(), 1, false));
    // Behind the last.
    assert_eq!(page(4, 3).await, (vec![], 3, false));
    assert_eq!(page(1 << 40, 1 << 20).await, (vec![], 1, false));
}

#[database_test]
async fn the_number_is_that_of_the_rows_that_the_filters_keep(db: TestDb) {
    let books = books(&db).await;
    let of_snorri = || {
        books
            .find()
            .filter(Book::WRITER.some(Writer::NAME.eq("Snorri")))
    };
    let page = of_snorri().page_at(2, 2).await.unwrap();
    assert_eq!((page.rows[0].id, page.rows.len(), page.total), (6, 1, 3));
    // It takes the place of other limits.
    let page = of_snorri().limit(1).offset(2).page_at(1, 2).await.unwrap();
    assert_eq!((page.rows[0].id, page.rows.len(), page.total), (2, 2, 3));
    let none = books.find().filter(Book::ID.gt(100)).page_at(1, 2).await;
    let none = none.unwrap();
    assert_eq!((none.rows.len(), none.total, none.pages()), (0, 0, 0));
    let none = books
        .find()
        .filter(Book::ID.in_([0_i64; 0]))
        .page_at(3, 2)
        .await;
    assert_eq!(none.unwrap().total, 0);

    // Of one source.
    let writers = WriterRepository::new(&*db);
    let page = writers.books(2).find().page_at(1, 3).await.unwrap();
    assert_eq!((page.rows.len(), page.total), (3, 4));
}

#[database_test]
async fn includes_do_not_change_the_number(db: TestDb) {
    let books = books(&db).await;
    let page = books.find().include(Book::COVER).include(Book::WRITER);
    let page = page.include(Book::PAGES).page_at(2, 3).await.unwrap();
    assert_eq!(page.total, 7);
    let found = page.rows.iter().map(|book| {
        assert_eq!(book.pages.len(), 2);
        (book.id, book.cover.is_some(), book.writer.name.as_str())
    });
    let expected = [(4, true, "Snorri"), (5, false, "Saxo"), (6, true, "Snorri")];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[database_test]
async fn pages_are_counted_from_one_and_hold_a_row(db: TestDb) {
    let books = books(&db).await;
    db.statements();
    for (number, size) in [(0, 10), (1, 0)] {
        let error = books.find().page_at(number, size).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert_eq!(error.model(), Some("Book"));
    }
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn a_page_is_one_statement_and_an_empty_one_two(db: TestDb) {
    let books = books(&db).await;
    db.statements();
    books.find().page_at(2, 3).await.unwrap();
    db.assert_sql([Sql::Same(
        r#"SELECT "t0"."id", "t0"."title", "t0"."writer_id", (SELECT COUNT(*) FROM "book" AS "t0") FROM "book" AS "t0" ORDER BY "t0"."id" ASC LIMIT 3 OFFSET ?"#,
    )]);
    books.find().page_at(9, 3).await.unwrap();
    assert_eq!(db.count(), 2);
}
