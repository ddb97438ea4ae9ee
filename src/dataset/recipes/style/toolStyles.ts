import type { Style } from './style.ts'

interface Known {
  readonly en: string
  readonly cn: string
  readonly back: boolean
  readonly edges?: number
}

/** What the named filters of the stylizer make, in words; a filter that is not listed here is not used. */
const known: Readonly<Record<string, Known>> = {
  cartoon: { en: 'a cartoon', cn: '卡通画', back: true },
  'pencil drawing': { en: 'a pencil drawing', cn: '铅笔画', back: true },
  'pencil sketch': { en: 'a light pencil sketch', cn: '轻描的铅笔速写', back: true },
  // Of bright and dark parts these leave nothing that a photo could be made from.
  'ink drawing': { en: 'an ink drawing', cn: '钢笔墨线画', back: false, edges: 0.2 },
  woodcut: { en: 'a woodcut print', cn: '木刻版画', back: false, edges: 0.2 },
  'halftone print': { en: 'a halftone print', cn: '半色调印刷', back: false },
  'oil painting': { en: 'a thickly brushed oil painting', cn: '厚涂油画', back: true },
  'expressive painting': {
    en: 'an expressive painting in bold strokes',
    cn: '大笔触的表现主义绘画',
    back: true,
  },
  'outlined painting': { en: 'a painting with dark outlines', cn: '深色勾线的绘画', back: true },
  'cubist painting': { en: 'a cubist painting', cn: '立体主义绘画', back: false },
  'stained glass': { en: 'a stained glass picture', cn: '彩绘玻璃画', back: false },
}

/** All styles that have a name here, whether or not the tool is there. */
export const namedStyles = (): readonly Style[] => toolStyles(Object.keys(known))

/** The styles of the stylizer tool that have a name here. */
export function toolStyles(names: readonly string[]): readonly Style[] {
  return names.flatMap((name) => {
    const words = known[name]
    if (words === undefined) return []
    const { en, cn, ...rest } = words
    return [
      {
        name,
        words: { en, cn },
        ...rest,
        draw: async (picture, _random, tools) => ({
          picture: await tools.get('stylizer').stylize(picture, name),
          drawn: {},
        }),
      } satisfies Style,
    ]
  })
}
