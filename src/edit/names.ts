/** The name of the editor by algorithm. */
export const darkroomName = 'darkroom' as const

/** The name of the small model that comes with the package. */
export const embeddedName = 'nano' as const
