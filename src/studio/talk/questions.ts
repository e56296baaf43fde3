// The words between the page and its worker. The page asks, and gets one answer to each question; the worker also tells news, which
// nobody asked for: how a training goes on.
//
// Every kind of question is a line in `Questions`, and a file in worker/answers/ that answers it.

import type { RunKind } from '../../checkpoint/newConfig.ts'
import type { CellOf } from '../../inspect/cells/explanation.ts'
import type { AcrossShares, HeadAcross } from '../../inspect/heads/acrossShares.ts'
import type { DrawConditions } from '../../inspect/nextToken.ts'
import type { ShownCheck, ShownNumbers } from '../../inspect/proofs/shownNumbers.ts'
import type { ModelOperation } from '../../inspect/shapes/operation.ts'
import type { PlanSize, TimedPlan } from '../../runs/timedPlans.ts'
import type { AskedSize, WhatIf } from '../../runs/whatIf.ts'
import type { AttentionKind, AttentionQuantity, AttentionThumbnails } from '../../show/attentionView/data.ts'
import type { Sound } from '../../sound/sound.ts'
import type { ExhibitedModel } from '../exhibit/exhibitedModel.ts'
import type { HeardFacts, RecordingFacts, SpokenSound } from './codecFacts.ts'
import type {
  AblationFacts,
  AblationQuestion,
  AttributionFacts,
  AttributionQuestion,
  CircuitsFacts,
  CircuitsQuestion,
  CompositionFacts,
  CompositionQuestion,
  LensFacts,
  LensQuestion,
  PatchFacts,
  PatchQuestion,
  RolesFacts,
  RolesQuestion,
  TokenGraphFacts,
  TokenGraphQuestion,
  VectorsFacts,
  VectorsQuestion,
} from './instrumentFacts.ts'
import type {
  AttentionArc,
  AttentionFacts,
  BeamFacts,
  Beside,
  CellFacts,
  ClassFacts,
  Facet,
  FillFacts,
  JourneyFacts,
  JourneyPairFacts,
  LatticeChangeFacts,
  LatticeFacts,
  NextFacts,
  NumbersAt,
  PictureAttentionFacts,
  Scene,
  SceneFacts,
  ValueFacts,
  WalkFacts,
  WrittenToken,
} from './lookFacts.ts'
import type { MachineFacts, MachineWishes } from './machineFacts.ts'
import type { MaterialFacts, PlanFacts, ReadFiles } from './plans.ts'
import type { Material, Recipe } from './recipe.ts'
import type { FurtherChoices, KeptRun, RunFacts, RunNews, StepStoryFacts } from './runFacts.ts'

export type * from './codecFacts.ts'
export type * from './instrumentFacts.ts'
export type * from './lookFacts.ts'
export type { MachineFacts, StorageFacts } from './machineFacts.ts'
export type { MaterialFacts, PlanFacts } from './plans.ts'
export type { Material, PlainChoices, Recipe } from './recipe.ts'
export type {
  FurtherChoices,
  HeadScoresAt,
  KeptRun,
  ModelFacts,
  RunChange,
  RunFacts,
  RunFailure,
  RunPast,
  RunState,
  StepStoryFacts,
  ToldStep,
} from './runFacts.ts'

interface Asked<Question, Answer> {
  readonly question: Question
  readonly answer: Answer
}

export interface Questions {
  /** The machine, as it is or as it is wished for: the first question, since the engine begins with it. */
  readonly machine: Asked<MachineWishes, MachineFacts>

  // What is known before anything runs.
  /** True for files of a run or of a model, which are opened; others are learnt from. */
  readonly isOfRun: Asked<{ readonly files: readonly File[] }, boolean>
  /** Files that a person has chosen or dropped, as a material. `paths`: where each lies in the folder that was chosen. */
  readonly readFiles: Asked<{ readonly files: readonly File[]; readonly paths?: readonly string[] }, ReadFiles>
  readonly material: Asked<{ readonly material: Material; readonly as?: RunKind }, MaterialFacts>
  readonly plan: Asked<{ readonly material: Material; readonly as?: RunKind }, PlanFacts>
  /** The plan of a run with settings that a person has chosen, over those of a size. */
  readonly chosenPlan: Asked<{ readonly recipe: Recipe; readonly size: PlanSize }, TimedPlan>

  /** Opens the model that came with the page, in an exhibit. */
  readonly openExhibit: Asked<{ readonly model: ExhibitedModel }, RunFacts>

  // The run.
  /** Begins a run, in place of the one before. */
  readonly begin: Asked<Recipe, RunFacts>
  /** The run that was open when the page was last here, which trains on if it trained; undefined where there is none, or another is open by now. */
  readonly restore: Asked<Record<never, never>, RunFacts | undefined>
  /** Goes on from the last state that is kept, with other choices: more steps, another rate. */
  readonly goOn: Asked<FurtherChoices, RunFacts>
  /** Keeps the state as it is: the page is hidden, or ends. */
  readonly keep: Asked<Record<never, never>, Record<never, never>>
  /** The runs in the storage, the newest first. */
  readonly runs: Asked<Record<never, never>, readonly KeptRun[]>
  readonly openRun: Asked<{ readonly id: string }, RunFacts>
  readonly renameRun: Asked<{ readonly id: string; readonly name: string }, Record<never, never>>
  readonly forgetRun: Asked<{ readonly id: string }, Record<never, never>>
  /**
   * Opens a run or a model from files that a person has chosen: those of a folder, or one zip. `material`: what it learnt from, so that it
   * can go on; a zip that was given out here has it.
   */
  readonly openFiles: Asked<{ readonly files: readonly File[]; readonly material?: Material }, RunFacts>
  /** Opens a run that a server has, as `cutaway studio RUN` does, by its name there; undefined where another is open by now. */
  readonly openServed: Asked<{ readonly name: string; readonly base: string }, RunFacts | undefined>
  /** The run that is open as a zip of its Hugging Face folder. */
  readonly giveOut: Asked<Record<never, never>, { readonly name: string; readonly zip: Blob }>
  /**
   * The model that is here as an exhibit: a page with it. `program`: the program of exhibits; `hash`: where it opens.
   */
  readonly exhibit: Asked<
    { readonly program: Uint8Array<ArrayBuffer>; readonly hash: string },
    { readonly name: string; readonly page: Blob }
  >
  /** Goes on, rests after the step that is under way, or takes one step. */
  readonly move: Asked<{ readonly how: 'on' | 'rest' | 'step' }, Record<never, never>>
  /** Takes one step, and tells it. */
  readonly story: Asked<Record<never, never>, StepStoryFacts>
  // Writing.
  readonly next: Asked<{ readonly scene: Scene; readonly conditions: DrawConditions; readonly top: number }, NextFacts>
  readonly write: Asked<
    { readonly scene: Scene; readonly conditions: DrawConditions; readonly seed: number },
    WrittenToken
  >
  readonly beams: Asked<{ readonly scene: Scene; readonly beams: number }, readonly BeamFacts[]>
  readonly fill: Asked<{ readonly scene: Scene; readonly position: number; readonly top: number }, readonly FillFacts[]>
  readonly classes: Asked<{ readonly scene: Scene }, ClassFacts>
  /** A picture of a file, as the model that is here sees it. */
  readonly readPicture: Asked<{ readonly file: File }, { readonly picture: string }>
  /** A picture that the run has not learnt from: the next of those that are held back, from the beginning after the last. */
  readonly heldBack: Asked<{ readonly number: number }, { readonly picture: string; readonly label: string }>
  /** Pictures of the scene's words, or of anything where a model reads none; each as its codes, and so are those that are not whole yet. */
  readonly draw: Asked<
    { readonly scene: Scene; readonly count: number; readonly conditions: DrawConditions; readonly seed: number },
    readonly string[]
  >
  /** Drawn pictures as a PNG, each pixel `scale` wide; several on one sheet. */
  readonly drawnFile: Asked<{ readonly drawn: readonly string[]; readonly scale: number }, Blob>
  /** The codes of a sound that says the scene's words. */
  readonly speak: Asked<
    { readonly scene: Scene; readonly conditions: DrawConditions; readonly seed: number },
    readonly string[]
  >
  /** A recording out of a file, or as the browser has decoded it: of one channel, and as a WAV to be played. */
  readonly recording: Asked<
    { readonly recording: RecordingFacts },
    { readonly sound: Sound; readonly seconds: number; readonly wav: Blob }
  >
  /** The words that are heard in a recording; its text as it comes. From then on the scene whose source has its name looks at it. */
  readonly hear: Asked<{ readonly scene: Scene; readonly name: string; readonly sound: Sound }, HeardFacts>
  /** The sound of codes. */
  readonly sound: Asked<{ readonly spoken: string }, SpokenSound>
  // Looking.
  readonly scene: Asked<{ readonly scene: Scene }, SceneFacts>
  readonly describe: Asked<{ readonly scene: Scene; readonly address: string }, ValueFacts>
  readonly numbers: Asked<
    {
      readonly scene: Scene
      readonly addresses: readonly string[]
      readonly facet: Facet
      /** Of changes: beside what; without edits if not given. */
      readonly beside?: Beside | undefined
    },
    readonly NumbersAt[]
  >
  readonly cell: Asked<{ readonly scene: Scene; readonly address: string; readonly of: CellOf }, CellFacts>
  readonly walk: Asked<{ readonly scene: Scene; readonly address: string; readonly of: CellOf }, WalkFacts>
  readonly lattice: Asked<{ readonly scene: Scene }, LatticeFacts>
  readonly latticeChange: Asked<{ readonly scene: Scene; readonly beside: Beside }, LatticeChangeFacts>
  readonly arcs: Asked<{ readonly scene: Scene; readonly position: number }, readonly AttentionArc[]>
  readonly attention: Asked<{ readonly scene: Scene }, AttentionFacts>
  /** The shares that each position gives to each place of the source: by one head, or the mean of all. */
  readonly across: Asked<{ readonly scene: Scene; readonly head: HeadAcross | undefined }, AcrossShares>
  readonly attentionSmall: Asked<
    { readonly scene: Scene; readonly kind: AttentionKind; readonly quantity: AttentionQuantity },
    AttentionThumbnails
  >
  readonly attentionHead: Asked<
    {
      readonly scene: Scene
      readonly kind: AttentionKind
      readonly layer: number
      readonly head: number
      readonly quantity: AttentionQuantity
    },
    Float32Array
  >
  readonly journey: Asked<
    {
      readonly scene: Scene
      readonly position: number
      /** The token whose logit is followed; the likeliest if not given. */
      readonly token: number | undefined
      /** The token whose logit is taken away from it: why not that one? */
      readonly against: number | undefined
      readonly temperature: number
    },
    JourneyFacts
  >
  readonly journeyPair: Asked<
    {
      readonly scene: Scene
      readonly position: number
      readonly token: number | undefined
      readonly temperature: number
      /** The other text, step or position of the second journey. */
      readonly beside: Beside
    },
    JourneyPairFacts
  >
  readonly whatIf: Asked<{ readonly size: AskedSize; readonly is: number }, WhatIf>
  readonly ledger: Asked<{ readonly scene: Scene }, readonly ModelOperation[]>
  /** Computes numbers that are shown once more, by the reference engine. */
  readonly check: Asked<{ readonly scene: Scene; readonly shown: ShownNumbers }, ShownCheck>
  /** Where one position looks in the picture of a scene. */
  readonly pictureAttention: Asked<{ readonly scene: Scene; readonly position: number }, PictureAttentionFacts>
  // Instruments: what may take long says how far it is, and can be broken off.
  readonly lens: Asked<LensQuestion, LensFacts>
  readonly attribution: Asked<AttributionQuestion, AttributionFacts>
  readonly roles: Asked<RolesQuestion, RolesFacts>
  readonly circuits: Asked<CircuitsQuestion, CircuitsFacts>
  readonly composition: Asked<CompositionQuestion, CompositionFacts>
  readonly tokenGraph: Asked<TokenGraphQuestion, TokenGraphFacts>
  readonly patching: Asked<PatchQuestion, PatchFacts>
  readonly ablation: Asked<AblationQuestion, AblationFacts>
  readonly vectors: Asked<VectorsQuestion, VectorsFacts>
}

export type Kind = keyof Questions
export type QuestionOf<K extends Kind> = Questions[K]['question']
export type AnswerTo<K extends Kind> = Questions[K]['answer']

/** A thing that the worker tells by itself. */
export type News =
  | RunNews
  | { readonly kind: 'warning'; readonly message: string }
  /** The machine computes otherwise than it was told. */
  | { readonly kind: 'machine' }

/** From the page to the worker. */
export type Letter =
  | { readonly number: number; readonly kind: Kind; readonly question: unknown }
  /** The answer to the question with this number is not waited for any more. */
  | { readonly breakOff: number }

/** From the worker to the page. */
export type Reply =
  | { readonly number: number; readonly answer: unknown }
  | { readonly number: number; readonly error: string }
  /** The part of an answer that is done; where it is of use as it comes, that part itself. */
  | { readonly number: number; readonly done: number; readonly of: number; readonly part?: unknown }
  | { readonly news: readonly News[] }
