import {
  type Captioner,
  captionStage,
  grammarCaptions,
  measureStage,
  type Parts,
  type Recipe,
} from 'pentimento/dataset'
import { boxMask, type Picture, pastePicture, resizePicture } from 'pentimento/image'
import { Rejection, type Toolbox, ToolError } from 'pentimento/tools'

/** Two small recipes whose drafts are true edits: one over the whole picture, one in a region and with a donor. */
const blackAndWhite: Recipe = {
  kind: 'tone_transfer',
  name: 'test/black-and-white',
  version: 1,
  needs: [],
  from: 'photo',
  variants: 2,
  async draft({ picture }, { random }) {
    const gain = random.between(0.8, 1.1)
    const words = {
      change: { en: 'make it black and white', cn: '变成黑白' },
      result: { en: 'a black and white photo', cn: '黑白照片' },
    }
    return {
      source: picture,
      target: grey(picture, gain),
      facts: { kind: 'tone_transfer', action: 'monochrome', ...words },
      parameters: { gain },
    }
  },
}

const inset: Recipe = {
  kind: 'background_change',
  name: 'test/inset',
  version: 1,
  needs: [],
  from: 'photo',
  variants: 2,
  async draft({ picture }, { random, donors }) {
    const donor = await donors.picture(random)
    if (donor === undefined) throw new Rejection('no-donor')
    const { width, height } = picture
    const area = { x: 0, y: 0, width: width >> random.below(2), height: (height * 3) >> 2 }
    const patch = resizePicture(donor.picture, area)
    return {
      source: picture,
      target: pastePicture(picture, patch, 0, 0),
      region: boxMask(width, height, area),
      facts: { kind: 'background_change', background: { en: 'another place', cn: '另一个地方' } },
      parameters: { width: area.width },
      donors: [donor.id],
    }
  },
}

function grey({ width, height, data }: Picture, gain: number): Picture {
  const out = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i += 3)
    out.fill(Math.min(255, gain * (0.3 * data[i]! + 0.6 * data[i + 1]! + 0.1 * data[i + 2]!)), i, i + 3)
  return { width, height, data: out }
}

/** A toolbox without tools. */
export const noTools: Toolbox = {
  has: () => false,
  get(job) {
    throw new ToolError('tool-missing', `${job}: not there`)
  },
  close: () => Promise.resolve(),
}

const plain: Captioner = {
  name: 'plain',
  version: '1',
  caption: ({ facts, random, count }) =>
    Promise.resolve(
      Array.from({ length: count }, (_, i) => ({
        en: `${facts.kind}, wording ${i} ${random.below(1000)}`,
        cn: `第${i}种说法${random.below(1000)}`,
      })),
    ),
}

/** Small recipes, words that need no grammar, and no tools. */
export function smallParts(extra: Partial<Parts> = {}): Parts {
  return {
    recipes: [blackAndWhite, inset],
    pairStages: [
      measureStage(noTools),
      captionStage([grammarCaptions(plain, { wordings: 2, inverse: false })]),
    ],
    tools: noTools,
    nounOfLabel: () => undefined,
    nounOfFile: () => undefined,
    ...extra,
  }
}
