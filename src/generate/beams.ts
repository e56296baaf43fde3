// Beam search: not one text is gone on with but the few likeliest so far, the beams; of all their continuations the likeliest are
// the next beams.
//
//   candidates   of all beams × all tokens, those with the largest Σ ln p; twice as many as beams, lest too few go on
//   finished     candidates among the first `beams` that end; the best so many are kept, by score
//   running      the first `beams` candidates that do not end
//
//   score = Σ ln p / length^penalty
//
// It is done when no running beam can beat the worst of the finished ones any more, supposing that it ended now, or, if the
// search should never give up early, at the length at which it could score best. Lowerre 1976; the length penalty is Wu et al.
// 2016, section 7, without its constants. Order, bookkeeping and the rule for the end are those of Hugging Face's `generate`.

export interface BeamSettings {
  /** The number of beams. */
  readonly beams: number
  /** Above 0 favours long texts, below 0 short ones; 1 if not given. */
  readonly lengthPenalty?: number | undefined
  /** Ends the search as soon as so many as beams are finished (true), by a guess (false), or only when nothing can be better. */
  readonly earlyStopping?: boolean | 'never' | undefined
  /** The number of the best texts that are wanted; 1 if not given. */
  readonly hypotheses?: number | undefined
  /** Asked about what a beam of text number `row` would have written with its next token; yes ends it there. */
  readonly until?: ((ids: readonly number[], row: number) => boolean) | undefined
}

/** A text that the search found. */
export interface Hypothesis {
  /** The tokens that were written, without the one that ended it. */
  readonly ids: readonly number[]
  /** The token that ended it; nothing if it became as long as it may. */
  readonly end?: number
  /** ln p of each token, that of the one that ended it last; what is adjusted counts as adjusted. */
  readonly logProbabilities: readonly number[]
  readonly score: number
}

/** A beam that goes on with token `id` after beam number `parent`. */
export interface Candidate {
  readonly parent: number
  readonly id: number
  /** Σ ln p with that token. */
  readonly sum: number
}

interface Beam {
  readonly ids: readonly number[]
  readonly logProbabilities: readonly number[]
  readonly sum: number
}

/** The score that keeps a beam from being chosen while there is any other. */
const impossible = -1e9

/** The search for the texts that go on with one prompt. */
export class Beams {
  readonly #count: number
  readonly #tokens: number
  readonly #stop: readonly number[]
  readonly #until: BeamSettings['until']
  readonly #row: number
  readonly #lengthPenalty: number
  readonly #earlyStopping: boolean | 'never'
  #running: readonly Beam[]
  #finished: readonly Hypothesis[] = []
  #isDone = false

  constructor({
    beams,
    lengthPenalty = 1,
    earlyStopping = false,
    tokens,
    stop = [],
    until,
    row = 0,
  }: BeamSettings & { readonly tokens: number; readonly stop?: readonly number[] | undefined; readonly row?: number }) {
    this.#count = beams
    this.#tokens = tokens
    this.#stop = stop
    this.#until = until
    this.#row = row
    this.#lengthPenalty = lengthPenalty
    this.#earlyStopping = earlyStopping
    // All beams are the same text in the beginning, so the first counts alone.
    this.#running = Array.from({ length: beams }, (_, i) => ({
      ids: [],
      logProbabilities: [],
      sum: i === 0 ? 0 : impossible,
    }))
  }

  get isDone(): boolean {
    return this.#isDone
  }

  /** The texts that the beams have written so far. */
  get running(): readonly Pick<Beam, 'ids' | 'sum'>[] {
    return this.#running
  }

  /** The number of candidates that the next step must choose from. */
  get wanted(): number {
    return Math.max(2, 1 + this.#stop.length) * this.#count
  }

  /** The best texts, the best first. */
  get finished(): readonly Hypothesis[] {
    return this.#finished
  }

  /** Goes on with the likeliest candidates, the likeliest first; gives those that are the next beams. */
  advance(candidates: readonly Candidate[]): Candidate[] {
    if (candidates.length === 0) throw new Error('beams: no token is possible. Ban fewer of them.')
    const length = this.#running[0].ids.length + 1
    const ends = new Set(candidates.filter((candidate) => length === this.#tokens || this.#ends(candidate)))
    // What stood in for a beam that was not there finishes nothing.
    const ended = candidates
      .slice(0, this.#count)
      .filter((candidate) => ends.has(candidate) && candidate.sum > impossible / 2)
    this.#finish(ended.map((candidate) => this.#hypothesis(this.#grown(candidate))))
    // Where too few go on, those that have ended stand in, hopelessly behind.
    const open = candidates.filter((candidate) => !ends.has(candidate))
    const order = open.concat(candidates.map((candidate) => ({ ...candidate, sum: candidate.sum + impossible })))
    const next = Array.from({ length: this.#count }, (_, i) => order[Math.min(i, order.length - 1)])
    this.#running = next.map((candidate) => this.#grown(candidate))
    this.#isDone = open.length === 0 || !this.#canImprove(length)
    return next
  }

  /** Ends the search where it stands: what is running counts as finished. */
  end(): void {
    if (this.#isDone) return
    this.#finish(this.#running.filter(({ sum }) => sum > impossible / 2).map((beam) => this.#hypothesis(beam)))
    this.#isDone = true
  }

  #ends({ parent, id }: Candidate): boolean {
    return this.#stop.includes(id) || (this.#until?.([...this.#running[parent].ids, id], this.#row) ?? false)
  }

  #grown({ parent, id, sum }: Candidate): Beam {
    const from = this.#running[parent]
    return { ids: [...from.ids, id], logProbabilities: [...from.logProbabilities, sum - from.sum], sum }
  }

  #hypothesis({ ids, logProbabilities, sum }: Beam): Hypothesis {
    const score = sum / ids.length ** this.#lengthPenalty
    const last = ids[ids.length - 1]
    return this.#stop.includes(last)
      ? { ids: ids.slice(0, -1), end: last, logProbabilities, score }
      : { ids, logProbabilities, score }
  }

  #finish(more: readonly Hypothesis[]): void {
    if (more.length === 0) return
    this.#finished = [...this.#finished, ...more].sort((a, b) => b.score - a.score).slice(0, this.#count)
  }

  #canImprove(length: number): boolean {
    if (this.#finished.length < this.#count) return true
    if (this.#earlyStopping === true) return false
    const couldBe = this.#earlyStopping === 'never' && this.#lengthPenalty > 0 ? this.#tokens : length
    return this.#running[0].sum / couldBe ** this.#lengthPenalty > this.#finished[this.#count - 1].score
  }
}

/**
 * The candidates with the largest sums, the largest first.
 *
 * - `scores`: ln p (beam, vocab) of the tokens after each beam
 */
export function likeliestCandidates(
  scores: Float32Array,
  beams: readonly Pick<Beam, 'sum'>[],
  wanted: number,
): Candidate[] {
  const vocab = scores.length / beams.length
  const best: { parent: number; id: number; sum: number }[] = []
  for (const [parent, { sum }] of beams.entries()) {
    let least = best.length < wanted ? -Infinity : best[wanted - 1].sum
    for (let id = 0; id < vocab; id++) {
      const now = sum + scores[parent * vocab + id]
      if (now > least) {
        let at = best.length < wanted ? best.length : wanted - 1
        while (at > 0 && best[at - 1].sum < now) at--
        if (best.length === wanted) best.pop()
        best.splice(at, 0, { parent, id, sum: now })
        if (best.length === wanted) least = best[wanted - 1].sum
      } else if (!(now <= least)) {
        throw new Error(`beams: the score of token ${id} is NaN. The weights may be damaged.`)
      }
    }
  }
  return best
}
