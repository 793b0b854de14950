//! Which constraint MySQL says was violated.

use relations_core::Violation;

/// Reads the constraint out of the message, the only place that names it:
/// "Duplicate entry '1' for key 'uq_account_supplier_id'", and "… (`db`.`account`, CONSTRAINT `fk_account_supplier_id`
/// FOREIGN KEY (`supplier_id`) REFERENCES `supplier` (`id`))".
pub(super) fn violation(message: &str) -> Violation {
    let mut violation = Violation::default();
    if let Some((_, key)) = message.rsplit_once(" for key '") {
        violation.constraint = Some(key.trim_end_matches('\'').to_owned());
    }
    violation.still_referred = message.starts_with("Cannot delete or update a parent row");
    if let Some((before, after, quote)) = constraint_in(message) {
        violation.table = before.rsplit(quote).nth(1).map(str::to_owned);
        violation.constraint = after.split(quote).next().map(str::to_owned);
        let columns = after
            .split_once("FOREIGN KEY (")
            .and_then(|(_, rest)| rest.split_once(')'));
        if let Some((columns, _)) = columns {
            violation.columns = columns
                .split(", ")
                .map(|name| name.trim_matches(quote).to_owned())
                .collect();
        }
    }
    violation.constraint = violation.constraint.or_else(|| check(message));
    let column = message
        .strip_prefix("Column '")
        .or_else(|| message.strip_prefix("Field '"));
    if let Some((column, _)) = column.and_then(|rest| rest.split_once('\'')) {
        violation.columns = vec![column.to_owned()];
    }
    violation
}

/// What is before the name of a constraint and what follows, and how the server quotes names: by `"` in the mode ANSI_QUOTES.
fn constraint_in(message: &str) -> Option<(&str, &str, char)> {
    ['`', '"'].into_iter().find_map(|quote| {
        let start = format!(", CONSTRAINT {quote}");
        let (before, after) = message.split_once(&start)?;
        Some((before, after, quote))
    })
}

/// "CONSTRAINT `ck_order_1` failed for `db`.`order`" of MariaDB, "Check constraint 'ck_order_1' is violated." of MySQL.
fn check(message: &str) -> Option<String> {
    let name = match message.strip_prefix("CONSTRAINT ") {
        Some(rest) => rest.split_once(" failed for ")?.0,
        None => {
            let rest = message.strip_prefix("Check constraint ")?;
            rest.split_once(" is violated")?.0
        }
    };
    Some(name.trim_matches(['`', '"', '\'']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::violation;

    #[test]
    fn violations_are_read_from_messages() {
        let unique = violation("Duplicate entry '1' for key 'uq_account_supplier_id'");
        assert_eq!(unique.constraint.as_deref(), Some("uq_account_supplier_id"));

        let foreign = violation(
            "Cannot add or update a child row: a foreign key constraint fails (`db`.`account`, CONSTRAINT \
             `fk_account_supplier_id` FOREIGN KEY (`supplier_id`, `b`) REFERENCES `supplier` (`id`, `b`))",
        );
        assert_eq!(foreign.table.as_deref(), Some("account"));
        assert_eq!(
            foreign.constraint.as_deref(),
            Some("fk_account_supplier_id")
        );
        assert_eq!(foreign.columns, ["supplier_id", "b"]);

        let ansi = violation(
            "Cannot delete or update a parent row: a foreign key constraint fails (\"db\".\"account\", CONSTRAINT \
             \"fk_account\" FOREIGN KEY (\"supplier_id\", \"b\") REFERENCES \"supplier\" (\"id\", \"b\"))",
        );
        assert_eq!(ansi.table.as_deref(), Some("account"));
        assert_eq!(ansi.constraint.as_deref(), Some("fk_account"));
        assert_eq!(ansi.columns, foreign.columns);
        assert!(ansi.still_referred);

        for check in [
            "CONSTRAINT `ck_order_1` failed for `db`.`order`",
            "CONSTRAINT \"ck_order_1\" failed for \"db\".\"order\"",
            "Check constraint 'ck_order_1' is violated.",
        ] {
            assert_eq!(violation(check).constraint.as_deref(), Some("ck_order_1"));
        }
        assert_eq!(violation("Column 'name' cannot be null").columns, ["name"]);
        assert_eq!(
            violation("Field 'name' doesn't have a default value").columns,
            ["name"]
        );
    }
}
