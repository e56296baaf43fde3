// Words by script, as SentencePiece cuts them when it learns: "abcдеж漢字" → abc, деж, 漢字.
//
// Kana count as Chinese. A space has no script, nor has what no script here has: it belongs to what stands before it, and is left
// out at the beginning of a text.

/** The scripts of Unicode 10, those that are met most often first. */
const names = (
  'Common Latin Han Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali ' +
  'Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham ' +
  'Cherokee Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari Duployan Egyptian_Hieroglyphs Elbasan Ethiopic ' +
  'Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Hangul Hanunoo Hatran Hebrew Imperial_Aramaic ' +
  'Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Kayah_Li Kharoshthi Khmer Khojki ' +
  'Khudawadi Lao Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Malayalam Mandaic Manichaean Marchen ' +
  'Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar ' +
  'Nabataean New_Tai_Lue Newa Nko Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian ' +
  'Old_South_Arabian Old_Turkic Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician ' +
  'Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sora_Sompeng ' +
  'Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangut Telugu Thaana Thai ' +
  'Tibetan Tifinagh Tirhuta Ugaritic Vai Warang_Citi Yi'
).split(' ')

const kana = /[\p{Script=Hiragana}\p{Script=Katakana}ー]/u

let patterns: readonly RegExp[] | undefined
const known = new Map<string, number>()

/** The number of a character's script; −1 where it has none. */
function scriptOf(character: string): number {
  const found = known.get(character)
  if (found !== undefined) return found
  patterns ??= names.map((name) => new RegExp(`\\p{Script=${name}}`, 'u'))
  const script = kana.test(character)
    ? names.indexOf('Han')
    : character === ' '
      ? -1
      : patterns.findIndex((pattern) => pattern.test(character))
  if (known.size < mostKnown) known.set(character, script)
  return script
}

/** The number of characters that are remembered with their scripts. */
const mostKnown = 10_000

/** The words of a text. */
export function scriptWords(text: string): string[] {
  const words: string[] = []
  let last = -1
  let start = 0
  let at = 0
  for (const character of text) {
    const script = scriptOf(character)
    if (script !== -1 && script !== last) {
      if (last !== -1) words.push(text.slice(start, at))
      start = at
      last = script
    }
    at += character.length
  }
  if (last !== -1) words.push(text.slice(start))
  return words
}
