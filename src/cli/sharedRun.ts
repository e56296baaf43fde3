// Commands on a model of texts and pictures in one space: `embed` shows how near each text is to each picture, `classify` which of some
// words belongs to a picture.

import { cosine, mostSimilar } from '../encode/neighbours.ts'
import { SharedSpace } from '../encode/sharedSpace.ts'
import type { DualEncoderModel } from '../model/language.ts'
import { tableLines } from '../show/lines.ts'
import { captionOf } from './captionOf.ts'
import { editsOf, editsSaid } from './editFlags.ts'
import { cutaway, quoted } from './invocation.ts'
import { namesPicture, type OpenRun, openRunOf, type RunFlags } from './openRun.ts'
import { readingProgress } from './progress.ts'
import { classesJSON, classesText, likeliestClasses } from './saidClasses.ts'
import { printSimilar } from './saidSimilar.ts'
import { printVector } from './saidVector.ts'
import { vectors as savedVectors } from './savedKinds.ts'
import { checkCanSave, checkIsOther } from './saveFile.ts'
import { printSaved, saveVectors } from './saveVectors.ts'
import { codeOf, leftOutJSON, seenFile, seenFiles, tellLeftOut } from './seen.ts'
import type { Terminal } from './terminal.ts'
import { filledLines, tellCut } from './textLines.ts'

type Shared = OpenRun<DualEncoderModel>
type EditValues = Parameters<typeof editsOf>[3]

interface EmbedValues extends RunFlags {
  readonly query?: string | undefined
  readonly most?: number | undefined
  readonly save?: string | undefined
  readonly json?: boolean | undefined
}

/** Prints the cosine of each line of text files with each picture; or what is nearest to a query, or nearest to each. */
export async function embedShared(
  folder: string,
  files: readonly string[],
  values: EmbedValues & EditValues,
  terminal: Terminal,
): Promise<void> {
  if (files.length === 0)
    throw new Error(
      `embed needs files of texts, a text a line, or pictures: ${cutaway(`embed ${quoted(folder)} FILE picture.png …`)}.`,
    )
  if (values.save !== undefined) {
    terminal.goOn()
    for (const file of files) checkIsOther(values.save, file)
    await checkCanSave(values.save, savedVectors)
  }
  const lines: string[] = []
  for (const file of files) if (!namesPicture(file)) lines.push(...(await filledLines(file)))
  const pictures = files.filter(namesPicture)
  const names = [...lines, ...pictures]
  const run = await openRunOf('embed', ['dual-encoder'], folder, values, terminal)
  try {
    const edits = await editsOf('embed', folder, run, values)
    const space = new SharedSpace({ engine: run.engine, model: run.model, edits })
    const texts = await space.texts(captionsOf(run, lines, terminal))
    const report = readingProgress('embed', terminal)
    const pixels: Float32Array[] = []
    for (const file of pictures) {
      // Every row is of the file that was named there: none is left out.
      pixels.push((await seenFile('embed', folder, run, file)).pixels)
      report(pixels.length, pictures.length)
    }
    const seen = await space.pictures(pixels)
    const vectors = [...texts, ...seen]
    const query =
      values.query === undefined ? undefined : (await space.texts(captionsOf(run, [values.query], terminal)))[0]
    if (values.save !== undefined) await saveVectors(values.save, vectors)
    const cosines = texts.map((text) => seen.map((picture) => cosine(text, picture)))
    const near = (vector: Float32Array, except?: number) =>
      mostSimilar(vector, vectors, { by: 'cosine', most: values.most ?? 3, ...(except !== undefined && { except }) })
    if (values.json) {
      const asked = query && {
        query: values.query,
        neighbours: near(query).map(({ index, similarity }) => ({ index, cosine: similarity })),
      }
      const told = { texts: texts.map((each) => [...each]), pictures: seen.map((each) => [...each]) }
      terminal.print(
        JSON.stringify({ run: folder, ...editsSaid(values), lines, pictures, vectors: told, cosines, ...asked }),
      )
      return
    }
    if (query) printSimilar(near(query), names, terminal)
    else if (texts.length > 0 && seen.length > 0)
      for (const line of cosineTable(lines, pictures, cosines)) terminal.print(line)
    else if (values.save === undefined)
      for (const [i, vector] of vectors.entries()) {
        terminal.print(terminal.colours.bold(names[i]))
        if (vectors.length === 1) printVector(vector, terminal)
        else printSimilar(near(vector, i), names, terminal)
      }
    if (values.save !== undefined) printSaved(vectors, values.save, terminal)
  } finally {
    run.engine.close()
  }
}

/** A row for each text, a column for each picture, whose names stand above, numbered. */
function cosineTable(
  lines: readonly string[],
  pictures: readonly string[],
  cosines: readonly (readonly number[])[],
): string[] {
  const head = ['', ...pictures.map((_, i) => `[${i + 1}]`)]
  const rows = lines.map((line, i) => [line, ...cosines[i].map((each) => each.toFixed(3))])
  return [
    ...pictures.map((file, i) => `[${i + 1}] ${file}`),
    ...tableLines([head, ...rows], ['left', ...pictures.map(() => 'right' as const)]),
  ]
}

interface ClassifyValues extends RunFlags {
  readonly labels?: string | undefined
  readonly top?: number | undefined
  readonly json?: boolean | undefined
}

/** Prints for each picture which of some words belong to it, the likeliest first; gives the exit code. */
export async function classifyShared(
  folder: string,
  files: readonly string[],
  values: ClassifyValues & EditValues,
  terminal: Terminal,
): Promise<number> {
  const labels = (values.labels ?? '').split(',').flatMap((label) => (label.trim() === '' ? [] : [label.trim()]))
  const twice = labels.find((label, i) => labels.indexOf(label) < i)
  if (twice !== undefined)
    throw new Error(`classify: --labels has "${twice}" twice, which would share what is its own. Leave one out.`)
  if (labels.length < 2 || files.length === 0)
    throw new Error(
      `classify: ${folder} tells by words what a picture shows. Give at least two, and pictures: ${cutaway(`classify ${quoted(folder)} picture.png --labels "a cat,a dog"`)}.`,
    )
  const run = await openRunOf('classify', ['dual-encoder'], folder, values, terminal)
  try {
    const edits = await editsOf('classify', folder, run, values)
    const space = new SharedSpace({ engine: run.engine, model: run.model, edits })
    const { seen, leftOut } = await seenFiles('classify', folder, run, files, terminal)
    const pixels = seen.map(({ pixels }) => pixels)
    const shares = await space.shares(captionsOf(run, labels, terminal), pixels)
    const said = shares.map((own) => likeliestClasses(own, labels, values.top))
    const scores = 'softmax'
    if (values.json) {
      const told = seen.map(({ file }, i) => ({ file, classes: classesJSON(said[i], scores) }))
      terminal.print(
        JSON.stringify({ run: folder, ...editsSaid(values), scores, labels, pictures: told, ...leftOutJSON(leftOut) }),
      )
      return codeOf(leftOut)
    }
    for (const [i, { file }] of seen.entries()) terminal.print(`${classesText(said[i], scores, terminal)}\t${file}`)
    tellLeftOut(leftOut, terminal)
    return codeOf(leftOut)
  } finally {
    run.engine.close()
  }
}

/** The ids of texts. Throws where nothing says which token ends them; that some are cut is said once. */
function captionsOf(run: Shared, texts: readonly string[], terminal: Terminal): Int32Array[] {
  const ids = texts.map((text) => captionOf(run, text))
  tellCut(ids.filter(({ isCut }) => isCut).length, run.model.config.context, terminal)
  return ids.map((each) => each.ids)
}
