//! The futures of all repositories can be moved to other threads.
use relations::prelude::*;

#[derive(Debug, Clone, Model)]
#[has_many(Order)]
#[has_one(Contact, discriminator = "owner_type")]
struct Customer {
    #[model(id, generated)]
    id: i64,
    name: String,
    #[references_many(Tag)]
    tag_ids: Vec<i64>,
}

#[derive(Debug, Clone, Model)]
#[has_many(Tag, through = OrderTag)]
struct Order {
    #[model(id, generated)]
    id: i64,
    item: String,
    #[belongs_to(Customer)]
    customer_id: i64,
}

#[derive(Debug, Clone, Model)]
struct Tag {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Clone, Model)]
struct OrderTag {
    #[model(id, generated)]
    id: i64,
    note: Option<String>,
    #[belongs_to(Order)]
    order_id: i64,
    #[belongs_to(Tag)]
    tag_id: i64,
}

#[derive(Debug, PolymorphicModel)]
enum Owner {
    Customer(Customer),
    Order(Order),
}

#[derive(Debug, Clone, Model)]
struct Contact {
    #[model(id, generated)]
    id: i64,
    owner_type: String,
    #[belongs_to(Owner, discriminator = "owner_type")]
    owner_id: i64,
}

fn sent<F: IntoFuture<IntoFuture: Send>>(_: F) {}

#[allow(dead_code)]
fn has_many(customers: CustomerRepository<&'static Db>) {
    let orders = customers.orders(1);
    let order = || Order::draft().item("hammer");
    sent(orders.create(order()));
    sent(orders.create_all([order()]));
    sent(orders.find().all());
    sent(orders.find().include(Order::TAGS.linked()).all());
    sent(orders.count());
    sent(orders.exists());
    sent(orders.find_by_id(1));
    sent(orders.patch(Order::patch().item("x")).all_rows());
    sent(orders.patch_by_id(1, Order::patch().item("x")));
    sent(orders.delete().filter(Order::ITEM.eq("x")));
    sent(orders.delete_by_id(1));
}

#[allow(dead_code)]
fn through(orders: OrderRepository<&'static Db>) {
    let tags = orders.tags(1);
    let tag = || Tag::draft().name("x");
    let link = || OrderTag::draft().note("y");
    sent(tags.create(tag()));
    sent(tags.create_linked(tag(), link()));
    sent(tags.create_all([tag()]));
    sent(tags.find().all());
    sent(tags.count());
    sent(tags.exists());
    sent(tags.find_by_id(1));
    sent(tags.link(1));
    sent(tags.link_with(1, link()));
    sent(tags.link_all([1, 2]));
    sent(tags.set([1, 2]));
    sent(tags.unlink(1));
    sent(tags.unlink_each([1]));
    sent(tags.unlink_all());
    sent(tags.is_linked(1));
    sent(tags.patch(Tag::patch().name("z")).all_rows());
    sent(tags.patch_by_id(1, Tag::patch().name("z")));
    sent(tags.delete().all_rows());
    sent(tags.delete_by_id(1));
}

#[allow(dead_code)]
fn lists_and_owners(customers: CustomerRepository<&'static Db>, contacts: ContactRepository<&'static Db>, contact: &Contact) {
    let tags = customers.tags(1);
    sent(tags.find());
    sent(tags.find().filter(Tag::NAME.eq("x")));
    sent(tags.add(1));
    sent(tags.remove(1));
    let owner = contacts.owner(contact);
    sent(owner.find());
    sent(owner.get());
    sent(customers.contact(1).create(Contact::draft()));
    sent(contacts.find().include(Contact::OWNER).all());
    let draft = Customer::draft().name("Thor").tag_ids([]).contact(Contact::draft());
    let order = Order::draft().item("a").tags([(Tag::draft().name("b"), OrderTag::draft())]);
    sent(customers.create(draft.orders([order])));
    sent(customers.find().include(Customer::ORDERS.counted()).include(Customer::TAGS).all());
    sent(customers.find().filter(Customer::ORDERS.some(Order::TAGS.none(Tag::NAME.eq("x")))).count());
}

fn main() {}
