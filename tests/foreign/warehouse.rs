//! A warehouse as others keep one: keys of several columns, names with spaces, tables that refer to themselves and to each other, enums,
//! sets, years, domains, partitions, views and triggers. Each relation is loaded in all ways, and compared with a join by hand.

use crate::support::{Sql, TestDb, database_test};
use crate::ways::compare;
use relations::prelude::*;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ColumnType)]
#[model(db_enum = "ship state")]
enum State {
    Open,
    Shipped,
    Lost,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(table = "Departments")]
#[has_many(Worker, key_to = "department_id")]
struct Department {
    #[model(id, column = "Department ID")]
    id: i64,
    #[belongs_to(Worker, name = "head")]
    #[model(column = "Head of")]
    head_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(table = "Workers")]
#[has_many(Worker, name = "reports", key_to = "reports_to")]
#[has_one(Department, name = "leads", key_to = "head_id")]
#[has_many(Order, key_to = "worker_id")]
struct Worker {
    #[model(id)]
    id: i64,
    #[model(column = "Year Born")]
    born: Option<i16>,
    #[model(column = "Days Off")]
    days_off: Option<String>,
    #[belongs_to(Worker, name = "manager")]
    #[model(column = "Reports To")]
    reports_to: Option<i64>,
    #[belongs_to(Department)]
    #[model(column = "Department")]
    department_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(table = "Products")]
#[belongs_to(Product, name = "replacement", key_from = ["supplier_id", "replaced_by"])]
#[has_many(Line, key_to = ["supplier_id", "product_no"])]
#[has_many(
    Order,
    through(Line, key_from = ["supplier_id", "product_no"], key_to = "order_id")
)]
struct Product {
    #[model(id, column = "Supplier ID")]
    supplier_id: i64,
    #[model(id, column = "No.")]
    no: i64,
    price: f64,
    #[model(column = "replaced by")]
    replaced_by: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(table = "Orders")]
#[has_many(Line, key_to = "order_id")]
#[has_one(OrderTotal, key_to = "id")]
#[has_many(
    Product,
    through(Line, key_from = "order_id", key_to = ["supplier_id", "product_no"])
)]
struct Order {
    #[model(id)]
    id: i64,
    #[model(column = "Ship State")]
    state: State,
    #[belongs_to(Worker)]
    #[model(column = "Worker ID")]
    worker_id: Option<i64>,
    #[model(default = "0")]
    lines_written: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(table = "Order Details")]
#[belongs_to(Product, key_from = ["supplier_id", "product_no"])]
struct Line {
    #[belongs_to(Order)]
    #[model(id, column = "Order ID")]
    order_id: i64,
    #[model(id, column = "Supplier ID")]
    supplier_id: i64,
    #[model(id, column = "Product No.")]
    product_no: i64,
    quantity: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(table = "order totals", view)]
struct OrderTotal {
    #[belongs_to(Order, name = "order")]
    #[model(id)]
    id: i64,
    pieces: i64,
}

const TABLES: Sql = Sql::Each {
    sqlite: r#"
        CREATE TABLE "Departments" ("Department ID" INTEGER PRIMARY KEY, "Head of" BIGINT REFERENCES "Workers" (id));
        CREATE TABLE "Workers" (id INTEGER PRIMARY KEY, "Year Born" SMALLINT, "Days Off" TEXT, "Reports To" BIGINT REFERENCES "Workers",
            "Department" BIGINT REFERENCES "Departments");
        CREATE TABLE "Products" ("Supplier ID" BIGINT NOT NULL, "No." BIGINT NOT NULL, price REAL NOT NULL, "replaced by" BIGINT,
            PRIMARY KEY ("No.", "Supplier ID"), FOREIGN KEY ("Supplier ID", "replaced by") REFERENCES "Products" ("Supplier ID", "No.")) WITHOUT ROWID;
        CREATE TABLE "Orders" (id INTEGER PRIMARY KEY, "Ship State" TEXT NOT NULL CHECK ("Ship State" IN ('Open', 'Shipped', 'Lost')),
            "Worker ID" BIGINT REFERENCES "Workers", lines_written BIGINT NOT NULL DEFAULT 0);
        CREATE TABLE "Order Details" ("Order ID" BIGINT NOT NULL REFERENCES "Orders", "Supplier ID" BIGINT NOT NULL, "Product No." BIGINT NOT NULL,
            quantity BIGINT NOT NULL, PRIMARY KEY ("Order ID", "Supplier ID", "Product No."),
            FOREIGN KEY ("Supplier ID", "Product No.") REFERENCES "Products" ("Supplier ID", "No."));
        CREATE TRIGGER counted AFTER INSERT ON "Order Details" BEGIN
            UPDATE "Orders" SET lines_written = lines_written + 1 WHERE id = NEW."Order ID"; END"#,
    postgres: r#"
        CREATE TYPE "ship state" AS ENUM ('Open', 'Shipped', 'Lost');
        CREATE DOMAIN "worker key" AS BIGINT CHECK (VALUE > 0);
        CREATE TABLE "Departments" ("Department ID" BIGINT PRIMARY KEY, "Head of" "worker key");
        CREATE TABLE "Workers" (id "worker key" PRIMARY KEY, "Year Born" SMALLINT, "Days Off" VARCHAR(40),
            "Reports To" "worker key" REFERENCES "Workers", "Department" BIGINT REFERENCES "Departments");
        ALTER TABLE "Departments" ADD FOREIGN KEY ("Head of") REFERENCES "Workers" DEFERRABLE INITIALLY DEFERRED;
        CREATE TABLE "Products" ("Supplier ID" BIGINT NOT NULL, "No." BIGINT NOT NULL, price FLOAT8 NOT NULL, "replaced by" BIGINT,
            PRIMARY KEY ("No.", "Supplier ID"), UNIQUE ("Supplier ID", "No."),
            FOREIGN KEY ("Supplier ID", "replaced by") REFERENCES "Products" ("Supplier ID", "No."));
        CREATE TABLE "Orders" (id BIGINT PRIMARY KEY, "Ship State" "ship state" NOT NULL, "Worker ID" "worker key" REFERENCES "Workers",
            lines_written BIGINT NOT NULL DEFAULT 0) PARTITION BY RANGE (id);
        CREATE TABLE orders_low PARTITION OF "Orders" FOR VALUES FROM (MINVALUE) TO (5);
        CREATE TABLE orders_high PARTITION OF "Orders" FOR VALUES FROM (5) TO (MAXVALUE);
        CREATE TABLE "Order Details" ("Order ID" BIGINT NOT NULL REFERENCES "Orders", "Supplier ID" BIGINT NOT NULL, "Product No." BIGINT NOT NULL,
            quantity BIGINT NOT NULL, PRIMARY KEY ("Order ID", "Supplier ID", "Product No."),
            FOREIGN KEY ("Supplier ID", "Product No.") REFERENCES "Products" ("Supplier ID", "No."));
        CREATE FUNCTION count_line() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN UPDATE "Orders" SET lines_written = lines_written + 1 WHERE id = NEW."Order ID"; RETURN NEW; END';
        CREATE TRIGGER counted AFTER INSERT ON "Order Details" FOR EACH ROW EXECUTE FUNCTION count_line();
        CREATE RULE kept AS ON DELETE TO "Products" DO INSTEAD NOTHING"#,
    mysql: "
        CREATE TABLE `Departments` (`Department ID` BIGINT PRIMARY KEY, `Head of` BIGINT);
        CREATE TABLE `Workers` (id BIGINT PRIMARY KEY, `Year Born` YEAR, `Days Off` SET ('Sat', 'Sun', 'Mon'), `Reports To` BIGINT,
            `Department` BIGINT, FOREIGN KEY (`Reports To`) REFERENCES `Workers` (id), FOREIGN KEY (`Department`) REFERENCES `Departments` (`Department ID`));
        ALTER TABLE `Departments` ADD FOREIGN KEY (`Head of`) REFERENCES `Workers` (id);
        CREATE TABLE `Products` (`Supplier ID` BIGINT NOT NULL, `No.` BIGINT NOT NULL, price DOUBLE NOT NULL, `replaced by` BIGINT,
            PRIMARY KEY (`No.`, `Supplier ID`), UNIQUE (`Supplier ID`, `No.`),
            FOREIGN KEY (`Supplier ID`, `replaced by`) REFERENCES `Products` (`Supplier ID`, `No.`));
        CREATE TABLE `Orders` (id BIGINT PRIMARY KEY, `Ship State` ENUM ('Open', 'Shipped', 'Lost') NOT NULL, `Worker ID` BIGINT,
            lines_written BIGINT NOT NULL DEFAULT 0) PARTITION BY HASH (id) PARTITIONS 3;
        CREATE TABLE `Order Details` (`Order ID` BIGINT NOT NULL, `Supplier ID` BIGINT NOT NULL, `Product No.` BIGINT NOT NULL,
            quantity BIGINT NOT NULL, PRIMARY KEY (`Order ID`, `Supplier ID`, `Product No.`),
            FOREIGN KEY (`Supplier ID`, `Product No.`) REFERENCES `Products` (`Supplier ID`, `No.`));
        CREATE TRIGGER counted AFTER INSERT ON `Order Details` FOR EACH ROW
            UPDATE `Orders` SET lines_written = lines_written + 1 WHERE id = NEW.`Order ID`",
};

const VIEW: Sql = Sql::Same(
    r#"CREATE VIEW "order totals" AS SELECT o.id AS id, count(*) AS pieces FROM "Orders" o
        JOIN "Order Details" d ON d."Order ID" = o.id GROUP BY o.id"#,
);

async fn fill(db: &TestDb) {
    db.execute_sql(TABLES).await;
    db.execute_sql(VIEW).await;
    let departments = DepartmentRepository::new(&**db);
    let new = (1..=4).map(|id| Department { id, head_id: None });
    departments
        .create_all(new.collect::<Vec<_>>())
        .await
        .unwrap();
    let workers = (1..=9).map(|id| Worker {
        id,
        born: (id % 4 > 0).then_some(1960 + id as i16),
        days_off: (id % 3 > 0).then(|| "Sat,Sun".to_owned()),
        reports_to: (id > 2).then_some(id / 2),
        department_id: (id % 5 > 0).then_some(1 + id % 3),
    });
    let workers: Vec<Worker> = workers.collect();
    WorkerRepository::new(&**db)
        .create_all(workers)
        .await
        .unwrap();
    for (id, head) in [(1, 3), (2, 7), (3, 1)] {
        let patch = Department::patch().head_id(head);
        departments.patch_by_id(id, patch).await.unwrap();
    }
    let product = |supplier_id, no, replaced_by| Product {
        supplier_id,
        no,
        price: 0.5 * no as f64,
        replaced_by,
    };
    // The numbers of one supplier are those of another too.
    let products = vec![
        product(1, 1, None),
        product(1, 2, Some(1)),
        product(2, 1, None),
        product(2, 2, Some(1)),
        product(2, 3, Some(1)),
        product(3, 3, None),
    ];
    ProductRepository::new(&**db)
        .create_all(products)
        .await
        .unwrap();
    let orders = (1..=8).map(|id| Order {
        id,
        state: [State::Open, State::Shipped, State::Lost][id as usize % 3],
        worker_id: (id % 3 > 0).then_some(1 + id % 4),
        lines_written: 0,
    });
    let orders: Vec<Order> = orders.collect();
    OrderRepository::new(&**db)
        .create_all(orders)
        .await
        .unwrap();
    let lines = (1..=6).flat_map(|order_id| {
        let products = [(1, 1), (2, 2), (2, 3)].into_iter();
        let some = products.filter(move |(supplier, no)| (order_id + supplier * no) % 2 == 0);
        some.map(move |(supplier_id, product_no)| Line {
            order_id,
            supplier_id,
            product_no,
            quantity: order_id,
        })
    });
    let lines: Vec<Line> = lines.collect();
    LineRepository::new(&**db).create_all(lines).await.unwrap();
}

#[database_test]
async fn each_relation_leads_to_the_same_rows_in_all_ways(db: TestDb) {
    fill(&db).await;
    let db = &db;
    compare!(
        db,
        DepartmentRepository,
        Department::HEAD,
        "head",
        ["id"],
        ["id"],
        r#"SELECT "Department ID", "Head of" FROM "Departments" WHERE "Head of" IS NOT NULL"#
    );
    compare!(
        db,
        DepartmentRepository,
        Department::WORKERS,
        "workers",
        ["id"],
        ["id"],
        r#"SELECT "Department", id FROM "Workers" WHERE "Department" IS NOT NULL"#
    );
    compare!(
        db,
        WorkerRepository,
        Worker::REPORTS,
        "reports",
        ["id"],
        ["id"],
        r#"SELECT "Reports To", id FROM "Workers" WHERE "Reports To" IS NOT NULL"#
    );
    compare!(
        db,
        WorkerRepository,
        Worker::MANAGER,
        "manager",
        ["id"],
        ["id"],
        r#"SELECT id, "Reports To" FROM "Workers" WHERE "Reports To" IS NOT NULL"#
    );
    compare!(
        db,
        WorkerRepository,
        Worker::LEADS,
        "leads",
        ["id"],
        ["id"],
        r#"SELECT "Head of", "Department ID" FROM "Departments" WHERE "Head of" IS NOT NULL"#
    );
    compare!(
        db,
        WorkerRepository,
        Worker::DEPARTMENT,
        "department",
        ["id"],
        ["id"],
        r#"SELECT id, "Department" FROM "Workers" WHERE "Department" IS NOT NULL"#
    );
    compare!(
        db,
        WorkerRepository,
        Worker::ORDERS,
        "orders",
        ["id"],
        ["id"],
        r#"SELECT "Worker ID", id FROM "Orders" WHERE "Worker ID" IS NOT NULL"#
    );
    compare!(
        db,
        OrderRepository,
        Order::WORKER,
        "worker",
        ["id"],
        ["id"],
        r#"SELECT id, "Worker ID" FROM "Orders" WHERE "Worker ID" IS NOT NULL"#
    );
    compare!(
        db,
        OrderRepository,
        Order::ORDER_TOTAL,
        "order_total",
        ["id"],
        ["id"],
        r#"SELECT DISTINCT "Order ID", "Order ID" AS same FROM "Order Details""#
    );
    compare!(
        db,
        OrderRepository,
        Order::LINES,
        "lines",
        ["id"],
        ["order_id", "supplier_id", "product_no"],
        r#"SELECT "Order ID", ("Order ID" * 100 + "Supplier ID") * 100 + "Product No." FROM "Order Details""#
    );
    compare!(
        db,
        OrderRepository,
        Order::PRODUCTS,
        "products",
        ["id"],
        ["supplier_id", "no"],
        r#"SELECT "Order ID", "Supplier ID" * 100 + "Product No." FROM "Order Details""#
    );
    compare!(
        db,
        ProductRepository,
        Product::ORDERS,
        "orders",
        ["supplier_id", "no"],
        ["id"],
        r#"SELECT "Supplier ID" * 100 + "Product No.", "Order ID" FROM "Order Details""#
    );
    compare!(
        db,
        ProductRepository,
        Product::LINES,
        "lines",
        ["supplier_id", "no"],
        ["order_id", "supplier_id", "product_no"],
        r#"SELECT "Supplier ID" * 100 + "Product No.", ("Order ID" * 100 + "Supplier ID") * 100 + "Product No." FROM "Order Details""#
    );
    compare!(
        db,
        ProductRepository,
        Product::REPLACEMENT,
        "replacement",
        ["supplier_id", "no"],
        ["supplier_id", "no"],
        r#"SELECT "Supplier ID" * 100 + "No.", "Supplier ID" * 100 + "replaced by" FROM "Products" WHERE "replaced by" IS NOT NULL"#
    );
    compare!(
        db,
        LineRepository,
        Line::PRODUCT,
        "product",
        ["order_id", "supplier_id", "product_no"],
        ["supplier_id", "no"],
        r#"SELECT ("Order ID" * 100 + "Supplier ID") * 100 + "Product No.", "Supplier ID" * 100 + "Product No." FROM "Order Details""#
    );
    compare!(
        db,
        LineRepository,
        Line::ORDER,
        "order",
        ["order_id", "supplier_id", "product_no"],
        ["id"],
        r#"SELECT ("Order ID" * 100 + "Supplier ID") * 100 + "Product No.", "Order ID" FROM "Order Details""#
    );
    compare!(
        db,
        OrderTotalRepository,
        OrderTotal::ORDER,
        "order",
        ["id"],
        ["id"],
        r#"SELECT DISTINCT "Order ID", "Order ID" AS same FROM "Order Details""#
    );
    // What the trigger counted.
    let orders = OrderRepository::new(&**db);
    let counted = orders.find().include(Order::LINES.count()).all().await;
    for row in counted.unwrap() {
        assert_eq!(row.lines_written, row.lines.count as i64, "{}", row.id);
    }
}
