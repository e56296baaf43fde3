// The experiment of words to come: where in a sentence its last word is known, by what it is read, and whether that is used.

import { withSizes } from '../checkpoint/engineWeights.ts'
import { Draws } from '../data/draws.ts'
import type { Edit } from '../edit/edit.ts'
import { breather } from '../engine/breathe.ts'
import { nextToken } from '../evaluate/objective.ts'
import { Reader, read } from '../inspect/read.ts'
import type { Decoder } from '../model/decoder.ts'
import { initialValues } from '../model/start.ts'
import { rateAt } from '../train/schedule.ts'
import { Trainer } from '../train/trainer.ts'
import { beforeArticle, firstNoun, length, nounOf, nouns, sentence, sentences, vocab } from './agreement.ts'
import { greatest, type Probed, probeAccuracy } from './probe.ts'
import type { Bench, LabSize, Measured, Variant } from './question.ts'
import { usualModel } from './smallChoices.ts'
import { smallModel } from './smallModel.ts'

const choices = { ...usualModel, context: length } as const
const adam = { accumulate: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0, clip: 1 } as const

/** The number of texts that are given another's state. */
const swaps = 12

/** All pairs of who and where, in an order that says nothing, each with its noun. */
const pairs = (seed: number) => {
  const all = Array.from({ length: nouns * nouns }, (_, i) => ({ who: i % nouns, where: Math.floor(i / nouns) }))
  return shuffled(all, new Draws(seed, 1)).map((pair) => ({ ...pair, noun: nounOf(pair.who, pair.where) }))
}

const shuffled = <T>(all: readonly T[], draws: Draws): T[] =>
  all
    .map((each) => ({ each, place: draws.share() }))
    .sort((a, b) => a.place - b.place)
    .map(({ each }) => each)

/**
 * A variant that trains a model to write sentences, or leaves it untrained. Behind "where", before anything is written, it measures
 *
 * - `probe`: the share of unseen pairs of who and where whose noun a linear probe says that was fitted to the other pairs
 * - `shuffled`: the same where the nouns were dealt out anew
 * - `lens`: the share of nouns that the logit lens puts before all others
 * - `swapped`: the share of texts that end in the noun of another text whose state they are given there
 *
 * and `noun`, the share of nouns that are written right. The curves are the probe's shares at every position, behind both blocks.
 */
export function planned(
  size: LabSize,
  { isTrained = true }: { isTrained?: boolean } = {},
): Pick<Variant, 'setting' | 'seconds' | 'run'> {
  const steps = isTrained ? (size === 'full' ? 2000 : 1000) : 0
  const learning = { steps, batch: 64, rate: 3e-3, schedule: 'cosine', leastRate: 0, warmup: 50 } as const
  return {
    setting: { kind: 'agreement', model: { ...choices }, learning: { ...learning } },
    seconds: steps / 130 + 2,
    async run({ engine, seed, report }: Bench) {
      const model = smallModel(choices, vocab)
      const batches = sentences({ batch: learning.batch, seed })
      const trainer = await Trainer.create(engine, nextToken(model), { ...adam, seed }, batches)
      try {
        trainer.begin(withSizes(model, initialValues(model, seed)))
        const breathe = breather()
        for (let step = 0; step < steps; step++) {
          await trainer.step([batches.at(step)], rateAt(step, learning))
          if ((step + 1) % 50 === 0) report?.(step + 1, steps)
          await breathe()
        }
      } finally {
        await trainer.close()
      }
      return lookedAt({ model, engine, seed })
    },
  }
}

interface Looked extends Pick<Bench, 'engine' | 'seed'> {
  readonly model: Decoder
}

/** With the second block's additions left out, the logits are what the logit lens reads behind the first. */
const lens = ['attention', 'mlp'].map((part) => ({ at: `blocks.1.${part}.output`, to: 0 }))

async function lookedAt({ model, engine, seed }: Looked): Promise<Measured> {
  const all = pairs(seed)
  const draws = new Draws(seed, 2)
  const texts = all.map((pair) => sentence(pair, draws).slice(0, -1))
  const seen = async (address: string, edits: readonly Edit[] = []) => {
    const reader = new Reader({ model, engine, addresses: [address], edits, sizes: { position: length } })
    const values: Float32Array[] = []
    for (const ids of texts)
      for (const { data } of (await reader.read({ ids: Int32Array.from(ids) })).values()) values.push(data)
    await reader.close()
    return (position: number) => values.map((data) => rowOf(data, position))
  }
  const labels = all.map(({ noun }) => noun)
  const dealt = shuffled(all, draws).map(({ noun }) => noun)
  const [logits, throughLens] = [await seen('logits'), await seen('logits', lens)]
  const [first, last] = [await seen('blocks.0.output'), await seen('blocks.1.output')]
  const x = Array.from({ length }, (_, position) => position)
  return {
    numbers: {
      probe: probed(first(beforeArticle), labels),
      shuffled: probed(first(beforeArticle), dealt),
      lens: shareFirst(throughLens(beforeArticle), labels),
      noun: shareFirst(logits(length - 1), labels),
      swapped: await swapped({ model, engine, texts, labels }),
    },
    curves: {
      first: { x, y: x.map((position) => probed(first(position), labels)) },
      last: { x, y: x.map((position) => probed(last(position), labels)) },
    },
  }
}

/** The share of texts that end in another's noun when their state behind the first block, before the article, is that of the other. */
async function swapped({
  model,
  engine,
  texts,
  labels,
}: Pick<Looked, 'model' | 'engine'> & {
  readonly texts: readonly number[][]
  readonly labels: readonly number[]
}): Promise<number> {
  const next = (i: number): number => (i + 1) % texts.length
  const taken = [...texts.keys()].filter((i) => labels[next(i)] !== labels[i]).slice(0, swaps)
  let follow = 0
  for (const i of taken) {
    const other = next(i)
    const edits: Edit[] = [{ at: `blocks.0.output {position: ${beforeArticle}}`, to: { ids: texts[other] } }]
    const inputs = { ids: Int32Array.from(texts[i]) }
    const values = await read({ model, engine, inputs, addresses: ['logits {position: -1}'], edits })
    for (const { data } of values.values()) if (shareFirst([data], [labels[other]]) === 1) follow++
  }
  return follow / taken.length
}

const rowOf = (data: Float32Array, position: number): Float32Array => {
  const width = data.length / length
  return data.slice(position * width, (position + 1) * width)
}

/** The share of labels that a probe says which is fitted to the other half, either half. */
function probed(vectors: readonly Float32Array[], labels: readonly number[]): number {
  const examples = vectors.map((vector, i): Probed => ({ vector, label: labels[i] }))
  const [one, other] = [examples.slice(0, examples.length / 2), examples.slice(examples.length / 2)]
  return (probeAccuracy(one, other) + probeAccuracy(other, one)) / 2
}

/** The share of rows whose label is first among the nouns. */
function shareFirst(logits: readonly Float32Array[], labels: readonly number[]): number {
  const said = logits.map((row) => greatest([...row.slice(firstNoun, firstNoun + nouns)]))
  return said.filter((noun, i) => noun === labels[i]).length / labels.length
}
