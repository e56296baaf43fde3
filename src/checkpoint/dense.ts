// A layer on top of an encoder's vectors, as sentence-transformers keeps it in a folder of its own:
//
//   y = activation(x · weight + bias)      2_Dense/config.json, 2_Dense/model.safetensors

import { ConfigFields } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'
import { type FolderFiles, placeOf, readJSON } from './folderFiles.ts'
import { isReadable } from './match.ts'
import { convert, type NumberType, numbersIn } from './numbers.ts'
import { numberTypes } from './safetensorsHeader.ts'
import { openTensors, type TensorFiles } from './tensorFiles.ts'

export interface Dense {
  readonly from: number
  readonly to: number
  /** A row of `from` numbers for each of `to`. */
  readonly weight: Float32Array
  readonly bias?: Float32Array
  readonly activation: keyof typeof denseActivations
}

/** The functions that may be applied to each number. */
export const denseActivations = {
  tanh: Math.tanh,
  none: (x: number) => x,
  relu: (x: number) => Math.max(0, x),
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  silu: (x: number) => x / (1 + Math.exp(-x)),
} as const

const names: Readonly<Record<string, Dense['activation']>> = {
  'torch.nn.modules.activation.Tanh': 'tanh',
  'torch.nn.modules.linear.Identity': 'none',
  'torch.nn.modules.activation.ReLU': 'relu',
  'torch.nn.modules.activation.Sigmoid': 'sigmoid',
  'torch.nn.modules.activation.SiLU': 'silu',
}

/** Reads a Dense module. Throws for what it cannot do, and where its weights have other sizes than its config.json says. */
export async function denseFrom(files: FolderFiles, path: string): Promise<Dense> {
  const name = `${path}/config.json`
  const fields = new ConfigFields((await readJSON(files, name)) ?? {}, placeOf(files, name))
  for (const each of ['module_input_name', 'module_output_name']) fields.only(each, ['sentence_embedding'])
  fields.only('use_residual', [false])
  const [from, to] = [fields.whole('in_features'), fields.whole('out_features')]
  const activation = fields.choice('activation_function', names, 'torch.nn.modules.activation.Tanh')
  const hasBias = fields.flag('bias', true)
  const stored = await openTensors(within(files, path))
  try {
    const weight = await numbersOf(stored, 'linear.weight', [to, from])
    const bias = hasBias ? await numbersOf(stored, 'linear.bias', [to]) : undefined
    return { from, to, weight, activation, ...(bias && { bias }) }
  } finally {
    await stored.close()
  }
}

/** The files of a folder within a folder. */
const within = (files: FolderFiles, path: string): FolderFiles => ({
  name: placeOf(files, path),
  // What else is there cannot be known: it serves advice alone.
  list: async () => [],
  open: (name) => files.open(`${path}/${name}`),
})

async function numbersOf(
  { tensors, place }: TensorFiles,
  name: string,
  shape: readonly number[],
): Promise<Float32Array> {
  const entry = tensors.get(name)
  if (entry === undefined || !isReadable(entry) || entry.shape.join() !== shape.join())
    throw new Error(
      `${place}: ${name} is ${entry === undefined ? 'missing' : `${entry.dtype} (${entry.shape.join(', ')})`}, but config.json asks for ` +
        `${kindOf(shape.join(', ')).replaceAll('"', '')} floating point numbers. Take both from the same save.`,
    )
  const bytes = new Uint8Array(entry.end - entry.begin)
  await entry.file.read(entry.data + entry.begin, bytes)
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  convert(numbersIn(numberTypes.get(entry.dtype) as NumberType, bytes), { type: 'f32', data })
  return data
}
