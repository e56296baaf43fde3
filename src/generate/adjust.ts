// Adjusting: what makes some tokens less likely than the model says, or impossible, before one is chosen. In this order:
//
//   repetition penalty   scores of tokens that stand in the text already: divided by it if above 0, multiplied if below
//   no repeats           tokens that would complete a run of n that stands in the text already are impossible
//   banned               these tokens are impossible
//   least tokens         those that end the text are impossible before it is so long
//   forced end           only this token is possible as the last one
//
// Repetition penalty: Keskar et al. 2019, section 4.1; no repeats: Paulus et al. 2017, section 2.5. Order and meaning are those of
// Hugging Face's `generate`.

export interface AdjustSettings {
  /** Above 1 makes what stands in the text already less likely; 1 for no difference. */
  readonly repetitionPenalty?: number | undefined
  /** No run of so many tokens stands twice in a text; 0 for no such limit. */
  readonly noRepeat?: number | undefined
  /** Ids that are never chosen. */
  readonly banned?: readonly number[] | undefined
  /** How many tokens are written at least before one ends the text. */
  readonly leastTokens?: number | undefined
  /** What the text ends with when it becomes as long as it may. */
  readonly forcedEnd?: number | undefined
}

/** Changes the scores of what comes after a text, of which `written` tokens are the model's own. */
export type Adjust = (scores: Float32Array, text: ArrayLike<number>, written: number) => void

/** What these settings do to scores; undefined if nothing. Throws for settings that mean nothing. */
export function adjuster({
  repetitionPenalty = 1,
  noRepeat = 0,
  banned = [],
  leastTokens = 0,
  forcedEnd,
  stop = [],
  tokens,
}: AdjustSettings & { readonly stop?: readonly number[] | undefined; readonly tokens: number }): Adjust | undefined {
  checkSettings({ repetitionPenalty, noRepeat, leastTokens })
  const impossible = banned.filter((id) => !stop.includes(id))
  const steps: Adjust[] = []
  if (repetitionPenalty !== 1) steps.push((scores, text) => penalise(scores, text, repetitionPenalty))
  if (noRepeat > 0) steps.push((scores, text) => forbidRepeats(scores, text, noRepeat))
  if (impossible.length > 0) steps.push((scores) => forbid(scores, impossible))
  if (leastTokens > 0 && stop.length > 0)
    steps.push((scores, _, written) => {
      if (written < leastTokens) forbid(scores, stop)
    })
  if (forcedEnd !== undefined)
    steps.push((scores, _, written) => {
      if (written === tokens - 1) scores.fill(-Infinity)[forcedEnd] = 0
    })
  if (steps.length === 0) return undefined
  return (scores, text, written) => {
    for (const step of steps) step(scores, text, written)
  }
}

function penalise(scores: Float32Array, text: ArrayLike<number>, penalty: number): void {
  for (const id of new Set(Array.from(text))) scores[id] = scores[id] < 0 ? scores[id] * penalty : scores[id] / penalty
}

function forbid(scores: Float32Array, ids: readonly number[]): void {
  for (const id of ids) scores[id] = -Infinity
}

/** Whatever followed an earlier run that equals the last `length` − 1 tokens. */
function forbidRepeats(scores: Float32Array, text: ArrayLike<number>, length: number): void {
  const last = text.length - (length - 1)
  for (let from = 0; from + length <= text.length; from++) {
    let equal = 0
    while (equal < length - 1 && text[from + equal] === text[last + equal]) equal++
    if (equal === length - 1) scores[text[from + equal]] = -Infinity
  }
}

function checkSettings({
  repetitionPenalty,
  noRepeat,
  leastTokens,
}: {
  repetitionPenalty: number
  noRepeat: number
  leastTokens: number
}): void {
  const problem = !(repetitionPenalty > 0 && repetitionPenalty < Infinity)
    ? `repetitionPenalty is ${repetitionPenalty}; it must be a number above 0; 1 changes nothing`
    : !(Number.isSafeInteger(noRepeat) && noRepeat >= 0)
      ? `noRepeat is ${noRepeat}; it must be a whole number; 0 forbids nothing`
      : !(Number.isSafeInteger(leastTokens) && leastTokens >= 0)
        ? `leastTokens is ${leastTokens}; it must be a whole number, at least 0`
        : undefined
  if (problem) throw new Error(`generate: ${problem}.`)
}
