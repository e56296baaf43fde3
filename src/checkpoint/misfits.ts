// What does not fit between a checkpoint and a model, gathered into one error.

/** The number of lines of what does not fit that are shown before the rest is counted. */
const mostLines = 40

/** A list of misfits; what is the same in several layers takes one line. */
export class Misfits {
  #count = 0
  readonly #layersOf = new Map<string, string[]>()
  readonly #meant = new Map<string, string>()

  add(what: string, meant?: string): void {
    this.#count++
    const { pattern, layer } = generalName(what)
    const layers = this.#layersOf.get(pattern) ?? []
    if (layer !== undefined) layers.push(layer)
    this.#layersOf.set(pattern, layers)
    if (meant !== undefined && !this.#meant.has(pattern)) this.#meant.set(pattern, meant)
  }

  get count(): number {
    return this.#count
  }

  check(place: string): void {
    if (this.#count === 0) return
    throw new Error(
      `${place}: ${this.#count} ${this.#count === 1 ? 'tensor does' : 'tensors do'} not fit the model.\n${this.lines()}\n` +
        '  Take the config.json that was saved with these weights.',
    )
  }

  /** The misfits that were added, a line for each kind. */
  lines(): string {
    const lines = [...this.#layersOf].map(([pattern, layers]) => {
      const meant = this.#meant.get(pattern)
      const where = layers.length === 0 ? '' : `, for layer ${ranges(layers)}`
      return `  ${pattern}${where}.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`
    })
    if (lines.length > mostLines) lines.splice(mostLines, lines.length, `  … and ${lines.length - mostLines} more.`)
    return lines.join('\n')
  }
}

/** `h.3.ln_1` → `h.{layer}.ln_1` and layer 3: the first number between dots, and its like in the rest of the text. */
export function generalName(text: string): { pattern: string; layer?: string } {
  const layer = /\.(\d+)\./.exec(text)?.[1]
  if (layer === undefined) return { pattern: text }
  return { pattern: text.replaceAll(`.${layer}.`, '.{layer}.'), layer }
}

/** `0 to 3, 5`, of numbers in any order. */
function ranges(numbers: readonly string[]): string {
  const sorted = [...new Set(numbers.map(Number))].sort((a, b) => a - b)
  const runs: number[][] = []
  for (const number of sorted) {
    const run = runs.at(-1)
    if (run !== undefined && run[run.length - 1] === number - 1) run.push(number)
    else runs.push([number])
  }
  return runs.map((run) => (run.length === 1 ? `${run[0]}` : `${run[0]} to ${run[run.length - 1]}`)).join(', ')
}
