//! Tables of another schema, which is another database on MySQL, and an attached one on SQLite.

use crate::support::{TestDb, database_test};
use relations::{Dialect, ErrorKind, prelude::*};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(schema = "relations_sales")]
#[has_many(Line)]
#[has_one(Note)]
struct Invoice {
    #[model(id, generated)]
    id: i64,
    #[model(unique)]
    number: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(schema = "relations_sales")]
#[has_many(Tag, through = LineTag)]
struct Line {
    #[model(id, generated)]
    id: i64,
    text: String,
    #[belongs_to(Invoice)]
    invoice_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(schema = "relations_sales")]
struct Note {
    #[model(id, generated)]
    id: i64,
    text: String,
    #[belongs_to(Invoice)]
    invoice_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(schema = "relations_sales")]
struct Tag {
    #[model(id)]
    word: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(schema = "relations_sales")]
struct LineTag {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Line)]
    line_id: i64,
    #[belongs_to(Tag)]
    tag_id: String,
}

/// A table of the same name in the connection's own schema.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "invoice")]
struct OwnInvoice {
    #[model(id)]
    id: i64,
}

type Models = (Invoice, Line, Note, Tag, LineTag, OwnInvoice);

#[database_test]
async fn rows_of_another_schema_are_written_found_and_included(db: TestDb) {
    // A connection of SQLite attaches a database for itself alone.
    if db.dialect() == Dialect::Sqlite {
        let sql = db.schema::<Models>().to_sql().unwrap();
        assert!(
            sql.contains(r#"CREATE TABLE "relations_sales"."line""#),
            "{sql}"
        );
        let index =
            r#"CREATE INDEX "relations_sales"."ix_line_invoice_id" ON "line" ("invoice_id")"#;
        assert!(sql.contains(index), "{sql}");
        let query = InvoiceRepository::new(&*db).find().to_sql().unwrap();
        assert!(
            query.contains(r#"FROM "relations_sales"."invoice" AS "t0""#),
            "{query}"
        );
        return;
    }
    let schema = db.schema::<Models>();
    schema.drop().await.unwrap();
    schema.create().await.unwrap();
    let invoices = InvoiceRepository::new(&*db);
    let lines = [Line::draft().text("a"), Line::draft().text("b")];
    let draft = Invoice::draft().number("1").lines(lines);
    let invoice = invoices
        .create(draft.note(Note::draft().text("n")))
        .await
        .unwrap();
    let all_lines = LineRepository::new(&*db);
    let line = all_lines.find().first().await.unwrap().unwrap();
    let tags = all_lines.tags(line.id);
    tags.create(Tag::draft().word("new")).await.unwrap();
    let query = invoices.find().include(Invoice::LINES.include(Line::TAGS));
    let rows = query.include(Invoice::NOTE).await.unwrap();
    assert_eq!(rows[0].lines[0].tags[0].word, "new");
    assert_eq!(rows[0].note.as_ref().unwrap().text, "n");
    let query = all_lines.find().include(Line::INVOICE);
    let query = query.filter(Line::INVOICE.some(Invoice::NUMBER.eq("1")));
    let order = Line::INVOICE.order(Invoice::NUMBER.desc());
    assert_eq!(query.order_by(order).await.unwrap()[0].invoice.number, "1");
    let graphs = invoices
        .find_with(r#"{"include": ["lines", "note"]}"#)
        .await;
    assert_eq!(graphs.unwrap().len(), 1);
    assert_eq!(
        OwnInvoiceRepository::new(&*db)
            .find()
            .count()
            .await
            .unwrap(),
        0
    );
    invoices
        .patch_by_id(invoice.id, Invoice::patch().number("2"))
        .await
        .unwrap();
    let error = invoices
        .create(Invoice::draft().number("2"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Invoice"), &["number"][..])
    );
    let error = invoices.delete_by_id(invoice.id).await.unwrap_err();
    assert!(error.is_foreign_key_violation());
    invoices.note(invoice.id).delete().await.unwrap();
    tags.unlink("new").await.unwrap();
    invoices
        .lines(invoice.id)
        .delete()
        .all_rows()
        .await
        .unwrap();
    assert_eq!(invoices.delete_by_id(invoice.id).await.unwrap(), 1);
    schema.drop().await.unwrap();
}

#[derive(Debug, PartialEq, Model)]
#[model(table = "sales.invoice")]
struct Dotted {
    #[model(id)]
    id: i64,
}

#[database_test]
async fn a_dot_in_the_name_of_a_table_is_refused_before_any_statement(db: TestDb) {
    let dotted = DottedRepository::new(&*db);
    let schema = db.schema::<Dotted>();
    for error in [
        dotted.find().count().await.unwrap_err(),
        dotted.find_by_id(1).await.unwrap_err(),
        dotted.create(Dotted { id: 1 }).await.unwrap_err(),
        dotted.delete_by_id(1).await.unwrap_err(),
        schema.create().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidSchema);
        assert_eq!(
            error.to_string(),
            "`Dotted`: `sales.invoice` would be a table whose name has a dot\n\
             help: write `#[model(schema = \"sales\", table = \"invoice\")]`"
        );
    }
    assert_eq!(db.count(), 0);
}
