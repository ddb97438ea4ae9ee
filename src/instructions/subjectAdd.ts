import { filling } from './grammar.ts'
import { known, type Phrasing } from './phrasing.ts'
import { counted, indefinite } from './words.ts'

/** Something appears that was not there. */
export const subjectAdd: Phrasing<'subject-add'> = {
  en: ({ subject, place }) => ({
    fillings: {
      'a subject': filling(indefinite(subject), 'subject'),
      place: place && filling(place.en, 'place'),
    },
    say: known({ subject, place }),
    orders: [
      '(add|insert|include) {a subject}[ {place}]',
      'add {a subject} to (the picture|the photo|this image|the scene)[ {place}]',
      '(put|place) {a subject} (in the picture|in the scene|into this photo)[ {place}]',
      'put in {a subject}[ {place}]',
      'edit in {a subject}[ {place}]',
      'photoshop in {a subject}[ {place}]',
      'bring {a subject} into the (scene|picture)[ {place}]',
      'make {a subject} appear[ {place}]',
      'edit this so that there is {a subject}[ {place}]',
      'give (this scene|the picture) {a subject}[ {place}]',
      'draw in {a subject}[ {place}] that looks real',
    ],
    sentences: [
      'I want {a subject} (in this picture|in the photo)[ {place}]',
      "I'd like to see {a subject}[ {place}]",
      'there should be {a subject}[ {place}]',
      'it would be nice to have {a subject}[ {place}]',
      'the (picture|scene|photo) needs {a subject}[ {place}]',
      'this (picture|photo) is missing {a subject}[ {place}]',
      'the same (photo|scene), but with {a subject}[ {place}]',
      '{a subject}[ {place}], please',
      '+ {a subject}[ {place}]',
      'how about {a subject}[ {place}]?',
      'what would (this|it) look like with {a subject}[ {place}]?',
      'could there be {a subject}[ {place}]?',
      'can we have {a subject}[ {place}]?',
      "imagine there's {a subject}[ {place}]",
      'everything as it is, plus {a subject}[ {place}]',
      '{a subject} would look great[ {place}], (add one|put one in)',
    ],
    captions: [
      'a photo of this (scene|place) with {a subject}[ {place}]',
      'this scene, now with {a subject}[ {place}]',
    ],
  }),

  cn: ({ subject, place }) => ({
    fillings: {
      'a subject': filling(counted(subject), 'subject'),
      where: filling(place?.cn ?? ['图中', '画面里', '照片里'], 'place'),
      place: filling(place?.cn ?? '', 'place'),
      none: place ? undefined : filling(''),
    },
    say: known({ subject, place }),
    orders: [
      '在{where}(加|加上|添加|加入|增加|放|添|画上){a subject}',
      '在{where}P上{a subject}',
      '往{where}加{a subject}{none}',
      '给{none}(图片|照片|画面)加{a subject}',
      '让{where}出现{a subject}',
      '让{where}多出{a subject}',
      '把{a subject}(加到|放到|添到|P到){where}',
      '加{a subject}(到|在){where}',
    ],
    sentences: [
      '{where}(应该|要|得)有{a subject}',
      '(我想|我要|想)在{where}加{a subject}',
      '我想(看到|让){where}有{a subject}',
      '我希望{where}有{a subject}',
      '{where}(加|放|来|添){a subject}[吧]',
      '{where}再多{a subject}',
      '要是{where}有{a subject}就好了',
      '{where}有{a subject}会更好看',
      '{where}(能|可以)(加|放){a subject}吗？',
      '如果{where}有{a subject}会(怎么样|是什么样)？',
      '{where}(缺|少了|差){a subject}',
      '(画面有点空|看着有点单调)，{where}(加|放){a subject}',
      '(同样的|同一个)场景，{where}多了{a subject}',
      '其他不变，{where}多{a subject}',
      '(还是这张照片|还是这个画面)，{where}多{a subject}',
      '{where}加{a subject}怎么样？',
    ],
    captions: ['{place}有{a subject}的(照片|画面)'],
  }),
}
