// The beginnings of texts in the commands that read or write them: the flag and the help for what src/text/opening.ts does.

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { toggle } from './flags.ts'

export const openingFlags = {
  noSpecial: toggle('leave out the special tokens that the tokenizer puts around a text, such as <s>'),
}

/** Its words in the help. */
export const openingHelp =
  'A text begins with what the tokenizer puts before it (<s>, where it has that), and with nothing else: the same in generate, eval and attention. Without a text, a model begins with what the tokenizer puts before one, or else with its own bos_token_id; a run that was trained here begins a new line, and so do all with --no-special.'

/** Says that a run was trained here: then it has seen texts as they stand, and goes on beyond what it sees at once. */
export async function isTrainedHere(folder: string): Promise<boolean> {
  return (await stat(join(folder, 'training.safetensors')).catch(() => undefined)) !== undefined
}
