//! English, German, Spanish, French, Italian, Portuguese, Dutch, Polish, Turkish, Russian.

use super::Entry;
use super::Sense::{Advert, Complaint, Giveaway, Purchase, Question, Warning};

/// Entries of this file.
pub const PHRASES: &[Entry] = &[
    // English
    (
        "en",
        Question,
        "^how|^where|^when|^why|^which|^who|^whose|^what is|^what are|^what's|^what do|^what does|^what would|^what size|^what brand|^what kind|^what type|^what color|^what age|^does|^is there|^are there|^is it|^is this|^is the|^is that|^are these|^are they|^are the|^are you|^was this|^can i|^can you|^can it|^can this|^can the|^can these|^can they|^can we|^can someone|^can anyone|^could i|^could you|^could this|^could someone|^should i|^should we|^do you|^do i|^do they|^do the|^do these|^do we|^did you|^did it|^did the|^did this|^did anyone|^will it|^will this|^will the|^will these|^will they|^will i|^would it|^would this|^would the|^would these|^would you|^would i|^has anyone|^has this|^have you|^any idea|~how many|~how much|~how long|~how do|~how does|~how big|~how to|~what is|~what are|~what size|~which one|~where can|~is it|~is there|~are they|~does it|~does this|~does the|~do they|~do you|~can i|~can you|~can it|~will it|~will this|~would it|~would this|~should i|or not$|~i wonder|anyone know|anybody know|does anyone|anyone tried|any recommendations|any suggestions|wondering if|wondering whether|can someone tell|is it worth",
    ),
    (
        "en",
        Purchase,
        "where can i buy|where can i get|where to buy|where do i buy|where do i get|where did you get|want to buy|wanna buy|need to buy|going to buy|gonna buy|about to buy|thinking of buying|looking to buy|ready to buy|buying this|buying one|will buy|want to order|~i need this|~i need these|~i need one|need this in my life|~i want this|~i want one|~i want these|want it so bad|take my money|link please|link pls|drop the link|got a link|in my cart|to my cart|on my wishlist|to my wishlist|back in stock|when will it be available|do you ship|ship to|how much is|how much are|how much does it cost|pre order|preorder|can't wait to get|can't wait to buy|should i buy|should i get|about to get|~gonna get|~going to get|~getting the new|~buy me|saving up for|~saving for|tempted to buy|thinking about getting|thinking of getting|thinking about buying|looking to get|upgrade to the|upgrading to|~time to get|where can i find|who sells|anyone selling|~is for sale|~i want the|~i want a|~i want an|i need a new|need a new|~need to get|~want to get|~wanna get|ordering the|ordering one|i'm buying|~i'm getting|i'll buy|~i'll get",
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
        "~giveaway|~give away|~sweepstakes|rt to win|retweet to win|follow and retweet|follow & retweet|follow and rt|like and retweet|follow to win|chance to win|enter to win|~to enter|~to win|tag a friend|tag 2 friends|tag two friends|tag 3 friends|tag three friends|share to win|like and share|winner will be announced|winners will be announced|~free prize",
    ),
    (
        "en",
        Advert,
        "use code|use my code|with code|~promo code|~discount code|~coupon code|~voucher code|affiliate link|paid partnership|sponsored by|sponsored post|commissions earned|earn a commission|link in bio|link in my bio|dm to order|dm for price|dm for orders|whatsapp us|shop the link|as an amazon associate|~shop now|~order now|~buy now|~% off|~free shipping|~limited time|~flash sale|~sale ends|~best price|~follow us|~visit our|~hurry",
    ),
    // German
    (
        "de",
        Question,
        "~wie|~wo|~warum|~welche|~gibt es|~kann man|~kann ich|^kann ich|^ist das|^ist der|^ist die|^sind die|^habt ihr|^hast du|^könnt ihr|^kommt|^geht das|^passt|^funktioniert|^wie|^wo|^wann|^warum|^wieso|^weshalb|^welche|^welcher|^welches|^wer|^was ist|^was kostet|^hat jemand|^kann man|^kann jemand|^gibt es|^gibt's|^lohnt sich|^kennt jemand|^weiß jemand|weiß jemand|hat jemand erfahrung|jemand erfahrung|kennt jemand|frage mich ob|frage mich, ob",
    ),
    (
        "de",
        Purchase,
        "wo kann ich|wo kann man das kaufen|wo bekomme ich|wo gibt es|wo gibt's|~will ich haben|~will ich auch|~brauche ich|das brauch ich|muss ich haben|möchte ich kaufen|will das kaufen|will kaufen|werde ich kaufen|bestelle ich|will bestellen|auf meiner wunschliste|wieder lieferbar|wieder verfügbar|was kostet|wie teuer|link bitte|kaufberatung|~suche nach",
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
        "rabattcode|gutscheincode|mit dem code|bezahlte partnerschaft|anzeige wegen|~affiliate|~provision|link in der bio|~jetzt kaufen|~jetzt bestellen|~% rabatt|~gratis versand|~kostenloser versand|~nur für kurze zeit|~unbezahlte werbung|~werbung",
    ),
    // Spanish
    (
        "es",
        Question,
        "~cómo|~dónde|~cuándo|~cuánto|~qué|~cuál|^qué|^es|^tiene|^tienen|^viene|^sirve|^hay|^puedo|^se puede|^cómo|^como hago|^dónde|^donde|^cuándo|^cuanto|^cuánto|^por qué|^cuál|^cual es|^quién|^qué tal|^qué es|^alguien sabe|alguien sabe|alguien ha probado|alguien tiene|^se puede|^hay alguna|^vale la pena|me pregunto si",
    ),
    (
        "es",
        Purchase,
        "dónde puedo comprar|donde puedo comprar|dónde comprar|donde comprar|dónde lo compro|donde lo compro|dónde lo venden|donde lo venden|quiero comprar|quiero comprarlo|~lo quiero|~la quiero|~los quiero|~lo necesito|necesito uno|necesito una|me lo compro|voy a comprar|pienso comprar|cuánto cuesta|cuanto cuesta|cuánto vale|qué precio|precio por favor|pasa el link|pásame el link|hacen envíos|envían a|en mi carrito|en mi lista de deseos",
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
        "~comment|~pourquoi|~combien|~est-ce|~quel|~quelle|^est-il|^est-elle|^a-t-il|^avez-vous|^puis-je|^pouvez-vous|^peut on|^quoi|^comment|^où|^quand|^pourquoi|^combien|^quel|^quelle|^quels|^quelles|^qui|^est-ce que|^est ce que|est-ce que|^quelqu'un sait|^quelqu’un sait|quelqu'un connaît|quelqu'un a|^y a-t-il|^peut-on|^ça vaut|je me demande si",
    ),
    (
        "fr",
        Purchase,
        "où acheter|ou acheter|où puis-je acheter|~où trouver|où l'acheter|je veux acheter|~je le veux|~je la veux|~je les veux|il me le faut|il me la faut|~j'en veux|j'ai besoin de ça|je vais commander|je vais l'acheter|combien ça coûte|combien coûte|quel prix|le lien svp|lien s'il vous plaît|dans mon panier|sur ma wishlist|livrez-vous|de nouveau en stock",
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
        "~come mai|~quanto|~dove|~perché|~quale|^che|^è|^ha|^avete|^posso|^si può|^qualcuno|^come|^dove|^quando|^perché|^perche|^quanto|^quale|^quali|^chi|^cosa|^qualcuno sa|qualcuno sa|qualcuno ha|^c'è|^si può|^vale la pena|mi chiedo se",
    ),
    (
        "it",
        Purchase,
        "dove posso comprare|dove si compra|dove comprare|dove lo compro|~dove lo trovo|~dove si trova|~lo voglio|~la voglio|voglio comprare|voglio comprarlo|~ne ho bisogno|lo compro|lo comprerò|quanto costa|che prezzo|mi mandi il link|il link per favore|nel carrello|nella lista dei desideri|spedite in|di nuovo disponibile",
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
        "~giveaway|~concorso|~estrazione|~per partecipare|partecipa e vinci|in palio|tagga un amico|tagga un'amica|tagga due amici|segui e condividi|metti mi piace e condividi|condividi e vinci",
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
        "~como|~onde|~quando|~quanto|~qual|~por que|^tem|^vem|^serve|^é|^posso|^dá para|^pode|^como|^onde|^quando|^por que|^porque será|^quanto|^qual|^quais|^quem|^alguém sabe|alguém sabe|alguem sabe|alguém já|alguem ja|^tem como|^será que|será que|^vale a pena|^o que é",
    ),
    (
        "pt",
        Purchase,
        "onde compro|onde comprar|onde posso comprar|~onde encontro|onde vende|quero comprar|~quero muito|~eu quero|~quero um|~quero uma|~preciso disso|~preciso de um|preciso comprar|vou comprar|quanto custa|~quanto é|qual o valor|qual o preço|manda o link|passa o link|link por favor|no meu carrinho|na minha lista de desejos|entrega em|vocês entregam",
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
        "cupom de desconto|use o cupom|use meu cupom|código de desconto|link na bio|parceria paga|link de afiliado|encomendas por dm|peça pelo whatsapp|chama no whats|~compre agora|~compre já|~% de desconto|~frete grátis|~oferta limitada|~aproveite",
    ),
    // Dutch
    (
        "nl",
        Question,
        "~hoe|~waarom|~wanneer|~kan ik|^is het|^is dit|^heeft|^kan het|^zit er|^past|^wat|^hoe|^waar|^wanneer|^waarom|^welke|^wie|^wat is|^weet iemand|weet iemand|heeft iemand|^is er|^kan ik",
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
        "~jak|~gdzie|~kiedy|~dlaczego|~czy|~ile|^jaki|^jaka|^jakie|^co|^jak|^gdzie|^kiedy|^dlaczego|^czemu|^który|^która|^które|^kto|^czy|^ile|ktoś wie|czy ktoś",
    ),
    (
        "pl",
        Purchase,
        "gdzie kupić|gdzie można kupić|gdzie to kupię|chcę kupić|chce kupić|muszę mieć|muszę to mieć|~kupię|~zamawiam|ile kosztuje|jaka cena|poproszę link",
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
        "^nasıl|^nerede|^nereden|^ne zaman|^neden|^niye|^hangi|^kaç|^kim|^ne kadar|bilen var mı|kullanan var mı|tavsiye eder misiniz|mı$|mi$|mu$|mü$|mısın|misin|musun|müsün|mısınız|misiniz|musunuz|müsünüz|mıyım|miyim|muyum|müyüm|mıyız|miyiz|mıydı|miydi|~nasıl|~nerede|~neden|~hangi|~ne kadar|var mı$|acaba",
    ),
    (
        "tr",
        Purchase,
        "nereden alabilirim|nereden alınır|nereden aldın|nereden aldınız|nerede satılıyor|almak istiyorum|satın almak istiyorum|~alacağım|~almam lazım|sipariş vereceğim|sipariş edeceğim|bundan istiyorum|istiyorum bunu|fiyatı ne|fiyat ne|kaç tl|kaç lira|linki atar|link atar mısın|sepetimde|sepete ekledim",
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
        "indirim kodu|kodu ile|kodunu kullan|link bioda|profildeki link|~iş birliği|sipariş için dm|whatsapp hattı|~hemen al|~hemen sipariş|~% indirim|~ücretsiz kargo|~kargo bedava|~sınırlı süre|~kampanya",
    ),
    // Russian
    (
        "ru",
        Question,
        "~как|~где|~когда|~почему|~сколько|~какой|~ли|^а|^что|^есть|^можно|^подойдет|^подойдёт|^как|^где|^когда|^почему|^зачем|^какой|^какая|^какие|^какое|^кто|^сколько|^чем|^есть ли|^можно ли|^стоит ли|кто знает|кто-нибудь|кто нибудь|подскажите|посоветуйте",
    ),
    (
        "ru",
        Purchase,
        "где купить|где можно купить|где заказать|~где взять|хочу купить|хочу такой|хочу такую|~хочу себе|хочу заказать|~буду брать|~куплю|~беру|надо брать|~закажу|сколько стоит|какая цена|почём|дайте ссылку|скиньте ссылку|ссылку пожалуйста|в корзину|есть в наличии|доставка в",
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
        "~промокод|по промокоду|ссылка в профиле|ссылка в шапке|ссылка в био|на правах рекламы|рекламодатель:|erid|заказ в директ|пишите в лс|~купить сейчас|~закажите сейчас|~скидка|~бесплатная доставка|~успейте|~только сегодня",
    ),
];
