//! Links of which the derive makes the model, with a table that both sides share.

use crate::support::{TestDb, database_test};
use relations::dynamic::{DynamicBody, DynamicFilter, DynamicKey, DynamicRepository};
use relations::prelude::*;
use relations::{ErrorKind, FixedScope};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
#[has_and_belongs_to_many(Part)]
#[has_and_belongs_to_many(Part, name = "small_parts", scope = small)]
pub struct Assembly {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

/// In a module of its own, as models of a program are.
pub mod parts {
    use super::Assembly;
    use relations::prelude::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
    #[has_and_belongs_to_many(Assembly)]
    pub struct Part {
        #[model(id)]
        pub number: String,
        #[model(default = "1")]
        pub size: i64,
    }
}
use parts::{Part, PartRepository};

fn small(parts: FixedScope<Part>) -> FixedScope<Part> {
    parts.filter(Part::SIZE.lt(10)).order_by(Part::SIZE.desc())
}

async fn made(db: &TestDb) -> (AssemblyRepository<&Db>, PartRepository<&Db>) {
    db.schema::<(Assembly, Part)>().create().await.unwrap();
    (AssemblyRepository::new(&**db), PartRepository::new(&**db))
}

/// A bike of the bolt, the nut and the wheel; a cart of the wheel. A chain is not used.
async fn stored(db: &TestDb) -> (AssemblyRepository<&Db>, PartRepository<&Db>, [Assembly; 2]) {
    let (assemblies, parts) = made(db).await;
    let drafts = ["bike", "cart"].map(|name| Assembly::draft().name(name));
    let mut rows = assemblies.create_all(drafts).await.unwrap();
    let (cart, bike) = (rows.pop().unwrap(), rows.pop().unwrap());
    let drafts = [("bolt", 2), ("chain", 5), ("nut", 1), ("wheel", 40)];
    let drafts = drafts.map(|(number, size)| Part::draft().number(number).size(size));
    parts.create_all(drafts).await.unwrap();
    let of_bike = assemblies.parts(&bike);
    of_bike.link_all(["bolt", "nut", "wheel"]).await.unwrap();
    assemblies.parts(&cart).link("wheel").await.unwrap();
    db.ran();
    (assemblies, parts, [bike, cart])
}

fn numbers<'p>(parts: impl IntoIterator<Item = &'p Part>) -> String {
    let numbers = parts.into_iter().map(|part| part.number.as_str());
    numbers.collect::<Vec<_>>().join(" ")
}

#[database_test]
async fn the_schema_makes_one_table_of_the_links(db: TestDb) {
    made(&db).await;
    let sql = db.schema::<(Assembly, Part)>().to_sql().unwrap();
    let sql = sql.replace('`', "\"");
    assert_eq!(sql.matches("CREATE TABLE").count(), 3, "{sql}");
    assert!(sql.contains(r#"CREATE TABLE "assembly_part""#), "{sql}");
    assert!(
        sql.contains(r#"PRIMARY KEY ("assembly_id", "part_id")"#),
        "{sql}"
    );
    assert_eq!(sql.matches("ON DELETE CASCADE").count(), 2, "{sql}");
    // Whichever side declares it.
    let names = db.schema::<(Assembly, Part)>().check().await.unwrap();
    assert!(names.is_empty(), "{names:?}");
    let links = Assembly::metadata().relation("parts").unwrap();
    let links = links.through().unwrap();
    assert!(links.is_own());
    assert_eq!(
        (links.model().name(), links.model().table()),
        ("AssemblyPart", "assembly_part")
    );
    assert_eq!(
        (links.key_from(), links.key_to()),
        (&["assembly_id"][..], &["part_id"][..])
    );
    let links = Part::metadata().relation("assemblies").unwrap();
    let links = links.through().unwrap();
    assert_eq!(
        (links.key_from(), links.key_to()),
        (&["part_id"][..], &["assembly_id"][..])
    );
}

#[database_test]
async fn both_sides_go_by_the_same_links(db: TestDb) {
    let (assemblies, parts, [bike, cart]) = stored(&db).await;
    let of_bike = assemblies.parts(&bike);
    assert_eq!(
        numbers(&of_bike.find().all().await.unwrap()),
        "bolt nut wheel"
    );
    let of_wheel = parts.assemblies("wheel");
    assert_eq!(of_wheel.count().await.unwrap(), 2);
    assert_eq!(of_wheel.unlink(&bike).await.unwrap(), 1);
    assert_eq!(numbers(&of_bike.find().all().await.unwrap()), "bolt nut");
    parts.assemblies("chain").link(&cart).await.unwrap();
    assert!(assemblies.parts(&cart).is_linked("chain").await.unwrap());
    // Linked twice is linked once.
    parts.assemblies("chain").link(&cart).await.unwrap();
    assemblies.parts(&cart).link("chain").await.unwrap();
    assert_eq!(assemblies.parts(&cart).count().await.unwrap(), 2);
    of_bike.set(["chain", "nut"]).await.unwrap();
    assert_eq!(numbers(&of_bike.find().all().await.unwrap()), "chain nut");
    let error = of_bike.link("none").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(error.relation(), Some("parts"));
}

#[database_test]
async fn creating_makes_the_target_and_the_link(db: TestDb) {
    let (assemblies, parts) = made(&db).await;
    let pump = Assembly::draft()
        .name("pump")
        .parts([Part::draft().number("valve"), Part::draft().number("pipe")]);
    let pump = assemblies.create(pump).await.unwrap();
    assert_eq!(assemblies.parts(&pump).count().await.unwrap(), 2);
    assemblies
        .parts(&pump)
        .create(Part::draft().number("seal"))
        .await
        .unwrap();
    parts
        .assemblies("seal")
        .create(Assembly::draft().name("tap"))
        .await
        .unwrap();
    let found = assemblies.find().order_by(Assembly::NAME.asc());
    let rows = found.include(Assembly::PARTS).all().await.unwrap();
    let of = |at: usize| numbers(rows[at].parts.iter().map(|part| &**part));
    assert_eq!((of(0), of(1)), ("pipe seal valve".into(), "seal".into()));
    // Of the rows that are gone no link is left, and the other side stays.
    assemblies.delete_by_id(pump.id).await.unwrap();
    assert_eq!(parts.assemblies("valve").count().await.unwrap(), 0);
    assert_eq!(parts.find().count().await.unwrap(), 3);
}

#[database_test]
async fn includes_predicates_and_counts_follow_the_links(db: TestDb) {
    let (assemblies, parts, _) = stored(&db).await;
    let rows = parts.find().include(Part::ASSEMBLIES).all().await.unwrap();
    let counts: Vec<usize> = rows.iter().map(|row| row.assemblies.len()).collect();
    assert_eq!(counts, [1, 0, 1, 2]);
    let counted = assemblies
        .find()
        .include(Assembly::PARTS.count())
        .all()
        .await
        .unwrap();
    let counts: Vec<u64> = counted.iter().map(|row| row.parts.count).collect();
    assert_eq!(counts, [3, 1]);
    let linked = assemblies.find().include(Assembly::PARTS.limit(1).linked());
    assert_eq!(linked.all().await.unwrap()[0].parts[0].number, "bolt");
    let unused = parts.find().filter(Part::ASSEMBLIES.none(None));
    assert_eq!(unused.get().await.unwrap().number, "chain");
    let with_nut = assemblies
        .find()
        .filter(Assembly::PARTS.some(Part::NUMBER.eq("nut")));
    assert_eq!(with_nut.get().await.unwrap().name, "bike");
    let many = assemblies.find().filter(Assembly::PARTS.total().gt(1));
    assert_eq!(many.count().await.unwrap(), 1);
    let small = assemblies
        .find()
        .include(Assembly::SMALL_PARTS)
        .all()
        .await
        .unwrap();
    assert_eq!(
        numbers(small[0].small_parts.iter().map(|part| &**part)),
        "bolt nut"
    );
    assert_eq!(small[1].small_parts.len(), 0);
}

#[database_test]
async fn filters_and_dynamic_repositories_know_it(db: TestDb) {
    let (assemblies, _, [bike, _]) = stored(&db).await;
    let text = r#"{"where": {"parts": {"some": {"number": "wheel"}}}, "include": ["parts"]}"#;
    let graphs = assemblies.find_with(text).await.unwrap();
    let json = serde_json::to_value(&graphs).unwrap();
    let counts = json.as_array().unwrap().iter();
    let counts: Vec<usize> = counts
        .map(|row| row["parts"].as_array().unwrap().len())
        .collect();
    assert_eq!(counts, [3, 1]);

    let rows = DynamicRepository::new(&*db, Assembly::metadata());
    let key = DynamicKey::from_texts(Assembly::metadata(), &[&bike.id.to_string()]).unwrap();
    let relation = Assembly::metadata().relation("parts").unwrap();
    let of_bike = rows.related(&key, relation).await.unwrap();
    let chain = DynamicKey::from_texts(Part::metadata(), &["chain"]).unwrap();
    let empty = || DynamicBody::from_json(b"{}");
    of_bike.link(&chain, empty()).await.unwrap();
    assert_eq!(of_bike.count(None).await.unwrap(), 4);
    assert_eq!(of_bike.unlink(&chain).await.unwrap(), 1);
    let found = of_bike
        .find(DynamicFilter::new(Part::metadata()))
        .await
        .unwrap();
    assert_eq!(found.rows.len(), 3);
}

mod others {
    use relations::prelude::*;

    /// On one side only, with names of its own, and keys of another type on each side.
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(columns = "camelCase")]
    #[has_and_belongs_to_many(
        Tag,
        name = "labels",
        table = "tagged",
        key_from = "post_id",
        key_to = "label_id"
    )]
    pub struct Article {
        #[model(id, generated)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Tag {
        #[model(id)]
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_and_belongs_to_many(
        User,
        name = "followed",
        table = "follow",
        key_from = "follower",
        key_to = "followed"
    )]
    #[has_and_belongs_to_many(
        User,
        name = "followers",
        table = "follow",
        key_from = "followed",
        key_to = "follower"
    )]
    pub struct User {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
    }
}
use others::{Article, ArticleRepository, Tag, User, UserRepository};

#[database_test]
async fn names_are_those_given(db: TestDb) {
    let schema = db.schema::<(Article, Tag)>();
    schema.create().await.unwrap();
    let sql = schema.to_sql().unwrap().replace('`', "\"");
    assert!(sql.contains(r#"CREATE TABLE "tagged""#), "{sql}");
    assert!(
        sql.contains(r#"PRIMARY KEY ("labelId", "postId")"#),
        "{sql}"
    );
    let articles = ArticleRepository::new(&*db);
    let article = articles.create(Article::draft()).await.unwrap();
    articles
        .labels(&article)
        .create(Tag::draft().name("rust"))
        .await
        .unwrap();
    let row = articles
        .find()
        .include(Article::LABELS)
        .get()
        .await
        .unwrap();
    assert_eq!(row.labels[0].name, "rust");
}

#[database_test]
async fn a_model_may_be_linked_with_itself(db: TestDb) {
    db.schema::<User>().create().await.unwrap();
    let users = UserRepository::new(&*db);
    let drafts = ["Thor", "Odin", "Loki"].map(|name| User::draft().name(name));
    let rows = users.create_all(drafts).await.unwrap();
    let [thor, odin, loki] = &rows[..] else {
        panic!("there are three")
    };
    users.followed(thor).link_all([odin, loki]).await.unwrap();
    users.followers(odin).link(loki).await.unwrap();
    let names = |rows: &[User]| {
        rows.iter()
            .map(|row| row.name.clone())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        names(&users.followed(thor).find().all().await.unwrap()),
        "Odin Loki"
    );
    assert_eq!(
        names(&users.followers(odin).find().all().await.unwrap()),
        "Thor Loki"
    );
    assert_eq!(
        names(&users.followed(loki).find().all().await.unwrap()),
        "Odin"
    );
    let row = users
        .find_by_id(odin.id)
        .include(User::FOLLOWERS)
        .include(User::FOLLOWED);
    let row = row.get().await.unwrap();
    assert_eq!((row.followers.len(), row.followed.len()), (2, 0));
}

mod disagreeing {
    use relations::prelude::*;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_and_belongs_to_many(Right, key_from = "here")]
    pub struct Left {
        #[model(id, generated)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_and_belongs_to_many(Left)]
    pub struct Right {
        #[model(id, generated)]
        pub id: i64,
    }
}

#[database_test]
async fn sides_that_disagree_about_columns_are_refused(db: TestDb) {
    let schema = db.schema::<(disagreeing::Left, disagreeing::Right)>();
    let error = schema.create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSchema);
    assert_eq!(
        error.to_string(),
        "the two sides of the links in `left_right` name its columns differently: `here`, `right_id` and \
         `left_id`, `right_id`\nhelp: what is `key_from` on one side is `key_to` on the other"
    );
    // The other side must be among the models, as with any relation.
    let error = db.schema::<Article>().create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSchema);
}
