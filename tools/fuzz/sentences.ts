// Target: what a folder of sentence-transformers says beside its model.

import { loadSentenceEmbedding } from '../../src/checkpoint/sentence.ts'
import { folderOf } from '../../test/checkpoint/files.ts'
import { written } from './configs.ts'
import { mutatedJSON, mutatedText } from './mutate.ts'
import { claimFinite, target } from './target.ts'

const module = (kind: string, path: string): object => ({
  idx: 0,
  name: path,
  path,
  type: `sentence_transformers.models.${kind}`,
})
const files: Readonly<Record<string, unknown>> = {
  'modules.json': [module('Transformer', ''), module('Pooling', '1_Pooling'), module('Normalize', '2_Normalize')],
  '1_Pooling/config.json': {
    word_embedding_dimension: 8,
    pooling_mode_cls_token: false,
    pooling_mode_mean_tokens: true,
    pooling_mode_max_tokens: false,
    include_prompt: true,
  },
  'sentence_bert_config.json': { max_seq_length: 16, do_lower_case: false },
  'config_sentence_transformers.json': {
    prompts: { query: 'query: ', document: '' },
    default_prompt_name: 'query',
    similarity_fn_name: 'cosine',
    truncate_dim: 4,
  },
}

export const sentenceFolders = target(
  'sentence-transformers',
  (random) => {
    const name = random.pick(Object.keys(files))
    const text = random.percent(80)
      ? written(mutatedJSON(files[name], random))
      : mutatedText(JSON.stringify(files[name]), random)
    return Object.fromEntries(
      Object.entries(files).map(([each, json]) => [each, each === name ? text : JSON.stringify(json)]),
    )
  },
  async (folder) => claimFinite(await loadSentenceEmbedding(folderOf(folder))),
)
