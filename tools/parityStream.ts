// Comparison with TransformerLens: the parts of the stream, lenses, heads' patterns, and what a folded model says.

import { detections } from '../src/inspect/heads/detectors.ts'
import { placeKinds } from '../src/inspect/heads/textPlaces.ts'
import { attentionPatterns } from '../src/inspect/pattern.ts'
import { foldedModel } from '../src/inspect/proofs/foldedModel.ts'
import { read } from '../src/inspect/read.ts'
import { attributeLogit } from '../src/inspect/stream/attribution.ts'
import { logitLens } from '../src/inspect/stream/lens.ts'
import { type Found, type Looking, type Theirs, tolerance } from './parityFindings.ts'

/** The parts of the stream at the last position, by their names there. */
export async function compareStream(looking: Looking, { stream, token, against }: Theirs, found: Found): Promise<void> {
  const one = await attributeLogit({ ...looking, token })
  const two = await attributeLogit({ ...looking, token, against })
  const theirNames: Record<string, string> = { token: 'embed', position: 'pos_embed', bias: 'bias' }
  const labels = one.rows.map(({ part, layer, head }) => {
    if (part === 'attention') return `L${layer}H${head}`
    return part === 'mlp' ? `${layer}_mlp_out` : (theirNames[part] ?? part)
  })
  for (const [i, label] of stream.labels.entries()) {
    const own = (rows: readonly { logit: number }[]): number =>
      rows.reduce((sum, { logit }, row) => (labels[row] === label ? sum + logit : sum), 0)
    if (label !== 'bias')
      found.compare('norms', one.rows[labels.indexOf(label)]?.norm ?? Number.NaN, stream.norms[i], ` ${label}`)
    found.compare('logit', own(one.rows), stream.token[i], ` ${label}`)
    found.compare('difference', own(two.rows), stream.difference[i], ` ${label}`)
  }
  found.compare('const', [one.const, two.const], stream.const)
}

/** Each state of the stream by both scales, at every position. */
export async function compareLens(looking: Looking, { lens, token }: Theirs, found: Found): Promise<void> {
  const rows = await logitLens({ ...looking, lenses: ['own', 'final'], target: token })
  for (const scale of ['own', 'final'] as const) {
    const states = [...Map.groupBy(rows, ({ address }) => address).values()]
    for (const [state, all] of states.entries()) {
      const own = all.filter((row) => row.lens === scale)
      const theirs = lens[scale][state]
      const what = ` ${scale} ${own[0].address}`
      found.compare(
        'entropy',
        own.map(({ entropy }) => entropy),
        theirs.entropy,
        what,
      )
      found.compare(
        'divergence',
        own.map(({ divergence }) => divergence),
        theirs.divergence,
        what,
      )
      found.compare(
        'lens',
        own.map(({ target }) => target?.logit ?? Number.NaN),
        theirs.logit,
        what,
      )
      found.compare(
        'rank',
        own.map(({ target }) => target?.rank ?? Number.NaN),
        theirs.rank,
        what,
      )
    }
  }
}

/** What detectors find in each head's pattern; of `abs` they give three decimals. */
export async function compareHeads(looking: Looking, { heads }: Theirs, found: Found): Promise<void> {
  for (const pattern of await attentionPatterns(looking))
    for (const { mul, abs, ...options } of heads) {
      const own = detections(pattern, looking.inputs.ids, options)
      const { layer, head } = pattern
      for (const kind of placeKinds) {
        const what = ` ${kind} layer ${layer} head ${head} ${JSON.stringify(options)}`
        found.compare('detected', own[kind].mul, mul[kind][layer][head], what)
        const rounded = abs[kind][layer][head]
        const isAlike = Math.abs(own[kind].abs - rounded) < 0.0005 + tolerance
        found.compare('abs', isAlike ? rounded : own[kind].abs, rounded, what)
      }
    }
}

/** What the model says when its norms and value biases are folded, and its writers and unembedding centred. */
export async function compareFolded(
  { model, engine, inputs }: Looking,
  { folded }: Theirs,
  found: Found,
): Promise<void> {
  const own = await foldedModel({ model, engine })
  const [logits] = (await read({ model: own.model, engine, inputs, addresses: ['logits'] })).values()
  const said = folded.map((row, position) => {
    const scores = Array.from(logits.data.subarray(position * row.length, (position + 1) * row.length))
    const most = Math.max(...scores)
    const whole = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0))
    return scores.map((score) => score - whole)
  })
  found.compare('folded', said, folded)
}
