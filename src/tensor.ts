// What models are made of (`cutaway/tensor`): tensors with named axes, operations that build the graph, the parts of
// transformers, and what runs a graph.
//
//   const pattern = softmax(where(keep, multiply(dot(query, key, 'key'), scale), -Infinity), 'source')

// biome-ignore-all assist/source/organizeImports: the order is that of the data

// Tensors: named axes, and operations that build the graph.
export {
  type AttentionOptions,
  type AttentionValues,
  attention,
  type Mask,
} from './tensor/attention.ts'
export { type Axis, AxisError, type Size, type Sizes } from './tensor/axes.ts'
export {
  concatenate,
  crossEntropy,
  dropout,
  gelu,
  geluExact,
  logSoftmax,
  logSumExp,
  mish,
  normalize,
  normalizeRms,
  pad,
  quickGelu,
  relu,
  reluSquared,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
} from './tensor/definitions.ts'
export { edgeAttention, type EdgeAttentionValues } from './tensor/edgeAttention.ts'
export type { AttentionEdge } from './tensor/edges.ts'
export { gradient } from './tensor/gradient.ts'
export { type Names, parametersOf } from './tensor/names.ts'
export type { Node, Operation, Start, Tensor } from './tensor/node.ts'
export { type Pass, see, trace } from './tensor/pass.ts'
export {
  abs,
  add,
  constant,
  cos,
  divide,
  dot,
  equal,
  erf,
  exp,
  floor,
  gather,
  index,
  input,
  less,
  lessEqual,
  log,
  max,
  maximum,
  mean,
  minimum,
  multiply,
  negate,
  parameter,
  place,
  random,
  reciprocal,
  rename,
  sin,
  size,
  sqrt,
  stopGradient,
  subtract,
  sum,
  table,
  tanh,
  where,
  window,
} from './tensor/primitives.ts'

// What runs a graph.
export type { Usage } from './engine/cpu/index.ts'
export type { Engine, Graph, Inputs, Plan, Program, Values } from './engine/engine.ts'
export { reference } from './engine/reference.ts'
export type { StorageType } from './engine/storage.ts'

// The parts to put models together from.
export { AlibiPositions } from './model/alibi.ts'
export {
  Attention,
  type AttentionContext,
  type AttentionPositions,
  type Memory,
  type Norm,
  type Sources,
} from './model/attention.ts'
export { type Block, type Context, type Part, PostNormBlock, PreNormBlock } from './model/block.ts'
export { Cache } from './model/cache.ts'
export { Decoder, type DecoderParts } from './model/decoder.ts'
export { Dropout, type DropRates } from './model/dropout.ts'
export { KindEmbedding, TiedUnembedding, TokenEmbedding } from './model/embedding.ts'
export { Encoder, type EncoderParts, type TextInputs } from './model/encoder.ts'
export { type Frequencies, frequencies, type RotaryScaling } from './model/frequencies.ts'
export { type ClassScores, type Given, memoryOf } from './model/language.ts'
export type { AxisLength, Reading, Reads } from './model/reads.ts'
export { Linear } from './model/linear.ts'
export { after, both, causal, type Extent, maskOfEdges, maskWhere, prefixed, sliding, upTo } from './model/masks.ts'
export { type Activation, activations, GatedMLP, MLP } from './model/mlp.ts'
export { LayerNorm, RmsNorm } from './model/norm.ts'
export {
  ConcatenatedPositions,
  LearnedPositions,
  type PlaceRows,
  type Positions,
  SinusoidalPositions,
} from './model/positions.ts'
export { RotaryPositions } from './model/rotary.ts'
export type { Ids, Logits, Places, Stream } from './model/stream.ts'

// What a model with edits is.
export type { Replacement } from './edit/edit.ts'
export { editedModel } from './edit/editedModel.ts'
export { settleEdits } from './edit/settleEdits.ts'
