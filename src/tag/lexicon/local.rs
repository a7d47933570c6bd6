//! Words that give away where a writer lives though others share the language: shops and carriers
//! of one country, and words that only its speakers use.

use super::Entry;
use super::Sense::Local;

/// Entries of this file.
pub const PHRASES: &[Entry] = &[
    (
        "en",
        Local("us"),
        "walmart|costco|trader joe's|home depot|walgreens|dollar tree|dollar general|publix|kroger|usps|zip code|4th of july|fourth of july|memorial day|labor day|fl oz|us size|size us|y'all|401k",
    ),
    (
        "en",
        Local("gb"),
        "tesco|asda|sainsbury's|sainsburys|argos|currys|john lewis|b&q|wilko|poundland|royal mail|evri|nhs|fiver|tenner|council tax|bank holiday|uk size|size uk|chuffed|knackered|innit",
    ),
    (
        "en",
        Local("ca"),
        "canadian tire|loblaws|shoppers drug mart|tim hortons|canada post|toonie|loonie",
    ),
    (
        "en",
        Local("au"),
        "bunnings|woolies|officeworks|jb hi-fi|jb hifi|auspost|australia post|arvo",
    ),
    ("en", Local("nz"), "trademe|trade me nz|kiwibank|nz post"),
    (
        "en",
        Local("in"),
        "flipkart|meesho|myntra|paytm|lakh|lakhs|crore|crores",
    ),
    ("en", Local("ph"), "gcash|jollibee|lazada ph|shopee ph"),
    ("en", Local("sg"), "singpost|ntuc|hdb"),
    ("en", Local("my"), "poslaju|pos laju|touch n go|mydin"),
    (
        "en",
        Local("za"),
        "takealot|load shedding|loadshedding|braai",
    ),
    ("en", Local("ie"), "dunnes|supervalu"),
    (
        "de",
        Local("de"),
        "kleinanzeigen|rewe|edeka|rossmann|packstation|schufa|finanzamt",
    ),
    (
        "de",
        Local("at"),
        "jänner|oida|leiwand|sackerl|willhaben|billa",
    ),
    (
        "de",
        Local("ch"),
        "digitec|migros|natel|velo|grüezi|parkieren",
    ),
    (
        "fr",
        Local("fr"),
        "leboncoin|fnac|cdiscount|darty|leclerc|colissimo|chronopost|mondial relay",
    ),
    ("fr", Local("be"), "bpost|colruyt|septante"),
    (
        "fr",
        Local("ca"),
        "dépanneur|magasiner|poutine|postes canada|tabarnak",
    ),
    (
        "es",
        Local("es"),
        "chollo|chollos|ordenador|vosotros|mola|wallapop|mercadona|el corte inglés|pccomponentes|seur|correos express",
    ),
    (
        "es",
        Local("mx"),
        "güey|wey|chido|chingón|padrísimo|órale|coppel|oxxo|bodega aurrera|soriana",
    ),
    (
        "es",
        Local("ar"),
        "boludo|boluda|quilombo|laburo|copado|mercado pago argentina|pibe",
    ),
    (
        "es",
        Local("cl"),
        "weón|weon|cachai|fome|chilexpress|starken|pololo|polola",
    ),
    ("es", Local("co"), "parce|parcero|bacano|servientrega"),
    ("es", Local("pe"), "saga falabella|olva courier"),
    (
        "pt",
        Local("br"),
        "você|vocês|vc|vcs|frete|galera|celular|kkk|ônibus|magalu|mercado livre|correios|casas bahia|pix|geladeira",
    ),
    (
        "pt",
        Local("pt"),
        "telemóvel|portes|portes grátis|autocarro|fixe|worten|ctt|mbway|mb way|frigorífico",
    ),
    (
        "nl",
        Local("nl"),
        "marktplaats|albert heijn|postnl|kruidvat|hema",
    ),
    ("nl", Local("be"), "bpost|colruyt|goesting|amai|gsm"),
    (
        "ar",
        Local("eg"),
        "ده|عايز|عاوز|عايزه|ازاي|كده|كدا|بتاع|بتاعي|دلوقتي|اوي|القاهرة|اسكندرية",
    ),
    ("ar", Local("sa"), "ابغى|ابغا|جرير"),
    (
        "ru",
        Local("ru"),
        "wildberries|вайлдберриз|озон|авито|сдэк|пятерочка|пятёрочка|госуслуги",
    ),
    ("ru", Local("ua"), "новая почта|укрпочта|гривен|грн"),
    ("ru", Local("kz"), "каспи|kaspi|тенге"),
    ("zh", Local("hk"), "嘅|喺|咗|冇|啲|嚟|佢哋"),
    (
        "zh",
        Local("tw"),
        "蝦皮|露天拍賣|momo購物|pchome|全聯|超商取貨",
    ),
    (
        "zh",
        Local("cn"),
        "淘宝|天猫|京东|拼多多|闲鱼|双十一|双11|顺丰|菜鸟驿站|抖音|支付宝",
    ),
    ("zh", Local("my"), "令吉|马币"),
    ("zh", Local("sg"), "组屋|新币"),
];
