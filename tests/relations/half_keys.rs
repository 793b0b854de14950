//! Keys of two fields of which one is NULL: such a row refers to nothing, however it is asked.

use crate::support::{TestDb, database_test};
use relations::{Db, ErrorKind, prelude::*};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Ticket, key_to = ["seat_line", "seat_number"])]
#[has_many(
    Person,
    through(Ticket, key_from = ["seat_line", "seat_number"], key_to = "person_id", unique = false)
)]
struct Seat {
    #[model(id)]
    line: String,
    #[model(id)]
    number: i32,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[belongs_to(Seat, key_from = ["seat_line", "seat_number"], on_delete = "cascade")]
#[model(unique("film", "seat_line", "seat_number"))]
struct Ticket {
    #[model(id, generated)]
    id: i64,
    film: String,
    price: Option<i64>,
    seat_line: Option<String>,
    seat_number: Option<i32>,
    #[belongs_to(Person)]
    person_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Ticket)]
struct Person {
    #[model(id, generated)]
    id: i64,
    name: String,
}

/// Tickets 1 and 5 have a seat.
async fn tickets(db: &TestDb) -> (SeatRepository<&Db>, TicketRepository<&Db>) {
    db.schema::<(Seat, Ticket, Person)>()
        .create()
        .await
        .unwrap();
    let seats = SeatRepository::new(&**db);
    let seat = |(line, number): (&str, i32)| {
        let name = format!("{line}{number}");
        Seat::draft().line(line).number(number).name(name)
    };
    seats
        .create_all([("A", 1), ("A", 2), ("B", 1)].map(seat))
        .await
        .unwrap();
    let ann = Person::draft().name("Ann");
    PersonRepository::new(&**db).create(ann).await.unwrap();
    let ticket = |(film, line, number): (&str, Option<&str>, Option<i32>)| {
        let ticket = Ticket::draft().film(film).person_id(1);
        ticket
            .seat_line(line.map(str::to_owned))
            .seat_number(number)
    };
    let rows = [
        ("x", Some("A"), Some(1)),
        ("x", Some("A"), None),
        ("x", None, Some(1)),
        ("x", None, None),
        ("y", Some("A"), Some(1)),
        ("x", Some("Z"), None), // no seat has this line, and no foreign key asks
    ];
    let tickets = TicketRepository::new(&**db);
    tickets.create_all(rows.map(ticket)).await.unwrap();
    (seats, tickets)
}

fn ids(tickets: &[Ticket]) -> Vec<i64> {
    tickets.iter().map(|ticket| ticket.id).collect()
}

#[database_test]
async fn they_lead_to_no_target(db: TestDb) {
    let (seats, tickets) = tickets(&db).await;
    let rows = tickets.find().include(Ticket::SEAT).await.unwrap();
    let with_seat: Vec<i64> = rows
        .iter()
        .filter(|row| row.seat.is_some())
        .map(|row| row.id)
        .collect();
    assert_eq!(with_seat, [1, 5]);
    let row = tickets
        .find_by_id(2)
        .include(Ticket::SEAT)
        .get()
        .await
        .unwrap();
    assert_eq!(row.seat, None);
    assert_eq!(tickets.seat(3).find().await.unwrap(), None);
    let cases = [
        (Ticket::SEAT.exists(), vec![1, 5]),
        (Ticket::SEAT.none(None), vec![2, 3, 4, 6]),
        (Ticket::SEAT.every(Seat::NAME.eq("q")), vec![2, 3, 4, 6]),
        (!Ticket::SEAT.some(Seat::NAME.eq("A1")), vec![2, 3, 4, 6]),
        (Ticket::SEAT.some(Seat::TICKETS.total().eq(2)), vec![1, 5]),
    ];
    for (asked, expected) in cases {
        let found = tickets.find().filter(asked).await.unwrap();
        assert_eq!(ids(&found), expected);
    }
    let by_seat = tickets
        .find()
        .order_by(Ticket::SEAT.order(Seat::NAME.desc()));
    let found = by_seat
        .order_by(Ticket::FILM.desc())
        .limit(3)
        .await
        .unwrap();
    assert_eq!(ids(&found), [5, 1, 6]);

    let rows = seats
        .find()
        .include(Seat::TICKETS.limit(1).counted())
        .include(Seat::PEOPLE)
        .await
        .unwrap();
    let counts: Vec<_> = rows
        .iter()
        .map(|row| (row.tickets.count, row.people.len()))
        .collect();
    assert_eq!(counts, [(2, 2), (0, 0), (0, 0)]);
    let filter = r#"{"where": {"tickets": {"none": {}}}, "fields": ["name"], "include": ["tickets"], "order": "number"}"#;
    let found = seats.find_with(filter).await.unwrap();
    let expected = r#"[{"name":"B1","tickets":[]},{"name":"A2","tickets":[]}]"#;
    assert_eq!(serde_json::to_string(&found).unwrap(), expected);
}

#[database_test]
async fn they_are_written_as_any_other(db: TestDb) {
    let (seats, tickets) = tickets(&db).await;
    let nowhere = Ticket::draft()
        .film("z")
        .person_id(1)
        .seat_line("Z".to_owned())
        .seat_number(9);
    let error = tickets.create(nowhere).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("seat"))
    );

    let again = Ticket::draft().film("x").person_id(1).price(7);
    let again = again.seat_line("A".to_owned()).seat_number(1);
    let key = (Ticket::FILM, Ticket::SEAT_LINE, Ticket::SEAT_NUMBER);
    let written = tickets.upsert(again).on(key).await.unwrap();
    assert_eq!(
        (written.is_created, written.row.id, written.row.price),
        (false, 1, Some(7))
    );

    let dearer = Ticket::patch().price(Ticket::PRICE.coalesce(0).add(1));
    assert_eq!(
        seats
            .tickets(("A", 1))
            .patch(dearer)
            .all_rows()
            .await
            .unwrap(),
        2
    );
    tickets
        .patch_by_id(5, Ticket::patch().seat_number(None))
        .await
        .unwrap();
    assert_eq!(seats.tickets(("A", 1)).count().await.unwrap(), 1);
    assert_eq!(seats.delete_by_id(("A", 1)).await.unwrap(), 1);
    let left = tickets.find().await.unwrap();
    assert_eq!(ids(&left), [2, 3, 4, 5, 6]);
    let without = tickets
        .delete()
        .filter(Ticket::SEAT.none(None) & Ticket::SEAT_LINE.eq("A"));
    assert_eq!(without.await.unwrap(), 2);
}
