// What `cutaway patch` patches in a run, and how it is shown.

import { attributeEdges } from '../inspect/interventions/attributeEdges.ts'
import { faithfulness } from '../inspect/interventions/faithfulness.ts'
import type { PatchDirection } from '../inspect/interventions/pairs.ts'
import { patchEdges } from '../inspect/interventions/patchEdges.ts'
import { patchParts } from '../inspect/interventions/patchParts.ts'
import { patchPaths } from '../inspect/interventions/patchPaths.ts'
import { readsSeveral } from '../inspect/stream/guessAt.ts'
import { checkNoPosition } from '../inspect/stream/readout.ts'
import { edgeScoresFigure, edgesFigure } from '../show/edgesFigure.ts'
import { patchingFigure } from '../show/patchingFigure.ts'
import { pathsFigure } from '../show/pathsFigure.ts'
import { askedPosition, type ExampleInRun, type Found, usualPosition } from './lookInside.ts'
import { readsCodes } from './openRun.ts'
import type { Patched, PatchValues } from './patchFlags.ts'
import { type GivenPair, maskedPosition, type PairInRun, pairsInRun } from './patchPairs.ts'
import type { Terminal } from './terminal.ts'

/** Patches what is asked for, and says what was patched. */
export async function lookAtPatches(
  {
    values,
    what,
    pairs: given,
    folder,
  }: { values: PatchValues; what: Patched; pairs: readonly GivenPair[]; folder: string },
  sight: ExampleInRun,
  terminal: Terminal,
): Promise<Found> {
  const { run, looking, tokens, answers, picture, sound } = sight
  const { model } = run
  if (model.kind === 'encoder')
    throw new Error(
      'patch: the model gives vectors, so that there is no logit to look at. Give a run that writes, translates, fills in or names classes.',
    )
  const settings = { folder, terminal, special: !values.noSpecial, target: values.target }
  const pairs = await pairsInRun(given, sight, settings)
  const position = await readPosition(values, sight, pairs)
  const [{ metric: first, corruptTokens }] = pairs
  const { inputs: _, ...rest } = looking
  const direction: PatchDirection = values.noising ? 'noising' : 'denoising'
  const asked = { ...rest, pairs, metric: { ...first, position }, direction }
  const words = {
    metric: metricText(pairs, (id) => JSON.stringify(answers.wordOf(id))),
    tokens: sameInAll(pairs, 'cleanTokens'),
    corrupt: sameInAll(pairs, 'corruptTokens'),
    ...(sight.source && { target: tokens }),
    picture,
    sound,
    ...(readsCodes(run) && { thing: 'picture' as const }),
    top: values.top ?? 20,
  }
  const { facts, figure } = await found(values, what, asked, words, terminal)
  return {
    facts: {
      ...(values.pairs === undefined
        ? { corruptText: given[0].corrupt, ...(sight.source ? { corruptSource: corruptTokens } : { corruptTokens }) }
        : {
            text: undefined,
            tokens: undefined,
            pairsFile: values.pairs,
            texts: given.map(({ place: _, ...pair }) => pair),
          }),
      metric: { ...first, position, text: words.metric },
      what,
      ...facts,
    },
    figure,
  }
}

/** The position whose logit is looked at; none where the model reads several at once, and one that is asked for is refused. */
async function readPosition(
  values: PatchValues,
  sight: ExampleInRun,
  pairs: readonly PairInRun[],
): Promise<number | undefined> {
  const { run, looking, tokens } = sight
  if (run.model.kind === 'masked' && values.position === undefined) return maskedPosition(run.tokenizer, pairs)
  if (await readsSeveral({ ...looking, inputs: pairs[0].clean }, 'patch')) {
    checkNoPosition('patch', values.position)
    return undefined
  }
  return askedPosition('patch', values.position, tokens.length, usualPosition(sight))
}

type Asked = Parameters<typeof patchParts>[0]
type Words = Parameters<typeof patchingFigure>[1] & { readonly top: number }

/** The facts of what is asked for, and their figure. */
async function found(
  values: PatchValues,
  what: Patched,
  asked: Asked,
  words: Words,
  terminal: Terminal,
): Promise<Found> {
  const reporting =
    (things: string) =>
    (done: number, of: number): void =>
      terminal.repaint(`${done} of ${of} ${things}`)
  const choice = {
    ...(values.from.length > 0 && { from: values.from }),
    ...(values.to.length > 0 && { to: values.to }),
  }
  switch (what) {
    case 'parts': {
      const facts = await patchParts({ ...asked, hasEstimate: true, report: reporting('patches') })
      return { facts, figure: () => patchingFigure(facts, words) }
    }
    case 'edges': {
      const facts = await patchEdges({ ...asked, ...choice, isScaleHeld: values.holdScale, report: reporting('edges') })
      return { facts, figure: () => edgesFigure(facts, words) }
    }
    case 'paths': {
      const { from: senders, to: receivers = [] } = choice
      const paths = { senders, receivers, areMlpsFrozen: values.freezeMlps, report: reporting('paths') }
      const facts = await patchPaths({ ...asked, ...paths })
      return { facts, figure: () => pathsFigure(facts, words) }
    }
    case 'attribution': {
      const facts = await attributeEdges({ ...asked, ...choice, steps: values.steps, report: reporting('gradients') })
      const circuits = values.circuits && {
        circuits: await faithfulness({
          ...asked,
          circuits: values.circuits.map((edges) => facts.rows.slice(0, edges)),
          report: reporting('pairs'),
        }),
      }
      return { facts: { ...facts, ...circuits }, figure: () => edgeScoresFigure(facts, words, circuits?.circuits) }
    }
  }
}

/** The tokens of all pairs' texts: those that are not the same everywhere are called by their number. */
const sameInAll = (pairs: readonly PairInRun[], which: 'cleanTokens' | 'corruptTokens'): string[] =>
  pairs[0][which].map((token, i) =>
    pairs.every((pair) => pair.cleanTokens[i] === token && pair.corruptTokens[i] === token) || pairs.length === 1
      ? token
      : `${i}`,
  )

function metricText(pairs: readonly PairInRun[], wordOf: (id: number) => string): string {
  const [{ metric }] = pairs
  const isOne = pairs.every((pair) => pair.metric.token === metric.token && pair.metric.against === metric.against)
  if (!isOne)
    return metric.against === undefined
      ? "the logit of each pair's token"
      : "the logit of each pair's token less that of the one against it"
  const own = `the logit of ${wordOf(metric.token)}`
  return metric.against === undefined ? own : `${own} less that of ${wordOf(metric.against)}`
}
