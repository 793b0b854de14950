//! Text and bytes go to the database and come back exactly, or are refused.

use crate::support::{TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Texts {
    #[model(id)]
    pub id: i64,
    pub text: String,
    pub bytes: Vec<u8>,
    pub note: Option<String>,
}

#[database_test]
async fn text_and_bytes(db: TestDb) {
    db.schema::<Texts>().create().await.unwrap();
    let repository = TextsRepository::new(&*db);
    let texts = [
        "",
        " ",
        "trailing ",
        "it's \"quoted\" `here` \\ and \\n",
        "line\nbreak\r\n\ttab",
        "Ünïcödé ßẞ 日本語",
        "😀👨‍👩‍👧",
        "e\u{301}",
        "NULL",
        "$1 ? :name %s {}",
        "\u{feff}bom",
        "\u{10ffff}",
    ];
    for (id, text) in texts.into_iter().enumerate() {
        let row = Texts {
            id: id as i64,
            text: text.into(),
            bytes: text.into(),
            note: Some(text.into()),
        };
        assert_eq!(repository.create(row.clone()).await.unwrap(), row);
        let found = repository
            .find()
            .filter(Texts::TEXT.eq(text) & Texts::BYTES.eq(text.as_bytes()))
            .all()
            .await
            .unwrap();
        assert_eq!(found, [row.clone()], "{text:?}");
        let listed = repository
            .find()
            .filter(Texts::TEXT.in_([text]) & Texts::BYTES.in_([text.as_bytes()]));
        assert_eq!(listed.all().await.unwrap(), [row], "{text:?}");
    }
}

#[database_test]
async fn every_byte(db: TestDb) {
    db.schema::<Texts>().create().await.unwrap();
    let repository = TextsRepository::new(&*db);
    let bytes: Vec<u8> = (0..=255).collect();
    let row = Texts {
        id: 1,
        text: String::new(),
        bytes: bytes.clone(),
        note: None,
    };
    assert_eq!(repository.create(row.clone()).await.unwrap(), row);
    assert_eq!(
        repository
            .find()
            .filter(Texts::BYTES.eq(bytes.clone()))
            .count()
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        repository
            .find()
            .filter(Texts::BYTES.in_([bytes]))
            .count()
            .await
            .unwrap(),
        1
    );
}

#[database_test]
async fn the_character_nul_fits_or_is_refused_by_name(db: TestDb) {
    db.schema::<Texts>().create().await.unwrap();
    let repository = TextsRepository::new(&*db);
    let row = Texts {
        id: 1,
        text: "a\0b".into(),
        bytes: b"a\0b".to_vec(),
        note: None,
    };
    if db.can.nul_in_text {
        assert_eq!(repository.create(row.clone()).await.unwrap(), row);
        assert_eq!(
            repository
                .find()
                .filter(Texts::TEXT.eq("a\0b"))
                .all()
                .await
                .unwrap(),
            [row.clone()]
        );
        assert_eq!(
            repository
                .find()
                .filter(Texts::TEXT.in_(["a\0b"]))
                .all()
                .await
                .unwrap(),
            [row]
        );
        return;
    }
    let error = repository.create(row).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert_eq!(
        error.to_string(),
        "cannot store `Texts::text`: PostgreSQL cannot store a NUL character in text"
    );
}

#[database_test]
async fn large_text_and_bytes(db: TestDb) {
    db.schema::<Texts>().create().await.unwrap();
    let repository = TextsRepository::new(&*db);
    let text: String = "äöü☃😀x".chars().cycle().take(100_000).collect();
    let bytes: Vec<u8> = (0..=255).cycle().take(1_000_000).collect();
    let row = Texts {
        id: 1,
        text: text.clone(),
        bytes,
        note: Some(text.clone()),
    };
    assert!(repository.create(row.clone()).await.unwrap() == row);
    assert!(repository.find_by_id(1).get().await.unwrap() == row);
    assert!(
        repository
            .find()
            .filter(Texts::TEXT.eq(&text))
            .exists()
            .await
            .unwrap(),
        "eq"
    );
    assert!(
        repository
            .find()
            .filter(Texts::TEXT.in_([&text]))
            .exists()
            .await
            .unwrap(),
        "in_"
    );
}
