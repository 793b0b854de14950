//! Ids and foreign keys that are dates, times and durations.

use crate::support::{TestDb, database_test};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use relations::prelude::*;
use serde::Serialize;
use std::time::Duration;
use time::OffsetDateTime;
use time::macros::datetime;

macro_rules! keys {
    ($($name:ident: $ty:ty, $values:expr;)*) => { $(
        mod $name {
            use super::*;

            #[derive(Debug, PartialEq, Serialize, Model)]
            #[has_many(Entry)]
            #[has_many(Tag, through = DayTag)]
            pub struct Day {
                #[model(id)]
                pub id: $ty,
                pub name: String,
            }

            #[derive(Debug, PartialEq, Serialize, Model)]
            pub struct Entry {
                #[model(id, generated)]
                pub id: i64,
                #[belongs_to(Day)]
                pub day_id: Option<$ty>,
            }

            #[derive(Debug, PartialEq, Serialize, Model)]
            pub struct Tag {
                #[model(id)]
                pub id: $ty,
            }

            #[derive(Debug, PartialEq, Serialize, Model)]
            pub struct DayTag {
                #[model(id)]
                #[belongs_to(Day)]
                pub day_id: $ty,
                #[model(id)]
                #[belongs_to(Tag)]
                pub tag_id: $ty,
            }

            #[database_test]
            async fn relations_are_followed(db: TestDb) {
                let values: [$ty; 3] = $values;
                db.schema::<(Day, Entry, Tag, DayTag)>().create().await.unwrap();
                let days = DayRepository::new(&*db);
                let drafts = values.iter().zip(["a", "b", "c"]).map(|(id, name)| {
                    Day::draft().id(id).name(name).entries([Entry::draft(), Entry::draft()])
                });
                days.create_all(drafts.collect::<Vec<_>>()).await.unwrap();
                let entries = EntryRepository::new(&*db);
                entries.create(Entry::draft()).await.unwrap();
                for id in &values {
                    let day = days.get_by_id(id.clone()).await.unwrap();
                    assert_eq!(days.entries(&day).find().count().await.unwrap(), 2);
                    assert_eq!(days.entries(id.clone()).find().await.unwrap().len(), 2);
                    days.tags(&day).create(Tag::draft().id(id)).await.unwrap();
                }
                let rows = days.find().include(Day::ENTRIES.limit(1)).include(Day::TAGS).await.unwrap();
                assert!(rows.iter().all(|row| row.entries.len() == 1 && row.tags.len() == 1));
                let rows = days.find().include(Day::ENTRIES).await.unwrap();
                assert_eq!(rows.iter().map(|row| row.entries.len()).collect::<Vec<_>>(), [2, 2, 2]);
                let rows = entries.find().limit(500).include(Entry::DAY.include(Day::TAGS)).await.unwrap();
                assert_eq!(rows.iter().filter(|row| row.day.is_some()).count(), 6);
                for row in &rows {
                    assert_eq!(row.day.as_ref().map(|day| &day.id), row.day_id.as_ref());
                }
                let asked = Entry::DAY.some(Day::NAME.eq("b"));
                assert_eq!(entries.find().filter(asked).count().await.unwrap(), 2);
                let graphs = days.find_with(r#"{"include": [{"relation": "entries"}, "tags"]}"#).await.unwrap();
                let json = serde_json::to_value(&graphs).unwrap();
                assert_eq!(json[2]["entries"][1]["day_id"], json[2]["id"]);
                let first = days.tags(values[0].clone());
                first.set([values[1].clone(), values[2].clone()]).await.unwrap();
                assert_eq!(days.tags(values[0].clone()).find().count().await.unwrap(), 2);
                assert!(days.delete_by_id(values[0].clone()).await.is_err());
            }
        }
    )* };
}

fn texts<T: std::str::FromStr, const N: usize>(texts: [&str; N]) -> [T; N] {
    texts.map(|text| text.parse().unwrap_or_else(|_| panic!("{text}")))
}

keys! {
    date: NaiveDate, texts(["0001-01-01", "2024-02-29", "9999-12-31"]);
    time_of_day: NaiveTime, texts(["00:00:00", "12:30:00.5", "23:59:59.999999"]);
    date_time: NaiveDateTime, texts(["0001-01-01T00:00:00", "2024-02-29T12:30:00.5", "9999-12-31T23:59:59.999999"]);
    of_time: OffsetDateTime, [datetime!(0001-01-01 00:00:00 UTC), datetime!(2024-02-29 12:30:00.5 UTC), datetime!(2024-02-29 12:30:00.500001 UTC)];
    duration: Duration, [Duration::ZERO, Duration::from_nanos(1), Duration::from_secs(3600)];
}
