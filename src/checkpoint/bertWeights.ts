// The names and dimensions of BERT's weights, for each of its forms.
//
// TensorFlow's names for a norm's scale and shift, `gamma` and `beta`, stand in files that were made from Google's own; both
// are read.

import type { WeightRow, WeightTable } from './weightTable.ts'

interface Layers {
  readonly layer: number
}

/** BertModel: names as they are; files of other forms, which write `bert.` before them, are read too. */
export function bertTable({ layer }: Layers): WeightTable {
  const rows = encoderRows('')
  const names = namesOf(rows, layer)
  const inside = Object.fromEntries(names.map((name) => [`bert.${name}`, name]))
  return { prefix: '', rows, ignored: [...passedOver, 'cls.*'], copies: { ...inside, ...olderNames(names) } }
}

/** BertForMaskedLM. Others may have been trained with it: the pooler, and whether one text follows another. */
export function maskedTable({ layer, isTied = true }: Layers & { readonly isTied?: boolean }): WeightTable {
  const head = 'cls.predictions'
  const rows: WeightRow[] = [
    ...encoderRows('bert.'),
    { name: `${head}.transform.dense.weight`, prefix: '', of: { 'transform.weight': 'transformed model' } },
    { name: `${head}.transform.dense.bias`, prefix: '', of: { 'transform.bias': 'transformed' } },
    { name: `${head}.transform.LayerNorm.weight`, prefix: '', of: { 'transformNorm.scale': 'model' } },
    { name: `${head}.transform.LayerNorm.bias`, prefix: '', of: { 'transformNorm.shift': 'model' } },
    // Untied, transformers computes with the bias of the decoder, and the other lies idle.
    { name: isTied ? `${head}.bias` : `${head}.decoder.bias`, prefix: '', of: { 'unembedding.bias': 'vocab' } },
    { name: `${head}.decoder.weight`, prefix: '', of: { 'unembedding.weight': 'vocab model' } },
  ]
  return {
    prefix: 'bert.',
    rows,
    ignored: [...passedOver, 'pooler.*', 'cls.seq_relationship.*', ...(isTied ? [] : [`${head}.bias`])],
    copies: {
      ...olderNames(namesOf(rows, layer)),
      ...(isTied && {
        [`${head}.decoder.weight`]: 'embeddings.word_embeddings.weight',
        [`${head}.decoder.bias`]: `${head}.bias`,
      }),
    },
  }
}

/** BertForSequenceClassification. */
export function classifyingTable({ layer }: Layers): WeightTable {
  const rows: WeightRow[] = [
    ...encoderRows('bert.'),
    { name: 'classifier.weight', prefix: '', of: { 'classifier.weight': 'class model' } },
    { name: 'classifier.bias', prefix: '', of: { 'classifier.bias': 'class' } },
  ]
  return { prefix: 'bert.', rows, ignored: passedOver, copies: olderNames(namesOf(rows, layer)) }
}

/** Numbers of positions, which older versions of transformers saved among the weights. */
const passedOver = ['embeddings.position_ids', 'bert.embeddings.position_ids']

/** `at`: where the encoder stands in our model. */
function encoderRows(at: '' | 'bert.'): WeightRow[] {
  const layer = 'encoder.layer.{layer}'
  const block = `${at}blocks.{layer}`
  return [
    { name: 'embeddings.word_embeddings.weight', of: { [`${at}embedding.token`]: 'vocab model' } },
    { name: 'embeddings.position_embeddings.weight', of: { [`${at}positions.place`]: 'position model' } },
    { name: 'embeddings.token_type_embeddings.weight', of: { [`${at}kinds.kind`]: 'kind model' } },
    { name: 'embeddings.LayerNorm.weight', of: { [`${at}embeddingNorm.scale`]: 'model' } },
    { name: 'embeddings.LayerNorm.bias', of: { [`${at}embeddingNorm.shift`]: 'model' } },
    { name: `${layer}.attention.self.query.weight`, of: { [`${block}.attention.query.weight`]: '(head key) model' } },
    { name: `${layer}.attention.self.query.bias`, of: { [`${block}.attention.query.bias`]: '(head key)' } },
    { name: `${layer}.attention.self.key.weight`, of: { [`${block}.attention.key.weight`]: '(head key) model' } },
    { name: `${layer}.attention.self.key.bias`, of: { [`${block}.attention.key.bias`]: '(head key)' } },
    { name: `${layer}.attention.self.value.weight`, of: { [`${block}.attention.value.weight`]: '(head value) model' } },
    { name: `${layer}.attention.self.value.bias`, of: { [`${block}.attention.value.bias`]: '(head value)' } },
    {
      name: `${layer}.attention.output.dense.weight`,
      of: { [`${block}.attention.output.weight`]: 'model (head value)' },
    },
    { name: `${layer}.attention.output.dense.bias`, of: { [`${block}.attention.output.bias`]: 'model' } },
    { name: `${layer}.attention.output.LayerNorm.weight`, of: { [`${block}.attentionNorm.scale`]: 'model' } },
    { name: `${layer}.attention.output.LayerNorm.bias`, of: { [`${block}.attentionNorm.shift`]: 'model' } },
    { name: `${layer}.intermediate.dense.weight`, of: { [`${block}.mlp.up.weight`]: 'hidden model' } },
    { name: `${layer}.intermediate.dense.bias`, of: { [`${block}.mlp.up.bias`]: 'hidden' } },
    { name: `${layer}.output.dense.weight`, of: { [`${block}.mlp.down.weight`]: 'model hidden' } },
    { name: `${layer}.output.dense.bias`, of: { [`${block}.mlp.down.bias`]: 'model' } },
    { name: `${layer}.output.LayerNorm.weight`, of: { [`${block}.mlpNorm.scale`]: 'model' } },
    { name: `${layer}.output.LayerNorm.bias`, of: { [`${block}.mlpNorm.shift`]: 'model' } },
    { name: 'pooler.dense.weight', of: { [`${at}pooler.weight`]: 'pooled model' } },
    { name: 'pooler.dense.bias', of: { [`${at}pooler.bias`]: 'pooled' } },
  ]
}

/** The rows' names in every layer. */
function namesOf(rows: readonly WeightRow[], layers: number): string[] {
  return rows.flatMap(({ name }) =>
    name.includes('{layer}') ? Array.from({ length: layers }, (_, i) => name.replace('{layer}', `${i}`)) : [name],
  )
}

/** `gamma` for a norm's weight and `beta` for its bias, with the prefix and without. */
function olderNames(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const older = name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta')
      return older === name ? [] : [older, `bert.${older}`].map((each) => [each, name])
    }),
  )
}
