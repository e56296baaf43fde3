// The rate at which a recording was taken that is no WAV, by the beginning of its file: who decodes it at that rate gets its own samples,
// and not some that somebody else has resampled.
//
//   FLAC   "fLaC", then its first block: 10 bytes, then the rate in 20 bits            RFC 9639
//   Ogg    a page, then "…vorbis", the version, the channels and the rate;             RFC 3533, Vorbis I
//          or "OpusHead": Opus is always decoded at 48,000                             RFC 7845
//   MP3    "ID3" with its size, perhaps; then frames, whose third byte has the rate    ISO 11172-3, 13818-3
//   AAC    the same frames, of a layer that MP3 has not (ADTS)                         ISO 13818-7
//   MP4    boxes in boxes, and in them the entry of the sound                          ISO 14496-12

/** Samples a second; undefined for a file that does not say it, or says it in another way. */
export function ownRate(bytes: Uint8Array): number | undefined {
  const begins = lettersAt(bytes, 0, 4)
  const rate =
    begins === 'fLaC'
      ? flacRate(bytes, 0)
      : begins === 'OggS'
        ? oggRate(bytes)
        : lettersAt(bytes, 4, 4) === 'ftyp'
          ? mp4Rate(bytes)
          : mp3Rate(bytes)
  return rate === 0 ? undefined : rate
}

const lettersAt = (bytes: Uint8Array, at: number, count: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + count))

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)

function flacRate(bytes: Uint8Array, start: number): number | undefined {
  const at = start + 18
  return at + 4 > bytes.length ? undefined : viewOf(bytes).getUint32(at) >>> 12
}

function oggRate(bytes: Uint8Array): number | undefined {
  // A page has a header of 27 bytes, and behind it the lengths of its pieces.
  const first = 27 + (bytes[26] ?? 0)
  if (lettersAt(bytes, first, 8) === 'OpusHead') return 48_000
  if (lettersAt(bytes, first, 5) === '\x7fFLAC') return flacRate(bytes, first + 9)
  if (lettersAt(bytes, first, 7) !== '\x01vorbis' || first + 16 > bytes.length) return undefined
  return viewOf(bytes).getUint32(first + 12, true)
}

/** By the two bits for MPEG's version: 2.5, none, 2, 1. */
const mp3Rates = [[11025, 12000, 8000], undefined, [22050, 24000, 16000], [44100, 48000, 32000]] as const

/** By four bits of AAC's frames. */
const aacRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]

/** The rate of an MP3, or of an AAC without a container. */
function mp3Rate(bytes: Uint8Array): number | undefined {
  let at = 0
  if (lettersAt(bytes, 0, 3) === 'ID3') {
    // Seven bits of each byte.
    const size = bytes.subarray(6, 10).reduce((sum, each) => 128 * sum + (each & 127), 0)
    at = 10 + size
  }
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xe0) !== 0xe0) return undefined
  if ((bytes[at + 1] & 6) === 0) return aacRates[((bytes[at + 2] ?? 0xff) >> 2) & 15]
  return mp3Rates[(bytes[at + 1] >> 3) & 3]?.[((bytes[at + 2] ?? 0xff) >> 2) & 3]
}

/** The way to the entries of a track's samples, from box to box. */
const toEntries = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd']

function mp4Rate(bytes: Uint8Array, path: readonly string[] = toEntries): number | undefined {
  const [next, ...rest] = path
  for (const { name, inside } of boxesOf(bytes)) {
    if (next === undefined) {
      // An entry of sound: its rate is a fixed-point number, with its whole part before.
      if (name === 'mp4a' && inside.length >= 28) return viewOf(inside).getUint16(24)
    } else if (name === next) {
      // The list of entries begins with a version and their number.
      const rate = mp4Rate(name === 'stsd' ? inside.subarray(8) : inside, rest)
      if (rate !== undefined) return rate
    }
  }
  return undefined
}

function* boxesOf(bytes: Uint8Array): Generator<{ readonly name: string; readonly inside: Uint8Array }> {
  const view = viewOf(bytes)
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at)
    // 0 reaches to the end; 1 says that the size stands behind the name, in eight bytes.
    const isLong = size === 1 && at + 16 <= bytes.length
    const length = isLong ? Number(view.getBigUint64(at + 8)) : size || bytes.length - at
    const head = isLong ? 16 : 8
    if (length < head) return
    yield { name: lettersAt(bytes, at + 4, 4), inside: bytes.subarray(at + head, at + length) }
    at += length
  }
}
