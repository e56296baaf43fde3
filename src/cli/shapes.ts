// cutaway shapes: what a model is made of, and every matrix product of a training step, read off the graph that runs.

import type { Blueprint } from '../checkpoint/blueprint.ts'
import { filesOf } from '../checkpoint/filesOf.ts'
import { gpt2 } from '../checkpoint/gpt2.ts'
import { describeFolder, loadTokenizer } from '../checkpoint/load.ts'
import { evaluationGraph } from '../evaluate/evaluator.ts'
import {
  classification,
  contrastive,
  maskedTokens,
  nextToken,
  type Objective,
  targetSequence,
} from '../evaluate/objective.ts'
import { type Description, describeValue } from '../inspect/shapes/describe.ts'
import { modelOperations } from '../inspect/shapes/operations.ts'
import { parametersByPart } from '../inspect/shapes/parameters.ts'
import type { GivenReasons } from '../inspect/shapes/reasons.ts'
import { productTexts } from '../inspect/shapes/shapes.ts'
import type { AnyModel } from '../model/language.ts'
import { passOf } from '../model/pass.ts'
import { textLimits } from '../model/reads.ts'
import { loadSettings } from '../runs/disk/loadSettings.ts'
import { type AskedSize, whatIf } from '../runs/whatIf.ts'
import { tableLines, wrapped } from '../show/lines.ts'
import { operationsText } from '../show/operationsText.ts'
import { parametersText, productsText } from '../show/shapesText.ts'
import { whatIfText } from '../show/whatIfText.ts'
import type { Node } from '../tensor/node.ts'
import type { Pass } from '../tensor/pass.ts'
import { CharacterTokenizer } from '../text/characters.ts'
import { small } from '../train/settings.ts'
import { TrainingGraphs } from '../train/trainingGraphs.ts'
import type { Command } from './command.ts'
import { type FlagValues, text, toggle, whole } from './flags.ts'

const flags = {
  layers: whole('blocks that follow one another', { least: 1, usual: String(small.model.layer) }),
  heads: whole('attention heads in each block', { least: 1, usual: String(small.model.head) }),
  model: whole('numbers in the residual stream', { least: 1, usual: String(small.model.model) }),
  hidden: whole("the MLP's width", { least: 1, usual: '4 times the model' }),
  vocab: whole('how many different tokens there are', { least: 1, usual: '65' }),
  context: whole('how many tokens it sees at once', { least: 1, usual: String(small.model.context) }),
  batch: whole('windows of text that a step learns from', {
    least: 1,
    usual: `those of the run, or ${small.training.batch}`,
  }),
  forward: toggle('the forward pass alone'),
  all: toggle('every block, although they are alike'),
  operations: toggle('every operation on the way from ids to probabilities instead, in words'),
  whatIf: text('what another size would change instead, or why it cannot be', { value: 'heads=5' }),
  of: text('describe one value instead: its formula and its axes', { value: 'ADDRESS' }),
  json: toggle('print all of it as JSON'),
}

type Values = FlagValues<typeof flags>

export const shapesCommand: Command<typeof flags> = {
  name: 'shapes',
  takes: '[RUN]',
  summary: 'Every matrix product of a training step, forward and backward, with all sizes and where they come from',
  flags,
  about: [
    'The shapes are those of a run, or of the sizes given; they are read off the graph that training runs, opened where the engine has one kernel for several products. (a × b) stands for a matrix; "along times" for a product that is done again for each of these; ∂ x for the gradient of the loss with respect to x, += where a gradient is one of several that are added up.',
  ],
  examples: [
    { line: 'cutaway shapes runs/shakespeare', does: 'the shapes of a run' },
    {
      line: 'cutaway shapes --layers 12 --heads 12 --model 768 --vocab 50257 --context 1024 --batch 1',
      does: 'those of GPT-2',
    },
    { line: 'cutaway shapes runs/shakespeare --operations', does: 'every operation in words, with its costs' },
    { line: 'cutaway shapes runs/shakespeare --what-if heads=5', does: 'what if it were 5 heads?' },
    { line: 'cutaway shapes runs/shakespeare --of blocks.0.attention.pattern', does: 'one value' },
  ],
  async run({ values, given, positionals: [folder, ...more] }, terminal) {
    if (more.length > 0) throw new Error(`shapes takes one run, but got also "${more.join(' ')}". Leave it out.`)
    const { config, model, reasons, blueprint } =
      folder === undefined ? fromSizes(values) : await fromRun(folder, values, given)
    const settings = folder === undefined ? {} : await loadSettings(folder)
    const batch = values.batch ?? settings.batch ?? small.training.batch
    const context = isOfTexts(model) ? (values.context ?? textLimits('shapes', model).context) : undefined
    const width = Math.min(terminal.width, 100)
    if (values.whatIf !== undefined) {
      if (values.operations || values.of !== undefined)
        throw new Error('shapes: --what-if is about another model. Leave --operations and --of out.')
      const found = whatIf(blueprint, { ...askedSize(values.whatIf), tokens: values.context })
      terminal.print(values.json ? JSON.stringify(found, undefined, 2) : wrapped(whatIfText(found), width).join('\n'))
      return 0
    }
    if (values.operations) {
      if (values.of !== undefined)
        throw new Error('shapes: --operations tells all, and --of describes one value. Give one of both.')
      const sizes = { batch: values.batch ?? 1, ...alongText(context) }
      const operations = modelOperations(passOf(model, sizes), reasons)
      const options = { width, isEveryBlockShown: values.all }
      const text = values.json
        ? JSON.stringify({ config, operations }, undefined, 2)
        : coloured(operationsText(operations, options), terminal.colours).join('\n')
      terminal.print(text)
      return 0
    }
    const pass = stepOf(model, { batch, sizes: alongText(context), isForward: values.forward })
    if (values.of !== undefined) {
      const description = describeValue(pass, values.of, reasons)
      terminal.print(values.json ? JSON.stringify(description, undefined, 2) : descriptionText(description, width))
      return 0
    }
    const parameters = parametersByPart(model)
    const products = productTexts(pass, reasons)
    if (values.json) {
      const total = (direction: string): number =>
        products.filter((product) => product.direction === direction).reduce((sum, { flops }) => sum + flops, 0)
      const output = {
        config,
        batch,
        parameters,
        products,
        flops: { forward: total('forward'), backward: total('backward') },
      }
      terminal.print(JSON.stringify(output, undefined, 2))
      return 0
    }
    const options = { width, isEveryBlockShown: values.all }
    const lines = [...parametersText(parameters, options), ...productsText(products, options)]
    terminal.print(coloured(lines, terminal.colours).join('\n'))
    return 0
  },
}

interface Described {
  readonly config: object
  readonly model: AnyModel
  readonly reasons: GivenReasons
  readonly blueprint: Blueprint
}

/** The words of the flags for sizes. */
const sizeWords: Readonly<Record<string, AskedSize>> = {
  layers: 'layer',
  heads: 'head',
  model: 'model',
  hidden: 'hidden',
  context: 'context',
  vocab: 'vocab',
}

/** The size that is asked about: `heads=5`. Throws for what says none. */
function askedSize(given: string): { readonly size: AskedSize; readonly is: number } {
  const [, name = '', number = ''] = /^\s*([a-z]+)\s*=\s*(\d+)\s*$/.exec(given) ?? []
  const size = Object.hasOwn(sizeWords, name) ? sizeWords[name] : undefined
  if (size !== undefined) return { size, is: Number(number) }
  throw new Error(
    `shapes: --what-if "${given}" says no size. Give one of ${Object.keys(sizeWords).join(', ')}, and what it would be: heads=5.`,
  )
}

function fromSizes(values: Values): Described {
  const { layer, head, model, context } = small.model
  const config = {
    vocab: values.vocab ?? 65,
    context: values.context ?? context,
    layer: values.layers ?? layer,
    head: values.heads ?? head,
    model: values.model ?? model,
    ...(values.hidden === undefined ? {} : { hidden: values.hidden }),
  }
  const blueprint = gpt2.blueprint(config)
  return { config, model: blueprint.build(), reasons: { vocab: 'so many different tokens', ...chosen }, blueprint }
}

const isOfTexts = ({ reads }: AnyModel): boolean => reads['ids'] !== undefined

/** The sizes along a text, of models that read such. */
const alongText = (context: number | undefined): Record<string, number> =>
  context === undefined ? {} : { position: context, source: context }

/** The sizes that a training run chooses, beside the model. */
const chosen = { batch: 'chosen', position: 'chosen: at most the context', source: 'chosen: at most the context' }

async function fromRun(folder: string, { context }: Values, given: ReadonlySet<string>): Promise<Described> {
  const { blueprint } = await describeFolder(filesOf(folder))
  for (const name of ['layers', 'heads', 'model', 'hidden', 'vocab']) {
    if (given.has(name))
      throw new Error(`shapes: --${name} is that of the run ${folder}. Leave it out, or leave out the run.`)
  }
  const model = blueprint.build()
  if (!isOfTexts(model)) {
    if (context !== undefined)
      throw new Error(`shapes: --context is for texts, but the run ${folder} reads pictures. Leave it out.`)
    return { config: blueprint.config, model, reasons: { batch: chosen.batch }, blueprint }
  }
  const limits = textLimits('shapes', model)
  if (context !== undefined && context > limits.context) {
    throw new Error(
      `shapes: --context is ${context}, but the run ${folder} sees ${limits.context} tokens at most. Give a smaller one.`,
    )
  }
  const tokenizer = await loadTokenizer(filesOf(folder), limits.vocab).catch(() => undefined)
  const vocab =
    tokenizer === undefined
      ? 'so many different tokens'
      : tokenizer instanceof CharacterTokenizer
        ? `${tokenizer.size} different characters in its text`
        : `${tokenizer.size} pieces in its tokenizer`
  return { config: blueprint.config, model, reasons: { vocab, ...chosen }, blueprint }
}

/** The whole of a training step; without the backward pass, the loss. */
function stepOf(
  model: AnyModel,
  { batch, sizes, isForward }: { batch: number; sizes: Record<string, number>; isForward: boolean },
): Pass<Node[]> {
  const objective = objectiveOf(model)
  // Vectors alone have no loss: there is only the way forward.
  if (!objective) return passOf(model, sizes)
  const shape = { batch, ...sizes }
  const {
    outputs,
    updates = new Map(),
    names,
  } = isForward ? evaluationGraph(objective, shape) : new TrainingGraphs(objective, small.training).apply(shape)
  return { outputs: [...Object.values(outputs), ...updates.values()], names }
}

/** The usual objective of a model of this kind. */
function objectiveOf(model: AnyModel): Objective | undefined {
  switch (model.kind) {
    case 'decoder':
      return nextToken(model)
    case 'masked':
      return maskedTokens(model)
    case 'encoder-decoder':
      return targetSequence(model)
    case 'classifier':
      return classification(model)
    case 'dual-encoder':
      return contrastive(model)
    case 'encoder':
      return undefined
  }
}

function descriptionText({ address, formula, axes }: Description, width: number): string {
  const axisRows = tableLines(
    axes.map(({ name, size }) => [name, String(size)]),
    ['left', 'right'],
  )
  return [
    ...wrapped(`${address ?? 'a value without a name'} = ${formula.text}`, width, '  '),
    ...formula.where.flatMap(({ letter, text }, i) =>
      wrapped(`  ${i === 0 ? 'where' : '  and'} ${letter} = ${text}`, width, ' '.repeat(12)),
    ),
    '',
    ...(axes.length === 0
      ? ['a single number']
      : axes.flatMap(({ reason }, i) =>
          wrapped(`  ${axisRows[i]}  ${reason}`, width, ' '.repeat(axisRows[i].length + 4)),
        )),
  ].join('\n')
}

/** Headings bold; the numbered formulas stand out. */
function coloured(
  lines: readonly string[],
  { bold, cyan }: { bold: (text: string) => string; cyan: (text: string) => string },
): string[] {
  return lines.map((line) => {
    if (/^(Parameters|Forward|Backward)/.test(line)) return bold(line)
    return /^ *\d+ {2}\S/.test(line) ? cyan(line) : line
  })
}
