//! NUMERIC as PostgreSQL sends it: a header, then groups of four decimal digits.
//! <https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/numeric.c#L1082>

/// The number with all its digits; `None` for NaN, infinity, and bytes that are not a number.
pub(super) fn to_text(bytes: &[u8]) -> Option<String> {
    let (words, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let words: Vec<i16> = words.iter().map(|word| i16::from_be_bytes(*word)).collect();
    let [_, weight, sign, _, groups @ ..] = words.as_slice() else {
        return None;
    };
    let is_negative = match *sign as u16 {
        0x0000 => false,
        0x4000 => true,
        _ => return None,
    };
    // The first group counts ten thousands to the power of the weight.
    let group = |at: i32| {
        let group = usize::try_from(at).ok().and_then(|at| groups.get(at));
        format!("{:04}", group.unwrap_or(&0))
    };
    let weight = i32::from(*weight);
    let whole: String = (0..=weight).map(group).collect();
    let fraction: String = (weight + 1..groups.len() as i32).map(group).collect();
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let sign = if is_negative { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn all_digits_are_kept() {
        let numeric = |words: &[i16]| -> Vec<u8> {
            words.iter().flat_map(|word| word.to_be_bytes()).collect()
        };
        let cases: [(&[i16], &str); 5] = [
            (&[0, 0, 0, 0], "0"),
            (&[2, 0, 0, 2, 12, 3400], "12.34"),
            (&[1, 1, 0x4000, 0, 5], "-50000"),
            (&[1, -2, 0, 8, 7], "0.00000007"),
            (&[3, 1, 0, 4, 1, 2345, 6789], "12345.6789"),
        ];
        for (words, text) in cases {
            assert_eq!(to_text(&numeric(words)).as_deref(), Some(text), "{words:?}");
        }
        assert_eq!(to_text(&numeric(&[0, 0, -16384, 0])), None, "NaN");
    }
}
