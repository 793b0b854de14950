//! Rows with slots as JSON.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use serde::Serialize;
use serde_json::{json, to_value};

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_one(Account)]
pub struct Supplier {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
pub struct Account {
    #[model(id)]
    pub id: i64,
    pub balance: Option<i64>,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[serde(rename_all = "camelCase")]
#[has_one(UserProfile, key_to = "app_user_id")]
pub struct AppUser {
    #[model(id)]
    pub user_id: i64,
    #[serde(rename = "mail")]
    pub e_mail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nick_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct UserProfile {
    #[model(id)]
    pub id: i64,
    #[belongs_to(AppUser)]
    pub app_user_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_many(Session)]
pub struct Login {
    #[model(id)]
    pub id: i64,
    #[model(hidden)]
    #[serde(skip_serializing)]
    pub password: String,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
pub struct Session {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Login)]
    #[model(hidden)]
    #[serde(skip_serializing)]
    pub login_id: i64,
}

/// Has no JSON.
#[derive(Debug, Model)]
pub struct Secret {
    #[model(id)]
    pub id: i64,
    #[model(hidden)]
    pub text: String,
}

async fn suppliers(db: &TestDb) -> SupplierRepository<&Db> {
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    db.execute("INSERT INTO supplier VALUES (1, 'Thor'), (2, 'Loki')")
        .await;
    db.execute("INSERT INTO account VALUES (5, NULL, 1)").await;
    SupplierRepository::new(&**db)
}

#[database_test]
async fn what_was_not_included_is_absent(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let rows = suppliers.find().all().await.unwrap();
    assert_eq!(
        to_value(&rows).unwrap(),
        json!([{"id": 1, "name": "Thor"}, {"id": 2, "name": "Loki"}])
    );
    let nested = Supplier::ACCOUNT.include(Account::SUPPLIER);
    let rows = suppliers.find().include(nested).all().await.unwrap();
    let inner = &to_value(&rows).unwrap()[0]["account"]["supplier"];
    assert_eq!(*inner, json!({"id": 1, "name": "Thor"}));
}

#[database_test]
async fn none_is_null(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let rows = suppliers
        .find()
        .include(Supplier::ACCOUNT)
        .all()
        .await
        .unwrap();
    assert_eq!(
        serde_json::to_string(&rows).unwrap(),
        r#"[{"id":1,"name":"Thor","account":{"id":5,"balance":null,"supplier_id":1}},{"id":2,"name":"Loki","account":null}]"#
    );
}

#[database_test]
async fn a_belongs_to_is_an_object(db: TestDb) {
    suppliers(&db).await;
    let rows = AccountRepository::new(&*db)
        .find()
        .include(Account::SUPPLIER)
        .all()
        .await
        .unwrap();
    let expected = json!([{"id": 5, "balance": null, "supplier_id": 1, "supplier": {"id": 1, "name": "Thor"}}]);
    assert_eq!(to_value(&rows).unwrap(), expected);
}

#[database_test]
async fn fields_and_relations_follow_rename_all(db: TestDb) {
    db.schema::<(AppUser, UserProfile)>()
        .create()
        .await
        .unwrap();
    db.execute("INSERT INTO app_user VALUES (1, 'a@b', NULL)")
        .await;
    db.execute("INSERT INTO user_profile VALUES (7, 1), (8, NULL)")
        .await;
    let users = AppUserRepository::new(&*db)
        .find()
        .include(AppUser::USER_PROFILE)
        .all()
        .await
        .unwrap();
    assert_eq!(
        to_value(&users).unwrap(),
        json!([{"userId": 1, "mail": "a@b", "userProfile": {"ID": 7, "APP_USER_ID": 1}}])
    );
    let profiles = UserProfileRepository::new(&*db)
        .find()
        .include(UserProfile::APP_USER)
        .all()
        .await
        .unwrap();
    assert_eq!(
        to_value(&profiles).unwrap(),
        json!([
            {"ID": 7, "APP_USER_ID": 1, "APP_USER": {"userId": 1, "mail": "a@b"}},
            {"ID": 8, "APP_USER_ID": null, "APP_USER": null},
        ])
    );
}

#[database_test]
async fn rows_with_slots_are_debug_clone_and_comparable(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let rows = suppliers
        .find()
        .include(Supplier::ACCOUNT)
        .all()
        .await
        .unwrap();
    let copy = rows.clone();
    assert_eq!(rows, copy);
    assert_ne!(rows[0], rows[1]);
    let shown = format!("{:?}", rows[1]);
    assert_eq!(
        shown,
        r#"SupplierWith { model: Supplier { id: 2, name: "Loki" }, account: None }"#
    );
}

#[database_test]
async fn a_hidden_field_is_left_out(db: TestDb) {
    db.schema::<(Login, Session)>().create().await.unwrap();
    let logins = LoginRepository::new(&*db);
    let login = Login::draft().id(1).password("thunder");
    logins.create(login).await.unwrap();
    logins
        .sessions(1)
        .create(Session::draft().id(5))
        .await
        .unwrap();
    let found = logins
        .find()
        .filter(Login::PASSWORD.eq("thunder"))
        .include(Login::SESSIONS)
        .get()
        .await
        .unwrap();
    assert_eq!(found.password, "thunder");
    let expected = json!({"id": 1, "sessions": [{"id": 5}]});
    assert_eq!(to_value(&found).unwrap(), expected);
    assert_eq!(to_value(found.into_model()).unwrap(), json!({"id": 1}));
}

#[database_test]
async fn a_row_is_found_by_the_id_that_its_json_shows(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model, Serialize)]
    pub struct Event {
        #[model(id)]
        pub id: uuid::Uuid,
        pub number: i64,
    }
    db.schema::<(Supplier, Account, Event)>()
        .create()
        .await
        .unwrap();
    let suppliers = SupplierRepository::new(&*db);
    // The largest id is no `f64`.
    for id in [0, i64::MAX, i64::MIN] {
        let draft = Supplier::draft().id(id).name("Thor");
        let text = to_value(suppliers.create(draft).await.unwrap())
            .unwrap()
            .to_string();
        let shown: serde_json::Value = text.parse().unwrap();
        let id = shown["id"].as_i64().unwrap();
        assert_eq!(suppliers.find_by_id(id).get().await.unwrap().id, id);
        let filter = json!({"where": {"id": shown["id"]}});
        let found = suppliers.find_with(&filter).await.unwrap();
        assert_eq!(to_value(&found).unwrap(), json!([shown]));
    }
    let events = EventRepository::new(&*db);
    let event = Event {
        id: uuid::Uuid::from_u128(1 << 100),
        number: 1,
    };
    let shown = to_value(events.create(event.clone()).await.unwrap()).unwrap();
    let id = shown["id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap();
    assert_eq!(events.find_by_id(id).get().await.unwrap(), event);
    let filter = json!({"where": {"id": shown["id"]}});
    let found = events.find_with(&filter).await.unwrap();
    assert_eq!(to_value(&found).unwrap(), json!([shown]));
}

/// As code that knows no more of a row than its model.
fn erased<M: Model>(model: &M) -> Option<serde_json::Value> {
    let erase = M::SERIALIZE?;
    Some(to_value(erase(model)).unwrap())
}

#[database_test]
async fn a_model_tells_whether_it_serialises(_: TestDb) {
    let profile = UserProfile {
        id: 7,
        app_user_id: None,
    };
    let expected = json!({"ID": 7, "APP_USER_ID": null});
    assert_eq!(erased(&profile), Some(expected));
    let secret = Secret {
        id: 1,
        text: "none".to_owned(),
    };
    assert_eq!(erased(&secret), None);
}
