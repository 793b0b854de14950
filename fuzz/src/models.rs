//! Models with a column of every kind, and with every kind of relation.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use relations::prelude::*;
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

/// What the hidden field of every row in the database holds; no result may show it.
pub const SECRET: &str = "never to be seen";

#[derive(Debug, Clone, Serialize, Model)]
#[serde(rename_all = "camelCase")]
#[has_many(Thing, name = "children", key_to = "parent_id")]
#[has_one(Label)]
#[has_one(Audit, include = false)]
#[has_many(Tag, through = Tagging)]
#[has_many(Note, discriminator = "about_type")]
pub struct Thing {
    #[model(id)]
    pub id: i64,
    pub name: String,
    #[serde(rename = "odd name, or.so")]
    pub odd_name: Option<String>,
    pub and: Option<String>,
    pub flag: bool,
    pub tiny: i8,
    pub small: i16,
    pub medium: Option<i32>,
    pub tiny_unsigned: u8,
    pub small_unsigned: u16,
    pub medium_unsigned: u32,
    pub large_unsigned: Option<u64>,
    pub single: f32,
    pub double: Option<f64>,
    pub bytes: Vec<u8>,
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub date_time: NaiveDateTime,
    pub instant: DateTime<Utc>,
    pub uuid: Uuid,
    pub price: Decimal,
    pub document: Option<serde_json::Value>,
    #[model(hidden)]
    #[serde(skip_serializing)]
    pub secret: String,
    #[belongs_to(Thing)]
    pub parent_id: Option<i64>,
    #[references_many(Thing)]
    pub friend_ids: Vec<i64>,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Label {
    #[model(id)]
    pub id: i64,
    pub text: String,
    #[belongs_to(Thing)]
    pub thing_id: i64,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Audit {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Thing)]
    pub thing_id: i64,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Thing, through = Tagging)]
pub struct Tag {
    #[model(id)]
    pub id: i64,
    pub text: Option<String>,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Tagging {
    #[model(id)]
    #[belongs_to(Thing)]
    pub thing_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    pub tag_id: i64,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Note {
    #[model(id)]
    pub id: i64,
    pub text: String,
    pub about_type: Option<String>,
    #[belongs_to(About, discriminator = "about_type")]
    pub about_id: Option<i64>,
}

#[derive(Debug, Clone, Serialize, PolymorphicModel)]
#[allow(clippy::large_enum_variant)] // As users write it.
#[serde(untagged)]
pub enum About {
    Thing(Thing),
    Tag(Tag),
}

type Models = (Thing, Label, Audit, Tag, Tagging, Note);

fn thing(id: i64) -> Thing {
    let date = NaiveDate::from_ymd_opt(2026, 1, id as u32).expect("a day of January");
    let time = NaiveTime::from_hms_opt(id as u32, 59, 59).expect("an hour");
    Thing {
        id,
        name: ["Thor", "Odin", "loki", ""][id as usize % 4].to_owned(),
        odd_name: (id % 2 == 0).then(|| format!("odd {id}")),
        and: None,
        flag: id % 2 == 0,
        tiny: id as i8,
        small: -id as i16,
        medium: (id % 3 > 0).then_some(id as i32 * 1000),
        tiny_unsigned: id as u8,
        small_unsigned: id as u16,
        medium_unsigned: u32::MAX - id as u32,
        large_unsigned: (id % 2 == 1).then_some(id as u64),
        single: 0.1 * id as f32,
        double: (id % 3 > 0).then_some(0.5 * id as f64),
        bytes: vec![id as u8; id as usize],
        date,
        time,
        date_time: date.and_time(time),
        instant: date.and_time(time).and_utc(),
        uuid: Uuid::from_u128(id as u128),
        price: Decimal::new(id * 110, 2),
        document: (id % 2 == 0).then(|| serde_json::json!({"id": id})),
        secret: SECRET.to_owned(),
        parent_id: (id > 2).then_some(id / 2),
        friend_ids: (1..id).collect(),
    }
}

/// A new database in memory with a few rows.
pub async fn database() -> relations::Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<Models>().create().await?;
    let things = ThingRepository::new(&db);
    things.create_all((1..=7).map(thing)).await?;
    for id in [1, 2, 5] {
        let label = Label {
            id,
            text: format!("label {id}"),
            thing_id: id,
        };
        LabelRepository::new(&db).create(label).await?;
        let text = (id > 1).then(|| format!("tag {id}"));
        TagRepository::new(&db).create(Tag { id, text }).await?;
        for thing_id in 1..=id {
            TaggingRepository::new(&db)
                .create(Tagging {
                    thing_id,
                    tag_id: id,
                })
                .await?;
        }
        let about_type = Some(if id == 2 { "Tag" } else { "Thing" }.to_owned());
        let note = Note {
            id,
            text: format!("note {id}"),
            about_type,
            about_id: Some(id),
        };
        NoteRepository::new(&db).create(note).await?;
    }
    Ok(db)
}
