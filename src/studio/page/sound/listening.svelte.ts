// The state of listening: the recording that is here, and what was heard in it.

import type { Sound } from '../../../sound/sound.ts'
import { messageOf } from '../../talk/messageOf.ts'
import type { HeardFacts, RecordingFacts } from '../../talk/questions.ts'
import { Outdated } from '../../talk/talk.ts'
import type { LookState } from '../look/looking.svelte.ts'

const subject = 'listening'

/** A longer one nobody speaks here. */
const mostSpokenMs = 30_000

export class Listening {
  readonly #look: LookState
  /** The address of the recording, to be played. */
  address = $state<string>()
  seconds = $state(0)
  facts = $state.raw<HeardFacts>()
  isListening = $state(false)
  /** True while the microphone is open. */
  isOpen = $state(false)
  fault = $state<string>()
  #recorder: MediaRecorder | undefined
  #count = 0

  constructor(look: LookState) {
    this.#look = look
  }

  /** Takes a file that was chosen or dropped: a WAV as it is, anything else as the browser decodes it. */
  take(file: File): Promise<void> {
    return this.#hear(async () => {
      const { name } = file
      return /\.wav$/i.test(name) ? { name, file } : decoded(file, name)
    })
  }

  /** Opens the microphone, until `stop`. Says in a line where there is none, or it may not be used. */
  async speak(): Promise<void> {
    this.fault = undefined
    try {
      const stream = await microphone()
      const recorder = new MediaRecorder(stream)
      const parts: Blob[] = []
      recorder.ondataavailable = ({ data }) => parts.push(data)
      recorder.onstop = () => {
        for (const track of stream.getTracks()) track.stop()
        this.isOpen = false
        void this.#hear(() => decoded(new Blob(parts, { type: recorder.mimeType }), 'what was spoken'))
      }
      recorder.start()
      this.#recorder = recorder
      this.isOpen = true
      setTimeout(() => {
        if (this.#recorder === recorder) this.stop()
      }, mostSpokenMs)
    } catch (error) {
      this.fault = messageOf(error)
    }
  }

  /** Closes the microphone; what was spoken is heard. */
  stop(): void {
    if (this.#recorder?.state === 'recording') this.#recorder.stop()
    this.#recorder = undefined
  }

  /** Leaves the page's part: the microphone is closed, and the recording is given back. */
  leave(): void {
    if (this.#recorder) {
      this.#recorder.onstop = null
      for (const track of this.#recorder.stream.getTracks()) track.stop()
      this.stop()
    }
    if (this.address !== undefined) URL.revokeObjectURL(this.address)
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
      // A recording of the same name may be another.
      const name = this.#count++ === 0 ? recording.name : `${recording.name} (${this.#count})`
      await this.#ask(name, sound, scene)
    } catch (error) {
      if (error instanceof Outdated) return
      this.fault = messageOf(error)
    }
    this.isListening = false
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

/** A sound as the browser decodes it. Throws for a file that is none. */
async function decoded(blob: Blob, name: string): Promise<RecordingFacts> {
  const bytes = await blob.arrayBuffer()
  try {
    const sound = await new OfflineAudioContext(1, 1, 16_000).decodeAudioData(bytes)
    const channels = Array.from({ length: sound.numberOfChannels }, (_, i) => sound.getChannelData(i))
    return { name, rate: sound.sampleRate, channels }
  } catch (error) {
    throw new Error(`listen: ${name} cannot be decoded by this browser. Choose a WAV, or another recording.`, {
      cause: error,
    })
  }
}

async function microphone(): Promise<MediaStream> {
  if (!navigator.mediaDevices)
    throw new Error(
      'listen: this page may not use a microphone, since it was not loaded from a secure place. Choose a file.',
    )
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true })
  } catch (error) {
    const isDenied = error instanceof DOMException && error.name === 'NotAllowedError'
    throw new Error(
      isDenied
        ? 'listen: the browser does not let this page use the microphone. Allow it there, or choose a file.'
        : 'listen: there is no microphone that could be used. Choose a file.',
      { cause: error },
    )
  }
}
