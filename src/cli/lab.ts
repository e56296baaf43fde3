// cutaway lab: questions about transformers, each answered by small trainings on several seeds, with a verdict.

import { availableParallelism } from 'node:os'
import { answerOf } from '../lab/answer.ts'
import { labFigures } from '../lab/labFigure.ts'
import { type LabText, labText } from '../lab/labText.ts'
import type { LabQuestion } from '../lab/question.ts'
import { questions } from '../lab/questions.ts'
import { type Findings, type LabProgress, readLab, runLab } from '../lab/runLab.ts'
import type { LabStore } from '../lab/saved.ts'
import { fewestSeeds } from '../lab/verdict.ts'
import { duration } from '../show/amounts.ts'
import { didYouMean } from '../text/spelling.ts'
import type { Command } from './command.ts'
import { checkFigureFlags, figureFlags, showFacts } from './figureFlags.ts'
import { type FlagValues, path, toggle, whole } from './flags.ts'
import { interruptible } from './interruptible.ts'
import { cutaway } from './invocation.ts'
import { labFolder, makeFolder } from './labFolder.ts'
import { listLab } from './labList.ts'
import { checkLabPage, saveLabPage } from './labPage.ts'
import { labWorkers } from './labWorkers.ts'
import { novel, readNovel } from './novel.ts'
import type { Terminal } from './terminal.ts'

const flags = {
  quick: toggle('short trainings: all questions in a quarter of an hour on two cores'),
  seeds: whole('how often each training is made anew', {
    least: 1,
    most: 100,
    usual: `${fewestSeeds}, or what the question says`,
  }),
  text: path('the text to learn from', { value: 'FILE', usual: "Jane Austen's Emma, in a clone of the repository" }),
  out: path('the folder that keeps measurements, so that each is made once', { value: 'DIR', usual: 'runs/lab' }),
  force: toggle('measure anew what is kept'),
  workers: whole('how many trainings are made at once', {
    least: 1,
    most: 256,
    usual: 'as many as the machine has cores',
  }),
  write: path('write the answers as a Markdown page, with pictures in a folder of its name', { value: 'FILE' }),
  ...figureFlags,
}

type LabFlags = FlagValues<typeof flags>

export const labCommand: Command<typeof flags> = {
  name: 'lab',
  takes: '[NAME…|all]',
  summary:
    'Answers questions about transformers by training small models on several seeds: numbers with intervals, what was published, and a verdict computed from the numbers. Without a name it lists the questions and their times',
  flags,
  about: [
    'Every measurement is kept when it ends. A lab that was interrupted goes on, and a question asked again is answered at once.',
    'A verdict is "better" or "worse" where the 95 % interval of the difference over seeds lies on one side of 0, "no difference at this size" where it lies within the margin that the question names, and "not enough seeds" otherwise.',
  ],
  examples: [
    { line: 'cutaway lab', does: 'the questions, and how long they take here' },
    { line: 'cutaway lab warm-up --quick', does: 'one of them, in short' },
    { line: 'cutaway lab no-mlp --text shakespeare.txt --seeds 5', does: 'on a text of yours' },
    { line: 'cutaway lab all --write docs/lab.md', does: 'all of them, as a page' },
    { line: 'cutaway lab --write docs/lab.md', does: 'the page of what is measured already' },
  ],
  async run({ values, positionals }, terminal) {
    const asked = askedQuestions(positionals)
    await checkFigureFlags(values, terminal, values.text === undefined ? [] : [values.text])
    if (values.write !== undefined) await checkLabPage(values.write)
    const store = labFolder(values.out ?? 'runs/lab')
    if (asked.length === 0 && values.write === undefined) {
      await listLab(questions, values, store, terminal, () => readText(values))
      return 0
    }
    const text = await readText(values)
    const read = await labText(text.text, text.name)
    const lab = { size: values.quick ? 'quick' : 'full', seeds: values.seeds, text: read, store } as const
    const found =
      asked.length === 0
        ? await readLab({ ...lab, questions })
        : await measured({ ...lab, questions: asked }, { ...text, values, terminal })
    if (typeof found === 'number') return found
    await show(found, read, values, terminal, positionals)
    return 0
  },
}

async function readText({ text }: LabFlags): Promise<{ readonly text: string; readonly name: string }> {
  if (text === undefined)
    return { text: await readNovel('lab', 'name a text of yours with --text FILE'), name: novel.replace(/.*\//, '') }
  const { readTexts } = await import('../text/files.ts')
  return { text: (await readTexts([text])).text, name: text }
}

/** The questions that are named; all of them for "all". Throws for names that are none. */
function askedQuestions(names: readonly string[]): readonly LabQuestion[] {
  const known = questions.map(({ name }) => name)
  for (const name of names)
    if (name !== 'all' && !known.includes(name))
      throw new Error(`lab: there is no question "${name}".${didYouMean(name, known)} "${cutaway('lab')}" lists them.`)
  return names.includes('all') ? questions : questions.filter(({ name }) => names.includes(name))
}

interface Lab {
  readonly questions: readonly LabQuestion[]
  readonly size: 'full' | 'quick'
  readonly seeds: number | undefined
  readonly text: LabText
  readonly store: LabStore
}

/** Measures what is not kept yet. Ctrl-C ends it; then the exit code is given. */
async function measured(
  lab: Lab,
  {
    text,
    name,
    values,
    terminal,
  }: { readonly text: string; readonly name: string; readonly values: LabFlags; readonly terminal: Terminal },
): Promise<Findings[] | number> {
  const count = values.workers ?? availableParallelism()
  terminal.goOn()
  await makeFolder(values.out ?? 'runs/lab')
  const { workers, close } = labWorkers(count, { text, name })
  return interruptible(
    async (interruption) => {
      const { signal } = interruption
      try {
        const today = new Date().toISOString().slice(0, 10)
        const report = labProgressOn(terminal)
        const found = await runLab({ ...lab, workers, isForced: values.force, report, signal, today })
        if (!signal.aborted) return found
        terminal.note('Stopped. What was measured is kept; the same command goes on from there.')
        return interruption.code
      } finally {
        terminal.clear()
        await close()
      }
    },
    () => void close(),
  )
}

/** Shows how far the lab is: a line that is repainted; where nobody looks, a line for each measurement. */
function labProgressOn(terminal: Terminal): (progress: LabProgress) => void {
  let told = 0
  return ({ done, of, left, jobs }) => {
    const now = jobs.map(
      ({ question, variant, seed, share }) => `${question}: ${variant}, seed ${seed}, ${Math.round(100 * share)} %`,
    )
    const far = `${done} of ${of} measured`
    const time = done < of ? `, about ${duration(1000 * left)} left` : ''
    terminal.repaint(`${far}${time} · ${now.join(' · ')}`.slice(0, terminal.width - 1))
    if (!terminal.isInteractive && done > told) terminal.note(`${far}${time}`)
    told = done
  }
}

async function show(
  found: readonly Findings[],
  text: LabText,
  values: LabFlags,
  terminal: Terminal,
  positionals: readonly string[],
): Promise<void> {
  const answers = found.map((each) => answerOf(each, text))
  terminal.clear()
  if (values.write !== undefined) {
    const words = ['lab', ...positionals, ...(values.quick ? ['--quick'] : []), '--write', values.write]
    terminal.print(await saveLabPage(answers, values.write, `cutaway ${words.join(' ')}`))
    if (!values.json && values.svg === undefined && values.html === undefined) return
  }
  await showFacts(terminal, values, { asked: {}, facts: { answers }, figure: () => labFigures(answers) })
}
