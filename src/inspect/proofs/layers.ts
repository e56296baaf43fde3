// One model by several ways of computing it: kernels, the definitions that they stand for, the reference engine, and what others say that
// it gives. Of each way the largest error at every layer.

import type { ExpectedValues } from '../../checkpoint/expectedValues.ts'
import { type Engine, runWith, type Values } from '../../engine/engine.ts'
import { reference } from '../../engine/reference.ts'
import { givenOf } from '../../model/inputValues.ts'
import { cells, describeAxes, sameAxes } from '../../tensor/axes.ts'
import { parametersOf } from '../../tensor/names.ts'
import { read } from '../read.ts'
import { openPass } from '../shapes/opened.ts'
import { apart } from './distance.ts'
import type { Subject } from './subject.ts'
import { type Check, type CheckName, notApplicable, passIf } from './verdict.ts'

/** The error of a layer. */
export interface LayerError {
  /** The way that the engine was held to. */
  readonly against: 'definitions' | 'reference engine' | 'fixture'
  /** The number of the block, and the half that it is in where there are two; missing for what belongs to no block. */
  readonly layer?: number
  readonly part?: string
  /** The value in it at which the error is largest; it has the unit of that value. */
  readonly address: string
  /** max |a − b| */
  readonly largest: number
  /** ‖a − b‖ / ‖a‖, the largest among the values of the layer. */
  readonly relative: number
}

/** The largest relative error that 32 bits explain, after many layers. */
const most = 1e-4

/** The most multiplications for which the reference engine is asked: some seconds. */
const mostProducts = 1e8

/** The checks of an engine, with the errors of every layer that they go by. */
export async function layerErrors(
  subject: Subject,
  expected: ExpectedValues | undefined,
): Promise<{ checks: Check[]; layers: LayerError[] }> {
  const ways = [await byDefinitions(subject), await byReference(subject), await byFixture(subject, expected)]
  return { checks: ways.map(({ check }) => check), layers: ways.flatMap(({ layers }) => layers) }
}

interface Way {
  readonly check: Check
  readonly layers: readonly LayerError[]
}

async function byDefinitions(subject: Subject): Promise<Way> {
  const { engine, names, addresses, inputs, seen } = subject
  const opened = openPass({ outputs: addresses.map((each) => names.valueAt(each)), names })
  const outputs = Object.fromEntries(addresses.map((each) => [each, opened.of(names.valueAt(each))]))
  const program = await engine.compile({ outputs, names: opened.names })
  try {
    await runWith(program, givenOf(inputs))
    const other = new Map<string, Values>()
    for (const address of addresses) other.set(address, await program.read(address))
    return way('definitions', seen, other)
  } finally {
    await program.close()
  }
}

async function byReference(subject: Subject): Promise<Way> {
  const { model, edits, engine, inputs, seen, addresses, ids, source = [] } = subject
  const not = (reason: string): Way => ({ check: notApplicable('reference engine', reason), layers: [] })
  if (engine.description.startsWith('reference')) return not('this is the reference engine')
  const weights = [...parametersOf(model).values()]
  const products = weights.reduce((sum, { axes }) => sum + cells(axes), 0) * (ids.length + source.length)
  if (products > mostProducts)
    return not(
      `some ${Math.round(products / 1e6)} million products would take it long; ask "compare" with --with reference, for a short text`,
    )
  const plain: Engine = reference()
  for (const weight of weights) plain.set(weight, await engine.get(weight))
  const other = await read({ model, engine: plain, edits, inputs, addresses })
  plain.close()
  return way('reference engine', other, seen)
}

async function byFixture({ model, engine, edits = [] }: Subject, expected: ExpectedValues | undefined): Promise<Way> {
  const not = (reason: string): Way => ({ check: notApplicable('fixture', reason), layers: [] })
  if (!expected) return not('no fixture: not compared')
  if (edits.length > 0) return not('the fixture is of the model without edits')
  const addresses = Object.keys(expected.values)
  const seen = await read({ model, engine, inputs: expected.inputs, addresses })
  const theirs = new Map<string, Values>()
  for (const [address, { axes, data }] of Object.entries(expected.values)) {
    const own = (seen.get(address) as Values).axes
    if (!sameAxes(own, axes) || data.length !== cells(own))
      throw new Error(
        `check: expected.json has ${address} as ${describeAxes(axes)} with ${data.length} numbers, but the model gives ${describeAxes(own)}. Write it anew for this model.`,
      )
    theirs.set(address, { axes, data: lyingAs(own, axes, data) })
  }
  return way('fixture', theirs, seen)
}

/** Numbers along the same axes in another order of them. */
function lyingAs(own: Values['axes'], axes: Values['axes'], data: ArrayLike<number>): Float32Array {
  const stride = new Map(axes.map(({ name }, i) => [name, cells(axes.slice(i + 1))]))
  return Float32Array.from({ length: data.length }, (_, cell) => {
    let [from, rest] = [0, cell]
    for (const { name, size } of own.toReversed()) {
      from += (rest % size) * (stride.get(name) ?? 0)
      rest = Math.floor(rest / size)
    }
    return data[from]
  })
}

/** The errors of a way at every layer, and the check of them. */
function way(
  against: LayerError['against'] & CheckName,
  a: ReadonlyMap<string, Values>,
  b: ReadonlyMap<string, Values>,
): Way {
  const layers = new Map<string, LayerError>()
  let worst = { address: '', relative: 0 }
  for (const [address, { axes, data }] of a) {
    const { largest, relative } = apart(address, axes, data, (b.get(address) as Values).data)
    const { name, ...label } = layerOf(address)
    const so = layers.get(name)
    const isLarger = !so || largest > so.largest
    layers.set(name, {
      against,
      ...label,
      address: isLarger ? address : so.address,
      largest: isLarger ? largest : so.largest,
      relative: Math.max(relative, so?.relative ?? 0),
    })
    if (relative > worst.relative) worst = { address, relative }
  }
  const { address, relative } = worst
  const reason = `the difference there is ${relative.toPrecision(2)} of the value itself`
  const check = passIf(against, relative <= most, {
    largest: relative,
    allowed: most,
    reason,
    ...(address !== '' && { address }),
  })
  return { check, layers: [...layers.values()] }
}

/** The block that a value belongs to; itself where it belongs to none. */
function layerOf(address: string): { name: string; layer?: number; part?: string } {
  const [block, path, number] = /^(.*?)\bblocks\.(\d+)\./.exec(address) ?? []
  if (block === undefined) return { name: address }
  return { name: block, layer: Number(number), ...(path !== '' && { part: path.slice(0, -1) }) }
}
