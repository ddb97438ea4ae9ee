import { sql as first } from './0001.ts'
import { sql as second } from './0002.ts'
import { sql as third } from './0003.ts'
import { sql as fourth } from './0004.ts'
import { sql as fifth } from './0005.ts'

/** Every change of the tables since the first version, in order. Append; never change one that was published. */
export const migrations: readonly ((schema: string) => string)[] = [first, second, third, fourth, fifth]
