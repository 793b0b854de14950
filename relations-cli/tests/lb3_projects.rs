//! `cargo relations import-lb3` on folders as public projects have them: what they hold compiles and becomes tables.

mod support;

use std::fmt::Write;
use support::Package;

/// A project: its name, its arguments beside the folder, and its files.
type Project = (
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

/// As `loopback-example-relations`: relations of each kind between customers and books.
const RELATIONS: Project = (
    "relations_of_books",
    &[
        "--model-config",
        "relations_of_books/server/model-config.json",
    ],
    &[
        (
            "server/model-config.json",
            r#"{
  "_meta": {"sources": ["loopback/common/models", "../common/models"], "mixins": ["./mixins"]},
  "User": {"dataSource": "db", "public": false},
  "AccessToken": {"dataSource": "db"},
  "ACL": {"dataSource": "db", "public": false},
  "RoleMapping": {"dataSource": "db", "public": false},
  "Role": {"dataSource": "db", "public": false},
  "Account": {"dataSource": "db"}, "Address": {"dataSource": "transient", "public": false},
  "Author": {"dataSource": "db"}, "Book": {"dataSource": "db"}, "Chapter": {"dataSource": "db"}, "Customer": {"dataSource": "db"},
  "EmailAddress": {"dataSource": "transient"}, "Link": {"dataSource": "transient"}, "Order": {"dataSource": "db"}, "Reader": {"dataSource": "db"},
  "Unused": {"dataSource": null},
}"#,
        ),
        (
            "common/models/account.json",
            r#"{"name": "Account", "plural": "accounts", "base": "PersistedModel", "properties": {"name": "string", "date": {"type": "date"}, "balance": {"type": "number"}, "customerId": "number"}}"#,
        ),
        (
            "common/models/address.json",
            r#"{"name": "Address", "base": "Model", "idInjection": true, "properties": {"street": {"type": "string", "required": true}, "city": "string", "state": "string", "zipCode": "string"}}"#,
        ),
        (
            "common/models/author.json",
            r#"{"name": "Author", "base": "PersistedModel", "properties": {"name": {"type": "string", "required": true}}, "relations": {"books": {"type": "hasMany", "model": "Book", "foreignKey": "", "through": "AuthorBook"}}}"#,
        ),
        (
            "common/models/book.json",
            r#"{
  "name": "Book",
  "base": "PersistedModel",
  "properties": {"name": {"type": "string"}, "type": {"type": "string"}},
  "relations": {
    "people": {"type": "embedsMany", "model": "Link", "scope": {"include": "linked"}},
    "chapters": {"type": "referencesMany", "model": "Chapter", "foreignKey": "chapterIds", "options": {"validate": true, "forceId": false}},
    "readers": {"type": "hasAndBelongsToMany", "model": "Reader"},
  },
}"#,
        ),
        (
            "common/models/chapter.json",
            r#"{"name": "Chapter", "base": "PersistedModel", "properties": {"name": {"type": "string"}}}"#,
        ),
        (
            "common/models/customer.json",
            r#"{
  "name": "Customer",
  "base": "PersistedModel",
  "idInjection": true,
  "strict": false,
  "options": {"validateUpsert": true},
  "properties": {"name": {"type": "string"}, "age": {"type": "number"}},
  "validations": [],
  "relations": {
    "address": {"type": "embedsOne", "model": "Address", "property": "_address", "options": {"validate": true, "forceId": false}},
    "emails": {"type": "embedsMany", "model": "EmailAddress", "property": "emailList", "options": {"validate": true, "forceId": false}},
    "accounts": {"type": "hasMany", "model": "Account", "foreignKey": "customerId"},
    "orders": {"type": "hasMany", "model": "Order", "foreignKey": "customerId", "scope": {"include": "customer"}},
    "bigOrders": {"type": "hasMany", "model": "Order", "foreignKey": "customerId", "scope": {"where": {"amount": {"gt": 100}, "status": "open"}, "order": ["amount DESC"]}},
  },
  "scopes": {"youngFolks": {"where": {"age": {"lte": 22}}}},
  "acls": [], "methods": []
}"#,
        ),
        (
            "common/models/email-address.json",
            r#"{"name": "EmailAddress", "base": "Model", "idInjection": false, "properties": {"label": "string", "address": {"type": "string", "id": true}}}"#,
        ),
        (
            "common/models/link.json",
            r#"{"name": "Link", "base": "Model", "properties": {"id": {"type": "number", "id": true}, "name": {"type": "string"}, "notes": {"type": "string"}}, "relations": {"linked": {"type": "belongsTo", "model": "Author", "polymorphic": {"idType": "number"}, "properties": {"name": "name"}, "options": {"invertProperties": true}}}}"#,
        ),
        (
            "common/models/order.json",
            r#"{"name": "Order", "base": "PersistedModel", "properties": {"description": "string", "date": {"type": "date", "default": "$now"}, "amount": "number", "status": {"type": "string", "default": "open"}, "customerId": "number"}, "relations": {"customer": {"type": "belongsTo", "model": "Customer", "foreignKey": "customerId"}}}"#,
        ),
        (
            "common/models/reader.json",
            r#"{"name": "Reader", "base": "User", "relations": {"books": {"type": "hasAndBelongsToMany", "model": "Book"}, "accessTokens": {"type": "hasMany", "model": "AccessToken", "foreignKey": "userId", "options": {"disableInclude": true}}}, "acls": [{"accessType": "*", "principalType": "ROLE", "principalId": "$everyone", "permission": "DENY"}]}"#,
        ),
        (
            "common/models/unused.json",
            r#"{"name": "Unused", "base": "PersistedModel", "properties": {}}"#,
        ),
    ],
);

/// As `loopback-example-access-control` and `-passport`: people, roles, and models of the components.
const ACCESS: Project = (
    "access_control",
    &["--model-config", "access_control/server/model-config.json"],
    &[
        (
            "server/model-config.json",
            r#"{"user": {"dataSource": "db", "public": true}, "User": {"dataSource": "db"}, "AccessToken": {"dataSource": "db"}, "accessToken": {"dataSource": "db"}, "ACL": {"dataSource": "db"}, "RoleMapping": {"dataSource": "db"}, "Role": {"dataSource": "db"}, "project": {"dataSource": "db"}, "team": {"dataSource": "db"}, "userIdentity": {"dataSource": "db"}, "userCredential": {"dataSource": "db"}, "Installation": {"dataSource": "db"}}"#,
        ),
        (
            "common/models/user.json",
            r#"{
  "name": "user",
  "plural": "users",
  "base": "User",
  "properties": {"realm": {"type": "string"}, "gender": {"type": "string", "enum": ["f", "m"]}, "status": {"type": "string", "default": "active"}},
  "hidden": ["password"],
  "relations": {
    "projects": {"type": "hasMany", "model": "project", "foreignKey": "ownerId"},
    "teams": {"type": "hasMany", "model": "team", "foreignKey": "ownerId"},
    "accessTokens": {"type": "hasMany", "model": "accessToken", "foreignKey": "userId", "options": {"disableInclude": true}},
    "identities": {"type": "hasMany", "model": "userIdentity", "foreignKey": "userId"},
    "credentials": {"type": "hasMany", "model": "userCredential", "foreignKey": "userId"},
    "roles": {"type": "hasMany", "model": "Role", "through": "RoleMapping", "foreignKey": "principalId", "keyThrough": "roleId"}
  },
  "acls": [{"accessType": "EXECUTE", "principalType": "ROLE", "principalId": "$owner", "permission": "ALLOW", "property": ["logout"]}],
  "methods": {}
}"#,
        ),
        (
            "common/models/access-token.json",
            r#"{"name": "accessToken", "base": "AccessToken", "properties": {}, "relations": {"user": {"type": "belongsTo", "model": "user", "foreignKey": "userId"}}}"#,
        ),
        (
            "common/models/project.json",
            r#"{"name": "project", "base": "PersistedModel", "strict": true, "properties": {"name": {"type": "string"}, "balance": {"type": "number"}}, "relations": {"user": {"type": "belongsTo", "model": "user", "foreignKey": "ownerId"}}}"#,
        ),
        (
            "common/models/team.json",
            r#"{"name": "team", "plural": "teams", "base": "PersistedModel", "properties": {"ownerId": {"type": "number"}, "memberId": {"type": "number", "required": true}}, "relations": {"members": {"type": "hasMany", "model": "user", "foreignKey": "memberId"}}}"#,
        ),
        (
            "common/models/user-identity.json",
            r#"{"name": "userIdentity", "plural": "userIdentities", "base": "UserIdentity", "properties": {}, "relations": {"user": {"type": "belongsTo", "model": "user", "foreignKey": "userId"}}}"#,
        ),
        (
            "common/models/user-credential.json",
            r#"{"name": "userCredential", "plural": "userCredentials", "base": "UserCredential", "properties": {}, "relations": {"user": {"type": "belongsTo", "model": "user", "foreignKey": "userId"}}}"#,
        ),
        (
            "common/models/installation.json",
            r#"{"name": "Installation", "base": "PersistedModel", "properties": {"appId": {"type": "string", "required": true, "index": true}, "deviceToken": {"type": "string", "required": true}, "subscriptions": ["string"], "badge": "number", "created": "date"}, "relations": {"role": {"type": "belongsTo", "model": "Role"}, "acl": {"type": "belongsTo", "model": "ACL"}, "mapping": {"type": "hasMany", "model": "RoleMapping", "foreignKey": "principalId"}}}"#,
        ),
    ],
);

/// As `loopback-example-offline-sync`: ids of texts, change tracking, and models in folders of their plurals.
const OFFLINE: Project = (
    "offline_sync",
    &[],
    &[
        (
            "common/models/todo.json",
            r#"{
  "name": "Todo",
  "base": "PersistedModel",
  "strict": "throw",
  "persistUndefinedAsNull": true,
  "trackChanges": true,
  "properties": {
    "id": {"id": true, "type": "string", "defaultFn": "guid"},
    "title": "string",
    "completed": {"type": "boolean", "default": false},
    "created": {"type": "number", "defaultFn": "now"},
    "due": {"type": "Date"}
  },
  "relations": {"user": {"type": "belongsTo", "model": "user", "foreignKey": "ownerId"}, "tags": {"type": "hasAndBelongsToMany", "model": "Label", "scope": {"order": "text ASC"}}}
}"#,
        ),
        (
            "common/models/users/user.json",
            r#"{"name": "user", "base": "PersistedModel", "properties": {"id": {"type": "string", "id": true, "generated": true}, "name": {"type": "string"}}, "relations": {"todos": {"type": "hasMany", "model": "Todo", "foreignKey": "ownerId", "scope": {"where": {"completed": false}, "limit": 50}}}}"#,
        ),
        (
            "common/models/labels/label.json",
            r#"{"name": "Label", "idInjection": false, "options": {"idInjection": false}, "properties": {"id": {"type": "String", "id": true, "length": 24, "defaultFn": "uuidv4"}, "text": {"type": "String"}}}"#,
        ),
    ],
);

/// A shop on PostgreSQL and MySQL, with names of columns of each.
const SHOP: Project = (
    "web_shop",
    &[],
    &[
        (
            "common/models/product.json",
            r#"// The products.
{
  "name": "Product", /* one of them */
  "plural": "products",
  "base": "BaseEntity",
  "idInjection": false,
  "options": {"validateUpsert": true, "postgresql": {"schema": "main", "table": "products"}, "mysql": {"table": "products"}},
  "properties": {
    "id": {"type": "Number", "id": 1, "generated": true, "postgresql": {"columnName": "product_id", "dataType": "integer", "dataLength": null, "dataPrecision": null, "dataScale": 0, "nullable": "NO"}},
    "sku": {"type": "string", "required": true, "length": 32, "index": {"unique": true}, "mysql": {"columnName": "sku_code", "dataType": "varchar", "dataLength": 32, "nullable": "N"}},
    "name": {"type": "string", "required": true, "max": 255, "doc": "What it is called."},
    "price": {"type": "number", "required": true, "default": 0.0, "postgresql": {"dataType": "numeric", "dataPrecision": 12, "dataScale": 4}},
    "isActive": {"type": "boolean", "default": true, "postgresql": {"columnName": "is_active", "dataType": "boolean"}},
    "images": {"type": ["string"], "default": []},
    "sizes": {"type": [{"label": "string", "width": "number"}]},
    "options": {"type": "object", "default": {}},
    "dimensions": {"type": {"width": "number", "height": {"type": "number"}}},
    "location": "GeoPoint",
    "type": {"type": "string", "default": "simple"},
    "match": "string",
    "categoryId": {"type": "Number", "postgresql": {"columnName": "category_id", "dataType": "integer"}},
  },
  "indexes": {"name_sku": {"keys": {"name": 1, "sku": -1}, "options": {"unique": true}}, "active_idx": {"isActive": 1}, "price_index": {"keys": "price"}},
  "relations": {
    "category": {"type": "belongsTo", "model": "Category", "foreignKey": "categoryId"},
    "variants": {"type": "hasMany", "model": "Variant", "foreignKey": "productId", "options": {"nestRemoting": true}},
    "related": {"type": "referencesMany", "model": "Product", "foreignKey": "relatedIds"},
    "orders": {"type": "hasMany", "model": "Order", "through": "OrderLine", "foreignKey": "productId", "keyThrough": "orderId"},
    "reviews": {"type": "hasMany", "model": "Review", "polymorphic": {"as": "reviewable", "foreignKey": "reviewableId", "discriminator": "reviewableType"}},
    "manufacturer": {"type": "belongsTo", "model": "Manufacturer", "foreignKey": "manufacturerCode", "primaryKey": "code"},
  },
  "mixins": {"TimeStamp": {"createdAt": "created_at"}, "SoftDelete": true},
}
"#,
        ),
        (
            "common/models/base-entity.json",
            r#"{"name": "BaseEntity", "base": "PersistedModel", "properties": {"createdAt": {"type": "date", "defaultFn": "now", "mysql": {"columnName": "created_at"}}, "updatedAt": {"type": "date", "default": "$now"}, "deletedAt": {"type": "date"}}}"#,
        ),
        (
            "common/models/manufacturer.json",
            r#"{"name": "Manufacturer", "base": "PersistedModel", "properties": {"code": {"type": "string", "length": 8}, "title": "string"}}"#,
        ),
        (
            "common/models/category.json",
            r#"{"name": "Category", "plural": "categories", "base": "BaseEntity", "properties": {"id": {"type": "number", "id": true, "generated": true, "mysql": {"dataType": "int"}}, "name": {"type": "string"}, "parentId": "number"}, "relations": {"products": {"type": "hasMany", "model": "Product", "foreignKey": "categoryId"}, "parent": {"type": "belongsTo", "model": "Category", "foreignKey": "parentId"}, "children": {"type": "hasMany", "model": "Category", "foreignKey": "parentId"}}}"#,
        ),
        (
            "common/models/variant.json",
            r#"{"name": "Variant", "properties": {"id": {"type": "string", "id": true, "generated": false, "postgresql": {"dataType": "uuid"}, "defaultFn": "uuid"}, "title": "string"}, "relations": {"product": {"type": "belongsTo", "model": "Product", "foreignKey": "productId"}}}"#,
        ),
        (
            "common/models/order.json",
            r#"{"name": "Order", "plural": "orders", "base": "BaseEntity", "options": {"mysql": {"table": "order"}}, "properties": {"number": {"type": "string", "required": true, "index": true}, "group": "number", "status": {"type": "string", "required": true, "default": "new"}, "total": {"type": "number", "mysql": {"dataType": "decimal", "dataPrecision": 10, "dataScale": 2}}, "shippingAddress": {"type": "ShopAddress"}, "customerId": "string"}, "relations": {"lines": {"type": "hasMany", "model": "OrderLine", "foreignKey": "orderId"}, "customer": {"type": "belongsTo", "model": "Shopper", "foreignKey": "customerId"}, "billing": {"type": "embedsOne", "model": "ShopAddress", "property": "billingAddress", "default": true}, "payment": {"type": "hasOne", "model": "Payment", "foreignKey": "orderId"}}}"#,
        ),
        (
            "common/models/order-line.json",
            r#"{"name": "OrderLine", "properties": {"quantity": {"type": "number", "required": true, "min": 1}, "productId": {"type": "number", "required": true}, "orderId": {"type": "number", "required": true}}, "relations": {"order": {"type": "belongsTo", "model": "Order", "foreignKey": "orderId"}, "product": {"type": "belongsTo", "model": "Product", "foreignKey": "productId"}}}"#,
        ),
        (
            "common/models/payment.json",
            r#"{"name": "Payment", "properties": {"self": "string", "raw": "any", "paidAt": {"type": "date", "mysql": {"dataType": "datetime"}}}, "hidden": ["raw"], "relations": {"order": {"type": "belongsTo", "model": "Order", "foreignKey": "orderId"}}}"#,
        ),
        (
            "common/models/review.json",
            r#"{"name": "Review", "properties": {"stars": {"type": "number", "required": true}, "reviewableId": "number", "reviewableType": "string"}, "relations": {"reviewable": {"type": "belongsTo", "polymorphic": {"foreignKey": "reviewableId", "discriminator": "reviewableType"}}}}"#,
        ),
        (
            "common/models/shop-address.json",
            r#"{"name": "ShopAddress", "base": "Model", "idInjection": false, "properties": {"street": "string", "zip": "string"}}"#,
        ),
        (
            "common/models/shopper.json",
            r#"{"name": "Shopper", "base": "User", "idInjection": false, "properties": {"id": {"type": "string", "id": true, "generated": true, "mongodb": {"dataType": "ObjectID"}}, "phone": {"type": "string", "unique": true}}, "relations": {"orders": {"type": "hasMany", "model": "Order", "foreignKey": "customerId", "scope": {"where": {"status": {"inq": ["new", "paid"]}}, "order": "createdAt DESC"}}}, "hidden": ["password", "verificationToken"]}"#,
        ),
    ],
);

/// A system for pages: mixins, nested types, trees, and words of Rust as names.
const PAGES: Project = (
    "content_pages",
    &[],
    &[
        (
            "common/models/Page.json",
            r#"{"name": "Page", "description": "A page of the site.", "http": {"path": "pages"}, "base": "PersistedModel", "mixins": {"Slug": {"from": "title"}, "Timestamp": true, "History": {}}, "properties": {"title": {"type": "string", "required": true, "description": ["What it is called.", "In the menu, too."]}, "slug": {"type": "string", "index": {"unique": true, "sparse": true}}, "body": {"type": "text", "mysql": {"dataType": "longtext"}}, "blocks": {"type": ["Block"]}, "meta": {"type": {"title": {"type": "string"}, "og": {"type": "object"}}}, "keywords": {"type": "array"}, "published": {"type": "boolean", "required": true, "default": false}, "publishAt": "date", "ref": "string", "move": {"type": "number", "default": 1}, "weight": {"type": "number", "default": 0.5}, "async": "boolean", "Type": "string", "find": "string", "id_": "string", "_rev": "string", "locale-code": "string"}, "relations": {"parent": {"type": "belongsTo", "model": "Page", "foreignKey": "parentId"}, "subpages": {"type": "hasMany", "model": "Page", "foreignKey": "parentId", "scope": {"where": {"and": [{"published": true}, {"or": [{"weight": {"gt": 0.5}}, {"move": {"between": [1, 9]}}]}]}, "order": ["weight DESC", "title ASC"]}}, "author": {"type": "belongsTo", "model": "Editor"}, "comments": {"type": "hasMany", "model": "Comment", "polymorphic": "commentable"}, "tags": {"type": "hasAndBelongsToMany", "model": "Tag", "through": "PageTag"}, "files": {"type": "hasMany", "model": "File", "foreignKey": "ownerId"}, "create": {"type": "hasMany", "model": "Draft", "foreignKey": "pageId"}}, "scopes": {"live": {"where": {"published": true}}}, "indexes": {"title_index": {"title": 1}}}"#,
        ),
        (
            "common/models/block.json",
            r#"{"name": "Block", "base": "Model", "strict": false, "properties": {"kind": "string", "data": "object"}}"#,
        ),
        (
            "common/models/Editor.json",
            r#"{"name": "Editor", "base": "User", "plural": "editors", "properties": {"preferences": {"type": {"lang": "string"}, "default": {"lang": "no"}}}, "relations": {"pages": {"type": "hasMany", "model": "Page", "foreignKey": "authorId"}, "comments": {"type": "hasMany", "model": "Comment", "polymorphic": "commentable"}, "avatar": {"type": "hasOne", "model": "File", "polymorphic": {"selector": "attachable", "foreignKey": "attachableId", "discriminator": "attachableType"}}}}"#,
        ),
        (
            "common/models/comment.json",
            r#"{"name": "Comment", "properties": {"text": "string"}, "relations": {"commentable": {"type": "belongsTo", "polymorphic": true}, "replies": {"type": "embedsMany", "model": "Reply", "options": {"persistent": true}}}}"#,
        ),
        (
            "common/models/reply.json",
            r#"{"name": "Reply", "properties": {"id": {"type": "string", "id": true, "defaultFn": "uuid"}, "text": {"type": "string", "required": true}, "at": {"type": "date", "defaultFn": "now"}, "likes": {"type": "number", "default": 0}}}"#,
        ),
        (
            "common/models/tag.json",
            r#"{"name": "Tag", "properties": {"name": {"type": "string", "id": true}}, "relations": {"pages": {"type": "hasAndBelongsToMany", "model": "Page", "through": "PageTag"}}}"#,
        ),
        (
            "common/models/page-tag.json",
            r#"{"name": "PageTag", "properties": {"order": "number"}, "relations": {"page": {"type": "belongsTo", "model": "Page", "foreignKey": "pageId"}, "tag": {"type": "belongsTo", "model": "Tag", "foreignKey": "tagId"}}}"#,
        ),
        (
            "common/models/file.json",
            r#"{"name": "File", "properties": {"data": "buffer", "size": {"type": "number", "mysql": {"dataType": "bigint"}}, "attachableId": "number", "attachableType": "string"}, "relations": {"attachable": {"type": "belongsTo", "polymorphic": {"foreignKey": "attachableId", "discriminator": "attachableType"}}, "owner": {"type": "belongsTo", "model": "Page", "foreignKey": "ownerId"}}}"#,
        ),
        (
            "common/models/draft.json",
            r#"{"name": "Draft", "idInjection": false, "properties": {"pageId": {"type": "number", "id": 1}, "version": {"type": "number", "id": 2}, "text": "string"}, "relations": {"page": {"type": "belongsTo", "model": "Page", "foreignKey": "pageId"}}}"#,
        ),
    ],
);

/// Doctors and patients, and all that people leave out, write twice, or write in an older form.
const CLINIC: Project = (
    "old_clinic",
    &[],
    &[
        (
            "common/models/physician.json",
            "\u{feff}{\r\n  \"name\": \"Physician\",\r\n  \"properties\": {\"name\": \"string\"},\r\n  \"relations\": {\"patients\": {\"type\": \"hasMany\", \"model\": \"Patient\", \"through\": \"Appointment\"}, \"appointments\": {\"type\": \"hasMany\", \"model\": \"Appointment\"}}\r\n}\r\n",
        ),
        (
            "common/models/patient.json",
            r#"{"name": "Patient", "options": {"base": "PersistedModel", "strict": false, "hidden": ["ssn"]}, "properties": {"name": "string", "ssn": "string", "gender": {"type": "string", "length": "1"}, "born": {"type": "date", "postgresql": {"dataType": "date"}}, "history": [{"illness": "string", "since": "date"}], "weight": {"type": "Number", "precision": 5, "scale": 2}}, "relations": {"physicians": {"type": "hasMany", "model": "Physician", "through": "Appointment"}, "appointments": {"type": "hasMany", "model": "Appointment", "foreignKey": "patientId"}, "record": {"type": "hasOne", "model": "medical_record"}, "insurance": {"type": "belongsTo", "model": "Insurance"}}}"#,
        ),
        (
            "common/models/appointment.json",
            r#"{"name": "Appointment", "properties": {"appointmentDate": {"type": "date"}, "physicianId": "string", "patientId": {"type": "number", "index": true}}, "relations": {"physician": {"type": "belongsTo", "model": "Physician"}, "patient": {"type": "belongsTo", "model": "Patient", "foreignKey": "patientId"}}}"#,
        ),
        (
            "common/models/medical-record.json",
            r#"{"name": "medical_record", "properties": {"notes": {"type": "String"}, "patient": "object"}, "relations": {"patient": {"type": "belongsTo", "model": "Patient", "foreignKey": "patientId"}, "files": {"type": "hasMany", "model": "Container"}}}"#,
        ),
        (
            "common/models/insurance.json",
            r#"{"name": "Insurance", "plural": "insurance", "properties": {"id": {"type": "string", "id": true, "length": 36, "defaultFn": "uuid"}, "id2": {"type": "string", "defaultFn": "nanoid"}}, "relations": {"patients": {"type": "hasMany", "model": "Patient", "foreignKey": "insuranceId"}, "contact": {"type": "embedsOne", "model": "Contact"}, "contacts": {"type": "embedsMany", "model": "Contact", "property": "others"}}}"#,
        ),
        (
            "common/models/contact.json",
            r#"{"name": "Contact", "base": "Model", "properties": {"name": {"type": "string", "required": true}, "birthday": {"type": "date"}}}"#,
        ),
        (
            "common/models/contact.test.json",
            r#"["not", "a", "model"]"#,
        ),
        (
            "common/models/email.json",
            r#"{"name": "Mail", "base": "Email", "properties": {"to": {"type": "string"}}}"#,
        ),
    ],
);

/// What was imported does what LoopBack did.
const USED: &str = r#"
async fn used() -> relations::Result<()> {
    use relations::prelude::*;
    use relations_of_books::*;
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Customer, Order, Account)>().create().await?;
    db.schema::<(Book, Chapter, (Reader, AccessToken))>().create().await?;
    let customers = CustomerRepository::new(&db);
    let freya = customers.create(Customer::draft().name("Freya".to_owned())).await?;
    let emails = customers.emails(&freya);
    emails.create(EmailAddress::draft().address("f@x").label("home".to_owned())).await?;
    assert_eq!(emails.get_by_id("f@x".to_owned()).await?.label.as_deref(), Some("home"));
    for amount in [50, 150, 250] {
        customers.orders(&freya).create(Order::draft().amount(amount)).await?;
    }
    let row = customers.find().include(Customer::BIG_ORDERS).get().await?;
    let amounts: Vec<_> = row.big_orders.iter().map(|order| order.amount).collect();
    assert_eq!(amounts, [Some(250), Some(150)]);
    assert_eq!(row.email_list.len(), 1);
    let books = BookRepository::new(&db);
    let edda = books.create(Book::draft().name("Edda".to_owned()).chapter_ids(vec![])).await?;
    let reader = Reader::draft().email("o@x").password("secret");
    books.readers(&edda).create(reader).await?;
    let row = books.find().include(Book::READERS).get().await?;
    assert_eq!((&*row.readers[0].email, row.links.len()), ("o@x", 0));
    Ok(())
}
"#;

/// The models of a file that have tables.
fn tables(text: &str) -> Vec<&str> {
    let models = text.lines().filter_map(|line| {
        let name = line.strip_prefix("pub struct ")?.trim_end_matches(" {");
        Some(name)
    });
    models.collect()
}

#[test]
fn projects_of_all_sorts_compile_and_become_tables() {
    let projects = [RELATIONS, ACCESS, OFFLINE, SHOP, PAGES, CLINIC];
    let mut files: Vec<(String, &str)> = Vec::new();
    for (name, _, of) in projects {
        files.extend(
            of.iter()
                .map(|(path, text)| (format!("{name}/{path}"), *text)),
        );
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), *text))
        .chain([("src/main.rs", "")])
        .collect();
    let package = Package::new("lb3_projects", &files);
    let mut program = String::from("#![allow(dead_code)]\n");
    let mut body = String::new();
    let mut reports = String::new();
    for (name, more, _) in projects {
        for (module, how) in [
            (name.to_owned(), None),
            (format!("{name}_kept"), Some("--keep-names")),
        ] {
            let folder = format!("{name}/common/models");
            let out = format!("src/{module}.rs");
            let arguments = [&["import-lb3", &folder, "--out", &out][..], more].concat();
            let arguments = [arguments, how.into_iter().collect()].concat();
            reports.push_str(&package.done(&arguments));
            assert_eq!(
                package.done(&arguments).lines().last(),
                Some("nothing to change"),
                "{name}"
            );
            package.formatted(&out);
            let text = package.read(&out);
            let groups = tables(&text);
            let groups: Vec<String> = groups
                .chunks(8)
                .map(|names| {
                    let names: Vec<String> =
                        names.iter().map(|it| format!("{module}::{it},")).collect();
                    format!("({}),", names.concat())
                })
                .collect();
            let _ = writeln!(program, "mod {module};");
            let _ = writeln!(
                body,
                "    let db = relations::Db::connect(\"sqlite::memory:\").await?;\n    db.schema::<({})>().create().await?;",
                groups.concat()
            );
        }
    }
    let _ = write!(
        program,
        "\n#[tokio::main(flavor = \"current_thread\")]\nasync fn main() -> relations::Result<()> {{\n{body}    used().await\n}}\n"
    );
    for line in [
        "taken   Product.indexes.price_index: `index(\"price\")`",
        "taken   Product.images: `images: Vec<String>`",
        "taken   ACL: struct `Acl`",
        "changed userIdentity.base: what it has from `UserIdentity`",
        "left    Mail: its base is `Email`",
        "left    Customer.strict: ",
        "left    Todo.trackChanges: ",
        "left    user.relations.roles: its key refers to `Installation` already",
    ] {
        let is_said = reports.lines().any(|other| other.starts_with(line));
        assert!(is_said, "{line}\n{reports}");
    }
    program.push_str(USED);
    package.write("src/main.rs", &program);
    package.compile("run");
}
