// A recording as a model that hears reads it, in every command that looks inside.

import { stat } from 'node:fs/promises'
import { soundFeatures } from '../checkpoint/featureExtractor.ts'
import { promptFor } from '../generate/transcribe.ts'
import type { SequenceModel } from '../model/language.ts'
import type { MelFrames } from '../sound/logMel.ts'
import type { Sound } from '../sound/sound.ts'
import { cutaway, quoted } from './invocation.ts'
import { listenerOf, openSound } from './listener.ts'
import { namesRecording, type OpenRun } from './openRun.ts'

/** The frames of a recording, and the ids before what is said in it. Throws for a text, and for a recording that is too long. */
export async function heardInputs(
  command: string,
  folder: string,
  run: OpenRun<SequenceModel>,
  file: string,
): Promise<{ readonly source: Float32Array; readonly prompt: readonly number[] }> {
  const mel = await heardFrames(command, folder, run, file)
  const listener = listenerOf(command, folder, run)
  return { source: mel.data, prompt: await promptFor(listener, { mel, heard: mel.frames }, false, {}) }
}

/** The frames of a recording. Throws for a text, and for a recording that is too long. */
export async function heardFrames(
  command: string,
  folder: string,
  { features }: Pick<OpenRun, 'features'>,
  file: string,
): Promise<MelFrames> {
  if (!features) throw new Error(`${command}: ${folder} reads text, and no sound. Give a text.`)
  return soundFeatures(features, await heardSound(command, folder, file), file)
}

/** The sound of a recording for a model that hears. Throws for a text: what is no file, nor named as one. */
async function heardSound(command: string, folder: string, file: string): Promise<Sound> {
  if (!namesRecording(file) && (await stat(file).catch(() => undefined)) === undefined)
    throw new Error(
      `${command}: ${folder} hears sounds, and reads no text. Name a recording: ${cutaway(`${command} ${quoted(folder)} speech.wav`)}.`,
    )
  return openSound(file)
}

/** The encoder's positions, by the second at which each begins: `0.02s`. */
export function heardPlaces({ model, features }: Pick<OpenRun, 'model' | 'features'>): string[] {
  const { sourceContext } = model.config as { readonly sourceContext?: number }
  if (!features || sourceContext === undefined)
    throw new Error('heard: the model hears no sound, so that its positions have no times.')
  return Array.from({ length: sourceContext }, (_, i) => `${((i * features.seconds) / sourceContext).toFixed(2)}s`)
}
