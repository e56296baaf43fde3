// A new model of each kind, in the words of the architecture whose folder it will be saved as. That is the first of the list
// which is trained as such a kind and says what a new one is like (checkpoint/architectures.ts).

import { architectures } from '../checkpoint/architectures.ts'
import type { AnyArchitecture, Blueprint } from '../checkpoint/blueprint.ts'
import type { GenerationIds } from '../checkpoint/generationIds.ts'
import type { NewSizes, RunKind } from '../checkpoint/newConfig.ts'
import { type Codec, edgeOf } from '../data/codec.ts'
import { endOf, type Task } from '../data/tasks/task.ts'
import type { Tokenizer } from '../text/tokenizer.ts'

/**
 * The blueprint of a new model of these sizes.
 *
 * - `of`: the architectures among which one is found
 *
 * Throws where none of them has new models of this kind.
 */
export function newBlueprint(as: RunKind, sizes: NewSizes, of: readonly AnyArchitecture[] = architectures): Blueprint {
  for (const architecture of of) {
    const blueprint = architecture.trainedAs === as ? architecture.fromSizes(sizes) : undefined
    if (blueprint !== undefined) return blueprint
  }
  throw new Error(
    `newBlueprint: none of ${of.map(({ name }) => name).join(', ')} begins anew as ${as}. Give one that does.`,
  )
}

/** The special ids of a new model, for its config: those of what it writes. */
export function specialIds(
  as: RunKind,
  { special }: Tokenizer,
  { task, codec }: { readonly task?: Task | undefined; readonly codec?: Codec | undefined } = {},
): GenerationIds | undefined {
  if (codec) {
    const edge = edgeOf(codec)
    // Nothing fills up what it reads: an id of what it writes may be none of these.
    return { end: [edge], start: edge, forcedEnd: [edge] }
  }
  if (as === 'encoder-decoder' || as === 'listener') {
    const end = task ? endOf(task) : (special.end ?? 0)
    const pad = task ? end : (special.pad ?? end)
    return { end: [end], pad, start: pad, forcedEnd: [end] }
  }
  const { begin, end, pad } = special
  const found: GenerationIds = {
    ...(begin !== undefined && { begin }),
    ...(end !== undefined && { end: [end] }),
    ...(pad !== undefined && { pad }),
  }
  return Object.keys(found).length === 0 ? undefined : found
}
