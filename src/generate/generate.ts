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
  readonly #cache: Cache
  readonly #prefills = new Map<number, Program>()
  #step: Program | undefined
  #isBusy = false

  constructor({ engine, model }: { engine: Engine; model: LanguageModel }) {
    this.#engine = engine
    this.#model = model
    this.#cache = new Cache({ capacity: model.config.context, start: constant(0) })
  }

  /**
   * The tokens that come after a prompt, one by one, each as soon as it is there.
   *
   * - `prompt`: ids, at least one; of a prompt longer than the context the last part counts
   *
   * Equal seeds give equal tokens. Throws when a prompt has not ended yet and another one begins.
   */
  async *generate(prompt: ArrayLike<number>, settings: GenerateSettings): AsyncGenerator<GeneratedToken, void, undefined> {
    checkSettings(prompt, settings)
    const { tokens, stop = [], logProbabilities = false, signal, onWindow } = settings
    const sample = sampler(settings)
    if (this.#isBusy) throw new Error('generate: this generator is still writing. Wait until it ends, or make another.')
    this.#isBusy = true
    try {
      const { context } = this.#model.config
      const kept = Math.max(1, context >> 1)
      const window = new Window(context, prompt)
      let isTold = false
      const tell = () => {
        if (!isTold) onWindow?.({ context, kept })
        isTold = true
      }
      if (prompt.length > context) tell()
      const breathe = breather()
      let logits: Float32Array | undefined
      for (let n = 0; n < tokens && !signal?.aborted; n++) {
        if (logits === undefined) logits = await this.#prefill(window)
        else if (window.length < context) logits = await this.#next(window)
        const id = sample(logits, n)
        if (stop.includes(id)) return
        yield logProbabilities ? { id, logProbability: logProbability(logits, id) } : { id }
        if (window.length === context) {
          tell()
          window.keep(kept)
          logits = undefined
        }
        window.add(id)
        await breathe()
      }
    } finally {
      this.#isBusy = false
    }
  }
}
