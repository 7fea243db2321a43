"""Texts in many scripts, and their token ids as open_clip and transformers give them."""
import random

import regex
import transformers
from open_clip.tokenizer import SimpleTokenizer

WORDS = {
    "English": "a photo of the cat dog isn't we'll sketch clipart 3d-printed rock'n'roll U.S. e-mail naïve café 42nd",
    "French": "une œuvre d'art à l'été où ça coûte très cher garçon Noël aujourd'hui",
    "German": "Straße Übergröße FUẞBALL schöne Äpfel Donaudampfschifffahrtsgesellschaft",
    "Turkish": "İstanbul ışık DİYARBAKIR ığdır çocuk şeker",
    "Vietnamese": "một bức ảnh của con mèo đường phố Nguyễn Việt",
    "Polish": "zażółć gęślą jaźń Łódź źdźbło",
    "Russian": "фотография кошки ЁЖИК съел щи Москва",
    "Ukrainian": "їжак ґанок Київ під'їзд",
    "Greek": "ΦΩΤΟΓΡΑΦΊΑ γάτα ΟΔΥΣΣΕΎΣ άνθρωπος ᾠδή",
    "Georgian": "საქართველო ფოტო კატა ᲗᲑᲘᲚᲘᲡᲘ",
    "Armenian": "լուսանկար կատու Երևան և",
    "Hebrew": "תמונה של חתול שָׁלוֹם ירושלים",
    "Arabic": "صورة قطة السَّلامُ عليكم ١٢٣ لاإله",
    "Persian": "عکس گربه می‌خواهم ۴۵۶",
    "Urdu": "بلی کی تصویر ہے",
    "Devanagari": "बिल्ली की तस्वीर क्षत्रिय हिन्दी १२३ ॐ",
    "Bengali": "বিড়ালের ছবি বাংলা ৪৫৬",
    "Tamil": "பூனை படம் தமிழ் ௧௨",
    "Telugu": "పిల్లి చిత్రం తెలుగు",
    "Thai": "รูปภาพของแมว กรุงเทพมหานคร น้ำ ๑๒๓",
    "Lao": "ຮູບແມວ ນ້ຳ",
    "Khmer": "រូបភាព ឆ្មា ភាសាខ្មែរ",
    "Burmese": "ကြောင်ပုံ မြန်မာ",
    "Tibetan": "བོད་ཡིག པར་རིས",
    "Amharic": "የድመት ፎቶ አማርኛ ፩፪",
    "Cherokee": "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ꭰꭱꭲ",
    "Chinese": "一只猫的照片 漢字 龍 𠮷野家 中华人民共和国",
    "Japanese": "猫の写真 カタカナ ﾊﾝｶｸ ひらがな ゔぁ 東京タワー ㍿ ㌔",
    "Korean": "고양이 사진 대한민국 각 ㅋㅋㅋ",
    "emoji": "😀 😂😂 👩‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ❤️ ☺ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ ©️ ™ 🫠 🧑🏿‍🚀",
    "combining marks": "é ñ ọ̈ Z̸͑͜a̶͐l̴g̷o̸ क़ が ᾳ ̂alone a̧̛ Å",
    "symbols": "½ ¼ ² ³ ₂ №5 ℃ € £ ¥ ₹ → ∑ ≤ ∞ √2 π≈3.14 ✓ ★ █ ░ ｆｕｌｌｗｉｄｔｈ Ⅷ ⅳ ① ﬁne ﬂow ſtrange",
    "punctuation": "... ?!? -- — – “quoted” ‘single’ «guillemets» „low“ ¿qué? ¡hola! …and (a) [b] {c} <d> \\ / | ~ ` ^ _under_score_ #tag @user",
    "numbers": "1234567890 3.14159 1,000,000 1e-5 0x1F 50% 1/2 ²³ 10:30 2024-01-01 +49-30-1234",
    "entities": "&amp; &lt;b&gt; &eacute;t&eacute; &#233; &#x1F600; &amp;amp; &nbsp; &copy; &notanentity; &AMP &#0; &hellip; &quot;x&quot; &#128; &lt",
    "mojibake": "schÃ¶n cafÃ© â€œquotesâ€\x9d donâ€™t Ã¼ber rÃ©sumÃ© naÃ¯ve â‚¬5 Ð¿Ñ€Ð¸Ð²ÐµÑ‚ ï¼ˆ",
    "contractions": "it's IT'S we've WE'VE I'm I'd you'll they're can't 'tis o'clock John's 's 'll' ''re d'd",
    "addresses": "https://example.com/a?b=c&d=e user.name+tag@example.org www.x.y C:\\dir\\file.txt /usr/bin/env",
    "code": "if(x<=3){return y[0]!=null;} a->b::c lambda_x=>x**2 #include<stdio.h> $HOME ${a} `ls -la`",
}

# Characters that are no letters of a word: spaces of all kinds, controls, marks of direction, private and unassigned ones.
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\u2028", "\u0085", "\x0b", "\x0c", "\u1680", "\u205f"]
ODD = ["\u200b", "\u200d", "\u200e", "\u200f", "\ufeff", "\u00ad", "\u2060", "\x00", "\x01", "\x1b[31m", "\x1f", "\x7f"]
ODD += ["\u0090", "\ue000", "\uffff", "\ufffd", "\U0010ffff", "\u0378", "\u034f", "\ufe0f", "\u0301", "\u20e3", "\u0345"]

# Both libraries' own tokens, written in a text.
SPECIAL = ["<|startoftext|>", "<|endoftext|>", "<|STARTOFTEXT|>", "a<|endoftext|>b", "<start_of_text>", "<end_of_text>"]


def texts(count=1000, seed=0):
    """Kinds and texts, always the same: words of each script, mixtures, odd characters, special tokens, long texts."""
    draws = random.Random(seed)
    made = {"": "empty", " ": "empty", "\t\n": "empty", "\u200b": "empty", "&nbsp;": "empty"}

    def add(kind, text):
        made.setdefault(text, kind)

    for text in SPECIAL:
        add("special tokens", text)
        add("special tokens", f"a {text} photo")
    for kind, line in WORDS.items():
        words = line.split(" ")
        add(kind, line)
        add(kind, line.upper())
        add(kind, f"a photo of a {words[0]}.")
        for _ in range(15):
            add(kind, " ".join(draws.choices(words, k=draws.randint(1, 9))))
        add("very long", draws.choice(words) * 80)
        add("very long", " ".join(draws.choices(words, k=120)))
    for mark in SPACES:
        add("spaces", mark.join(["a", "photo", "of", ""]))
    for mark in ODD:
        add("odd characters", f"cat{mark}dog {mark} {mark}")
    marks = [" ", " ", " ", "", *SPACES, *ODD]
    lines = list(WORDS.values())
    while len(made) < count:
        parts = [draws.choice(draws.choice(lines).split(" ")) for _ in range(draws.randint(1, 12))]
        add("mixed scripts", "".join(part + draws.choice(marks) for part in parts))
    return made


def original_tokenizer():
    """OpenAI's tokenizer: open_clip's copy of it with the names that OpenAI gave to the start and the end of a text."""
    tokenizer = SimpleTokenizer()
    names = {"<start_of_text>": "<|startoftext|>", "<end_of_text>": "<|endoftext|>"}
    tokenizer.encoder = {names.get(token, token): number for token, number in tokenizer.encoder.items()}
    tokenizer.cache = {name: name for name in names.values()}
    ours = tokenizer.pat.pattern.replace("<start_of_text>|<end_of_text>", r"<\|startoftext\|>|<\|endoftext\|>")
    tokenizer.pat = regex.compile(ours, regex.IGNORECASE)
    return tokenizer


def transformers_tokenizer():
    """The tokenizer of transformers with CLIP's vocabulary, from the merges that open_clip carries."""
    original = original_tokenizer()
    merges = sorted(original.bpe_ranks, key=original.bpe_ranks.get)
    return transformers.CLIPTokenizer(vocab=original.encoder, merges=merges)


def tokens(count=1000):
    """Each text with OpenAI's ids, without start and end, and which of the libraries give others."""
    original, open_clip, theirs = original_tokenizer(), SimpleTokenizer(), transformers_tokenizer()
    rows = []
    for text, kind in texts(count).items():
        ids = original.encode(text)
        others = {"open_clip": open_clip.encode(text), "transformers": theirs(text, add_special_tokens=False)["input_ids"]}
        rows.append({"kind": kind, "text": text, "ids": ids, "unlike": [name for name in others if others[name] != ids]})
    return rows
