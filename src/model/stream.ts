// The residual stream: one vector for every position, which every part reads and adds to. All parts of a model speak of it.

import type { Tensor } from '../tensor/node.ts'

/** The tensor that flows through a model. */
export type Stream = Tensor<'batch' | 'position' | 'model'>

/** The tokens' numbers in the vocabulary. */
export type Ids = Tensor<'batch' | 'position'>

/** Where each position stands in its text: 0 is the first. */
export type Places = Tensor<'position'> | Tensor<'batch' | 'position'>

/** One number for every entry of the vocabulary, before softmax. */
export type Logits = Tensor<'batch' | 'position' | 'vocab'>
