// The names and dimensions of BERT's weights, for each of its forms.
//
// TensorFlow's names for a norm's scale and shift, `gamma` and `beta`, stand in files that were made from Google's own; both
// are read.

import { pairRows, type WeightRow, type WeightTable } from './weightTable.ts'

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
    ...pairRows(`${head}.transform.dense`, 'transform', 'transformed model', ''),
    ...pairRows(`${head}.transform.LayerNorm`, 'transformNorm', 'model', ''),
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
  const rows: WeightRow[] = [...encoderRows('bert.'), ...pairRows('classifier', 'classifier', 'class model', '')]
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
    ...pairRows('embeddings.LayerNorm', `${at}embeddingNorm`, 'model'),
    ...pairRows(`${layer}.attention.self.query`, `${block}.attention.query`, '(head key) model'),
    ...pairRows(`${layer}.attention.self.key`, `${block}.attention.key`, '(head key) model'),
    ...pairRows(`${layer}.attention.self.value`, `${block}.attention.value`, '(head value) model'),
    ...pairRows(`${layer}.attention.output.dense`, `${block}.attention.output`, 'model (head value)'),
    ...pairRows(`${layer}.attention.output.LayerNorm`, `${block}.attentionNorm`, 'model'),
    ...pairRows(`${layer}.intermediate.dense`, `${block}.mlp.up`, 'hidden model'),
    ...pairRows(`${layer}.output.dense`, `${block}.mlp.down`, 'model hidden'),
    ...pairRows(`${layer}.output.LayerNorm`, `${block}.mlpNorm`, 'model'),
    ...pairRows('pooler.dense', `${at}pooler`, 'pooled model'),
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
