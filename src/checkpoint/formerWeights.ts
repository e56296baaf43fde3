// The weights that a save takes the place of. Where they are in shards, or are to be, their names differ from the new ones, and a
// kill may leave both: those that nobody names. So before the first file takes its place, such a save notes what it makes and
// what it replaces; with this the next save removes what is left of either, and never a file of somebody else.
//
//   { "until": "model.safetensors.index.json.4f54ea7b118c.part", "made": ["model-b-00001-of-…"], "former": ["model-00001-of-…"] }
//
// As long as `until` is there the new weights are not in their place.

import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { diskFiles } from './diskFiles.ts'
import { readBytes } from './folderFiles.ts'
import { isShardName, noteName, unfinished, wholeName } from './savedNames.ts'
import { jsonFile, type SavedFile } from './saveWeights.ts'
import { indexName } from './tensorFiles.ts'

/** The weights in a folder: the one file, or the index and the shards that it names; and both, where both are there. */
export async function weightsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return [wholeName, indexName, ...(await shardsOf(folder))].filter((name) => names.includes(name))
}

/** The note that a save makes before its files take their places; undefined where no name changes. */
export function noteOf(
  former: readonly string[],
  files: readonly { readonly name: string; readonly temporary: string }[],
): SavedFile | undefined {
  const weights = files.filter(({ name }) => isWeights(name))
  const until = weights.at(-1)
  const replaced = former.filter((name) => !weights.some((file) => file.name === name))
  const made = weights.map(({ name }) => name).filter((name) => !former.includes(name))
  if (until === undefined || (replaced.length === 0 && !made.some(isShardName))) return undefined
  return jsonFile(noteName, { until: until.temporary, made, former: replaced })
}

/** Removes what a save left that was killed: its unfinished files, and the weights that are not, or no longer, in use. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder)
  const left = names.filter((name) => unfinished(name) !== undefined)
  const inUse = await shardsOf(folder)
  const remove = (name: string): Promise<void> => rm(join(folder, name), { force: true }).catch(() => {})
  // A note goes before the file that it asks for: a kill in between must not make it say the contrary.
  for (const note of left.filter((name) => unfinished(name) === noteName)) {
    const { until, made, former } = noteIn(await jsonIn(folder, note))
    const unused = names.includes(until) ? made.filter((name) => !inUse.includes(name)) : former
    for (const name of unused) if (isWeights(name)) await remove(name)
    await remove(note)
  }
  for (const name of left) await remove(name)
}

const isWeights = (name: string): boolean => name === wholeName || name === indexName || isShardName(name)

/** The shards that an index names. */
async function shardsOf(folder: string): Promise<string[]> {
  const { weight_map: map } = objectOf(await jsonIn(folder, indexName))
  return [...new Set(Object.values(objectOf(map)))].filter(
    (name): name is string => typeof name === 'string' && isShardName(name),
  )
}

function noteIn(json: unknown): { until: string; made: readonly string[]; former: readonly string[] } {
  const { until, made, former } = objectOf(json)
  const texts = (list: unknown): string[] =>
    Array.isArray(list) ? list.filter((name): name is string => typeof name === 'string') : []
  // Cut off, it was never finished, and nothing has changed its place.
  return typeof until === 'string'
    ? { until, made: texts(made), former: texts(former) }
    : { until: '', made: [], former: [] }
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

async function jsonIn(folder: string, name: string): Promise<unknown> {
  try {
    const bytes = await readBytes(diskFiles(folder), name)
    return bytes && JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
