// Pictures, sounds and films, by the marks that their files begin with: for messages about a file that is another than was wanted.

export interface FileKind {
  /** A recording may have pictures or not. */
  readonly kind: 'picture' | 'sound' | 'recording' | 'film' | 'score'
  /** The name of the format: `MP3`. */
  readonly format: string
}

/** The kind that bytes are, whatever the file is called; undefined where no mark tells. */
export function fileKindOf(bytes: Uint8Array): FileKind | undefined {
  const letters = String.fromCharCode(...bytes.subarray(0, 300))
  return marks.find(({ mark }) => mark.test(letters))
}

/** `a picture (PNG)` */
export const fileKindText = ({ kind, format }: FileKind): string => `a ${kind} (${format})`

/** Each byte is a character here. */
const marks: readonly (FileKind & { readonly mark: RegExp })[] = [
  { mark: /^\x89PNG/, kind: 'picture', format: 'PNG' },
  { mark: /^\xff\xd8\xff/, kind: 'picture', format: 'JPEG' },
  { mark: /^GIF8/, kind: 'picture', format: 'GIF' },
  { mark: /^RIFF.{4}WEBP/s, kind: 'picture', format: 'WebP' },
  { mark: /^.{4}ftyp(hei|hev|mif1|msf1)/s, kind: 'picture', format: 'HEIC' },
  { mark: /^.{4}ftypavi/s, kind: 'picture', format: 'AVIF' },
  { mark: /^(II\*\0|MM\0\*)/, kind: 'picture', format: 'TIFF' },
  { mark: /^BM.{4}\0{4}/s, kind: 'picture', format: 'BMP' },
  { mark: /^(\xff\x0a|\0\0\0\x0cJXL )/, kind: 'picture', format: 'JPEG XL' },
  { mark: /^\0\0\0\x0cjP /, kind: 'picture', format: 'JPEG 2000' },
  { mark: /^8BPS/, kind: 'picture', format: 'Photoshop' },
  { mark: /^(\xef\xbb\xbf)?\s*<(svg|(\?xml|!--|!DOCTYPE).*<svg)/s, kind: 'picture', format: 'SVG' },
  { mark: /^RIFF.{4}WAVE/s, kind: 'sound', format: 'WAV' },
  { mark: /^RIFX/, kind: 'sound', format: 'RIFX' },
  { mark: /^RF64/, kind: 'sound', format: 'RF64' },
  { mark: /^fLaC/, kind: 'sound', format: 'FLAC' },
  { mark: /^OggS/, kind: 'sound', format: 'Ogg' },
  { mark: /^(ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/, kind: 'sound', format: 'MP3' },
  { mark: /^\xff[\xf4\xf5\xfc\xfd]/, kind: 'sound', format: 'MP2' },
  { mark: /^\xff[\xf0\xf1\xf8\xf9]/, kind: 'sound', format: 'AAC' },
  { mark: /^.{4}ftypM4[AB]/s, kind: 'sound', format: 'M4A' },
  { mark: /^FORM.{4}AIF[FC]/s, kind: 'sound', format: 'AIFF' },
  { mark: /^\.snd/, kind: 'sound', format: 'AU' },
  { mark: /^caff/, kind: 'sound', format: 'CAF' },
  { mark: /^riff\x2e\x91\xcf\x11/, kind: 'sound', format: 'Wave64' },
  { mark: /^#!AMR/, kind: 'sound', format: 'AMR' },
  { mark: /^0&\xb2u/, kind: 'sound', format: 'WMA' },
  { mark: /^MThd/, kind: 'score', format: 'MIDI' },
  { mark: /^.{4}ftyp/s, kind: 'recording', format: 'MP4' },
  { mark: /^\x1aE\xdf\xa3/, kind: 'recording', format: 'WebM or Matroska' },
  { mark: /^RIFF.{4}AVI /s, kind: 'film', format: 'AVI' },
]
