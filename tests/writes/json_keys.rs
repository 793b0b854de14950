//! Writes from JSON to models whose keys are more than a number: parts of the id, several fields, lists, null.

use crate::json_writes::{PartRepository, assert_refused, suppliers};
use crate::support::{TestDb, database_test};
use relations::{ErrorKind, ProblemCode};
use relations::{Json, prelude::*};
use serde::Serialize;
use serde_json::{Value, json, to_value};

#[database_test]
async fn a_key_that_is_part_of_the_id(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let parts = PartRepository::new(&*db);
    let part = parts.create(Json(r#"{"code": "a"}"#)).await.unwrap();
    let supplies = parts.supplies(part.id);
    let supply = supplies.create(Json(r#"{"supplierId": 1}"#)).await.unwrap();
    assert_eq!((supply.part_id, supply.price), (part.id, None));
    db.ran();
    let mismatch = ProblemCode::ConstraintMismatch;
    let patched = supplies.patch(Json(json!({"partId": 99}))).all_rows();
    assert_refused(&db, patched.await, &[("partId", mismatch)]);
    let patched = supplies.patch(Json(json!({"supplierId": 1}))).all_rows();
    assert_refused(
        &db,
        patched.await,
        &[("supplierId", ProblemCode::NotAllowed)],
    );
    // The id repeated is no change.
    let patched = supplies.patch(Json(json!({"partId": part.id}))).all_rows();
    assert!(patched.await.unwrap_err().is_empty_patch());
    let row = json!({"supplierId": 1, "partId": part.id, "price": 9});
    let patched = supplies.patch_by_id((1, part.id), Json(&row));
    assert_eq!(patched.await.unwrap(), 1);
    let stored = supplies.find().get().await.unwrap();
    assert_eq!(to_value(stored).unwrap(), row);
    assert_eq!(suppliers.parts(1).count().await.unwrap(), 1);
}

#[database_test]
async fn lists_of_keys_and_columns_of_json(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model, Serialize)]
    pub struct Tag {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model, Serialize)]
    #[serde(rename_all = "camelCase")]
    pub struct Post {
        #[model(id)]
        pub id: i64,
        #[references_many(Tag)]
        pub tag_ids: Vec<i64>,
        pub body: Value,
        pub extra: Option<Value>,
    }

    db.schema::<(Tag, Post)>().create().await.unwrap();
    let posts = PostRepository::new(&*db);
    let bodies = [json!(null), json!(7), json!({"a": [1, {"b": null}]})];
    for (id, body) in bodies.into_iter().enumerate() {
        let row = json!({"id": id, "tagIds": [3, 1, 3], "body": body, "extra": null});
        let post = posts.create(Json(&row)).await.unwrap();
        assert_eq!(to_value(&post).unwrap(), row);
        posts.replace(Json(&row)).await.unwrap();
        assert_eq!(posts.find_by_id(post.id).get().await.unwrap(), post);
    }
    db.ran();
    let text = r#"{"id": 9, "tagIds": [1, "2"], "tags": [], "body": {"a": {"b": 1, "b": 2}}}"#;
    let expected = [
        ("tagIds", ProblemCode::WrongType),
        ("tags", ProblemCode::NavigationalProperty),
        ("body", ProblemCode::Duplicate),
    ];
    let error = assert_refused(&db, posts.create(Json(text)).await, &expected);
    let message = "`tags` is a relation; set `tagIds` instead";
    assert_eq!(error.problems()[1].message(), message);
}

#[database_test]
async fn composite_keys(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(House, key_from = ["country", "number"], key_to = ["city_country", "city_number"])]
    pub struct City {
        #[model(id)]
        pub country: String,
        #[model(id)]
        pub number: i64,
        pub name: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Model, Serialize)]
    #[belongs_to(City, key_from = ["city_country", "city_number"])]
    #[serde(rename_all = "camelCase")]
    pub struct House {
        #[model(id)]
        pub street: i64,
        #[model(id)]
        pub door: i64,
        #[model(length = 20)]
        pub city_country: Option<String>,
        pub city_number: Option<i64>,
    }

    db.schema::<(City, House)>().create().await.unwrap();
    let cities = CityRepository::new(&*db);
    db.ran();
    let created = cities.create(Json(json!({"name": "Kiruna"}))).await;
    let missing = ProblemCode::Missing;
    assert_refused(&db, created, &[("country", missing), ("number", missing)]);
    cities
        .create(Json(json!({"country": "SE", "number": 1})))
        .await
        .unwrap();
    let key = || ("SE".to_owned(), 1);
    let houses = cities.houses(key());
    db.ran();
    let data = json!({"street": 1, "door": 1, "cityCountry": "NO", "cityNumber": 1});
    let created = houses.create(Json(data)).await;
    let mismatch = ProblemCode::ConstraintMismatch;
    assert_refused(&db, created, &[("cityCountry", mismatch)]);
    let data = json!({"street": 1, "door": 2, "cityNumber": 1});
    let house = houses.create(Json(data)).await.unwrap();
    assert_eq!(house.city_country.as_deref(), Some("SE"));
    db.ran();
    let patched = cities
        .patch_by_id(key(), Json(json!({"country": "SE", "number": 2})))
        .await;
    assert_refused(&db, patched, &[("number", ProblemCode::NotAllowed)]);
    let patch = json!({"country": "SE", "number": 1, "name": "Kiruna"});
    assert_eq!(cities.patch_by_id(key(), Json(patch)).await.unwrap(), 1);
    let patch = json!({"street": 1, "door": 2, "cityCountry": "SE"});
    assert_eq!(houses.patch_by_id((1, 2), Json(patch)).await.unwrap(), 1);
    db.ran();
    let replaced = HouseRepository::new(&*db)
        .replace(Json(json!({"street": 1})))
        .await;
    assert_refused(&db, replaced, &[("door", missing)]);
    let house = json!({"street": 1, "door": 2});
    HouseRepository::new(&*db)
        .replace(Json(house))
        .await
        .unwrap();
    assert_eq!(houses.count().await.unwrap(), 0);
}

#[database_test]
async fn a_source_whose_key_is_null_takes_no_data(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Leaf, key_from = "code", key_to = "tree_code")]
    pub struct Tree {
        #[model(id)]
        pub id: i64,
        #[model(unique)]
        pub code: Option<i64>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Leaf {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Tree, name = "tree", key_to = "code")]
        pub tree_code: Option<i64>,
    }

    db.schema::<(Tree, Leaf)>().create().await.unwrap();
    let trees = TreeRepository::new(&*db);
    let bare = trees.create(Json(r#"{"id": 1}"#)).await.unwrap();
    db.ran();
    let leaves = trees.leafs(&bare);
    for text in [r#"{"id": 1}"#, r#"{"id": 1, "tree_code": null}"#, "[]"] {
        let error = leaves.create(Json(text)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
    }
    let patched = leaves.patch(Json(r#"{"tree_code": 5}"#)).all_rows().await;
    assert_eq!(patched.unwrap(), 0);
    assert_eq!(db.count(), 0);
}
