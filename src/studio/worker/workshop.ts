// The workshop: what the worker has, an engine, a store and a run, and who may use them when.

import type { FolderFiles } from '../../checkpoint/folderFiles.ts'
import { loadFolder } from '../../checkpoint/load.ts'
import type { RunKind } from '../../checkpoint/newConfig.ts'
import { seeing } from '../../encode/seen.ts'
import { type CpuEngine, type CpuOptions, cpu } from '../../engine/cpu/index.ts'
import { type Beginning, fresh } from '../../runs/beginning.ts'
import { type PreparedRun, prepareRun } from '../../runs/prepareRun.ts'
import { type MachinePace, probe } from '../../runs/probe.ts'
import type { ProgramCost } from '../../runs/programCost.ts'
import { setting, settingError } from '../../runs/settingError.ts'
import type { Source } from '../../runs/source.ts'
import { type PlanSize, planOfChoices, type TimedPlan, type TimedPlans, timedPlans } from '../../runs/timedPlans.ts'
import { parametersOf } from '../../tensor/names.ts'
import { type OpenedStore, openStore } from '../store/openStore.ts'
import { Runs } from '../store/runs.ts'
import type { ArithmeticKind, MachineWishes } from '../talk/machineFacts.ts'
import type { FurtherChoices, Material, News, Recipe } from '../talk/questions.ts'
import { exampleOfModel } from './example.ts'
import { Keeping, keptWeights, returnedRun, withoutText } from './keeping.ts'
import { holdRun } from './lock.ts'
import { namedBy, sourceOf } from './material.ts'
import { type PictureSight, sightOf } from './pictureSight.ts'
import { Readers } from './readers.ts'
import type { OpenModel, Shown, Showroom } from './showroom.ts'
import { Snapshots } from './snapshots.ts'
import { trainedBefore } from './trainedBefore.ts'
import { type Brought, Training } from './training.ts'
import { Turns } from './turns.ts'

/** A run that is open, with what it follows from and where it is kept. */
export interface CurrentRun {
  readonly name: string
  readonly recipe: Recipe
  readonly training: Training
  readonly keeping: Keeping
  readonly sight: PictureSight | undefined
  readonly release: () => void
}

/** Opens an engine on this machine. */
type OpensEngine = (options: CpuOptions) => Promise<CpuEngine>

/** A machine that was busy is not asked again before this. */
const busyMs = 200

export class Workshop implements Showroom {
  readonly wishes: MachineWishes
  readonly storage: OpenedStore
  readonly runs: Runs
  readonly turns = new Turns()
  /**
   * Turns at what is open: who begins, opens, moves, closes or forgets a run does it within one, since of two at once the one would close what the
   * other has just opened.
   */
  readonly changes = new Turns()
  readonly readers = new Readers()
  readonly #tell: (news: News) => void
  #run: CurrentRun | undefined
  #model: OpenModel | undefined
  #pace: MachinePace | undefined
  readonly #openEngine: OpensEngine
  #engine: CpuEngine
  /** The number of those who are about to give the engine something, or to take it back. */
  #guests = 0
  #openedAt = performance.now()

  private constructor(
    engine: CpuEngine,
    {
      storage,
      wishes,
      tell,
      openEngine,
    }: Pick<Workshop, 'storage' | 'wishes'> & {
      readonly tell: (news: News) => void
      readonly openEngine: OpensEngine
    },
  ) {
    this.#engine = engine
    this.storage = storage
    this.runs = new Runs(storage.store)
    this.wishes = wishes
    this.#tell = tell
    this.#openEngine = openEngine
  }

  /** - `tell`: is called with news; `storage`: where runs are kept, if not in the best place that the browser has */
  static async open(
    wishes: MachineWishes,
    tell: (news: News) => void,
    storage: Promise<OpenedStore> = openStore(),
    openEngine: OpensEngine = cpu,
  ): Promise<Workshop> {
    const engine = await openEngine(optionsOf(wishes))
    return new Workshop(engine, { storage: await storage, wishes, tell, openEngine })
  }

  get engine(): CpuEngine {
    return this.#engine
  }

  get arithmetic(): ArithmeticKind {
    return this.engine.fma ? 'fma' : 'portable'
  }

  get run(): OpenModel {
    if (this.#model) return this.#model
    const { name, training, sight } = this.open
    return { name, ...training.run, sight }
  }

  /** True where there is a run, or a model alone. */
  get isOpen(): boolean {
    return this.#run !== undefined || this.#model !== undefined
  }

  /** The run that is here. Throws while there is none. */
  get open(): CurrentRun {
    if (this.#run) return this.#run
    throw new Error(
      this.#model
        ? `studio: ${this.#model.name}: opened without what the model learnt from, it cannot train. Open it with its text.`
        : 'studio: there is no run yet. Train one, or open one.',
    )
  }

  get training(): Training {
    return this.open.training
  }

  get source(): Source | undefined {
    return this.#run?.training.run.source
  }

  /** The key of the run that is open. */
  get openId(): string | undefined {
    return this.#run?.keeping.id
  }

  look<Seen>(step: number | undefined, work: (shown: Shown) => Promise<Seen>): Promise<Seen> {
    return this.turns.look(() => work(this.shown(step)))
  }

  shown(step?: number): Shown {
    const { model: live, trained, ...shown } = this.run
    const now = this.#run?.training.step ?? trained?.step ?? 0
    const past = step === undefined || step === now ? undefined : this.#run?.training.snapshots.at(step)
    const { model, step: of } = past ?? { model: live, step: now }
    return { ...shown, model, engine: this.engine, step: of }
  }

  /** Plans for a material. The machine is probed once. */
  async plans(material: Material, as: RunKind): Promise<TimedPlans> {
    await this.#tryThreads()
    return timedPlans(sourceOf(material, as), as, this.#paced)
  }

  /** The plan of a recipe. */
  async chosenPlan({ recipe, size }: { readonly recipe: Recipe; readonly size: PlanSize }): Promise<TimedPlan> {
    const { as = 'decoder' } = recipe.choices
    checkIsForPage(recipe)
    return planOfChoices(sourceOf(recipe.material, as), { size, choices: { ...recipe.choices, as } }, this.#paced)
  }

  /** The pace of this machine, probed by a run where it is not known yet. */
  readonly #paced = async (run: PreparedRun, step: ProgramCost): Promise<MachinePace> => {
    this.#pace ??= await this.turns.take(() => probe(this.engine, run, step))
    return this.#pace
  }

  /** Gives a run that is kept another name. */
  async rename(id: string, name: string): Promise<void> {
    await this.runs.rewrite(id, { name })
    if (this.#run && id === this.openId) this.#run = { ...this.#run, name }
  }

  /** Forgets a run that is kept. Throws where another tab has it open. */
  async forget(id: string): Promise<void> {
    if (id === this.openId) await this.close({ forgetsUntrained: false })
    const release = await holdRun(id)
    await this.runs.forget(id)
    release()
  }

  /** Begins a run, in place of the one before. */
  async begin(recipe: Recipe): Promise<CurrentRun> {
    const run = await prepared(recipe)
    const { name } = recipe.material
    const id = await this.runs.begin({ name, ...withoutText(recipe) })
    return this.#take(id, { name, recipe, run })
  }

  /** Opens a run that is in the store. `further`: the choices with which it goes on, if not with those that it had. */
  async openKept(id: string, further?: FurtherChoices): Promise<CurrentRun & { readonly wasTraining: boolean }> {
    if (id === this.openId) await this.close({ forgetsUntrained: false })
    await this.#tryThreads()
    return this.#asGuest(() => this.#openHeld(id, further))
  }

  async #openHeld(id: string, further?: FurtherChoices): Promise<CurrentRun & { readonly wasTraining: boolean }> {
    const release = await holdRun(id)
    try {
      const { recipe, name, stopped, past, isFinished, wasTraining } = await returnedRun(this.runs, id)
      const choices = further ?? {}
      if (!stopped) {
        const again = { ...recipe, choices: { ...recipe.choices, ...choices } }
        if (further) await this.runs.rewrite(id, { recipe: withoutText(again).recipe })
        return {
          ...(await this.#take(id, { name, recipe: again, run: await prepared(again) }, { release })),
          wasTraining,
        }
      }
      const isShown = isFinished && further === undefined
      // Nobody takes a step more of a run that is only shown.
      const wanted = isShown ? { steps: stopped.training.step + 1 } : choices
      const run = await prepared({ ...recipe, choices: { as: recipe.choices.as, ...wanted } }, stopped)
      const { engine } = this
      const { step } = stopped.training
      const snapshots = new Snapshots(
        { engine, ...run },
        await keptWeights(this.runs, id, { model: run.model, until: step }),
      )
      const changes = [...(past?.changes ?? []), ...(further ? [{ step, choices: further }] : [])]
      const brought = { past: past && { ...past, changes }, snapshots, isFinished: isShown }
      return { ...(await this.#take(id, { name, recipe, run }, { release, ...brought })), wasTraining }
    } catch (error) {
      release()
      throw error
    }
  }

  /** Opens a model without what it learnt from. */
  async openAlone(files: FolderFiles): Promise<OpenModel & { readonly warnings: readonly string[] }> {
    return this.#asGuest(async () => {
      const loaded = await this.turns.take(() => loadFolder(files, this.engine, { weights: 'f32' }))
      const trained = await trainedBefore(files)
      await this.close()
      const { tokenizer, codec, features, generation, blueprint, warnings } = loaded
      const model = seeing(loaded.model, loaded.preparation)
      const sight = sightOf({ ...loaded, model })
      const open = { model, tokenizer, codec, features, generation, blueprint, sight, trained, name: files.name }
      this.#model = { ...open, example: exampleOfModel(open) }
      return { ...this.#model, warnings }
    })
  }

  /** Closes what is open, and gives back what the engine holds for it. `forgetsUntrained`: a run without a step is forgotten, too. */
  async close({ forgetsUntrained = true } = {}): Promise<void> {
    const [run, alone] = [this.#run, this.#model]
    const model = run?.training.run.model ?? alone?.model
    if (!model) return
    this.#run = undefined
    this.#model = undefined
    await this.#asGuest(async () => {
      await this.turns.take(() => this.readers.clear())
      if (run) {
        const { training, keeping, release } = run
        await training.end()
        if (forgetsUntrained && training.step === 0) await this.runs.forget(keeping.id)
        release()
      }
      for (const weight of parametersOf(model).values()) this.engine.forget(weight)
    })
  }

  /** True as long as the engine has nothing of a run, and nobody is about to give it something or to take it back. */
  get #isFree(): boolean {
    return this.#guests === 0 && !this.isOpen
  }

  /** Does what relies on the engine being the same from its beginning to its end. */
  async #asGuest<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#guests++
    try {
      return await work()
    } finally {
      this.#guests--
    }
  }

  /** Where a busy machine gave one thread only, it is asked once more for others, as long as the engine is free. */
  async #tryThreads(): Promise<void> {
    if (this.#engine.remark === undefined || !this.#isFree) return
    await this.turns.take(async () => {
      if (performance.now() - this.#openedAt < busyMs || !this.#isFree) return
      const again = await this.#openEngine(optionsOf(this.wishes))
      this.#openedAt = performance.now()
      // Somebody may have come meanwhile.
      const isTaken = again.threads > this.#engine.threads && this.#isFree
      const left = isTaken ? this.#engine : again
      if (isTaken) {
        this.#engine = again
        this.#pace = undefined
        this.#tell({ kind: 'machine' })
      }
      left.close()
    })
  }

  /** Takes a run in, in place of what was open. */
  async #take(
    id: string,
    { run, ...about }: Pick<CurrentRun, 'name' | 'recipe'> & { readonly run: PreparedRun },
    { release, ...brought }: Brought & { readonly release?: () => void } = {},
  ): Promise<CurrentRun> {
    const held = release ?? (await holdRun(id))
    await this.close()
    // Weights of the past are in the engine already.
    if (!brought.snapshots) await this.#tryThreads()
    return this.#asGuest(async () => {
      const { engine, turns, arithmetic } = this
      const tell = this.#tell
      const keeping = new Keeping(this.runs, id, { arithmetic, tell, kept: await this.runs.keptSteps(id) })
      const keep = keeping.keep.bind(keeping)
      const doing = (what: 'training' | 'resting'): void => void keeping.doing(what)
      const training = await Training.begin(run, { engine, turns, tell, keep, doing }, brought)
      await this.runs.setLast(id).catch(() => {})
      this.#run = { ...about, training, keeping, sight: sightOf(run), release: held }
      return this.#run
    })
  }
}

/** More blocks are not begun in a page: their graph alone would keep everybody waiting. */
const mostBlocks = 100

function checkIsForPage({ choices: { layer = 0 } }: Recipe): void {
  if (layer > mostBlocks)
    throw settingError`${setting('layer')}: ${layer} are more than a page trains. Give at most ${mostBlocks}.`
}

/** A recipe as a run, from its beginning or from where it was. */
async function prepared(recipe: Recipe, beginning: Beginning = fresh): Promise<PreparedRun> {
  const { material, choices } = recipe
  checkIsForPage(recipe)
  const source = sourceOf(material, choices.as ?? 'decoder')
  return prepareRun({ ...choices, ...namedBy(material) }, source, beginning)
}

function optionsOf({ threads, arithmetic }: MachineWishes): CpuOptions {
  return {
    ...(threads !== undefined && { threads }),
    ...(arithmetic !== undefined && { fma: arithmetic === 'fma' }),
  }
}
