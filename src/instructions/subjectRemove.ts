import type { FactsOf } from './facts.ts'
import { type Fillings, filling } from './grammar.ts'
import { known, type Phrasing } from './phrasing.ts'
import { definite, hasOrHave, isOrAre, itOrThem, placed, pluralOf, pointed } from './words.ts'

type Removal = FactsOf<'subject-remove'>

/** Something is gone, and what was behind it is there. */
export const subjectRemove: Phrasing<'subject-remove'> = {
  en: (facts) => ({
    fillings: english(facts),
    say: known({ subject: facts.subject, place: facts.place, all: facts.all }),
    orders: [
      '(remove|delete|erase|take out|get rid of|edit out) {the subject}',
      '(remove|erase|delete|take away) {the subject} from (the picture|the photo|this image|the scene)',
      'take {the subject} out of (the picture|the shot|this photo)',
      'make {the subject} (disappear|vanish)',
      'photoshop {the subject} out',
      'paint over {the subject} so that nothing of {it} is left',
      'edit the photo so {the subject} {is} gone',
      'retouch {the subject} out of the (photo|image)',
      'clear {the subject} away',
    ],
    sentences: [
      "I don't want {any subject} in (this picture|the photo|the shot)",
      'I want {the subject} gone',
      "I'd rather not see {any subject} here",
      '{the subject} {has} to go',
      "{the subjects} shouldn't be (here|there|in the picture)",
      "we don't need {any subject} (here|in the shot)",
      'the same (photo|picture|scene) without {any subject}',
      'this place, but with {no subject}',
      '{no subject}(|, please)',
      'there should be {no subject} in the picture',
      '{the subject} gone, please',
      'lose {the subject}',
      'what would this look like without {any subject}?',
      'is it possible to (remove|erase) {the subject}?',
      'can {the subject} be removed?',
      '{the subject} {is} distracting, please remove {it}',
      'everything but {the subject}, please',
    ],
    captions: ['(a photo of|just) the scene without {any subject}'],
  }),

  cn: (facts) => ({
    fillings: chinese(facts),
    say: known({ subject: facts.subject, place: facts.place, all: facts.all }),
    orders: [
      '把{the subject}(去掉|删掉|删除|移除|抹掉|擦掉|去除|清除|P掉)',
      '把(图中|照片里|画面里){of}{the subject}(去掉|删掉|移除|P掉)',
      '(去掉|删除|移除|抹去|擦除)(|图中{of}|照片里{of}|画面中{of}){the subject}',
      '把{the subject}从(图中|照片里|画面里)(去掉|移除|删掉|抹去)',
      '将{the subject}从(图片|画面)中(移除|去除)',
      '让{the subject}(消失|从画面里消失|从照片里消失)',
      '把{that subject}(弄掉|去了|拿走|修掉)',
    ],
    sentences: [
      '不要{the subject}(|了)',
      '我不想要{that subject}',
      '我不想看到{the subject}',
      '{that subject}不要了',
      '{the subject}(去掉|删掉|P掉)',
      '(这张照片|画面)里不要有{the any}',
      '照片里别出现{the any}',
      '同样的(场景|画面)，(只是|但)没有{the any}',
      '{that subject}(太碍眼了|有点多余|很抢镜|影响画面)，(去掉|删掉|P掉)吧',
      '要是没有{that subject}就好了',
      '如果没有{that subject}会是什么样？',
      '{the subject}(能|可以)(去掉|删掉|P掉)吗？',
      '我想把{the subject}(去掉|P掉)，背景补好',
      '除了{that subject}，其他都留着',
      '这里不应该有{the any}',
      '画面里只留其他的，{the subject}去掉',
    ],
    captions: ['没有{the any}的(画面|照片)'],
  }),
}

function english({ subject, place, all }: Removal): Fillings {
  const says = ['subject', 'place', 'all']
  const where = place === undefined ? '' : ` ${place.en}`
  const several = pluralOf(subject)
  return {
    'the subject': filling(
      all ? [`all the ${several}${where}`] : definite(subject, { ...(place && { place }) }),
      ...says,
    ),
    'the subjects': filling(`the ${all ? several : subject.en}${where}`, ...says),
    'any subject': filling(`${all ? `any ${several}` : `the ${subject.en}`}${where}`, ...says),
    'no subject': filling(`no ${all ? several : subject.en}${where}`, ...says),
    it: filling(all ? 'them' : itOrThem(subject)),
    is: filling(all ? 'are' : isOrAre(subject)),
    has: filling(all ? 'have' : hasOrHave(subject)),
  }
}

function chinese({ subject, place, all }: Removal): Fillings {
  const says = ['subject', 'place', 'all']
  const where = place?.cn ?? ''
  const everyOne = `${where}所有的${subject.cn}`
  return {
    'the subject': filling(all ? everyOne : placed(subject, { ...(place && { place }) }), ...says),
    'that subject': filling(all ? `${where}这些${subject.cn}` : pointed(subject, place), ...says),
    // After 没有 and 不要有 a bare name means any of them.
    'the any': filling(
      all && place === undefined ? subject.cn : placed(subject, { ...(place && { place }) }),
      ...says,
    ),
    of: filling(all || place ? '' : '的'),
  }
}
