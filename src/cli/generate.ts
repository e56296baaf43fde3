// cutaway generate: a trained model goes on with a text.

import { loadChatTemplate } from '../checkpoint/chatTemplate.ts'
import { diskFiles } from '../checkpoint/diskFiles.ts'
import { Generator } from '../generate/generate.ts'
import type { GenerateSettings } from '../generate/settings.ts'
import type { StopText } from '../generate/write.ts'
import { chatPrompt } from '../text/chat.ts'
import { openingOf, openingOfNone } from '../text/opening.ts'
import { rolesToJSON } from '../text/special.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { type FlagValues, number, path, text, toggle, whole } from './flags.ts'
import { isTrainedHere, openingFlags, openingHelp } from './opening.ts'
import { noRun, openRunOf, runFlags, unfitKind } from './openRun.ts'
import type { Terminal } from './terminal.ts'
import { filledLines } from './textLines.ts'
import { printTexts, writeAll } from './writeAll.ts'
import { adjustments, beamsOf, habitsOf, mostTokensOf, noteUnused, samplingOf, writingFlags } from './writingFlags.ts'

const flags = {
  prompt: text('what it goes on with', { usual: 'the beginning of a text' }),
  prompts: path('go on with each line of a file', { value: 'FILE' }),
  chat: toggle('the prompt is what somebody says; the model answers, by the chat template of its folder'),
  tokens: whole('how many tokens it writes at most', {
    least: 0,
    usual: "as in the run's generation_config.json, or 500",
  }),
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
  ...writingFlags,
  ...editFlags,
  ...openingFlags,
  ...runFlags,
  json: toggle('print the tokens with their log-probabilities (nats) as JSON'),
}

export const generateCommand: Command<typeof flags> = {
  name: 'generate',
  takes: 'RUN',
  summary: 'Lets a trained model write: each token is drawn from what the model expects after all those before it',
  flags,
  about: [
    openingHelp,
    "What the run's generation_config.json says of writing is done as Python's transformers does it, unless a flag says otherwise; what Cutaway does not do is named.",
  ],
  examples: [
    { line: 'cutaway generate runs/shakespeare', does: 'writes 500 characters' },
    { line: 'cutaway generate runs/shakespeare --prompt "ROMEO:" --temperature 0.8', does: 'goes on with a prompt' },
    {
      line: 'cutaway generate runs/shakespeare --temperature 0 --json',
      does: 'the likeliest text, with its probabilities',
    },
    {
      line: 'cutaway generate runs/shakespeare --prompt "ROMEO:" --tokens 40 --beam 4 --n-best 3',
      does: 'the three likeliest of all texts',
    },
    { line: 'cutaway generate models/smollm --chat --prompt "Who are you?"', does: 'asks a model that can talk' },
  ],
  async run({ values, given, positionals: [folder, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('generate', ['decoder'])
    if (more.length > 0)
      throw new Error(`generate takes one run, but got also "${more.join(' ')}". A prompt is given with --prompt.`)
    checkFlags(values)
    const lines = values.prompts === undefined ? undefined : await filledLines(values.prompts)
    const run = await openRunOf('generate', ['decoder'], folder, values, terminal)
    try {
      if (run.codec) throw unfitKind('generate', ['decoder'], folder, run)
      const { model, engine, tokenizer, generation } = run
      const isOurs = await isTrainedHere(folder)
      const { mostLength, ...rest } = habitsOf(run)
      // A run of ours says there how much it sees at once; it writes on nevertheless.
      const habits = isOurs && mostLength === model.config.context ? rest : { ...rest, mostLength }
      const prompts = await promptsOf(folder, tokenizer, lines ?? [values.prompt], {
        isChat: values.chat,
        special: !values.noSpecial,
        begin: isOurs ? undefined : habits.begin,
      })
      const edits = await editsOf('generate', folder, run, values, values.chat ? notInChat : undefined)
      const beams = beamsOf('generate', values, habits)
      if (beams) checkUnsampled(given)
      noteUnused({ generation, beams, isSearching: values.beam === undefined && beams !== undefined }, terminal)
      const longest = prompts.reduce((most, { ids }) => Math.max(most, ids.length), 0)
      const most = values.tokens ?? mostTokensOf('generate', habits, longest) ?? 500
      const each = values.nBest ?? habits.each ?? 1
      let window: { readonly context: number; readonly kept: number } | undefined
      const settings: GenerateSettings & StopText = {
        ...adjustments(values, habits),
        // A search sees the whole text, so it ends where the context ends, unless more was asked for.
        tokens: beams && !given.has('tokens') ? Math.max(1, Math.min(most, model.config.context + 1 - longest)) : most,
        ...samplingOf(run, values),
        minP: values.minP ?? habits.minP ?? 0,
        topH: habits.topH,
        typicalP: habits.typicalP,
        epsilon: habits.epsilon,
        eta: habits.eta,
        logProbabilities: values.json,
        onWindow: (found) => {
          window ??= found
        },
      }
      const isStreamed = prompts.length === 1 && each === 1 && !beams && !values.json
      const shown = prompts.map(({ text }) => (values.chat ? `${text}\n` : text))
      if (isStreamed) terminal.write(terminal.colours.bold(shown[0]))
      const writing = writeAll({
        generator: new Generator({ engine, model, edits }),
        tokenizer,
        openings: prompts.map(({ ids }) => ({ prompt: ids })),
        settings,
        beams,
        each,
        batch: values.batch ?? 1,
        ...(isStreamed && { onPiece: (piece: string) => terminal.write(piece) }),
      })
      // Its last line ends before anything else is said, an error too.
      const written = await writing.finally(() => isStreamed && terminal.write('\n'))
      if (values.json) {
        const { temperature, topK, topP, minP, seed } = settings
        const how = { ...(beams ?? { seed, temperature, topK, topP, minP }), ...editsSaid(values) }
        const said =
          prompts.length === 1 && each === 1
            ? { prompt: prompts[0].text, text: written[0][0].text, ...how, tokens: written[0][0].tokens }
            : { ...how, written: prompts.map(({ text }, i) => ({ prompt: text, texts: written[i] })) }
        terminal.print(JSON.stringify(said, undefined, 2))
      } else if (!isStreamed) {
        for (const [i, texts] of written.entries()) {
          if (i > 0) terminal.print('')
          printTexts(terminal, texts, terminal.colours.bold(shown[i]))
        }
      }
      if (window) noteWindow(window, terminal)
      return 0
    } finally {
      run.engine.close()
    }
  },
}

function checkFlags({ prompt, prompts, chat, noSpecial }: FlagValues<typeof flags>): void {
  if (prompts !== undefined && prompt !== undefined)
    throw new Error('generate: --prompt and --prompts were both given. Leave one out.')
  if (prompt === '')
    throw new Error('generate: the prompt is empty. Give at least one character, or leave --prompt out.')
  if (chat && prompt === undefined && prompts === undefined)
    throw new Error('generate: --chat needs something to answer. Give it with --prompt.')
  if (chat && noSpecial)
    throw new Error(
      'generate: --no-special leaves out what the tokenizer adds, but with --chat the template alone says what a text begins with. Leave one out.',
    )
}

/** Refuses the other text of an edit where a template stands around what the model reads. */
function notInChat(text: string): never {
  throw new Error(
    `generate: --edit: "from" reads ${JSON.stringify(text)} as it is, but with --chat the template is around every text. Leave one out.`,
  )
}

function checkUnsampled(given: ReadonlySet<string>): void {
  const sampling = { temperature: '--temperature', topK: '--top-k', topP: '--top-p', minP: '--min-p', seed: '--seed' }
  const found = Object.entries(sampling).flatMap(([flag, name]) => (given.has(flag) ? [name] : []))
  if (found.length > 0)
    throw new Error(
      `generate: ${found.join(', ')} belongs to sampling, but a beam search draws nothing. Leave one out.`,
    )
}

/** Said when all is written, so that it does not stand in the middle of a text. */
function noteWindow({ context, kept }: { context: number; kept: number }, terminal: Terminal): void {
  terminal.note(
    `generate: the text became longer than the ${context} tokens that the model sees; from there on it saw the last ${kept} to ${context}.`,
  )
}

/** A text to go on with; it is empty where none was given. */
interface Prompt {
  readonly text: string
  readonly ids: Int32Array
}

async function promptsOf(
  folder: string,
  tokenizer: Tokenizer,
  texts: readonly (string | undefined)[],
  { isChat, special, begin }: { isChat: boolean; special: boolean; begin: number | undefined },
): Promise<Prompt[]> {
  if (!isChat)
    return texts.map((text) =>
      text === undefined
        ? { text: '', ids: openingOfNone(tokenizer, { begin, special }) }
        : { text, ids: notEmpty(text, openingOf(tokenizer, text, { special })) },
    )
  const template = await loadChatTemplate(diskFiles(folder))
  return Promise.all(
    texts.map(async (said = '') => {
      const messages = [{ role: 'user', content: said }]
      const tokens = rolesToJSON(tokenizer)
      const place = `${folder}: chat template`
      const ids = tokenizer.encode(await chatPrompt({ template, messages, tokens, addGenerationPrompt: true, place }))
      if (ids.length === 0)
        throw new Error(`${place}: it makes an empty text of the messages. Correct it, or leave out --chat.`)
      return { text: said, ids }
    }),
  )
}

function notEmpty(text: string, ids: Int32Array): Int32Array {
  if (ids.length > 0) return ids
  throw new Error(`generate: the prompt ${JSON.stringify(text)} has no token in it. Give another one.`)
}
