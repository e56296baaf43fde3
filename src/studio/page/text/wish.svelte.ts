// The run that a person wishes for: what it learns from, as which kind of model, in which size, and whatever else is chosen. What is
// known of it is asked from the worker while it changes.

import { getContext, setContext } from 'svelte'
import type { RunKind } from '../../../checkpoint/newConfig.ts'
import type { PlanSize, TimedPlan } from '../../../runs/timedPlans.ts'
import { messageOf } from '../../talk/messageOf.ts'
import type { MaterialFacts, PlanFacts } from '../../talk/plans.ts'
import { arePictures, isBrought, type Material, type PlainChoices, type Recipe } from '../../talk/recipe.ts'
import { Outdated } from '../../talk/talk.ts'
import type { Studio } from '../studio.svelte.ts'
import { pathOfFile } from './dropped.ts'
import { LastQuestion } from './lastQuestion.ts'
import type { Sample } from './samples.ts'

/** Whoever types is not asked about at every key. */
const patienceMs = 250
/** A longer text is not edited in a field, which would be slow: its beginning is shown. */
export const longestInField = 50_000
const excerptLength = 2500
/** The subject of questions about files that are brought. */
const ofFiles = 'files'

/** A thing to learn from, and what was left out of it. */
interface Taken {
  readonly material: Material
  readonly as: RunKind
  readonly leftOut?: readonly string[]
}

export class Wish {
  readonly #studio: Studio
  /** Text and table are one text: which of them it is follows from the kind of model. */
  #given = $state.raw<Material>({ kind: 'text', name: 'own text', text: '' })
  #as = $state<RunKind>('decoder')
  readonly #question = new LastQuestion()
  #size = $state<PlanSize>()
  readonly #ownQuestion = new LastQuestion()
  #choices = $state.raw<PlainChoices>({})
  /** The plan of what is chosen by hand, where anything is. */
  #own = $state.raw<TimedPlan>()
  /** The clear line for what is wrong with what is chosen. */
  misfit = $state<string>()
  facts = $state.raw<MaterialFacts>()
  plans = $state.raw<PlanFacts>()
  /** The clear line for what is wrong with the text. */
  fault = $state<string>()
  /** The sample that is taken as soon as it is here. */
  #coming = $state.raw<Sample>()
  /** The part of many pictures that is read. */
  reading = $state.raw<{ readonly done: number; readonly of: number }>()
  /** Sentences about what was left out of the files that were brought. */
  leftOut = $state.raw<readonly string[]>([])
  #loading: Promise<void> = Promise.resolve()
  #takes = 0
  #isAsking = $state(false)

  readonly material: Material = $derived.by(() => {
    const { name } = this.#given
    if (!isBrought(this.#given) || this.#given.kind === 'pictures') return this.#given
    const isTable = this.#as === 'encoder-decoder' || this.#as === 'classifier'
    return { kind: isTable ? 'table' : 'text', name, text: this.#given.text }
  })
  readonly #sized = $derived(this.plans?.plans.find(({ size }) => size === (this.#size ?? this.plans?.usual)))
  /** True where something is chosen by hand. */
  readonly isOwn = $derived(Object.keys(this.#choices).length > 0)
  /** The run that would be trained, as far as it is known. */
  readonly plan = $derived(this.isOwn ? this.#own : this.#sized)
  readonly recipe: Recipe = $derived({
    material: this.material,
    choices: { ...this.#sized?.choices, ...this.#choices, as: this.#as },
  })
  /** True where another run would follow from what is chosen now. */
  readonly isChanged = $derived.by(() => {
    const run = this.#studio.run
    return run?.recipe !== undefined && !run.recipe.isPartial && keyOf(run.recipe) !== keyOf(this.recipe)
  })

  /** - `first`: the sample that is about to be taken; undefined where nobody knows yet what will be */
  constructor(studio: Studio, first: Sample | undefined) {
    this.#studio = studio
    this.#coming = first
  }

  /** True until something has been taken. */
  get isUntouched(): boolean {
    return this.#takes === 0
  }

  /** True until what is known of the wish has been told. */
  get isAsking(): boolean {
    return this.#isAsking || this.#coming !== undefined
  }

  get as(): RunKind {
    return this.#as
  }

  set as(as: RunKind) {
    this.#as = as
    this.#ask(0)
  }

  get size(): PlanSize | undefined {
    return this.#size ?? this.plans?.usual
  }

  set size(size: PlanSize | undefined) {
    this.#size = size
    this.#weigh(0)
  }

  /** The settings that are chosen by hand. */
  get choices(): PlainChoices {
    return this.#choices
  }

  set choices(choices: PlainChoices) {
    this.#choices = choices
    this.#weigh(patienceMs)
  }

  /** The text, as far as it is one. */
  get text(): string {
    return isBrought(this.#given) && this.#given.kind !== 'pictures' ? this.#given.text : ''
  }

  /** The beginning of a text that is no field's, as it is seen: of one that is too long, or that comes. */
  readonly excerpt: string | undefined = $derived.by(() => {
    if (this.#coming?.beginning !== undefined) return this.#coming.beginning
    return this.text.length > longestInField ? this.text.slice(0, excerptLength) : undefined
  })

  /** Whatever is learnt from, by its name. */
  get name(): string {
    return this.#coming?.name ?? this.material.name
  }

  /** Takes a text that was written or pasted here. */
  write(text: string): void {
    // Whoever leaves a task for a text of their own has no pairs.
    const as = this.#given.kind === 'text' || this.#given.kind === 'table' ? this.#as : 'decoder'
    this.#take({ material: { kind: 'text', name: 'own text', text }, as }, patienceMs)
  }

  /** Takes a sample, unless something else is taken before it is here. */
  take(sample: Sample): Promise<void> {
    return this.#load(async () => ({ material: await sample.material(), as: sample.as }), sample)
  }

  /** Takes files that were chosen or dropped. */
  async takeFiles(files: readonly File[]): Promise<void> {
    if (files.length === 0) return
    await this.#load(async (): Promise<Taken | undefined> => {
      if (await this.#studio.talk.ask('isOfRun', { files })) return this.#open(files)
      const paths = files.map(pathOfFile)
      const report = (done: number, of: number): void => {
        this.reading = { done, of }
      }
      const { material, leftOut } = await this.#studio.talk.ask(
        'readFiles',
        { files, paths },
        { subject: ofFiles, report },
      )
      if (material.kind === 'pictures') return { material, as: 'picture-classifier', leftOut }
      const as = this.#as === 'picture-classifier' ? 'decoder' : this.#as
      return { material, as: material.kind === 'table' && as !== 'classifier' ? 'encoder-decoder' : as, leftOut }
    })
  }

  /** Opens files of a run or a model. */
  async #open(files: readonly File[]): Promise<undefined> {
    try {
      this.#studio.take(await this.#studio.talk.ask('openFiles', { files }))
    } catch (error) {
      // Whoever gives a zip of a run knows that it is no text.
      if (/\.zip$/i.test(files[0].name)) throw error
      throw new Error(
        `${messageOf(error)} This is no text: a run or a model is opened with its zip, or with all files of its folder, here or under Runs.`,
        { cause: error },
      )
    }
    this.#studio.go({ view: 'look', step: undefined })
    return undefined
  }

  /** Takes the recipe of a run that is here. */
  adopt({ material, choices: { as = 'decoder', ...choices } }: Recipe): void {
    this.choices = choices
    this.#take({ material, as })
  }

  choose(name: keyof PlainChoices, value: string | number | undefined): void {
    const { [name]: _, ...rest } = this.choices
    this.choices = value === undefined ? rest : { ...rest, [name]: value }
  }

  /** Begins the run, once it is known what it would be. */
  async begin(): Promise<void> {
    await this.#loading
    await this.#question.answered
    await this.#studio.begin(this.recipe)
  }

  #take({ material: given, as, leftOut = [] }: Taken, patience = 0): void {
    const isTask = given.kind === 'task'
    this.#takes++
    this.#readNoMore()
    this.#coming = undefined
    this.#given = given
    this.leftOut = leftOut
    // A task has no text for an encoder to learn from, nor labels.
    this.#as = arePictures(given)
      ? 'picture-classifier'
      : isTask && as !== 'decoder' && as !== 'llama'
        ? 'encoder-decoder'
        : as
    this.#ask(patience)
  }

  /** - `work`: gives what is taken; undefined where that was no text */
  #load(work: () => Promise<Taken | undefined>, coming?: Sample): Promise<void> {
    const take = ++this.#takes
    this.#readNoMore()
    this.fault = undefined
    this.#coming = coming
    this.#loading = (async () => {
      try {
        const found = await work()
        if (found && take === this.#takes) this.#take(found)
      } catch (error) {
        if (take !== this.#takes) return
        this.#coming = undefined
        this.reading = undefined
        this.fault = messageOf(error)
      }
    })()
    return this.#loading
  }

  /** Breaks off the reading of files in whose place something else is taken. */
  #readNoMore(): void {
    this.reading = undefined
    this.#studio.talk.breakOff(ofFiles)
  }

  #ask(patience: number): void {
    this.#isAsking = true
    void this.#question
      .put(() => this.#askNow(), patience)
      .then(() => {
        this.#isAsking = false
      })
  }

  async #askNow(): Promise<void> {
    const question = { material: this.material, as: this.#as }
    this.fault = undefined
    if (isBrought(question.material) && question.material.text === '') {
      this.facts = undefined
      this.plans = undefined
      this.#weigh(0)
      return
    }
    try {
      this.facts = await this.#studio.talk.ask('material', question, { subject: 'material' })
      this.plans = await this.#studio.talk.ask('plan', question, { subject: 'plan' })
      this.#weigh(0)
    } catch (error) {
      if (error instanceof Outdated) return
      this.facts = undefined
      this.plans = undefined
      this.fault = messageOf(error)
    }
  }

  /** Asks for the plan of what is chosen by hand. */
  #weigh(patience: number): void {
    void this.#ownQuestion.put(async () => {
      this.misfit = undefined
      const { recipe, size } = this
      if (size === undefined || !this.isOwn) {
        this.#own = undefined
        return
      }
      try {
        this.#own = await this.#studio.talk.ask('chosenPlan', { recipe, size }, { subject: 'chosenPlan' })
      } catch (error) {
        if (error instanceof Outdated) return
        this.#own = undefined
        this.misfit = messageOf(error)
      }
    }, patience)
  }
}

/** The same for the same run. */
function keyOf({ material, choices }: Recipe): string {
  const said = Object.entries(choices).filter(([, value]) => value !== undefined)
  return JSON.stringify([material, said.sort(([a], [b]) => (a < b ? -1 : 1))])
}

const key = Symbol('wish')
export const provideWish = (wish: Wish): Wish => setContext(key, wish)
export const useWish = (): Wish => getContext(key)
