//! JSON paths (RFC 9535). `a.b[0]` is short for `$.a.b[0]`.

use jsonpath_rust::parser::model::JpQuery;
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use serde_json::Value;

/// A checked path.
#[derive(Debug, Clone)]
pub(super) enum Path {
    /// Names and places only, which nearly every path is: followed without a query engine.
    Steps(Vec<Step>),
    /// Anything else.
    Query(Box<JpQuery>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Name(String),
    Place(usize),
}

impl Path {
    /// Reads a path; `Err` says what is wrong with it.
    pub fn parse(text: &str) -> Result<Path, String> {
        let text = text.trim();
        let full = match text.chars().next() {
            Some('$') => text.to_owned(),
            Some('[') => format!("${text}"),
            _ => format!("$.{text}"),
        };
        if let Some(steps) = steps(&full[1..]) {
            return Ok(Path::Steps(steps));
        }
        parse_json_path(&full)
            .map(|query| Path::Query(Box::new(query)))
            .map_err(|error| error.to_string())
    }

    /// Everything the path leads to, in the order of the document.
    pub fn find<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        match self {
            Path::Steps(steps) => {
                let mut at = Some(value);
                for step in steps {
                    at = at.and_then(|value| match step {
                        Step::Name(name) => value.get(name),
                        Step::Place(place) => value.get(place),
                    });
                }
                at.into_iter().collect()
            }
            Path::Query(query) => js_path_process(query, value)
                .map(|found| found.into_iter().map(|hit| hit.val).collect())
                .unwrap_or_default(),
        }
    }
}

fn steps(mut rest: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, next) = after.split_at(end);
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':');
            if name.is_empty() || !name.chars().all(plain) {
                return None;
            }
            steps.push(Step::Name(name.to_owned()));
            rest = next;
        } else if let Some(after) = rest.strip_prefix("['") {
            let (name, next) = after.split_once("']")?;
            if name.contains(['\'', '\\']) {
                return None;
            }
            steps.push(Step::Name(name.to_owned()));
            rest = next;
        } else {
            let (place, next) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Place(place.parse().ok()?));
            rest = next;
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn short_and_full_paths_lead_to_the_same_place() {
        let value = json!({"a": {"b-c": [1, {"x.y": "deep"}]}, "list": [{"n": 1}, {"n": 2}]});
        let find = |path: &str| -> Vec<Value> {
            let path = Path::parse(path).expect("a path");
            path.find(&value).into_iter().cloned().collect()
        };
        assert_eq!(find("a.b-c[0]"), [json!(1)]);
        assert_eq!(find("$['a']['b-c'][1]['x.y']"), [json!("deep")]);
        assert_eq!(find("list[*].n"), [json!(1), json!(2)]);
        assert_eq!(find("$..n"), [json!(1), json!(2)]);
        assert_eq!(find("$.list[?@.n > 1].n"), [json!(2)]);
        assert_eq!(find("a.nothing.here"), Vec::<Value>::new());
        assert_eq!(find("$"), std::slice::from_ref(&value));
    }

    #[test]
    fn a_broken_path_is_refused() {
        assert!(Path::parse("$.a[?").is_err());
        assert!(Path::parse("a..").is_err());
    }
}
