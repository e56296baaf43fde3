// Reads a pass once and after explains any cell of it: every number of a look is of the same moment, so that what one explanation says of a
// cell is what the cell's own explanation says.
//
//   const reader = new CellReader({ model, engine })
//   const cells = await reader.look({ inputs: { ids } })                       one run; later looks compile nothing
//   await cells.explain('blocks.2.attention.scores {head: 1, position: 16, source: 4}')

import type { Edit } from '../../edit/edit.ts'
import { type Engine, type Program, runWith } from '../../engine/engine.ts'
import { givenOf, type InputValues, sizesOfValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { cells } from '../../tensor/axes.ts'
import { type Names, parametersOf } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { editedNames } from '../editedPass.ts'
import { CellGraph } from './cellGraph.ts'
import { type PassCells, SnapshotCells } from './cells.ts'
import type { CheckpointOf } from './explainer.ts'
import { lossIn, targetsName, targetsOf } from './loss.ts'
import { Snapshot } from './snapshot.ts'

export interface CellSettings {
  readonly model: AnyModel
  readonly engine: Engine
  readonly edits?: readonly Edit[] | undefined
  /** Tells where in a checkpoint a cell of a weight stands: `checkpointCells` makes it. */
  readonly checkpointOf?: CheckpointOf | undefined
  /**
   * The most bytes of values that one look reads, and the most of weights; 256 MiB each if not given. Of a larger pass, or a larger model,
   * each explanation reads what it needs by itself.
   */
  readonly limit?: number | undefined
}

/** One look at a model. */
export interface CellLook {
  /** The values that the model reads. */
  readonly inputs: InputValues
  /** True where gradients are explained too; they are of the mean of −ln p(target). */
  readonly hasGradients?: boolean | undefined
  /** For each position (or once, for a classifier) the target, or −1 for none; for a model that writes, what comes next if not given. */
  readonly targets?: ArrayLike<number> | undefined
}

/** The graph of looks of one shape, and the program that reads all of it. */
interface Plan {
  readonly names: Names
  readonly graph: CellGraph
  /** True where a look reads all values, or all weights. */
  readonly isWhole: boolean
  readonly hasWeights: boolean
  program: Promise<Program> | undefined
}

/** The most shapes of looks whose programs are kept. */
const mostPlans = 4

export class CellReader {
  readonly #settings: CellSettings
  readonly #plans = new Map<string, Promise<Plan>>()

  constructor(settings: CellSettings) {
    this.#settings = settings
  }

  /**
   * Reads a pass, as the model is now. The first look of a shape compiles a program; later ones run it.
   *
   * Throws for inputs that the model does not read, for edits at addresses that are not there, and where gradients are asked for of a
   * model or a text that has no loss.
   */
  async look({ inputs, hasGradients = false, targets }: CellLook): Promise<PassCells> {
    const { model, engine, checkpointOf = () => undefined } = this.#settings
    const sizes = sizesOfValues('cells', model.reads, inputs)
    const given = givenOf(inputs)
    const all = hasGradients ? { ...given, [targetsName]: targetsOf(model, inputs, targets) } : given
    const plan = await this.#planOf(sizes, Object.keys(given), hasGradients)
    const snapshot = new Snapshot({ graph: plan.graph, engine, inputs: all, names: plan.names })
    if (plan.isWhole) {
      plan.program ??= engine.compile({ outputs: outputsOf(plan.graph), names: plan.names })
      const program = await plan.program
      await runWith(program, all)
      await snapshot.readValues(program)
    }
    if (plan.hasWeights) await snapshot.readWeights()
    return new SnapshotCells(plan.graph, snapshot, checkpointOf)
  }

  /** Gives back its programs. */
  async close(): Promise<void> {
    const plans = [...this.#plans.values()]
    this.#plans.clear()
    for (const plan of plans) await closed(plan)
  }

  async #planOf(sizes: Readonly<Record<string, number>>, optional: string[], hasGradients: boolean): Promise<Plan> {
    const key = JSON.stringify([Object.entries(sizes).sort(), optional.toSorted(), hasGradients])
    const known = this.#plans.get(key)
    this.#plans.delete(key)
    const plan = known ?? this.#plan(sizes, optional, hasGradients)
    this.#plans.set(key, plan)
    plan.catch(() => this.#plans.delete(key))
    const [[oldest, former]] = this.#plans
    if (this.#plans.size > mostPlans) {
      this.#plans.delete(oldest)
      await closed(former)
    }
    return plan
  }

  async #plan(sizes: Readonly<Record<string, number>>, optional: string[], hasGradients: boolean): Promise<Plan> {
    const { model, engine, edits = [], limit = 2 ** 28 } = this.#settings
    const names = await editedNames({ model, engine, edits, sizes, optional, asker: 'cells' })
    const graph = new CellGraph(names, hasGradients ? lossIn(names) : undefined)
    const bytesOf = (nodes: Iterable<Node>): number => [...nodes].reduce((sum, { axes }) => sum + 4 * cells(axes), 0)
    const isWhole = bytesOf(graph.read.keys()) <= limit
    const hasWeights = bytesOf(parametersOf(model).values()) <= limit
    return { names, graph, isWhole, hasWeights, program: undefined }
  }
}

async function closed(plan: Promise<Plan>): Promise<void> {
  const { program } = await plan.catch(() => ({ program: undefined }))
  await (await program)?.close()
}

const outputsOf = ({ read }: CellGraph) =>
  Object.fromEntries([...read.values()].map(({ name, source }) => [name, source]))
