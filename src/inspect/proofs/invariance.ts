// What must change nothing: padding around a text, other texts beside it, and another order of its tokens where each takes its place and
// its sight along.
//
// Everything that a model knows of order comes from the nodes that count places ("index"): positions, masks, distances. So a text is
// written down in another order by putting other numbers into these alone, whatever the model makes of them.

import { runWith, type Values } from '../../engine/engine.ts'
import { givenOf } from '../../model/inputValues.ts'
import { type Given, isWriting } from '../../model/language.ts'
import { after, upTo } from '../../model/masks.ts'
import { mostAlong } from '../../model/reads.ts'
import { cells, sizeOf } from '../../tensor/axes.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { index, input, maximum, subtract, table } from '../../tensor/primitives.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { openPass } from '../shapes/opened.ts'
import { endIn, farthest, placesAlong, roundings, type Subject } from './subject.ts'
import { type Check, type CheckName, notApplicable, passIf } from './verdict.ts'

/** The checks of what must change nothing. */
export async function invariances(subject: Subject): Promise<Check[]> {
  const order = await orderings(subject)
  const names = ['padding on the left', 'padding on the right', 'batch'] as const
  if (subject.isBound) return [...names.map((name) => notApplicable(name, 'an edit is of this text alone')), ...order]
  // The end of the model for the text by itself.
  const { data: usual } = await endIn(subject, { ...subject.sizes, batch: 1 }, givenOf(subject.inputs))
  const given = [await paddedLeft(subject, usual), await paddedRight(subject, usual), await beside(subject, usual)]
  return [...given, ...order]
}

/** The difference of two ends, as the row of a check. */
function same(
  name: CheckName,
  { edited, end }: Subject,
  usual: ArrayLike<number>,
  other: ArrayLike<number>,
  reason: string,
): Check {
  const { largest, scale } = farthest(usual, other)
  const allowed = roundings * scale
  return passIf(name, largest <= allowed, {
    largest,
    allowed,
    reason,
    address: edited.kind === 'classifier' ? 'classes' : end,
  })
}

/** Room for padding, beside a text, on an axis; 0 where it fills all of the context. */
function roomBeside({ model, sizes }: Subject, name: string, axis: string): number {
  const { axes } = model.reads[name]
  return Math.min(3, mostAlong(axes[axis]) - sizes[axis])
}

const filled = 'the text fills the context, so that there is no room for padding'

/** Padding stands before the text, as where prompts of unequal lengths are written on: hidden, and places are counted behind it. */
async function paddedLeft(subject: Subject, usual: ArrayLike<number>): Promise<Check> {
  const { model, sizes, inputs, ids } = subject
  const name = 'padding on the left'
  if (!isWriting(model)) return notApplicable(name, 'texts that are read both ways are padded behind')
  const room = roomBeside(subject, 'ids', 'position')
  if (room < 1) return notApplicable(name, filled)
  const position = sizes['position'] + room
  const way = (): { given: Given } => {
    const padding = input('padding', { batch: 1 })
    const places = maximum(subtract(index('position', position), padding) as Tensor, 0) as NonNullable<Given['places']>
    return { given: { keep: after(position, padding), places } }
  }
  const values = { ...givenOf(inputs), ids: [...Array(room).fill(0), ...ids], padding: [room] }
  const padded = await endIn(subject, { ...sizes, batch: 1, position }, values, way)
  const own = placesAlong(padded, 'position', room, sizes['position'])
  const fault = 'what stands before the text is seen, or the places of its tokens are not counted from its beginning'
  return same(name, subject, usual, own, fault)
}

/** Padding stands behind: nothing may look at it. A decoder does not anyway; whatever reads both ways is told how long the text is. */
async function paddedRight(subject: Subject, usual: ArrayLike<number>): Promise<Check> {
  const { model, sizes, inputs, source, ids } = subject
  const name = 'padding on the right'
  const [read, axis] = source ? ['source', 'source'] : ['ids', 'position']
  const room = roomBeside(subject, read, axis)
  if (room < 1) return notApplicable(name, filled)
  const size = sizes[axis] + room
  const keeps = (): Pick<Given, 'keep'> => ({ keep: upTo(size, input('lengths', { batch: 1 })) })
  const way = () => (source ? { ofSource: keeps() } : isWriting(model) ? {} : { given: keeps() })
  const padded = Object.entries(givenOf(inputs)).map(([each, cells]) => {
    const isLonger = each === 'source' ? source !== undefined : !source
    return [each, [...Array.from(cells), ...(isLonger ? Array(room).fill(0) : [])]] as const
  })
  const values = { ...Object.fromEntries(padded), lengths: [source ? source.length : ids.length] }
  const found = await endIn(subject, { ...sizes, batch: 1, [axis]: size }, values, way)
  const isCut = !source && found.axes.some((each) => each.name === 'position')
  const own = isCut ? placesAlong(found, 'position', 0, sizes['position']) : found.data
  return same(name, subject, usual, own, 'what stands behind the text is seen')
}

/** The text stands in a batch between two others. */
async function beside(subject: Subject, usual: ArrayLike<number>): Promise<Check> {
  const { model, sizes, inputs } = subject
  const values = Object.entries(givenOf(inputs)).map(([name, cells]) => {
    const row = Array.from(cells)
    const { below } = model.reads[name]
    const other = (by: number) => row.map((cell) => (below === undefined ? cell + by : (cell + by) % below))
    return [name, [...other(1), ...row, ...other(2)]] as const
  })
  const batch = await endIn(subject, { ...sizes, batch: 3 }, Object.fromEntries(values))
  return same(
    'batch',
    subject,
    usual,
    placesAlong(batch, 'batch', 1, 1),
    'what the model says of a text depends on those beside it',
  )
}

/** The order in which the tokens of a text are tried: the first stays, those behind it turn round. */
const turned = (size: number): number[] => Array.from({ length: size }, (_, i) => (i === 0 ? 0 : size - i))

/** The text in another order: with the places of its tokens, which changes nothing else, and without, which says something else. */
async function orderings(subject: Subject): Promise<Check[]> {
  const { engine, model, names, ids, source, inputs, end, seen } = subject
  const lengths = [...new Set([ids.length, ...(source ? [source.length] : [])])]
  const isOfText = (node: Node): boolean =>
    node.operation.kind === 'index' &&
    ['position', 'source'].includes(node.axes[0].name) &&
    lengths.includes(node.axes[0].size)
  const rewriting = new Rewriting((node) =>
    isOfText(node) ? table({ [node.axes[0].name]: node.axes[0].size }, turned(node.axes[0].size)) : undefined,
  )
  const output = names.valueAt(end)
  // What is no tokens, such as the frames of a sound, stays in its order.
  const turnedInputs = Object.fromEntries(
    Object.entries(givenOf(inputs)).map(([name, cells]) => [
      name,
      model.reads[name].below === undefined ? cells : turned(cells.length).map((place) => cells[place]),
    ]),
  )
  const outputs = { placed: rewriting.of(output), bare: output }
  const program = await engine.compile({ outputs, names })
  try {
    await runWith(program, turnedInputs)
    const [placed, bare] = [await program.read('placed'), await program.read('bare')]
    const usual = (seen.get(end) as Values).data
    const back = (values: Values): Float32Array => inOrder(values, turned(sizeOf(values.axes, 'position')))
    const opened = openPass({ outputs: [output], names })
    const knows = opened.nodes.some(isOfText)
    return [
      subject.isBound
        ? notApplicable('places', 'an edit is of this text alone')
        : {
            ...same('places', subject, usual, back(placed), 'something else than places and masks tells the order'),
            address: end,
          },
      orderCheck(subject, knows, farthest(usual, back(bare))),
    ]
  } finally {
    await program.close()
  }
}

function orderCheck(
  { end, ids }: Subject,
  knows: boolean,
  { largest, scale }: { largest: number; scale: number },
): Check {
  const allowed = roundings * scale
  const finding = { largest, allowed, address: end }
  if (new Set(ids.slice(1)).size < 2) return notApplicable('order', 'all tokens are alike')
  if (knows)
    return passIf('order', largest > allowed, {
      ...finding,
      reason: 'places are there, but what is said does not depend on them',
    })
  const isSame = largest <= allowed
  return {
    ...passIf('order', isSame, {
      ...finding,
      reason: 'nothing tells the places, and yet tokens in another order say something else',
    }),
    ...(isSame && { reason: 'the model knows no places: tokens in another order give the same in that order' }),
  }
}

/** The positions of a value in another order. */
function inOrder({ axes, data }: Values, places: readonly number[]): Float32Array {
  const along = axes.findIndex(({ name }) => name === 'position')
  const inner = cells(axes.slice(along + 1))
  return Float32Array.from(data, (_, cell) => {
    const [outer, place] = [Math.floor(cell / inner / places.length), Math.floor(cell / inner) % places.length]
    return data[(outer * places.length + places[place]) * inner + (cell % inner)]
  })
}
