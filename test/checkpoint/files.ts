// Checkpoints for tests that are never on a disk: safetensors files of any dtype, as a page would have them.

import { blobFiles } from '../../src/checkpoint/blobFiles.ts'
import type { FolderFiles } from '../../src/checkpoint/folderFiles.ts'
import { allocate, bytesOf, convert } from '../../src/checkpoint/numbers.ts'
import { writeHeader } from '../../src/checkpoint/safetensorsHeader.ts'
import type { SavedFile } from '../../src/checkpoint/saveWeights.ts'

export type DType = 'F64' | 'F32' | 'F16' | 'BF16'

export interface TestTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** Numbers that the dtype can hold. */
  readonly data: readonly number[] | Float64Array | Float32Array
}

/** The bytes of a safetensors file. */
export function safetensors(tensors: Readonly<Record<string, TestTensor>>): Uint8Array {
  const entries = Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape }))
  return new Uint8Array(
    Buffer.concat([writeHeader(entries), ...Object.values(tensors).map(({ dtype, data }) => encoded(dtype, data))]),
  )
}

function encoded(dtype: DType, data: TestTensor['data']): Uint8Array {
  const doubles = Float64Array.from(data)
  if (dtype === 'F16') return bytesOf({ type: 'f16', data: Uint16Array.from(doubles, halfOf) })
  const numbers = allocate(dtype === 'F64' ? 'f64' : dtype === 'F32' ? 'f32' : 'bf16', doubles.length)
  convert({ type: 'f64', data: doubles }, numbers)
  return bytesOf(numbers)
}

/** The bits of an F16 that holds a number exactly. */
function halfOf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size === 0) return sign
  const exponent = Math.max(-14, Math.floor(Math.log2(size)))
  const fraction = size * 2 ** (10 - exponent)
  if (!Number.isInteger(fraction) || exponent > 15) throw new Error(`${value} is no F16`)
  return sign + (fraction < 1024 ? fraction : ((exponent + 15) << 10) + fraction - 1024)
}

/** A folder of files, each as bytes, as a text, or as what is to be JSON. */
export function folderOf(files: Readonly<Record<string, Uint8Array | string | object>>, name = 'folder'): FolderFiles {
  const bytes = Object.entries(files).map(([file, content]): [string, Blob] => {
    if (content instanceof Uint8Array) return [file, new Blob([new Uint8Array(content)])]
    return [file, new Blob([typeof content === 'string' ? content : JSON.stringify(content)])]
  })
  return blobFiles(new Map(bytes), name)
}

/** Files that would be saved, as a folder. */
export async function folderOfSaved(files: readonly SavedFile[], name?: string): Promise<FolderFiles> {
  const all: Record<string, Uint8Array> = {}
  for (const file of files) all[file.name] = await bytesOfFile(file)
  return folderOf(all, name)
}

/** All bytes of a file that would be saved; it must be as long as it says. */
export async function bytesOfFile(file: SavedFile): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  // A chunk holds good only here.
  await file.write((chunk) => {
    chunks.push(chunk.slice())
  })
  const bytes = new Uint8Array(Buffer.concat(chunks))
  if (bytes.length !== file.bytes) throw new Error(`${file.name} has ${bytes.length} bytes, not ${file.bytes}`)
  return bytes
}
