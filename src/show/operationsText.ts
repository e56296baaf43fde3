// The operations of a model in words: one sentence each, with its sizes; and all of them as a list to read, the equal of any picture.

import type { ModelOperation, OperationValue } from '../inspect/shapes/operation.ts'
import { repeated, series } from '../inspect/shapes/repeats.ts'
import { count, flopsText, grouped, percent } from './amounts.ts'
import { wrapped } from './lines.ts'
import { capital, partWords } from './sentenceWords.ts'

/** The sentence of an operation; of one of which nothing else is known, its formula. */
export function operationSentence(operation: ModelOperation): string {
  return sentences[operation.kind](operation) ?? formulaSentence(operation)
}

type Sentence = (operation: ModelOperation) => string | undefined

const sizeIn = ({ axes }: OperationValue, name: string): number | undefined =>
  axes.find((axis) => axis.name === name)?.size

/** The number of heads of a value: those that share keys and values are counted each. */
const headsIn = (value: OperationValue): number => (sizeIn(value, 'head') ?? 1) * (sizeIn(value, 'group') ?? 1)

const weightOf = ({ operands }: ModelOperation): OperationValue | undefined => operands.find(({ isWeight }) => isWeight)

/** `each of the 4 heads`, `the one head` */
const eachHead = (heads: number): string => (heads === 1 ? 'the one head' : `each of the ${heads} heads`)

/** The axis along which a text lies in a value: its own positions, or those of what is looked at. */
const lengthIn = (value: OperationValue): number => sizeIn(value, 'position') ?? sizeIn(value, 'source') ?? 1

const sentences: Readonly<Record<ModelOperation['kind'], Sentence>> = {
  lookUp(operation) {
    const [rows, width] = [weightOf(operation), sizeIn(operation.result, 'model')]
    const vocab = rows && (sizeIn(rows, 'vocab') ?? sizeIn(rows, 'kind'))
    if (vocab === undefined || width === undefined) return undefined
    return `Each of the ${count(lengthIn(operation.result), 'token')} becomes its row of the table: ${width} numbers, of ${grouped(vocab)} rows.`
  },
  positions({ result }) {
    return `Numbers that say where each token stands are added, ${sizeIn(result, 'model')} for each of the ${count(lengthIn(result), 'place')}.`
  },
  norm({ result }) {
    const width = sizeIn(result, 'model')
    if (width === undefined) return 'The numbers of each head are brought to a common length.'
    return `The ${width} numbers of each token are brought to a common length.`
  },
  product: (operation) => products[operation.role]?.(operation) ?? product(operation),
  turn({ result, role }) {
    const what = role === 'query' ? 'question' : 'offer'
    return `The ${what} of ${eachHead(headsIn(result))} is turned by where its token stands, so that distances count when both meet.`
  },
  scores({ result, operands }) {
    const [positions, sources] = [sizeIn(result, 'position'), sizeIn(result, 'source')]
    const width = operands.map((operand) => sizeIn(operand, 'key')).find((size) => size !== undefined)
    return `In ${eachHead(headsIn(result))} every question meets every offer, ${positions} · ${sources} pairs: one number each, summed over ${width}.`
  },
  softmax({ result }) {
    const vocab = sizeIn(result, 'vocab')
    if (vocab !== undefined)
      return `The ${grouped(vocab)} logits of each position become probabilities, which add up to 1.`
    return `In ${eachHead(headsIn(result))} the scores of a position become shares of ${count(sizeIn(result, 'source') ?? 1, 'source')}, which add up to 1.`
  },
  mix({ result }) {
    return `${capital(eachHead(headsIn(result)))} adds up the values of the sources by their shares: ${sizeIn(result, 'value')} numbers for each token.`
  },
  activation({ result, operands }) {
    const width = sizeIn(result, 'hidden')
    if (width === undefined) return undefined
    return operands.length > 1
      ? `Each of the ${grouped(width)} hidden units lets through as much as its gate says.`
      : `Each of the ${grouped(width)} hidden units fires or stays quiet: a function of its one number.`
  },
  add({ result, operands }) {
    const what = operands.at(-1)?.address?.split('.').at(-2)
    return `What ${what === undefined ? 'a part' : (partWords[what] ?? `the ${what}`)} has made is added to the stream, ${sizeIn(result, 'model')} numbers for each token.`
  },
  other: () => undefined,
}

/** The sentences of products with the weights that most models have. */
const products: Readonly<Record<string, Sentence>> = {
  query: (operation) => ofHeads(operation, 'asks a question', 'key'),
  key: (operation) => ofHeads(operation, 'makes an offer', 'key'),
  value: (operation) => ofHeads(operation, 'makes a value', 'value'),
  output(operation) {
    const { result } = operation
    const [weight, width] = [weightOf(operation), sizeIn(result, 'model')]
    if (!weight || width === undefined || sizeIn(weight, 'value') === undefined) return undefined
    return `The answers of ${count(headsIn(weight), 'head')}, ${sizeIn(weight, 'value')} numbers each, become ${width} numbers of the stream.`
  },
  up: (operation) => toHidden(operation, 'are weighed by each of', 'hidden units'),
  gate: (operation) => toHidden(operation, 'say how far to open each of', 'gates'),
  down(operation) {
    const [weight, width] = [weightOf(operation), sizeIn(operation.result, 'model')]
    const hidden = weight && sizeIn(weight, 'hidden')
    if (hidden === undefined || width === undefined) return undefined
    return `The ${grouped(hidden)} hidden units write ${width} numbers, each as strongly as it fires.`
  },
  unembedding(operation) {
    const [weight, vocab] = [weightOf(operation), sizeIn(operation.result, 'vocab')]
    const width = weight && sizeIn(weight, 'model')
    if (vocab === undefined || width === undefined) return undefined
    return `The stream's ${width} numbers are compared with the vector of each of the ${grouped(vocab)} tokens: one logit each.`
  },
}

function ofHeads(operation: ModelOperation, does: string, axis: 'key' | 'value'): string | undefined {
  const { result } = operation
  const weight = weightOf(operation)
  const [numbers, width] = [sizeIn(result, axis), weight && sizeIn(weight, 'model')]
  if (numbers === undefined || width === undefined) return undefined
  return `${capital(eachHead(headsIn(result)))} ${does} of ${numbers} numbers of the stream's ${width}.`
}

function toHidden(operation: ModelOperation, does: string, what: string): string | undefined {
  const weight = weightOf(operation)
  const [hidden, width] = [sizeIn(operation.result, 'hidden'), weight && sizeIn(weight, 'model')]
  if (hidden === undefined || width === undefined) return undefined
  return `The stream's ${width} numbers ${does} ${grouped(hidden)} ${what}.`
}

/** A product with a weight of which no more is known. */
function product(operation: ModelOperation): string {
  const weight = weightOf(operation)
  const axes = weight?.axes ?? []
  const written = (isSummed: boolean): string =>
    axes
      .filter(({ name }) => operation.over.includes(name) === isSummed)
      .map(({ name, size }) => `${grouped(size)} (${name})`)
      .join(' · ')
  return `A product with ${weight?.address ?? 'a weight'}: ${written(true)} numbers become ${written(false)}.`
}

const formulaSentence = ({ address, formula }: ModelOperation): string =>
  `${address === undefined ? '' : `${address} = `}${formula.text}${formula.where.map(({ letter, text }) => `, ${letter} = ${text}`).join('')}.`

/** The place that a list of operations is made for. */
export interface OperationsTextOptions {
  readonly width: number
  /** True to show every block, although they are alike. */
  readonly isEveryBlockShown: boolean
}

/** The operations as a list to read: the sentence, what goes in and comes out, why the sizes are so, and what it costs. */
export function operationsText(
  operations: readonly ModelOperation[],
  { width, isEveryBlockShown }: OperationsTextOptions,
): string[] {
  const total = operations.reduce((sum, { flops }) => sum + flops, 0)
  const parameters = operations.reduce((sum, operation) => sum + operation.parameters, 0)
  const lines = [`${count(operations.length, 'operation')}, ${flopsText(total)}, ${count(parameters, 'parameter')}`]
  const groups = isEveryBlockShown
    ? operations.map((items) => ({ blocks: [] as readonly string[], items: [items] }))
    : alikeBlocks(operations)
  for (const { blocks, items } of groups) {
    if (blocks.length > 1) lines.push('', `${series(blocks)}, all alike; ${blocks[0]}:`)
    for (const operation of items) lines.push('', ...operationLines(operation, width))
  }
  return lines
}

function operationLines(operation: ModelOperation, width: number): string[] {
  const { number, address, part, operands, result, flops, share, parameters } = operation
  const head = `${String(number + 1).padStart(4)}  ${address ?? (part === '' ? operation.role : `${part}: ${operation.role}`)}`
  const cost = [flopsText(flops), percent(share), ...(parameters > 0 ? [count(parameters, 'parameter')] : [])]
  return [
    ...wrapped(`${head}: ${operationSentence(operation)}`, width, '        '),
    ...wrapped(
      `      ${operands.map(shapeOf).join(' , ')} → ${shapeOf(result)}; ${cost.join(', ')}`,
      width,
      '        ',
    ),
    ...sizesOf(operation).flatMap((line) => wrapped(`      ${line}`, width, '        ')),
  ]
}

/** `(position 17 × model 64)`; that there is one text goes without saying. */
function shapeOf({ axes }: OperationValue): string {
  const shown = axes.filter(({ name, size }) => name !== 'batch' || size > 1)
  return shown.length === 0 ? '(a single number)' : `(${shown.map(({ name, size }) => `${name} ${size}`).join(' × ')})`
}

/** The sizes that come in with the operation's weights, or with what is looked up, and why they are so. */
function sizesOf({ operands, result }: ModelOperation): string[] {
  const weights = operands.filter(({ isWeight }) => isWeight)
  const [main = result] = weights
  return weights.length === 0 ? [] : main.axes.map(({ name, size, reason }) => `${name} ${grouped(size)}: ${reason}`)
}

interface AlikeBlocks {
  readonly blocks: readonly string[]
  readonly items: readonly ModelOperation[]
}

/** Operations of blocks that follow one another and are alike, together. */
function alikeBlocks(operations: readonly ModelOperation[]): AlikeBlocks[] {
  return repeated(
    operations,
    ({ part }) => part,
    (operation) =>
      `${operation.kind} ${operation.role} ${operation.address ?? operation.part} ${operation.operands.map(shapeOf).join()}`,
  )
}
