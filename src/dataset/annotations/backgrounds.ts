import type { Survey } from '../../edit/index.ts'
import { maskShare } from '../../image/index.ts'
import type { Phrase, SceneryKind } from '../../instructions/index.ts'

/** Places by the part that they mostly consist of, with what is above it. */
const places: readonly {
  readonly part: SceneryKind
  readonly least: number
  readonly open: Phrase
  readonly under: Phrase
}[] = [
  {
    part: 'snow',
    least: 0.3,
    open: { en: 'a snowy landscape', cn: '雪景' },
    under: { en: 'a snowy landscape', cn: '雪景' },
  },
  {
    part: 'grass',
    least: 0.3,
    open: { en: 'a green meadow', cn: '绿色的草地' },
    under: { en: 'a green meadow under the open sky', cn: '开阔天空下的绿色草地' },
  },
  {
    part: 'water',
    least: 0.3,
    open: { en: 'a calm body of water', cn: '平静的水面' },
    under: { en: 'open water under a wide sky', cn: '广阔天空下的水面' },
  },
  {
    part: 'sand',
    least: 0.35,
    open: { en: 'a stretch of sand', cn: '一片沙地' },
    under: { en: 'a stretch of sand under the open sky', cn: '开阔天空下的一片沙地' },
  },
  {
    part: 'plants',
    least: 0.6,
    open: { en: 'dense green foliage', cn: '茂密的绿色植物' },
    under: { en: 'green plants under the open sky', cn: '天空下的绿色植物' },
  },
]

const sure = 0.6

/**
 * A name for a place by sky, ground and water that were measured; undefined where none of them is most of it.
 * @param horizon as a share of the height, where it is known
 */
export function backgroundIn(survey: Survey, horizon?: number): Phrase | undefined {
  const sky = survey.part('sky')
  const skyShare = sky === undefined || sky.score < sure ? 0 : maskShare(sky.mask)
  if (skyShare > 0.8) return { en: 'an open sky', cn: '开阔的天空' }
  for (const { part, least, open, under } of places) {
    // Much is blue and smooth; only water has a level horizon.
    if (part === 'water' && !(horizon !== undefined && horizon > 0.1 && horizon < 0.7)) continue
    const found = survey.part(part)
    if (found === undefined || found.score < sure) continue
    const share = maskShare(found.mask)
    if (share < least || share + skyShare < 0.7) continue
    return skyShare > 0.12 ? under : open
  }
  return undefined
}
