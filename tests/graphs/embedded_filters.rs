//! What run-time filters ask of rows that are kept within rows.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{ErrorKind, ProblemCode};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
#[serde(rename_all = "camelCase")]
struct Customer {
    #[model(id)]
    id: i64,
    #[model(json)]
    #[embeds_many(Address, name = "places")]
    all_addresses: Vec<Address>,
    #[model(json)]
    #[embeds_one(Passport)]
    passport: Option<Passport>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
#[serde(rename_all = "camelCase")]
struct Address {
    #[model(id)]
    id: i64,
    city_name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
struct Passport {
    #[model(id)]
    number: String,
    year: i64,
    #[model(hidden)]
    #[serde(skip_serializing, default)]
    secret: Option<String>,
}

async fn customers(db: &TestDb) -> CustomerRepository<&Db> {
    db.schema::<Customer>().create().await.unwrap();
    let customers = CustomerRepository::new(&**db);
    let customer = |id, cities: &[&str], year: Option<i64>| Customer {
        id,
        all_addresses: (1..)
            .zip(cities)
            .map(|(id, city)| Address {
                id,
                city_name: (*city).to_owned(),
            })
            .collect(),
        passport: year.map(|year| Passport {
            number: format!("N{id}"),
            year,
            secret: None,
        }),
    };
    let rows = [
        customer(1, &["Oslo", "Bergen"], Some(2030)),
        customer(2, &["Bergen"], None),
        customer(3, &[], Some(2027)),
    ];
    customers.create_all(rows).await.unwrap();
    customers
}

#[database_test]
async fn filters_look_into_them_by_the_names_of_their_model(db: TestDb) {
    let customers = customers(&db).await;
    for (filter, expected) in [
        (r#"{"where": {"passport.year": {"gt": 2028}}}"#, &[1][..]),
        (r#"{"where": {"passport.number": "N3"}}"#, &[3]),
        (r#"{"where": {"passport.year": null}}"#, &[2]),
        (r#"{"where": {"allAddresses.0.cityName": "Bergen"}}"#, &[2]),
        (r#"{"order": "passport.year DESC"}"#, &[1, 3, 2]),
        (
            r#"{"order": ["allAddresses.0.cityName", "id DESC"]}"#,
            &[3, 2, 1],
        ),
    ] {
        let rows = customers.find_with(filter).await.unwrap();
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        assert_eq!(ids, expected, "{filter}");
        let json = serde_json::to_value(&rows).unwrap();
        assert!(json[0].get("allAddresses").is_some());
    }
}

#[database_test]
async fn what_their_model_does_not_have_is_a_problem(db: TestDb) {
    let customers = customers(&db).await;
    db.ran();
    for (filter, path, code, message) in [
        (
            r#"{"where": {"passport.yaer": 1}}"#,
            "where.passport.yaer",
            ProblemCode::UnknownProperty,
            "`Passport` has no property `yaer`",
        ),
        (
            r#"{"where": {"passport.secret": "x"}}"#,
            "where.passport.secret",
            ProblemCode::UnknownProperty,
            "`Passport` has no property `secret`",
        ),
        (
            r#"{"where": {"allAddresses.0.city_name": "x"}}"#,
            "where.allAddresses.0.city_name",
            ProblemCode::UnknownProperty,
            "`Address` has no property `city_name`",
        ),
        (
            r#"{"order": "allAddresses.cityName"}"#,
            "order",
            ProblemCode::InvalidValue,
            "`allAddresses` is a list, of which a path names one: `allAddresses.0.cityName`",
        ),
        (
            r#"{"include": ["passport"]}"#,
            "include[0]",
            ProblemCode::UnknownRelation,
            "the rows of `passport` are kept in the property `passport`, and come with it: leave out the include",
        ),
        (
            r#"{"include": [{"relation": "places"}]}"#,
            "include[0].relation",
            ProblemCode::UnknownRelation,
            "the rows of `places` are kept in the property `allAddresses`, and come with it: leave out the include",
        ),
    ] {
        let error = customers.find_with(filter).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidFilter);
        let [problem] = error.problems() else {
            panic!("{filter}: {error}")
        };
        assert!(problem.path().contains(path.split('.').next().unwrap()));
        assert_eq!(
            (problem.code(), problem.message()),
            (code, message),
            "{filter}"
        );
    }
    db.assert_sql([]);
}
