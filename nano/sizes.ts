import { type AutoencoderConfig, changeHead, type Step1xEditConfig } from 'pentimento/models'

/** Latent channels of a patch of 8 × 8 pixels. */
const latentChannels = 64

/**
 * One level of patches. Its channels are those of the latents twice, with either sign, and two constants a group: what
 * `autoencoder.ts` needs to write a linear map into the layers of FLUX's autoencoder.
 */
export const nanoAutoencoder: AutoencoderConfig = {
  channels: 144,
  channelMultipliers: [1],
  residualBlocks: 1,
  latentChannels,
  patch: 8,
  quantConvs: false,
  groups: 8,
  scale: 1,
  shift: 0,
}

/** Edits have one answer here: the transformer predicts a change of the reference. */
const nanoHead = changeHead({ maps: 13, filters: 1024 })

/** Connector and transformer. */
export const nanoModel: Step1xEditConfig = {
  head: nanoHead,
  dit: {
    inChannels: 4 * latentChannels,
    vectorWidth: 128,
    contextWidth: 256,
    width: 256,
    mlpWidth: 1024,
    heads: 8,
    doubleBlocks: 1,
    singleBlocks: 5,
    axesDim: [8, 12, 12],
    theta: 10_000,
  },
  connector: {
    inWidth: 192,
    width: 256,
    mlpWidth: 512,
    heads: 4,
    blocks: 1,
    vectorWidth: 128,
    scaleFactor: true,
  },
}

/** What `pentimento.json` tells of the model beside its weights. */
export const nanoHints = {
  variant: 'v1.0',
  dit: {
    axesDim: [...nanoModel.dit.axesDim],
    numHeads: nanoModel.dit.heads,
    prediction: nanoHead.kind,
  },
  connector: { numHeads: nanoModel.connector.heads },
  vae: {
    channelMultipliers: [...nanoAutoencoder.channelMultipliers],
    groups: nanoAutoencoder.groups,
    scale: nanoAutoencoder.scale,
    shift: nanoAutoencoder.shift,
  },
  prompt: {
    template: '<|im_start|><|vision_start|>{picture}<|vision_end|>{instruction}<|im_end|>',
    skip: 0,
    most: 64,
    minPixels: 96 ** 2,
    maxPixels: 160 ** 2,
  },
  defaults: { steps: 1, guidance: 1, size: 256 },
} as const
