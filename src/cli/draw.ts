// cutaway draw: words become pictures, patch by patch.

import { basename, dirname, extname, join } from 'node:path'
import type { PictureCodec } from '../data/pictureCodec.ts'
import type { Edit } from '../edit/edit.ts'
import { type DrawingOf, draw } from '../generate/draw.ts'
import { Generator } from '../generate/generate.ts'
import { checkPictureSize, type Picture } from '../image/picture.ts'
import { enlarged, sheetOf } from '../image/sheet.ts'
import { writePng } from '../image/writePng.ts'
import type { WritingModel } from '../model/language.ts'
import { pictureText } from '../show/pictureText.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { type FlagValues, number, path, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { idsOfWords } from './knownWords.ts'
import { noRun, type OpenRun, openRunOf, ownKind, runFlags } from './openRun.ts'
import { png } from './savedKinds.ts'
import { checkCanSave, checkEnding, saveFile } from './saveFile.ts'
import type { Terminal } from './terminal.ts'
import { filledLines } from './textLines.ts'
import { samplingOf } from './writingFlags.ts'

const flags = {
  out: path('the PNG that is written; of several pictures their numbers stand behind its name', {
    value: 'FILE.png',
    usual: 'the first words, with hyphens',
  }),
  file: path('draw each line of a file', { value: 'FILE' }),
  each: whole('how many pictures are drawn of each text', { least: 1, otherwise: 1 }),
  sheet: toggle('all pictures on one sheet, a row for each text'),
  scale: whole('how many pixels wide each pixel becomes', { least: 1, otherwise: 8 }),
  temperature: number('below 1 keeps to what is likely, 0 takes the likeliest patch', {
    least: 0,
    usual: "as in the run's generation_config.json",
  }),
  topK: whole('only so many of the likeliest patches are drawn from; 0 for all', { least: 0 }),
  topP: number('only the likeliest patches that together have this probability are drawn from', { least: 0, most: 1 }),
  seed: whole('decides all chance; equal seeds give equal pictures', { least: 0, usual: 'drawn' }),
  ...editFlags,
  ...runFlags,
  json: toggle('print texts, files and the ids of patches as JSON'),
}

export const drawCommand: Command<typeof flags> = {
  name: 'draw',
  takes: 'RUN [WORDS…]',
  summary:
    'Lets a model that was trained on words and pictures draw what words say; one that learnt pictures alone draws any',
  flags,
  about: [
    'Each text is a picture of its own. In a terminal with colours a picture is seen while it is drawn. A word that the model never met is named, with those that it knows and that are nearest.',
  ],
  examples: [
    { line: 'cutaway draw runs/scenes "a small red square left of a large blue circle"', does: 'one picture' },
    {
      line: 'cutaway draw runs/digits "bold seven leaning left" --each 10 --sheet --out sevens.png',
      does: 'ten on a sheet',
    },
    {
      line: 'cutaway draw runs/scenes "a red square" --edit \'encoder.blocks.1.output = from "a blue circle"\'',
      does: 'with the encoded words of another sentence',
    },
    { line: 'cutaway draw models/imagegpt-small --each 4 --temperature 1', does: 'four pictures of anything' },
  ],
  async run({ values, positionals: [folder, ...words] }, terminal) {
    if (folder === undefined) throw await noRun('draw', ['encoder-decoder'])
    if (values.file !== undefined && words.length > 0)
      throw new Error(`draw: a file was given, but also "${words.join(' ')}". Leave one out.`)
    if (values.out !== undefined) checkEnding(values.out, png)
    const texts = values.file === undefined ? words : await filledLines(values.file)
    const run = await openRunOf('draw', ['encoder-decoder', 'decoder'], folder, values, terminal)
    try {
      const codec = codecOf(folder, run)
      const { scale = 8 } = values
      checkPictureSize(`draw: --scale ${scale}`, codec.layout.width * scale, codec.layout.height * scale)
      const drawings = drawingsOf(folder, run, texts, values.each ?? 1)
      const files = filesFor(drawings, values)
      for (const file of new Set(files)) await checkCanSave(file, png)
      const settings = samplingOf(run, values)
      const edits = await editsOf('draw', folder, run, values)
      const ids = await drawAll({ run, codec, edits, terminal, isShown: !values.json }, drawings, settings)
      const pictures = ids.map((each) => codec.decode(each))
      await savePictures(pictures, files, { ...values, across: values.each ?? 1 })
      if (values.json) {
        const drawn = drawings.map(({ text }, i) => ({
          ...(text !== undefined && { text }),
          file: files[i],
          ids: ids[i],
        }))
        terminal.print(JSON.stringify({ run: folder, ...editsSaid(values), ...settings, drawn }, undefined, 2))
      } else for (const file of new Set(files)) terminal.print(terminal.colours.dim(file))
      return 0
    } finally {
      run.engine.close()
    }
  },
}

type Values = FlagValues<typeof flags>
type WritingRun = OpenRun<WritingModel>

/** The codec of a run. Throws for one that writes texts. */
function codecOf(folder: string, run: WritingRun): PictureCodec {
  const { codec, model } = run
  if (codec?.kind === 'picture') return codec
  const { does, command } = ownKind(run) ?? {
    does: 'writes text',
    command: model.kind === 'decoder' ? 'generate' : 'translate',
  }
  throw new Error(`draw: ${folder} draws no pictures, it ${does}. Try "${cutaway(`${command} ${quoted(folder)} …`)}".`)
}

interface AskedDrawing extends DrawingOf {
  readonly text?: string
}

/** The pictures that are asked for. Throws where a model needs words, or reads none, and for words that it never met. */
function drawingsOf(folder: string, run: WritingRun, texts: readonly string[], each: number): AskedDrawing[] {
  if (run.model.kind === 'decoder') {
    if (texts.length > 0) throw new Error(`draw: ${folder} reads no words, but "${texts[0]}" was given. Leave it out.`)
    return Array.from({ length: each }, (_, row) => ({ row }))
  }
  if (texts.length === 0) throw new Error(`draw needs words: ${cutaway(`draw ${quoted(folder)} "…"`)}, or --file FILE.`)
  return texts.flatMap((text, i) => {
    const source = idsOfWords('draw', run, text, 'Say it in fewer words.')
    if (run.tokenizer.encode(text).length === 0)
      throw new Error(`draw: ${JSON.stringify(text)} has no word in it. Say what to draw.`)
    return Array.from({ length: each }, (_, k) => ({ text, source, row: i * each + k }))
  })
}

/** The file of each picture. */
function filesFor(drawings: readonly AskedDrawing[], { out, sheet }: Values): string[] {
  const first = (drawings[0].text ?? 'picture').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')
  const name = out ?? `${first.replace(/^-+|-+$/g, '').slice(0, 100) || 'picture'}.png`
  if (sheet || drawings.length === 1) return drawings.map(() => name)
  const end = extname(name)
  const stem = join(dirname(name), basename(name, end))
  const width = String(drawings.length).length
  return drawings.map((_, i) => `${stem}-${String(i + 1).padStart(width, '0')}${end}`)
}

async function savePictures(
  pictures: readonly Picture[],
  files: readonly string[],
  { sheet, scale = 8, across }: Values & { readonly across: number },
): Promise<void> {
  const isOneRow = across === 1
  const shown = sheet ? [sheetOf(pictures, isOneRow ? Math.ceil(Math.sqrt(pictures.length)) : across)] : pictures
  for (const [i, picture] of shown.entries()) await saveFile(files[i], await writePng(enlarged(picture, scale)))
}

/** The most pictures that are drawn at once. */
const batch = 32
/** Between two looks at a picture that is drawn, in milliseconds. */
const pause = 40

interface Easel {
  readonly run: WritingRun
  readonly codec: PictureCodec
  readonly edits: readonly Edit[]
  readonly terminal: Terminal
  readonly isShown: boolean
}

/** Draws all pictures; whoever sits at a terminal sees how far it is, and of a single picture what is there. */
async function drawAll(
  { run: { engine, model }, codec, edits, terminal, isShown }: Easel,
  drawings: readonly AskedDrawing[],
  settings: Parameters<typeof draw>[2],
): Promise<number[][]> {
  const writer = { generator: new Generator({ engine, model, edits }), codec }
  const ids = drawings.map((): number[] => [])
  const isSeen = isShown && terminal.isInteractive && terminal.hasColours && drawings.length === 1
  let [patches, last, lines] = [0, 0, 0]
  const show = (): void => {
    const text = pictureText(codec.decode(ids[0]), true)
    terminal.write(terminal.painted(`${lines === 0 ? '' : `\u001b[${lines}A`}${text.join('\n')}\n`))
    lines = text.length
    last = performance.now()
  }
  for (let from = 0; from < drawings.length; from += batch) {
    for await (const { row, id } of draw(writer, drawings.slice(from, from + batch), settings)) {
      ids[from + row].push(id)
      patches++
      if (performance.now() - last < pause) continue
      if (isSeen) show()
      else if (isShown) terminal.repaint(`${patches} of ${drawings.length * codec.length} patches`)
      last = performance.now()
    }
  }
  terminal.clear()
  if (isSeen) show()
  return ids
}
