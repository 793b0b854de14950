//! Ids that are given where the database would make them.

use crate::support::{TestDb, database_test};
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Page)]
pub struct Book {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Page {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Book)]
    pub book_id: i64,
}

#[database_test]
async fn a_generated_id_can_be_given(db: TestDb) {
    db.schema::<(Book, Page)>().create().await.unwrap();
    let books = BookRepository::new(&*db);
    let draft = Book::draft().title("Edda").with_id(70);
    let pages = [Page::draft().with_id(7), Page::draft()];
    let edda = books.create(draft.pages(pages)).await.unwrap();
    assert_eq!(edda.id, 70);
    let pages = books.pages(&edda).find().await.unwrap();
    assert_eq!(
        (pages.len(), pages.iter().any(|page| page.id == 7)),
        (2, true)
    );

    // In a batch of both kinds rows come back as they were drafted, and one that is taken is refused.
    let drafts = [
        Book::draft().title("b").with_id(90),
        Book::draft().title("a"),
        Book::draft().title("c").with_id(80),
    ];
    let made = books.create_all(drafts).await.unwrap();
    let titles: Vec<&str> = made.iter().map(|book| &*book.title).collect();
    assert_eq!(
        (titles, made[0].id, made[2].id),
        (vec!["b", "a", "c"], 90, 80)
    );
    let again = books.create(Book::draft().title("d").with_id(80)).await;
    assert!(again.unwrap_err().is_already_exists());

    // MySQL would make one of its own for 0.
    let zero = books
        .create(Book::draft().title("zero").with_id(0))
        .await
        .unwrap();
    assert_eq!(books.find_by_id(0).await.unwrap(), Some(zero));

    // Through a relation.
    let page = books
        .pages(&edda)
        .create(Page::draft().with_id(30))
        .await
        .unwrap();
    assert_eq!((page.id, page.book_id), (30, 70));
}
