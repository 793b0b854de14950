use relations::prelude::*;

#[derive(Debug, Model)]
#[has_one(Kind, name = "struct", key_to = "fn")]
struct Supplier {
    #[model(id, generated)]
    r#loop: i64,
    r#type: String,
    r#match: Option<bool>,
}

#[derive(Debug, Model)]
struct r#Kind {
    #[model(id, generated)]
    r#impl: i64,
    #[belongs_to(Supplier, name = "where")]
    r#fn: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Supplier, Kind)>().create().await?;
    let suppliers = SupplierRepository::new(&db);
    let draft = Supplier::draft().r#type("metal").r#match(true);
    let thor = suppliers.create(draft).await?;
    suppliers.r#struct(&thor).create(Kind::draft()).await?;
    let found = suppliers
        .find()
        .filter(Supplier::TYPE.eq("metal") & Supplier::MATCH.eq(true))
        .order_by(Supplier::LOOP.asc())
        .include(Supplier::STRUCT.include(Kind::WHERE))
        .get()
        .await?;
    let kind = found.r#struct.expect("created before");
    assert_eq!(kind.r#where.r#loop, kind.r#fn);
    let patch = Supplier::patch().r#type("wood");
    assert_eq!(suppliers.patch_by_id(thor.r#loop, patch).await?, 1);
    Ok(())
}
