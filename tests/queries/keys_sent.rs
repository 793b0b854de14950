//! Which keys an include sends: each once, however many sources have it. A list of keys is one parameter, so its values
//! are looked at, and not the number of parameters.

use crate::support::{TestDb, database_test};
use relations::driver::{Executed, Operation, RowSink, Session, Statement};
use relations::prelude::*;
use relations::{Dialect, InclusionResolvers, driver::Pending};
use std::any::Any;
use std::sync::{Arc, Mutex};

/// A connection that keeps the values of all statements, as debug shows them.
#[derive(Clone)]
struct Watched {
    db: Db,
    values: Values,
}

type Values = Arc<Mutex<Vec<String>>>;

impl Watched {
    fn new(db: &Db) -> Watched {
        Watched {
            db: db.clone(),
            values: Values::default(),
        }
    }

    /// How often each text stands in the values of a statement, since the last call.
    fn sent<const N: usize>(&self, texts: [&str; N]) -> Vec<[usize; N]> {
        let values = std::mem::take(&mut *self.values.lock().unwrap());
        let counts = |values: &String| texts.map(|text| values.matches(text).count());
        values.iter().map(counts).collect()
    }
}

impl Connection for Watched {
    fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    fn inclusion_resolvers(&self) -> &InclusionResolvers {
        Connection::inclusion_resolvers(&self.db)
    }

    fn run(&self, operation: Box<dyn Operation>) -> Pending<'_, Box<dyn Operation>> {
        let values = self.values.clone();
        Box::pin(async move {
            let watched = Box::new(WatchedOperation { operation, values });
            let done: Box<dyn Any> = self.db.run(watched).await?;
            let done: Box<WatchedOperation> = done.downcast().expect("it is given back");
            Ok(done.operation)
        })
    }
}

struct WatchedOperation {
    operation: Box<dyn Operation>,
    values: Values,
}

impl Operation for WatchedOperation {
    fn is_atomic(&self, dialect: Dialect) -> bool {
        self.operation.is_atomic(dialect)
    }

    fn is_read_only(&self) -> bool {
        self.operation.is_read_only()
    }

    fn is_short(&self) -> bool {
        self.operation.is_short()
    }

    fn run<'s>(&'s mut self, session: &'s mut dyn Session) -> Pending<'s, ()> {
        let values = self.values.clone();
        Box::pin(async move {
            let mut session = WatchedSession { session, values };
            self.operation.run(&mut session).await
        })
    }
}

struct WatchedSession<'s> {
    session: &'s mut dyn Session,
    values: Values,
}

impl WatchedSession<'_> {
    fn keep(&self, statement: &Statement) {
        let values = format!("{:?}", statement.values);
        self.values.lock().unwrap().push(values);
    }
}

impl Session for WatchedSession<'_> {
    fn dialect(&self) -> Dialect {
        self.session.dialect()
    }

    fn fetch<'s>(&'s mut self, statement: Statement, sink: &'s mut dyn RowSink) -> Pending<'s, ()> {
        self.keep(&statement);
        self.session.fetch(statement, sink)
    }

    fn execute(&mut self, statement: Statement) -> Pending<'_, Executed> {
        self.keep(&statement);
        self.session.execute(statement)
    }
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Parcel, key_to = "receiver_id")]
pub struct Person {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Shelf {
    #[model(id)]
    pub room: String,
    #[model(id)]
    pub number: i64,
}

#[derive(Debug, Clone, PartialEq, PolymorphicModel)]
pub enum Payer {
    Person(Person),
}

#[derive(Debug, Clone, PartialEq, Model)]
#[belongs_to(Shelf, key_from = ["shelf_room", "shelf_number"])]
pub struct Parcel {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Person)]
    pub sender_id: i64,
    #[belongs_to(Person)]
    pub receiver_id: Option<i64>,
    pub shelf_room: String,
    pub shelf_number: i64,
    #[references_many(Person)]
    pub porter_ids: Vec<i64>,
    pub payer_type: Option<String>,
    #[belongs_to(Payer, discriminator = "payer_type")]
    pub payer_id: Option<i64>,
}

/// Of the parcels 1 to 6, which are all on shelf 771 of the attic, 555001 sent those of odd ids, and 555002 the others. Both
/// carry all of them, 555002 twice, and 555001 receives and pays all but the first.
async fn parcels(db: &TestDb) -> Watched {
    db.schema::<(Person, Shelf, Parcel)>()
        .create()
        .await
        .unwrap();
    let people = [555_001, 555_002].map(|id| Person { id });
    PersonRepository::new(&**db)
        .create_all(people)
        .await
        .unwrap();
    let shelf = Shelf {
        room: "attic".to_owned(),
        number: 771,
    };
    ShelfRepository::new(&**db).create(shelf).await.unwrap();
    let parcels = (1..=6).map(|id| Parcel {
        id,
        sender_id: if id % 2 == 1 { 555_001 } else { 555_002 },
        receiver_id: (id > 1).then_some(555_001),
        shelf_room: "attic".to_owned(),
        shelf_number: 771,
        porter_ids: vec![555_002, 555_001, 555_002],
        payer_type: (id > 1).then(|| "Person".to_owned()),
        payer_id: (id > 1).then_some(555_001),
    });
    let parcels: Vec<Parcel> = parcels.collect();
    ParcelRepository::new(&**db)
        .create_all(parcels)
        .await
        .unwrap();
    Watched::new(db)
}

const PEOPLE: [&str; 2] = ["555001", "555002"];

#[database_test]
async fn a_key_of_many_sources_is_sent_once(db: TestDb) {
    let watched = parcels(&db).await;
    let parcels = ParcelRepository::new(watched.clone());
    let rows = parcels.find().include(Parcel::SENDER).all().await.unwrap();
    assert!(rows.iter().all(|row| row.sender.id == row.sender_id));
    assert_eq!(watched.sent(PEOPLE), [[0, 0], [1, 1]]);

    // A key that is NULL is not sent at all.
    let rows = parcels.find().include(Parcel::RECEIVER).all().await;
    let received = rows.unwrap();
    let received = received.iter().filter(|row| row.receiver.is_some());
    assert_eq!(received.count(), 5);
    assert_eq!(watched.sent(["555001", "NULL"]), [[0, 0], [1, 0]]);

    let rows = parcels.find().include(Parcel::PAYER).all().await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.payer.is_some()).count(), 5);
    assert_eq!(watched.sent(PEOPLE), [[0, 0], [1, 0]]);
}

#[database_test]
async fn a_composite_key_of_many_sources_is_sent_once(db: TestDb) {
    let watched = parcels(&db).await;
    let parcels = ParcelRepository::new(watched.clone());
    let rows = parcels.find().include(Parcel::SHELF).all().await.unwrap();
    assert!(rows.iter().all(|row| row.shelf.number == 771));
    assert_eq!(watched.sent(["attic", "771"]), [[0, 0], [1, 1]]);
}

#[database_test]
async fn a_key_that_stands_in_many_lists_is_sent_once(db: TestDb) {
    let watched = parcels(&db).await;
    let parcels = ParcelRepository::new(watched.clone());
    let rows = parcels.find().include(Parcel::PORTERS).all().await.unwrap();
    assert!(rows.iter().all(|row| row.porters.len() == 3));
    assert_eq!(watched.sent(PEOPLE), [[0, 0], [1, 1]]);
}

#[database_test]
async fn what_is_nested_under_a_target_of_many_sources_is_asked_for_once(db: TestDb) {
    let watched = parcels(&db).await;
    let parcels = ParcelRepository::new(watched.clone());
    let rows = parcels
        .find()
        .include(Parcel::SENDER.include(Person::PARCELS))
        .all()
        .await
        .unwrap();
    assert_eq!(rows[0].sender.parcels.len(), 5);
    assert_eq!(rows[1].sender.parcels.len(), 0);
    assert_eq!(watched.sent(PEOPLE), [[0, 0], [1, 1], [1, 1]]);
}
