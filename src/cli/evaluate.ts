// cutaway eval: how surprised a model is by a text that it has (or has not) seen.

import { grouped, table } from '../inspect/lines.ts'
import { surpriseOf } from '../inspect/surprise.ts'
import { readTexts } from '../text/files.ts'
import type { Command } from './command.ts'
import { toggle } from './flags.ts'
import { engineFlags } from './openEngine.ts'
import { noRun, openRunOf } from './openRun.ts'

const flags = { ...engineFlags, json: toggle('print the numbers as JSON') }

export const evaluate: Command<typeof flags> = {
  name: 'eval',
  takes: 'RUN FILE…',
  summary: 'Measures how surprised a model is by a text: loss, perplexity, bits per character',
  flags,
  about: [
    'The text is read in windows as long as the context, one after the other; every character but the first is predicted once.',
  ],
  examples: [{ line: 'cutaway eval runs/shakespeare other-play.txt', does: 'a text it was not trained on' }],
  async run({ values, positionals: [folder, ...files] }, terminal) {
    if (folder === undefined) throw await noRun('eval')
    if (files.length === 0) throw new Error(`eval needs a text: cutaway eval ${folder} FILE….`)
    const { text } = await readTexts(files)
    const { model, tokenizer, engine } = await openRunOf('eval', ['decoder'], folder, values)
    const ids = tokenizer.encode(text)
    if (ids.length < 2) throw new Error('eval: one token holds nothing to predict. Give a longer text.')
    const { loss, perplexity, bitsPerToken, predicted } = await surpriseOf({ model, engine, ids })
    const characters = [...text].length
    const bitsPerCharacter = (bitsPerToken * predicted) / Math.max(1, characters - 1)
    engine.close()
    if (values.json) {
      terminal.print(
        JSON.stringify(
          { run: folder, files, loss, perplexity, bitsPerToken, bitsPerCharacter, predicted, characters },
          undefined,
          2,
        ),
      )
      return 0
    }
    const { vocab, context } = model.config
    terminal.print(
      table(
        [
          ['loss', loss.toFixed(4), `nats per token; guessing costs ${Math.log(vocab).toFixed(4)} (ln ${vocab})`],
          ['perplexity', perplexity.toFixed(3), 'e^loss: between so many equally likely tokens it hesitates'],
          ['bits', bitsPerCharacter.toFixed(4), 'per character: what the text would take, packed by this model'],
          ['predicted', grouped(predicted), `tokens, in windows of ${context}`],
        ],
        ['left', 'right', 'left'],
      ).join('\n'),
    )
    return 0
  },
}
