// A file with sound in it, as samples: a WAV is read by our own reader, wherever it comes from; anything else as the browser decodes it, at the
// rate at which it was taken, so that the one who resamples it is the one who resamples everything.

import { ownRate } from '../../../sound/ownRate.ts'
import type { RecordingFacts } from '../../talk/questions.ts'

/** Megabytes of a packed file; what is in it is many times as large, and a browser unpacks it whole. */
const most = 100

/** Where a file does not say its rate; and the rates that every browser has. */
const usualRate = 48_000
const [leastRate, mostRate] = [8000, 96_000]

/** The sound of a file that was chosen or dropped. Throws for one that the browser cannot decode. */
export async function decoded(file: File): Promise<RecordingFacts> {
  const { name } = file
  if (await isWav(file)) return { name, file }
  if (file.size > most * 1e6)
    throw new Error(
      `listen: ${name} has ${Math.ceil(file.size / 1e6)} MB, and a browser unpacks it whole. Choose one of at most ${most} MB.`,
    )
  const bytes = await file.arrayBuffer()
  const own = ownRate(new Uint8Array(bytes)) ?? usualRate
  const rate = own >= leastRate && own <= mostRate ? own : usualRate
  try {
    const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes)
    const channels = Array.from({ length: sound.numberOfChannels }, (_, i) => sound.getChannelData(i))
    return { name, rate: sound.sampleRate, channels }
  } catch (error) {
    throw new Error(
      file.size === 0
        ? `listen: ${name} is empty. Choose another recording.`
        : `listen: ${name} is no sound that this browser can decode. Choose a WAV, or another recording.`,
      { cause: error },
    )
  }
}

/** True for "RIFF", a size, "WAVE": the name says little. */
async function isWav(file: Blob): Promise<boolean> {
  const letters = String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()))
  return /^RIFF.{4}WAVE$/s.test(letters)
}
