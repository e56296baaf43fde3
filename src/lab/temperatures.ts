// What a temperature does to what a model writes.
//
//   p_τ ∝ p^(1/τ)      softmax(ln p / τ): below 1 the likely gets likelier, above 1 the unlikely; Ackley, Hinton, Sejnowski 1985
//
// The identity is tested on what is drawn: the shares of many draws at one place against p^(1/τ) of the model's own p.

import { Generator } from '../generate/generate.ts'
import { sampler } from '../generate/sample.ts'
import { meanOf } from '../inspect/means.ts'
import { read } from '../inspect/read.ts'
import { softmaxOf } from './softmaxOf.ts'
import type { After, TrainedSight } from './trained.ts'
import { knownWords, longWords, shareOf } from './words.ts'

/** The temperatures, and those of them in whose texts one can read. */
const temperatures = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2]
const shown = [0, 0.5, 1, 2]

/** Texts that are written at each, the share of the context that they go on from, the places whose entropy counts, and the draws at one. */
const [texts, opened, places, draws] = [32, 0.25, 512, 50_000]

/** p^(1/τ), divided by its sum; at 0 the likeliest has all. */
export function tempered(probabilities: readonly number[], temperature: number): number[] {
  const largest = Math.max(...probabilities)
  if (temperature === 0) {
    const first = probabilities.indexOf(largest)
    return probabilities.map((_, id) => (id === first ? 1 : 0))
  }
  const powers = probabilities.map((p) => (p / largest) ** (1 / temperature))
  const all = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / all)
}

/** −Σ p ln p, nats. */
export const entropyOf = (probabilities: readonly number[]): number =>
  probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0)

/**
 * By temperature, as curves: `entropy` of what a token is drawn from, the mean over places of a text that was held back; of what is
 * written `surprise`, the model's own loss on it, `words`, the share of its words of three letters and more that the text has, and
 * `distinct`, the share of its runs of four characters that are different ones. As numbers: `apart`, the most by which shares of draws
 * are from p^(1/τ); `rises`, the least by which entropy grows from one temperature to the next; `wilder`, the surprise at 2 less that at 1;
 * `lost`, the words at ½ less those at 2; `varied`, the different runs at 1 less those at 0.
 */
export const temperatureCurves: After = {
  name: `temperatures, ${draws} draws`,
  seconds: 3,
  async measure(sight) {
    const shares = await sharesOf(sight)
    const entropy = temperatures.map((t) => meanOf(shares.map((p) => entropyOf(tempered(p, t)))))
    const apart = await Promise.all(temperatures.map((t) => distanceOfDraws(shares[shares.length - 1], t, sight.seed)))
    const found: Written[] = []
    for (const temperature of temperatures) found.push(await writtenAt(temperature, sight))
    const at = (temperature: number) => found[temperatures.indexOf(temperature)]
    const curve = (name: 'surprise' | 'words' | 'distinct') => ({ x: temperatures, y: found.map((each) => each[name]) })
    return {
      numbers: {
        apart: Math.max(...apart),
        rises: Math.min(...entropy.slice(1).map((value, i) => value - entropy[i])),
        wilder: at(2).surprise - at(1).surprise,
        lost: at(0.5).words - at(2).words,
        varied: at(1).distinct - at(0).distinct,
      },
      curves: {
        entropy: { x: temperatures, y: entropy },
        surprise: curve('surprise'),
        words: curve('words'),
        distinct: curve('distinct'),
      },
      texts: Object.fromEntries(shown.map((t) => [`at ${t}`, at(t).text])),
    }
  },
}

interface Written {
  readonly surprise: number
  readonly words: number
  readonly distinct: number
  readonly text: string
}

/** Texts written at a temperature, each as long as the model was trained on. */
async function writtenAt(temperature: number, { model, engine, text, seed, choices }: TrainedSight): Promise<Written> {
  const { context } = choices
  const length = Math.ceil(opened * context)
  const apart = Math.floor((text.validation.length - length) / texts)
  const openings = Array.from({ length: texts }, (_, i) => ({
    prompt: text.validation.subarray(i * apart, i * apart + length),
  }))
  const generator = new Generator({ model, engine })
  const rows = openings.map((): number[] => [])
  let [surprise, tokens] = [0, 0]
  const settings = { tokens: context - length, temperature, seed, logProbabilities: true }
  for await (const { row, id, logProbability = Number.NaN } of generator.generateAll(openings, settings)) {
    rows[row].push(id)
    surprise -= logProbability
    tokens++
  }
  await generator.close()
  const decoded = rows.map((ids) => text.tokenizer.decode(ids))
  return { surprise: surprise / tokens, ...variety(decoded, knownWords(text)), text: decoded[0] }
}

/** The share of the words of these texts that are known, and of their runs of four characters that are different ones. */
export function variety(decoded: readonly string[], known: ReadonlySet<string>): { words: number; distinct: number } {
  // The first word and the last may be parts of words.
  const words = decoded.flatMap((each) => longWords(each.replace(/^\p{Letter}*|\p{Letter}*$/gu, '')))
  const runs = decoded.flatMap((each) =>
    Array.from({ length: Math.max(0, each.length - 3) }, (_, i) => each.slice(i, i + 4)),
  )
  return {
    words: shareOf(known, words),
    distinct: new Set(runs).size / Math.max(1, runs.length),
  }
}

/** The shares of what comes next, as the model says it at places of the text that was held back. */
async function sharesOf({ model, engine, text, choices }: TrainedSight): Promise<number[][]> {
  const shares: number[][] = []
  for (let from = 0; from < places; from += choices.context) {
    const inputs = { ids: text.validation.subarray(from, from + choices.context) }
    const logits = (await read({ model, engine, inputs, addresses: ['logits'] })).get('logits')
    if (!logits) throw new Error('lab: the model has no logits.')
    for (let i = 0; i < logits.data.length; i += text.vocab)
      shares.push(softmaxOf(logits.data.subarray(i, i + text.vocab)))
  }
  return shares
}

/** Half the sum of the distances between the shares that tokens have in many draws and those that p^(1/τ) gives them: 0 to 1. */
async function distanceOfDraws(probabilities: readonly number[], temperature: number, seed: number): Promise<number> {
  const sample = await sampler({ temperature, seed })
  const logits = Float32Array.from(probabilities, Math.log)
  const counts = probabilities.map(() => 0)
  for (let draw = 0; draw < draws; draw++) counts[sample(logits, draw)]++
  const expected = tempered(probabilities, temperature)
  return counts.reduce((sum, count, id) => sum + Math.abs(count / draws - expected[id]), 0) / 2
}
