// Comparison with TransformerLens: patches, edges, and their estimates by a gradient.

import { attributeEdges } from '../src/inspect/interventions/attributeEdges.ts'
import { type PatchRow, patch } from '../src/inspect/interventions/patch.ts'
import { patchEdges } from '../src/inspect/interventions/patchEdges.ts'
import { patchParts } from '../src/inspect/interventions/patchParts.ts'
import type { EdgeEnd } from '../src/inspect/interventions/streamEdges.ts'
import type { Found, Looking, Numbers, Theirs } from './parityFindings.ts'

/** Values of the clean text in the corrupt one: the stream before each block, what attention and MLP add, and heads with estimates. */
export async function comparePatches(looking: Looking, theirs: Theirs, found: Found): Promise<void> {
  const { corrupt, token, against, patches } = theirs
  const { inputs, ...model } = looking
  const settings = { ...model, pairs: [{ clean: inputs, corrupt: { ids: corrupt } }], metric: { token, against } }
  // A short way makes much of little as a share of it: what a patch does to the metric itself is compared.
  const effects = (shares: Numbers): Numbers =>
    typeof shares === 'number' ? shares * (patches.clean - patches.corrupt) : shares.map(effects)
  const { streams, parts, ...both } = await patchParts({ ...settings, hasEstimate: true })
  found.compare('metric', [both.clean, both.corrupt], [patches.clean, patches.corrupt])
  const inRows = (rows: readonly PatchRow[], place: 'position' | 'head'): number[][] =>
    [...Map.groupBy(rows, ({ layer = -1 }) => layer).values()].map((own) =>
      own.toSorted((a, b) => (a[place] ?? 0) - (b[place] ?? 0)).map(({ effect }) => effect),
    )
  // Before the first block is what comes from the embeddings; what comes out of the last is not patched there.
  found.compare('streams', inRows(streams, 'position').slice(0, -1), effects(patches.streams))
  const heads = parts.filter(({ part }) => part === 'attention')
  found.compare('heads', inRows(heads, 'head'), effects(patches.heads))
  for (const { layer = 0, head = 0, estimate = Number.NaN } of heads)
    found.compare('estimates', estimate, effects(patches.estimates[layer][head]), ` layer ${layer} head ${head}`)
  const positions = inputs.ids.map((_, position) => position)
  for (const part of ['attention', 'mlp'] as const) {
    const at = patches[part].flatMap((_, layer) =>
      positions.map((position) => ({ path: `blocks.${layer}.${part}.output`, at: { position } })),
    )
    found.compare(part, inRows((await patch({ ...settings, at })).rows, 'position'), effects(patches[part]))
  }
}

/** What each head's queries, keys, values and pattern of the clean text do to the metric. Heads that share keys are one after the other. */
export async function compareHeadPatches(looking: Looking, theirs: Theirs, found: Found): Promise<void> {
  const { corrupt, token, against, patches } = theirs
  const { inputs, ...model } = looking
  const settings = { ...model, pairs: [{ clean: inputs, corrupt: { ids: corrupt } }], metric: { token, against } }
  const names = { q: 'query', k: 'key', v: 'value', pattern: 'pattern' } as const
  for (const kind of ['q', 'k', 'v', 'pattern'] as const) {
    const groups = kind === 'q' || kind === 'pattern' ? patches[kind][0].length / patches.k[0].length : 1
    const placeOf = (head: number): Record<string, number> =>
      groups === 1 ? { head } : { head: Math.floor(head / groups), group: head % groups }
    const at = patches[kind].flatMap((heads, layer) =>
      heads.map((_, head) => ({ path: `blocks.${layer}.attention.${names[kind]}`, at: placeOf(head) })),
    )
    const { rows } = await patch({ ...settings, at })
    found.compare(
      names[kind],
      rows.map(({ effect }) => effect),
      patches[kind].flat(),
    )
  }
}

/** Every edge of a head by itself, and the estimates of all edges by the gradient. */
export async function compareEdges(looking: Looking, theirs: Theirs, found: Found): Promise<void> {
  const { corrupt, token, against, edges } = theirs
  const { inputs, ...model } = looking
  const settings = { ...model, pairs: [{ clean: inputs, corrupt: { ids: corrupt } }], metric: { token, against } }
  const nameOf = ({ part, layer, head, reads }: EdgeEnd): string =>
    [reads ?? part, layer, head].filter((each) => each !== undefined).join(' ')
  const compare = (
    kind: 'exact' | 'estimates',
    rows: readonly { readonly from: EdgeEnd; readonly to: EdgeEnd; readonly change: number }[],
  ): void => {
    const ours = new Map(rows.map(({ from, to, change }) => [`${nameOf(from)} → ${nameOf(to)}`, change]))
    for (const [writer, readers] of Object.entries(edges[kind]))
      for (const [reader, change] of Object.entries(readers)) {
        const edge = `${writer} → ${reader}`
        found.compare(kind === 'exact' ? 'edges' : 'edge scores', ours.get(edge) ?? Number.NaN, change, ` ${edge}`)
      }
  }
  const exact = (await patchEdges({ ...settings, from: ['blocks.*.attention.mixed'] })).rows
  compare(
    'exact',
    exact.map(({ effect, ...row }) => ({ ...row, change: effect })),
  )
  const estimates = (await attributeEdges(settings)).rows
  compare(
    'estimates',
    estimates.map(({ score, ...row }) => ({ ...row, change: score })),
  )
}
