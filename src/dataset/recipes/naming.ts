import type { Noun } from '../../instructions/index.ts'

/** Colours at the head of a name, in both languages. */
const heads: readonly Noun[] = [
  { en: 'pale green ', cn: '青' },
  { en: 'blue and white ', cn: '青花' },
  { en: 'red ', cn: '红色' },
  { en: 'red ', cn: '红' },
  { en: 'blue ', cn: '蓝色' },
  { en: 'green ', cn: '绿色' },
  { en: 'green ', cn: '绿' },
  { en: 'green ', cn: '青' },
  { en: 'yellow ', cn: '黄色的' },
  { en: 'yellow ', cn: '黄色' },
  { en: 'yellow ', cn: '黄' },
  { en: 'orange ', cn: '橙色的' },
  { en: 'pink ', cn: '粉色的' },
  { en: 'pink ', cn: '粉色' },
  { en: 'purple ', cn: '紫色' },
  { en: 'magenta ', cn: '洋红色的' },
  { en: 'teal ', cn: '青色' },
  { en: 'grey ', cn: '灰' },
  { en: 'white ', cn: '白' },
  { en: 'black ', cn: '黑' },
]

/** A name without its colour: an instruction that changes the colour says it by itself. */
export function uncoloured(name: Noun): Noun {
  const head = heads.find(({ en, cn }) => name.en.startsWith(en) && name.cn.startsWith(cn))
  if (head === undefined) return name
  return { ...name, en: name.en.slice(head.en.length), cn: name.cn.slice(head.cn.length) }
}
