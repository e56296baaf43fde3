// What the page asks of instruments, and what they find: facts as they come from inspect/, with the step of the run whose weights they are
// of, and the words of the tokens that they name.

import type { Circuits } from '../../inspect/circuits/circuits.ts'
import type { Composition } from '../../inspect/circuits/composition.ts'
import type { HeadLabel } from '../../inspect/circuits/headLabels.ts'
import type { Basis } from '../../inspect/circuits/headWeights.ts'
import type { TokenTables } from '../../inspect/circuits/tokenTables.ts'
import type { AnalogyMeasure } from '../../inspect/embeddings/analogy.ts'
import type { NearToken } from '../../inspect/embeddings/cosines.ts'
import type { EmbeddingTable } from '../../inspect/embeddings/embeddingTables.ts'
import type { PrincipalComponents } from '../../inspect/embeddings/principalComponents.ts'
import type { WrittenAnalogy } from '../../inspect/embeddings/writtenAnalogy.ts'
import type { AttentionGraph } from '../../inspect/graph/attentionGraph.ts'
import type { EdgeWeight } from '../../inspect/graph/eachWeights.ts'
import type { Heads } from '../../inspect/heads/heads.ts'
import type { Ablations } from '../../inspect/interventions/ablate.ts'
import type { AblationKind } from '../../inspect/interventions/ablatedParts.ts'
import type { ExampleAblations } from '../../inspect/interventions/ablateExamples.ts'
import type { LogitMetric } from '../../inspect/interventions/metric.ts'
import type { Patching } from '../../inspect/interventions/patch.ts'
import type { PartPatching } from '../../inspect/interventions/patchParts.ts'
import type { LayerSources } from '../../inspect/journey/sourceEffects.ts'
import type { Attribution } from '../../inspect/stream/attributionFacts.ts'
import type { LensRow } from '../../inspect/stream/lens.ts'
import type { LensKind } from '../../inspect/stream/lensPrograms.ts'
import type { Detail } from '../../inspect/stream/summands.ts'
import type { AblatedOver } from '../../show/ablationFigure.ts'
import type { HeardSound } from '../../show/soundPanel.ts'
import type { Scene } from './lookFacts.ts'

/** Facts, the step of the run whose weights they are of, and the words of the tokens that they name, by their ids. */
export interface OfStep {
  readonly step: number
  readonly words: Readonly<Record<number, string>>
}

/** The heads that are asked about: all, those of one attention, or one of them. */
export type AskedHead = Partial<Pick<HeadLabel, 'address' | 'head'>>

export interface LensQuestion {
  readonly scene: Scene
  readonly scale: LensKind
  /** True to read the middle of each block too. */
  readonly middle: boolean
  /** A token whose rank is told; none for ''. */
  readonly token: string
}
export interface LensFacts extends OfStep {
  readonly rows: readonly LensRow[]
}

export interface AttributionQuestion {
  readonly scene: Scene
  readonly position: number
  /** The token whose logit it is, the model's guess for ''; and one whose logit is taken away, none for ''. */
  readonly token: string
  readonly against: string
  readonly detail: Exclude<Detail, 'neurons'>
}
export interface AttributionFacts extends OfStep {
  readonly attribution: Attribution
  /** The effects of the patches of a picture, or of the places of a sound, by layer. */
  readonly places?: readonly LayerSources[]
  readonly sound?: HeardSound
}

export interface RolesQuestion extends AskedHead {
  readonly scene: Scene
}
export interface RolesFacts extends OfStep {
  readonly heads: Heads
}

export interface CircuitsQuestion extends AskedHead {
  readonly scene: Scene
  readonly basis: Basis
}
export interface CircuitsFacts extends OfStep {
  readonly circuits: Circuits
  /** The circuits between tokens, where one head is asked about. */
  readonly tokens?: TokenTables
}

export interface CompositionQuestion extends AskedHead {
  readonly scene: Scene
  readonly basis: Basis
}
export interface CompositionFacts extends OfStep {
  /** The pairs of which one is asked about. */
  readonly composition: Composition
}

export interface TokenGraphQuestion extends AskedHead {
  readonly scene: Scene
  readonly what: EdgeWeight
  /** The most edges that end at one position. */
  readonly most: number
}
export interface TokenGraphFacts extends OfStep {
  readonly graph: AttentionGraph
}

export interface PatchQuestion {
  readonly scene: Scene
  /** The other text, of as many tokens; two neighbours of this one change places for ''. Of recordings the name of one heard before, or the last of them for ''. */
  readonly other: string
  readonly position: number
  /** The token whose logit is looked at, and the one whose logit is taken away; the guesses of both texts for ''. */
  readonly token: string
  readonly against: string
  /** The value, the head or the block that is patched; all of the model for ''. */
  readonly at: string
}
export interface PatchFacts extends OfStep {
  /** Of the whole model, or of a place in it. */
  readonly found:
    | { readonly of: 'model'; readonly patching: PartPatching }
    | { readonly of: 'place'; readonly patching: Patching }
  readonly metric: LogitMetric
  /** The tokens of both texts; of a translator those of both sources. */
  readonly tokens: readonly string[]
  readonly other: readonly string[]
  /** The tokens of a translator's target, which both sources have. */
  readonly target?: readonly string[]
  /** The name of the other recording, of a model that hears. */
  readonly recording?: string
}

export interface AblationQuestion {
  readonly scene: Scene
  readonly kind: AblationKind
}
export interface AblationFacts extends OfStep {
  readonly ablations: Ablations | ExampleAblations
  readonly of: AblatedOver
  /** Over what the loss is: what the run is evaluated on, or the sentence. */
  readonly over: 'evaluation' | 'sentence'
}

/** A wish for vectors of tokens; a token is that with this text, or with this id. */
export type VectorsWish =
  | { readonly what: 'near'; readonly word: string; readonly id: number }
  | { readonly what: 'analogy'; readonly sum: string; readonly by: AnalogyMeasure }
  | { readonly what: 'map' }
export interface VectorsQuestion {
  readonly scene: Scene
  readonly wish: VectorsWish
}
export interface VectorsFacts extends OfStep {
  readonly table: EmbeddingTable
  readonly meanCosine: number
  readonly found:
    | { readonly what: 'near'; readonly of: number; readonly nearest: readonly NearToken[] }
    | { readonly what: 'analogy'; readonly analogy: WrittenAnalogy }
    | { readonly what: 'map'; readonly map: PrincipalComponents }
}
