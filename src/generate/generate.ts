// Generation: a model goes on with a text, token by token. Each token is drawn from what the model expects after all those
// before it, and is then one of those before.
//
//   prefill   all of the prompt in one run; the keys and values of its positions stay in the cache
//   step      one new position; it looks at the cache, and its own key and value are added there
//
// Both are the forward pass that training differentiates. They are programs with the number of positions built in; so
// prefill is compiled for a few lengths, as they are needed, and a prompt is filled up at its end to the next of them. What
// stands there does no harm: nothing looks at later positions, and steps overwrite them before they look that far.

import { breather } from '../engine/breathe.ts'
import type { Engine, Program } from '../engine/engine.ts'
import { Cache } from '../model/cache.ts'
import type { LanguageModel } from '../model/language.ts'
import type { Ids } from '../model/stream.ts'
import type { Tensor } from '../tensor/node.ts'
import { constant, input } from '../tensor/primitives.ts'
import { logProbability, type SampleSettings, sampler } from './sample.ts'

export interface GenerateSettings extends SampleSettings {
  /** How many tokens are written at most. */
  readonly tokens: number
  /** Ids that end the text; they are not given out. */
  readonly stop?: readonly number[]
  /** Whether tokens come with their probabilities. */
  readonly logProbabilities?: boolean
  /** Ends it after the token that is under way. */
  readonly signal?: AbortSignal
  /** Told, once, when the text has become too long for the model, which from then on sees only the last part of it. */
  readonly onWindow?: (window: { readonly context: number; readonly kept: number }) => void
}

export interface GeneratedToken {
  readonly id: number
  /** ln p under the model's own distribution, whatever was sampled from; where it was asked for. */
  readonly logProbability?: number
}

/** The shortest prefill that is worth a program. */
const shortestPrefill = 16

/** Goes on with a prompt. To go on with several, keep a `TokenGenerator`, which compiles its programs only once. */
export function generate({
  engine,
  model,
  prompt,
  ...settings
}: GenerateSettings & {
  readonly engine: Engine
  readonly model: LanguageModel
  readonly prompt: ArrayLike<number>
}): AsyncGenerator<GeneratedToken, void, undefined> {
  return new TokenGenerator({ engine, model }).generate(prompt, settings)
}

/** Writes with a model whose weights are in an engine, as they are there at the time: also while the model is in training. */
export class TokenGenerator {
  readonly #engine: Engine
  readonly #model: LanguageModel
  #cache: Cache | undefined
  readonly #prefills = new Map<number, Program>()
  #step: Program | undefined
  #isBusy = false

  constructor({ engine, model }: { engine: Engine; model: LanguageModel }) {
    this.#engine = engine
    this.#model = model
  }

  /**
   * The tokens that come after a prompt, one by one, each as soon as it is there.
   *
   * - `prompt`: ids, at least one; of a prompt longer than the context the last part counts
   *
   * Equal seeds give equal tokens. Throws when a prompt has not ended yet and another one begins.
   */
  async *generate(
    prompt: ArrayLike<number>,
    settings: GenerateSettings,
  ): AsyncGenerator<GeneratedToken, void, undefined> {
    checkSettings(prompt, settings)
    const { tokens, stop = [], logProbabilities = false, signal, onWindow } = settings
    const sample = sampler(settings)
    if (this.#isBusy) throw new Error('generate: this generator is still writing. Wait until it ends, or make another.')
    this.#isBusy = true
    try {
      const window = new Window(prompt, this.#model.config.context, onWindow)
      const breathe = breather()
      let logits = await this.#prefill(window.ids)
      for (let n = 0; n < tokens && !signal?.aborted; n++) {
        const id = sample(logits, n)
        if (stop.includes(id)) return
        yield logProbabilities ? { id, logProbability: logProbability(logits, id) } : { id }
        if (n === tokens - 1) return
        const start = window.add(id)
        logits = start > 0 ? await this.#next(id, start) : await this.#prefill(window.ids)
        await breathe()
      }
    } finally {
      this.#isBusy = false
    }
  }

  /** The logits of the last position, all positions being computed anew. */
  async #prefill(ids: Int32Array): Promise<Float32Array> {
    const { context } = this.#model.config
    let length = Math.min(shortestPrefill, context)
    while (length < ids.length) length = Math.min(2 * length, context)
    let program = this.#prefills.get(length)
    if (!program) {
      program = await this.#compile(length, constant(0), input('at', { batch: 1, position: 1 }))
      this.#prefills.set(length, program)
    }
    const filled = new Int32Array(length)
    filled.set(ids)
    await program.run({ ids: filled, at: ids.length - 1 })
    return (await program.read('logits')).data
  }

  /** The logits of one more position, number `start`, all before it being in the cache. */
  async #next(id: number, start: number): Promise<Float32Array> {
    this.#step ??= await this.#compile(1, input('start', {}))
    await this.#step.run({ ids: id, start })
    return (await this.#step.read('logits')).data
  }

  #compile(positions: number, start: Tensor<never>, at?: Ids): Promise<Program> {
    const { vocab, context } = this.#model.config
    const ids = input('ids', { batch: 1, position: positions }, { below: vocab })
    const cache = new Cache({ capacity: context, start, shared: this.#cache })
    this.#cache ??= cache
    const logits = this.#model.logits(ids, { cache, at })
    return this.#engine.compile({ outputs: { logits }, updates: cache.updates })
  }
}

/** The part of the text that the model sees. When it is full, it goes on with the last half of itself. */
class Window {
  readonly #ids: Int32Array
  #length: number
  /** What is told when the beginning of the text is given up for the first time. */
  #onWindow: GenerateSettings['onWindow']

  constructor(prompt: ArrayLike<number>, context: number, onWindow: GenerateSettings['onWindow']) {
    this.#ids = new Int32Array(context)
    this.#length = Math.min(prompt.length, context)
    this.#onWindow = onWindow
    for (let i = 0; i < this.#length; i++) this.#ids[i] = prompt[prompt.length - this.#length + i]
    if (prompt.length > context) this.#tell()
  }

  get ids(): Int32Array {
    return this.#ids.subarray(0, this.#length)
  }

  /** Adds an id; gives its position, which is only 0 if all positions have changed and must be computed anew. */
  add(id: number): number {
    const context = this.#ids.length
    const isFull = this.#length === context
    if (isFull) {
      this.#length = this.#half - 1
      this.#ids.copyWithin(0, context - this.#length)
      this.#tell()
    }
    this.#ids[this.#length++] = id
    return isFull ? 0 : this.#length - 1
  }

  get #half(): number {
    return Math.max(1, this.#ids.length >> 1)
  }

  #tell(): void {
    this.#onWindow?.({ context: this.#ids.length, kept: this.#half })
    this.#onWindow = undefined
  }
}

function checkSettings(prompt: ArrayLike<number>, { tokens }: GenerateSettings): void {
  if (prompt.length === 0) throw new Error('generate: the prompt is empty. Give at least one token to go on from.')
  if (!(Number.isSafeInteger(tokens) && tokens >= 0))
    throw new Error(`generate: tokens is ${tokens}; it must be a whole number, at least 0.`)
}
