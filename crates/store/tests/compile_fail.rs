//! Each wrong use of the guard does not compile. A case holds one mistake, and its `.stderr` is what the
//! compiler says of it; `TRYBUILD=overwrite cargo test -p tenantry-store --test compile_fail` writes them anew.

#[test]
fn wrong_uses_of_the_guard_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
