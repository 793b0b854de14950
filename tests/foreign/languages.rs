//! Servers that speak another language than English: what was violated is told the same.

use crate::support::{TestDb, database_test};
use relations::query::AssertSqlSafe;
use relations::{Db, ErrorKind, prelude::*};

#[derive(Debug, Model)]
#[has_many(Pet)]
struct Keeper {
    #[model(id)]
    id: i64,
    #[model(unique)]
    name: String,
}

/// The same table, of which somebody thought that a name may be missing.
#[derive(Debug, Model)]
#[model(table = "keeper")]
struct Nameless {
    #[model(id)]
    id: i64,
    name: Option<String>,
}

#[derive(Debug, Model)]
#[model(check = "weight < 100")]
struct Pet {
    #[model(id)]
    id: i64,
    weight: i32,
    #[belongs_to(Keeper)]
    keeper_id: i64,
}

/// Kind, model, relation, fields and text of an error.
type Told = (
    ErrorKind,
    Option<String>,
    Option<String>,
    Vec<String>,
    String,
);

fn told<T>(result: relations::Result<T>) -> Told {
    let Err(error) = result else {
        panic!("a constraint is violated");
    };
    let fields = error.fields().iter();
    (
        error.kind(),
        error.model().map(str::to_owned),
        error.relation().map(str::to_owned),
        fields.map(ToString::to_string).collect(),
        error.to_string(),
    )
}

/// A violation of each kind.
async fn violations(db: &Db) -> Vec<Told> {
    let (keepers, pets) = (KeeperRepository::new(db), PetRepository::new(db));
    let nameless = NamelessRepository::new(db);
    let pet = |keeper, weight| Pet::draft().id(2).weight(weight).keeper_id(keeper);
    vec![
        told(
            keepers
                .create(Keeper::draft().id(7).name("a' \"b\" 'c"))
                .await,
        ),
        told(keepers.create(Keeper::draft().id(1).name("d")).await),
        told(nameless.create(Nameless::draft().id(8).name(None)).await),
        told(nameless.patch_by_id(1, Nameless::patch().name(None)).await),
        told(pets.create(pet(99, 1)).await),
        told(pets.create(pet(1, 100)).await),
        told(keepers.delete_by_id(1).await),
    ]
}

/// Those of MariaDB with words of their own; of MySQL the same and more.
const LANGUAGES: [&str; 24] = [
    "cs_CZ", "da_DK", "nl_NL", "et_EE", "fr_FR", "ka_GE", "de_DE", "el_GR", "hi_IN", "hu_HU",
    "it_IT", "ja_JP", "ko_KR", "no_NO", "pl_PL", "pt_PT", "ro_RO", "ru_RU", "sr_RS", "sk_SK",
    "es_ES", "sv_SE", "uk_UA", "zh_CN",
];

#[database_test(mysql)]
async fn an_error_is_the_same_in_all_languages(db: TestDb) {
    db.schema::<(Keeper, Pet)>().create().await.unwrap();
    let keeper = Keeper::draft().id(1).name("a' \"b\" 'c");
    KeeperRepository::new(&*db).create(keeper).await.unwrap();
    let pet = Pet::draft().id(1).weight(1).keeper_id(1);
    PetRepository::new(&*db).create(pet).await.unwrap();
    let one = Db::options().max_connections(1).connect(db.url());
    let one = one.await.unwrap();
    one.sql("SET lc_messages = 'en_US'")
        .execute()
        .await
        .unwrap();
    let english = violations(&one).await;
    let kinds: Vec<ErrorKind> = english.iter().map(|told| told.0).collect();
    use ErrorKind::*;
    assert_eq!(
        kinds,
        [
            AlreadyExists,
            AlreadyExists,
            NotNullViolation,
            NotNullViolation,
            ForeignKeyViolation,
            CheckViolation,
            ForeignKeyViolation
        ]
    );
    for language in LANGUAGES {
        let set = AssertSqlSafe(format!("SET lc_messages = '{language}'"));
        one.sql(set).execute().await.unwrap();
        assert_eq!(violations(&one).await, english, "{language}");
    }
    one.close().await;
}
