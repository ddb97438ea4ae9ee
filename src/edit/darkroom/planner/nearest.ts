import { sense } from './senses.ts'
import type { Token } from './tokens.ts'

/** Whether an instruction can be planned. */
export type CanRead = (instruction: string) => boolean

/**
 * Up to three similar instructions that can be done, in the same language: with the same objects, colours, looks and
 * styles, each accepted by `canRead`.
 */
export function nearestTo(
  tokens: readonly Token[],
  language: 'en' | 'cn',
  canRead: CanRead = () => true,
): readonly string[] {
  const words = (is: 'noun' | 'colour' | 'look' | 'style' | 'retouch'): readonly string[] =>
    tokens.flatMap((token) => (sense(token, is) ? [token.text] : []))
  const [things, colours, looks, styles, retouches] = [
    words('noun'),
    words('colour'),
    words('look'),
    words('style'),
    words('retouch'),
  ]
  const [thing] = things
  const [colour] = colours
  const made =
    language === 'cn'
      ? [
          ...styles.map((each) => `变成${each}风格`),
          ...looks.map((each) => `变成${each}的感觉`),
          ...retouches.map((each) => `${each}一下`),
          ...things.flatMap((each) => [`把${each}变成${colour ?? '红色'}`, `去掉${each}`]),
          ...(thing ? [`虚化${thing}后面的背景`] : []),
          '虚化背景',
          '把照片调亮一点',
          '变成油画风格',
        ]
      : [
          ...styles.map((each) => `make it a ${each}`),
          ...looks.map((each) => `give it a ${each} look`),
          ...retouches.map((each) => `retouch: ${each}`),
          ...things.flatMap((each) => [`make the ${each} ${colour ?? 'red'}`, `remove the ${each}`]),
          'blur the background',
          'brighten the photo',
          'make it an oil painting',
        ]
  return [...new Set(made)].filter(canRead).slice(0, 3)
}
