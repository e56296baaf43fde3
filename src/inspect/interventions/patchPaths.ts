// Paths: what a sender does to the metric by way of some receivers, and by no other head.
//
//   A   the other text is run, and what the sender says there is kept
//   B   this text is run, and what every head says is kept
//   C   this text is run with the sender's value of A and all other heads as in B; what the receivers are then is kept
//   D   this text is run with the receivers of C: its metric is that of the path
//
// Through MLPs the sender reaches the receivers in C, unless they too stay as in B: then the paths are edges. Wang et al. 2022,
// "Interpretability in the Wild", appendix B. C and D are one program, in which each row of the batch is another sender.

import type { Edited } from '../../edit/edit.ts'
import { givenOf } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { type Address, addressText } from '../../tensor/address.ts'
import type { Names } from '../../tensor/names.ts'
import { addressesIn } from '../asked.ts'
import { editedPass } from '../editedPass.ts'
import { Reader } from '../read.ts'
import { effectOf, type MeasuredPair, measuredPairs } from './effects.ts'
import { labelOfAddress } from './labels.ts'
import { measuredTexts } from './measuredTexts.ts'
import { type Paired, sizesOfPairs } from './pairs.ts'
import type { Patching } from './patch.ts'
import { PathRunner } from './pathRunner.ts'
import { writersOf } from './writers.ts'

/** The effects of senders by way of the receivers; a row is a sender. */
export interface PathPatching extends Patching {
  readonly receivers: readonly string[]
}

export interface PathSettings extends Edited<AnyModel>, Paired {
  /** The values that are sent, one after the other; all heads if not given. A `*` means several. */
  readonly senders?: readonly (Address | string)[] | undefined
  /** The values that receive, all together: `blocks.9.attention.query {head: 6}`, `blocks.11.output`. */
  readonly receivers: readonly (Address | string)[]
  /** True if MLPs stay what they are too, as all heads do, so that only edges from senders to receivers are left. */
  readonly areMlpsFrozen?: boolean | undefined
  /** The number of senders in one run. */
  readonly batch?: number | undefined
  readonly report?: (done: number, of: number) => void
}

/** Patches of paths, one for each sender: the mean over the pairs, with the standard error. Throws as `patch` does. */
export async function patchPaths(settings: PathSettings): Promise<PathPatching> {
  const { model, engine, edits, pairs, direction, report } = settings
  const looking = { model, engine, edits, inputs: pairs[0]?.clean ?? {} }
  const sizes = sizesOfPairs(settings, 'paths')
  const names = await editedPass(looking, 'paths')
  const frozen = frozenPaths(names, settings)
  const senders = addressesIn(names, settings.senders ?? headsOf(names), 'paths')
  const receivers = addressesIn(names, settings.receivers, 'paths')
  if (senders.length === 0) throw new Error('paths: the model has no heads. Say which values are sent.')
  if (receivers.length === 0) throw new Error('paths: there are no receivers. Give the address of at least one value.')
  const { metric, texts } = measuredTexts(names, settings, 'paths')
  const rows = Math.min(senders.length + 1, settings.batch ?? 32)
  const paths = [...new Set([...frozen, ...senders.map(({ path }) => path)])]
  const optional = Object.keys(givenOf(looking.inputs))
  const reader = new Reader({ model, engine, edits, sizes, optional, addresses: paths })
  const carried = await editedPass(looking, 'paths', rows)
  const runner = new PathRunner(carried, { rows, frozen, senders, receivers })
  const program = await engine.compile({ outputs: { metric: metric.of(runner.names) }, names: runner.names })
  const found: MeasuredPair[] = []
  const total = pairs.length * (senders.length + 1)
  try {
    for (const [i, { base, other, asked }] of texts.entries()) {
      const kept = await reader.read(base)
      const sent = await reader.read(other)
      const [unpatched, ...patched] = await runner.run(
        program,
        { ...base, ...asked },
        { kept, sent, senders: [undefined, ...senders] },
        (done) => report?.(i * (senders.length + 1) + done, total),
      )
      // With what it keeps of itself, and nothing sent, the other text is what it is.
      const [goal] = await runner.run(program, { ...other, ...asked }, { kept: sent, sent, senders: [undefined] })
      found.push({ base: unpatched, other: goal, patched })
    }
  } finally {
    await program.close()
    await reader.close()
  }
  return {
    ...measuredPairs(found, direction),
    receivers: receivers.map(addressText),
    rows: senders.map((address, i) => ({
      ...labelOfAddress(address, names.valueAt(address.path).axes),
      address: addressText(address),
      ...effectOf(found, i),
    })),
  }
}

const headsOf = (names: Names): Address[] =>
  writersOf(names).flatMap(({ part, address }) => (part === 'mlp' ? [] : [address]))

/** The paths of what stays as it is: what all heads say, and perhaps MLPs. */
function frozenPaths(names: Names, { areMlpsFrozen = false }: PathSettings): string[] {
  const own = writersOf(names).filter(({ part }) => part !== 'mlp' || areMlpsFrozen)
  return [...new Set(own.map(({ address: { path } }) => path))]
}
