// What another run had: read before anything is compiled, so that edits are values and nothing else.

import { runWith, type Values } from '../engine/engine.ts'
import { givenOf, sizesOfValues } from '../model/inputValues.ts'
import type { AnyModel } from '../model/language.ts'
import { passOf } from '../model/pass.ts'
import { inputNodes } from '../model/reads.ts'
import { type Address, addressText, matchingPaths, pathsOf, placesIn } from '../tensor/address.ts'
import { type Axis, cells, placesOfCell } from '../tensor/axes.ts'
import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { trace } from '../tensor/pass.ts'
import { placed } from '../tensor/placed.ts'
import {
  addressOfEdit,
  alongText,
  checkReplacement,
  type Edit,
  type Edited,
  isOtherRun,
  isSteering,
  listed,
  type OtherRun,
  type Steering,
} from './edit.ts'

/**
 * The same edits, with numbers in place of what other runs had. Each other run is done once, without edits, by the model as it
 * is in the engine now.
 */
export async function settleEdits({ model, engine, edits = [] }: Edited<AnyModel>): Promise<readonly Edit[]> {
  if (!edits.some(({ to }) => runsOf(to).length > 0)) return edits
  const runs = new Map<string, { readonly run: OtherRun; readonly addresses: Address[] }>()
  for (const edit of edits) {
    const address = addressOfEdit(edit)
    checkReplacement(addressText(address), edit.to)
    for (const run of runsOf(edit.to)) {
      const known = runs.get(keyOf(run)) ?? { run, addresses: [] }
      runs.set(keyOf(run), known)
      known.addresses.push(address)
    }
  }
  const found = new Map<string, readonly ReadEdit[]>()
  for (const [key, { run, addresses }] of runs)
    for (const [text, made] of await readRun({ model, engine }, run, addresses)) found.set(`${key} ${text}`, made)
  return edits.flatMap((edit): readonly Edit[] => {
    const readOf = (run: OtherRun) => found.get(`${keyOf(run)} ${addressText(addressOfEdit(edit))}`) ?? []
    if (isOtherRun(edit.to)) return readOf(edit.to)
    return isSteering(edit.to) ? steered(edit.to.add, readOf) : [edit]
  })
}

/** An edit of one value, to what a run has there. */
interface ReadEdit extends Edit {
  readonly to: Values
}

const list = (runs: OtherRun | readonly OtherRun[] | undefined): readonly OtherRun[] =>
  runs === undefined ? [] : isOtherRun(runs) ? [runs] : runs

/** The runs of which a replacement takes values. */
function runsOf(to: Edit['to']): readonly OtherRun[] {
  if (isOtherRun(to)) return [to]
  return isSteering(to) ? [...list(to.add.towards), ...list(to.add.from)] : []
}

/** The edits that add a direction, one for each value that the address means. */
function steered(
  { towards, from, scale = 1 }: Steering,
  readOf: (run: OtherRun) => readonly ReadEdit[],
): readonly Edit[] {
  const sides = [
    { runs: list(towards).map(readOf), sign: scale },
    { runs: list(from).map(readOf), sign: -scale },
  ]
  return sides[0].runs[0].map(({ at }, number) => {
    let axes: Values['axes'] = []
    let sum = new Float64Array()
    for (const { runs, sign } of sides)
      for (const run of runs) {
        const { axes: own, data } = overText(run[number].to)
        axes = own
        if (sum.length === 0) sum = new Float64Array(data.length)
        data.forEach((each, cell) => {
          sum[cell] += (sign * each) / runs.length
        })
      }
    return { at, to: { add: { axes, data: Float32Array.from(sum) } } }
  })
}

/** The mean of a value along its text, without the axes that are as long as that. */
function overText({ axes, data }: Values): { readonly axes: Values['axes']; readonly data: Float64Array } {
  const isKept = ({ name, size }: Axis): boolean => !alongText.includes(name) && !(name === 'batch' && size === 1)
  const kept = axes.filter(isKept)
  const means = new Float64Array(cells(kept))
  data.forEach((each, cell) => {
    const places = placesOfCell(axes, cell).filter((_, i) => isKept(axes[i]))
    means[kept.reduce((at, { size }, i) => at * size + places[i], 0)] += (each * means.length) / data.length
  })
  return { axes: kept, data: means }
}

const keyOf = (run: OtherRun): string =>
  Object.entries(inputsOf(run))
    .map(([name, cells]) => `${name} ${Array.from(cells)}`)
    .join(' ')

/** The values that the model reads in another run. */
const inputsOf = (run: OtherRun): Record<string, ArrayLike<number>> =>
  'pixels' in run
    ? { pixels: listed(run.pixels) }
    : givenOf({ ids: listed(run.ids), source: run.source && listed(run.source) })

/** The values that a run has at each address, as edits: one for each value that an address with a `*` means. */
async function readRun(
  { model, engine }: Edited<AnyModel>,
  run: OtherRun,
  addresses: readonly Address[],
): Promise<Map<string, ReadEdit[]>> {
  const inputs = inputsOf(run)
  const names = namesOfRun(model, inputs)
  const { values } = names
  if (model.kind === 'dual-encoder') checkSide(addresses, values, 'pixels' in inputs)
  const outputs: Record<string, Node> = {}
  const wanted = addresses.map((address) => ({
    text: addressText(address),
    each: pathsOf(address, values.keys(), 'edits').map((path) => {
      const value = values.get(path) as Node
      const own = { ...address, path }
      outputs[addressText(own)] = placed(value, placesIn(value.axes, own, 'edits'))
      return own
    }),
  }))
  const program = await engine.compile({ outputs, names })
  try {
    await runWith(program, inputs)
    const found = new Map<string, ReadEdit[]>()
    for (const { text, each } of wanted) {
      const edits: ReadEdit[] = []
      for (const at of each) edits.push({ at, to: await program.read(addressText(at)) })
      found.set(text, edits)
    }
    return found
  } finally {
    await program.close()
  }
}

/** The names of the values in another run; of a model of texts and pictures those of the encoder that reads what it is over. */
function namesOfRun(model: AnyModel, inputs: Record<string, ArrayLike<number>>): Names {
  const names = Object.keys(inputs)
  if (model.kind !== 'dual-encoder') return passOf(model, sizesOfValues(asker, model.reads, inputs), names).names
  const reads = Object.fromEntries(Object.entries(model.reads).filter(([name]) => names.includes(name)))
  const nodes = inputNodes(reads, sizesOfValues(asker, reads, inputs))
  return trace(model, () => ('pixels' in inputs ? model.pictureVectors(nodes) : model.textVectors(nodes))).names
}

/** Throws for an address whose value is not made of what the other run is over. */
function checkSide(addresses: readonly Address[], values: ReadonlyMap<string, Node>, isPicture: boolean): void {
  const missing = addresses.find((address) => matchingPaths(address, values.keys()).length === 0)
  if (!missing) return
  const [given, wanted] = isPicture ? ['picture', 'text'] : ['text', 'picture']
  throw new Error(
    `edits: ${addressText(missing)} is not made of a ${given}, so that another one has no value there. Give a ${wanted}, or an address in the encoder of ${given}s.`,
  )
}

const asker = 'edits: the other run'
