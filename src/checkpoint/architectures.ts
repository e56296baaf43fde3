// The architectures whose folders Cutaway reads and writes.

import type { AnyModel } from '../model/language.ts'
import { bert, classifyingBert, maskedBert } from './bert.ts'
import type { AnyArchitecture, Blueprint, FolderConfig } from './blueprint.ts'
import { blueprintOf } from './blueprintOf.ts'
import { clip } from './clip.ts'
import { classifyingDinov2, dinov2 } from './dinov2.ts'
import { gpt2 } from './gpt2.ts'
import { imagegpt } from './imagegpt.ts'
import { llama, mistral, qwen2, qwen3 } from './llama.ts'
import { marian } from './marian.ts'
import { skipGram } from './skipGram.ts'
import { classifyingDeiT, classifyingViT, deit, teacherClassifyingDeiT, vit } from './vit.ts'
import { whisper } from './whisper.ts'

/** All architectures that are known here. A run begins anew with the first that is trained as it is told. */
export const architectures: readonly AnyArchitecture[] = [
  gpt2,
  llama,
  mistral,
  qwen2,
  qwen3,
  bert,
  maskedBert,
  classifyingBert,
  marian,
  whisper,
  skipGram,
  imagegpt,
  classifyingViT,
  vit,
  classifyingDeiT,
  teacherClassifyingDeiT,
  deit,
  classifyingDinov2,
  dinov2,
  clip,
]

/**
 * The blueprint that a parsed config.json describes.
 *
 * - `place`: the file's name, for errors
 * - `of`: the architectures that are wanted, if not all
 *
 * `warnings`: sentences about all in the file that is not used.
 *
 * Throws for another architecture, a missing or impossible number, an option that would change what is computed, and a
 * model that no machine could hold.
 */
export const blueprintFromJSON = <Config extends FolderConfig = FolderConfig, Model extends object = AnyModel>(
  json: unknown,
  place = 'config.json',
  // Where none are named, any may come: then the types are left as they are.
  of = architectures as readonly AnyArchitecture<Config, Model>[],
): { readonly blueprint: Blueprint<Config, Model>; readonly warnings: readonly string[] } =>
  blueprintOf(of, json, place)
