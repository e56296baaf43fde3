// A recording as a model that hears reads it, in every command that looks inside.

import { soundFeatures } from '../checkpoint/featureExtractor.ts'
import { promptFor } from '../generate/transcribe.ts'
import type { SequenceModel } from '../model/language.ts'
import { cutaway, quoted } from './invocation.ts'
import type { OpenRun } from './openRun.ts'
import { listenerOf, openSound } from './transcribe.ts'

/** The frames of a recording, and the ids before what is said in it. Throws for a text, and for a recording that is too long. */
export async function heardInputs(
  command: string,
  folder: string,
  run: OpenRun<SequenceModel>,
  file: string,
): Promise<{ readonly source: Float32Array; readonly prompt: readonly number[] }> {
  if (!/\.wav$/i.test(file))
    throw new Error(
      `${command}: ${folder} hears sounds, and reads no text. Name a recording: ${cutaway(`${command} ${quoted(folder)} speech.wav`)}.`,
    )
  const listener = listenerOf(command, folder, run)
  const mel = soundFeatures(listener.features, await openSound(file), file)
  return { source: mel.data, prompt: await promptFor(listener, { mel, heard: mel.frames }, false, {}) }
}
