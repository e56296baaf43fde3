// Kinds of files that commands save where a flag names a file: a file of the same kind may be replaced, nothing else.

import { type FileHandle, open } from 'node:fs/promises'
import { readHeader } from '../checkpoint/tensorFiles.ts'

export interface SavedKind {
  /** The name of such a file, in errors. */
  readonly name: string
  /** The endings that its name may have; one without any says nothing, and may be given to all. */
  readonly endings: readonly string[]
  /** True for a file that was saved as one of this kind. Rejects where it cannot be read. */
  holds(file: string): Promise<boolean>
}

/** More bytes than stand before the body of a page. */
const headBytes = 2 ** 16

const startingWith = (name: string, endings: readonly string[], pattern: RegExp): SavedKind => ({
  name,
  endings,
  holds: (file) =>
    opened(file, async (handle) => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
      return pattern.test(buffer.toString('latin1', 0, bytesRead))
    }),
})

const withTensors = (name: string, tensor: RegExp): SavedKind => ({
  name,
  endings: ['.safetensors'],
  holds: (file) =>
    opened(file, async (handle) => {
      const names = await tensorNames(handle, file)
      return names.length > 0 && names.every((each) => tensor.test(each))
    }),
})

export const picture = startingWith(
  'an SVG',
  ['.svg'],
  /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" class="figure" /,
)
export const png = startingWith('a PNG', ['.png'], /^\x89PNG\r\n/)
export const wav = startingWith('a WAV', ['.wav'], /^RIFF[\s\S]{4}WAVE/)
export const page = startingWith('a page', ['.html', '.htm'], /^<!doctype html>\n(?:.*\n)*<body class="figure">\n/)
export const wordVectors = startingWith('word vectors', ['.txt', '.vec'], /^\d+ \d+\n\S+ -?\d/)
export const graphMlFile = startingWith(
  'a graph',
  ['.graphml', '.xml'],
  /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<!-- An attention graph, written by Cutaway\. -->\n/,
)
export const dotFile = startingWith('a graph', ['.dot', '.gv'], /^\/\/ An attention graph, written by Cutaway\.\n/)
export const labPage = startingWith('a page of the lab', ['.md'], /^# The lab\n/)
export const tunedLens = withTensors('a tuned lens', /^translators\.\d+\./)
export const vectors = withTensors('vectors', /^vectors$/)

/** The tensors of a safetensors file by their names; none where it is no such file. */
async function tensorNames(handle: FileHandle, file: string): Promise<string[]> {
  const { size } = await handle.stat()
  const read = async (offset: number, into: Uint8Array): Promise<void> => {
    await handle.read(into, 0, into.length, offset)
  }
  try {
    return [...(await readHeader({ size, read }, file)).tensors.keys()]
  } catch {
    return []
  }
}

async function opened<T>(file: string, look: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file)
  try {
    return await look(handle)
  } finally {
    await handle.close()
  }
}
