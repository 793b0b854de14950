use relations::prelude::*;

#[derive(Debug, Clone)]
struct Code(String);

#[derive(Debug, Model)]
#[has_many(Visit)]
#[has_one(Badge, key_to = "shop")]
#[has_many(Tag, through = ShopTag)]
struct Shop {
    #[model(id)]
    id: Code,
}

#[derive(Debug, Model)]
struct Visit {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Shop)]
    shop_id: i64,
}

#[derive(Debug, Model)]
struct Badge {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Shop, name = "of")]
    shop: String,
}

#[derive(Debug, Model)]
struct Tag {
    #[model(id, generated)]
    id: i64,
    #[references_many(Shop)]
    shop_ids: Vec<i64>,
}

#[derive(Debug, Model)]
struct ShopTag {
    #[model(id)]
    #[belongs_to(Shop)]
    shop_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    tag_id: i64,
}

async fn run(db: &Db) -> relations::Result<()> {
    let shops = ShopRepository::new(db);
    let draft = Shop::draft().id(Code("a".into())).visits([Visit::draft()]);
    let shop = shops.create(draft).await?;
    shops.visits(&shop).create(Visit::draft()).await?;
    shops
        .find()
        .include(Shop::VISITS)
        .include(Shop::BADGE)
        .include(Shop::TAGS)
        .all()
        .await?;
    shops.find_by_id(Code("a".into())).await?;
    VisitRepository::new(db)
        .find()
        .include(Visit::SHOP)
        .all()
        .await?;
    TagRepository::new(db)
        .find()
        .include(Tag::SHOPS)
        .all()
        .await?;
    Ok(())
}

fn main() {}
