//! What models say of themselves. No database is asked; the last test asserts that for all of them.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{ReferentialAction, RelationKind, value::Kind};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "suppliers")]
#[has_one(Account)]
#[has_one(Account, name = "second", key_from = "code", key_to = ["code"], include = false)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    #[model(unique, length = 8, column = "the_code")]
    pub code: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Account {
    #[model(id)]
    pub id: i32,
    #[belongs_to(Supplier, on_delete = "cascade", on_update = "restrict")]
    pub supplier_id: i64,
    #[belongs_to(Supplier, name = "by_code", key_to = "code")]
    #[model(index, default = "'x'", db_type = "VARCHAR(8)")]
    pub code: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct HttpServer2Log {
    #[model(id)]
    pub a: i64,
    #[model(id)]
    pub b: String,
}

#[database_test]
async fn a_has_one_infers_its_name_and_keys(_: TestDb) {
    let relation = Supplier::metadata().relation("account").unwrap();
    assert_eq!(
        (relation.name(), relation.kind()),
        ("account", RelationKind::HasOne)
    );
    assert_eq!(
        (relation.source().name(), relation.target().name()),
        ("Supplier", "Account")
    );
    assert_eq!(
        (relation.key_from(), relation.key_to()),
        (&["id"][..], &["supplier_id"][..])
    );
    assert!(!relation.targets_many());
    assert!(relation.is_included());
}

#[database_test]
async fn a_has_one_keeps_what_it_is_given(_: TestDb) {
    let relation = Supplier::metadata().relation("second").unwrap();
    assert_eq!(
        (relation.key_from(), relation.key_to()),
        (&["code"][..], &["code"][..])
    );
    assert!(!relation.is_included());
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Node, name = "next", key_to = "above_id", include = false)]
#[has_many(Node, key_to = "above_id", include = false)]
#[has_many(
    Node,
    name = "neighbours",
    through(Edge, key_from = "node_id", key_to = "other_id"),
    include = false
)]
#[allow(clippy::duplicated_attributes)]
pub struct Node {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Node, include = false)]
    #[model(hidden)]
    pub above_id: Option<i64>,
    #[references_many(Node, include = false)]
    pub friend_ids: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Edge {
    #[model(id)]
    #[belongs_to(Node)]
    pub node_id: i64,
    #[model(id)]
    #[belongs_to(Node, include = true)]
    pub other_id: i64,
}

#[database_test]
async fn relations_of_every_kind_can_be_closed_to_filters(db: TestDb) {
    let relations = Node::metadata().relations();
    assert_eq!(relations.len(), 5);
    for relation in relations {
        assert!(!relation.is_included(), "{relation:?}");
    }
    assert!(Edge::metadata().relation("other").unwrap().is_included());
    // That concerns filters alone: code includes them.
    let nodes = NodeRepository::new(&*db);
    let _ = nodes
        .find()
        .include(Node::NEXT)
        .include(Node::NODES)
        .include(Node::NEIGHBOURS)
        .include(Node::ABOVE)
        .include(Node::FRIENDS);
}

#[database_test]
async fn a_belongs_to_takes_its_name_from_the_field_without_id(_: TestDb) {
    let relation = Account::metadata().relation("supplier").unwrap();
    assert_eq!(
        (relation.name(), relation.kind()),
        ("supplier", RelationKind::BelongsTo)
    );
    assert_eq!(
        (relation.source().name(), relation.target().name()),
        ("Account", "Supplier")
    );
    assert_eq!(
        (relation.key_from(), relation.key_to()),
        (&["supplier_id"][..], &["id"][..])
    );
    assert_eq!(relation.on_delete(), ReferentialAction::Cascade);
    assert_eq!(relation.on_update(), ReferentialAction::Restrict);
    assert!(!relation.targets_many());
}

#[database_test]
async fn a_belongs_to_keeps_what_it_is_given(_: TestDb) {
    let relation = Account::metadata().relation("by_code").unwrap();
    assert_eq!(
        (relation.key_from(), relation.key_to()),
        (&["code"][..], &["code"][..])
    );
    assert_eq!(relation.on_delete(), ReferentialAction::NoAction);
}

#[database_test]
async fn a_model_lists_fields_and_relations_in_order(_: TestDb) {
    let supplier = Supplier::metadata();
    assert_eq!(
        (supplier.name(), supplier.table()),
        ("Supplier", "suppliers")
    );
    let relations: Vec<&str> = supplier
        .relations()
        .iter()
        .map(|relation| relation.name())
        .collect();
    assert_eq!(relations, ["account", "second"]);
    let fields: Vec<&str> = Account::metadata()
        .fields()
        .iter()
        .map(|field| field.name())
        .collect();
    assert_eq!(fields, ["id", "supplier_id", "code"]);
    assert!(supplier.relation("nothing").is_none());
    assert!(supplier.field("nothing").is_none());
    let ids: Vec<&str> = HttpServer2Log::metadata()
        .id_fields()
        .map(|field| field.name())
        .collect();
    assert_eq!(ids, ["a", "b"]);
    assert!(HttpServer2Log::metadata().relations().is_empty());
}

#[database_test]
async fn a_field_tells_its_settings(_: TestDb) {
    let id = Supplier::metadata().field("id").unwrap();
    assert!(id.is_id() && id.is_generated() && !id.is_nullable() && !id.is_unique());
    assert_eq!(id.kind(), Kind::I64);
    let code = Supplier::metadata().field("code").unwrap();
    assert!(code.is_nullable() && code.is_unique() && !code.is_id());
    assert_eq!(
        (code.column(), code.length(), code.kind()),
        ("the_code", Some(8), Kind::Text)
    );
    let code = Account::metadata().field("code").unwrap();
    assert!(code.is_indexed() && !code.is_hidden());
    assert!(Node::ABOVE_ID.field().is_hidden());
    assert_eq!(
        (code.default(), code.db_type()),
        (Some("'x'"), Some("VARCHAR(8)"))
    );
    assert_eq!(Account::CODE.field(), code);
}

#[database_test]
async fn a_table_is_named_after_its_struct(db: TestDb) {
    assert_eq!(HttpServer2Log::metadata().table(), "http_server2_log");
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn metadata_of_models_that_point_at_each_other_can_be_shown(_: TestDb) {
    let shown = format!("{:?}", Supplier::metadata());
    assert!(
        shown.contains("Account") && shown.contains("supplier_id"),
        "{shown}"
    );
}

#[derive(Debug, Model)]
#[has_many(Category, key_from = "code", key_to = "shop_code", name = "sections")]
#[has_many(Category)]
#[has_many(Label, through = Labelling)]
#[has_many(
    Label,
    name = "marks",
    through(Labelling, key_from = "shop_id", key_to = "label_id", unique = false)
)]
pub struct Shop {
    #[model(id)]
    pub id: i64,
    #[model(unique)]
    pub code: i32,
}

#[derive(Debug, Model)]
pub struct Category {
    #[model(id)]
    pub id: i64,
    pub shop_id: i64,
    pub shop_code: i32,
}

#[derive(Debug, Model)]
pub struct Label {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Model)]
pub struct Labelling {
    #[model(id)]
    #[belongs_to(Shop)]
    pub shop_id: i64,
    #[model(id)]
    #[belongs_to(Label)]
    pub label_id: i64,
}

#[database_test]
async fn has_manys_tell_their_names_and_keys(_: TestDb) {
    let relation = |name| Shop::metadata().relation(name).unwrap();
    let sections = relation("sections");
    assert_eq!(sections.kind(), RelationKind::HasMany);
    assert!(sections.targets_many() && sections.through().is_none());
    assert_eq!(
        (sections.key_from(), sections.key_to()),
        (&["code"][..], &["shop_code"][..])
    );
    let categories = relation("categories");
    assert_eq!(
        (categories.key_from(), categories.key_to()),
        (&["id"][..], &["shop_id"][..])
    );
    for (name, is_unique) in [("labels", true), ("marks", false)] {
        let through = relation(name).through().unwrap();
        assert_eq!(relation(name).key_to(), ["id"]);
        assert_eq!(through.model().name(), "Labelling");
        assert_eq!(
            (through.key_from(), through.key_to()),
            (&["shop_id"][..], &["label_id"][..])
        );
        assert_eq!(through.is_unique(), is_unique);
    }
}

mod kinds {
    use relations::prelude::*;

    #[derive(Debug, PartialEq, Model)]
    #[has_one(Address)]
    #[has_one(Note, discriminator = "subject_type", key_to = "subject_id")]
    #[has_many(Order)]
    #[has_many(Tag, through = Tagging)]
    #[has_many(
        Note,
        discriminator = "subject_type",
        key_to = "subject_id",
        name = "notes"
    )]
    pub struct Customer {
        #[model(id)]
        pub id: i64,
        #[references_many(Tag, name = "favourites")]
        pub favourite_ids: Vec<i64>,
    }

    #[derive(Debug, Model)]
    pub struct Address {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Customer)]
        pub customer_id: i64,
    }

    #[derive(Debug, Model)]
    pub struct Order {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Customer)]
        pub customer_id: i64,
    }

    #[derive(Debug, PartialEq, Model)]
    pub struct Tag {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Model)]
    pub struct Tagging {
        #[model(id)]
        #[belongs_to(Customer)]
        pub customer_id: i64,
        #[model(id)]
        #[belongs_to(Tag)]
        pub tag_id: i64,
    }

    #[derive(Debug, PartialEq, PolymorphicModel)]
    pub enum Subject {
        Customer(Customer),
        Tag(Tag),
    }

    #[derive(Debug, Model)]
    pub struct Note {
        #[model(id)]
        pub id: i64,
        pub subject_type: String,
        #[belongs_to(Subject, discriminator = "subject_type")]
        pub subject_id: i64,
    }
}

#[database_test]
async fn every_kind_of_relation_tells_what_it_is(_: TestDb) {
    use RelationKind::{BelongsTo, HasMany, HasOne, ReferencesMany};
    use kinds::{Customer, Note, Order};
    let relations = [Customer::metadata(), Order::metadata(), Note::metadata()];
    let told = relations
        .into_iter()
        .flat_map(|model| {
            model
                .relations()
                .iter()
                .map(move |relation| (model, relation))
        })
        .map(|(model, relation)| {
            assert_eq!(relation.source().name(), model.name());
            let targets = relation.targets().into_iter().map(|target| target.name());
            (
                relation.kind(),
                relation.name(),
                relation.source().name(),
                targets.collect::<Vec<_>>().join(" or "),
                relation.targets_many(),
            )
        });
    let expected = [
        (HasOne, "address", "Customer", "Address", false),
        (HasOne, "note", "Customer", "Note", false),
        (HasMany, "orders", "Customer", "Order", true),
        (HasMany, "tags", "Customer", "Tag", true),
        (HasMany, "notes", "Customer", "Note", true),
        (ReferencesMany, "favourites", "Customer", "Tag", true),
        (BelongsTo, "customer", "Order", "Customer", false),
        (BelongsTo, "subject", "Note", "Customer or Tag", false),
    ];
    let expected = expected.map(|(kind, name, source, target, targets_many)| {
        (kind, name, source, target.to_owned(), targets_many)
    });
    assert_eq!(told.collect::<Vec<_>>(), expected);
}
