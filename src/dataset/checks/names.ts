import { cocoNouns, type Noun, nounOf } from '../../instructions/index.ts'
import { usualOf } from '../annotations/usual.ts'

/** Names of things that a detector of COCO's classes calls by a wider name. */
const narrower: Readonly<Record<string, string>> = {
  person:
    'man woman boy girl child baby people worker policeman firefighter dancer player runner cyclist tourist',
  bird: 'owl robin sparrow duck goose swan hen chicken rooster turkey penguin parrot eagle hawk pigeon dove crow raven gull seagull pelican flamingo ostrich emu kiwi toucan puffin heron stork cardinal finch hummingbird woodpecker peacock quail vulture',
  cat: 'kitten lion tiger leopard cheetah jaguar lynx cougar puma',
  dog: 'puppy wolf fox coyote dingo poodle terrier beagle',
  horse: 'pony donkey mule foal',
  sheep: 'lamb goat ram',
  cow: 'bull calf ox buffalo bison yak cattle',
  bear: 'panda grizzly koala',
  car: 'taxi van jeep minivan convertible sedan limousine',
  truck: 'lorry tractor pickup engine bulldozer',
  boat: 'ship canoe kayak ferry yacht sailboat rowboat gondola raft',
  airplane: 'plane aeroplane jet biplane glider aircraft',
  bus: 'coach minibus',
  train: 'tram locomotive subway',
  motorcycle: 'motorbike scooter moped',
  bicycle: 'bike tricycle',
  'sports ball': 'ball football basketball baseball volleyball',
  cup: 'mug glass',
  couch: 'sofa',
  chair: 'armchair stool',
  'potted plant': 'houseplant cactus bonsai flowerpot',
  'cell phone': 'phone smartphone',
  tv: 'television monitor screen',
  'dining table': 'table desk',
  clock: 'watch',
  bottle: 'flask',
  handbag: 'purse',
  cake: 'cupcake muffin',
  donut: 'doughnut',
}

const words = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/^(?:an?|the) /, '')

const head = (name: string): string => name.split(' ').at(-1)!

/** Whether what a detector says is what a thing is called: the same word, its head or a wider class of it. */
export function means(label: string, { en }: Noun): boolean {
  const [said, name] = [words(label), words(en)]
  if (said === name || words(nounOf(said)?.en ?? '') === name) return true
  if (name === 'animal') return usualOf(said)?.nature === 'animal'
  // A hot dog is a class of its own, and no dog.
  if (isClass(name)) return false
  if (head(name) === said || (!isClass(said) && head(said) === head(name))) return true
  return (narrower[said] ?? '').split(' ').includes(head(name))
}

/** Whether a detector of COCO's classes has a class for the thing. */
export const isDetectable = (noun: Noun): boolean =>
  isClass(words(noun.en)) || Object.keys(cocoNouns).some((label) => means(label, noun))

const isClass = (name: string): boolean =>
  Object.hasOwn(cocoNouns, name) || Object.values(cocoNouns).some(({ en }) => words(en) === name)
