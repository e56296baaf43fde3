// The flag --edit, for every command that runs a model: values replaced while it runs.

import type { Edit, OtherRun } from '../edit/edit.ts'
import { parseEdit } from '../edit/editText.ts'
import { overruledEdit } from '../edit/overruled.ts'
import { checkHidden } from '../inspect/hiddenEdits.ts'
import type { AnyModel } from '../model/language.ts'
import { passOf } from '../model/pass.ts'
import { type AxisSizes, mostAlong, textLimits, varyingAxis } from '../model/reads.ts'
import { addressOf, pathsOf } from '../tensor/address.ts'
import { openingOf } from '../text/opening.ts'
import { captionOf } from './captionOf.ts'
import { codedPicture } from './codedPicture.ts'
import { texts } from './flags.ts'
import { namesPicture, type OpenRun, readsCodes } from './openRun.ts'
import { seenFile } from './seen.ts'
import { fittingIds, sequenceInputs } from './sequenceInputs.ts'
import { checkIsNoFile } from './textInputs.ts'

export const editFlags = {
  edit: texts(
    'replace a value: \'blocks.1.mlp.output = 0\'; also "mean", "scale 2", "add 0.5", \'from "other text"\' (place by place; as many tokens where a text is read whole), \'from "other.png"\' of a model that sees, \'from "speech.wav"\' of one that hears, with what the model itself writes of it; or \'from "source" => "text"\' of a translator or of one that hears, \'add 4 * (from "a" - from "b")\' (one vector, added at every place: the mean over the places of "a" less that of "b"; with {position: -1} in the address, that of their last places, there alone)',
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
 *
 * Throws for edits that say nothing, and for those that no run could ever meet.
 */
export async function editsOf(
  command: string,
  folder: string,
  run: OpenRun,
  { edit, noSpecial = false }: EditValues,
  written: (text: string) => string = (text) => text,
): Promise<readonly Edit[]> {
  const { model, engine } = run
  const others: [text: string, target?: string][] = []
  for (const each of edit)
    parseEdit(each, (...other) => {
      others.push(other)
      return { ids: [] }
    })
  const runs: OtherRun[] = []
  for (const [text, target] of others)
    runs.push(await otherRun({ command, folder, run, special: !noSpecial, written }, text, target))
  // They are asked for in the same order again.
  let next = 0
  const edits = edit.map((each) => parseEdit(each, () => runs[next++]))
  // Where places are counted from the end, the text tells which these are.
  const counted = edits.filter(({ at }) => Object.values(addressOf(at).at ?? {}).every((place) => place >= 0))
  if (edits.length > 0) {
    const { names } = passOf(model, reachOf(model, counted))
    for (const { at } of edits) pathsOf(addressOf(at), names.values.keys(), 'edits')
    const overruled = overruledEdit(edits, names.values.keys())
    if (overruled !== undefined)
      throw new Error(
        `${command}: --edit ${JSON.stringify(edit[overruled])} changes nothing, since all of it is replaced by what comes after. Leave it out, or give it last.`,
      )
    await checkHidden({ names, engine, edits: counted }, command)
  }
  return edits
}

interface Asker {
  readonly command: string
  readonly folder: string
  readonly run: OpenRun
  readonly special: boolean
  readonly written: (text: string) => string
}

/**
 * The run of another text, picture or recording, as the model reads it; `target`: what is written of a source or a recording, if it is not
 * what the model itself writes.
 */
async function otherRun(
  { command, folder, run, special, written }: Asker,
  text: string,
  target: string | undefined,
): Promise<OtherRun> {
  const { model, tokenizer } = run
  const asker = `${command}: --edit`
  if (model.kind === 'encoder-decoder') {
    if (!run.features) await checkIsNoFile(asker, folder, text)
    const { source, ids } = await sequenceInputs(
      run.features ? command : asker,
      folder,
      { ...run, model },
      { given: text, target, special },
    )
    return { source, ids }
  }
  const isCoded = readsCodes(run)
  const seesPictures = model.kind === 'dual-encoder' ? namesPicture(text) : isCoded || 'pixels' in model.reads
  if (target !== undefined)
    throw new Error(
      `${command}: --edit: "=>" is for translators; this model reads one ${seesPictures ? 'picture' : 'text'} only. Write from "another ${seesPictures ? 'picture.png' : 'text'}".`,
    )
  if (isCoded) return { ids: await codedPicture(command, folder, run, text) }
  if (seesPictures) return { pixels: (await seenFile(command, folder, run, text)).pixels }
  await checkIsNoFile(asker, folder, text)
  const { context } = textLimits(command, model)
  const fitting = (ids: Int32Array): OtherRun => ({ ids: fittingIds(asker, ids, 'other text', context) })
  if (model.kind === 'dual-encoder') return fitting(captionOf({ ...run, model }, text, Infinity).ids)
  const shown = written(text)
  return fitting(
    model.kind === 'decoder' ? openingOf(tokenizer, shown, { special }) : tokenizer.encode(shown, { special }),
  )
}

/** The lengths of texts that have all places of some edits, as far as a model looks at so many. */
function reachOf({ reads }: AnyModel, edits: readonly Edit[]): AxisSizes {
  const places = edits.flatMap(({ at }) => Object.values(addressOf(at).at ?? {}))
  const length = places.reduce((most, place) => Math.max(most, place + 1), 1)
  return Object.fromEntries(
    Object.values(reads).flatMap((reading) => {
      const axis = varyingAxis(reading)
      return axis === undefined ? [] : [[axis, Math.min(length, mostAlong(reading.axes[axis]))]]
    }),
  )
}

/** The edits as they were given, for a command's JSON; nothing where there are none. */
export const editsSaid = ({ edit }: EditValues): { readonly edits?: readonly string[] } =>
  edit.length > 0 ? { edits: edit } : {}
