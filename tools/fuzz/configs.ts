// Targets: config.json of every architecture, and generation_config.json.

import { generationFromJSON } from '../../src/checkpoint/generationConfig.ts'
import { blueprintFromJSON } from '../../src/checkpoint.ts'
import { parseJSON } from '../../src/text/json.ts'
import { configs, generationConfigs } from './examples.ts'
import { mutatedJSON, mutatedText } from './mutate.ts'
import type { Random } from './random.ts'
import { claim, claimFinite, target } from './target.ts'

/** As a text with damage to it, or with damage to what it says. */
const jsonText = (examples: readonly unknown[]) => (random: Random) => {
  const json = random.pick(examples)
  return random.percent(70) ? written(mutatedJSON(json, random)) : mutatedText(JSON.stringify(json), random)
}

/** JSON as Python writes it, which has words for what is no number. */
export function written(value: unknown): string {
  try {
    const marked = JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'number' && !Number.isFinite(inner) ? `\u0001${inner}\u0001` : inner,
    )
    return marked?.replace(/"\\u0001(.*?)\\u0001"/g, '$1') ?? ''
  } catch {
    return `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  }
}

const sizes = ['vocab', 'context', 'layer', 'model', 'head', 'hidden', 'shared', 'key', 'kind', 'sourceVocab']

export const configFiles = target('config.json', jsonText(configs), (text) => {
  const { blueprint } = blueprintFromJSON(parseJSON(text, 'config.json'))
  const { config } = blueprint
  claimFinite(config, 'config')
  for (const [name, value] of Object.entries(config))
    if (sizes.includes(name) && value !== undefined)
      claim(Number.isSafeInteger(value) && Number(value) > 0, `config.${name} is ${String(value)}`)
  const saved = blueprint.toJSON()
  const again = blueprintFromJSON(parseJSON(JSON.stringify(saved), 'config.json')).blueprint
  claim(
    JSON.stringify(again.config) === JSON.stringify(config),
    `${JSON.stringify(config)} was saved, and ${JSON.stringify(again.config)} read`,
  )
  const { layer, model, vocab } = blueprint.sizes
  // What is large is built when weights are there.
  if (layer <= 4 && model <= 64 && vocab <= 1000) blueprint.build()
})

export const generationConfigFiles = target('generation_config.json', jsonText(generationConfigs), (text) => {
  claimFinite(generationFromJSON(parseJSON(text, 'generation_config.json')), 'generation')
})

export const jsonTexts = target(
  'JSON',
  (random) => mutatedText(written(mutatedJSON(random.pick([...configs, ...generationConfigs]), random)), random),
  (text) => {
    claim(JSON.stringify(parseJSON(text, 'file')).length > 0, 'nothing was read')
  },
)
