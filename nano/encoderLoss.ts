import {
  add,
  concat,
  div,
  gather,
  logSoftmax,
  matmul,
  mul,
  neg,
  type Parameters,
  reduceMean,
  reduceSum,
  rmsNorm,
  slice,
  split,
  sqrt,
  square,
  sub,
  type Tensor,
  unsqueeze,
} from 'pentimento/graph'
import { textLayers } from 'pentimento/models'
import { encoderConfig } from './encoderConfig.ts'
import { sightWidth } from './sight.ts'
import { answers, slots } from './wordings.ts'

/** Answers of all slots, one after another. */
export const answerCounts: readonly number[] = slots.map((slot) => answers[slot].length)
export const answerWidth: number = answerCounts.reduce((sum, count) => sum + count, 0)

/** Features of a batch of prompts, all with pictures of one size. */
export interface Read {
  readonly hidden: Tensor // [B, 2 + N + T, width]
  /** Means over all real tokens, as the connector takes them. */
  readonly mean: Tensor // [B, width]
  /** Means over the instruction's tokens. */
  readonly text: Tensor // [B, width]
  readonly last: Tensor // [B, width]
  /** Scores of all answers by the mean, and by the last token. */
  readonly scores: readonly [Tensor, Tensor] // [B, answers]
}

/**
 * The language model over `before` [B, 2], pictures `image` [B, N, width] and `after` [B, T], whose real tokens `real`,
 * the instruction's `words` and the last one `end` mark with 1.
 */
export function readPrompts(w: Parameters, batch: number): Read {
  const { graph } = w
  const { width, heads } = encoderConfig
  const half = width / heads / 2
  const length = '2 + image + text'
  const table = w.get('model.embed_tokens.weight', [encoderConfig.vocabulary, width])
  const image = graph.input('image', 'f32', [batch, 'image', width])
  const before = gather(table, graph.input('before', 'i64', [batch, 2]))
  const after = gather(table, graph.input('after', 'i64', [batch, 'text']))
  const hidden = textLayers(
    w,
    {
      embedded: concat([before, image, after], 1),
      visible: graph.input('visible', 'bool', [1, 1, 1, length]),
      cosines: graph.input('cosines', 'f32', [length, half]),
      sines: graph.input('sines', 'f32', [length, half]),
    },
    encoderConfig,
  )
  const over = (name: string) => {
    const weights = unsqueeze(graph.input(name, 'f32', [batch, length]), -1)
    return div(reduceSum(mul(hidden, weights), { axes: [1] }), reduceSum(weights, { axes: [1] }))
  }
  const [mean, text, last] = [over('real'), over('words'), over('end')]
  return {
    hidden,
    mean,
    text,
    last,
    scores: [
      w.pp('heads.mean').linear(rmsNorm(mean, { epsilon: 1e-6 }), answerWidth),
      w.pp('heads.last').linear(last, answerWidth),
    ],
  }
}

/** What each part of the loss counts. */
const shares = { mean: 1, last: 0.5, languages: 0.3, sight: 0.5 } as const

/**
 * The loss over `batch` prompts, of which the second half says in Chinese what the first says in English: answers
 * `truth` [B, answers], likeness of the two languages by `same` [B/2, B/2] (rows sum to 1), sight `sights` [B, N, …].
 */
export function encoderLoss(w: Parameters, batch: number): Tensor {
  const { graph } = w
  const { hidden, text, scores } = readPrompts(w, batch)
  const truth = graph.input('truth', 'f32', [batch, answerWidth])
  const [byMean, byLast] = scores.map((each) => answerLoss(each, truth)) as [Tensor, Tensor]
  const sights = graph.input('sights', 'f32', [batch, 'image', sightWidth])
  const pictures = slice(slice(hidden, 1, 2), 1, 0, sights.shape[1]!)
  const seen = reduceMean(square(sub(w.pp('heads.sight').linear(pictures, sightWidth), sights)))
  return [
    mul(byMean, shares.mean),
    mul(byLast, shares.last),
    mul(languageLoss(text, graph.input('same', 'f32', [batch / 2, batch / 2])), shares.languages),
    mul(seen, shares.sight),
  ].reduce(add)
}

/** Cross-entropy of each slot's answers, summed over slots. */
function answerLoss(scores: Tensor, truth: Tensor): Tensor {
  const [given, wanted] = [split(scores, answerCounts, 1), split(truth, answerCounts, 1)]
  return given
    .map((each, i) => neg(reduceMean(reduceSum(mul(logSoftmax(each), wanted[i]!), { axes: [1] }))))
    .reduce(add)
}

/** InfoNCE in both directions: of all Chinese sentences the one that says the same is the likest. */
function languageLoss(features: Tensor, same: Tensor): Tensor {
  const long = sqrt(add(reduceSum(square(features), { axes: [1], keepDims: true }), 1e-6))
  const [english, chinese] = split(div(features, long), 2, 0) as [Tensor, Tensor]
  const sharpness = 10
  const alike = mul(matmul(english, chinese, { transposeB: true }), sharpness)
  const along = (axis: 0 | 1) =>
    neg(reduceMean(reduceSum(mul(logSoftmax(alike, axis), same), { axes: [axis] })))
  return mul(add(along(0), along(1)), 0.5)
}
