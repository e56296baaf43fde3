// The state of the page: where the person is, and what is known of the machine and of the run. Components read it; whoever asks the
// worker does it here, so that two of them never ask the same.

import { getContext, setContext } from 'svelte'
import { hashOf, isInLinks, standpointOf } from '../place/hash.ts'
import type { Hideable } from '../place/lesson.ts'
import { readPictureWord } from '../place/pictureWord.ts'
import { home, type Standpoint, type ViewName } from '../place/standpoint.ts'
import { wishesOf } from '../place/wishes.ts'
import { withCodeNumbers } from '../talk/codeLetters.ts'
import { messageOf } from '../talk/messageOf.ts'
import type { MachineFacts, News, Recipe, RunFacts, RunState } from '../talk/questions.ts'
import type { Example, FurtherChoices } from '../talk/runFacts.ts'
import { Talk } from '../talk/talk.ts'
import type { Isolation } from './isolation.ts'
import { RunCourse } from './train/course.svelte.ts'

/** The things around the page: its worker, and where runs are. */
export interface PageSurroundings {
  readonly worker: Worker
  /** The run to begin with. */
  runAtFirst(talk: Talk): Promise<RunFacts | undefined>
  /** Undefined in an exhibit, which has one model to look into: none is trained or kept. */
  readonly keeping?: RunKeeping
}

export interface RunKeeping {
  /** The name of the run that will be opened first, as far as it is known before the worker is there. */
  readonly returning: string | undefined
  /** Notes the name of the run that is here, for the next time; undefined where none is kept. */
  noteLast(name: string | undefined): void
  /** Has the state of the run kept when the page is hidden, frozen or left. */
  keepWhenLeft(talk: Talk): void
  /** Isolates the page, so that it has threads. */
  isolate(): Promise<Isolation>
}

export class Studio {
  readonly talk: Talk
  readonly #keeping: RunKeeping | undefined
  at = $state.raw<Standpoint>(standpointOf(location.hash).at)
  machine = $state.raw<MachineFacts>()
  /** The page has threads, or could have them when it is loaded again (`reload` in isolation.ts). */
  isolation = $state<Isolation>()
  run = $state.raw<RunFacts>()
  state = $state<RunState>('none')
  step = $state(0)
  /** False until the run that is here has a sentence that it can read, or has not. */
  isReading = $state(false)
  /** The course of the run, and those of the runs before it. */
  course = $state.raw<RunCourse>()
  earlier = $state.raw<readonly RunCourse[]>([])
  /** One clear line for what went wrong last. */
  fault = $state<string>()
  /** True where the person came to where they are by the browser's way back. */
  wentBack = false
  /** The number of the entry in the browser's history, which outlives the page when it is loaded again. */
  #entry = entryOf(history.state) ?? 0
  /** The example that was put in place of a sentence last: nobody has said it. */
  #example: Example | undefined
  /** True where the page came in one file with a model. */
  readonly isExhibit: boolean
  /** False in the page as it stands in its HTML: whether there is a run of the person's own, nobody knows there. */
  isHere = $state(false)
  /** The name of the run that was here last, until it is here again. */
  returning = $state<string>()
  /** The recipe of a link, which offers to grow a model; undefined for none. */
  offered = $state<string>()
  /** True as long as the standpoint is what a link says, and nobody has gone anywhere since. */
  isFromLink = false
  /** The subject of that line, where something else may overtake it: whoever goes on has left a link behind. */
  #faultOf: 'link' | 'storage' | undefined
  readonly #hidden = $derived.by(() => new Set<string>(this.at.hide.split(' ')))

  constructor({ worker, runAtFirst, keeping }: PageSurroundings) {
    this.isExhibit = keeping === undefined
    this.#keeping = keeping
    this.talk = new Talk(worker, (news) => this.#hear(news))
    this.returning = keeping?.returning
    void this.#try(async () => {
      this.machine = await this.talk.ask('machine', wishesOf(location.search))
      try {
        const run = await runAtFirst(this.talk)
        // Somebody may have been quicker.
        if (this.run) return
        if (run) this.take(run)
        else keeping?.noteLast(undefined)
      } finally {
        this.returning = undefined
      }
    })
    keeping?.keepWhenLeft(this.talk)
    void keeping?.isolate().then((isolation) => {
      this.isolation = isolation
    })
    this.#follow(location.hash)
    // Unlike `hashchange` it is heard at once: a key right behind a link is for the place that the link leads to.
    addEventListener('popstate', ({ state }) => {
      const entry = entryOf(state)
      this.wentBack = entry !== undefined && entry < this.#entry
      this.#entry = entry ?? this.#entry + 1
      // A link makes an entry without a number.
      if (entry === undefined) history.replaceState({ entry: this.#entry }, '')
      this.#follow(location.hash)
    })
  }

  /** Goes somewhere: what is not said stays. `replace`: without a way back. */
  go(change: Partial<Standpoint>, { replace = false } = {}): void {
    if (!replace) {
      this.#overtake('link')
      this.#entry++
      this.wentBack = false
    }
    this.isFromLink = false
    this.#put(change, { replace })
  }

  /** Puts something in place of what a link asks for and nobody can give: one line says so. */
  correct(change: Partial<Standpoint>, line: string): void {
    this.#put(change, { replace: true })
    this.#sayOfLink(line)
  }

  #put(change: Partial<Standpoint>, { replace }: { readonly replace: boolean }): void {
    // Another sentence is held beside nothing, unless it is said.
    this.at = { ...this.at, ...('text' in change && { besideText: undefined }), ...change }
    history[replace ? 'replaceState' : 'pushState']({ entry: this.#entry }, '', hashOf(this.at))
  }

  /** Begins a run and trains it. */
  begin(recipe: Recipe): Promise<void> {
    return this.#try(async () => {
      this.take(await this.talk.ask('begin', recipe))
      await this.talk.ask('move', { how: 'on' })
    })
  }

  /** Goes on from the last state that is kept, with other choices. */
  goOn(choices: FurtherChoices): Promise<void> {
    return this.#try(async () => {
      this.take(await this.talk.ask('goOn', choices))
      await this.talk.ask('move', { how: 'on' })
    })
  }

  /** Takes a run that is here now, in place of the one before. */
  take(run: RunFacts): void {
    const isFirst = this.run === undefined
    if (this.#faultOf !== 'link') this.forgive()
    this.#keeping?.noteLast(run.id === '' ? undefined : run.name)
    if (this.course) this.earlier = [...this.earlier.filter((each) => each.run.id !== run.id), this.course]
    this.run = run
    this.course = new RunCourse(run)
    this.state = run.state
    this.step = run.step
    this.isReading = false
    for (const name of ['step', 'besideStep'] as const) this.#keepStep(run, name, isFirst)
    void this.#suit(run, isFirst)
  }

  /** Of a step whose weights are not kept the nearest that is comes in its place; where a link said it, a line says so. */
  #keepStep(run: RunFacts, name: 'step' | 'besideStep', isLinked: boolean): void {
    const step = this.at[name]
    if (step === undefined) return
    const kept = [...(this.course?.snapshots ?? []), run.step]
    if (kept.includes(step)) return
    const near = kept.reduce((best, each) => (Math.abs(each - step) < Math.abs(best - step) ? each : best))
    const change = { [name]: isLinked && near !== run.step ? near : undefined }
    if (!isLinked) {
      this.#put(change, { replace: true })
      return
    }
    const steps = kept.length > 6 ? `${kept.slice(0, 4).join(', ')}, … ${run.step}` : kept.join(', ')
    const instead =
      name === 'step'
        ? `Shown is step ${near}.`
        : near === run.step
          ? 'It is held beside none.'
          : `It is held beside step ${near}.`
    this.correct(change, `${name} is ${step}, but the weights of this run are kept of the steps ${steps}. ${instead}`)
  }

  /** Where a run cannot read the sentence that stands there, or nobody has said one for it, its own example comes in its place. */
  async #suit(run: RunFacts, isLinked = false): Promise<void> {
    const { text, source, picture } = this.at
    const example = { picture: '', ...this.#example }
    const isExample = example.text === text && example.source === source && example.picture === picture
    // Of a translator it is the source that is said.
    const isTranslator = run.kind === 'encoder-decoder'
    // What one model draws is no sentence for another.
    const isOther = run.writes === undefined && withCodeNumbers(text) !== text
    const isSaid = run.sees
      ? picture !== '' && !isExample
      : !isOther && ((text !== home.text && !isExample) || (!isTranslator && (run.kind === 'decoder' || !run.canTrain)))
    const canRead =
      isSaid &&
      (await this.talk.ask('scene', { scene: { text, source, picture, edits: [], step: undefined, moment: 0 } }).then(
        () => true,
        () => false,
      ))
    if (run !== this.run) return
    this.isReading = true
    const isStill = this.at.text === text && this.at.source === source && this.at.picture === picture
    if (canRead || !run.example || !isStill) {
      if (isLinked) this.#checkPicture(run)
      else if (!run.sees && picture !== '') this.#put({ picture: '' }, { replace: true })
      return
    }
    this.#example = run.example
    this.#put({ picture: '', ...run.example, position: undefined, from: undefined }, { replace: true })
    if (isLinked && run.sees && picture !== '')
      this.#sayOfLink('this model cannot read the picture. Another stands there instead.')
    else if (isLinked && !run.sees && text !== home.text)
      this.#sayOfLink(
        `this model cannot read the sentence ${JSON.stringify(text.slice(0, 40))}. Its own example stands there instead.`,
      )
  }

  /** Says what becomes of a picture in a link that the model reads in another size, or not at all. */
  #checkPicture({ sees }: RunFacts): void {
    const { picture } = this.at
    if (picture === '') return
    if (!sees) {
      this.correct({ picture: '' }, 'it has a picture, but this model reads none. It is left out.')
      return
    }
    const { width, height } = readPictureWord(picture)
    if (width === sees.width && height === sees.height) return
    this.#sayOfLink(
      `its picture has ${width} × ${height} pixels, and this model reads ${sees.width} × ${sees.height}. It is brought to that size.`,
    )
  }

  /** There is no run any more: the one that was here is forgotten. */
  leave(): void {
    this.#keeping?.noteLast(undefined)
    this.run = undefined
    this.course = undefined
    this.state = 'none'
    this.step = 0
  }

  /** True for a part of the page that a link has put out of the way. An exhibit has one model to look into, and no text to train on. */
  hides(part: Hideable): boolean {
    return this.#hidden.has(part) || (this.isExhibit && (part === 'text' || part === 'train' || part === 'runs'))
  }

  /** The view in front: where that of the standpoint is out of the way, Look. */
  get view(): ViewName {
    const { view } = this.at
    return view !== 'look' && this.hides(view) ? 'look' : view
  }

  move(how: 'on' | 'rest' | 'step'): Promise<void> {
    return this.#try(async () => {
      await this.talk.ask('move', { how })
    })
  }

  /** Puts the line of what went wrong away. */
  forgive(): void {
    this.fault = undefined
    this.#faultOf = undefined
  }

  /** Goes where a link says, and says what in it could not be used. */
  #follow(hash: string): void {
    const { at, faults } = standpointOf(hash)
    const before = this.at
    // A picture that is too large for a link stays what it was.
    this.at = isInLinks(before.picture) ? at : { ...at, picture: at.picture || before.picture }
    this.#overtake('link')
    if (faults.length > 0) this.#say(faults.join(' '), 'link')
    this.isFromLink = true
    const recipe = new URLSearchParams(hash.replace(/^#/, '')).get('recipe')
    // Whoever comes back to where a link was has seen its offer.
    if (recipe !== null && !this.wentBack) this.offered = recipe
    const { run } = this
    if (!run) return
    const now = { ...run, step: this.step }
    for (const name of ['step', 'besideStep'] as const) if (at[name] !== before[name]) this.#keepStep(now, name, true)
    if (at.picture !== before.picture) this.#checkPicture(run)
    // A link without a sentence has the usual one, which not every model can read.
    const isWithout = run.sees ? this.at.picture === '' : at.text === home.text && before.text !== home.text
    if (isWithout) void this.#suit(run)
  }

  /** Says what a link asks for and nobody can give, behind what else is wrong with it. */
  #sayOfLink(line: string): void {
    const before = this.#faultOf === 'link' ? `${this.fault} ` : ''
    this.#say(`${before}link: ${line}`, 'link')
  }

  #say(line: string, of?: 'link' | 'storage'): void {
    this.fault = line
    this.#faultOf = of
  }

  /** Puts a line about a subject away. */
  #overtake(of: 'link' | 'storage'): void {
    if (this.#faultOf === of) this.forgive()
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.forgive()
    try {
      await work()
    } catch (error) {
      this.#say(messageOf(error))
    }
  }

  #hear(news: News): void {
    if (news.kind === 'warning') {
      this.#say(news.message, news.message.startsWith('storage:') ? 'storage' : undefined)
      return
    }
    if (news.kind === 'machine') {
      void this.#try(async () => {
        this.machine = await this.talk.ask('machine', {})
      })
      return
    }
    this.course?.hear(news)
    if (news.kind === 'steps') this.step = news.step
    else if (news.kind === 'state') this.state = news.state
    else if (news.kind === 'failed') this.#say(news.failure.message)
    // A state that is kept has overtaken the line that none could be.
    else if (news.kind === 'saved') this.#overtake('storage')
  }
}

/** The number that an entry of the browser's history was given here; undefined for one that a link has just made. */
const entryOf = (state: { readonly entry?: unknown } | null): number | undefined =>
  typeof state?.entry === 'number' ? state.entry : undefined

const key = Symbol('studio')
export const provideStudio = (studio: Studio): Studio => setContext(key, studio)
export const useStudio = (): Studio => getContext(key)
