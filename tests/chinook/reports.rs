//! Thirty reports of the music shop, typed, each compared with SQL by hand.

use super::chinook;
use chrono::NaiveDateTime;
use relations::prelude::*;
use relations::query::{FromRow, count_rows};
use std::collections::BTreeMap;
use std::fmt::Debug;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Employee", columns = "PascalCase")]
#[has_many(Customer, key_to = "support_rep_id")]
pub struct Employee {
    #[model(id)]
    pub employee_id: i64,
    pub last_name: String,
    #[belongs_to(Employee, name = "manager")]
    pub reports_to: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Customer", columns = "PascalCase")]
#[has_many(Invoice, key_to = "customer_id")]
pub struct Customer {
    #[model(id)]
    pub customer_id: i64,
    pub first_name: String,
    pub last_name: String,
    pub country: Option<String>,
    #[belongs_to(Employee, name = "representative")]
    pub support_rep_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Invoice", columns = "PascalCase")]
#[has_many(InvoiceLine, name = "lines", key_to = "invoice_id")]
pub struct Invoice {
    #[model(id)]
    pub invoice_id: i64,
    #[belongs_to(Customer)]
    pub customer_id: i64,
    pub invoice_date: NaiveDateTime,
    pub billing_city: Option<String>,
    pub billing_country: Option<String>,
    pub total: f64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "InvoiceLine", columns = "PascalCase")]
pub struct InvoiceLine {
    #[model(id)]
    pub invoice_line_id: i64,
    #[belongs_to(Invoice)]
    pub invoice_id: i64,
    #[belongs_to(Track)]
    pub track_id: i64,
    pub unit_price: f64,
    pub quantity: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Artist", columns = "PascalCase")]
#[has_many(Album, key_to = "artist_id")]
pub struct Artist {
    #[model(id)]
    pub artist_id: i64,
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Album", columns = "PascalCase")]
#[has_many(Track, key_to = "album_id")]
pub struct Album {
    #[model(id)]
    pub album_id: i64,
    pub title: String,
    #[belongs_to(Artist)]
    pub artist_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Genre", columns = "PascalCase")]
#[has_many(Track, key_to = "genre_id")]
pub struct Genre {
    #[model(id)]
    pub genre_id: i64,
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "MediaType", columns = "PascalCase")]
#[has_many(Track, key_to = "media_type_id")]
pub struct MediaType {
    #[model(id)]
    pub media_type_id: i64,
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Track", columns = "PascalCase")]
#[has_many(InvoiceLine, name = "lines", key_to = "track_id")]
pub struct Track {
    #[model(id)]
    pub track_id: i64,
    pub name: String,
    #[belongs_to(Album)]
    pub album_id: Option<i64>,
    #[belongs_to(MediaType)]
    pub media_type_id: i64,
    #[belongs_to(Genre)]
    pub genre_id: Option<i64>,
    pub composer: Option<String>,
    pub milliseconds: i64,
    pub bytes: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Playlist", columns = "PascalCase")]
#[has_many(
    Track,
    through(PlaylistTrack, key_from = "playlist_id", key_to = "track_id")
)]
pub struct Playlist {
    #[model(id)]
    pub playlist_id: i64,
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "PlaylistTrack", columns = "PascalCase")]
pub struct PlaylistTrack {
    #[belongs_to(Playlist)]
    #[model(id)]
    pub playlist_id: i64,
    #[belongs_to(Track)]
    #[model(id)]
    pub track_id: i64,
}

/// Values as text, floats with four digits, since sums differ by the order of what is added.
fn text(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    let mut short = String::new();
    let mut rest = text.as_str();
    while let Some(point) = rest.find('.') {
        let after = &rest[point + 1..];
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let before = rest[..point].bytes().rev();
        let whole = before.take_while(u8::is_ascii_digit).count();
        if digits == 0 || whole == 0 {
            short.push_str(&rest[..=point]);
            rest = after;
            continue;
        }
        short.push_str(&rest[..point - whole]);
        let number: f64 = rest[point - whole..point + 1 + digits].parse().unwrap();
        short.push_str(&format!("{number:.4}"));
        rest = &after[digits..];
    }
    short + rest
}

/// The report, and the same by hand.
async fn assert_same<T: FromRow + Debug>(
    db: &Db,
    report: relations::Result<Vec<T>>,
    sql: &'static str,
) {
    let report: Vec<String> = report.unwrap().iter().map(text).collect();
    let by_hand: Vec<T> = db.sql(sql).all().await.unwrap();
    let by_hand: Vec<String> = by_hand.iter().map(text).collect();
    assert!(!by_hand.is_empty(), "{sql}");
    assert_eq!(report, by_hand, "{sql}");
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn of_revenue() {
    let (db, _) = chinook().await;
    let (db, invoices) = (&db, InvoiceRepository::new(&db));
    let (country, total) = (Invoice::BILLING_COUNTRY, Invoice::TOTAL);
    let (year, month) = (Invoice::INVOICE_DATE.year(), Invoice::INVOICE_DATE.month());

    let report = invoices
        .find()
        .select((country, total.sum()))
        .group_by(country);
    let sql = "SELECT BillingCountry, sum(Total) FROM Invoice GROUP BY 1 ORDER BY 1";
    assert_same(db, report.all().await, sql).await;

    let values = (
        country,
        year.clone(),
        month.clone(),
        total.sum(),
        count_rows(),
    );
    let report = invoices.find().select(values);
    let report = report.group_by((country, year.clone(), month.clone()));
    let sql = "SELECT BillingCountry, CAST(strftime('%Y', InvoiceDate) AS INTEGER) AS y, \
        CAST(strftime('%m', InvoiceDate) AS INTEGER) AS m, sum(Total), count(*) FROM Invoice GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    assert_same(db, report.all().await, sql).await;

    let values = (
        year.clone(),
        total.sum(),
        total.avg(),
        total.min(),
        total.max(),
    );
    let report = invoices.find().select(values).group_by(year.clone());
    let sql = "SELECT CAST(strftime('%Y', InvoiceDate) AS INTEGER), sum(Total), avg(Total), min(Total), max(Total) \
        FROM Invoice GROUP BY 1 ORDER BY 1";
    assert_same(db, report.all().await, sql).await;

    let report = invoices
        .find()
        .select((country, total.avg()))
        .group_by(country);
    let report = report
        .having(total.avg().gt(5.7))
        .order_by(total.avg().desc());
    let sql = "SELECT BillingCountry, avg(Total) FROM Invoice GROUP BY 1 HAVING avg(Total) > 5.7 ORDER BY 2 DESC, 1";
    assert_same(db, report.all().await, sql).await;

    let quarter = year.clone().eq(2022) & month.clone().le(3);
    let report = invoices
        .find()
        .filter(quarter)
        .select((count_rows(), total.sum()));
    let sql = "SELECT count(*), sum(Total) FROM Invoice WHERE InvoiceDate >= '2022-01-01' AND InvoiceDate < '2022-04-01'";
    assert_same(db, report.all().await, sql).await;

    let report = invoices.find().select((Invoice::BILLING_CITY, total.sum()));
    let report = report
        .group_by(Invoice::BILLING_CITY)
        .order_by(total.sum().desc());
    let sql = "SELECT BillingCity, sum(Total) FROM Invoice GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1";
    assert_same(db, report.limit(1).all().await, sql).await;

    let report = invoices
        .find()
        .select((country, Invoice::BILLING_CITY.count_distinct()));
    let sql =
        "SELECT BillingCountry, count(DISTINCT BillingCity) FROM Invoice GROUP BY 1 ORDER BY 1";
    assert_same(db, report.group_by(country).all().await, sql).await;

    let by_name = Invoice::CUSTOMER.order(Customer::LAST_NAME.asc());
    let report = invoices.find().filter(total.gt(15.0)).order_by(by_name);
    let report = report.select((Invoice::INVOICE_ID, total));
    let sql = "SELECT i.InvoiceId, i.Total FROM Invoice i JOIN Customer c USING (CustomerId) WHERE i.Total > 15 \
        ORDER BY c.LastName, i.InvoiceId";
    assert_same(db, report.all().await, sql).await;

    let lines = InvoiceLineRepository::new(db);
    let worth = InvoiceLine::QUANTITY.to_f64().mul(InvoiceLine::UNIT_PRICE);
    let report = lines
        .find()
        .select((worth.sum(), InvoiceLine::QUANTITY.sum()));
    let sql = "SELECT sum(Quantity * UnitPrice), sum(Quantity) FROM InvoiceLine";
    assert_same(db, report.all().await, sql).await;
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn of_customers_and_employees() {
    let (db, _) = chinook().await;
    let (db, customers) = (&db, CustomerRepository::new(&db));
    let (country, name) = (Customer::COUNTRY, Customer::LAST_NAME);

    let report = customers
        .find()
        .select((country, count_rows()))
        .group_by(country);
    let report = report.order_by(count_rows().desc()).limit(5);
    let sql = "SELECT Country, count(*) FROM Customer GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5";
    assert_same(db, report.all().await, sql).await;

    let spent = || Customer::INVOICES.sum(Invoice::TOTAL);
    let report = customers
        .find()
        .order_by(spent().desc())
        .limit(10)
        .select((name, spent()));
    let sql = "SELECT LastName, (SELECT sum(Total) FROM Invoice i WHERE i.CustomerId = c.CustomerId) AS s FROM Customer c \
        ORDER BY s DESC, CustomerId DESC LIMIT 10";
    assert_same(db, report.all().await, sql).await;

    let report = customers.find().select((
        name,
        Customer::INVOICES.total(),
        Customer::INVOICES.max(Invoice::INVOICE_DATE),
    ));
    let sql = "SELECT LastName, count(*), max(InvoiceDate) FROM Customer JOIN Invoice USING (CustomerId) \
        GROUP BY CustomerId ORDER BY CustomerId";
    assert_same(db, report.all().await, sql).await;

    let rock = Track::GENRE.some(Genre::NAME.eq("Rock"));
    let rock = Customer::INVOICES.some(Invoice::LINES.some(InvoiceLine::TRACK.some(rock)));
    let report = customers
        .find()
        .filter(rock)
        .order_by(name.asc())
        .limit(7)
        .select((name,));
    let sql = "SELECT DISTINCT LastName FROM Customer JOIN Invoice USING (CustomerId) JOIN InvoiceLine USING (InvoiceId) \
        JOIN Track USING (TrackId) JOIN Genre USING (GenreId) WHERE Genre.Name = 'Rock' ORDER BY 1 LIMIT 7";
    assert_same(db, report.all().await, sql).await;

    let report = customers
        .find()
        .filter(Customer::INVOICES.some(Invoice::TOTAL.gt(20.0)));
    let sql = "SELECT FirstName FROM Customer WHERE CustomerId IN (SELECT CustomerId FROM Invoice WHERE Total > 20) ORDER BY CustomerId";
    assert_same(db, report.select((Customer::FIRST_NAME,)).all().await, sql).await;

    let letters = Customer::LAST_NAME.length();
    let report = customers
        .find()
        .select((letters.clone(), count_rows()))
        .group_by(letters);
    let sql = "SELECT length(LastName), count(*) FROM Customer GROUP BY 1 ORDER BY 1";
    assert_same(db, report.all().await, sql).await;

    let report = customers
        .find()
        .select((country.coalesce("nowhere").upper(),))
        .distinct();
    let sql = "SELECT DISTINCT upper(coalesce(Country, 'nowhere')) FROM Customer ORDER BY 1";
    assert_same(db, report.all().await, sql).await;

    let employees = EmployeeRepository::new(db);
    let report = employees.find().filter(Employee::CUSTOMERS.total().gt(0));
    let report = report.select((Employee::LAST_NAME, Employee::CUSTOMERS.total()));
    let sql = "SELECT e.LastName, count(*) FROM Employee e JOIN Customer c ON c.SupportRepId = e.EmployeeId \
        GROUP BY e.EmployeeId ORDER BY e.EmployeeId";
    assert_same(db, report.all().await, sql).await;

    // Over two relations, the sum is taken of what was included.
    let with_invoices = Employee::CUSTOMERS.include(Customer::INVOICES);
    let rows = employees.find().include(with_invoices).all().await.unwrap();
    let sold = rows.iter().map(|row| {
        let invoices = row.customers.iter().flat_map(|customer| &customer.invoices);
        (
            row.last_name.clone(),
            invoices.fold(0.0, |sum, invoice| sum + invoice.total),
        )
    });
    let sql = "SELECT e.LastName, total(i.Total) FROM Employee e LEFT JOIN Customer c ON c.SupportRepId = e.EmployeeId \
        LEFT JOIN Invoice i USING (CustomerId) GROUP BY e.EmployeeId ORDER BY e.EmployeeId";
    assert_same(db, Ok(sold.collect()), sql).await;

    let rows = employees
        .find()
        .include(Employee::MANAGER)
        .all()
        .await
        .unwrap();
    let managers = rows.into_iter().map(|row| {
        let manager = row
            .manager
            .as_ref()
            .map(|manager| manager.last_name.clone());
        (row.last_name.clone(), manager)
    });
    let sql = "SELECT e.LastName, m.LastName FROM Employee e LEFT JOIN Employee m ON m.EmployeeId = e.ReportsTo ORDER BY e.EmployeeId";
    assert_same(db, Ok(managers.collect()), sql).await;
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn of_music() {
    let (db, _) = chinook().await;
    let (db, artists, tracks) = (&db, ArtistRepository::new(&db), TrackRepository::new(&db));

    let albums = || Artist::ALBUMS.total();
    let report = artists
        .find()
        .order_by(albums().desc())
        .limit(10)
        .select((Artist::NAME, albums()));
    let sql = "SELECT a.Name, count(*) AS n FROM Artist a JOIN Album USING (ArtistId) GROUP BY ArtistId ORDER BY n DESC, ArtistId DESC LIMIT 10";
    assert_same(db, report.all().await, sql).await;

    let report = artists
        .find()
        .filter(albums().eq(0))
        .select((count_rows(),));
    let sql = "SELECT count(*) FROM Artist WHERE ArtistId NOT IN (SELECT ArtistId FROM Album)";
    assert_same(db, report.all().await, sql).await;

    let genres = GenreRepository::new(db);
    let values = (
        Genre::NAME,
        Genre::TRACKS.total(),
        Genre::TRACKS.avg(Track::MILLISECONDS),
        Genre::TRACKS.max(Track::BYTES),
    );
    let sql = "SELECT g.Name, count(TrackId), avg(Milliseconds), max(Bytes) FROM Genre g LEFT JOIN Track USING (GenreId) \
        GROUP BY GenreId ORDER BY GenreId";
    assert_same(db, genres.find().select(values).all().await, sql).await;

    let media = MediaTypeRepository::new(db);
    let values = (
        MediaType::NAME,
        MediaType::TRACKS.total(),
        MediaType::TRACKS.sum(Track::BYTES),
    );
    let sql = "SELECT m.Name, count(*), sum(Bytes) FROM MediaType m JOIN Track USING (MediaTypeId) GROUP BY MediaTypeId ORDER BY MediaTypeId";
    assert_same(db, media.find().select(values).all().await, sql).await;

    let values = (
        Album::TITLE,
        Album::TRACKS.max(Track::MILLISECONDS),
        Album::TRACKS.min(Track::NAME),
    );
    let sql = "SELECT Title, max(Milliseconds), min(Name) FROM Album JOIN Track USING (AlbumId) GROUP BY AlbumId ORDER BY AlbumId";
    assert_same(
        db,
        AlbumRepository::new(db).find().select(values).all().await,
        sql,
    )
    .await;

    let sold = || Track::LINES.sum(InvoiceLine::QUANTITY);
    let report = tracks
        .find()
        .filter(Track::LINES.total().gt(1))
        .order_by(sold().desc())
        .limit(20);
    let sql = "SELECT t.Name, sum(Quantity) AS n FROM Track t JOIN InvoiceLine USING (TrackId) GROUP BY TrackId HAVING count(*) > 1 \
        ORDER BY n DESC, TrackId DESC LIMIT 20";
    assert_same(db, report.select((Track::NAME, sold())).all().await, sql).await;

    let report = tracks
        .find()
        .filter(Track::LINES.total().eq(0))
        .select((count_rows(), Track::MILLISECONDS.sum()));
    let sql = "SELECT count(*), sum(Milliseconds) FROM Track WHERE TrackId NOT IN (SELECT TrackId FROM InvoiceLine)";
    assert_same(db, report.all().await, sql).await;

    let report = tracks.find().select((
        Track::COMPOSER.count(),
        Track::COMPOSER.count_distinct(),
        count_rows(),
    ));
    let sql = "SELECT count(Composer), count(DISTINCT Composer), count(*) FROM Track";
    assert_same(db, report.all().await, sql).await;

    let minutes = Track::MILLISECONDS.to_f64().div(60_000.0);
    let report = tracks
        .find()
        .filter(Track::ALBUM.some(Album::TITLE.like("%Live%")));
    let report = report
        .order_by(Track::MILLISECONDS.desc())
        .limit(5)
        .select((Track::NAME, minutes));
    let sql = "SELECT t.Name, Milliseconds / 60000.0 FROM Track t JOIN Album USING (AlbumId) WHERE Title GLOB '*Live*' \
        ORDER BY Milliseconds DESC, TrackId DESC LIMIT 5";
    assert_same(db, report.all().await, sql).await;

    let playlists = PlaylistRepository::new(db);
    let values = (
        Playlist::NAME,
        Playlist::TRACKS.total(),
        Playlist::TRACKS.sum(Track::MILLISECONDS),
    );
    let sql = "SELECT p.Name, count(TrackId), sum(Milliseconds) FROM Playlist p LEFT JOIN PlaylistTrack USING (PlaylistId) \
        LEFT JOIN Track USING (TrackId) GROUP BY PlaylistId ORDER BY PlaylistId";
    assert_same(db, playlists.find().select(values).all().await, sql).await;
}

#[derive(Debug, PartialEq, FromRow)]
struct Running {
    month: String,
    sum: f64,
}

/// What no expression says is SQL, whose rows are as typed; here it is compared with what a program makes of typed rows.
#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn in_sql() {
    let (db, _) = chinook().await;
    let invoices = InvoiceRepository::new(&db);
    let running: Vec<Running> = db
        .sql(
            "SELECT month, sum(revenue) OVER (ORDER BY month) AS sum FROM \
            (SELECT strftime('%Y-%m', InvoiceDate) AS month, sum(Total) AS revenue FROM Invoice GROUP BY 1) ORDER BY month",
        )
        .all()
        .await
        .unwrap();
    let (year, month) = (Invoice::INVOICE_DATE.year(), Invoice::INVOICE_DATE.month());
    let months = invoices
        .find()
        .select((year.clone(), month.clone(), Invoice::TOTAL.sum()));
    let months = months.group_by((year, month)).all().await.unwrap();
    let mut sum = 0.0;
    let expected = months.into_iter().map(|(year, month, revenue)| {
        sum += revenue.unwrap();
        let month = format!("{year}-{month:02}");
        text(&Running { month, sum })
    });
    let running: Vec<String> = running.iter().map(text).collect();
    assert_eq!(running, expected.collect::<Vec<_>>());

    let best: Vec<(Option<String>, i64, f64)> = db
        .sql(
            "SELECT Country, CustomerId, spent FROM (SELECT Country, CustomerId, sum(Total) AS spent, row_number() OVER \
            (PARTITION BY Country ORDER BY round(sum(Total), 2) DESC, CustomerId) AS place FROM Customer JOIN Invoice USING (CustomerId) \
            GROUP BY CustomerId) WHERE place = 1 ORDER BY Country",
        )
        .all()
        .await
        .unwrap();
    let spent = (
        Customer::COUNTRY,
        Customer::CUSTOMER_ID,
        Customer::INVOICES.sum(Invoice::TOTAL),
    );
    let all = CustomerRepository::new(&db)
        .find()
        .select(spent)
        .all()
        .await
        .unwrap();
    let mut expected = BTreeMap::new();
    for (country, id, spent) in all {
        let spent = spent.unwrap();
        let first = expected.entry(country).or_insert((id, spent));
        if spent > first.1 + 0.001 {
            *first = (id, spent);
        }
    }
    let expected = expected
        .into_iter()
        .map(|(country, (id, spent))| text(&(country, id, spent)));
    let best: Vec<String> = best.iter().map(text).collect();
    assert_eq!(best, expected.collect::<Vec<_>>());
}
