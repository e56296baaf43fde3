// The heads of a model: each one's scores on a text and on repeated random tokens, what it seems to do, and whether it goes by place
// or by content. Patterns are read layer by layer and let go, so that those of all layers are never held together.

import { mostAlong } from '../../model/reads.ts'
import type { Looking } from '../editedPass.ts'
import type { AttentionPattern } from '../pattern.ts'
import type { PatternBytes, WantedHeads } from '../patternLayers.ts'
import { copyingScores, keyOf } from './copying.ts'
import type { Detected, Detection, DetectionOptions } from './detectors.ts'
import { isOfText } from './editsOfText.ts'
import { checkWindows, type InContext, inContextOf, inContextPositions, windowLosses } from './inContext.ts'
import { type Seen, seenOnText } from './onText.ts'
import { type DrawSettings, drawableIds, randomTokens } from './repeats.ts'
import { type Control, type ControlEvidence, controlOf, type HeadRole, roleOf } from './roles.ts'
import type { HeadScores } from './scores.ts'
import { type Trial, trialsOf, trialTexts } from './trials.ts'

/** The facts of one head. */
export interface HeadFacts extends Omit<AttentionPattern, 'shares' | 'positions' | 'sources'> {
  /** On the text. */
  readonly scores: HeadScores
  /** The likeness of its pattern on the text to three that are all 0 and 1; not of attention across. */
  readonly detections?: Readonly<Record<Detected, Detection>>
  /** On random tokens, repeated; of a model that reads one text and has room for them, where no edit is about places of the text. */
  readonly repeated?: HeadScores
  /** The same, of induction alone, a mean over several such texts. */
  readonly prefixMatching?: number
  /** The share of what it writes that goes to the tokens it looks at, from −1 to 1; of heads that the logits are read from. */
  readonly copying?: number
  readonly control: Control
  readonly controlEvidence?: ControlEvidence
  readonly role: HeadRole
}

/** The heads of a model, and what is said of the text and the model as wholes. */
export interface Heads {
  readonly rows: readonly HeadFacts[]
  /** Of a decoder, on the text and the further windows. */
  readonly inContext?: InContext
  /** The random tokens on which heads were tried. */
  readonly drawn?: DrawnFacts
  /** The bytes of the text's patterns. */
  readonly bytes: PatternBytes
}

/** The texts of random tokens, by the seed from which they are drawn. */
export interface DrawnFacts {
  readonly seed: number
  /** The number of different tokens in the texts that repeat, and of the ids that could be drawn. */
  readonly periods: readonly [number, number]
  readonly drawable: number
  /** The number of texts for prefix matching, and of those for copying. */
  readonly repeatedTexts: number
  readonly copiedTexts: number
  /** The number of different tokens in each of the latter. */
  readonly copiedTokens: number
}

export interface HeadsSettings extends Looking, WantedHeads, DetectionOptions {
  /** The token that begins a text, where the vocabulary has one. */
  readonly begin?: number | undefined
  /** The seed of the random tokens; 0 if not given. */
  readonly seed?: number | undefined
  /** The ids that may be drawn; all but `begin` if not given. `drawableIds` leaves out what is no text, very common or very rare. */
  readonly drawable?: ArrayLike<number> | undefined
  /** Further windows of the text, as long as it, for the in-context-learning score; not read where an edit is about places of the text. */
  readonly windows?: readonly ArrayLike<number>[] | undefined
  /** The most bytes of patterns that may be held at once; 1 GiB if not given. */
  readonly limit?: number | undefined
  readonly report?: ((done: number, of: number) => void) | undefined
}

/** The fewest tokens whose scores mean anything. */
const fewest = 4
/** The number of texts for copying. Olsson et al. 2022, appendix. */
const copiedTexts = 10

/**
 * Every head's scores, role and control, layer by layer.
 *
 * Throws for a text that is too short, for a model without attention, for a layer or a head that it does not have, and before anything
 * runs where patterns would take more bytes than `limit`.
 */
export async function headFacts(settings: HeadsSettings): Promise<Heads> {
  const { model, engine, edits = [], inputs, layers, heads, seed = 0, windows = [], report } = settings
  const { ids } = inputs
  checkLength(model.kind === 'encoder-decoder' ? 'target' : 'text', ids)
  if (model.kind === 'encoder-decoder') checkLength('source', inputs['source'])
  const isTextEdited = edits.some(isOfText)
  const further = isTextEdited ? [] : windows
  checkWindows([ids, ...further])
  const places = model.kind === 'decoder' ? inContextPositions(ids.length) : undefined
  const draws = drawSettings(settings)
  const isTried = model.kind !== 'encoder-decoder' && !isTextEdited
  const texts = isTried ? trialTexts(draws) : undefined
  const copied = Array.from({ length: copiedTexts }, (_, draw) => randomTokens(draws, draw) ?? []).flat()
  const copies = model.kind === 'decoder' && texts ? copied : undefined
  const asked = { model, engine, edits, layers, heads }
  const stages = 1 + (texts ? 1 : 0) + (copies ? 1 : 0)
  const stage = (number: number) => (done: number, of: number) => report?.(number * of + done, stages * of)
  const { seen, losses, bytes } = await seenOnText(settings, places, stage(0))
  const count = new Set(seen.map(({ pattern: { address } }) => address)).size
  const tried = texts && (await trialsOf({ ...asked, texts: texts.texts, report: (done) => stage(1)(done, count) }))
  const copying =
    model.kind === 'decoder' && copies
      ? await copyingScores({ ...asked, model, texts: copies, report: (done) => stage(2)(done, count) })
      : undefined
  const later =
    model.kind === 'decoder' && places ? await windowLosses({ model, engine, edits, windows: further, places }) : []
  return {
    rows: seen.map((each) =>
      factsOf(each, {
        trial: tried?.get(keyOf(each.pattern)),
        copying: copying?.get(keyOf(each.pattern)),
        looksBack: model.kind === 'decoder' || each.pattern.part === 'decoder',
      }),
    ),
    ...(places && losses && { inContext: inContextOf([losses, ...later], places) }),
    ...(texts && {
      drawn: {
        seed,
        periods: texts.periods,
        drawable: draws.drawable.length,
        repeatedTexts: texts.texts.length - 1,
        copiedTexts: copies?.length ?? 0,
        copiedTokens: copies?.[0] ? copies[0].ids.length - copies[0].start : 0,
      },
    }),
    bytes,
  }
}

function drawSettings({ model, begin, seed, drawable }: HeadsSettings): DrawSettings {
  const reading = model.reads['ids']
  const vocab = reading?.below ?? 0
  return {
    context: mostAlong(reading?.axes['position'] ?? 0),
    drawable: drawable
      ? [...new Set(Array.from(drawable))].filter((id) => id !== begin)
      : drawableIds({ vocab, isLeftOut: (id) => id === begin }),
    begin,
    seed,
  }
}

function factsOf(
  { pattern: { positions, sources, ...which }, scores, detections }: Seen,
  {
    trial,
    copying,
    looksBack,
  }: { readonly trial: Trial | undefined; readonly copying: number | undefined; readonly looksBack: boolean },
): HeadFacts {
  const control = trial ? controlOf(trial.evidence) : 'undecided'
  return {
    ...which,
    scores,
    ...(detections && { detections }),
    ...(trial && { repeated: trial.repeated, prefixMatching: trial.prefixMatching }),
    ...(copying !== undefined && { copying }),
    control,
    ...(trial && { controlEvidence: trial.evidence }),
    role: roleOf(scores, {
      prefixMatching: trial?.prefixMatching,
      copying,
      control,
      evenEntropy: evenEntropy(looksBack, positions, sources),
    }),
  }
}

/** Throws for a text that is too short to score. */
function checkLength(what: string, ids: ArrayLike<number> | undefined): asserts ids is ArrayLike<number> {
  const length = ids?.length ?? 0
  if (length >= fewest) return
  throw new Error(
    `heads: the ${what} has ${length} ${length === 1 ? 'token' : 'tokens'}, but scores need ${fewest} at least. Give a longer one.`,
  )
}

/** The mean entropy of looking everywhere alike, in nats. */
function evenEntropy(looksBack: boolean, positions: number, sources: number): number {
  if (!looksBack) return Math.log(sources)
  let sum = 0
  for (let i = 1; i <= positions; i++) sum += Math.log(i)
  return sum / positions
}
