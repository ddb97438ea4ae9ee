import type { Noun } from './facts.ts'
import { filling } from './grammar.ts'
import { colours } from './nouns.ts'
import { known, type Phrasing } from './phrasing.ts'
import { article, definite, indefinite, isOrAre, owned, placed } from './words.ts'

const colourWords: ReadonlySet<string> = new Set(Object.values(colours).map(({ en }) => en))

const isCalledByColour = ({ en }: Noun): boolean => colourWords.has(en.split(' ')[0]!)

/** An object takes another colour. */
export const colorAlter: Phrasing<'color_alter'> = {
  mention: (facts, random) => {
    if (facts.from === undefined || random.chance(0.4)) return facts
    const { from: _, ...rest } = facts
    return rest
  },

  en: ({ object, place, from, to }) => {
    const where = place && { place }
    return {
      fillings: {
        // With its colour, where that is said.
        'the object': filling(
          definite(object, { ...where, ...(from && { quality: from }) }),
          'object',
          'place',
          'from',
        ),
        'the plain object': filling(definite(object, { ...where }), 'object', 'place'),
        object: filling(object.en, 'object'),
        // An object identified by its colour cannot have another colour: 'the red areas'.
        'a to object': isCalledByColour(object) ? undefined : filling(indefinite(object, to), 'object', 'to'),
        from: from && filling(from.en, 'from'),
        to: filling(to.en, 'to'),
        'a to': filling(`${article(to.en)} ${to.en}`, 'to'),
        is: filling(isOrAre(object)),
        place: place && filling(place.en, 'place'),
        none: from ? undefined : filling(''),
      },
      say: known({ object, place, from, to }),
      orders: [
        '(make|paint|color|turn) {the object} {to}',
        '(change|switch|set) the color of {the object} to {to}',
        '(change|turn) {the plain object} from {from} to {to}',
        'change {the object} to {to}',
        'recolor {the object} (to|in|as) {to}',
        'give {the object} {a to} color',
        'change the color of {the plain object} from {from} to {to}',
        'edit the photo so that {the object} {is} {to}',
        'replace the color of {the object} with {to}',
        'replace the {from} of {the plain object} with {to}',
        'adjust the color of {the object} so that it is {to}',
        'shift the color of {the object} to {to}',
        'repaint {the object} (in|so that it looks) {to}',
      ],
      sentences: [
        'I want {the object} (in {to}|to be {to})',
        "I'd like {the object} in {to}",
        "I'd prefer {a to object}{none}[ {place}]",
        '{the object} should be {to}',
        '{the plain object} should be {to}, not {from}',
        '{to} instead of {from} for {the plain object}',
        '(could|can) {the object} be {to}?',
        'what if {the object} were {to}?',
        'how would {the object} look in {to}?',
        'the same (photo|picture), but with {the object} in {to}',
        'the color of {the object} should be {to}',
        '{the object} would look better in {to}',
        'imagine {the object} in {to}',
        'same {object}{none}[ {place}], but {to}',
        'new color for {the object}: {to}',
        'is it possible to have {the object} in {to}?',
      ],
      captions: [
        '{the object} in {to}(|, please)',
        '{the object}: {to}',
        'the same (photo|scene) with {a to object}{none}[ {place}]',
        'a photo with {a to object}{none}[ {place}], everything else the same',
      ],
    }
  },

  cn: ({ object, place, from, to }) => {
    const where = place && { place }
    return {
      fillings: {
        'the object': filling(
          placed(object, { ...where, ...(from && { quality: from }) }),
          'object',
          'place',
          'from',
        ),
        'the plain object': filling(placed(object, { ...where }), 'object', 'place'),
        'object of': filling(
          owned(object, { ...where, ...(from && { quality: from }) }),
          'object',
          'place',
          'from',
        ),
        'plain object of': filling(owned(object, { ...where }), 'object', 'place'),
        from: from && filling(from.cn, 'from'),
        to: filling(to.cn, 'to'),
      },
      say: known({ object, place, from, to }),
      orders: [
        '把{the object}(变成|改成|换成|调成|弄成|P成){to}',
        '把{object of}颜色(改成|换成|变成|改为|调成){to}',
        '把{the object}(变成|改成|换成){to}的',
        '将{object of}颜色(改为|更改为|调整为){to}',
        '将{the object}(改为|变为){to}',
        '给{the object}(换上|涂上){to}',
        '给{the object}换个颜色，(换成|改成){to}',
        '把{the plain object}从{from}(改成|变成|换成){to}',
        '把{plain object of}{from}(换成|改成){to}',
        '让{the object}变成{to}(|的)',
      ],
      sentences: [
        '{the object}我想要{to}的',
        '我(想让|希望){the object}(是|变成){to}的',
        '{the object}(改|换|变)成{to}(|的)[吧]',
        '{the object}(应该|得)是{to}的',
        '{object of}颜色(改成|换成|要){to}',
        '{the object}(能|可以)(变|改|换)成{to}(|的)吗？',
        '{the object}如果是{to}的会(怎么样|是什么样)？',
        '{the plain object}不要{from}，要{to}',
        '{the plain object}由{from}(变为|改为){to}',
        '{the object}换个颜色：{to}',
        '{the object}{to}的更好看',
        '我想看看{the object}(变成|换成){to}的样子',
        '其他不变，{the object}(改成|变成){to}',
        '要是{the object}是{to}的就好了',
        '{the object}改色，{to}',
      ],
      captions: ['{the object}：{to}', '(同一张|还是这张)照片，{the object}是{to}的'],
    }
  },
}
