// cutaway attribute: what each part of the stream adds to a logit.

import { sourceEffects } from '../inspect/journey/sourceEffects.ts'
import { attributeLogit } from '../inspect/stream/attribution.ts'
import { guessAt, readsSeveral } from '../inspect/stream/guessAt.ts'
import { attributionFigure } from '../show/attributionFigure.ts'
import type { Command } from './command.ts'
import { type FlagValues, text, toggle, whole } from './flags.ts'
import { askedPosition, type ExampleInRun, lookInside, lookingFlags, usualPosition } from './lookInside.ts'
import { openingHelp } from './opening.ts'

const flags = {
  token: text('the token whose logit it is', { value: '" x"', usual: "the model's own guess" }),
  against: text('a token whose logit is taken away from it', { value: '" y"' }),
  position: whole('the position that says what comes next, from 0, or from the end: -1', { usual: 'the last' }),
  parts: toggle('take each attention as a whole, not head by head'),
  neurons: toggle('take each MLP apart too, neuron by neuron'),
  ...lookingFlags,
}

export const attributeCommand: Command<typeof flags> = {
  name: 'attribute',
  takes: 'RUN TEXT',
  summary:
    'Shows what each part of the stream adds to a logit, or to the difference of two: exactly, so that all add up',
  flags,
  about: [
    'The stream is a sum of what the token, its position, each head, each MLP and their biases have added. With the factor of the last norm held, where there is one, the logit is a sum of the same parts, and of "const": the biases behind them.',
    'Of a classifier that reads several positions at once (the class token and the mean of the patches; two tokens) the amounts are those at all of them together, and it is told what the stream at each adds.',
    'Where norms stand in the stream itself (post-norm), the sum stops at the last of them, and the figure says so.',
    'Of a picture or a recording it is told too what attention brings from each patch or place: shares times what a source would write, all heads of a layer together.',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway attribute runs/shakespeare "To be, or not"', does: "what speaks for the model's own guess" },
    {
      line: 'cutaway attribute runs/shakespeare "To be, or not" --token " " --against ","',
      does: 'for one rather than another',
    },
    {
      line: 'cutaway attribute runs/shakespeare "To be, or not" --neurons --json',
      does: 'every neuron, with all digits',
    },
  ],
  async run({ values, positionals: [folder, given, ...more] }, terminal) {
    if (values.parts && values.neurons)
      throw new Error('attribute: --parts takes heads together and --neurons takes more apart. Give one of both.')
    return lookInside(
      'attribute',
      { values, folder, given, more, kinds: ['decoder', 'encoder-decoder', 'classifier'] },
      terminal,
      (sight) => look(values, sight),
    )
  },
}

async function look(values: FlagValues<typeof flags>, sight: ExampleInRun) {
  const { run, looking, tokens, source, answers, picture, sound } = sight
  const idOf = (flag: 'token' | 'against'): number | undefined => {
    const given = values[flag]
    return given === undefined ? undefined : answers.idOf('attribute', flag, given)
  }
  const position = askedPosition('attribute', values.position, tokens.length, usualPosition(sight))
  const against = idOf('against')
  const token = idOf('token') ?? (await guessAt(looking, position, 'attribute'))
  const detail = values.neurons ? 'neurons' : values.parts ? 'parts' : 'heads'
  const isOfAll = await readsSeveral(looking, 'attribute')
  const found = await attributeLogit({
    ...looking,
    token,
    against,
    detail,
    position: isOfAll ? values.position : position,
  })
  const { wordOf } = answers
  const { rows, ...rest } = found
  const count = sound ? (source?.length ?? 0) : tokens.length
  const attended =
    (picture || sound) && !isOfAll
      ? await sourceEffects({ ...looking, count, isAcross: sound !== undefined, token, against, position })
      : undefined
  return {
    facts: {
      ...rest,
      tokenText: wordOf(token),
      ...(against !== undefined && { againstText: wordOf(against) }),
      rows,
      ...(attended && { places: attended }),
    },
    figure: () =>
      attributionFigure(found, {
        tokens,
        wordOf,
        kind: run.model.kind,
        isNamedByWritten: run.codec !== undefined,
        places: attended,
        picture,
        sound,
      }),
  }
}
