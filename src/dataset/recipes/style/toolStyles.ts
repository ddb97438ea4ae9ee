import type { Style } from './style.ts'

/** What the named filters of the stylizer make, in words; a filter that is not listed here is not used. */
const known: Readonly<Record<string, { readonly en: string; readonly cn: string; readonly back: boolean }>> =
  {
    'coloured drawing': { en: 'a colored drawing', cn: '彩色手绘', back: true },
    'loose sketch': { en: 'a loose pen sketch', cn: '随性的钢笔速写', back: true },
    'cubist painting': { en: 'a cubist painting', cn: '立体主义绘画', back: false },
    'kuwahara painting': { en: 'a painting with flat brush strokes', cn: '平涂笔触的绘画', back: true },
    'low poly': { en: 'low poly art', cn: '低多边形风格', back: false },
  }

/** The styles of the stylizer tool that have a name here. */
export function toolStyles(names: readonly string[]): readonly Style[] {
  return names.flatMap((name) => {
    const words = known[name]
    if (words === undefined) return []
    const { en, cn, back } = words
    return [
      {
        name,
        words: { en, cn },
        back,
        draw: async (picture, _random, tools) => ({
          picture: await tools.get('stylizer').stylize(picture, name),
          drawn: {},
        }),
      } satisfies Style,
    ]
  })
}
