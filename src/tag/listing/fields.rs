//! A listing as it is written → what it states.

/// What one listing states. A text without keys is a title.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields {
    /// Name of the product, with everything that shops put there.
    pub title: String,
    /// Brand or maker.
    pub brand: String,
    /// Model code.
    pub model: String,
    /// Everything else, such as the description.
    pub rest: String,
    /// Price, in whatever currency.
    pub price: Option<f64>,
}

impl Fields {
    /// Reads a listing: a plain title, or `key=value` parts separated by `¦`.
    pub fn parse(text: &str) -> Fields {
        let mut fields = Fields::default();
        for part in text.split('¦') {
            let part = part.trim();
            let (key, value) = match part.split_once('=') {
                Some((key, value)) if is_key(key) => (key, value),
                _ => ("title", part),
            };
            match key.to_lowercase().as_str() {
                "title" | "name" => append(&mut fields.title, value),
                "brand" | "manufacturer" | "maker" => append(&mut fields.brand, value),
                "model" | "modelno" | "models" | "mpn" => append(&mut fields.model, value),
                "price" => fields.price = price(value),
                _ => append(&mut fields.rest, value),
            }
        }
        fields
    }
}

fn is_key(key: &str) -> bool {
    (1..=24).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

fn append(field: &mut String, value: &str) {
    let value = value.trim();
    if !field.is_empty() && !value.is_empty() {
        field.push(' ');
    }
    field.push_str(value);
}

/// A plain price above nothing; `0.0` is how exports write a price they do not have.
fn price(value: &str) -> Option<f64> {
    let digits: String = value
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    digits
        .parse()
        .ok()
        .filter(|price: &f64| *price > 0.0 && price.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_a_plain_title_needs_none() {
        let fields = Fields::parse("name=moon lamp ¦ brand=lumo ¦ price=19.90 ¦ color=white");
        assert_eq!(fields.title, "moon lamp");
        assert_eq!(
            (fields.brand.as_str(), fields.rest.as_str()),
            ("lumo", "white")
        );
        assert_eq!(fields.price, Some(19.9));
        let plain = Fields::parse("Moon lamp, size=XL");
        assert_eq!(plain.title, "Moon lamp, size=XL");
        assert_eq!(Fields::parse("name=x ¦ price=0.0").price, None);
    }
}
