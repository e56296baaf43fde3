// A model that is saved in a page, as files to download, and loaded from files as a person would choose them.

import {
  blobsOf,
  blueprintFromJSON,
  getWeights,
  gpt2,
  initialValues,
  savedFiles,
  setWeights,
  withSizes,
} from '../../../src/checkpoint.ts'
import { blobFiles, CharacterTokenizer, cpu, GPT2, loadFolder } from '../../../src/index.ts'

/** What came of it. */
export interface Kept {
  readonly engine: string
  readonly names: readonly string[]
  /** The largest difference between a weight before and after. */
  readonly difference: number
  readonly text: string
}

export async function keep({ threads, dtype }: { threads: number; dtype: 'F32' | 'BF16' }): Promise<Kept> {
  const tokenizer = CharacterTokenizer.of('a rose is a rose')
  const json = { model_type: 'gpt2', vocab_size: tokenizer.size, n_positions: 16, n_layer: 2, n_head: 2, n_embd: 32 }
  const {
    blueprint: { config },
  } = blueprintFromJSON(json, 'config.json', [gpt2])
  const engine = await cpu({ threads })
  const model = new GPT2(config)
  setWeights(engine, model, withSizes(model, initialValues(model, 1)))
  const weights = { engine, model }
  const saved = await savedFiles({ blueprint: gpt2.blueprint(config), tokenizer, weights, dtype, shardBytes: 40_000 })
  const files = [...(await blobsOf(saved))].map(([name, blob]) => new File([blob], name))

  const other = await cpu({ threads })
  const loaded = await loadFolder(blobFiles(files), other, { of: [gpt2] })
  const after = await getWeights(other, loaded.model)
  let difference = 0
  for (const [path, { data }] of await getWeights(engine, model)) {
    const found = after.get(path)?.data ?? []
    data.forEach((value, i) => {
      difference = Math.max(difference, Math.abs(value - (found[i] ?? Number.NaN)) / (Math.abs(value) || 1))
    })
  }
  engine.close()
  other.close()
  const text = loaded.tokenizer.decode(tokenizer.encode('a rose'))
  return { engine: engine.description, names: files.map(({ name }) => name), difference, text }
}
