// Targets: safetensors files, indexes of shards, whole folders, and the state of a training.

import {
  historyFromJSON,
  initialValues,
  loadChatTemplate,
  loadModel,
  readSafetensors,
  readTraining,
  weightSizes,
  withSizes,
  writeTraining,
} from '../../src/checkpoint.ts'
import { type AnyModel, CharacterTokenizer, GPT2, generate, loadFolder, small } from '../../src/index.ts'
import { reference } from '../../src/tensor.ts'
import { settingsFromJSON } from '../../src/train/pastFromJSON.ts'
import { folderOf } from '../../test/checkpoint/files.ts'
import { written } from './configs.ts'
import { folders } from './examples.ts'
import { mutatedBytes, mutatedJSON, mutatedText } from './mutate.ts'
import type { Random } from './random.ts'
import { claim, claimFinite, target } from './target.ts'

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** A safetensors file with another header: its bytes, or its JSON, are changed. */
function mutatedSafetensors(bytes: Uint8Array, random: Random): Uint8Array {
  if (random.percent(25)) return mutatedBytes(bytes, random)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const header = decoder.decode(bytes.subarray(8, 8 + length))
  const text = random.percent(70) ? written(mutatedJSON(JSON.parse(header), random)) : mutatedText(header, random)
  return withHeader(encoder.encode(text), bytes.subarray(8 + length))
}

function withHeader(header: Uint8Array, data: Uint8Array): Uint8Array {
  const file = new Uint8Array(8 + header.length + data.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  file.set(data, 8 + header.length)
  return file
}

const safetensors = folders.flatMap((files) => files['model.safetensors'] ?? [])

export const safetensorsFiles = target(
  'safetensors',
  (random) => mutatedSafetensors(random.pick(safetensors), random),
  (bytes) => {
    for (const [name, { shape, data }] of readSafetensors(bytes).tensors)
      claim(shape.reduce((product, size) => product * size, 1) === data.length, `${name} has ${data.length} numbers`)
  },
)

/** A folder whose weights are in two files. */
const sharded = ((): Record<string, Uint8Array> => {
  const [first] = safetensors
  const names = [...readSafetensors(first).tensors.keys()]
  const index = {
    metadata: {},
    weight_map: Object.fromEntries(names.map((name) => [name, 'model-00001-of-00001.safetensors'])),
  }
  const { 'model.safetensors': weights, ...rest } = folders[0]
  return {
    ...rest,
    'model-00001-of-00001.safetensors': weights,
    'model.safetensors.index.json': encoder.encode(JSON.stringify(index)),
  }
})()

export const modelFolders = target(
  'folders',
  (random) => {
    const files: Record<string, Uint8Array> = { ...random.pick([...folders, sharded]) }
    const name = random.pick(Object.keys(files))
    files[name] = name.endsWith('.json')
      ? mutatedFile(files[name], random)
      : random.percent(80)
        ? mutatedSafetensors(files[name], random)
        : withOddNumbers(files[name], random)
    return files
  },
  async (files) => {
    const engine = reference()
    try {
      const folder = folderOf(files)
      const hasTokenizer = 'tokenizer.json' in files
      const loaded = hasTokenizer ? await loadFolder(folder, engine) : await loadModel(folder, engine)
      claimFinite(loaded.blueprint.config, 'config')
      await loadChatTemplate(folder)
      const model: AnyModel = loaded.model
      if (model.kind !== 'decoder' && model.kind !== 'encoder-decoder') return
      const settings = { engine, model, prompt: [0, 1], tokens: 2, temperature: 0 }
      const source = model.kind === 'encoder-decoder' ? { source: [1, 2] } : {}
      for await (const { id } of generate({ ...settings, ...source }))
        claim(Number.isInteger(id) && id >= 0 && id < loaded.blueprint.sizes.vocab, `id ${id}`)
    } finally {
      engine.close()
    }
  },
)

function mutatedFile(bytes: Uint8Array, random: Random): Uint8Array {
  const text = decoder.decode(bytes)
  return encoder.encode(random.percent(70) ? written(mutatedJSON(JSON.parse(text), random)) : mutatedText(text, random))
}

/** Some of the last weights are no numbers, or hardly. */
function withOddNumbers(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes)
  const view = new DataView(changed.buffer)
  for (let i = random.below(3); i >= 0; i--)
    view.setFloat32(
      bytes.length - 4 * (1 + random.below(100)),
      random.pick([Number.NaN, Infinity, -Infinity, 3e38, 1e-45]),
      true,
    )
  return changed
}

const tokenizer = CharacterTokenizer.of('the cat sat on the mat')
const model = new GPT2({ vocab: tokenizer.size, context: 4, layer: 1, head: 1, model: 4 })
const weights = withSizes(model, initialValues(model, 1))
const history = [
  { step: 0, training: 3, validation: 3.1 },
  { step: 2, training: 2, validation: 2.9 },
]
const settings = { ...small.training, kind: 'decoder', text: { files: ['a.txt'], hash: 'x', characters: 3 } }
const state = { step: 2, seed: 3, settings, history, weights, first: weights, second: weights }
const training = new Uint8Array(Buffer.concat(writeTraining(state)))
const trainingSizes = weightSizes(model)

export const trainingFiles = target(
  'training.safetensors',
  (random) => {
    if (random.percent(30)) return mutatedSafetensors(training, random)
    const length = Number(new DataView(training.buffer).getBigUint64(0, true))
    const header = JSON.parse(decoder.decode(training.subarray(8, 8 + length))) as {
      __metadata__: Record<string, unknown>
    }
    const name = random.pick(['settings', 'settings', 'history', 'step', 'seed', 'format'])
    const text = String(header.__metadata__[name])
    const changed =
      random.percent(70) && (name === 'settings' || name === 'history')
        ? written(mutatedJSON(JSON.parse(text), random))
        : mutatedText(text, random)
    const metadata = { ...header.__metadata__, [name]: changed }
    return withHeader(
      encoder.encode(JSON.stringify({ ...header, __metadata__: metadata })),
      training.subarray(8 + length),
    )
  },
  (bytes) => {
    const read = readTraining(bytes, trainingSizes)
    claim(Number.isSafeInteger(read.step) && read.step >= 0, `the step is ${read.step}`)
    claimFinite(settingsFromJSON(read.settings), 'settings')
    historyFromJSON(read.history)
  },
)
