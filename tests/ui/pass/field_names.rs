//! Fields named like methods and parameters of generated code.

use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Value, name = "price")]
pub struct Supplier {
    #[model(id, generated)]
    pub id_: i64,
    pub model: String,
    pub r#type: String,
    pub name: String,
    pub new: String,
    pub clone: i32,
    pub state: Option<String>,
    pub draft: bool,
    pub patch: bool,
    pub fill: bool,
    pub read: bool,
    pub set: bool,
    pub into_values: bool,
    pub value: i64,
    pub source: i64,
    pub target: i64,
    pub row: i64,
    pub metadata: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Value {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Supplier, Value)>().create().await?;
    let suppliers = SupplierRepository::new(&db);
    let draft = Supplier::draft()
        .model("m")
        .r#type("t")
        .name("n")
        .new("w")
        .clone(1)
        .state("s")
        .draft(true)
        .patch(true)
        .fill(true)
        .read(true)
        .set(true)
        .into_values(true)
        .value(1)
        .source(2)
        .target(3)
        .row(4)
        .metadata(5);
    let supplier = suppliers.create(draft).await?;
    suppliers.price(&supplier).create(Value::draft()).await?;
    let patch = Supplier::patch().clone(2).new("x").into_values(false);
    suppliers.patch_by_id(supplier.id_, patch).await?;
    let found = suppliers
        .find()
        .filter(Supplier::CLONE.eq(2))
        .include(Supplier::PRICE)
        .get()
        .await?;
    assert_eq!((found.model.as_str(), found.new.as_str()), ("m", "x"));
    assert!(found.price.is_some());
    assert_eq!(found.into_model().row, 4);
    Ok(())
}
