import type { Scene } from '../scene/scene.ts'
import type { ToneLookName } from './look.ts'

type Refusal = (scene: Scene) => string | undefined

const darkerThan =
  (least: number, why: string): Refusal =>
  ({ tones }) =>
    tones.lightness < least ? why : undefined

const greyer =
  (why: string): Refusal =>
  ({ tones }) =>
    tones.chroma < 0.006 ? why : undefined

/** Where plants are hardly seen, and nothing else tells of the open air. */
const season =
  (why: string): Refusal =>
  ({ skyShare, foliageShare, foliageDetail, ground }) => {
    if (skyShare > 0.06 || ground) return undefined
    return foliageShare < 0.03 || foliageDetail < 0.1 ? why : undefined
  }

const nearlyBlack = (what: string): Refusal =>
  darkerThan(0.12, `the photo is nearly black: ${what} would not be seen`)

const sunset: Refusal = (scene) =>
  scene.skyShare < 0.04
    ? 'too little sky is visible for a sunset; ask for golden hour instead'
    : darkerThan(0.33, 'the photo is too dark for a sunset; ask for golden hour instead')(scene)

/** Why a look is refused: it would not show, or not look right. Datasets are stricter, by `ToneLook.unfit`. */
const refusals: { readonly [K in ToneLookName]?: Refusal } = {
  vivid: greyer('the photo has no colours to strengthen'),
  muted: greyer('the photo has no colours to weaken'),
  'faded-vivid': greyer('the photo has no colours to fade'),
  'black-and-white': greyer('the photo is already black and white'),
  'high-key': darkerThan(0.15, 'the photo is too dark for a high-key look; brighten it first'),
  'low-key': darkerThan(0.18, 'the photo is already dark'),
  underexposed: darkerThan(0.18, 'the photo is already dark'),
  haze: nearlyBlack('haze'),
  'dense-fog': nearlyBlack('fog'),
  overcast: nearlyBlack('a grey sky'),
  sunny: darkerThan(0.15, 'the photo is too dark for sunshine; brighten it first'),
  summer: season('there is too little green to become deep and warm'),
  autumn: season('there is too little green to turn yellow'),
  spring: season('there is too little green to become fresh'),
  winter: season('no plants, ground or sky for winter are visible; ask for falling snow instead'),
  night: darkerThan(0.2, 'the photo is already as dark as at night'),
  'blue-hour': darkerThan(0.2, 'the photo is already as dark as after sunset'),
  'golden-hour': darkerThan(0.1, 'the photo is nearly black: there is no light to turn golden'),
  sunset,
}

/** Why a look would not show, or would look wrong, in a sentence for users; nothing where it may be had. */
export function refusalOf(name: ToneLookName, scene: Scene): string | undefined {
  return refusals[name]?.(scene)
}
