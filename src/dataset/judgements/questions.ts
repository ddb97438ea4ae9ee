import { digestOf } from '../../jobs/index.ts'
import type { Kind } from '../taxonomy.ts'

/** What a judge is asked of a triplet, by short names: each sentence tells what 10 means, and 0 its opposite. */
export type Questions = Readonly<Record<string, string>>

/** The questions about every triplet. */
const common: Questions = {
  instruction:
    'The second picture shows what the English instruction asks for: all of it, and where it asks for it.',
  preserved: 'Whatever the instruction does not speak of is as it was in the first picture.',
  natural:
    'The second picture has no faults of its making: no seams, halos, holes, smears, blur, stray colours or broken shapes.',
  words_en:
    'The English instruction is one that a person would give before the edit: clear, correct English, and it names what changed without describing what is not there.',
  words_cn:
    'The Chinese instruction says the same as the English one, in Chinese that a native speaker would write, without a wrong character.',
}

/** Additional questions of each kind. */
const own: { readonly [K in Kind]: Questions } = {
  background_change: {
    subject:
      'The subject is whole and unchanged, hair and fine parts included; nothing of the new background shines through it.',
    edges: 'The edge of the subject is clean, without a rim of the old background.',
    coherent: 'Light, scale and viewpoint of the new background suit the subject.',
  },
  color_alter: {
    colour: 'The named thing has the named colour, evenly and in all of its parts, and nothing else took it.',
    shading: 'Shading, highlights and texture of the thing are as before.',
  },
  material_alter: {
    material:
      'The named thing looks as if made of the named material, and that material makes sense as an edit of it.',
    form: 'Form, place and light of the thing are as before.',
  },
  motion_change: {
    motion: 'The subject has moved, or changed its pose, as the instruction says, and clearly enough to see.',
    same: 'It is the same subject, with the same looks, in the same unmoved scene.',
  },
  ps_human: {
    retouch:
      'The retouching is that of the instruction, of the strength that it says, on the skin or parts that it names and not on hair or surroundings.',
    identity: 'It is the same person: features, expression, age and proportions are kept.',
    fitting: 'Such retouching suits who is shown: a living adult, and no child, statue or animal.',
  },
  style_change: {
    style:
      'The style is recognisable as the one that is named, and not a mere filter of noise, darkness or blur.',
    scene: 'Every main thing of the scene can still be recognised in its place.',
  },
  'subject-add': {
    subject: 'The added subject is complete, and is what the instruction names.',
    plausible: 'It stands where such a thing could be, with fitting scale, ground contact, light and shadow.',
  },
  'subject-remove': {
    gone: 'The named subject is gone, and all of it: its parts, shadow and reflection.',
    filled: 'What is now in its place continues the surroundings without smears or repeated patches.',
  },
  'subject-replace': {
    subject: 'The new subject is complete and is what the instruction names; nothing of the old one is left.',
    plausible: 'It fits the place of the old one in scale, contact, light and shadow.',
  },
  text_change: {
    text: 'The written words are to the letter what the instruction asks for, legible and without a stray letter.',
    lettering:
      'Typeface, size, colour and perspective suit the place, and writing stands where writing could be.',
  },
  tone_transfer: {
    tone: 'Light, weather, season or grading is what the instruction says, clearly enough to see.',
    uniform:
      'The change is coherent all over the picture: no hard edges of masks, and sky, ground and shadows agree.',
  },
}

/** Changes of the questions of all kinds (`*`) and of single ones; null leaves a question out. */
export type QuestionChanges = {
  readonly [K in Kind | '*']?: Readonly<Record<string, string | null>> | undefined
}

/** The questions of a kind, in the order in which they are asked. */
export function questionsOf(kind: Kind, changes: QuestionChanges = {}): Questions {
  const all: Record<string, string> = { ...common, ...own[kind] }
  for (const change of [changes['*'], changes[kind]])
    for (const [name, text] of Object.entries(change ?? {}))
      if (text === null) delete all[name]
      else all[name] = text
  return all
}

/** The digest of a kind's questions and of the prompt that they stand in. */
export function questionsHash(questions: Questions, promptVersion: number): string {
  return digestOf({ prompt: promptVersion, questions: Object.entries(questions) })
}
