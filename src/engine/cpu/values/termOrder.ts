// The order in which terms are computed.

import type { Term } from './terms.ts'

/** The order in which terms are computed, and when the last use of each is over. Only terms that need registers stand in it. */
export class TermOrder {
  readonly order: Term[] = []
  readonly #uses = new Map<Term, number>()
  readonly #heights = new Map<Term, number>()
  readonly #roots: ReadonlySet<Term>

  constructor(roots: readonly Term[]) {
    this.#roots = new Set(roots)
    for (const root of this.#roots) this.#count(root)
    const visited = new Set<Term>()
    const visit = (term: Term): void => {
      if (visited.has(term)) return
      visited.add(term)
      // What takes longest comes first: then fewer results wait for it.
      if (term.kind === 'operation')
        for (const input of term.inputs.toSorted((a, b) => this.#height(b) - this.#height(a))) visit(input)
      if (this.needsRegister(term)) this.order.push(term)
    }
    roots.forEach(visit)
  }

  needsRegister(term: Term): boolean {
    if (term.kind === 'operation' || this.#roots.has(term)) return true
    return term.kind === 'given' && !term.isCheap && (this.#uses.get(term) ?? 0) > 1
  }

  /** The inputs that nobody needs once this term is computed; to be asked once for each term, in order. */
  finishedBy(term: Term): Term[] {
    if (term.kind !== 'operation') return []
    return term.inputs.filter((input) => {
      const left = (this.#uses.get(input) ?? 0) - 1
      this.#uses.set(input, left)
      return left === 0 && !this.#roots.has(input) && this.needsRegister(input)
    })
  }

  #count(term: Term): void {
    const uses = this.#uses.get(term) ?? 0
    this.#uses.set(term, uses + 1)
    if (uses === 0 && term.kind === 'operation') for (const input of term.inputs) this.#count(input)
  }

  #height(term: Term): number {
    if (term.kind !== 'operation') return 0
    const known = this.#heights.get(term)
    if (known !== undefined) return known
    const height = 1 + Math.max(...term.inputs.map((input) => this.#height(input)))
    this.#heights.set(term, height)
    return height
  }
}
