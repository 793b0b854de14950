//! The model as the macro understands it.

use crate::attr::{
    EmbedsAttr, FieldAttr, ModelAttr, Name, RelationAttr, RelationKind, SerdeAttr, ThroughAttr,
};
use crate::check;
use crate::errors::Errors;
use crate::links::{self, Links};
use crate::names::{plain, plural, renamed, snake_case};
use proc_macro2::Span;
use syn::{
    Attribute, Data, DeriveInput, Fields, GenericArgument, Ident, Meta, Path, PathArguments, Type,
    Visibility,
};

pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    /// The path of the crate whose `__private` generated code names.
    pub(crate) krate: Path,
    pub(crate) table: String,
    /// The former name of the table.
    pub(crate) was: Option<Name>,
    pub(crate) schema: Option<String>,
    /// The word for the model in the discriminators of polymorphic relations, where it is not the name.
    pub(crate) discriminator: Option<String>,
    /// Whether rows are only read.
    pub(crate) is_view: bool,
    /// What the table's comment says.
    pub(crate) comment: Option<String>,
    /// The positions of fields of which no two rows share all values.
    pub(crate) unique: Vec<Vec<usize>>,
    /// The positions of fields with one index.
    pub(crate) indexes: Vec<Vec<usize>>,
    /// SQL that is true of every row.
    pub(crate) checks: Vec<String>,
    /// Whether the id was found wrong, so that its type is not looked at again.
    pub(crate) has_broken_id: bool,
    pub(crate) fields: Vec<Field>,
    pub(crate) relations: Vec<Relation>,
    /// The rows that fields hold as JSON.
    pub(crate) embeds: Vec<Embeds>,
    /// The rule by which columns are named.
    pub(crate) columns: Option<String>,
}

pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The name without `r#`.
    pub(crate) name: String,
    pub(crate) vis: Visibility,
    /// What the comment above the field says, for what is made for it.
    pub(crate) docs: Vec<Attribute>,
    /// What the column's comment says.
    pub(crate) comment: Option<String>,
    pub(crate) ty: Type,
    pub(crate) column: String,
    /// The former name of the column.
    pub(crate) was: Option<Name>,
    pub(crate) json_name: String,
    pub(crate) id: bool,
    pub(crate) generated: bool,
    pub(crate) unique: bool,
    pub(crate) index: bool,
    /// Where `hidden` stands.
    pub(crate) hidden: Option<Span>,
    pub(crate) read_only: bool,
    /// How serde is told to leave the field out.
    pub(crate) skip: Option<Name>,
    pub(crate) default: Option<String>,
    /// What makes the value of a new row.
    pub(crate) default_with: Option<Path>,
    /// Where `created_at`, `updated_at` or `on_update_now` stands.
    pub(crate) created_at: Option<Span>,
    pub(crate) updated_at: Option<Span>,
    pub(crate) on_update_now: Option<Span>,
    pub(crate) version: Option<Span>,
    pub(crate) db_type: Option<String>,
    pub(crate) length: Option<u32>,
    pub(crate) precision: Option<(u32, u32)>,
    /// Where `json` stands.
    pub(crate) json: Option<Span>,
    /// Whether a `belongs_to` says that it is a foreign key.
    pub(crate) is_foreign_key: bool,
}

pub(crate) struct Relation {
    pub(crate) kind: RelationKind,
    pub(crate) target: Path,
    pub(crate) name: String,
    pub(crate) json_name: String,
    /// The name of the number of targets.
    pub(crate) json_count: String,
    /// Where the user named the relation, or the attribute if the name was inferred.
    pub(crate) span: Span,
    pub(crate) vis: Visibility,
    /// Fields of this model.
    pub(crate) key_from: Vec<Name>,
    pub(crate) key_to: KeyTo,
    pub(crate) through: Option<ThroughAttr>,
    /// Its links, where they have no model of the user's.
    pub(crate) links: Option<Links>,
    /// The field that says which model the key refers to: of this model for a `belongs_to`, else of the target.
    pub(crate) discriminator: Option<Name>,
    /// The function that says which rows are its targets, beside the key.
    pub(crate) scope: Option<Path>,
    pub(crate) on_delete: Option<Name>,
    pub(crate) on_update: Option<Name>,
    pub(crate) is_closed: bool,
    /// Whether its keys were found wrong here, so that they are not checked against the target.
    pub(crate) is_broken: bool,
}

impl Relation {
    /// Whether it leads to rows of several models.
    pub(crate) fn is_to_any(&self) -> bool {
        self.kind == RelationKind::BelongsTo && self.discriminator.is_some()
    }

    /// How many fields the key of the target has.
    pub(crate) fn target_parts(&self) -> usize {
        match (&self.key_to, &self.through) {
            (KeyTo::Given(names), _) => names.len(),
            (_, Some(through)) => through.key_to.as_ref().map_or(1, Vec::len),
            _ => self.key_from.len(),
        }
    }
}

/// Rows of another model that a field holds as JSON.
pub(crate) struct Embeds {
    /// The position of the field.
    pub(crate) at: usize,
    pub(crate) is_many: bool,
    pub(crate) target: Path,
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) vis: Visibility,
}

/// Fields of the target, which this derive cannot see.
pub(crate) enum KeyTo {
    /// As the attribute says.
    Given(Vec<Name>),
    /// `supplier_id`, after the name of this model.
    Inferred(Name),
    /// The target's id.
    Id,
}

impl Model {
    /// The model of a struct. Where something is wrong, the error is added, and the model is as near to what was meant
    /// as possible, so that the code generated from it causes no further errors.
    pub(crate) fn from_input(input: &DeriveInput, errors: &mut Errors) -> Option<Model> {
        let named = named_fields(input, errors)?;
        let attr = ModelAttr::from_attributes(&input.attrs, errors);
        let serde = SerdeAttr::of_struct(&input.attrs, errors);
        let rule = serde.rename_all.as_deref();

        let mut fields = Vec::new();
        let (mut on_fields, mut embeds) = (Vec::new(), Vec::new());
        EmbedsAttr::refuse(&input.attrs, errors);
        for field in named {
            let ident = field.ident.clone()?;
            let relations = RelationAttr::from_attributes(&field.attrs, true, errors);
            let within = EmbedsAttr::from_attributes(&field.attrs, errors);
            embeds.extend(within.into_iter().map(|attr| (attr, fields.len())));
            let rules = (rule, attr.columns.as_deref());
            let field = Field::new(field, ident, rules, !relations.is_empty(), errors);
            on_fields.extend(
                relations
                    .into_iter()
                    .map(|relation| (relation, fields.len())),
            );
            fields.push(field);
        }
        if attr.has_comments {
            for field in &mut fields {
                field.comment = comment(&field.docs);
            }
        }
        let mut model = Model {
            ident: input.ident.clone(),
            vis: input.vis.clone(),
            krate: attr.krate,
            table: attr
                .table
                .map_or_else(|| snake_case(&plain(&input.ident)), |name| name.text),
            was: attr.was,
            schema: attr.schema.map(|name| name.text),
            discriminator: attr.discriminator.map(|word| word.text),
            is_view: attr.is_view,
            comment: attr
                .has_comments
                .then(|| comment(&docs(&input.attrs)))
                .flatten(),
            unique: check::groups(&input.ident, &fields, attr.unique, errors),
            indexes: check::groups(&input.ident, &fields, attr.indexes, errors),
            checks: attr.checks.into_iter().map(|sql| sql.text).collect(),
            has_broken_id: false,
            fields,
            relations: Vec::new(),
            embeds: Vec::new(),
            columns: attr.columns,
        };
        check::id(&mut model, errors);
        check::columns(&model, errors);
        check::former_names(&model, errors);
        check::skipped(&model, errors);
        check::made(&model, errors);
        check::version(&mut model, errors);
        check::json(&mut model, errors);
        check::view(&model, errors);
        for relation in RelationAttr::from_attributes(&input.attrs, false, errors) {
            model.add_struct_relation(relation, rule, errors);
        }
        for (relation, field) in on_fields {
            model.add_field_relation(relation, field, rule, errors);
        }
        check::relations(&mut model, errors);
        for (attr, field) in embeds {
            model.add_embeds(attr, field, errors);
        }
        Some(model)
    }

    /// The positions of the fields that make up the id.
    pub(crate) fn id(&self) -> Vec<usize> {
        (0..self.fields.len())
            .filter(|at| self.fields[*at].id)
            .collect()
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    fn add_struct_relation(
        &mut self,
        mut attr: RelationAttr,
        rule: Option<&str>,
        errors: &mut Errors,
    ) {
        let span = attr.span;
        let mut links = None;
        if attr.links.is_some() {
            links = links::of_relation(self, &mut attr, errors);
            if links.is_none() {
                return;
            }
        }
        let ids = self.id().into_iter().map(|at| &self.fields[at]);
        let ids: Vec<Name> = ids
            .map(|field| Name {
                text: field.name.clone(),
                span,
            })
            .collect();
        let (key_from, key_to) = match attr.kind {
            RelationKind::ReferencesMany => {
                errors.add(span, "`references_many` stands on the field that holds the list of ids\nhelp: move it there");
                return;
            }
            RelationKind::HasMany if attr.through.is_some() => (
                attr.key_from.clone().unwrap_or(ids),
                attr.key_to.clone().map_or(KeyTo::Id, KeyTo::Given),
            ),
            RelationKind::HasOne | RelationKind::HasMany => {
                let key_from = attr.key_from.clone().unwrap_or(ids);
                let mut text = format!("{}_id", snake_case(&plain(&self.ident)));
                let mut at = target_span(&attr.target);
                if let Some(discriminator) = &attr.discriminator
                    && let Some(stem) = discriminator.text.strip_suffix("_type")
                {
                    text = format!("{stem}_id");
                    at = discriminator.span;
                }
                let inferred = KeyTo::Inferred(Name { text, span: at });
                (key_from, attr.key_to.clone().map_or(inferred, KeyTo::Given))
            }
            RelationKind::BelongsTo => {
                let inferred = format!("{}_id", snake_case(&target_name(&attr.target)));
                let Some(key_from) = check::own_key(self, &attr, &inferred, errors) else {
                    return;
                };
                (
                    key_from,
                    attr.key_to.clone().map_or(KeyTo::Id, KeyTo::Given),
                )
            }
        };
        let mut name = snake_case(&target_name(&attr.target));
        if attr.kind == RelationKind::HasMany {
            name = plural(&name);
        }
        self.add_relation(attr, name, (key_from, key_to), links, rule);
    }

    fn add_embeds(&mut self, attr: EmbedsAttr, at: usize, errors: &mut Errors) {
        let name = match &attr.name {
            Some(name) => name.text.clone(),
            None => self.fields[at].name.clone(),
        };
        let embeds = Embeds {
            at,
            is_many: attr.word == EmbedsAttr::MANY,
            target: attr.target,
            span: attr.name.map_or(attr.span, |name| name.span),
            name,
            vis: attr.vis.unwrap_or_else(|| self.vis.clone()),
        };
        if check::embeds(self, &embeds, attr.span, errors) {
            self.embeds.push(embeds);
        }
    }

    fn add_field_relation(
        &mut self,
        attr: RelationAttr,
        field: usize,
        rule: Option<&str>,
        errors: &mut Errors,
    ) {
        if attr.links.is_some() {
            errors.add(attr.span, "`has_and_belongs_to_many` stands on the struct, since links hold the keys\nhelp: move it above the struct; no field holds related rows, `.include(..)` gives them");
            return;
        }
        if matches!(attr.kind, RelationKind::HasOne | RelationKind::HasMany) {
            let kind = attr.kind.attribute();
            errors.add(attr.span, format!("`{kind}` stands on the struct, since the target holds the key\nhelp: move it above the struct; no field holds related rows, `.include(..)` gives them"));
            return;
        }
        let field = &self.fields[field];
        let suffix = match attr.kind {
            RelationKind::ReferencesMany => "_ids",
            _ => "_id",
        };
        let mut name = field.name.clone();
        if let Some(stem) = field.name.strip_suffix(suffix) {
            name = match attr.kind {
                RelationKind::ReferencesMany => plural(stem),
                _ => stem.to_owned(),
            };
        }
        let key_from = vec![Name {
            text: field.name.clone(),
            span: field.ident.span(),
        }];
        let key_to = attr.key_to.clone().map_or(KeyTo::Id, KeyTo::Given);
        self.add_relation(attr, name, (key_from, key_to), None, rule);
    }

    fn add_relation(
        &mut self,
        attr: RelationAttr,
        inferred: String,
        (key_from, key_to): (Vec<Name>, KeyTo),
        links: Option<Links>,
        rule: Option<&str>,
    ) {
        let span = attr.name.as_ref().map_or(attr.span, |name| name.span);
        let is_broken =
            attr.has_unknown || attr.through.as_ref().is_some_and(|link| link.has_unknown);
        let name = attr.name.map_or(inferred, |name| name.text);
        if attr.kind == RelationKind::BelongsTo {
            for key in &key_from {
                if let Some(at) = self.position(&key.text) {
                    self.fields[at].is_foreign_key = true;
                }
            }
            let discriminator = attr.discriminator.as_ref();
            if let Some(at) = discriminator.and_then(|name| self.position(&name.text)) {
                self.fields[at].is_foreign_key = true;
            }
        }
        self.relations.push(Relation {
            kind: attr.kind,
            target: attr.target,
            json_name: renamed(&name, rule).unwrap_or_else(|| name.clone()),
            json_count: renamed(&format!("{name}_count"), rule)
                .unwrap_or_else(|| format!("{name}_count")),
            name,
            span,
            vis: attr.vis.unwrap_or_else(|| self.vis.clone()),
            key_from,
            key_to,
            through: attr.through,
            links,
            discriminator: attr.discriminator,
            scope: attr.scope,
            on_delete: attr.on_delete,
            on_update: attr.on_update,
            is_closed: attr.is_closed,
            is_broken,
        });
    }
}

impl Field {
    /// `rules` are those of names in JSON and of columns.
    fn new(
        field: &syn::Field,
        ident: Ident,
        (rule, columns): (Option<&str>, Option<&str>),
        is_foreign_key: bool,
        errors: &mut Errors,
    ) -> Field {
        let attr = FieldAttr::from_attributes(&field.attrs, errors);
        let serde = SerdeAttr::of_field(&field.attrs, errors);
        let name = plain(&ident);
        Field {
            vis: field.vis.clone(),
            docs: docs(&field.attrs),
            comment: None,
            ty: field.ty.clone(),
            column: attr
                .column
                .map(|column| column.text)
                .or_else(|| renamed(&name, columns))
                .unwrap_or_else(|| name.clone()),
            json_name: serde
                .rename
                .or_else(|| renamed(&name, rule))
                .unwrap_or_else(|| name.clone()),
            was: attr.was,
            id: attr.id.is_some(),
            generated: attr.generated.is_some(),
            unique: attr.unique,
            index: attr.index,
            hidden: attr.hidden,
            read_only: attr.read_only,
            skip: serde.skip,
            default: attr.default.map(|default| default.text),
            default_with: attr.default_with,
            created_at: attr.created_at,
            updated_at: attr.updated_at,
            on_update_now: attr.on_update_now,
            version: attr.version,
            db_type: attr.db_type.map(|db_type| db_type.text),
            length: attr.length,
            precision: attr.precision,
            json: attr.json,
            is_foreign_key,
            ident,
            name,
        }
    }

    /// Whether a new row has a value where its draft gives none.
    pub(crate) fn has_default(&self) -> bool {
        self.default.is_some()
            || self.default_with.is_some()
            || self.is_time_of_write()
            || self.version.is_some()
    }

    /// The type of which the column holds JSON, without `Option`.
    pub(crate) fn json_type(&self) -> Option<&Type> {
        self.json?;
        let ty = ungrouped(&self.ty);
        if !self.is_written_as_option() {
            return Some(ty);
        }
        let Type::Path(path) = ty else {
            return Some(ty);
        };
        match path.path.segments.last().map(|last| &last.arguments) {
            Some(PathArguments::AngleBracketed(list)) => match list.args.first() {
                Some(GenericArgument::Type(inner)) => Some(inner),
                _ => Some(ty),
            },
            _ => Some(ty),
        }
    }

    /// Whether it holds the time of a write.
    pub(crate) fn is_time_of_write(&self) -> bool {
        let times = [self.created_at, self.updated_at, self.on_update_now];
        times.iter().any(Option::is_some)
    }

    /// Whether the type is written as an `Option`. Only for what may be wrong about an alias: which optional fields
    /// drafts keep track of.
    pub(crate) fn is_written_as_option(&self) -> bool {
        let Type::Path(path) = ungrouped(&self.ty) else {
            return false;
        };
        let names: Vec<String> = path
            .path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        matches!(
            names.as_slice(),
            ["Option"] | ["std", "option", "Option"] | ["core", "option", "Option"]
        )
    }
}

fn named_fields<'i>(
    input: &'i DeriveInput,
    errors: &mut Errors,
) -> Option<impl Iterator<Item = &'i syn::Field> + use<'i>> {
    let at = input.ident.span();
    if let Some(parameter) = input.generics.params.first() {
        use syn::spanned::Spanned;
        errors.add(parameter.span(), "a model cannot be generic: it is one table\nhelp: derive `Model` for each concrete struct");
        return None;
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if fields.named.is_empty() => {
                errors.add(
                    at,
                    "a model needs fields\nhelp: add a field with `#[model(id)]`",
                );
                None
            }
            Fields::Named(fields) => Some(fields.named.iter()),
            _ => {
                errors.add(at, "a model needs named fields, which become columns\nhelp: write `struct Name { field: Type }`");
                None
            }
        },
        _ => {
            let message = "`Model` is derived for structs: a struct is one row of a table";
            let help = match input.data {
                Data::Enum(_) => "\nhelp: an enum of models derives `PolymorphicModel`",
                _ => "",
            };
            errors.add(at, format!("{message}{help}"));
            None
        }
    }
}

/// The type without the group that it is in where a `macro_rules!` was given it.
pub(crate) fn ungrouped(mut ty: &Type) -> &Type {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    ty
}

/// The last segment of a path.
pub(crate) fn target_name(path: &Path) -> String {
    path.segments
        .last()
        .map(|segment| plain(&segment.ident))
        .unwrap_or_default()
}

pub(crate) fn target_span(path: &Path) -> Span {
    path.segments
        .last()
        .map_or_else(Span::call_site, |segment| segment.ident.span())
}

/// What docs say, as a comment of the database: without letters that are none.
fn comment(docs: &[Attribute]) -> Option<String> {
    let lines = docs.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines
        .flat_map(|text| text.split('\n').map(str::to_owned).collect::<Vec<_>>())
        .map(|line| line.replace(char::is_control, " ").trim().to_owned())
        .collect();
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The lines of the comment above a struct or a field.
fn docs(attributes: &[Attribute]) -> Vec<Attribute> {
    let is_line = |attribute: &&Attribute| {
        attribute.path().is_ident("doc") && matches!(attribute.meta, Meta::NameValue(_))
    };
    attributes.iter().filter(is_line).cloned().collect()
}
