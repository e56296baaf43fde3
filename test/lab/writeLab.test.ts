// What is written of answers: sentences, figures and the page.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOf, type LabAnswer } from '../../src/lab/answer.ts'
import { labFigure, labFigures } from '../../src/lab/labFigure.ts'
import type { LabQuestion } from '../../src/lab/question.ts'
import { questions } from '../../src/lab/questions.ts'
import { readLab, runLab } from '../../src/lab/runLab.ts'
import { amount } from '../../src/lab/verdictWords.ts'
import { writeLab } from '../../src/lab/writeLab.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { letters, MapStore, madeUp, question, workerFor } from './madeUp.ts'

const text = await letters()

async function answered(of: LabQuestion, seeds?: number): Promise<LabAnswer> {
  const lab = { questions: [of], size: 'full', text, store: new MapStore(), today: '2026-01-31', seeds } as const
  const [found] = await runLab({ ...lab, workers: [workerFor([of])] })
  return answerOf(found, text)
}

const words = { folder: 'lab', command: 'cutaway lab', today: '2026-02-01' }

test('sentences say what the numbers say', async () => {
  const of = question([madeUp('a', 1), madeUp('b', 2), madeUp('c', 1.01)], {
    claims: [
      { measure: 'loss', of: 'a', against: 'b', expects: 'better' },
      { measure: 'loss', of: 'b', against: 'a', expects: 'no difference' },
      { measure: 'loss', of: 'c', against: 'a' },
      { measure: 'loss', of: 'a', against: { value: 1.5, called: 'a guess' } },
      { measure: 'loss', of: 'b', against: { value: 1.5, called: 'a guess' }, expects: 'better' },
      { measure: 'loss', order: [['a', 'c'], 'b'] },
      { measure: 'loss', order: ['b', 'a'] },
    ],
  })
  const { verdicts, orders } = await answered(of)
  assert.deepEqual(
    verdicts.map(({ says }) => says),
    [
      '“a” is better than “b”: −1.000 nats (−1.000 to −1.000). As expected.',
      '“b” is worse than “a”: +1.000 nats (1.000 to 1.000). Expected: no difference.',
      'No difference at this size between “c” and “a”: +0.010 nats (0.010 to 0.010), within the margin of ±0.050.',
      '“a” is below a guess (1.500): −0.499 nats (−0.501 to −0.497).',
      '“b” is above a guess (1.500): +0.501 nats (0.499 to 0.503). Expected: below.',
    ],
  )
  assert.deepEqual(
    orders.map(({ says }) => says),
    [
      'The order, the best first, “a” ≈ “c” < “b” holds.',
      'The order, the best first, “b” < “a” does not hold. Found: “a” < “b”. “b” is worse than “a”: +1.000 nats (1.000 to 1.000).',
    ],
  )
})

test('distances say what their ± is, since elsewhere it is an interval', async () => {
  const titles = async (seeds: number) =>
    labFigure(await answered(question([madeUp('a', 1), madeUp('b', 2)]), seeds)).panels.map(({ title }) => title)
  const [several] = await titles(3)
  const [one] = await titles(1)
  assert.match(several ?? '', /, less that of “a”, ± its standard error$/)
  assert.match(one ?? '', /, less that of “a”$/)
})

test('amounts have the digits that their margin asks for', () => {
  const digits = (value: number, margin: number) => amount(value, { margin })
  assert.deepEqual(
    [digits(-1.23456, 0.05), digits(1.23456, 2), digits(-0.00001, 0.05), digits(65, 0), digits(4.917, 0)],
    ['−1.235', '1.2', '0.000', '65', '4.92'],
  )
})

test('sentences name their measure where there are several', async () => {
  const of = question([madeUp('a', 1), madeUp('b', 2)], {
    measures: {
      loss: { title: 'Loss', unit: 'nats', better: 'lower', margin: 0.05 },
      words: { title: 'Words', unit: 'share', better: 'higher', margin: 0.05 },
    },
    claims: [
      { measure: 'loss', of: 'a', against: 'b' },
      { measure: 'words', order: ['a', 'b'] },
    ],
  })
  const { verdicts, orders } = await answered(of)
  assert.equal(verdicts[0].says, 'Loss: “a” is better than “b”: −1.000 nats (−1.000 to −1.000).')
  assert.match(orders[0].says, /^Words: The order, the best first, “a” < “b” /)
})

test('too few seeds are said to be too few', async () => {
  const answer = await answered(question([madeUp('a', 1), madeUp('b', 2)]), 2)
  assert.equal(answer.verdicts[0].says, '“a” against “b”: not enough seeds: 2 of at least 3.')
})

test('the figure has the distances, the numbers and the curves', async () => {
  const curves = { ramp: { title: 'Ramp', unit: 'nats', x: 'place' } }
  const figure = labFigure(await answered(question([madeUp('a', 1), madeUp('b', 2)], { curves })))
  assert.deepEqual(
    figure.panels.map(({ kind }) => kind),
    ['bars', 'table', 'lines'],
  )
  const [bars, table, lines] = figure.panels
  assert.ok(bars.kind === 'bars' && table.kind === 'table' && lines.kind === 'lines')
  assert.deepEqual(
    bars.rows.map(({ label, value, error = 1 }) => [label, value, error < 1e-12]),
    [['b', 1, true]],
  )
  assert.deepEqual(table.rows, [
    ['a', '1.001 ± 0.002', 3],
    ['b', '2.001 ± 0.002', 3],
  ])
  assert.deepEqual(
    lines.series.map(({ values }) => [...Array.from(values)]),
    [
      [1, 1],
      [2, 1],
    ],
  )
})

test('several answers stand below one another', async () => {
  const one = await answered(question([madeUp('a', 1), madeUp('b', 2)]))
  assert.equal(labFigures([one]).title, one.asks)
  const lines = figureLines(labFigures([one, one]), { width: 100, hasColours: false }).join('\n')
  assert.equal(lines.match(/“a” is better than “b”/g)?.length, 2)
})

test('the page is written from the answers alone', async () => {
  const answer = await answered(question([madeUp('a|b', 1), madeUp('b', 2)]))
  const { markdown, pictures } = writeLab([answer], words)
  assert.match(
    markdown,
    /^# The lab\n\nWritten on 2026-02-01 by `cutaway lab`; every number and every verdict is computed\. Measured on 2026-01-31\./,
  )
  assert.ok(markdown.includes('- [Is one better than the other?](#made-up)'))
  assert.ok(markdown.includes('| a\\|b | 1.001 ± 0.002 | 3 of 3 |'))
  assert.ok(markdown.includes('![Is one better than the other?](lab/made-up.svg)'))
  assert.ok(markdown.includes('- “a|b” is better than “b”: −1.000 nats (−1.000 to −1.000).'))
  assert.deepEqual([...pictures.keys()], ['made-up.svg'])
  assert.match([...pictures.values()][0], /^<svg /)
})

test('the page says what is missing', async () => {
  const of = question([madeUp('a', 1), madeUp('b', 2)])
  const [found] = await readLab({ questions: [of], size: 'full', text, store: new MapStore() })
  const { markdown, pictures } = writeLab([answerOf(found, text)], words)
  assert.ok(markdown.includes('Nothing is measured yet.'))
  assert.ok(markdown.includes('| a | – | 0 of 3 |'))
  assert.ok(markdown.includes('0 of 6 measurements are there'))
  assert.ok(markdown.includes('not enough seeds: 0 of at least 3'))
  assert.equal(pictures.size, 0)
})

test('every question can be answered, and has its own name', async () => {
  const store = new MapStore()
  for (const size of ['quick', 'full'] as const)
    for (const found of await readLab({ questions, size, text, store })) {
      const answer = answerOf(found, text)
      assert.ok(answer.verdicts.length + answer.orders.length > 0, answer.name)
      const names = found.variants.map(({ variant }) => variant.name)
      assert.equal(new Set(names).size, names.length, answer.name)
      const settings = found.variants.map(({ variant }) => JSON.stringify(variant.setting))
      assert.equal(new Set(settings).size, settings.length, `${answer.name}: two variants have one setting`)
    }
  assert.equal(new Set(questions.map(({ name }) => name)).size, questions.length)
})
