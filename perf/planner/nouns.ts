/** Nouns that mean the same to one who has the picture before the eyes. */
const groups: readonly (readonly string[])[] = [
  [
    'trash can',
    'garbage can',
    'trash bin',
    'garbage bin',
    'bin',
    'dustbin',
    'rubbish bin',
    'trashcan',
    'waste bin',
    'litter bin',
  ],
  ['car', 'automobile', 'vehicle', 'auto'],
  ['taxi', 'cab', 'taxicab'],
  ['bicycle', 'bike', 'push bike'],
  ['motorcycle', 'motorbike', 'scooter', 'moped'],
  ['airplane', 'plane', 'aeroplane', 'aircraft', 'jet'],
  ['sofa', 'couch', 'settee'],
  ['television', 'tv', 'telly', 'tv set'],
  ['cell phone', 'phone', 'mobile phone', 'smartphone', 'mobile'],
  ['cup', 'mug', 'coffee cup', 'coffee mug', 'teacup'],
  ['street light', 'street lamp', 'lamp post', 'lamppost', 'streetlight', 'light pole', 'lamp', 'streetlamp'],
  [
    'power line',
    'wire',
    'cable',
    'power cable',
    'electric wire',
    'electrical wire',
    'powerline',
    'electricity line',
    'telephone line',
  ],
  ['stone', 'rock', 'boulder'],
  ['ship', 'boat', 'vessel', 'sailboat', 'sailing boat'],
  ['bag', 'handbag', 'purse', 'shoulder bag'],
  ['backpack', 'rucksack', 'bag'],
  ['suitcase', 'luggage', 'trolley case'],
  ['shirt', 't-shirt', 'tshirt', 'tee', 'top', 'blouse'],
  ['clothes', 'clothing', 'garment', 'outfit', 'clothe', 'shirt', 'top'],
  ['jacket', 'coat'],
  ['trousers', 'pants', 'trouser', 'pant'],
  ['sneaker', 'shoe', 'trainer'],
  ['dining table', 'table', 'desk'],
  ['potted plant', 'plant', 'houseplant', 'pot plant'],
  ['glasses', 'eyeglasses', 'spectacles', 'eyeglass', 'glass', 'spectacle'],
  ['license plate', 'licence plate', 'number plate', 'plate', 'car plate'],
  ['sign', 'signboard', 'signpost', 'sign board'],
  ['traffic sign', 'road sign', 'street sign', 'sign'],
  ['watermark', 'water mark'],
  ['date stamp', 'date', 'timestamp', 'time stamp', 'datestamp'],
  ['logo', 'brand', 'emblem'],
  ['pimple', 'blemish', 'spot', 'zit', 'acne'],
  ['cat', 'kitten', 'kitty'],
  ['dog', 'puppy', 'pup', 'doggo'],
  ['fence', 'railing'],
  ['curtain', 'drape'],
  ['carpet', 'rug'],
  ['hat', 'cap'],
  ['picture', 'photo', 'image'],
  ['tap', 'faucet'],
  ['cupboard', 'cabinet', 'wardrobe', 'closet'],
  ['pavement', 'sidewalk'],
  ['litter', 'trash', 'rubbish', 'garbage', 'waste'],
  ['skirt', 'dress'],
  ['countertop', 'counter', 'worktop'],
  ['bottle', 'water bottle'],
  ['balloon', 'hot air balloon'],
  ['pole', 'post', 'utility pole', 'telephone pole', 'power pole'],
]

/** Nouns that a type of target stands for. */
const members: Readonly<Record<string, readonly string[]>> = {
  person:
    'man woman boy girl guy lady kid child baby people passerby stranger tourist pedestrian human dude gentleman someone friend ex boyfriend girlfriend husband wife mom mum dad mother father uncle aunt grandma grandpa bride groom couple family crowd bystander photobomber player cyclist model lad bloke chap fellow toddler teenager individual passer-by onlooker'.split(
      ' ',
    ),
  plants: 'plant tree grass lawn leaf foliage bush flower meadow forest vegetation greenery shrub'.split(' '),
  ground: 'road street floor pavement sidewalk sand beach snow field earth asphalt path soil lawn'.split(' '),
  water: 'sea lake river ocean pool pond waves wave stream'.split(' '),
  text: 'caption writing word words lettering letter title date watermark timestamp subtitle inscription number name'.split(
    ' ',
  ),
  sky: ['cloud'],
  subject: ['foreground', 'main subject', 'person'],
  background: ['backdrop'],
  face: ['faces'],
  eyes: ['eye', 'pupil', 'iris'],
  lips: ['lip', 'mouth'],
  teeth: ['tooth'],
}

/** Kinds of things that a finder may know only by the wider name. */
const wider: Readonly<Record<string, readonly string[]>> = {
  building: ['house', 'temple', 'church', 'tower', 'castle', 'hotel'],
  shoe: ['boot', 'sneaker', 'sandal', 'slipper'],
  computer: ['laptop', 'screen', 'monitor'],
  laptop: ['screen', 'computer'],
  bird: ['swan', 'seagull', 'duck', 'pigeon'],
  flower: ['rose', 'tulip'],
  boat: ['ship', 'kayak', 'canoe'],
}

/** Whose last word means something else alone. */
const compounds = new Set(['hot dog', 'teddy bear', 'parking meter', 'fire hydrant', 'cell phone'])

/** Whether a name of a plan's target is what was wanted. */
export function isSameName(wanted: string, found: string): boolean {
  const [one, other] = [singular(wanted), singular(found)]
  if (one === other) return true
  const isMember = (type: string, noun: string) =>
    members[type]?.some((each) => singular(each) === noun) ?? false
  if (isMember(one, other) || wider[other]?.includes(one)) return true
  // A detector of people knows no more of them.
  if (other === 'person' && isMember('person', one)) return true
  if (isMember('person', one) && isMember('person', other) && !isOpposite(one, other)) return true
  if (
    groups.some(
      (group) =>
        group.some((each) => singular(each) === one) && group.some((each) => singular(each) === other),
    )
  )
    return true
  return !compounds.has(one) && !compounds.has(other) && head(one) === head(other)
}

const opposites: readonly (readonly string[])[] = [
  'man boy guy gentleman dude groom husband boyfriend dad father uncle grandpa lad bloke chap'.split(' '),
  'woman girl lady bride wife girlfriend mom mum mother aunt grandma'.split(' '),
]
/** Whether one is male and the other female. */
const isOpposite = (one: string, other: string): boolean =>
  opposites[0]!.includes(one)
    ? opposites[1]!.includes(other)
    : opposites[1]!.includes(one) && opposites[0]!.includes(other)

const head = (name: string): string => name.slice(name.lastIndexOf(' ') + 1)

function singular(name: string): string {
  const low = name.toLowerCase().replaceAll(/[_-]/g, ' ').trim()
  if (/(ss|us|is)$/.test(low) || low.length < 4) return low
  if (/(ch|sh|x|ss)es$/.test(low)) return low.slice(0, -2)
  if (/ies$/.test(low)) return `${low.slice(0, -3)}y`
  return low.replace(/s$/, '')
}
