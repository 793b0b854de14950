//! What a model says of a relation.

use crate::model::Model;
use crate::model::field::{FieldMetadata, fields};
use crate::model::foreign_key::ForeignKey;
use crate::model::metadata::ModelMetadata;
use crate::model::through::ThroughMetadata;
use crate::value::Value;
use std::any::Any;
use std::fmt;

/// The kind of a relation.
///
/// # Examples
/// ```
/// # use docs_models::*;
/// # use relations::RelationKind;
/// let kinds: Vec<_> = Order::metadata().relations().iter().map(|relation| relation.kind()).collect();
/// assert_eq!(kinds, [RelationKind::BelongsTo]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RelationKind {
    /// The target holds the key, at most one row.
    HasOne,
    /// The target holds the key, any number of rows; or rows of a third model link both.
    HasMany,
    /// The source holds the key.
    BelongsTo,
    /// The source holds a list of keys.
    ReferencesMany,
}

/// What happens to the rows that refer to a row when that row is deleted, or its key changes.
///
/// # Examples
/// ```
/// use relations::ReferentialAction;
/// use relations::prelude::*;
///
/// #[derive(Model)]
/// struct Playlist {
///     #[model(id, generated)]
///     id: i64,
/// }
///
/// #[derive(Model)]
/// struct Song {
///     #[model(id, generated)]
///     id: i64,
///     #[belongs_to(Playlist, on_delete = "cascade")]
///     playlist_id: i64,
/// }
///
/// let playlist = Song::metadata().relation("playlist").unwrap();
/// assert_eq!(playlist.on_delete(), ReferentialAction::Cascade);
/// assert_eq!(playlist.on_update(), ReferentialAction::NoAction);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReferentialAction {
    /// The change is refused.
    NoAction,
    /// The change is refused, at once even where constraints are deferred.
    Restrict,
    /// The rows are deleted, or follow the key.
    Cascade,
    /// Their key becomes NULL.
    SetNull,
    /// Their key becomes its default.
    SetDefault,
}

impl ReferentialAction {
    /// As it is written in SQL.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            ReferentialAction::NoAction => "NO ACTION",
            ReferentialAction::Restrict => "RESTRICT",
            ReferentialAction::Cascade => "CASCADE",
            ReferentialAction::SetNull => "SET NULL",
            ReferentialAction::SetDefault => "SET DEFAULT",
        }
    }
}

/// What makes a relation polymorphic.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Polymorphism {
    /// It leads to rows of several models; a field of the source says to which.
    Any {
        field: &'static str,
        words: &'static [&'static str],
        models: &'static [fn() -> &'static ModelMetadata],
    },
    /// Its targets belong to rows of several models; a field of the target holds this word for the source.
    One {
        field: &'static str,
        word: &'static [&'static str; 1],
    },
}

/// The two models of a relation.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    pub(crate) source: fn() -> &'static ModelMetadata,
    pub(crate) target: fn() -> &'static ModelMetadata,
    pub(crate) names: [&'static str; 2],
}

macro_rules! kinds {
    ($($kind:ident $variant:ident)*) => { $(
        /// For the derive: what a model says of a relation, with its names in Rust and in JSON, and its keys.
        #[doc(hidden)]
        pub const fn $kind(
            self,
            names: [&'static str; 2],
            key_from: &'static [&'static str],
            key_to: &'static [&'static str],
        ) -> RelationMetadata {
            RelationMetadata::new(self, RelationKind::$variant, names, key_from, key_to)
        }
    )* };
}

impl Ends {
    pub(crate) const fn of<M: Model, T: Model>() -> Ends {
        Ends {
            source: M::metadata,
            target: T::metadata,
            names: [M::NAME, T::NAME],
        }
    }

    kinds! {
        has_one HasOne
        has_many HasMany
        belongs_to BelongsTo
        references_many ReferencesMany
    }
}

/// A relation between two models.
///
/// # Examples
/// ```
/// # use docs_models::*;
/// # use relations::RelationKind;
/// let tracks = Playlist::metadata().relation("tracks").unwrap();
/// assert_eq!(tracks.kind(), RelationKind::HasMany);
/// assert_eq!(tracks.target().name(), "Track");
/// assert_eq!(tracks.through().unwrap().model().name(), "PlaylistTrack");
/// ```
pub struct RelationMetadata {
    pub(crate) name: &'static str,
    pub(crate) json_name: &'static str,
    pub(crate) kind: RelationKind,
    pub(crate) source: fn() -> &'static ModelMetadata,
    pub(crate) target: fn() -> &'static ModelMetadata,
    /// The names of both, for checks by the compiler.
    pub(crate) source_name: &'static str,
    pub(crate) target_name: &'static str,
    pub(crate) key_from: &'static [&'static str],
    pub(crate) key_to: &'static [&'static str],
    pub(crate) through: Option<ThroughMetadata>,
    pub(crate) polymorphic: Option<Polymorphism>,
    pub(crate) on_delete: Option<ReferentialAction>,
    pub(crate) on_update: Option<ReferentialAction>,
    pub(crate) included: bool,
    /// What `query` knows as the scope that it always has.
    pub(crate) scope: Option<fn() -> &'static (dyn Any + Send + Sync)>,
}

impl RelationMetadata {
    /// For the derive, as are the methods that follow.
    #[doc(hidden)]
    pub const fn new(
        ends: Ends,
        kind: RelationKind,
        [name, json_name]: [&'static str; 2],
        key_from: &'static [&'static str],
        key_to: &'static [&'static str],
    ) -> Self {
        RelationMetadata {
            name,
            json_name,
            kind,
            source: ends.source,
            target: ends.target,
            source_name: ends.names[0],
            target_name: ends.names[1],
            key_from,
            key_to,
            through: None,
            polymorphic: None,
            on_delete: None,
            on_update: None,
            included: true,
            scope: None,
        }
    }

    #[doc(hidden)]
    pub const fn with_on_delete(mut self, action: ReferentialAction) -> Self {
        self.on_delete = Some(action);
        self
    }

    #[doc(hidden)]
    pub const fn with_on_update(mut self, action: ReferentialAction) -> Self {
        self.on_update = Some(action);
        self
    }

    #[doc(hidden)]
    pub const fn with_links<L: Model>(mut self) -> Self {
        self.through = Some(ThroughMetadata {
            model: L::metadata,
            sides: [self.source_name, self.target_name],
            keys: [&[], &[]],
            unique: true,
            own: false,
        });
        self
    }

    #[doc(hidden)]
    pub const fn with_own_links(mut self) -> Self {
        if let Some(through) = &mut self.through {
            through.own = true;
        }
        self
    }

    #[doc(hidden)]
    pub const fn with_link_keys(
        mut self,
        key_from: &'static [&'static str],
        key_to: &'static [&'static str],
    ) -> Self {
        if let Some(through) = &mut self.through {
            through.keys = [key_from, key_to];
        }
        self
    }

    #[doc(hidden)]
    pub const fn with_repeated_links(mut self) -> Self {
        if let Some(through) = &mut self.through {
            through.unique = false;
        }
        self
    }

    #[doc(hidden)]
    pub const fn with_discriminator(
        mut self,
        field: &'static str,
        word: &'static [&'static str; 1],
    ) -> Self {
        self.polymorphic = Some(Polymorphism::One { field, word });
        self
    }

    #[doc(hidden)]
    pub const fn with_types(
        mut self,
        field: &'static str,
        words: &'static [&'static str],
        models: &'static [fn() -> &'static ModelMetadata],
    ) -> Self {
        self.polymorphic = Some(Polymorphism::Any {
            field,
            words,
            models,
        });
        self
    }

    #[doc(hidden)]
    pub const fn without_include(mut self) -> Self {
        self.included = false;
        self
    }

    #[doc(hidden)]
    pub const fn with_scope(mut self, scope: fn() -> &'static (dyn Any + Send + Sync)) -> Self {
        self.scope = Some(scope);
        self
    }

    /// The name, as callers type it in `include`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The name in JSON and filters, which follows the struct's own `#[serde(rename_all)]`.
    pub fn json_name(&self) -> &'static str {
        self.json_name
    }

    /// Which kind of relation it is.
    pub fn kind(&self) -> RelationKind {
        self.kind
    }

    /// The model that declares the relation.
    pub fn source(&self) -> &'static ModelMetadata {
        (self.source)()
    }

    /// The model it leads to.
    pub fn target(&self) -> &'static ModelMetadata {
        (self.target)()
    }

    /// The fields of the source that hold the key, in order.
    pub fn key_from(&self) -> &'static [&'static str] {
        self.key_from
    }

    /// The fields of the target that hold the key, in order.
    pub fn key_to(&self) -> &'static [&'static str] {
        self.key_to
    }

    /// Whether one source can have several targets.
    pub fn targets_many(&self) -> bool {
        match self.kind {
            RelationKind::HasOne | RelationKind::BelongsTo => false,
            RelationKind::HasMany | RelationKind::ReferencesMany => true,
        }
    }

    /// Whether one target may belong to many sources.
    pub(crate) fn is_shared(&self) -> bool {
        let has_key = matches!(
            self.kind,
            RelationKind::BelongsTo | RelationKind::ReferencesMany
        );
        has_key || self.through.is_some()
    }

    /// The model whose rows link source and target, and its keys; `None` where one of the two holds the key.
    pub fn through(&self) -> Option<&ThroughMetadata> {
        self.through.as_ref()
    }

    /// The models it leads to: one, or all of a polymorphic `belongs_to`, of which [`target`](Self::target) is the first.
    pub fn targets(&self) -> Vec<&'static ModelMetadata> {
        match self.polymorphic {
            Some(Polymorphism::Any { models, .. }) => models.iter().map(|model| model()).collect(),
            _ => vec![self.target()],
        }
    }

    /// Of a polymorphic relation: the field that says which model the key refers to. It stands beside the key, in the source
    /// of a `belongs_to` and in the target of others.
    pub fn discriminator(&self) -> Option<&'static str> {
        match self.polymorphic? {
            Polymorphism::Any { field, .. } | Polymorphism::One { field, .. } => Some(field),
        }
    }

    /// Of a polymorphic relation: the values that its discriminator may hold, in the order of
    /// [`targets`](Self::targets); that of the source alone where the target holds it.
    pub fn discriminator_values(&self) -> &'static [&'static str] {
        match self.polymorphic {
            Some(Polymorphism::Any { words, .. }) => words,
            Some(Polymorphism::One { word, .. }) => word,
            None => &[],
        }
    }

    /// What becomes of referring rows when a row is deleted.
    pub fn on_delete(&self) -> ReferentialAction {
        self.on_delete.unwrap_or(ReferentialAction::NoAction)
    }

    /// What becomes of referring rows when a key changes.
    pub fn on_update(&self) -> ReferentialAction {
        self.on_update.unwrap_or(ReferentialAction::NoAction)
    }

    /// Whether run-time filters may include it.
    pub fn is_included(&self) -> bool {
        self.included
    }

    /// Whether a scope that it always has says which rows are its targets, beside the key.
    pub fn has_scope(&self) -> bool {
        self.scope.is_some()
    }

    /// `Supplier.account`, for messages.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.source().name, self.name)
    }

    /// Whether each key has one target at most, whatever constraints are missing: only ids are certain to be unique.
    pub(crate) fn refers_to_id(&self) -> bool {
        let refers = matches!(
            self.kind,
            RelationKind::BelongsTo | RelationKind::ReferencesMany
        );
        refers && self.target_fields().iter().all(|field| field.id)
    }

    /// The discriminator of the target, and what it holds for this source.
    pub(crate) fn imposed_type(&self) -> Option<(&'static FieldMetadata, Value)> {
        let Some(Polymorphism::One { field, word }) = self.polymorphic else {
            return None;
        };
        let field = fields(self.target(), &[field])[0];
        Some((field, Value::Text(word[0].to_owned())))
    }

    /// Whether its targets belong to rows of several models, and say so.
    pub(crate) fn has_discriminator(&self) -> bool {
        matches!(self.polymorphic, Some(Polymorphism::One { .. }))
    }

    /// Whether it leads to rows of several models.
    pub(crate) fn is_to_any(&self) -> bool {
        matches!(self.polymorphic, Some(Polymorphism::Any { .. }))
    }

    /// The fields of the source that hold the key.
    pub(crate) fn source_fields(&self) -> Vec<&'static FieldMetadata> {
        fields(self.source(), self.key_from)
    }

    /// The fields of the target that hold the key.
    pub(crate) fn target_fields(&self) -> Vec<&'static FieldMetadata> {
        fields(self.target(), self.key_to)
    }
}

impl PartialEq for RelationMetadata {
    fn eq(&self, other: &Self) -> bool {
        let (source, others) = (self.source(), other.source());
        self.name == other.name && source.type_id() == others.type_id()
    }
}

impl fmt::Debug for RelationMetadata {
    // Models point at each other, so the models are shown by name only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelationMetadata")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("source", &self.source().name)
            .field("target", &self.target().name)
            .field("key_from", &self.key_from)
            .field("key_to", &self.key_to)
            .field("through", &self.through)
            .finish()
    }
}

impl RelationMetadata {
    /// The key of a `has_one`, which no two targets share; with the discriminator, where it is polymorphic.
    pub(crate) fn unique_key(&'static self) -> Option<ForeignKey> {
        let discriminator = self.imposed_type().map(|(field, _)| field);
        (self.kind == RelationKind::HasOne).then(|| {
            let key = ForeignKey {
                relation: self,
                holder: self.target(),
                fields: self.target_fields(),
                referred: self.source(),
                referred_fields: self.source_fields(),
            };
            let mut key = key.in_order_of_referred();
            key.fields.splice(0..0, discriminator);
            key
        })
    }

    /// The foreign keys that the relation stands on: one, two where it goes through links, none for a list of keys.
    pub(crate) fn foreign_keys(&'static self) -> Vec<ForeignKey> {
        let key = |holder, fields, referred, referred_fields| {
            ForeignKey {
                relation: self,
                holder,
                fields,
                referred,
                referred_fields,
            }
            .in_order_of_referred()
        };
        let (source, target) = (self.source(), self.target());
        let (of_source, of_target) = (self.source_fields(), self.target_fields());
        match (self.kind, &self.through) {
            (RelationKind::ReferencesMany, _) => Vec::new(),
            _ if self.polymorphic.is_some() => Vec::new(),
            (RelationKind::BelongsTo, _) => vec![key(source, of_source, target, of_target)],
            (_, None) => vec![key(target, of_target, source, of_source)],
            (_, Some(through)) => vec![
                key(through.model(), through.source_fields(), source, of_source),
                key(through.model(), through.target_fields(), target, of_target),
            ],
        }
    }
}
