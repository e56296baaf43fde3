// A run as one that hears, and the sound of a file, for every command that lets a model hear.

import type { Edit } from '../edit/edit.ts'
import { Generator } from '../generate/generate.ts'
import { type Listener, medianWidthIn } from '../generate/transcribe.ts'
import type { SequenceModel } from '../model/language.ts'
import { mono, type Sound } from '../sound/sound.ts'
import { readWav } from '../sound/wav.ts'
import { readNamedBytes } from '../text/openFile.ts'
import { cutaway, quoted } from './invocation.ts'
import { type OpenRun, ownKind } from './openRun.ts'
import { habitsOf, targetStart } from './writingFlags.ts'

/** The sound of a WAV file, of one channel. */
export const openSound = async (file: string): Promise<Sound> =>
  mono(readWav(await readNamedBytes(file, 'recording'), file))

/** A run as one that hears. Throws for one that reads text. */
export function listenerOf(
  command: string,
  folder: string,
  run: OpenRun<SequenceModel>,
  edits: readonly Edit[] = [],
): Listener {
  const { engine, model, tokenizer, features, blueprint } = run
  if (!features) {
    const usual = ownKind(run)?.command ?? 'translate'
    throw new Error(`${command}: ${folder} reads text, and no sound. Try "${cutaway(`${usual} ${quoted(folder)} …`)}".`)
  }
  const habits = habitsOf(run)
  return {
    generator: new Generator({ engine, model, edits }),
    tokenizer,
    features,
    start: targetStart(folder, run, habits),
    end: habits.end,
    habits,
    medianWidth: medianWidthIn(blueprint.config),
  }
}
