//! The text of a robots.txt → the rules that are meant for us (RFC 9309, 2.2), and whether a path
//! is among them. Linear in the length of file and path: nothing in either can make it slow.

/// Ways in which "disallow" is misspelt often enough that its writers rely on being understood.
const DISALLOW: [&str; 6] = [
    "disallow",
    "dissallow",
    "dissalow",
    "disalow",
    "diasllow",
    "disallaw",
];

/// The rules of the groups that name us, or of the groups for everybody where none does.
#[derive(Debug, Default, PartialEq)]
pub(in crate::crawl) struct File {
    rules: Vec<Rule>,
    /// Seconds between two requests.
    pub delay: Option<f32>,
}

#[derive(Debug, PartialEq)]
struct Rule {
    allows: bool,
    /// Normalised; `*` stands for anything.
    pattern: String,
    /// The pattern must reach the end of the path.
    ends: bool,
}

/// What a line is, as far as we use it.
enum Line<'a> {
    Agent(&'a str),
    Rule(bool, &'a str),
    Delay(&'a str),
    /// An empty line, a record of others, anything at all.
    Other,
}

impl File {
    /// The rules for the product token `agent`. `None`: it is not text, so whatever it forbids
    /// cannot be known. Text without a rule, such as the page that many sites show for every
    /// address they do not have, forbids nothing (RFC 9309, 2.2.4 and 2.3.1.5).
    pub fn read(text: &str, agent: &str) -> Option<File> {
        if !is_text(text) {
            return None;
        }
        let (mut ours, mut everybodys) = (File::default(), File::default());
        // Whom the open group is for, and whether it has begun to tell its rules.
        let (mut for_us, mut for_everybody, mut has_rules) = (false, false, true);
        let mut named = false;
        for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default().trim();
            match Line::read(line) {
                Line::Agent(name) => {
                    if has_rules {
                        (for_us, for_everybody, has_rules) = (false, false, false);
                    }
                    for_us |= token(name).eq_ignore_ascii_case(agent);
                    for_everybody |= name.split_whitespace().next() == Some("*");
                    named |= for_us;
                }
                Line::Rule(allows, path) => {
                    has_rules = true;
                    let add = |file: &mut File| file.rules.extend(Rule::read(allows, path));
                    if for_us {
                        add(&mut ours);
                    }
                    if for_everybody {
                        add(&mut everybodys);
                    }
                }
                Line::Delay(value) => {
                    let delay = value.parse().ok();
                    if for_us {
                        ours.delay = ours.delay.or(delay);
                    }
                    if for_everybody {
                        everybodys.delay = everybodys.delay.or(delay);
                    }
                }
                Line::Other => {}
            }
        }
        Some(if named { ours } else { everybodys })
    }

    /// Whether `path` (with its query) may be asked for: the longest rule that fits decides, of
    /// two as long the one that allows.
    pub fn allows(&self, path: &str) -> bool {
        if path == "/robots.txt" {
            return true;
        }
        let path = normalised(path, true);
        self.rules
            .iter()
            .filter(|rule| rule.fits(&path))
            .map(|rule| (rule.pattern.len() + usize::from(rule.ends), rule.allows))
            .max()
            .is_none_or(|(_, allows)| allows)
    }
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Line<'a> {
        // Some forget the colon; then two words are a key and its value.
        let (key, value) = match line.split_once(':') {
            Some(two) => two,
            None => match line.split_once(char::is_whitespace) {
                Some((key, value)) if !value.trim().contains(char::is_whitespace) => (key, value),
                _ => return Line::Other,
            },
        };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        match key.as_str() {
            "user-agent" | "useragent" | "user agent" => Line::Agent(value),
            "allow" => Line::Rule(true, value),
            "crawl-delay" | "crawldelay" => Line::Delay(value),
            key if DISALLOW.contains(&key) => Line::Rule(false, value),
            _ => Line::Other,
        }
    }
}

/// Whether it is text, and not UTF-16, a picture or something still compressed.
fn is_text(text: &str) -> bool {
    let bad = |c: &char| c.is_control() && !c.is_whitespace();
    let bad = text.chars().filter(bad).count();
    bad * 50 <= text.len()
}

/// The product token that a name begins with (RFC 9309, 2.2.1): versions and words do not count.
fn token(name: &str) -> &str {
    let is_part = |letter: char| letter.is_ascii_alphabetic() || matches!(letter, '-' | '_');
    let end = name.find(|letter| !is_part(letter)).unwrap_or(name.len());
    name.get(..end).unwrap_or_default()
}

impl Rule {
    /// `None`: an empty rule, which says nothing.
    fn read(allows: bool, path: &str) -> Option<Rule> {
        if path.is_empty() {
            return None;
        }
        let (path, ends) = match path.strip_suffix('$') {
            Some(path) => (path, true),
            None => (path, false),
        };
        Some(Rule {
            allows,
            pattern: normalised(path, false),
            ends,
        })
    }

    /// Each piece between two stars is looked for behind the one before it; the first place is as
    /// good as any, so nothing is ever tried twice.
    fn fits(&self, path: &str) -> bool {
        let mut pieces = self.pattern.split('*');
        let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else {
            return false;
        };
        let mut last = None;
        for piece in pieces {
            if let Some(before) = last.replace(piece) {
                match rest.split_once(before) {
                    Some((_, after)) => rest = after,
                    None => return false,
                }
            }
        }
        match last {
            None => !self.ends || rest.is_empty(),
            Some(piece) if self.ends => rest.ends_with(piece),
            Some(piece) => rest.contains(piece),
        }
    }
}

/// A path in the one spelling in which paths are compared (RFC 9309, 2.2.2): what needs no
/// encoding is plain, everything else is encoded in capitals. In the path of a request `*` and `$`
/// are letters like others, which a rule writes as `%2A` and `%24`.
fn normalised(path: &str, is_request: bool) -> String {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = path.as_bytes();
    let mut out = String::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(byte) = bytes.get(place).copied() {
        place += 1;
        let mut value = byte;
        let mut encoded = false;
        if byte == b'%'
            && let (Some(high), Some(low)) = (hex(bytes.get(place)), hex(bytes.get(place + 1)))
        {
            value = (high * 16 + low) as u8;
            encoded = true;
            place += 2;
        }
        let is_plain = match value {
            b'-' | b'.' | b'_' | b'~' => true,
            _ if value.is_ascii_alphanumeric() => true,
            b'*' if !is_request => !encoded,
            b'*' | b'$' => false,
            // What an address may hold as it is, because it means something there.
            _ => !encoded && b"%:/?#[]@!$&'()+,;=".contains(&value),
        };
        if is_plain {
            out.push(char::from(value));
        } else {
            out.push_str(&format!("%{value:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files with what they allow and forbid, by RFC 9309: each path with `+` or `-` before it.
    const CASES: &[(&str, &str, &str)] = &[
        ("no rules", "", "+/a +/"),
        ("no group", "Disallow: /\nAllow: /a\n", "+/a +/b"),
        (
            "an unknown key",
            "user-agent: *\nnoidea: /\ndisallow: /x\n",
            "+/a -/x",
        ),
        (
            "keys in any case",
            "USER-AGENT: *\ndIsAlLoW: /x\nALLOW: /x/y\n",
            "-/x +/x/y",
        ),
        (
            "our name in any case",
            "User-agent: GroundSwell\nDisallow: /x\n\nUser-agent: *\nDisallow: /\n",
            "-/x +/a",
        ),
        (
            "our name with a version",
            "User-agent: groundswell/1.0\nDisallow: /x\n",
            "-/x +/a",
        ),
        (
            "our name with words after it",
            "User-agent: groundswell the bot\nDisallow: /x\n",
            "-/x +/a",
        ),
        (
            "a longer name is another",
            "User-agent: groundswellbot\nDisallow: /\n",
            "+/a",
        ),
        (
            "a shorter name is another",
            "User-agent: ground\nDisallow: /\n",
            "+/a",
        ),
        (
            "paths have case",
            "User-agent: *\nDisallow: /X\n",
            "+/x -/X",
        ),
        (
            "groups of one name are one",
            "User-agent: groundswell\nDisallow: /x\n\nUser-agent: other\nDisallow: /\n\nUser-agent: groundswell\nDisallow: /y\n",
            "-/x -/y +/z",
        ),
        (
            "several names share a group",
            "User-agent: other\nUser-agent: groundswell\nDisallow: /x\n\nUser-agent: *\nDisallow: /\n",
            "-/x +/y",
        ),
        (
            "the star group counts only without one of ours",
            "User-agent: *\nDisallow: /x\n\nUser-agent: groundswell\nDisallow: /y\n",
            "+/x -/y",
        ),
        (
            "a blank line ends no group",
            "User-agent: *\n\nDisallow: /x\n\nDisallow: /y\n",
            "-/x -/y",
        ),
        (
            "other lines end no group",
            "User-agent: *\nSitemap: https://shop.example/s.xml\nUser-agent: other\nDisallow: /x\n",
            "-/x +/y",
        ),
        (
            "the longest rule wins",
            "User-agent: *\nAllow: /x/page\nDisallow: /x/\n",
            "+/x/page.html -/x/other",
        ),
        (
            "whatever their order",
            "User-agent: *\nDisallow: /x/\nAllow: /x/page\n",
            "+/x/page.html -/x/other",
        ),
        (
            "allow wins a draw",
            "User-agent: *\nDisallow: /x\nAllow: /x\n",
            "+/x",
        ),
        (
            "an empty rule says nothing",
            "User-agent: *\nDisallow:\n",
            "+/ +/a",
        ),
        (
            "a star stands for anything",
            "User-agent: *\nDisallow: /*/secret\n",
            "-/a/secret -/a/b/secret.html +/secret",
        ),
        (
            "a star in the end changes nothing",
            "User-agent: *\nDisallow: /x*\n",
            "-/x -/xy +/a",
        ),
        (
            "a dollar is the end",
            "User-agent: *\nDisallow: /*.php$\n",
            "-/a.php +/a.php?b=1 +/a.php5",
        ),
        (
            "a dollar inside is a letter",
            "User-agent: *\nDisallow: /a$b\n",
            "-/a$b +/a",
        ),
        (
            "letters of patterns mean themselves",
            "User-agent: *\nDisallow: /a.b+(c)[d]\n",
            "-/a.b+(c)[d] +/aXb+(c)[d]",
        ),
        (
            "a query is part of the address",
            "User-agent: *\nDisallow: /s?q=\n",
            "-/s?q=lamp +/s?p=1",
        ),
        (
            "a comment ends a line",
            "User-agent: * # all\nDisallow: /x # not here\n# Disallow: /\n",
            "-/x +/a",
        ),
        (
            "encoded and plain are the same",
            "User-agent: *\nDisallow: /\u{706f}\n",
            "-/%E7%81%AF +/a",
        ),
        (
            "encoded in the file too",
            "User-agent: *\nDisallow: /%E7%81%AF\n",
            "-/%E7%81%AF -/%e7%81%af",
        ),
        (
            "braces need it",
            "User-agent: *\nDisallow: /{x}\n",
            "-/{x} -/%7Bx%7D +/x",
        ),
        (
            "letters need no encoding",
            "User-agent: *\nDisallow: /%62%61%7A\n",
            "-/baz",
        ),
        (
            "an encoded slash is no slash",
            "User-agent: *\nDisallow: /a%2Fb\n",
            "-/a%2Fb +/a/b",
        ),
        (
            "line ends of every machine",
            "User-agent: *\rDisallow: /x\r\nDisallow: /y\n",
            "-/x -/y +/a",
        ),
        (
            "blanks around everything",
            "  User-agent :  *  \n\tDisallow :  /x  \n",
            "-/x +/a",
        ),
        (
            "a byte order mark",
            "\u{feff}User-agent: *\nDisallow: /x\n",
            "-/x +/a",
        ),
        (
            "a rule without a slash",
            "User-agent: *\nDisallow: *\n",
            "-/a -/",
        ),
        (
            "the file itself is always open",
            "User-agent: *\nDisallow: /\n",
            "+/robots.txt -/a",
        ),
        (
            "stars and dollars as letters",
            "User-agent: *\nDisallow: /a%2Ab\nDisallow: /c%24\n",
            "-/a*b +/axb -/c$d",
        ),
        (
            "an ending star and dollar",
            "User-agent: *\nDisallow: /x*$\nDisallow: /*a*a$\n",
            "-/xyz -/aa +/a +/aab",
        ),
        (
            "a colon forgotten",
            "user-agent *\ndisallow /x\n",
            "-/x +/a",
        ),
        (
            "a word misspelt",
            "User agent: *\nDissallow: /x\n",
            "-/x +/a",
        ),
        (
            "a delay ends no group",
            "User-agent: other\nCrawl-delay: 10\nUser-agent: *\nDisallow: /x\n",
            "-/x +/a",
        ),
        (
            "a star in a name is no star",
            "User-agent: *bot\nDisallow: /\n",
            "+/a",
        ),
        (
            "a zero byte",
            "User-agent: *\nDisallow: /a/path/of/some/length\0\nDisallow: /y\n",
            "-/y +/a",
        ),
    ];

    #[test]
    fn files_are_read_as_the_rfc_says() {
        let mut wrong = Vec::new();
        for (what, file, paths) in CASES {
            for path in paths.split(' ') {
                let (sign, path) = path.split_at(1);
                let rules = File::read(file, "groundswell").expect(what);
                if rules.allows(path) != (sign == "+") {
                    wrong.push(format!("{what}: {sign} {path}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn the_delay_is_that_of_our_group() {
        let delay = |text: &str| File::read(text, "groundswell").and_then(|file| file.delay);
        let file = "User-agent: *\nCrawl-delay: 9\n\nUser-agent: groundswell\nCrawl-delay: 2.5\n";
        assert_eq!(delay(file), Some(2.5));
        assert_eq!(
            delay("User-agent: other\nCrawl-delay: 9\nUser-agent: *\nAllow: /"),
            None
        );
        assert_eq!(delay("User-agent: *\nCrawl-delay: soon\n"), None);
    }

    #[test]
    fn what_is_not_text_is_told_from_text_without_rules() {
        let read = |text: &str| File::read(text, "groundswell");
        for nothing in [
            "",
            "\n\n",
            "# nothing here\n",
            "<!DOCTYPE html>\n<html><body><p>Page not found</body></html>",
        ] {
            assert_eq!(read(nothing), Some(File::default()), "{nothing}");
        }
        for wrong in [
            "U\0s\0e\0r\0-\0a\0g\0e\0n\0t\0:\0 \0*\0\n\0",
            "\u{1f}\u{fffd}\u{8}\0\0\0\0\0\0\u{3}",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    /// Stars, rules and lines that stall readers which try every way a pattern could fit.
    #[test]
    fn a_hostile_file_is_read_to_its_end() {
        let path = format!("/{}", "a".repeat(8_000));
        let stars = format!("User-agent: *\nDisallow: /{}x$\n", "*a".repeat(4_000));
        let many: String = (0..20_000)
            .map(|number| format!("Disallow: /*{number}*x$\n"))
            .collect();
        let groups = "User-agent: groundswell\nDisallow: /b\n".repeat(10_000);
        for text in [
            stars,
            format!("User-agent: *\n{many}"),
            groups,
            "x".repeat(500_000),
        ] {
            assert!(File::read(&text, "groundswell").is_none_or(|file| file.allows(&path)));
        }
    }
}
