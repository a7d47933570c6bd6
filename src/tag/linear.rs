//! Linear models on hashed features with 8-bit weights, and the file they are kept in.
//!
//! File, little-endian: magic `GSWMODEL`, format version u32, feature version u32, head
//! (u8 length, text), tables u8, bits u8, class count u8, classes (u8 length, text each), scale
//! f32 and bias f32 per class, language count u16, languages (code as u8 length and text,
//! temperature f32, rows of the dev split u32, macro-F1 there XX, and BLAKE3 of all before it.

use super::rows::Rows;
use super::scores::CLASSES_MAX;
use thiserror::Error;

/// First bytes of a model file.
const MAGIC: &[u8; 8] = b"GSWMODEL";
/// Version of the layout above.
const FORMAT_VERSION: u32 = 2;
/// Bytes of the hash at the end.
const HASH_BYTES: usize = 32;
/// The flags of a file.
const COPIES: u8 = 1;
const ANY: u8 = 2;
const PAIRS: u8 = 4;
/// Largest table that a file may ask for.
const BITS_MAX: u8 = 22;

/// Why a model file cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// Other bytes than a model.
    #[error("`{name}` is not a model file\n  hint: train models with `groundswell model train`")]
    NotAModel {
        /// The file.
        name: String,
    },
    /// Written by another version of the program.
    #[error(
        "`{name}` has {what} version {found}, this program reads {wanted}\n  hint: train it again with `groundswell model train`"
    )]
    Version {
        /// The file.
        name: String,
        /// `format` or `feature`.
        what: &'static str,
        /// The version in the file.
        found: u32,
        /// The version of this program.
        wanted: u32,
    },
    /// Ends too early.
    #[error(
        "`{name}` is cut: it ends after {bytes} bytes\n  hint: copy the whole file again, or train it again with `groundswell model train`"
    )]
    Cut {
        /// The file.
        name: String,
        /// Its length.
        bytes: usize,
    },
    /// The bytes changed since it was written.
    #[error(
        "`{name}` is damaged: {why}\n  hint: copy the whole file again, or train it again with `groundswell model train`"
    )]
    Damaged {
        /// The file.
        name: String,
        /// What does not fit.
        why: &'static str,
    },
}

/// What is known of a model in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Tested {
    /// BCP-47.
    pub language: String,
    /// Divides the scores before they become probabilities.
    pub temperature: f32,
    /// Rows of the dev split that it was measured on.
    pub rows: u32,
    /// Macro-F1 on that split.
    pub macro_f1: f32,
}

/// A linear model: one 8-bit weight per feature and class.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// What it decides: `language`, `sentiment` or another name.
    pub head: String,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Words have weights of their own for each language, in the same rows.
    pub copies: bool,
    /// Each class holds or not by itself; else exactly one holds.
    pub any: bool,
    /// Word pairs are read beside words.
    pub pairs: bool,
    /// log2 of the rows.
    pub bits: u8,
    /// Weight of one step, per class.
    pub scale: Vec<f32>,
    /// Added to the score, per class.
    pub bias: Vec<f32>,
    /// Languages it was measured in.
    pub tested: Vec<Tested>,
    /// One weight per class for every feature.
    pub rows: Rows,
}

impl Model {
    /// Reads a model file; `name` is for messages.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Model, ModelError> {
        let name = || name.to_owned();
        if bytes.get(..MAGIC.len()) != Some(MAGIC.as_slice()) {
            return Err(ModelError::NotAModel { name: name() });
        }
        let cut = || ModelError::Cut {
            name: name(),
            bytes: bytes.len(),
        };
        let body_end = bytes.len().checked_sub(HASH_BYTES).ok_or_else(cut)?;
        let mut reader = Reader {
            rest: &bytes[MAGIC.len()..body_end.max(MAGIC.len())],
        };
        for (what, wanted) in [
            ("format", FORMAT_VERSION),
            ("feature", super::features::FEATURE_VERSION),
        ] {
            let found = reader.u32().ok_or_else(cut)?;
            if found != wanted {
                return Err(ModelError::Version {
                    name: name(),
                    what,
                    found,
                    wanted,
                });
            }
        }
        let model = reader.model().ok_or_else(cut)?;
        let rest = reader.rest.len();
        let damaged = |why| ModelError::Damaged { name: name(), why };
        if model.bits > BITS_MAX || !(1..=CLASSES_MAX).contains(&model.classes.len()) {
            return Err(damaged("its sizes make no sense"));
        }
        let size = model.size() * model.classes.len();
        if rest < size {
            return Err(cut());
        }
        if rest > size {
            return Err(damaged("it is longer than it says"));
        }
        if blake3::hash(&bytes[..body_end]).as_bytes() != &bytes[body_end..] {
            return Err(damaged("its hash does not fit its bytes"));
        }
        let weights: Vec<i8> = reader.rest.iter().map(|byte| byte.cast_signed()).collect();
        let rows = Rows::pack(&weights, model.classes.len());
        Ok(Model { rows, ..model })
    }

    /// The bytes of a model file.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.size() * self.classes.len() + 4_096);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        out.extend_from_slice(&super::features::FEATURE_VERSION.to_le_bytes());
        let text = |out: &mut Vec<u8>, text: &str| {
            out.push(text.len() as u8);
            out.extend_from_slice(text.as_bytes());
        };
        text(&mut out, &self.head);
        let flag = |holds: bool, bit: u8| if holds { bit } else { 0 };
        let flags = flag(self.copies, COPIES) | flag(self.any, ANY) | flag(self.pairs, PAIRS);
        out.extend_from_slice(&[flags, self.bits, self.classes.len() as u8]);
        for class in &self.classes {
            text(&mut out, class);
        }
        for value in self.scale.iter().chain(&self.bias) {
            out.extend_from_slice(&value.to_le_bytes());
        }
        out.extend_from_slice(&(self.tested.len() as u16).to_le_bytes());
        for tested in &self.tested {
            text(&mut out, &tested.language);
            out.extend_from_slice(&tested.temperature.to_le_bytes());
            out.extend_from_slice(&tested.rows.to_le_bytes());
            out.extend_from_slice(&tested.macro_f1.to_le_bytes());
        }
        let weights = self.rows.unpack(self.classes.len());
        out.extend(weights.iter().map(|weight| weight.cast_unsigned()));
        let hash = blake3::hash(&out);
        out.extend_from_slice(hash.as_bytes());
        out
    }

    /// Number of rows.
    pub fn size(&self) -> usize {
        1 << self.bits
    }

    /// What is known of the model in a language; `None`: it was never tested there.
    pub fn tested(&self, language: &str) -> Option<&Tested> {
        self.tested.iter().find(|t| t.language == language)
    }

    /// Adds the weights of features to integer sums, one per class; `sums` has one place per
    /// class.
    #[inline]
    pub fn add(&self, features: impl Iterator<Item = u32>, sums: &mut [i32]) {
        self.rows.add(0, self.size() - 1, features, sums);
    }

    /// Turns scores into probabilities: they add up to one, or each stands by itself where
    /// [`Model::any`] is set.
    pub fn probabilities(&self, scores: &mut [f32]) {
        if self.any {
            for score in scores {
                *score = 1.0 / (1.0 + (-*score).exp());
            }
        } else {
            softmax(scores);
        }
    }
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl Reader<'_> {
    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let (head, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(head)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn f32(&mut self) -> Option<f32> {
        Some(f32::from_bits(self.u32()?))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.u8()?;
        String::from_utf8(self.take(usize::from(length))?.to_vec()).ok()
    }

    /// Everything before the weights.
    fn model(&mut self) -> Option<Model> {
        let head = self.text()?;
        let (flags, bits, classes) = (self.u8()?, self.u8()?, self.u8()?);
        let classes: Vec<String> = (0..classes).map(|_| self.text()).collect::<Option<_>>()?;
        let scale = (0..classes.len())
            .map(|_| self.f32())
            .collect::<Option<_>>()?;
        let bias = (0..classes.len())
            .map(|_| self.f32())
            .collect::<Option<_>>()?;
        let count = u16::from_le_bytes(self.take(2)?.try_into().ok()?);
        let tested = (0..count)
            .map(|_| {
                Some(Tested {
                    language: self.text()?,
                    temperature: self.f32()?,
                    rows: self.u32()?,
                    macro_f1: self.f32()?,
                })
            })
            .collect::<Option<_>>()?;
        Some(Model {
            head,
            classes,
            copies: flags & COPIES != 0,
            any: flags & ANY != 0,
            pairs: flags & PAIRS != 0,
            bits,
            scale,
            bias,
            tested,
            rows: Rows::Narrow(Vec::new()),
        })
    }
}

/// Turns scores into probabilities that add up to one.
pub fn softmax(scores: &mut [f32]) {
    let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - top).exp();
        total += *score;
    }
    for score in scores.iter_mut() {
        *score /= total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Model {
        Model {
            head: "sentiment".into(),
            classes: vec!["negative".into(), "positive".into()],
            copies: false,
            any: true,
            pairs: false,
            bits: 2,
            scale: vec![0.5, 0.25],
            bias: vec![0.0, -1.0],
            tested: vec![Tested {
                language: "en".into(),
                temperature: 1.5,
                rows: 10,
                macro_f1: 0.6,
            }],
            rows: Rows::pack(&[1, -1, 2, -2, 3, -3, 4, -4], 2),
        }
    }

    #[test]
    fn a_model_survives_its_file() {
        let model = small();
        assert_eq!(Model::read("m", &model.write()), Ok(model));
    }

    #[test]
    fn a_cut_file_is_named_as_cut_at_every_length() {
        let bytes = small().write();
        for length in MAGIC.len()..bytes.len() {
            let error = Model::read("m", &bytes[..length]).unwrap_err();
            assert!(
                matches!(error, ModelError::Cut { .. } | ModelError::Damaged { .. }),
                "{length}: {error}"
            );
        }
        let error = Model::read("m.bin", &bytes[..60]).unwrap_err().to_string();
        assert!(
            error.contains("`m.bin` is cut") && error.contains("hint:"),
            "{error}"
        );
    }

    #[test]
    fn other_versions_other_files_and_changed_bytes_are_told_apart() {
        let bytes = small().write();
        let changed = |at: usize| {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            Model::read("m", &bytes).unwrap_err()
        };
        assert!(matches!(changed(0), ModelError::NotAModel { .. }));
        assert!(matches!(
            changed(8),
            ModelError::Version { what: "format", .. }
        ));
        assert!(matches!(
            changed(12),
            ModelError::Version {
                what: "feature",
                ..
            }
        ));
        assert!(matches!(
            changed(bytes.len() - 33),
            ModelError::Damaged { .. }
        ));
        assert_eq!(
            Model::read("m", b""),
            Err(ModelError::NotAModel { name: "m".into() })
        );
    }

    #[test]
    fn a_feature_adds_its_row_with_its_sign() {
        let mut sums = [0; 2];
        small().add([1, 2 | 1 << 31].into_iter(), &mut sums);
        assert_eq!(sums, [2 - 3, -2 + 3]);
    }
}
