//! What stands beside a price (`€`, `Rs.`, `円`, `pln`) → ISO 4217 code, by market where several
//! currencies share a sign.

use crate::record::Market;

/// A sign or word that stands for money.
#[derive(Debug)]
struct Sign {
    word: &'static str,
    /// What it means where the market does not say otherwise; `""`: nobody can tell.
    usual: &'static str,
    /// What else it means in its own markets.
    also: &'static [&'static str],
}

macro_rules! signs {
    ($($word:literal $usual:literal [$($also:literal)*])+) => {
        const SIGNS: &[Sign] = &[$(Sign { word: $word, usual: $usual, also: &[$($also),*] }),+];
    };
}

// Words are matched without regard to case, one or two capitals with regard to it. A sign of one letter says something only in a market
// that writes its money so: `R` is rand in South Africa and nothing elsewhere.
signs! {
    "$" "" ["USD" "CAD" "AUD" "NZD" "SGD" "HKD" "TWD" "MXN" "CLP" "COP" "ARS" "UYU" "BRL"]
    "＄" "" ["USD" "CAD" "AUD" "NZD" "SGD" "HKD" "TWD" "MXN" "CLP" "COP" "ARS" "UYU"]
    "dollar" "" ["USD" "CAD" "AUD" "NZD" "SGD" "HKD" "TWD"]
    "dollars" "" ["USD" "CAD" "AUD" "NZD" "SGD" "HKD" "TWD"]
    "US$" "USD" [] "US $" "USD" [] "USD$" "USD" [] "$US" "USD" [] "U$S" "USD" [] "U$D" "USD" []
    "美元" "USD" [] "米ドル" "USD" []
    "AU$" "AUD" [] "AU $" "AUD" [] "A$" "AUD" [] "AUD$" "AUD" []
    "CA$" "CAD" [] "C$" "CAD" ["NIO"] "C $" "CAD" [] "CDN$" "CAD" [] "CAD$" "CAD" [] "CAN$" "CAD" [] "CA $" "CAD" [] "$CA" "CAD" [] "CND" "CAD" []
    "HK$" "HKD" [] "HK $" "HKD" [] "港元" "HKD" [] "港币" "HKD" []
    "NT$" "TWD" [] "NT $" "TWD" [] "NT" "TWD" [] "新台幣" "TWD" [] "新台币" "TWD" []
    "S$" "SGD" [] "SG$" "SGD" []
    "NZ$" "NZD" [] "NZ $" "NZD" []
    "MX$" "MXN" [] "MXN$" "MXN" [] "Mex$" "MXN" []
    "R$" "BRL" [] "reais" "BRL" []
    "AR$" "ARS" [] "COL$" "COP" [] "CLP$" "CLP" [] "$U" "UYU" [] "U$" "UYU" ["USD"]
    "RD$" "DOP" [] "J$" "JMD" [] "TT$" "TTD" [] "BZ$" "BZD" [] "Bds$" "BBD" [] "$b" "BOB" []
    "CUC$" "CUC" [] "MOP$" "MOP" [] "T$" "TOP" [] "Z$" "ZWL" [] "G$" "GYD" [] "GY$" "GYD" []
    "N$" "NAD" [] "FJ$" "FJD" [] "EC$" "XCD" [] "L$" "LRD" [] "LD" "" ["LRD"]
    "pesos" "" ["MXN" "CLP" "COP" "ARS" "PHP" "UYU" "DOP"]
    "peso" "" ["MXN" "CLP" "COP" "ARS" "PHP" "UYU" "DOP"]
    "€" "EUR" [] "euro" "EUR" [] "euros" "EUR" [] "eur." "EUR" [] "欧元" "EUR" [] "ユーロ" "EUR" [] "ευρώ" "EUR" [] "евро" "EUR" []
    "£" "GBP" ["EGP" "LBP"] "￡" "GBP" [] "GB£" "GBP" [] "UK£" "GBP" [] "E£" "EGP" [] "L.E." "EGP" [] "英镑" "GBP" []
    "pound" "GBP" ["EGP"] "pounds" "GBP" ["EGP"]
    "₹" "INR" [] "Rs" "INR" ["PKR" "LKR" "NPR" "MUR"] "Rs." "INR" ["PKR" "LKR" "NPR" "MUR"] "₨" "" ["INR" "PKR" "LKR" "NPR" "MUR"]
    "रु" "INR" ["NPR"] "र" "INR" ["NPR"] "Re" "" ["INR" "PKR"] "rupees" "INR" ["PKR" "LKR" "NPR"] "₨." "" ["INR" "PKR"]
    "රු" "LKR" [] "ரூ" "INR" ["LKR"]
    "₩" "KRW" ["KPW"] "￦" "KRW" [] "원" "KRW" [] "won" "" ["KRW"]
    "₱" "PHP" ["CUP"] "Php" "PHP" []
    "₫" "VND" [] "đ" "VND" [] "VNĐ" "VND" [] "đồng" "VND" []
    "฿" "THB" [] "บาท" "THB" [] "baht" "THB" []
    "₽" "RUB" [] "руб" "RUB" ["BYN"] "руб." "RUB" ["BYN"] "р" "RUB" ["BYN"] "р." "RUB" ["BYN"] "рублей" "RUB" ["BYN"] "рубля" "RUB" ["BYN"] "рубль" "RUB" ["BYN"] "Rbl" "RUB" [] "rub." "RUB" []
    "Br" "" ["BYN" "ETB"] "ብር" "ETB" []
    "₺" "TRY" [] "TL" "TRY" [] "lira" "TRY" []
    "₴" "UAH" [] "грн" "UAH" [] "грн." "UAH" [] "гривен" "UAH" [] "hrn" "UAH" []
    "₪" "ILS" [] "NIS" "ILS" [] "ש״ח" "ILS" [] "ש\"ח" "ILS" [] "ש'ח" "ILS" [] "שח" "ILS" [] "ש.ח" "ILS" []
    "₦" "NGN" [] "GH₵" "GHS" [] "GH¢" "GHS" [] "₵" "GHS" [] "KSh" "KES" [] "KShs" "KES" [] "TSh" "TZS" [] "USh" "UGX" []
    "₸" "KZT" [] "тг" "KZT" [] "тенге" "KZT" [] "₼" "AZN" [] "₾" "GEL" [] "ლ" "GEL" [] "ლარი" "GEL" [] "lari" "GEL" [] "֏" "AMD" []
    "so'm" "UZS" [] "soʻm" "UZS" [] "so‘m" "UZS" [] "сум" "UZS" [] "сом" "KGS" []
    "৳" "BDT" [] "Tk" "BDT" [] "Tk." "BDT" [] "؋" "AFN" [] "៛" "KHR" [] "₭" "LAK" [] "₮" "MNT" [] "Ks" "" ["MMK"] "Rf" "" ["MVR"] "Nu" "" ["BTN"] "Nu." "" ["BTN"]
    "Rp" "IDR" [] "Rp." "IDR" [] "RM" "MYR" [] "S/" "PEN" [] "S/." "PEN" [] "soles" "PEN" []
    "zł" "PLN" [] "zl" "PLN" [] "złotych" "PLN" [] "Kč" "CZK" [] "Kc" "CZK" [] ",-Kč" "CZK" [] "Ft" "HUF" [] "forint" "HUF" []
    "lei" "RON" ["MDL"] "leu" "RON" ["MDL"] "L" "" ["RON" "MDL" "HNL"] "лв" "BGN" [] "лв." "BGN" [] "lv" "BGN" [] "lv." "BGN" [] "kn" "HRK" []
    "ден" "MKD" [] "ден." "MKD" [] "Lek" "" ["ALL"] "KM" "" ["BAM"] "Дин" "RSD" [] "дин." "RSD" [] "din" "" ["RSD"] "din." "" ["RSD"] "Dinara" "RSD" [] "РСД" "RSD" []
    "CHF" "CHF" [] "Fr." "CHF" [] "SFr" "CHF" [] "SFr." "CHF" [] "Fr" "CHF" [] "franken" "CHF" [] "₣" "" ["CHF" "XPF"]
    "franc" "" ["CHF" "XOF" "XAF"] "francs" "" ["CHF" "XOF" "XAF"] "FCFA" "" ["XOF" "XAF"] "F CFA" "" ["XOF" "XAF"] "CFA" "" ["XOF" "XAF"]
    "kr" "" ["SEK" "NOK" "DKK" "ISK"] "kr." "" ["DKK" "SEK" "NOK" "ISK"] "kronor" "SEK" [] "kroner" "" ["NOK" "DKK"] "SKr" "SEK" [] "DKr" "DKK" [] "NKr" "NOK" []
    "円" "JPY" [] "yen" "JPY" [] "日元" "JPY" [] "JP¥" "JPY" [] "JPY¥" "JPY" []
    "¥" "" ["JPY" "CNY"] "￥" "" ["JPY" "CNY"]
    "人民币" "CNY" [] "人民幣" "CNY" [] "RMB" "CNY" [] "CN¥" "CNY" [] "yuan" "CNY" [] "元" "" ["CNY" "TWD" "HKD"] "圓" "" ["CNY" "TWD" "HKD"] "圆" "CNY" [] "块" "CNY" []
    "د.إ" "AED" [] "درهم" "AED" ["MAD"] "Dh" "" ["AED" "MAD"] "Dhs" "" ["AED" "MAD"] "DH" "" ["AED" "MAD"] "dirham" "" ["AED" "MAD"] "dirhams" "" ["AED" "MAD"] "د.م" "MAD" [] "د.م." "MAD" []
    "ر.س" "SAR" [] "ريال" "SAR" ["QAR" "OMR" "YER"] "SR" "SAR" [] "﷼" "" ["SAR" "IRR" "QAR" "OMR" "YER"] "ر.ق" "QAR" [] "ر.ع" "OMR" [] "ر.ع." "OMR" [] "ر.ي" "YER" []
    "ریال" "IRR" [] "تومان" "IRR" [] "ج.م" "EGP" [] "جنيه" "EGP" [] "ج.س" "SDG" [] "ج.س." "SDG" []
    "د.ك" "KWD" [] "KD" "KWD" [] "دينار كويتي" "KWD" [] "BD" "" ["BHD"] "د.ب" "BHD" [] ".د.ب" "BHD" [] "د.ع" "IQD" [] "ع.د" "IQD" [] "ID" "" ["IQD"] "د.أ" "JOD" [] "د.ا" "JOD" [] "JD" "" ["JOD"] "دينار أردني" "JOD" []
    "د.ج" "DZD" [] "دج" "DZD" [] "DA" "" ["DZD"] "د.ت" "TND" [] "DT" "" ["TND"] "د.ل" "LYD" [] "ل.د" "LYD" [] "ل.ل" "LBP" [] "ل.س" "SYP" [] "دينار" "" ["KWD" "BHD" "IQD" "JOD" "DZD" "TND" "LYD"]
    "R" "" ["ZAR"] "Q" "" ["GTQ"] "K" "" ["ZMW" "PGK" "MMK"] "P" "" ["BWP" "PHP"] "E" "" ["SZL"] "D" "" ["GMD"] "B/." "PAB" [] "Bs" "" ["BOB" "VES"] "Bs." "" ["BOB" "VES"] "₡" "CRC" [] "₲" "PYG" []
    "Ar" "" ["MGA"] "MT" "" ["MZN"] "ZK" "" ["ZMW"] "MK" "" ["MWK"] "FRw" "RWF" [] "RF" "" ["RWF"] "R₣" "RWF" [] "FBu" "BIF" [] "FG" "" ["GNF"] "GFr" "GNF" [] "Fdj" "DJF" [] "Nfk" "ERN" [] "ናቕፋ" "ERN" [] "نافكا" "ERN" []
    "UM" "" ["MRU"] "Db" "" ["STN"] "VT" "" ["VUV"] "ƒ" "" ["ANG" "AWG"] "Esc" "" ["CVE"] "kwz" "AOA" [] "Kz" "" ["AOA"] "Sl" "" ["SLE"] "SPL" "" [] "₤" "" ["GBP"] "₶" "" [] "¢" "" [] "BTC" "" [] "₿" "" []
    "S'" "" ["SOS"] "Sʻ" "" ["UZS"] "ش.ص" "SOS" [] "ش.ج" "ILS" [] "д.б" "BHD" [] "د." "" ["MAD" "KWD"]
}

/// Codes of ISO 4217, with those that the euro replaced.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS ATS AUD AWG AZN BAM BBD BDT BEF BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BYR BZD CAD CDF CHF CLP CNH CNY COP CRC CUC CUP CVE CZK DEM DJF DKK DOP DZD EEK EGP ERN ESP ETB EUR FIM FJD FKP FRF GBP GEL GHS GIP GMD GNF GRD GTQ GYD HKD HNL HRK HTG HUF IDR IEP ILS INR IQD IRR ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NLG NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PTE PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SIT SKK SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRL TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL";

/// Codes whose letters are a word that stands beside numbers that are no prices.
const ALSO_WORDS: [&str; 5] = ["ALL", "TOP", "TRY", "PEN", "CUP"];

/// A sign or code found beside a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Bytes of the text it takes.
    pub bytes: usize,
    /// ISO 4217; `None`: money, but nobody can tell which.
    pub code: Option<&'static str>,
}

/// The ISO code of a currency word, sign or code in a market, in either case.
pub(super) fn code(text: &str, market: Option<&Market>) -> Option<String> {
    let text = text.trim().trim_end_matches(':');
    let beside = ends(text, market).or_else(|| begins(text, market));
    // `USD $`: the sign is shared, the code beside it is not.
    let sure = beside.and_then(|found| found.code);
    sure.or_else(|| within(text, market)).map(str::to_owned)
}

/// The longest sign a text begins with.
pub(super) fn begins(text: &str, market: Option<&Market>) -> Option<Found> {
    best(market, |word| {
        let head = prefix(text, word)?;
        let after = &text[head..];
        let ends = !word.ends_with(is_lettered) || !after.starts_with(is_lettered);
        ends.then_some(head)
    })
}

/// The longest sign a text ends with.
pub(super) fn ends(text: &str, market: Option<&Market>) -> Option<Found> {
    best(market, |word| {
        let tail = suffix(text, word)?;
        let before = &text[..text.len() - tail];
        let starts = !word.starts_with(is_lettered) || !before.ends_with(is_lettered);
        starts.then_some(tail)
    })
}

/// A sign or a code in capitals that stands somewhere in a text as a word of its own. One letter
/// is too little, and so is a word that means something else as well.
pub(super) fn within(text: &str, market: Option<&Market>) -> Option<&'static str> {
    let by_code = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !ALSO_WORDS.contains(word))
        .find_map(|word| CODES.split(' ').find(|code| *code == word));
    by_code.or_else(|| {
        SIGNS
            .iter()
            .filter(|sign| !sign.word.starts_with(char::is_alphanumeric))
            .find(|sign| text.contains(sign.word))
            .and_then(|sign| sign.meaning(market))
    })
}

/// Whether a currency has thousandths: `423.923 KD` is no four hundred thousand.
pub(super) fn has_thousandths(code: &str) -> bool {
    matches!(code, "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND")
}

impl Sign {
    fn meaning(&self, market: Option<&Market>) -> Option<&'static str> {
        let home = market.and_then(Market::info).map(|info| info.currency);
        let local = home.and_then(|home| self.also.iter().copied().find(|code| *code == home));
        local.or_else(|| Some(self.usual).filter(|code| !code.is_empty()))
    }
}

/// The longest sign or code that fits; `fits` says how many bytes of the text it takes.
fn best(market: Option<&Market>, fits: impl Fn(&str) -> Option<usize>) -> Option<Found> {
    let signs = SIGNS.iter().filter_map(|sign| {
        let code = sign.meaning(market);
        // A bare letter is money only where it is known to be.
        let plain = sign.word.len() == 1 && sign.word.as_bytes()[0].is_ascii_alphabetic();
        if plain && code.is_none() {
            return None;
        }
        Some(Found {
            bytes: fits(sign.word)?,
            code,
        })
    });
    let codes = CODES.split(' ').filter_map(|code| {
        Some(Found {
            bytes: fits(code)?,
            code: Some(code),
        })
    });
    // Of two of one length the first counts, which is the sign with its markets.
    signs
        .chain(codes)
        .reduce(|best, next| if next.bytes > best.bytes { next } else { best })
}

/// A letter of a script that sets blanks between words; `kr` in `kraft` is no currency, `円` in
/// `円税込` is one.
fn is_lettered(c: char) -> bool {
    c.is_alphabetic() && c < '\u{e00}'
}

/// Bytes of the text that a word takes at its start.
fn prefix(text: &str, word: &str) -> Option<usize> {
    let strict = is_strict(word);
    let mut at = text.char_indices();
    for letter in word.chars() {
        let (_, c) = at.next()?;
        same(c, letter, strict).then_some(())?;
    }
    Some(at.next().map_or(text.len(), |(place, _)| place))
}

fn suffix(text: &str, word: &str) -> Option<usize> {
    let strict = is_strict(word);
    let mut from = text.len();
    let mut at = text.char_indices().rev();
    for letter in word.chars().rev() {
        let (place, c) = at.next()?;
        same(c, letter, strict).then_some(())?;
        from = place;
    }
    Some(text.len() - from)
}

/// Words that must be in capitals: `ALL 500` is money, `all 500` is not.
fn is_strict(word: &str) -> bool {
    ALSO_WORDS.contains(&word)
        || word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn same(a: char, b: char, strict: bool) -> bool {
    a == b || (!strict && a.to_lowercase().eq(b.to_lowercase()))
}
