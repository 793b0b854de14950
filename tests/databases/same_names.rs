//! Models that have one name, in two modules of a program.

use crate::support::{TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;

mod shop {
    use relations::prelude::*;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Item)]
    #[has_many(Tag, through = Tagging)]
    #[has_many(super::forum::User, name = "accounts", key_to = "customer_id")]
    #[model(table = "shop_user")]
    pub struct User {
        #[model(id, generated)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "shop_item")]
    pub struct Item {
        #[model(id, generated)]
        pub id: i64,
        #[belongs_to(User)]
        pub user_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "shop_tag")]
    pub struct Tag {
        #[model(id, generated)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "shop_tagging")]
    pub struct Tagging {
        #[model(id)]
        #[belongs_to(User, on_delete = "cascade")]
        pub user_id: i64,
        #[model(id)]
        #[belongs_to(Tag)]
        pub tag_id: i64,
    }
}

mod forum {
    use relations::prelude::*;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Item)]
    #[has_many(Tag, through(Tagging, key_from = "user_id"))]
    #[model(table = "forum_user")]
    pub struct User {
        #[model(id, length = 20)]
        pub nick: String,
        #[belongs_to(super::shop::User, on_delete = "cascade")]
        pub customer_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "forum_item")]
    pub struct Item {
        #[model(id, generated)]
        pub id: i64,
        #[belongs_to(User, on_delete = "cascade")]
        #[model(length = 20)]
        pub user_id: String,
        #[belongs_to(super::shop::User)]
        pub buyer_id: Option<i64>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "forum_tag")]
    pub struct Tag {
        #[model(id, generated)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "forum_tagging")]
    pub struct Tagging {
        #[model(id, length = 20)]
        #[belongs_to(User, on_delete = "cascade")]
        pub user_id: String,
        #[model(id)]
        #[belongs_to(Tag)]
        pub tag_id: i64,
        #[belongs_to(super::shop::User)]
        pub editor_id: Option<i64>,
    }
}

/// The same name as another model, and the same table.
mod copy {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    #[model(table = "shop_tag")]
    pub struct Tag {
        #[model(id, generated)]
        pub id: i64,
    }
}

type Shop = (shop::User, shop::Item, shop::Tag, shop::Tagging);
type Forum = (forum::User, forum::Item, forum::Tag, forum::Tagging);

#[database_test]
async fn each_has_its_own_keys_and_relations(db: TestDb) {
    db.schema::<(Shop, Forum)>().create().await.unwrap();
    let (users, items) = (
        shop::UserRepository::new(&*db),
        forum::ItemRepository::new(&*db),
    );
    let account = forum::User::draft()
        .nick("thor")
        .items([forum::Item::draft()])
        .tags([forum::Tag::draft(), forum::Tag::draft()]);
    let draft = shop::User::draft()
        .items([shop::Item::draft()])
        .tags([shop::Tag::draft()])
        .accounts([account]);
    let thor = users.create(draft).await.unwrap();

    let items_of_account = forum::User::ITEMS
        .include(forum::Item::USER)
        .include(forum::Item::BUYER);
    let row = users
        .find()
        .include(shop::User::ITEMS)
        .include(shop::User::TAGS)
        .include(
            shop::User::ACCOUNTS
                .include(items_of_account)
                .include(forum::User::TAGS),
        )
        .get()
        .await
        .unwrap();
    assert_eq!((row.items.len(), row.tags.len()), (1, 1));
    let account = &row.accounts[0];
    assert_eq!((account.items.len(), account.tags.len()), (1, 2));
    assert_eq!(account.items[0].user.nick, "thor");
    assert!(account.items[0].buyer.is_none());

    // The error is about the key that refers to no row, not about that of the other `User`.
    let error = items
        .create(forum::Item::draft().user_id("nobody"))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.relation()), REFUSED_USER);
    let error = items
        .create(forum::Item::draft().user_id("thor").buyer_id(99))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("buyer"))
    );
    let error = users.delete_by_id(thor.id).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("items"))
    );
    let items = shop::ItemRepository::new(&*db);
    items.delete().all_rows().await.unwrap();
    users.delete_by_id(thor.id).await.unwrap();
    let accounts = forum::UserRepository::new(&*db);
    assert_eq!(accounts.find().count().await.unwrap(), 0);
}

const REFUSED_USER: (ErrorKind, Option<&str>) = (ErrorKind::ForeignKeyViolation, Some("user"));

#[database_test]
async fn a_schema_needs_the_model_itself_and_not_one_of_its_name(db: TestDb) {
    let error = db.schema::<Shop>().to_sql().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`User.accounts` needs `User`, which is not among the models of this schema"
    );
    let error = db.schema::<(shop::Tag, copy::Tag)>().to_sql().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Tag` and `Tag` share the table `shop_tag`"
    );
}
