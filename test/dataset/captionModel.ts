import { type Picture, pictureHash } from 'pentimento/image'
import type { Facts } from 'pentimento/instructions'
import { Random } from 'pentimento/random'
import { type ChatRequest, openSmallChatServer, type SmallChatServer } from '../smallChatServer.ts'

/** How often the model errs: shares of its calls. */
export interface ErrorRates {
  /** Says that something is there which is not. */
  readonly hallucinates: number
  /** Says "an object" for what has a name. */
  readonly vague: number
  /** Answers a Chinese question in English. */
  readonly forgetsChinese: number
  /** Confirms whatever it is shown. */
  readonly echoes: number
  /** Answers with half of its JSON. */
  readonly breaksOff: number
}

/** The rates that the project states its figures for. */
export const statedRates: ErrorRates = {
  hallucinates: 0.2,
  vague: 0.3,
  forgetsChinese: 0.05,
  echoes: 0.1,
  breaksOff: 0.02,
}

interface Name {
  readonly en: string
  readonly cn: string
}

const names: readonly Name[] = (
  'dog 狗狗,cat 猫咪,bench 长椅,bicycle 自行车,umbrella 雨伞,car 汽车,boat 小船,horse 马儿,tree 大树,house 房子,' +
  'balloon 气球,backpack 背包,vase 花瓶,guitar 吉他,statue 雕像,suitcase 行李箱,rabbit 兔子,elephant 大象,kite 风筝,bridge 大桥,' +
  'pumpkin 南瓜,tent 帐篷,snowman 雪人,piano 钢琴'
)
  .split(',')
  .map((each) => {
    const [en = '', cn = ''] = each.split(' ')
    return { en, cn }
  })

const colours: readonly Name[] = [
  { en: 'red', cn: '红色' },
  { en: 'blue', cn: '蓝色' },
  { en: 'green', cn: '绿色' },
  { en: 'yellow', cn: '黄色' },
  { en: 'purple', cn: '紫色' },
  { en: 'white', cn: '白色' },
]

const places: readonly Name[] = [
  { en: 'on the left', cn: '左边' },
  { en: 'on the right', cn: '右边' },
  { en: 'in the middle', cn: '中间' },
]

interface Item {
  readonly name: Name
  readonly colour: Name
  readonly place: Name
}

/** What a pair shows: nobody but the model and who marks it knows it. */
export interface Truth {
  readonly source: readonly Item[]
  readonly target: readonly Item[]
  readonly action: 'add' | 'remove' | 'replace' | 'recolor'
  readonly thing: Name
  readonly to?: Name
}

/** A pair of the world, as a recipe would give it. */
export interface WorldPair {
  readonly facts: Facts
  readonly source: Picture
  readonly target: Picture
  readonly truth: Truth
}

/** Pairs of noise: what they show stands in a table that the model has and the captioner has not. */
export function worldOf(count: number, seed: number): WorldPair[] {
  return Array.from({ length: count }, (_, at) => {
    const random = new Random('world', seed, at)
    const picture = (): Picture => ({
      width: 32,
      height: 24,
      data: Uint8Array.from({ length: 32 * 24 * 3 }, () => random.below(256)),
    })
    const drawn = random.shuffled(names)
    const item = (i: number): Item => ({
      name: drawn[i] as Name,
      colour: random.pick(colours),
      place: random.pick(places),
    })
    const others = [1, 2, 3].map(item)
    const own = item(0)
    const place = own.place
    const subject = own.name
    const base = { source: picture(), target: picture() }
    switch (at % 4) {
      case 0: {
        const truth: Truth = { source: others, target: [...others, own], action: 'add', thing: subject }
        return { ...base, facts: { kind: 'subject-add', subject, place }, truth }
      }
      case 1: {
        const truth: Truth = { source: [...others, own], target: others, action: 'remove', thing: subject }
        return { ...base, facts: { kind: 'subject-remove', subject, place }, truth }
      }
      case 2: {
        const to = { ...own, name: drawn[5] as Name }
        const truth: Truth = {
          source: [...others, own],
          target: [...others, to],
          action: 'replace',
          thing: subject,
          to: to.name,
        }
        return { ...base, facts: { kind: 'subject-replace', from: subject, to: to.name }, truth }
      }
      default: {
        const to = random.pick(colours.filter(({ en }) => en !== own.colour.en))
        const truth: Truth = {
          source: [...others, own],
          target: [...others, { ...own, colour: to }],
          action: 'recolor',
          thing: subject,
          to,
        }
        return { ...base, facts: { kind: 'color_alter', object: subject, from: own.colour, to }, truth }
      }
    }
  })
}

/** Whether a text names something that the pair does not show; `false` too for a colour that it has not. */
export function isTrueOf(text: string, { source, target }: Truth): boolean {
  const shown = [...source, ...target]
  const low = text.toLowerCase()
  const says = (name: Name): boolean => new RegExp(`\\b${name.en}\\b`).test(low) || text.includes(name.cn)
  return (
    names.every((name) => !says(name) || shown.some((item) => item.name === name)) &&
    colours.every((colour) => !says(colour) || shown.some((item) => item.colour === colour))
  )
}

/** Whether a text says what the edit is about by its name. */
export const isPrecise = (text: string, { thing }: Truth): boolean =>
  text.toLowerCase().includes(thing.en) || text.includes(thing.cn)

/** A model on loopback with eyes of its own and known faults. */
export interface CaptionModel extends SmallChatServer {
  /** Instructions as it first wrote them, unasked for anything better: the text and the pair that it saw. */
  readonly first: { readonly text: string; readonly language: 'en' | 'cn'; readonly truth: Truth }[]
}

/** Opens one that knows the pairs of a world by the pixels of their sources. */
export async function openCaptionModel(
  world: readonly WorldPair[],
  { rates = statedRates, seed = 0 }: { readonly rates?: ErrorRates; readonly seed?: number } = {},
): Promise<CaptionModel> {
  const server = await openSmallChatServer({ models: ['loopback-vl'] })
  const first: CaptionModel['first'] = []
  const known = new Map(
    world.flatMap(({ source, target, truth }) => [
      [pictureHash(source), truth] as const,
      // Who shows them the other way round sees the edit the other way round.
      [pictureHash(target), turned(truth)] as const,
    ]),
  )
  server.respond = (request) => {
    const { body, texts, pictures } = request
    const random = new Random('model', seed, JSON.stringify(body))
    const errs = (rate: number): boolean => random.chance(rate)
    const faults: Faults = {
      hallucinates: errs(rates.hallucinates),
      vague: errs(rates.vague),
      forgetsChinese: errs(rates.forgetsChinese),
      echoes: errs(rates.echoes),
      random,
    }
    const usage = {
      prompt_tokens: Math.round(texts.join('').length / 4) + 700 * pictures.length,
      completion_tokens: 0,
    }
    const wants = wantedProperties(body)
    const shown = pictures[0] && known.get(pictureHash(pictures[0]))
    let says: unknown
    if (wants.has('readings')) says = { readings: readingsOf(texts.at(-1) ?? '', faults) }
    else if (shown === undefined)
      says = {
        abstain: 'I do not know these pictures.',
        claims: [],
        earlier: [],
        source: '',
        target: '',
        instructions: [],
      }
    else if (wants.has('claims')) says = annotationOf(shown, texts.at(-1) ?? '', faults)
    else {
      const written = writingOf(shown, texts, faults)
      says = written.answer
      if (
        !request.body.messages.some(({ content }) => JSON.stringify(content).includes('\\"instructions\\":'))
      )
        for (const { text } of written.answer.instructions)
          first.push({ text, language: written.language, truth: shown })
    }
    const whole = JSON.stringify(says)
    const text = errs(rates.breaksOff) ? whole.slice(0, whole.length / 2) : whole
    return { says: text, usage: { ...usage, completion_tokens: Math.round(text.length / 4) } }
  }
  return Object.assign(server, { first })
}

const turned = ({ source, target, action, thing, to }: Truth): Truth => ({
  source: target,
  target: source,
  action: action === 'add' ? 'remove' : action === 'remove' ? 'add' : action,
  thing: action === 'replace' && to ? to : thing,
  ...(to && {
    to: action === 'replace' ? thing : (source.find(({ name }) => name === thing)?.colour as Name),
  }),
})

interface Faults {
  readonly hallucinates: boolean
  readonly vague: boolean
  readonly forgetsChinese: boolean
  readonly echoes: boolean
  readonly random: Random
}

function wantedProperties(body: ChatRequest['body']): ReadonlySet<string> {
  const format = body.response_format as { json_schema?: { schema?: { properties?: object } } } | undefined
  return new Set(Object.keys(format?.json_schema?.schema?.properties ?? {}))
}

const absent = ({ source, target }: Truth, random: Random): Name =>
  random.pick(names.filter((name) => ![...source, ...target].some((item) => item.name === name)))

function annotationOf(truth: Truth, asked: string, { hallucinates, vague, echoes, random }: Faults): object {
  const claims: object[] = []
  const called = ({ en }: Name): string => (vague ? random.pick(['object', 'something', 'thing']) : en)
  for (const picture of ['source', 'target'] as const)
    for (const { name, colour, place } of truth[picture]) {
      const thing = called(name)
      if (random.chance(0.9)) claims.push({ picture, type: 'object', thing, says: '' })
      if (random.chance(0.7)) claims.push({ picture, type: 'attribute', thing, says: colour.en })
      if (random.chance(0.7)) claims.push({ picture, type: 'place', thing, says: place.en })
    }
  const become = {
    add: 'was added',
    remove: 'was removed',
    replace: `was replaced by a ${truth.to && called(truth.to)}`,
    recolor: `became ${truth.to?.en}`,
  }[truth.action]
  claims.push({ picture: 'difference', type: 'change', thing: called(truth.thing), says: become })
  if (hallucinates) {
    const picture = random.pick(['source', 'target'])
    const thing = absent(truth, random).en
    claims.push({ picture, type: 'object', thing, says: '' })
    if (random.chance(0.5)) claims.push({ picture, type: 'attribute', thing, says: random.pick(colours).en })
  }
  const earlier = [...asked.matchAll(/^(\d+)\. (.+)$/gm)].map(([, number, statement = '']) => ({
    number: Number(number),
    verdict: echoes ? 'right' : verdictOf(statement, truth),
  }))
  return { claims: random.shuffled(claims), earlier }
}

/** What it makes of a statement: of things by which picture has them, of changes by what it saw change. */
function verdictOf(statement: string, truth: Truth): 'right' | 'wrong' | 'unsure' {
  const low = statement.toLowerCase()
  const named = names.filter(({ en }) => new RegExp(`\\b${en}\\b`).test(low))
  if (/added|removed|replaced|became|change|from the first/.test(low)) {
    const verb = { add: 'added', remove: 'removed', replace: 'replaced', recolor: 'became' }[truth.action]
    const isOf = named.some((name) => name === truth.thing)
    const isTo = truth.to === undefined || low.lastIndexOf(truth.to.en) > low.indexOf(truth.thing.en)
    return isOf && low.includes(verb) && isTo ? 'right' : 'wrong'
  }
  const items = /second picture/.test(low) ? truth.target : truth.source
  if (named.length === 0) return 'unsure'
  const own = items.filter(({ name }) => named.includes(name))
  if (own.length < named.length) return 'wrong'
  const told = (list: readonly Name[]): Name[] => list.filter(({ en }) => low.includes(en))
  const isRight =
    told(colours).every((colour) => own.some((item) => item.colour === colour)) &&
    told(places).every((place) => own.some((item) => item.place === place))
  return isRight ? 'right' : 'wrong'
}

const orders = {
  en: {
    add: [
      'add a {thing}',
      'could you put a {thing} in here?',
      'I want a {thing} added {place}',
      'please add one {thing}',
      'a {thing} would be nice, add it',
    ],
    remove: [
      'remove the {thing}',
      'please take away the {thing}',
      'get rid of the {thing} {place}',
      'the {thing} has to go, remove it',
      'no {thing}, take away what is there',
    ],
    replace: [
      'replace the {thing} with a {to}',
      'swap the {thing} for a {to}',
      'a {to} instead of the {thing} please',
    ],
    recolor: [
      'make the {thing} {to}',
      'could the {thing} be {to}?',
      'change the color of the {thing} to {to}',
    ],
  },
  cn: {
    add: [
      '加一个{thing}',
      '能不能在{place}加上{thing}？',
      '我想在画面里添一个{thing}',
      '加上{thing}吧',
      '请添加{thing}',
    ],
    remove: [
      '去掉{thing}',
      '麻烦把{place}的{thing}删掉',
      '请移除画面里的{thing}',
      '{thing}不要了，删掉',
      '帮我去掉{thing}',
    ],
    replace: [
      '把{thing}换成{to}',
      '请用{to}替换{thing}',
      '{thing}改成{to}可以吗？',
      '我想把{thing}换成{to}',
      '帮忙将{thing}替换为{to}',
    ],
    recolor: [
      '把{thing}变成{to}',
      '{thing}改成{to}吧',
      '请将{thing}的颜色换为{to}',
      '我想要{to}的{thing}',
      '给{thing}换成{to}',
    ],
  },
} as const

function writingOf(
  truth: Truth,
  texts: readonly string[],
  { hallucinates, vague, forgetsChinese, random }: Faults,
): {
  readonly language: 'en' | 'cn'
  readonly answer: {
    abstain: string
    source: string
    target: string
    instructions: { number: number; text: string }[]
  }
} {
  const asked = texts.at(-1) ?? ''
  const language = /\p{Script=Han}{4}/u.test(asked) ? 'cn' : 'en'
  const spoken = language === 'cn' && forgetsChinese ? 'en' : language
  const numbers = [...asked.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number))
  const called = (name: Name | undefined): string =>
    name === undefined
      ? ''
      : vague && names.includes(name)
        ? spoken === 'en'
          ? 'object'
          : '东西'
        : name[spoken]
  const place = [...truth.source, ...truth.target].find(({ name }) => name === truth.thing)?.place
  // It does not say again what stands in the conversation.
  const said = texts.slice(0, -1).join('\n')
  const filled = orders[spoken][truth.action].map((form) =>
    form
      .replace('{thing}', called(truth.thing))
      .replace('{to}', called(truth.to))
      .replace('{place}', place?.[spoken] ?? '')
      .replace(/[?？]$/u, ''),
  )
  const fresh = random.shuffled(filled.filter((text) => !said.includes(`"${text}"`)))
  const forms = fresh.length > 0 ? fresh : filled
  const strange = hallucinates ? absent(truth, random) : undefined
  const at = random.below(Math.max(1, numbers.length))
  const instructions = [...new Set(numbers)].map((number, i) => {
    const text = forms[i % forms.length] as string
    const more =
      strange && i === at ? (spoken === 'en' ? ` next to the ${strange.en}` : `，就在${strange.cn}旁边`) : ''
    return { number, text: `${text}${more}` }
  })
  const described = (items: readonly Item[]): string => {
    const list = items.map(({ name }) => (spoken === 'en' ? `a ${called(name)}` : called(name)))
    if (strange && random.chance(0.5)) list.push(spoken === 'en' ? `a ${strange.en}` : strange.cn)
    return spoken === 'en' ? `There is ${list.join(', ')}.` : `画面里有${list.join('、')}。`
  }
  return {
    language,
    answer: { abstain: '', source: described(truth.source), target: described(truth.target), instructions },
  }
}

/** Understands sentences by their words alone. */
function readingsOf(asked: string, { hallucinates, vague, random }: Faults): object[] {
  const sentences = [...asked.matchAll(/^(\d+)\. (.+)$/gm)]
  const misread = hallucinates ? random.below(sentences.length) : -1
  return sentences.map(([, number, text = ''], at) => {
    const found = (list: readonly Name[]): Name[] =>
      list
        .filter(({ en, cn }) => new RegExp(`\\b${en}\\b`, 'i').test(text) || text.includes(cn))
        .sort((a, b) => placeIn(text, a) - placeIn(text, b))
    const things = found(names)
    const isSwapped = /instead of|用.+替换/u.test(text)
    const [thing, other] = isSwapped ? [things[1] ?? things[0], things[0]] : things
    const asks =
      /replace|swap|instead|换成|替换|改成/u.test(text) && things.length > 1
        ? 'replace'
        : /remove|take away|get rid|去掉|删|移除/u.test(text)
          ? 'remove'
          : found(colours).length > 0
            ? 'recolor'
            : /add|put|加|添/u.test(text)
              ? 'add'
              : 'nothing'
    const wrong = at === misread ? random.pick(names) : undefined
    return {
      number: Number(number),
      asks,
      thing: wrong?.en ?? (vague && random.chance(0.3) ? 'object' : (thing?.en ?? '')),
      result:
        asks === 'recolor' ? (found(colours)[0]?.en ?? '') : asks === 'replace' ? (other?.en ?? '') : '',
      place: found(places)[0]?.en ?? '',
    }
  })
}

const placeIn = (text: string, { en, cn }: Name): number => {
  const at = text.toLowerCase().indexOf(en)
  return at < 0 ? text.indexOf(cn) : at
}
