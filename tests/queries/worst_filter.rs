//! The worst filters that the default budget lets through, found by search, on rows that are linked as densely as they can be.
//!
//! With `RELATIONS_TIMES=1` and `--nocapture` the test tells which took longest.

use crate::support::{Dice, Sql, TestDb, database_test};
use relations::filter::{Budget, FilterReader};
use relations::prelude::*;
use relations::{Filter, ProblemCode};
use std::time::{Duration, Instant};

#[derive(Debug, Clone, PartialEq, serde::Serialize, Model)]
#[has_many(Course, through(Enrolment))]
#[has_many(Enrolment)]
pub struct Student {
    #[model(id)]
    pub id: i64,
    pub name: String,
    #[references_many(Student)]
    pub friend_ids: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, Model)]
#[has_many(Student, through(Enrolment))]
#[has_many(Enrolment)]
pub struct Course {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, Model)]
pub struct Enrolment {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Student)]
    pub student_id: i64,
    #[belongs_to(Course)]
    pub course_id: i64,
}

const STUDENTS: i64 = 200;
const COURSES: i64 = 50;

/// 200 students, who take all of 50 courses and have 50 friends each: 10,000 links of either kind.
async fn school(db: &TestDb) {
    db.schema::<(Student, Course, Enrolment)>()
        .create()
        .await
        .unwrap();
    let name = |id: i64| format!("name {id}");
    let students = (0..STUDENTS).map(|id| Student {
        id,
        name: name(id),
        friend_ids: (id..id + 50).map(|friend| friend % STUDENTS).collect(),
    });
    let courses = (0..COURSES).map(|id| Course { id, name: name(id) });
    let links = (0..STUDENTS * COURSES).map(|id| Enrolment {
        id,
        student_id: id % STUDENTS,
        course_id: id / STUDENTS,
    });
    let students: Vec<_> = students.collect();
    let courses: Vec<_> = courses.collect();
    let links: Vec<_> = links.collect();
    let db: &Db = db;
    let stored = StudentRepository::new(db).create_all(students).await;
    stored.unwrap();
    let stored = CourseRepository::new(db).create_all(courses).await;
    stored.unwrap();
    let stored = EnrolmentRepository::new(db).create_all(links).await;
    stored.unwrap();
}

/// What is asked of a row in the end: true of all rows or of none, cheap and dear. Enrolments have no name.
const ASKED: [&str; 3] = [
    r#"{"id": -1}"#,
    r#"{"id": {"gte": 0}}"#,
    r#"{"name": {"regexp": "(a|n)+x$"}}"#,
];

const QUANTIFIERS: [&str; 3] = ["some", "none", "every"];

const GROUPS: [&str; 3] = ["and", "or", "nor"];

/// The relations of students, courses and enrolments, and whose rows they lead to.
const RELATIONS: [&[(&str, usize)]; 3] = [
    &[("courses", 1), ("enrolments", 2), ("friends", 0)],
    &[("students", 0), ("enrolments", 2)],
    &[("student", 0), ("course", 1)],
];

fn filter(condition: &str) -> String {
    format!("{{\"where\": {condition}}}")
}

fn group(word: &str, part: &str, many: usize) -> String {
    format!("{{\"{word}\": [{}]}}", vec![part; many].join(", "))
}

/// Relations within one another, so deep.
fn chain(path: &[&str], quantifier: &str, inner: &str) -> String {
    let relations = path.iter().rev();
    relations.fold(inner.to_owned(), |inner, relation| {
        format!("{{\"{relation}\": {{\"{quantifier}\": {inner}}}}}")
    })
}

/// A condition of a model with relations within one another and beside each other, up to so many of them.
fn tree(dice: &mut Dice, relations: &mut usize, model: usize, depth: usize) -> String {
    let parts = 1 + dice.roll(3);
    let mut parts = (0..parts).map(|_| {
        if *relations == 0 || depth > 6 || dice.one_in(5) {
            let has_name = model < 2;
            return any(dice, &ASKED[..2 + usize::from(has_name)]).to_owned();
        }
        *relations -= 1;
        let (relation, target) = any(dice, RELATIONS[model]);
        let quantifier = any(dice, &QUANTIFIERS);
        let inner = tree(dice, relations, target, depth + 2);
        format!("{{\"{relation}\": {{\"{quantifier}\": {inner}}}}}")
    });
    let first = parts.next().unwrap();
    let others: Vec<String> = parts.collect();
    if others.is_empty() {
        return first;
    }
    let word = any(dice, &GROUPS);
    format!("{{\"{word}\": [{first}, {}]}}", others.join(", "))
}

fn any<T: Copy>(dice: &mut Dice, items: &[T]) -> T {
    items[dice.roll(items.len() as u64) as usize]
}

fn is_within_budget(filter: &str) -> bool {
    filter.parse::<Filter<Student>>().is_ok()
}

/// The filter with the largest number of parts that goes through, if there is one.
fn largest(filter: impl Fn(usize) -> String) -> Option<String> {
    let (mut fits, mut most) = (0_usize, 100_usize);
    while fits < most {
        let next = (fits + most).div_ceil(2);
        match is_within_budget(&filter(next)) {
            true => fits = next,
            false => most = next - 1,
        }
    }
    (fits > 0).then(|| filter(fits))
}

/// Filters that use up the budget: as deep as they may be, as many beside each other, and as much asked of each row.
fn candidates() -> Vec<String> {
    let mut found = Vec::new();
    let paths: [[&str; 7]; 3] = [
        [
            "courses", "students", "courses", "students", "courses", "students", "courses",
        ],
        [
            "enrolments",
            "course",
            "enrolments",
            "student",
            "enrolments",
            "course",
            "enrolments",
        ],
        ["friends"; 7],
    ];
    for path in &paths {
        for quantifier in QUANTIFIERS {
            for asked in &ASKED[..2] {
                found.extend(largest(|depth| {
                    filter(&chain(&path[..depth.min(7)], quantifier, asked))
                }));
            }
            for word in GROUPS {
                for depth in [1, 2, 3] {
                    let part = chain(&path[..depth], quantifier, ASKED[1]);
                    found.extend(largest(|many| filter(&group(word, &part, many))));
                }
                let path = &path[..1];
                let asked = ASKED[1 + usize::from(path != ["enrolments"])];
                found.extend(largest(|many| {
                    filter(&chain(path, quantifier, &group(word, asked, many)))
                }));
            }
        }
    }
    // The worst of a search through 6,000 other trees, on PostgreSQL and on MariaDB.
    let inner = chain(&["courses"], "some", ASKED[2]);
    let condition = chain(&["friends"], "none", &inner);
    found.push(filter(&format!("{{\"nor\": [{}, {condition}]}}", ASKED[2])));
    let inner = chain(&["friends"], "none", ASKED[2]);
    found.push(filter(&chain(&["friends"], "every", &inner)));
    let mut dice = Dice(0x5eed_0012);
    let trees = std::iter::repeat_with(|| filter(&tree(&mut dice, &mut 10, 0, 0)));
    found.extend(trees.filter(|filter| is_within_budget(filter)).take(100));
    found
}

/// Each call with a run-time filter has a limit, so that the test fails where one is not answered.
#[database_test]
async fn the_worst_filters_within_the_default_budget_are_answered(db: TestDb) {
    school(&db).await;
    let students = StudentRepository::new(&*db);
    let all = candidates();
    assert!(all.len() > 150, "{}", all.len());
    let mut times = Vec::new();
    for filter in all {
        let began = Instant::now();
        let counted = students.count_with(&filter).await;
        counted.unwrap_or_else(|error| panic!("{filter}: {error}"));
        times.push((began.elapsed(), filter));
    }
    tell(times);
}

#[allow(clippy::print_stdout)] // For those who measure.
fn tell(mut times: Vec<(Duration, String)>) {
    if std::env::var_os("RELATIONS_TIMES").is_some() {
        times.sort();
        for (time, filter) in times.iter().rev().take(5) {
            println!("{time:?} {filter}");
        }
    }
}

/// 154 bytes, for which each way through the links would be gone, of which there are more than any database can go.
#[database_test]
async fn relations_that_lead_back_and_forth_are_asked_once(db: TestDb) {
    school(&db).await;
    let path = [
        "courses", "students", "courses", "students", "courses", "students",
    ];
    let students = StudentRepository::new(&*db);
    for quantifier in QUANTIFIERS {
        // Of no row it is true in the end, and of every one.
        for (asked, expected) in [(ASKED[0], 0), (ASKED[1], STUDENTS as u64)] {
            let filter = filter(&chain(&path, quantifier, asked));
            let counted = students.count_with(&filter).await.unwrap();
            assert_eq!(counted, expected, "{filter}");
        }
    }
}

#[test]
fn the_budget_counts_what_is_asked_of_related_rows() {
    let refused = |condition: &str| {
        let error = filter(condition).parse::<Filter<Student>>().unwrap_err();
        let [problem] = error.problems() else {
            panic!("{error}")
        };
        assert_eq!(problem.code(), ProblemCode::OverBudget);
        problem.message().to_owned()
    };
    let deep = chain(&["courses", "students"], "some", &group("or", ASKED[0], 20));
    assert_eq!(
        refused(&deep),
        "at most 2000 steps; a condition within a to-many relation is 10, within several 100"
    );
    let regexps = chain(&["courses", "students"], "some", &group("or", ASKED[2], 2));
    assert!(refused(&regexps).starts_with("at most 2000 steps"));
    let many = group("or", &chain(&["courses"], "some", ASKED[0]), 11);
    assert_eq!(refused(&many), "at most 10 relations are asked about");
    // Whoever has the time may ask for it.
    let budget = Budget::default().steps(u64::MAX).relations(11);
    let reader = FilterReader::new().budget(budget);
    reader.json::<Student>(&filter(&deep)).unwrap();
    reader.json::<Student>(&filter(&many)).unwrap();
    // To-one relations lead to one row each.
    let condition = group("or", r#"{"student.name": {"regexp": "x"}}"#, 10);
    filter(&condition).parse::<Filter<Enrolment>>().unwrap();
}

#[database_test]
async fn rows_that_many_ways_lead_to_are_looked_up_in_a_set(db: TestDb) {
    db.schema::<(Student, Course, Enrolment)>()
        .create()
        .await
        .unwrap();
    db.ran();
    let students = StudentRepository::new(&*db);
    let students_of = Course::STUDENTS.none(Student::COURSES.some(Course::ID.ge(0)));
    let filtered = students.find().filter(Student::COURSES.some(students_of));
    filtered.count().await.unwrap();
    db.assert_sql([Sql::Each {
        sqlite: r#"SELECT COUNT(*) FROM "student" AS "t0" WHERE EXISTS(SELECT 1 FROM "enrolment" AS "l1" INNER JOIN "course" AS "r1" ON "r1"."id" = "l1"."course_id" WHERE "l1"."student_id" = "t0"."id" AND (("r1"."id" IN (SELECT "l2"."course_id" FROM "enrolment" AS "l2" INNER JOIN "student" AS "r2" ON "r2"."id" = "l2"."student_id" WHERE ("r2"."id" IN (SELECT "l3"."student_id" FROM "enrolment" AS "l3" INNER JOIN "course" AS "r3" ON "r3"."id" = "l3"."course_id" WHERE "r3"."id" >= ?)) IS TRUE)) IS NOT TRUE) LIMIT 1)"#,
        postgres: r#"SELECT COUNT(*) FROM "student" AS "t0" WHERE EXISTS(SELECT 1 FROM "enrolment" AS "l1" INNER JOIN "course" AS "r1" ON "r1"."id" = "l1"."course_id" WHERE "l1"."student_id" = "t0"."id" AND (("r1"."id" IN (SELECT "l2"."course_id" FROM "enrolment" AS "l2" INNER JOIN "student" AS "r2" ON "r2"."id" = "l2"."student_id" WHERE ("r2"."id" IN (SELECT "l3"."student_id" FROM "enrolment" AS "l3" INNER JOIN "course" AS "r3" ON "r3"."id" = "l3"."course_id" WHERE "r3"."id" >= $1)) IS TRUE)) IS NOT TRUE))"#,
        mysql: "SELECT COUNT(*) FROM `student` AS `t0` WHERE (EXISTS(SELECT 1 FROM `enrolment` AS `l1` INNER JOIN `course` AS `r1` ON `r1`.`id` = `l1`.`course_id` WHERE `l1`.`student_id` = `t0`.`id` AND ((`r1`.`id` IN (SELECT `l2`.`course_id` FROM `enrolment` AS `l2` INNER JOIN `student` AS `r2` ON `r2`.`id` = `l2`.`student_id` WHERE (`r2`.`id` IN (SELECT `l3`.`student_id` FROM `enrolment` AS `l3` INNER JOIN `course` AS `r3` ON `r3`.`id` = `l3`.`course_id` WHERE `r3`.`id` >= ?)) IS TRUE)) IS NOT TRUE))) IS TRUE",
    }]);
}
