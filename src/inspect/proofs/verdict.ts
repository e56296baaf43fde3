// A check, and what came of it: every check gives a row, those too that do not apply to a model.

/** The claim of each check, in one line; on the text on which it is tried. */
const claims = {
  'finite values': 'every value is a number, neither NaN nor infinite',
  'normalised axis': 'shares are summed over the axis they were normalised over',
  'rows of patterns': 'the shares of each position add up to 1 over "source"',
  mask: 'no position sees what comes after it',
  'own position': 'the last source that a position sees is its own',
  scale: 'scores are query · key / √d_k',
  causality: 'nothing before a changed token changes, by one bit',
  gradient: 'outputs have gradient 0 at tokens that they cannot see',
  reach: 'no output changes with a token that masks hide from it',
  'both sides': 'every output can depend on every token',
  source: 'every token of the source changes what is said',
  'padding on the left': 'padding before the text changes nothing',
  'padding on the right': 'padding behind the text changes nothing',
  batch: 'a text says the same alone and beside others',
  places: 'another order, with its places and masks, says the same',
  order: 'tokens in another order say something else',
  'cached writing': 'what is written with a cache is what the whole text gives',
  definitions: 'kernels give what their definitions give',
  'reference engine': 'the engine gives what plain loops in double precision give',
  fixture: 'the model gives what expected.json in its folder says',
  leaks: 'programs and memory are as before, after several runs',
} as const

/** The checks by their names. */
export type CheckName = keyof typeof claims

/** A check, and what came of it. */
export interface Check {
  readonly name: CheckName
  /** The claim, in one line. */
  readonly proves: string
  readonly verdict: 'pass' | 'fail' | 'not applicable'
  /** The fault by its name; why the check does not apply; or what else was found. */
  readonly reason?: string
  /** The largest error that was found, and the largest that passes; of `definitions`, `reference engine` and `fixture` ‖a − b‖ / ‖a‖. */
  readonly largest?: number
  readonly allowed?: number
  /** The address at which it is largest. */
  readonly address?: string
}

/** The names of all checks, in the order in which they are told. */
export const namesOfChecks = Object.keys(claims) as readonly CheckName[]

interface Finding extends Pick<Check, 'largest' | 'allowed' | 'address'> {
  /** The fault, if there is one. */
  readonly reason?: string | undefined
}

/** The row of a check that holds, or whose fault is given. */
export const passIf = (name: CheckName, isSound: boolean, { reason, ...finding }: Finding): Check => ({
  name,
  proves: claims[name],
  verdict: isSound ? 'pass' : 'fail',
  ...(!isSound && reason !== undefined && { reason }),
  ...finding,
})

/** The row of a check that a model gives no occasion for. */
export const notApplicable = (name: CheckName, reason: string): Check => ({
  name,
  proves: claims[name],
  verdict: 'not applicable',
  reason,
})
