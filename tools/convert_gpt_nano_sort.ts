// Converts gpt-nano-sort, the model that is shown at bbycroft.net/llm, into a folder: a GPT of 85,000 weights, trained by
// Andrej Karpathy's minGPT to sort six digits from 0 to 2.
//
//   node tools/convert_gpt_nano_sort.ts gpt-nano-sort-model.json FOLDER
//   npx cutaway generate FOLDER --prompt 201021 --temperature 0 --tokens 6
//
// minGPT has GPT-2's parts, in other clothes: matrices lie the other way round, and the unembedding is one of its own.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { weightSizes } from '../src/checkpoint/engineWeights.ts'
import { type GPT2FolderConfig, gpt2 } from '../src/checkpoint/gpt2.ts'
import type { StoredTensor } from '../src/checkpoint/safetensors.ts'
import { saveFolder } from '../src/checkpoint/saveFolder.ts'
import { fromCheckpoint, type Weights } from '../src/checkpoint/weights.ts'
import { CharacterTokenizer } from '../src/text/characters.ts'

/** The numbers of a file of this project: by name, in base64. */
export async function readTensors(path: string): Promise<Map<string, StoredTensor>> {
  const { config: _, ...named } = JSON.parse(await readFile(path, 'utf8')) as Record<
    string,
    { shape: number[]; data: string }
  >
  return new Map(
    Object.entries(named).map(([name, { shape, data }]) => {
      const bytes = Buffer.from(data, 'base64')
      const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
      return [name, { shape, data: numbers }]
    }),
  )
}

export const config: GPT2FolderConfig = {
  vocab: 3,
  context: 11,
  layer: 3,
  head: 3,
  model: 48,
  hidden: 192,
  epsilon: 1e-5,
  dropout: 0.1,
  isTied: false,
}

/** The model's weights, by our paths. */
export async function readWeights(path: string): Promise<Weights> {
  const tensors = new Map(
    [...(await readTensors(path))].map(([name, tensor]) => [
      name,
      /\.c_\w+\.weight$/.test(name) ? turned(tensor) : tensor,
    ]),
  )
  return fromCheckpoint(
    { tensors, others: new Map() },
    gpt2.blueprint(config).table,
    weightSizes(gpt2.blueprint(config).build()),
    path,
  )
}

function turned({ shape: [rows, columns], data }: StoredTensor): StoredTensor {
  return { shape: [columns, rows], data: data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, folder] = process.argv.slice(2)
  if (folder === undefined) {
    console.error('convert_gpt_nano_sort: node tools/convert_gpt_nano_sort.ts gpt-nano-sort-model.json FOLDER')
    process.exit(1)
  }
  await saveFolder(folder, {
    blueprint: gpt2.blueprint(config),
    weights: await readWeights(file),
    tokenizer: CharacterTokenizer.of('012'),
    generation: { isSampled: false, temperature: 1, topK: 0, topP: 1 },
  })
  console.log(
    `${folder}: a model that sorts. Try: npx cutaway generate ${folder} --prompt 201021 --temperature 0 --tokens 6`,
  )
}
