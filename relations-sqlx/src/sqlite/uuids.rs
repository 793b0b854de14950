//! UUIDs, which SQLite keeps as text and so compares as text: of the spellings of one UUID only the one that we write is read.

use crate::driver::DecodeError;
use uuid::Uuid;

pub(super) fn uuid(text: &str) -> Result<Uuid, DecodeError> {
    let uuid =
        Uuid::try_parse(text).map_err(|_| DecodeError::new(format!("`{text}` is not a UUID")))?;
    let mut buffer = Uuid::encode_buffer();
    match uuid.hyphenated().encode_lower(&mut buffer) {
        sorted if sorted == text => Ok(uuid),
        sorted => Err(DecodeError::new(format!(
            "`{text}` is a UUID, but SQLite compares texts, and so would not find this one\n\
             help: write all of the column as `{sorted}`"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn other_spellings_are_refused() {
        let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert_eq!(uuid(id).unwrap().to_string(), id);
        let upper = id.to_uppercase();
        let simple = id.replace('-', "");
        for text in [
            &upper,
            &simple,
            &format!("{{{id}}}"),
            &format!("urn:uuid:{id}"),
        ] {
            let message = format!("{:?}", uuid(text).unwrap_err());
            assert!(message.contains(&format!("as `{id}`")), "{message}");
        }
        assert!(format!("{:?}", uuid("not a uuid").unwrap_err()).contains("is not a UUID"));
    }
}
