import type { ExifDirectory, ExifEntry } from './exif.ts'

/** Tags that say when, by what camera and lens, how, and by whom. Source: Exif 2.32, sections 4.6.4 and 4.6.5. */
const safe: Readonly<Record<ExifDirectory, ReadonlySet<number>>> = {
  // Make, Model, DateTime, Artist, Copyright.
  image: new Set([0x010f, 0x0110, 0x0132, 0x013b, 0x8298]),
  photo: new Set([
    // ExposureTime, FNumber, ExposureProgram, sensitivity.
    0x829a, 0x829d, 0x8822, 0x8827, 0x8830, 0x8831, 0x8832,
    // DateTimeOriginal, DateTimeDigitized, their offsets from UTC, their fractions of seconds.
    0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292,
    // ShutterSpeedValue … FocalLength.
    0x9201, 0x9202, 0x9203, 0x9204, 0x9205, 0x9206, 0x9207, 0x9208, 0x9209, 0x920a,
    // ExposureMode … SubjectDistanceRange.
    0xa402, 0xa403, 0xa404, 0xa405, 0xa406, 0xa407, 0xa408, 0xa409, 0xa40a, 0xa40c,
    // LensSpecification, LensMake, LensModel.
    0xa432, 0xa433, 0xa434,
  ]),
  gps: new Set(),
}

/** Of the picture's own directory also DocumentName, ImageDescription, Software, HostComputer, Rating, XPTitle … XPSubject. */
const describing: ReadonlySet<number> = new Set([
  0x010d, 0x010e, 0x0131, 0x013c, 0x4746, 0x4749, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f,
])

/**
 * Of the exposure's directory what describes the old file and not the picture: versions, layout of the components,
 * sizes, colour space, MakerNote (it holds offsets into the old file), a sound file, the interoperability directory.
 */
const ofTheOldFile: ReadonlySet<number> = new Set([
  0x9000, 0x9101, 0x9102, 0x927c, 0xa000, 0xa001, 0xa002, 0xa003, 0xa004, 0xa005,
])

/** Whether an entry is kept. `safe` leaves out the place, names of owners, serial numbers and free comments. */
export function isKept({ directory, tag }: ExifEntry, policy: 'keep' | 'safe'): boolean {
  if (safe[directory].has(tag)) return true
  if (policy === 'safe') return false
  if (directory === 'gps') return true
  return directory === 'photo' ? !ofTheOldFile.has(tag) : describing.has(tag)
}
