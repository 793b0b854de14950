use relations::prelude::*;

#[derive(Debug, Clone)]
enum Level {
    Low,
}

#[derive(Debug, Model)]
struct Profile {
    #[model(id, generated)]
    id: i64,
    level: Option<Level>,
}

async fn run(db: &Db) -> relations::Result<()> {
    let profiles = ProfileRepository::new(db);
    profiles.create(Profile::draft()).await?;
    profiles.create(Profile::draft().level(Level::Low)).await?;
    profiles
        .find()
        .filter(Profile::LEVEL.eq(Level::Low) | Profile::LEVEL.is_null())
        .all()
        .await?;
    Ok(())
}

fn main() {}
