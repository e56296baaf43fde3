// A run that is kept while it trains: its state goes into the store now and then, and comes back from there.

import { weightSizes } from '../../checkpoint/engineWeights.ts'
import { readJSON } from '../../checkpoint/folderFiles.ts'
import { cellCount } from '../../checkpoint/rearrange.ts'
import { readSafetensors, writeSafetensors } from '../../checkpoint/safetensors.ts'
import { savedFiles } from '../../checkpoint/savedFiles.ts'
import type { TrainingState } from '../../checkpoint/training.ts'
import type { Weights } from '../../checkpoint/weights.ts'
import type { AnyModel } from '../../model/language.ts'
import { loadStopped, type Stopped } from '../../runs/beginning.ts'
import { savedRun } from '../../runs/trainRun.ts'
import { settingsFromJSON } from '../../train/pastFromJSON.ts'
import { bytesOfGeneration } from '../store/generations.ts'
import type { FoundRun, Runs } from '../store/runs.ts'
import { unknownRun } from '../store/runs.ts'
import { chunks, StoreFull } from '../store/store.ts'
import type { ArithmeticKind } from '../talk/machineFacts.ts'
import { messageOf } from '../talk/messageOf.ts'
import type { News } from '../talk/questions.ts'
import { isBrought, type Recipe } from '../talk/recipe.ts'
import type { KeptRun, RunPast } from '../talk/runFacts.ts'
import { type KeptPast, keptPast, pastFromJSON } from './runPast.ts'
import type { Training } from './training.ts'

/** The part of a run that a list tells without opening it. */
type About = Pick<KeptRun, 'step' | 'steps' | 'kind' | 'parameters' | 'arithmetic' | 'savedAt' | 'validation'>

const pastFile = 'past.json'

/** Keeps the run that is open. */
export class Keeping {
  readonly runs: Runs
  readonly id: string
  readonly #arithmetic: ArithmeticKind
  readonly #tell: (news: News) => void
  readonly #kept: Set<number>
  /** True after a saving that failed, until one succeeds: nobody wants to be told again and again. */
  #isFull = false

  constructor(
    runs: Runs,
    id: string,
    {
      arithmetic,
      tell,
      kept,
    }: { readonly arithmetic: ArithmeticKind; readonly tell: (news: News) => void; readonly kept: readonly number[] },
  ) {
    this.runs = runs
    this.id = id
    this.#arithmetic = arithmetic
    this.#tell = tell
    this.#kept = new Set(kept)
  }

  /** Keeps a state; false where there is no room for it, which is told. */
  async keep(state: TrainingState, training: Training): Promise<boolean> {
    const { run, past, begun } = training
    const files = await savedFiles(savedRun(run, state))
    const about: About = {
      step: state.step,
      steps: begun.settings.steps,
      kind: run.model.kind,
      parameters: begun.parameters,
      arithmetic: this.#arithmetic,
      savedAt: Date.now(),
      ...(past.evaluations.length > 0 && { validation: past.evaluations.at(-1)?.validation }),
    }
    const told = new TextEncoder().encode(JSON.stringify(keptPast(past)))
    try {
      const generation = await this.runs.save(this.id, {
        files: [
          ...files.map((file) => ({ name: file.name, write: (take: (chunk: Uint8Array) => void) => file.write(take) })),
          { name: pastFile, write: chunks(told) },
        ],
        about,
      })
      this.#isFull = false
      this.#tell({ kind: 'saved', step: state.step, bytes: bytesOfGeneration(generation), at: about.savedAt })
      await this.#keepWeights(training)
      return true
    } catch (error) {
      if (!this.#isFull) this.#tell({ kind: 'warning', message: notKept(error, state.step, training.kept) })
      this.#isFull = true
      return false
    }
  }

  doing(what: 'training' | 'resting'): Promise<void> {
    return this.runs.doing(this.id, what).catch(() => {})
  }

  /** Puts the weights that are kept for looking back into the store. Without room there they stay in memory. */
  async #keepWeights({ snapshots: { weights } }: Training): Promise<void> {
    try {
      for (const step of this.#kept)
        if (!weights.has(step)) {
          await this.runs.forgetWeights(this.id, step)
          this.#kept.delete(step)
        }
      for (const [step, values] of weights) {
        if (this.#kept.has(step)) continue
        await this.runs.keepWeights(this.id, step, bytesOfWeights(values))
        this.#kept.add(step)
      }
    } catch (error) {
      if (!(error instanceof StoreFull)) throw error
    }
  }
}

function notKept(error: unknown, step: number, kept: number | undefined): string {
  const before = kept === undefined ? 'none of it is kept' : `that of step ${kept} is kept`
  if (error instanceof StoreFull)
    return `storage: the browser has no room for the state of step ${step}; ${before}. Training goes on. Give the run out as a file, or forget other runs.`
  const message = messageOf(error)
  return `storage: the state of step ${step} could not be kept (${message}); ${before}. Training goes on. Give the run out as a file.`
}

const bytesOfWeights = (weights: Weights): Uint8Array[] =>
  writeSafetensors(
    new Map([...weights].map(([path, { sizes, data }]) => [path, { shape: Object.values(sizes), data }])),
  )

/** A run that comes back. */
export interface ReturnedRun {
  readonly recipe: Recipe
  readonly name: string
  /** Its last state; undefined for a run that was not saved yet, which begins anew. */
  readonly stopped?: Stopped
  readonly past?: RunPast
  /** True where it has taken all its steps. */
  readonly isFinished: boolean
  readonly wasTraining: boolean
}

/** A run out of the store. Throws for one that is not there. */
export async function returnedRun(runs: Runs, id: string): Promise<ReturnedRun> {
  const found = await runs.find(id)
  if (!found) throw unknownRun()
  const { name, state, isTraining } = found
  const recipe = recipeIn(found, await runs.text(id))
  if (!state) return { recipe, name, isFinished: false, wasTraining: isTraining }
  const files = await runs.files(state, name)
  const stopped = await loadStopped(files)
  const past: KeptPast = pastFromJSON(await readJSON(files, pastFile))
  const { losses, evaluations } = stopped.training.history as Pick<RunPast, 'losses' | 'evaluations'>
  const { steps = Infinity } = settingsFromJSON(stopped.training.settings)
  return {
    recipe,
    name,
    stopped,
    past: { ...past, losses, evaluations, snapshots: [] },
    isFinished: stopped.training.step >= steps,
    wasTraining: isTraining,
  }
}

/** The recipe of a run, with its text. */
function recipeIn({ recipe }: FoundRun, text: string): Recipe {
  const { material, ...rest } = recipe as Recipe
  return { material: isBrought(material) ? { ...material, text } : material, ...rest }
}

/** A recipe as it is kept: its text is in a file of its own. */
export function withoutText({ material, ...rest }: Recipe): { readonly recipe: unknown; readonly text: string } {
  if (!isBrought(material)) return { recipe: { material, ...rest }, text: '' }
  const { text, ...named } = material
  return { recipe: { material: named, ...rest }, text }
}

/**
 * The weights that were kept of a run, by step. Those that are damaged, or of another model, are left out.
 *
 * - `until`: the step from which the run goes on: what came after it is of another past
 */
export async function keptWeights(
  runs: Runs,
  id: string,
  { model, until }: { readonly model: AnyModel; readonly until: number },
): Promise<Map<number, Weights>> {
  const sizes = weightSizes(model)
  const all = new Map<number, Weights>()
  for (const step of await runs.keptSteps(id)) {
    if (step > until) {
      await runs.forgetWeights(id, step)
      continue
    }
    const bytes = await runs.weights(id, step)
    if (!bytes) continue
    try {
      const { tensors } = readSafetensors(bytes)
      const weights = new Map(
        [...sizes].map(([path, own]) => [path, { sizes: own, data: tensors.get(path)?.data ?? new Float32Array(0) }]),
      )
      const fits = [...weights.values()].every(({ sizes, data }) => data.length === cellCount(Object.values(sizes)))
      if (fits) all.set(step, weights)
    } catch {
      await runs.forgetWeights(id, step)
    }
  }
  return all
}

/** The run as a list tells of it. */
export async function keptRun(runs: Runs, id: string, open: string | undefined): Promise<KeptRun | undefined> {
  const found = await runs.find(id)
  if (!found) return undefined
  const { name, state, isTraining } = found
  const about = state?.about as About | undefined
  return {
    id,
    name,
    bytes: state ? bytesOfGeneration(state) : 0,
    isOpen: id === open,
    wasTraining: isTraining,
    ...(about ?? {
      step: 0,
      steps: 0,
      kind: 'decoder',
      parameters: 0,
      arithmetic: 'fma',
      savedAt: Number.parseInt(id, 36),
    }),
  }
}
