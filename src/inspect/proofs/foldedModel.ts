// A model with folded weights, which says the same as the one that it was made of: its forward pass is that of the model, with other weights
// in their places, the biases that it lacked, and an unembedding of its own.

import { giveOn } from '../../edit/editedModel.ts'
import type { Engine } from '../../engine/engine.ts'
import type { AnyModel, DecoderModel, Given } from '../../model/language.ts'
import type { InputNodes } from '../../model/reads.ts'
import type { Logits } from '../../model/stream.ts'
import type { Axis } from '../../tensor/axes.ts'
import { Node, type Tensor } from '../../tensor/node.ts'
import { namesHere, trace } from '../../tensor/pass.ts'
import { add, contract, expand, parameter } from '../../tensor/primitives.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { weightOf } from './foldable.ts'
import { type FoldedStep, type FoldingStep, foldWeights } from './folding.ts'

/** A model with folded weights, and what was done to them. */
export interface Folded {
  /** Its weights have the paths of the model's own; biases that were not there are beside their weights. */
  readonly model: DecoderModel
  readonly steps: readonly FoldedStep[]
  /** True where the unembedding was the token embedding: it has numbers of its own now, `unembedding.weight`. */
  readonly isUntied: boolean
}

/**
 * A model with folded weights in the same engine, beside the model that it is made of.
 *
 * - `steps`: those that are done; all if not given
 *
 * What it says is the same: ln p to 1e-5 in single precision. Throws for models that do not write on, and where a norm gives the stream
 * itself (post-norm).
 */
export async function foldedModel({
  model,
  engine,
  steps,
}: {
  readonly model: AnyModel
  readonly engine: Engine
  readonly steps?: readonly FoldingStep[] | undefined
}): Promise<Folded> {
  const folding = await foldWeights({ model, engine, steps })
  const made = (axes: readonly Axis[], data: Float64Array): Tensor => {
    const weight = parameter(Object.fromEntries(axes.map(({ name, size }) => [name, size])), 'zeros') as Tensor
    engine.set(weight, data)
    return weight
  }
  const standIns: StandIns = {
    weights: new Map([...folding.weights].map(([weight, data]) => [weight, made(weight.axes, data)])),
    biases: new Map([...folding.biases].map(([weight, { axes, data }]) => [weight, made(axes, data)])),
    untied: folding.untied && {
      embedding: folding.untied.embedding,
      weight: made(folding.untied.embedding.axes, folding.untied.data),
    },
  }
  return { model: standingFor(model, standIns), steps: folding.steps, isUntied: folding.untied !== undefined }
}

/** The parameters that stand for those of a model. */
interface StandIns {
  readonly weights: ReadonlyMap<Node, Tensor>
  /** By the weight whose product they are added to. */
  readonly biases: ReadonlyMap<Node, Tensor>
  readonly untied: { readonly embedding: Node; readonly weight: Tensor } | undefined
}

/** The model with other weights: parts with the same fields, and its own forward pass. */
function standingFor(model: AnyModel, standIns: StandIns): DecoderModel {
  if (model.kind !== 'decoder') throw new Error('folding: only decoders are folded.')
  const { untied, biases } = standIns
  const bias = untied && biases.get(untied.embedding)
  const unembedding = untied && { weight: untied.weight, ...(bias && { bias }) }
  return {
    ...(fieldsOf(model, standIns) as object),
    ...(unembedding && { unembedding }),
    kind: 'decoder',
    reads: model.reads,
    config: model.config,
    logits(inputs: InputNodes, given: Given = {}): Logits {
      const around = namesHere()
      const { outputs, names } = trace(model, () => model.logits(inputs, given))
      const rewriting: Rewriting = new Rewriting((node, made) => standIn(node, made, rewriting, standIns))
      for (const [kept, value] of given.cache?.updates ?? []) given.cache?.updates.set(kept, rewriting.of(value))
      const logits = rewriting.of(outputs)
      if (around && around !== names) giveOn(names, around, rewriting)
      return logits as Node as Logits
    },
  }
}

/** The node that stands for one of the model's: another weight, a product with its bias, or with the unembedding. */
function standIn(
  node: Node,
  made: readonly Tensor[],
  rewriting: Rewriting,
  { weights, biases, untied }: StandIns,
): Node | undefined {
  if (node.operation.kind === 'parameter') return weights.get(node)
  const weight = weightOf(node)
  if (!weight || node.operation.kind !== 'dot') return undefined
  const bias = biases.get(weight)
  const isUntied = untied?.embedding === weight
  if (!bias && !isUntied) return undefined
  const others = made.filter((_, i) => node.inputs[i] !== weight)
  const product = isUntied
    ? contract(others[0], untied.weight, node.operation.over, node.axes)
    : rewriting.withInputs(node, made)
  return bias ? expand(add(product as Tensor, bias), node.axes) : product
}

/** A part with the same fields and of the same kind, with other weights in it; itself where none of them changed. */
function fieldsOf(part: unknown, standIns: StandIns, above: readonly unknown[] = []): unknown {
  if (part instanceof Node) return standIns.weights.get(part) ?? part
  if (typeof part !== 'object' || part === null || above.includes(part)) return part
  if (ArrayBuffer.isView(part) || part instanceof Map) return part
  const path = [...above, part]
  if (Array.isArray(part)) {
    const all = part.map((each) => fieldsOf(each, standIns, path))
    return all.some((each, i) => each !== part[i]) ? all : part
  }
  const own = Object.entries(part)
  const fields = own.map(([name, field]) => [name, fieldsOf(field, standIns, path)] as const)
  const weight = own.find(([name]) => name === 'weight')?.[1]
  const bias = weight instanceof Node ? standIns.biases.get(weight) : undefined
  if (!bias && fields.every(([, field], i) => field === own[i][1])) return part
  return Object.assign(Object.create(Object.getPrototypeOf(part)), Object.fromEntries(fields), bias && { bias })
}
