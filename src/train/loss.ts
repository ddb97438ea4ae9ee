import {
  add,
  concat,
  type Graph,
  log,
  mul,
  type Parameters,
  reduceMean,
  reshape,
  slice,
  square,
  sub,
  type Tensor,
} from '../graph/index.ts'
import { type EditConfig, type EditPlaces, editNetwork, isV12, type Variant } from '../models/index.ts'

/** What a training step reads, B triplets of N tokens; token positions have the form that the model's trunk reads. */
export type FlowInputs = FlowPictures & EditPlaces<Tensor>

interface FlowPictures {
  readonly source: Tensor // [B, N, channels], the reference's tokens, which stay clean
  readonly target: Tensor // [B, N, channels], what the edit should give
  readonly noise: Tensor // [B, N, channels]
  readonly t: Tensor // [B, 1, 1], in 0 … 1; 1 is noise alone
  readonly time: Tensor // [B, 256], sinusoid of t
  readonly connectorTime: Tensor // [B, 256], the connector's: the same, as in sampling
  readonly features: Tensor // [B, T, width]
  readonly mask: Tensor // bool [B, T]
  /** Of v1.2: the tokens as they go into the language model, and which are letters of quoted text. */
  readonly quoted?: {
    readonly embeddings: Tensor /* [B, T, width] */
    readonly mask: Tensor /* bool [B, T] */
  }
  /** [1]; v1.2 pads nothing. */
  readonly repeats?: Tensor
}

/** Sizes of a step. */
export interface StepShape {
  readonly batch: number
  /** Of the target alone. */
  readonly tokens: number
}

/** The inputs of a step as leaves of a graph; the text may have any length. */
export function flowInputs(
  graph: Graph,
  { batch, tokens }: StepShape,
  config: EditConfig,
  variant?: Variant,
): FlowInputs {
  const network = editNetwork(config)
  const picture = [batch, tokens, network.channels]
  return {
    source: graph.input('source', 'f32', picture),
    target: graph.input('target', 'f32', picture),
    noise: graph.input('noise', 'f32', picture),
    t: graph.input('t', 'f32', [batch, 1, 1]),
    time: graph.input('time', 'f32', [batch, 256]),
    connectorTime: graph.input('connectorTime', 'f32', [batch, 256]),
    features: graph.input('features', 'f32', [batch, 'text', config.connector.inWidth]),
    mask: graph.input('mask', 'bool', [batch, 'text']),
    ...(isV12(variant)
      ? {
          quoted: {
            embeddings: graph.input('embeddings', 'f32', [batch, 'text', config.connector.inWidth]),
            mask: graph.input('quoted', 'bool', [batch, 'text']),
          },
        }
      : { repeats: graph.input('repeats', 'f32', [1]) }),
    ...network.placeInputs(graph, tokens),
  }
}

/**
 * Rectified flow: at a time t the target is mixed with noise, x = (1 − t)·target + t·noise, and the model predicts the
 * velocity noise − target. Mean square over the target tokens, for each triplet [B]; no other term (paper,
 * section 3.2).
 */
export function flowLosses(w: Parameters, inputs: FlowInputs, config: EditConfig): Tensor {
  const { source, target, noise, ...rest } = inputs
  const { t } = rest
  const tokens = target.shape[1] as number
  const moving = add(mul(target, sub(1, t)), mul(noise, t))
  const velocity = editNetwork(config).velocity(w, { ...rest, image: concat([moving, source], 1) })
  const wanted = sub(noise, target)
  return reduceMean(square(sub(slice(velocity, 1, 0, tokens), wanted)), { axes: [1, 2] })
}

/**
 * How the losses of a batch become one number: their `mean`, as in the paper; or the mean of their `decibels`,
 * 10·log₁₀ of the squared error of the predicted target, t²·loss. In decibels a change of a small part counts as much as
 * one of the whole picture. That suits models that predict the target itself: the error of a predicted velocity is
 * mostly the noise, which cannot be predicted.
 */
export type Balance = 'mean' | 'decibels'

/** Squared errors below this count as none: 42 dB for latents of pictures in -1 … 1. */
const negligible = 2.5e-4

/** The loss of a batch, a scalar, from those of its triplets [B]. */
export function balancedLoss(losses: Tensor, t: Tensor, balance: Balance): Tensor {
  if (balance === 'mean') return reduceMean(losses)
  const errors = mul(losses, square(reshape(t, [-1])))
  return mul(reduceMean(log(add(errors, negligible))), 10 / Math.LN10)
}
