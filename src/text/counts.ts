// What a model has to beat: the loss of guessing without looking, and of guessing from counts.
//
//   uniform   p(b)     = 1 / V                                                every token equally likely
//   unigram   p(b)     = (n(b) + s) / (N + s·V)                               how often b occurs
//   bigram    p(b | a) = (n(ab) + s) / (n(a) + s·V)                           how often b follows a
//
// V is the size of the vocabulary, n(·) counts in the training ids, N is their number, and the loss is the mean of
// −ln p over the evaluation ids, in nats per token: the same measure as the model's own loss. The smoothing s pretends
// that everything was seen s times more than it was, so that what never occurred in training costs much, not infinitely
// much. s = 1 is Laplace's rule; it suits small vocabularies.

export interface CountLosses {
  readonly uniform: number
  readonly unigram: number
  readonly bigram: number
}

/** The most cells of a table of pairs; larger vocabularies count only the pairs that occur. */
const mostCells = 2 ** 22

/**
 * The losses of guessing, in nats per token, over `evaluation[1]` … the last, which are what a model predicts there.
 *
 * - `training`: the ids to count in
 * - `evaluation`: the ids to predict; at least 2
 * - `vocab`: the size of the vocabulary
 * - `smoothing`: the s above, at least 0; at 0 a pair that training lacks makes the loss infinite
 *
 * Throws for too few ids and for ids outside the vocabulary.
 */
export function countLosses({
  training,
  evaluation,
  vocab,
  smoothing = 1,
}: {
  training: Int32Array
  evaluation: Int32Array
  vocab: number
  smoothing?: number
}): CountLosses {
  if (!Number.isSafeInteger(vocab) || vocab < 1)
    throw new Error(`counts: vocab is ${vocab}. Give a whole number from 1.`)
  if (!(smoothing >= 0)) throw new Error(`counts: smoothing is ${smoothing}. Give a number from 0; 1 is usual.`)
  if (training.length < 2 || evaluation.length < 2) {
    throw new Error(
      `counts: there are ${training.length} training ids and ${evaluation.length} evaluation ids. Give at least 2 of each.`,
    )
  }
  checkIds(training, vocab, 'training')
  checkIds(evaluation, vocab, 'evaluation')

  const seen = new Float64Array(vocab)
  for (const id of training) seen[id]++
  // The last training id has no successor: as the first of a pair it was seen once less.
  const firsts = seen.slice()
  firsts[training[training.length - 1]]--
  const pairs = countPairs(training, vocab)

  // The evaluation's own counts say how often each −ln p is due, so that no logarithm is taken twice.
  const due = new Float64Array(vocab)
  for (let i = 1; i < evaluation.length; i++) due[evaluation[i]]++
  let unigram = 0
  for (let id = 0; id < vocab; id++) {
    if (due[id] > 0) unigram -= due[id] * Math.log((seen[id] + smoothing) / (training.length + smoothing * vocab))
  }
  let bigram = 0
  for (const [pair, times] of countPairs(evaluation, vocab)) {
    const seenFirst = firsts[Math.floor(pair / vocab)] + smoothing * vocab
    bigram -= times * Math.log(seenFirst === 0 ? 0 : ((pairs.get(pair) ?? 0) + smoothing) / seenFirst)
  }
  const targets = evaluation.length - 1
  return { uniform: Math.log(vocab), unigram: unigram / targets, bigram: bigram / targets }
}

/** The number of times that each pair occurs, for pairs that do: the key of "b after a" is a · vocab + b. */
function countPairs(ids: Int32Array, vocab: number): Map<number, number> {
  const pairs = new Map<number, number>()
  if (vocab * vocab <= mostCells) {
    const table = new Int32Array(vocab * vocab)
    for (let i = 1; i < ids.length; i++) table[ids[i - 1] * vocab + ids[i]]++
    for (const [pair, times] of table.entries()) if (times > 0) pairs.set(pair, times)
  } else {
    for (let i = 1; i < ids.length; i++) {
      const pair = ids[i - 1] * vocab + ids[i]
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
    }
  }
  return pairs
}

function checkIds(ids: Int32Array, vocab: number, name: string): void {
  for (const id of ids) {
    if (id < 0 || id >= vocab) {
      throw new Error(
        `counts: the ${name} ids hold ${id}, outside the vocabulary (0..${vocab - 1}). ` +
          'The ids and the vocabulary may not belong together.',
      )
    }
  }
}
