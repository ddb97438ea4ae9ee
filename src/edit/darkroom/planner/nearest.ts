import { sense } from './mentions.ts'
import type { Token } from './tokens.ts'

/** Instructions near to what was said that can be done, in its language. */
export function nearestTo(tokens: readonly Token[], language: 'en' | 'cn'): readonly string[] {
  const noun = tokens
    .map((token) => (sense(token, 'noun') ? token.text : undefined))
    .find((each) => each !== undefined)
  const colour = tokens.map((token) => sense(token, 'colour')?.colour.name).find((each) => each !== undefined)
  if (language === 'cn') {
    const thing = noun ?? '汽车'
    return [`去掉${thing}`, `把${thing}变成${colour ?? '红色'}`, '虚化背景'].slice(0, 3)
  }
  const thing = noun ?? 'car'
  return [`remove the ${thing}`, `make the ${thing} ${colour ?? 'red'}`, 'blur the background']
}
