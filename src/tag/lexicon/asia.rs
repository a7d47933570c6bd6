//! Arabic, Japanese, Chinese, Korean, Indonesian, Malay, Thai, Vietnamese, Hindi.

use super::Entry;
use super::Sense::{Advert, Complaint, Giveaway, Purchase, Question, Warning};

/// Entries of this file.
pub const PHRASES: &[Entry] = &[
    // Arabic
    (
        "ar",
        Question,
        "~كيف|~وين|~متى|~ليش|~لماذا|~كم|~هل|~ايش|~شو|^ما هو|^ما هي|^ماذا|^ليه|^فين|^ازاي|^كيف|^وين|^أين|^متى|^ليش|^لماذا|^كم|^هل|^مين|^من وين|^شو|^ايش|^وش|هل يوجد|حد يعرف|احد يعرف|حد جرب|احد جرب|مين جرب",
    ),
    (
        "ar",
        Purchase,
        "من وين اشتري|وين اشتري|وين القى|وين احصل|اين اشتري|من اين اشتري|ابغى اشتري|ابي اشتري|اريد شراء|عايز اشتري|عاوز اشتري|بدي اشتري|كم سعره|كم سعرها|كم السعر|~بكم|الرابط لو سمحت|ممكن الرابط|ابغى واحد|~نفسي فيه|~متوفر|تشحنون|~توصيل",
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
        "~سحب على|~مسابقة|~جائزة|~اربح|~للفوز|ادخل السحب|دخول السحب|منشن صديق|منشن 2|منشن لصديق|رتويت ومتابعة|تابعنا ورتويت|لايك وشير|شارك واربح",
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
        "~どう|~どこ|~何|~なに|~いつ|~なぜ|~誰|~いくら|~どんな|~どっち|ですか$|ますか$|でしょうか|ませんか$|のか$|かな$|なの$|どこで|どれが|どうやって|どうすれば|いつから|なんで|教えてください|教えて下さい|教えて$|知りたい|誰か知って",
    ),
    (
        "ja",
        Purchase,
        "どこで買え|どこで売って|どこで買った|買いたい|~欲しい|~ほしい|購入したい|購入予定|購入を検討|買おうかな|買おうと思|~買います|買う予定|ポチろう|ポチりたい|ポチる|予約したい|再入荷|在庫あり|いくらですか|値段はいくら|リンク教えて|注文したい|お迎えしたい",
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
        "~吗|~嗎|~什么|~什麼|~怎么|~怎麼|~哪|~谁|~几|~多少|是否|能不能|可不可以|是不是|有没有|有沒有|会不会|會不會|要不要|行不行|对不对|吗$|么$|嗎$|呢$|怎么样|怎麼樣|怎么用|怎么办|如何|哪里|哪裡|哪个好|哪個好|哪款|什么时候|什麼時候|为什么|為什麼|多少钱|多少錢|有没有人|有沒有人|有人知道|求问|请问|請問|求推荐|求推薦|好不好|值不值|值得买吗",
    ),
    (
        "zh",
        Purchase,
        "哪里买|哪裡買|哪里能买|哪里可以买|在哪买|求链接|求連結|求鏈接|链接发|有链接吗|想买|想買|~好想要|~想要一个|~想要一個|想入手|准备入手|準備入手|打算买|打算買|~要买|求购|求購|~种草|~種草|已加购|加购物车|~下单|~下單|~剁手|~多少钱|~多少錢|有货吗|有貨嗎|~补货|~補貨|求同款",
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
        "优惠码|優惠碼|折扣码|折扣碼|领券|~優惠券|~优惠券|加微信|加v|私信下单|私信下單|点击链接|點擊鏈接|戳链接|复制打开|淘口令|~口令|~推广|~廣告|~广告|返利|~佣金|~限时|~限時|~包邮|~免運|~立即购买|~立即購買|~秒杀|~特价|~折起",
    ),
    // Korean
    (
        "ko",
        Question,
        "~어디|~누가|~무슨|~어느|~몇|~뭐|나요$|까요$|가요$|인가요|어떤가요|어때요|어디서|어디에서|어떻게|언제|왜|얼마|추천해|추천 좀|아시는 분|써보신 분|궁금|있나요|되나요|뭐가 좋",
    ),
    (
        "ko",
        Purchase,
        "어디서 사|어디서 구매|어디서 팔|어디서 구할|사고 싶|사고싶|구매하고 싶|구매하려|갖고 싶|갖고싶|살까|사야겠|사려고|주문하려|주문하고 싶|~질러야|얼마예요|얼마에요|가격이 얼마|링크 좀|링크 부탁|재입고|예약구매|~장바구니|어디서 살|어디에서 사|어디에서 살|살 수 있나요",
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
        "할인코드|할인 코드|쿠폰 코드|쿠폰코드|~제휴|파트너스 활동|수수료를 제공|~협찬|~광고|프로필 링크|dm 주세요|카톡 문의|~지금 구매|~무료배송|~무료 배송|~특가|~한정|~할인",
    ),
    // Indonesian, Malay
    (
        "id",
        Question,
        "~gimana|~bagaimana|~berapa|~kapan|~kenapa|~apakah|~dimana|~apa|^bisa|^ada|^kok|^gimana|^bagaimana|^dimana|^di mana|^kapan|^kenapa|^mengapa|^berapa|^siapa|^apakah|^apa|^ada yang|^mana|ada yang tau|ada yang tahu|ada yang pernah|gak sih$|ga sih$|nggak sih$|gimana ya|berapa ya|dimana ya",
    ),
    (
        "id",
        Purchase,
        "beli dimana|beli di mana|dimana belinya|mau beli|pengen beli|pingin beli|ingin beli|pengen punya|~pengen banget|~mau order|~mau pesan|~mau dong|minta link|bagi link|spill link|spill dong|link dong|linknya|harganya berapa|berapa harganya|harga berapa|masuk keranjang|~checkout|ready stok|ready stock|restock|bisa cod",
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
        "kode promo|kode voucher|pakai kode|gunakan kode|link di bio|klik link|order via wa|order via dm|hubungi wa|cp wa|open order|open po|~reseller|kerjasama berbayar|endorse|~beli sekarang|~pesan sekarang|~gratis ongkir|~diskon|~promo|~flash sale|~stok terbatas",
    ),
    (
        "ms",
        Question,
        "~macam mana|~berapa|~kenapa|~bila|~apa|^boleh|^ada|^macam mana|^bagaimana|^di mana|^kat mana|^bila|^kenapa|^mengapa|^berapa|^siapa|^adakah|^ada sesiapa|^apa|ada sesiapa tahu|ke tak$|tak ye$|ada tak$",
    ),
    (
        "ms",
        Purchase,
        "beli kat mana|beli di mana|nak beli|~nak order|teringin nak|nak satu|berapa harga|harga berapa|boleh bagi link|nak link|ada stok|pos ke",
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
        "kod promo|kod diskaun|guna kod|link di bio|whatsapp kami|order di whatsapp|wasap.my|~ejen|~beli sekarang|~order sekarang|~penghantaran percuma|~diskaun|~stok terhad",
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
        "ซื้อที่ไหน|ซื้อได้ที่ไหน|หาซื้อ|อยากซื้อ|~อยากได้|~จะซื้อ|ว่าจะซื้อ|ราคาเท่าไหร่|ราคาเท่าไร|~กี่บาท|ขอลิงก์|ขอลิ้งค์|ขอลิงค์|ขอพิกัด|พิกัดหน่อย|สนใจค่ะ|สนใจครับ|~สั่งซื้อ|กดสั่ง|มีของไหม|ของเข้าเมื่อไหร่|เข้าตะกร้า|อยากได้มาก",
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
        "โค้ดส่วนลด|ใส่โค้ด|ใช้โค้ด|ลิงก์หน้าไบโอ|ลิงก์ในไบโอ|ลิงค์ในไบโอ|ทักแชท|ทักไลน์|ทักdm|line id|ไลน์ไอดี|แอดไลน์|ตัวแทนจำหน่าย|~สปอนเซอร์|~พร้อมส่ง|~ส่งฟรี|~ลดราคา|~โปรโมชั่น|~ราคาพิเศษ|~สั่งเลย|~จำนวนจำกัด",
    ),
    // Vietnamese
    (
        "vi",
        Question,
        "~sao|~gì|~nào|~đâu|~bao nhiêu|~ai|^có|^cho|^làm sao|^làm thế nào|^ở đâu|^khi nào|^bao giờ|^tại sao|^sao|^cái nào|^ai|^có ai|^bao nhiêu|có ai|không ạ|không vậy|chưa ạ|phải không|được không|không$|cho hỏi|cho em hỏi|như thế nào|thế nào ạ",
    ),
    (
        "vi",
        Purchase,
        "mua ở đâu|mua đâu|bán ở đâu|muốn mua|định mua|cần mua|sẽ mua|tính mua|~đặt hàng|đặt mua|xin link|cho xin link|xin giá|giá bao nhiêu|bao nhiêu tiền|giá sao|còn hàng không|có hàng chưa|~ship về|thêm vào giỏ|~muốn có",
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
        "mã giảm giá|nhập mã|dùng mã|link ở bio|link trong bio|inbox để|ib để|inbox đặt|~zalo|sỉ lẻ|tuyển ctv|tuyển sỉ|~tài trợ|~mua ngay|~đặt ngay|~freeship|~miễn phí vận chuyển|~khuyến mãi|~giảm giá|~số lượng có hạn",
    ),
    // Hindi in Latin letters, Hindi
    (
        "hi-Latn",
        Question,
        "~kya|~kaise|~kyu|~kyun|~kab|~kahan|~kitne|^kya|^kaise|^kahan|^kab|^kyu|^kyun|^kyon|^kaun|^konsa|^kitna|^kitne|kya hai$|kaise hai$|kisi ko pata|koi batao|koi bata",
    ),
    (
        "hi-Latn",
        Purchase,
        "kahan milega|~kahan se|kaha milega|kharidna hai|kharidna chahta|~lena hai|lena hai mujhe|mujhe chahiye|chahiye mujhe|kitne ka hai|price kya hai|link do|link bhejo|~order karna",
    ),
    (
        "hi-Latn",
        Complaint,
        "kharab|bekar|bakwas|ghatiya|toot gaya|tut gaya|kaam nahi kar|nahi chal raha|paisa barbad|paise barbad|paisa waste|refund nahi|refund chahiye|return karna|nahi aaya|nahi mila|fraud|nakli|dhokha",
    ),
    (
        "hi",
        Question,
        "~क्या|~कैसे|~क्यों|~कब|^क्या|^कैसे|^कहाँ|^कहां|^कब|^क्यों|^कौन|^कितना|^कितने",
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
];
