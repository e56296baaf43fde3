// An encoder reads both ways: of a text in which characters are hidden it says what they were.
//
//   Fi_st Citizen: Before we _roceed any f_rther
//
// Of 15 % of the characters most become [MASK]. Counting which character follows which, one can guess what may stand behind
// the one before; this model sees what comes after, too, and so it soon does better than any such table.
//
// Devlin et al. 2018, section 3.1. Read next: 10-translation.ts.

import { CharacterTokenizer, countLosses, cpu, MaskedBert, maskedTokens, specialTokens } from '../src/index.ts'
import { bucketedBatches, maskedExamples, textWindows } from '../src/tasks.ts'
import { learn, report } from './learn.ts'
import { readShakespeare } from './shakespeare.ts'

const { text } = await readShakespeare()
const tokenizer = CharacterTokenizer.of(text, { special: specialTokens.encoder })
const vocab = tokenizer.size
const ids = tokenizer.encode(text)
const cut = Math.floor(0.9 * ids.length)
const [learnt, heldBack] = [ids.subarray(0, cut), ids.subarray(cut)]
const { bigram } = countLosses({ training: learnt, evaluation: heldBack, vocab })
console.log(`To beat: ${bigram.toFixed(3)} nats, by counting pairs of characters.`)

const context = 32
const { mask = 0, pad = 0 } = tokenizer.special
const options = { vocab, mask, pad, isSpecial: (id: number) => tokenizer.isSpecial(id), seed: 1 }
const [training, validation] = [learnt, heldBack].map((part) =>
  bucketedBatches(maskedExamples(textWindows(part, tokenizer, context), options), { batch: 64, seed: 1, atMost: 1 }),
)
const model = new MaskedBert({ vocab, context, layer: 2, head: 4, model: 128 })

const engine = await cpu()
const settings = {
  steps: 1500,
  rate: 1e-3,
  leastRate: 0,
  schedule: 'cosine',
  warmup: 100,
  clip: 1,
  beta2: 0.98,
  seed: 1,
} as const
const objective = maskedTokens(model, { scores: ['accuracy'] })
const evaluations = await learn({ engine, objective, training, validation, ...settings, evaluateBatches: 20 })
engine.close()
const loss = evaluations.at(-1)?.validation ?? Number.NaN
report(loss < bigram - 0.3, `${loss.toFixed(3)} nats for a hidden character; the target is 0.3 below counting pairs.`)
