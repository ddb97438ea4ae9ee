/** Photographs and videos in a Debian package: where they lie in it, and which. */
export interface PhotoPackage {
  readonly name: string
  /** Below the unpacked package. */
  readonly folder: string
  readonly licence: string
  readonly include: readonly string[]
  readonly exclude?: readonly string[]
  /** A file of examples/sidecars that tells of its pictures: it is laid beside them as `scene.json`. */
  readonly sidecar?: string
}

/** Those of KDE's wallpapers that are photographs. */
const wallpapers = [
  ...['BytheWater', 'ColdRipple', 'ColorfulCups', 'DarkestHour', 'EveningGlow', 'FallenLeaf'],
  ...['Grey', 'Kite', 'OneStandsOut', 'Path', 'summer_1am'],
]

/**
 * Packages of Debian with clean photographs, as their copyright files state the licences. Named one by one: the folders
 * hold drawings, test charts and pictures that must not be passed on, too.
 */
export const photoPackages: readonly PhotoPackage[] = [
  {
    name: 'opencv-doc',
    folder: 'usr/share/doc/opencv-doc/examples',
    licence: 'Apache-2.0 (opencv-doc)',
    include: [
      ...['aero1', 'aloeL', 'apple', 'baboon', 'board', 'building', 'butterfly'].map((n) => `data/${n}.jpg`),
      ...['ela_original', 'fruits', 'home', 'leuvenA', 'orange', 'squirrel_cls', 'stuff', 'left'].map(
        (n) => `data/${n}.jpg`,
      ),
      ...['basketball1', 'box_in_scene', 'graf1', 'rubberwhale1', 'smarties'].map((n) => `data/${n}.png`),
      ...['text/scenetext0?.jpg', 'alphamat/input_images/plant.jpg'],
      ...['data/vtest.avi', 'data/tree.avi'],
    ],
  },
  {
    name: 'plasma-workspace-wallpapers',
    folder: 'usr/share/wallpapers',
    licence: 'GPL-2.0-or-later (plasma-workspace-wallpapers)',
    include: wallpapers.map((name) => `${name}/contents/images/*`),
  },
  {
    name: 'mate-backgrounds',
    folder: 'usr/share/backgrounds/mate',
    licence: 'GPL-2.0-or-later or CC-BY-SA-4.0 (mate-backgrounds)',
    include: ['nature/*.jpg'],
  },
  {
    name: 'lomiri-wallpapers-16.04',
    folder: 'usr/share/backgrounds',
    licence: 'CC-BY-4.0 or CC-BY-SA-4.0 or CC-BY-SA-3.0 (lomiri-wallpapers)',
    include: ['*.jpg'],
    exclude: ['umang_by_Abhishek_Mudgal.jpg'],
  },
  {
    name: 'lomiri-wallpapers-20.04',
    folder: 'usr/share/backgrounds',
    licence: 'CC-BY-4.0 or CC-BY-SA-4.0 or CC-BY-SA-3.0 (lomiri-wallpapers)',
    include: ['Kleiber*', 'Infinite-Sea*'],
  },
  {
    name: 'libjs-jquery-backstretch',
    folder: 'usr/share/doc/libjs-jquery-backstretch/examples',
    licence: 'MIT (libjs-jquery-backstretch)',
    include: ['coffee.jpg', 'dome.jpg', 'pot-holder.jpg', 'sample?_1280.jpg'],
  },
  {
    name: 'python3-skimage',
    folder: 'usr/lib/python3/dist-packages/skimage/data',
    licence: 'BSD-3-Clause (python3-skimage)',
    include: [
      'astronaut.png',
      'coffee.png',
      'rocket.jpg',
      'motorcycle_left.png',
      'hubble_deep_field.jpg',
      'chelsea.png',
    ],
  },
  {
    name: 'palapeli-data',
    folder: 'usr/share/palapeli/collection',
    licence: 'GPL-2.0-or-later (palapeli-data)',
    include: ['*.jpg'],
  },
  {
    name: 'labelme-examples',
    folder: 'usr/share/doc/labelme-examples/examples',
    licence: 'GPL-3.0-or-later (labelme-examples)',
    include: ['instance_segmentation/data_annotated/*.jpg', 'classification/data_annotated/*.jpg'],
  },
]

/** Cut-outs with alpha. Which of them are photographs, their names and sizes stand in a sidecar, chosen by eye. */
export const stampPackage: PhotoPackage = {
  name: 'tuxpaint-stamps-default',
  folder: 'usr/share/tuxpaint/stamps',
  licence: 'GPL-2.0 (tuxpaint-stamps-default)',
  include: ['*.png'],
  sidecar: 'tuxpaint-stamps.json',
}
