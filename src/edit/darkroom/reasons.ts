/** Why a picture is not fit for a step, by the reason of a `Rejection`, in words for users. */
const words: Readonly<Record<string, string>> = {
  'no-subject': 'nothing stands out as the subject',
  'doubtful-matte': 'the outline of the subject is not clear enough',
  small: 'it is too small in the picture',
  large: 'it takes too much of the picture',
  grey: 'it has no colour',
  'many-colours': 'it has many colours, none of which prevails',
  'no-face': 'there is no face',
  'no-teeth': 'no teeth are seen',
  'eyes-shut': 'the eyes are shut',
  'no-font': 'there is no font for this text',
  'text-too-small': 'the text is too small to be set anew',
  'strokes-unclear': 'the letters cannot be told from what they are on',
}

/** A reason in words; one without an entry is its own name. */
export function reasonText(reason: string): string {
  return words[reason] ?? reason.replaceAll('-', ' ')
}
