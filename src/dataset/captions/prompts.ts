import type { Facts } from '../../instructions/index.ts'
import type { VisionTurn } from '../../tools/index.ts'
import { type Claim, sentenceOf } from './claims.ts'
import type { StyleGuide } from './configuration.ts'
import type { Detail } from './detail.ts'
import type { Example } from './examples.ts'

type Language = 'en' | 'cn'

/** The default style guide of captions. */
const usualStyle: Readonly<Record<Language, string>> = {
  en:
    'Write as people type into a photo editor: short, direct, each wording in another manner (an order, a polite request, a question, a wish). ' +
    'No greetings, no praise, no reasons, nothing of how to do it.',
  cn: '像普通用户在修图软件里打字那样写：简短、直接，每句换一种口气（命令、客气的请求、疑问、愿望）。不要寒暄，不要夸赞，不要讲理由，也不要讲怎么做。',
}

const levels: Readonly<Record<Language, Readonly<Record<Detail, string>>>> = {
  en: {
    terse: 'terse (names the edit in a few words)',
    plain: 'plain (one ordinary sentence)',
    detailed: 'detailed (also where it is, or what it was, or what has to stay)',
  },
  cn: {
    terse: '简短（几个字说清改什么）',
    plain: '普通（一句平常的话）',
    detailed: '详细（还说明位置、原来的样子，或者什么要保持不变）',
  },
}

/** The system prompt of the writer of one language. */
export function writerSystem(language: Language, style: StyleGuide): string {
  const guide = [usualStyle[language], style[language]].filter((each) => each !== undefined).join('\n')
  return language === 'en'
    ? `You write instructions for editing photos, in English. ${guide}\nThe edit is told for certain; never say anything that contradicts it, and name nothing that is neither told nor seen. Be precise: never "something" or "an object" for what has a name.`
    : `你用中文写修图指令。${guide}\n修改内容是确定的，不得与之矛盾，也不要提到既没有告诉你、也没有看到的东西。要说清楚具体的东西，有名字的不要写成“某物”“物体”。只用简体中文。`
}

/** Examples as turns of the conversation, so that the model goes on in their manner. */
export function exampleTurns(
  kind: Facts['kind'],
  examples: readonly Example[],
  language: Language,
): VisionTurn[] {
  return examples.flatMap(({ text, detail }): VisionTurn[] => {
    const level = detail ? levels[language][detail] : ''
    const ask = language === 'en' ? `Another photo, ${kind}. ${level}` : `另一张照片，${kind}。${level}`
    return [
      { role: 'user', parts: [ask.trim()] },
      { role: 'assistant', parts: [text] },
    ]
  })
}

/** The facts in one language, a line each. */
function factLines(facts: Facts, language: Language): string {
  return Object.entries(facts)
    .map(([name, value]) => {
      const said = typeof value === 'object' ? (value as Record<Language, string>)[language] : String(value)
      return `- ${name}: ${said}`
    })
    .join('\n')
}

/** The requested wordings: their numbers and levels. */
export interface Wanted {
  readonly number: number
  readonly detail: Detail
}

/** The task of a writer. */
export function writingTask(
  language: Language,
  {
    facts,
    claims,
    wanted,
  }: { readonly facts: Facts; readonly claims: readonly Claim[]; readonly wanted: readonly Wanted[] },
): string {
  const seen = claims
    .slice(0, 30)
    .map((claim) => `- ${sentenceOf(claim)}`)
    .join('\n')
  const list = wanted.map(({ number, detail }) => `${number}. ${levels[language][detail]}`).join('\n')
  return language === 'en'
    ? `The first picture was edited into the second. Known for certain:\n${factLines(facts, 'en')}\n${seen ? `Seen in the pictures:\n${seen}\n` : ''}` +
        `Write an instruction in English that asks for exactly this edit, for each number:\n${list}\n` +
        'Also describe each picture in one English sentence. If the pictures do not show this edit, say why in "abstain" and leave the rest empty; otherwise "abstain" is empty.'
    : `第一张图片被修改成了第二张。确定的信息：\n${factLines(facts, 'cn')}\n${seen ? `图片里看到的（英文记录）：\n${seen}\n` : ''}` +
        `请用中文为每个编号写一条指令，要求做的正是这一修改：\n${list}\n` +
        '再用一句中文分别描述两张图片。如果图片并没有显示这一修改，请在 "abstain" 里说明原因，其余留空；否则 "abstain" 留空。'
}

/** The request after an answer that is not good enough. */
export function rewritingTask(
  language: Language,
  problems: readonly string[],
  wanted: readonly Wanted[],
): string {
  const told = problems.map((each) => `- ${each}`).join('\n')
  const list = wanted.map(({ number, detail }) => `${number}. ${levels[language][detail]}`).join('\n')
  return language === 'en'
    ? `Not good enough:\n${told}\nWrite these numbers anew in English, and both descriptions:\n${list}`
    : `有问题：\n${told}\n请用中文重写下列编号，并重写两张图片的描述：\n${list}`
}
