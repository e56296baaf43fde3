// cutaway attention: where each position of a text looks, head by head; in the terminal, or as a picture or a page.

import { attentionPatterns } from '../inspect/pattern.ts'
import { patternLines } from '../show/cells.ts'
import { patternPage } from '../show/html.ts'
import { patternSvg } from '../show/svg.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { path, text, toggle, wholes } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { openingFlags, openingHelp } from './opening.ts'
import { noRun, openRun, runFlags } from './openRun.ts'
import { checkCanSave, saveFile } from './saveFile.ts'
import { textInputs } from './textInputs.ts'

const flags = {
  target: text('for a translator: the target that it writes, rather than what it would write itself'),
  layer: wholes('only these layers, counted from 0'),
  head: wholes('only these heads, counted from 0'),
  svg: path('save a picture, for documents', { value: 'FILE' }),
  html: path('save a page, where pointing at a cell tells what it is', { value: 'FILE' }),
  ...editFlags,
  ...openingFlags,
  ...runFlags,
  json: toggle('print tokens and shares as JSON'),
}

export const attentionCommand: Command<typeof flags> = {
  name: 'attention',
  takes: 'RUN TEXT',
  summary:
    'Shows where each position of a text looks. A row is a position that asks, a column a source that answers; the shares of a row add up to 1',
  flags,
  about: [
    'A translator has three kinds of patterns: in its encoder the source looks at itself, in its decoder the target looks at what it has written so far, and across it looks at the source.',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway attention runs/shakespeare "To be, or not"', does: 'all layers and heads' },
    { line: 'cutaway attention runs/shakespeare "To be, or not" --layer 0,1 --head 2', does: 'some of them' },
    { line: 'cutaway attention runs/shakespeare "To be, or not" --html attention.html', does: 'a page to look at' },
    { line: 'cutaway attention runs/dates "3. Mai 2021" --target 2021-05-03', does: 'a translator, and its source' },
  ],
  async run({ values, positionals: [folder, given, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('attention')
    if (given === undefined || given === '')
      throw new Error(`attention needs a text: ${cutaway(`attention ${quoted(folder)} "a text"`)}.`)
    if (more.length > 0)
      throw new Error(`attention takes one text, but got also "${more.join(' ')}". Put the text in quotes.`)
    for (const file of [values.svg, values.html]) {
      if (file === undefined) continue
      terminal.goOn()
      await checkCanSave(file)
    }
    const run = await openRun(folder, values, terminal)
    try {
      const { model, tokenizer, engine } = run
      const inputs = await textInputs('attention', folder, run, terminal, {
        given,
        target: values.target,
        special: !values.noSpecial,
      })
      const edits = editsOf('attention', run, values)
      const patterns = await attentionPatterns({
        model,
        engine,
        inputs,
        edits,
        layers: values.layer,
        heads: values.head,
      })
      const pieces = (ids: ArrayLike<number>): string[] => Array.from(ids, (id) => tokenizer.piece(id))
      const figure = { tokens: pieces(inputs.ids), ...(inputs.source && { source: pieces(inputs.source) }), patterns }
      if (values.svg !== undefined) await saveFile(values.svg, patternSvg(figure))
      if (values.html !== undefined) await saveFile(values.html, patternPage(figure))
      if (values.json) {
        const heads = patterns.map(({ address, part, layer, head, positions, sources, shares }) => ({
          address,
          ...(part && { part }),
          layer,
          head,
          shares: Array.from({ length: positions }, (_, p) =>
            Array.from(shares.subarray(p * sources, (p + 1) * sources), rounded),
          ),
        }))
        const { tokens, source } = figure
        terminal.print(
          JSON.stringify({
            run: folder,
            text: given,
            ...editsSaid(values),
            tokens,
            ...(source && { source }),
            patterns: heads,
          }),
        )
      } else if (values.svg === undefined && values.html === undefined) {
        terminal.print(terminal.painted(patternLines(figure, terminal).join('\n')))
      } else terminal.print(`Saved in ${[values.svg, values.html].filter((file) => file !== undefined).join(' and ')}.`)
      return 0
    } finally {
      run.engine.close()
    }
  },
}

const rounded = (share: number): number => Number(share.toPrecision(6))
