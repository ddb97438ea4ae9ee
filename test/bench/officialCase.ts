import type { BenchResults } from 'pentimento/bench'
import { encodePicture } from 'pentimento/image'
import { judged, madeResults, pictured, refusedEdit } from './madeResults.ts'
import { smallPicture } from './smallBench.ts'

/** The groups of GEdit-Bench, which the official statistics script expects. */
const kinds = [
  'background_change',
  'color_alter',
  'material_alter',
  'motion_change',
  'ps_human',
  'style_change',
  'subject-add',
  'subject-remove',
  'subject-replace',
  'text_change',
  'tone_transfer',
]

/** Three items of every group in both languages; some refused, some outside of the official intersection. */
export function officialCase(): BenchResults {
  const items = kinds.flatMap((kind, k) =>
    [0, 1, 2].flatMap((i) =>
      (['en', 'cn'] as const).map((language) => ({
        key: `${kind}-${i}`,
        kind,
        language,
        instruction: language === 'en' ? `Write "a, b" on it;\n${kind} ${i}` : `将 ${i} 改为“${kind}”，好吗`,
        picture: `pictures/${i}.png`,
        intersection: (k + i + (language === 'en' ? 0 : 1)) % 3 !== 2,
      })),
    ),
  )
  const isRefused = (_: object, i: number): boolean => i % 17 === 7
  return madeResults({
    items,
    systems: ['made'],
    edits: items.map(({ language, key }, i) => {
      const name = `${language}/${key}`
      return isRefused({}, i) ? refusedEdit('made', name) : pictured('made', name)
    }),
    judgements: items.flatMap(({ language, key }, i) =>
      isRefused({}, i)
        ? []
        : [judged('made', `${language}/${key}`, { sc: (i * 7) % 11, pq: ((i * 5 + 3) % 21) / 2 })],
    ),
  })
}

/** A bench's files and a suite's, which hold the same picture under every name. */
export async function onePicture(file: string): Promise<{
  readonly workspace: Parameters<typeof import('pentimento/bench').exportOfficial>[0]
  readonly suite: { fileOf(path: string): string }
}> {
  const bytes = await encodePicture(smallPicture(1), 'png')
  return {
    workspace: { files: { get: async () => bytes } } as never,
    suite: { fileOf: () => file },
  }
}
