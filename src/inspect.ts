// Looking inside: any value of a model, read by its address, and what can be made of it. Facts are plain values; pictures of them are
// made of figures. Everything here runs in Node and in a page.
//
//   const seen = await read({ model, engine, inputs: { ids }, addresses: ['blocks.0.attention.pattern {head: 0}'] })
//
// An edit, `{ at: address, to: … }`, is part of `cutaway`, since everything that runs a model takes some.

// biome-ignore-all assist/source/organizeImports: the order is that of the data

// Any value, by its address.
export { Reader, type ReadSettings, read, readableValues } from './inspect/read.ts'
export {
  type AttentionPattern,
  attentionPatterns,
  eachPattern,
  patternBytes,
  type PatternSettings,
} from './inspect/pattern.ts'
export type { AttendingPart, PatternBytes, WantedHeads } from './inspect/patternLayers.ts'
export { type Gradients, readGradients } from './inspect/gradients.ts'
export { type AskedValue, askedValues } from './inspect/asked.ts'

// What a model is made of: its parameters, and every matrix product with the reason of each size.
export { type PartParameters, parametersByPart } from './inspect/shapes/parameters.ts'
export { type Description, describeValue } from './inspect/shapes/describe.ts'
export { matrixProducts, type Product } from './inspect/shapes/products.ts'
export type { GivenReasons } from './inspect/shapes/reasons.ts'
export { type ProductText, productTexts } from './inspect/shapes/shapes.ts'
export type {
  ModelOperation,
  OperationAxis,
  OperationKind,
  OperationValue,
  SizeOrigin,
} from './inspect/shapes/operation.ts'
export { modelOperations } from './inspect/shapes/operations.ts'
export { type AskedSize, askedSizes, type Impossible, type SizeChange, type WhatIf, whatIf } from './runs/whatIf.ts'
export type { Formula } from './inspect/shapes/formula.ts'

// Any one cell of any value: how its number was made, and from which cells.
export { explainCell } from './inspect/cells/explainCell.ts'
export { type CellLook, CellReader, type CellSettings } from './inspect/cells/cellReader.ts'
export type { PassCells } from './inspect/cells/cells.ts'
export { type CellAddress, cellAddressText, parseCellAddress } from './inspect/cells/cellAddress.ts'
export { largestFirst } from './inspect/cells/largestFirst.ts'
export { type CellSource, sourcesOf } from './inspect/cells/sources.ts'
export { type CellWalk, type WalkSettings, type WalkStep, whereFrom } from './inspect/cells/whereFrom.ts'
export { checkpointCells } from './inspect/cells/checkpointCells.ts'
export type { CheckpointOf } from './inspect/cells/explainer.ts'
export type {
  ByFunction,
  ByInput,
  ByItself,
  ByLookUp,
  ByMask,
  ByNorm,
  ByProduct,
  ByRow,
  BySame,
  BySoftmax,
  BySum,
  ByWeight,
  Cell,
  CellExplanation,
  CellKind,
  CellOf,
  CheckpointCell,
  FunctionStep,
  HowMade,
  RowLookUp,
  ProductTerm,
  RowTerm,
  ShareTerm,
  SumTerm,
  TermAxis,
  StepAfter,
} from './inspect/cells/explanation.ts'

// The residual stream: a sum of named parts, what each of them adds to a logit, and what it says after every block.
export type { Looking } from './inspect/editedPass.ts'
export { type Ledger, type LedgerRow, ledger } from './inspect/stream/ledger.ts'
export { attributeLogit } from './inspect/stream/attribution.ts'
export type { Attribution, AttributionRow } from './inspect/stream/attributionFacts.ts'
export type { PartLabel } from './inspect/stream/parts.ts'
export type { Detail } from './inspect/stream/summands.ts'
export { type LensRow, type LensSettings, logitLens } from './inspect/stream/lens.ts'
export type { LensKind } from './inspect/stream/lensPrograms.ts'
export type { Guess, Placing, Saying } from './inspect/stream/guesses.ts'
export type { StreamPoint } from './inspect/stream/states.ts'
export { TunedLens } from './inspect/stream/tunedLens.ts'
export { type TuningSettings, tuneLens } from './inspect/stream/tuneLens.ts'
export { tunedLensBytes, tunedLensFrom } from './inspect/stream/savedLens.ts'

// The journey of one token: the steps of its own stream, or the few parts that mattered most.
export type {
  AddStep,
  AnswerStep,
  AskStep,
  BringStep,
  DrawStep,
  FiringUnit,
  HiddenStep,
  Journey,
  JourneyGuess,
  JourneyStep,
  LogitsStep,
  MovedSource,
  NormaliseStep,
  OtherStep,
  PositionStep,
  RowStep,
  SourceShare,
  StepEffect,
  StepProduct,
  StreamHere,
  TemperatureStep,
  TokenStep,
} from './inspect/journey/steps.ts'
export type { ShortJourney, ShortPart, SourceEffect } from './inspect/journey/shortJourney.ts'
export { type Journeyed, type JourneyQuestion, Journeys, journey } from './inspect/journey/journeys.ts'
export { type LayerSources, sourceEffects } from './inspect/journey/sourceEffects.ts'
export {
  type JourneyPair,
  type JourneyParting,
  journeyPair,
  journeyParting,
  journeysBeside,
  type StepDistance,
} from './inspect/journey/parting.ts'
export {
  type MadePrediction,
  type Prediction,
  type PredictionChoice,
  type PredictionScore,
  predictionOf,
  predictionScore,
} from './inspect/journey/prediction.ts'

// Matrix composition: the circuits of heads, factored, and how much of what one head writes another reads.
export { type CircuitFacts, type Circuits, circuits, type HeadCircuits } from './inspect/circuits/circuits.ts'
export {
  type Composition,
  type CompositionRow,
  composition,
} from './inspect/circuits/composition.ts'
export type { CompositionKind } from './inspect/circuits/overlaps.ts'
export type {
  Basis,
  Besides,
  CircuitSettings,
  HeadWeights,
} from './inspect/circuits/headWeights.ts'
export type { HeadChoice, HeadLabel } from './inspect/circuits/headLabels.ts'
export { headWeights, ovOf, qkOf } from './inspect/circuits/headWeights.ts'
export {
  type TableKind,
  type TokenCell,
  type TokenRow,
  type TokenTable,
  type TokenTables,
  type TokenValue,
  tokenTables,
} from './inspect/circuits/tokenTables.ts'
export { type Direction, type DirectionKind, directions } from './inspect/circuits/directions.ts'
export { type KeyTrace, keyTraces, type PreviousScore } from './inspect/circuits/keyTraces.ts'
export { type VirtualHead, virtualHead } from './inspect/circuits/virtualHeads.ts'
export { FactoredMatrix } from './inspect/circuits/factored.ts'
export { type Eigenvalue, positiveShare, type Singular } from './inspect/circuits/decompositions.ts'
export type { Matrix } from './inspect/circuits/matrix.ts'
// Heads: scores, what each seems to do, and attention through all layers.
export {
  type DrawnFacts,
  type HeadFacts,
  type Heads,
  type HeadsSettings,
  headFacts,
} from './inspect/heads/heads.ts'
export { type HeadScores, headScores, type PatternShares } from './inspect/heads/scores.ts'
export { type Control, type ControlEvidence, type HeadRole, type RoleName, roleOf } from './inspect/heads/roles.ts'
export {
  type Detected,
  type Detection,
  type DetectionOptions,
  detections,
} from './inspect/heads/detectors.ts'
export { type InContext, inContextPositions, inContextScore } from './inspect/heads/inContext.ts'
export { drawableIds, type DrawnText, type DrawSettings, repeatedTokens } from './inspect/heads/repeats.ts'
export { type WeightedAttention, type WeightedSettings, weightedAttention } from './inspect/heads/weighted.ts'
export type { WeightedGrid, WeightedHead, WeightedLengths } from './inspect/heads/sourceVectors.ts'
export {
  type AttentionThrough,
  attentionThrough,
  type SharesThrough,
  type ThroughSettings,
} from './inspect/heads/throughLayers.ts'
export { type SourceRow, sourceReading } from './inspect/heads/sourceReading.ts'
export { type Flow, flowOf, greatestFlow, rollout, type Square, withSkip } from './inspect/heads/rollout.ts'

// Vectors of tokens: which point the same way, what can be counted with them, and how near words are beside what people say.
export { type EmbeddingTable, embeddingTables, readEmbedding } from './inspect/embeddings/embeddingTables.ts'
export { TokenVectors, type VectorRows } from './inspect/embeddings/tokenVectors.ts'
export {
  cosineIn,
  meanCosine,
  type NearToken,
  nearestTokens,
  type TokenCosines,
  tokenCosines,
} from './inspect/embeddings/cosines.ts'
export { type AnalogyMeasure, type AnalogyToken, analogy } from './inspect/embeddings/analogy.ts'
export {
  type PrincipalComponent,
  type PrincipalComponents,
  principalComponents,
} from './inspect/embeddings/principalComponents.ts'
export {
  type ScoredPair,
  type SimilarityRow,
  type WordSimilarity,
  wordSimilarity,
} from './inspect/embeddings/wordSimilarity.ts'
export { type FrequencyShare, frequencyShares } from './inspect/embeddings/frequencies.ts'
export { spearman, spearmanInterval } from './inspect/embeddings/rankCorrelation.ts'
export { scoredPairs, type WordPair } from './text/scoredPairs.ts'
export { firstWords, idsOfAnyCase, type Lexicon, listedWords, tokenizerWords } from './text/lexicon.ts'

// Attention as a graph: tokens are nodes, shares are edges.
export {
  type AttentionGraph,
  attentionGraph,
  type EdgeCount,
  type EdgeLabel,
  type GraphEdge,
  type GraphNode,
  type GraphSettings,
} from './inspect/graph/attentionGraph.ts'
export type { NodesAndEdges } from './inspect/graph/checkGraph.ts'
export type { EdgeWeight } from './inspect/graph/eachWeights.ts'
export type { KeptEdges, KeptWeights } from './inspect/graph/strongest.ts'

// Interventions: what a value of one text does to what the model says of another, and what is lost without a head or an MLP.
export type { LogitMetric, MetricTokens } from './inspect/interventions/metric.ts'
export type { PatchDirection, PatchPair } from './inspect/interventions/pairs.ts'
export type { AddressLabel } from './inspect/interventions/labels.ts'
export type { PatchEffect, PatchedPairs } from './inspect/interventions/effects.ts'
export { type Patching, type PatchRow, type PatchSettings, patch } from './inspect/interventions/patch.ts'
export { type PartPatching, patchParts } from './inspect/interventions/patchParts.ts'
// What each would do, as one gradient estimates it.
export { type EstimateRow, type EstimateSettings, estimatePatches } from './inspect/interventions/estimate.ts'
export { type EdgePatching, type EdgeRow, type EdgeSettings, patchEdges } from './inspect/interventions/patchEdges.ts'
export {
  type AttributedScore,
  attributeEdges,
  type EdgeAttribution,
  type EdgeAttributionSettings,
  type EdgeScore,
  type WriterScore,
} from './inspect/interventions/attributeEdges.ts'
export {
  type CircuitEdge,
  type CircuitRow,
  type Faithfulness,
  type FaithfulnessSettings,
  faithfulness,
} from './inspect/interventions/faithfulness.ts'
export { type PathPatching, type PathSettings, patchPaths } from './inspect/interventions/patchPaths.ts'
export type { EdgeChoice } from './inspect/interventions/chosenEdges.ts'
export type { EdgeEnd } from './inspect/interventions/streamEdges.ts'
export { type KnockOutSettings, knockOut } from './inspect/interventions/knockOut.ts'
export {
  type CausalTrace,
  causalTrace,
  type TracedPart,
  type TraceRow,
  type TraceSettings,
} from './inspect/interventions/causalTrace.ts'
export type { AblationKind } from './inspect/interventions/ablatedParts.ts'
export {
  type AblatePairsSettings,
  ablatePairs,
  type PairAblationRow,
  type PairAblations,
} from './inspect/interventions/ablatePairs.ts'
export { type AblateSettings, type AblationRow, type Ablations, ablate } from './inspect/interventions/ablate.ts'
export {
  type AblateExamplesSettings,
  ablateExamples,
  type ExampleAblations,
} from './inspect/interventions/ablateExamples.ts'

// A model while it learns: scores, norms and values at steps that somebody chooses.
export { type WatcherSettings, Watcher } from './inspect/watch/watcher.ts'
export type { Watched, WatchedRow } from './inspect/watch/watched.ts'
export { watchScores } from './inspect/watch/asked.ts'
export { doublingSteps, type StepChoice, watchSteps } from './inspect/watch/steps.ts'
export { type WatchEvent, watching } from './inspect/watch/watching.ts'

// What no position may see.
export { type CausalityOptions, checkCausality, findLeaks, type Leak } from './inspect/causality.ts'

// Proofs: a model checked by what it does, and two runs, or two engines, compared at every address.
export { type CheckSettings, type Checks, checkModel } from './inspect/proofs/check.ts'
export type { Check, CheckName } from './inspect/proofs/verdict.ts'
export type { Sensitivity } from './inspect/proofs/sensitivity.ts'
export type { LayerError } from './inspect/proofs/layers.ts'
export { type SharesSummed, sharesSummed } from './inspect/proofs/normalised.ts'
export {
  type ComparedRun,
  type CompareSettings,
  compareRuns,
  type Distance,
  type RunComparison,
  type Unlike,
} from './inspect/proofs/compare.ts'
export type { Apart } from './inspect/proofs/distance.ts'
export {
  checkShown,
  type ShownNumbers,
  type ShownApart,
  type ShownCheck,
  type ShownGuess,
  type ShownNumber,
  type ShownValue,
} from './inspect/proofs/shownNumbers.ts'
// Folding: other weights, with which a model says the same.
export { type FoldedStep, type Folding, type FoldingStep, foldWeights, type NewBias } from './inspect/proofs/folding.ts'
export { type Folded, foldedModel } from './inspect/proofs/foldedModel.ts'

// Facts as lines of a terminal, as SVG and as pages.
export type {
  Bar,
  DrawnEdge,
  Figure,
  FigureColumn,
  FigureText,
  Labels,
  Panel,
  PanelKind,
  PanelOf,
  PanelContents,
  PlacedPoint,
  Series,
  SmallGrid,
} from './show/figure.ts'
export type { LineOptions } from './show/lines.ts'
export { figureLines } from './show/figureLines.ts'
export { figurePage } from './show/figurePage.ts'
export { type PatternsPage, patternsPage } from './show/patternsPage.ts'
export { type MatrixSize, thumbnailsOf } from './show/attentionView/pooling.ts'
export type { AttentionThumbnails } from './show/attentionView/data.ts'
export { figureSvg } from './show/figureSvg.ts'
export { type CheckedWords, checksFigure } from './show/checksFigure.ts'
export { type CellShown, cellFigure } from './show/cellFigure.ts'
export { comparisonFigure } from './show/comparisonFigure.ts'
export {
  analogyFigure,
  cosinesFigure,
  mapFigure,
  nearestFigure,
  type SimilaritySet,
  similarityFigure,
  type VectorWords,
} from './show/embeddingFigures.ts'
export { lensFigure, type TokenWords } from './show/lensFigure.ts'
export type { SaidThere } from './show/saysAt.ts'
export { journeyFigure, journeyPairFigure } from './show/journeyFigure.ts'
export { type JourneyWords, shortSentence, shortTitle, stepNote, stepSentence } from './show/journeyText.ts'
export { type CircuitsShown, circuitsFigure } from './show/circuitsFigure.ts'
export { type AblatedOver, ablatedOver, ablationFigure } from './show/ablationFigure.ts'
export { type TraceWords, traceFigure } from './show/traceFigure.ts'
export { type PatchedIn, type PatchingWords, patchingFigure } from './show/patchingFigure.ts'
export { edgeScoresFigure, edgesFigure, type EdgesWords } from './show/edgesFigure.ts'
export { pathsFigure } from './show/pathsFigure.ts'
export { attributionFigure } from './show/attributionFigure.ts'
export type { PatchedPicture } from './show/patchedPicture.ts'
export type { HeardSound } from './show/soundPanel.ts'
export { type PatternTokens, patternsFigure } from './show/patternsFigure.ts'
export { graphFigure } from './show/graphFigure.ts'
export { graphDot, graphJson, graphMl } from './show/graphText.ts'
export { operationSentence, operationsText, type OperationsTextOptions } from './show/operationsText.ts'
export { whatIfText } from './show/whatIfText.ts'
export { parametersText, productsText, type ShapesTextOptions } from './show/shapesText.ts'
export type { LayerWord } from './show/streamNames.ts'
