//! Checks of a relation across two models, evaluated by the compiler.
//!
//! A derive cannot see the other model, but a constant can: it reads that model's fields and fails with a text of
//! ours. [`find`] never fails, so that types still resolve and one mistake gives one error.

use crate::model::Model;
use crate::model::field::FieldMetadata;
use crate::model::polymorphic::PolymorphicModel;
use crate::model::relation::{Polymorphism, RelationKind, RelationMetadata};
use crate::value::Kind;

/// The position of a field that does not exist.
pub const UNKNOWN: usize = usize::MAX;

/// The position of a field by its name, or [`UNKNOWN`].
pub const fn find<M: Model>(name: &str) -> usize {
    let mut at = 0;
    while at < M::FIELDS.len() {
        if same(M::FIELDS[at].name, name) {
            return at;
        }
        at += 1;
    }
    UNKNOWN
}

/// Fails unless the model has the field. `help` says what to type, if the attribute left the key to be inferred.
#[track_caller]
pub const fn has_field<M: Model>(name: &str, help: &str) {
    if M::FIELDS.is_empty() || find::<M>(name) != UNKNOWN {
        return;
    }
    let mut text = Text::new()
        .put("`")
        .put(name)
        .put("` is not a field of `")
        .put(M::NAME)
        .put("`\nhelp: ");
    text = text.put(help).put("its fields are ");
    let mut at = 0;
    while at < M::FIELDS.len() {
        text = text
            .put(if at > 0 { ", `" } else { "`" })
            .put(M::FIELDS[at].name)
            .put("`");
        at += 1;
    }
    panic!("{}", text.as_str())
}

/// The position of a relation by its name, for `row!`; the first where there is none, which [`has_relation`] reports.
pub const fn relation_at<M: Model>(name: &str) -> usize {
    match named_relation(M::METADATA.relations, name) {
        Some(at) => at,
        None => 0,
    }
}

/// The position of a relation by its name. Fails unless the model has it.
#[track_caller]
pub const fn has_relation<M: Model>(name: &str) -> usize {
    let relations = M::METADATA.relations;
    if let Some(at) = named_relation(relations, name) {
        return at;
    }
    let mut text = Text::new().put("`").put(name);
    text = text.put("` is not a relation of `").put(M::NAME);
    text = text.put("`\nhelp: its relations are ");
    let mut at = 0;
    while at < relations.len() {
        text = text.put(if at > 0 { ", `" } else { "`" });
        text = text.put(relations[at].name).put("`");
        at += 1;
    }
    panic!("{}", text.as_str())
}

const fn named_relation(relations: &[RelationMetadata], name: &str) -> Option<usize> {
    // A macro gives a raw identifier with its mark.
    let name = match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    };
    let mut at = 0;
    while at < relations.len() {
        if same(relations[at].name, name) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The position itself, or [`UNKNOWN`] where the field's type cannot be a key.
pub const fn key_at<M: Model>(at: usize) -> usize {
    if at == UNKNOWN || !M::FIELDS[at].is_column() || can_be_key(M::FIELDS[at].kind) {
        at
    } else {
        UNKNOWN
    }
}

/// The position itself, or [`UNKNOWN`] where the field is not a list of keys.
pub const fn list_at<M: Model>(at: usize) -> usize {
    match M::FIELDS[at].kind {
        Kind::List(of) if can_be_key(*of) => at,
        _ => UNKNOWN,
    }
}

/// The field that is the id, if it is one field.
pub const fn id_field<M: Model>() -> Option<&'static FieldMetadata> {
    match id_part::<M>(0, 1) {
        UNKNOWN => None,
        at => Some(&M::FIELDS[at]),
    }
}

/// Fails unless the ids of both models have one type.
#[track_caller]
pub const fn same_id<A: Model, B: Model>() {
    let (Some(first), Some(other)) = (id_field::<A>(), id_field::<B>()) else {
        return;
    };
    if !first.is_column() || !other.is_column() || same(first.type_name, other.type_name) {
        return;
    }
    let text = other.describe(Text::new(), B::NAME).put(" but ");
    let text = first.describe(text, A::NAME);
    let text = text.put("\nhelp: one key refers to all variants, so give their ids one type");
    panic!("{}", text.as_str())
}

/// Fails unless the field, which refers to a row of one of several models, has the type of their ids.
#[track_caller]
pub const fn refers_to_any<M: Model, P: PolymorphicModel>(at: usize) {
    let Some(id) = P::ID else {
        return;
    };
    let field = &M::FIELDS[at];
    if !field.is_column() || !id.is_column() || same(field.type_name, id.type_name) {
        return;
    }
    let text = field
        .describe(Text::new(), M::NAME)
        .put(" but the ids of `")
        .put(P::NAME);
    let text = text
        .put("` are `")
        .put(id.type_name)
        .put("`\nhelp: give both one type");
    panic!("{}", text.as_str())
}

/// The position itself, or [`UNKNOWN`] where the field cannot be a discriminator.
pub const fn type_at<M: Model>(at: usize) -> usize {
    if at != UNKNOWN && matches!(M::FIELDS[at].kind, Kind::Text) {
        at
    } else {
        UNKNOWN
    }
}

/// Fails unless the field, if it exists, is text.
#[track_caller]
pub const fn is_discriminator<M: Model>(at: usize) {
    if at == UNKNOWN || !M::FIELDS[at].is_column() || matches!(M::FIELDS[at].kind, Kind::Text) {
        return;
    }
    let text = M::FIELDS[at].describe(Text::new(), M::NAME);
    let text = text.put(", and a discriminator is text\nhelp: make it `String`, or `Option` of it");
    panic!("{}", text.as_str())
}

/// Fails unless the word that stands for the variant's model stands for no earlier one.
#[track_caller]
pub const fn has_own_word<P: PolymorphicModel, M: Model>(variant: usize) {
    let mut at = 0;
    while at < variant {
        if same(P::TYPES[at], P::TYPES[variant]) {
            let text = Text::new().put("the discriminator of `").put(M::NAME);
            let text = text.put("` is `").put(P::TYPES[at]);
            let text = text.put("`, which stands for another variant already");
            let text =
                text.put("\nhelp: give the model another with `#[model(discriminator = \"…\")]`");
            panic!("{}", text.as_str())
        }
        at += 1;
    }
}

/// The key of the `belongs_to` of `T` that has this discriminator.
const fn typed_key<T: Model>(discriminator: &str) -> Option<&'static str> {
    let relations = T::METADATA.relations;
    let mut at = 0;
    while at < relations.len() {
        if let Some(Polymorphism::Any { field, .. }) = relations[at].polymorphic
            && same(field, discriminator)
        {
            return Some(relations[at].key_from[0]);
        }
        at += 1;
    }
    None
}

/// Fails unless the field is there, and the key that goes with the discriminator. Says nothing where the target has no
/// such discriminator.
#[track_caller]
pub const fn has_typed_key<T: Model>(name: &str, help: &str, discriminator: &str) {
    if find::<T>(discriminator) == UNKNOWN {
        return;
    }
    has_field::<T>(name, help);
    if let Some(key) = typed_key::<T>(discriminator)
        && !same(key, name)
    {
        let text = Text::new().put("the discriminator `").put(discriminator);
        let text = text.put("` goes with `").put(T::NAME).put("::").put(key);
        let text = text
            .put("`, not with `")
            .put(name)
            .put("`\nhelp: write `key_to = \"");
        let text = text.put(key).put("\"`");
        panic!("{}", text.as_str())
    }
}

/// Fails where the field, a key without a discriminator, belongs to rows of several models.
#[track_caller]
pub const fn is_untyped_key<T: Model>(name: &str) {
    let relations = T::METADATA.relations;
    let mut at = 0;
    while at < relations.len() {
        if let Some(Polymorphism::Any { field, .. }) = relations[at].polymorphic
            && same(relations[at].key_from[0], name)
        {
            let text = Text::new().put("`").put(T::NAME).put("::").put(name);
            let text =
                text.put("` refers to rows of several models\nhelp: add `discriminator = \"");
            let text = text.put(field).put("\"`");
            panic!("{}", text.as_str())
        }
        at += 1;
    }
}

/// Fails unless `M` is among the models to which rows of `T` can belong, by the discriminator of this name.
#[track_caller]
pub const fn is_variant<T: Model, M: Model>(discriminator: &str) {
    let relations = T::METADATA.relations;
    if T::FIELDS.is_empty() || find::<T>(discriminator) == UNKNOWN {
        return;
    }
    let mut at = 0;
    while at < relations.len() {
        if let Some(Polymorphism::Any { field, words, .. }) = relations[at].polymorphic
            && same(field, discriminator)
        {
            let mut word = 0;
            while word < words.len() {
                if same(words[word], M::DISCRIMINATOR) {
                    return;
                }
                word += 1;
            }
            let text = Text::new()
                .put("`")
                .put(M::NAME)
                .put("` is not a variant of `");
            let text = text
                .put(relations[at].target_name)
                .put("`, to which `")
                .put(T::NAME);
            let text = text.put("` belongs\nhelp: add the variant");
            panic!("{}", text.as_str())
        }
        at += 1;
    }
    let text = Text::new()
        .put("`")
        .put(T::NAME)
        .put("` has no `belongs_to` with the discriminator `");
    let text = text
        .put(discriminator)
        .put("`\nhelp: add `#[belongs_to(.., discriminator = \"");
    let text = text.put(discriminator).put("\")]` to its key");
    panic!("{}", text.as_str())
}

/// Fails unless the first field holds a list of the values of the second, which can be keys, if both exist.
#[track_caller]
pub const fn is_list_of<A: Model, B: Model>((list, of): (usize, usize)) {
    if list == UNKNOWN || of == UNKNOWN {
        return;
    }
    let (list, of) = (&A::FIELDS[list], &B::FIELDS[of]);
    if !list.is_column() || !of.is_column() {
        return;
    }
    let (name, element) = (list.type_name.as_bytes(), of.type_name.as_bytes());
    // `Vec<i64>` and `i64`.
    if name.len() == element.len() + 5 && name[0] == b'V' {
        let mut at = 0;
        while at < element.len() && name[at + 4] == element[at] {
            at += 1;
        }
        if at == element.len() {
            // What an id is, its own model was asked.
            if can_be_key(of.kind) || of.id {
                return;
            }
            not_a_key::<B>(of)
        }
    }
    let text = list
        .describe(Text::new(), A::NAME)
        .put(", which is not a list of `");
    let text = text
        .put(B::NAME)
        .put("::")
        .put(of.name)
        .put("`\nhelp: make it `Vec<");
    let text = text.put(of.type_name).put(">`");
    panic!("{}", text.as_str())
}

/// Fails where `Serialize` of the model writes the field, which is hidden. It is asked for no field that serde skips.
#[track_caller]
pub const fn is_left_out<M: Model>(at: usize) {
    if M::SERIALIZE.is_none() {
        return;
    }
    let text = Text::new().put("`").put(M::FIELDS[at].name);
    let text = text.put("` is hidden, and `Serialize` of `").put(M::NAME);
    let text = text.put("` writes it\nhelp: add `#[serde(skip_serializing)]` to the field");
    panic!("{}", text.as_str())
}

const fn can_be_key(kind: Kind) -> bool {
    match kind {
        Kind::Bool | Kind::F32 | Kind::F64 | Kind::List(_) => false,
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => false,
        #[cfg(feature = "serde_json")]
        Kind::Json => false,
        _ => true,
    }
}

/// Fails unless the last two fields, if they exist, have one type but for `Option`. Says nothing where earlier fields of
/// the same key differ, since one mistake in the order makes several differ.
#[track_caller]
pub const fn same_type<A: Model, B: Model>(pairs: &[(usize, usize)]) {
    let mut at = 0;
    while at < pairs.len() {
        let (from, to) = pairs[at];
        at += 1;
        if from == UNKNOWN || to == UNKNOWN {
            continue;
        }
        let (from, to) = (&A::FIELDS[from], &B::FIELDS[to]);
        if !from.is_column() || !to.is_column() {
            continue;
        }
        if !same(from.type_name, to.type_name) {
            if at < pairs.len() {
                return;
            }
            types_differ::<A, B>(from, to);
        }
    }
}

/// Fails where the field's type cannot be a key. Says nothing where the types of both sides differ, which is reported
/// as that, and of an id, which is reported where it is declared.
#[track_caller]
pub const fn is_key<A: Model, B: Model>((from, to): (usize, usize)) {
    if from == UNKNOWN || to == UNKNOWN {
        return;
    }
    let (from, to) = (&A::FIELDS[from], &B::FIELDS[to]);
    let is_reported = !same(from.type_name, to.type_name) || from.id || to.id;
    if can_be_key(from.kind) || is_reported || !from.is_column() {
        return;
    }
    not_a_key::<A>(from)
}

#[track_caller]
const fn not_a_key<M: Model>(field: &FieldMetadata) -> ! {
    let text = field
        .describe(Text::new(), M::NAME)
        .put(", which cannot be a key")
        .put("\nhelp: keys are integers, `String`, `Vec<u8>`, `Uuid`, dates and times, or `Option` of those");
    panic!("{}", text.as_str())
}

#[track_caller]
const fn types_differ<A: Model, B: Model>(from: &FieldMetadata, to: &FieldMetadata) {
    let text = from.describe(Text::new(), A::NAME).put(" but ");
    let text = to
        .describe(text, B::NAME)
        .put("\nhelp: give both keys of the relation one type");
    panic!("{}", text.as_str())
}

/// Fails unless the database can make values for the field, an id without a default.
#[track_caller]
pub const fn can_be_generated<M: Model>(at: usize) {
    let field = &M::FIELDS[at];
    if !field.is_column() || field.db_type.is_some() || field.kind.is_integer() {
        return;
    }
    let text = field.describe(Text::new(), M::NAME);
    let text = text.put(", which the database cannot generate");
    let text = text.put("\nhelp: remove `generated`, or add `default = \"sql\"`");
    panic!("{}", text.as_str())
}

/// Fails unless the field, whose digits are counted, is a decimal.
#[track_caller]
pub const fn is_decimal<M: Model>(at: usize) {
    let field = &M::FIELDS[at];
    if !field.is_column() || field.kind.is_decimal() {
        return;
    }
    let text = field.describe(Text::new(), M::NAME);
    let text = text.put(", which has no `precision`");
    let text = text.put("\nhelp: make it a `Decimal`, or remove `precision` and `scale`");
    panic!("{}", text.as_str())
}

/// Fails unless the field, which is to hold the time of a write, is a time.
#[track_caller]
pub const fn is_time<M: Model>(at: usize) {
    let field = &M::FIELDS[at];
    if !field.is_column() || field.kind.is_date_time() {
        return;
    }
    let text = field.describe(Text::new(), M::NAME);
    let text = text.put(", which cannot hold the time of a write");
    let text =
        text.put("\nhelp: make it a `DateTime<Utc>`, a `NaiveDateTime`, or an `Option` of those");
    panic!("{}", text.as_str())
}

/// Fails unless the field, which is to be the version of a row, is an integer.
#[track_caller]
pub const fn is_version<M: Model>(at: usize) {
    let field = &M::FIELDS[at];
    let counts = field.kind.is_number() && !field.nullable;
    if !field.is_column() || counts {
        return;
    }
    let text = field.describe(Text::new(), M::NAME);
    let text = match field.nullable {
        true => text.put(" that may be NULL, and a row has a version always"),
        false => text.put(", which cannot be the version of a row"),
    };
    let text = text.put("\nhelp: make it an `i64`, or a smaller integer");
    panic!("{}", text.as_str())
}

/// The position of the id's field of that number, or [`UNKNOWN`].
const fn id_at<M: Model>(nth: usize) -> usize {
    let (mut at, mut seen) = (0, 0);
    while at < M::FIELDS.len() {
        if M::FIELDS[at].id {
            if seen == nth {
                return at;
            }
            seen += 1;
        }
        at += 1;
    }
    UNKNOWN
}

/// The position of one part of an id that has this many, or [`UNKNOWN`].
pub const fn id_part<M: Model>(nth: usize, parts: usize) -> usize {
    if id_at::<M>(parts - 1) != UNKNOWN && id_at::<M>(parts) == UNKNOWN {
        id_at::<M>(nth)
    } else {
        UNKNOWN
    }
}

/// The position of one part of the id of `M`, and of the field of its links that refers to it; see [`link_at`].
pub const fn id_and_link<M: Model, L: Model>(nth: usize, parts: usize) -> (usize, usize) {
    (id_part::<M>(nth, parts), link_at::<L, M>(nth, parts))
}

/// The position of one part of the id of `M`, and of a field of its links.
pub const fn id_and_field<M: Model, L: Model>(
    nth: usize,
    parts: usize,
    name: &str,
) -> (usize, usize) {
    (id_part::<M>(nth, parts), find::<L>(name))
}

/// The name of the id's field of that number.
pub const fn id_name<M: Model>(nth: usize) -> &'static str {
    match id_at::<M>(nth) {
        UNKNOWN => "",
        at => M::FIELDS[at].name,
    }
}

/// Fails unless the id has this many fields, as many as the key of a `belongs_to`.
#[track_caller]
pub const fn has_id_of<M: Model>(fields: usize) {
    has_id_for::<M>(
        fields,
        "name a field for each: `key_from = [\"first\", \"second\"]`, in a `belongs_to` on the struct",
    );
}

/// Fails unless the id has this many fields, as many as the key that links of `L` have of it.
#[track_caller]
pub const fn has_id_in_links<M: Model, L: Model>(fields: usize) {
    let help = Text::new().put("name a field of `").put(L::NAME);
    let help = help.put("` for each: `through(").put(L::NAME);
    let help = help.put(", key_to = [\"first\", \"second\"])`");
    has_id_for::<M>(fields, help.as_str());
}

/// Fails unless the id has one field, of which a list can hold several.
#[track_caller]
pub const fn has_id_in_list<M: Model>(fields: usize) {
    has_id_for::<M>(
        fields,
        "a list holds keys of one field: set `key_to` to a unique one",
    );
}

/// Fails unless the id has this many fields. `help` says what to type.
#[track_caller]
pub const fn has_id_for<M: Model>(fields: usize, help: &str) {
    // A type that could not become a model has no fields, and was reported.
    if M::FIELDS.is_empty() || id_part::<M>(0, fields) != UNKNOWN {
        return;
    }
    let mut text = Text::new().put("the id of `").put(M::NAME).put("` is ");
    let mut nth = 0;
    while id_at::<M>(nth) != UNKNOWN {
        text = text
            .put(if nth > 0 { ", `" } else { "`" })
            .put(M::FIELDS[id_at::<M>(nth)].name)
            .put("`");
        nth += 1;
    }
    text = text.put(match fields {
        1 => ", but the key here is 1 field",
        2 => ", but the key here is 2 fields",
        3 => ", but the key here is 3 fields",
        _ => ", but the key here is 4 fields",
    });
    text = text.put("\nhelp: ").put(help);
    panic!("{}", text.as_str())
}

/// Fails unless the fields that a foreign key refers to are the id, or unique.
#[track_caller]
pub const fn is_unique<M: Model>(names: &[&str]) {
    let (mut at, mut ids, mut ids_named) = (0, 0, 0);
    while at < M::FIELDS.len() {
        ids += M::FIELDS[at].id as usize;
        at += 1;
    }
    at = 0;
    while at < names.len() {
        let field = find::<M>(names[at]);
        if field == UNKNOWN || (names.len() == 1 && M::FIELDS[field].unique) {
            return;
        }
        ids_named += M::FIELDS[field].id as usize;
        at += 1;
    }
    if (ids_named == names.len() && ids == names.len()) || are_unique::<M>(names) {
        return;
    }
    let text = Text::new().put("`").put(M::NAME).put("::").put(names[0]);
    let text = text.put("` is neither the id nor unique, so a relation cannot refer to it");
    let text = text.put(match names.len() {
        1 => "\nhelp: add `#[model(unique)]` to the field",
        _ => "\nhelp: name the fields in `#[model(unique(..))]` of the struct, in this order",
    });
    panic!("{}", text.as_str())
}

/// Whether `unique(..)` of the struct names these fields, in this order.
const fn are_unique<M: Model>(names: &[&str]) -> bool {
    let groups = M::METADATA.unique;
    let mut nth = 0;
    while nth < groups.len() {
        let mut at = 0;
        while at < names.len()
            && at < groups[nth].len()
            && same(M::FIELDS[groups[nth][at]].name, names[at])
        {
            at += 1;
        }
        if at == names.len() && at == groups[nth].len() {
            return true;
        }
        nth += 1;
    }
    false
}

/// The position of one part of the key by which links of `L` refer to `M`, or [`UNKNOWN`]: the key of the only
/// `belongs_to` that leads there.
pub const fn link_at<L: Model, M: Model>(nth: usize, parts: usize) -> usize {
    let relations = L::METADATA.relations;
    let (mut at, mut found) = (0, UNKNOWN);
    while at < relations.len() {
        if leads_to::<M>(&relations[at]) {
            if found != UNKNOWN {
                return UNKNOWN;
            }
            found = at;
        }
        at += 1;
    }
    if found == UNKNOWN || relations[found].key_from.len() != parts {
        return UNKNOWN;
    }
    find::<L>(relations[found].key_from[nth])
}

const fn leads_to<M: Model>(relation: &RelationMetadata) -> bool {
    matches!(relation.kind, RelationKind::BelongsTo) && same(relation.target_name, M::NAME)
}

/// Fails unless one `belongs_to` of the links leads to each of both models, and another to each. Each field of a link comes
/// after the position of the field that it refers to; where that is unknown, it was reported.
#[track_caller]
pub const fn links_join<L: Model, A: Model, B: Model>(
    from: &[(usize, usize)],
    to: &[(usize, usize)],
) {
    if same(A::NAME, B::NAME) {
        links_to::<L, A>((from[0].0, from.len()), "key_from = \"…\", key_to");
    } else {
        links_to::<L, A>((from[0].0, from.len()), "key_from");
        links_to::<L, B>((to[0].0, to.len()), "key_to");
    }
    keys_differ::<L>(from, to);
}

/// Fails unless exactly one `belongs_to` of the links leads to `M`, by a key of this many fields. `argument` says how the
/// key can be named instead. Says nothing where the field that they refer to is unknown.
#[track_caller]
pub const fn links_to<L: Model, M: Model>((referred, parts): (usize, usize), argument: &str) {
    let is_reported = L::FIELDS.is_empty() || M::FIELDS.is_empty() || referred == UNKNOWN;
    if is_reported || link_at::<L, M>(0, parts) != UNKNOWN {
        return;
    }
    let relations = L::METADATA.relations;
    let (mut at, mut found) = (0, 0);
    let mut names = Text::new();
    while at < relations.len() {
        if leads_to::<M>(&relations[at]) {
            names = names.put(if found > 0 { ", `" } else { "`" });
            names = names.put(relations[at].name).put("`");
            found += 1;
        }
        at += 1;
    }
    let text = Text::new().put("`").put(L::NAME);
    let text = match found {
        0 => text
            .put("` has no `belongs_to` that leads to `")
            .put(M::NAME)
            .put("`"),
        1 => text
            .put("` leads to `")
            .put(M::NAME)
            .put("` by a key of another number of fields: that of ")
            .put(names.as_str()),
        _ => text
            .put("` has several `belongs_to`s that lead to `")
            .put(M::NAME)
            .put("`: ")
            .put(names.as_str()),
    };
    let text = text
        .put("\nhelp: name the key: `through(")
        .put(L::NAME)
        .put(", ");
    let text = text.put(argument).put(" = \"…\")`");
    panic!("{}", text.as_str())
}

/// Fails where the fields of a link that refer to its source are those that refer to its target. Each comes after the
/// position of the field that it refers to.
#[track_caller]
pub const fn keys_differ<L: Model>(from: &[(usize, usize)], to: &[(usize, usize)]) {
    let mut at = 0;
    if from.len() != to.len() {
        return;
    }
    while at < from.len() {
        if from[at].1 != to[at].1 || from[at].1 == UNKNOWN {
            return;
        }
        at += 1;
    }
    let text = Text::new()
        .put("both keys of a link are `")
        .put(L::NAME)
        .put("::");
    let text = text
        .put(L::FIELDS[from[0].1].name)
        .put("`\nhelp: one refers to the source, `key_from`, the other to the target, `key_to`");
    panic!("{}", text.as_str())
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A text built in a constant, so that a failing one can name what it found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    buffer: [u8; 1024],
    length: usize,
}

impl Text {
    pub(crate) const fn new() -> Self {
        Text {
            buffer: [0; 1024],
            length: 0,
        }
    }

    /// Adds a piece; one that no longer fits is left out whole, so the text stays valid UTF-8.
    pub(crate) const fn put(mut self, piece: &str) -> Self {
        let piece = piece.as_bytes();
        if self.length + piece.len() > self.buffer.len() {
            return self;
        }
        let mut at = 0;
        while at < piece.len() {
            self.buffer[self.length] = piece[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.buffer.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}
