// From a stop and the numbers of a run to a step.

import type { Node } from '../../tensor/node.ts'
import type { NearToken } from '../embeddings/cosines.ts'
import { layerOfPath } from '../paths.ts'
import type { Formula } from '../shapes/formula.ts'
import { isNumber, numberOf, sides } from '../stream/forms.ts'
import type { Placing } from '../stream/guesses.ts'
import type { AnswerAxis } from '../stream/readout.ts'
import { angle, vectorLength } from '../stream/vectors.ts'
import { answerFacts, askFacts, bringFacts, type OwnFacts } from './attentionSteps.ts'
import { sharesOf } from './guess.ts'
import type { LookUpTable } from './journeyPlan.ts'
import {
  addressAt,
  addressesOf,
  effectOfPart,
  type JourneySight,
  numbersHere,
  productsOf,
  stepEffect,
  weightPathsIn,
} from './journeySight.ts'
import type { Stop } from './route.ts'
import type {
  AddStep,
  HiddenStep,
  JourneyGuess,
  JourneyStep,
  NormaliseStep,
  OtherStep,
  PositionStep,
  RowStep,
} from './steps.ts'

/** The facts that no node has: of the table, of what is drawn, of formulas. */
export interface JourneyBesides {
  readonly nearest: readonly NearToken[]
  readonly table: LookUpTable | undefined
  readonly ending: JourneyEnding | undefined
  readonly hasNumbers: boolean
  formula(node: Node): Formula
}

/** The end of a journey of a model that has logits: what they say, as they are and at a temperature, and what is drawn of them. */
export interface JourneyEnding {
  readonly address: string
  readonly of: AnswerAxis
  readonly logits: Float32Array
  readonly said: JourneyGuess
  readonly temperature: number
  readonly warm: JourneyGuess
  readonly drawn: Placing | undefined
  /** The token that stands next in the text. */
  readonly next: Placing | undefined
}

/** A step of a journey. */
export function stepOf(sight: JourneySight, besides: JourneyBesides, stop: Stop, number: number): JourneyStep {
  const { facts, value, numbers } = ownFacts(sight, besides, stop)
  const before = stop.before && sight.stream(stop.before)
  const after = stop.after && sight.stream(stop.after)
  const layer = layerOfPath(stop.part)
  const address = value && addressAt(sight, value)
  const cosine =
    stop.before && stop.after
      ? angle(numbersHere(sight, stop.before).data, numbersHere(sight, stop.after).data).cosine
      : undefined
  const own = numbers ?? (value && Array.from(numbersHere(sight, value).data))
  return {
    ...facts,
    number,
    part: stop.part,
    ...(layer !== undefined && { layer }),
    ...(address !== undefined && { address }),
    ...(before && { before }),
    ...(after && { after }),
    ...(cosine !== undefined && { cosine }),
    ...(besides.hasNumbers && own && { numbers: own }),
  }
}

type Facts = JourneyStep extends infer S ? (S extends JourneyStep ? OwnFacts<S> : never) : never

interface Own {
  readonly facts: Facts
  readonly value?: Node
  readonly numbers?: readonly number[]
}

function ownFacts(sight: JourneySight, besides: JourneyBesides, stop: Stop): Own {
  switch (stop.kind) {
    case 'token':
      return {
        facts: { kind: 'token', id: sight.ids[sight.position], addresses: [], products: [] },
        numbers: [sight.ids[sight.position]],
      }
    case 'row':
      return { facts: rowFacts(sight, besides, stop), value: stop.row.node }
    case 'position':
      return { facts: positionFacts(sight, stop), value: stop.row.node }
    case 'normalise':
      return { facts: normaliseFacts(sight, stop), value: stop.output }
    case 'ask':
      return { facts: askFacts(sight, stop.part, stop.attention), value: stop.attention.query }
    case 'answer': {
      const { before = stop.sum, sum } = stop
      return { facts: answerFacts(sight, stop.part, stop.attention, [before, sum]), value: stop.attention.pattern }
    }
    case 'bring': {
      const { before = stop.sum, sum } = stop
      return { facts: bringFacts(sight, stop.part, stop.attention, [before, sum]), value: stop.attention.output }
    }
    case 'hidden':
      return { facts: hiddenFacts(sight, stop), value: stop.hidden }
    case 'add':
      return { facts: addFacts(sight, stop), value: stop.after ?? stop.added }
    case 'other':
      return { facts: otherFacts(sight, besides, stop), value: stop.output }
    case 'logits':
    case 'temperature':
    case 'draw':
      return endFacts(sight, besides, stop.kind)
  }
}

type Of<K extends Stop['kind']> = Extract<Stop, { readonly kind: K }>

function rowFacts(sight: JourneySight, { nearest, table }: JourneyBesides, { row }: Of<'row'>): OwnFacts<RowStep> {
  const id = sight.ids[sight.position]
  const [, factor] = sides(row.node, 'multiply', isNumber) ?? []
  return {
    kind: 'row',
    id,
    rows: table?.rows ?? 0,
    factor: factor ? numberOf(factor) : 1,
    nearest,
    addresses: table ? [`${table.address} {vocab: ${id}}`, table.address] : [],
    products: [],
  }
}

function positionFacts(sight: JourneySight, { row, before }: Of<'position'>): OwnFacts<PositionStep> {
  const numbers = numbersHere(sight, row.node).data
  return {
    kind: 'position',
    of: row.part,
    added: vectorLength(numbers),
    angle: before ? angle(numbers, numbersHere(sight, before).data).cosine : 0,
    addresses: row.address === undefined ? [] : [row.address],
    products: [],
  }
}

function normaliseFacts(sight: JourneySight, { norm, output, of, part }: Of<'normalise'>): OwnFacts<NormaliseStep> {
  const numbers = numbersHere(sight, norm.input).data
  return {
    kind: 'normalise',
    of,
    ...(norm.isCentred && { mean: numbers.reduce((sum, x) => sum + x, 0) / numbers.length }),
    factor: numbersHere(sight, norm.factor).data[0],
    norm: vectorLength(numbersHere(sight, output).data),
    addresses: [...addressesOf(sight, [output, norm.input]), ...(part === '' ? [] : weightsOfNorm(sight, norm))],
    products: [],
  }
}

const weightsOfNorm = (sight: JourneySight, { gain, shift }: Of<'normalise'>['norm']): string[] =>
  addressesOf(sight, [gain, shift])

function hiddenFacts(sight: JourneySight, { part, hidden, output, before, sum }: Of<'hidden'>): OwnFacts<HiddenStep> {
  const { data } = numbersHere(sight, hidden)
  const top = Array.from(data, (value, unit) => ({ unit, value }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.unit - b.unit)
    .slice(0, sight.most.units)
  const effect = before && stepEffect(sight, part, before, sum)
  const at = (name: string): Node | undefined => sight.names.values.get(`${part}.${name}`)
  return {
    kind: 'hidden',
    units: data.length,
    firing: data.filter((value) => value > 0).length,
    top: top.map((each) => {
      const own = effectOfPart(sight, part, 'neuron', each.unit)
      return { ...each, ...(own !== undefined && { effect: own }) }
    }),
    norm: vectorLength(numbersHere(sight, output).data),
    ...(effect && { effect }),
    addresses: [...addressesOf(sight, [hidden, at('up'), at('gate'), output]), ...weightPathsIn(sight, part)],
    products: productsOf(sight, part, 'gate', 'up', 'output'),
  }
}

function addFacts(sight: JourneySight, { part, added, before, after }: Of<'add'>): OwnFacts<AddStep> {
  const numbers = numbersHere(sight, added).data
  const stream = before && numbersHere(sight, before).data
  const effect = before && after && stepEffect(sight, part, before, after)
  const [of] = addressesOf(sight, [sight.names.values.get(`${part}.output`) ?? added])
  return {
    kind: 'add',
    ...(of !== undefined && { of }),
    added: vectorLength(numbers),
    angle: stream ? angle(numbers, stream).cosine : 0,
    ...(effect && { effect }),
    addresses: [...addressesOf(sight, [after, before]), ...(of === undefined ? [] : [of])],
    products: [],
  }
}

function otherFacts(sight: JourneySight, besides: JourneyBesides, { part, output }: Of<'other'>): OwnFacts<OtherStep> {
  return {
    kind: 'other',
    formula: besides.formula(output),
    norm: vectorLength(numbersHere(sight, output).data),
    addresses: [...addressesOf(sight, [output]), ...(part === '' ? [] : weightPathsIn(sight, part))],
    products: [],
  }
}

function endFacts(sight: JourneySight, { ending }: JourneyBesides, kind: 'logits' | 'temperature' | 'draw'): Own {
  if (!ending) throw new Error('journey: the model has no logits.')
  const { address, of, said, warm, temperature, drawn, next, logits } = ending
  // The value of a classifier has one position, and no axis for it.
  const on = { addresses: [of === 'class' ? address : `${address} {position: ${sight.position}}`], products: [] }
  if (kind === 'logits') {
    const products = [...(sight.products.get(address) ?? [])]
    return { facts: { kind, of, vocab: logits.length, guess: said, ...on, products }, numbers: Array.from(logits) }
  }
  if (kind === 'temperature' || !drawn) {
    const numbers = sharesOf(logits, temperature)
    return { facts: { kind: 'temperature', temperature, guess: warm, ...on }, numbers }
  }
  const { id, probability, rank } = drawn
  return { facts: { kind, id, probability, rank, ...(next && { next }), ...on }, numbers: [id] }
}
