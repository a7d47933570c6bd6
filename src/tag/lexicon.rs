//! The phrases that rules go by, written by us, per language.
//!
//! Phrases are separated by `|`. `^` and `$` hold a phrase to the beginning or end of a sentence,
//! `~` marks a weak one that counts only together with another. `*` stands for every language.

/// What a phrase means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sense {
    /// Asks something.
    Question,
    /// Wants to buy.
    Purchase,
    /// Speaks against buying.
    Warning,
    /// Complains.
    Complaint,
    /// A prize for sharing.
    Giveaway,
    /// An advert.
    Advert,
    /// A currency; the market that uses it, empty where several do.
    Currency(&'static str),
    /// A place in a market.
    Place(&'static str),
}

use Sense::{Advert, Complaint, Giveaway, Purchase, Question, Warning};

/// Language, meaning, phrases.
pub const PHRASES: &[(&str, Sense, &str)] = &[
    // English
    (
        "en",
        Question,
        "^how|^where|^when|^why|^which|^who|^whose|^what is|^what are|^what's|^what do|^what does|^what would|^what size|^what brand|^does|^is there|^are there|^is it|^is this|^are these|^can i|^can you|^can anyone|^could someone|^should i|^do you|^do they|^do these|^has anyone|^have you|^any idea|anyone know|anybody know|does anyone|anyone tried|any recommendations|any suggestions|wondering if|wondering whether|can someone tell|is it worth",
    ),
    (
        "en",
        Purchase,
        "where can i buy|where can i get|where to buy|where do i buy|where do i get|where did you get|want to buy|wanna buy|need to buy|going to buy|gonna buy|about to buy|thinking of buying|looking to buy|ready to buy|buying this|buying one|will buy|want to order|i need this|i need these|i need one|need this in my life|i want this|i want one|i want these|want it so bad|take my money|link please|link pls|drop the link|got a link|in my cart|to my cart|on my wishlist|to my wishlist|back in stock|when will it be available|do you ship|ship to|how much is|how much are|how much does it cost|pre order|preorder|can't wait to get",
    ),
    (
        "en",
        Warning,
        "don't buy|do not buy|dont buy|never buy|wouldn't buy|won't buy|not buying|never buying|regret buying|don't waste your money|stay away from|avoid this",
    ),
    (
        "en",
        Complaint,
        "doesn't work|does not work|didn't work|not working|stopped working|broke after|broke within|it broke|is broken|arrived broken|came broken|arrived damaged|defective|faulty|want a refund|want my money back|give me a refund|asked for a refund|no refund|sent it back|returning it|had to return|waste of money|rip off|ripoff|scam|never arrived|never came|still waiting for|worst|disappointed|disappointing|terrible quality|poor quality|cheap quality|fell apart|overheats|won't charge|wont charge|won't turn on|missing parts|wrong item|wrong size|wrong color|counterfeit|don't recommend|do not recommend|not as described|not worth|useless|horrible|no response from|customer service is",
    ),
    (
        "en",
        Giveaway,
        "~giveaway|~give away|~sweepstakes|rt to win|retweet to win|follow and retweet|follow & retweet|follow and rt|like and retweet|follow to win|chance to win|enter to win|to enter|tag a friend|tag 2 friends|tag two friends|tag 3 friends|tag three friends|share to win|like and share|winner will be announced|winners will be announced|~free prize",
    ),
    (
        "en",
        Advert,
        "use code|use my code|promo code|discount code|coupon code|voucher code|affiliate link|paid partnership|sponsored by|sponsored post|commissions earned|earn a commission|link in bio|link in my bio|dm to order|dm for price|dm for orders|whatsapp us|shop the link|as an amazon associate|~shop now|~order now|~buy now|~% off|~free shipping|~limited time|~flash sale|~sale ends|~best price|~follow us|~visit our|~hurry",
    ),
    // German
    (
        "de",
        Question,
        "^wie|^wo|^wann|^warum|^wieso|^weshalb|^welche|^welcher|^welches|^wer|^was ist|^was kostet|^hat jemand|^kann man|^kann jemand|^gibt es|^gibt's|^lohnt sich|^kennt jemand|^weiß jemand|weiß jemand|hat jemand erfahrung|jemand erfahrung|kennt jemand|frage mich ob|frage mich, ob",
    ),
    (
        "de",
        Purchase,
        "wo kann ich|wo kann man das kaufen|wo bekomme ich|wo gibt es|wo gibt's|will ich haben|will ich auch|brauche ich|das brauch ich|muss ich haben|möchte ich kaufen|will das kaufen|will kaufen|werde ich kaufen|bestelle ich|will bestellen|auf meiner wunschliste|wieder lieferbar|wieder verfügbar|was kostet|wie teuer|link bitte|kaufberatung|suche nach",
    ),
    (
        "de",
        Warning,
        "nicht kaufen|nie wieder kaufen|kauft das nicht|finger weg|hände weg|abraten",
    ),
    (
        "de",
        Complaint,
        "funktioniert nicht|geht nicht|nach kurzer zeit kaputt|kaputt|defekt|enttäuscht|enttäuschend|schlechte qualität|miese qualität|geld zurück|zurückgeschickt|zurückschicken|reklamation|reklamiert|nie angekommen|nicht angekommen|beschädigt|rausgeschmissenes geld|geldverschwendung|abzocke|schrott|nicht zu empfehlen|keine empfehlung|unbrauchbar|fehlt|kundenservice",
    ),
    (
        "de",
        Giveaway,
        "~gewinnspiel|~verlosung|~verlosen|teilnehmen und gewinnen|teilen und gewinnen|liken und teilen|markiere einen freund|markiere eine freundin|markiert eure freunde|folgen und teilen|teilnahmeschluss|zu gewinnen gibt",
    ),
    (
        "de",
        Advert,
        "rabattcode|gutscheincode|mit dem code|bezahlte partnerschaft|anzeige wegen|affiliate|provision|link in der bio|~jetzt kaufen|~jetzt bestellen|~% rabatt|~gratis versand|~kostenloser versand|~nur für kurze zeit|~unbezahlte werbung|~werbung",
    ),
    // Spanish
    (
        "es",
        Question,
        "^cómo|^como hago|^dónde|^donde|^cuándo|^cuanto|^cuánto|^por qué|^cuál|^cual es|^quién|^qué tal|^qué es|^alguien sabe|alguien sabe|alguien ha probado|alguien tiene|^se puede|^hay alguna|^vale la pena|me pregunto si",
    ),
    (
        "es",
        Purchase,
        "dónde puedo comprar|donde puedo comprar|dónde comprar|donde comprar|dónde lo compro|donde lo compro|dónde lo venden|donde lo venden|quiero comprar|quiero comprarlo|lo quiero|la quiero|los quiero|lo necesito|necesito uno|necesito una|me lo compro|voy a comprar|pienso comprar|cuánto cuesta|cuanto cuesta|cuánto vale|qué precio|precio por favor|pasa el link|pásame el link|hacen envíos|envían a|en mi carrito|en mi lista de deseos",
    ),
    (
        "es",
        Warning,
        "no lo compren|no lo compres|no compren|no compres|no recomiendo|no lo recomiendo",
    ),
    (
        "es",
        Complaint,
        "no funciona|no sirve|dejó de funcionar|dejo de funcionar|se rompió|se rompio|llegó roto|llego roto|llegó dañado|defectuoso|quiero mi dinero|devolución|devolver|reembolso|nunca llegó|nunca llego|no llegó|decepcionado|decepcionada|decepción|mala calidad|pésima calidad|pésimo|pésima|estafa|tirar el dinero|dinero tirado|una porquería|una basura|no vale la pena|peor compra",
    ),
    (
        "es",
        Giveaway,
        "~sorteo|~sorteamos|~concurso|participa y gana|participar en el sorteo|etiqueta a un amigo|etiqueta a una amiga|etiqueta a dos|menciona a un amigo|menciona a dos|sigue y comparte|comparte y gana|dale like y comparte|anunciaremos al ganador",
    ),
    (
        "es",
        Advert,
        "usa el código|usa mi código|código de descuento|código promocional|cupón de descuento|enlace en la bio|link en la bio|publicidad pagada|colaboración pagada|afiliado|pedidos por dm|pedidos por whatsapp|~compra ya|~compra ahora|~% de descuento|~envío gratis|~oferta limitada|~por tiempo limitado|~aprovecha",
    ),
    // French
    (
        "fr",
        Question,
        "^comment|^où|^quand|^pourquoi|^combien|^quel|^quelle|^quels|^quelles|^qui|^est-ce que|^est ce que|est-ce que|^quelqu'un sait|^quelqu’un sait|quelqu'un connaît|quelqu'un a|^y a-t-il|^peut-on|^ça vaut|je me demande si",
    ),
    (
        "fr",
        Purchase,
        "où acheter|ou acheter|où puis-je acheter|où trouver|où l'acheter|je veux acheter|je le veux|je la veux|je les veux|il me le faut|il me la faut|j'en veux|j'ai besoin de ça|je vais commander|je vais l'acheter|combien ça coûte|combien coûte|quel prix|le lien svp|lien s'il vous plaît|dans mon panier|sur ma wishlist|livrez-vous|de nouveau en stock",
    ),
    (
        "fr",
        Warning,
        "n'achetez pas|n'achète pas|ne pas acheter|à éviter|à fuir|je déconseille|ne recommande pas",
    ),
    (
        "fr",
        Complaint,
        "ne marche pas|ne marche plus|marche pas|ne fonctionne pas|ne fonctionne plus|tombé en panne|en panne|cassé|cassée|arrivé cassé|défectueux|défectueuse|déçu|déçue|décevant|décevante|mauvaise qualité|très mauvais|remboursement|rembourser|remboursé|jamais reçu|jamais arrivé|pas reçu|arnaque|nul|nulle|service client|perte d'argent",
    ),
    (
        "fr",
        Giveaway,
        "~concours|~jeu concours|~tirage au sort|à gagner|pour participer|tente de gagner|tentez de gagner|identifie un ami|identifie deux amis|identifiez un ami|taguez un ami|tague un ami|suivez et partagez|like et partage|rt et follow|rt + follow",
    ),
    (
        "fr",
        Advert,
        "code promo|avec le code|lien en bio|lien dans ma bio|partenariat rémunéré|collaboration commerciale|lien affilié|commande en mp|~achetez maintenant|~commandez maintenant|~% de réduction|~livraison gratuite|~offre limitée|~profitez",
    ),
    // Italian
    (
        "it",
        Question,
        "^come|^dove|^quando|^perché|^perche|^quanto|^quale|^quali|^chi|^cosa|^qualcuno sa|qualcuno sa|qualcuno ha|^c'è|^si può|^vale la pena|mi chiedo se",
    ),
    (
        "it",
        Purchase,
        "dove posso comprare|dove si compra|dove comprare|dove lo compro|dove lo trovo|dove si trova|lo voglio|la voglio|voglio comprare|voglio comprarlo|ne ho bisogno|lo compro|lo comprerò|quanto costa|che prezzo|mi mandi il link|il link per favore|nel carrello|nella lista dei desideri|spedite in|di nuovo disponibile",
    ),
    (
        "it",
        Warning,
        "non compratelo|non comprate|non comprare|non lo consiglio|sconsiglio|sconsigliato",
    ),
    (
        "it",
        Complaint,
        "non funziona|non funziona più|smesso di funzionare|si è rotto|si è rotta|arrivato rotto|difettoso|difettosa|deluso|delusa|deludente|pessima qualità|scarsa qualità|pessimo|pessima|rimborso|mai arrivato|mai arrivata|non è arrivato|truffa|soldi buttati|inutile|servizio clienti",
    ),
    (
        "it",
        Giveaway,
        "~giveaway|~concorso|~estrazione|per partecipare|partecipa e vinci|in palio|tagga un amico|tagga un'amica|tagga due amici|segui e condividi|metti mi piace e condividi|condividi e vinci",
    ),
    (
        "it",
        Advert,
        "codice sconto|usa il codice|con il codice|link in bio|collaborazione pagata|link affiliato|ordina in dm|~acquista ora|~compra ora|~% di sconto|~spedizione gratuita|~offerta limitata|~approfitta",
    ),
    // Portuguese
    (
        "pt",
        Question,
        "^como|^onde|^quando|^por que|^porque será|^quanto|^qual|^quais|^quem|^alguém sabe|alguém sabe|alguem sabe|alguém já|alguem ja|^tem como|^será que|será que|^vale a pena|^o que é",
    ),
    (
        "pt",
        Purchase,
        "onde compro|onde comprar|onde posso comprar|onde encontro|onde vende|quero comprar|quero muito|eu quero|quero um|quero uma|preciso disso|preciso de um|preciso comprar|vou comprar|quanto custa|quanto é|qual o valor|qual o preço|manda o link|passa o link|link por favor|no meu carrinho|na minha lista de desejos|entrega em|vocês entregam",
    ),
    (
        "pt",
        Warning,
        "não compre|não comprem|nao compre|nao comprem|não recomendo|nao recomendo",
    ),
    (
        "pt",
        Complaint,
        "não funciona|nao funciona|parou de funcionar|quebrou|veio quebrado|chegou quebrado|veio com defeito|com defeito|defeituoso|decepcionado|decepcionada|decepção|péssima qualidade|qualidade ruim|péssimo|péssima|reembolso|dinheiro de volta|não chegou|nao chegou|nunca chegou|golpe|enganação|jogar dinheiro fora|dinheiro jogado|uma porcaria|um lixo|não vale a pena|nao vale a pena|reclamação",
    ),
    (
        "pt",
        Giveaway,
        "~sorteio|~sorteando|~promoção valendo|participar do sorteio|participe e ganhe|marque um amigo|marque uma amiga|marque dois amigos|marca um amigo|siga e compartilhe|curta e compartilhe|concorra a|concorrer a",
    ),
    (
        "pt",
        Advert,
        "cupom de desconto|use o cupom|use meu cupom|código de desconto|link na bio|parceria paga|link de afiliado|publi|encomendas por dm|peça pelo whatsapp|chama no whats|~compre agora|~compre já|~% de desconto|~frete grátis|~oferta limitada|~aproveite",
    ),
    // Dutch
    (
        "nl",
        Question,
        "^hoe|^waar|^wanneer|^waarom|^welke|^wie|^wat is|^weet iemand|weet iemand|heeft iemand|^is er|^kan ik",
    ),
    (
        "nl",
        Purchase,
        "waar kan ik|waar koop ik|waar te koop|wil ik kopen|wil ik hebben|moet ik hebben|ga ik kopen|ga ik bestellen|wat kost|hoeveel kost",
    ),
    (
        "nl",
        Complaint,
        "werkt niet|doet het niet|kapot|defect|teleurgesteld|teleurstellend|slechte kwaliteit|geld terug|teruggestuurd|nooit aangekomen|weggegooid geld|niet aan te raden|klantenservice",
    ),
    (
        "nl",
        Giveaway,
        "~winactie|~weggeefactie|maak kans op|like en deel|tag een vriend|tag een vriendin",
    ),
    (
        "nl",
        Advert,
        "kortingscode|gebruik code|betaald partnerschap|link in bio|~bestel nu|~koop nu|~% korting|~gratis verzending",
    ),
    // Polish
    (
        "pl",
        Question,
        "^jak|^gdzie|^kiedy|^dlaczego|^czemu|^który|^która|^które|^kto|^czy|^ile|ktoś wie|czy ktoś",
    ),
    (
        "pl",
        Purchase,
        "gdzie kupić|gdzie można kupić|gdzie to kupię|chcę kupić|chce kupić|muszę mieć|muszę to mieć|kupię|zamawiam|ile kosztuje|jaka cena|poproszę link",
    ),
    (
        "pl",
        Complaint,
        "nie działa|przestał działać|przestało działać|zepsuł|zepsuło|zepsuty|uszkodzony|uszkodzona|wadliwy|rozczarowany|rozczarowana|rozczarowanie|słaba jakość|kiepska jakość|zwrot pieniędzy|reklamacja|nie dotarł|nie dotarła|nie polecam|odradzam|strata pieniędzy|oszustwo",
    ),
    (
        "pl",
        Giveaway,
        "~konkurs|~rozdanie|do wygrania|oznacz znajomego|oznacz koleżankę|polub i udostępnij|udostępnij post",
    ),
    (
        "pl",
        Advert,
        "kod rabatowy|z kodem|link w bio|współpraca płatna|płatna współpraca|link afiliacyjny|~kup teraz|~zamów teraz|~% taniej|~darmowa dostawa",
    ),
    // Turkish
    (
        "tr",
        Question,
        "^nasıl|^nerede|^nereden|^ne zaman|^neden|^niye|^hangi|^kaç|^kim|^ne kadar|bilen var mı|kullanan var mı|tavsiye eder misiniz|mı$|mi$|mu$|mü$|var mı$|acaba",
    ),
    (
        "tr",
        Purchase,
        "nereden alabilirim|nereden alınır|nereden aldın|nereden aldınız|nerede satılıyor|almak istiyorum|satın almak istiyorum|alacağım|almam lazım|sipariş vereceğim|sipariş edeceğim|bundan istiyorum|istiyorum bunu|fiyatı ne|fiyat ne|kaç tl|kaç lira|linki atar|link atar mısın|sepetimde|sepete ekledim",
    ),
    (
        "tr",
        Warning,
        "sakın almayın|almayın|tavsiye etmiyorum|tavsiye etmem|önermem|önermiyorum|uzak durun",
    ),
    (
        "tr",
        Complaint,
        "çalışmıyor|çalışmadı|bozuldu|bozuk geldi|bozuk çıktı|kırık geldi|kırıldı|hasarlı geldi|arızalı|hayal kırıklığı|kalitesiz|kalitesi kötü|berbat|rezalet|iade ettim|iade edeceğim|iade ediyorum|para iadesi|paramı geri|gelmedi|dolandırıcı|çöp|müşteri hizmetleri|pişman",
    ),
    (
        "tr",
        Giveaway,
        "~çekiliş|çekilişe katıl|çekilişi|arkadaşını etiketle|arkadaşınızı etiketle|2 arkadaşını|takip et ve|beğen ve paylaş|rt yap|kazanma şansı|hediye kazan",
    ),
    (
        "tr",
        Advert,
        "indirim kodu|kodu ile|kodunu kullan|link bioda|profildeki link|iş birliği|sipariş için dm|whatsapp hattı|~hemen al|~hemen sipariş|~% indirim|~ücretsiz kargo|~kargo bedava|~sınırlı süre|~kampanya",
    ),
    // Russian
    (
        "ru",
        Question,
        "^как|^где|^когда|^почему|^зачем|^какой|^какая|^какие|^какое|^кто|^сколько|^чем|^есть ли|^можно ли|^стоит ли|кто знает|кто-нибудь|кто нибудь|подскажите|посоветуйте",
    ),
    (
        "ru",
        Purchase,
        "где купить|где можно купить|где заказать|где взять|хочу купить|хочу такой|хочу такую|хочу себе|хочу заказать|буду брать|куплю|беру|надо брать|закажу|сколько стоит|какая цена|почём|дайте ссылку|скиньте ссылку|ссылку пожалуйста|в корзину|есть в наличии|доставка в",
    ),
    (
        "ru",
        Warning,
        "не покупайте|не берите|не советую|не рекомендую",
    ),
    (
        "ru",
        Complaint,
        "не работает|перестал работать|перестала работать|сломался|сломалась|сломалось|сломан|пришел сломанный|брак|бракованный|бракованная|разочарован|разочарована|разочарование|плохое качество|ужасное качество|ужас|отвратительно|верните деньги|вернул деньги|возврат|не пришел|не пришёл|не пришла|так и не|обман|развод|деньги на ветер|выброшенные деньги|поддержка не отвечает",
    ),
    (
        "ru",
        Giveaway,
        "~розыгрыш|~конкурс|разыгрываем|разыгрываю|отметь друга|отметьте друга|отметь двух друзей|подпишись и|подпишитесь и|сделай репост|сделайте репост|лайк и репост|победителя выберем|выиграть приз",
    ),
    (
        "ru",
        Advert,
        "промокод|по промокоду|ссылка в профиле|ссылка в шапке|ссылка в био|на правах рекламы|рекламодатель|erid|заказ в директ|пишите в лс|~купить сейчас|~закажите сейчас|~скидка|~бесплатная доставка|~успейте|~только сегодня",
    ),
    // Arabic
    (
        "ar",
        Question,
        "^كيف|^وين|^أين|^متى|^ليش|^لماذا|^كم|^هل|^مين|^من وين|^شو|^ايش|^وش|هل يوجد|حد يعرف|احد يعرف|حد جرب|احد جرب|مين جرب",
    ),
    (
        "ar",
        Purchase,
        "من وين اشتري|وين اشتري|وين القى|وين احصل|اين اشتري|من اين اشتري|ابغى اشتري|ابي اشتري|اريد شراء|عايز اشتري|عاوز اشتري|بدي اشتري|كم سعره|كم سعرها|كم السعر|بكم|الرابط لو سمحت|ممكن الرابط|ابغى واحد|نفسي فيه|متوفر|تشحنون|توصيل",
    ),
    (
        "ar",
        Warning,
        "لا تشتري|لا تشترون|لا تشتروا|ما انصح|لا انصح|محدش يشتري",
    ),
    (
        "ar",
        Complaint,
        "لا يعمل|ما يشتغل|مش شغال|ما اشتغل|توقف عن العمل|خربان|خرب|مكسور|وصل مكسور|تالف|معيوب|مخيب للامال|خيبة امل|جودة سيئة|الجودة سيئة|سيء جدا|سيئ جدا|سيئة جدا|زفت|استرجاع|استرداد|ارجاع|رجعته|لم يصل|ما وصل|ماوصل|نصب|نصابين|احتيال|فلوس على الفاضي|خدمة العملاء",
    ),
    (
        "ar",
        Giveaway,
        "~سحب على|~مسابقة|~جائزة|اربح|للفوز|ادخل السحب|دخول السحب|منشن صديق|منشن 2|منشن لصديق|رتويت ومتابعة|تابعنا ورتويت|لايك وشير|شارك واربح",
    ),
    (
        "ar",
        Advert,
        "كود خصم|كود الخصم|استخدم كود|استخدمو كود|الرابط في البايو|اعلان مدفوع|للطلب واتساب|للطلب خاص|للتواصل واتس|~اطلب الان|~اشتري الان|~خصم|~شحن مجاني|~توصيل مجاني|~عرض خاص|~لفترة محدودة",
    ),
    // Japanese
    (
        "ja",
        Question,
        "ですか$|ますか$|でしょうか|ませんか$|のか$|かな$|なの$|どこで|どれが|どうやって|どうすれば|いつから|なんで|教えてください|教えて下さい|教えて$|知りたい|誰か知って",
    ),
    (
        "ja",
        Purchase,
        "どこで買え|どこで売って|どこで買った|買いたい|欲しい|ほしい|購入したい|購入予定|購入を検討|買おうかな|買おうと思|買います|買う予定|ポチろう|ポチりたい|ポチる|予約したい|再入荷|在庫あり|いくらですか|値段はいくら|リンク教えて|注文したい|お迎えしたい",
    ),
    (
        "ja",
        Warning,
        "買わない方が|買わないほうが|買うな|おすすめしません|おすすめしない|お勧めしません|買って後悔|買って損",
    ),
    (
        "ja",
        Complaint,
        "壊れた|壊れて|壊れました|すぐ壊れ|動かない|動かなくなった|使えない|使えません|不良品|初期不良|がっかり|ガッカリ|残念|最悪|ひどい|酷い|期待外れ|返品|返金|届かない|届きません|届いてない|詐欺|騙された|偽物|ゴミ|金の無駄|お金の無駄|対応が悪い|充電できない",
    ),
    (
        "ja",
        Giveaway,
        "~プレゼント企画|~プレゼントキャンペーン|フォロー&リツイート|フォロー&rt|フォロー&リポスト|フォロー＆rt|フォローとリツイート|リツイートで応募|リポストで応募|抽選で|当選者|応募方法|応募締切|応募完了|名様に",
    ),
    (
        "ja",
        Advert,
        "#pr$|#pr|クーポンコード|割引コード|プロモーションコード|アフィリエイト|プロフィールのリンク|プロフのリンク|楽天room|タイアップ|~今すぐ購入|~%オフ|~%off|~送料無料|~期間限定|~数量限定|~タイムセール|~お得",
    ),
    // Chinese
    (
        "zh",
        Question,
        "吗$|么$|嗎$|呢$|怎么样|怎麼樣|怎么用|怎么办|如何|哪里|哪裡|哪个好|哪個好|哪款|什么时候|什麼時候|为什么|為什麼|多少钱|多少錢|有没有人|有沒有人|有人知道|求问|请问|請問|求推荐|求推薦|好不好|值不值|值得买吗",
    ),
    (
        "zh",
        Purchase,
        "哪里买|哪裡買|哪里能买|哪里可以买|在哪买|求链接|求連結|求鏈接|链接发|有链接吗|想买|想買|好想要|想要一个|想要一個|想入手|准备入手|準備入手|打算买|打算買|要买|求购|求購|种草|種草|已加购|加购物车|下单|下單|剁手|多少钱|多少錢|有货吗|有貨嗎|补货|補貨|求同款",
    ),
    (
        "zh",
        Warning,
        "别买|別買|不要买|不要買|不推荐|不推薦|避雷|千万别|劝退|勸退",
    ),
    (
        "zh",
        Complaint,
        "坏了|壞了|不能用|用不了|没法用|质量差|质量太差|质量不好|品質差|退货|退貨|退款|差评|差評|失望|垃圾|假货|假貨|骗人|騙人|骗子|上当|后悔买|後悔買|太差|很差|破损|破損|没收到|沒收到|没发货|不发货|漏电|漏水|充不进电|客服不理|客服态度|踩雷|鸡肋",
    ),
    (
        "zh",
        Giveaway,
        "~抽奖|~抽獎|转发抽|轉發抽|转发本条|转发微博|转发并关注|关注并转发|关注+转发|转赞评|转发+评论|抽一位|抽1位|抽一个|抽3位|抽三位|送出一台|免费送|點讚分享|留言抽|標記好友",
    ),
    (
        "zh",
        Advert,
        "优惠码|優惠碼|折扣码|折扣碼|领券|優惠券|优惠券|加微信|加v|私信下单|私信下單|点击链接|點擊鏈接|戳链接|复制打开|淘口令|口令|推广|廣告|广告|返利|佣金|~限时|~限時|~包邮|~免運|~立即购买|~立即購買|~秒杀|~特价|~折起",
    ),
    // Korean
    (
        "ko",
        Question,
        "나요$|까요$|가요$|인가요|어떤가요|어때요|어디서|어디에서|어떻게|언제|왜|얼마|추천해|추천 좀|아시는 분|써보신 분|궁금|있나요|되나요|뭐가 좋",
    ),
    (
        "ko",
        Purchase,
        "어디서 사|어디서 구매|어디서 팔|어디서 구할|사고 싶|사고싶|구매하고 싶|구매하려|갖고 싶|갖고싶|살까|사야겠|사려고|주문하려|주문하고 싶|지르고 싶|질러야|얼마예요|얼마에요|가격이 얼마|링크 좀|링크 부탁|재입고|예약구매|장바구니",
    ),
    (
        "ko",
        Warning,
        "사지 마세요|사지마세요|사지 마|비추|추천 안|추천하지 않|돈 버",
    ),
    (
        "ko",
        Complaint,
        "고장|안돼요|안 돼요|안되네|작동 안|작동이 안|불량|망가|부서|파손|실망|최악|쓰레기|별로|후회|환불|반품|교환해|안 왔|안왔|배송 안|사기|짝퉁|가짜|돈 아까|품질이 안|고객센터|충전이 안",
    ),
    (
        "ko",
        Giveaway,
        "~이벤트|추첨을 통해|추첨으로|당첨자|경품|친구 태그|친구 소환|팔로우하고|팔로우 후|팔로우&리트윗|rt 이벤트|알티 이벤트|댓글 남겨주시면|응모",
    ),
    (
        "ko",
        Advert,
        "할인코드|할인 코드|쿠폰 코드|쿠폰코드|제휴|파트너스 활동|수수료를 제공|협찬|광고|프로필 링크|dm 주세요|카톡 문의|~지금 구매|~무료배송|~무료 배송|~특가|~한정|~할인",
    ),
    // Indonesian, Malay
    (
        "id",
        Question,
        "^gimana|^bagaimana|^dimana|^di mana|^kapan|^kenapa|^mengapa|^berapa|^siapa|^apakah|^apa|^ada yang|^mana|ada yang tau|ada yang tahu|ada yang pernah|gak sih$|ga sih$|nggak sih$|gimana ya|berapa ya|dimana ya",
    ),
    (
        "id",
        Purchase,
        "beli dimana|beli di mana|dimana belinya|mau beli|pengen beli|pingin beli|ingin beli|pengen punya|pengen banget|mau order|mau pesan|mau dong|minta link|bagi link|spill link|spill dong|link dong|linknya|harganya berapa|berapa harganya|harga berapa|masuk keranjang|checkout|ready stok|ready stock|restock|bisa cod",
    ),
    (
        "id",
        Warning,
        "jangan beli|jangan dibeli|gak usah beli|ga usah beli|tidak recommended|gak recommended|nyesel beli|menyesal beli",
    ),
    (
        "id",
        Complaint,
        "tidak berfungsi|gak berfungsi|ga berfungsi|rusak|cacat|pecah|gak nyala|ga nyala|tidak menyala|mati total|kecewa|mengecewakan|kualitas jelek|kualitas buruk|jelek banget|parah|refund|minta uang kembali|uang kembali|retur|belum sampai|belum datang|gak sampai|tidak sesuai|ga sesuai|gak sesuai|barang salah|palsu|penipu|penipuan|buang uang|buang duit|komplain|pelayanan buruk",
    ),
    (
        "id",
        Giveaway,
        "~giveaway|~kuis|~undian|tag temanmu|tag 2 teman|tag teman|tag 3 teman|mention temanmu|follow dan|follow & rt|rt dan like|like dan share|berhadiah|kesempatan menang|pemenang akan",
    ),
    (
        "id",
        Advert,
        "kode promo|kode voucher|pakai kode|gunakan kode|link di bio|klik link|order via wa|order via dm|hubungi wa|cp wa|open order|open po|reseller|kerjasama berbayar|endorse|~beli sekarang|~pesan sekarang|~gratis ongkir|~diskon|~promo|~flash sale|~stok terbatas",
    ),
    (
        "ms",
        Question,
        "^macam mana|^bagaimana|^di mana|^kat mana|^bila|^kenapa|^mengapa|^berapa|^siapa|^adakah|^ada sesiapa|^apa|ada sesiapa tahu|ke tak$|tak ye$|ada tak$",
    ),
    (
        "ms",
        Purchase,
        "beli kat mana|beli di mana|nak beli|nak order|teringin nak|nak satu|berapa harga|harga berapa|boleh bagi link|nak link|ada stok|pos ke",
    ),
    (
        "ms",
        Complaint,
        "tak berfungsi|tidak berfungsi|rosak|pecah|kecewa|mengecewakan|kualiti teruk|tak berkualiti|teruk|bayaran balik|pulangkan duit|tak sampai|belum sampai|barang salah|tiruan|penipu|scammer|membazir|menyesal beli",
    ),
    (
        "ms",
        Giveaway,
        "~giveaway|~cabutan bertuah|~peraduan|tag kawan|tag 2 kawan|like dan share|peluang menang",
    ),
    (
        "ms",
        Advert,
        "kod promo|kod diskaun|guna kod|link di bio|whatsapp kami|order di whatsapp|wasap.my|ejen|~beli sekarang|~order sekarang|~penghantaran percuma|~diskaun|~stok terhad",
    ),
    // Thai
    (
        "th",
        Question,
        "ไหม|มั้ย|มัย|หรือเปล่า|รึเปล่า|หรือยัง|ยังไง|อย่างไร|ที่ไหน|เมื่อไหร่|เมื่อไร|ทำไม|เท่าไหร่|เท่าไร|ใครรู้|ใครเคย|อันไหนดี|รุ่นไหน|ขอถาม|สอบถาม",
    ),
    (
        "th",
        Purchase,
        "ซื้อที่ไหน|ซื้อได้ที่ไหน|หาซื้อ|อยากซื้อ|อยากได้|จะซื้อ|ว่าจะซื้อ|ราคาเท่าไหร่|ราคาเท่าไร|กี่บาท|ขอลิงก์|ขอลิ้งค์|ขอลิงค์|ขอพิกัด|พิกัดหน่อย|สนใจค่ะ|สนใจครับ|สั่งซื้อ|กดสั่ง|มีของไหม|ของเข้าเมื่อไหร่|เข้าตะกร้า|ตำ",
    ),
    ("th", Warning, "อย่าซื้อ|ไม่แนะนำ|อย่าไปซื้อ|ซื้อแล้วเสียใจ"),
    (
        "th",
        Complaint,
        "เสีย|พัง|ใช้ไม่ได้|ใช้งานไม่ได้|ไม่ทำงาน|ชำรุด|แตก|ผิดหวัง|คุณภาพแย่|ห่วย|แย่มาก|แย่สุด|คืนเงิน|ขอคืน|เคลม|ยังไม่ได้ของ|ไม่ได้รับของ|ของไม่มา|ส่งผิด|ไม่ตรงปก|ของปลอม|โกง|หลอกลวง|เสียดายเงิน|บริการแย่|ร้องเรียน|ชาร์จไม่เข้า",
    ),
    (
        "th",
        Giveaway,
        "~แจกของรางวัล|~แจกฟรี|~กิจกรรมแจก|ลุ้นรับ|ลุ้นรางวัล|แท็กเพื่อน|แท็กเพื่อน 2 คน|กดไลค์ กดแชร์|กดไลก์กดแชร์|กดแชร์|ประกาศผู้โชคดี|ผู้โชคดี|รีทวีต+ฟอล|รีและฟอล|rt+fol",
    ),
    (
        "th",
        Advert,
        "โค้ดส่วนลด|ใส่โค้ด|ใช้โค้ด|ลิงก์หน้าไบโอ|ลิงก์ในไบโอ|ลิงค์ในไบโอ|ทักแชท|ทักไลน์|ทักdm|line id|ไลน์ไอดี|แอดไลน์|ตัวแทนจำหน่าย|สปอนเซอร์|พร้อมส่ง|~ส่งฟรี|~ลดราคา|~โปรโมชั่น|~ราคาพิเศษ|~สั่งเลย|~จำนวนจำกัด",
    ),
    // Vietnamese
    (
        "vi",
        Question,
        "^làm sao|^làm thế nào|^ở đâu|^khi nào|^bao giờ|^tại sao|^sao|^cái nào|^ai|^có ai|^bao nhiêu|có ai|không ạ|không vậy|chưa ạ|phải không|được không|không$|cho hỏi|cho em hỏi|như thế nào|thế nào ạ",
    ),
    (
        "vi",
        Purchase,
        "mua ở đâu|mua đâu|bán ở đâu|muốn mua|định mua|cần mua|sẽ mua|tính mua|đặt hàng|đặt mua|xin link|cho xin link|xin giá|giá bao nhiêu|bao nhiêu tiền|giá sao|còn hàng không|có hàng chưa|ship về|thêm vào giỏ|muốn có",
    ),
    (
        "vi",
        Warning,
        "đừng mua|không nên mua|không khuyến khích|né gấp|mua hối hận",
    ),
    (
        "vi",
        Complaint,
        "không hoạt động|không dùng được|bị hỏng|hỏng rồi|hư rồi|bị hư|bị vỡ|bị lỗi|lỗi|thất vọng|chất lượng kém|chất lượng tệ|quá tệ|tệ quá|dở tệ|hoàn tiền|trả hàng|đổi trả|chưa nhận được|không nhận được|giao sai|hàng giả|hàng nhái|lừa đảo|phí tiền|tốn tiền|chăm sóc khách hàng|không sạc được|rởm",
    ),
    (
        "vi",
        Giveaway,
        "~giveaway|~minigame|~bốc thăm|tag bạn bè|tag 2 người|tag 3 người|tag tên|like và share|like & share|chia sẻ công khai|cơ hội nhận|trúng thưởng|công bố kết quả",
    ),
    (
        "vi",
        Advert,
        "mã giảm giá|nhập mã|dùng mã|link ở bio|link trong bio|inbox để|ib để|inbox đặt|zalo|sỉ lẻ|tuyển ctv|tuyển sỉ|tài trợ|~mua ngay|~đặt ngay|~freeship|~miễn phí vận chuyển|~khuyến mãi|~giảm giá|~số lượng có hạn",
    ),
    // Hindi in Latin letters, Hindi
    (
        "hi-Latn",
        Question,
        "^kya|^kaise|^kahan|^kab|^kyu|^kyun|^kyon|^kaun|^konsa|^kitna|^kitne|kya hai$|kaise hai$|kisi ko pata|koi batao|koi bata",
    ),
    (
        "hi-Latn",
        Purchase,
        "kahan milega|kahan se|kaha milega|kharidna hai|kharidna chahta|lena hai|lena hai mujhe|mujhe chahiye|chahiye mujhe|kitne ka hai|price kya hai|link do|link bhejo|order karna",
    ),
    (
        "hi-Latn",
        Complaint,
        "kharab|bekar|bakwas|ghatiya|toot gaya|tut gaya|kaam nahi kar|nahi chal raha|paisa barbad|paise barbad|paisa waste|refund nahi|refund chahiye|return karna|nahi aaya|nahi mila|fraud|nakli|dhokha",
    ),
    (
        "hi",
        Question,
        "^क्या|^कैसे|^कहाँ|^कहां|^कब|^क्यों|^कौन|^कितना|^कितने",
    ),
    (
        "hi",
        Purchase,
        "कहाँ मिलेगा|कहां मिलेगा|खरीदना है|खरीदना चाहता|मुझे चाहिए|कितने का है",
    ),
    (
        "hi",
        Complaint,
        "खराब|बेकार|बकवास|घटिया|टूट गया|काम नहीं कर|पैसे बर्बाद|पैसा बर्बाद|नकली|धोखा",
    ),
    // Every language
    (
        "*",
        Giveaway,
        "#giveaway|#giveaways|#giveawayalert|#win|#gewinnspiel|#sorteo|#concours|#sorteio|#çekiliş|#抽奖|#抽獎",
    ),
    (
        "*",
        Advert,
        "#ad|#ads|#sponsored|#advertisement|#paidpartnership|#affiliate|#affiliatelink|#werbung|#anzeige|#publi|#publicidad|#adv|#sponsorizzato|#реклама|#協賛|#광고|#협찬",
    ),
    ("*", Sense::Currency("gb"), "£|gbp"),
    ("*", Sense::Currency("in"), "₹|inr|rs.|rupees"),
    ("*", Sense::Currency("th"), "฿|thb|บาท"),
    ("*", Sense::Currency("vn"), "₫|vnđ|vnd|đồng"),
    ("*", Sense::Currency("ph"), "₱|php"),
    ("*", Sense::Currency("br"), "r$|brl|reais"),
    ("*", Sense::Currency("pl"), "zł|pln|złotych"),
    ("*", Sense::Currency("tr"), "₺|tl|lira"),
    ("*", Sense::Currency("ru"), "₽|руб|рублей|рубля"),
    ("*", Sense::Currency("jp"), "円|jpy"),
    ("*", Sense::Currency("cn"), "元|块钱|塊錢|人民币|rmb|cny"),
    ("*", Sense::Currency("kr"), "₩|원|krw"),
    ("*", Sense::Currency("id"), "rp|idr|rupiah"),
    ("*", Sense::Currency("my"), "rm|myr|ringgit"),
    ("*", Sense::Currency("sg"), "s$|sgd"),
    ("*", Sense::Currency("au"), "a$|aud"),
    ("*", Sense::Currency("nz"), "nz$|nzd"),
    ("*", Sense::Currency("ca"), "c$|ca$|cad"),
    ("*", Sense::Currency("tw"), "nt$|台幣|台币|新台幣|twd"),
    ("*", Sense::Currency("hk"), "hk$|港币|港幣|hkd"),
    ("*", Sense::Currency("ae"), "aed|درهم|dirhams"),
    ("*", Sense::Currency("sa"), "sar|ريال"),
    ("*", Sense::Currency("mx"), "mx$|mxn"),
    ("*", Sense::Currency("cl"), "clp"),
    ("*", Sense::Currency("ch"), "chf"),
    ("*", Sense::Currency("se"), "sek|kronor"),
    (
        "*",
        Sense::Currency(""),
        "$|usd|us$|€|eur|euro|euros|¥|￥|dollars|bucks|pesos",
    ),
    (
        "*",
        Sense::Place("us"),
        "united states|in the us|in the usa|the usa|in america|new york|nyc|los angeles|texas|california|florida|chicago",
    ),
    (
        "*",
        Sense::Place("gb"),
        "united kingdom|in the uk|the uk|london|manchester|scotland|england",
    ),
    (
        "*",
        Sense::Place("ca"),
        "canada|toronto|vancouver|montréal|montreal",
    ),
    (
        "*",
        Sense::Place("au"),
        "australia|sydney|melbourne|brisbane",
    ),
    ("*", Sense::Place("nz"), "new zealand|auckland"),
    ("*", Sense::Place("ie"), "in ireland|dublin"),
    (
        "*",
        Sense::Place("de"),
        "deutschland|germany|berlin|münchen|munich|hamburg|frankfurt",
    ),
    ("*", Sense::Place("at"), "österreich|austria|wien|vienna"),
    (
        "*",
        Sense::Place("ch"),
        "schweiz|switzerland|suisse|zürich|zurich",
    ),
    (
        "*",
        Sense::Place("fr"),
        "en france|in france|paris|lyon|marseille",
    ),
    (
        "*",
        Sense::Place("be"),
        "belgique|belgië|belgium|bruxelles|brussels",
    ),
    (
        "*",
        Sense::Place("es"),
        "españa|spain|madrid|barcelona|sevilla",
    ),
    (
        "*",
        Sense::Place("mx"),
        "méxico|mexico|cdmx|guadalajara|monterrey",
    ),
    ("*", Sense::Place("cl"), "en chile|santiago de chile"),
    (
        "*",
        Sense::Place("it"),
        "italia|italy|roma|milano|napoli|torino",
    ),
    ("*", Sense::Place("pt"), "portugal|lisboa|lisbon"),
    (
        "*",
        Sense::Place("br"),
        "brasil|brazil|são paulo|rio de janeiro",
    ),
    (
        "*",
        Sense::Place("nl"),
        "nederland|netherlands|amsterdam|rotterdam",
    ),
    (
        "*",
        Sense::Place("pl"),
        "polska|w polsce|poland|warszawa|kraków|warsaw",
    ),
    ("*", Sense::Place("se"), "sverige|sweden|stockholm"),
    (
        "*",
        Sense::Place("tr"),
        "türkiye|turkey's|istanbul|ankara|izmir",
    ),
    (
        "*",
        Sense::Place("ru"),
        "россия|россии|москва|москве|russia|moscow",
    ),
    ("*", Sense::Place("ae"), "الامارات|دبي|dubai|abu dhabi|uae"),
    (
        "*",
        Sense::Place("sa"),
        "السعودية|الرياض|جدة|saudi arabia|riyadh|jeddah",
    ),
    (
        "*",
        Sense::Place("in"),
        "in india|india's|mumbai|delhi|bangalore|bengaluru|भारत|दिल्ली",
    ),
    (
        "*",
        Sense::Place("id"),
        "indonesia|jakarta|surabaya|bandung",
    ),
    (
        "*",
        Sense::Place("my"),
        "malaysia|kuala lumpur|penang|johor",
    ),
    ("*", Sense::Place("sg"), "singapore|新加坡"),
    ("*", Sense::Place("th"), "ประเทศไทย|กรุงเทพ|thailand|bangkok"),
    (
        "*",
        Sense::Place("vn"),
        "việt nam|vietnam|hà nội|sài gòn|hanoi|saigon",
    ),
    ("*", Sense::Place("ph"), "philippines|pilipinas|manila|cebu"),
    ("*", Sense::Place("jp"), "日本|東京|大阪|japan|tokyo|osaka"),
    (
        "*",
        Sense::Place("kr"),
        "한국|서울|부산|south korea|in korea|seoul",
    ),
    ("*", Sense::Place("tw"), "台灣|台湾|臺灣|台北|taiwan|taipei"),
    ("*", Sense::Place("hk"), "香港|hong kong"),
    (
        "*",
        Sense::Place("cn"),
        "中国|国内|上海|北京|深圳|in china|shanghai",
    ),
];
