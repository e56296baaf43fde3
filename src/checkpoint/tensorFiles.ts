// The tensors of a checkpoint, in one file or in several (shards):
//
//   model.safetensors                   all of them, or
//   model.safetensors.index.json        { "weight_map": { "<tensor>": "<shard>", … } }
//   model-00001-of-00002.safetensors    the shards
//
// Only the headers are read here. An index comes from outside, as does every header.

import { checkIsObject, kindOf } from '../text/json.ts'
import { type FolderFiles, missing, type OpenFile, placeOf, readJSON } from './folderFiles.ts'
import { headerLength, parseHeader, type SafetensorsHeader, type TensorEntry } from './safetensorsHeader.ts'

/** Where a tensor is. */
export interface StoredEntry extends TensorEntry {
  readonly file: OpenFile
  /** The byte of the file with which its data begin. */
  readonly data: number
}

export interface TensorFiles {
  /** The file's name, or the index's, for errors. */
  readonly place: string
  readonly tensors: ReadonlyMap<string, StoredEntry>
  close(): Promise<void>
}

const single = 'model.safetensors'
export const indexName = 'model.safetensors.index.json'

/**
 * Opens a folder's tensors. Throws when there are none, and when an index and its shards do not agree.
 */
export async function openTensors(files: FolderFiles): Promise<TensorFiles> {
  const whole = await files.open(single)
  const opened: OpenFile[] = whole ? [whole] : []
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((file) => file.close()))
  }
  try {
    if (whole) {
      const place = placeOf(files, single)
      return { place, tensors: entriesOf(await readHeader(whole, place), whole), close }
    }
    const index = await readJSON(files, indexName)
    if (index === undefined) return await missing(files, single)
    const place = placeOf(files, indexName)
    return { place, tensors: await openShards(files, checkIndex(index, place), opened), close }
  } catch (error) {
    await close()
    throw error
  }
}

interface OpenedHeader extends SafetensorsHeader {
  /** The byte with which the data begin. */
  readonly data: number
}

/** Reads the header of an open safetensors file. */
export async function readHeader(file: Pick<OpenFile, 'size' | 'read'>, place: string): Promise<OpenedHeader> {
  const start = new Uint8Array(8)
  if (file.size >= 8) await file.read(0, start)
  const bytes = new Uint8Array(headerLength(start, file.size, place))
  await file.read(8, bytes)
  const data = 8 + bytes.length
  return { ...parseHeader(bytes, file.size - data, place), data }
}

function entriesOf({ tensors, data }: OpenedHeader, file: OpenFile): Map<string, StoredEntry> {
  return new Map([...tensors].map(([name, entry]) => [name, { ...entry, file, data }]))
}

/** The shard of every tensor, by the tensor's name. */
function checkIndex(json: unknown, place: string): ReadonlyMap<string, string> {
  checkIsObject(json, place)
  const { weight_map: map } = json
  checkIsObject(map, `${place}: weight_map`)
  const shards = new Map<string, string>()
  for (const [tensor, shard] of Object.entries(map)) {
    if (typeof shard !== 'string' || !/^[^/\\:]+\.safetensors$/.test(shard)) {
      throw new Error(
        `${place}: tensor ${kindOf(tensor)} is to be in ${kindOf(shard)}, but shards are .safetensors files of the same folder. ` +
          'Do not use this index; fetch it again from where you trust.',
      )
    }
    shards.set(tensor, shard)
  }
  return shards
}

async function openShards(
  files: FolderFiles,
  index: ReadonlyMap<string, string>,
  opened: OpenFile[],
): Promise<ReadonlyMap<string, StoredEntry>> {
  const place = placeOf(files, indexName)
  const all = new Map<string, StoredEntry>()
  const shardOf = new Map<string, string>()
  for (const shard of new Set(index.values())) {
    const file = await files.open(shard)
    if (file === undefined) {
      const tensors = [...index.values()].filter((each) => each === shard).length
      throw new Error(
        `${files.name}: there is no ${shard} in it, which holds ${tensors} of the model's tensors (${indexName}). ` +
          'Fetch it too, or save the model again.',
      )
    }
    opened.push(file)
    for (const [name, entry] of entriesOf(await readHeader(file, placeOf(files, shard)), file)) {
      const before = shardOf.get(name)
      // Of a tensor that is in several shards the one counts that the index names: another may be left of another save.
      const named = index.get(name)
      if (before !== undefined && before === named) continue
      if (before !== undefined && named !== shard)
        throw new Error(
          `${place}: tensor ${kindOf(name)} is in ${before} and in ${shard}, so it is unclear which holds. Save the model again.`,
        )
      shardOf.set(name, shard)
      all.set(name, entry)
    }
  }
  for (const [name, shard] of index) {
    const found = shardOf.get(name)
    if (found === shard) continue
    throw new Error(
      `${place}: tensor ${kindOf(name)} is to be in ${shard}, but is ${found === undefined ? 'not there' : `in ${found}`}. ` +
        'The files are not of one save; fetch or save them all again.',
    )
  }
  return all
}
