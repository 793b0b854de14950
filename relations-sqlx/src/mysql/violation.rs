//! Which constraint MySQL says was violated.

use relations_core::Violation;

/// Reads the constraint out of the message, the only place that names it:
/// "Duplicate entry '1' for key 'uq_account_supplier_id'", and "… (`db`.`account`, CONSTRAINT `fk_account_supplier_id`
/// FOREIGN KEY (`supplier_id`) REFERENCES `supplier` (`id`))". The words are in the language of `lc_messages`; SQL, the quotes of
/// names and the order of names are the same in all.
pub(super) fn violation(code: u16, message: &str) -> Violation {
    let mut violation = Violation::default();
    match code {
        // A key, after the value.
        1022 | 1062 | 1169 | 1586 | 1859 => violation.constraint = last_name(message),
        // A row that is still referred to.
        1217 | 1451 => violation.still_referred = true,
        // A column without a value.
        1048 | 1364 => violation.columns = first_name(message).into_iter().collect(),
        // A check.
        3819 | 4025 => violation.constraint = first_name(message),
        _ => {}
    }
    // The message of another violation may have such words as the user's value.
    let is_of_key = matches!(code, 1216 | 1217 | 1451 | 1452);
    if let Some((before, after, quote)) = constraint_in(message).filter(|_| is_of_key) {
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
    violation
}

/// The first name in quotes of a message.
fn first_name(message: &str) -> Option<String> {
    let start = message.find(['\'', '`', '"'])?;
    let mut pieces = message[start..].split(message[start..].chars().next()?);
    pieces.nth(1).map(str::to_owned)
}

/// The last one. A value before it may have quotes too.
fn last_name(message: &str) -> Option<String> {
    let (before, _) = message.rsplit_once('\'')?;
    let (_, name) = before.rsplit_once('\'')?;
    Some(name.to_owned())
}

/// What is before the name of a constraint and what follows, and how the server quotes names: by `"` in the mode ANSI_QUOTES.
fn constraint_in(message: &str) -> Option<(&str, &str, char)> {
    ['`', '"'].into_iter().find_map(|quote| {
        let start = format!(", CONSTRAINT {quote}");
        let (before, after) = message.split_once(&start)?;
        Some((before, after, quote))
    })
}

#[cfg(test)]
mod tests {
    use super::violation;

    #[test]
    fn violations_are_read_from_messages() {
        let unique = violation(1062, "Duplicate entry '1' for key 'uq_account_supplier_id'");
        assert_eq!(unique.constraint.as_deref(), Some("uq_account_supplier_id"));

        let foreign = violation(
            1452,
            "Cannot add or update a child row: a foreign key constraint fails (`db`.`account`, CONSTRAINT \
             `fk_account_supplier_id` FOREIGN KEY (`supplier_id`, `b`) REFERENCES `supplier` (`id`, `b`))",
        );
        assert_eq!(foreign.table.as_deref(), Some("account"));
        assert_eq!(
            foreign.constraint.as_deref(),
            Some("fk_account_supplier_id")
        );
        assert_eq!(foreign.columns, ["supplier_id", "b"]);
        assert!(!foreign.still_referred);

        let ansi = violation(
            1451,
            "Cannot delete or update a parent row: a foreign key constraint fails (\"db\".\"account\", CONSTRAINT \
             \"fk_account\" FOREIGN KEY (\"supplier_id\", \"b\") REFERENCES \"supplier\" (\"id\", \"b\"))",
        );
        assert_eq!(ansi.table.as_deref(), Some("account"));
        assert_eq!(ansi.constraint.as_deref(), Some("fk_account"));
        assert_eq!(ansi.columns, foreign.columns);
        assert!(ansi.still_referred);

        for (code, check) in [
            (4025, "CONSTRAINT `ck_order_1` failed for `db`.`order`"),
            (
                4025,
                "CONSTRAINT \"ck_order_1\" failed for \"db\".\"order\"",
            ),
            (3819, "Check constraint 'ck_order_1' is violated."),
        ] {
            assert_eq!(
                violation(code, check).constraint.as_deref(),
                Some("ck_order_1")
            );
        }
        assert_eq!(
            violation(1048, "Column 'name' cannot be null").columns,
            ["name"]
        );
        assert_eq!(
            violation(1364, "Field 'name' doesn't have a default value").columns,
            ["name"]
        );
    }

    #[test]
    fn they_are_read_in_other_languages() {
        for unique in [
            "Doppelter Eintrag 'O'Hara' für Schlüssel 'uq_n'",
            "Zvojený klíč '1' (číslo klíče 'uq_n')",
            "'1' は索引 'uq_n' で重複しています。",
            "重复条目'1'键'uq_n'",
        ] {
            let violation = violation(1062, unique);
            assert_eq!(violation.constraint.as_deref(), Some("uq_n"), "{unique}");
        }
        for column in ["列'n'不能为NULL", "A(z) 'n' oszlop erteke nem lehet nulla"] {
            assert_eq!(violation(1048, column).columns, ["n"]);
        }
        let check = violation(4025, "No se cumple la RESTRICCIÓN `ck` para `db`.`s`");
        assert_eq!(check.constraint.as_deref(), Some("ck"));
        let foreign = violation(
            1451,
            "无法删除或更新父行：外键约束失败（`db`.`t`, CONSTRAINT `fk_s` FOREIGN KEY (`s`) REFERENCES `s` (`id`)）",
        );
        assert!(foreign.still_referred);
        assert_eq!(foreign.table.as_deref(), Some("t"));
        assert_eq!(foreign.columns, ["s"]);
    }
}
