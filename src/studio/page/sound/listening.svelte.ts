// The state of listening: the recording that is here, and what was heard in it.

import type { Sound } from '../../../sound/sound.ts'
import { messageOf } from '../../talk/messageOf.ts'
import type { HeardFacts, RecordingFacts } from '../../talk/questions.ts'
import { Outdated } from '../../talk/talk.ts'
import type { LookState } from '../look/looking.svelte.ts'
import { decoded } from './decoded.ts'
import { type Hearing, type OpenMicrophone, openMicrophone } from './microphone.ts'

const subject = 'listening'

export class Listening {
  readonly #look: LookState
  readonly #window: number
  /** The address of the recording, to be played. */
  address = $state<string>()
  seconds = $state(0)
  facts = $state.raw<HeardFacts>()
  isListening = $state(false)
  /** Seconds and loudness of the microphone, while it is open. */
  hearing = $state.raw<Hearing>()
  /** True while the browser asks whether the microphone may be used. */
  isOpening = $state(false)
  fault = $state<string>()
  #microphone: Promise<OpenMicrophone> | undefined
  /** The number of recordings of each name that were here. */
  readonly #counts = new Map<string, number>()

  /** `window`: the seconds that the model hears at once; a microphone is not open for longer. */
  constructor(look: LookState, window: number) {
    this.#look = look
    this.#window = window
  }

  /** Takes a file that was chosen or dropped. */
  take(file: File): Promise<void> {
    return this.#hear(() => decoded(file))
  }

  /** Opens the microphone, or closes it; nothing while a recording is being heard, or the browser asks. */
  turn(): void {
    if (this.isOpening || this.isListening) return
    if (this.hearing) void this.stop()
    else void this.record()
  }

  /** Opens the microphone, until `stop`, or until the model hears no more. Says in a line where there is none, or it may not be used. */
  async record(): Promise<void> {
    this.fault = undefined
    const opening = openMicrophone((hearing) => {
      this.hearing = hearing
      if (hearing.seconds >= this.#window) void this.stop()
    })
    this.#microphone = opening
    this.isOpening = true
    try {
      const microphone = await opening
      // Who has left in the meantime does not hear any more.
      if (this.#microphone !== opening) microphone.close()
      else this.hearing ??= { seconds: 0, loudness: -Infinity }
    } catch (error) {
      this.#microphone = undefined
      this.fault = messageOf(error)
    }
    this.isOpening = false
  }

  /** Closes the microphone; what was said is heard. */
  async stop(): Promise<void> {
    const microphone = await this.#closing()
    if (!microphone) return
    const { rate, samples } = microphone.close()
    await this.#hear(async () => {
      if (!samples.some((sample) => sample !== 0))
        throw new Error(
          'listen: the microphone gave nothing but silence. It may be muted: look there, or choose a file.',
        )
      return { name: 'recording', rate, channels: [samples.slice(0, Math.ceil(this.#window * rate))] }
    })
  }

  /** Leaves the page's part: the microphone is closed, and the recording is given back. */
  leave(): void {
    void this.#closing().then((microphone) => microphone?.close())
    if (this.address !== undefined) URL.revokeObjectURL(this.address)
  }

  #closing(): Promise<OpenMicrophone | undefined> {
    const opened = Promise.resolve(this.#microphone).catch(() => undefined)
    this.#microphone = undefined
    this.hearing = undefined
    return opened
  }

  async #hear(open: () => Promise<RecordingFacts>): Promise<void> {
    const { studio, scene } = this.#look
    this.fault = undefined
    this.facts = undefined
    this.isListening = true
    try {
      const recording = await open()
      const { sound, seconds, wav } = await studio.talk.ask('recording', { recording }, { subject: 'recording' })
      if (this.address !== undefined) URL.revokeObjectURL(this.address)
      this.address = URL.createObjectURL(wav)
      this.seconds = seconds
      await this.#ask(this.#nameFor(recording), sound, scene)
    } catch (error) {
      if (error instanceof Outdated) return
      this.fault = messageOf(error)
    }
    this.isListening = false
  }

  /** A recording of the same name may be another. */
  #nameFor({ name }: RecordingFacts): string {
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  }

  async #ask(name: string, sound: Sound, scene: LookState['scene']): Promise<void> {
    const { studio } = this.#look
    const report = (_: number, _of: number, part: HeardFacts | undefined): void => {
      this.facts = part
    }
    this.facts = await studio.talk.ask('hear', { scene, name, sound }, { subject, report })
    studio.go({ source: name, text: this.facts.text, position: undefined, from: undefined }, { replace: true })
  }
}
