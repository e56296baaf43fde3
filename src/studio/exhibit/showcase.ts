// The showcase: what the worker of an exhibit has, an engine and the model that came with the page.

import { fromEightBits } from '../../checkpoint/eightBits.ts'
import { type FolderFiles, needJSON, placeOf, readJSON } from '../../checkpoint/folderFiles.ts'
import { describeFolderOf, type Loaded, loadDescribed, vocabOfTexts } from '../../checkpoint/load.ts'
import { type CpuEngine, cpu } from '../../engine/cpu/index.ts'
import { charactersFromJSON } from '../../text/charactersFromJSON.ts'
import { joinedBytes } from '../../text/joinedBytes.ts'
import { noText } from '../../text/noText.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import type { ArithmeticKind, MachineFacts, MachineWishes } from '../talk/machineFacts.ts'
import type { RunFacts } from '../talk/runFacts.ts'
import { Readers } from '../worker/readers.ts'
import { factsOfModel } from '../worker/runFacts.ts'
import type { OpenModel, Shown, Showroom } from '../worker/showroom.ts'
import { Turns } from '../worker/turns.ts'
import { bytesFiles } from './bytesFiles.ts'
import { type ExhibitedModel, weightsName } from './exhibitedModel.ts'
import { families } from './families.ts'

export class Showcase implements Showroom {
  readonly engine: CpuEngine
  readonly turns = new Turns()
  readonly readers = new Readers()
  readonly source = undefined
  readonly #isAsked: boolean
  #model: OpenModel | undefined
  #step = 0

  private constructor(engine: CpuEngine, { arithmetic }: MachineWishes) {
    this.engine = engine
    this.#isAsked = arithmetic !== undefined
  }

  static async open(wishes: MachineWishes): Promise<Showcase> {
    const { arithmetic } = wishes
    // A page from a disk has no memory that threads could share.
    return new Showcase(await cpu({ threads: 1, ...(arithmetic && { fma: arithmetic === 'fma' }) }), wishes)
  }

  get arithmetic(): ArithmeticKind {
    return this.engine.fma ? 'fma' : 'portable'
  }

  get machine(): MachineFacts {
    const { description, threads } = this.engine
    const { arithmetic } = this
    return { description, threads, cores: navigator.hardwareConcurrency, arithmetic, isAsked: this.#isAsked }
  }

  get run(): OpenModel {
    if (this.#model) return this.#model
    throw new Error('exhibit: its model has not been opened. Load the page again.')
  }

  /** Opens the model that came with the page. */
  async take({ name, step, family, tokenizer: kind, files }: ExhibitedModel): Promise<RunFacts> {
    const whole = [...files].map(
      ([file, bytes]) => [file, file === weightsName ? joinedBytes(fromEightBits(bytes, file)) : bytes] as const,
    )
    const folder = bytesFiles(new Map(whole), name)
    const described = await describeFolderOf(await families[family](), folder)
    const tokenizer = await tokenizerIn(folder, kind, vocabOfTexts(described))
    const loaded = await loadDescribed(folder, this.engine, described, { weights: 'f32' })
    this.#model = { name, ...loaded, tokenizer, ...(loaded.preparation && (await seen(loaded))) }
    this.#step = step
    return factsOfModel(this)
  }

  shown(): Shown {
    return { ...this.run, engine: this.engine, step: this.#step }
  }

  look<Seen>(_: number | undefined, work: (shown: Shown) => Promise<Seen>): Promise<Seen> {
    return this.turns.look(() => work(this.shown()))
  }
}

/** A model that reads pictures, with its sight. */
async function seen(loaded: Loaded): Promise<Pick<OpenModel, 'model' | 'sight'>> {
  const { seeing, sightOf } = await import('./sight.ts')
  const model = seeing(loaded.model, loaded.preparation)
  return { model, sight: sightOf({ ...loaded, model }) }
}

/** Characters are read at once; other tokenizers are a part by themselves, which the page brings along where it needs it. */
async function tokenizerIn(files: FolderFiles, kind: ExhibitedModel['tokenizer'], vocab: number): Promise<Tokenizer> {
  if (kind === 'none') return noText
  const place = placeOf(files, 'tokenizer.json')
  const json = await needJSON(files, 'tokenizer.json')
  if (kind === 'characters') return charactersFromJSON(json, place)
  const { besideNames, configBeside, tokenizerFromJSON } = await import('./tokenizers.ts')
  const beside = await Promise.all(besideNames.map((name) => readJSON(files, name)))
  return tokenizerFromJSON(json, configBeside(beside), place, vocab)
}
