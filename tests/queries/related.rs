//! Related rows in predicates, orders and counts.

use crate::support::{Sql, TestDb, database_test};
use relations::Predicate;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Purchase)]
#[has_one(Card)]
pub struct Customer {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Card {
    #[model(id)]
    pub id: i64,
    pub level: Option<i64>,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Item)]
#[has_one(Receipt)]
pub struct Purchase {
    #[model(id)]
    pub id: i64,
    pub total: Option<i64>,
    #[belongs_to(Customer)]
    pub customer_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Receipt {
    #[model(id)]
    pub id: i64,
    pub number: i64,
    #[belongs_to(Purchase)]
    pub purchase_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Item {
    #[model(id)]
    pub id: i64,
    pub quantity: Option<i64>,
    #[belongs_to(Purchase)]
    pub purchase_id: i64,
}

struct Shop<'d> {
    customers: CustomerRepository<&'d Db>,
    purchases: PurchaseRepository<&'d Db>,
    items: ItemRepository<&'d Db>,
}

/// | customer | card | purchases: total | items: quantity |
/// |---|---|---|---|
/// | 1 Thor | 3 | 11: 5, 12: 9 | 21: 1 and 22: NULL, 23: 4 |
/// | 2 Odin | NULL | 13: NULL | |
/// | 3 Loki | none | | |
/// | 4 Freya | 1 | 14: 2 | 24: 2 |
/// | none | | 15: 7 | 25: 3 |
async fn shop(db: &TestDb) -> Shop<'_> {
    db.schema::<(Customer, Card, Purchase, Receipt, Item)>()
        .create()
        .await
        .unwrap();
    for sql in [
        "INSERT INTO customer VALUES (1, 'Thor'), (2, 'Odin'), (3, 'Loki'), (4, 'Freya')",
        "INSERT INTO card VALUES (51, 3, 1), (52, NULL, 2), (53, 1, 4)",
        "INSERT INTO purchase VALUES (11, 5, 1), (12, 9, 1), (13, NULL, 2), (14, 2, 4), (15, 7, NULL)",
        "INSERT INTO receipt VALUES (61, 1, 12), (62, 2, 11)",
        "INSERT INTO item VALUES (21, 1, 11), (22, NULL, 11), (23, 4, 12), (24, 2, 14), (25, 3, 15)",
    ] {
        db.execute(sql).await;
    }
    db.ran();
    Shop {
        customers: CustomerRepository::new(&**db),
        purchases: PurchaseRepository::new(&**db),
        items: ItemRepository::new(&**db),
    }
}

macro_rules! ids {
    ($rows:expr) => {
        $rows.iter().map(|row| row.id).collect::<Vec<i64>>()
    };
}

impl Shop<'_> {
    async fn customers(&self, predicate: Predicate<Customer>) -> Vec<i64> {
        let query = self.customers.find().filter(predicate);
        ids!(query.all().await.unwrap())
    }

    async fn purchases(&self, predicate: Predicate<Purchase>) -> Vec<i64> {
        let query = self.purchases.find().filter(predicate);
        ids!(query.all().await.unwrap())
    }

    async fn items(&self, predicate: Predicate<Item>) -> Vec<i64> {
        let query = self.items.find().filter(predicate);
        ids!(query.all().await.unwrap())
    }
}

const NONE: [i64; 0] = [];

#[database_test]
async fn some_keeps_sources_with_such_a_target(db: TestDb) {
    let shop = shop(&db).await;
    let rich = Customer::PURCHASES.some(Purchase::TOTAL.gt(5));
    assert_eq!(shop.customers(rich).await, [1]);
    db.assert_sql([Sql::Each {
        sqlite: r#"SELECT "t0"."id", "t0"."name" FROM "customer" AS "t0" WHERE EXISTS(SELECT 1 FROM "purchase" AS "r1" WHERE "r1"."customer_id" = "t0"."id" AND "r1"."total" > ? LIMIT 1) ORDER BY "t0"."id" ASC"#,
        postgres: r#"SELECT "t0"."id", "t0"."name" FROM "customer" AS "t0" WHERE EXISTS(SELECT 1 FROM "purchase" AS "r1" WHERE "r1"."customer_id" = "t0"."id" AND "r1"."total" > $1) ORDER BY "t0"."id" ASC"#,
        mysql: "SELECT `t0`.`id`, `t0`.`name` FROM `customer` AS `t0` WHERE EXISTS(SELECT 1 FROM `purchase` AS `r1` WHERE `r1`.`customer_id` = `t0`.`id` AND `r1`.`total` > ?) ORDER BY `t0`.`id` ASC",
    }]);
    let any = Customer::PURCHASES.some(None);
    assert_eq!(shop.customers(any).await, [1, 2, 4]);
    let unknown = Customer::PURCHASES.some(Purchase::TOTAL.is_null());
    assert_eq!(shop.customers(unknown).await, [2]);
    let impossible = Customer::PURCHASES.some(Purchase::TOTAL.in_([0_i64; 0]));
    assert_eq!(shop.customers(impossible).await, NONE);
}

#[database_test]
async fn none_keeps_sources_without_such_a_target(db: TestDb) {
    let shop = shop(&db).await;
    let poor = Customer::PURCHASES.none(Purchase::TOTAL.gt(5));
    assert_eq!(shop.customers(poor).await, [2, 3, 4]);
    let without = Customer::PURCHASES.none(None);
    assert_eq!(shop.customers(without).await, [3]);
    let known = Customer::PURCHASES.none(Purchase::TOTAL.is_null());
    assert_eq!(shop.customers(known).await, [1, 3, 4]);
}

#[database_test]
async fn every_leaves_out_sources_with_a_target_for_which_it_is_not_true(db: TestDb) {
    let shop = shop(&db).await;
    let every = |predicate| Customer::PURCHASES.every(predicate);
    assert_eq!(shop.customers(every(Purchase::TOTAL.gt(5))).await, [3]);
    // The total of Odin's only purchase is unknown.
    assert_eq!(
        shop.customers(every(Purchase::TOTAL.gt(1))).await,
        [1, 3, 4]
    );
    assert_eq!(shop.customers(every(Purchase::TOTAL.le(1))).await, [3]);
    assert_eq!(
        shop.customers(every(!Purchase::TOTAL.gt(100))).await,
        [1, 3, 4]
    );
    assert_eq!(
        shop.customers(every(Purchase::TOTAL.is_null())).await,
        [2, 3]
    );
    let either = Purchase::TOTAL.gt(1) | Purchase::TOTAL.is_null();
    assert_eq!(shop.customers(every(either)).await, [1, 2, 3, 4]);
    let all = Customer::PURCHASES.every(None);
    assert_eq!(shop.customers(all).await, [1, 2, 3, 4]);
    assert_eq!(shop.customers(!every(Purchase::TOTAL.gt(1))).await, [2]);
    let some_not = Customer::PURCHASES.some(!Purchase::TOTAL.gt(1));
    assert_eq!(shop.customers(some_not).await, NONE);
    let every_item = Purchase::ITEMS.every(Item::QUANTITY.gt(0));
    assert_eq!(shop.purchases(every_item).await, [12, 13, 14, 15]);
}

#[database_test]
async fn exists_asks_nothing_of_the_target(db: TestDb) {
    let shop = shop(&db).await;
    assert_eq!(
        shop.customers(Customer::PURCHASES.exists()).await,
        [1, 2, 4]
    );
    assert_eq!(shop.customers(!Customer::PURCHASES.exists()).await, [3]);
    assert_eq!(
        shop.purchases(Purchase::ITEMS.exists()).await,
        [11, 12, 14, 15]
    );
}

#[database_test]
async fn to_one_relations_stand_in_predicates(db: TestDb) {
    let shop = shop(&db).await;
    assert_eq!(shop.customers(Customer::CARD.exists()).await, [1, 2, 4]);
    let level = Customer::CARD.some(Card::LEVEL.ge(1));
    assert_eq!(shop.customers(level).await, [1, 4]);
    let level = Customer::CARD.none(Card::LEVEL.ge(1));
    assert_eq!(shop.customers(level).await, [2, 3]);
    let level = Customer::CARD.every(Card::LEVEL.ge(1));
    assert_eq!(shop.customers(level).await, [1, 3, 4]);
    let of_thor = || Customer::NAME.eq("Thor");
    let some = Purchase::CUSTOMER.some(of_thor());
    assert_eq!(shop.purchases(some).await, [11, 12]);
    let none = Purchase::CUSTOMER.none(of_thor());
    assert_eq!(shop.purchases(none).await, [13, 14, 15]);
    let every = Purchase::CUSTOMER.every(of_thor());
    assert_eq!(shop.purchases(every).await, [11, 12, 15]);
    assert_eq!(shop.purchases(!Purchase::CUSTOMER.exists()).await, [15]);
}

#[database_test]
async fn predicates_nest(db: TestDb) {
    let shop = shop(&db).await;
    let some = |least| Customer::PURCHASES.some(Purchase::ITEMS.some(Item::QUANTITY.gt(least)));
    assert_eq!(shop.customers(some(3)).await, [1]);
    assert_eq!(shop.customers(some(0)).await, [1, 4]);
    let every = Customer::PURCHASES.every(Purchase::ITEMS.exists());
    assert_eq!(shop.customers(every).await, [1, 3, 4]);
    let complete = || Purchase::ITEMS.every(Item::QUANTITY.gt(0));
    let none = Customer::PURCHASES.none(complete());
    assert_eq!(shop.customers(none).await, [3]);
    let some = Customer::PURCHASES.some(complete() & Purchase::ITEMS.exists());
    assert_eq!(shop.customers(some).await, [1, 4]);
    let every = Customer::PURCHASES.every(Purchase::ITEMS.none(Item::QUANTITY.is_null()));
    assert_eq!(shop.customers(every).await, [2, 3, 4]);
    let level = Customer::CARD.some(Card::LEVEL.gt(2));
    let up = Item::PURCHASE.some(Purchase::CUSTOMER.some(level));
    assert_eq!(shop.items(up).await, [21, 22, 23]);
    // Down, up again and down once more: each level has its own row.
    let siblings = Item::PURCHASE.some(Purchase::ITEMS.some(Item::QUANTITY.is_null()));
    assert_eq!(shop.items(siblings).await, [21, 22]);
    let round = Customer::PURCHASES.some(
        Purchase::CUSTOMER
            .some(Customer::PURCHASES.some(Purchase::TOTAL.eq(9)) & Customer::NAME.eq("Thor")),
    );
    assert_eq!(shop.customers(round).await, [1]);
}

#[database_test]
async fn related_predicates_combine_with_others(db: TestDb) {
    let shop = shop(&db).await;
    let rich = || Customer::PURCHASES.some(Purchase::TOTAL.gt(5));
    let card = || Customer::CARD.exists();
    let name = |name: &str| Customer::NAME.eq(name);
    assert_eq!(shop.customers(rich() | name("Loki")).await, [1, 3]);
    assert_eq!(shop.customers(!rich() & card()).await, [2, 4]);
    assert_eq!(shop.customers(!(rich() | card())).await, [3]);
    assert_eq!(
        shop.customers((rich() | name("Odin")) & !name("Thor"))
            .await,
        [2]
    );
    assert_eq!(
        shop.customers(card() & (name("Loki") | name("Freya")))
            .await,
        [4]
    );
    let both = Customer::PURCHASES.some(Purchase::TOTAL.gt(5) & Purchase::TOTAL.lt(6));
    assert_eq!(shop.customers(both).await, NONE);
    let each = Customer::PURCHASES.some(Purchase::TOTAL.gt(5))
        & Customer::PURCHASES.some(Purchase::TOTAL.lt(6));
    assert_eq!(shop.customers(each).await, [1]);
    let query = shop.customers.find().filter(card()).filter(!rich());
    assert_eq!(ids!(query.all().await.unwrap()), [2, 4]);
}

#[database_test]
async fn count_first_and_exists_take_related_predicates(db: TestDb) {
    let shop = shop(&db).await;
    let bought = || shop.customers.find().filter(Customer::PURCHASES.exists());
    assert_eq!(bought().count().await.unwrap(), 3);
    assert_eq!(bought().limit(2).count().await.unwrap(), 2);
    assert!(bought().exists().await.unwrap());
    assert_eq!(bought().first().await.unwrap().unwrap().id, 1);
    assert!(!bought().limit(0).exists().await.unwrap());
    let none = Customer::PURCHASES.some(Purchase::TOTAL.gt(100));
    let none = || shop.customers.find().filter(none.clone());
    assert_eq!(none().count().await.unwrap(), 0);
    assert!(!none().exists().await.unwrap());
    assert_eq!(db.count(), 6, "none for a limit of zero");
    let thor = shop
        .customers
        .find_by_id(1)
        .filter(Customer::CARD.none(None));
    assert_eq!(thor.await.unwrap(), None);
    let of_thor = shop.customers.purchases(1).find();
    let of_thor = of_thor.filter(Purchase::ITEMS.some(Item::QUANTITY.gt(3)));
    assert_eq!(of_thor.count().await.unwrap(), 1);
}

#[database_test]
async fn an_offset_passes_over_rows_and_not_over_their_targets(db: TestDb) {
    let shop = shop(&db).await;
    // Thor, who comes first, has two purchases.
    let bought = || shop.customers.find().filter(Customer::PURCHASES.exists());
    let found = bought().offset(1).all().await.unwrap();
    assert_eq!(ids!(found), [2, 4]);
    assert_eq!(bought().offset(1).first().await.unwrap().unwrap().id, 2);
    assert_eq!(bought().limit(2).offset(2).count().await.unwrap(), 1);
    assert!(!bought().offset(3).exists().await.unwrap());
    let rich = Customer::PURCHASES.some(Purchase::TOTAL.gt(0));
    let rows = shop.customers.find().filter(rich).offset(1);
    let rows = rows.include(Customer::CARD).all().await.unwrap();
    assert_eq!(ids!(rows), [4]);
    let other = shop.customers.find().filter(!Customer::CARD.none(None));
    assert_eq!(ids!(other.offset(1).all().await.unwrap()), [2, 4]);
}

#[database_test]
async fn an_update_and_a_delete_take_related_predicates(db: TestDb) {
    let shop = shop(&db).await;
    let loud = shop
        .customers
        .patch(Customer::patch().name("loud"))
        .filter(Customer::PURCHASES.some(Purchase::ITEMS.some(Item::QUANTITY.gt(3))));
    assert_eq!(loud.await.unwrap(), 1);
    assert_eq!(shop.customers(Customer::NAME.eq("loud")).await, [1]);
    let unsold = shop
        .purchases
        .patch(Purchase::patch().total(0))
        .filter(Purchase::TOTAL.is_null())
        .filter(Purchase::ITEMS.none(None) | Purchase::TOTAL.eq(9));
    assert_eq!(unsold.await.unwrap(), 1);
    assert_eq!(shop.purchases(Purchase::TOTAL.eq(0)).await, [13]);
    let of_loud = Purchase::CUSTOMER.some(Customer::NAME.eq("loud"));
    let deleted = shop.items.delete().filter(Item::PURCHASE.some(of_loud));
    assert_eq!(deleted.await.unwrap(), 3);
    assert_eq!(ids!(shop.items.find().all().await.unwrap()), [24, 25]);
    let none = shop.items.delete();
    let none = none.filter(Item::PURCHASE.every(Purchase::TOTAL.gt(100)));
    assert_eq!(none.await.unwrap(), 0);
}

#[database_test]
async fn an_update_and_a_delete_may_ask_about_their_own_table(db: TestDb) {
    let shop = shop(&db).await;
    // The purchases of whoever made one of more than 5.
    let own = || Purchase::CUSTOMER.some(Customer::PURCHASES.some(Purchase::TOTAL.gt(5)));
    let patched = shop
        .purchases
        .patch(Purchase::patch().total(6))
        .filter(own());
    assert_eq!(patched.await.unwrap(), 2);
    assert_eq!(shop.purchases(Purchase::TOTAL.eq(6)).await, [11, 12]);
    let siblings = Item::PURCHASE.some(Purchase::ITEMS.some(Item::QUANTITY.is_null()));
    assert_eq!(shop.items.delete().filter(siblings).await.unwrap(), 2);
    assert_eq!(ids!(shop.items.find().all().await.unwrap()), [23, 24, 25]);
}

#[database_test]
async fn writes_through_a_relation_take_related_predicates(db: TestDb) {
    let shop = shop(&db).await;
    let of_thor = shop.customers.purchases(1);
    let with_items = || Purchase::ITEMS.some(Item::QUANTITY.ge(1));
    let patched = of_thor
        .patch(Purchase::patch().total(0))
        .filter(with_items() | Purchase::ID.eq(14));
    assert_eq!(patched.await.unwrap(), 2);
    assert_eq!(shop.purchases(Purchase::TOTAL.eq(0)).await, [11, 12]);
    shop.items
        .delete()
        .filter(Item::PURCHASE_ID.eq(11))
        .await
        .unwrap();
    db.execute("DELETE FROM receipt").await;
    let deleted = of_thor.delete().filter(!with_items());
    assert_eq!(deleted.await.unwrap(), 1);
    let left = shop.purchases.find().all().await.unwrap();
    assert_eq!(ids!(left), [12, 13, 14, 15]);
}

#[database_test]
async fn a_relation_of_a_model_to_itself_in_predicates_and_writes(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Node, name = "children", key_to = "parent_id")]
    pub struct Node {
        #[model(id)]
        pub id: i64,
        pub label: String,
        #[belongs_to(Node, name = "parent")]
        pub parent_id: Option<i64>,
    }

    db.schema::<Node>().create().await.unwrap();
    let nodes = NodeRepository::new(&*db);
    for (id, parent_id) in [
        (1, None),
        (2, Some(1)),
        (3, Some(1)),
        (4, Some(2)),
        (5, Some(4)),
    ] {
        let label = format!("n{id}");
        let node = Node {
            id,
            label,
            parent_id,
        };
        nodes.create(node).await.unwrap();
    }
    let found = async |predicate| ids!(nodes.find().filter(predicate).all().await.unwrap());
    assert_eq!(found(Node::CHILDREN.exists()).await, [1, 2, 4]);
    assert_eq!(
        found(Node::CHILDREN.some(Node::CHILDREN.exists())).await,
        [1, 2]
    );
    assert_eq!(
        found(Node::CHILDREN.every(Node::CHILDREN.exists())).await,
        [2, 3, 5]
    );
    let grandparent = |id| Node::PARENT.some(Node::PARENT.some(Node::ID.eq(id)));
    assert_eq!(found(grandparent(1)).await, [4]);
    assert_eq!(found(!Node::PARENT.exists()).await, [1]);
    let patched = nodes
        .patch(Node::patch().label("leaf"))
        .filter(!Node::CHILDREN.exists());
    assert_eq!(patched.await.unwrap(), 2);
    assert_eq!(found(Node::LABEL.eq("leaf")).await, [3, 5]);
    let of_leafs = nodes
        .patch(Node::patch().label("twig"))
        .filter(Node::CHILDREN.some(Node::LABEL.eq("leaf")));
    assert_eq!(of_leafs.await.unwrap(), 2);
    assert_eq!(found(Node::LABEL.eq("twig")).await, [1, 4]);
    let below = nodes.children(1).delete().filter(!Node::CHILDREN.exists());
    assert_eq!(below.await.unwrap(), 1);
    let leaves = nodes.delete().filter(!Node::CHILDREN.exists());
    assert_eq!(leaves.await.unwrap(), 1);
    assert_eq!(ids!(nodes.find().all().await.unwrap()), [1, 2, 4]);
    let by_parent = nodes
        .find()
        .order_by(Node::PARENT.order(Node::PARENT.order(Node::ID.desc())))
        .order_by(Node::PARENT.order(Node::ID.desc()));
    assert_eq!(ids!(by_parent.all().await.unwrap()), [4, 2, 1]);
}

#[database_test]
async fn a_composite_id_in_a_write_with_a_related_predicate(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Guest, key_from = ["hall", "number"], key_to = ["hall", "number"])]
    pub struct Seat {
        #[model(id)]
        pub hall: i64,
        #[model(id)]
        pub number: i64,
        pub taken: bool,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[belongs_to(Seat, key_from = ["hall", "number"])]
    pub struct Guest {
        #[model(id)]
        pub id: i64,
        pub hall: i64,
        pub number: Option<i64>,
    }

    db.schema::<(Seat, Guest)>().create().await.unwrap();
    let seats = SeatRepository::new(&*db);
    for (hall, number) in [(1, 1), (1, 2), (2, 1)] {
        let taken = false;
        let seat = Seat {
            hall,
            number,
            taken,
        };
        seats.create(seat).await.unwrap();
    }
    db.execute("INSERT INTO guest VALUES (1, 1, 2), (2, 1, NULL), (3, 2, 1), (4, 2, 1)")
        .await;
    let taken = seats.patch(Seat::patch().taken(true));
    let patched = taken.filter(Seat::GUESTS.some(Guest::ID.le(3)));
    assert_eq!(patched.await.unwrap(), 2);
    let deleted = seats.delete().filter(Seat::GUESTS.none(None));
    assert_eq!(deleted.await.unwrap(), 1);
    let left = seats.find().include(Seat::GUESTS.count()).all().await;
    let left: Vec<_> = left
        .unwrap()
        .iter()
        .map(|row| (row.hall, row.number, row.taken, row.guests.count))
        .collect();
    assert_eq!(left, [(1, 2, true, 1), (2, 1, true, 2)]);
    let guests = GuestRepository::new(&*db);
    let unseated = guests.find().filter(!Guest::SEAT.exists()).all().await;
    assert_eq!(ids!(unseated.unwrap()), [2]);
}

#[database_test]
async fn scopes_take_related_predicates(db: TestDb) {
    let shop = shop(&db).await;
    let sold = || Purchase::ITEMS.some(Item::QUANTITY.is_not_null());
    for limit in [None, Some(1)] {
        let scope = Customer::PURCHASES.scope(|mut purchases| {
            if let Some(limit) = limit {
                purchases = purchases.limit(limit);
            }
            purchases
                .filter(sold())
                .order_by(Purchase::TOTAL.desc())
                .include(
                    Purchase::ITEMS
                        .scope(|items| items.filter(Item::PURCHASE.some(Purchase::TOTAL.gt(8)))),
                )
        });
        let rows = shop.customers.find().include(scope).all().await.unwrap();
        let found: Vec<Vec<_>> = rows
            .iter()
            .map(|row| {
                let purchases = row.purchases.iter();
                purchases.map(|row| (row.id, ids!(row.items))).collect()
            })
            .collect();
        let mut thor = vec![(12, vec![23]), (11, vec![])];
        thor.truncate(limit.unwrap_or(2) as usize);
        let expected = [thor, vec![], vec![], vec![(14, vec![])]];
        assert_eq!(found, expected, "limit {limit:?}");
    }
    // Joined, where the row has another name.
    let active = Customer::PURCHASES.some(Purchase::TOTAL.is_not_null());
    let scope = Customer::CARD.scope(|cards| cards.filter(Card::CUSTOMER.some(active)));
    db.ran();
    let rows = shop.customers.find().include(scope).all().await.unwrap();
    assert_eq!(db.count(), 1);
    let cards: Vec<_> = rows
        .iter()
        .map(|row| row.card.as_ref().map(|card| card.id))
        .collect();
    assert_eq!(cards, [Some(51), None, None, Some(53)]);
}

#[database_test]
async fn rows_sort_by_their_has_one(db: TestDb) {
    let shop = shop(&db).await;
    let asc = || Customer::CARD.order(Card::LEVEL.asc());
    let desc = || Customer::CARD.order(Card::LEVEL.desc());
    let by = async |order| ids!(shop.customers.find().order_by(order).all().await.unwrap());
    // No card and a card without a level are both NULL, and tie.
    assert_eq!(by(asc()).await, [2, 3, 4, 1]);
    assert_eq!(by(desc()).await, [1, 4, 3, 2]);
    let query = shop.customers.find().order_by(asc());
    let query = query.order_by(Customer::NAME.asc());
    assert_eq!(ids!(query.all().await.unwrap()), [3, 2, 4, 1]);
    let query = shop.customers.find().order_by(asc());
    let query = query.order_by(Customer::ID.desc());
    assert_eq!(ids!(query.all().await.unwrap()), [3, 2, 4, 1]);
    assert_eq!(db.count(), 4);
    let first = shop
        .customers
        .find()
        .order_by(desc())
        .first()
        .await
        .unwrap();
    assert_eq!(first.unwrap().id, 1);
}

#[database_test]
async fn rows_sort_by_what_they_belong_to(db: TestDb) {
    let shop = shop(&db).await;
    let by = async |order| ids!(shop.purchases.find().order_by(order).all().await.unwrap());
    let asc = Purchase::CUSTOMER.order(Customer::NAME.asc());
    assert_eq!(by(asc).await, [15, 14, 13, 11, 12]);
    let desc = Purchase::CUSTOMER.order(Customer::NAME.desc());
    assert_eq!(by(desc).await, [12, 11, 13, 14, 15]);
    // The id of another model is not the row's own, which breaks ties still.
    let by_id = Purchase::CUSTOMER.order(Customer::ID.desc());
    assert_eq!(by(by_id).await, [14, 13, 12, 11, 15]);
    let query = shop.purchases.find();
    let query = query.order_by(Purchase::CUSTOMER.order(Customer::NAME.desc()));
    let query = query.order_by(Purchase::TOTAL.desc());
    assert_eq!(ids!(query.all().await.unwrap()), [12, 11, 13, 14, 15]);
}

#[database_test]
async fn rows_sort_by_a_column_several_relations_away(db: TestDb) {
    let shop = shop(&db).await;
    let by = async |order| ids!(shop.items.find().order_by(order).all().await.unwrap());
    let name = |order| Item::PURCHASE.order(Purchase::CUSTOMER.order(order));
    assert_eq!(by(name(Customer::NAME.asc())).await, [25, 24, 21, 22, 23]);
    assert_eq!(by(name(Customer::NAME.desc())).await, [23, 22, 21, 24, 25]);
    let level = name(Customer::CARD.order(Card::LEVEL.desc()));
    assert_eq!(by(level).await, [23, 22, 21, 24, 25]);
    let level = name(Customer::CARD.order(Card::LEVEL.asc()));
    assert_eq!(by(level).await, [25, 24, 21, 22, 23]);
    let receipt = Item::PURCHASE.order(Purchase::RECEIPT.order(Receipt::NUMBER.asc()));
    assert_eq!(by(receipt).await, [24, 25, 23, 21, 22]);
}

#[database_test]
async fn a_related_order_goes_with_limits_and_joined_includes(db: TestDb) {
    let shop = shop(&db).await;
    let rows = shop
        .customers
        .find()
        .order_by(Customer::CARD.order(Card::LEVEL.desc()))
        .limit(2)
        .offset(1)
        .include(Customer::CARD)
        .include(Customer::PURCHASES)
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 2);
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            let card = row.card.as_ref().map(|card| card.id);
            (row.id, card, ids!(row.purchases))
        })
        .collect();
    assert_eq!(found, [(4, Some(53), vec![14]), (3, None, vec![])]);
    let by_name = || {
        let query = shop.purchases.find().include(Purchase::CUSTOMER);
        query.order_by(Purchase::CUSTOMER.order(Customer::NAME.asc()))
    };
    for limit in [3, 300] {
        let rows = by_name().limit(limit).all().await.unwrap();
        let names: Vec<_> = rows
            .iter()
            .map(|row| row.customer.as_ref().map(|customer| customer.name.as_str()))
            .take(3)
            .collect();
        assert_eq!(names, [None, Some("Freya"), Some("Odin")], "limit {limit}");
    }
    let of_thor = shop.customers.purchases(1).find();
    let of_thor = of_thor.order_by(Purchase::RECEIPT.order(Receipt::NUMBER.desc()));
    assert_eq!(ids!(of_thor.limit(1).all().await.unwrap()), [11]);
}

#[database_test]
async fn scopes_sort_by_related_columns(db: TestDb) {
    let shop = shop(&db).await;
    for (limit, descending, expected) in [
        (None, false, vec![12, 11]),
        (None, true, vec![11, 12]),
        (Some(1), false, vec![12]),
        (Some(1), true, vec![11]),
    ] {
        let order = match descending {
            true => Receipt::NUMBER.desc(),
            false => Receipt::NUMBER.asc(),
        };
        let scope = Customer::PURCHASES.scope(|mut purchases| {
            if let Some(limit) = limit {
                purchases = purchases.limit(limit);
            }
            purchases.order_by(Purchase::RECEIPT.order(order))
        });
        let rows = shop.customers.find().include(scope).all().await.unwrap();
        assert_eq!(ids!(rows[0].purchases), expected, "{limit:?} {descending}");
        assert_eq!(ids!(rows[3].purchases), [14]);
    }
}

#[database_test]
async fn of_two_rows_behind_a_has_one_the_first_by_id_sorts(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE card (id INTEGER, level INTEGER, customer_id INTEGER NOT NULL)",
        postgres: "CREATE TABLE customer (id BIGINT PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE card (id BIGINT, level BIGINT, customer_id BIGINT NOT NULL)",
        mysql: "CREATE TABLE customer (id BIGINT PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE card (id BIGINT, level BIGINT, customer_id BIGINT NOT NULL)",
    })
    .await;
    db.execute("INSERT INTO customer VALUES (1, 'Thor'), (2, 'Odin'), (3, 'Loki')")
        .await;
    db.execute("INSERT INTO card VALUES (9, 9, 1), (5, 1, 1), (6, 5, 2), (7, 2, 2)")
        .await;
    let customers = CustomerRepository::new(&*db);
    let by_level = || {
        let query = customers.find();
        query.order_by(Customer::CARD.order(Card::LEVEL.desc()))
    };
    assert_eq!(ids!(by_level().all().await.unwrap()), [2, 1, 3]);
    let rows = by_level().include(Customer::CARD).all().await.unwrap();
    let levels: Vec<_> = rows
        .iter()
        .map(|row| row.card.as_ref().and_then(|card| card.level))
        .collect();
    assert_eq!(levels, [Some(5), Some(1), None]);
}

#[database_test]
async fn counts_come_instead_of_rows(db: TestDb) {
    let shop = shop(&db).await;
    let query = shop.customers.find().include(Customer::PURCHASES.count());
    let rows = query.all().await.unwrap();
    db.assert_sql([
        Sql::Same(
            r#"SELECT "t0"."id", "t0"."name" FROM "customer" AS "t0" ORDER BY "t0"."id" ASC"#,
        ),
        Sql::Each {
            sqlite: r#"SELECT "t0"."customer_id", COUNT(*) FROM "purchase" AS "t0" WHERE "t0"."customer_id" IN (SELECT value FROM json_each(?)) GROUP BY "t0"."customer_id""#,
            postgres: r#"SELECT "t0"."customer_id", COUNT(*) FROM "purchase" AS "t0" WHERE "t0"."customer_id" = ANY($1) GROUP BY "t0"."customer_id""#,
            mysql: "SELECT `t0`.`customer_id`, COUNT(*) FROM `purchase` AS `t0` WHERE `t0`.`customer_id` IN (SELECT k0 FROM JSON_TABLE(?, '$[*]' COLUMNS (k0 BIGINT PATH '$')) AS list) GROUP BY `t0`.`customer_id`",
        },
    ]);
    let counts: Vec<u64> = rows.iter().map(|row| row.purchases.count).collect();
    assert_eq!(counts, [2, 1, 0, 1]);
    assert_eq!(rows[0].purchases.rows, relations::NotIncluded);
    let none = shop.customers.find().filter(Customer::NAME.eq("nobody"));
    let none = none.include(Customer::PURCHASES.count()).all().await;
    assert!(none.unwrap().is_empty());
    assert_eq!(db.count(), 1);
}

#[database_test]
async fn counts_come_with_rows(db: TestDb) {
    let shop = shop(&db).await;
    let query = shop.customers.find().include(Customer::PURCHASES.counted());
    let rows = query.all().await.unwrap();
    assert_eq!(db.count(), 3);
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.purchases.count, ids!(row.purchases)))
        .collect();
    let expected = [(2, vec![11, 12]), (1, vec![13]), (0, vec![]), (1, vec![14])];
    assert_eq!(found, expected);
    let by_id = shop.customers.find_by_id(1);
    let thor = by_id.include(Customer::PURCHASES.counted()).get().await;
    assert_eq!(thor.unwrap(), rows[0]);
}

#[database_test]
async fn a_count_minds_the_filter_of_its_scope_and_not_its_limit(db: TestDb) {
    let shop = shop(&db).await;
    let scope = |limit, offset| {
        Customer::PURCHASES.scope(move |purchases| {
            purchases
                .filter(Purchase::TOTAL.ge(5))
                .order_by(Purchase::TOTAL.desc())
                .limit(limit)
                .offset(offset)
        })
    };
    let find = || shop.customers.find();
    let rows = find().include(scope(1, 0).count()).all().await.unwrap();
    let counts: Vec<_> = rows.iter().map(|row| row.purchases.count).collect();
    assert_eq!(counts, [2, 0, 0, 0]);
    assert_eq!(db.count(), 2);
    for (limit, offset, expected) in [
        (1, 0, vec![12]),
        (1, 1, vec![11]),
        (5, 2, vec![]),
        (0, 0, vec![]),
    ] {
        let query = find().include(scope(limit, offset).counted());
        let rows = query.all().await.unwrap();
        assert_eq!(db.count(), if limit == 0 { 2 } else { 3 });
        assert_eq!(
            (rows[0].purchases.count, ids!(rows[0].purchases)),
            (2, expected)
        );
        assert_eq!((rows[3].purchases.count, rows[3].purchases.len()), (0, 0));
    }
    // A scope may come after the count as well.
    let later = Customer::PURCHASES.counted();
    let later = later.scope(|purchases| purchases.filter(Purchase::ITEMS.exists()).limit(1));
    let rows = find().include(later).all().await.unwrap();
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.purchases.count, ids!(row.purchases)))
        .collect();
    let expected = [(2, vec![11]), (0, vec![]), (0, vec![]), (1, vec![14])];
    assert_eq!(found, expected);
    let later = Customer::PURCHASES.count();
    let later = later.scope(|purchases| purchases.filter(Purchase::TOTAL.lt(9)));
    let rows = find().include(later).all().await.unwrap();
    let counts: Vec<_> = rows.iter().map(|row| row.purchases.count).collect();
    assert_eq!(counts, [1, 0, 0, 1]);
}

#[database_test]
async fn counts_nest(db: TestDb) {
    let shop = shop(&db).await;
    let rows = shop
        .customers
        .find()
        .include(
            Customer::PURCHASES
                .scope(|purchases| {
                    purchases
                        .order_by(Purchase::ID.desc())
                        .limit(1)
                        .include(Purchase::ITEMS.counted())
                        .include(Purchase::CUSTOMER.include(Customer::PURCHASES.count()))
                })
                .counted(),
        )
        .include(Customer::CARD.include(Card::CUSTOMER.include(Customer::PURCHASES.count())))
        .all()
        .await
        .unwrap();
    let thor = &rows[0];
    assert_eq!((thor.purchases.count, thor.purchases.len()), (2, 1));
    let last = &thor.purchases[0];
    assert_eq!(
        (last.id, last.items.count, ids!(last.items)),
        (12, 1, vec![23])
    );
    assert_eq!(last.customer.as_ref().unwrap().purchases.count, 2);
    assert_eq!(thor.card.as_ref().unwrap().customer.purchases.count, 2);
    assert_eq!(rows[1].purchases[0].items.count, 0);
    assert!(rows[2].card.is_none() && rows[2].purchases.is_empty());
    db.ran();
    let rows = shop
        .items
        .find()
        .include(Item::PURCHASE.include(Purchase::ITEMS.count()))
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 3);
    let counts: Vec<_> = rows.iter().map(|row| row.purchase.items.count).collect();
    assert_eq!(counts, [2, 2, 1, 1, 1]);
}

#[database_test]
async fn a_value_the_database_cannot_hold_is_refused_within_a_relation(db: TestDb) {
    let shop = shop(&db).await;
    if db.can.nul_in_text {
        return;
    }
    let predicate = Purchase::CUSTOMER.some(Customer::NAME.eq("a\0b"));
    let error = shop.purchases.find().filter(predicate).all().await;
    let error = error.unwrap_err();
    assert!(error.is_invalid_value(), "{error}");
    assert_eq!(error.model(), Some("Customer"));
}
