//! What devices do: power, picture, sound, speed, connection.

use super::Aspect;

/// Aspects of this file.
pub const ASPECTS: &[Aspect] = &[
    (
        "battery",
        &[
            (
                "en",
                "battery|batteries|battery life|power bank|standby time|mah",
            ),
            ("zh", "电池|電池|续航|續航|待机|待機|电量|電量|耗电|耗電"),
            ("ja", "バッテリー|電池|電池持ち"),
            ("ko", "배터리|건전지"),
            ("de", "akku|akkulaufzeit|batterie|batterien|laufzeit"),
            ("fr", "batterie|autonomie|pile|piles"),
            ("es", "batería|bateria|pila|pilas|autonomía"),
            ("pt", "bateria|pilha|pilhas|autonomia"),
            ("it", "batteria|batterie|autonomia|pile"),
            ("id", "baterai|baterei|batre|daya tahan baterai"),
            ("th", "แบต|แบตเตอรี่|ถ่าน"),
            ("vi", "pin|thời lượng pin"),
            (
                "ru",
                "аккумулятор|аккумулятора|батарея|батареи|батарею|батарейки|автономность",
            ),
            ("ar", "البطارية|بطارية|البطاريه|بطاريه"),
            ("tr", "pil|pili|batarya|bataryası|pil ömrü|şarj süresi"),
        ],
    ),
    (
        "charging",
        &[
            (
                "en",
                "charging|charger|charge|charges|fast charging|charging cable|charging case|adapter|usb-c",
            ),
            ("zh", "充电|充電|充电器|充電器|快充|数据线"),
            ("ja", "充電|充電器|急速充電|充電ケーブル"),
            ("ko", "충전|충전기|충전케이블"),
            ("de", "laden|ladegerät|aufladen|ladekabel|netzteil|ladezeit"),
            ("fr", "charge|chargeur|recharge|recharger|câble de charge"),
            ("es", "carga|cargador|cargar|carga rápida"),
            ("pt", "carga|carregador|carregamento|carregar|recarga"),
            ("it", "carica|caricabatterie|ricarica|caricatore"),
            ("id", "charger|cas|ngecas|pengisian daya|casan"),
            ("th", "ชาร์จ|สายชาร์จ|ที่ชาร์จ|หัวชาร์จ"),
            ("vi", "sạc|cục sạc|cáp sạc|sạc nhanh"),
            ("ru", "зарядка|зарядки|зарядку|заряжается|зарядное"),
            ("ar", "الشحن السريع|شاحن|الشاحن"),
            ("tr", "şarj|şarjı|şarj aleti"),
        ],
    ),
    (
        "voltage and plug",
        &[
            (
                "en",
                "voltage|110v|220v|240v|plug|plugs|us plug|uk plug|eu plug|outlet|power cord|socket|wattage",
            ),
            ("zh", "电压|電壓|插头|插頭|插座|转换插头|电源线"),
            ("ja", "電圧|プラグ|コンセント|電源コード|ワット数"),
            ("ko", "전압|플러그|콘센트|돼지코|전원선"),
            (
                "de",
                "spannung|stecker|steckdose|eu-stecker|stromkabel|netzstecker",
            ),
            (
                "fr",
                "tension|prise|fiche|prise électrique|cordon d'alimentation|voltage",
            ),
            (
                "es",
                "voltaje|enchufe|clavija|tensión|cable de alimentación",
            ),
            ("pt", "voltagem|tomada|plugue|bivolt|cabo de força|127v"),
            ("it", "tensione|voltaggio|spina|presa|cavo di alimentazione"),
            ("id", "voltase|tegangan|colokan|steker|kabel listrik|watt"),
            ("th", "แรงดันไฟ|ปลั๊ก|เต้ารับ|หัวปลั๊ก|วัตต์"),
            ("vi", "điện áp|phích cắm|ổ cắm|dây nguồn|chân cắm"),
            (
                "ru",
                "напряжение|вилка|розетка|переходник|шнур питания|евровилка",
            ),
            ("ar", "الفولت|فولت|القابس|الفيش|المقبس"),
            ("tr", "voltaj|fiş|fişi|priz|güç kablosu"),
        ],
    ),
    (
        "energy use",
        &[
            (
                "en",
                "power consumption|energy efficient|electricity bill|fuel consumption|mileage|energy saving",
            ),
            ("zh", "功耗|省电|省電|油耗|能耗|费电"),
            ("ja", "消費電力|電気代|省エネ|燃費"),
            ("ko", "소비전력|전기세|연비|절전"),
            ("de", "stromverbrauch|energieverbrauch|verbrauch|sparsam"),
            ("fr", "consommation|économe|consomme peu"),
            ("es", "consumo|consume poco|gasta poco"),
            ("pt", "consumo|gasta pouco|econômico no consumo"),
            ("it", "consumo|consumi|consuma poco"),
            (
                "id",
                "irit|boros|hemat listrik|bahan bakar|bbm|bensin|konsumsi",
            ),
            ("th", "กินไฟ|ประหยัดไฟ|ประหยัดน้ำมัน|กินน้ำมัน"),
            ("vi", "tiết kiệm điện|hao xăng|tốn điện|tiêu thụ"),
            (
                "ru",
                "расход|расхода|потребление|экономичный|энергопотребление",
            ),
            ("ar", "استهلاك|الاستهلاك|موفر"),
            ("tr", "tüketim|tüketimi|yakıt|enerji tasarrufu"),
        ],
    ),
    (
        "screen",
        &[
            (
                "en",
                "screen|screens|display|displays|touchscreen|monitor|pixels|dead pixel|brightness",
            ),
            ("zh", "屏幕|萤幕|螢幕|显示屏|显示|顯示|触摸屏|坏点|亮度|屏"),
            ("ja", "画面|ディスプレイ|液晶|スクリーン"),
            ("ko", "화면|디스플레이|액정"),
            ("de", "bildschirm|display|touchscreen|anzeige"),
            ("fr", "écran|affichage|luminosité"),
            ("es", "pantalla|brillo de la pantalla"),
            ("pt", "tela|ecrã|visor|display"),
            ("it", "schermo|display"),
            ("id", "layar|layarnya|tampilan layar"),
            ("th", "หน้าจอ|จอ"),
            ("vi", "màn hình"),
            ("ru", "экран|экрана|экране|дисплей|дисплея"),
            ("ar", "الشاشة|شاشة|الشاشه|شاشه"),
            ("tr", "ekran|ekranı|ekranın"),
        ],
    ),
    (
        "picture",
        &[
            (
                "en",
                "picture|picture quality|image quality|picture clarity|clarity|resolution|hd|hdr|photos|pictures|images",
            ),
            (
                "zh",
                "画质|畫質|画面|畫面|图像|照片|清晰度|成像|分辨率|像质",
            ),
            ("ja", "画質|映像|解像度"),
            ("ko", "화질|해상도"),
            ("de", "bildqualität|bild|bilder|auflösung|fotos"),
            ("fr", "qualité d'image|image|résolution|photos"),
            ("es", "calidad de imagen|imagen|resolución|fotos"),
            ("pt", "qualidade de imagem|imagem|resolução|fotos"),
            (
                "it",
                "qualità dell'immagine|immagine|immagini|risoluzione|foto",
            ),
            ("id", "kualitas gambar|gambar|gambarnya|resolusi|hasil foto"),
            ("th", "ภาพ|ความคมชัด|คุณภาพภาพ"),
            ("vi", "hình ảnh|chất lượng ảnh|độ phân giải"),
            (
                "ru",
                "изображение|картинка|качество изображения|разрешение|фото",
            ),
            ("ar", "الصورة|جودة الصورة|الدقة"),
            ("tr", "görüntü|görüntü kalitesi|çözünürlük|resim kalitesi"),
        ],
    ),
    (
        "camera",
        &[
            (
                "en",
                "camera|cameras|webcam|web cam|cam|lens|selfie camera|autofocus|focus",
            ),
            (
                "zh",
                "相机|摄像头|攝像頭|镜头|鏡頭|拍照|照相|拍摄|对焦|自拍|广角",
            ),
            ("ja", "カメラ|レンズ|ピント"),
            ("ko", "카메라|렌즈"),
            ("de", "kamera|objektiv|webcam"),
            ("fr", "caméra|appareil photo|objectif"),
            ("es", "cámara|camara|lente|objetivo"),
            ("pt", "câmera|camera|câmara|lente"),
            ("it", "fotocamera|telecamera|obiettivo"),
            ("id", "kamera|kameranya|lensa"),
            ("th", "กล้อง|เลนส์"),
            ("vi", "camera|máy ảnh|ống kính"),
            ("ru", "камера|камеры|камеру|объектив"),
            ("ar", "الكاميرا|كاميرا|الكاميره|العدسة"),
            ("tr", "kamera|kamerası|lens"),
        ],
    ),
    (
        "sound",
        &[
            (
                "en",
                "sound|sound quality|audio|audio quality|speaker|speakers|volume|bass|microphone|mic|noise cancelling|noise cancellation",
            ),
            (
                "zh",
                "音质|音質|声音|聲音|音效|音量|扬声器|喇叭|低音|麦克风|降噪|音乐",
            ),
            (
                "ja",
                "音質|音|サウンド|スピーカー|音量|低音|マイク|ノイキャン",
            ),
            ("ko", "음질|소리|스피커|음량|마이크|노이즈캔슬링"),
            (
                "de",
                "klang|sound|ton|tonqualität|lautsprecher|lautstärke|bass|mikrofon|geräuschunterdrückung",
            ),
            (
                "fr",
                "son|qualité sonore|haut-parleur|haut-parleurs|volume|basses|micro",
            ),
            (
                "es",
                "sonido|calidad de sonido|altavoz|altavoces|volumen|graves|micrófono",
            ),
            (
                "pt",
                "som|qualidade de som|alto-falante|volume|grave|microfone",
            ),
            (
                "it",
                "suono|audio|altoparlante|altoparlanti|volume|bassi|microfono",
            ),
            ("id", "suara|suaranya|kualitas suara|speaker|bass|mic"),
            ("th", "เสียง|คุณภาพเสียง|ลำโพง|เบส|ไมค์"),
            ("vi", "âm thanh|chất âm|loa|âm lượng|mic"),
            (
                "ru",
                "звук|звука|звучание|динамик|динамики|громкость|микрофон",
            ),
            ("ar", "الصوت|جودة الصوت|السماعة|المايك"),
            ("tr", "ses|sesi|ses kalitesi|hoparlör|bas|mikrofon"),
        ],
    ),
    (
        "noise",
        &[
            (
                "en",
                "noise|noisy|quiet|silent|loud noise|rattles|rattling|humming|buzzing",
            ),
            ("zh", "噪音|噪声|静音|靜音|太吵|很吵|异响"),
            ("ja", "騒音|うるさい|静か|静音|動作音"),
            ("ko", "소음|시끄러|조용"),
            ("de", "geräusch|geräusche|laut|leise|lärm|brummt"),
            ("fr", "bruit|bruyant|bruyante|silencieux|silencieuse"),
            ("es", "ruido|ruidoso|ruidosa|silencioso|silenciosa"),
            ("pt", "barulho|barulhento|barulhenta|silencioso|ruído"),
            ("it", "rumore|rumoroso|rumorosa|silenzioso|silenziosa"),
            ("id", "berisik|bising|senyap|suara berisik"),
            ("th", "เสียงดัง|เงียบ|เสียงรบกวน"),
            ("vi", "tiếng ồn|ồn|êm|ồn ào|yên tĩnh"),
            ("ru", "шум|шума|шумный|шумит|тихий|тихо|громко"),
            ("ar", "ضوضاء|ازعاج|إزعاج|هادئ|مزعج"),
            ("tr", "gürültü|gürültülü|sessiz|ses yapıyor"),
        ],
    ),
    (
        "heat",
        &[
            (
                "en",
                "heat|heats up|overheat|overheats|overheating|gets hot|too hot|cooling",
            ),
            ("zh", "发热|發熱|发烫|发燙|散热|过热|烫手"),
            ("ja", "発熱|熱くなる|過熱|放熱"),
            ("ko", "발열|뜨거워|과열"),
            ("de", "überhitzt|wird heiß|hitze|kühlung|erwärmt"),
            ("fr", "chauffe|surchauffe|chaleur"),
            ("es", "se calienta|calentamiento|sobrecalienta|recalienta"),
            ("pt", "esquenta|aquece|superaquecimento|aquecimento"),
            ("it", "si scalda|surriscalda|surriscaldamento|calore"),
            ("id", "panas|cepat panas|overheat"),
            ("th", "ร้อนมาก|เครื่องร้อน|ระบายความร้อน"),
            ("vi", "nóng máy|quá nhiệt|tản nhiệt|bị nóng"),
            ("ru", "греется|нагревается|перегрев|перегревается|нагрев"),
            ("ar", "يسخن|حرارة|الحرارة|سخونة"),
            ("tr", "ısınıyor|ısınma|aşırı ısınma"),
        ],
    ),
    (
        "speed",
        &[
            (
                "en",
                "speed|fast|faster|slow|slower|performance|lag|laggy|lags|processor|cpu|ram|graphics card|powerful",
            ),
            ("zh", "速度|性能|流畅|卡顿|运行|处理器|很快|反应慢|卡死"),
            ("ja", "速度|性能|処理速度|動作|遅い|速い|サクサク"),
            ("ko", "속도|성능|느려|버벅|빠르"),
            (
                "de",
                "geschwindigkeit|schnell|langsam|leistung|leistungsstark|prozessor|ruckelt",
            ),
            (
                "fr",
                "vitesse|rapidité|performance|performances|puissance|processeur|rapide|lent|lente",
            ),
            (
                "es",
                "velocidad|rendimiento|potencia|rápido|rápida|lento|lenta|procesador",
            ),
            (
                "pt",
                "velocidade|desempenho|potência|rápido|rápida|lento|lenta|processador",
            ),
            (
                "it",
                "velocità|prestazioni|potenza|veloce|lento|lenta|processore",
            ),
            (
                "id",
                "kecepatan|performa|performanya|lemot|lincah|tenaga|tenaganya|tarikan|tarikannya|kencang",
            ),
            ("th", "ความเร็ว|ประสิทธิภาพ|เร็วมาก|ช้ามาก|หน่วง|แรง"),
            ("vi", "tốc độ|hiệu năng|chạy nhanh|giật|lag|chậm|mượt"),
            (
                "ru",
                "скорость|скорости|производительность|быстро|медленно|тормозит|мощность|процессор",
            ),
            ("ar", "السرعة|سرعة|الاداء|الأداء|بطيء|المعالج"),
            ("tr", "hız|hızı|hızlı|yavaş|performans|performansı|işlemci"),
        ],
    ),
    (
        "software",
        &[
            (
                "en",
                "software|app|apps|application|applications|firmware|operating system|operating systems|os|windows|bios|update|updates|bloatware|programs|interface|drivers|browser",
            ),
            ("zh", "软件|軟件|应用|app|系统|系統|固件|界面|更新|预装"),
            (
                "ja",
                "アプリ|ソフト|ファームウェア|アップデート|ソフトウェア",
            ),
            ("ko", "앱|어플|소프트웨어|펌웨어|업데이트|운영체제"),
            (
                "de",
                "software|app|betriebssystem|firmware|update|updates|programm|programme|oberfläche",
            ),
            (
                "fr",
                "logiciel|logiciels|application|appli|système d'exploitation|mise à jour|interface",
            ),
            (
                "es",
                "software|aplicación|aplicaciones|app|sistema operativo|actualización|interfaz|programa",
            ),
            (
                "pt",
                "software|aplicativo|aplicativos|app|sistema operacional|atualização|interface",
            ),
            (
                "it",
                "software|app|applicazione|sistema operativo|aggiornamento|interfaccia|programma",
            ),
            (
                "id",
                "aplikasi|aplikasinya|software|sistem|pembaruan|update",
            ),
            ("th", "แอป|แอพ|ซอฟต์แวร์|ระบบ|อัปเดต|อัพเดท"),
            (
                "vi",
                "phần mềm|ứng dụng|app|hệ điều hành|cập nhật|giao diện",
            ),
            (
                "ru",
                "приложение|приложения|программа|прошивка|прошивки|софт|обновление|интерфейс",
            ),
            ("ar", "التطبيق|تطبيق|البرنامج|برنامج|النظام|التحديث"),
            (
                "tr",
                "uygulama|uygulaması|yazılım|yazılımı|güncelleme|işletim sistemi|arayüz",
            ),
        ],
    ),
    (
        "connectivity",
        &[
            (
                "en",
                "bluetooth|wifi|wi-fi|wireless|connection|connectivity|pairing|pair|usb|hdmi|firewire|signal|compatible|compatibility|casting|reception",
            ),
            ("zh", "蓝牙|藍牙|无线|連接|连接|信号|wifi|接口|兼容"),
            (
                "ja",
                "bluetooth|ブルートゥース|接続|無線|ペアリング|wifi|互換性",
            ),
            ("ko", "블루투스|연결|와이파이|페어링|호환"),
            (
                "de",
                "bluetooth|wlan|verbindung|verbindet|koppeln|anschluss|anschlüsse|kompatibel|empfang",
            ),
            (
                "fr",
                "bluetooth|wifi|connexion|connectivité|appairage|compatible|prise usb",
            ),
            (
                "es",
                "bluetooth|wifi|conexión|conectividad|conectar|compatible|señal",
            ),
            (
                "pt",
                "bluetooth|wifi|conexão|conectividade|conectar|compatível|sinal",
            ),
            (
                "it",
                "bluetooth|wifi|connessione|connettività|collegamento|compatibile|segnale",
            ),
            ("id", "bluetooth|wifi|koneksi|sinyal|sambungan|kompatibel"),
            ("th", "บลูทูธ|เชื่อมต่อ|ไวไฟ|สัญญาณ|wifi"),
            ("vi", "bluetooth|wifi|kết nối|tín hiệu|tương thích"),
            (
                "ru",
                "блютуз|bluetooth|подключение|соединение|подключается|сигнал|совместимость|wifi",
            ),
            ("ar", "البلوتوث|بلوتوث|الاتصال|الواي فاي|الشبكة|متوافق"),
            (
                "tr",
                "bluetooth|wifi|bağlantı|bağlantısı|bağlanmıyor|kablosuz|uyumlu",
            ),
        ],
    ),
    (
        "controls",
        &[
            (
                "en",
                "keyboard|keys|keypad|mouse|touchpad|trackpad|buttons|button|remote|controls|knob|controller",
            ),
            (
                "zh",
                "键盘|鍵盤|按键|按鍵|鼠标|触摸板|触控板|按钮|遥控器|手势|键程",
            ),
            ("ja", "キーボード|ボタン|マウス|リモコン|タッチパッド"),
            ("ko", "키보드|버튼|마우스|리모컨|터치패드"),
            (
                "de",
                "tastatur|tasten|maus|knöpfe|fernbedienung|touchpad|taste",
            ),
            (
                "fr",
                "clavier|touches|souris|boutons|bouton|télécommande|pavé tactile",
            ),
            (
                "es",
                "teclado|teclas|ratón|botones|botón|mando|control remoto",
            ),
            ("pt", "teclado|teclas|mouse|botões|botão|controle remoto"),
            ("it", "tastiera|tasti|mouse|pulsanti|pulsante|telecomando"),
            ("id", "keyboard|tombol|tombolnya|mouse|remot"),
            ("th", "คีย์บอร์ด|ปุ่ม|เมาส์|รีโมท"),
            ("vi", "bàn phím|phím|nút|chuột|điều khiển"),
            (
                "ru",
                "клавиатура|клавиатуры|кнопки|кнопка|кнопок|мышь|пульт",
            ),
            ("ar", "لوحة المفاتيح|الازرار|الأزرار|الريموت|الماوس"),
            ("tr", "klavye|tuşlar|tuşları|fare|düğme|kumanda"),
        ],
    ),
    (
        "storage",
        &[
            (
                "en",
                "storage|hard drive|hardrive|hard disk|ssd|memory|memory card|capacity|gb",
            ),
            ("zh", "内存|容量|存储|硬盘|内存卡|储存"),
            ("ja", "容量|メモリ|ストレージ|ハードディスク"),
            ("ko", "용량|메모리|저장공간|하드"),
            (
                "de",
                "speicher|speicherplatz|festplatte|arbeitsspeicher|kapazität",
            ),
            ("fr", "mémoire|stockage|disque dur|capacité"),
            ("es", "memoria|almacenamiento|disco duro|capacidad"),
            ("pt", "memória|armazenamento|disco rígido|capacidade"),
            (
                "it",
                "memoria|spazio di archiviazione|disco rigido|capacità|capienza",
            ),
            ("id", "memori|penyimpanan|kapasitas|harddisk"),
            ("th", "ความจำ|ความจุ|หน่วยความจำ|ฮาร์ดดิสก์"),
            ("vi", "bộ nhớ|dung lượng|ổ cứng|dung tích"),
            ("ru", "память|памяти|накопитель|жесткий диск|объем|объём"),
            ("ar", "الذاكرة|التخزين|السعة|مساحة"),
            ("tr", "hafıza|depolama|bellek|kapasite|kapasitesi"),
        ],
    ),
];
