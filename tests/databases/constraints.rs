//! What a model says of its table as a whole: fields that are unique together, indexes, checks, names of columns.

use crate::support::{Sql, TestDb, database_test};
use relations::prelude::*;
use relations::{Dialect, ErrorKind, IntoDraft};
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(unique("author_id", "slug"), unique(slug, edition))]
#[model(index(edition, author_id))]
#[model(check = "edition > 0", check = "price >= 0 AND price < 1000")]
struct Article {
    #[model(id, generated)]
    id: i64,
    author_id: i64,
    #[model(length = 40)]
    slug: String,
    #[model(column = "edition")]
    edition: i32,
    price: i64,
}

fn article(author: i64, slug: &str, edition: i32, price: i64) -> impl IntoDraft<Article> {
    let draft = Article::draft().author_id(author).slug(slug);
    draft.edition(edition).price(price)
}

#[database_test]
async fn the_text_has_the_constraints_of_the_struct(db: TestDb) {
    let text = db.schema::<Article>().to_sql().unwrap();
    let quote = match db.dialect() {
        Dialect::MySql { .. } => '`',
        _ => '"',
    };
    for part in [
        r#"CONSTRAINT "uq_article_author_id_slug" UNIQUE ("author_id", "slug")"#,
        r#"CONSTRAINT "uq_article_slug_edition" UNIQUE ("slug", "edition")"#,
        r#"CONSTRAINT "ck_article_1" CHECK (edition > 0)"#,
        r#"CONSTRAINT "ck_article_2" CHECK (price >= 0 AND price < 1000)"#,
        r#"CREATE INDEX "ix_article_edition_author_id" ON "article" ("edition", "author_id");"#,
    ] {
        let part = part.replace('"', &quote.to_string());
        assert!(text.contains(&part), "{part} in {text}");
    }
    let metadata = Article::metadata();
    let names = |group: Vec<&'static relations::FieldMetadata>| -> Vec<&str> {
        group.into_iter().map(|field| field.name()).collect()
    };
    let unique: Vec<Vec<&str>> = metadata.unique().map(names).collect();
    assert_eq!(unique, [["author_id", "slug"], ["slug", "edition"]]);
    let indexes: Vec<Vec<&str>> = metadata.indexes().map(names).collect();
    assert_eq!(indexes, [["edition", "author_id"]]);
    assert_eq!(metadata.checks().len(), 2);
}

#[database_test]
async fn a_violation_names_all_fields_that_are_unique_together(db: TestDb) {
    db.schema::<Article>().create().await.unwrap();
    let articles = ArticleRepository::new(&*db);
    articles.create(article(1, "a", 1, 5)).await.unwrap();
    articles.create(article(2, "a", 2, 5)).await.unwrap();
    articles.create(article(1, "b", 1, 5)).await.unwrap();

    let error = articles.create(article(1, "a", 3, 5)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(error.fields(), ["author_id", "slug"]);
    assert_eq!(
        error.to_string(),
        "a `Article` with this `author_id`, `slug` exists already".replace("a `A", "an `A")
    );
    let error = articles.create(article(3, "a", 2, 5)).await.unwrap_err();
    assert_eq!(error.fields(), ["slug", "edition"]);
    // Written as JSON, too.
    let json = r#"{"author_id": 3, "slug": "b", "edition": 1, "price": 5}"#;
    let error = articles.create(relations::Json(json)).await.unwrap_err();
    assert_eq!(error.fields(), ["slug", "edition"]);
}

#[database_test]
async fn a_check_that_does_not_hold_names_the_model_and_the_check(db: TestDb) {
    db.schema::<Article>().create().await.unwrap();
    let articles = ArticleRepository::new(&*db);
    let one = articles.create(article(1, "a", 1, 5)).await.unwrap();
    for (edition, price, check) in [
        (0, 5, "edition > 0"),
        (1, 1000, "price >= 0 AND price < 1000"),
    ] {
        let new = articles.create(article(1, "b", edition, price)).await;
        let patch = Article::patch().edition(edition).price(price);
        let patched = articles.patch_by_id(one.id, patch).await;
        for error in [new.unwrap_err(), patched.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::CheckViolation);
            assert_eq!(error.model(), Some("Article"));
            let message = format!("a check of `Article` does not hold: {check}");
            assert_eq!(error.to_string(), message);
        }
    }
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Offer, key_from = ["country", "number"], key_to = ["part_country", "part_number"])]
#[model(unique("country", "number"))]
struct Part {
    #[model(id, generated)]
    id: i64,
    #[model(length = 2)]
    country: String,
    number: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[belongs_to(Part, key_from = ["part_country", "part_number"], key_to = ["country", "number"])]
struct Offer {
    #[model(id, generated)]
    id: i64,
    #[model(length = 2)]
    part_country: String,
    part_number: i64,
}

#[database_test]
async fn a_foreign_key_may_refer_to_fields_that_are_unique_together(db: TestDb) {
    db.schema::<(Part, Offer)>().create().await.unwrap();
    let parts = PartRepository::new(&*db);
    let part = Part::draft().country("NO").number(7);
    let part = parts.create(part).await.unwrap();
    let key = ("NO".to_owned(), 7);
    parts.offers(key).create(Offer::draft()).await.unwrap();
    let offers = OfferRepository::new(&*db);
    let offer = offers
        .find()
        .include(Offer::PART)
        .first()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(*offer.part, part);
    let nowhere = Offer::draft().part_country("SE").part_number(7);
    let error = offers.create(nowhere).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(error.fields(), ["part_country", "part_number"]);
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Invoice", columns = "PascalCase")]
#[has_many(InvoiceLine)]
struct Invoice {
    #[model(id, generated)]
    id: i64,
    billing_city: String,
    #[model(column = "total_of_all")]
    total: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(columns = "SCREAMING-KEBAB-CASE")]
struct InvoiceLine {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Invoice)]
    invoice_id: i64,
}

#[database_test]
async fn columns_are_named_by_a_rule(db: TestDb) {
    let columns = |fields: &[relations::FieldMetadata]| -> Vec<&'static str> {
        fields.iter().map(|field| field.column()).collect()
    };
    assert_eq!(
        columns(Invoice::metadata().fields()),
        ["Id", "BillingCity", "total_of_all"]
    );
    assert_eq!(
        columns(InvoiceLine::metadata().fields()),
        ["ID", "INVOICE-ID"]
    );
    db.schema::<(Invoice, InvoiceLine)>()
        .create()
        .await
        .unwrap();
    let invoices = InvoiceRepository::new(&*db);
    let json = r#"{"billing_city": "Oslo", "total": 3}"#;
    let invoice = invoices.create(relations::Json(json)).await.unwrap();
    let lines = invoices.invoice_lines(invoice.id);
    lines.create(InvoiceLine::draft()).await.unwrap();
    db.execute_sql(Sql::Each {
        sqlite: r#"UPDATE "Invoice" SET "BillingCity" = 'Bergen'"#,
        postgres: r#"UPDATE "Invoice" SET "BillingCity" = 'Bergen'"#,
        mysql: "UPDATE Invoice SET BillingCity = 'Bergen'",
    })
    .await;
    let found = invoices.find().filter(Invoice::BILLING_CITY.eq("Bergen"));
    let found = found
        .include(Invoice::INVOICE_LINES)
        .first()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.invoice_lines.len(), 1);
    assert_eq!(found.total, 3);
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Price {
    #[model(id, generated)]
    id: i64,
    #[model(precision = 6, scale = 2)]
    amount: Decimal,
    #[model(precision = 3, scale = 3)]
    share: Option<Decimal>,
    #[model(precision = 4)]
    count: Option<Decimal>,
}

#[database_test]
async fn a_decimal_has_so_many_digits_and_others_are_refused_before_a_statement(db: TestDb) {
    let text = db.schema::<Price>().to_sql().unwrap();
    assert_eq!(
        text.contains("DECIMAL(6, 2)") && text.contains("DECIMAL(3, 3)"),
        db.dialect() != Dialect::Sqlite
    );
    db.schema::<Price>().create().await.unwrap();
    let prices = PriceRepository::new(&*db);
    let number = |text: &str| text.parse::<Decimal>().unwrap();
    for fits in ["0", "9999.99", "-9999.99", "1.5000", "0.01"] {
        let draft = Price::draft().amount(number(fits)).share(number("0.999"));
        let row = prices.create(draft.count(number("-9999.0"))).await.unwrap();
        assert_eq!(row.amount, number(fits));
        let same = prices.find().filter(Price::AMOUNT.eq(number(fits)));
        assert!(same.exists().await.unwrap(), "{fits}");
    }
    db.statements();
    for too_long in ["10000", "-10000.00", "0.001", "1.009"] {
        let error = prices.create(Price::draft().amount(number(too_long))).await;
        let patch = prices.patch_by_id(1, Price::patch().amount(number(too_long)));
        let json = format!(r#"{{"amount": "{too_long}"}}"#);
        let by_json = prices.create(relations::Json(&json)).await;
        for error in [
            error.unwrap_err(),
            patch.await.unwrap_err(),
            by_json.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidValue);
            assert_eq!(error.fields(), ["amount"]);
        }
    }
    let wrong = Price::draft().amount(number("1")).share(number("1"));
    let error = prices.create(wrong).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot store `Price::share`: 1 has more than 0 digits before the point, or more than 3 behind it"
    );
    let wrong = Price::draft().amount(number("1")).count(number("1.5"));
    assert_eq!(prices.create(wrong).await.unwrap_err().fields(), ["count"]);
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn the_check_of_a_schema_knows_the_constraints_of_the_struct(db: TestDb) {
    let schema = db.schema::<(Article, Part, Offer, Invoice, InvoiceLine, Price)>();
    schema.create().await.unwrap();
    let check = schema.check().await.unwrap();
    assert!(check.is_empty(), "{check}");
    schema.drop().await.unwrap();
    db.execute_sql(Sql::Same(
        "CREATE TABLE article (id BIGINT PRIMARY KEY, author_id BIGINT NOT NULL, \
         slug VARCHAR(40) NOT NULL, edition INT NOT NULL, price BIGINT NOT NULL)",
    ))
    .await;
    let check = db.schema::<Article>().check().await.unwrap();
    let check = check.to_string();
    for group in [
        "(`author_id`, `slug`)",
        "(`slug`, `edition`)",
        "(`edition`, `author_id`)",
    ] {
        assert!(check.contains(group), "{check}");
    }
}
