// Evaluation: the loss over all targets of batches, in nats, without dropout and smoothing, and how much is right.

import type { Batch, Shape } from '../data/batch.ts'
import { expectReached } from '../edit/edited.ts'
import { type Engine, type NamedGraph, type Program, runWith } from '../engine/engine.ts'
import { Programs } from '../engine/programs.ts'
import { trace } from '../tensor/pass.ts'
import { type Answer, answerLoss } from './loss.ts'
import { checkBatch, checkFits, inputsFor, type Objective, withItsEdits } from './objective.ts'
import type { Score } from './score.ts'

/** The result of an evaluation. */
export interface Result {
  /** Nats for every target. */
  readonly loss: number
  /** The share of the targets that are right, where the objective scores that. */
  readonly accuracy?: number
  /**
   * The share of the rows that are right throughout, where the objective scores that. Greedy decoding says exactly those: up
   * to its first mistake it has read nothing but the target.
   */
  readonly exact?: number
}

/** The part of what it is given that an evaluation looks at. */
export interface EvaluateOptions {
  /** After so many batches it ends, once something was asked. */
  readonly enough?: number
  /** Where nothing is asked in the batches, these are looked at until something is. */
  readonly further?: Iterable<Batch>
}

const totalNames = ['sum', 'count', 'right', 'exact', 'rows'] as const

type Totals = Record<(typeof totalNames)[number], number>

/** Evaluates the model of an objective, as an engine holds it. */
export class Evaluator {
  readonly #objective: Objective
  readonly #programs: Programs
  #edited: Promise<Objective> | undefined

  constructor(engine: Engine, objective: Objective) {
    this.#objective = objective
    this.#programs = new Programs(engine)
  }

  /** Throws for batches that are longer than the model can look at, and when nothing is asked in any of them. */
  async evaluate(batches: Iterable<Batch>, { enough = Infinity, further = [] }: EvaluateOptions = {}): Promise<Result> {
    const { scores = [] } = this.#objective
    const totals: Totals = { sum: 0, count: 0, right: 0, exact: 0, rows: 0 }
    const longest = { positions: 0, sources: 0 }
    let taken = 0
    for (const batch of batches) {
      await this.#add(totals, batch)
      longest.positions = Math.max(longest.positions, batch.sizes.position ?? 0)
      longest.sources = Math.max(longest.sources, batch.sizes.source ?? 0)
      if (++taken >= enough && totals.count > 0) break
    }
    if (totals.count === 0)
      for (const batch of further) {
        await this.#add(totals, batch)
        if (totals.count > 0) break
      }
    const { sum, count, right, exact, rows } = totals
    if (count === 0)
      throw new Error('evaluation: nothing is asked in these examples, so there is no loss. Give more, or longer ones.')
    await expectReached(this.#objective.edits ?? [], this.#objective.model, longest, 'edits')
    return {
      loss: sum / count,
      ...(scores.includes('accuracy') && { accuracy: right / count }),
      ...(scores.includes('exact') && { exact: exact / rows }),
    }
  }

  async #add(totals: Totals, batch: Batch): Promise<void> {
    const { sizes, inputs } = batch
    checkBatch(batch, this.#objective)
    const program = await this.program(sizes)
    await runWith(program, inputs)
    const { scores = [] } = this.#objective
    for (const name of scores.length === 0 ? (['sum', 'count'] as const) : totalNames)
      totals[name] += await readNumber(program, name)
  }

  /** Gives back its programs; they are compiled anew when it evaluates again. */
  close(): Promise<void> {
    return this.#programs.close()
  }

  /** The program for batches of a shape; it is compiled when it is first asked for. */
  async program(shape: Shape): Promise<Program> {
    this.#edited ??= withItsEdits(this.#objective)
    const objective = await this.#edited
    const scoring = (objective.scores ?? []).length > 0 ? await import('./score.ts') : undefined
    return this.#programs.get(shapeKey(shape), () => {
      checkFits(shape, objective)
      return evaluationGraph(objective, shape, scoring?.answerScore)
    })
  }
}

/** Σ loss and number of targets, and scores where they are wanted. */
export function evaluationGraph(objective: Objective, shape: Shape, score?: (answer: Answer) => Score): NamedGraph {
  const { outputs, names } = trace(objective.model, () => {
    const answer = objective.answer(inputsFor(objective, shape))
    const { sum, count } = answerLoss(answer)
    return { sum, count, ...(score && 'logits' in answer && score(answer)) }
  })
  return { outputs, names }
}

export async function readNumber(program: Program, output: string): Promise<number> {
  return (await program.read(output)).data[0]
}

/** The key that shapes of equal sizes have in common. */
export const shapeKey = (shape: Shape): string => JSON.stringify(Object.entries(shape).sort())
