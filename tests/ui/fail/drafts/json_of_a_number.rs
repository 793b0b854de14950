use relations::{Json, prelude::*};

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
}

fn main() {
    let _ = async |db: &Db| {
        let suppliers = SupplierRepository::new(db);
        suppliers.create(Json(7)).await
    };
}
