// Whether Cutaway finds inside a model what TransformerLens finds there, on fresh random models of GPT-2 and Llama layouts:
//
//   npm run parity -- inspect [--python PYTHON] [--seed N] [--rounds N] [--rows gpt2,llama] [--engine cpu|reference]
//
// For each row and round, Python makes a model, saves it as a folder, and says what TransformerLens finds in it, in double
// precision (parity_inspect.py). Cutaway loads the folder and is compared: the parts of the stream and what they add to a logit,
// lenses by both scales, the scores of heads, circuits, also between tokens and as directions, what a folded model says, patches and edges with their estimates.
//
// PYTHON needs torch, transformers and transformer_lens 2.16.1, which wants numpy below 2.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TalkingProcess } from '../bench/talkingProcess.ts'
import { filesOf } from '../src/checkpoint/filesOf.ts'
import { loadModel } from '../src/checkpoint/load.ts'
import { cpu } from '../src/engine/cpu/index.ts'
import type { Engine } from '../src/engine/engine.ts'
import { reference } from '../src/engine/reference.ts'
import { circuits } from '../src/inspect/circuits/circuits.ts'
import { composition } from '../src/inspect/circuits/composition.ts'
import { directions } from '../src/inspect/circuits/directions.ts'
import { tokenTables } from '../src/inspect/circuits/tokenTables.ts'
import { detections } from '../src/inspect/heads/detectors.ts'
import { placeKinds } from '../src/inspect/heads/textPlaces.ts'
import { attributeEdges } from '../src/inspect/interventions/attributeEdges.ts'
import { type PatchRow, patch } from '../src/inspect/interventions/patch.ts'
import { patchEdges } from '../src/inspect/interventions/patchEdges.ts'
import { patchParts } from '../src/inspect/interventions/patchParts.ts'
import type { EdgeEnd } from '../src/inspect/interventions/streamEdges.ts'
import { attentionPatterns } from '../src/inspect/pattern.ts'
import { foldedModel } from '../src/inspect/proofs/foldedModel.ts'
import { read } from '../src/inspect/read.ts'
import { attributeLogit } from '../src/inspect/stream/attribution.ts'
import { logitLens } from '../src/inspect/stream/lens.ts'
import type { AnyModel } from '../src/model/language.ts'

/** How far apart two numbers may be, as a share of the number where that is above 1. */
const tolerance = 1e-4
const mostShown = 12

/** What TransformerLens finds: parity_inspect.py says how. */
interface Theirs {
  readonly ids: readonly number[]
  readonly corrupt: readonly number[]
  readonly token: number
  readonly against: number
  readonly stream: {
    readonly labels: readonly string[]
    readonly norms: readonly number[]
    readonly token: readonly number[]
    readonly difference: readonly number[]
    readonly const: readonly [number, number]
  }
  /** For each state of the stream, by its own scale and by the final one. */
  readonly lens: Readonly<Record<'own' | 'final', readonly TheirLens[]>>
  /** Scores (layer, head) by kind, of all cells and of those that are not excluded. */
  readonly heads: readonly (Readonly<Record<'excludeFirst' | 'excludeCurrent', boolean>> &
    Readonly<Record<'mul' | 'abs', Readonly<Record<string, readonly (readonly number[])[]>>>>)[]
  /** Shares of the way from the corrupt metric to the clean one: (layer, position), and (layer, head) at all positions. */
  readonly patches: Readonly<Record<'clean' | 'corrupt', number>> &
    Readonly<Record<'streams' | 'attention' | 'mlp' | 'heads' | 'estimates', readonly (readonly number[])[]>>
  /** The change of the metric by writer and reader: `attention 0 1`, `query 1 0`. */
  readonly edges: Readonly<Record<'exact' | 'estimates', Readonly<Record<string, Readonly<Record<string, number>>>>>>
  /** ln p (position, vocab) of the model with everything folded. */
  readonly folded: readonly (readonly number[])[]
  readonly circuits: {
    /** (layer, head, layer, head) */
    readonly composition: Readonly<Record<'Q' | 'K' | 'V', readonly (readonly (readonly (readonly number[])[])[])[]>>
    readonly ov: readonly (readonly number[])[]
    readonly qk: readonly (readonly number[])[]
    /** Between tokens. */
    readonly fullOv: readonly (readonly number[])[]
    readonly fullQk: readonly (readonly number[])[]
    readonly singular: readonly (readonly (readonly number[])[])[]
    /** (layer, head, token, token) */
    readonly tokenOv: readonly (readonly (readonly (readonly number[])[])[])[]
    readonly tokenQk: readonly (readonly (readonly (readonly number[])[])[])[]
    /** Of each head the two strongest, through the unembedding: (layer, head, number, token). */
    readonly directions: readonly (readonly (readonly (readonly number[])[])[])[]
  }
}

/** A number for each position. */
type TheirLens = Readonly<Record<'entropy' | 'divergence' | 'rank' | 'logit', readonly number[]>>

interface Options {
  readonly python: string
  readonly seed: number
  readonly rounds: number
  readonly rows?: string | undefined
  readonly engine: string
}

/** Compares all rows; true if everything agrees. */
export async function compareInside({ python: command, seed, rounds, rows, engine }: Options): Promise<boolean> {
  const python = new TalkingProcess({
    command,
    args: [fileURLToPath(new URL('parity_inspect.py', import.meta.url))],
    env: { PYTHONDONTWRITEBYTECODE: '1', CUDA_VISIBLE_DEVICES: '' },
  })
  const scratch = await mkdtemp(join(tmpdir(), 'cutaway-inside-'))
  let hasFailed = false
  try {
    const about = (await python.next()) as { versions: Record<string, string>; rows: string[] }
    const versions = Object.entries(about.versions).map(([name, version]) => `${name} ${version}`)
    console.log(`${versions.join(', ')}; engine ${engine}; seed ${seed}, ${rounds} rounds`)
    for (const row of rows?.split(',') ?? about.rows) {
      const found = new Found()
      for (let round = 0; round < rounds; round++) {
        const folder = join(scratch, `${row}-${round}`)
        python.write(`${JSON.stringify({ make: row, seed, round, folder })}\n`)
        found.at = `round ${round}`
        await compareModel(folder, (await python.next()) as unknown as Theirs, engine, found)
      }
      console.log(`${row.padEnd(8)}${found.text()}`)
      for (const trouble of found.troubles.slice(0, mostShown)) console.log(`  ${trouble}`)
      if (found.troubles.length > mostShown) console.log(`  … and ${found.troubles.length - mostShown} more`)
      hasFailed ||= found.troubles.length > 0
    }
    console.log(hasFailed ? 'They differ.' : `All within ${tolerance}.`)
    return !hasFailed
  } finally {
    await python.kill()
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The largest differences by what was compared, and what was too large. */
class Found {
  readonly troubles: string[] = []
  readonly #largest = new Map<string, number>()
  at = ''

  /** Two numbers, or lists of them in any depth, NaN for what one of them does not say. */
  compare(kind: string, ours: Numbers, theirs: Numbers, what = ''): void {
    if (typeof ours === 'number' && typeof theirs === 'number') {
      if (Number.isNaN(ours) && Number.isNaN(theirs)) return
      const difference = Math.abs(ours - theirs) / Math.max(1, Math.abs(theirs))
      this.#largest.set(kind, Math.max(this.#largest.get(kind) ?? 0, difference))
      if (!(difference <= tolerance)) this.troubles.push(`${this.at}, ${kind}${what}: ${ours}, theirs ${theirs}`)
    } else if (typeof ours === 'object' && typeof theirs === 'object' && ours.length === theirs.length)
      ours.forEach((each, i) => {
        this.compare(kind, each, theirs[i], `${what} ${i}`)
      })
    else this.troubles.push(`${this.at}, ${kind}${what}: ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`)
  }

  text(): string {
    return [...this.#largest].map(([kind, largest]) => `${kind} ${largest.toExponential(1)}`).join('   ')
  }
}

type Numbers = number | readonly Numbers[]

async function compareModel(folder: string, theirs: Theirs, kind: string, found: Found): Promise<void> {
  const engine: Engine = kind === 'reference' ? reference() : await cpu()
  try {
    const { model } = await loadModel(filesOf(folder), engine)
    const looking = { model: model as AnyModel, engine, inputs: { ids: theirs.ids } }
    await compareStream(looking, theirs, found)
    await compareLens(looking, theirs, found)
    await compareCircuits(looking, theirs, found)
    await compareTokens(looking, theirs, found)
    await compareFolded(looking, theirs, found)
    await compareHeads(looking, theirs, found)
    await comparePatches(looking, theirs, found)
    await compareEdges(looking, theirs, found)
  } finally {
    engine.close()
  }
}

interface Looking {
  readonly model: AnyModel
  readonly engine: Engine
  readonly inputs: { readonly ids: readonly number[] }
}

/** The parts of the stream at the last position, by their names there. */
async function compareStream(looking: Looking, { stream, token, against }: Theirs, found: Found): Promise<void> {
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
async function compareLens(looking: Looking, { lens, token }: Theirs, found: Found): Promise<void> {
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

/** Weights as they are, without a norm folded in. */
async function compareCircuits({ model, engine }: Looking, theirs: Theirs, found: Found): Promise<void> {
  const { rows } = await composition({ model, engine })
  const letters = { query: 'Q', key: 'K', value: 'V' } as const
  for (const { kind, from, to, score } of rows)
    found.compare(
      'composition',
      score,
      theirs.circuits.composition[letters[kind]][from.layer][from.head][to.layer][to.head],
      ` ${kind} ${from.address} ${from.head} to ${to.address} ${to.head}`,
    )
  for (const { layer, head, qk, ov, tokens } of (await circuits({ model, engine })).heads) {
    const what = ` layer ${layer} head ${head}`
    found.compare('ov', ov.positive, theirs.circuits.ov[layer][head], what)
    found.compare('qk', qk.positive, theirs.circuits.qk[layer][head], what)
    found.compare('full ov', tokens.ov ?? Number.NaN, theirs.circuits.fullOv[layer][head], what)
    found.compare('full qk', tokens.qk ?? Number.NaN, theirs.circuits.fullQk[layer][head], what)
    const singular = theirs.circuits.singular[layer][head]
    found.compare('singular', ov.singular, singular.slice(0, ov.singular.length), what)
  }
}

/** Circuits between tokens, and the strongest directions of what heads write, through the unembedding. */
async function compareTokens({ model, engine }: Looking, { circuits }: Theirs, found: Found): Promise<void> {
  const { tables } = await tokenTables({ model, engine, isWhole: true, kinds: ['ov', 'qk'] })
  for (const { kind, head, values } of tables) {
    if (!head || !values) continue
    const theirs = (kind === 'ov' ? circuits.tokenOv : circuits.tokenQk)[head.layer][head.head]
    found.compare(`token ${kind}`, Array.from(values.data), theirs.flat(), ` layer ${head.layer} head ${head.head}`)
  }
  const vocab = circuits.tokenOv[0][0].length
  for (const { layer, head = 0, number, singular, top } of await directions({
    model,
    engine,
    kinds: ['ov'],
    count: 2,
    top: vocab,
  })) {
    const sizes = circuits.singular[layer][head]
    // A direction is known as well as its singular value stands apart from the next.
    const isApart = sizes.every((size, i) => i === number || Math.abs(size - singular) > 0.01 * sizes[0])
    const row = circuits.directions[layer][head][number]
    if (!isApart || row === undefined) continue
    const largest = row.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0)
    const own = top.toSorted((a, b) => a.token - b.token).map(({ value }) => value)
    const turned = row.map((each) => each * Math.sign(largest))
    found.compare('directions', own, turned, ` layer ${layer} head ${head} number ${number}`)
  }
}

/** What detectors find in each head's pattern; of `abs` they give three decimals. */
async function compareHeads(looking: Looking, { heads }: Theirs, found: Found): Promise<void> {
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

/** Values of the clean text in the corrupt one: the stream before each block, what attention and MLP add, and heads with estimates. */
async function comparePatches(looking: Looking, theirs: Theirs, found: Found): Promise<void> {
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

/** Every edge of a head by itself, and the estimates of all edges by the gradient. */
async function compareEdges(looking: Looking, theirs: Theirs, found: Found): Promise<void> {
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

/** What the model says when its norms and value biases are folded, and its writers and unembedding centred. */
async function compareFolded({ model, engine, inputs }: Looking, { folded }: Theirs, found: Found): Promise<void> {
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
