// cutaway patch: what values of one text do to what the model says of another.

import type { Command } from './command.ts'
import { cutaway, quoted } from './invocation.ts'
import { lookInside } from './lookInside.ts'
import { openingHelp } from './opening.ts'
import { type PatchValues, patchedOf, patchFlags } from './patchFlags.ts'
import { lookAtPatches } from './patchLook.ts'
import { type GivenPair, pairsOfFile, withTokens } from './patchPairs.ts'

export const patchCommand: Command<typeof patchFlags> = {
  name: 'patch',
  takes: 'RUN CLEAN CORRUPT',
  summary: 'Shows where a model keeps what two texts differ in: values of the clean text, put into the corrupt one',
  flags: patchFlags,
  about: [
    'Both texts have as many tokens, and the same things at the same places. One value after the other is taken from the clean text: the stream at each position after each block, then each head and each MLP. The share says how far the logit, or the difference of two, goes from that of the corrupt text to that of the clean one. Beside it stands an estimate by one gradient, which is good where values change little.',
    "An edge is what one head or MLP writes and one other reads: by a head's queries, keys or values, an MLP, or the logits. A path is what a sender does by way of receivers, when all other heads say what they said.",
    'Of a translator the sources are patched, and both have the same target. Of a classifier the logit is that of the class which it names for the clean text, if no --token is given; of one of pictures the clean and the corrupt one are files.',
    openingHelp,
  ],
  examples: [
    {
      line: 'cutaway patch runs/shakespeare "Romeo loves" "Paris loves" --token " " --against "s"',
      does: 'a difference of two logits',
    },
    {
      line: 'cutaway patch runs/shakespeare --pairs pairs.tsv --what attribution --circuits 10,100',
      does: 'all edges, over several pairs',
    },
  ],
  async run({ values, given, positionals: [folder, ...words] }, terminal) {
    const what = patchedOf(values, given)
    const pairs = await givenPairs(folder, words, values)
    return lookInside(
      'patch',
      {
        values,
        folder,
        given: pairs[0]?.clean,
        place: pairs[0]?.place,
        kinds: ['decoder', 'masked', 'encoder-decoder', 'classifier'],
      },
      terminal,
      (sight) => lookAtPatches({ values, what, pairs, folder: folder ?? '' }, sight, terminal),
    )
  },
}

/** The pairs as they were given. */
async function givenPairs(
  folder: string | undefined,
  [clean, corrupt, ...more]: readonly string[],
  { pairs, token, against }: PatchValues,
): Promise<GivenPair[]> {
  if (folder === undefined) return []
  if (pairs !== undefined) {
    if (clean !== undefined)
      throw new Error(`patch takes its texts from ${pairs}, but got also "${clean}". Leave one of both out.`)
    return withTokens(await pairsOfFile(pairs), pairs, { token, against })
  }
  if (clean === undefined) return []
  if (!corrupt)
    throw new Error(
      `patch needs two texts: ${cutaway(`patch ${quoted(folder)} ${quoted(clean)} "another text" --token " x"`)}; or two pictures, of a run that reads such.`,
    )
  if (more.length > 0)
    throw new Error(`patch takes two texts, but got also "${more.join(' ')}". Put each text in quotes.`)
  return [{ place: 'patch', clean, corrupt, token, against }]
}
