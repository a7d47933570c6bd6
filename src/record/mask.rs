//! Masking of personal data in texts that are shown.

/// What stands for a handle.
const HANDLE: &str = "@…";
/// What stands for an e-mail address.
const MAIL: &str = "[e-mail]";
/// What stands for a phone number.
const PHONE: &str = "[phone]";
/// Characters of a handle or an address; longer runs are not one.
const TOKEN_CHARS_MAX: usize = 120;

/// Masks @handles, e-mail addresses and phone-like numbers of a text for display.
///
/// The log keeps the text as it was fetched; every place that shows it calls this first. A
/// phone-like number has 8 to 15 digits with separators, or 9 to 15 without; dates and numbers
/// grouped by thousands are left alone. Masking twice changes nothing.
pub fn mask(text: &str) -> String {
    masked(text, &|chars, at| phone_end(chars, at), &|_, _, _| false)
}

/// Masks @handles and e-mail addresses of a page that is kept: numbers stay, they may be ids, and
/// so do names in mark-up that only look like handles (`"@type":`, `@media`).
pub fn mask_page(page: &str) -> String {
    masked(page, &|_, _| None, &is_markup)
}

fn masked(
    text: &str,
    phone_end: &dyn Fn(&[char], usize) -> Option<usize>,
    is_markup: &dyn Fn(&[char], usize, usize) -> bool,
) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let word_start = at == 0 || !is_mail_char(chars[at - 1]);
        let found = if is_at(chars[at]) {
            handle_end(&chars, at)
                .filter(|end| !is_markup(&chars, at, *end))
                .map(|end| (end, HANDLE))
        } else if word_start {
            mail_end(&chars, at)
                .map(|end| (end, MAIL))
                .or_else(|| phone_end(&chars, at).map(|end| (end, PHONE)))
        } else {
            None
        };
        match found {
            Some((end, stand_in)) => {
                out.push_str(stand_in);
                at = end;
            }
            None => {
                out.push(chars[at]);
                at += 1;
            }
        }
    }
    out
}

/// Rules of style sheets, which begin as handles do.
const STYLE_RULES: [&str; 11] = [
    "charset",
    "container",
    "font-face",
    "import",
    "keyframes",
    "layer",
    "media",
    "namespace",
    "page",
    "property",
    "supports",
];

/// Whether what looks like a handle is a key of a JSON object or a rule of a style sheet.
fn is_markup(chars: &[char], at: usize, end: usize) -> bool {
    let word: String = chars[at + 1..end].iter().collect();
    let after: String = chars[end..].iter().take(8).collect();
    let key = ["\"", "\\\"", "&quot;"].iter().any(|quote| {
        after
            .strip_prefix(quote)
            .is_some_and(|rest| rest.trim_start().starts_with(':'))
    });
    key || STYLE_RULES.contains(&word.as_str())
}

fn is_at(c: char) -> bool {
    matches!(c, '@' | '＠')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

fn is_mail_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_digit(c) || matches!(c, '.' | '_' | '%' | '+' | '-')
}

/// End of a handle that starts with the at sign at `at`; the host of a federated one included.
fn handle_end(chars: &[char], at: usize) -> Option<usize> {
    let first = *chars.get(at + 1)?;
    if !(is_word(first) || first == '_') {
        return None;
    }
    // A handle in Latin letters ends where another script begins; one in Chinese letters goes on
    // to the next space or mark.
    let latin = first.is_ascii();
    let belongs = |c: char| {
        if latin {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
        } else {
            c.is_alphanumeric() || matches!(c, '_' | '-')
        }
    };
    let run = |from: usize| {
        chars[from..]
            .iter()
            .take(TOKEN_CHARS_MAX)
            .take_while(|c| belongs(**c))
            .count()
            + from
    };
    let mut end = run(at + 1);
    if chars.get(end).copied().is_some_and(is_at) && chars.get(end + 1).is_some_and(|c| belongs(*c))
    {
        end = run(end + 1);
    }
    while end > at + 1 && matches!(chars[end - 1], '.' | '-') {
        end -= 1;
    }
    Some(end)
}

/// End of an e-mail address that starts at `at`.
fn mail_end(chars: &[char], at: usize) -> Option<usize> {
    let local = chars[at..]
        .iter()
        .take(TOKEN_CHARS_MAX)
        .take_while(|c| is_mail_char(**c))
        .count();
    let sign = at + local;
    if !chars.get(sign).copied().is_some_and(is_at) {
        return None;
    }
    let host: Vec<char> = chars[sign + 1..]
        .iter()
        .take(TOKEN_CHARS_MAX)
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        .copied()
        .collect();
    let mut length = host.len();
    while length > 0 && matches!(host[length - 1], '.' | '-') {
        length -= 1;
    }
    // Without a dot it is still somebody's address at some service: mask it all the same.
    (length >= 2).then_some(sign + 1 + length)
}

/// End of a phone-like number that starts at `at`.
fn phone_end(chars: &[char], at: usize) -> Option<usize> {
    let international = matches!(chars[at], '+' | '＋');
    if !(international || is_digit(chars[at]) || matches!(chars[at], '(' | '（')) {
        return None;
    }
    let mut end = at;
    let mut last_digit = None;
    let mut groups: Vec<usize> = vec![0];
    let mut separators: Vec<char> = Vec::new();
    while end < chars.len() && end - at < 40 {
        let c = chars[end];
        if is_digit(c) {
            if let Some(group) = groups.last_mut() {
                *group += 1;
            }
            last_digit = Some(end);
        } else if matches!(
            c,
            ' ' | '-' | '.' | '(' | ')' | '（' | '）' | '+' | '＋' | '\u{a0}' | '－'
        ) {
            if groups.last().is_some_and(|group| *group > 0) {
                groups.push(0);
                separators.push(c);
            }
        } else {
            break;
        }
        end += 1;
    }
    let last = last_digit?;
    if groups.last() == Some(&0) {
        groups.pop();
        separators.truncate(groups.len().saturating_sub(1));
    }
    let digits: usize = groups.iter().sum();
    let glued = chars.get(last + 1).is_some_and(|c| {
        c.is_alphabetic() && c.is_ascii() || matches!(c, ':' | '/' | '%' | ',' | '，')
    });
    let least = match (international, groups.len()) {
        (true, _) => 7,
        (false, 1) => 9,
        (false, _) => 8,
    };
    let date = groups.len() >= 3 && (groups[..3] == [4, 2, 2] || groups[..3] == [2, 2, 4]);
    let thousands = !international
        && groups.len() > 1
        && groups[0] <= 3
        && groups[1..].iter().all(|group| *group == 3)
        && separators.iter().all(|c| *c == '.');
    let phone = (least..=15).contains(&digits) && !glued && !date && !thousands;
    phone.then_some(last + 1)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
        || ('０'..='９').contains(&c)
        || ('٠'..='٩').contains(&c)
        || ('۰'..='۹').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn handles_mails_and_phones_are_masked() {
        for (text, shown) in [
            ("thanks @jane.doe!", "thanks @…!"),
            ("by @jane@social.example, today", "by @…, today"),
            ("＠买家小王 说好用", "@… 说好用"),
            ("@taroさん、どう", "@…さん、どう"),
            ("write to jane_d@mail.example.", "write to [e-mail]."),
            ("call +49 170 1234567 now", "call [phone] now"),
            ("WhatsApp (555) 123-4567", "WhatsApp [phone]"),
            ("电话13812345678。", "电话[phone]。"),
        ] {
            assert_eq!(mask(text), shown, "{text}");
        }
    }

    #[test]
    fn prices_dates_models_and_counts_stay_readable() {
        for text in [
            "Rp 12.500.000 for the WH-1000XM5",
            "2026-11-23 14:05",
            "sold 1,250,000 units @ 3 dollars",
            "power bank 20000mAh, 65W, 3 ports",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn a_page_keeps_its_markup_and_its_numbers() {
        for (page, kept) in [
            (
                r#"{"@type": "Person", "acct": "jane@social.example", "id": 112233445566778}"#,
                r#"{"@type": "Person", "acct": "[e-mail]", "id": 112233445566778}"#,
            ),
            (
                r#"<p data-x="{&quot;@id&quot;:1}">by @jane</p><style>@media print{}</style>"#,
                r#"<p data-x="{&quot;@id&quot;:1}">by @…</p><style>@media print{}</style>"#,
            ),
        ] {
            assert_eq!(mask_page(page), kept);
        }
    }

    proptest! {
        #[test]
        fn masking_never_panics_and_is_idempotent(text in "\\PC{0,80}") {
            let once = mask(&text);
            prop_assert_eq!(mask(&once), once);
        }
    }
}
