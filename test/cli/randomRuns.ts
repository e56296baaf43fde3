// Runs of every kind but a decoder, with random weights: saved in no time, for commands that only run them.

import { join } from 'node:path'
import type { Architecture } from '../../src/checkpoint/architecture.ts'
import { classifyingBert, maskedBert } from '../../src/checkpoint/bert.ts'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import { marian } from '../../src/checkpoint/marian.ts'
import { saveFolder } from '../../src/checkpoint/saveFolder.ts'
import { initialValues } from '../../src/model/start.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { specialTokens } from '../../src/text/special.ts'

/** Saves `runs/reader`, a translator; `runs/filler`, which fills in; `runs/mood`, a classifier. */
export async function saveRandomRuns(folder: string): Promise<void> {
  const reader = CharacterTokenizer.of('the cat', { special: specialTokens['encoder-decoder'] })
  const bert = CharacterTokenizer.of('the cat', { special: specialTokens.encoder })
  const half = { layer: 1, head: 2 }
  const special = { end: [0], pad: 2, start: 2, forcedEnd: [0] }
  const sizes = { vocab: bert.size, context: 12, layer: 1, head: 2, model: 8 }
  const labels = ['bad', 'good', 'so so']
  await save(
    'reader',
    marian,
    { vocab: reader.size, context: 12, model: 8, encoder: half, decoder: half, special },
    reader,
  )
  await save('filler', maskedBert, sizes, bert)
  await save('mood', classifyingBert, { ...sizes, class: labels.length, labels }, bert)

  async function save<Config extends object>(
    name: string,
    architecture: Architecture<Config>,
    config: Config,
    tokenizer: CharacterTokenizer,
  ): Promise<void> {
    const model = architecture.build(config)
    // Twice as large as usual, so that what they say is not all alike.
    const lively = new Map([...initialValues(model, 3)].map(([path, data]) => [path, data.map((x) => 2 * x)]))
    await saveFolder(join(folder, 'runs', name), { architecture, config, tokenizer, weights: withSizes(model, lively) })
  }
}
