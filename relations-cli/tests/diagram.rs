//! `cargo relations diagram`.

mod support;

use support::Package;

const MODELS: &str = r#"
use relations::prelude::*;

#[derive(Debug, Model)]
#[has_one(Account)]
#[has_many(Order, name = "bought", key_to = "buyer_id")]
#[has_many(Tag, through = Tagging)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    #[model(unique)]
    pub name: String,
    pub since: Option<chrono::DateTime<chrono::Utc>>,
    #[references_many(Tag, name = "favourites")]
    pub tag_ids: Vec<i64>,
}

#[derive(Debug, Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[derive(Debug, Model)]
pub struct Order {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Supplier)]
    pub buyer_id: Option<i64>,
    #[belongs_to(Order)]
    pub parent_id: Option<i64>,
}

#[derive(Debug, Model)]
pub struct Tag {
    #[model(id, generated)]
    pub id: i64,
}

#[derive(Debug, Model)]
pub struct Tagging {
    #[model(id)]
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    pub tag_id: i64,
}
"#;

const MERMAID: &str = r#"erDiagram
    Account {
        i64 id PK
        i64 supplier_id FK
    }
    Order {
        i64 id PK
        i64 buyer_id FK "optional"
        i64 parent_id FK "optional"
    }
    Supplier {
        i64 id PK
        String name UK
        DateTime_Utc since "optional"
        i64[] tag_ids
    }
    Tag {
        i64 id PK
    }
    Tagging {
        i64 supplier_id PK,FK
        i64 tag_id PK,FK
    }
    Order }o--o| Order : "parent"
    Supplier ||--o| Account : "account / supplier"
    Supplier |o--o{ Order : "bought / buyer"
    Supplier }o--o{ Tag : "tags through Tagging"
    Supplier }o--o{ Tag : "favourites"
    Tagging }o--|| Supplier : "supplier"
    Tagging }o--|| Tag : "tag"
"#;

#[test]
fn each_relation_is_a_line() {
    let package = Package::new("diagram", &[("src/lib.rs", MODELS)]);
    assert_eq!(package.done(&["diagram"]), MERMAID);
    let dot = package.done(&["diagram", "--dot"]);
    for part in [
        "\"Supplier\" -> \"Account\" [label=\"account / supplier\", arrowtail=teetee, arrowhead=teeodot]\n",
        "since: Option&lt;DateTime&lt;Utc&gt;&gt;</td>",
    ] {
        assert!(dot.contains(part), "{part}\n{dot}");
    }
}

#[test]
fn a_drawing_that_is_there_is_compared() {
    let package = Package::new("diagram_file", &[("src/lib.rs", MODELS)]);
    let arguments = ["diagram", "--out", "models.mmd"];
    let check = [&arguments[..], &["--dry-run"]].concat();
    assert_eq!(package.run(&check).code, 1);
    package.done(&arguments);
    assert_eq!(package.run(&check).code, 0);
    package.write("src/lib.rs", &MODELS.replace("Tagging", "Label"));
    assert_eq!(package.run(&check).code, 1);
    assert_eq!(package.done(&arguments), "changed models.mmd (+0 lines)\n");
}

/// The boxes of a picture: left, top, width, height.
fn boxes(svg: &str) -> Vec<[i32; 4]> {
    let rects = svg
        .lines()
        .filter(|line| line.starts_with("<rect") && line.contains("rx="));
    let number = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!(" {name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    rects
        .map(|line| ["x", "y", "width", "height"].map(|name| number(line, name)))
        .collect()
}

#[test]
fn a_picture_has_each_model_beside_the_others() {
    // A cycle, a line over several columns, and letters that XML has for itself.
    let more = "
#[derive(Debug, Model)]
pub struct Egg {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Hen)]
    pub hen_id: Option<i64>,
    #[belongs_to(Order)]
    pub order_id: Option<i64>,
}

#[derive(Debug, Model)]
pub struct Hen {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Egg)]
    pub egg_id: Option<i64>,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
    pub pair: Pair<u8, &'static str>,
}
";
    let models = format!("{MODELS}{more}");
    let package = Package::new("diagram_svg", &[("src/lib.rs", &models)]);
    let svg = package.done(&["diagram", "--svg"]);
    assert_eq!(package.done(&["diagram", "--svg"]), svg);
    let boxes = boxes(&svg);
    assert_eq!(boxes.len(), 7, "{svg}");
    for (at, one) in boxes.iter().enumerate() {
        assert!(one[0] > 0 && one[1] > 0, "{one:?}");
        for other in &boxes[at + 1..] {
            let is_beside = |axis: usize| {
                one[axis] + one[axis + 2] < other[axis] || other[axis] + other[axis + 2] < one[axis]
            };
            assert!(is_beside(0) || is_beside(1), "{one:?} {other:?}\n{svg}");
        }
    }
    for part in [
        ">Supplier</text>",
        ">account / supplier</text>",
        ">tags</text>",
        ">Pair&lt;u8,&amp;'staticstr&gt;</text>",
        "stroke-dasharray",
    ] {
        assert!(svg.contains(part), "{part}\n{svg}");
    }
    package.done(&["diagram", "--svg", "--out", "models.svg"]);
    assert_eq!(package.read("models.svg"), svg);
}
