//! What the compiler says to users: programs that must compile and run, and mistakes with their messages.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the messages anew; read each as a stranger before committing it.

#[test]
fn valid_programs_compile_and_run() {
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}

#[test]
fn a_mistake_gives_one_error_on_the_word_that_is_wrong() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*/*.rs");
}
