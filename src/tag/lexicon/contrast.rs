//! Words at which a sentence turns, and comparisons, per language: what sentiment on a target
//! goes by. Written by us.

/// What a phrase tells of the things on its two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// What follows is another thought: `but`, `although`.
    Contrast,
    /// One more thing: `and`.
    And,
    /// What stands before is better than what follows: `better than`.
    Beats,
    /// What stands before is worse than what follows: `not as good as`.
    Loses,
    /// What follows was left behind: `switched from`.
    Left,
    /// What follows is the new one: `switched to`.
    Chosen,
    /// What follows is worse, unless the word behind it blames: `比 X 好`, `比 X 差`.
    Than,
}

/// Turn, and phrases separated by `|`. One list serves all languages: no phrase of one is a
/// frequent word of another with another meaning.
pub const TURNS: &[(Turn, &str)] = &[
    (
        Turn::Contrast,
        // en de fr es pt it nl pl
        "but|however|although|though|even though|despite|whereas|while|except|unfortunately|otherwise|nevertheless|on the other hand|other than that|\
         aber|jedoch|obwohl|obgleich|allerdings|dagegen|trotzdem|leider|hingegen|doch|sondern|\
         mais|cependant|pourtant|toutefois|néanmoins|bien que|malgré|par contre|en revanche|tandis que|malheureusement|\
         pero|aunque|sin embargo|no obstante|mientras que|a pesar de|en cambio|sino|\
         mas|porém|embora|contudo|todavia|entretanto|no entanto|apesar de|enquanto|\
         però|tuttavia|anche se|nonostante|invece|mentre|purtroppo|sebbene|\
         maar|echter|hoewel|helaas|terwijl|jednak|chociaż|natomiast|niestety|\
         но|однако|хотя|зато|несмотря на|к сожалению|тогда как|\
         ama|fakat|ancak|lakin|oysa|rağmen|maalesef|\
         tapi|tetapi|namun|walaupun|meskipun|meski|sedangkan|padahal|sayangnya|cuma|\
         nhưng|tuy nhiên|mặc dù|trong khi|\
         แต่|อย่างไรก็ตาม|แม้ว่า|ถึงแม้|ส่วน|\
         但|但是|不过|不過|可是|然而|只是|虽然|雖然|尽管|就是|可惜|除了|而且|\
         でも|けど|けれど|だが|しかし|ただし|ですが|ますが|のに|一方|ところが|\
         하지만|그러나|그런데|반면|근데|다만|비록|\
         لكن|ولكن|بينما|رغم|مع ذلك|الا ان|غير ان|lekin|magar|लेकिन|मगर|हालांकि",
    ),
    (
        Turn::And,
        "and|und|et|y|e|и|ve|dan|và|และ|和|و|और|plus|also",
    ),
    (
        Turn::Beats,
        "better than|much better than|way better than|far better than|nicer than|superior to|outperforms|>|\
         besser als|schöner als|schlägt|mieux que|meilleur que|meilleure que|mejor que|supera a|melhor que|melhor do que|\
         migliore di|migliore del|meglio di|meglio del|beter dan|lepszy niż|lepsze niż|lepsza niż|лучше чем|лучше, чем|\
         lebih bagus dari|lebih baik dari|lebih enak dari|tốt hơn|hơn hẳn|ดีกว่า|好过|好過|胜过|勝過|强于|优于|より良い|보다 좋|보다 나|보다 낫|\
         أفضل من|افضل من|احسن من|أحسن من",
    ),
    (
        Turn::Loses,
        "worse than|inferior to|isn't as good as|not as good as|not as nice as|nowhere near as good as|loses to|not better than|no match for|\
         schlechter als|nicht so gut wie|pire que|moins bien que|moins bon que|pas aussi bien que|peor que|no es tan bueno como|pior que|pior do que|\
         peggio di|peggiore di|slechter dan|gorszy niż|хуже чем|хуже, чем|lebih buruk dari|kém hơn|không bằng|แย่กว่า|สู้|\
         不如|比不上|差过|より悪い|보다 못|보다 나쁘|أسوأ من|اسوء من",
    ),
    (
        Turn::Left,
        "switched from|switching from|switch from|moved from|upgraded from|upgrade from|upgrading from|instead of|rather than|replaced|ditched|tired of|\
         statt|anstatt|anstelle von|weg von|umgestiegen von|gewechselt von|au lieu de|plutôt que|passé de|\
         en vez de|en lugar de|cambié de|em vez de|ao invés de|troquei|invece di|invece del|in plaats van|zamiast|вместо|\
         daripada|ketimbang|thay vì|แทน|代替|ではなく|대신|بدلا من|بدل",
    ),
    (
        Turn::Chosen,
        "switched to|switching to|switch to|moved to|upgraded to|upgrade to|replaced with|prefer|preferred|i'd rather have|\
         umgestiegen auf|gewechselt zu|lieber|je préfère|préfère|prefiero|me cambié a|prefiro|preferisco|wolę|предпочитаю|перешел на|перешёл на|перешла на|\
         pindah ke|chuyển sang|เปลี่ยนมาใช้|换成|換成|改用|に乗り換え|に変え|انتقلت الى",
    ),
    (Turn::Than, "比"),
];

/// Phrases that mean something else in a language: `mais` is *more* in Portuguese.
pub const NOT_IN: &[(&str, &str)] = &[
    ("mais", "pt"),
    ("ama", "es"),
    ("ama", "it"),
    ("ama", "pt"),
    ("dan", "nl"),
    ("e", "fr"),
    ("y", "fr"),
    ("et", "tr"),
    ("mas", "id"),
    ("mas", "ms"),
];

/// Words between what was left behind and the new one: `switched from X to Y`.
pub const TO: &[&str] = &[
    "to", "zu", "auf", "à", "a", "para", "ke", "на", "naar", "sang",
];

/// Characters that blame what stands before [`Turn::Than`] and its thing.
pub const WORSE: &[char] = &['差', '烂', '爛', '糟', '慢', '弱', '贵', '貴'];

/// Characters behind 比, or before it, with which it is part of another word.
pub const NOT_THAN_AFTER: &[char] = &['较', '較', '如', '例', '率', '重', '赛', '賽', '起', '比'];
/// See [`NOT_THAN_AFTER`].
pub const NOT_THAN_BEFORE: &[char] = &['价', '價', '对', '對', '相', '占', '同', '环', '好'];
