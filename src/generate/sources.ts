// Sources, of models that look at one: read once for all the texts that are written about them, and kept in a cache.

import { runWith } from '../engine/engine.ts'
import { roomFor } from '../engine/room.ts'
import { Cache } from '../model/cache.ts'
import { checkLength } from '../model/inputValues.ts'
import type { SequenceModel } from '../model/language.ts'
import { upTo } from '../model/masks.ts'
import { cellsPerPlace, checkCells, inputNodes, mostAlong, varyingAxis } from '../model/reads.ts'
import { trace } from '../tensor/pass.ts'
import { constant, input, size, table } from '../tensor/primitives.ts'
import { longestText, type Rows, sideBySide, type Text } from './rows.ts'

/** The sources that were read: their length in the cache, and that of each row's where they are of different lengths. */
export interface ReadSources {
  readonly length: number
  readonly lengths: Int32Array | undefined
}

/** The shortest source that is worth a program. */
const shortest = 16

/** Reads sources; each is looked at by so many rows, which stand side by side. Throws for one that the model cannot read. */
export async function readSources(
  { model, edited, rows }: { readonly model: SequenceModel; readonly edited: SequenceModel; readonly rows: Rows },
  sources: readonly Text[],
  copies: number,
): Promise<ReadSources> {
  const { source: reading } = model.reads
  for (const source of sources) {
    checkLength('generate', 'source', reading, source)
    checkCells('generate: the source', reading, source)
  }
  const batch = sources.length
  const axis = varyingAxis(reading)
  const width = cellsPerPlace(reading)
  const length = axis === undefined ? 1 : roomFor(longestText(sources) / width, shortest, mostAlong(reading.axes[axis]))
  const cells = batch * length * width
  const filled = reading.below === undefined ? new Float32Array(cells) : new Int32Array(cells)
  for (const [row, source] of sources.entries()) filled.set(source, row * length * width)
  const program = await rows.encoders.get(`${length} ${copies}`, () => {
    const keep = axis && upTo(length, input('lengths', { batch }))
    const inputs = inputNodes(model.reads, { batch, ...(axis && { [axis]: length }) }, ['source'])
    const { outputs: cache, names } = trace(model, () => {
      const encoded = edited.encode(inputs, { ...(keep && { keep }) })
      const kept = new Cache({
        capacity: size(encoded, 'position'),
        start: constant(0),
        shared: rows.encoded.get(length),
        rows: copies > 1 ? table({ batch: rows.count }, sideBySide([...sources.keys()], copies)) : undefined,
      })
      edited.remember(encoded, kept)
      return kept
    })
    rows.encoded.set(length, cache)
    return { outputs: {}, updates: cache.updates, names }
  })
  const lengths = Int32Array.from(sources, ({ length }) => length / width)
  await runWith(program, { source: filled, lengths })
  return { length, lengths: axis === undefined ? undefined : Int32Array.from(sideBySide(Array.from(lengths), copies)) }
}
