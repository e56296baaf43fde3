// BLEU: how much of a translation stands in another one, in words and in runs of up to four words.
//
//   precisionₙ = runs of n words that also stand in the reference / all runs of n words       each counted at most as often
//   BLEU = 100 · min(1, e^(1 − reference length / length)) · (precision₁ · … · precision₄)^¼   as there; over the whole corpus
//
// Papineni et al. 2002. What counts as a word decides the number, so this is sacrebleu's definition (Post 2018, "A call for
// clarity in reporting BLEU scores"; signature nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp): words are cut as mteval-v13a
// cuts them, and a precision without a single match is taken as half of one match, the next as a quarter, and so on.

export interface Bleu {
  /** From 0 to 100. */
  readonly score: number
  /** Of runs of 1 to 4 words, in percent. */
  readonly precisions: readonly number[]
  /** The factor for translations that are too short: at most 1. */
  readonly brevityPenalty: number
  /** Words of the translations, and of the references. */
  readonly length: number
  readonly referenceLength: number
}

const longestRun = 4

/** The BLEU of translations, each held to one reference. Throws unless there are as many of both, and some. */
export function bleu(translations: readonly string[], references: readonly string[]): Bleu {
  if (translations.length === 0 || translations.length !== references.length)
    throw new Error(
      `bleu: there are ${translations.length} translations and ${references.length} references. Give as many of both, at least one.`,
    )
  const matches = new Array<number>(longestRun).fill(0)
  const all = new Array<number>(longestRun).fill(0)
  let [length, referenceLength] = [0, 0]
  for (const [i, translation] of translations.entries()) {
    const [said, meant] = [wordsOf(translation), wordsOf(references[i])]
    length += said.length
    referenceLength += meant.length
    for (let n = 1; n <= longestRun; n++) {
      const known = runsOf(meant, n)
      for (const [run, times] of runsOf(said, n)) matches[n - 1] += Math.min(times, known.get(run) ?? 0)
      all[n - 1] += Math.max(0, said.length - n + 1)
    }
  }
  const precisions = smoothed(matches, all)
  const brevityPenalty = length >= referenceLength ? 1 : length === 0 ? 0 : Math.exp(1 - referenceLength / length)
  const isNothing = precisions.some((each) => each === 0)
  const mean = precisions.reduce((sum, precision) => sum + Math.log(precision), 0) / longestRun
  return { score: isNothing ? 0 : brevityPenalty * Math.exp(mean), precisions, brevityPenalty, length, referenceLength }
}

function smoothed(matches: readonly number[], all: readonly number[]): number[] {
  let without = 1
  if (matches.every((found) => found === 0)) return matches.map(() => 0)
  return matches.map((found, i) => {
    if (all[i] === 0) return 0
    if (found > 0) return (100 * found) / all[i]
    without *= 2
    return 100 / (without * all[i])
  })
}

function runsOf(words: readonly string[], n: number): Map<string, number> {
  const runs = new Map<string, number>()
  for (let i = 0; i + n <= words.length; i++) {
    const run = words.slice(i, i + n).join(' ')
    runs.set(run, (runs.get(run) ?? 0) + 1)
  }
  return runs
}

/** Words and punctuation marks, as mteval-v13a.pl cuts them: a dot or a comma between digits belongs to a number. */
export function wordsOf(text: string): string[] {
  const plain = text
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
  return ` ${plain} `
    .replace(/([{-~[-` -&(-+:-@/])/g, ' $1 ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ')
    .split(/\s+/u)
    .filter((word) => word !== '')
}
