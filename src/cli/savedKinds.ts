// Kinds of files that commands save where a flag names a file: a file of the same kind may be replaced, nothing else.

import { open, stat } from 'node:fs/promises'
import { headerLength, parseHeader } from '../checkpoint/safetensorsHeader.ts'

export interface SavedKind {
  /** The name of such a file, in errors. */
  readonly name: string
  /** True for a file that was saved as one of this kind. Rejects where it cannot be read. */
  holds(file: string): Promise<boolean>
}

/** More bytes than stand before the body of a page. */
const headBytes = 2 ** 16

const startingWith = (name: string, pattern: RegExp): SavedKind => ({
  name,
  holds: async (file) => pattern.test((await bytesFrom(file, 0, headBytes)).toString('latin1')),
})

const withTensors = (name: string, tensor: RegExp): SavedKind => ({
  name,
  async holds(file) {
    const names = await tensorNames(file)
    return names.length > 0 && names.every((each) => tensor.test(each))
  },
})

export const picture = startingWith('a picture', /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" class="figure" /)
export const page = startingWith('a page', /^<!doctype html>\n(?:.*\n)*<body class="figure">\n/)
export const tunedLens = withTensors('a tuned lens', /^translators\.\d+\./)
export const vectors = withTensors('vectors', /^vectors$/)

/** The tensors of a safetensors file by their names; none where it is no such file. */
async function tensorNames(file: string): Promise<string[]> {
  const [{ size }, start] = await Promise.all([stat(file), bytesFrom(file, 0, 8)])
  try {
    const length = headerLength(start, size, file)
    return [...parseHeader(await bytesFrom(file, 8, length), size - 8 - length, file).tensors.keys()]
  } catch {
    return []
  }
}

async function bytesFrom(file: string, begin: number, most: number): Promise<Buffer> {
  const opened = await open(file)
  try {
    const { bytesRead, buffer } = await opened.read(Buffer.alloc(most), 0, most, begin)
    return buffer.subarray(0, bytesRead)
  } finally {
    await opened.close()
  }
}
