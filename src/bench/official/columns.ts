import type { Language } from '../suite/suite.ts'

/** The columns of the official score files, in their order; the second dimension's name is misspelt there. */
export const columns = [
  'source_image',
  'edited_image',
  'instruction',
  'sementics_score',
  'quality_score',
  'intersection_exist',
  'instruction_language',
] as const

/** The folder within that of a backbone that holds the score files. */
export const scoresFolder = 'eval_results_new'

/** What stands before the ending of a picture that an edit started from, beside the edited one. */
export const sourceMark = '_SRCIMG'

/** Folders of the official judges, which the official statistics script knows alone. */
export const backbones = ['gpt4o', 'qwen25vl'] as const
export type Backbone = (typeof backbones)[number]

/** What the name of a judge begins with whose scores come from score files. */
export const importedPrefix = 'official-'

/** `<kind>/<language>/<key>` */
export function placeOf(item: {
  readonly kind: string
  readonly language: Language
  readonly key: string
}): string {
  return `${item.kind}/${item.language}/${item.key}`
}

/** The score file of a group, or of all of them, for a model. */
export const scoreFile = (model: string, group: string): string => `${model}_${group}_gpt_score.csv`
