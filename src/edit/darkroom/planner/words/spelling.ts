import { lexicon } from './lexicon.ts'

/** Slips that one letter does not explain. */
const slips: Readonly<Record<string, string>> = {
  backround: 'background',
  backgroud: 'background',
  bakground: 'background',
  bckground: 'background',
  teh: 'the',
  hte: 'the',
  wiht: 'with',
  inot: 'into',
  dissapear: 'disappear',
  diferent: 'different',
  pls: 'please',
  plz: 'please',
  coud: 'could',
  shoud: 'should',
  ther: 'there',
  lok: 'look',
  liek: 'like',
  wnat: 'want',
  colro: 'color',
  phto: 'photo',
  sence: 'scene',
  mkae: 'make',
  insted: 'instead',
  id: 'id',
  fo: 'of',
  ot: 'to',
  adn: 'and',
  nad: 'and',
  bakc: 'back',
  tunr: 'turn',
  rmove: 'remove',
  removve: 'remove',
  erease: 'erase',
  brigther: 'brighter',
  brighter: 'brighter',
  lighting: 'lighting',
  staturation: 'saturation',
  saturaton: 'saturation',
  contrats: 'contrast',
  shapren: 'sharpen',
  strighten: 'straighten',
  straigthen: 'straighten',
  striaghten: 'straighten',
  brigthen: 'brighten',
  blury: 'blurry',
  grey: 'gray',
  vintge: 'vintage',
  vintange: 'vintage',
  watercolr: 'watercolor',
  persn: 'person',
  peopel: 'people',
  poeple: 'people',
  ppl: 'people',
  pic: 'pic',
  u: 'you',
  ur: 'your',
  tmrw: '',
  sunglases: 'sunglasses',
  licence: 'license',
  liscense: 'license',
  lisence: 'license',
  pixilate: 'pixelate',
  pixalate: 'pixelate',
  pixelise: 'pixelate',
  transparant: 'transparent',
  trasparent: 'transparent',
  transperent: 'transparent',
  writting: 'writing',
  wierd: 'weird',
  bw: 'bw',
  hirozon: 'horizon',
  horizen: 'horizon',
  wanna: 'wanna',
  blak: 'black',
  whit: 'white',
  yelow: 'yellow',
  purpel: 'purple',
  pinc: 'pink',
  oragne: 'orange',
  gren: 'green',
  bule: 'blue',
  wrinkels: 'wrinkles',
  resise: 'resize',
  croped: 'crop',
  rotat: 'rotate',
  flipp: 'flip',
  delet: 'delete',
  dlete: 'delete',
  remov: 'remove',
  pictur: 'picture',
  imge: 'image',
  img: 'img',
}

const known: ReadonlySet<string> = new Set(
  [...lexicon.keys()].flatMap((key) => key.split(' ')).filter((word) => /^[a-z]+$/.test(word)),
)

/** Words that are right as they are, though the lexicon does not need them. */
const right: ReadonlySet<string> = new Set(
  'sticking sticks stuck standing lightning thunder tornado hurricane explosion meteor comet tsunami earthquake photographed photographs photographing canvas flying fly fight war army tank soldier ship shipwreck treasure jungle desert oasis igloo pyramid temple shrine church palace mansion garage garden yard patio balcony roof attic basement hall stage theater theatre museum gallery library hospital airport station harbor harbour port dock pier beard moustache mustache hairstyle hairdo makeup lipstick earring tattoo piercing muscle muscles belly waist thigh chest breast shoulder ankle wrist elbow knee finger thumb toe nail palm hug kiss smile laugh frown grin wink jump leap dive climb crawl kneel bend stretch point wave clap shout whisper curly straight wavy braided bald fat thin slim chubby tall tiny giant massive magical mystical enchanted haunted spooky scary creepy funny silly goofy serious famous celebrity actor actress singer dancer athlete player coach boss grandpa grandma grandfather grandmother dad mom daddy mommy wife husband son daughter boyfriend girlfriend cousin nephew niece baby twins triplets poem essay story email letter code recipe weather news stock price ticket hotel flight train bus taxi restaurant menu dish lunch dinner breakfast poison potion wand sword shield armor armour helmet gun rifle cannon bomb rocket spaceship ufo satellite astronaut telescope microscope laboratory experiment math physics history angle perspective lens aperture shutter exposure canon nikon sony leica holiday birthday christmas halloween easter wedding party funeral graduation prom concert festival parade fireworks balloon confetti ribbon gift present cake candle candy cookie pie soup stew grill barbecue camp hike trek marathon race match score goal trophy medal prize flag banner ribbon then than them they their there here hers this that these those from form were where what when which while who whom whose why how been being dragon unicorn wizard castle alien ghost robot zombie mermaid fairy angel devil santa elf dwarf superman batman spiderman princess prince king queen knight pirate ninja samurai vampire witch dinosaur godzilla space planet world earth mars book story time year day week month hour minute second first last next long short high low old new young hot cold fast slow big small wide deep full empty open close hard soft good bad best worse worst more less most least many much few little lot lots part parts whole piece pieces kind sort type name number line lines point place home house room kitchen bathroom bedroom office school work job life live love like hate want need hope wish think know see hear feel touch taste smell hold carry send read story tell ask answer call shout sing dance play game win lose buy sell pay cost price free cheap expensive rich poor happy sad angry afraid sick well pain dead alive born grow party dance summer winter spring march april june july friday monday sunday holiday vacation trip travel tour visit stay wait meet friend family mother father sister brother uncle aunt baby kid boy girl man men woman women people person team group club band music song film movie show news paper page word letter card picture photo camera paint brush color shape size form side front back top bottom middle center end start begin stop move turn walk run jump fly swim drive ride sit stand lie sleep wake eat drink cook clean wash wear dress shirt shoes hat coat bag money bank shop store market street road city town village country state nation land sea lake river ocean beach island hill forest tree flower grass leaf plant animal dog cat bird fish horse cow pig sheep hand arm leg foot head face eye ear nose mouth hair neck back body heart brain blood skin bone mind idea plan way mine wine vine fine line pine dine cone bone tone zone stone phone alone hone core bore more sore tore wore lore fore rose nose dose hose pose lose close those chose whose goose loose moose noose cart card care cast case base vase lease please release tease house mouse blouse louse mane lane cane vane pane sane boot foot loot root hoot coot goat coat moat boat float bloat gloat'.split(
    ' ',
  ),
)

/** Known words by what is left of them when a letter is missing. */
const byRemains: ReadonlyMap<string, readonly string[]> = (() => {
  const found = new Map<string, string[]>()
  for (const word of known) {
    if (word.length < 4) continue
    for (const rest of remains(word)) {
      const list = found.get(rest)
      if (list) list.push(word)
      else found.set(rest, [word])
    }
  }
  return found
})()

function remains(word: string): string[] {
  return [...new Set(Array.from({ length: word.length }, (_, at) => word.slice(0, at) + word.slice(at + 1)))]
}

/** What a word that is not known was meant to be, one slip of the keyboard away; undefined for a word that is known or far from all. */
export function corrected(word: string): string | undefined {
  const slip = Object.hasOwn(slips, word) ? slips[word] : undefined
  if (slip !== undefined && slip !== '') return slip
  if (known.has(word) || right.has(word) || word.length < 4) return undefined
  const swapped = Array.from(
    { length: word.length - 1 },
    (_, at) => word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2),
  ).find((each) => known.has(each))
  if (swapped) return swapped
  const longer = (byRemains.get(word) ?? []).filter((each) => each[0] === word[0])
  const shorter = remains(word).filter((each) => each.length >= 4 && known.has(each) && each[0] === word[0])
  // A letter too many is surest where it is a doubled one.
  const doubled = shorter.find(
    (each) => /(.)\1/.test(word) && each.length === word.length - 1 && word.replace(/(.)\1/, '$1') === each,
  )
  if (doubled) return doubled
  if (word.length >= 5 && longer.length > 0) return nearest(longer)
  if (word.length >= 6 && shorter.length > 0) return nearest(shorter)
  if (word.length >= 6 && !/(?:ing|ed)$/.test(word)) {
    const other = remains(word).flatMap((rest) =>
      (byRemains.get(rest) ?? []).filter(
        (each) => each.length === word.length && each[0] === word[0] && differ(each, word) === 1,
      ),
    )
    if (other.length > 0) return nearest(other)
  }
  return undefined
}

const differ = (one: string, other: string): number =>
  [...one].filter((letter, at) => letter !== other[at]).length

/** Of several, the one that says most: verbs and the like stand first in the lexicon. */
const nearest = (list: readonly string[]): string | undefined => list[0]
