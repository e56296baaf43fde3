// How surprised a model is by a text: the loss that training brings down, for any text.
//
//   loss = mean of −ln p(next token)      in nats per token
//   perplexity = e^loss                   between so many equally likely tokens the model hesitates
//   bits = loss / ln 2                    what the text would take per token, packed by this model
//
// Every token but the first is predicted once, in windows that do not overlap: the first of a window has no context.

import { evaluationWindows } from '../data/textWindows.ts'
import type { Edited } from '../edit/edit.ts'
import { expectReached, withEdits } from '../edit/edited.ts'
import { runWith } from '../engine/engine.ts'
import { checkFinite } from '../engine/finite.ts'
import type { DecoderModel } from '../model/language.ts'
import { textLimits } from '../model/reads.ts'
import { trace } from '../tensor/pass.ts'
import { input } from '../tensor/primitives.ts'
import { checkIds } from '../text/ids.ts'
import { lossSum } from './loss.ts'

export interface Surprise {
  /** Nats per token. */
  readonly loss: number
  readonly perplexity: number
  readonly bitsPerToken: number
  /** The number of tokens that were predicted. */
  readonly predicted: number
}

/**
 * The surprise of a model, on average, at each token of a text after those before it.
 *
 * - `ids`: at least 2
 * - `batch`: the number of windows that are run at once
 * - `edits`: the replacements in every window, whose first token stands at place 0
 * - `report`: is told of how many tokens are predicted, of how many
 */
export async function surpriseOf({
  model,
  engine,
  edits = [],
  ids: text,
  batch = 16,
  report,
}: Edited<DecoderModel> & {
  readonly ids: ArrayLike<number>
  readonly batch?: number
  readonly report?: (done: number, of: number) => void
}): Promise<Surprise> {
  const { vocab, context } = textLimits('surprise', model)
  checkIds('surprise: the text', text, vocab)
  const ids = Int32Array.from(text)
  const rows = Math.min(batch, Math.ceil((ids.length - 1) / context))
  const batches = evaluationWindows({ ids, context, batch: Math.max(1, rows) })
  const sizes = { batch: Math.max(1, rows), position: context }
  const inputs = { ids: input('ids', sizes, { below: vocab }), targets: input('targets', sizes, { below: vocab }) }
  const edited = await withEdits({ model, engine, edits })
  const pass = trace(
    model,
    () => lossSum(edited.logits({ ids: inputs.ids }, { standing: { isPadded: true } }), inputs.targets).sum,
  )
  const program = await engine.compile({ outputs: { sum: pass.outputs }, names: pass.names })
  let [total, predicted] = [0, 0]
  try {
    for (const { ids, targets, count } of batches) {
      await runWith(program, { ids, targets })
      total += (await program.read('sum')).data[0]
      predicted += count
      report?.(predicted, text.length - 1)
    }
  } finally {
    await program.close()
  }
  await expectReached(edits, model, { positions: Math.min(context, ids.length - 1) }, 'edits')
  const loss = total / predicted
  checkFinite('surprise: the loss', [loss])
  return { loss, perplexity: Math.exp(loss), bitsPerToken: loss / Math.LN2, predicted }
}
