// Runs of every kind but a decoder, with random weights: saved in no time, for commands that only run them.

import { join } from 'node:path'
import { classifyingBert, maskedBert } from '../../src/checkpoint/bert.ts'
import type { Blueprint } from '../../src/checkpoint/blueprint.ts'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import { llama } from '../../src/checkpoint/llama.ts'
import { marian } from '../../src/checkpoint/marian.ts'
import { saveFolder } from '../../src/checkpoint/saveFolder.ts'
import { initialValues } from '../../src/model/start.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { specialTokens } from '../../src/text/special.ts'
import { tokenizerFromJSON } from '../../src/text/tokenizer/fromJSON.ts'
import type { Tokenizer } from '../../src/text/tokenizer.ts'

/** Saves `runs/reader`, a translator; `runs/filler`, which fills in; `runs/mood`, a classifier. */
export async function saveRandomRuns(folder: string): Promise<void> {
  const reader = CharacterTokenizer.of('the cat', { special: specialTokens['encoder-decoder'] })
  const bert = CharacterTokenizer.of('the cat', { special: specialTokens.encoder })
  const half = { layer: 1, head: 2 }
  const special = { end: [0], pad: 2, start: 2, forcedEnd: [0] }
  const sizes = { vocab: bert.size, context: 12, layer: 1, head: 2, model: 8 }
  const labels = ['bad', 'good', 'so so']
  const translator = { vocab: reader.size, context: 12, model: 8, encoder: half, decoder: half, special }
  await save('reader', marian.blueprint(translator), reader)
  await save('filler', maskedBert.blueprint(sizes), bert)
  await save('mood', classifyingBert.blueprint({ ...sizes, class: labels.length, labels }), bert)

  async function save(name: string, blueprint: Blueprint, tokenizer: Tokenizer): Promise<void> {
    await saveRandom(join(folder, 'runs', name), blueprint, tokenizer)
  }
}

/** Words that bring their space, a special token, and bytes; every text begins with `<s>`, and its first space is not written. */
export const spacedPieces = ['<unk>', '<s>', '</s>', '<turn>', '▁the', '▁fox', '▁now', '▁ran', 'es', '<0x0A>', '<0x1B>']

export async function spacedTokenizer(): Promise<Tokenizer> {
  return tokenizerFromJSON({
    added_tokens: [0, 1, 2, 3].map((id) => ({ id, content: spacedPieces[id], special: true })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: { type: 'Split', pattern: { Regex: '▁[a-z]*' }, behavior: 'Isolated', invert: false },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'WordLevel',
      unk_token: '<unk>',
      vocab: Object.fromEntries(spacedPieces.map((piece, id) => [piece, id])),
    },
  })
}

/** Saves a Llama that writes such words, as others publish theirs: without the state of a training. */
export async function saveSpacedRun(folder: string): Promise<void> {
  const sizes = { vocab: spacedPieces.length, context: 16, layer: 1, head: 2, shared: 2, model: 8, hidden: 16 }
  await saveRandom(folder, llama.blueprint(sizes), await spacedTokenizer())
}

/** Saves a folder of a model with random weights; `tokenizer`: that of one that reads texts. */
export async function saveRandom(folder: string, blueprint: Blueprint, tokenizer?: Tokenizer): Promise<void> {
  // Twice as large as usual, so that what they say is not all alike.
  const model = blueprint.build()
  const lively = new Map([...initialValues(model, 3)].map(([path, data]) => [path, data.map((x) => 2 * x)]))
  await saveFolder(folder, { blueprint, ...(tokenizer && { tokenizer }), weights: withSizes(model, lively) })
}
