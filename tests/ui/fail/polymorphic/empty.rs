use relations::prelude::*;

#[derive(PolymorphicModel)]
enum Owner {}

fn main() {}
