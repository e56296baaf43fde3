// cutaway patch: what values of one text do to what the model says of another.

import { attributeEdges } from '../inspect/interventions/attributeEdges.ts'
import { faithfulness } from '../inspect/interventions/faithfulness.ts'
import type { PatchDirection } from '../inspect/interventions/pairs.ts'
import { patchEdges } from '../inspect/interventions/patchEdges.ts'
import { patchParts } from '../inspect/interventions/patchParts.ts'
import { patchPaths } from '../inspect/interventions/patchPaths.ts'
import { edgeScoresFigure, edgesFigure } from '../show/edgesFigure.ts'
import { patchingFigure } from '../show/patchingFigure.ts'
import { pathsFigure } from '../show/pathsFigure.ts'
import { tokenText } from '../text/tokenText.ts'
import type { Command } from './command.ts'
import { choice, dashed, type FlagValues, path, text, texts, toggle, whole, wholes } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { askedPosition, type Found, lookInside, lookingFlags, type TextInRun } from './lookInside.ts'
import { openingHelp } from './opening.ts'
import { type GivenPair, maskedPosition, type PairInRun, pairsInRun, pairsOfFile } from './patchPairs.ts'
import type { Terminal } from './terminal.ts'

const { target, ...otherFlags } = lookingFlags

const flags = {
  token: text('the token whose logit is looked at', { value: '" x"' }),
  against: text('a token whose logit is taken away from it', { value: '" y"' }),
  position: whole('the position that says what comes next, from 0, or from the end: -1', {
    usual: 'the last; the mask of a model that fills in',
  }),
  pairs: path('several pairs of texts, for errors: one a line, "clean TAB corrupt TAB token TAB against", or as JSON', {
    value: 'FILE',
  }),
  noising: toggle('patch values of the corrupt text into the clean one, rather than the other way'),
  what: choice(
    'values at each place (parts), edges by themselves, edges by one gradient, or paths of other heads at rest',
    ['parts', 'edges', 'attribution', 'paths'],
  ),
  from: texts('writers where edges begin, or senders of paths', { value: 'ADDRESS' }),
  to: texts('readers where edges end, or receivers of paths', { value: 'ADDRESS' }),
  holdScale: toggle('edges: the norm of the reader divides as it did before'),
  freezeMlps: toggle('paths: MLPs stay at rest too'),
  steps: whole('attribution: gradients on the way from one text to the other', { least: 1, usual: '1' }),
  circuits: wholes('attribution: how faithful so many of the strongest edges are alone'),
  top: whole('the number of edges in the table', { least: 1, usual: '20' }),
  target,
  ...otherFlags,
}

type Values = FlagValues<typeof flags>
type What = NonNullable<Values['what']>

/** The flags that are for some of what can be patched. */
const flagsOf: Readonly<Partial<Record<keyof typeof flags, readonly What[]>>> = {
  from: ['edges', 'attribution', 'paths'],
  to: ['edges', 'attribution', 'paths'],
  holdScale: ['edges'],
  freezeMlps: ['paths'],
  steps: ['attribution'],
  circuits: ['attribution'],
  top: ['edges', 'attribution'],
}

export const patchCommand: Command<typeof flags> = {
  name: 'patch',
  takes: 'RUN CLEAN CORRUPT',
  summary: 'Shows where a model keeps what two texts differ in: values of the clean text, put into the corrupt one',
  flags,
  about: [
    'Both texts have as many tokens, and the same things at the same places. One value after the other is taken from the clean text: the stream at each position after each block, then each head and each MLP. The share says how far the logit, or the difference of two, goes from that of the corrupt text to that of the clean one. Beside it stands an estimate by one gradient, which is good where values change little.',
    "An edge is what one head or MLP writes and one other reads: by a head's queries, keys or values, an MLP, or the logits. A path is what a sender does by way of receivers, when all other heads say what they said.",
    'Of a translator the sources are patched, and both have the same target.',
    openingHelp,
  ],
  examples: [
    {
      line: 'cutaway patch runs/shakespeare "Romeo loves" "Paris loves" --token " " --against "s"',
      does: 'a difference of two logits',
    },
    {
      line: 'cutaway patch runs/shakespeare --pairs pairs.tsv --what attribution --circuits 10,100',
      does: 'all edges, over several pairs',
    },
  ],
  async run({ values, given, positionals: [folder, ...words] }, terminal) {
    const what = values.what ?? 'parts'
    for (const [flag, own] of Object.entries(flagsOf))
      if (given.has(flag as keyof typeof flags) && !own.includes(what))
        throw new Error(
          `patch: --${dashed(flag)} is for --what ${own.join(' and ')}, but --what ${what} is asked for. Leave one of them out.`,
        )
    if (what === 'paths' && values.to.length === 0)
      throw new Error(
        'patch: by way of which values do paths go? Give --to ADDRESS, such as --to blocks.1.attention.query.',
      )
    const pairs = await givenPairs(folder, words, values)
    return lookInside(
      'patch',
      { values, folder, given: pairs[0]?.clean, kinds: ['decoder', 'masked', 'encoder-decoder'] },
      terminal,
      (sight) => look({ values, what, pairs, folder: folder ?? '' }, sight, terminal),
    )
  },
}

/** The pairs as they were given. */
async function givenPairs(
  folder: string | undefined,
  [clean, corrupt, ...more]: readonly string[],
  { pairs, token, against }: Values,
): Promise<GivenPair[]> {
  if (folder === undefined) return []
  if (pairs !== undefined) {
    if (clean !== undefined)
      throw new Error(`patch takes its texts from ${pairs}, but got also "${clean}". Leave one of both out.`)
    return (await pairsOfFile(pairs)).map((pair) => ({
      ...pair,
      token: pair.token ?? token,
      against: pair.against ?? against,
    }))
  }
  if (clean === undefined) return []
  if (!corrupt)
    throw new Error(
      `patch needs two texts: ${cutaway(`patch ${quoted(folder)} ${quoted(clean)} "another text" --token " x"`)}.`,
    )
  if (more.length > 0)
    throw new Error(`patch takes two texts, but got also "${more.join(' ')}". Put each text in quotes.`)
  return [{ place: 'patch', clean, corrupt, token, against }]
}

async function look(
  { values, what, pairs: given, folder }: { values: Values; what: What; pairs: readonly GivenPair[]; folder: string },
  sight: TextInRun,
  terminal: Terminal,
): Promise<Found> {
  const { run, looking, tokens } = sight
  const { model, tokenizer } = run
  if (model.kind === 'classifier' || model.kind === 'encoder')
    throw new Error(
      'patch: the model says nothing of tokens, so that there is no logit to look at. Give a run that writes, translates or fills in.',
    )
  const pairs = await pairsInRun(given, sight, { folder, terminal, special: !values.noSpecial, target: values.target })
  const position =
    model.kind === 'masked' && values.position === undefined
      ? maskedPosition(tokenizer, pairs)
      : askedPosition('patch', values.position, tokens.length)
  const [{ metric: first, corruptTokens }] = pairs
  const { inputs: _, ...rest } = looking
  const direction: PatchDirection = values.noising ? 'noising' : 'denoising'
  const asked = { ...rest, pairs, metric: { ...first, position }, direction }
  const words = {
    metric: metricText(pairs, (id) => JSON.stringify(tokenText(tokenizer, id))),
    tokens: sameInAll(pairs, 'cleanTokens'),
    corrupt: sameInAll(pairs, 'corruptTokens'),
    ...(sight.source && { target: tokens }),
    top: values.top ?? 20,
  }
  const { facts, figure } = await patched(values, what, asked, words, terminal)
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

type Asked = Parameters<typeof patchParts>[0]
type Words = Parameters<typeof patchingFigure>[1] & { readonly top: number }

/** Patches what is asked for. */
async function patched(values: Values, what: What, asked: Asked, words: Words, terminal: Terminal): Promise<Found> {
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
