// Decoders: from pieces back to text, piece by piece. What comes out is certain: no piece that follows can change it. So
// decoding a whole text and decoding a stream of ids are one thing, and a character of several pieces never breaks apart.
//
//   word pieces   un ##aff ##able !    →   unaffable!
//   bytes         ðŁĳ į                →   (nothing yet), then 👍

import { ConfigFields } from '../configFields.ts'
import { bytesOfPiece } from './byteLevel.ts'
import { finderFrom } from './finder.ts'
import { replacer } from './normalizers.ts'
import { unknownPart } from './unknownPart.ts'

/** One stage of decoding, for one text: each takes the pieces that the stage before it gave. */
export interface DecodeStage {
  push(piece: string): readonly string[]
  /** The texts that were held back, at the end of the whole text. */
  end(): readonly string[]
}

/** Makes the stages for a new text. */
export type PieceDecoder = () => DecodeStage

/** A stage that changes every piece by itself; the first may be changed otherwise. */
const each =
  (change: (piece: string, isFirst: boolean) => string): PieceDecoder =>
  () => {
    let isFirst = true
    return {
      push(piece) {
        const changed = change(piece, isFirst)
        isFirst = false
        return [changed]
      },
      end: () => [],
    }
  }

/** A stage that has to see all pieces. */
const whole =
  (change: (pieces: readonly string[]) => readonly string[]): PieceDecoder =>
  () => {
    const pieces: string[] = []
    return {
      push(piece) {
        pieces.push(piece)
        return []
      },
      end: () => change(pieces),
    }
  }

/** Pieces with a space between them: what `tokenizer.json` means by no decoder. */
const spaced = each((piece, isFirst) => (isFirst ? piece : ` ${piece}`))

/** Bytes to characters; an incomplete character waits for its other bytes, and bytes that are none become U+FFFD. */
export const byteLevelText: PieceDecoder = () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return {
    push: (piece) => [decoder.decode(bytesOfPiece(piece), { stream: true })],
    end: () => [decoder.decode()],
  }
}

/** Joins word pieces: `##able` goes on with a word, anything else begins one. */
export const wordPieceText = ({ prefix = '##', cleansUp = true } = {}): PieceDecoder =>
  each((piece, isFirst) => {
    const begun = isFirst ? piece : piece.startsWith(prefix) ? piece.replace(prefix, '') : ` ${piece}`
    return cleansUp ? cleanedUp(begun) : begun
  })

/** Takes the space before punctuation and contractions away. */
function cleanedUp(text: string): string {
  return withoutSpaces(text.replaceAll(' do not', " don't"))
}

function withoutSpaces(text: string): string {
  return text
    .replaceAll(' .', '.')
    .replaceAll(' ?', '?')
    .replaceAll(' !', '!')
    .replaceAll(' ,', ',')
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re")
}

/** The decoder in `tokenizer.json`. */
export function decoderFrom(config: unknown, place: string): PieceDecoder {
  if (config === null || config === undefined) return spaced
  const fields = new ConfigFields(config, `${place}: decoder`)
  let isFused = false
  const decoders = stagesOf(fields).map((stage) => {
    const decoder = stageFrom(stage, isFused)
    if (stage.get('type') === 'Fuse' || stage.get('type') === 'ByteLevel') isFused = true
    return decoder
  })
  return chain(decoders)
}

/** A sequence may hold sequences. */
function stagesOf(fields: ConfigFields): ConfigFields[] {
  return fields.get('type') === 'Sequence' ? fields.each('decoders').flatMap(stagesOf) : [fields]
}

/** `isFused`: the pieces before this stage are parts of one. */
function stageFrom(fields: ConfigFields, isFused: boolean): PieceDecoder {
  const type = fields.text('type')
  if (type === 'Strip') return isFused ? stripWhole(fields) : stripEach(fields)
  const decoder = unfusedStageFrom(fields, type)
  if (!isFused || type === 'Fuse') return decoder
  // What works on whole pieces needs all of the only one.
  return chain([whole((pieces) => [pieces.join('')]), decoder])
}

function unfusedStageFrom(fields: ConfigFields, type: string): PieceDecoder {
  switch (type) {
    case 'ByteLevel':
      return byteLevelText
    case 'WordPiece':
      return wordPieceText({
        prefix: fields.text('prefix', { otherwise: '##' }),
        cleansUp: fields.flag('cleanup', true),
      })
    case 'Metaspace': {
      const blank = fields.character('replacement', { otherwise: '▁' })
      const isNever = !fields.flag('add_prefix_space', true) || fields.get('prepend_scheme') === 'never'
      return each((piece, isFirst) => piece.replaceAll(blank, isFirst && !isNever ? '' : ' '))
    }
    case 'Fuse':
      return each((piece) => piece)
    case 'ByteFallback':
      return byteFallback
    case 'BPEDecoder':
      return suffixText(fields.text('suffix', { otherwise: '</w>' }))
    case 'Replace':
      return each(replacer(finderFrom(fields), fields.text('content'), fields.place))
    case 'CTC':
      return alignedText({
        pad: fields.text('pad_token', { otherwise: '<pad>' }),
        space: fields.text('word_delimiter_token', { otherwise: '|' }),
        cleansUp: fields.flag('cleanup', true),
      })
    default:
      throw unknownPart(fields, type)
  }
}

function chain(decoders: readonly PieceDecoder[]): PieceDecoder {
  if (decoders.length === 1) return decoders[0]
  return () => {
    const stages = decoders.map((decoder) => decoder())
    const from = (first: number, pieces: readonly string[]): readonly string[] =>
      stages.slice(first).reduce((pieces, stage) => pieces.flatMap((piece) => stage.push(piece)), pieces)
    return {
      push: (piece) => from(0, [piece]),
      end: () => stages.flatMap((stage, i) => from(i + 1, stage.end())),
    }
  }
}

/** A decoder whose text loses the spaces before punctuation, as Python's `transformers` does it to a whole text. */
export const cleaning = (decoder: PieceDecoder): PieceDecoder =>
  chain([
    decoder,
    () => {
      let held = ''
      return {
        push(piece) {
          held += piece
          // Nothing that is changed stands on both sides of a space that follows something else than a space or a quote.
          let cut = held.length - 1
          while (cut > 0 && !(held[cut] === ' ' && !/[ ']/.test(held[cut - 1]))) cut--
          if (cut <= 0) return []
          const text = held.slice(0, cut)
          held = held.slice(cut)
          return [withoutSpaces(text)]
        },
        end: () => [withoutSpaces(held)],
      }
    },
  ])

/** `<0xE2>` to bytes. Whether a row of them is a text or not is only known at its end: if not, each becomes U+FFFD. */
const byteFallback: PieceDecoder = () => {
  let bytes: number[] = []
  const endBytes = (): string[] => {
    const row = bytes
    bytes = []
    if (row.length === 0) return []
    try {
      return [new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(Uint8Array.from(row))]
    } catch {
      return row.map(() => '\ufffd')
    }
  }
  return {
    push(piece) {
      const byte = /^<0x([+0-9A-Fa-f][0-9A-Fa-f])>$/.exec(piece)?.[1]
      if (byte === undefined) return [...endBytes(), piece]
      bytes.push(Number.parseInt(byte, 16))
      return []
    },
    end: endBytes,
  }
}

/** `</w>` to a space, but none at the end of the text: the last piece waits for the next. */
const suffixText =
  (suffix: string): PieceDecoder =>
  () => {
    let last: string | undefined
    return {
      push(piece) {
        const before = last
        last = piece
        return before === undefined ? [] : [before.replaceAll(suffix, ' ')]
      },
      end: () => (last === undefined ? [] : [last.replaceAll(suffix, '')]),
    }
  }

/** The text that a model of speech wrote: equal pieces in a row are one, and the padding between them is nothing. */
const alignedText =
  ({
    pad,
    space,
    cleansUp,
  }: {
    readonly pad: string
    readonly space: string
    readonly cleansUp: boolean
  }): PieceDecoder =>
  () => {
    let last: string | undefined
    return {
      push(piece) {
        if (piece === last) return []
        last = piece
        const text = piece.replaceAll(pad, '')
        const written = cleansUp ? cleanedUp(text).replaceAll(space, ' ') : text
        return written === '' ? [] : [written]
      },
      end: () => [],
    }
  }

const stripOptions = (fields: ConfigFields) => ({
  content: fields.character('content'),
  start: fields.whole('start', { otherwise: 0, least: 0 }),
  stop: fields.whole('stop', { otherwise: 0, least: 0 }),
})

/** Takes up to so many of one character away from the beginning and the end of each piece. */
function stripEach(fields: ConfigFields): PieceDecoder {
  const { content, start, stop } = stripOptions(fields)
  return each((piece) => {
    const characters = [...piece]
    let first = 0
    while (first < start && characters[first] === content) first++
    let end = characters.length
    while (characters.length - end < stop && end > first && characters[end - 1] === content) end--
    return characters.slice(first, end).join('')
  })
}

/** The same where the pieces are parts of one: what could still be its end waits. */
function stripWhole(fields: ConfigFields): PieceDecoder {
  const { content, start, stop } = stripOptions(fields)
  return () => {
    let toStrip = start
    let held = ''
    return {
      push(piece) {
        let text = held + piece
        while (toStrip > 0 && text.startsWith(content)) {
          text = text.slice(content.length)
          toStrip--
        }
        if (text !== '') toStrip = 0
        let end = text.length
        while (text.length - end < stop * content.length && text.slice(0, end).endsWith(content)) end -= content.length
        held = text.slice(end)
        return [text.slice(0, end)]
      },
      end: () => [],
    }
  }
}
