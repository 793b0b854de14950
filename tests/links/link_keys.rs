//! Links over keys of all kinds, to one model, and beside other relations.

use crate::playlists::*;
use crate::support::{TestDb, database_test, is_hostile};
use relations::ErrorKind;
use relations::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

#[database_test]
async fn users_follow_users_both_ways(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(
        User,
        name = "followees",
        through(Follow, key_from = "follower_id", key_to = "followee_id")
    )]
    #[has_many(
        User,
        name = "followers",
        through(Follow, key_from = "followee_id", key_to = "follower_id")
    )]
    pub struct User {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Follow {
        #[model(id)]
        #[belongs_to(User)]
        pub follower_id: i64,
        #[model(id)]
        #[belongs_to(User)]
        pub followee_id: i64,
    }

    db.schema::<(User, Follow)>().create().await.unwrap();
    let users = UserRepository::new(&*db);
    let ann = users.create(User::draft().name("Ann")).await.unwrap();
    let bob = users
        .followees(ann.id)
        .create(User::draft().name("Bob"))
        .await
        .unwrap();
    let follows = async || FollowRepository::new(&*db).find().all().await.unwrap();
    let follow = |follower_id, followee_id| Follow {
        follower_id,
        followee_id,
    };
    assert_eq!(follows().await, [follow(ann.id, bob.id)]);
    let cid = users
        .followers(bob.id)
        .create(User::draft().name("Cid"))
        .await
        .unwrap();
    users
        .followees(&ann)
        .link_all([cid.id, ann.id])
        .await
        .unwrap();
    let all = [
        follow(ann.id, ann.id),
        follow(ann.id, bob.id),
        follow(ann.id, cid.id),
        follow(cid.id, bob.id),
    ];
    assert_eq!(follows().await, all);
    let found = users.followees(ann.id).find().all().await.unwrap();
    assert_eq!(found, [ann.clone(), bob.clone(), cid.clone()]);
    let found = users.followers(bob.id).find().all().await.unwrap();
    assert_eq!(found, [ann.clone(), cid.clone()]);

    db.ran();
    let rows = users
        .find()
        .include(User::FOLLOWEES)
        .include(User::FOLLOWERS)
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 3);
    let ids = |users: &[Arc<User>]| users.iter().map(|user| user.id).collect::<Vec<_>>();
    let both: Vec<(Vec<i64>, Vec<i64>)> = rows
        .iter()
        .map(|row| (ids(&row.followees), ids(&row.followers)))
        .collect();
    assert_eq!(
        both,
        [
            (vec![ann.id, bob.id, cid.id], vec![ann.id]),
            (vec![], vec![ann.id, cid.id]),
            (vec![bob.id], vec![ann.id]),
        ]
    );
    let rows = users
        .find()
        .filter(User::ID.eq(ann.id))
        .include(User::FOLLOWERS.include(User::FOLLOWEES))
        .all()
        .await
        .unwrap();
    assert_eq!(
        ids(&rows[0].followers[0].followees),
        [ann.id, bob.id, cid.id]
    );
    let found = users
        .find()
        .filter(
            User::FOLLOWERS.some(User::FOLLOWERS.some(User::NAME.eq("Ann")) & User::NAME.eq("Cid")),
        )
        .all()
        .await
        .unwrap();
    assert_eq!(found, [bob.clone()]);

    let error = users.followees(NOWHERE).link(ann.id).await.unwrap_err();
    assert_eq!(error.relation(), Some("followees"));
    assert!(error.to_string().contains("`follower_id`"), "{error}");
    let error = users.followers(ann.id).link(NOWHERE).await.unwrap_err();
    assert_eq!(error.relation(), Some("followers"));
    assert!(error.to_string().contains("`follower_id`"), "{error}");
    let patched = users.followees(ann.id).patch(User::patch().name("x"));
    assert_eq!(patched.all_rows().await.unwrap(), 3);
    assert_eq!(users.followees(ann.id).unlink(bob.id).await.unwrap(), 1);
    assert_eq!(users.followers(bob.id).unlink_all().await.unwrap(), 1);
    assert_eq!(
        users.followees(ann.id).delete_by_id(bob.id).await.unwrap(),
        0
    );
    users.followees(ann.id).link(bob.id).await.unwrap();
    assert_eq!(
        users.followees(ann.id).delete_by_id(bob.id).await.unwrap(),
        1
    );
    assert_eq!(
        follows().await,
        [follow(ann.id, ann.id), follow(ann.id, cid.id)]
    );
}

#[database_test]
async fn a_has_many_beside_one_through_links(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Team, name = "owned", key_to = "owner_id")]
    #[has_many(Team, through = Membership)]
    pub struct Person {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Person, name = "members", through = Membership)]
    pub struct Team {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
        #[belongs_to(Person)]
        pub owner_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Membership {
        #[model(id, generated)]
        pub id: i64,
        pub role: Option<String>,
        #[belongs_to(Person)]
        pub person_id: i64,
        #[belongs_to(Team)]
        pub team_id: i64,
    }

    db.schema::<(Person, Team, Membership)>()
        .create()
        .await
        .unwrap();
    let (people, teams) = (PersonRepository::new(&*db), TeamRepository::new(&*db));
    let ann = people.create(Person::draft().name("Ann")).await.unwrap();
    let bob = people.create(Person::draft().name("Bob")).await.unwrap();
    let red = people
        .owned(ann.id)
        .create(Team::draft().name("red"))
        .await
        .unwrap();
    let blue = people
        .teams(ann.id)
        .create_linked(
            Team::draft().name("blue").owner_id(bob.id),
            Membership::draft().role("captain"),
        )
        .await
        .unwrap();
    people.teams(&bob).link(blue.id).await.unwrap();
    people.teams(&bob).link(blue.id).await.unwrap();
    people.teams(&ann).link(blue.id).await.unwrap();
    teams
        .members(blue.id)
        .link_all([ann.id, bob.id])
        .await
        .unwrap();
    let memberships = MembershipRepository::new(&*db).find().all().await.unwrap();
    let roles: Vec<_> = memberships
        .iter()
        .map(|row| (row.person_id, row.team_id, row.role.as_deref()))
        .collect();
    assert_eq!(
        roles,
        [(ann.id, blue.id, Some("captain")), (bob.id, blue.id, None)]
    );
    let rows = people
        .find()
        .include(Person::OWNED)
        .include(Person::TEAMS)
        .all()
        .await
        .unwrap();
    assert_eq!(rows[0].owned, [red.clone()]);
    assert_eq!(rows[0].teams, [Arc::new(blue.clone())]);
    assert_eq!(rows[1].owned, [blue.clone()]);
    assert!(Arc::ptr_eq(&rows[0].teams[0], &rows[1].teams[0]));
    let owners = people
        .find()
        .filter(Person::OWNED.some(Team::MEMBERS.some(Person::NAME.eq("Bob"))));
    assert_eq!(owners.all().await.unwrap(), [bob.clone()]);
    people.teams(ann.id).set([red.id, blue.id]).await.unwrap();
    assert_eq!(
        teams.members(red.id).find().all().await.unwrap(),
        [ann.clone()]
    );
    let memberships = MembershipRepository::new(&*db);
    let kept = memberships.find().filter(Membership::ROLE.eq("captain"));
    assert_eq!(kept.count().await.unwrap(), 1);
    assert_eq!(people.teams(ann.id).delete().all_rows().await.unwrap(), 1);
    assert_eq!(teams.find().all().await.unwrap(), [blue]);
}

#[database_test]
async fn composite_keys_on_both_sides(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Line, key_to = ["operator", "code"], through = Stop)]
    pub struct City {
        #[model(id, length = 20)]
        pub country: String,
        #[model(id)]
        pub number: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(City, key_to = ["country", "number"], through(Stop, key_from = ["operator", "code"], key_to = ["country", "number"]))]
    pub struct Line {
        #[model(id, length = 20)]
        pub operator: String,
        #[model(id, length = 20)]
        pub code: String,
        pub name: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[belongs_to(City, key_from = ["country", "number"])]
    #[belongs_to(Line, key_from = ["operator", "code"])]
    pub struct Stop {
        #[model(id, length = 20)]
        pub country: String,
        #[model(id)]
        pub number: i64,
        #[model(id, length = 20)]
        pub operator: String,
        #[model(id, length = 20)]
        pub code: String,
        pub minute: Option<i64>,
    }

    db.schema::<(City, Line, Stop)>().create().await.unwrap();
    db.execute("INSERT INTO city VALUES ('NO', 1), ('SE', 1), ('SE', 2)")
        .await;
    db.execute("INSERT INTO line VALUES ('NSB', 'x', NULL), ('SJ', 'x', NULL), ('SJ', 'y', NULL)")
        .await;
    let (cities, lines) = (CityRepository::new(&*db), LineRepository::new(&*db));
    let se = |number: i64| ("SE".to_owned(), number);
    let line = |operator: &str, code: &str| (operator.to_owned(), code.to_owned());
    let x = line("SJ", "x");
    cities
        .lines(se(1))
        .link_all([x.clone(), line("NSB", "x"), x.clone()])
        .await
        .unwrap();
    cities.lines(se(1)).link(("SJ", "x")).await.unwrap();
    cities
        .lines(se(2))
        .link_with(x.clone(), Stop::draft().minute(9))
        .await
        .unwrap();
    lines.cities(x.clone()).link(("NO", 1)).await.unwrap();
    let codes = |lines: &[Line]| {
        lines
            .iter()
            .map(|line| format!("{} {}", line.operator, line.code))
            .collect::<Vec<_>>()
    };
    let found = cities.lines(se(1)).find().all().await.unwrap();
    assert_eq!(codes(&found), ["NSB x", "SJ x"]);
    assert!(cities.lines(se(2)).is_linked(("SJ", "x")).await.unwrap());
    assert!(!cities.lines(se(2)).is_linked(("NSB", "x")).await.unwrap());
    assert!(!cities.lines(se(2)).is_linked(("SJ", "y")).await.unwrap());
    let created = cities
        .lines(se(2))
        .create(Line::draft().operator("SJ").code("z"))
        .await
        .unwrap();
    assert_eq!(created.code, "z");

    db.ran();
    let rows = cities
        .find()
        .include(City::LINES.counted())
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 3);
    let found: Vec<(u64, Vec<&str>)> = rows
        .iter()
        .map(|row| {
            (
                row.lines.count,
                row.lines.iter().map(|line| line.code.as_str()).collect(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [(1, vec!["x"]), (2, vec!["x", "x"]), (2, vec!["x", "z"])]
    );
    assert!(Arc::ptr_eq(&rows[0].lines[0], &rows[1].lines[1]));
    let found = cities
        .find()
        .filter(City::LINES.some(Line::CODE.eq("z")))
        .all()
        .await
        .unwrap();
    assert_eq!(
        found.iter().map(|city| city.number).collect::<Vec<_>>(),
        [2]
    );

    cities
        .lines(se(2))
        .set([x.clone(), line("SJ", "y")])
        .await
        .unwrap();
    let stops = StopRepository::new(&*db);
    let stop = stops.find().filter(Stop::MINUTE.eq(9));
    assert_eq!(stop.count().await.unwrap(), 1);
    let found = cities.lines(se(2)).find().all().await.unwrap();
    assert_eq!(codes(&found), ["SJ x", "SJ y"]);
    let named = Line::patch().name("night");
    assert_eq!(
        cities.lines(se(2)).patch(named).all_rows().await.unwrap(),
        2
    );
    assert_eq!(
        cities
            .lines(se(1))
            .unlink_each([line("NSB", "x"), line("SJ", "y")])
            .await
            .unwrap(),
        1
    );
    assert_eq!(cities.lines(se(2)).delete().all_rows().await.unwrap(), 1);
    let left = lines.find().all().await.unwrap();
    assert_eq!(codes(&left), ["NSB x", "SJ x", "SJ z"]);
    let error = cities.lines(se(3)).link(x).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("lines"))
    );
}

#[database_test]
async fn uuid_and_text_keys(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Tag, through = Tagging)]
    pub struct Article {
        #[model(id)]
        pub id: Uuid,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Article, through = Tagging)]
    pub struct Tag {
        #[model(id)]
        pub id: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Tagging {
        #[model(id)]
        #[belongs_to(Article)]
        pub article_id: Uuid,
        #[model(id)]
        #[belongs_to(Tag)]
        pub tag_id: String,
    }

    db.schema::<(Article, Tag, Tagging)>()
        .create()
        .await
        .unwrap();
    let (articles, tags) = (ArticleRepository::new(&*db), TagRepository::new(&*db));
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for id in [first, second] {
        articles.create(Article { id }).await.unwrap();
    }
    for id in ["rust", "Rust", "rust ", "ru\\'\"st"] {
        tags.create(Tag { id: id.to_owned() }).await.unwrap();
    }
    articles
        .tags(first)
        .link_all(["rust", "Rust", "rust "])
        .await
        .unwrap();
    articles.tags(second).link("rust").await.unwrap();
    articles
        .tags(second)
        .link(String::from("ru\\'\"st"))
        .await
        .unwrap();
    articles
        .tags(second)
        .create(Tag {
            id: "sql".to_owned(),
        })
        .await
        .unwrap();
    // By id, which for texts is an order of the database's own.
    let ids = |tags: &[Arc<Tag>]| {
        let mut ids: Vec<String> = tags.iter().map(|tag| tag.id.clone()).collect();
        if is_hostile() {
            ids.sort();
        }
        ids
    };
    let rows = articles.find().include(Article::TAGS).all().await.unwrap();
    assert_eq!(ids(&rows[0].tags), ["Rust", "rust", "rust "]);
    assert_eq!(ids(&rows[1].tags), ["ru\\'\"st", "rust", "sql"]);
    let rows = tags
        .find()
        .include(Tag::ARTICLES.count())
        .all()
        .await
        .unwrap();
    let counts = rows.iter();
    let mut counts: Vec<(&str, u64)> = counts
        .map(|row| (row.id.as_str(), row.articles.count))
        .collect();
    if is_hostile() {
        counts.sort();
    }
    assert_eq!(
        counts,
        [
            ("Rust", 1),
            ("ru\\'\"st", 1),
            ("rust", 2),
            ("rust ", 1),
            ("sql", 1)
        ]
    );
    articles.tags(first).set(["rust "]).await.unwrap();
    let found = articles.tags(first).find().all().await.unwrap();
    assert_eq!(
        found,
        [Tag {
            id: "rust ".to_owned()
        }]
    );
    assert_eq!(articles.tags(first).unlink("rust").await.unwrap(), 0);
    assert_eq!(
        tags.articles("rust").find().all().await.unwrap(),
        [Article { id: second }]
    );
}

#[database_test]
async fn keys_that_are_not_ids(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Shop, key_from = "code", key_to = "slug", through = Stock)]
    pub struct Product {
        #[model(id, generated)]
        pub id: i64,
        #[model(unique, length = 20)]
        pub code: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Shop {
        #[model(id, generated)]
        pub id: i64,
        #[model(unique, length = 20)]
        pub slug: String,
        pub name: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Stock {
        #[model(id, length = 20)]
        #[belongs_to(Product, name = "product", key_to = "code")]
        pub product_code: String,
        #[model(id, length = 20)]
        #[belongs_to(Shop, name = "shop", key_to = "slug")]
        pub shop_slug: String,
    }

    db.schema::<(Product, Shop, Stock)>()
        .create()
        .await
        .unwrap();
    let (products, shops) = (ProductRepository::new(&*db), ShopRepository::new(&*db));
    let pen = products
        .create(Product::draft().code(Some("pen".to_owned())))
        .await
        .unwrap();
    let nameless = products.create(Product::draft()).await.unwrap();
    for slug in ["south", "north"] {
        shops.create(Shop::draft().slug(slug)).await.unwrap();
    }
    products.shops("pen").link("north").await.unwrap();
    let east = products
        .shops(&pen)
        .create(Shop::draft().slug("east"))
        .await
        .unwrap();
    let slugs = |shops: &[Shop]| {
        shops
            .iter()
            .map(|shop| shop.slug.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        slugs(&products.shops("pen").find().all().await.unwrap()),
        ["north", "east"]
    );
    assert!(products.shops("pen").is_linked("east").await.unwrap());
    let found = products
        .shops("pen")
        .find_by_id(east.id)
        .get()
        .await
        .unwrap();
    assert_eq!(found, east);

    db.ran();
    let error = products
        .shops("pen")
        .patch(Shop::patch().slug("west"))
        .all_rows()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ConstraintMismatch, Some("shops"))
    );
    let error = products
        .shops("pen")
        .patch_by_id(east.id, Shop::patch().slug("west"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
    assert_eq!(db.count(), 0);
    let named = Shop::patch().name("x");
    assert_eq!(
        products
            .shops("pen")
            .patch_by_id(east.id, named)
            .await
            .unwrap(),
        1
    );

    db.ran();
    let of_none = products.shops(&nameless);
    assert_eq!(of_none.find().all().await.unwrap(), []);
    assert_eq!(of_none.count().await.unwrap(), 0);
    assert!(!of_none.is_linked("north").await.unwrap());
    assert_eq!(of_none.unlink_all().await.unwrap(), 0);
    assert_eq!(of_none.delete().all_rows().await.unwrap(), 0);
    assert_eq!(
        of_none
            .patch(Shop::patch().name("y"))
            .all_rows()
            .await
            .unwrap(),
        0
    );
    let errors = [
        of_none.link("north").await.unwrap_err(),
        of_none.set(["north"]).await.unwrap_err(),
        of_none
            .create(Shop::draft().slug("west"))
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::ConstraintMismatch, "{error:?}");
    }
    assert_eq!(db.count(), 0);

    let rows = products
        .find()
        .include(Product::SHOPS.scope(|shops| shops.order_by(Shop::SLUG.asc())))
        .all()
        .await
        .unwrap();
    let found: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.shops.iter().map(|shop| shop.slug.as_str()).collect())
        .collect();
    assert_eq!(found, [vec!["east", "north"], vec![]]);
    assert_eq!(
        products.shops("pen").delete_by_id(east.id).await.unwrap(),
        1
    );
    assert_eq!(
        slugs(&shops.find().all().await.unwrap()),
        ["south", "north"]
    );
}

/// Rows of one tenant are linked with rows of the same: both keys of a link hold the tenant, once.
#[database_test]
async fn both_keys_of_a_link_may_hold_one_field(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Student, through(Enrolment, key_from = ["tenant", "course_code"], key_to = ["tenant", "student_number"]))]
    #[has_one(Syllabus, key_from = ["code", "tenant"], key_to = ["course_code", "tenant"])]
    pub struct Course {
        #[model(id)]
        pub tenant: i32,
        #[model(id, length = 20)]
        pub code: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Course, through(Enrolment, key_from = ["tenant", "student_number"], key_to = ["tenant", "course_code"]))]
    pub struct Student {
        #[model(id)]
        pub tenant: i32,
        #[model(id)]
        pub number: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[belongs_to(Course, key_from = ["tenant", "course_code"], on_delete = "cascade")]
    #[belongs_to(Student, key_from = ["tenant", "student_number"])]
    pub struct Enrolment {
        #[model(id)]
        pub tenant: i32,
        #[model(id, length = 20)]
        pub course_code: String,
        #[model(id)]
        pub student_number: i64,
        pub grade: Option<i32>,
    }

    /// The key is named in another order than that of the id, which InnoDB does not take as it is.
    #[derive(Debug, Clone, PartialEq, Model)]
    #[belongs_to(Course, key_from = ["course_code", "tenant"], key_to = ["code", "tenant"])]
    pub struct Syllabus {
        #[model(id, generated)]
        pub id: i64,
        #[model(length = 20)]
        pub course_code: String,
        pub tenant: i32,
    }

    db.schema::<(Course, Student, Enrolment, Syllabus)>()
        .create()
        .await
        .unwrap();
    let (courses, students) = (CourseRepository::new(&*db), StudentRepository::new(&*db));
    for tenant in [1, 2] {
        let drafts = [1, 2, 3].map(|number| Student::draft().tenant(tenant).number(number));
        students.create_all(drafts).await.unwrap();
        let draft = Course::draft().tenant(tenant).code("a");
        courses
            .create(draft.syllabus(Syllabus::draft()))
            .await
            .unwrap();
    }
    let of_course = courses.students((1, "a"));
    of_course.link_all([(1, 1), (1, 2)]).await.unwrap();
    of_course.link((1, 2)).await.unwrap();
    let numbers = async || -> Vec<i64> {
        let found = courses.students((1, "a")).find().all().await.unwrap();
        found.iter().map(|student| student.number).collect()
    };
    assert_eq!(numbers().await, [1, 2]);
    of_course.set([(1, 2), (1, 3)]).await.unwrap();
    let new = Student::draft().tenant(1).number(4);
    let graded = Enrolment::draft().grade(3);
    of_course.create_linked(new, graded).await.unwrap();
    assert_eq!(numbers().await, [2, 3, 4]);

    // Who is of another tenant cannot be linked, and a row that could not be linked is not there.
    let error = of_course.link((2, 1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
    let error = of_course.set([(1, 1), (2, 1)]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
    let new = Student::draft().tenant(2).number(9);
    let error = of_course.create(new).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
    assert_eq!(students.find().count().await.unwrap(), 7);
    assert_eq!(numbers().await, [2, 3, 4]);

    let rows = courses
        .find()
        .include(
            Course::STUDENTS
                .linked()
                .limit(2)
                .order_by(Student::NUMBER.desc()),
        )
        .include(Course::SYLLABUS)
        .all()
        .await
        .unwrap();
    let first = rows[0].students.iter();
    let first: Vec<_> = first
        .map(|student| (student.number, student.link.grade))
        .collect();
    assert_eq!(first, [(4, Some(3)), (3, None)]);
    assert!(rows[1].students.is_empty());
    assert_eq!(rows[1].syllabus.as_ref().unwrap().tenant, 2);
    let without_syllabus = Course::draft().tenant(3).code("a");
    let error = SyllabusRepository::new(&*db)
        .create(Syllabus::draft().course_code("a").tenant(3))
        .await
        .unwrap_err();
    assert!(error.is_foreign_key_violation());
    assert_eq!(error.relation(), Some("course"));
    courses.create(without_syllabus).await.unwrap();
    assert_eq!(of_course.unlink((1, 2)).await.unwrap(), 1);
    assert_eq!(of_course.delete().all_rows().await.unwrap(), 2);
}

/// Links refer to a unique field of the target that a new target may lack. Then no link can lead to it.
#[database_test]
async fn a_new_target_whose_key_is_null_is_refused(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Guest, key_to = "badge", through(Visit, key_to = "guest_badge"))]
    pub struct Party {
        #[model(id, generated)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Guest {
        #[model(id, generated)]
        pub id: i64,
        #[model(unique)]
        pub badge: Option<i32>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Visit {
        #[model(id, generated)]
        pub id: i64,
        #[belongs_to(Party)]
        pub party_id: i64,
        #[belongs_to(Guest, name = "guest", key_to = "badge")]
        pub guest_badge: Option<i32>,
    }

    db.schema::<(Party, Guest, Visit)>().create().await.unwrap();
    let parties = PartyRepository::new(&*db);
    let party = parties.create(Party::draft()).await.unwrap();
    let guests = parties.guests(&party);
    guests.create(Guest::draft().badge(7)).await.unwrap();
    let errors = [
        guests.create(Guest::draft()).await.unwrap_err(),
        guests
            .create(relations::Json(r#"{"badge": null}"#))
            .await
            .unwrap_err(),
        parties
            .create(Party::draft().guests([Guest::draft()]))
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
        let message = error.to_string();
        assert!(
            message.starts_with("`Party.guests`: the target's key is null"),
            "{message}"
        );
    }
    assert_eq!(guests.count().await.unwrap(), 1);
    assert_eq!(parties.find().count().await.unwrap(), 1);
    for left in [
        GuestRepository::new(&*db).find().count().await.unwrap(),
        VisitRepository::new(&*db).find().count().await.unwrap(),
    ] {
        assert_eq!(left, 1);
    }
}
