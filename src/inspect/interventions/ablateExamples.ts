// Ablation where the loss is that of an objective over examples: of masked tokens, of the target of a source, of a class.
//
//   zero        a ← 0
//   mean        a ← the mean of a over all positions of all examples; padding is none
//   resample    a ← at each position a of the next example that is so long; after the last comes the first. Where no other is so
//               long, a stays what it is
//
//   change = (Σ loss with a replaced − Σ loss) / Σ targets                       nats per target, over all examples
//   error  = √(n / (n − 1) · Σ (difference of an example − change · its targets)²) / Σ targets
//
// The loss is what an evaluation of the same examples gives. The error is that of a ratio (Cochran 1977, "Sampling Techniques",
// section 2.11); with as many targets in each example it is the usual one. Positions are those of the half that a value belongs to:
// of the source in an encoder, of the target in a decoder.

import type { Examples } from '../../data/examples.ts'
import { expectReached, withSettled } from '../../edit/edited.ts'
import { settleEdits } from '../../edit/settleEdits.ts'
import { type Engine, runWith } from '../../engine/engine.ts'
import { checkFinite } from '../../engine/finite.ts'
import type { Answer } from '../../evaluate/loss.ts'
import { checkFits, inputsFor, type Objective } from '../../evaluate/objective.ts'
import type { AnyModel } from '../../model/language.ts'
import { addressText } from '../../tensor/address.ts'
import { cells, sizeOf } from '../../tensor/axes.ts'
import { crossEntropy } from '../../tensor/definitions.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { trace } from '../../tensor/pass.ts'
import { constant, less, sum } from '../../tensor/primitives.ts'
import type { Ablations } from './ablate.ts'
import { type AblationChoice, ablatedParts } from './ablatedParts.ts'
import { type ChosenExample, chosenExamples } from './chosenExamples.ts'
import { Patcher } from './patcher.ts'
import { Replacements } from './replacements.ts'

/** The parts of a model, the one that is missed most first, by the loss over examples. */
export interface ExampleAblations extends Omit<Ablations, 'windows' | 'length' | 'unread'> {
  /** The number of examples, and of the targets that they have together. */
  readonly examples: number
  readonly targets: number
  /** The number of examples that were not read. */
  readonly unread: number
}

export interface AblateExamplesSettings extends AblationChoice {
  readonly engine: Engine
  /** The loss that is measured, with the edits of the model. */
  readonly objective: Objective
  /** The examples, as an evaluation has them: `maskedExamples`, … */
  readonly examples: Examples
  /** The most examples that are read, evenly over all; 16 if not given. */
  readonly most?: number | undefined
}

/**
 * Every head and every MLP, each ablated by itself: by how much the loss of an objective over examples grows, the greatest first.
 * Heads of an encoder, a decoder and those that look across are told by `part` and `address`.
 *
 * Throws where nothing is asked in the examples, for one example where others are to be resampled from, for a model without heads and
 * MLPs, and for an objective that gives no answer, but a loss.
 */
export async function ablateExamples(settings: AblateExamplesSettings): Promise<ExampleAblations> {
  const { engine, kind, isPatternHeld = false, report } = settings
  const { shape, all } = chosenExamples(settings)
  const passes = await Passes.of(settings, shape)
  const { names, answer } = passes.at(1)
  const read = await askedOf(engine, answer, all)
  if (read.length === 0)
    throw new Error('ablate: nothing is asked in these examples, so there is no loss. Give more, or longer ones.')
  if (kind === 'resample' && read.length < 2)
    throw new Error(
      'ablate: resampling takes values from another example, but there is only one. Give more, or take zero or mean.',
    )
  const { writers, patches, held, rows } = ablatedParts(names, settings, cells(answer.logits.axes))
  const patcher = await Patcher.over({
    ...{ engine, patches, held, rows },
    pass: (batch) => passes.at(batch).names,
    metric: (carried) => passes.lossOf(carried),
  })
  try {
    const replacements = new Replacements(patcher, names, read)
    const found: number[][] = []
    const total = read.length * (patches.length + 1)
    for (const [i, { inputs }] of read.entries()) {
      const given = await replacements.of(kind, i)
      const losses = await patcher.run(inputs, given, [undefined, ...patches], (done) =>
        report?.(i * (patches.length + 1) + done, total),
      )
      checkFinite('ablate: the loss', [losses[0]])
      found.push(losses)
    }
    const counts = read.map(({ targets }) => targets)
    const targets = totalOf(counts)
    return {
      ...{ kind, isPatternHeld, examples: read.length, targets, unread: settings.examples.count - read.length },
      loss: totalOf(found.map(([loss]) => loss)) / targets,
      rows: writers
        .map(({ address, ...writer }, i) => {
          const changes = found.map(([loss, ...ablated]) => ablated[i] - loss)
          const change = totalOf(changes) / targets
          const n = changes.length
          const off = totalOf(changes.map((each, example) => (each - change * counts[example]) ** 2))
          return {
            ...writer,
            address: addressText(address),
            loss: totalOf(found.map((losses) => losses[i + 1])) / targets,
            change,
            error: Math.sqrt((n / (n - 1)) * off) / targets,
          }
        })
        .toSorted((a, b) => b.change - a.change),
    }
  } finally {
    await patcher.close()
  }
}

const totalOf = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

/** An example in which something is asked. */
interface ReadExample extends ChosenExample {
  /** The number of its targets. */
  readonly targets: number
}

type Sizes = Readonly<Record<string, number>>

interface TracedAnswer {
  readonly names: Names
  readonly answer: Answer
  /** The address of its logits. */
  readonly path: string
}

/** The passes in which the model, with its edits, answers batches of any size. */
class Passes {
  readonly #objective: Objective
  readonly #model: object
  readonly #shape: Sizes
  readonly #known = new Map<number, TracedAnswer>()

  private constructor(objective: Objective, model: object, shape: Sizes) {
    this.#objective = objective
    this.#model = model
    this.#shape = shape
  }

  static async of({ engine, objective }: AblateExamplesSettings, shape: Sizes): Promise<Passes> {
    checkFits(shape, objective)
    const { edits: given = [] } = objective
    const model = objective.model as AnyModel
    const edits = await settleEdits({ model, engine, edits: given })
    const edited = await withSettled(model, edits)
    await expectReached(edits, model, { positions: shape.position ?? 0, sources: shape.source ?? 0 }, 'edits')
    return new Passes(objective, edited, shape)
  }

  at(batch: number): TracedAnswer {
    const known = this.#known.get(batch)
    if (known) return known
    const inputs = inputsFor(this.#objective, { ...this.#shape, batch })
    const { outputs: answer, names } = trace(this.#model, () => this.#objective.answer(inputs, undefined, this.#model))
    if (!('logits' in answer))
      throw new Error('ablate: the objective gives a loss, but no answer whose loss could be told of each example.')
    const path = names.addressOf(answer.logits)
    if (path === undefined) throw new Error('ablate: the answer of the model has no address. Let the model `see` it.')
    const made = { names, answer, path }
    this.#known.set(batch, made)
    return made
  }

  /** Σ −ln p(target) of each row of the batch. */
  lossOf(names: Names): Node {
    const { path } = this.at(1)
    const logits = names.valueAt(path) as Tensor
    const { answer } = this.at(sizeOf(logits.axes, 'batch'))
    return perRow(crossEntropy(logits, answer.targets as Tensor, answer.over))
  }
}

/** The sum along everything but the batch. */
const perRow = (x: Node): Node => sum(x as Tensor, ...x.axes.map(({ name }) => name).filter((name) => name !== 'batch'))

/** The examples in which something is asked. */
async function askedOf(engine: Engine, { targets }: Answer, all: readonly ChosenExample[]): Promise<ReadExample[]> {
  const program = await engine.compile({ outputs: { count: perRow(less(constant(-1), targets as Tensor)) } })
  try {
    const asked: ReadExample[] = []
    for (const example of all) {
      await runWith(program, example.inputs)
      const [targets] = (await program.read('count')).data
      if (targets > 0) asked.push({ ...example, targets })
    }
    return asked
  } finally {
    await program.close()
  }
}
