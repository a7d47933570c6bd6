//! What people judge of a product, and the words they say it with, per language. Written by us.

mod device;
mod thing;
mod trade;

/// An aspect and its words: language and phrases separated by `|`; `*` stands for every language.
pub type Aspect = (&'static str, &'static [(&'static str, &'static str)]);

/// The aspects that the program knows by itself; a user may add to them.
pub fn aspects() -> impl Iterator<Item = &'static Aspect> {
    let files = [device::ASPECTS, thing::ASPECTS, trade::ASPECTS];
    files.into_iter().flatten()
}
