/** Something personal in a text: where, and a placeholder of about the same length that says what it was. */
export interface PersonalText {
  readonly start: number
  readonly end: number
  readonly what:
    | 'e-mail'
    | 'address on the web'
    | 'user name'
    | 'telephone number'
    | 'number'
    | 'name'
    | 'street'
  readonly placeholder: string
}

/** Given names of women and men that are common in English; enough to notice most, and a list that a person can read. */
const givenNames = new Set(
  `aaron abigail adam adrian aisha alan albert alex alexander alexandra alice alicia alison amanda amelia amy andrea andrew
angela ann anna anne anthony arthur ashley barbara ben benjamin beth betty bob brandon brian bruce carl carla carlos
carol caroline catherine charles charlie charlotte chloe chris christian christina christine christopher claire clara
daniel danny dave david deborah dennis diana diane donald donna dorothy doug douglas dylan edward elena elizabeth ella
ellen emily emma eric ethan eva evelyn fiona frank fred gabriel gary george gerald gloria greg gregory hannah harold
harry heather helen henry ian isabella jack jacob jacqueline james jamie jan jane janet jason jean jeff jeffrey jennifer
jenny jeremy jerry jessica jim joan joanna joe john johnny jonathan jordan jose joseph joshua juan judith judy julia
julie justin karen kate katherine kathleen katie keith kelly ken kenneth kevin kim kyle larry laura lauren lee leo
leonard liam linda lisa logan louis louise lucas lucy luke madison margaret maria marie marilyn mark martha martin mary
matt matthew megan melissa michael michelle miguel mike mohammed nancy natalie nathan nicholas nicole noah nora oliver
olivia oscar pamela patricia patrick paul pedro peggy peter philip rachel ralph randy raymond rebecca richard rick
robert robin roger ronald rosa roy russell ruth ryan sally sam samantha samuel sandra sara sarah scott sean sharon
shirley sophia sophie stephanie stephen steve steven susan tara ted teresa theresa thomas tim timothy tina todd tom
tommy tony tracy tyler vanessa victor victoria vincent virginia walter wayne wendy william zachary zoe`.split(
    /\s+/,
  ),
)

/** Words that are names and more often something else: they count only with a title or another name beside them. */
const ambiguous = new Set([
  'mark',
  'rose',
  'will',
  'bill',
  'grant',
  'art',
  'jean',
  'kelly',
  'virginia',
  'jordan',
  'robin',
  'victoria',
  'madison',
  'charlotte',
  'austin',
])

/** Invented names of two letters to nine, a few of each length. */
const inventedNames: readonly (readonly string[])[] = [
  ['Bo', 'Ty', 'Al', 'Di', 'Vi'],
  ['Ada', 'Ike', 'Uma', 'Ned', 'Zia'],
  ['Remy', 'Nell', 'Otto', 'Cleo', 'Hugo'],
  ['Devon', 'Marlo', 'Petra', 'Quinn', 'Tobin'],
  ['Sidney', 'Harper', 'Marlon', 'Odette', 'Winona'],
  ['Everett', 'Marlowe', 'Ophelia', 'Leopold', 'Cordula'],
  ['Marcelle', 'Thaddeus', 'Rosamund', 'Lysander', 'Ottoline'],
  ['Rosalinde', 'Valentine', 'Sebastien', 'Wilhelmin', 'Aurelian'],
]

const patterns: readonly {
  readonly what: PersonalText['what']
  readonly pattern: RegExp
  readonly placeholder: (found: string) => string
}[] = [
  { what: 'e-mail', pattern: /[\w.+-]+@[\w-]+(\.[\w-]+)+/gu, placeholder: () => 'name@example.com' },
  {
    what: 'address on the web',
    pattern: /\b(https?:\/\/|www\.)\S+|\b(facebook|instagram|linkedin|tiktok|twitter|t|x)\.(com|me)\/\S+/giu,
    placeholder: () => 'www.example.com',
  },
  { what: 'user name', pattern: /(?<![\w@])@[A-Za-z_][\w.]{2,}/gu, placeholder: () => '@username' },
  {
    what: 'telephone number',
    pattern:
      /(?<![\w.])(?<!\d[ -])(\+\d{1,3}[ .-]?)?(\(\d{2,4}\)|\d{2,4})[ .-]\d{3,4}[ .-]?\d{2,4}(?!\w|\.\d|[ -]\d)|(?<!\d)1[3-9]\d{9}(?!\d)/gu,
    placeholder: digitsOf,
  },
  // Cards, accounts, identity cards: seven digits and more.
  { what: 'number', pattern: /(?<![\w.#])\d(?:[ -]?\d){6,}[Xx]?(?!\w|\.\d)/gu, placeholder: digitsOf },
  {
    what: 'street',
    pattern:
      /\b\d{1,5} (?:[A-Z][a-z]+ ){1,3}(Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct)\b\.?/gu,
    placeholder: () => '12 Example Street',
  },
  {
    what: 'name',
    pattern: /\b(Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Madam)\.? [A-Z][\p{L}'-]+( [A-Z][\p{L}'-]+)?/gu,
    placeholder: nameOf,
  },
  {
    what: 'name',
    pattern:
      /(?<=\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir) (?:(?:best|old|little|big|older|younger) )?(?:friend|wife|husband|partner|son|daughter|brother|sister|mother|mom|mum|father|dad|uncle|aunt|cousin|boss|colleague|neighbou?r|grandma|grandpa|grandmother|grandfather|girlfriend|boyfriend|dog|cat),? )\p{Lu}[\p{L}-]+/gu,
    placeholder: nameOf,
  },
  {
    what: 'name',
    pattern:
      /[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻苏潘葛范彭郎鲁韦马方任袁柳唐薛雷贺罗毕郝安常于傅康余孟黄穆萧尹姚邵汪毛米戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾江童颜郭梅林钟徐邱骆高夏蔡田胡凌霍万柯卢莫房丁邓石崔龚程陆翁荀](?:\p{Script=Han}{0,2})(?:先生|女士|小姐|老师|太太|医生|教授)/gu,
    placeholder: () => '某人',
  },
  {
    what: 'name',
    pattern: /(?<=(?:名叫|叫做|姓名[:：]?|名字是)\s?)\p{Script=Han}{2,3}/gu,
    placeholder: () => '小明',
  },
]

function digitsOf(found: string): string {
  let next = 0
  return found.replaceAll(/\d/g, () => String((next++ % 9) + 1))
}

/** The same name has the same placeholder in every text; in capitals where the name is. */
function nameOf(found: string): string {
  return found
    .split(' ')
    .filter((word) => !/^(Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Madam)\.?$/.test(word))
    .map((word) => inventedName(word, 0))
    .join(' ')
}

function inventedName(word: string, skip: number): string {
  const names = inventedNames[Math.min(Math.max(word.length, 2), 9) - 2]!
  let sum = skip
  for (const sign of word.toLowerCase()) sum += sign.codePointAt(0)!
  const name = names[sum % names.length]!
  return word.length > 1 && word === word.toUpperCase() ? name.toUpperCase() : name
}

/** Names that differ get placeholders that differ. */
function apart(text: string, found: readonly PersonalText[]): readonly PersonalText[] {
  const taken = new Map<string, string>()
  return found.map((each) => {
    if (each.what !== 'name' || /\p{Script=Han}/u.test(each.placeholder)) return each
    const words = text.slice(each.start, each.end).toLowerCase()
    let { placeholder } = each
    for (let skip = 1; skip < 5 && (taken.get(placeholder) ?? words) !== words; skip++)
      placeholder = text
        .slice(each.start, each.end)
        .split(' ')
        .map((word) => inventedName(word, skip))
        .join(' ')
    taken.set(placeholder, words)
    return { ...each, placeholder }
  })
}

/** What is personal in a text, in its order: addresses, numbers, user names, names, by rules in English and Chinese. */
export function personalTexts(text: string): readonly PersonalText[] {
  const found: PersonalText[] = []
  const add = (start: number, words: string, what: PersonalText['what'], placeholder: string): void => {
    const end = start + words.length
    if (found.every((each) => end <= each.start || start >= each.end))
      found.push({ start, end, what, placeholder })
  }
  for (const { what, pattern, placeholder } of patterns)
    for (const match of text.matchAll(pattern)) add(match.index, match[0], what, placeholder(match[0]))
  for (const { start, words } of namesIn(text)) add(start, words, 'name', nameOf(words))
  return apart(
    text,
    found.sort((a, b) => a.start - b.start),
  )
}

/** Runs of capitalised words that begin with a given name; in capitals too, as on a badge. */
function* namesIn(text: string): Iterable<{ readonly start: number; readonly words: string }> {
  for (const match of text.matchAll(/\p{Lu}[\p{L}'’]+(?: \p{Lu}[\p{L}.'’-]*)*/gu)) {
    const words = match[0].split(' ')
    for (let i = 0; i < words.length; i++) {
      const bare = words[i]!.toLowerCase().replace(/['’]s?$/, '')
      if (!givenNames.has(bare)) continue
      const rest = words.slice(i, i + 3)
      if (ambiguous.has(bare) && rest.length < 2) continue
      const start = match.index + words.slice(0, i).join(' ').length + (i > 0 ? 1 : 0)
      yield { start, words: rest.join(' ').replace(/['’]s?$/, '') }
      break
    }
  }
}

/** A text with what is personal in it replaced by placeholders. */
export function withPlaceholders(text: string, found: readonly PersonalText[] = personalTexts(text)): string {
  let out = ''
  let at = 0
  for (const { start, end, placeholder } of found) {
    out += text.slice(at, start) + placeholder
    at = end
  }
  return out + text.slice(at)
}
