//! Trees of includes of every kind, with a predicate, an order, a limit and an offset at each: what is loaded is what a
//! naive loader makes of the rows, source by source.

use crate::support::{Dice, TestDb, database_test};
use relations::prelude::*;
use relations::{Filter, Repository, filter::Budget, filter::FilterReader};
use serde::Serialize;
use serde_json::{Map, Value, json};

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Book)]
#[has_one(Bio)]
#[has_many(Author, name = "pupils", key_to = "mentor_id")]
#[has_many(Note, discriminator = "about_type")]
pub struct Author {
    #[model(id)]
    pub id: i64,
    pub size: Option<i32>,
    #[belongs_to(Author)]
    pub mentor_id: Option<i64>,
    #[references_many(Author)]
    pub friend_ids: Vec<i64>,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Bio {
    #[model(id)]
    pub id: i64,
    pub size: Option<i32>,
    #[belongs_to(Author)]
    pub author_id: i64,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Tag, through = Tagging)]
#[has_many(Note, discriminator = "about_type")]
pub struct Book {
    #[model(id)]
    pub id: i64,
    pub size: Option<i32>,
    #[belongs_to(Author)]
    pub author_id: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Book, through = Tagging)]
pub struct Tag {
    #[model(id)]
    pub id: i64,
    pub size: Option<i32>,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Tagging {
    #[model(id)]
    #[belongs_to(Book)]
    pub book_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    pub tag_id: i64,
    pub position: i32,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Note {
    #[model(id)]
    pub id: i64,
    pub size: Option<i32>,
    pub about_type: Option<String>,
    #[belongs_to(About, discriminator = "about_type")]
    pub about_id: Option<i64>,
}

#[derive(Debug, Clone, Serialize, PolymorphicModel)]
#[serde(untagged)]
pub enum About {
    Author(Author),
    Book(Book),
}

/// The rows of all tables, by id.
#[derive(Default)]
struct World {
    authors: Vec<Author>,
    bios: Vec<Bio>,
    books: Vec<Book>,
    tags: Vec<Tag>,
    taggings: Vec<Tagging>,
    notes: Vec<Note>,
}

fn size(dice: &mut Dice) -> Option<i32> {
    (!dice.one_in(4)).then(|| dice.roll(4) as i32)
}

fn any(dice: &mut Dice, count: usize) -> Option<i64> {
    (count > 0 && !dice.one_in(4)).then(|| dice.roll(count as u64) as i64)
}

impl World {
    fn grow(dice: &mut Dice) -> World {
        let mut world = World::default();
        for id in 0..dice.roll(9) as i64 {
            let friends = (0..dice.roll(4)).map(|_| dice.roll(10) as i64);
            world.authors.push(Author {
                id,
                friend_ids: friends.collect(),
                size: size(dice),
                mentor_id: any(dice, id as usize),
            });
            if !dice.one_in(3) {
                let size = size(dice);
                world.bios.push(Bio {
                    id: 50 - id,
                    size,
                    author_id: id,
                });
            }
        }
        for id in 0..dice.roll(15) as i64 {
            let author_id = any(dice, world.authors.len());
            world.books.push(Book {
                id,
                size: size(dice),
                author_id,
            });
        }
        for id in 0..dice.roll(5) as i64 {
            world.tags.push(Tag {
                id,
                size: size(dice),
            });
        }
        for book in &world.books {
            for tag in world
                .tags
                .iter()
                .filter(|_| dice.one_in(2))
                .collect::<Vec<_>>()
            {
                let position = dice.roll(3) as i32;
                world.taggings.push(Tagging {
                    book_id: book.id,
                    tag_id: tag.id,
                    position,
                });
            }
        }
        for id in 0..dice.roll(9) as i64 {
            let kind = ["Author", "Book"][dice.roll(2) as usize];
            world.notes.push(Note {
                id,
                size: size(dice),
                about_type: (!dice.one_in(5)).then(|| kind.to_owned()),
                about_id: any(dice, 12),
            });
        }
        world
    }

    async fn store(&self, db: &Db) {
        AuthorRepository::new(db)
            .create_all(self.authors.clone())
            .await
            .unwrap();
        BioRepository::new(db)
            .create_all(self.bios.clone())
            .await
            .unwrap();
        BookRepository::new(db)
            .create_all(self.books.clone())
            .await
            .unwrap();
        TagRepository::new(db)
            .create_all(self.tags.clone())
            .await
            .unwrap();
        TaggingRepository::new(db)
            .create_all(self.taggings.clone())
            .await
            .unwrap();
        NoteRepository::new(db)
            .create_all(self.notes.clone())
            .await
            .unwrap();
    }

    async fn clear(db: &Db) {
        NoteRepository::new(db).delete().all_rows().await.unwrap();
        TaggingRepository::new(db)
            .delete()
            .all_rows()
            .await
            .unwrap();
        TagRepository::new(db).delete().all_rows().await.unwrap();
        BookRepository::new(db).delete().all_rows().await.unwrap();
        BioRepository::new(db).delete().all_rows().await.unwrap();
        let authors = AuthorRepository::new(db);
        authors
            .patch(Author::patch().mentor_id(None::<i64>))
            .all_rows()
            .await
            .unwrap();
        authors.delete().all_rows().await.unwrap();
    }

    fn author(&self, id: Option<i64>) -> Vec<Row> {
        self.authors
            .iter()
            .filter(|row| Some(row.id) == id)
            .map(Row::author)
            .collect()
    }

    fn book(&self, id: i64) -> Vec<Row> {
        self.books
            .iter()
            .filter(|row| row.id == id)
            .map(Row::book)
            .collect()
    }

    /// The rows that a relation leads to from one row, by id, with the link to each.
    fn related(&self, source: &Row, relation: &str) -> Vec<(Row, Option<&Tagging>)> {
        let (id, key) = (source.id, |name: &str| source.json[name].as_i64());
        let is_about = |note: &&Note| {
            note.about_type.as_deref() == Some(source.model) && note.about_id == Some(id)
        };
        let rows: Vec<Row> = match (source.model, relation) {
            ("Author", "books") => {
                let books = self.books.iter().filter(|row| row.author_id == Some(id));
                books.map(Row::book).collect()
            }
            ("Author", "bio") => {
                let bios = self.bios.iter().filter(|row| row.author_id == id);
                bios.map(|row| Row::new("Bio", row.id, row.size, row))
                    .collect()
            }
            ("Author", "pupils") => {
                let pupils = self.authors.iter().filter(|row| row.mentor_id == Some(id));
                pupils.map(Row::author).collect()
            }
            ("Author", "mentor") => self.author(key("mentor_id")),
            ("Author", "friends") => {
                let friends = source.json["friend_ids"].as_array().unwrap().iter();
                friends.flat_map(|id| self.author(id.as_i64())).collect()
            }
            ("Bio" | "Book", "author") => self.author(key("author_id")),
            ("Author" | "Book", "notes") => {
                let notes = self.notes.iter().filter(is_about);
                notes
                    .map(|row| Row::new("Note", row.id, row.size, row))
                    .collect()
            }
            ("Note", "about") => match (source.json["about_type"].as_str(), key("about_id")) {
                (Some("Author"), id) => self.author(id),
                (Some(_), Some(id)) => self.book(id),
                _ => Vec::new(),
            },
            ("Book", "tags") => {
                let own = self.taggings.iter().filter(|link| link.book_id == id);
                let row = |link: &'_ Tagging| {
                    let tag = self.tags.iter().find(|tag| tag.id == link.tag_id).unwrap();
                    Row::new("Tag", tag.id, tag.size, tag)
                };
                return own.map(|link| (row(link), Some(link))).collect();
            }
            ("Tag", "books") => {
                let own = self.taggings.iter().filter(|link| link.tag_id == id);
                return own
                    .map(|link| (self.book(link.book_id).remove(0), Some(link)))
                    .collect();
            }
            other => panic!("no such relation: {other:?}"),
        };
        rows.into_iter().map(|row| (row, None)).collect()
    }

    /// The row with what the includes ask for, as JSON.
    fn expected(&self, row: &Row, includes: &[Include]) -> Value {
        let Value::Object(mut json) = row.json.clone() else {
            unreachable!("a row is an object")
        };
        for include in includes {
            self.add(row, include, &mut json);
        }
        Value::Object(json)
    }

    fn add(&self, source: &Row, include: &Include, json: &mut Map<String, Value>) {
        let mut rows = self.related(source, include.relation);
        let scope = include.scope.clone().unwrap_or_default();
        rows.retain(|(row, _)| scope.keeps(row));
        if include.counts {
            json.insert(format!("{}_count", include.relation), rows.len().into());
        }
        if !include.loads {
            return;
        }
        let is_list = include.relation == "friends";
        if !is_list || scope.order > 0 {
            rows.sort_by_key(|(row, _)| row.id);
        }
        scope.sort(&mut rows, |(row, _)| row.size);
        if include.by_position {
            rows.sort_by_key(|(_, link)| link.map(|link| link.position));
        }
        let rows = scope.cut(rows).into_iter().map(|(row, link)| {
            let mut json = self.expected(&row, &include.nested);
            if include.with_links {
                json["link"] = json!(link);
            }
            json
        });
        let mut rows: Vec<Value> = rows.collect();
        let is_one = ["bio", "mentor", "author", "about"].contains(&include.relation);
        let slot = match is_one {
            true if rows.is_empty() => Value::Null,
            true => rows.remove(0),
            false => Value::Array(rows),
        };
        json.insert(include.relation.to_owned(), slot);
    }

    /// What a query should give.
    fn found(&self, model: &str, root: &Scope, includes: &[Include]) -> Value {
        let mut rows = self.all(model);
        rows.retain(|row| root.keeps(row));
        root.sort(&mut rows, |row| row.size);
        let rows = root.cut(rows);
        rows.iter()
            .map(|row| self.expected(row, includes))
            .collect()
    }

    fn all(&self, model: &str) -> Vec<Row> {
        match model {
            "Author" => self.authors.iter().map(Row::author).collect(),
            "Book" => self.books.iter().map(Row::book).collect(),
            "Tag" => {
                let tags = self.tags.iter();
                tags.map(|row| Row::new("Tag", row.id, row.size, row))
                    .collect()
            }
            _ => {
                let notes = self.notes.iter();
                notes
                    .map(|row| Row::new("Note", row.id, row.size, row))
                    .collect()
            }
        }
    }
}

/// A row without its type.
struct Row {
    model: &'static str,
    id: i64,
    size: Option<i32>,
    json: Value,
}

impl Row {
    fn new(model: &'static str, id: i64, size: Option<i32>, row: &impl Serialize) -> Row {
        Row {
            model,
            id,
            size,
            json: json!(row),
        }
    }

    fn author(row: &Author) -> Row {
        Row::new("Author", row.id, row.size, row)
    }

    fn book(row: &Book) -> Row {
        Row::new("Book", row.id, row.size, row)
    }
}

/// What is asked of rows.
#[derive(Debug, Clone, Default)]
struct Scope {
    least: Option<i32>,
    order: u64,
    limit: Option<u64>,
    offset: Option<u64>,
}

impl Scope {
    fn roll(dice: &mut Dice) -> Scope {
        Scope {
            least: dice.one_in(2).then(|| dice.roll(3) as i32),
            order: dice.roll(3),
            limit: dice.one_in(2).then(|| dice.roll(4)),
            offset: dice.one_in(3).then(|| dice.roll(3)),
        }
    }

    fn keeps(&self, row: &Row) -> bool {
        self.least
            .is_none_or(|least| row.size.is_some_and(|size| size >= least))
    }

    fn sort<T>(&self, rows: &mut [T], size: impl Fn(&T) -> Option<i32>) {
        match self.order {
            0 => {}
            1 => rows.sort_by_key(size),
            // Ties are broken by the id in the direction of the order; the rows come in that of their ids.
            _ => {
                rows.reverse();
                rows.sort_by_key(|row| std::cmp::Reverse(size(row)));
            }
        }
    }

    fn cut<T>(&self, rows: Vec<T>) -> Vec<T> {
        let rows = rows.into_iter().skip(self.offset.unwrap_or(0) as usize);
        rows.take(self.limit.unwrap_or(1000) as usize).collect()
    }
}

/// One include, for the naive loader.
#[derive(Debug, Clone)]
struct Include {
    relation: &'static str,
    scope: Option<Scope>,
    nested: Vec<Include>,
    loads: bool,
    counts: bool,
    with_links: bool,
    by_position: bool,
}

fn plain(relation: &'static str) -> Include {
    Include {
        relation,
        scope: None,
        nested: Vec::new(),
        loads: true,
        counts: false,
        with_links: false,
        by_position: false,
    }
}

fn scoped(relation: &'static str, scope: &Scope) -> Include {
    Include {
        scope: Some(scope.clone()),
        ..plain(relation)
    }
}

impl Include {
    fn with(self, nested: impl Into<Vec<Include>>) -> Include {
        Include {
            nested: nested.into(),
            ..self
        }
    }

    /// Whether a run-time filter can say the same: it has no counts, and nothing on links.
    fn is_in_json(&self) -> bool {
        let is_typed = self.counts || self.with_links || self.by_position;
        !is_typed && self.nested.iter().all(Include::is_in_json)
    }

    /// Any includes of a model, down to so many levels.
    fn roll(model: &'static str, depth: usize, dice: &mut Dice) -> Vec<Include> {
        let relations: &[(&str, &str)] = match model {
            "Author" => &[
                ("books", "Book"),
                ("bio", "Bio"),
                ("pupils", "Author"),
                ("mentor", "Author"),
                ("friends", "Author"),
                ("notes", "Note"),
            ],
            "Bio" => &[("author", "Author")],
            "Book" => &[("author", "Author"), ("tags", "Tag"), ("notes", "Note")],
            "Tag" => &[("books", "Book")],
            _ => &[("about", "")],
        };
        let mut includes = Vec::new();
        for (relation, target) in relations {
            if depth == 0 || dice.one_in(2) {
                continue;
            }
            includes.push(match *target {
                "" => plain(relation),
                target => {
                    let scope = dice.one_in(2).then(|| Scope::roll(dice));
                    let nested = Include::roll(target, depth - 1, dice);
                    Include {
                        scope,
                        ..plain(relation).with(nested)
                    }
                }
            });
        }
        includes
    }
}

/// The same as a run-time filter.
fn filter(scope: &Scope, includes: &[Include]) -> Value {
    let mut filter = json!({});
    if let Some(least) = scope.least {
        filter["where"] = json!({"size": {"gte": least}});
    }
    if scope.order > 0 {
        filter["order"] = json!(["size ASC", "size DESC"][scope.order as usize - 1]);
    }
    if let Some(limit) = scope.limit {
        filter["limit"] = json!(limit);
    }
    if let Some(offset) = scope.offset {
        filter["offset"] = json!(offset);
    }
    let includes = includes.iter().map(|include| {
        let scope = include.scope.clone().unwrap_or_default();
        json!({"relation": include.relation, "scope": self::filter(&scope, &include.nested)})
    });
    let includes: Vec<Value> = includes.collect();
    if !includes.is_empty() {
        filter["include"] = json!(includes);
    }
    filter
}

/// Finds rows of a model by a run-time filter.
async fn found_with(db: &Db, model: &str, filter: &Value) -> Value {
    async fn graphs<M: Model + Serialize>(rows: &Repository<M, &Db>, filter: &Value) -> Value {
        let reader = FilterReader::new().budget(Budget::default().includes(1000));
        let filter: Filter<M> = reader.value(filter.clone()).unwrap();
        json!(rows.find_with(filter).await.unwrap())
    }

    match model {
        "Author" => graphs(&AuthorRepository::new(db), filter).await,
        "Book" => graphs(&BookRepository::new(db), filter).await,
        "Tag" => graphs(&TagRepository::new(db), filter).await,
        _ => graphs(&NoteRepository::new(db), filter).await,
    }
}

/// Applies a scope to a query.
macro_rules! narrowed {
    ($query:expr, $model:ident, $scope:expr) => {{
        let scope: &Scope = $scope;
        let mut query = $query.filter(scope.least.map(|least| $model::SIZE.ge(least)));
        query = match scope.order {
            0 => query,
            1 => query.order_by($model::SIZE.asc()),
            _ => query.order_by($model::SIZE.desc()),
        };
        if let Some(limit) = scope.limit {
            query = query.limit(limit);
        }
        match scope.offset {
            Some(offset) => query.offset(offset),
            None => query,
        }
    }};
}

/// The number of trees that [`loaded`] knows.
const TREES: usize = 8;

/// Runs one of the trees; gives what was found, the model of its rows, and the same tree for the naive loader.
async fn loaded(
    db: &Db,
    tree: usize,
    root: &Scope,
    [a, b, c, d]: &[Scope; 4],
) -> (Value, &'static str, Vec<Include>) {
    let authors = AuthorRepository::new(db);
    let books = BookRepository::new(db);
    let tags = TagRepository::new(db);
    let notes = NoteRepository::new(db);
    match tree {
        0 => {
            let found = narrowed!(authors.find(), Author, root)
                .include(Author::BOOKS.scope(|books| {
                    narrowed!(books, Book, a).include(
                        Book::TAGS.scope(|tags| narrowed!(tags, Tag, b).include(Tag::BOOKS)),
                    )
                }))
                .include(Author::BIO.scope(|bios| narrowed!(bios, Bio, c)))
                .include(
                    Author::MENTOR.include(Author::BOOKS.scope(|books| narrowed!(books, Book, d))),
                );
            let tags = scoped("tags", b).with([plain("books")]);
            let tree = vec![
                scoped("books", a).with([tags]),
                scoped("bio", c),
                plain("mentor").with([scoped("books", d)]),
            ];
            (json!(found.all().await.unwrap()), "Author", tree)
        }
        1 => {
            let found = narrowed!(authors.find(), Author, root)
                .include(Author::FRIENDS.scope(|friends| {
                    narrowed!(friends, Author, a)
                        .include(Author::BIO)
                        .include(Author::PUPILS.scope(|pupils| narrowed!(pupils, Author, b)))
                }))
                .include(
                    Author::NOTES.scope(|notes| narrowed!(notes, Note, c).include(Note::ABOUT)),
                );
            let pupils = scoped("pupils", b);
            let tree = vec![
                scoped("friends", a).with([plain("bio"), pupils]),
                scoped("notes", c).with([plain("about")]),
            ];
            (json!(found.all().await.unwrap()), "Author", tree)
        }
        2 => {
            let linked = Book::TAGS.linked().order_by_links(Tagging::POSITION.asc());
            let found = narrowed!(books.find(), Book, root)
                .include(Book::AUTHOR.include(Author::FRIENDS))
                .include(linked.scope(|tags| {
                    narrowed!(tags, Tag, a).include(
                        Tag::BOOKS.scope(|books| narrowed!(books, Book, b).include(Book::AUTHOR)),
                    )
                }))
                .include(Book::NOTES);
            let books = scoped("books", b).with([plain("author")]);
            let tags = scoped("tags", a).with([books]);
            let tree = vec![
                plain("author").with([plain("friends")]),
                Include {
                    with_links: true,
                    by_position: true,
                    ..tags
                },
                plain("notes"),
            ];
            (json!(found.all().await.unwrap()), "Book", tree)
        }
        3 => {
            let counted = Tag::BOOKS.scope(|books| {
                narrowed!(books, Book, a)
                    .include(Book::NOTES.scope(|notes| narrowed!(notes, Note, b)))
                    .include(
                        Book::AUTHOR
                            .scope(|authors| narrowed!(authors, Author, c).include(Author::BIO)),
                    )
            });
            let found = narrowed!(tags.find(), Tag, root).include(counted.counted());
            let author = scoped("author", c).with([plain("bio")]);
            let books = scoped("books", a).with([scoped("notes", b), author]);
            let tree = vec![Include {
                counts: true,
                ..books
            }];
            (json!(found.all().await.unwrap()), "Tag", tree)
        }
        4 => {
            let found = narrowed!(authors.find(), Author, root)
                .include(Author::PUPILS.scope(|pupils| {
                    narrowed!(pupils, Author, a)
                        .include(Author::MENTOR)
                        .include(Author::PUPILS.scope(|pupils| {
                            narrowed!(pupils, Author, b).include(Author::BOOKS.count())
                        }))
                }))
                .include(
                    Author::BOOKS
                        .scope(|books| narrowed!(books, Book, c))
                        .count(),
                );
            let count = |books| Include {
                counts: true,
                loads: false,
                ..books
            };
            let inner = scoped("pupils", b).with([count(plain("books"))]);
            let tree = vec![
                scoped("pupils", a).with([plain("mentor"), inner]),
                count(scoped("books", c)),
            ];
            (json!(found.all().await.unwrap()), "Author", tree)
        }
        5 => {
            let found = narrowed!(notes.find(), Note, root).include(Note::ABOUT);
            (
                json!(found.all().await.unwrap()),
                "Note",
                vec![plain("about")],
            )
        }
        6 => {
            let found = narrowed!(authors.find(), Author, root)
                .include(Author::BIO.include(Bio::AUTHOR.include(
                    Author::BOOKS.scope(|books| narrowed!(books, Book, a).include(Book::TAGS)),
                )))
                .include(Author::FRIENDS);
            let books = scoped("books", a).with([plain("tags")]);
            let bio = plain("bio").with([plain("author").with([books])]);
            (
                json!(found.all().await.unwrap()),
                "Author",
                vec![bio, plain("friends")],
            )
        }
        _ => {
            let found = narrowed!(books.find(), Book, root)
                .include(Book::AUTHOR.scope(|authors| {
                    narrowed!(authors, Author, a).include(Author::MENTOR.scope(|mentors| {
                        narrowed!(mentors, Author, b)
                            .include(Author::BIO.scope(|bios| narrowed!(bios, Bio, c)))
                            .include(Author::PUPILS.scope(|pupils| narrowed!(pupils, Author, d)))
                    }))
                }))
                .include(Book::TAGS.order_by_links(Tagging::POSITION.asc()));
            let mentor = scoped("mentor", b).with([scoped("bio", c), scoped("pupils", d)]);
            let tree = vec![
                scoped("author", a).with([mentor]),
                Include {
                    by_position: true,
                    ..plain("tags")
                },
            ];
            (json!(found.all().await.unwrap()), "Book", tree)
        }
    }
}

type Models = (Author, Bio, Book, Tag, Tagging, Note);

#[database_test]
async fn trees_are_those_of_a_naive_loader(db: TestDb) {
    db.schema::<Models>().create().await.unwrap();
    let mut dice = Dice(0x7ee5_2026);
    for round in 0..12 {
        World::clear(&db).await;
        let world = World::grow(&mut dice);
        world.store(&db).await;
        for tree in 0..TREES {
            for limit in [None, Some(20), Some(21), Some(dice.roll(5))] {
                let root = Scope {
                    limit,
                    ..Scope::roll(&mut dice)
                };
                let scopes = std::array::from_fn(|_| Scope::roll(&mut dice));
                db.ran();
                let (found, model, includes) = loaded(&db, tree, &root, &scopes).await;
                let statements = db.statements();
                let what = format!("round {round}, tree {tree}, {root:?}, {scopes:?}");
                assert_eq!(found, world.found(model, &root, &includes), "{what}");
                if includes.iter().all(Include::is_in_json) {
                    let filter = filter(&root, &includes);
                    assert_eq!(found, found_with(&db, model, &filter).await, "{what}");
                    assert_eq!(statements, db.statements(), "{what}");
                }
            }
        }
    }
}

#[database_test]
async fn graphs_are_those_of_a_naive_loader(db: TestDb) {
    db.schema::<Models>().create().await.unwrap();
    let mut dice = Dice(0x0912_2026);
    for round in 0..12 {
        World::clear(&db).await;
        let world = World::grow(&mut dice);
        world.store(&db).await;
        for _ in 0..6 {
            for model in ["Author", "Book", "Tag", "Note"] {
                let root = Scope {
                    limit: dice.one_in(2).then_some(20),
                    ..Scope::roll(&mut dice)
                };
                let includes = Include::roll(model, 3, &mut dice);
                let filter = filter(&root, &includes);
                let found = found_with(&db, model, &filter).await;
                let expected = world.found(model, &root, &includes);
                assert_eq!(found, expected, "round {round}, {model} {filter}");
            }
        }
    }
}
