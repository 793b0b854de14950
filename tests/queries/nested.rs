//! What is asked of rows behind several relations is what a naive reference in memory finds, whether the database asks it of each row
//! or once of all.

use crate::support::{Dice, TestDb, database_test};
use relations::filter::{Budget, FilterReader};
use relations::prelude::*;

/// Its key is a text, which some teams do not have.
#[derive(Debug, Clone, PartialEq, serde::Serialize, Model)]
#[has_many(Person, name = "members", key_from = "code", key_to = "team_code")]
pub struct Team {
    #[model(id)]
    pub id: i64,
    #[model(unique, length = 20)]
    pub code: Option<String>,
    pub size: Option<i64>,
}

/// One of several people who lead to others in all ways that there are: by links, lists, texts, and optional composite keys.
#[derive(Debug, Clone, PartialEq, serde::Serialize, Model)]
#[has_many(
    Person,
    name = "followed",
    through(Follow, key_from = "from_id", key_to = "to_id")
)]
#[has_many(Task, key_from = ["part", "number"], key_to = ["part", "number"])]
#[model(unique(part, number))]
pub struct Person {
    #[model(id)]
    pub id: i64,
    pub size: Option<i64>,
    pub part: Option<i64>,
    pub number: Option<i64>,
    #[belongs_to(Team, name = "team", key_to = "code")]
    #[model(length = 20)]
    pub team_code: Option<String>,
    #[references_many(Person)]
    pub friend_ids: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, Model)]
pub struct Follow {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Person, name = "from")]
    pub from_id: Option<i64>,
    #[belongs_to(Person, name = "to")]
    pub to_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, Model)]
#[belongs_to(Person, key_from = ["part", "number"], key_to = ["part", "number"])]
pub struct Task {
    #[model(id)]
    pub id: i64,
    pub size: Option<i64>,
    pub part: Option<i64>,
    pub number: Option<i64>,
}

/// The rows of all tables.
struct World {
    teams: Vec<Team>,
    people: Vec<Person>,
    follows: Vec<Follow>,
    tasks: Vec<Task>,
}

impl World {
    fn new(dice: &mut Dice) -> World {
        let teams = (1..=5).map(|id| Team {
            id,
            code: (id > 1).then(|| format!("t{id}")),
            size: size(dice),
        });
        let teams = teams.collect();
        let people = (1..=12).map(|id| Person {
            id,
            size: size(dice),
            part: (!dice.one_in(5)).then_some(id % 2),
            number: (!dice.one_in(5)).then_some(id / 2),
            team_code: optional(dice, 5).map(|team| format!("t{}", team.min(4) + 1)),
            friend_ids: (0..dice.roll(4)).map(|_| number(dice, 14)).collect(),
        });
        let people: Vec<Person> = people.collect();
        let follows = (1..=25).map(|id| Follow {
            id,
            from_id: optional(dice, 12),
            to_id: optional(dice, 12),
        });
        let mut follows: Vec<Follow> = follows.collect();
        follows.sort_by_key(|follow| (follow.from_id, follow.to_id));
        follows.dedup_by_key(|follow| (follow.from_id, follow.to_id));
        let tasks = (1..=25).map(|id| {
            let person = any(dice, &people);
            Task {
                id,
                size: size(dice),
                part: person.part,
                number: person.number,
            }
        });
        let tasks = tasks.collect();
        World {
            teams,
            people,
            follows,
            tasks,
        }
    }

    async fn store(&self, db: &TestDb) {
        db.schema::<(Team, Person, Follow, Task)>()
            .create()
            .await
            .unwrap();
        let db: &Db = db;
        let teams = self.teams.clone();
        TeamRepository::new(db).create_all(teams).await.unwrap();
        let people = self.people.clone();
        PersonRepository::new(db).create_all(people).await.unwrap();
        let follows = self.follows.clone();
        FollowRepository::new(db).create_all(follows).await.unwrap();
        let tasks = self.tasks.clone();
        TaskRepository::new(db).create_all(tasks).await.unwrap();
    }

    /// The rows behind a relation.
    fn targets<'w>(&'w self, row: Row<'w>, relation: &str) -> Vec<Row<'w>> {
        let people = |keeps: &dyn Fn(&Person) -> bool| {
            let people = self.people.iter().filter(|person| keeps(person));
            people.map(Row::Person).collect()
        };
        match (row, relation) {
            (Row::Team(team), "members") => {
                people(&|person| team.code.is_some() && person.team_code == team.code)
            }
            (Row::Task(task), "person") => people(&|person| is_done_by(task, person)),
            (Row::Person(one), "friends") => people(&|person| one.friend_ids.contains(&person.id)),
            (Row::Person(one), "followed") => people(&|person| {
                let mut follows = self.follows.iter();
                follows.any(|it| it.from_id == Some(one.id) && it.to_id == Some(person.id))
            }),
            (Row::Person(person), "tasks") => {
                let tasks = self.tasks.iter().filter(|task| is_done_by(task, person));
                tasks.map(Row::Task).collect()
            }
            (Row::Person(person), "team") => {
                let is_theirs = |team: &&Team| team.code.is_some() && team.code == person.team_code;
                self.teams.iter().filter(is_theirs).map(Row::Team).collect()
            }
            _ => unreachable!("{relation}"),
        }
    }
}

fn is_done_by(task: &Task, person: &Person) -> bool {
    let has_key = task.part.is_some() && task.number.is_some();
    has_key && (task.part, task.number) == (person.part, person.number)
}

#[derive(Clone, Copy)]
enum Row<'w> {
    Team(&'w Team),
    Person(&'w Person),
    Task(&'w Task),
}

/// What is asked of a row.
enum Asked {
    AtLeast(i64),
    Related(&'static str, &'static str, Box<Asked>),
    Group(&'static str, Vec<Asked>),
}

/// The relations of a model, and whose rows they lead to.
const RELATIONS: [&[(&str, usize)]; 3] = [
    &[("members", 1)],
    &[("followed", 1), ("friends", 1), ("tasks", 2), ("team", 0)],
    &[("person", 1)],
];

impl Asked {
    fn random(dice: &mut Dice, model: usize, depth: usize, relations: &mut usize) -> Asked {
        if depth < 6 && *relations > 0 && !dice.one_in(6) {
            if dice.one_in(3) {
                let group = *any(dice, &["and", "or", "nor"]);
                let parts = (0..2).map(|_| Asked::random(dice, model, depth + 2, relations));
                return Asked::Group(group, parts.collect());
            }
            *relations -= 1;
            let (relation, target) = *any(dice, RELATIONS[model]);
            let quantifier = *any(dice, &["some", "none", "every"]);
            let inner = Asked::random(dice, target, depth + 1, relations);
            return Asked::Related(relation, quantifier, Box::new(inner));
        }
        Asked::AtLeast(number(dice, 4))
    }

    fn json(&self) -> String {
        match self {
            Asked::AtLeast(size) => format!(r#"{{"size": {{"gte": {size}}}}}"#),
            Asked::Related(relation, quantifier, inner) => {
                format!(r#"{{"{relation}": {{"{quantifier}": {}}}}}"#, inner.json())
            }
            Asked::Group(group, parts) => {
                let parts: Vec<String> = parts.iter().map(Asked::json).collect();
                format!(r#"{{"{group}": [{}]}}"#, parts.join(", "))
            }
        }
    }

    /// Whether it is true of a row; nothing where that is unknown.
    fn holds(&self, world: &World, row: Row) -> Option<bool> {
        match self {
            Asked::AtLeast(least) => {
                let size = match row {
                    Row::Team(team) => team.size,
                    Row::Person(person) => person.size,
                    Row::Task(task) => task.size,
                };
                size.map(|size| size >= *least)
            }
            Asked::Related(relation, quantifier, inner) => {
                let targets = world.targets(row, relation);
                let mut answers = targets.into_iter().map(|row| inner.holds(world, row));
                Some(match *quantifier {
                    "some" => answers.any(|answer| answer == Some(true)),
                    "none" => !answers.any(|answer| answer == Some(true)),
                    _ => answers.all(|answer| answer == Some(true)),
                })
            }
            Asked::Group(group, parts) => {
                let answers: Vec<_> = parts.iter().map(|part| part.holds(world, row)).collect();
                let wanted = *group != "and";
                let any = match answers {
                    answers if answers.contains(&Some(wanted)) => Some(wanted),
                    answers if answers.contains(&None) => None,
                    _ => Some(!wanted),
                };
                match *group {
                    "nor" => any.map(|any| !any),
                    _ => any,
                }
            }
        }
    }
}

fn any<'a, T>(dice: &mut Dice, items: &'a [T]) -> &'a T {
    &items[dice.roll(items.len() as u64) as usize]
}

/// From 1 up to `most`.
fn number(dice: &mut Dice, most: u64) -> i64 {
    1 + dice.roll(most) as i64
}

fn optional(dice: &mut Dice, most: u64) -> Option<i64> {
    (!dice.one_in(5)).then(|| number(dice, most))
}

fn size(dice: &mut Dice) -> Option<i64> {
    optional(dice, 4)
}

#[database_test]
async fn nested_relations_are_those_of_a_naive_reference(db: TestDb) {
    let mut dice = Dice(0x5eed_0012);
    let world = World::new(&mut dice);
    world.store(&db).await;
    let people = PersonRepository::new(&*db);
    let budget = Budget::default().depth(16).steps(u64::MAX);
    let reader = FilterReader::new().budget(budget);
    let (mut found, mut sets) = (0, 0);
    for _ in 0..300 {
        let asked = Asked::random(&mut dice, 1, 0, &mut 5);
        let filter = format!(r#"{{"where": {}, "order": "id"}}"#, asked.json());
        let rows = people.find_with(reader.json::<Person>(&filter).unwrap());
        let ids: Vec<i64> = rows.await.unwrap().iter().map(|row| row.id).collect();
        let expected = world.people.iter();
        let expected =
            expected.filter(|person| asked.holds(&world, Row::Person(person)) == Some(true));
        let expected: Vec<i64> = expected.map(|person| person.id).collect();
        assert_eq!(ids, expected, "{filter}");
        found += usize::from(!ids.is_empty() && ids.len() < 12);
        let statements = db.statements();
        sets += usize::from(statements.iter().any(|sql| sql.contains(" IN (SELECT ")));
    }
    assert!(found > 80 && sets > 80, "{found} {sets}");
}
