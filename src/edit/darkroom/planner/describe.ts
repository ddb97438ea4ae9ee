import type { EditPlan, Step, StepKind, StepOf, Target } from '../plan.ts'

type Language = 'en' | 'cn'

const quote = (target: Target | undefined, language: Language): string => {
  if (!target) return ''
  return language === 'cn' ? `“${target.phrase}”` : `"${target.phrase}"`
}

const percent = (value: number): string => `${value > 0 ? '+' : '−'}${Math.round(Math.abs(value) * 100)} %`

const verbs: Readonly<Record<StepKind, readonly [en: string, cn: string]>> = {
  erase: ['erase', '去掉'],
  recolour: ['recolour', '换色'],
  material: ['change the material of', '换材质'],
  move: ['move', '移动'],
  obscure: ['obscure', '遮挡'],
  background: ['background', '背景'],
  'replace-text': ['replace text', '替换文字'],
  'add-text': ['write', '写上'],
  adjust: ['adjust', '调整'],
  look: ['look', '色调'],
  style: ['style', '风格'],
  retouch: ['retouch', '修饰'],
  'red-eye': ['red eyes', '去红眼'],
  crop: ['crop', '裁剪'],
  rotate: ['rotate', '旋转'],
  straighten: ['straighten', '拉直'],
  flip: ['flip', '翻转'],
  resize: ['resize', '缩放'],
  extend: ['extend', '扩展'],
}

/** What a step does, in a few words. */
function describeStep(step: Step, language: Language): string {
  const verb = verbs[step.kind][language === 'cn' ? 1 : 0]
  const rest = detail[step.kind](step as never, language)
  return rest === '' ? verb : `${verb} ${rest}`
}

/** What a plan does, in a few words: `erase "the red car on the left", warmth +30 %`. */
export function describePlan({ steps, keep }: Pick<EditPlan, 'steps' | 'keep'>, language: Language): string {
  const list = steps.map((step) => describeStep(step, language)).join(language === 'cn' ? '；' : ', then ')
  if (keep.length === 0) return list
  const kept = keep.map((target) => quote(target, language)).join(', ')
  return language === 'cn' ? `${list}（保持${kept}不变）` : `${list} (keep ${kept})`
}

const on = (target: Target, language: Language): string =>
  target.type === 'picture'
    ? ''
    : language === 'cn'
      ? `（${quote(target, language)}）`
      : ` on ${quote(target, language)}`

const strongly = (strength: number): string => (strength === 1 ? '' : ` ${Math.round(strength * 100)} %`)

const detail: { readonly [K in StepKind]: (step: StepOf<K>, language: Language) => string } = {
  erase: ({ target }, l) => quote(target, l),
  recolour: ({ target, colour }, l) => `${quote(target, l)} → ${colour.name} (${colour.hex})`,
  material: ({ target, material }, l) => `${quote(target, l)} → ${material}`,
  move: ({ target, right, down, scale, to }, l) =>
    [
      quote(target, l),
      to && (l === 'cn' ? `到${placesCn[to]}` : `to the ${to}`),
      !to &&
        right !== 0 &&
        (l === 'cn'
          ? `${right > 0 ? '向右' : '向左'} ${Math.round(Math.abs(right) * 100)} %`
          : `${right > 0 ? 'right' : 'left'} by ${Math.round(Math.abs(right) * 100)} %`),
      !to &&
        down !== 0 &&
        (l === 'cn'
          ? `${down > 0 ? '向下' : '向上'} ${Math.round(Math.abs(down) * 100)} %`
          : `${down > 0 ? 'down' : 'up'} by ${Math.round(Math.abs(down) * 100)} %`),
      scale !== 1 && `×${Math.round(scale * 100) / 100}`,
    ]
      .filter(Boolean)
      .join(' '),
  obscure: ({ target, how, strength }, l) =>
    `${quote(target, l)} (${l === 'cn' ? { blur: '模糊', pixelate: '马赛克', black: '涂黑' }[how] : how})${strongly(strength)}`,
  background: ({ to, target }, l) => {
    const what =
      to.type === 'blur'
        ? `${l === 'cn' ? '虚化' : 'blur'}${strongly(to.strength)}`
        : to.type === 'transparent'
          ? l === 'cn'
            ? '透明'
            : 'transparent'
          : to.type === 'colour'
            ? `→ ${to.colour.name} (${to.colour.hex})`
            : to.type === 'gradient'
              ? `→ ${to.from.name} – ${to.to.name}`
              : to.type === 'backdrop'
                ? `→ ${to.name}`
                : l === 'cn'
                  ? '→ 另一张图'
                  : '→ the second picture'
    return target
      ? `${what}${l === 'cn' ? `，保留${quote(target, l)}` : ` behind ${quote(target, l)}`}`
      : what
  },
  'replace-text': ({ from, to }) => (from === '' ? `→ "${to}"` : `"${from}" → "${to}"`),
  'add-text': ({ text, place, colour, size }, l) =>
    [`"${text}"`, place && (l === 'cn' ? placesCn[place] : place), colour?.name, size]
      .filter(Boolean)
      .join(' '),
  adjust: ({ property, amount, target }, l) =>
    `${l === 'cn' ? propertiesCn[property] : property} ${percent(amount)}${on(target, l)}`,
  look: ({ look, strength, target }, l) => `${look}${strongly(strength)}${on(target, l)}`,
  style: ({ style, strength, target }, l) => `${style}${strongly(strength)}${on(target, l)}`,
  retouch: ({ retouch, strength, target }, l) => `${retouch}${strongly(strength)}${on(target, l)}`,
  'red-eye': () => '',
  crop: ({ ratio, around, sides }, l) =>
    [
      ratio !== undefined &&
        (l === 'cn'
          ? `宽高比 ${Math.round(ratio * 100) / 100}`
          : `to ratio ${Math.round(ratio * 100) / 100}`),
      around && (l === 'cn' ? `到${quote(around, l)}` : `to ${quote(around, l)}`),
      sides &&
        Object.entries(sides)
          .filter(([, share]) => share > 0)
          .map(([side, share]) => `${side} ${Math.round(share * 100)} %`)
          .join(' '),
    ]
      .filter(Boolean)
      .join(' '),
  rotate: ({ degrees }) => `${degrees}°`,
  straighten: () => '',
  flip: ({ axis }, l) => (l === 'cn' ? (axis === 'horizontal' ? '左右' : '上下') : axis),
  resize: ({ width, height, factor }) =>
    factor !== undefined ? `×${Math.round(factor * 100) / 100}` : `${width ?? 'auto'}×${height ?? 'auto'}`,
  extend: ({ sides, ratio, fill }) =>
    [
      ratio !== undefined && `to ratio ${Math.round(ratio * 100) / 100}`,
      sides &&
        Object.entries(sides)
          .filter(([, share]) => share > 0)
          .map(([side, share]) => `${side} ${Math.round(share * 100)} %`)
          .join(' '),
      typeof fill === 'string' ? `(${fill})` : `(${fill.name})`,
    ]
      .filter(Boolean)
      .join(' '),
}

const placesCn = {
  left: '左边',
  right: '右边',
  top: '上方',
  bottom: '下方',
  center: '中间',
  'top left': '左上角',
  'top right': '右上角',
  'bottom left': '左下角',
  'bottom right': '右下角',
  front: '前面',
  back: '后面',
} as const
const propertiesCn = {
  brightness: '亮度',
  contrast: '对比度',
  saturation: '饱和度',
  warmth: '色温',
  tint: '色调偏移',
  shadows: '阴影',
  highlights: '高光',
  clarity: '清晰度',
  sharpness: '锐度',
  noise: '噪点',
  haze: '雾',
  vignette: '暗角',
  grain: '颗粒',
  fade: '褪色',
} as const
