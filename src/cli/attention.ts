// cutaway attention: where each position of a text looks, head by head; in the terminal, or as a picture or a page.

import { writePng } from '../image/writePng.ts'
import { type AttentionPattern, attentionPatterns } from '../inspect/pattern.ts'
import { drawnFigure } from '../show/drawnFigure.ts'
import { patternsFigure } from '../show/patternsFigure.ts'
import { patternsPage } from '../show/patternsPage.ts'
import { attentionOnPicture } from './attentionPicture.ts'
import { attentionScript } from './attentionScript.ts'
import type { Command } from './command.ts'
import { whole, wholes } from './flags.ts'
import { lookInside, lookingFlags } from './lookInside.ts'
import { openingHelp } from './opening.ts'
import { mediumOf, namesRecording } from './openRun.ts'

const flags = {
  layer: wholes('only these layers, counted from 0'),
  head: wholes('only these heads, counted from 0'),
  patch: whole('of a picture: where this patch looks, counted along rows from 0, rather than the class token', {
    least: 0,
  }),
  ...lookingFlags,
}

export const attentionCommand: Command<typeof flags> = {
  name: 'attention',
  takes: 'RUN TEXT',
  summary:
    'Shows where each position of a text looks. A row is a position that asks, a column a source that answers; the shares of a row add up to 1',
  flags,
  about: [
    'A translator has three kinds of patterns: in its encoder the source looks at itself, in its decoder the target looks at what it has written so far, and across it looks at the source.',
    'Of a model that draws, the attention across is laid over the picture that it draws of the words: for each head and each word, where patches looked at it.',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway attention runs/shakespeare "To be, or not"', does: 'all layers and heads' },
    { line: 'cutaway attention runs/shakespeare "To be, or not" --layer 0,1 --head 2', does: 'some of them' },
    { line: 'cutaway attention runs/shakespeare "To be, or not" --html attention.html', does: 'a page to look at' },
    {
      line: 'cutaway attention models/whisper-tiny.en speech.wav --html heard.html',
      does: 'where a model that hears looks in a sound',
    },
    { line: 'cutaway attention runs/mnist seven.png --svg seven.svg', does: 'laid over a picture, per head' },
    {
      line: 'cutaway attention runs/scenes "a small red square above a large blue ring" --layer 1 --svg words.svg',
      does: 'words over the picture that they draw',
    },
    { line: 'cutaway attention runs/dates "3. Mai 2021" --target 2021-05-03', does: 'a translator, and its source' },
  ],
  async run({ values, positionals: [folder, given, ...more] }, terminal) {
    const isOne = folder !== undefined && given !== undefined && more.length === 0
    if (isOne && namesRecording(given) && (await mediumOf(folder)) === 'recording') {
      const { soundAttention } = await import('./soundAttention.ts')
      return soundAttention({ folder, file: given, values }, terminal)
    }
    return lookInside(
      'attention',
      { values, folder, given, more },
      terminal,
      async ({ run, looking, ids = [], sourceIds, tokens, source, drawn, picture }) => {
        if (picture) return attentionOnPicture(looking, picture, values)
        if (values.patch !== undefined)
          throw new Error('attention: --patch is for a run that reads pictures. Leave it out, or name such a run.')
        const patterns = await attentionPatterns({ ...looking, layers: values.layer, heads: values.head })
        if (drawn && source && run.codec?.kind === 'picture') {
          const { grid } = run.codec
          const png = await writePng(run.codec.decode(drawn))
          const address = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
          return {
            facts: { drawn, patterns: patterns.map(rowByRow) },
            figure: () => drawnFigure(patterns, { words: source, picture: { ...grid, address } }),
          }
        }
        return {
          facts: { patterns: patterns.map(rowByRow) },
          figure: () => patternsFigure(patterns, { tokens, source }),
          page: async (notes) =>
            patternsPage(patterns, { tokens, source, ids, sourceIds, notes, script: await attentionScript() }),
        }
      },
    )
  },
}

/** A pattern whose shares are a list for each position that asks. */
const rowByRow = ({ positions, sources, shares, ...which }: AttentionPattern) => ({
  ...which,
  shares: Array.from({ length: positions }, (_, p) => Array.from(shares.subarray(p * sources, (p + 1) * sources))),
})
