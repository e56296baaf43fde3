// The flags of `cutaway patch`, and what they are for.

import { choice, dashed, type FlagValues, path, text, texts, toggle, whole, wholes } from './flags.ts'
import { lookingFlags } from './lookInside.ts'

const { target, ...otherFlags } = lookingFlags

export const patchFlags = {
  token: text('the token whose logit is looked at; with --pairs that of the lines without one', { value: '" x"' }),
  against: text('a token whose logit is taken away from it; with --pairs that of the lines without one', {
    value: '" y"',
  }),
  position: whole('the position that says what comes next, from 0, or from the end: -1', {
    usual: 'the last; the mask of a model that fills in',
  }),
  pairs: path(
    'several pairs of texts, for errors: one a line, "clean TAB corrupt TAB token TAB against", or {"clean", "corrupt", "token", "against"}, or a JSON array of these',
    {
      value: 'FILE',
    },
  ),
  noising: toggle('patch values of the corrupt text into the clean one, rather than the other way'),
  what: choice(
    'values at each place (parts), edges by themselves, edges by one gradient, or paths of other heads at rest',
    ['parts', 'edges', 'attribution', 'paths'],
  ),
  from: texts('writers where edges begin, or senders of paths', { value: 'ADDRESS' }),
  to: texts('readers where edges end, or receivers of paths', { value: 'ADDRESS' }),
  holdScale: toggle('edges: the norm of the reader divides as it did before'),
  freezeMlps: toggle('paths: MLPs stay at rest too'),
  steps: whole('attribution: gradients on the way from one text to the other', { least: 1, most: 1000, usual: '1' }),
  circuits: wholes('attribution: how faithful so many of the strongest edges are alone'),
  top: whole('the number of edges in the table', { least: 1, usual: '20' }),
  target,
  ...otherFlags,
}

export type PatchValues = FlagValues<typeof patchFlags>
/** The things that can be patched. */
export type Patched = NonNullable<PatchValues['what']>

/** The flags that are for some of what can be patched. */
const flagsOf: Readonly<Partial<Record<keyof typeof patchFlags, readonly Patched[]>>> = {
  from: ['edges', 'attribution', 'paths'],
  to: ['edges', 'attribution', 'paths'],
  holdScale: ['edges'],
  freezeMlps: ['paths'],
  steps: ['attribution'],
  circuits: ['attribution'],
  top: ['edges', 'attribution'],
}

/** The things that are to be patched. Throws for flags that are for others. */
export function patchedOf({ what = 'parts', to }: PatchValues, given: ReadonlySet<keyof typeof patchFlags>): Patched {
  for (const [flag, own] of Object.entries(flagsOf))
    if (given.has(flag as keyof typeof patchFlags) && !own.includes(what))
      throw new Error(
        `patch: --${dashed(flag)} is for --what ${own.join(' and ')}, but --what ${what} is asked for. Leave one of them out.`,
      )
  if (what === 'paths' && to.length === 0)
    throw new Error(
      'patch: by way of which values do paths go? Give --to ADDRESS, such as --to blocks.1.attention.query.',
    )
  return what
}
