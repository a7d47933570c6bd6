//! Two pages of one source side by side: what the older one gave and the newer one does not.

use super::exchange::Extract;
use crate::record::Found;
use std::collections::BTreeMap;

/// A field in at least this part of what it was in is as before.
const USUAL: f64 = 0.9;

/// What `after` gives less of than `before`, one sentence each, with the numbers and the
/// selectors that find nothing any more.
pub fn changes(before: &Extract, after: &Extract) -> Vec<String> {
    let then = Found::of(&before.records, before.items, true);
    let now = Found::of(&after.records, after.items, true);
    let mut changes = Vec::new();
    if now.items != then.items {
        changes.push(format!("{} items, there were {}", now.items, then.items));
    }
    let unread = |found: &Found| found.items.saturating_sub(found.records);
    if unread(&now) > unread(&then) {
        changes.push(format!(
            "{} items gave no record, it were {}",
            unread(&now),
            unread(&then)
        ));
    }
    let selectors = |extract: &Extract| -> BTreeMap<String, (String, usize)> {
        let missing = extract.missing.iter();
        missing
            .map(|it| (it.field.clone(), (it.selector.clone(), it.items)))
            .collect()
    };
    let (gone, gone_then) = (selectors(after), selectors(before));
    for (field, filled) in &then.filled {
        let share = |filled: u32, of: u32| f64::from(filled) / f64::from(of.max(1));
        let left = now.filled.get(field).copied().unwrap_or(0);
        if now.records == 0 || share(left, now.records) >= USUAL * share(*filled, then.records) {
            continue;
        }
        let mut change = format!(
            "{field} in {left} of {} records, it was in {filled} of {}",
            now.records, then.records
        );
        if let Some((selector, items)) = gone.get(field)
            && *items >= after.items
        {
            change.push_str(&format!(": `{selector}` finds nothing now"));
        }
        changes.push(change);
    }
    let items_gone = gone
        .get("items")
        .filter(|_| !gone_then.contains_key("items"));
    if let Some((selector, _)) = items_gone {
        changes.push(format!(
            "`{selector}` found the items, and finds nothing now"
        ));
    }
    changes
}
