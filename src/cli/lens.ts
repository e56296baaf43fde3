// cutaway lens: what the model would say if it stopped after a block.

import { readFile } from 'node:fs/promises'
import { guessAt, readsSeveral } from '../inspect/stream/guessAt.ts'
import { type LensSettings, logitLens } from '../inspect/stream/lens.ts'
import { checkNoPosition } from '../inspect/stream/readout.ts'
import { tunedLensBytes, tunedLensFrom } from '../inspect/stream/savedLens.ts'
import type { TunedLens } from '../inspect/stream/tunedLens.ts'
import { tuneLens } from '../inspect/stream/tuneLens.ts'
import { lensFigure } from '../show/lensFigure.ts'
import { readTexts } from '../text/files.ts'
import type { Command } from './command.ts'
import { choice, type FlagValues, path, text, toggle, whole } from './flags.ts'
import { askedPosition, type ExampleInRun, lookInside, lookingFlags, usualPosition } from './lookInside.ts'
import { openingHelp } from './opening.ts'
import { tunedLens as savedLens } from './savedKinds.ts'
import { checkAreApart, checkCanSave, checkIsOther, saveFile } from './saveFile.ts'
import type { Terminal } from './terminal.ts'

const flags = {
  scale: choice("the scale of a state: its own, or the last one's", ['own', 'final']),
  middle: toggle('read the middle of each block too, between attention and MLP'),
  top: whole('how many guesses are told', { least: 1, otherwise: 5 }),
  token: text('a token whose rank and probability are told', { value: '" x"' }),
  position: whole('the position that is shown closer, from 0, or from the end: -1', { usual: 'the last' }),
  tune: path('train a tuned lens on a text, and look through that too', { value: 'FILE' }),
  tuned: path('a tuned lens: the file to look through, or where --tune saves what it trained', { value: 'FILE' }),
  steps: whole('how many steps the tuned lens learns', { least: 1, usual: '250' }),
  ...lookingFlags,
}

export const lensCommand: Command<typeof flags> = {
  name: 'lens',
  takes: 'RUN TEXT',
  summary: 'Shows what the model would say if it stopped after a block: its stream there, read as the last one is',
  flags,
  about: [
    'A column is a token, a row the stream after a block; in the cell stands the best guess for the token that comes next, or, of a model that was trained with hidden tokens, for the one that stands there. Entropy says how unsure the guess is, KL how far it is from what the model says in the end, both in nats.',
    'A classifier that reads several positions at once (the class token and the mean of the patches; two tokens) has one row for each state: what all positions together say.',
    'At its own scale a state is normalised by its own statistics, at the final one by those of the last state at this position. A tuned lens has a translator for each state, which learns what the blocks behind make of it.',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway lens runs/shakespeare "To be, or not"', does: 'the guesses after every block' },
    {
      line: 'cutaway lens runs/shakespeare "To be, or not" --token " " --scale final',
      does: 'and the rank of a token',
    },
    {
      line: 'cutaway lens runs/shakespeare "To be, or not" --tune novel.txt',
      does: 'with translators trained on a text',
    },
    {
      line: 'cutaway lens runs/shakespeare "To be, or not" --edit "blocks.*.attention.scores {position: -1, source: 0} = -inf"',
      does: 'where the last position may not look at the first (knock-out)',
    },
  ],
  async run({ values, positionals: [folder, given, ...more] }, terminal) {
    if (values.steps !== undefined && values.tune === undefined)
      throw new Error('lens: --steps says how long a tuned lens learns, but there is none. Give --tune FILE too.')
    if (values.middle && (values.tune ?? values.tuned) !== undefined)
      throw new Error(
        'lens: a tuned lens has translators for what comes out of blocks, none for their middle. Leave --middle out.',
      )
    return lookInside(
      'lens',
      { values, folder, given, more, kinds: ['decoder', 'encoder-decoder', 'masked', 'classifier'] },
      terminal,
      (sight) => look(values, sight, terminal),
    )
  },
}

async function look(values: FlagValues<typeof flags>, sight: ExampleInRun, terminal: Terminal) {
  const { run, looking, tokens, answers, picture } = sight
  const { wordOf } = answers
  // Of a picture every patch is asked about one class: that which the model names, if no other is asked for.
  const own = picture ? await guessAt(looking, usualPosition(sight), 'lens') : undefined
  const target = values.token === undefined ? own : answers.idOf('lens', 'token', values.token)
  const position = askedPosition('lens', values.position, tokens.length, usualPosition(sight))
  if (await readsSeveral(looking, 'lens')) checkNoPosition('lens', values.position)
  const tuned = await tunedLens(values, run, terminal)
  const { scale = 'own', middle, top = 5 } = values
  const lenses: LensSettings['lenses'] = tuned ? [scale, 'tuned'] : [scale]
  const report = (done: number, of: number): void => terminal.repaint(`${done} of ${of} states read`)
  const most = Math.min(top, answers.count)
  const rows = await logitLens({ ...looking, lenses, middle, top: most, target, tuned, report })
  return {
    facts: {
      rows: rows.map(({ guesses, ...row }) => ({
        ...row,
        guesses: guesses.map((guess) => ({ ...guess, token: wordOf(guess.id) })),
      })),
    },
    figure: () =>
      lensFigure(rows, {
        tokens,
        wordOf,
        position,
        picture,
        kind: run.model.kind,
        isNamedByWritten: run.codec !== undefined,
      }),
  }
}

/** The bytes of a saved lens. Throws, with the reason, where they cannot be read. */
const bytesOfLens = (file: string): Promise<Uint8Array> =>
  readFile(file).catch(({ code }: NodeJS.ErrnoException) => {
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    throw new Error(`lens: --tuned ${file}: ${reason}. Train a lens and save it there with --tune FILE.`)
  })

/** The tuned lens that is asked for: one that learns from a text, and is saved where a file is named, or one from that file. */
async function tunedLens(
  { tune: file, tuned: saved, steps, svg, html }: FlagValues<typeof flags>,
  { model, engine, tokenizer }: ExampleInRun['run'],
  terminal: Terminal,
): Promise<TunedLens | undefined> {
  if (file === undefined)
    return saved === undefined
      ? undefined
      : tunedLensFrom({ engine, model, bytes: await bytesOfLens(saved), place: saved })
  if (saved !== undefined) {
    terminal.goOn()
    checkIsOther(saved, file)
    checkAreApart(svg, html, saved)
    await checkCanSave(saved, savedLens)
  }
  if (tokenizer.size === 0)
    throw new Error('lens: a tuned lens learns from a text, and this model reads pictures. Leave --tune out.')
  const { text: learnt } = await readTexts([file])
  const ids = tokenizer.encode(learnt, { special: false })
  const report = (done: number, of: number, loss: number): void =>
    terminal.repaint(`tuned lens: ${done} of ${of} steps, KL over all states ${loss.toFixed(3)} nats`)
  const lens = await tuneLens({ model, engine, ids, steps, report })
  if (saved !== undefined) await saveFile(saved, await tunedLensBytes(engine, lens))
  return lens
}
