// One cell as a figure: in a sentence how it was made, its terms with the largest first, and the way back to where its number comes from.

import type { Cell, CellExplanation, CellKind, HowMade, StepAfter } from '../inspect/cells/explanation.ts'
import { largestFirst } from '../inspect/cells/largestFirst.ts'
import type { CellWalk } from '../inspect/cells/whereFrom.ts'
import type { AxisPlaces } from '../tensor/address.ts'
import type { Elementwise } from '../tensor/elementwise.ts'
import type { Figure, FigureColumn, Panel } from './figure.ts'
import { sixDigits, threeDigits } from './figureNumbers.ts'
import { visible } from './visible.ts'

/** More terms than this are many: the others are told by their number. */
const mostTerms = 12

export interface CellShown {
  /** The token with an id. */
  readonly wordOf: (id: number) => string
  /** True where every term is shown; the largest twelve if not. */
  readonly hasAll?: boolean | undefined
  /** True where terms stand in the order of their places, not the largest first. */
  readonly isInOrder?: boolean | undefined
  /** The way back to where the number comes from. */
  readonly walk?: CellWalk | undefined
}

/** The figure of a cell. */
export function cellFigure(explanation: CellExplanation, { wordOf, hasAll, isInOrder, walk }: CellShown): Figure {
  const { value, place, formula, how } = explanation
  const terms = termsOf(isInOrder ? how : largestFirst(how), explanation)
  const shown = hasAll ? terms?.rows : terms?.rows.slice(0, mostTerms)
  const left = (terms?.rows.length ?? 0) - (shown?.length ?? 0)
  const panels: Panel[] = [
    ...(terms && shown && shown.length > 0
      ? [{ kind: 'table' as const, title: terms.title, columns: terms.columns, rows: shown }]
      : []),
    ...(walk && walk.steps.length > 0 ? [walkPanel(walk, wordOf)] : []),
  ]
  return {
    title: `${nameOf(explanation)} = ${sixDigits(value)}`,
    notes: [
      sentence(explanation, wordOf),
      ...(formula.text.length < 160 && 'after' in how
        ? [`${place === '' ? '' : `In ${place}: `}${formulaText(explanation)}`]
        : []),
      ...(left > 0 ? [`… ${left} more (--all).`] : []),
    ],
    panels,
  }
}

/** `∂ loss / ∂ …` for a gradient. */
const nameOf = ({ of, address }: Pick<Cell, 'of' | 'address'>): string =>
  `${of === 'gradient' ? '∂ loss / ∂ ' : ''}${address ?? ''}`

const formulaText = ({ path, of, step, formula }: CellExplanation): string =>
  [
    `${of === 'gradient' ? '∂ ' : ''}${path}${step === undefined ? '' : ` / step ${step}`} = ${formula.text}`,
    ...formula.where.map(({ letter, text }) => `${letter} = ${text}`),
  ].join('; ')

/** A cell in a few words: `the id 47 (“b”)`, `place 3`, `0.25`, or its address. */
function said(cell: Cell, wordOf: (id: number) => string): string {
  const { kind, address, value, lookUp, axis, isId } = cell
  const token = (id: number): string => `“${visible(wordOf(id))}”`
  if (kind === 'place') return `place ${value} on ${axis ?? 'its axis'}`
  if (address === undefined) return sixDigits(value)
  if (isId) return `${address}: the id ${value}, ${token(value)}`
  if (kind === 'input') return `${address}: ${sixDigits(value)}`
  if (!lookUp) return nameOf(cell)
  const row = lookUp.by.kind === 'input' && lookUp.axis === 'vocab' ? `, the row of ${token(lookUp.id)}` : ''
  return `${nameOf(cell)}${row}`
}

const signs: Partial<Record<Elementwise, string>> = { add: '+', subtract: '−', multiply: '·', divide: '/' }

/** `· 0.25 = 2.31`, `kept, since source ≤ position` */
function afterwards(steps: readonly StepAfter[]): string {
  return steps
    .map(({ function: name, by, condition, isSecond, value }) => {
      if (name === 'where') return `; kept, since ${condition ?? 'the mask lets it through'}`
      const sign = signs[name] ?? name
      const other = by ? sixDigits(by.value) : ''
      return isSecond
        ? `; ${other} ${sign} that = ${sixDigits(value)}`
        : `; ${sign} ${other} = ${sixDigits(value)}`.replace('  ', ' ')
    })
    .join('')
}

const overText = (over: readonly { readonly name: string; readonly size: number }[]): string =>
  over.map(({ name, size }) => `${name} (${size})`).join(' and ')

/** The sentence that says how the cell was made, with its numbers. */
function sentence(explanation: CellExplanation, wordOf: (id: number) => string): string {
  const { how } = explanation
  switch (how.kind) {
    case 'product': {
      const [{ left, right }] = how.terms
      return `Σ over ${overText(how.over)} of ${shortName(left, explanation)} · ${shortName(right, explanation)} = ${sixDigits(how.sum)}${afterwards(how.after)}.`
    }
    case 'sum':
      return `${how.terms.map(({ sign, cell }, i) => `${sign < 0 ? '− ' : i > 0 ? '+ ' : ''}${shortName(cell, explanation)}`).join(' ')} = ${sixDigits(how.sum)}${afterwards(how.after)}.`
    case 'row':
      return `${how.function === 'sum' ? 'The sum' : 'The largest'} over ${overText(how.over)} = ${sixDigits(how.sum)}${afterwards(how.after)}.`
    case 'softmax': {
      const { cell, power } = how.terms[how.own]
      return `e^(${sixDigits(cell.value)} − ${sixDigits(how.largest)}) = ${sixDigits(power)}; / ${sixDigits(how.whole)}, the sum of such powers over ${overText(how.over)}, = ${sixDigits(how.terms[how.own].share)}${afterwards(how.after)}.`
    }
    case 'norm': {
      const { cell } = how.terms[how.own]
      const centred =
        how.mean === undefined ? sixDigits(cell.value) : `(${sixDigits(cell.value)} − ${sixDigits(how.mean)})`
      return `${centred} / √(${sixDigits(how.variance)} + ${how.epsilon}) = ${sixDigits(how.normed)}${how.mean === undefined ? '' : ', less the mean'} of ${overText(how.over)}${afterwards(how.after)}.`
    }
    case 'function':
      return `A function of ${how.operands.map((cell) => `${shortName(cell, explanation)} = ${sixDigits(cell.value)}`).join(' and ')}${afterwards(how.after)}.`
    case 'lookUp':
      return `Looked up: ${said({ ...how.from, lookUp: how.lookUp }, wordOf)} = ${sixDigits(how.from.value)}${afterwards(how.after)}.`
    case 'same':
      return how.from.address === undefined
        ? `${sixDigits(how.from.value)}${afterwards(how.after)}.`
        : `The same as ${nameOf(how.from)}${afterwards(how.after)}.`
    case 'masked':
      return `Masked: ${how.condition} does not hold. What is hidden is ${sixDigits(how.hidden.value)}.`
    case 'weight':
      return how.checkpoint
        ? `A learnt number: ${how.checkpoint.name} [${how.checkpoint.index.join(', ')}] in the checkpoint.`
        : 'A learnt number.'
    case 'input':
      return how.isId
        ? `The id of a token: “${visible(wordOf(explanation.value))}”.`
        : 'A number that the model was given.'
    case 'place':
      return 'A place on an axis.'
    case 'known':
      return 'A number known beforehand.'
    case 'random':
      return 'A random number.'
  }
}

/** A cell's path, without the part of the model in which all of it is made. */
function shortName(cell: Cell, { place }: CellExplanation): string {
  if (cell.address === undefined) return cell.kind === 'place' ? `the ${cell.axis}` : sixDigits(cell.value)
  const [path] = cell.address.split(' {')
  const block = /^(?:.*\.)?blocks\.\d+/.exec(place)?.[0]
  const inside = [place, block].find((part) => part !== undefined && part !== '' && path.startsWith(`${part}.`))
  return `${cell.of === 'gradient' ? '∂ ' : ''}${inside === undefined ? path : path.slice(inside.length + 1)}`
}

interface Terms {
  readonly title: string
  readonly columns: readonly FigureColumn[]
  readonly rows: readonly (readonly string[])[]
}

/** A column of numbers. */
const numbers = (name: string): FigureColumn => ({ name, align: 'right' })

function termsOf(how: HowMade, explanation: CellExplanation): Terms | undefined {
  const placesIn = (at: AxisPlaces): string[] => ('over' in how ? how.over.map(({ name }) => String(at[name])) : [])
  const places = 'over' in how ? how.over.map(({ name }) => numbers(name)) : []
  switch (how.kind) {
    case 'product': {
      const [{ left, right }] = how.terms
      const factors = [left, right].map((cell) => numbers(shortName(cell, explanation)))
      return {
        title: 'Terms',
        columns: [...places, ...factors, numbers('product'), numbers('running sum')],
        rows: how.terms.map((term) => [
          ...placesIn(term.at),
          ...[term.left.value, term.right.value, term.product, term.sum].map(threeDigits),
        ]),
      }
    }
    case 'sum':
      return {
        title: 'Terms',
        columns: [numbers('value'), numbers('running sum'), { name: 'term' }],
        rows: how.terms.map(({ sign, cell, sum }) => [
          ...[sign * cell.value, sum].map(threeDigits),
          `${sign < 0 ? '− ' : ''}${nameOf(cell)}`,
        ]),
      }
    case 'row':
      return {
        title: 'The row',
        columns: [...places, numbers('cell'), numbers(how.function === 'sum' ? 'running sum' : 'largest so far')],
        rows: how.terms.map(({ at, cell, sum }) => [...placesIn(at), ...[cell.value, sum].map(threeDigits)]),
      }
    case 'norm':
      return {
        title: 'The row',
        columns: [...places, numbers('cell')],
        rows: how.terms.map(({ at, cell }) => [...placesIn(at), threeDigits(cell.value)]),
      }
    case 'softmax':
      return {
        title: 'The row',
        columns: [...places, numbers('cell'), numbers('e^(cell − largest)'), numbers('share')],
        rows: how.terms.map(({ at, cell, power, share }) => [
          ...placesIn(at),
          ...[cell.value, power, share].map(threeDigits),
        ]),
      }
    case 'function':
      return {
        title: 'Steps',
        columns: [{ name: 'step' }, { name: 'of' }, numbers('value')],
        rows: how.steps.map(({ function: name, inputs, cell }) => [
          name,
          inputs.map(({ value }) => threeDigits(value)).join(' and '),
          threeDigits(cell.value),
        ]),
      }
    default:
      return undefined
  }
}

/** A walk as rows: each cell, how it was made, and how much of it is in the one above. */
function walkPanel({ steps, end }: CellWalk, wordOf: (id: number) => string): Panel {
  const amounts = [undefined, ...steps.map(({ source }) => source.amount)]
  const cells = [
    ...steps.map(({ explanation }) => ({ cell: explanation, how: madeWords[explanation.how.kind] })),
    { cell: end, how: madeWords[end.kind] },
  ]
  return {
    kind: 'table',
    title: 'Where it comes from',
    columns: [numbers('value'), numbers('in the one above'), { name: 'cell' }],
    rows: cells.map(({ cell, how }, i) => {
      const amount = amounts[i]
      const name = i < steps.length ? nameOf(cell) : said(cell, wordOf)
      return [threeDigits(cell.value), amount === undefined ? '' : threeDigits(amount), how ? `${name}: ${how}` : name]
    }),
  }
}

const madeWords: Readonly<Record<HowMade['kind'], string> & Partial<Record<CellKind, string>>> = {
  product: 'a dot product',
  sum: 'a sum',
  row: 'a row',
  softmax: 'a share of a row',
  norm: 'normalised',
  function: 'a function',
  lookUp: 'looked up',
  same: 'the same number',
  masked: 'masked',
  weight: 'a weight',
  input: 'given',
  place: 'a place',
  known: 'known beforehand',
  random: 'random',
}
