/** COCO's names for what other English words mean: a detector that knows `couch` finds a sofa. */
const otherWords: Readonly<Record<string, string>> = {
  person:
    'human, man, woman, child, boy, girl, kid, baby, guy, lady, gentleman, adult, player, athlete, rider, tourist, pedestrian, dancer, worker, soldier, bride, groom, passerby, stranger, photographer, surfer, skier, cyclist, walker, figure, people, men, women, children, kids',
  bicycle: 'bike, cycle, pushbike',
  car: 'automobile, auto, sedan, taxi, cab, suv, jeep, van, minivan, sports car, police car, hatchback, vehicle',
  motorcycle: 'motorbike, scooter, moped, motor',
  airplane: 'plane, aeroplane, aircraft, jet, airliner',
  bus: 'coach, minibus, vehicle',
  train: 'locomotive, tram, subway',
  truck: 'lorry, pickup, van, fire engine, vehicle',
  boat: 'ship, yacht, sailboat, canoe, kayak, ferry, vessel, dinghy, rowboat, gondola',
  'traffic light': 'traffic signal, stoplight, semaphore',
  'fire hydrant': 'hydrant',
  'stop sign': '',
  'parking meter': '',
  bench: 'park bench, seat',
  bird: 'pigeon, seagull, gull, duck, swan, goose, parrot, owl, eagle, sparrow, crow, chicken, hen, rooster, penguin, animal',
  cat: 'kitten, kitty, tabby, animal, pet',
  dog: 'puppy, pup, hound, poodle, labrador, animal, pet',
  horse: 'pony, foal, stallion, mare, donkey, animal',
  sheep: 'lamb, goat, ram, animal',
  cow: 'bull, ox, calf, cattle, buffalo, animal',
  elephant: 'animal',
  bear: 'animal',
  zebra: 'animal',
  giraffe: 'animal',
  backpack: 'rucksack, knapsack, bag, school bag',
  umbrella: 'parasol, sunshade',
  handbag: 'purse, bag, shoulder bag, tote',
  tie: 'necktie',
  suitcase: 'luggage, case, trunk, bag',
  frisbee: 'disc',
  skis: 'ski',
  'sports ball': 'ball, football, soccer ball, basketball, tennis ball, baseball, volleyball',
  skateboard: 'longboard',
  'tennis racket': 'racket, racquet',
  bottle: 'flask, wine bottle, water bottle, beer bottle',
  'wine glass': 'glass, goblet, wineglass',
  cup: 'mug, coffee cup, teacup, coffee, glass, beaker, tumbler',
  bowl: 'dish, basin',
  couch: 'sofa, settee, loveseat',
  chair: 'armchair, stool, seat',
  'potted plant': 'plant, houseplant, flowerpot, pot plant, flower pot, flower pot, aloe',
  bed: '',
  'dining table': 'table, desk, dinner table',
  toilet: '',
  tv: 'television, monitor, screen, display, tv set',
  laptop: 'notebook, notebook computer, macbook, computer',
  mouse: 'computer mouse',
  remote: 'remote control',
  'cell phone': 'phone, mobile, smartphone, mobile phone, iphone, cellphone, telephone',
  oven: 'stove, cooker',
  sink: 'washbasin, basin',
  refrigerator: 'fridge, freezer',
  book: 'novel, magazine, textbook',
  clock: 'watch, wall clock',
  vase: 'jar',
  'teddy bear': 'teddy, stuffed animal, plush toy, stuffed toy',
  'hair drier': 'hair dryer, hairdryer',
  donut: 'doughnut',
  'hot dog': 'sausage',
}

const wordsOf = (list: string): readonly string[] => list.split(', ').filter((word) => word !== '')

const kindsByWord: ReadonlyMap<string, readonly string[]> = Object.entries(otherWords)
  .flatMap(([kind, list]) => [kind, ...wordsOf(list)].map((word) => ({ word, kind })))
  .reduce(
    (kinds, { word, kind }) => kinds.set(word, [...(kinds.get(word) ?? []), kind]),
    new Map<string, readonly string[]>(),
  )

/** COCO's kinds that an English noun may mean, itself first: `sofa` → `couch`, `vehicle` → `car`, `bus`, `truck`. */
export function cocoKinds(noun: string): readonly string[] {
  const name = noun.trim().toLowerCase()
  return kindsByWord.get(name) ?? kindsByWord.get(name.replace(/(?<=[^s])s$/, '')) ?? []
}

/** All English nouns of which {@link cocoKinds} knows what they mean. */
export const cocoWords: readonly string[] = [...kindsByWord.keys()]

/** What a noun for a part of the scene means. */
export type SceneryKind =
  | 'sky'
  | 'cloud'
  | 'mountain'
  | 'grass'
  | 'sand'
  | 'snow'
  | 'road'
  | 'ground'
  | 'water'
  | 'plants'

const scenery: { readonly [K in SceneryKind]: string } = {
  sky: 'sky skies heaven heavens',
  cloud: 'cloud clouds',
  mountain: 'mountain mountains hill hills cliff cliffs peak peaks',
  grass: 'grass lawn meadow field turf',
  sand: 'sand desert dune dunes beach',
  snow: 'snow',
  road: 'road street pavement path asphalt sidewalk',
  ground: 'ground floor soil earth land terrain dirt',
  water: 'water sea ocean lake river pond pool',
  plants: 'plants foliage leaves vegetation trees tree bushes bush hedge forest greenery shrub',
}

/** The part of a scene that an English noun names: `lawn` → `grass`. */
export function sceneryKind(noun: string): SceneryKind | undefined {
  const name = noun.trim().toLowerCase()
  return (Object.keys(scenery) as SceneryKind[]).find((kind) => scenery[kind].split(' ').includes(name))
}

/** The part of a person that a garment covers. */
export type GarmentPart = 'upper' | 'lower' | 'whole'

const garments: { readonly [P in GarmentPart]: string } = {
  upper:
    'shirt t-shirt tee jacket coat sweater blouse hoodie top vest jumper pullover cardigan blazer jersey',
  lower: 'pants jeans trousers shorts skirt leggings',
  whole: 'dress suit clothes clothing outfit uniform gown robe kimono',
}

/** The part of a person that an English noun for a garment is worn on: `jacket` → `upper`. */
export function garmentPart(noun: string): GarmentPart | undefined {
  const name = noun.trim().toLowerCase()
  return (Object.keys(garments) as GarmentPart[]).find((part) => garments[part].split(' ').includes(name))
}

const boards = new Set(
  'sign signboard board plate poster label banner billboard logo plaque placard'.split(' '),
)

/** Whether a noun is of something that carries writing. */
export function carriesText(noun: string): boolean {
  return boards.has(noun.trim().toLowerCase().split(' ').at(-1) ?? '')
}

const smallThings = new Set(
  (
    'spoon teaspoon fork knife chopstick pen pencil crayon marker key coin ring earring button needle screw nail ' +
    'match lighter cigarette straw toothpick paperclip stamp pill cork fly ant bee toothbrush scissors lipstick'
  ).split(' '),
)

/** Whether a noun names something smaller than a cup or a hand. */
export function isSmallThing(noun: string): boolean {
  const name = noun.trim().toLowerCase().split(' ').at(-1) ?? ''
  return smallThings.has(name) || smallThings.has(name.replace(/s$/, ''))
}

/** Whether a noun is of a vehicle's plate with its number. */
export function isNumberPlate(noun: string): boolean {
  return /^(?:(?:(?:car|bus|truck|van|vehicle|the) )?(?:licen[cs]e|number|registration|car) ?plates?(?: number)?|licen[cs]eplate|numberplate|车牌号?码?|牌照)$/i.test(
    noun.trim(),
  )
}

const largeThings = new Set(
  (
    'door gate wall fence window house building barn shed garage church temple castle tower lighthouse windmill ' +
    'skyscraper bridge roof ceiling floor curtain tent pier dam wardrobe shelf bookcase staircase'
  ).split(' '),
)

/** Whether a noun is of something that is as large as a person, or larger. */
export function isLargeThing(noun: string): boolean {
  const name = noun.trim().toLowerCase().split(' ').at(-1) ?? ''
  return largeThings.has(name) || largeThings.has(name.replace(/s$/, ''))
}
