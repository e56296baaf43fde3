// Generation: a model goes on with a text, token by token. Each token is chosen by what the model expects after all those before
// it, and is then one of those before.
//
//   generate     one text, streamed
//   generateAll  several texts at once: every step reads the weights once for all of them
//   search       the likeliest texts as a whole, by beam search
//
// The same for models that write on their own and for those that look at a source. decoding.ts is the forward pass behind it;
// adjust.ts and sample.ts choose from its logits; search.ts is the search.

import type { Edit, Edited } from '../edit/edit.ts'
import { expectReached } from '../edit/edited.ts'
import { type Reached, reachedByEither } from '../edit/reached.ts'
import { breather } from '../engine/breathe.ts'
import type { Engine } from '../engine/engine.ts'
import type { WritingModel } from '../model/language.ts'
import type { Adjust } from './adjust.ts'
import type { Hypothesis } from './beams.ts'
import { Decoding } from './decoding.ts'
import type { Text } from './rows.ts'
import { logProbability, sampler } from './sample.ts'
import {
  adjusting,
  checkAsked,
  type GenerateSettings,
  longestPrompt,
  longestSource,
  type Opening,
  type SearchSettings,
} from './settings.ts'
import { Window } from './window.ts'

export interface GeneratedToken {
  readonly id: number
  /** ln p under the model's own distribution, whatever was sampled from; where it was asked for. */
  readonly logProbability?: number
}

/** A token of one of several texts. */
export interface RowToken extends GeneratedToken {
  /** The place of its text in the list. */
  readonly row: number
}

/** Generators that wait for the next text, by engine and model: programs are compiled, and caches made, once. */
const waiting = new WeakMap<Engine, WeakMap<WritingModel, Generator>>()

/**
 * Goes on with a prompt. What it has compiled it keeps for the next call with this engine and this model, as long as somebody can
 * reach both. A `Generator` does the same for several texts at once, for beams, and can be closed.
 */
export async function* generate({
  engine,
  model,
  edits = [],
  prompt,
  source,
  ...settings
}: GenerateSettings & Opening & Edited<WritingModel>): AsyncGenerator<GeneratedToken, void, undefined> {
  if (edits.length > 0) {
    const generator = new Generator({ engine, model, edits })
    try {
      yield* generator.generate(prompt, { source, ...settings })
    } finally {
      await generator.close()
    }
    return
  }
  const ofEngine = waiting.get(engine) ?? new WeakMap<WritingModel, Generator>()
  waiting.set(engine, ofEngine)
  const generator = ofEngine.get(model) ?? new Generator({ engine, model })
  // Of two texts at the same time the second has a generator of its own.
  ofEngine.delete(model)
  let hasFailed = false
  try {
    yield* generator.generate(prompt, { source, ...settings })
  } catch (error) {
    hasFailed = true
    throw error
  } finally {
    if (hasFailed || ofEngine.has(model)) await generator.close()
    else ofEngine.set(model, generator)
  }
}

/** Writes with a model whose weights are in an engine, as they are there at the time: also while the model is in training. */
export class Generator {
  readonly #model: WritingModel
  readonly #decoding: Decoding
  readonly #edits: readonly Edit[]
  /** The places that its texts came to so far. */
  #reached: Reached | undefined
  #isBusy = false

  /**
   * `edits`: the replacements in every text. Places count in the text, whatever part of it the model sees. What another run had is
   * read when this one writes for the first time.
   */
  constructor({ engine, model, edits = [] }: Edited<WritingModel>) {
    this.#model = model
    this.#edits = edits
    this.#decoding = new Decoding({ engine, model, edits })
  }

  /** The forward pass behind it. */
  get decoding(): Decoding {
    return this.#decoding
  }

  /**
   * The tokens that come after a prompt, one by one, each as soon as it is there.
   *
   * - `prompt`: ids, at least one; of a prompt longer than the context the last part counts
   *
   * Equal seeds give equal tokens. Throws when a prompt has not ended yet and another one begins.
   */
  async *generate(
    prompt: Text,
    { source, ...settings }: GenerateSettings & { readonly source?: Text | undefined },
  ): AsyncGenerator<GeneratedToken, void, undefined> {
    for await (const { row: _, ...token } of this.generateAll([{ prompt, source }], settings)) yield token
  }

  /**
   * The tokens of several texts, in order of the steps, in each step in order of the list. What is written in one does not depend
   * on the others.
   *
   * - `until`: asked about each token before it is given out; yes makes it the last of its text
   */
  async *generateAll(
    openings: readonly Opening[],
    {
      until = () => false,
      ...settings
    }: GenerateSettings & { readonly until?: (token: { readonly row: number; readonly id: number }) => boolean },
  ): AsyncGenerator<RowToken, void, undefined> {
    checkAsked(this.#model, openings, settings)
    const { stop = [], logProbabilities = false, signal, onWindow } = settings
    const { vocab, context } = this.#model.config
    const tokens = Math.min(settings.tokens, this.#mostTokens(openings))
    const sample = await sampler(settings)
    const adjust = await adjuster({ ...settings, tokens }, vocab)
    this.#begin()
    try {
      const breathe = breather()
      const rows = openings.map(({ prompt, row }, i) => new Row(prompt, row ?? i, context, onWindow))
      const room = longestPrompt(openings) + tokens
      await this.#encode(openings, 1)
      const reached = { positions: 0, first: Infinity, sources: longestSource(openings) }
      const reach = (): void => {
        for (const { text, isDone } of rows) if (!isDone) reached.positions = Math.max(reached.positions, text.length)
      }
      const begin = (): Promise<Float32Array> => {
        reach()
        for (const { first, isDone } of rows) if (!isDone) reached.first = Math.min(reached.first, first)
        return this.#decoding.begin(
          rows.map(({ seen, isDone }) => (isDone ? nothing : seen)),
          { room, scores: 'logits', firsts: rows.map(({ first, isDone }) => (isDone ? 0 : first)) },
        )
      }
      let logits = tokens > 0 ? await begin() : new Float32Array()
      const next = new Int32Array(rows.length)
      for (let n = 0; n < tokens && !signal?.aborted; n++) {
        let hasSlid = false
        for (const [i, row] of rows.entries()) {
          if (row.isDone) continue
          const own = rows.length === 1 ? logits : logits.subarray(i * vocab, (i + 1) * vocab)
          const plain = adjust && logProbabilities ? own.slice() : own
          adjust?.(own, { text: row.text, written: n, source: this.#tokensOf(openings[i]) })
          const id = sample(own, n, row.number)
          row.isDone = stop.includes(id)
          if (row.isDone) continue
          row.isDone = until({ row: i, id }) || n === tokens - 1
          yield logProbabilities ? { row: i, id, logProbability: logProbability(plain, id) } : { row: i, id }
          if (!row.isDone) hasSlid = row.add(id) || hasSlid
          next[i] = id
        }
        if (rows.every(({ isDone }) => isDone)) break
        reach()
        logits = hasSlid || this.#decoding.isFull ? await begin() : await this.#decoding.next(next, 'logits')
        await breathe()
      }
      if (reached.positions > 0 && !signal?.aborted) await this.#expectReached(reached)
    } finally {
      this.#isBusy = false
    }
  }

  /**
   * The likeliest texts that go on with each of several prompts, found by beam search: for each prompt the best hypotheses, the
   * best first.
   *
   * Throws when prompt and tokens together are longer than the context.
   */
  async search(openings: readonly Opening[], settings: SearchSettings): Promise<Hypothesis[][]> {
    checkAsked(this.#model, openings, settings)
    // Few programs search, so what only they need is loaded here.
    const searching = await import('./search.ts')
    const tokens = Math.min(settings.tokens, this.#mostTokens(openings))
    this.#begin()
    try {
      const texts = openings.map((opening) => ({ ...opening, source: this.#tokensOf(opening) }))
      const encode = (): Promise<void> => this.#encode(openings, settings.beams)
      const found = await searching.search(texts, { ...settings, tokens }, { decoding: this.#decoding, encode })
      const reached = { positions: found.positions, sources: longestSource(openings) }
      if (found.positions > 0 && !settings.signal?.aborted) await this.#expectReached(reached)
      return found.hypotheses
    } finally {
      this.#isBusy = false
    }
  }

  /** Throws for an edit at a place to which neither these texts came nor any before. */
  #expectReached(reached: Reached): Promise<void> {
    this.#reached = reachedByEither(this.#reached, reached)
    return expectReached(this.#edits, this.#model, this.#reached, 'generate')
  }

  /** Gives back programs and caches; they are made anew when it writes again. Throws while it is writing. */
  async close(): Promise<void> {
    if (this.#isBusy) throw new Error('generate: this generator is still writing. Wait until it ends, then close it.')
    await this.#decoding.close()
  }

  #begin(): void {
    if (this.#isBusy) throw new Error('generate: this generator is still writing. Wait until it ends, or make another.')
    this.#isBusy = true
  }

  async #encode(openings: readonly Opening[], copies: number): Promise<void> {
    const sources = openings.flatMap(({ source }) => (source ? [source] : []))
    if (sources.length > 0) await this.#decoding.encode(sources, copies)
  }

  /** The tokens that an opening brings: its source's, or its prompt's; a source of numbers has none. */
  #tokensOf({ prompt, source = prompt }: Opening): Text {
    const model = this.#model
    return model.kind === 'encoder-decoder' && model.reads.source.below === undefined ? [] : source
  }

  /** A text that looks at a source keeps its beginning: it ends where the model's positions end. */
  #mostTokens(openings: readonly Opening[]): number {
    if (this.#model.kind === 'decoder') return Infinity
    return Math.max(0, this.#model.config.context - longestPrompt(openings))
  }
}

/** The function that changes scores as these settings say, loaded where they say anything; few do. */
async function adjuster(settings: GenerateSettings, vocab: number): Promise<Adjust | undefined> {
  const { stop, tokens } = settings
  const asked = adjusting(settings)
  return asked && (await import('./adjust.ts')).adjuster({ ...asked, stop, tokens }, vocab)
}

/** A text on its way. */
class Row {
  readonly text: number[]
  readonly number: number
  isDone = false
  readonly #window: Window

  constructor(prompt: Text, number: number, context: number, onWindow: GenerateSettings['onWindow']) {
    this.text = Array.from(prompt)
    this.number = number
    this.#window = new Window(prompt, context, onWindow)
  }

  /** Where the part that the model sees begins. */
  get first(): number {
    return this.text.length - this.#window.ids.length
  }

  /** The part of it that the model sees. */
  get seen(): Int32Array {
    return this.#window.ids
  }

  /** Gives whether the window has slid. */
  add(id: number): boolean {
    this.text.push(id)
    return this.#window.add(id)
  }
}

/** Stands for a text that has ended, where the others are begun anew. */
const nothing: Text = [0]
