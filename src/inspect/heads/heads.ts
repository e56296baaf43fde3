// The heads of a model: each one's scores on a text and on repeated random tokens, what it seems to do, and whether it goes by place
// or by content. Patterns are read layer by layer and let go, so that those of all layers are never held together.

import { mostAlong } from '../../model/reads.ts'
import type { Looking } from '../editedPass.ts'
import { type AttentionPattern, attentionPatterns } from '../pattern.ts'
import { attentionLayers } from './attentionLayers.ts'
import { isOfText } from './editsOfText.ts'
import { repeatedTokens, twoPeriods } from './repeats.ts'
import { type Control, type ControlEvidence, controlOf, type HeadRole, roleOf } from './roles.ts'
import { type HeadScores, headScores } from './scores.ts'

/** The facts of one head. */
export interface HeadFacts extends Omit<AttentionPattern, 'shares' | 'positions' | 'sources'> {
  /** On the text. */
  readonly scores: HeadScores
  /** On random tokens, repeated; of a model that reads one text and has room for them, where no edit is about places of the text. */
  readonly repeated?: HeadScores
  readonly control: Control
  readonly controlEvidence?: ControlEvidence
  readonly role: HeadRole
}

export interface HeadsSettings extends Looking {
  readonly layers?: readonly number[] | undefined
  readonly heads?: readonly number[] | undefined
  /** The token that begins a text, where the vocabulary has one. */
  readonly begin?: number | undefined
  /** The seed of the random tokens; 0 if not given. */
  readonly seed?: number | undefined
  readonly report?: ((done: number, of: number) => void) | undefined
}

/** The fewest tokens whose scores mean anything. */
const fewest = 4

/**
 * Every head's scores, role and control, layer by layer.
 *
 * Throws for a text that is too short, for a model without attention, and for a layer or a head that it does not have.
 */
export async function headFacts({
  layers,
  heads,
  begin,
  seed,
  report,
  ...looking
}: HeadsSettings): Promise<HeadFacts[]> {
  const { model, inputs, edits = [] } = looking
  const { ids } = inputs
  checkLength(model.kind === 'encoder-decoder' ? 'target' : 'text', ids)
  if (model.kind === 'encoder-decoder') checkLength('source', inputs['source'])
  const reading = model.reads['ids']
  const sizes = { vocab: reading?.below ?? 0, context: mostAlong(reading?.axes['position'] ?? 0), begin, seed }
  const isTried = model.kind !== 'encoder-decoder' && !edits.some(isOfText)
  const periods = isTried ? twoPeriods(sizes) : undefined
  const texts = periods?.map((period) =>
    repeatedTokens(sizes, { period, length: Math.min(sizes.context, 4 * periods[0] + 1) }),
  )
  const facts: HeadFacts[] = []
  const wanted = layers ?? attentionLayers(looking)
  for (const [done, layer] of wanted.entries()) {
    report?.(done, wanted.length)
    const seen = await attentionPatterns({ ...looking, layers: [layer], heads })
    const tried = []
    for (const { ids: drawn } of texts ?? [])
      tried.push(await attentionPatterns({ ...looking, inputs: { ids: drawn }, layers: [layer], heads }))
    for (const [i, pattern] of seen.entries()) {
      const { shares: _, positions, sources, ...which } = pattern
      const scores = headScores(pattern, pattern.part === 'encoder' ? (inputs['source'] ?? ids) : ids)
      const evidence = texts && controlEvidence(texts, [tried[0][i], tried[1][i]])
      const control = evidence ? controlOf(evidence) : 'undecided'
      const repeated = texts && headScores(tried[0][i], texts[0].ids, texts[0].start)
      const role = roleOf(scores, {
        repeated: repeated?.induction,
        control,
        evenEntropy: evenEntropy(model.kind === 'decoder' || pattern.part === 'decoder', positions, sources),
      })
      facts.push({
        ...which,
        scores,
        ...(repeated && { repeated }),
        control,
        ...(evidence && { controlEvidence: evidence }),
        role,
      })
    }
  }
  return facts
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

type RepeatedText = ReturnType<typeof repeatedTokens>

function controlEvidence(
  [first, second]: readonly RepeatedText[],
  [one, other]: readonly [AttentionPattern, AttentionPattern],
): ControlEvidence {
  const at = ({ positions, sources, shares }: AttentionPattern, { start }: RepeatedText, offset: number): number => {
    let sum = 0
    for (let i = start; i < positions; i++) if (offset <= i) sum += shares[i * sources + i - offset]
    return sum / (positions - start)
  }
  let offset = 0
  for (let each = 1; each <= first.start; each++) if (at(one, first, each) > at(one, first, offset)) offset = each
  const induction = ([pattern, { ids, start }]: readonly [AttentionPattern, RepeatedText]): number =>
    headScores(pattern, ids, start).induction ?? 0
  return {
    induction: [induction([one, first]), induction([other, second])],
    offset,
    atOffset: [at(one, first, offset), at(other, second, offset)],
  }
}
