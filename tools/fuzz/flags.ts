// Target: the words of a command line.

import { attentionCommand } from '../../src/cli/attention.ts'
import { classifyCommand } from '../../src/cli/classify.ts'
import type { Command } from '../../src/cli/command.ts'
import { embedCommand } from '../../src/cli/embed.ts'
import { evaluateCommand } from '../../src/cli/evaluate.ts'
import { fillCommand } from '../../src/cli/fill.ts'
import { dashed, readFlags } from '../../src/cli/flags.ts'
import { generateCommand } from '../../src/cli/generate.ts'
import { shapesCommand } from '../../src/cli/shapes.ts'
import { startCommand } from '../../src/cli/start.ts'
import { tokenizerCommand } from '../../src/cli/tokenizer.ts'
import { trainCommand } from '../../src/cli/train.ts'
import { translateCommand } from '../../src/cli/translate.ts'
import { mutatedText, oddTexts } from './mutate.ts'
import type { Random } from './random.ts'
import { claim, claimFinite, target } from './target.ts'

const commands = [
  attentionCommand,
  classifyCommand,
  embedCommand,
  evaluateCommand,
  fillCommand,
  generateCommand,
  shapesCommand,
  startCommand,
  tokenizerCommand,
  trainCommand,
  translateCommand,
] as unknown as readonly Command[]

export const commandLines = target(
  'command lines',
  (random) => {
    const command = random.below(commands.length)
    const names = Object.keys(commands[command].flags).map((name) => `--${dashed(name)}`)
    return { command, words: Array.from({ length: random.below(6) }, () => wordFrom(names, random)) }
  },
  ({ command, words }) => {
    const { values, given, positionals } = readFlags(commands[command].flags, words)
    for (const name of given) claimFinite(values[name], `--${dashed(String(name))}`)
    const end = words.indexOf('--')
    const flags = words.slice(0, end < 0 ? undefined : end).filter((word) => /^--\w/.test(word))
    claim(flags.length === 0 || given.size > 0, `${flags[0]} was given, and not read`)
    claim(
      positionals.every((word) => words.includes(word)),
      'a word stands there that nobody gave',
    )
  },
  { hasPlaces: false },
)

function wordFrom(names: readonly string[], random: Random): string {
  const value = random.percent(50) ? String(random.pick([0, 1, -1, 0.5, 1e9, 1e-3])) : random.pick(oddTexts)
  if (random.percent(50)) return random.percent(90) ? random.pick(names) : mutatedText(random.pick(names), random)
  return random.percent(40) ? `${random.pick(names)}=${value}` : value
}
