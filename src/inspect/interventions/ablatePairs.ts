// Ablation of a model of texts and pictures in one space, over pairs that belong together: what it loses when a head or an MLP of one of its
// encoders says nothing of its own any more, in any text or in any picture.
//
//   similarity[i, j] = text i · picture j · factor
//   loss of pair i   = ½ · (crossEntropy of picture i among the pictures for text i + of text i among the texts for picture i)
//
// The loss is that of its training (`contrastive`), with all pairs that are read in one batch: the more there are, the harder it is. A part of
// one encoder changes that encoder's vectors alone, each by itself; so a vector is made anew for each part, and the losses follow from vectors.

import type { Examples } from '../../data/examples.ts'
import type { Edit, Edited } from '../../edit/edit.ts'
import { addressOfEdit } from '../../edit/edit.ts'
import { expectReached, withSettled } from '../../edit/edited.ts'
import { settleEdits } from '../../edit/settleEdits.ts'
import { checkFinite } from '../../engine/finite.ts'
import { logProbability } from '../../generate/sample.ts'
import type { DualEncoderModel } from '../../model/language.ts'
import { inputNodes } from '../../model/reads.ts'
import { addressText, matchingPaths } from '../../tensor/address.ts'
import { cells } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import { trace } from '../../tensor/pass.ts'
import { meanOf } from '../means.ts'
import { productOf } from '../stream/vectors.ts'
import { type AblationRow, ablationRow } from './ablate.ts'
import { type AblatedParts, type AblationChoice, ablatedParts } from './ablatedParts.ts'
import type { ExampleAblations } from './ablateExamples.ts'
import { type ChosenExample, chosenExamples } from './chosenExamples.ts'
import { Patcher } from './patcher.ts'
import { Replacements } from './replacements.ts'

/** A head or an MLP without which the vectors were made. */
export interface PairAblationRow extends AblationRow {
  /** The cosine of a text and its own picture without it minus that with it, in the mean over all pairs. */
  readonly cosine: number
}

/** The parts of both encoders, the one that is missed most first. */
export interface PairAblations extends ExampleAblations {
  /** The cosine of a text and its own picture as it is, in the mean over all pairs. */
  readonly cosine: number
  readonly rows: readonly PairAblationRow[]
}

export interface AblatePairsSettings extends AblationChoice, Edited<DualEncoderModel> {
  /** The pairs: `ids` and `pixels` of each, as `captionExamples` has them. */
  readonly examples: Examples
  /** The most pairs that are read, evenly over all; 16 if not given. */
  readonly most?: number | undefined
}

/**
 * Every head and every MLP of both encoders, each ablated by itself: by how much the contrastive loss over some pairs grows, the greatest
 * first, and how the cosine of a text and its own picture changes.
 *
 * Throws for fewer than two pairs, among which nothing could be told apart, and for edits that reach neither texts' nor pictures' vectors.
 */
export async function ablatePairs(settings: AblatePairsSettings): Promise<PairAblations> {
  const { engine, model, kind, isPatternHeld = false, report = () => {} } = settings
  const edits = await settleEdits(settings)
  const { shape, all } = chosenExamples(settings)
  if (all.length < 2)
    throw new Error('ablate: there is one pair only, in which nothing could be told apart. Give at least two.')
  const edited = await withSettled(model, edits)
  const tower = (side: Side): Tower => towerOf({ ...settings, model: edited, shape, side })
  const towers = { texts: tower('texts'), pictures: tower('pictures') }
  checkEdits(edits, [towers.texts.names, towers.pictures.names])
  await expectReached(edits, model, { positions: shape['position'] ?? 0 }, 'edits')
  const total = all.length * (towers.texts.parts.patches.length + towers.pictures.parts.patches.length)
  const texts = await vectorsOf(towers.texts, all, settings, (done) => report(done, total))
  const begun = all.length * towers.texts.parts.patches.length
  const pictures = await vectorsOf(towers.pictures, all, settings, (done) => report(begun + done, total))
  const factor = Math.exp((await engine.get(model.logitScale))[0])
  const own = measured(texts.own, pictures.own, factor)
  const rowOf = (tower: Tower, part: number, { losses, cosines }: Measured): PairAblationRow => ({
    ...ablationRow(tower.parts.writers[part], { own: own.losses, without: losses }),
    cosine: meanOf(cosines) - meanOf(own.cosines),
  })
  const rows = [
    ...texts.without.map((vectors, i) => rowOf(towers.texts, i, measured(vectors, pictures.own, factor))),
    ...pictures.without.map((vectors, i) => rowOf(towers.pictures, i, measured(texts.own, vectors, factor))),
  ]
  return {
    ...{ kind, isPatternHeld, examples: all.length, targets: all.length, unread: settings.examples.count - all.length },
    loss: meanOf(own.losses),
    cosine: meanOf(own.cosines),
    rows: rows.toSorted((a, b) => b.change - a.change),
  }
}

type Side = 'texts' | 'pictures'

/** The input that each of the two encoders reads, and the name of its vectors. */
const sides = {
  texts: { input: 'ids', vectors: 'textVectors' },
  pictures: { input: 'pixels', vectors: 'pictureVectors' },
} as const

/** One of the two encoders, with the parts of it that are ablated. */
interface Tower {
  readonly side: Side
  readonly names: Names
  readonly parts: AblatedParts
  pass(batch: number): Names
}

/** One of the two encoders of a model, whose edits are in it. */
function towerOf({
  model,
  shape,
  side,
  ...choice
}: AblatePairsSettings & { readonly shape: Readonly<Record<string, number>>; readonly side: Side }): Tower {
  const { input, vectors } = sides[side]
  const traced = (batch: number): Names =>
    trace(model, () => model[vectors](inputNodes(model.reads, { ...shape, batch }, [input]))).names
  const names = traced(1)
  const pass = (batch: number): Names => (batch === 1 ? names : traced(batch))
  return { side, names, pass, parts: ablatedParts(names, choice, cells(names.valueAt(vectors).axes)) }
}

/** The vectors of all examples, as they are, and without each part. */
async function vectorsOf(
  { side, names, parts, pass }: Tower,
  all: readonly ChosenExample[],
  { engine, kind }: AblatePairsSettings,
  report: (done: number) => void,
): Promise<{ readonly own: readonly Float32Array[]; readonly without: readonly (readonly Float32Array[])[] }> {
  const { patches, held, rows } = parts
  const { input, vectors } = sides[side]
  const examples = all.map(({ inputs, lengths }) => ({ inputs: { [input]: inputs[input] }, lengths }))
  const metric = (carried: Names) => carried.valueAt(vectors)
  const patcher = await Patcher.over({ engine, patches, held, rows, pass, metric })
  try {
    const replacements = new Replacements(patcher, names, examples)
    const own: Float32Array[] = []
    const without: Float32Array[][] = patches.map(() => [])
    for (const [i, { inputs }] of examples.entries()) {
      const given = await replacements.of(kind, i)
      const [first, ...others] = await patcher.rows(inputs, given, [undefined, ...patches])
      checkFinite(`ablate: a number in the vector of ${side === 'texts' ? 'text' : 'picture'} ${i}`, first)
      own.push(first)
      for (const [part, vector] of others.entries()) without[part].push(vector)
      report((i + 1) * patches.length)
    }
    return { own, without }
  } finally {
    await patcher.close()
  }
}

interface Measured {
  /** The loss of each pair, in nats, and the cosine of its text and its picture. */
  readonly losses: readonly number[]
  readonly cosines: readonly number[]
}

/** The loss and the cosine of each pair of vectors. */
function measured(texts: readonly Float32Array[], pictures: readonly Float32Array[], factor: number): Measured {
  const cosines = texts.map((text) => pictures.map((picture) => productOf(text, picture)))
  const scaled = cosines.map((row) => row.map((cosine) => cosine * factor))
  const column = (of: number): number[] => scaled.map((row) => row[of])
  return {
    losses: scaled.map((row, i) => -(logProbability(row, i) + logProbability(column(i), i)) / 2),
    cosines: cosines.map((row, i) => row[i]),
  }
}

/** Throws for an edit of neither encoder: the losses are made of vectors, not of what comes behind them. */
function checkEdits(edits: readonly Edit[], passes: readonly Names[]): void {
  for (const address of edits.map(addressOfEdit)) {
    if (passes.some(({ values }) => matchingPaths(address, values.keys()).length > 0)) continue
    throw new Error(
      `ablate: the edit of ${addressText(address)} reaches neither the vectors of texts nor those of pictures, of which the loss is made. Leave it out.`,
    )
  }
}
