// Listening: a model that reads frames of sound writes what is said in it, window by window.
//
//   without times   one window: all that is written in it
//   with times      what stands between two times is a segment; the next window begins where the last segment ended, since the
//                   speech at the end of a window is cut
//
// Radford et al. 2022, section 3.8, without its second tries; windows and segments are those of Hugging Face's `generate`.

import type { MelFrames } from '../sound/logMel.ts'
import { denseStrides } from '../tensor/axes.ts'
import type { BeamSettings } from './beams.ts'
import type { Generator } from './generate.ts'
import { lookBack } from './lookBack.ts'
import type { GenerateSettings } from './settings.ts'
import { type TimeTokens, timesInOrder } from './timeTokens.ts'
import { type Alignment, alignedTokens } from './tokenTimes.ts'

/** The heads that follow what is said, and how their shares are smoothed. */
export interface AlignmentHeads {
  readonly heads: readonly (readonly [layer: number, head: number])[]
  /** The number of neighbouring places whose median is taken. */
  readonly medianWidth: number
}

export interface ListenSettings extends GenerateSettings {
  /** The ids that come before what is said. */
  readonly prompt: readonly number[]
  /** The tokens that stand for times, where they are written. */
  readonly times?: TimeTokens | undefined
  /** The heads that tell when each token was said, where that is wanted. */
  readonly alignment?: AlignmentHeads | undefined
  readonly beams?: BeamSettings | undefined
  /** Told each token as it is written; of a window with times, whole segments are what counts. */
  readonly onToken?: (id: number) => void
}

/** The frames of a recording, and how many of them are sound; what is behind them is silence. */
export interface HeardFrames {
  readonly mel: MelFrames
  readonly heard: number
}

/** The ids of a stretch of a recording. Times are counted in frames. */
export interface Segment {
  readonly from: number
  readonly to: number
  /** Times among them. */
  readonly ids: readonly number[]
  /** For each id the frame where it begins, where heads tell it; the first of a window's first id is the window's begin. */
  readonly begins?: readonly number[]
  /** The way of the whole window from which `begins` was read, where there is one. */
  readonly alignment?: WindowAlignment
}

/** The alignment of a window: its tokens, and the frame where it begins. */
export interface WindowAlignment extends Alignment {
  readonly first: number
  readonly framesPerSource: number
  readonly ids: readonly number[]
}

/** The number of frames that the model reads at once. Throws for one that reads something else. */
export function windowFrames({ decoding: { model } }: Pick<Generator, 'decoding'>): number {
  const frame = model.kind === 'encoder-decoder' ? model.reads.source.axes.frame : undefined
  if (typeof frame === 'number') return frame
  throw new Error('listen: the model reads no frames of sound. Give one that does, such as Whisper.')
}

/** The frames of a recording that the model reads at once, from its beginning on. */
export function firstWindow(generator: Pick<Generator, 'decoding'>, { mel, heard }: HeardFrames): HeardFrames {
  const frames = windowFrames(generator)
  return { mel: { ...mel, frames, data: mel.data.subarray(0, frames * mel.mels) }, heard: Math.min(heard, frames) }
}

/** The segments of a recording, in order. Throws for one longer than a window where no times are written. */
export async function* listen(
  generator: Generator,
  { mel, heard }: HeardFrames,
  settings: ListenSettings,
): AsyncGenerator<Segment, void, undefined> {
  const window = windowFrames(generator)
  const { times, prompt } = settings
  if (!times && mel.frames > window)
    throw new Error(
      `listen: ${mel.frames} frames are more than the ${window} that the model reads at once, and it writes no times by which the next could begin. Cut the recording.`,
    )
  for (let seek = 0; seek < mel.frames && !settings.signal?.aborted; ) {
    const size = Math.min(mel.frames - seek, window)
    const source = new Float32Array(window * mel.mels)
    source.set(mel.data.subarray(seek * mel.mels, (seek + size) * mel.mels))
    const { ids, isEnded } = await written(generator, source, settings)
    const fed = isEnded ? ids : ids.slice(0, -1)
    const alignment =
      settings.alignment && fed.length > 0
        ? await alignedWindow(generator, { prompt, ids: fed, heard: heard - seek, window, ...settings.alignment })
        : undefined
    const begins =
      alignment && ids.map((_, i) => alignment.begins[Math.min(i, fed.length - 1)] * alignment.framesPerSource)
    const cut = times ? segmentsOf(ids, times, size) : whole(ids, size)
    for (const { from, to, first, behind } of cut.segments)
      yield {
        from: seek + from,
        to: seek + to,
        ids: ids.slice(first, behind),
        ...(begins && { begins: begins.slice(first, behind).map((frame) => seek + frame) }),
        ...(alignment && { alignment: { ...alignment, first: seek, ids: fed } }),
      }
    if (!times) return
    // A time that is none would begin the same window again.
    seek += cut.offset > 0 ? cut.offset : size
  }
}

/** The frames from one time that can be written to the next, as from one place of the encoder to the next. */
const framesPerStep = 2

async function written(
  generator: Generator,
  source: Float32Array,
  { prompt, times, beams, alignment: _, onToken, ...plain }: ListenSettings,
): Promise<{ ids: number[]; isEnded: boolean }> {
  const opening = { source, prompt }
  const settings = { ...plain, own: [...(plain.own ?? []), ...(times ? [timesInOrder(times)] : [])] }
  if (beams) {
    const [[best]] = await generator.search([opening], { ...settings, ...beams })
    return { ids: [...(best?.ids ?? [])], isEnded: best?.end !== undefined }
  }
  const ids: number[] = []
  const tokens = Math.min(settings.tokens, generator.decoding.model.config.context - prompt.length)
  for await (const { id } of generator.generateAll([opening], { ...settings, tokens, temperature: 0 })) {
    ids.push(id)
    onToken?.(id)
  }
  return { ids, isEnded: ids.length < tokens }
}

interface Cut {
  readonly from: number
  readonly to: number
  readonly first: number
  readonly behind: number
}

const whole = (ids: readonly number[], size: number): { segments: Cut[]; offset: number } => ({
  segments: [{ from: 0, to: size, first: 0, behind: ids.length }],
  offset: size,
})

/** A window's segments, and by how many frames the next window begins later. */
function segmentsOf(
  ids: readonly number[],
  { first: zero }: TimeTokens,
  size: number,
): { segments: Cut[]; offset: number } {
  const isTime = (i: number): boolean => i >= 0 && i < ids.length && ids[i] >= zero
  const frameAt = (i: number): number => (ids[i] - zero) * framesPerStep
  const endsOnce = isTime(ids.length - 1) && !isTime(ids.length - 2) && ids.length > 1
  const ends = ids.flatMap((_, i) => (isTime(i) && isTime(i + 1) ? [i + 1] : []))
  if (ends.length === 0) {
    const last = ids.findLastIndex((_, i) => isTime(i))
    const to = last >= 0 && ids[last] !== zero ? frameAt(last) : size
    return { segments: [{ from: 0, to, first: 0, behind: ids.length }], offset: size }
  }
  if (endsOnce) ends.push(ids.length)
  // The second of the last two times says that speech goes on there.
  else ends[ends.length - 1]++
  const segments = ends.map((behind, i) => {
    const first = i === 0 ? 0 : ends[i - 1]
    const isLast = i === ends.length - 1
    return { from: frameAt(first), to: frameAt(behind - (isLast && !endsOnce ? 2 : 1)), first, behind }
  })
  return { segments, offset: endsOnce ? size : frameAt(ends[ends.length - 1] - 2) }
}

/** The alignment of what was written in a window, from the shares of the heads that follow what is said. */
async function alignedWindow(
  generator: Generator,
  {
    prompt,
    ids,
    heard,
    window,
    heads,
    medianWidth,
  }: {
    readonly prompt: readonly number[]
    readonly ids: readonly number[]
    readonly heard: number
    readonly window: number
  } & AlignmentHeads,
): Promise<Alignment & { readonly framesPerSource: number }> {
  const address = (layer: number): string => `decoder.blocks.${layer}.cross.pattern`
  const layers = [...new Set(heads.map(([layer]) => layer))]
  const patterns = await lookBack(generator.decoding, [...prompt, ...ids], layers.map(address))
  const all = patterns.get(address(layers[0]))?.axes.find(({ name }) => name === 'source')?.size ?? 0
  const framesPerSource = window / all
  // As Python's transformers slices, twice: behind the end there is none, and a negative number counts from the end each time. Such is
  // that of a window that begins after the sound has ended.
  const asked = Math.floor(heard / framesPerSource)
  const sources = Math.max(1, Math.min(all, asked < 0 ? all + 2 * asked : asked))
  const shares = heads.map(([layer, head]) => {
    const pattern = patterns.get(address(layer))
    if (!pattern)
      throw new Error(`listen: there is no layer ${layer}, which alignment_heads names. Mend generation_config.json.`)
    const strides = denseStrides(pattern.axes.map(({ size }) => size))
    const [byHead, byPosition, bySource] = ['head', 'position', 'source'].map(
      (name) => strides[pattern.axes.findIndex((axis) => axis.name === name)],
    )
    const cells = new Float32Array(ids.length * sources)
    for (let token = 0; token < ids.length; token++)
      for (let source = 0; source < sources; source++)
        cells[token * sources + source] =
          pattern.data[head * byHead + (prompt.length + token) * byPosition + source * bySource]
    return cells
  })
  return { ...alignedTokens({ heads: shares, tokens: ids.length, sources }, medianWidth), framesPerSource }
}
