// cutaway attention: where each position of a text looks, head by head; in the terminal, or as a picture or a page.

import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { patternLines } from '../inspect/cells.ts'
import { patternSvg } from '../inspect/figure.ts'
import { patternPage } from '../inspect/page.ts'
import { attentionPatterns } from '../inspect/pattern.ts'
import type { Command } from './command.ts'
import { text, toggle, wholes } from './flags.ts'
import { engineFlags } from './openEngine.ts'
import { noRun, openRun } from './openRun.ts'

const flags = {
  layer: wholes('only these layers, counted from 0'),
  head: wholes('only these heads, counted from 0'),
  svg: text('save a picture, for documents', { value: 'FILE' }),
  html: text('save a page, where pointing at a cell tells what it is', { value: 'FILE' }),
  ...engineFlags,
  json: toggle('print tokens and shares as JSON'),
}

export const attention: Command<typeof flags> = {
  name: 'attention',
  takes: 'RUN TEXT',
  summary:
    'Shows where each position of a text looks. A row is a position that asks, a column a source that answers; the shares of a row add up to 1',
  flags,
  examples: [
    { line: 'cutaway attention runs/shakespeare "To be, or not"', does: 'all layers and heads' },
    { line: 'cutaway attention runs/shakespeare "To be, or not" --layer 0,1 --head 2', does: 'some of them' },
    { line: 'cutaway attention runs/shakespeare "To be, or not" --html attention.html', does: 'a page to look at' },
  ],
  async run({ values, positionals: [folder, given, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('attention')
    if (given === undefined || given === '')
      throw new Error(`attention needs a text: cutaway attention ${folder} "a text".`)
    if (more.length > 0)
      throw new Error(`attention takes one text, but got also "${more.join(' ')}". Put the text in quotes.`)
    const { model, tokenizer, engine } = await openRun(folder, values)
    const ids = tokenizer.encode(given)
    if (ids.length > model.config.context) {
      throw new Error(
        `attention: the text has ${ids.length} tokens, but the model looks at ${model.config.context} at most. Give a shorter one.`,
      )
    }
    const patterns = await attentionPatterns({ model, engine, ids, layers: values.layer, heads: values.head })
    engine.close()
    const figure = { tokens: Array.from(ids, (id) => tokenizer.piece(id)), patterns }
    if (values.svg !== undefined) await save(values.svg, patternSvg(figure))
    if (values.html !== undefined) await save(values.html, patternPage(figure))
    if (values.json) {
      const heads = patterns.map(({ address, layer, head, positions, sources, shares }) => ({
        address,
        layer,
        head,
        shares: Array.from({ length: positions }, (_, p) =>
          Array.from(shares.subarray(p * sources, (p + 1) * sources), rounded),
        ),
      }))
      terminal.print(JSON.stringify({ run: folder, text: given, tokens: figure.tokens, patterns: heads }))
    } else if (values.svg === undefined && values.html === undefined) {
      terminal.print(patternLines(figure, terminal).join('\n'))
    } else terminal.print(`Saved in ${[values.svg, values.html].filter((file) => file !== undefined).join(' and ')}.`)
    return 0
  },
}

const rounded = (share: number): number => Number(share.toPrecision(6))

async function save(file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? `there is no folder ${dirname(file)}` : error.message
    throw new Error(`${file}: it cannot be saved: ${reason}. Name another file.`, { cause: error })
  })
}
