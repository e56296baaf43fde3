// cutaway read: any value of a model for a text, by its address, and what the loss would make of a change of it.

import type { Values } from '../engine/engine.ts'
import { askedValues } from '../inspect/asked.ts'
import { readGradients } from '../inspect/gradients.ts'
import { read, readableValues } from '../inspect/read.ts'
import { formulaOf } from '../inspect/shapes/formula.ts'
import { openPass } from '../inspect/shapes/opened.ts'
import { givenOf, sizesOfValues } from '../model/inputValues.ts'
import { passOf } from '../model/pass.ts'
import { bytesText } from '../show/amounts.ts'
import type { Figure } from '../show/figure.ts'
import { type AxisWords, valuesFigure } from '../show/valuesFigure.ts'
import { cells, describeAxes } from '../tensor/axes.ts'
import type { AnswerWords } from './answerWords.ts'
import type { Command } from './command.ts'
import { type FlagValues, number, toggle } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { type ExampleInRun, type Found, lookInside, lookingFlags } from './lookInside.ts'
import { openingHelp } from './opening.ts'

const flags = {
  list: toggle('list every address, with its axes, its size and its formula'),
  gradient: toggle('the gradient of the loss beside each value: of the mean of −ln p(next token), in nats'),
  limit: number('the most gigabytes that are read', { least: 0, isAbove: true, otherwise: 1 }),
  ...lookingFlags,
}

export const readCommand: Command<typeof flags> = {
  name: 'read',
  takes: 'RUN TEXT ADDRESS…',
  summary: 'Reads any value of a model for a text, by its address',
  flags,
  about: [
    'An address is the path through the parts of the model; a star stands for every block, and places on axes ask for a part: "blocks.*.attention.pattern {head: 0, position: -1}".',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway read runs/emma "Emma was" --list', does: 'every address' },
    { line: 'cutaway read runs/emma "Emma was" "blocks.0.attention.pattern {head: 0}"', does: 'where a head looks' },
    { line: 'cutaway read runs/emma "Emma was" blocks.1.output --gradient --json', does: 'a value, and its gradient' },
  ],
  async run({ values, positionals: [folder, given, ...addresses] }, terminal) {
    if (values.list && addresses.length > 0)
      throw new Error('read: --list gives every address, and takes none. Leave out one of both.')
    if (folder !== undefined && given !== undefined && !values.list && addresses.length === 0)
      throw new Error(
        `read needs an address. "${cutaway(`read ${quoted(folder)} ${quoted(given)} --list`)}" lists all of them.`,
      )
    return lookInside('read', { values, folder, given }, terminal, async (sight) =>
      values.list ? listed(sight) : found(values, addresses, sight),
    )
  },
}

/** Every address, with axes, bytes and formula. */
function listed({ looking: { model, inputs }, tokens, picture }: ExampleInRun): Found {
  const sizes = sizesOfValues('read', model.reads, inputs)
  const opened = openPass(passOf(model, sizes, Object.keys(givenOf(inputs))))
  const addresses = [...readableValues(model, sizes)].map(([address, node]) => {
    const { axes } = node
    const { text, where } = formulaOf(opened.names.valueAt(address), opened)
    const formula = [text, ...where.map((each) => `${each.letter} = ${each.text}`)].join('; ')
    return { address, axes, bytes: 4 * cells(axes), formula }
  })
  const figure = (): Figure => ({
    title: `${addresses.length} values for ${tokens.length} ${picture ? 'positions' : 'tokens'}`,
    panels: [
      {
        kind: 'table',
        columns: [{ name: 'address' }, { name: 'axes' }, { name: 'size', align: 'right' }, { name: 'formula' }],
        rows: addresses.map(({ address, axes, bytes, formula }) => [
          address,
          describeAxes(axes),
          bytesText(bytes),
          formula,
        ]),
      },
    ],
  })
  return { facts: { addresses }, figure }
}

async function found(
  { gradient, limit = 1 }: FlagValues<typeof flags>,
  addresses: readonly string[],
  { looking, tokens, source, answers }: ExampleInRun,
): Promise<Found> {
  const asked = askedValues(looking, addresses)
  const bytes = asked.reduce((sum, each) => sum + each.bytes, 0) * (gradient ? 2 : 1)
  const wanted = { ...looking, addresses, limit: limit * 1e9 }
  const { values, gradients, loss } = gradient
    ? await readGradients(wanted)
    : { values: await read(wanted), gradients: new Map<string, Values>(), loss: undefined }
  const facts = {
    ...(loss !== undefined && { loss }),
    values: Object.fromEntries(
      [...values].map(([address, value]) => {
        const own = gradients.get(address)
        return [address, { ...value, ...(own && { gradient: own.data }) }]
      }),
    ),
  }
  // In a translator the axes mean the source in one half and the target in the other.
  const words: AxisWords = {
    ...(source ? {} : { position: tokens, source: tokens }),
    vocab: wordsAlong('vocab', answers, values),
    class: wordsAlong('class', answers, values),
  }
  const all = new Map(
    [...values].flatMap(([address, value]) => {
      const own = gradients.get(address)
      return [[address, value] as const, ...(own ? [[`∂ loss / ∂ ${address}`, own] as const] : [])]
    }),
  )
  const title = `Read, ${bytesText(bytes)}${loss === undefined ? '' : `; the loss is ${loss.toFixed(4)} nats per token`}`
  return { facts, figure: () => valuesFigure(all, title, words) }
}

/** The words along an axis of what the model answers; none where no value has it. */
function wordsAlong(axis: 'vocab' | 'class', { wordOf }: AnswerWords, values: ReadonlyMap<string, Values>): string[] {
  const { size = 0 } = [...values.values()].flatMap(({ axes }) => axes).find(({ name }) => name === axis) ?? {}
  return Array.from({ length: size }, (_, id) => wordOf(id))
}
