//! `cargo relations import-lb4`: the models of LoopBack 4's tutorial, and every decorator with every way of leaving out keys.

#![cfg(feature = "import-lb4")]

mod support;

use support::Package;

/// After <https://loopback.io/doc/en/lb4/todo-list-tutorial.html>.
const TODO: &str = r"
import {belongsTo, Entity, model, property} from '@loopback/repository';
import {TodoList, TodoListWithRelations} from './todo-list.model';

@model()
export class Todo extends Entity {
  @property({type: 'number', id: true, generated: false})
  id?: number;

  // What is to be done.
  @property({type: 'string', required: true})
  title: string; // short

  /**
   * How, and
   * where.
   */
  @property()
  desc?: string;

  @property({type: Boolean, default: false})
  isComplete?: boolean;

  @belongsTo(() => TodoList)
  todoListId: number;

  constructor(data?: Partial<Todo>) {
    super(data);
  }
}

export interface TodoRelations {
  todoList?: TodoListWithRelations;
}

export type TodoWithRelations = Todo & TodoRelations;
";

const TODO_LIST: &str = r"
import {Entity, hasMany, hasOne, model, property} from '@loopback/repository';

/** Things to do. */
@model()
export class TodoList extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;

  @property({type: 'string', required: true})
  title: string;

  @property({type: 'string'})
  color?: string;

  @hasMany(() => Todo)
  todos: Todo[];

  @hasOne(() => TodoListImage)
  image: TodoListImage;
}
";

const TODO_LIST_IMAGE: &str = r"
@model()
export class TodoListImage extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;

  @belongsTo(() => TodoList, {}, {required: true})
  todoListId: number;

  @property({required: true})
  value: string;
}
";

const EXPECTED: &str = r#"use relations::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Model, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TodoListImage {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(TodoList)]
    pub todo_list_id: i64,
    pub value: String,
}

/// Things to do.
#[derive(Debug, Clone, Model, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[has_many(Todo)]
#[has_one(TodoListImage, name = "image")]
pub struct TodoList {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
    pub color: Option<String>,
}

#[derive(Debug, Clone, Model, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Todo {
    #[model(id)]
    pub id: i64,
    /// What is to be done.
    pub title: String,
    /// How, and
    /// where.
    pub desc: Option<String>,
    #[model(default = "FALSE")]
    pub is_complete: Option<bool>,
    #[belongs_to(TodoList)]
    pub todo_list_id: Option<i64>,
}
"#;

const TODO_PROGRAM: &str = r#"
mod models;

use models::*;
use relations::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(TodoList, Todo, TodoListImage)>().create().await?;
    let lists = TodoListRepository::new(&db);
    let list = lists.create(TodoList::draft().title("Sunday")).await?;
    lists.todos(list.id).create(Todo::draft().id(1).title("rest")).await?;
    lists.image(list.id).create(TodoListImage::draft().value("sofa")).await?;
    let rows = lists.find().include(TodoList::TODOS).include(TodoList::IMAGE).await?;
    assert_eq!(rows[0].todos[0].is_complete, Some(false));
    assert_eq!(rows[0].image.as_ref().map(|image| &*image.value), Some("sofa"));
    Ok(())
}
"#;

#[test]
fn the_lists_of_loopbacks_tutorial_run() {
    let files = [
        ("lb/models/index.ts", "export * from './todo.model';\n"),
        ("lb/models/todo.model.ts", TODO),
        ("lb/models/todo-list.model.ts", TODO_LIST),
        ("lb/models/todo-list-image.model.ts", TODO_LIST_IMAGE),
        ("src/main.rs", TODO_PROGRAM),
    ];
    let package = Package::new("lb4_todo", &files);
    let arguments = ["import-lb4", "lb/models"];
    let text = package.done(&arguments);
    assert_eq!(package.read("src/models.rs"), EXPECTED, "{text}");
    assert!(package.done(&arguments).ends_with("nothing to change\n"));
    package.formatted("src/models.rs");
    package.compile("run");
}

/// Decorators in all forms. What is said of each is below.
const ALL: &[(&str, &str)] = &[
    (
        "base",
        r"
export abstract class Base<T extends object = {}> extends Timestamps(Entity) implements Kept<T> {
  @property({type: 'number', id: true, generated: true, mysql: {dataType: 'int'}})
  id?: number;
  @property({type: 'date', default: () => new Date()})
  createdAt?: Date;
}
@model()
export class Line extends Model {
  @property() text: string;
}
@model({name: 'plain'})
export class Plain { }
",
    ),
    (
        "customer",
        r#"
const MYSQL = {table: 'tbl_customer', schema: undefined};
const LENGTH = 80;
export enum Kind { Private = 'private', Firm = 'firm' }

@model({
  description: 'Whom we "deliver" to.',
  name: 'customer',
  settings: {
    strict: false,
    hiddenProperties: ['secret'],
    mysql: {...MYSQL},
    indexes: {both: {keys: {fullName: 1, email: -1}, options: {unique: true}}},
    scope: {limit: 5},
    acls: [{principalType: 'ROLE'}],
    odd: true,
    ...MORE,
  },
  jsonSchema: {maxProperties: 3},
})
export class Customer extends Base<Customer> {
  @property({type: 'string', required: true, length: LENGTH, index: true})
  fullName: string;
  @property({type: String, index: {unique: true}, jsonSchema: {format: 'email', maxLength: 50}})
  email?: string;
  @property({type: 'string'}) secret?: string;
  @property({type: 'string', hidden: true}) other?: string;
  @property({type: 'string', default: Kind.Private, jsonSchema: {enum: Object.values(Kind)}})
  kind: Kind;
  @property({type: 'number', postgresql: {columnName: 'bal_ance', dataType: 'decimal', dataPrecision: 10, dataScale: 2}})
  balance?: number;
  @property({type: 'number', default: -1.5}) rate?: number;
  @property({type: 'number', mysql: {nullable: 'NO', dataType: "smallint"}}) rank: number;
  @property({type: 'date', postgresql: {dataType: 'date'}}) born?: Date;
  @property({type: 'string', postgresql: {dataType: 'uuid'}, defaultFn: 'uuidv4'}) guid?: string;
  @property({type: 'string', defaultFn: 'nanoid'}) nano?: string;
  @property({type: 'string', default: `it's
two lines`}) note?: string;
  @property({type: 'string', default: () => makeIt(1,
    2)}) made?: string;
  @property.array(String) tags?: string[];
  @property({type: 'array', itemType: 'number', required: true}) scores: number[];
  @property.array(Line, {description: 'What is ordered.'}) lines?: Line[];
  @property({type: Line}) line?: Line;
  @property() place: 'a' | 'b';
  @property() born2?: Date | null;
  @property() many?: Array<string>;
  @property({type: 'object'}) settings?: object;
  @property({type: 'buffer', wild: 1}) 'pic-ture'?: Buffer;
  @secret() @property({type: 'string'}) decorated?: string;
  [prop: string]: any;
  plain = 1;
  static never = 2;

  @hasMany(() => Order) orders: Order[];
  @hasMany(() => Order, {name: 'bought', keyTo: 'buyerId'}) buys: Order[];
  @hasMany(() => Note, {keyFrom: 'email', keyTo: 'to'}) letters: Note[];
  @hasOne(() => Address, {name: 'ignored'}) address: Address;
  @hasMany(() => Group, {through: {model: () => Membership}}) groups: Group[];
  @hasMany(() => Customer, {through: {model: () => Friendship, keyFrom: 'oneId', keyTo: 'otherId'}}) friends: Customer[];
  @hasMany(() => Customer, {keyTo: 'parentId'}) children: Customer[];
  @belongsTo(() => Customer, {name: 'boss'}) parentId?: number;
  @referencesMany(() => Group) groupIds: number[];
  @referencesMany(() => Thing, {name: 'wishes', keyTo: 'code'}, {required: true}) wishCodes: string[];
  @embedsMany(() => Label) labels: Label[];
  @embedsOne(() => Label, {name: 'bestLabel'}) best?: Label;
  @embedsMany(() => Line) rows: Line[];
  @hasMany(() => Nothing) nothing: Nothing[];
  @hasMany(target()) unknown: Order[];
  @hasOne(() => Delivery, {polymorphic: true}) delivery: Delivery;
  @hasOne(() => Address, {keyTo: 'secondId', strange: 1}) find: Address;
}
"#,
    ),
    (
        "orders",
        r"
@model({
  settings: {
    foreignKeys: {
      fk_customer: {name: 'fk_customer', entity: 'Customer', entityKey: 'id', foreignKey: 'customerId', onDelete: 'CASCADE', onUpdate: 'SET NULL'},
      fk_group: {name: 'fk_group', entity: 'Group', entityKey: 'id', foreignKey: 'groupId', onDelete: 'SET NULL'},
      fk_bad: {name: 'fk_bad'},
    },
  },
})
class Order extends Base<Order> {
  @property({type: 'number', required: true}) total: number;
  @belongsTo(() => Customer, {}, {required: true, index: true}) customerId: number;
  @property({type: 'number'}) buyerId?: number;
  @property({type: 'number'}) groupId?: number;
}
@model() export class Address extends Base { @belongsTo(() => Customer) customerId: number; }
@model() export class Note extends Base { @property({type: 'string'}) to?: string; }
@model() export class Thing extends Entity { @property({type: 'string', id: true, length: 20}) code: string; }
@model() export class Group extends ns.Base { }
@model() export class Friendship extends Base { @belongsTo(() => Customer, {name: 'one'}) oneId: number; }
@model() export class Membership extends Entity {
  @property({type: 'number', id: 1}) groupId: number;
  @property({type: 'number', id: 2, generated: true}) customerId: number;
}
@model() export class Delivery extends Elsewhere { @property({type: 'string', id: true, generated: true}) key: string; }
@model() export class Label extends Model { @property({id: true, type: 'string'}) text: string; @property() sentAt?: Date; }
@model() export class Loop extends Loop { }
@model() export class Note extends Base { }
",
    ),
];

const TABLES: &str = r#"
#![allow(dead_code)]

mod kept;
mod models;

macro_rules! all {
    ($module:ident) => {
        (
            ($module::Customer, $module::Order, $module::Address, $module::Note, $module::Thing, $module::Group),
            ($module::Friendship, $module::Membership, $module::Delivery, $module::Loop),
        )
    };
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = relations::Db::connect("sqlite::memory:").await?;
    db.schema::<all!(models)>().create().await?;
    let db = relations::Db::connect("sqlite::memory:").await?;
    db.schema::<all!(kept)>().create().await
}
"#;

#[test]
fn every_decorator_compiles() {
    let paths: Vec<String> = ALL
        .iter()
        .map(|(name, _)| format!("lb/models/{name}.model.ts"))
        .collect();
    let mut files: Vec<(&str, &str)> = paths
        .iter()
        .zip(ALL)
        .map(|(path, (_, text))| (path.as_str(), *text))
        .collect();
    files.push(("src/main.rs", TABLES));
    let package = Package::new("lb4_all", &files);
    let text = package.done(&["import-lb4", "lb/models"]);
    for line in [
        "taken   Customer: struct `Customer`",
        "changed Customer.base: what it has from `Base` is written into it",
        "left    Customer.base: what `Timestamps` adds",
        "left    Line: its base is `Model`",
        "left    Plain: it does not extend `Entity`",
        "left    Customer.strict: ",
        "left    Customer.odd: ",
        "left    Customer.scope: ",
        "left    Customer.acls: ",
        "left    Customer.jsonSchema: ",
        "left    Customer.model.settings....: `MORE` is not a literal",
        "taken   Customer.id: `id: i32`",
        "taken   Customer.createdAt: `created_at: chrono::DateTime<chrono::Utc>`",
        "taken   Customer.fullName: `full_name: String`",
        "left    Customer.email.jsonSchema: ",
        "left    Customer.kind.enum: write `#[model(check = \"kind IN ('private', 'firm')\")]` at the struct",
        "taken   Customer.balance: `balance: Option<rust_decimal::Decimal>`",
        "taken   Customer.rate: `rate: Option<f64>`",
        "taken   Customer.rank: `rank: i16`",
        "taken   Customer.born: `born: Option<chrono::NaiveDate>`",
        "taken   Customer.guid: `guid: uuid::Uuid`",
        "left    Customer.nano.defaultFn: ",
        "left    Customer.made.default: `() => makeIt(1, ..` is not a literal",
        "taken   Customer.tags: `tags: Option<Vec<String>>`",
        "taken   Customer.scores: `scores: Vec<i64>`",
        "taken   Customer.lines: `lines: Option<serde_json::Value>`",
        "changed Customer.line: `line: Option<serde_json::Value>`: a type of its own",
        "taken   Customer.born2: `born2: Option<chrono::DateTime<chrono::Utc>>`",
        "taken   Customer.many: `many: Option<Vec<String>>`",
        "left    Customer.pic-ture.wild: ",
        "left    Customer.decorated: `@secret` has no counterpart",
        "left    Customer.plain: it has no `@property`",
        "taken   Customer.relations.orders: `has_many` `orders`",
        "taken   Customer.relations.bought: `has_many` `bought`",
        "taken   Customer.relations.letters: `has_many` `letters`",
        "taken   Customer.relations.address: `has_one` `address`",
        "taken   Customer.relations.groups: `has_many` through links `groups`",
        "taken   Customer.relations.friends: `has_many` through links `friends`",
        "taken   Customer.relations.boss: `belongs_to` `boss`",
        "taken   Customer.relations.wishes: `references_many` `wishes`",
        "taken   Label: struct `Label`",
        "taken   Customer.relations.labels: `embeds_many` over the field `labels`",
        "taken   Customer.relations.bestLabel: `embeds_one` over the field `best`, as `best_label`",
        "changed Customer.relations.rows: `rows`, a column of JSON",
        "left    Customer.relations.nothing: there is no model `Nothing`",
        "left    Customer.relations.unknown: the model that it leads to is not named",
        "left    Customer.relations.delivery: ",
        "left    Customer.relations.find.strange: ",
        "changed Customer.relations.find: `has_one` `find_rel`",
        "left    Order.foreignKeys.fk_customer: `SET NULL`, since `customerId` is required",
        "left    Order.foreignKeys.fk_bad: ",
        "taken   Order.relations.group: `belongs_to` `group`",
        "changed Delivery.base: `Elsewhere` is not there",
        "left    Delivery.key.generated: ",
        "left    Membership.customerId.generated: ",
        "changed Loop.base: `Loop` is not there",
        "left    Note: another class of this name",
    ] {
        assert!(
            text.lines().any(|other| other.starts_with(line)),
            "{line}\n{text}"
        );
    }
    let models = package.read("src/models.rs");
    for part in [
        "table = \"tbl_customer\"",
        "/// Whom we \"deliver\" to.",
        "#[model(length = 80, index)]",
        "unique(\"full_name\", \"email\")",
        "#[model(default = \"'private'\")]",
        "column = \"bal_ance\", precision = 10, scale = 2",
        "#[belongs_to(Customer, on_delete = \"cascade\")]",
        "#[belongs_to(Group, on_delete = \"set_null\")]",
        "#[model(default = \"'it''s\\ntwo lines'\")]",
    ] {
        assert!(models.contains(part), "{part}\n{models}");
    }
    assert_eq!(models.matches("skip_serializing").count(), 2, "{models}");
    package.done(&[
        "import-lb4",
        "lb/models",
        "--keep-names",
        "--no-serde",
        "--out",
        "src/kept.rs",
    ]);
    let kept = package.read("src/kept.rs");
    assert!(
        kept.contains("column = \"customerId\"") && !kept.contains("serde::"),
        "{kept}"
    );
    package.formatted("src/models.rs");
    package.compile("run");
}

#[test]
fn what_is_no_typescript_is_refused() {
    let package = Package::new(
        "lb4_broken",
        &[
            ("m/a.ts", "@model() class A {\n  @property( id: number;\n}"),
            ("src/models.rs", "mine"),
        ],
    );
    let problem = package.refused("broken_typescript", &["import-lb4", "m"]);
    assert!(problem.contains("m/a.ts:"), "{problem}");
    package.refused("unreadable", &["import-lb4", "nowhere"]);
    package.write("m/a.ts", "export class A extends Entity {}");
    package.refused("no_models", &["import-lb4", "m"]);
    package.write("m/a.ts", TODO_LIST_IMAGE);
    package.refused("file_exists", &["import-lb4", "m"]);
}

/// Names of other files under other names, and keys as generators write them.
const RENAMED: &[(&str, &str)] = &[
    (
        "m/customer.model.ts",
        "import {Entity, model as lbModel, property, hasMany} from '@loopback/repository';
import * as models from '.';
export enum Status { Open = 'open', Closed = 'closed' }
@lbModel() export class Customer extends Entity {
  @property({type: 'string', id: true, postgresql: {dataType: 'uuid'}}) id: string;
  @hasMany(() => models.Order, {keyTo: 'customerId'}) orders: models.Order[];
}
",
    ),
    (
        "m/order.model.ts",
        "import * as lb from '@loopback/repository';
import {Customer as Buyer, type CustomerRelations, Status} from './customer.model';
import type {Other} from './nowhere';
@lb.model({settings: {foreignKeys: {fk: {name: 'fk', entity: 'Customer', entityKey: 'id', foreignKey: 'customerid', onDelete: 'CASCADE'}}}})
export class Order extends lb.Entity {
  @lb.property({type: 'number', id: true, generated: true}) id?: number;
  @lb.property.array(String) labels?: string[];
  @lb.property({type: 'string', jsonSchema: {enum: Object.values(Status)}}) status: Status;
  @lb.property({type: 'number', jsonSchema: {format: 'double'}}) weight: number;
  @lb.property({type: 'number', dataType: 'decimal', precision: 10, scale: 2}) total: number;
  @lb.belongsTo(() => Buyer, {name: 'buyer', keyTo: 'id'}, {type: 'string', mongodb: {dataType: 'ObjectID'}}) customerId: string;
}
export type OrderWithRelations = Order & CustomerRelations & Other;
",
    ),
    ("m/index.ts", "export * from './order.model';\n"),
    ("src/lib.rs", "pub mod models;\n"),
];

#[test]
fn names_of_imports_are_those_of_their_files() {
    let package = Package::new("lb4_renamed", RENAMED);
    let text = package.done(&["import-lb4", "m"]);
    for line in [
        "taken   Order.relations.buyer: `belongs_to` `buyer`",
        "taken   Customer.relations.orders: `has_many` `orders`",
        "taken   Order.labels: `labels: Option<Vec<String>>`",
        "taken   Order.weight: `weight: Option<f64>`",
        "taken   Order.total: `total: Option<rust_decimal::Decimal>`",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
    assert!(!text.contains("is not a literal"), "{text}");
    let code = package.read("src/models.rs");
    let key = "    #[belongs_to(Customer, name = \"buyer\", on_delete = \"cascade\")]\n    pub customer_id: Option<uuid::Uuid>,\n";
    assert!(code.contains(key), "{code}");
    package.formatted("src/models.rs");
    package.compile("check");
}
