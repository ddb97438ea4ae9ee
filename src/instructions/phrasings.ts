import { backgroundChange } from './backgroundChange.ts'
import { colorAlter } from './colorAlter.ts'
import type { FactsByKind } from './facts.ts'
import { parseTemplate, type Sentence, sentencesOf, type Template } from './grammar.ts'
import { materialAlter } from './materialAlter.ts'
import { motionChange } from './motionChange.ts'
import type { Phrasing, Wording } from './phrasing.ts'
import { psHuman } from './psHuman.ts'
import { styleChange } from './styleChange.ts'
import { subjectAdd } from './subjectAdd.ts'
import { subjectRemove } from './subjectRemove.ts'
import { subjectReplace } from './subjectReplace.ts'
import { textChange } from './textChange.ts'
import { toneTransfer } from './toneTransfer.ts'

/** The phrasings of every kind. */
export const phrasings: { readonly [K in keyof FactsByKind]: Phrasing<K> } = {
  background_change: backgroundChange,
  color_alter: colorAlter,
  material_alter: materialAlter,
  motion_change: motionChange,
  ps_human: psHuman,
  style_change: styleChange,
  'subject-add': subjectAdd,
  'subject-remove': subjectRemove,
  'subject-replace': subjectReplace,
  text_change: textChange,
  tone_transfer: toneTransfer,
}

/** Every sentence that can be made of an edit, before it is dressed; for tests and for counting. */
export function bareSentences(
  wording: Wording,
  parse: (source: string) => Template = parseTemplate,
): (Sentence & { readonly order: boolean; readonly template: string })[] {
  const of = (sources: readonly string[], order: boolean) =>
    sources.flatMap((template) =>
      sentencesOf(parse(template), wording.fillings, wording.say).map((sentence) => ({
        ...sentence,
        order,
        template,
      })),
    )
  return [...of(wording.orders, true), ...of([...wording.sentences, ...(wording.captions ?? [])], false)]
}
