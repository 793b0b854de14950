//! Fields, relations and models that are named by keywords.
use relations::prelude::*;

#[derive(Debug, Model)]
#[has_many(Use, name = "loop", key_to = "fn")]
#[has_many(Yield, name = "match", through(Use, key_from = "fn", key_to = r#for))]
#[has_many(Try, name = "while", discriminator = "type", key_to = "impl")]
struct r#Static {
    #[model(id, generated)]
    r#enum: i64,
    #[references_many(Yield, name = "trait")]
    r#struct: Vec<i64>,
}

#[derive(Debug, Model)]
struct r#Yield {
    #[model(id, generated)]
    r#mod: i64,
}

#[derive(Debug, Model)]
struct r#Use {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Static, name = "where")]
    r#fn: i64,
    #[belongs_to(Yield, name = "in")]
    r#for: i64,
}

#[derive(Debug, PolymorphicModel)]
enum r#Dyn {
    r#Static(Static),
    r#Yield(Yield),
}

#[derive(Debug, Model)]
struct r#Try {
    #[model(id, generated)]
    id: i64,
    r#type: String,
    #[belongs_to(Dyn, name = "as", discriminator = "type")]
    r#impl: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Static, Yield, Use, Try)>().create().await?;
    let statics = StaticRepository::new(&db);
    let draft = Static::draft()
        .r#struct([1])
        .r#match([Yield::draft()])
        .r#while([Try::draft()]);
    let row = statics.create(draft).await?;
    assert_eq!(statics.r#loop(&row).count().await?, 1);
    let found = statics
        .find()
        .include(Static::LOOP)
        .include(Static::MATCH.linked())
        .include(Static::WHILE.include(Try::AS))
        .include(Static::TRAIT)
        .get()
        .await?;
    assert_eq!(found.r#match[0].link.r#for, found.r#trait[0].r#mod);
    assert_eq!(found.r#loop[0].r#fn, row.r#enum);
    assert!(matches!(found.r#while[0].r#as.as_deref(), Some(Dyn::Static(_))));
    Ok(())
}
