import type { Rejection } from '../../tools/index.ts'

/** Messages for users why a picture is unsuitable for a step, by the reason of a `Rejection`. */
const words: Readonly<Record<string, string>> = {
  'cut-off': 'it is cut off by the edge of the picture',
  'doubtful-matte': 'the outline of the subject is not clear enough',
  empty: 'nothing is there',
  'eyes-shut': 'the eyes are shut',
  grey: 'it has no colour',
  large: 'it takes too much of the picture',
  'little-skin': 'too little skin is seen',
  'low-contrast': 'it does not stand out from what it is on',
  'many-colours': 'it has many colours, none of which prevails',
  'new-text-unread': 'the new text could not be read when it was set',
  'no-face': 'there is no face',
  'no-font': 'there is no font that has all letters of this text',
  'no-irises': 'the irises are not seen',
  'no-red-eyes': 'no eye is red',
  'no-shine': 'there is no shine on the skin',
  'no-spots': 'there are no spots on the skin',
  'no-subject': 'nothing stands out as the subject',
  'no-teeth': 'no teeth are seen',
  'nothing-straight': 'no horizon and no wall tells what is straight',
  'nothing-to-draw': 'there is too little in it to draw',
  small: 'it is too small in the picture',
  'straight-already': 'it is straight already',
  'strokes-unclear': 'the letters cannot be told from what they are on',
  'there-already': 'it is there already',
  'text-too-long': 'the new text is too long for the place of the old',
  'text-too-small': 'the text is too small to be set anew',
  'too-grey': 'it has too little colour for this style',
  'too-much-to-fill': 'too much of the picture would have to be filled',
  unchanged: 'nothing would change',
  'unknown-backdrop': 'there is no such backdrop',
  'unknown-material': 'there is no such material',
}

/** A reason in words; `unfit` brings its own, and one without an entry is its own name. */
export function reasonText({ reason, values }: Rejection): string {
  if (typeof values.why === 'string') return values.why
  return words[reason] ?? reason.replaceAll('-', ' ')
}
