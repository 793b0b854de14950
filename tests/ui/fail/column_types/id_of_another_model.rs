//! An id of one model where that of another is wanted.

use relations::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnType)]
struct SupplierId(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnType)]
struct PartId(i64);

#[derive(Debug, Model)]
#[has_many(Part)]
struct Supplier {
    #[model(id)]
    id: SupplierId,
}

#[derive(Debug, Model)]
struct Part {
    #[model(id)]
    id: PartId,
    #[belongs_to(Supplier)]
    supplier_id: SupplierId,
}

async fn find(suppliers: SupplierRepository<Db>, part: PartId) -> relations::Result<()> {
    suppliers.find_by_id(part).await?;
    Ok(())
}

fn main() {}
