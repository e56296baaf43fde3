// The flag --edit, for every command that runs a model: values replaced while it runs.

import type { Edit, OtherRun } from '../edit/edit.ts'
import { parseEdit } from '../edit/editText.ts'
import { textLimits } from '../model/reads.ts'
import { openingOf } from '../text/opening.ts'
import { texts } from './flags.ts'
import type { OpenRun } from './openRun.ts'

export const editFlags = {
  edit: texts(
    'replace a value: \'blocks.1.mlp.output = 0\'; also "mean", "scale 2", "add 0.5", \'from "other text"\'',
    {
      value: "'ADDRESS = …'",
    },
  ),
}

interface EditValues {
  readonly edit: readonly string[]
  readonly noSpecial?: boolean
}

/**
 * The edits that a command was told.
 *
 * - `written`: another text as the command writes it before the model reads it
 */
export function editsOf(
  command: string,
  { model, tokenizer }: Pick<OpenRun, 'model' | 'tokenizer'>,
  { edit, noSpecial = false }: EditValues,
  written: (text: string) => string = (text) => text,
): readonly Edit[] {
  return edit.map((each) =>
    parseEdit(each, (other): OtherRun => {
      if (model.kind === 'encoder-decoder')
        throw new Error(
          `${command}: --edit: "from" needs a source and a target where the model is a translator. Give other edits.`,
        )
      const text = written(other)
      const special = !noSpecial
      const ids =
        model.kind === 'decoder' ? openingOf(tokenizer, text, { special }) : tokenizer.encode(text, { special })
      const { context } = textLimits(command, model)
      if (ids.length > context)
        throw new Error(
          `${command}: --edit: the other text has ${ids.length} tokens, but the model looks at ${context} at most. Give a shorter one.`,
        )
      return { ids }
    }),
  )
}

/** The edits as they were given, for a command's JSON; nothing where there are none. */
export const editsSaid = ({ edit }: EditValues): { readonly edits?: readonly string[] } =>
  edit.length > 0 ? { edits: edit } : {}
