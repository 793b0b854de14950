use relations::prelude::*;

#[derive(Debug, Clone)]
enum Level {
    Low,
}

#[derive(Debug, Model)]
#[has_many(Visit)]
struct Profile {
    #[model(id, generated)]
    id: i64,
    levels: Vec<Level>,
}

#[derive(Debug, Model)]
struct Visit {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Profile)]
    profile_id: i64,
}

async fn run(db: &Db) -> relations::Result<()> {
    let profiles = ProfileRepository::new(db);
    profiles.create(Profile::draft().levels([])).await?;
    profiles.create(Profile::draft().levels([Level::Low])).await?;
    profiles
        .create(Profile::draft().levels(vec![Level::Low]))
        .await?;
    profiles.find().include(Profile::VISITS).all().await?;
    VisitRepository::new(db)
        .find()
        .include(Visit::PROFILE)
        .all()
        .await?;
    Ok(())
}

fn main() {}
