import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Each is an HTML file beside this one; index is the studio. */
const pages = ['index', 'review', 'study', 'arena']

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../dist/studio',
    emptyOutDir: true,
    target: 'es2022',
    license: { fileName: 'licences.md' },
    rolldownOptions: { input: pages.map((name) => `${import.meta.dirname}/${name}.html`) },
  },
})
