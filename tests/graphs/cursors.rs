//! Pages by cursors in run-time filters.

use crate::support::{TestDb, database_test, given_up};
use relations::dynamic::{DynamicFilter, DynamicRepository};
use relations::prelude::*;
use relations::{ErrorKind, Filter, Graph, query::Page};
use serde::Serialize;

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Task)]
#[has_many(Task, name = "open_tasks", scope = open)]
struct Project {
    #[model(id, generated)]
    id: i64,
    name: String,
}

fn open(scope: relations::FixedScope<Task>) -> relations::FixedScope<Task> {
    scope
        .filter(Task::DONE.eq(false))
        .order_by(Task::RANK.desc())
}

#[derive(Debug, Clone, Serialize, Model)]
struct Task {
    #[model(id, generated)]
    id: i64,
    rank: Option<i64>,
    done: bool,
    #[belongs_to(Project)]
    project_id: i64,
}

/// One project, whose tasks have equal ranks and none.
async fn project(db: &TestDb) -> i64 {
    db.schema::<(Project, Task)>().create().await.unwrap();
    let ranks = [Some(3), None, Some(1), Some(3), None, Some(2), Some(3)];
    let tasks = ranks.map(|rank| Task::draft().rank(rank).done(false));
    let draft = Project::draft().name("Bridge").tasks(tasks);
    ProjectRepository::new(&**db)
        .create(draft)
        .await
        .unwrap()
        .id
}

fn ids(page: &Page<Graph<Task>>) -> Vec<i64> {
    page.rows.iter().map(|task| task.id).collect()
}

#[database_test]
async fn pages_of_a_filter_go_there_and_back(db: TestDb) {
    let project = project(&db).await;
    let tasks = TaskRepository::new(&*db);
    let json = |more: &str| format!(r#"{{"order": "rank DESC", "limit": 3{more}}}"#);
    let all = r#"{"order": "rank DESC"}"#;
    let all: Vec<i64> = tasks
        .find_with(all)
        .await
        .unwrap()
        .iter()
        .map(|task| task.id)
        .collect();

    let first = tasks.page_with(&*json("")).await.unwrap();
    assert_eq!(ids(&first), all[..3]);
    assert_eq!(first.previous, None);
    let next = first.next.unwrap();
    let second = tasks.page_with(&*json(&format!(r#", "after": "{next}""#)));
    let second = second.await.unwrap();
    assert_eq!(ids(&second), all[3..6]);
    let read: Filter<Task> = json("").parse().unwrap();
    let last = tasks.page_with(read.clone().after(second.next));
    let last = last.await.unwrap();
    assert_eq!((ids(&last), &last.next), (all[6..].to_vec(), &None));

    let back = read.clone().before(last.previous);
    let written = serde_json::to_string(&back).unwrap();
    assert_eq!(written.parse::<Filter<Task>>().unwrap(), back);
    let back = tasks.page_with(back).await.unwrap();
    assert_eq!(ids(&back), all[3..6]);
    let first = tasks.page_with(read.clone().before(back.previous.clone()));
    let first = first.await.unwrap();
    assert_eq!((ids(&first), &first.previous), (all[..3].to_vec(), &None));

    // The first of the rows before a cursor, and their number.
    let before = read.clone().before(back.previous);
    let found = tasks.find_first_with(before.clone()).await.unwrap();
    assert_eq!(found.unwrap().id, all[0]);
    assert_eq!(tasks.count_with(before).await.unwrap(), 3);

    // By a query string, and a cursor that is null.
    let query = format!("filter[order]=rank DESC&filter[limit]=3&filter[after]={next}");
    let read = Filter::<Task>::from_query(&query).unwrap();
    assert_eq!(ids(&tasks.page_with(read).await.unwrap()), all[3..6]);
    let none = tasks.page_with(&*json(r#", "after": null"#)).await.unwrap();
    assert_eq!(ids(&none), all[..3]);

    // Of a relation, in the order that its own scope has.
    let projects = ProjectRepository::new(&*db);
    let first = projects
        .open_tasks(project)
        .page_with(r#"{"limit": 3}"#)
        .await
        .unwrap();
    assert_eq!(ids(&first), all[..3]);
    let next = Filter::<Task>::new().limit(3).after(first.next);
    let second = projects.open_tasks(project).page_with(next).await.unwrap();
    assert_eq!(ids(&second), all[3..6]);
}

#[database_test]
async fn a_cursor_that_does_not_fit_is_a_problem_before_any_statement(db: TestDb) {
    let project = project(&db).await;
    let tasks = TaskRepository::new(&*db);
    let projects = ProjectRepository::new(&*db);
    let first = tasks.page_with(r#"{"order": "rank", "limit": 1}"#).await;
    let next = first.unwrap().next.unwrap();
    db.ran();
    let of_tasks = async |json: &str| tasks.find_with(json).await.unwrap_err();
    let misfit = |order: &str, model: &str| {
        format!(
            "the cursor does not belong to the order `{order}` of this query on `{model}`\n\
             help: take it from a page of the same order, and pass it on unchanged"
        )
    };
    let other = of_tasks(&format!(r#"{{"order": "id", "after": "{next}"}}"#)).await;
    let none = of_tasks(r#"{"before": "x"}"#).await;
    let model = Filter::<Project>::new().after(&next);
    let model = projects.find_with(model).await.unwrap_err();
    for (error, path, message) in [
        (other, "after", misfit("id", "Task")),
        (none, "before", misfit("id", "Task")),
        (model, "after", misfit("id", "Project")),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidFilter);
        let problems = error.problems();
        assert_eq!(
            (problems[0].path(), problems[0].message()),
            (path, &*message)
        );
    }

    let both = of_tasks(r#"{"after": "x", "before": "y"}"#).await;
    assert_eq!(both.problems()[0].path(), "before");
    let number = of_tasks(r#"{"after": 7}"#).await;
    assert_eq!(number.problems()[0].message(), "expected a cursor, not `7`");
    // In a scope, as JSON and as it is built.
    let json = r#"{"include": [{"relation": "tasks", "scope": {"after": "x"}}]}"#;
    let read = projects.find_with(json).await.unwrap_err();
    let built = Filter::new().include_with(Project::TASKS, Filter::new().after("x"));
    let built = projects.find_with(built).await.unwrap_err();
    for error in [read, built] {
        let problem = &error.problems()[0];
        assert_eq!(problem.path(), "include[0].scope.after");
        assert_eq!(
            problem.message(),
            "rows of a scope have no cursor; it has `limit` and `offset`"
        );
    }
    // Where the id says which row, and where all rows are written.
    let filter = || Filter::<Project>::new().after("x");
    let one = projects.find_by_id_with(project, filter()).await;
    let delete = projects.delete_with(filter()).await;
    for error in [one.unwrap_err(), delete.unwrap_err()] {
        assert_eq!(error.problems()[0].path(), "after");
    }
    db.assert_sql([]);
}

#[database_test]
async fn a_block_that_was_not_waited_for_comes_again(db: TestDb) {
    project(&db).await;
    let tasks = DynamicRepository::new(&*db, Task::metadata());
    for polls in 0..8 {
        let mut blocks = tasks.blocks(DynamicFilter::new(Task::metadata()), 3);
        let mut rows = 0;
        if let Some(block) = given_up(blocks.next(&*db), polls).await {
            rows += block.unwrap().unwrap().rows.len();
        }
        while let Some(block) = blocks.next(&*db).await.unwrap() {
            rows += block.rows.len();
        }
        assert_eq!(rows, 7, "after {polls} polls");
    }
}
