//! Relations of LoopBack 4, in the form in which an import takes them: LoopBack 3's.

use super::definition::Reading;
use super::file::{Decorator, Field};
use crate::lb3::{Definition, Json, Member};

/// The decorators of relations.
pub(super) const KINDS: &[&str] = &[
    "hasOne",
    "hasMany",
    "belongsTo",
    "referencesMany",
    "embedsOne",
    "embedsMany",
];

impl Reading<'_, '_> {
    /// Adds the relation of a decorator; gives the property that holds its key, where the field is one.
    pub(super) fn relation(
        &mut self,
        relations: &mut Vec<Member>,
        field: &Field,
        decorator: &Decorator,
    ) -> Option<Json> {
        let kind = decorator.name.as_str();
        let holds_key = ["belongsTo", "referencesMany"].contains(&kind);
        let property = holds_key.then(|| decorator.object(2));
        let subject = format!("relations.{}", field.name);
        let options = decorator.object(1);
        let Some(target) = decorator.arguments.first().and_then(Json::text) else {
            self.left(
                &subject,
                "the model that it leads to is not named by `() => Model`",
            );
            return property;
        };
        let through = options.get("through");
        if options.is_true("polymorphic")
            || through.is_some_and(|through| through.is_true("polymorphic"))
        {
            self.left(&subject, "LoopBack 4 leads to one of several models by a word in the source: write an enum of the models, and a `belongs_to` to it");
            return property;
        }
        let mut value = vec![text("type", kind), text("model", target)];
        let given = |name: &str| options.text_at(name).map(str::to_owned);
        if kind.starts_with("embeds") {
            value.push(text("property", &field.name));
            value.push(Member::new("isField", Json::Bool(true)));
        } else if holds_key {
            value.push(text("foreignKey", &field.name));
            value.extend(given("keyTo").map(|key| text("primaryKey", &key)));
        } else if let Some(through) = through {
            let key = |name: &str, model: &str| {
                through
                    .text_at(name)
                    .map_or_else(|| key_of(model), str::to_owned)
            };
            value.extend(through.text_at("model").map(|model| text("through", model)));
            value.push(text("foreignKey", &key("keyFrom", self.name)));
            value.push(text("keyThrough", &key("keyTo", target)));
        } else {
            value.push(text(
                "foreignKey",
                &given("keyTo").unwrap_or_else(|| key_of(self.name)),
            ));
            value.extend(given("keyFrom").map(|key| text("primaryKey", &key)));
        }
        for option in options.members() {
            if ![
                "name", "keyFrom", "keyTo", "through", "type", "target", "source",
            ]
            .contains(&option.name.as_str())
            {
                self.left(
                    &format!("{subject}.{}", option.name),
                    "an option without a counterpart",
                );
            }
        }
        let name = match kind {
            "hasOne" => None,
            _ => given("name"),
        };
        let name = name.unwrap_or_else(|| default_name(kind, &field.name));
        relations.push(Member::new(name, Json::Object(value)));
        property
    }

    /// A foreign key of the settings: its actions are those of the relation, and without one there is a new relation.
    pub(super) fn foreign_key(&mut self, definition: &mut Definition, key: &Member) {
        let subject = format!("foreignKeys.{}", key.name);
        let key = &key.value;
        let (entity, property) = (key.text_at("entity"), key.text_at("foreignKey"));
        let Some((entity, property)) = entity.zip(property) else {
            return self.left(&subject, "it names no `entity` and no `foreignKey`");
        };
        let property = &*property_of(definition, property);
        let mut actions = Vec::new();
        for name in ["onDelete", "onUpdate"] {
            let Some(given) = key.text_at(name) else {
                continue;
            };
            let action = given.trim().to_lowercase().replace([' ', '-'], "_");
            let is_required = definition.properties.iter().any(|one| {
                one.name == property && (one.value.is_true("required") || one.value.is_true("id"))
            });
            if !ACTIONS.contains(&action.as_str()) {
                self.left(
                    &subject,
                    format!("`{given}` is not an action of a foreign key"),
                );
            } else if action == "set_null" && is_required {
                self.left(
                    &subject,
                    format!("`{given}`, since `{property}` is required"),
                );
            } else {
                actions.push(text(name, &action));
            }
        }
        let has_key = |one: &&mut Member| {
            one.value.text_at("type") == Some("belongsTo")
                && one.value.text_at("foreignKey") == Some(property)
        };
        match definition
            .relations
            .iter_mut()
            .find(has_key)
            .map(|relation| &mut relation.value)
        {
            Some(Json::Object(members)) => members.extend(actions),
            _ => {
                let mut members = vec![
                    text("type", "belongsTo"),
                    text("model", entity),
                    text("foreignKey", property),
                ];
                let refers = key.text_at("entityKey").filter(|key| *key != "id");
                members.extend(refers.map(|key| text("primaryKey", key)));
                members.extend(actions);
                let name = default_name("belongsTo", property);
                definition
                    .relations
                    .push(Member::new(name, Json::Object(members)));
            }
        }
    }
}

/// The property that a foreign key is over, which is said by its name, by its column, or in small letters.
fn property_of(definition: &Definition, said: &str) -> String {
    let properties = &definition.properties;
    let by = |is_it: &dyn Fn(&Member) -> bool| {
        let mut found = properties.iter().filter(|one| is_it(one));
        found.next().map(|one| one.name.clone())
    };
    let found = by(&|one| one.name == said);
    let found = found.or_else(|| by(&|one| column_of(&one.value) == Some(said)));
    let found = found.or_else(|| by(&|one| one.name.eq_ignore_ascii_case(said)));
    found.unwrap_or_else(|| said.to_owned())
}

fn column_of(property: &Json) -> Option<&str> {
    let connectors = property.members().iter();
    let mut columns = connectors.filter_map(|one| one.value.text_at("columnName"));
    columns.next().or_else(|| property.text_at("name"))
}

const ACTIONS: &[&str] = &[
    "cascade",
    "restrict",
    "set_null",
    "set_default",
    "no_action",
];

/// The relation's name where none is given: <https://loopback.io/doc/en/lb4/Relations.html>.
fn default_name(kind: &str, field: &str) -> String {
    match kind {
        "belongsTo" => field.strip_suffix("Id").unwrap_or(field).to_owned(),
        "referencesMany" => match field.strip_suffix("Ids") {
            Some(stem) => format!("{stem}s"),
            None => field.to_owned(),
        },
        _ => field.to_owned(),
    }
}

/// The key that refers to a model: `todoListId` for `TodoList`, as lodash's `camelCase` has it.
fn key_of(model: &str) -> String {
    let snake = crate::names::snake_case(model);
    let mut words = snake.split('_').filter(|word| !word.is_empty());
    let mut key = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        key.push_str(&first.to_uppercase());
        key.push_str(rest);
    }
    key + "Id"
}

fn text(name: &str, value: &str) -> Member {
    Member::new(name, Json::Text(value.to_owned()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_key_is_named_after_its_model() {
        for (model, key) in [
            ("TodoList", "todoListId"),
            ("HTTPServer", "httpServerId"),
            ("a", "aId"),
        ] {
            assert_eq!(super::key_of(model), key);
        }
    }
}
