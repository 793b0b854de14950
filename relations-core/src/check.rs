//! Checks of a relation across two models, evaluated by the compiler.
//!
//! A derive cannot see the other model, but a constant can: it reads that model's fields and fails with a text of
//! ours. [`find`] never fails, so that types still resolve and one mistake gives one error.

use crate::metadata::{FieldMetadata, Polymorphism, RelationKind, RelationMetadata};
use crate::model::Model;
use crate::polymorphic::PolymorphicModel;
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

/// The position itself, or [`UNKNOWN`] where the field's type cannot be a key.
pub const fn key_at<M: Model>(at: usize) -> usize {
    if at == UNKNOWN || can_be_key(M::FIELDS[at].kind) {
        at
    } else {
        UNKNOWN
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
    if same(first.type_name, other.type_name) {
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
    if same(field.type_name, id.type_name) {
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
    if at == UNKNOWN || matches!(M::FIELDS[at].kind, Kind::Text) {
        return;
    }
    let text = M::FIELDS[at].describe(Text::new(), M::NAME);
    let text = text.put(", and a discriminator is text\nhelp: make it `String`, or `Option` of it");
    panic!("{}", text.as_str())
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
                .put("` is no variant of `");
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

/// The position itself, or [`UNKNOWN`] where the field is no list of keys.
pub const fn list_at<M: Model>(at: usize) -> usize {
    if at != UNKNOWN && matches!(M::FIELDS[at].kind, Kind::List(_)) {
        at
    } else {
        UNKNOWN
    }
}

/// Fails unless the first field holds a list of the values of the second, if both exist.
#[track_caller]
pub const fn is_list_of<A: Model, B: Model>((list, of): (usize, usize)) {
    if list == UNKNOWN || of == UNKNOWN {
        return;
    }
    let (list, of) = (&A::FIELDS[list], &B::FIELDS[of]);
    let (name, element) = (list.type_name.as_bytes(), of.type_name.as_bytes());
    // `Vec<i64>` and `i64`.
    if name.len() == element.len() + 5 && name[0] == b'V' {
        let mut at = 0;
        while at < element.len() && name[at + 4] == element[at] {
            at += 1;
        }
        if at == element.len() {
            return;
        }
    }
    let text = list
        .describe(Text::new(), A::NAME)
        .put(", which is no list of `");
    let text = text
        .put(B::NAME)
        .put("::")
        .put(of.name)
        .put("`\nhelp: make it `Vec<");
    let text = text.put(of.type_name).put(">`");
    panic!("{}", text.as_str())
}

const fn can_be_key(kind: Kind) -> bool {
    match kind {
        Kind::Bool | Kind::F32 | Kind::F64 | Kind::List(_) => false,
        #[cfg(feature = "chrono")]
        Kind::Time | Kind::DateTime | Kind::DateTimeUtc => false,
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
    if can_be_key(from.kind) || is_reported {
        return;
    }
    let text = from
        .describe(Text::new(), A::NAME)
        .put(", which cannot be a key")
        .put("\nhelp: keys are integers, `String`, `Vec<u8>`, `Uuid`, `NaiveDate`, or `Option` of those");
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
    if field.db_type.is_some() || field.kind.is_integer() {
        return;
    }
    let text = field.describe(Text::new(), M::NAME);
    let text = text.put(", which the database cannot generate");
    let text = text.put("\nhelp: remove `generated`, or add `default = \"sql\"`");
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

/// The position of one part of an id that has so many, or [`UNKNOWN`].
pub const fn id_part<M: Model>(nth: usize, parts: usize) -> usize {
    if id_at::<M>(parts - 1) != UNKNOWN && id_at::<M>(parts) == UNKNOWN {
        id_at::<M>(nth)
    } else {
        UNKNOWN
    }
}

/// The name of the id's field of that number.
pub const fn id_name<M: Model>(nth: usize) -> &'static str {
    match id_at::<M>(nth) {
        UNKNOWN => "",
        at => M::FIELDS[at].name,
    }
}

/// Fails unless the id has so many fields.
#[track_caller]
pub const fn has_id_of<M: Model>(fields: usize) {
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
    text = text.put("\nhelp: name a field for each: `key_from = [\"first\", \"second\"]`, in a `belongs_to` on the struct");
    panic!("{}", text.as_str())
}

/// Fails unless the fields that a foreign key refers to are the id, or a single unique field.
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
    if ids_named == names.len() && ids == names.len() {
        return;
    }
    let text = Text::new().put("`").put(M::NAME).put("::").put(names[0]);
    let text = text.put("` is neither the id nor unique, so a relation cannot refer to it");
    let text = text.put("\nhelp: add `#[model(unique)]` to the field");
    panic!("{}", text.as_str())
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

/// Fails unless exactly one `belongs_to` of the links leads to `M`, by a key of so many fields. `argument` says how the
/// key can be named instead.
#[track_caller]
pub const fn links_to<L: Model, M: Model>(parts: usize, argument: &str) {
    if L::FIELDS.is_empty() || M::FIELDS.is_empty() || link_at::<L, M>(0, parts) != UNKNOWN {
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

/// Fails where the fields of a link that refer to its source are those that refer to its target.
#[track_caller]
pub const fn keys_differ<L: Model>(from: &[usize], to: &[usize]) {
    let mut at = 0;
    if from.len() != to.len() {
        return;
    }
    while at < from.len() {
        if from[at] != to[at] || from[at] == UNKNOWN {
            return;
        }
        at += 1;
    }
    let text = Text::new()
        .put("both keys of a link are `")
        .put(L::NAME)
        .put("::");
    let text = text
        .put(L::FIELDS[from[0]].name)
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
