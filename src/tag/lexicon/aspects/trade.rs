//! What buying and using is like: price, delivery, service, ease, language.

use super::Aspect;

/// Aspects of this file.
pub const ASPECTS: &[Aspect] = &[
    (
        "price",
        &[
            (
                "en",
                "price|prices|priced|pricey|cost|costs|expensive|cheap|cheaper|affordable|value for money|good value|its value|money|worth it|worth the|overpriced|deal",
            ),
            (
                "zh",
                "价格|價格|价钱|性价比|性價比|便宜|划算|贵|昂贵|价位|物美价廉",
            ),
            ("ja", "値段|価格|コスパ|安い|高い|お買い得"),
            ("ko", "가격|가성비|비싸|저렴"),
            (
                "de",
                "preis|preise|preislich|preis-leistung|preis leistung|teuer|günstig|billig|preiswert",
            ),
            (
                "fr",
                "prix|cher|chère|coûteux|abordable|rapport qualité prix|rapport qualité/prix|facturé|facturés|bon marché",
            ),
            (
                "es",
                "precio|precios|caro|cara|barato|barata|calidad precio|calidad/precio|cobraron|económico",
            ),
            (
                "pt",
                "preço|preços|caro|cara|barato|barata|custo-benefício|custo benefício",
            ),
            (
                "it",
                "prezzo|prezzi|caro|costoso|economico|qualità prezzo|qualità/prezzo",
            ),
            ("id", "harga|harganya|mahal|murah|terjangkau"),
            ("th", "ราคา|แพง|คุ้ม|คุ้มค่า|ถูกมาก"),
            ("vi", "giá|giá cả|đắt|rẻ|giá thành|đáng tiền"),
            (
                "ru",
                "цена|цены|цене|цену|ценник|дорого|дорогой|дешево|дёшево|стоимость",
            ),
            ("ar", "السعر|سعر|الاسعار|الأسعار|غالي|رخيص|سعره"),
            (
                "tr",
                "fiyat|fiyatı|fiyatlar|fiyatları|pahalı|ucuz|fiyat performans",
            ),
        ],
    ),
    (
        "delivery",
        &[
            (
                "en",
                "delivery|delivered|shipping|shipped|shipment|courier|arrived|package arrived",
            ),
            ("zh", "物流|快递|快遞|发货|發貨|送货|到货|配送"),
            ("ja", "配送|配達|発送|届い|到着"),
            ("ko", "배송|택배|도착"),
            (
                "de",
                "lieferung|geliefert|versand|lieferzeit|angekommen|zustellung",
            ),
            ("fr", "livraison|livré|livrée|expédition|colis|reçu"),
            ("es", "envío|entrega|entregado|llegó|llego"),
            ("pt", "entrega|entregue|envio|chegou|frete"),
            ("it", "spedizione|consegna|consegnato|arrivato|corriere"),
            ("id", "pengiriman|dikirim|sampai|kurir|ongkir"),
            ("th", "จัดส่ง|ส่งเร็ว|ส่งของ|ขนส่ง|ส่งไว"),
            ("vi", "giao hàng|vận chuyển|ship|giao nhanh|shipper"),
            (
                "ru",
                "доставка|доставки|доставку|доставили|пришел|пришёл|пришла|пришло",
            ),
            ("ar", "التوصيل|توصيل|الشحن|وصل|وصلت"),
            ("tr", "kargo|teslimat|teslim|kargolama|geldi"),
        ],
    ),
    (
        "packaging",
        &[
            (
                "en",
                "packaging|package|packaged|packing|packed|gift box|the box",
            ),
            ("zh", "包装|包裝|礼盒|盒子"),
            ("ja", "包装|梱包|パッケージ|箱"),
            ("ko", "포장|박스|패키지"),
            ("de", "verpackung|verpackt|karton|schachtel"),
            ("fr", "emballage|emballé|emballée|boîte"),
            ("es", "embalaje|empaque|empaquetado|envase|caja"),
            ("pt", "embalagem|embalado|caixa"),
            ("it", "imballaggio|confezione|scatola|imballato"),
            ("id", "kemasan|packing|packingnya|pengemasan|bungkus"),
            ("th", "แพ็ค|แพค|บรรจุภัณฑ์|กล่อง|ห่อ"),
            ("vi", "đóng gói|bao bì|hộp"),
            ("ru", "упаковка|упаковки|упаковано|упакован|коробка"),
            ("ar", "التغليف|تغليف|العلبة|الكرتون"),
            ("tr", "ambalaj|paketleme|paket|paketi|kutu|kutusu"),
        ],
    ),
    (
        "service",
        &[
            (
                "en",
                "service|customer service|customer support|tech support|support|warranty|refund|return policy|seller|service center|staff|waiter",
            ),
            ("zh", "客服|服务|服務|售后|售後|保修|退货|退貨|卖家|退款"),
            ("ja", "サービス|サポート|対応|保証|返品|返金|店員"),
            ("ko", "서비스|고객센터|환불|반품|판매자|보증"),
            (
                "de",
                "service|kundenservice|kundendienst|support|garantie|rückgabe|verkäufer|personal",
            ),
            (
                "fr",
                "service|service client|sav|garantie|remboursement|vendeur|accueil|serveur|serveurs|personnel",
            ),
            (
                "es",
                "servicio|atención|atención al cliente|garantía|devolución|vendedor|camareros|atendieron|personal",
            ),
            (
                "pt",
                "serviço|atendimento|suporte|garantia|devolução|vendedor",
            ),
            (
                "it",
                "servizio|assistenza|garanzia|reso|rimborso|venditore|personale",
            ),
            (
                "id",
                "pelayanan|layanan|servis|garansi|seller|penjual|respon",
            ),
            ("th", "บริการ|ร้านค้า|ประกัน|คืนเงิน|พนักงาน|แม่ค้า"),
            (
                "vi",
                "dịch vụ|phục vụ|bảo hành|hoàn tiền|shop|nhân viên|tư vấn",
            ),
            (
                "ru",
                "сервис|обслуживание|обслуживания|поддержка|гарантия|возврат|продавец|персонал|официант|официанты",
            ),
            (
                "ar",
                "الخدمة|خدمة|الخدمه|خدمه|الضمان|البائع|الموظفين|الاستقبال",
            ),
            (
                "tr",
                "servis|servisi|hizmet|hizmeti|garanti|iade|satıcı|garson|garsonlar|personel",
            ),
        ],
    ),
    (
        "ease of use",
        &[
            (
                "en",
                "easy to use|easy to set up|easy to install|easy to clean|user friendly|user-friendly|easier|ease of use|intuitive|setup|hard to use|difficult to use|complicated|instructions|manual|navigate",
            ),
            (
                "zh",
                "易用|好用|操作|上手|人性化|安装|說明書|说明书|使用方便|难用",
            ),
            (
                "ja",
                "使いやすい|使いやすさ|操作|操作性|説明書|簡単|使いにくい",
            ),
            ("ko", "사용법|조작|설명서|편리|간편|설치"),
            (
                "de",
                "bedienung|einfach zu bedienen|benutzerfreundlich|anleitung|bedienbarkeit|handhabung|einrichtung",
            ),
            (
                "fr",
                "facile à utiliser|utilisation|simple à utiliser|prise en main|notice|mode d'emploi|installation",
            ),
            (
                "es",
                "fácil de usar|facil de usar|uso|instrucciones|manejo|intuitivo|instalación",
            ),
            (
                "pt",
                "fácil de usar|uso|manual|instruções|manuseio|instalação",
            ),
            (
                "it",
                "facile da usare|utilizzo|istruzioni|intuitivo|uso|installazione",
            ),
            (
                "id",
                "mudah digunakan|mudah dipakai|gampang|penggunaan|mudah dikendalikan|praktis|manual",
            ),
            ("th", "ใช้งานง่าย|ใช้ง่าย|วิธีใช้|คู่มือ|ติดตั้ง|ใช้ยาก"),
            (
                "vi",
                "dễ sử dụng|dễ dùng|hướng dẫn|cài đặt|tiện lợi|khó dùng",
            ),
            (
                "ru",
                "удобный|удобная|удобно|управление|инструкция|инструкции|настройка|простой в использовании",
            ),
            (
                "ar",
                "سهل الاستخدام|سهولة الاستخدام|الاستخدام|التعليمات|التركيب",
            ),
            (
                "tr",
                "kullanımı|kullanım|kullanışlı|kolay kullanım|kurulum|kurulumu|talimat",
            ),
        ],
    ),
    (
        "language support",
        &[
            (
                "en",
                "language support|in english|english manual|english version|languages|multilingual|multi language|subtitles|translation|translated|chinese only|language setting",
            ),
            ("zh", "中文|英文|多语言|多語言|语言|双语|翻译|字幕|英语界面"),
            ("ja", "日本語対応|日本語|英語表記|多言語|言語|翻訳"),
            ("ko", "한국어|한글|다국어|언어|번역|영어로"),
            (
                "de",
                "auf deutsch|deutsche anleitung|mehrsprachig|sprache|sprachen|übersetzung",
            ),
            (
                "fr",
                "en français|multilingue|langue|langues|traduction|notice en français",
            ),
            (
                "es",
                "en español|multilingüe|idioma|idiomas|traducción|castellano",
            ),
            ("pt", "em português|multilíngue|idioma|idiomas|tradução"),
            ("it", "in italiano|multilingue|lingua|lingue|traduzione"),
            (
                "id",
                "bahasa indonesia|bahasa inggris|multibahasa|terjemahan|bahasanya",
            ),
            ("th", "ภาษาไทย|ภาษาอังกฤษ|หลายภาษา|เมนูไทย|แปล"),
            ("vi", "tiếng việt|tiếng anh|đa ngôn ngữ|ngôn ngữ|bản dịch"),
            (
                "ru",
                "на русском|русский язык|русского языка|языки|язык|перевод",
            ),
            ("ar", "اللغة العربية|باللغة|عربي|الترجمة|لغات"),
            ("tr", "türkçe|dil desteği|dil seçeneği|ingilizce|çeviri"),
        ],
    ),
];
