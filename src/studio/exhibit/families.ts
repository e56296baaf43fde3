// Architectures by families, each a part by itself of the worker of exhibits: an exhibit brings that of its model along.

import type { AnyArchitecture } from '../../checkpoint/blueprint.ts'

/** The family of each architecture, by its name. */
const familyOfName = {
  gpt2: 'gpt2',
  llama: 'llama',
  mistral: 'llama',
  qwen2: 'llama',
  qwen3: 'llama',
  bert: 'bert',
  maskedBert: 'bert',
  classifyingBert: 'bert',
  marian: 'marian',
  whisper: 'whisper',
  'skip-gram': 'skipGram',
  imagegpt: 'imagegpt',
  vit: 'vit',
  classifyingViT: 'vit',
  deit: 'vit',
  classifyingDeiT: 'vit',
  teacherClassifyingDeiT: 'vit',
  dinov2: 'dinov2',
  classifyingDinov2: 'dinov2',
} as const

export type Family = (typeof familyOfName)[keyof typeof familyOfName]

/** The architectures of a family. */
export const families: Readonly<Record<Family, () => Promise<readonly AnyArchitecture[]>>> = {
  gpt2: async () => [(await import('../../checkpoint/gpt2.ts')).gpt2],
  llama: async () => {
    const { llama, mistral, qwen2, qwen3 } = await import('../../checkpoint/llama.ts')
    return [llama, mistral, qwen2, qwen3]
  },
  bert: async () => {
    const { bert, maskedBert, classifyingBert } = await import('../../checkpoint/bert.ts')
    return [bert, maskedBert, classifyingBert]
  },
  marian: async () => [(await import('../../checkpoint/marian.ts')).marian],
  whisper: async () => [(await import('../../checkpoint/whisper.ts')).whisper],
  skipGram: async () => [(await import('../../checkpoint/skipGram.ts')).skipGram],
  vit: async () => {
    const { vit, classifyingViT, deit, classifyingDeiT, teacherClassifyingDeiT } = await import(
      '../../checkpoint/vit.ts'
    )
    return [classifyingViT, vit, classifyingDeiT, teacherClassifyingDeiT, deit]
  },
  dinov2: async () => {
    const { dinov2, classifyingDinov2 } = await import('../../checkpoint/dinov2.ts')
    return [classifyingDinov2, dinov2]
  },
  imagegpt: async () => [(await import('../../checkpoint/imagegpt.ts')).imagegpt],
}

/** The family of an architecture. Throws for one whose models make no exhibit. */
export function familyOf(name: string): Family {
  const family = (familyOfName as Readonly<Record<string, Family>>)[name]
  if (family === undefined)
    throw new Error(
      `exhibit: a page in one file has no parts for a model of the architecture ${name}. Give away its folder instead: the Studio opens it.`,
    )
  return family
}
