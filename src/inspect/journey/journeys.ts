// The journey of one token: its own stream through a model, from the row of a table to the next token's draw, in steps that are read off
// the graph. So there is one for every architecture whose stream can be found.
//
//   token · row · position        for each block: normalise · ask · answer · bring · add · normalise · hidden · add
//   normalise · logits · temperature · draw
//
// A plan is compiled once for texts of one length: every position, every text and whatever the weights have become are runs of it.

import type { Edited } from '../../edit/edit.ts'
import type { Engine } from '../../engine/engine.ts'
import { type SampleSettings, sampler } from '../../generate/sample.ts'
import { givenOf, type InputValues, sizesOfValues } from '../../model/inputValues.ts'
import { type AnyModel, isWriting } from '../../model/language.ts'
import type { AxisSizes } from '../../model/reads.ts'
import type { Node } from '../../tensor/node.ts'
import { editedNames, type Looking } from '../editedPass.ts'
import { vectorLength } from '../stream/vectors.ts'
import type { SeenHere } from './atPosition.ts'
import { type DirectEffects, directEffects } from './directEffects.ts'
import { askedPlace, type Followed, followedIn, guessOf } from './guess.ts'
import { type JourneyPlan, journeyPlan } from './journeyPlan.ts'
import { type JourneySight, numbersHere } from './journeySight.ts'
import { type ShortJourney, shortJourney } from './shortJourney.ts'
import { type JourneyEnding, stepOf } from './stepFacts.ts'
import type { Journey, StreamHere } from './steps.ts'

/** The questions about one token's way. */
export interface JourneyQuestion {
  /** Counted from 0, or from the end; if not given the last, or the one that a classifier reads. */
  readonly position?: number | undefined
  /** The id of the token whose logit is followed; the model's own first guess if not given. */
  readonly token?: number | undefined
  /** The id of the token whose logit is taken away from it: why not that one? */
  readonly against?: number | undefined
  /** The way in which the next token is drawn, and its temperature; and the number of the draw, 0 if not given. */
  readonly sample?: SampleSettings | undefined
  readonly draw?: number | undefined
  /** The number of guesses that are told (5), of sources for each head (3), of hidden units (8), of neighbours in the table (5). */
  readonly top?: number | undefined
  readonly sources?: number | undefined
  readonly units?: number | undefined
  readonly neighbours?: number | undefined
  /** The number of parts in the short journey (5). */
  readonly parts?: number | undefined
  /** True for the numbers of every stream and of every step's value. */
  readonly numbers?: boolean | undefined
}

/** A journey, whole and short. */
export interface Journeyed {
  readonly full: Journey
  readonly short?: ShortJourney
  /** The reason why there is no short one: the logit of this model is no sum of parts. */
  readonly noShort?: string
}

/**
 * The journey of one token of an example, in full and in short.
 *
 * Throws for positions and tokens that are not there, and for a model that has no stream.
 */
export async function journey({
  model,
  engine,
  edits,
  inputs,
  ...question
}: Looking & JourneyQuestion): Promise<Journeyed> {
  const sizes = sizesOfValues('journey', model.reads, inputs)
  const journeys = await Journeys.of({ model, engine, edits, sizes, optional: Object.keys(givenOf(inputs)) })
  try {
    return await journeys.read(inputs, question)
  } finally {
    await journeys.close()
  }
}

/** Journeys through one model over texts of one length; compiles once. */
export class Journeys {
  readonly #model: AnyModel
  readonly #engine: Engine
  readonly #plan: JourneyPlan

  private constructor(model: AnyModel, engine: Engine, plan: JourneyPlan) {
    this.#model = model
    this.#engine = engine
    this.#plan = plan
  }

  /**
   * Journeys over texts of these sizes: `{ position: 12 }`.
   *
   * - `optional`: the inputs that the texts bring and the model does without too
   *
   * Throws for a model without a stream.
   */
  static async of({
    sizes,
    optional = [],
    ...edited
  }: Edited<AnyModel> & { readonly sizes: AxisSizes; readonly optional?: readonly string[] }): Promise<Journeys> {
    const { model, engine } = edited
    const names = await editedNames({ ...edited, sizes: { ...sizes, batch: 1 }, optional, asker: 'journey' })
    return new Journeys(model, engine, journeyPlan(engine, names, { isDrawn: isWriting(model) }))
  }

  /** The journey of one token of a text. Throws for positions and tokens that are not there. */
  async read(inputs: InputValues, question: JourneyQuestion = {}): Promise<Journeyed> {
    sizesOfValues('journey', this.#model.reads, inputs)
    const { route, parts, products, names } = this.#plan
    const { ids = [] } = inputs
    // Frames of a sound are no ids.
    const source = this.#model.reads['source']?.below === undefined ? undefined : inputs['source']
    const { answers, positions } = route
    const position = askedPlace(question.position ?? answers?.readAt ?? -1, positions)
    const seen = await this.#plan.values.read(inputs, position)
    const logits = answers && (seen.get(answers.node)?.data ?? new Float32Array())
    const followed = logits && followedIn(logits, question)
    const { nearest, compared } = await this.#plan.rows.read(
      ids[position],
      followed ? [followed.token, ...(followed.against === undefined ? [] : [followed.against])] : [],
      question.neighbours ?? 5,
    )
    const direct =
      logits && followed && !('reason' in parts)
        ? await directEffects(parts, { engine: this.#engine, seen, logits, rows: compared, position, ...followed })
        : undefined
    const sight: JourneySight = {
      names,
      seen,
      position,
      ids,
      source,
      most: { sources: question.sources ?? 3, units: question.units ?? 8 },
      products,
      direct,
      stream: this.#streams({ seen, position, followed, hasNumbers: question.numbers ?? false }),
    }
    const ending = logits && followed && (await this.#ending(logits, followed, { question, next: ids[position + 1] }))
    const besides = {
      nearest,
      table: this.#plan.table,
      ending,
      formula: (node: Node) => this.#plan.formula(node),
      hasNumbers: question.numbers ?? false,
    }
    const full: Journey = {
      model: this.#model.kind,
      position,
      ...(ids.length > 0 && { id: ids[position] }),
      ids: Array.from(ids),
      ...(source && { source: Array.from(source) }),
      ...(followed && { token: followed.token, ...(followed.against !== undefined && { against: followed.against }) }),
      ...(answers?.isOfAll && { isOfAll: true }),
      steps: route.stops.map((stop, number) => stepOf(sight, besides, stop, number)),
    }
    return { full, ...this.#short(sight, direct, ending, question) }
  }

  /** Gives back its programs, which also go when nobody can reach it any more; read again they are compiled anew. */
  async close(): Promise<void> {
    await this.#plan.values.close()
    await this.#plan.rows.close()
  }

  #short(
    sight: JourneySight,
    direct: DirectEffects | undefined,
    ending: JourneyEnding | undefined,
    { parts: most = 5 }: JourneyQuestion,
  ): Pick<Journeyed, 'short' | 'noShort'> {
    const { parts, route } = this.#plan
    if (direct && ending) return { short: shortJourney(sight, route.stops, direct, { said: ending.said, most }) }
    return 'reason' in parts ? { noShort: parts.reason } : {}
  }

  /** The streams of a run, each made once. */
  #streams({
    seen,
    position,
    followed,
    hasNumbers,
  }: {
    seen: SeenHere
    position: number
    followed: Followed | undefined
    hasNumbers: boolean
  }): (node: Node) => StreamHere {
    const { names, lenses } = this.#plan
    const known = new Map<Node, StreamHere>()
    return (node) => {
      const found = known.get(node)
      if (found) return found
      const { data } = numbersHere({ seen }, node)
      const path = names.addressOf(node)
      const lens = lenses.get(node)
      const made: StreamHere = {
        ...(path !== undefined && { address: `${path} {position: ${position}}` }),
        norm: vectorLength(data),
        ...(lens &&
          followed && { guess: guessOf(numbersHere({ seen }, lens).data, followed, { what: path ?? 'the stream' }) }),
        ...(hasNumbers && { numbers: Array.from(data) }),
      }
      known.set(node, made)
      return made
    }
  }

  async #ending(
    logits: Float32Array,
    followed: Followed,
    { question: { sample = {}, draw = 0 }, next }: { question: JourneyQuestion; next: number | undefined },
  ): Promise<JourneyEnding> {
    const { temperature = 1 } = sample
    const { address = '', axis: of = 'vocab' } = this.#plan.route.answers ?? {}
    const said = guessOf(logits, followed, { what: 'the model' })
    const warm = guessOf(logits, followed, { what: 'the model', temperature })
    const isDrawn = isWriting(this.#model)
    const drawn = isDrawn ? (await sampler(sample))(logits, draw) : undefined
    const placed = (id: number) => guessOf(logits, { ...followed, token: id }, { what: 'the model', temperature }).token
    return {
      address,
      of,
      logits,
      said,
      temperature,
      warm,
      drawn: drawn === undefined ? undefined : placed(drawn),
      next: next === undefined || !isDrawn ? undefined : placed(next),
    }
  }
}
