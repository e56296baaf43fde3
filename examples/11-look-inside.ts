// What goes on inside can be read, shown and changed. Nothing is trained here: the weights of an induction head are written down by
// hand, so that everything that is seen can be foretold.
//
//   |window win   →   d       what followed a character before follows it again
//
// The stream has four sections: the character that stands here, the one before it, the one that is to be said, and the place. The
// head of the first block looks one place back and writes what stands there into the second section. That of the second looks where
// its own character was the one before, and writes what stands there into the third. Neither can do it alone.
//
// Olsson et al. 2022, "In-context learning and induction heads". What can be read and changed: docs/architecture.md, "What an
// address is". Read next: 12-induction.ts, in which such a head is learnt.

import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CharacterTokenizer, cpu } from '../src/index.ts'
import {
  attributeLogit,
  attributionFigure,
  composition,
  figureLines,
  figureSvg,
  lensFigure,
  logitLens,
  read,
  tokenTables,
} from '../src/inspect.ts'
import { Attention, Decoder, LearnedPositions, Linear, type Node, PreNormBlock, TokenEmbedding } from '../src/tensor.ts'
import { report } from './learn.ts'

const text = '|window win'
const tokenizer = CharacterTokenizer.of(text)
const ids = tokenizer.encode(text)
const [vocab, context] = [tokenizer.size, ids.length]
const [here, before, said, place] = [0, vocab, 2 * vocab, 3 * vocab]
const model = 3 * vocab + context
const engine = await cpu()

/** Makes a matrix hand on so many numbers, each times a factor: a diagonal, which begins at a row and a column. */
function wire(
  matrix: Node,
  { row = 0, column = 0, count, factor = 1 }: { row?: number; column?: number; count: number; factor?: number },
): void {
  const sizes = matrix.axes.map(({ size }) => size)
  const columns = sizes[sizes.length - 1]
  const values = new Float32Array(sizes.reduce((product, size) => product * size, 1))
  for (let i = 0; i < count; i++) values[(row + i) * columns + column + i] = factor
  engine.set(matrix, values)
}

/** One head that compares two sections of the stream, and writes the character that stands where it looks into a third. */
function head(sections: { asks: number; offers: number; count: number; writes: number }): PreNormBlock {
  const { asks, offers, count, writes } = sections
  const into = { head: 1, key: count }
  const query = new Linear({ from: { model }, to: into, bias: false })
  const key = new Linear({ from: { model }, to: into, bias: false })
  const value = new Linear({ from: { model }, to: { head: 1, value: vocab }, bias: false })
  const output = new Linear({ from: { head: 1, value: vocab }, to: { model }, bias: false })
  wire(query.weight, { row: asks, count: Math.min(count, model - asks) })
  wire(key.weight, { row: offers, count })
  wire(value.weight, { row: here, count: vocab })
  wire(output.weight, { column: writes, count: vocab })
  // e²⁰ to 1: it looks at one place alone, if there is one that fits.
  return new PreNormBlock({ attention: new Attention({ query, key, value, output, scale: 20 }) })
}

const embedding = new TokenEmbedding({ vocab, model })
const positions = new LearnedPositions({ context, model })
const unembedding = new Linear({ from: { model }, to: { vocab }, bias: false })
wire(embedding.token, { column: here, count: vocab })
wire(positions.place, { column: place, count: context })
wire(unembedding.weight, { row: said, count: vocab, factor: 8 })
const blocks = [
  // Place p asks for what place p − 1 offers.
  head({ asks: place + 1, offers: place, count: context, writes: before }),
  head({ asks: here, offers: before, count: vocab, writes: said }),
]
const induction = new Decoder({ embedding, positions, blocks, unembedding, context })

const looking = { model: induction, engine, inputs: { ids } }
const tokens = Array.from(ids, (id) => tokenizer.piece(id))
const wordOf = (id: number): string => tokenizer.piece(id)
const guessOf = (logits: ArrayLike<number>): string =>
  wordOf(Array.from(logits).indexOf(Math.max(...Array.from(logits))))
const show = (figure: ReturnType<typeof lensFigure>): void =>
  console.log(`\n${figureLines(figure, { width: 100, hasColours: false }).join('\n')}`)

// A value by its address: where the second head looks from the last character, and what the model says there.
const row = 'blocks.1.attention.pattern {head: 0, position: -1}'
const [pattern, logits] = (await read({ ...looking, addresses: [row, 'logits {position: -1}'] })).values()
const seen = pattern.data.indexOf(Math.max(...pattern.data))
console.log(
  `From the last n it looks at place ${seen}, "${tokens[seen]}", and the model says "${guessOf(logits.data)}".`,
)

// The same with an edit: the first head finds nothing. The second has not changed, but no longer knows where to look.
const edits = [{ at: 'blocks.0.attention.output', to: 0 }]
const [lost, unsure] = (await read({ ...looking, addresses: [row, 'logits {position: -1}'], edits })).values()
console.log(
  `Without the first head it looks everywhere, ${lost.data[seen].toFixed(3)} at place ${seen}, and says "${guessOf(unsure.data)}".`,
)

// What each part adds to the logit of "d", and what the stream says after every block.
const [token] = tokenizer.encode('d')
const attribution = await attributeLogit({ ...looking, token })
show(attributionFigure(attribution, { tokens, wordOf }))
const lens = lensFigure(await logitLens(looking), { tokens, wordOf })
show(lens)
const file = join(tmpdir(), 'look-inside.svg')
await writeFile(file, figureSvg(lens))
console.log(`\nThe same as a picture: ${file}`)

// The same without any text, from the weights alone: by what the second head reads the first, and which token raises which.
const { rows } = await composition({ model: induction, engine })
for (const { kind, score } of rows)
  console.log(
    `The second head's ${kind} reads the first with ${score.toFixed(4)}; two isometries that match have ${(1 / Math.sqrt(vocab)).toFixed(4)}.`,
  )
const [copying] = (
  await tokenTables({ model: induction, engine, heads: [{ layer: 1 }], kinds: ['ov'], tokens: [token] })
).tables
console.log(
  `Where it is looked at, "d" raises "${wordOf(copying.rows[0].top[0].token)}" by ${copying.rows[0].top[0].value}; Σλ/Σ|λ| is ${copying.positive}.`,
)
engine.close()

const byHead = attribution.rows.find(({ layer, head }) => layer === 1 && head === 0)?.logit ?? Number.NaN
report(
  guessOf(logits.data) === 'd' && Math.abs(byHead - 8) < 1e-4 && Math.abs(attribution.sum - byHead) < 1e-4,
  `it says "d", and all of its logit, ${byHead.toFixed(4)}, is what the second head wrote.`,
)
