// The microphone: opened when somebody asks for it, its samples kept here alone, and closed as soon as enough was said. What it gives are its
// own samples, at its own rate: nothing packs them, and nothing sends them anywhere.

import { loudness } from '../../../sound/loudness.ts'
import { inTurn, type Sound, secondsOf } from '../../../sound/sound.ts'
import tapAddress from './microphoneTap.ts?worker&url'

export interface OpenMicrophone {
  /** Closes it: what was heard since it was opened. */
  close(): Sound
}

export interface Hearing {
  /** Seconds since it was opened. */
  readonly seconds: number
  /** The loudness of the last moment, in decibels. */
  readonly loudness: number
}

/** Opens it; whoever opened it is told of what it hears. Throws, in a line, where there is none, or where it may not be used. */
export async function openMicrophone(tell: (hearing: Hearing) => void): Promise<OpenMicrophone> {
  const stream = await askedFor()
  const closeStream = (): void => {
    for (const track of stream.getTracks()) track.stop()
  }
  try {
    const context = new AudioContext()
    await context.audioWorklet.addModule(tapAddress)
    const tap = new AudioWorkletNode(context, 'microphone-tap', {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    })
    const { sampleRate: rate } = context
    const heard: Sound[] = []
    let seconds = 0
    tap.port.onmessage = ({ data }: MessageEvent<readonly Float32Array[]>) => {
      const moment = joined(data.map((samples) => ({ rate, samples })))
      heard.push(moment)
      seconds += secondsOf(moment)
      tell({ seconds, loudness: loudness(moment.samples) })
    }
    context.createMediaStreamSource(stream).connect(tap)
    await begun(context)
    return {
      close() {
        tap.port.onmessage = null
        closeStream()
        void context.close()
        return heard.length === 0 ? { rate, samples: new Float32Array() } : joined(heard)
      },
    }
  } catch (error) {
    closeStream()
    if (error instanceof NoBeginning) throw error
    throw new Error('listen: this browser gives no samples of a microphone. Choose a file.', { cause: error })
  }
}

/** The longest that a browser may take to begin: without anything that plays sound, some never do. */
const patienceMs = 5000

class NoBeginning extends Error {}

/** Waits until the browser's sound has begun. Throws, in a line, where it does not. */
async function begun(context: AudioContext): Promise<void> {
  const tooLong = Symbol('too long')
  const late = new Promise<typeof tooLong>((resolve) => setTimeout(() => resolve(tooLong), patienceMs))
  if ((await Promise.race([context.resume(), late])) !== tooLong) return
  void context.close()
  throw new NoBeginning(
    'listen: the sound of this browser does not begin: it may find no device that plays any, or another program may have it. Look there, or choose a file.',
  )
}

const joined = (sounds: readonly Sound[]): Sound => inTurn(sounds, 0)

/** Without what browsers do for calls: a model learns from recordings as they are. */
const asItIs = { channelCount: 1, echoCancellation: false, noiseSuppression: false }

async function askedFor(): Promise<MediaStream> {
  if (!navigator.mediaDevices)
    throw new Error(
      'listen: this page may not use a microphone, since it was not loaded from a secure place (https, or this machine). Choose a file.',
    )
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: asItIs })
  } catch (error) {
    const name = error instanceof DOMException ? error.name : ''
    throw new Error(`listen: ${refusals[name] ?? refusals['NotFoundError']}`, { cause: error })
  }
}

/** Reasons for there being none, by the names that browsers have for them. */
const refusals: Readonly<Record<string, string>> = {
  NotAllowedError: 'the browser does not let this page use the microphone. Allow it there, or choose a file.',
  NotReadableError: 'the microphone gives nothing; another program may have it. Close that, or choose a file.',
  NotFoundError: 'there is no microphone that could be used. Choose a file.',
}
