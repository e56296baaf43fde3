// cutaway watch: what was recorded of a run while it trained, over its steps or at one of them.

import { filesOf } from '../checkpoint/filesOf.ts'
import { describeFolder, loadTokenizer } from '../checkpoint/load.ts'
import type { WatchRecord } from '../inspect/watch/record.ts'
import type { WatchedRow } from '../inspect/watch/watched.ts'
import { loadHistory } from '../runs/disk/loadSettings.ts'
import { damageOf, hasBegun, readRecord } from '../runs/disk/watchFile.ts'
import type { AxisWords } from '../show/valuesFigure.ts'
import { lookFigure, watchFigure } from '../show/watchFigure.ts'
import { didYouMean } from '../text/spelling.ts'
import type { Command } from './command.ts'
import { checkFigureFlags, figureFlags, showFacts } from './figureFlags.ts'
import { type FlagValues, texts, whole, wholes } from './flags.ts'
import { cutaway } from './invocation.ts'
import { noRun, tellWarnings } from './openRun.ts'
import { tokenTexts } from './tokenWords.ts'

const flags = {
  score: texts('only these scores', { value: 'NAME' }),
  layer: wholes('only heads of these layers, counted from 0'),
  head: wholes('only heads of these numbers, counted from 0'),
  address: texts('only what has this address, or belongs to it', { value: 'ADDRESS' }),
  step: whole('one look, with patterns and other values as grids', { least: 0 }),
  ...figureFlags,
}

type Values = FlagValues<typeof flags>

export const watchCommand: Command<typeof flags> = {
  name: 'watch',
  takes: 'RUN',
  summary:
    'Shows what was recorded of a run while it trained: scores of heads, losses, norms, patterns, over its steps',
  flags,
  about: [
    `A run is recorded where it is trained with --watch: ${cutaway('train FILE --watch heads --watch norms')}. The loss of its steps stands beside. Of a run that is under way it shows what there is so far.`,
  ],
  examples: [
    { line: 'cutaway watch runs/shakespeare', does: 'every score over the steps' },
    { line: 'cutaway watch runs/shakespeare --score induction --layer 1', does: 'some of them' },
    { line: 'cutaway watch runs/shakespeare --step 500 --html look.html', does: 'patterns as they were' },
    { line: 'cutaway watch runs/shakespeare --json', does: 'everything, with all digits' },
  ],
  async run({ values, positionals: [folder, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('watch')
    if (more.length > 0) throw new Error(`watch takes one run, but got also "${more.join(' ')}". Leave it out.`)
    await checkFigureFlags(values, terminal)
    const record = await readRecord(folder)
    if (record === undefined) {
      if (await hasBegun(folder))
        throw new Error(
          `${folder}: its training has not come to a first checkpoint, and shows nothing before that. Wait for it, or begin it again.`,
        )
      await describeFolder(filesOf(folder))
      throw new Error(
        `${folder}: nothing was watched there. Train a run with --watch: ${cutaway('train FILE --watch heads')}.`,
      )
    }
    const damage = damageOf(folder, record)
    tellWarnings(damage === undefined ? [] : [damage], terminal)
    const looks = chosen(record, folder, values)
    const { losses, evaluations } = await loadHistory(folder)
    const words = await wordsOf(folder, record)
    const { what, every, at, inputs } = record.head
    await showFacts(terminal, values, {
      asked: { run: folder },
      facts: { what, every, at, inputs, rows: looks.flat(), evaluations, losses },
      figure: () => (values.step === undefined ? watchFigure({ looks, losses }) : lookFigure(looks[0], words)),
    })
    return 0
  },
}

/** The rows of the looks that flags choose. Throws for a step, a score, a layer, a head or an address that was not watched. */
function chosen({ head, looks }: WatchRecord, folder: string, values: Values): (readonly WatchedRow[])[] {
  const { score, layer, head: heads, address, step } = values
  if (looks.length === 0) throw new Error(`${folder}: the record has no look yet. Wait for the first, or train on.`)
  const scores = [...new Set(head.watched.map((each) => each.score))]
  const unknown = score.find((name) => !scores.includes(name))
  if (unknown !== undefined)
    throw new Error(
      `watch: ${folder} has no score "${unknown}".${didYouMean(unknown, scores) || ` It has ${scores.join(', ')}.`}`,
    )
  const steps = looks.map(([row]) => row.step)
  const taken = step === undefined ? looks : looks.filter(([row]) => row.step === step)
  if (taken.length === 0)
    throw new Error(
      `watch: --step ${step}: no look was taken then. The nearest was at ${steps.toSorted((a, b) => Math.abs(a - (step ?? 0)) - Math.abs(b - (step ?? 0)))[0]}; there are ${steps.length}, from ${steps[0]} to ${steps[steps.length - 1]}.`,
    )
  const isChosen = (row: WatchedRow): boolean =>
    (score.length === 0 || score.includes(row.score)) &&
    (layer === undefined || (row.layer !== undefined && layer.includes(row.layer))) &&
    (heads === undefined || (row.head !== undefined && heads.includes(row.head))) &&
    (address.length === 0 || address.some((each) => row.address === each || row.address?.startsWith(`${each}.`)))
  const found = taken.map((rows) => rows.filter(isChosen))
  if (found[0].length === 0)
    throw new Error(`watch: ${folder} has nothing ${askedFor(values)}.${thereIs(taken[0], values)}`)
  return found
}

/** `of layer 7 and head 0` */
const askedFor = ({ score, layer, head, address }: Values): string =>
  Object.entries({ score, layer, head, address })
    .flatMap(([name, chosen]) => (chosen && chosen.length > 0 ? [`of ${name} ${chosen.join(' or ')}`] : []))
    .join(' and ')

/** The heads that could be asked for in place of it, or an address like this one. */
function thereIs(rows: readonly WatchedRow[], { layer, head, address: [address] }: Values): string {
  const heads = [...new Set(rows.flatMap((row) => (row.layer === undefined ? [] : [`${row.layer}.${row.head}`])))]
  const hint = address === undefined ? '' : didYouMean(address, [...new Set(rows.flatMap((row) => row.address ?? []))])
  const watched = (layer ?? head) && heads.length > 0 ? ` The heads that were watched are ${heads.join(', ')}.` : ''
  return hint || `${watched} Leave a filter out.`
}

/** The tokens along the axes of values. */
async function wordsOf(folder: string, { head: { inputs } }: WatchRecord): Promise<AxisWords> {
  const { blueprint } = await describeFolder(filesOf(folder))
  const vocab = Number(blueprint.sizes['vocab'] ?? Infinity)
  const tokenizer = await loadTokenizer(filesOf(folder), vocab).catch(() => undefined)
  const words = (ids: ArrayLike<number> | undefined): string[] | undefined =>
    ids && tokenizer && tokenTexts(tokenizer, ids)
  const [position, source] = [words(inputs['ids']), words(inputs['source'] ?? inputs['ids'])]
  return { ...(position && { position }), ...(source && { source }) }
}
