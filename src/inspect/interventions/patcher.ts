// Many patches of one model by few programs: each row of a batch is another patch (sweep.ts). A row begins where its patch is, with
// what the example has there anyway (kept.ts), and patches of neighbouring values share a program (stages.ts). So hundreds of patches
// take a few programs, and each as little work as its place allows.

import type { Edited } from '../../edit/edit.ts'
import { settleEdits } from '../../edit/settleEdits.ts'
import { type Engine, type Program, runWith, type Values } from '../../engine/engine.ts'
import { givenOf, type InputValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import type { AxisSizes } from '../../model/reads.ts'
import { type Address, addressText } from '../../tensor/address.ts'
import { cells } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { editedNames } from '../editedPass.ts'
import { withoutBatch } from '../read.ts'
import { inEveryRow } from './inEveryRow.ts'
import { fromKept } from './kept.ts'
import { type PatchStage, patchStages } from './stages.ts'
import { givenName, keptName, rowChoices, type Swept, sweep } from './sweep.ts'

/** A value of one number for each row of the batch, or of several, made of the names of a pass. */
export type RowMetric = (names: Names) => Node

/** A value that is patched, at its places; or several at once. */
export type Patch = Address | readonly Address[]

/** Patches, and what is measured of them: see `Patcher.of`. */
interface Patches {
  readonly patches: readonly Patch[]
  readonly metric: RowMetric
  readonly rows: number
  readonly held?: readonly string[] | undefined
  readonly making?: number | undefined
}

/** One example as it is. */
export interface Unpatched {
  readonly metric: number
  /** The values that are patched, by their paths. */
  readonly values: ReadonlyMap<string, Values>
}

interface PreparedStage extends PatchStage {
  readonly swept: readonly Swept[]
  readonly kept: readonly string[]
  readonly end: Node
  readonly names: Names
  program?: Promise<Program>
}

/** Runs patches of one model over examples of one size; compiles once. */
export class Patcher {
  readonly #engine: Engine
  readonly #base: Program
  readonly #stages: readonly PreparedStage[]
  readonly #paths: readonly string[]

  private constructor(engine: Engine, base: Program, stages: readonly PreparedStage[], paths: readonly string[]) {
    this.#engine = engine
    this.#base = base
    this.#stages = stages
    this.#paths = paths
  }

  /**
   * - `sizes`: those of the examples: `{ position: 12 }`; `optional`: what they bring that the model does without too
   * - `patches`: their addresses, without stars; `rows`: the most patches in one run
   * - `held`: the paths of values that stay what the example has there, whatever is patched before them
   * - `making`: as in `patchStages`
   *
   * Throws for addresses and edits that the model does not have.
   */
  static async of({
    patches,
    metric,
    rows,
    held,
    making,
    sizes,
    ...looking
  }: Edited<AnyModel> &
    Patches & { readonly sizes: AxisSizes; readonly optional?: readonly string[] }): Promise<Patcher> {
    const edits = await settleEdits(looking)
    return Patcher.over({
      ...{ patches, metric, rows, held, making, engine: looking.engine },
      pass: (batch) => editedNames({ ...looking, edits, sizes: { ...sizes, batch }, asker: 'patch' }),
    })
  }

  /** The same over passes of one's own. `pass`: the names of the one over a batch of so many examples, with all edits done. */
  static async over({
    engine,
    pass,
    patches,
    metric,
    rows,
    held = [],
    making,
  }: Patches & {
    readonly engine: Engine
    readonly pass: (batch: number) => Names | Promise<Names>
  }): Promise<Patcher> {
    const namesOf = new Map<number, Names>()
    const namesFor = async (batch: number): Promise<Names> => {
      const known = namesOf.get(batch) ?? (await pass(batch))
      namesOf.set(batch, known)
      return known
    }
    const one = await namesFor(1)
    const stages: PreparedStage[] = []
    const sets = patches.map(addressesOf)
    for (const stage of patchStages(one, metric, { patches: sets, rows, making })) {
      const names = await namesFor(stage.rows)
      const { swept, carried } = sweep(names, stage.patches.flat(), held)
      const { end, paths } = fromKept(metric(carried), names, swept)
      stages.push({ ...stage, swept, end, kept: [...paths, ...held], names: carried })
    }
    const paths = [...new Set(sets.flat().map(({ path }) => path))]
    const outputs: Record<string, Node> = { metric: metric(one) }
    for (const path of [...paths, ...stages.flatMap(({ kept }) => kept)]) outputs[keptName(path)] = one.valueAt(path)
    return new Patcher(engine, await engine.compile({ outputs, names: one }), stages, paths)
  }

  /** An example as it is. */
  async look(inputs: InputValues): Promise<Unpatched> {
    await runWith(this.#base, givenOf(inputs))
    const [metric] = (await this.#base.read('metric')).data
    return { metric, values: await this.#read(this.#paths) }
  }

  /** The metric of each patch over one example: what is given stands where the patch says. A patch of undefined changes nothing. */
  async run(...asked: Parameters<Patcher['rows']>): Promise<number[]> {
    return (await this.rows(...asked)).map(([metric]) => metric)
  }

  /** The same of a metric of several numbers. */
  async rows(
    inputs: InputValues,
    given: ReadonlyMap<string, Values>,
    patches: readonly (Patch | undefined)[],
    report: (done: number) => void = () => {},
  ): Promise<Float32Array[]> {
    await runWith(this.#base, givenOf(inputs))
    const unpatched = (await this.#base.read('metric')).data
    const kept = await this.#read(new Set(this.#stages.flatMap((stage) => stage.kept)))
    const found = patches.map(() => unpatched)
    let done = patches.filter((patch) => patch === undefined).length
    if (done > 0) report(done)
    for (const stage of this.#stages) {
      const known = new Set(stage.patches.map(keyOf))
      const own = [...patches.entries()].flatMap(([i, patch]) => {
        const addresses = patch && addressesOf(patch)
        return addresses && known.has(keyOf(addresses)) ? [{ i, addresses }] : []
      })
      if (own.length === 0) continue
      const lasting: Record<string, ArrayLike<number>> = inEveryRow(inputs, stage.rows)
      for (const path of stage.kept) lasting[keptName(path)] = kept.get(path)?.data ?? []
      for (const { path, axes } of stage.swept)
        lasting[givenName(path)] = given.get(path)?.data ?? new Float32Array(cells(axes))
      for (let from = 0; from < own.length; from += stage.rows) {
        const now = own.slice(from, from + stage.rows)
        const metrics = await this.#runStage(stage, {
          ...lasting,
          ...rowChoices(
            stage.swept,
            now.map(({ addresses }) => addresses),
          ),
        })
        const width = metrics.length / stage.rows
        for (const [row, { i }] of now.entries()) found[i] = metrics.subarray(row * width, (row + 1) * width)
        done += now.length
        report(done)
      }
    }
    return found
  }

  async close(): Promise<void> {
    await this.#base.close()
    for (const { program } of this.#stages) await (await program)?.close()
  }

  async #runStage(stage: PreparedStage, inputs: Record<string, ArrayLike<number>>): Promise<Float32Array> {
    stage.program ??= this.#engine.compile({ outputs: { metric: stage.end }, names: stage.names })
    const program = await stage.program
    await runWith(program, inputs)
    return (await program.read('metric')).data
  }

  /** The values at these paths in the last run of the example. */
  async #read(paths: Iterable<string>): Promise<Map<string, Values>> {
    const values = new Map<string, Values>()
    for (const path of paths) values.set(path, withoutBatch(await this.#base.read(keptName(path))))
    return values
  }
}

const addressesOf = (patch: Patch): readonly Address[] => ('path' in patch ? [patch] : patch)

const keyOf = (patch: readonly Address[]): string => patch.map(addressText).join('; ')
