// cutaway fill: which words may stand where a text is masked.

import { MaskFiller } from '../generate/fill.ts'
import { tableLines } from '../show/lines.ts'
import { visible } from '../show/visible.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { noRun, openRunOf, runFlags } from './openRun.ts'

const flags = {
  top: whole('how many tokens are shown for each mask', { least: 1, otherwise: 5 }),
  ...editFlags,
  ...runFlags,
  json: toggle('print tokens and probabilities as JSON'),
}

export const fillCommand: Command<typeof flags> = {
  name: 'fill',
  takes: 'RUN TEXT',
  summary:
    'Says which tokens may stand where a text has [MASK], and how likely each is, by a model that sees both sides',
  flags,
  examples: [
    { line: 'cutaway fill models/bert "The cat [MASK] on the mat."', does: 'the five likeliest tokens' },
    { line: 'cutaway fill models/bert "[MASK] are [MASK]." --top 3', does: 'several masks, each by itself' },
  ],
  async run({ values, positionals: [folder, text, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('fill', ['masked'])
    if (text === undefined)
      throw new Error(`fill needs a text with a mask: ${cutaway(`fill ${quoted(folder)} "… [MASK] …"`)}.`)
    if (more.length > 0) throw new Error(`fill takes one text, but got also "${more.join(' ')}". Put it in quotes.`)
    const run = await openRunOf('fill', ['masked'], folder, values, terminal)
    try {
      const { model, engine, tokenizer } = run
      const { mask } = tokenizer.special
      if (mask === undefined)
        throw new Error(
          `fill: the tokenizer of ${folder} has no token for a mask. Take a model that was trained to fill in.`,
        )
      const written = (given: string): string => given.replaceAll('[MASK]', tokenizer.piece(mask))
      const ids = tokenizer.encode(written(text), { special: true })
      if (!ids.includes(mask))
        throw new Error(`fill: there is no [MASK] in ${JSON.stringify(text)}. Put one where a token is to be guessed.`)
      const edits = await editsOf('fill', folder, run, values, written)
      const masks = await new MaskFiller({ engine, model, edits }).fill({ ids, mask, top: values.top ?? 5 })
      const filled = masks.map(({ position, fillings }) => ({
        position,
        fillings: fillings.map(({ id, probability }) => {
          const guessed = ids.with(position, id)
          return { id, token: tokenizer.piece(id), probability, text: tokenizer.decode(guessed) }
        }),
      }))
      if (values.json) {
        terminal.print(JSON.stringify({ text, ...editsSaid(values), masks: filled }, undefined, 2))
        return 0
      }
      const { bold } = terminal.colours
      for (const [i, { fillings }] of filled.entries()) {
        if (filled.length > 1) terminal.print(bold(`mask ${i + 1} of ${filled.length}`))
        const rows = fillings.map(({ token, probability, text: whole }) => {
          const row = [visible(token), probability.toFixed(3)]
          return filled.length > 1 ? row : [...row, whole.replace(/[\r\n]/g, visible)]
        })
        for (const line of tableLines(rows, filled.length > 1 ? ['left', 'right'] : ['left', 'right', 'left']))
          terminal.print(`  ${line}`)
      }
      return 0
    } finally {
      run.engine.close()
    }
  },
}
