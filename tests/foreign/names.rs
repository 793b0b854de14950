//! Names and sizes: what a database takes for one name, cuts, or has no room for.

use crate::support::{TestDb, database_test};
use relations::{Dialect, ErrorKind, prelude::*};

#[derive(Debug, Model)]
struct GroupRole {
    #[model(id, generated)]
    id: i64,
}

#[derive(Debug, Model)]
struct Role {
    #[model(id, generated)]
    id: i64,
}

#[derive(Debug, Model)]
struct User {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(GroupRole)]
    group_role_id: i64,
}

#[derive(Debug, Model)]
struct UserGroup {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Role)]
    role_id: i64,
}

#[database_test]
async fn names_that_join_to_one_word_differ(db: TestDb) {
    let schema = db.schema::<(GroupRole, Role, User, UserGroup)>();
    schema.create().await.unwrap();
    // `user`.`group_role_id` and `user_group`.`role_id`: each violation still finds its relation.
    let users = UserRepository::new(&*db);
    let error = users.create(User::draft().group_role_id(7)).await;
    assert_eq!(error.unwrap_err().relation(), Some("group_role"));
    let groups = UserGroupRepository::new(&*db);
    let error = groups.create(UserGroup::draft().role_id(7)).await;
    assert_eq!(error.unwrap_err().relation(), Some("role"));
}

#[derive(Debug, PartialEq, Model)]
struct Place {
    #[model(id)]
    planet: String,
    #[model(id)]
    continent: String,
    #[model(id)]
    country: String,
    #[model(id)]
    town: String,
}

#[derive(Debug, PartialEq, Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(length = 20000)]
    body: String,
}

#[database_test]
async fn long_keys_and_texts_have_room(db: TestDb) {
    db.schema::<(Place, Article)>().create().await.unwrap();
    let places = PlaceRepository::new(&*db);
    let place = Place {
        planet: "Midgård".repeat(20),
        continent: "c".repeat(190),
        country: "ß".repeat(190),
        town: "🏠".repeat(190),
    };
    let created = places.create(place).await.unwrap();
    let id = (
        created.planet.as_str(),
        created.continent.as_str(),
        created.country.as_str(),
        created.town.as_str(),
    );
    assert_eq!(places.find_by_id(id).get().await.unwrap(), created);
    let articles = ArticleRepository::new(&*db);
    let body = "ß".repeat(20_000);
    let article = Article { id: 1, body };
    let created = articles.create(article).await.unwrap();
    assert_eq!(articles.find_by_id(1).get().await.unwrap(), created);
    // A text that is too long is refused where the column has a length: SQLite's has none.
    if db.dialect() != Dialect::Sqlite {
        let article = Article {
            id: 2,
            body: "x".repeat(20_001),
        };
        articles.create(article).await.unwrap_err();
    }
}

#[derive(Debug, Model)]
struct Wide {
    #[model(id, length = 600)]
    first: String,
    #[model(id, length = 600)]
    second: String,
}

#[derive(Debug, Model)]
#[model(table = "a_table_whose_name_has_more_than_the_sixty_three_bytes_of_postgres")]
struct Long {
    #[model(id)]
    id: i64,
}

#[derive(Debug, Model)]
struct Cased {
    #[model(id)]
    id: i64,
    #[model(column = "Name")]
    first: String,
    #[model(column = "name")]
    second: String,
}

/// The message of the error, or nothing where the table was made.
fn refused(created: relations::Result<()>) -> Option<String> {
    created.err().map(|error| {
        assert_eq!(error.kind(), ErrorKind::InvalidSchema, "{error}");
        error.to_string()
    })
}

#[database_test]
async fn what_a_database_cannot_hold_is_said_before_any_statement(db: TestDb) {
    let wide = refused(db.schema::<Wide>().create().await);
    let long = refused(db.schema::<Long>().create().await);
    let cased = refused(db.schema::<Cased>().create().await);
    let is = |dialects: &[Dialect]| dialects.contains(&db.dialect());
    let mysql = Dialect::MySql { returning: true };
    assert_eq!(wide.is_some(), is(&[mysql]), "{wide:?}");
    assert_eq!(long.is_some(), is(&[Dialect::Postgres, mysql]), "{long:?}");
    assert_eq!(cased.is_some(), is(&[Dialect::Sqlite, mysql]), "{cased:?}");
    if let Some(message) = wide {
        assert_eq!(
            message,
            "`Wide`: the key takes up to 4800 bytes, and the database indexes 3072; \
             give `first`, `second` a smaller `length`"
        );
    }
    if let Some(message) = cased {
        assert_eq!(
            message,
            "`Cased::first` and `second` have one column, `name`: \
             the database does not tell case apart in names"
        );
    }
}
