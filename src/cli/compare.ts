// cutaway compare: where two runs differ first, and how far apart they are at every address; or one run, computed in two ways.

import { type ComparedRun, type CompareSettings, compareRuns } from '../inspect/proofs/compare.ts'
import { foldedModel } from '../inspect/proofs/foldedModel.ts'
import { mostAlong, needed } from '../model/reads.ts'
import { comparisonFigure } from '../show/comparisonFigure.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf } from './editFlags.ts'
import { checkFigureFlags, figureFlags, showFacts } from './figureFlags.ts'
import { choice, type FlagValues, text, texts, toggle } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { openingFlags } from './opening.ts'
import { noRun, type OpenRun, openRun, runFlags } from './openRun.ts'
import type { Terminal } from './terminal.ts'
import { textInputs } from './textInputs.ts'
import { tokenTexts } from './tokenWords.ts'

const flags = {
  text: text('the text that both read', { usual: 'one of five tokens' }),
  target: text('for a translator: the target that it writes, rather than what it would write itself'),
  gradient: toggle("compare gradients too: those of the loss of the text's next tokens"),
  with: choice('the engine of the second run, where it is another one than that of the first', ['cpu', 'reference']),
  withWeights: choice('how the weights of the second run are kept, where it is otherwise than in the first', [
    'f32',
    'bf16',
  ]),
  folded: toggle('fold the weights of the second run: what it says must stay the same'),
  edit: texts('as everywhere, but of the second run alone: what it changes is then what differs', {
    value: editFlags.edit.value ?? '',
  }),
  editFirst: texts('the same, of the first run', { value: editFlags.edit.value ?? '' }),
  ...figureFlags,
  ...openingFlags,
  ...runFlags,
}

type Values = FlagValues<typeof flags>

export const compareCommand: Command<typeof flags> = {
  name: 'compare',
  takes: 'RUN [RUN]',
  summary: 'Shows the first value at which two runs differ, and how far apart they are at every address',
  flags,
  about: [
    'Weights and values stand in the order of the forward pass, each weight before the first value that is made of it: the first row is where the difference begins. Then comes ln p of what comes next, and with --gradient the gradients, the last value first.',
    'One run is compared with itself, computed in another way: on another engine, with weights of another kind, with edits, or folded.',
    'Folded weights are other weights with which a model says the same: the gains of norms stand in what reads them, value biases in output biases, and what writes, and the unembedding, has lost the mean that nobody notices. A tied unembedding gets numbers of its own.',
  ],
  examples: [
    { line: 'cutaway compare runs/one runs/two --text "To be"', does: 'two runs, where they are alike' },
    { line: 'cutaway compare runs/one --with reference', does: 'the processor against the definitions' },
    { line: 'cutaway compare runs/one --folded', does: 'weights differ, what it says does not' },
    { line: 'cutaway compare runs/one --edit "blocks.1.mlp.output = 0"', does: 'what an edit changes' },
  ],
  async run({ values, positionals: [one, two, ...more] }, terminal) {
    if (one === undefined) throw await noRun('compare')
    if (two === undefined && !isTwofold(values))
      throw new Error(
        `compare needs a second run, or another way to compute the first: ${cutaway(`compare ${quoted(one)} --with reference`)}.`,
      )
    if (more.length > 0) throw new Error(`compare takes two runs, but got also "${more.join(' ')}". Leave it out.`)
    await checkFigureFlags(values, terminal)
    const a = await openRun(one, values, terminal)
    try {
      return await compareWith(a, { values, one, two: two ?? one }, terminal)
    } finally {
      a.engine.close()
    }
  },
}

/** True where flags say that the second run is another one, whatever folder it comes from. */
const isTwofold = ({ with: engine, withWeights, folded, edit, editFirst }: Values): boolean =>
  folded || engine !== undefined || withWeights !== undefined || edit.length > 0 || editFirst.length > 0

/** Opens the second run, compares, and shows what was found. */
async function compareWith(
  a: OpenRun,
  { values, one, two }: { values: Values; one: string; two: string },
  terminal: Terminal,
): Promise<number> {
  const engine = values.with ?? values.engine
  const threads = engine === 'reference' ? undefined : values.threads
  const weights = values.withWeights ?? values.weights
  const b = await openRun(two, { ...values, engine, threads, weights }, terminal)
  try {
    const folded = values.folded ? await foldedModel(b) : undefined
    const inputs =
      values.text === undefined ? exampleFor(a, b) : await inputsOf(values.text, { a, b, values, one }, terminal)
    const found = await compareRuns({
      a: await edited(a, one, values, values.editFirst),
      b: await edited(folded ? { ...b, model: folded.model } : b, two, values, values.edit),
      inputs,
      gradient: values.gradient,
    })
    terminal.clear()
    const asked = {
      runs: [one, two],
      ...(values.text !== undefined && { text: values.text }),
      ...((values.edit.length > 0 || values.editFirst.length > 0) && { edits: [values.editFirst, values.edit] }),
    }
    const tokens = inputs['ids'] && tokenTexts(a.tokenizer, inputs['ids'])
    const { steps, isUntied } = folded ?? {}
    const facts = { inputs, ...(tokens && { tokens }), ...(folded && { folded: { steps, isUntied } }), ...found }
    await showFacts(terminal, values, {
      asked,
      facts,
      figure: () => {
        const made = comparisonFigure(found, folded)
        if (values.text !== undefined || !tokens) return made
        return { ...made, notes: [`What is read: the example tokens “${tokens.join('')}”`, ...(made.notes ?? [])] }
      },
    })
    return 0
  } finally {
    b.engine.close()
  }
}

/** A run with the edits that it is told. */
async function edited(
  run: OpenRun,
  folder: string,
  { noSpecial }: Values,
  edit: readonly string[],
): Promise<ComparedRun> {
  const { model, engine } = run
  return { model, engine, edits: await editsOf('compare', folder, run, { edit, noSpecial }) }
}

/** The text as both runs read it. Throws where they cut it into other tokens. */
async function inputsOf(
  given: string,
  { a, b, values, one }: { a: OpenRun; b: OpenRun; values: Values; one: string },
  terminal: Terminal,
): Promise<CompareSettings['inputs']> {
  const { target, noSpecial } = values
  const special = !noSpecial
  const inputs = await textInputs('compare', one, a, terminal, { given, target, special })
  const [ours, theirs] = [a, b].map(({ tokenizer }) => Array.from(tokenizer.encode(given)))
  if (String(ours) !== String(theirs))
    throw new Error(
      `compare: the runs read this text as other ids: ${shortly(ours)} and ${shortly(theirs)}. Their values say different things; leave --text out to compare them over the same ids.`,
    )
  return { ...inputs }
}

const shortly = (ids: readonly number[]): string => `${ids.slice(0, 6).join(' ')}${ids.length > 6 ? ' …' : ''}`

/** Five ids that both runs know, or as many as both look at, for whatever reads a text. */
function exampleFor(a: ComparedRun, b: ComparedRun): Record<string, number[]> {
  const below = (run: ComparedRun, name: string): number => run.model.reads[name]?.below ?? 2
  return Object.fromEntries(
    needed(a.model.reads).map((name) => {
      const known = Math.min(below(a, name), below(b, name))
      const most = [a, b].flatMap(({ model }) => Object.values(model.reads[name]?.axes ?? {}).map(mostAlong))
      return [name, Array.from({ length: Math.min(5, ...most) }, (_, i) => (7 * i + 1) % known)]
    }),
  )
}
