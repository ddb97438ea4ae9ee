/**
 * A name in both languages, in the singular, without an article: `{ en: 'traffic light', cn: '红绿灯' }`. What is left
 * out is worked out from the words, so it is needed only where that goes wrong; `nouns.ts` has the common ones.
 */
export interface Noun {
  readonly en: string
  readonly cn: string
  /** The English plural, where no rule gives it. */
  readonly plural?: string
  /** `plural` for scissors and jeans, `mass` for grass and water; otherwise the name is that of one thing. */
  readonly number?: 'plural' | 'mass'
  /** The Chinese measure word: `只` in 一只狗. */
  readonly measure?: string
}

/** Words that stand in both languages for what an edit does or makes. */
export interface Phrase {
  readonly en: string
  readonly cn: string
}

/** Where in the picture, in words that follow an English noun: `{ en: 'on the left', cn: '左边' }`. */
export type Place = Phrase

/** What an edit did, by kind: all that an instruction may say of it, true because the recipe did just that. */
export interface FactsByKind {
  background_change: {
    /** What stays, if it has a name. */
    readonly subject?: Noun
    /** `{ en: 'a snowy mountain', cn: '雪山' }`, with the article it needs. */
    readonly background: Phrase
  }
  /** Colours as adjectives in English, with 色 in Chinese: `{ en: 'dark blue', cn: '深蓝色' }`. */
  color_alter: { readonly object: Noun; readonly place?: Place; readonly from?: Phrase; readonly to: Phrase }
  /** `material`: the stuff, without an article: `{ en: 'polished marble', cn: '抛光大理石' }`. */
  material_alter: { readonly object: Noun; readonly place?: Place; readonly material: Phrase }
  /** `motion`: in English a verb phrase in the base form, `move to the left`; in Chinese `向左移动`. */
  motion_change: { readonly subject: Noun; readonly place?: Place; readonly motion: Phrase }
  /** `retouch`: what is done to the face, a verb phrase: `smooth the skin`, `让皮肤更光滑`. */
  ps_human: { readonly retouch: Phrase; readonly person?: Noun; readonly strength: 'slight' | 'clear' }
  /**
   * From a photo to a style, or from a drawing back to a photo. `style`: what the picture is then, or was:
   * `{ en: 'pencil sketch', cn: '铅笔素描' }`, or a manner that ends in style: `{ en: 'Ghibli style', cn: '吉卜力风格' }`.
   */
  style_change: { readonly direction: 'to-style' | 'to-photo'; readonly style: Phrase }
  'subject-add': { readonly subject: Noun; readonly place?: Place }
  'subject-remove': { readonly subject: Noun; readonly place?: Place; readonly all?: true }
  'subject-replace': { readonly from: Noun; readonly to: Noun; readonly place?: Place }
  text_change:
    | { readonly action: 'replace'; readonly from: string; readonly to: string }
    | { readonly action: 'remove'; readonly from: string }
    | { readonly action: 'add'; readonly to: string; readonly place?: Place }
  tone_transfer: {
    readonly action: 'grade' | 'weather' | 'season' | 'light' | 'restore' | 'monochrome'
    /** A verb phrase in the base form: `make it a snowy winter day`, `变成下雪的冬天`. */
    readonly change: Phrase
    /**
     * What comes of it, by action. Weather, season, light: what the scene is, `a snowy winter day`, `下雪的冬天`. Grade:
     * what the picture has, `a warm vintage look`, `暖色复古色调`. Restore: what the picture is, `a clear photo without
     * haze`, `没有雾的清晰照片`. Monochrome: an adjective, `black and white`, `黑白`.
     */
    readonly result: Phrase
  }
}

/** The facts of one edit. */
export type Facts = {
  readonly [K in keyof FactsByKind]: { readonly kind: K } & FactsByKind[K]
}[keyof FactsByKind]

/** The facts of an edit of one kind. */
export type FactsOf<K extends keyof FactsByKind> = Extract<Facts, { readonly kind: K }>
