// The whole of it: a transformer that reads the names of birds until it can make up some of its own.
//
//   names → ids → embedding → blocks → unembedding → logits → loss → gradients → Adam → new names
//
// Nothing is imported: every number remembers what it was made from, so that the gradient needs no more mathematics
// than the slope of each small step. That is slow, but nothing can hide in it: the engines of Cutaway are held to what
// this file calculates. Read it downwards, as the numbers arise; run it with `node examples/00-whole.ts [steps]`.
//
// The model is GPT-2 (Radford et al. 2019) with these weights: nested arrays of `Scalar`, axes in the order of nesting:
//   token      (vocab, model)     a vector for each character; it serves again as the unembedding
//   position   (context, model)   a vector for each place
//   blocks     (layer), in each:
//     attentionNorm, mlpNorm      scale (model), shift (model)
//     heads    (head), in each:   query, key, value, each with weight (key, model) and bias (key)
//     output                      weight (model, head · key), bias (model)
//     up, down                    weight (hidden, model), bias (hidden); weight (model, hidden), bias (model)
//   finalNorm                     scale (model), shift (model)

/** One number, and what it was made from: a dot product Σ leftᵢ·rightᵢ, or a curve through one number, of which the
 * tangent is kept: number · slope. `gradient` is ∂loss/∂value: `backward` adds to it until somebody sets it to zero. */
export type Scalar = { value: number; gradient: number; readonly left: Vector; readonly right: Vector }
type Vector = Scalar[]
type Sizes = Record<'vocab' | 'context' | 'layer' | 'model' | 'head' | 'hidden', number>

const scalar = (value: number, left: Vector = [], right: Vector = []): Scalar => ({ value, gradient: 0, left, right })
const curve = (x: Scalar, value: number, slope: number) => scalar(value, [x], [scalar(slope)])
function dot(left: Vector, right: Vector) {
  let sum = 0
  for (let i = 0; i < left.length; i++) sum += left[i].value * right[i].value // as far as `left` goes
  return scalar(sum, left, right)
}
const one = scalar(1)
const plus = (a: Scalar, b: Scalar) => dot([a, b], [one, one])
const times = (a: Scalar, b: Scalar | number) => dot([a], [typeof b === 'number' ? scalar(b) : b])
const add = (a: Vector, b: Vector) => a.map((x, i) => plus(x, b[i]))
const sum = (xs: Vector) => dot(xs, Array<Scalar>(xs.length).fill(one))
const mean = (xs: Vector) => times(sum(xs), 1 / xs.length)
const exp = (x: Scalar) => curve(x, Math.exp(x.value), Math.exp(x.value))
const log = (x: Scalar) => curve(x, Math.log(x.value), 1 / x.value)
const power = (x: Scalar, p: number) => curve(x, x.value ** p, p * x.value ** (p - 1))

/** The chain rule, once from the loss to all that made it: ∂loss/∂leftᵢ += ∂loss/∂x · rightᵢ, and the reverse. */
export function backward(loss: Scalar) {
  const made = new Set<Scalar>() // in an order where each number stands behind all that it was made from
  const visit = (x: Scalar) => {
    if (x.left.length === 0 || made.has(x)) return
    for (const side of [x.left, x.right]) side.forEach(visit)
    made.add(x)
  }
  visit(loss)
  loss.gradient = 1
  for (const { gradient, left, right } of [...made].reverse()) {
    left.forEach((x, i) => {
      x.gradient += gradient * right[i].value
      right[i].gradient += gradient * x.value
    })
  }
}

/** Weights to start from: small normal random numbers (Box and Muller 1958), scales of one, the others zero. */
export function newWeights({ vocab, context, layer, model, head, hidden }: Sizes, random: () => number) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const list = <T>(length: number, make: () => T) => Array.from({ length }, make)
  const vector = (length: number, value: number) => list(length, () => scalar(value))
  const matrix = (rows: number, columns: number) => list(rows, () => list(columns, () => scalar(0.1 * normal())))
  const linear = (to: number, from: number) => ({ weight: matrix(to, from), bias: vector(to, 0) })
  const norm = () => ({ scale: vector(model, 1), shift: vector(model, 0) })
  const key = model / head
  return {
    token: matrix(vocab, model),
    position: matrix(context, model),
    blocks: list(layer, () => ({
      attentionNorm: norm(),
      heads: list(head, () => ({ query: linear(key, model), key: linear(key, model), value: linear(key, model) })),
      output: linear(model, model),
      mlpNorm: norm(),
      up: linear(hidden, model),
      down: linear(model, hidden),
    })),
    finalNorm: norm(),
  }
}
export type Weights = ReturnType<typeof newWeights>

/** A part of the model is given its weights, and is then a function of what flows through. */
const linear = (part: { weight: Vector[]; bias: Vector }) => (x: Vector) =>
  part.weight.map((row, i) => plus(dot(row, x), part.bias[i]))

/** exp(xᵢ) / Σ exp(x): numbers of any size become shares of one. */
function softmax(xs: Vector) {
  const largest = scalar(-Math.max(...xs.map((x) => x.value))) // taken from all, to keep exp finite: no share changes
  const exps = xs.map((x) => exp(plus(x, largest)))
  const perWhole = power(sum(exps), -1)
  return exps.map((x) => times(x, perWhole))
}

/** Layer normalization (Ba et al. 2016): mean zero and variance one, then a learned scale and shift. */
const norm = (part: { scale: Vector; shift: Vector }) => (x: Vector) => {
  const centre = times(mean(x), -1)
  const centred = x.map((xi) => plus(xi, centre))
  const variance = times(dot(centred, centred), 1 / x.length)
  const perDeviation = power(plus(variance, scalar(1e-5)), -0.5)
  return centred.map((xi, i) => plus(times(times(xi, perDeviation), part.scale[i]), part.shift[i]))
}

/** GELU in its tanh form (Hendrycks and Gimpel 2016): lets large numbers through and stops very negative ones. */
function gelu(x: Scalar) {
  const bend = Math.sqrt(2 / Math.PI)
  const gate = Math.tanh(bend * (x.value + 0.044715 * x.value ** 3))
  const opening = (1 - gate ** 2) * bend * (1 + 3 * 0.044715 * x.value ** 2) // ∂gate/∂x
  return curve(x, 0.5 * x.value * (1 + gate), 0.5 * (1 + gate + x.value * opening))
}

/** The only place where positions exchange anything: each asks a query, those up to it answer, their values mix. */
function attention({ heads, output }: Weights['blocks'][number], stream: Vector[]) {
  const mixed = heads.map((head) => {
    const keys = stream.map(linear(head.key)) // (source, key)
    const values = stream.map(linear(head.value)) // (source, value)
    const channels = head.value.bias.map((_, i) => values.map((value) => value[i])) // (value, source)
    return stream.map(linear(head.query)).map((query, here) => {
      const past = keys.slice(0, here + 1) // nobody sees what comes after
      const pattern = softmax(past.map((key) => times(dot(query, key), key.length ** -0.5))) // (source)
      return channels.map((channel) => dot(pattern, channel)) // (value)
    })
  }) // (head, position, value)
  const joined = stream.map((_, here) => mixed.flatMap((head) => head[here])) // (position, head · value)
  return joined.map(linear(output)) // (position, model)
}

/** (position) → (position, vocab): after each character, how much each of them is expected to come next. */
export function logits({ token, position, blocks, finalNorm }: Weights, ids: number[]) {
  let stream = ids.map((id, here) => add(token[id], position[here])) // (position, model): the residual stream
  for (const block of blocks) {
    stream = attention(block, stream.map(norm(block.attentionNorm))).map((found, here) => add(stream[here], found))
    const hidden = stream.map(norm(block.mlpNorm)).map(linear(block.up)) // (position, hidden)
    stream = hidden.map((x, here) => add(stream[here], linear(block.down)(x.map(gelu))))
  }
  return stream.map(norm(finalNorm)).map((x) => token.map((row) => dot(row, x)))
}

/** Cross-entropy: how much the targets surprise the model, the mean of -ln p(target) over all their positions. */
export function loss(weights: Weights, batch: { ids: number[]; targets: number[] }[]) {
  const chances = batch.map(({ ids, targets }) => logits(weights, ids).map((row, i) => softmax(row)[targets[i]]))
  return times(mean(chances.flat().map(log)), -1)
}

/** Every weight there is, in the order of the table at the top. */
export const parameters = (part: object): Scalar[] =>
  'gradient' in part ? [part as Scalar] : Object.values(part).flatMap((smaller) => parameters(smaller))

/** Adam (Kingma and Ba 2015) for one weight: against its mean gradient of late, over how large that usually is. */
function adam(weight: Scalar, [first, second] = [0.9, 0.99], epsilon = 1e-8) {
  let [mean, square] = [0, 0]
  return (step: number, rate: number) => {
    mean += (1 - first) * (weight.gradient - mean)
    square += (1 - second) * (weight.gradient ** 2 - square)
    const usual = Math.sqrt(square / (1 - second ** step)) // both began at zero: the divisors make up for it
    weight.value -= (rate * mean) / (1 - first ** step) / (usual + epsilon)
    weight.gradient = 0
  }
}

/** A name, each character drawn from softmax(logits / temperature): the lower the temperature, the fewer surprises. */
function write(weights: Weights, characters: string[], temperature: number, random: () => number) {
  const ids = [0]
  do {
    const chances = softmax(logits(weights, ids)[ids.length - 1].map((x) => times(x, 1 / temperature)))
    let dart = random()
    ids.push(chances.findIndex(({ value }) => (dart -= value) < 0))
  } while (ids.at(-1) !== 0 && ids.length < weights.position.length)
  return ids.map((id) => (id === 0 ? '' : characters[id])).join('')
}

const birds = `robin wren heron plover sparrow swallow starling thrush blackbird bullfinch chaffinch goldfinch hawfinch
linnet siskin crossbill pipit wagtail dipper dunnock nightingale redstart wheatear stonechat whinchat fieldfare redwing
warbler whitethroat blackcap goldcrest firecrest flycatcher nuthatch treecreeper kingfisher woodpecker cuckoo swift
snipe lapwing curlew sandpiper greenshank redshank woodcock sanderling turnstone moorhen puffin goshawk`.split(/\s/)

if (import.meta.main) {
  const steps = Number(process.argv[2] ?? 500)
  let seed = 2017
  const random = () => (seed = (Math.imul(1664525, seed) + 1013904223) >>> 0) / 2 ** 32 // uniform in [0, 1)
  const characters = ['.', ...new Set(birds.join(''))] // (vocab): the full stop is where a name begins and ends
  const encoded = birds.map((bird) => [...`.${bird}.`].map((character) => characters.indexOf(character)))
  const samples = encoded.map((ids) => ({ ids: ids.slice(0, -1), targets: ids.slice(1) })) // each foretells the next
  const context = Math.max(...samples.map(({ ids }) => ids.length))
  const weights = newWeights({ vocab: characters.length, context, layer: 2, model: 16, head: 4, hidden: 32 }, random)
  const learners = parameters(weights).map((weight) => adam(weight))
  console.log(`${learners.length} weights; a blind guess loses ${Math.log(characters.length).toFixed(2)}`)
  for (let step = 1; step <= steps; step++) {
    const batch = Array.from({ length: 4 }, () => samples[Math.floor(random() * samples.length)])
    const surprise = loss(weights, batch)
    backward(surprise)
    for (const learn of learners) learn(step, 0.01 * (1 - step / steps)) // smaller and smaller steps, to come to rest
    if (step % 50 === 0 || step === 1) console.log(`step ${step}: loss ${surprise.value.toFixed(4)}`)
  }
  console.log(`all names: loss ${loss(weights, samples).value.toFixed(4)}`)
  const written = Array.from({ length: 20 }, () => write(weights, characters, 0.7, random))
  for (const name of written) console.log(birds.includes(name) ? name : `${name} (new)`)
}
