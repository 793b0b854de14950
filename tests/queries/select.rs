//! Values of rows and of groups, instead of whole rows.

use crate::support::{TestDb, database_test};
use chrono::NaiveDate;
use relations::ErrorKind;
use relations::prelude::*;
use relations::query::{FromRow, count_rows};
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Sale)]
#[has_many(Tag, through = BuyerTag)]
pub struct Buyer {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Sale {
    #[model(id)]
    pub id: i64,
    pub country: String,
    pub city: Option<String>,
    pub total: i64,
    pub pieces: i32,
    pub rebate: Option<i64>,
    pub weight: f64,
    pub price: Decimal,
    pub day: NaiveDate,
    #[belongs_to(Buyer)]
    pub buyer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Buyer, through = BuyerTag)]
pub struct Tag {
    #[model(id)]
    pub id: i64,
    pub rank: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct BuyerTag {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Buyer)]
    pub buyer_id: i64,
    #[belongs_to(Tag)]
    pub tag_id: i64,
}

fn sale(id: i64, country: &str, total: i64, buyer_id: i64) -> Sale {
    Sale {
        id,
        country: country.into(),
        city: None,
        total,
        pieces: 2,
        rebate: None,
        weight: 0.5,
        price: Decimal::new(total * 10, 1),
        day: NaiveDate::from_ymd_opt(2020 + id as i32 % 2, 5, 6).unwrap(),
        buyer_id,
    }
}

/// Sales of 5, 7 and 10 in Norway, 1 and 1 in Iceland; the buyer Thor has all but one, Hel one, and Loki none.
async fn sales(db: &TestDb) -> SaleRepository<&Db> {
    db.schema::<(Buyer, Sale, Tag, BuyerTag)>()
        .create()
        .await
        .unwrap();
    let buyers = BuyerRepository::new(&**db);
    for (id, name) in [(1, "Thor"), (2, "Hel"), (3, "Loki")] {
        let name = name.to_owned();
        buyers.create(Buyer { id, name }).await.unwrap();
    }
    let sales = SaleRepository::new(&**db);
    let mut rows = vec![
        sale(1, "NO", 5, 1),
        sale(2, "NO", 7, 1),
        sale(3, "NO", 10, 2),
        sale(4, "IS", 1, 1),
        sale(5, "IS", 1, 1),
    ];
    rows[1].rebate = Some(2);
    rows[4].rebate = Some(1);
    sales.create_all(rows).await.unwrap();
    db.ran();
    sales
}

#[database_test]
async fn columns_come_as_tuples_in_the_order_of_the_query(db: TestDb) {
    let sales = sales(&db).await;
    let few = sales.find().filter(Sale::TOTAL.gt(1));
    let all = few.clone().select((Sale::COUNTRY, Sale::TOTAL)).all().await;
    let no = |total| ("NO".to_owned(), total);
    assert_eq!(all.unwrap(), [no(5), no(7), no(10)]);
    assert_eq!(db.count(), 1);
    let values = (Sale::ID, Sale::REBATE, Sale::TOTAL.mul(2));
    let query = few.order_by(Sale::TOTAL.desc()).limit(2).offset(1);
    let all: Vec<(i64, Option<i64>, i64)> = query.select(values).all().await.unwrap();
    assert_eq!(all, [(2, Some(2), 14), (1, None, 10)]);
    let by_name = sales.find().order_by(Sale::BUYER.order(Buyer::NAME.asc()));
    let first = by_name.select((Sale::ID,)).first().await.unwrap();
    assert_eq!(first, Some((3,)));
    let none = sales.find().filter(Sale::ID.eq(77)).select((Sale::ID,));
    assert_eq!(none.first().await.unwrap(), None);
}

#[derive(Debug, PartialEq, FromRow)]
struct OfCountry {
    sold: Option<i64>,
    country: String,
}

#[database_test]
async fn values_are_read_into_a_struct(db: TestDb) {
    let sales = sales(&db).await;
    let values = (Sale::COUNTRY, Sale::TOTAL.sum().named("sold"));
    let of_countries = sales.find().select(values).group_by(Sale::COUNTRY);
    let all: Vec<OfCountry> = of_countries.all_as().await.unwrap();
    let of = |country: &str, sold| OfCountry {
        sold: Some(sold),
        country: country.into(),
    };
    assert_eq!(all, [of("IS", 2), of("NO", 22)]);
    let unnamed = sales.find().select((Sale::COUNTRY,));
    let error = unnamed.all_as::<OfCountry>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[database_test]
async fn what_came_before_is_left_out(db: TestDb) {
    let sales = sales(&db).await;
    let countries = sales.find().select((Sale::COUNTRY,)).distinct();
    let names = |all: Vec<(String,)>| all.into_iter().map(|(name,)| name).collect::<String>();
    assert_eq!(names(countries.all().await.unwrap()), "ISNO");
    let sorted = sales.find().order_by(Sale::COUNTRY.desc());
    let countries = sorted.select((Sale::COUNTRY,)).distinct();
    assert_eq!(names(countries.all().await.unwrap()), "NOIS");
    let second = sales.find().select((Sale::COUNTRY,)).distinct();
    let second = second.offset(1).limit(5).all().await.unwrap();
    assert_eq!(names(second), "NO");
    let prices = sales.find().order_by(Sale::PRICE.desc());
    let prices = prices.select((Sale::PRICE,)).distinct().all().await;
    let prices: Vec<String> = prices
        .unwrap()
        .iter()
        .map(|(price,)| price.normalize().to_string())
        .collect();
    assert_eq!(prices, ["10", "7", "5", "1"]);

    let hidden = sales.find().order_by(Sale::TOTAL.asc());
    let error = hidden.select((Sale::COUNTRY,)).distinct().all().await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidFilter);
}

#[database_test]
async fn all_rows_are_one_group(db: TestDb) {
    let sales = sales(&db).await;
    let values = || {
        (
            count_rows::<Sale>(),
            Sale::REBATE.count(),
            Sale::COUNTRY.count_distinct(),
            Sale::TOTAL.sum(),
            Sale::PIECES.sum(),
            Sale::WEIGHT.sum(),
            Sale::TOTAL.avg(),
            Sale::REBATE.max(),
        )
    };
    let all = sales.find().select(values()).all().await.unwrap();
    let weight = Some(2.5);
    assert_eq!(
        all,
        [(5, 2, 2, Some(24), Some(10), weight, Some(4.8), Some(2))]
    );
    // Of none there is a row all the same.
    let none = sales.find().filter(Sale::ID.lt(0)).select(values());
    let none = none.all().await.unwrap();
    assert_eq!(none, [(0, 0, 0, None, None, None, None, None)]);

    let least = (
        Sale::PRICE.min(),
        Sale::PRICE.max(),
        Sale::DAY.min(),
        Sale::COUNTRY.max(),
    );
    let least = sales.find().select(least).first().await.unwrap().unwrap();
    // Numbers, and not their digits.
    assert_eq!(least.0.unwrap(), Decimal::from(1));
    assert_eq!(least.1.unwrap(), Decimal::from(10));
    assert_eq!(least.2, NaiveDate::from_ymd_opt(2020, 5, 6));
    assert_eq!(least.3.as_deref(), Some("NO"));
}

#[database_test]
async fn a_sum_that_is_too_great_is_an_error(db: TestDb) {
    let sales = sales(&db).await;
    for great in [i64::MAX, i64::MIN] {
        let patch = Sale::patch().total(great);
        sales.patch(patch).filter(Sale::ID.le(2)).await.unwrap();
        let sum = sales.find().select((Sale::TOTAL.sum(),)).all().await;
        assert_eq!(sum.unwrap_err().kind(), ErrorKind::InvalidValue);
    }
    let one = sales.find().filter(Sale::ID.eq(1));
    let sum = one.select((Sale::TOTAL.sum(),)).all().await.unwrap();
    assert_eq!(sum, [(Some(i64::MIN),)]);
}

#[database_test]
async fn groups_are_kept_and_sorted(db: TestDb) {
    let sales = sales(&db).await;
    let of_countries = || {
        let values = (Sale::COUNTRY, Sale::TOTAL.sum(), count_rows::<Sale>());
        sales.find().select(values).group_by(Sale::COUNTRY)
    };
    let (iceland, norway) = (
        ("IS".to_owned(), Some(2), 2),
        ("NO".to_owned(), Some(22), 3),
    );
    assert_eq!(
        of_countries().all().await.unwrap(),
        [iceland.clone(), norway.clone()]
    );
    let large = of_countries().having(Sale::TOTAL.sum().gt(20));
    assert_eq!(large.all().await.unwrap(), [norway.clone()]);
    let either = Sale::TOTAL.sum().gt(20) | Sale::COUNTRY.of_group().eq("IS");
    assert_eq!(of_countries().having(either).all().await.unwrap().len(), 2);
    let sorted = of_countries().order_by(Sale::TOTAL.sum().desc()).limit(1);
    assert_eq!(sorted.all().await.unwrap(), [norway.clone()]);
    let sorted = of_countries()
        .order_by(Sale::COUNTRY.of_group().desc())
        .offset(1);
    assert_eq!(sorted.all().await.unwrap(), [iceland]);

    let by_year = (
        Sale::DAY.year(),
        Sale::COUNTRY,
        Sale::TOTAL.sum().coalesce(0).add(1),
    );
    let by_year = sales.find().select(by_year);
    let by_year = by_year
        .group_by((Sale::DAY.year(), Sale::COUNTRY))
        .all()
        .await
        .unwrap();
    let row = |year, country: &str, sum| (year, country.to_owned(), sum);
    assert_eq!(
        by_year,
        [
            row(2020, "IS", 2),
            row(2020, "NO", 8),
            row(2021, "IS", 2),
            row(2021, "NO", 16)
        ]
    );
}

#[database_test]
async fn what_is_not_of_a_group_is_refused_everywhere(db: TestDb) {
    let sales = sales(&db).await;
    let refused = async |select: Result<Vec<(String, Option<i64>)>, relations::Error>| {
        assert_eq!(select.unwrap_err().kind(), ErrorKind::InvalidFilter);
    };
    let values = || (Sale::COUNTRY, Sale::TOTAL.sum());
    refused(sales.find().select(values()).all().await).await;
    refused(sales.find().select(values()).group_by(Sale::ID).all().await).await;
    let sorted = sales.find().order_by(Sale::ID.asc()).select(values());
    refused(sorted.group_by(Sale::COUNTRY).all().await).await;
    let having = Sale::BUYER_ID.of_group().eq(1);
    let kept = sales
        .find()
        .select(values())
        .group_by(Sale::COUNTRY)
        .having(having);
    refused(kept.all().await).await;
    let computed = sales.find().select(values()).group_by(Sale::TOTAL.add(1));
    refused(computed.all().await).await;
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn a_filter_by_related_rows_counts_each_row_once(db: TestDb) {
    let sales = sales(&db).await;
    let buyers = BuyerRepository::new(&*db);
    let tags = TagRepository::new(&*db);
    for (id, rank) in [(1, 4), (2, 6)] {
        tags.create(Tag { id, rank }).await.unwrap();
        buyers.tags(1).link(id).await.unwrap();
    }
    let buying = buyers.find().filter(Buyer::SALES.some(Sale::TOTAL.gt(0)));
    let counted = buying
        .select((count_rows::<Buyer>(), Buyer::ID.sum()))
        .all()
        .await;
    assert_eq!(counted.unwrap(), [(2, Some(3))]);
    let of_thor = sales
        .find()
        .filter(Sale::BUYER.some(Buyer::TAGS.some(Tag::RANK.gt(0))));
    let sum = of_thor.select((Sale::TOTAL.sum(),)).all().await.unwrap();
    assert_eq!(sum, [(Some(14),)]);
}

#[database_test]
async fn targets_are_summed_for_each_source(db: TestDb) {
    sales(&db).await;
    let buyers = BuyerRepository::new(&*db);
    let tags = TagRepository::new(&*db);
    for (id, rank) in [(1, 4), (2, 6)] {
        tags.create(Tag { id, rank }).await.unwrap();
        buyers.tags(1).link(id).await.unwrap();
    }
    let values = (
        Buyer::NAME,
        Buyer::SALES.sum(Sale::TOTAL),
        Buyer::SALES.total(),
        Buyer::SALES.max(Sale::TOTAL.add(1)),
        Buyer::TAGS.avg(Tag::RANK),
        Buyer::SALES.min(Sale::PRICE),
    );
    let all = buyers.find().select(values).all().await.unwrap();
    let one = Some(Decimal::from(1));
    assert_eq!(
        all[0],
        ("Thor".into(), Some(14), 4, Some(8), Some(5.0), one)
    );
    assert_eq!(all[1].1, Some(10));
    assert_eq!(all[2], ("Loki".into(), None, 0, None, None, None));

    let large = Buyer::SALES.sum(Sale::TOTAL).gt(12) | Buyer::SALES.total().eq(0);
    let sorted = buyers
        .find()
        .filter(large)
        .order_by(Buyer::SALES.total().asc());
    let names: Vec<String> = sorted
        .await
        .unwrap()
        .into_iter()
        .map(|buyer| buyer.name)
        .collect();
    assert_eq!(names, ["Loki", "Thor"]);
    let nested = Sale::BUYER.some(Buyer::SALES.total().gt(1));
    assert_eq!(
        SaleRepository::new(&*db)
            .find()
            .filter(nested)
            .count()
            .await
            .unwrap(),
        4
    );
    let deleted = buyers.delete().filter(Buyer::SALES.total().eq(0)).await;
    assert_eq!(deleted.unwrap(), 1);
    let patch = Sale::patch().total(Sale::TOTAL.add(1));
    let of_one = Sale::BUYER.some(Buyer::SALES.total().eq(1));
    let sales = SaleRepository::new(&*db);
    assert_eq!(sales.patch(patch).filter(of_one).await.unwrap(), 1);
}

#[database_test]
async fn one_value_alone_needs_no_tuple(db: TestDb) {
    let sales = sales(&db).await;
    let sum: Option<i64> = sales.find().select(Sale::TOTAL.sum()).get().await.unwrap();
    let (of_tuple,) = sales
        .find()
        .select((Sale::TOTAL.sum(),))
        .get()
        .await
        .unwrap();
    assert!(sum.is_some() && sum == of_tuple);
    let ids: Vec<i64> = sales
        .find()
        .order_by(Sale::ID.desc())
        .select(Sale::ID)
        .await
        .unwrap();
    assert!(ids.len() > 1 && ids.is_sorted_by(|one, other| one > other));
    // What is sorted behind `select` are the rows, where there are no groups.
    let again = sales
        .find()
        .select(Sale::ID)
        .order_by(Sale::ID.desc())
        .await
        .unwrap();
    assert_eq!(again, ids);
    let none = sales.find().filter(Sale::ID.lt(0)).select(Sale::ID);
    assert!(none.get().await.unwrap_err().is_not_found());
}

#[database_test]
async fn groups_are_sorted_by_their_column_as_rows_are(db: TestDb) {
    let sales = sales(&db).await;
    let groups = || sales.find().select(Sale::COUNTRY).group_by(Sale::COUNTRY);
    let by_column = groups().order_by(Sale::COUNTRY.desc()).await.unwrap();
    let of_group = groups().order_by(Sale::COUNTRY.of_group().desc());
    assert_eq!(by_column, of_group.await.unwrap());
    assert!(by_column.len() > 1);
    // By what they are not made by there is no order.
    let error = groups().order_by(Sale::TOTAL.asc()).await.unwrap_err();
    assert!(error.to_string().contains("`group_by`"), "{error}");
}
