// Looking back at a text that was written: values inside the decoder, with the sources that it has read still in the cache.

import { runWith, type Values } from '../engine/engine.ts'
import { roomFor } from '../engine/room.ts'
import type { SequenceModel } from '../model/language.ts'
import { upTo } from '../model/masks.ts'
import { trace } from '../tensor/pass.ts'
import { input } from '../tensor/primitives.ts'
import type { Decoding } from './decoding.ts'
import type { Text } from './rows.ts'

/** The shortest text that is worth a program. */
const shortest = 32

/**
 * Values of the decoder by address, over a text that looks at the source which was read last, the first of them where there were
 * several. Behind the text stands what has no meaning: a program has room for a few lengths.
 */
export async function lookBack(
  decoding: Decoding,
  text: Text,
  addresses: readonly string[],
): Promise<Map<string, Values>> {
  const [rows, source, ready] = decoding.last
  if (!rows || !source) throw new Error('lookBack: nothing was written yet that could be looked at.')
  const edited = (await ready) as SequenceModel
  const { vocab, context } = edited.config
  const positions = roomFor(text.length, shortest, context)
  const batch = rows.count
  const program = await rows.steps.get(`back ${positions} ${source.length} ${addresses.join()}`, () => {
    const encoded = rows.encoded.get(source.length)
    const keep = source.lengths && encoded && upTo(encoded.capacity, input('lengths', { batch }))
    const { names } = trace(edited, () =>
      edited.logits(
        { ids: input('ids', { batch, position: positions }, { below: vocab }) },
        { memory: encoded?.recalled(keep) },
      ),
    )
    return { outputs: Object.fromEntries(addresses.map((address) => [address, names.valueAt(address)])), names }
  })
  const ids = new Int32Array(batch * positions)
  for (let row = 0; row < batch; row++) ids.set(text, row * positions)
  await runWith(program, { ids, ...(source.lengths && { lengths: source.lengths }) })
  return new Map(await Promise.all(addresses.map(async (each) => [each, await program.read(each)] as const)))
}
