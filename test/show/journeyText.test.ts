// The sentences of a journey: on the trained fixture word for word, and what other architectures say otherwise.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gpt2, loadTokenizer } from '../../src/checkpoint.ts'
import { loadFolder } from '../../src/index.ts'
import { type Journeyed, journey } from '../../src/inspect/journey/journeys.ts'
import { filesOf } from '../../src/node.ts'
import { journeyFigure } from '../../src/show/journeyFigure.ts'
import { type JourneyWords, shortSentence, shortTitle, stepNote, stepSentence } from '../../src/show/journeyText.ts'
import { reference } from '../../src/tensor.ts'
import { bert, fill, llama, translator } from '../inspect/stream/models.ts'

describe('the journey of the “N” in “He said: "No."”', () => {
  let found: Journeyed
  let words: JourneyWords
  before(async () => {
    const folder = fileURLToPath(new URL('../fixtures/trained', import.meta.url))
    const engine = reference()
    const { model } = await loadFolder(filesOf(folder), engine, { of: [gpt2] })
    const tokenizer = await loadTokenizer(filesOf(folder), 27)
    const ids = tokenizer.encode('He said: "No." She knew')
    const wordOf = (id: number): string => tokenizer.decode([id])
    words = { tokens: Array.from(ids, wordOf), wordOf }
    found = await journey({ model, engine, inputs: { ids }, position: 10, against: tokenizer.encode('e')[0] })
  })

  test('in full', () => {
    assert.deepEqual(
      found.full.steps.map((step) => stepSentence(step, words)),
      [
        '“N” is the number 7 to the model.',
        'Row 7 of the table\'s 27 is where its stream begins. The rows that point most nearly the same way: “"” (cosine 0.858), “f” (cosine 0.825) and “c” (cosine 0.783).',
        'Its place is added: a row 0.131 long, onto a stream 0.594 long.',
        'A copy of its stream is brought to a common length: what was 0.584 long becomes 3.43 long, by the factor 6.06. The stream itself stays.',
        'Each of 2 heads asks a question of 6 numbers; that of head 0 is the longest, 0.787.',
        'Of 11 tokens that it may see, head 0 looks most at “H” (place 0, 14.6 %) and head 1 at “H” (place 0, 10.6 %).',
        'Of 2 heads head 0 brings the most, 0.0552, mostly from “H” (place 0); all together bring 0.188.',
        'What the attention has made, 0.188 long, is added to its stream; the guess stays “N”, 14.9 % → 15.5 %.',
        'A copy of its stream is brought to a common length: what was 0.524 long becomes 3.57 long, by the factor 6.7. The stream itself stays.',
        '16 of 48 hidden units fire; unit 21 the most, 0.518, then 24 (0.332) and 13 (0.322). They write 0.966.',
        'What the MLP has made, 0.966 long, is added to its stream; the guess goes from “N”, 15.5 %, to “␣”, 31.3 %.',
        'A copy of its stream is brought to a common length: what was 0.996 long becomes 3.31 long, by the factor 3.49. The stream itself stays.',
        'Each of 2 heads asks a question of 6 numbers; that of head 1 is the longest, 0.767.',
        'Of 11 tokens that it may see, head 1 looks most at “"” (place 9, 12.2 %) and head 0 at “"” (place 9, 11.3 %).',
        'Of 2 heads head 0 brings the most, 0.0557, mostly from “"” (place 9); all together bring 0.202.',
        'What the attention has made, 0.202 long, is added to its stream; the guess stays “␣”, 31.3 % → 34.7 %.',
        'A copy of its stream is brought to a common length: what was 1.08 long becomes 3.47 long, by the factor 3.2. The stream itself stays.',
        '17 of 48 hidden units fire; unit 37 the most, 0.628, then 21 (0.559) and 10 (0.466). They write 0.999.',
        'What the MLP has made, 0.999 long, is added to its stream; the guess stays “␣”, 34.7 % → 36.7 %.',
        'For the last time its stream is brought to a common length: what was 1.9 long becomes 4.81 long, by the factor 1.82.',
        'Its stream is compared with all 27 tokens: “␣” gets the largest logit, 2.54, before “e”, 1.19.',
        'At temperature 1 the logits become probabilities: “␣” 36.7 %, “e” 9.5 % and “o” 7.8 %.',
        '“␣” is drawn, which had 36.7 %. In the text stands “o”, which had 7.8 %.',
      ],
    )
  })

  test('says below attention that looking is no reason, and what the effect was', () => {
    const notes = found.full.steps.flatMap((step) => stepNote(step) ?? [])
    assert.deepEqual(notes, [
      'This is where it looked, not why. Effect on the guess: +0.00162.',
      'This is where it looked, not why. Effect on the guess: +0.00162.',
      'Effect on the guess: +0.411.',
      'This is where it looked, not why. Effect on the guess: +0.0537.',
      'This is where it looked, not why. Effect on the guess: +0.0537.',
      'Effect on the guess: +0.835.',
    ])
  })

  test('in short: why a space and not an e', () => {
    const { short } = found
    assert.ok(short)
    assert.equal(shortTitle(short, words), 'Why “␣” (36.7 %) rather than “e” (9.5 %) after “N”, place 10?')
    assert.deepEqual(
      short.parts.map((part) => shortSentence(part, words, 10)),
      [
        'Layer 1, mlp, neuron 37 fired at 0.628 and added +0.104.',
        'Layer 1, mlp, neuron 21 fired at 0.559 and added +0.0979.',
        'Layer 1, mlp, neuron 10 fired at 0.466 and added +0.0806.',
        'Layer 1, mlp, neuron 31 fired at 0.402 and added +0.0594.',
        'Layer 0, mlp, neuron 21 fired at 0.518 and added +0.048.',
      ],
    )
    const { panels } = journeyFigure(found, words)
    const [panel] = panels
    assert.ok(panel.kind === 'table')
    const amounts = panel.rows.map(([amount]) => Number(amount))
    const sum = amounts.slice(0, -1).reduce((total, amount) => total + amount, 0)
    assert.ok(Math.abs(sum - (amounts.at(-1) ?? Number.NaN)) < 1e-9)
    assert.ok(Math.abs(sum - short.logit) < 1e-5)
  })
})

const letters = 'abcdefghijklm'
const plain = (ids: readonly number[], source?: readonly number[]): JourneyWords => ({
  tokens: ids.map((id) => letters[id]),
  ...(source && { source: source.map((id) => letters[id]) }),
  wordOf: (id) => letters[id],
})

test('a translator looks at its source, and post-norm models normalise the stream itself', async () => {
  const { model, inputs } = translator()
  const engine = reference()
  fill(engine, model)
  const { full, short } = await journey({ model, engine, inputs, position: 2 })
  const words = plain(inputs['ids'], inputs['source'])
  const told = full.steps.map((step) => `${stepSentence(step, words)} ${stepNote(step) ?? ''}`)
  assert.match(told[8], /^Each of 3 heads asks a question of the source of 4 numbers; that of head \d is the longest, /)
  assert.match(told[9], /^Of the 4 tokens of the source, head \d looks most at “[chbi]” \(place \d, \d+\.\d %\)/)
  assert.match(told[9], /This is where it looked, not why\. Effect on the guess, by the lens: [+−]/)
  assert.match(told[7], /^Its stream is brought to a common length: what was .* long becomes .* long, by the factor /)
  assert.ok(short)
  assert.match(
    journeyFigure({ full, short }, words).notes?.at(-1) ?? '',
    /^The sum stops at the norm decoder\.blocks\.1\.crossNorm\.output: /,
  )
})

test('what has no short journey says why, and shows all its steps', async () => {
  const { model, inputs } = bert()
  const engine = reference()
  fill(engine, model)
  const found = await journey({ model, engine, inputs })
  const { notes, panels } = journeyFigure(found, plain(inputs['ids']))
  assert.match(notes?.[0] ?? '', /^There is no short journey: what the unembedding reads is no sum of parts/)
  assert.ok(panels[0].kind === 'table' && panels[0].rows.length === 25)
  assert.match(stepSentence(found.full.steps[21], plain(inputs['ids'])), /^A layer of its own = transforming · /)
})

test('a head that looks most at its own token says so', async () => {
  const { model, inputs } = llama()
  const engine = reference()
  fill(engine, model)
  const { full } = await journey({ model, engine, inputs, position: 0 })
  const answer = full.steps.find(({ kind }) => kind === 'answer')
  assert.ok(answer)
  assert.equal(
    stepSentence(answer, plain(inputs['ids'])),
    'Of 1 token that it may see, head 0 looks most at itself (100.0 %), head 1 at itself (100.0 %), head 2 at itself (100.0 %) and head 3 at itself (100.0 %).',
  )
})
