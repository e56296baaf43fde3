// Words become a picture: "a small red square left of a large blue circle" → 16 × 16 pixels, each of them right or wrong.
//
// A picture is cut into 64 patches of 2 × 2 pixels. There are so few different ones that each is a code of its own, and a picture is a text
// of 64 codes. The transformer of 2017 as it is reads the words and writes the codes, row by row; it has to know where on the picture it is,
// and look at the words of what is there. What it is asked at the end it has never seen, in these words or in others.
//
// Where it looked can be seen: for the patches of a square, one head of the decoder looks at the words that say it.
//
// Read next: 18-draw-digits.ts. `cutaway train --task scenes` does the same; then `cutaway draw runs/scenes "a large green ring above a
// small white cross" --out scene.png`.

import { cpu, EncoderDecoder, Generator, targetSequence } from '../src/index.ts'
import { attentionPatterns } from '../src/inspect.ts'
import { draw } from '../src/media.ts'
import { bucketedBatches, endOf, type Question, scenesTask, shapesFor, taskExamples } from '../src/tasks.ts'
import { learn, report } from './learn.ts'

const began = performance.now()
const task = scenesTask()
const { tokenizer, answers } = task
if (!answers) throw new Error('scenes: the task draws no pictures.')
const { codec } = answers
const training = taskExamples(task, { as: 'pairs', seed: 1 })
const unseen = taskExamples(task, { as: 'pairs', part: 'validation', seed: 1 })
const shapes = shapesFor([training, unseen], { batch: 64 })
const batches = {
  training: bucketedBatches(training, { shapes, seed: 1 }),
  validation: bucketedBatches(unseen, { shapes, seed: 1 }),
}
const half = { layer: 2, head: 4, hidden: 256 }
const model = new EncoderDecoder({
  vocab: codec.codebook.size + 1,
  sourceVocab: tokenizer.size,
  isShared: false,
  context: codec.length + 1,
  model: 64,
  encoder: half,
  decoder: half,
})

const engine = await cpu()
const settings = {
  steps: 2000,
  rate: 2e-3,
  leastRate: 0,
  schedule: 'cosine',
  warmup: 200,
  beta2: 0.98,
  seed: 1,
} as const
const objective = targetSequence(model, { scores: ['accuracy', 'exact'] })
await learn({ engine, objective, ...batches, ...settings, evaluateBatches: 2 })

// All unseen sentences, drawn patch by patch.
const sentences = Array.from({ length: 1000 }, (_, i) => unseen.question(i))
const sourceOf = ({ prompt }: Question): Int32Array => tokenizer.encode(prompt, { special: true })
const writer = { generator: new Generator({ engine, model }), codec }
let exact = 0
for (let from = 0; from < sentences.length; from += 100) {
  const some = sentences.slice(from, from + 100)
  const drawn = some.map((): number[] => [])
  const pictures = some.map((each) => ({ source: sourceOf(each) }))
  for await (const { row, id } of draw(writer, pictures, { temperature: 0 })) drawn[row].push(id)
  for (const [i, each] of some.entries()) {
    const isRight = task.isExact(each, answers.text(drawn[i]))
    if (isRight) exact++
    else console.log(`  not as it should be: ${each.prompt}`)
    if (from + i === 0) console.log(`  ${each.prompt}\n${answers.text(drawn[i])}`)
  }
}
const seconds = (performance.now() - began) / 1000

/** The share of attention that falls on a square's own words, for each head: a mean over the patches that show something of it. */
const shares = new Map<string, number>()
let patches = 0
const withSquare = sentences
  .filter(({ prompt }) => /^a \w+ \w+ square (left|right|above|below)/.test(prompt))
  .slice(0, 60)
for (const sentence of withSquare) {
  const source = sourceOf(sentence)
  const ids = answers.ids(sentence.answer)
  const isFirst = (place: number): boolean => {
    const [x, y] = [place % 8, Math.floor(place / 8)]
    if (/ left of /.test(sentence.prompt)) return x < 4
    if (/ right of /.test(sentence.prompt)) return x >= 4
    return / above /.test(sentence.prompt) ? y < 4 : y >= 4
  }
  const background = codec.codebook.encode(new Float32Array(12))[0]
  const shown = [...ids.keys()].filter((place) => ids[place] !== background && isFirst(place))
  const read = Int32Array.of(endOf(task), ...ids.subarray(0, -1))
  patches += shown.length
  for (const { part, layer, head, sources, shares: of } of await attentionPatterns({
    engine,
    model,
    inputs: { ids: read, source },
  })) {
    if (part !== 'cross') continue
    const name = `layer ${layer}, head ${head}`
    // Size, colour and shape are the words behind the article.
    const own = shown.reduce(
      (sum, place) => sum + [1, 2, 3].reduce((part, word) => part + of[place * sources + word], 0),
      0,
    )
    shares.set(name, (shares.get(name) ?? 0) + own)
  }
}
engine.close()
const [[best, sum]] = [...shares].sort(([, a], [, b]) => b - a)
for (const [name, own] of shares)
  console.log(`  ${name}: ${((100 * own) / patches).toFixed(1)} % on the square's words`)
const share = exact / sentences.length
const looked = sum / patches
report(
  share >= 0.97 && looked >= 0.6 && seconds < 90,
  `${(100 * share).toFixed(1)} % of 1,000 unseen sentences are drawn right in every pixel, after ${seconds.toFixed(0)} seconds; the target is 97 % in 90. ` +
    `For patches of a square ${best} looks ${(100 * looked).toFixed(0)} % at the square's words; the target is 60 %.`,
)
