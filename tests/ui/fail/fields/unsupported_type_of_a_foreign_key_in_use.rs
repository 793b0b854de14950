use relations::prelude::*;

#[derive(Debug, Clone)]
struct Code(String);

#[derive(Debug, Model)]
#[has_many(Visit)]
struct Shop {
    #[model(id, generated)]
    id: i64,
}

#[derive(Debug, Model)]
struct Visit {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Shop)]
    shop_id: Code,
}

async fn run(db: &Db) -> relations::Result<()> {
    let shops = ShopRepository::new(db);
    let shop = shops.create(Shop::draft().visits([Visit::draft()])).await?;
    shops.visits(&shop).create(Visit::draft()).await?;
    shops.find().include(Shop::VISITS).all().await?;
    VisitRepository::new(db)
        .find()
        .include(Visit::SHOP)
        .filter(Visit::SHOP_ID.eq(Code("a".into())))
        .all()
        .await?;
    Ok(())
}

fn main() {}
