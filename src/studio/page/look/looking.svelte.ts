// The state of looking: the scene, its outline, where in it the person is, and the ways from there. Every component of Look reads it.

import { getContext, setContext } from 'svelte'
import type { ShownValue } from '../../../inspect/proofs/shownNumbers.ts'
import type { AxisPlaces } from '../../../tensor/address.ts'
import { editsWord, readEdits } from '../../place/edits.ts'
import { hashOf, standpointOf } from '../../place/hash.ts'
import type { Standpoint } from '../../place/standpoint.ts'
import { withCodeNumbers } from '../../talk/codeLetters.ts'
import type {
  Beside,
  Facet,
  PictureCodecFacts,
  PictureFacts,
  PlainEdit,
  RunFacts,
  Scene,
} from '../../talk/questions.ts'
import { Asking } from '../asking.svelte.ts'
import { hasWordVectors } from '../modelWords.ts'
import type { Studio } from '../studio.svelte.ts'
import { addressAbove, besideInFlow, crumbsOf, depthOf, siblingsOf } from './depth.ts'
import { Freshness } from './freshness.ts'
import type { ModelTraits } from './meanings.ts'
import { Outline } from './outline.ts'
import type { TextPlace } from './textPlace.ts'

export class LookState {
  readonly studio: Studio
  readonly facts: Asking<'scene'>
  /** Kept here, so that whoever comes back to the lattice finds it as it was. */
  readonly lattice: Asking<'lattice'>
  readonly arcs: Asking<'arcs'>
  /** True where what edits change is seen in place of what is there. */
  showsChange = $state(false)
  /** The matrices that are on the screen, by address and facet: their numbers, which no element has. */
  readonly matrices = new Map<string, ShownValue>()
  /** Counts the changes of the weights that what is seen should follow. */
  fresh = $state(0)
  readonly #freshness = new Freshness()
  /** The run and the step that were read last. */
  #read: { readonly run: RunFacts | undefined; readonly step: number } | undefined
  #freshLater: ReturnType<typeof setTimeout> | undefined
  /** Where the person stood at an address before going on down. */
  readonly #before = new Map<string, Standpoint>()
  /** The edits that were taken back and can be done again, the last one last. */
  undone = $state.raw<readonly PlainEdit[]>([])
  /** Where the person stood when a link of an instrument led to a place, by the hash of the place. */
  readonly #jumps = new Map<string, { readonly from: Standpoint; readonly href: string }>()
  /** The address that was left on the way up, and where that way led: the cell to come back to there. */
  left = $state.raw<{ readonly address: string; readonly to: string }>()
  readonly edits: readonly PlainEdit[] = $derived.by(() => readEdits(this.studio.at.edits))
  readonly scene: Scene = $derived.by(() => ({
    ...this.shape,
    edits: this.edits,
    step: this.studio.at.step,
    moment: this.fresh,
  }))
  /** The scene as far as sizes and formulas depend on it: that weights change does not matter. */
  readonly shape: Scene = $derived.by(() => ({
    text: this.studio.at.text,
    source: this.studio.at.source,
    ...(this.sees && { picture: this.studio.at.picture }),
    edits: [],
    step: undefined,
    moment: 0,
  }))
  readonly outline = $derived.by(() => new Outline(this.facts.answer?.values ?? []))
  readonly depth = $derived.by(() => depthOf(this.studio.at.at, this.outline))
  readonly crumbs = $derived.by(() => crumbsOf(this.studio.at.at, this.outline))
  readonly tokens = $derived.by(() => this.facts.answer?.tokens ?? [])
  readonly sources = $derived.by(() => this.facts.answer?.sources?.tokens ?? this.tokens)
  /** The position that stays selected at every depth, within the text; if none is pinned the last, or of a picture the class token. */
  readonly position = $derived.by(
    () => this.#within(this.studio.at.position, this.tokens.length) ?? (this.sees ? 0 : this.tokens.length - 1),
  )
  readonly from = $derived.by(() => this.#within(this.studio.at.from, this.sources.length))
  /** Whatever the journey is held beside; undefined for nothing. */
  readonly besideJourney = $derived.by(() => {
    const { besideText, besideStep, besidePosition: said } = this.studio.at
    const besidePosition = this.#within(said, this.tokens.length)
    const isNone = besideText === undefined && besideStep === undefined && besidePosition === undefined
    return isNone ? undefined : { besideText, besideStep, besidePosition }
  })
  /** Whatever changes are seen beside: another sentence or step, else the model without edits; undefined where nothing is another. */
  readonly heldBeside: Beside | undefined = $derived.by(() => {
    const { besideText: text, besideStep: step } = this.studio.at
    if (text !== undefined || step !== undefined) return { text, step }
    return this.edits.length > 0 ? {} : undefined
  })
  /** The numbers that are seen of every value. */
  readonly facet: Facet = $derived.by(() => (this.showsChange && this.heldBeside ? 'change' : this.studio.at.of))

  constructor(studio: Studio) {
    this.studio = studio
    this.facts = new Asking(studio.talk, 'scene')
    this.lattice = new Asking(studio.talk, 'lattice')
    this.arcs = new Asking(studio.talk, 'arcs')
  }

  /** The pictures that the model sees; undefined for one that reads texts. */
  get sees(): PictureFacts | undefined {
    return this.studio.run?.sees
  }

  /** The codes of a model that draws; undefined for any other. */
  get draws(): PictureCodecFacts | undefined {
    const { writes } = this.studio.run ?? {}
    return writes?.kind === 'picture' ? writes : undefined
  }

  /** The traits that sentences about the model depend on. */
  get traits(): ModelTraits {
    const { run } = this.studio
    return {
      kind: run?.kind,
      unit: run?.unit,
      sees: this.sees !== undefined,
      isPostNorm: this.outline.isPostNorm,
      hasWordVectors: run && hasWordVectors(run),
    }
  }

  /** The name of its tokens: letters, where they are such. */
  get unit(): 'letter' | 'token' {
    return this.studio.run?.unit === 'token' ? 'token' : 'letter'
  }

  get address(): string {
    return this.studio.at.at
  }

  hrefOf(address: string): string {
    return hashOf({ ...this.studio.at, view: 'look', at: address })
  }

  /** The link of a cell: of a value, or of the gradient of the loss at it. */
  hrefOfCell(address: string, of: 'value' | 'gradient'): string {
    return hashOf({ ...this.studio.at, view: 'look', at: address, of })
  }

  /** Opens an address; `pin`: and pins a position on the way, which is let go again on the way up. */
  open(address: string, pin: { readonly position?: number } = {}): void {
    this.left = undefined
    this.#before.set(this.address, this.studio.at)
    this.studio.go({ view: 'look', at: address, ...pin })
  }

  /** Remembers from where a link led away, which Escape comes back to. */
  leave(href: string): void {
    this.left = undefined
    this.#jumps.set(hashOf(standpointOf(href).at), { from: this.studio.at, href })
  }

  /** Puts the instrument down that is in hand. */
  putDown(): void {
    this.left = { address: this.studio.at.instrument ?? '', to: this.address }
    this.studio.go({ instrument: undefined, asked: '' })
  }

  /** One level up, to the very cell that was left; back from where an instrument led, or out of the instrument. */
  up(): void {
    const here = hashOf(this.studio.at)
    const jump = this.#jumps.get(here)
    if (jump) {
      this.#jumps.delete(here)
      this.left = { address: jump.href, to: jump.from.at }
      this.studio.go(jump.from)
      return
    }
    if (this.studio.at.instrument) {
      this.putDown()
      return
    }
    const up = addressAbove(this.address, this.outline)
    if (up === undefined) return
    this.left = { address: this.address, to: up }
    const { position, from } = this.#before.get(up) ?? this.studio.at
    this.studio.go({ at: up, position, from })
  }

  beside(step: 1 | -1): void {
    const siblings = siblingsOf(this.address, this.outline)
    const next = siblings[siblings.indexOf(this.address) + step]
    if (next !== undefined) this.open(next)
  }

  inFlow(step: 1 | -1): void {
    const next = besideInFlow(this.address, this.outline, step)
    if (next !== undefined) this.open(next)
  }

  turn(): void {
    this.studio.go({ of: this.studio.at.of === 'value' ? 'gradient' : 'value' })
  }

  pin(pair: { readonly position?: number | undefined; readonly from?: number | undefined }): void {
    this.#before.clear()
    this.studio.go(pair, { replace: true })
  }

  /** Changes the model in one place; what is seen runs anew. `isOnTheWay`: while a cell is dragged, which is one edit in the end. */
  edit(edit: PlainEdit, { isOnTheWay = false } = {}): void {
    this.undone = []
    this.#keep([...this.edits.filter(({ at }) => at !== edit.at), edit], isOnTheWay)
  }

  takeBack(at: string): void {
    const own = this.edits.find((edit) => edit.at === at)
    if (own) this.undone = [...this.undone, own]
    this.#keep(this.edits.filter((edit) => edit !== own))
  }

  /** Takes the last edit back; false where there is none. */
  undo(): boolean {
    const last = this.edits.at(-1)
    if (last) this.takeBack(last.at)
    return last !== undefined
  }

  /** Puts another word in place of a token; all that is seen shows what that changes. */
  swap({ from, to }: TextPlace, word: string): void {
    const { text, besideText = text } = this.studio.at
    this.showsChange = true
    this.studio.go({ text: text.slice(0, from) + word + text.slice(to), besideText })
  }

  /** Holds all that is seen beside the model of another kept step, and shows the difference; undefined for beside none. */
  holdBeside(besideStep: number | undefined): void {
    this.showsChange = besideStep !== undefined
    this.studio.go({ besideStep })
  }

  /** The sentence as it was before letters of it were swapped; and no other step beside it. */
  unswap(): void {
    const { besideText } = this.studio.at
    this.studio.go({
      ...(besideText !== undefined && { text: besideText }),
      besideText: undefined,
      besideStep: undefined,
    })
  }

  /** Does what was taken back last; false where there is nothing. */
  redo(): boolean {
    const last = this.undone.at(-1)
    if (!last) return false
    this.undone = this.undone.slice(0, -1)
    this.#keep([...this.edits.filter(({ at }) => at !== last.at), last])
    return true
  }

  #keep(edits: readonly PlainEdit[], isOnTheWay = false): void {
    if (edits.length === 0) this.showsChange = false
    this.studio.go({ edits: editsWord(edits) }, { replace: isOnTheWay })
  }

  /** The token at a place on an axis along the text, in quotes. */
  wordAt(axis: string, place: number): string | undefined {
    const words = axis === 'position' ? this.tokens : axis === 'source' ? this.sources : undefined
    return words?.[place]
  }

  /** Places in words: `position 16 "b", source 4 "e"`. */
  placesText(at: AxisPlaces): string {
    return Object.entries(at)
      .map(([axis, place]) => {
        const word = this.wordAt(axis, place)
        return word === undefined ? `${axis} ${place}` : `${axis} ${place} “${shownToken(word)}”`
      })
      .join(', ')
  }

  /** Follows the weights: at once when a training rests, now and then while it goes on. */
  follow(isTraining: boolean): void {
    clearTimeout(this.#freshLater)
    const { run, step } = this.studio
    if (this.#read?.run === run && this.#read?.step === step) return
    const looksMs = this.studio.course?.looksMs ?? 0
    const wait = isTraining ? this.#freshness.wait(performance.now(), looksMs) : 0
    this.#freshLater = setTimeout(() => {
      this.#freshness.read(performance.now(), looksMs)
      this.#read = { run, step }
      this.fresh++
    }, wait)
  }

  #within(place: number | undefined, length: number): number | undefined {
    return place !== undefined && place < length ? place : undefined
  }
}

/** A token as it is shown: spaces and line ends are seen. */
export const shownToken = (token: string): string =>
  withCodeNumbers(token).replaceAll(' ', '␣').replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll('\r', '␍') || '∅'

const key = Symbol('looking')
export const provideLook = (look: LookState): LookState => setContext(key, look)
export const useLook = (): LookState => getContext(key)
