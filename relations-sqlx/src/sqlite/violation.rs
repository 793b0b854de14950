//! Which constraint SQLite says was violated.

use relations_core::Violation;

/// "UNIQUE constraint failed: account.supplier_id"; a foreign key is not named.
pub(super) fn violation(message: &str) -> Violation {
    let mut violation = Violation::default();
    let Some((kind, listed)) = message.split_once(" constraint failed: ") else {
        return violation;
    };
    if kind == "CHECK" {
        violation.constraint = Some(listed.to_owned());
        return violation;
    }
    // An index of expressions, which are not told.
    if let Some(index) = listed.strip_prefix("index '") {
        violation.constraint = Some(index.trim_end_matches('\'').to_owned());
        return violation;
    }
    for column in listed.split(", ") {
        let (table, column) = column.split_once('.').unwrap_or(("", column));
        violation.table = Some(table.to_owned()).filter(|table| !table.is_empty());
        violation.columns.push(column.to_owned());
    }
    violation
}

#[cfg(test)]
mod tests {
    use super::violation;

    #[test]
    fn violations_are_read_from_messages() {
        let unique = violation("UNIQUE constraint failed: account.country, account.number");
        assert_eq!(unique.table.as_deref(), Some("account"));
        assert_eq!(unique.columns, ["country", "number"]);
        let expression = violation("UNIQUE constraint failed: index 'lower_email'");
        assert_eq!(expression.constraint.as_deref(), Some("lower_email"));
        assert!(expression.columns.is_empty());
        assert!(
            violation("FOREIGN KEY constraint failed")
                .columns
                .is_empty()
        );
    }
}
