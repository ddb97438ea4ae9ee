/** A name in both languages, in the singular, without an article: `{ en: 'traffic light', cn: '红绿灯' }`. */
export interface Noun {
  readonly en: string
  readonly cn: string
}

/** Where in the picture, in words that follow a noun: `{ en: 'on the left', cn: '左边' }`. */
export type Place = Noun

/** Words that stand in both languages for what an edit does or makes. */
export type Phrase = Noun

/** What an edit did, by kind: all that an instruction may say of it, true because the recipe did just that. */
export interface FactsByKind {
  background_change: {
    /** What stays, if it has a name. */
    readonly subject?: Noun
    /** `{ en: 'a snowy mountain', cn: '雪山' }`, with the article it needs. */
    readonly background: Phrase
  }
  color_alter: { readonly object: Noun; readonly place?: Place; readonly from?: Noun; readonly to: Noun }
  /** `material`: `{ en: 'polished marble', cn: '抛光大理石' }`. */
  material_alter: { readonly object: Noun; readonly place?: Place; readonly material: Phrase }
  /** `motion`: in English a verb phrase in the base form, `move to the left`; in Chinese `向左移动`. */
  motion_change: { readonly subject: Noun; readonly place?: Place; readonly motion: Phrase }
  /** `retouch`: what is done to the face, `smooth the skin`, `让皮肤更光滑`. */
  ps_human: { readonly retouch: Phrase; readonly person?: Noun; readonly strength: 'slight' | 'clear' }
  /** From a photo to a style, or from a drawing back to a photo. */
  style_change: { readonly direction: 'to-style' | 'to-photo'; readonly style: Phrase }
  'subject-add': { readonly subject: Noun; readonly place?: Place }
  'subject-remove': { readonly subject: Noun; readonly place?: Place; readonly all?: true }
  'subject-replace': { readonly from: Noun; readonly to: Noun; readonly place?: Place }
  text_change:
    | { readonly action: 'replace'; readonly from: string; readonly to: string }
    | { readonly action: 'remove'; readonly from: string }
    | { readonly action: 'add'; readonly to: string; readonly place?: Place }
  /** `tone`: what the picture becomes, `a snowy winter day`, `black and white`; `action` chooses the wording. */
  tone_transfer: {
    readonly action: 'grade' | 'weather' | 'season' | 'light' | 'restore' | 'monochrome'
    /** A verb phrase in the base form: `make it a snowy winter day`, `变成下雪的冬天`. */
    readonly change: Phrase
    /** What it then is: `a snowy winter day`, `下雪的冬天`. */
    readonly result: Phrase
  }
}

/** The facts of one edit. */
export type Facts = {
  readonly [K in keyof FactsByKind]: { readonly kind: K } & FactsByKind[K]
}[keyof FactsByKind]
