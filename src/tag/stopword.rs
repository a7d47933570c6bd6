//! Words that never make a phrase by themselves: grammar words and talk about buying and liking,
//! per language, written by us. Words that are very common in a language are left out by their
//! frequency as well; this list holds those that frequency misses.

use super::background::hash_word;
use super::hash::WordHash;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A word of this Zipf value or above is grammar in any language.
pub const GRAMMAR_ZIPF: f32 = 5.75;

const WORDS: &[(&str, &str)] = &[
    (
        "en",
        "a an the and or but if so as at by for from in into of off on onto out over to up with about after again all also am any are around be been before being both can could did do does doing done down each even ever few first get gets getting give got had has have having he her here him his how i it its just know last least let like look looks lot made make makes many may maybe me might more most much must my need never new no not now oh ok one only other our own people please put really right said same say see seems she should since some something still such sure take than thank thanks that their them then there these they thing things think this those though time times today tomorrow tonight too try tried trying two under until us use used using very via want wanted wants was way we well went were what when where which while who whole why will wish with without won would yeah yes yesterday yet you your i'm it's i've don't doesn't didn't can't won't isn't wasn't that's there's he's she's we're they're you're i'll i'd wouldn't couldn't shouldn't haven't hasn't aren't weren't what's let's here's who's you've we've they've you'll we'll gonna wanna lol omg bought buy buying love loved loves good great nice best better bad worst amazing awesome day days week weeks month months year years going goes come comes back keep keeps feel feels start started stop works work worked happy sad wait waiting guys anyone someone everyone everything nothing literally actually finally basically pretty quite arent isnt dont doesnt didnt cant wont wasnt werent havent hasnt youre theyre weve ive thats whats lets",
    ),
    (
        "de",
        "der die das den dem des ein eine einen einem einer eines und oder aber wenn als wie auch auf aus bei bin bis bist da dann dass daß denn dich dir doch du durch er es euch für gegen gehabt gerade haben hab habe hat hatte hier ich ihm ihn ihr ihre im in ins ist ja jetzt kann kein keine können könnte machen man mehr mein meine mich mir mit muss nach nicht nichts noch nun nur ob ohne schon sehr sein seine seit sich sie sind so soll sollte um uns unser unter vom von vor war waren was weg weil weiter wer werden wieder will wir wird wo würde zu zum zur über gut gute guten super toll immer mal heute gestern morgen tag tage jahr jahre gekauft kaufen bestellt bestellen gerne hoffentlich trotzdem echt ganz viel vielen dank danke bitte leider endlich eigentlich alle alles etwas jemand finde gibt geht macht",
    ),
    (
        "es",
        "el la los las un una unos unas y o pero si como de del al a en con por para sin sobre entre hasta desde que qué quien cual donde cuando porque es son era fue ser estar está están estoy soy eres he ha han hay había tener tengo tiene me te se nos le les lo su sus mi mis tu tus más menos muy ya no sí también tan tanto todo toda todos todas algo nada cada otro otra este esta estos estas ese esa eso esto aquí ahora hoy ayer mañana bien mejor bueno buena gracias quiero hacer hace hacen vez día días año años compré comprar compra gente cosa cosas solo sólo siempre nunca puede pueden ver voy va vamos",
    ),
    (
        "fr",
        "le la les l un une des du de d et ou mais si comme à au aux en dans sur sous avec sans pour par vers chez que qu qui quoi dont où quand est sont était être suis es ai as a ont avait avoir je j tu il elle on nous vous ils elles me m te t se s lui leur mon ma mes ton ta tes son sa ses notre nos votre vos ce c cet cette ces ça cela plus moins très trop bien bon bonne tout toute tous toutes pas ne n jamais rien aussi encore déjà alors donc car parce fait faire peut va vais aller jour jours an ans merci acheté acheter c'est j'ai n'est qu'il d'un d'une l'ai vraiment aujourd'hui hier demain super",
    ),
    (
        "it",
        "il lo la i gli le un uno una l e ed o ma se come di del dello della dei degli delle a al allo alla ai agli alle da dal dalla in nel nella nei con su sul sulla per tra fra che chi cui dove quando perché è sono era essere sei ho hai ha hanno avere mi ti si ci vi lo me te lui lei noi voi loro mio mia miei tuo tua suo sua questo questa questi queste quello quella più meno molto tanto troppo bene buono buona tutto tutta tutti non no sì anche ancora già poi però così fare fatto può va oggi ieri domani giorno giorni anno anni grazie comprato comprare solo sempre mai niente qualcosa",
    ),
    (
        "pt",
        "o a os as um uma uns umas e ou mas se como de do da dos das em no na nos nas a ao à aos às com por para pra pelo pela sem sobre entre até que quem qual onde quando porque é são era foi ser estar está estão estou sou tem tenho ter tinha me te se nos lhe eu tu ele ela nós eles elas você vocês meu minha meus minhas seu sua seus suas este esta esse essa isso isto aquele mais menos muito muita bem bom boa tudo todo toda todos não sim também já ainda só agora hoje ontem amanhã dia dias ano anos comprei comprar obrigado obrigada vai vou fazer faz gente coisa nada sempre nunca aqui quero tô né",
    ),
    (
        "nl",
        "de het een en of maar als om te van voor in op aan met bij naar uit door over is zijn was waren ben bent heb heeft hebben had ik je jij u hij zij ze wij we jullie mij me mijn jouw haar hem ons onze dit dat deze die niet geen wel ook nog al zo dan er hier daar wat wie waar wanneer hoe meer veel heel erg goed mooi kan kunnen moet wil gaan gaat doen doet vandaag gisteren morgen dag dagen jaar gekocht kopen dank bedankt echt altijd nooit alles iets niets",
    ),
    (
        "pl",
        "a aby ale bo być by był była było byli co czy dla do gdy gdzie go i ich ile im ja jak jako je jego jej jest jestem już kiedy kto która które który lub ma mam może mi mnie mój moja na nad nam nas nic nie nim o od on ona one oni oraz po pod ponieważ przed przez przy się są ta tak także tam te tego tej ten to tu twój ty tylko tym u w we wszystko z za ze że żeby dzień dni rok lat dziś dzisiaj wczoraj jutro dobry dobra dobrze bardzo kupiłem kupiłam kupić dziękuję super",
    ),
    (
        "tr",
        "ve veya ama fakat eğer gibi de da ki mi mı mu mü bu şu o ben sen biz siz onlar bir her hiç çok daha en az için ile ne neden nasıl nerede kim hangi var yok değil olan olarak oldu olur olsun oluyor ben bana beni benim sana seni senin ona onu onun bizi bize sonra önce şimdi bugün dün yarın gün yıl ay iyi güzel kötü aldım almak teşekkürler evet hayır bile sadece yine artık hep şey şeyler kadar diye ya",
    ),
    (
        "id",
        "yang dan di ke dari untuk dengan pada ini itu adalah atau tapi tetapi juga sudah udah belum akan bisa tidak tak gak ga nggak enggak bukan saya aku kamu anda dia kita kami mereka ku mu nya ada lagi saja aja sih dong deh kok ya yg dgn utk kalau kalo karena jadi seperti kayak banget sangat sekali lebih paling baru hari ini kemarin besok tahun beli membeli bagus baik mau ingin banyak semua sama apa siapa kapan gimana terima kasih makasih bikin buat",
    ),
    (
        "ms",
        "yang dan di ke dari untuk dengan pada ini itu adalah atau tapi tetapi juga sudah dah belum akan boleh tidak tak bukan saya aku kau awak anda dia kita kami mereka ada lagi sahaja je lah kalau sebab kerana jadi macam sangat sekali lebih paling baru hari semalam esok tahun beli bagus baik nak banyak semua sama apa siapa bila terima kasih",
    ),
    (
        "ru",
        "и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее её мне было вот от меня еще ещё нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас нибудь вам ведь там потом себя ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под будет кто этот того потому этого какой совсем этом почти мой моя мои тем чтобы нее были куда зачем всех можно при два об другой хоть после над больше тот через эти нас про всего очень просто купил купила купить сегодня вчера завтра день год лет спасибо хорошо хороший хорошая отлично супер это",
    ),
    (
        "ar",
        "في من على الى إلى عن مع هذا هذه ذلك التي الذي ان أن إن كان كانت يكون ما لا لم لن هل كل بعض او أو ثم قد لقد هو هي هم نحن انا أنا انت أنت عند بعد قبل بين حتى اذا إذا لكن يا جدا اليوم امس غدا يوم سنة شكرا والله شي شيء بس كان عشان علشان اللي وش ايش مش مو",
    ),
    (
        "vi",
        "là và của có không được các một những cho với trong đã đang sẽ này đó thì mà như khi để từ tại về ra vào lên xuống lại cũng rất quá lắm nhiều ít nào gì ai đâu sao thế vậy nên vì nếu hay hoặc nhưng mình tôi em anh chị bạn nó họ chúng ta ơi ạ à nhé nha rồi chưa hôm nay ngày năm mua cảm ơn tốt đẹp",
    ),
    (
        "hi-Latn",
        "hai hain ho hu hoon tha thi the ka ki ke ko se me mein par aur ya lekin agar to toh bhi hi na nahi nhi kya kyu kyun kaise kab kahan kaun ye yeh wo woh mai main hum tum aap mera meri mere tera teri apna apni kar karo karna raha rahi rahe gaya gayi bahut bohot accha acha sab kuch kuchh aaj kal bhai yaar ji",
    ),
    (
        "sv",
        "och att det som en ett den de på är av för med till inte om har jag du han hon vi ni man mig dig sig min din sin var vad när hur här där så men eller från ut upp nu bara kan ska vill bli blir mycket bra",
    ),
    (
        "fil",
        "ang ng sa na at ay mga ko mo niya ako ikaw siya kami tayo sila ito iyan iyon hindi wala may meron para pero kung kasi naman lang din rin po ba yung talaga sobra ganda",
    ),
    (
        "zh",
        "的 了 是 我 你 他 她 它 我们 你们 他们 这 那 这个 那个 这些 那些 什么 怎么 怎么样 为什么 哪里 一个 一下 一点 有 没有 没 不 不是 也 都 就 还 还是 很 非常 太 真 真的 真是 好 好好 不错 喜欢 觉得 感觉 可以 可能 应该 会 能 要 想 去 来 到 在 从 对 把 被 给 和 跟 与 或 但 但是 而且 因为 所以 如果 虽然 然后 现在 今天 昨天 明天 时候 已经 一直 比较 最 最近 再 又 吗 呢 吧 啊 哦 哈 哈哈 哈哈哈 买 买了 收到 东西 大家 自己 知道 看 看到 说 做 用 上 下 里 中 后 前 年 月 日 个 次 只 两 请问 谢谢 三天 两天 几天 一天 一年 一个月 几个月 一次 一样 一般 一段时间 一点点 起来 总之 总体 给出 就是 这样 那么 这么 多 少 大 小 出 过 得 地 着 啦 嘛 呀 可是 不过 说实话 想不到 要么 平时 家里 下来 大多 好多 还好 只是 其实 反正 居然 竟然 终于",
    ),
    (
        "ja",
        "の に は を た が で て と し れ さ ある いる も する から な こと として い や れる など なっ ない この ため その あっ よう また もの という あり まで られ なる へ か だ これ によって により おり より による ず なり られる において ば なかっ なく しかし について せ だっ その後 できる それ う ので なお のみ でき き つ における および いう さらに でも ら たり その他 に関する たち ます ん なら に対して です でした ました ません だけ けど よ ね ねえ かな じゃ って くらい ぐらい とても すごく 買っ 買い 買う 思う 思い 思っ 今日 昨日 明日 今 私 僕 俺 人 時 日 年 月 何 どこ 誰 欲しい 良い いい よかっ ください さん ちゃん みたい やっぱり めっちゃ",
    ),
    (
        "ko",
        "이 그 저 것 수 등 들 및 더 또 안 못 잘 너무 정말 진짜 매우 아주 좀 많이 다 다시 이거 그거 저거 이것 그것 저것 여기 거기 저기 나 너 우리 저희 제가 내가 네가 그리고 그런데 근데 하지만 그래서 때문에 같은 같아요 있는 있어요 없는 없어요 하는 합니다 했어요 했는데 입니다 이에요 예요 오늘 어제 내일 지금 이번 샀어요 샀는데 사고 좋아요 좋은 좋네요",
    ),
    (
        "th",
        "ที่ การ เป็น ใน ของ และ มี ได้ ไม่ ว่า จะ ให้ ก็ มา ไป นี้ นั้น กับ หรือ แต่ จาก โดย อยู่ แล้ว ด้วย คน ผม ฉัน เรา เขา คุณ มัน ค่ะ ครับ คะ นะ นะคะ จ้า เลย มาก ดี ดีมาก สวย ชอบ ซื้อ อยาก ต้อง ยัง อีก ทำ ใช้ เห็น รู้ คือ ถ้า เพราะ เมื่อ วัน ปี เดือน วันนี้ เมื่อวาน พรุ่งนี้ ตัว อัน แบบ กัน เอง ทุก หลาย บาง ไหม มั้ย อะไร ใคร ยังไง ทำไม ขอบคุณ แม่ น่า ลอง เพิ่ง",
    ),
];

/// Words that may stand inside a phrase though they are stop words: `coffee of the
/// day` no, `máquina de café` yes.
const LINKS: &str = "de du des da do di del della of à para";
/// The bit of a word that links.
const LINK: u32 = 1 << 31;

/// The hash of every word with the languages it is listed in, a bit each.
static SETS: LazyLock<HashMap<u64, u32, WordHash>> = LazyLock::new(|| {
    let mut sets: HashMap<u64, u32, WordHash> = HashMap::default();
    for (at, (_, words)) in WORDS.iter().enumerate() {
        for word in words.split(' ') {
            *sets.entry(hash_word(word)).or_default() |= 1 << at;
        }
    }
    for word in LINKS.split(' ') {
        *sets.entry(hash_word(word)).or_default() |= LINK;
    }
    sets
});

/// Stop words of a language; in an unknown one, of all.
#[derive(Debug, Clone, Copy)]
pub struct StopWords {
    /// The bits that count.
    languages: u32,
}

/// What the list says of a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listed {
    /// It is a stop word.
    pub stopped: bool,
    /// It may stand inside a phrase all the same.
    pub link: bool,
}

impl StopWords {
    /// The list of a language.
    pub fn of(language: Option<&str>) -> StopWords {
        let own = language.and_then(|code| WORDS.iter().position(|(known, _)| *known == code));
        StopWords {
            languages: own.map_or(!LINK, |at| 1 << at),
        }
    }

    /// What is said of the word with this [`hash_word`].
    pub fn find(&self, hash: u64) -> Listed {
        SETS.get(&hash).map_or_else(Listed::default, |bits| Listed {
            stopped: bits & self.languages != 0,
            link: bits & LINK != 0,
        })
    }

    /// Whether a normalised word is one.
    pub fn contains(&self, word: &str) -> bool {
        self.find(hash_word(word)).stopped
    }
}
