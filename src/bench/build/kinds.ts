import type { kinds } from '../../dataset/index.ts'
import { embeddedPlanner, type StepKind } from '../../edit/index.ts'

/** Kinds of edit, and of kinds of steps of a plan the one that each belongs to. */
const ofStep: { readonly [S in StepKind]?: (typeof kinds)[number] } = {
  erase: 'subject-remove',
  recolour: 'color_alter',
  material: 'material_alter',
  move: 'motion_change',
  obscure: 'tone_transfer',
  background: 'background_change',
  'replace-text': 'text_change',
  'add-text': 'text_change',
  adjust: 'tone_transfer',
  look: 'tone_transfer',
  style: 'style_change',
  retouch: 'ps_human',
  'red-eye': 'ps_human',
}

/** Patterns of words for each kind, in the order in which they are tried. */
const signs: readonly (readonly [kind: (typeof kinds)[number], sign: RegExp])[] = [
  ['text_change', /\b(text|word|letter|caption|title|sign says|writing)s?\b|["“”]|文字|字样|标题|写着|「|“/i],
  [
    'style_change',
    /\b(style|cartoon|anime|painting|sketch|pixel art|watercolou?r|ghibli|comic)\b|风格|油画|水彩|漫画|素描/i,
  ],
  ['background_change', /\bbackground|behind (me|us|him|her|them)\b|背景/i],
  ['subject-replace', /\b(replace|swap|turn .* into|change .* (in)?to an?)\b|换成|替换|变成/i],
  [
    'subject-remove',
    /\b(remove|delete|erase|get rid of|take out|without|photoshop .* out|crop out)\b|去掉|删除|移除|去除|消除/i,
  ],
  [
    'ps_human',
    /\b(skin|face|hair|eyes?|teeth|wrinkles?|makeup|smile|beard|slimmer|younger|older|muscles?|body)\b|皮肤|美颜|头发|瘦|妆|笑容|脸/i,
  ],
  [
    'motion_change',
    /\b(pose|jump|jumping|sit|sitting|standing|running|waving|arms?|looking at|eyes closed|open mouth)\b|姿势|动作|坐|站|跳|举/i,
  ],
  [
    'color_alter',
    /\b(colou?r|recolou?r|red|blue|green|yellow|black|white|pink|purple|orange)\b|颜色|红色|蓝色|绿色|黑色|白色/i,
  ],
  [
    'material_alter',
    /\b(made of|material|wood(en)?|metal|gold(en)?|glass|leather|marble|stone)\b|材质|金属|木头|玻璃/i,
  ],
  [
    'tone_transfer',
    /\b(bright(er)?|dark(er)?|contrast|light(ing)?|tone|mood|sunset|night|vintage|black and white|sharpen|restore|colou?rize|enhance)\b|色调|光线|亮|暗|复古|黑白|修复/i,
  ],
  ['subject-add', /\b(add|put|place|insert|give (me|him|her|them))\b|加上|添加|加一|放一/i],
]

/** The likely kind of a request, and why; a person reviews it. */
export async function proposeKind(
  instruction: string,
): Promise<{ readonly kind: string; readonly reason: string }> {
  const reading = await embeddedPlanner().read(instruction, {})
  const step = reading.type === 'plan' ? reading.plan.steps[0] : undefined
  const kind = step && ofStep[step.kind]
  if (step && kind) return { kind, reason: `read as ${step.kind}` }
  for (const [each, sign] of signs) {
    const [found] = sign.exec(instruction) ?? []
    if (found !== undefined) return { kind: each, reason: `it says "${found.trim()}"` }
  }
  return { kind: 'subject-add', reason: 'nothing in it tells of another kind' }
}
