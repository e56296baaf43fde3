// Settings in words: what all variants have in common, and nothing that some have otherwise.

import type { ValueInSetting, VariantSetting } from './question.ts'

/** `2 layers, 64 numbers wide, …`: the sizes that the trainings among these settings have in common. */
export function settingWords(settings: readonly VariantSetting[]): string {
  const trainings = settings.filter(({ kind }) => kind === 'language model')
  if (trainings.length === 0) return ''
  const common = (part: string, name: string): ValueInSetting | undefined => {
    const values = trainings.map((setting) => (setting[part] as VariantSetting)[name])
    return values.every((value) => value === values[0]) ? values[0] : undefined
  }
  const told = ([part, name, words]: (typeof parts)[number]): string[] => {
    const value = common(part, name)
    return value === undefined ? [] : [words(value)]
  }
  return `${parts.flatMap(told).join(', ')}.`
}

const parts: readonly (readonly [part: string, name: string, words: (value: ValueInSetting) => string])[] = [
  ['model', 'layers', (value) => `${value} ${value === 1 ? 'block' : 'blocks'}`],
  ['model', 'model', (value) => `a stream of ${value}`],
  ['model', 'heads', (value) => `${value} ${value === 1 ? 'head' : 'heads'}`],
  ['model', 'context', (value) => `${value} characters at once`],
  ['learning', 'batch', (value) => `${value} texts a step`],
  ['learning', 'steps', (value) => `${value} steps`],
  ['learning', 'rate', (value) => `a rate of ${value}`],
]
