// Models of every kind in a page: they write, translate, embed and classify there as in Node.

import { setWeights, withSizes } from '../../../src/checkpoint/engineWeights.ts'
import { Classifier } from '../../../src/encode/classify.ts'
import { Embedder } from '../../../src/encode/embed.ts'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { Generator } from '../../../src/generate/generate.ts'
import { Bert, ClassifyingBert } from '../../../src/model/bert.ts'
import { EncoderDecoder } from '../../../src/model/encoderDecoder.ts'
import type { WritingModel } from '../../../src/model/language.ts'
import { Llama } from '../../../src/model/llama.ts'
import { initialValues } from '../../../src/model/start.ts'

/** What small models with drawn weights make of a few ids; numbers to four digits. */
export async function runModels(): Promise<object> {
  const sizes = { vocab: 11, context: 24, model: 16 }
  const half = { layer: 1, head: 2 }
  const llama = new Llama({ ...sizes, layer: 2, head: 4, shared: 2, hidden: 24 })
  const translator = new EncoderDecoder({ ...sizes, encoder: half, decoder: half })
  const bert = new Bert({ ...sizes, ...half })
  const classifier = new ClassifyingBert({ ...sizes, ...half, class: 3 })

  const engine = await cpu()
  for (const model of [llama, translator, bert, classifier]) {
    const values = [...initialValues(model, 7)].map(
      ([path, numbers]) => [path, path.endsWith('scale') ? numbers : numbers.map((value) => 8 * value)] as const,
    )
    setWeights(engine, model, withSizes(model, new Map(values)))
  }
  const write = async (model: WritingModel, source?: readonly number[]): Promise<number[]> => {
    const ids: number[] = []
    const writer = new Generator({ engine, model })
    for await (const { id } of writer.generate([1, 2], { tokens: 12, temperature: 0, ...(source && { source }) }))
      ids.push(id)
    return ids
  }
  const rounded = (values: Float32Array): number[] => Array.from(values, (value) => Number(value.toFixed(4)))
  const made = {
    written: await write(llama),
    translated: await write(translator, [3, 1, 4, 1, 5]),
    vectors: (
      await new Embedder({ engine, model: bert }).embed([
        [3, 1, 4],
        [1, 5, 9, 2, 6],
      ])
    ).map(rounded),
    classes: (await new Classifier({ engine, model: classifier }).classify([{ ids: [3, 1, 4] }, { ids: [2] }])).map(
      rounded,
    ),
  }
  engine.close()
  return made
}
