// A formula as the facts write it, as a tree of MathML: what stands under a root or in an exponent, fractions, sums with their axes, names
// that can be opened.
//
//   Σ[key] blocks.0.attention.query · blocks.0.attention.key · 1/√16 where source ≤ position, otherwise −∞

export interface MathNode {
  readonly tag: 'mrow' | 'mi' | 'mn' | 'mo' | 'mtext' | 'msqrt' | 'mfrac' | 'msup' | 'msub' | 'munder'
  readonly text?: string
  readonly children?: readonly MathNode[]
  /** The path of a value that is meant. */
  readonly path?: string
}

const token =
  /\s*(Σ\[[^\]]*\]|max\[[^\]]*\]|e\^|√|∞|−∞|\d[\d.]*(?:e[−-]?\d+)?|[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*|[()[\]|,+·/≤<=−])/uy

/** The tree of a formula's text. - `place`: the part in which the value is made, whose name need not be repeated */
export function formulaTree(text: string, place: string): MathNode {
  return new FormulaReader(tokensOf(text), place).row(new Set())
}

function tokensOf(text: string): string[] {
  const found: string[] = []
  let at = 0
  while (at < text.trimEnd().length) {
    token.lastIndex = at
    const match = token.exec(text)
    // What is not known is shown as it is.
    if (match) found.push(match[1])
    else if (text.charAt(at).trim() !== '') found.push(text.charAt(at))
    at = match ? token.lastIndex : at + 1
  }
  return found
}

const leaf = (tag: MathNode['tag'], text: string): MathNode => ({ tag, text })
const tree = (tag: MathNode['tag'], ...children: MathNode[]): MathNode => ({ tag, children })

class FormulaReader {
  readonly #tokens: readonly string[]
  readonly #place: string
  #at = 0

  constructor(tokens: readonly string[], place: string) {
    this.#tokens = tokens
    this.#place = place
  }

  /** All up to one of these signs, which is left. */
  row(until: ReadonlySet<string>): MathNode {
    const nodes: MathNode[] = []
    for (let next = this.#peek(); next !== undefined && !until.has(next); next = this.#peek()) {
      const before = nodes.at(-1)
      if (next === '/' && before) {
        this.#at++
        nodes[nodes.length - 1] = tree('mfrac', before, this.#atom())
      } else if (next === '[' && before) {
        this.#at++
        const inside = this.row(new Set([']']))
        this.#at++
        nodes[nodes.length - 1] = tree('msub', before, inside)
      } else nodes.push(this.#atom())
    }
    return tree('mrow', ...nodes)
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]
  }

  #atom(): MathNode {
    const next = this.#tokens[this.#at++] ?? ''
    if (next === '√') return tree('msqrt', this.#inside())
    if (next === 'e^') return tree('msup', leaf('mi', 'e'), this.#inside())
    const [, sign, axes] = /^(Σ|max)\[(.*)\]$/.exec(next) ?? []
    if (sign !== undefined) return tree('munder', leaf('mo', sign), leaf('mtext', axes ?? ''))
    if (next === '(') {
      const inside = this.row(new Set([')']))
      this.#at++
      return tree('mrow', leaf('mo', '('), inside, leaf('mo', ')'))
    }
    if (/^\d/.test(next)) return leaf('mn', next)
    if (next === 'where' || next === 'otherwise') return leaf('mtext', `\u2002${next}\u2002`)
    if (/^\p{L}/u.test(next)) return this.#name(next)
    return leaf('mo', next)
  }

  /** An atom; brackets around it are not needed where a root or an exponent holds it together. */
  #inside(): MathNode {
    if (this.#peek() !== '(') return this.#atom()
    this.#at++
    const inside = this.row(new Set([')']))
    this.#at++
    return inside
  }

  #name(path: string): MathNode {
    if (!path.includes('.')) return leaf('mi', path)
    const own = this.#place !== '' && path.startsWith(`${this.#place}.`) ? path.slice(this.#place.length + 1) : path
    const [, of, kind] = /^(.*)\.(weight|bias)$/.exec(own) ?? []
    const named = { tag: 'mi', text: own.split('.').slice(-2).join('.'), path } as const
    if (of === undefined) return named
    const last = of.split('.').at(-1) ?? of
    return { ...tree('msub', leaf('mi', kind === 'weight' ? 'W' : 'b'), leaf('mtext', last)), path }
  }
}
