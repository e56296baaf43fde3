// Checks of a model by what it does: what may be seen and what is, what must change nothing, and whether all ways of computing it agree.
// A fault is told by its name.
//
// They are tried on one text, not proven for all; each says how far it is off, and where, and those that do not apply say why.

import type { ExpectedValues } from '../../checkpoint/expectedValues.ts'
import type { Looking } from '../editedPass.ts'
import { finiteValues } from './finite.ts'
import { invariances } from './invariance.ts'
import { type LayerError, layerErrors } from './layers.ts'
import { leaks } from './leaks.ts'
import { normalisedAxis } from './normalised.ts'
import { patternChecks } from './patternFaults.ts'
import { type Sensitivity, sensitivityOf } from './sensitivity.ts'
import { subjectOf } from './subject.ts'
import { type Check, namesOfChecks, notApplicable } from './verdict.ts'
import { cachedWriting } from './written.ts'

/** The checks of a model on one text, and what some of them go by. */
export interface Checks {
  readonly checks: readonly Check[]
  /** The tokens on which each output depends, for each input that is a text. */
  readonly sensitivity: readonly Sensitivity[]
  /** The largest error at each layer, for every way of computing that the engine was held to. */
  readonly layers: readonly LayerError[]
}

export interface CheckSettings extends Looking {
  /** Values that somebody else computed of the same model: the fixture of its folder. */
  readonly expected?: ExpectedValues | undefined
  readonly report?: ((done: number, of: number) => void) | undefined
}

/**
 * Checks of a model on one text, in the order in which they are told. Where values are no numbers, no other check applies.
 *
 * - `inputs`: `{ ids }` of at least three tokens, with `{ source }` for a translator; or what else the model reads, a picture, to which
 *   the checks do not apply that change tokens
 *
 * Throws for a text that is too short.
 */
export async function checkModel({ expected, report = () => {}, ...looking }: CheckSettings): Promise<Checks> {
  const subject = await subjectOf(looking)
  const { names, end, reader } = subject
  const stages = 5
  try {
    const finite = await finiteValues(subject)
    if (finite.verdict === 'fail') {
      const checks = completed([finite], `values are no numbers from ${finite.address} on`)
      return { checks, sensitivity: [], layers: [] }
    }
    const byGraph = normalisedAxis({ outputs: [names.valueAt(end)], names })
    report(1, stages)
    // Without tokens there are none to change.
    const hasTokens = subject.ids.length > 0
    const { checks: seen, sensitivity } = hasTokens ? await sensitivityOf(subject) : { checks: [], sensitivity: [] }
    report(2, stages)
    const unchanged = hasTokens ? [...(await invariances(subject)), await cachedWriting(subject)] : []
    report(3, stages)
    const { checks: errors, layers } = await layerErrors(subject, expected)
    report(4, stages)
    const left = await leaks(subject)
    report(5, stages)
    const made = [finite, byGraph, ...patternChecks(subject), ...seen, ...unchanged, ...errors, left]
    const reads = Object.keys(subject.model.reads).join(' and ')
    const checks = hasTokens ? made : completed(made, `the model reads ${reads}, no tokens that could be changed`)
    return { checks, sensitivity, layers }
  } finally {
    await reader.close()
  }
}

/** All checks in their order: those that were not made do not apply, for a reason. */
function completed(made: readonly Check[], reason: string): Check[] {
  const known = new Map(made.map((check) => [check.name, check]))
  return namesOfChecks.map((name) => known.get(name) ?? notApplicable(name, reason))
}
