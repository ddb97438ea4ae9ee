import type { Planner, Reading, Step, Target } from 'pentimento/edit'

const picture: Target = { type: 'picture', phrase: 'picture' }
const black = { name: 'black', hex: '#000000' }

/** The first keyword that a sentence contains decides; what follows `the` or stands behind 把 is the target. */
const rules: readonly (readonly [RegExp, (target: Target, text: string) => Step])[] = [
  [/red.?eye|红眼/i, (target) => ({ kind: 'red-eye', target })],
  [/background|\bbg\b|背景|抠/i, backgroundStep],
  [/straighten|horizon|水平|扶正|拉直/i, () => ({ kind: 'straighten' })],
  [
    /rotate|\bturn (?:it )?(?:left|right)|旋转|转\d+/i,
    (_, text) => ({ kind: 'rotate', degrees: numberIn(text, 90) }),
  ],
  [
    /flip|mirror|翻转|镜像/i,
    (_, text) => ({ kind: 'flip', axis: /vertical|上下|垂直/i.test(text) ? 'vertical' : 'horizontal' }),
  ],
  [/crop|裁|剪/i, (_, text) => ({ kind: 'crop', ratio: ratioIn(text) })],
  [
    /resize|scale|pixels|\bpx\b|像素|尺寸/i,
    (_, text) => ({ kind: 'resize', width: Math.round(numberIn(text, 1024)) }),
  ],
  [/extend|border|expand|边框|扩/i, (_, text) => ({ kind: 'extend', ratio: ratioIn(text), fill: 'mirror' })],
  [
    /blur|pixelate|censor|打码|马赛克|模糊/i,
    (target) => ({ kind: 'obscure', target, how: 'blur', strength: 1 }),
  ],
  [/remove|delete|erase|get rid|去掉|删|移除|[pP]掉|消除/i, (target) => ({ kind: 'erase', target })],
  [/["'“].+["'”].*["'“].+["'”]/, (target, text) => ({ kind: 'replace-text', target, ...quotesIn(text) })],
  [/["“].+["”]|write|caption|字幕|写上/i, (_, text) => ({ kind: 'add-text', text: quotesIn(text).from })],
  [
    /skin|teeth|pimple|acne|freckle|lipstick|磨皮|祛痘|牙|瘦脸|美白|口红/i,
    (target) => ({ kind: 'retouch', retouch: 'smooth-skin', strength: 1, target }),
  ],
  [
    /painting|sketch|cartoon|pixel art|油画|素描|卡通|风格/i,
    () => ({ kind: 'style', style: 'oil-painting', strength: 1, target: picture }),
  ],
  [/black and white|b&w|night|snow|rain|fog|vintage|autumn|sunset|黑白|复古|晚上|雪|雨|雾|秋/i, lookStep],
  [
    /marble|wooden|\bwood\b|gold\b|leather|brick|木头|大理石|黄金|皮的/i,
    (target) => ({ kind: 'material', target, material: 'wood' }),
  ],
  [/bright|lighter|亮/i, adjustment('brightness', 1)],
  [/dark|暗/i, adjustment('brightness', -1)],
  [/contrast|对比/i, adjustment('contrast', 1)],
  [/saturat|饱和|鲜艳/i, adjustment('saturation', 1)],
  [/warm|暖/i, adjustment('warmth', 1)],
  [/cool|cold|冷/i, adjustment('warmth', -1)],
  [/sharp|锐化|清晰/i, adjustment('sharpness', 1)],
  [/noise|grain|降噪|噪点/i, adjustment('noise', -1)],
  [/vignette|暗角/i, adjustment('vignette', 1)],
  [/\bmove|移/i, (target) => ({ kind: 'move', target, right: 0.1, down: 0, scale: 1 })],
  [
    /\b(?:red|blue|green|black|white|yellow|pink|purple)\b|色/i,
    (target) => ({ kind: 'recolour', target, colour: black }),
  ],
]

function adjustment(
  property: 'brightness' | 'contrast' | 'saturation' | 'warmth' | 'sharpness' | 'noise' | 'vignette',
  sign: number,
) {
  return (): Step => ({ kind: 'adjust', property, amount: 0.3 * sign, target: picture })
}

function backgroundStep(_: Target, text: string): Step {
  const isBlur = /blur|bokeh|虚化/i.test(text)
  return { kind: 'background', to: isBlur ? { type: 'blur', strength: 1 } : { type: 'transparent' } }
}

function lookStep(_: Target, text: string): Step {
  const look = /night|晚/i.test(text) ? 'night' : /snow|雪/i.test(text) ? 'snowfall' : 'black-and-white'
  return { kind: 'look', look, strength: 1, target: picture }
}

const numberIn = (text: string, otherwise: number): number => Number(/\d+/.exec(text)?.[0] ?? otherwise)

function ratioIn(text: string): number {
  const [, width, height] = /(\d+)\s*[:x×]\s*(\d+)/.exec(text) ?? []
  return width && height ? Number(width) / Number(height) : 1
}

function quotesIn(text: string): { readonly from: string; readonly to: string } {
  const [from = '', to = ''] = [...text.matchAll(/["'“]([^"'”]+)["'”]/g)].map((match) => match[1]!)
  return { from, to }
}

/** The word behind `the`, or what stands between 把 and its verb. */
function targetOf(text: string): Target {
  const [, english] = /\bthe ([a-z]+)/i.exec(text) ?? []
  const [, chinese] = /把(.{1,4}?)[去删移换改变PpA-Z]/.exec(text) ?? []
  const noun = english ?? chinese
  return noun ? { type: 'thing', phrase: noun, noun } : picture
}

/** The plain way: one table of keywords, one step, no grammar. What a trained or parsing planner has to be better than. */
export const keywords: Planner = {
  name: 'keywords',
  version: '1',
  async read(instruction): Promise<Reading> {
    for (const [pattern, step] of rules)
      if (pattern.test(instruction)) {
        const steps = [step(targetOf(instruction), instruction)]
        return { type: 'plan', plan: { version: 1, steps, keep: [] }, confidence: 1 }
      }
    return { type: 'unclear', understood: '', nearest: [] }
  },
}
