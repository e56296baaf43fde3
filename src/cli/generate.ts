// cutaway generate: a trained model goes on with a text.

import { type GenerateSettings, TokenGenerator } from '../generate/generate.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Command } from './command.ts'
import { number, text, toggle, whole } from './flags.ts'
import { engineFlags } from './openEngine.ts'
import { noRun, openRunOf } from './openRun.ts'

const flags = {
  prompt: text('what it goes on with', { usual: 'the start of a line' }),
  tokens: whole('how many tokens it writes', { least: 0, otherwise: 500 }),
  temperature: number('below 1 the likely gets likelier, above 1 the unlikely; 0 takes the likeliest, always', {
    least: 0,
    usual: "as in the run's generation_config.json: 1",
  }),
  topK: whole('draw from the k likeliest tokens only; 0 for all', { least: 0 }),
  topP: number('draw from the likeliest tokens that together have this probability', {
    least: 0,
    isAbove: true,
    most: 1,
  }),
  minP: number('draw from tokens at least so many times as likely as the likeliest', { least: 0, most: 1 }),
  seed: whole('equal seeds write equal texts', { least: 0, usual: 'another one every time' }),
  ...engineFlags,
  json: toggle('print the tokens with their log-probabilities (nats) as JSON'),
}

export const generate: Command<typeof flags> = {
  name: 'generate',
  takes: 'RUN',
  summary: 'Lets a trained model write: each token is drawn from what the model expects after all those before it',
  flags,
  examples: [
    { line: 'cutaway generate runs/shakespeare', does: 'writes 500 characters' },
    { line: 'cutaway generate runs/shakespeare --prompt "ROMEO:" --temperature 0.8', does: 'goes on with a prompt' },
    {
      line: 'cutaway generate runs/shakespeare --temperature 0 --json',
      does: 'the likeliest text, with its probabilities',
    },
  ],
  async run({ values, positionals: [folder, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('generate')
    if (more.length > 0)
      throw new Error(`generate takes one run, but got also "${more.join(' ')}". A prompt is given with --prompt.`)
    const { model, tokenizer, engine, generation } = await openRunOf('generate', ['decoder'], folder, values)
    const prompt = values.prompt ?? startOf(tokenizer)
    if (prompt === '')
      throw new Error('generate: the prompt is empty. Give at least one character, or leave --prompt out.')
    const settings: GenerateSettings = {
      tokens: values.tokens ?? 0,
      temperature: values.temperature ?? (generation.isSampled ? generation.temperature : 0),
      topK: values.topK ?? generation.topK,
      topP: values.topP ?? generation.topP,
      minP: values.minP,
      seed: values.seed ?? Math.floor(Math.random() * 2 ** 32),
      logProbabilities: values.json,
      onWindow({ context, kept }) {
        terminal.note(
          `generate: the text is longer than the ${context} tokens that the model sees; from here on it sees the last ${kept} to ${context}.`,
        )
      },
    }
    const tokens = new TokenGenerator({ engine, model }).generate(tokenizer.encode(prompt), settings)
    if (values.json) {
      const written: { id: number; token: string; logProbability: number | undefined }[] = []
      for await (const { id, logProbability } of tokens)
        written.push({ id, token: tokenizer.piece(id), logProbability })
      const { temperature, topK, topP, minP, seed } = settings
      const output = {
        prompt,
        text: written.map(({ token }) => token).join(''),
        seed,
        temperature,
        topK,
        topP,
        minP,
        tokens: written,
      }
      terminal.print(JSON.stringify(output, undefined, 2))
    } else {
      if (values.prompt !== undefined) terminal.write(terminal.colours.bold(prompt))
      for await (const { id } of tokens) terminal.write(tokenizer.piece(id))
      terminal.write('\n')
    }
    engine.close()
    return 0
  },
}

/** What a text begins with: a line end, as all lines but the first have one before them. */
function startOf(tokenizer: Tokenizer): string {
  const pieces = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.piece(id))
  return pieces.find((piece) => piece === '\n') ?? pieces.find((piece) => piece === ' ') ?? pieces[0]
}
