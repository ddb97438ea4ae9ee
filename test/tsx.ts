/** The loader that runs TypeScript sources in processes of their own: `node --import <tsx>`. */
export const tsx: string = import.meta.resolve('tsx')
